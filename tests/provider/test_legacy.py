"""The small multiplexer answers as TensorBoard's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tensorboard.backend.event_processing import plugin_event_multiplexer

from nbboard.provider.legacy import Multiplexer
from nbboard.provider.log import Log
from tests.provider.logs import START, Writer


@pytest.fixture
def both(tmp_path: Path) -> tuple[Multiplexer, plugin_event_multiplexer.EventMultiplexer]:
    """Ours and TensorBoard's over a run with a third party's tensor and asset."""
    writer = Writer(tmp_path / "a" / "run")
    writer.tensor("fairness_indicators", 3, [b"/evaluation"], "fairness_indicators", b"about")
    writer.scalar("loss", 1, 1.0)
    folder = tmp_path / "a" / "run" / "plugins" / "fairness_indicators"
    folder.mkdir(parents=True)
    (folder / "asset.txt").write_text("content")
    (tmp_path / "secret").write_text("not a log")
    log = Log({"": str(tmp_path)})
    log.refresh()
    theirs = plugin_event_multiplexer.EventMultiplexer()
    theirs.AddRunsFromDirectory(str(tmp_path))
    theirs.Reload()
    return Multiplexer(lambda: log), theirs


def test_runs_tensors_and_assets_are_the_same(both: tuple) -> None:
    """All that Fairness Indicators asks, and what is near it."""
    ours, theirs = both
    name, run = "fairness_indicators", "a/run"

    assert theirs.PluginRunToTagToContent(name) == ours.PluginRunToTagToContent(name)
    assert theirs.PluginAssets(name) == ours.PluginAssets(name)
    assert theirs.RetrievePluginAsset(run, name, "asset.txt") == ours.RetrievePluginAsset(
        run, name, "asset.txt"
    )
    assert theirs.FirstEventTimestamp(run) == ours.FirstEventTimestamp(run) == START
    assert set(theirs.Runs()) == set(ours.Runs())
    assert sorted(theirs.ActivePlugins()) == sorted(ours.ActivePlugins())
    (mine,), (other,) = ours.Tensors(run, name), theirs.Tensors(run, name)
    assert (other.wall_time, other.step) == (mine.wall_time, mine.step)
    assert other.tensor_proto == mine.tensor_proto


def test_what_is_not_there_is_a_key_error(both: tuple) -> None:
    """A run, a tag, an asset; a path that leads elsewhere is no asset."""
    ours, _ = both
    name = "fairness_indicators"
    for ask in (
        lambda: ours.Tensors("nowhere", name),
        lambda: ours.Tensors("a/run", "nothing"),
        lambda: ours.FirstEventTimestamp("nowhere"),
        lambda: ours.RetrievePluginAsset("a/run", name, "none"),
        lambda: ours.RetrievePluginAsset("a/run", name, "../../../../secret"),
    ):
        with pytest.raises(KeyError):
            ask()
