"""Arguments as a key: what asks for the same server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nbboard.server.arguments import absolute, key_of, value_of

if TYPE_CHECKING:
    import pytest


def test_spelling_and_order_do_not_matter() -> None:
    """``--a b``, ``--a=b`` and options by name give the same key in any order."""
    expected = key_of(["--logdir", "/x", "--reload_interval", "1", "--bind_all"], {})

    assert expected == key_of(["--bind_all", "--reload_interval=1", "--logdir=/x"], {})
    assert expected == key_of(["--bind_all"], {"logdir": "/x", "reload_interval": "1"})
    assert expected == key_of(["--logdir=/x"], {"bind_all": True, "reload_interval": "1"})
    assert expected != key_of(["--logdir=/x", "--reload_interval=1"], {})


def test_paths_are_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths, ``..``, ``~`` and symbolic links lead to the same key."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "logs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    keys = {
        key_of(["--logdir", path], {})
        for path in ("logs", "./logs", "x/../logs", "link", str(tmp_path / "logs"), "~/logs")
    }

    assert len(keys) == 1
    assert os.path.realpath(tmp_path / "logs") == value_of(keys.pop(), "logdir")


def test_urls_stay_as_they_are() -> None:
    """A URL is no path."""
    assert absolute(["--logdir", "s3://bucket/x"]) == ["--logdir", "s3://bucket/x"]
    assert value_of(key_of(["--logdir=gs://b/../x"], {}), "logdir") == "gs://b/../x"


def test_absolute_touches_paths_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only the values of path flags are made absolute; symbolic links stay."""
    monkeypatch.chdir(tmp_path)
    given = ["--logdir", "a b", "--window_title", "logs", "--bind_all"]

    assert ["--logdir", str(tmp_path / "a b"), *given[2:]] == absolute(given)


def test_a_spec_is_relative_to_the_folder_where_it_was_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same ``--logdir_spec`` after ``%cd`` means other folders; names, URLs and drives stay."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ada")
    spec = "--logdir_spec=a:logs,b:/x:y,./c,/d:e,s3://b/x,f:gs://g/h,~/i,"
    here = str(tmp_path)

    assert absolute([spec]) == [
        f"--logdir_spec=a:{here}/logs,b:/x:y,{here}/c,/d:e,s3://b/x,f:gs://g/h,/home/ada/i,"
    ]
    before = key_of(["--logdir_spec", "a:logs"], {})
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert before != key_of(["--logdir_spec", "a:logs"], {})
    assert before == key_of(["--logdir_spec", "a:../logs"], {})


def test_the_usual_is_left_out() -> None:
    """What nbboard sets by itself makes no difference, written out or not."""
    assert key_of(["--logdir=/x"], {}) == key_of(["--logdir=/x", "--port=0"], {})


def test_the_last_of_two_counts() -> None:
    """A flag given twice has its last value, as in TensorBoard."""
    assert value_of(key_of(["--port=1", "--port", "2"], {}), "port") == "2"
