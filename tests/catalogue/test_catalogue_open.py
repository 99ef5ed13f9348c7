"""A catalogue in the place of a logdir: selections, values out of the files, views, age."""

from __future__ import annotations

import builtins
import datetime as dt
import json

import numpy as np
import pytest

import nbboard
from nbboard.catalogue.names import column_of, from_column, from_text, to_text, without_credentials
from nbboard.errors import LogdirError, MissingExtraError, UsageError


@pytest.fixture
def log(logs, catalogue, png):
    """A catalogue of a few runs with scalars, texts and images."""
    for i in range(5):
        logs.scalars(f"run_{i}", "loss/train", [1.0, 0.5, 0.25 * i])
        logs.scalars(f"run_{i}", "loss/val", [float(i)])
        logs.text(f"run_{i}", "note", f"note {i}")
    logs.images("run_3", "pic", [png(7), png(9)], step=4)
    nbboard.index(logs.root, catalogue)
    return nbboard.open(catalogue)


@pytest.fixture
def png():
    """Return a function that makes a 2 x 1 PNG of a grey."""
    import io

    from PIL import Image

    def make(grey):
        file = io.BytesIO()
        Image.fromarray(np.full((1, 2), grey, np.uint8)).save(file, "PNG")
        return file.getvalue()

    return make


def test_runs_are_a_lazy_sequence(log):
    """They are counted without being read, and are what a tuple of them is."""
    assert "ordered" not in log.store.snapshot.__dict__
    assert len(log.runs) == 5
    assert "ordered" not in log.store.snapshot.__dict__
    assert log.runs == tuple(f"run_{i}" for i in range(5))
    assert log.runs[-1] == "run_4"
    assert log.runs[1:3] == ("run_1", "run_2")
    assert "run_2" in log.runs
    assert "run_9" not in log
    assert len(log) == 5


def test_a_selection_reads_only_its_parts(log, monkeypatch):
    """Tags and runs are sought where the series are listed."""
    found = log.scalars.select(tags="VAL", runs="run_[12]")

    assert [key[:2] for key in found.keys] == [("run_1", "loss/val"), ("run_2", "loss/val")]
    assert found.to_pandas()["value"].tolist() == [1.0, 2.0]
    assert log.scalars.select(tags=["loss/val"], runs=["run_4"])["run_4", "loss/val"].value == [4.0]
    with pytest.raises(LogdirError, match="did you mean"):
        log.scalars.select(runs=["run_44"])
    with pytest.raises(LogdirError, match="run_1"):
        _ = log.scalars["run_1", "loss"]


def test_values_come_from_the_files(log):
    """Images and texts are read where they lie, several runs at once as well."""
    image = log.images["run_3", "pic"]

    assert image.step.tolist() == [4]
    assert len(log.images.to_pandas()) == 2
    assert log.text.to_pandas()["value"].tolist() == [f"note {i}" for i in range(5)]
    assert log["run_3"].kinds == ("scalars", "images", "text")


def test_a_file_that_is_gone_says_so(log, logs):
    """What is in the catalogue stays; what is in the file only cannot be had."""
    logs.file("run_3").unlink()

    assert log.scalars["run_3", "loss/val"].value.tolist() == [3.0]
    with pytest.raises(LogdirError, match="any more"):
        _ = log.images["run_3", "pic"]


def test_views_and_figures_take_a_catalogue(log):
    """A catalogue is drawn like a folder."""
    view = log.scalars.select(runs="run_1").view()

    assert view is not None
    assert log.scalars.figure() is not None


def test_how_old_it_is(log, logs, catalogue):
    """It is as of the listing; looking without finding anything counts, too."""
    before = log.as_of
    nbboard.index(logs.root, catalogue)

    assert dt.timedelta(0) < dt.datetime.now(dt.timezone.utc) - before < dt.timedelta(hours=1)
    assert nbboard.open(catalogue).as_of > before
    assert "as of" in repr(log)


def test_restarts_are_obeyed(logs, catalogue):
    """What a restarted job logged again is left out if it is asked for."""
    logs.scalars("run", "loss", [1.0, 2.0, 3.0, 9.0], steps=[0, 1, 2, 1])
    nbboard.index(logs.root, catalogue)

    assert nbboard.open(catalogue, restarts="latest").scalars["run", "loss"].value.tolist() == [
        1,
        9,
    ]
    assert len(nbboard.open(catalogue).scalars["run", "loss"]) == 4
    with pytest.raises(UsageError):
        nbboard.open(catalogue, restarts="never")


def test_values_keep_the_bits_they_were_logged_with(logs, catalogue):
    """Integers beyond what a float holds, short floats and long ones, next to each other."""
    values = [(np.int64, 2**60 + 1), (np.float64, 1e300), (np.float32, 0.1), (np.uint8, 7)]
    for dtype, value in values:
        logs.tensor("run", np.dtype(dtype).name, "scalars", np.array(value, dtype))
    nbboard.index(logs.root, catalogue)
    read, indexed = nbboard.open(logs.root).scalars, nbboard.open(catalogue).scalars

    for series in read:
        other = indexed[series.run, series.tag].value
        assert (other.dtype, other.tolist()) == (series.value.dtype, series.value.tolist())


def test_without_the_extra_the_cure_is_named(log, catalogue, monkeypatch):
    """A package that is missing is told with the extra that installs it."""
    whole = builtins.__import__

    def without(name, *arguments, **options):
        if name.startswith("deltalake"):
            raise ImportError(name)
        return whole(name, *arguments, **options)

    import importlib

    kept = importlib.import_module
    monkeypatch.setattr(
        importlib,
        "import_module",
        lambda name, *rest: without(name) if name.startswith("deltalake") else kept(name, *rest),
    )
    with pytest.raises(MissingExtraError, match=r"pip install 'nbboard\[catalogue\]'"):
        nbboard.open(catalogue)
    with pytest.raises(MissingExtraError, match=r"nbboard\[catalogue\]"):
        nbboard.index("logs", catalogue)


@pytest.mark.parametrize(
    "name",
    ["plain/tag", "LR", "a b;{}()\n\t=", "é", "100%", "x\udcff", "", "..", '"; drop', "\ud800"],
)
def test_names_are_kept_as_columns_and_texts(name):
    """What becomes of a name leads back to it, and no two become one in any case."""
    column = column_of("hp", name)

    assert from_column(column) == ("hp", name)
    assert not set(column) & set(' ,;{}()\n\t="')
    assert column == column.lower()
    to_text(name).encode()
    assert from_text(to_text(name)) == name


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("s3://key:secret@bucket/logs", "s3://bucket/logs"),
        ("https://host/logs?token=secret", "https://host/logs"),
        ("/home/me@work/logs", "/home/me@work/logs"),
    ],
)
def test_credentials_are_not_kept(path, kept):
    """Of an address only what is not secret is stored."""
    assert without_credentials(path) == kept


def test_files_of_elsewhere_are_not_read(log, catalogue):
    """A catalogue of somebody else cannot lead to files outside of it."""
    tables = log.store.snapshot._tables
    for name in ("../../secret.parquet", "/etc/passwd", "s3://bucket/x.parquet"):
        with pytest.raises(LogdirError, match="no file of a catalogue"):
            tables.read("runs", name)


def test_no_file_of_a_catalogue_holds_code(log, logs):
    """There are Parquet files, and JSON: nothing that is run when it is read."""
    for path in (logs.root.parent / "catalogue").rglob("*"):
        if path.is_dir():
            continue
        if path.suffix == ".json":
            for line in path.read_text().splitlines():
                json.loads(line)
        else:
            assert path.suffix in {".parquet", ".crc"}
            assert path.read_bytes()[:4] == b"PAR1"
