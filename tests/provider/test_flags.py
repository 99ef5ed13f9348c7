"""What TensorBoard's flags mean to our reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing import data_ingester

from nbboard.provider import make
from nbboard.provider.flags import ALL, roots_of, samples_of
from tests.provider.logs import Writer
from tests.provider.pages import flags_of


@pytest.mark.parametrize(
    "spec",
    [
        "/a/b",
        "name:/a/b",
        "one:/a,two:/b",
        "one:/a,/b/c",
        "/foo:bar/baz",
        "name:/a:b/c",
        "s3://bucket/logs",
        "run:s3://bucket/logs",
        "gs://bucket/a:b",
    ],
)
def test_a_spec_is_split_as_tensorboard_does(spec: str) -> None:
    """Names, URLs and paths with colons."""
    theirs = data_ingester._parse_event_files_spec(spec)
    assert {(name or "", path) for path, name in theirs.items()} == set(roots_of("", spec).items())


def test_folders_without_names_are_told_apart() -> None:
    """TensorBoard mixes their runs; here each has its folder's name before it."""
    assert roots_of("", "/a/x,/a/y/") == {"x": "/a/x", "y": "/a/y"}


def test_two_folders_of_one_name_are_refused() -> None:
    """Their runs could have the same names."""
    with pytest.raises(ValueError, match="two folders 'a'"):
        roots_of("", "a:/x,a:/y")


def test_the_logdir_comes_first() -> None:
    """As in TensorBoard; the home directory is meant by ~."""
    assert {"": str(Path("~").expanduser())} == roots_of("~", "a:/x")


def test_only_scalars_are_sampled_unless_asked_and_zero_is_all() -> None:
    """Images, sounds, texts, meshes and histograms are shown at every step."""
    plain = samples_of(None)
    assert {"images", "audio", "text", "mesh", "histograms", "pr_curves"} <= set(plain)
    assert {ALL} == set(plain.values())
    assert "scalars" not in plain
    assert {"scalars": ALL, "images": 5}.items() <= samples_of(
        {"scalars": 0, "images": 5}.items() and {"scalars": 0, "images": 5}
    ).items()


def feed(logdir: Path | str, *more: str, **given: Any) -> tuple[Any, Any, list[Any]]:
    """A feed as the launcher makes it, its flags, and what was told."""
    flags = flags_of(logdir, *more, samples=0)
    told: list[Any] = []
    interval = given.get("interval", 0)
    made = make(flags, interval, lambda version, lines: told.append((version, lines)))
    return made, flags, told


def test_blocking_reads_before_the_port_opens(tmp_path: Path) -> None:
    """What is there is told at once, and changes are not looked for."""
    writer = Writer(tmp_path / "run")
    writer.scalar("loss", 1, 1.0)
    made, _, told = feed(tmp_path)
    made.start()
    writer.scalar("loss", 2, 1.0)
    found = made.provider.read_scalars(experiment_id="", plugin_name="scalars", downsample=9)

    assert told == [(1, [])]
    assert [datum.step for datum in found["run"]["loss"]] == [1]


def test_samples_of_zero_show_all(tmp_path: Path) -> None:
    """Both of TensorBoard's loaders show nothing then."""
    writer = Writer(tmp_path / "run")
    for step in range(1500):
        writer.scalar("loss", step, 1.0)
    made, flags, told = feed(tmp_path, "--samples_per_plugin=scalars=0")
    count = flags.samples_per_plugin["scalars"]
    found = made.provider.read_scalars(experiment_id="", plugin_name="scalars", downsample=count)

    assert len(found["run"]["loss"]) == 1500
    assert told == [(1, [])]


@pytest.mark.parametrize(
    ("purge", "values"), [("true", [0.0, 5.0]), ("false", [0.0, 1.0, 2.0, 5.0])]
)
def test_purging_is_the_rule_for_restarts(tmp_path: Path, purge: str, values: list[float]) -> None:
    """``--purge_orphaned_data=false`` keeps what was logged again."""
    writer = Writer(tmp_path / "run")
    for step, value in ((0, 0.0), (1, 1.0), (2, 2.0), (1, 5.0)):
        writer.scalar("loss", step, value)
    made, _, _ = feed(tmp_path, f"--purge_orphaned_data={purge}")
    found = made.provider.read_scalars(experiment_id="", plugin_name="scalars", downsample=9)
    assert values == [datum.value for datum in found["run"]["loss"]]


def test_a_place_that_nobody_can_read_fails_at_once() -> None:
    """So that TensorBoard's own loader may try it."""
    with pytest.raises(ValueError, match="nope"):
        feed("nope://logs")
