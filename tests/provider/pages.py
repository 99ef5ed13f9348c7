"""TensorBoard's answers to its own page, route by route, from any provider.

``python -m tests.provider.pages LOGDIR...`` asks TensorBoard's own loader and nbboard's
reader everything that a page can ask of some folders, and prints what differs: so it can
be run with any TensorBoard.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tensorboard import default, program
from tensorboard.backend import application
from tensorboard.backend.event_processing import data_ingester
from tensorboard.context import RequestContext
from tensorboard.plugins.distribution.distributions_plugin import DistributionsPlugin
from tensorboard.plugins.histogram.histograms_plugin import HistogramsPlugin
from werkzeug.test import Client

from nbboard.provider import open_provider

__all__ = ["Answer", "Pages", "differences", "of_nbboard", "of_tensorboard", "routes"]

#: Nothing is sampled, so that what is read can be compared.
ALL = 1_000_000
PLUGINS = ("scalars", "images", "audio", "histograms", "text", "mesh", "pr_curves")
Answer = tuple[int, Any]
HistogramsPlugin.SAMPLE_SIZE = DistributionsPlugin.SAMPLE_SIZE = ALL
_STATES = [f"STATUS_{name}" for name in ("SUCCESS", "RUNNING", "FAILURE", "UNKNOWN")]
HPARAMS = {"experimentName": "", "hparamsLimit": 1000}
HPARAMS_GROUPS = {
    "experimentName": "",
    "allowedStatuses": _STATES,
    "colParams": [],
    "startIndex": 0,
    "sliceSize": 10_000,
}


class Pages:
    """What a TensorBoard application answers, without a port."""

    def __init__(self, flags: Any, provider: Any, multiplexer: Any = None) -> None:
        app = application.TensorBoardWSGIApp(
            flags, default.get_plugins(), provider, None, multiplexer
        )
        self.provider = provider
        self._client = Client(app)

    def ask(self, route: str, **posted: Any) -> Answer:
        """Return an answer's status and body, decoded if it is JSON."""
        answer = self._client.post(route, **posted) if posted else self._client.get(route)
        if answer.mimetype == "application/json":
            return answer.status_code, self._with_blobs(json.loads(answer.get_data()))
        return answer.status_code, answer.get_data()

    def _with_blobs(self, answer: Any) -> Any:
        """Put what blobs hold in the place of their keys, which are each provider's own."""
        if isinstance(answer, list):
            return [self._with_blobs(item) for item in answer]
        if not isinstance(answer, dict):
            return answer
        made = {key: self._with_blobs(value) for key, value in answer.items()}
        for name in ("blob_key", "imageId"):
            if name in made:
                made[name] = self._digest(made[name])
        query = made.get("query", "")
        if isinstance(query, str) and query.startswith("blob_key="):
            key, _, rest = query.partition("=")[2].partition("&")
            made["query"] = f"{self._digest(key)}&{rest}"
        return made

    def _digest(self, key: str) -> str:
        return hashlib.sha256(self.provider.read_blob(RequestContext(), blob_key=key)).hexdigest()


def flags_of(logdir: Path | str, *more: str, samples: int = ALL) -> Any:
    """Return TensorBoard's flags for a folder."""
    board = program.TensorBoard(plugins=default.get_plugins())
    arguments = [f"--logdir={logdir}", "--reload_task=blocking", "--reload_interval=0", *more]
    if samples:
        sampled = ",".join(f"{plugin}={samples}" for plugin in PLUGINS)
        arguments.append(f"--samples_per_plugin={sampled}")
    board.configure(["tensorboard", *arguments])
    return board.flags


def of_tensorboard(logdir: Path | str, *more: str) -> Pages:
    """Return the pages of TensorBoard's own loader, which reads everything at once."""
    flags = flags_of(logdir, *more)
    ingester = data_ingester.LocalDataIngester(flags)
    ingester.start()
    return Pages(flags, ingester.data_provider, ingester.deprecated_multiplexer)


def of_nbboard(logdir: Path | str, *more: str) -> Pages:
    """Return the pages of nbboard's reader."""
    flags = flags_of(logdir, *more)
    restarts = "latest" if flags.purge_orphaned_data else "keep"
    return Pages(flags, open_provider(str(logdir), restarts))


def routes(pages: Pages) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield everything that a page can ask of a folder."""
    yield "/data/runs", {}
    yield "/data/plugin/graphs/info", {}
    yield "/data/plugin/custom_scalars/layout", {}
    yield "/data/plugin/timeseries/tags", {}
    yield "/data/plugin/hparams/experiment", {"json": HPARAMS}
    _, runs = pages.ask("/data/runs")
    names = runs if isinstance(runs, list) else []
    for plugin in (*PLUGINS, "distributions"):
        tags_route = f"/data/plugin/{plugin}/tags"
        yield tags_route, {}
        status, tags = pages.ask(tags_route)
        if status != 200:
            continue
        for run, found in tags.items():
            for tag, about in (
                dict.fromkeys(found).items() if isinstance(found, list) else found.items()
            ):
                yield from _series(plugin, run, tag, about)
    _, info = pages.ask("/data/plugin/graphs/info")
    for run, about in (info if isinstance(info, dict) else {}).items():
        if about["run_graph"]:
            yield f"/data/plugin/graphs/graph?{urlencode({'run': run})}", {}
        for tag in about["tags"]:
            for route in ("graph", "run_metadata"):
                yield f"/data/plugin/graphs/{route}?{urlencode({'run': run, 'tag': tag})}", {}
    for run in names:
        yield f"/data/plugin/custom_scalars/scalars?{urlencode({'run': run, 'tag': '.*loss'})}", {}
    yield "/data/plugin/hparams/session_groups", {"json": HPARAMS_GROUPS}


def _series(plugin: str, run: str, tag: str, about: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    route = {"images": "images", "mesh": "meshes"}.get(plugin, plugin)
    samples = (about or {}).get("samples", 1) if isinstance(about, dict) else 1
    for sample in range(samples):
        asked = urlencode({"run": run, "tag": tag, "sample": sample})
        yield f"/data/plugin/{plugin}/{route}?{asked}", {}
    if plugin in {"scalars", "histograms", "images"}:
        wanted = {"plugin": plugin, "tag": tag}
        wanted |= {"run": run} if plugin != "scalars" else {}
        wanted |= {"sample": 0} if plugin == "images" else {}
        yield (
            "/experiment/x/data/plugin/timeseries/timeSeries",
            {"data": {"requests": json.dumps([wanted])}},
        )


def differences(one: Pages, other: Pages) -> Iterator[tuple[str, str, Answer, Answer]]:
    """Yield every question to which two give other answers: route, data and both answers."""
    asked = dict.fromkeys(
        (route, json.dumps(data)) for pages in (one, other) for route, data in routes(pages)
    )
    for route, data in asked:
        answers = [_ask(pages, route, json.loads(data)) for pages in (one, other)]
        if not _alike(*answers, rounded="histograms" in route + data or "distributions" in route):
            yield route, data, answers[0], answers[1]


def _alike(one: Any, other: Any, *, rounded: bool) -> bool:
    """Whether two answers are equal; buckets of old histograms may be rounded to float32."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = one.keys() == other.keys()
        return keys and all(_alike(one[key], other[key], rounded=rounded) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        if len(one) != len(other):
            return False
        return all(_alike(*pair, rounded=rounded) for pair in zip(one, other, strict=True))
    if rounded and isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-5, abs_tol=1e-7)
    return bool(one == other)


def _where(one: Any, other: Any, path: str = "") -> str:
    """Return where two answers differ first, with both values there."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            if one[key] != other[key]:
                return _where(one[key], other[key], f"{path}/{key}")
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        for i, pair in enumerate(zip(one, other, strict=False)):
            if pair[0] != pair[1]:
                return _where(*pair, f"{path}/{i}")
    return f"{path}: {str(one)[:200]} <> {str(other)[:200]}"


def _ask(pages: Pages, route: str, data: dict[str, Any]) -> Answer:
    try:
        status, body = pages.ask(route, **data)
    except Exception as error:  # noqa: BLE001 - the application failed: an answer, too
        return 500, type(error).__name__
    if route == "/data/plugin/text/tags":  # lists that the page sorts
        body = {run: sorted(tags) for run, tags in body.items()}
    if route.startswith("/data/plugin/mesh/meshes") and status == 200:
        body = sorted(body, key=lambda entry: (entry["step"], entry["content_type"]))
    return status, body


def main() -> None:
    """Print what differs."""
    count = 0
    for logdir in sys.argv[1:]:
        keep = "--purge_orphaned_data=false"
        one, other = of_tensorboard(logdir, keep), of_nbboard(logdir, keep)
        for route, data, first, second in differences(one, other):
            count += 1
            print(logdir, route, data, "\n   ", _where(first, second))
    print(f"{count} differences")


if __name__ == "__main__":
    main()
