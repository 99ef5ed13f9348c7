"""The widget: which embedding is shown at which step, and what the page asks of it."""

from __future__ import annotations

import threading
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nbboard.errors import LogdirError, NbboardError
from nbboard.kinds.projector.neighbors import METRICS, nearest
from nbboard.views.base import View, module
from nbboard.views.projector import engines
from nbboard.views.projector.feed import EMPTY, Feed, Shown
from nbboard.views.projector.table import selected_rows, table_of
from nbboard.views.projector.wire import pack_column
from nbboard.views.shared.options import option, step_option
from nbboard.views.shared.references import check_names, check_parts, check_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.kinds.projector.collection import Projector
    from nbboard.kinds.projector.embedding import EmbeddingSeries
    from nbboard.logdir import LogDir
    from nbboard.views.projector.clouds import Cloud

__all__ = ["ProjectorView"]

#: So many embeddings are asked whether they have a column that is named.
_ASKED = 64
#: Neighbours that a page may ask for at once.
_MOST_ASKED = 2_000_000


class ProjectorView(View):
    """Embeddings as clouds of points: principal components, t-SNE, UMAP, over steps.

    Examples
    --------
    >>> view = log.projector.view(color="label", dimensions=2)
    >>> view.data                 # the points on screen, a DataFrame
    >>> view.selection            # those that were picked
    """

    kind = "projector"
    _esm = traitlets.Unicode().tag(sync=True)

    #: Inches of a figure.
    figure_options = dict.fromkeys(("width",))

    run = option(
        traitlets.Unicode(""),
        "The run whose embedding is shown; the first that has one if empty.",
    )
    tag = option(
        traitlets.Unicode(""),
        "The embedding that is shown; the first of the run if empty.",
    )
    step = step_option("The step that is shown: the nearest at or below; None follows the last.")
    beside = option(
        traitlets.List(traitlets.Unicode(), maxlen=2),
        "Run and tag of a second embedding beside the first; what is selected in one is marked in"
        " the other. None if empty.",
    )
    method = option(
        traitlets.Enum(["pca", "tsne", "umap"], default_value="pca"),
        "How points are placed: along principal components, by t-SNE, or by UMAP, which begin"
        " when they are told to.",
    )
    dimensions = option(
        traitlets.Int(2, min=2, max=3), "Whether the picture is flat (2) or has depth (3)."
    )
    sphereize = option(
        traitlets.Bool(default_value=False),
        "Whether the mean is subtracted and each vector made of length one first, as TensorBoard"
        " does.",
    )
    align = option(
        traitlets.Bool(default_value=True),
        "Whether the picture of each step is turned onto that of the step before.",
    )
    color = option(
        traitlets.Unicode("", allow_none=True),
        "The column of the metadata that colours the points; chosen if empty, none if None.",
    )
    scale = option(
        traitlets.Enum(["auto", "categories", "scale"], default_value="auto"),
        "Whether numbers are coloured as categories or along a scale.",
    )
    label = option(
        traitlets.Unicode("", allow_none=True),
        "The column of the metadata that names the points; the first if empty, none if None.",
    )
    marks = option(
        traitlets.Enum(["points", "labels", "pictures"], default_value="points"),
        "What stands for a point: a dot, its name beside it, or its picture; where there is room.",
    )
    contours = option(
        traitlets.Bool(default_value=False),
        "Whether lines of equal density are drawn.",
    )
    search = option(
        traitlets.Unicode(""),
        "Points that are looked for: a regular expression, or a condition such as 'age > 30'.",
    )
    metric = option(
        traitlets.Enum(list(METRICS), default_value="cosine"),
        "How neighbours among all dimensions are found.",
    )
    neighbors = option(
        traitlets.Int(10, min=1, max=100), "How many nearest neighbours of a point are listed."
    )
    preload = option(
        traitlets.Int(16, min=0, max=1024),
        "Megabytes of other steps sent ahead of need, so that the slider moves while a cell runs.",
    )
    height = option(
        traitlets.Int(560, min=120),
        "The height in CSS pixels.",
    )

    def __init__(self, source: Projector, **options: Any) -> None:
        self._feed = Feed(source)
        #: The places that were arranged last, by the page or the kernel.
        self._kept: dict[str, Any] | None = None
        #: Ends what is being arranged in a thread.
        self._stop = threading.Event()
        super().__init__(source, **options)
        self.observe(self._chosen, ["run", "tag", "step", "sphereize", "align", "beside"])

    @traitlets.default("_esm")
    def _module(self) -> str:
        return module(self.kind).read_text("utf-8")

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse runs, tags and columns that the log does not have."""
        super().check_references(log, options)
        series = log.projector.series
        check_parts(options, ("run", "tag"), "beside", series)
        for name in ("color", "label"):
            if options.get(name):
                columns = [c for one in islice(series.values(), _ASKED) for c in one.column_names]
                if len(series) <= _ASKED:
                    check_names(name, [options[name]], columns, "column of the metadata")
        if options.get("search") and not any(sign in options["search"] for sign in "<>="):
            check_pattern("search", options["search"])

    # ------------------------------------------------------------ what is shown

    def _key(self) -> tuple[str, str] | None:
        """Return run and tag of what is shown; None if there is nothing."""
        for key in self._feed.series:
            if self.run in {"", key[0]} and self.tag in {"", key[1]}:
                return key
        return None

    @property
    def embedding(self) -> EmbeddingSeries:
        """The embedding that is shown.

        Raises
        ------
        LogdirError
            If there is none.
        """
        series = self._feed.series
        key = self._key()
        if key is None:
            wanted = "/".join(part for part in (self.run, self.tag) if part)
            known = ", ".join("/".join(one) for one in list(series)[:8]) or "none"
            raise LogdirError(f"no embedding {wanted or 'here'}; there is {known}")
        return series[key]

    def _cloud(self) -> tuple[EmbeddingSeries, Cloud]:
        """Return what is shown; raises NbboardError where that cannot be."""
        series = self.embedding
        place = series.at(self.step)
        return series, self._feed.clouds.get(
            series, place, sphereize=self.sphereize, align=self.align
        )

    @property
    def data(self) -> pd.DataFrame:
        """The points on screen: row, what is known of them, and where they are: x, y (and z).

        Run, tag and step stand before them. Points that cannot be placed have NaN.
        """
        try:
            series, cloud = self._cloud()
        except NbboardError:
            return table_of(None, None, self.dimensions)
        return table_of(cloud, series[cloud.key.place], self.dimensions, self._layout_of(cloud))

    @property
    def selection(self) -> pd.DataFrame:
        """The points that were picked, by click, box or lasso: those rows of :attr:`data`."""
        return selected_rows(self.data, dict(self._selection))

    def _layout_of(self, cloud: Cloud) -> Any:
        """Return the places that t-SNE or UMAP found, if that is what is on screen."""
        kept = self._kept
        if self.method == "pca" or kept is None:
            return None
        same = (kept["method"], kept["version"]) == (self.method, cloud.version)
        return kept if same and kept["dimensions"] == self.dimensions else None

    # ------------------------------------------------------------ to and from the page

    def _chosen(self, _: Any) -> None:
        """Show something else: the page may have it already."""
        if self._feed.has_sent and self.comm is not None:
            self.push()

    def outline(self) -> Mapping[str, Any] | None:
        """Return which embeddings there are; what is in them follows."""
        catalogue = self._feed.catalogue()
        return {"embeddings": catalogue, "reading": True, "engines": engines.engines()}

    def payload(self) -> Mapping[str, Any]:
        """Return what is shown, and which embeddings there are."""
        self._feed.forget()
        return {**(self._feed.news(self._shown()) or EMPTY), "engines": engines.engines()}

    def fuller_payload(self) -> Mapping[str, Any]:
        """Return the same for a file, with other steps and embeddings, as far as the budget goes."""
        feed = Feed(self.source)
        feed.clouds = self._feed.clouds
        shown = self._shown()
        content = dict(feed.news(shown) or EMPTY)
        last = [(series, len(series) - 1) for series in feed.series.values()]
        for wanted in (shown, shown._replace(places=last)):
            while more := feed.ahead(wanted, self.preload << 20):
                content["clouds"] += more["clouds"]
                content["facts"] += more["facts"]
        content["layout"] = self._kept
        return content

    def news(self) -> Mapping[str, Any] | None:
        """Return what is shown now and the page does not have; then other steps."""
        shown = self._shown()
        found = self._feed.news(shown)
        if found is None and self._displayed:
            found = self._feed.ahead(shown, self.preload << 20)
        return found

    def unfinished(self) -> bool:
        """Whether there are other steps to be sent."""
        return self._feed.has_more(self._shown(), self.preload << 20)

    def _shown(self) -> Shown:
        """Return what is on screen: one embedding, or two."""
        series = self._feed.series
        found = []
        for key in (self._key(), tuple(self.beside)):
            one = series.get(key) if key else None  # type: ignore[arg-type]
            if one is not None:
                with_step = self.step is not None and self.step >= one.step[0]
                found.append((one, one.at(self.step) if self.step is None or with_step else 0))
        return Shown(found, self.sphereize, self.align)

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``cloud``, ``neighbors``, ``column``; ``arrange`` points, ``stop`` that.

        ``layout`` tells where the points are that the page has arranged itself.
        """
        if method == "layout":
            self._kept = dict(params) if params.get("places") else None
            return {}
        if method == "stop":
            self._stop.set()
            return {}
        answers = {
            "cloud": self._one_cloud,
            "arrange": self._arrange,
            "column": _column,
            "neighbors": _neighbors,
        }
        if method not in answers:
            return super().answer(method, params)
        series = self.source[str(params["run"]), str(params["tag"])]
        return answers[method](series, series.at(int(params["step"])), params)

    def _one_cloud(
        self, series: EmbeddingSeries, place: int, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        content: dict[str, Any] = {"clouds": [], "facts": []}
        self._feed.add(content, series, place, Shown((), bool(params["sphereize"]), self.align))
        return content

    def _arrange(
        self, series: EmbeddingSeries, place: int, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Begin to arrange points in a thread, which pushes what it has."""
        method, dimensions = str(params["method"]), int(params["dimensions"])
        points = series[place]
        cloud = self._feed.clouds.get(series, place, sphereize=self.sphereize, align=self.align)
        among = np.flatnonzero(points.finite)
        begin = (cloud.plane if dimensions == 2 else cloud.space)[among]
        what = engines.Arrangement(method, points.vectors[among], begin, self.metric)
        self._stop.set()
        self._stop = stop = threading.Event()

        def push(content: Mapping[str, Any]) -> None:
            layout = {"method": method, "version": cloud.version, "dimensions": dimensions}
            layout |= {"among": among.astype(np.uint32), **content}
            if "places" in content:
                self._kept = layout
            if self.comm is not None:
                self._send_content("news", {"layout": layout})

        def show(iteration: int, total: int, places: Any) -> None:
            flat = places.reshape(-1)
            done = iteration >= total
            push({"iteration": iteration, "total": total, "places": flat, "done": done})

        engines.start(what, show, lambda why: push({"failure": why}), stop)
        return {}

    def close(self) -> None:
        """Stop arranging, following and drawing."""
        self._stop.set()
        super().close()

    @property
    def runs(self) -> tuple[str, ...]:
        """Nothing: an embedding is chosen from a list of its own, not by checking runs."""
        return ()

    # ------------------------------------------------------------ figures

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``; see :meth:`draw`."""
        from nbboard.views.projector.figure import draw_cloud, draw_sentence

        changes = self.checked(self.source, changes, self.figure_options)
        own = {name: value for name, value in changes.items() if name in self.option_names()}
        view = self
        if any(own[name] != getattr(self, name) for name in own):
            view = ProjectorView(self.source, **{**self.options, **own})
            view._feed.clouds, view._kept = self._feed.clouds, self._kept
        try:
            series, cloud = view._cloud()
        except NbboardError as error:
            said = str(error) if self._feed.series else "No embeddings to show."
            return draw_sentence(said, changes.get("width"))
        finally:
            if view is not self:
                view.close()
        options = {**view.options, "width": changes.get("width")}
        ranges = self._selection.get("ranges") or ()
        points = series[cloud.key.place]
        return draw_cloud(cloud, points, options, view._layout_of(cloud), ranges)

    @classmethod
    def draw(cls, source: Projector, **options: Any) -> Figure:
        """Return a figure of an embedding: its points, coloured, rasterised; the rest is vectors.

        Parameters
        ----------
        source
            ``log.projector`` or a selection.
        **options
            Options of the view; ``width`` in inches.
        """
        options = cls.checked(source, options, cls.figure_options)
        width = options.pop("width", None)
        view = cls(source, **options)
        try:
            return view.figure(**({} if width is None else {"width": width}))
        finally:
            view.close()


def _column(series: EmbeddingSeries, place: int, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return a column that was too large to be sent unasked."""
    points = series[place]
    for column in points.columns:
        if column.name == params["name"]:
            return {"column": pack_column(column)[0]}
    raise NbboardError(f"there is no column {params['name']!r}")


def _neighbors(series: EmbeddingSeries, place: int, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the neighbours of some points, or of all, or of those ``among`` which they are."""
    vectors = series[place].vectors
    count = min(int(params["count"]), max(len(vectors) - 1, 0))
    of = params.get("of")
    if of is not None:
        of = np.asarray(of, np.intp)[: _MOST_ASKED // max(count, 1)]
        of = of[(of >= 0) & (of < len(vectors))]
    elif params.get("among") is not None:
        vectors = vectors[np.asarray(params["among"], np.intp)]
    rows, far = nearest(vectors, count, str(params["metric"]), of)
    return {"count": rows.shape[1], "rows": rows.reshape(-1), "far": far.reshape(-1)}
