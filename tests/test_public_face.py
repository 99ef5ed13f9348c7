"""The names nbboard offers, and what importing it costs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import nbboard

HEAVY = (
    "IPython",
    "anywidget",
    "fsspec",
    "ipywidgets",
    "matplotlib",
    "pandas",
    "polars",
    "pyarrow",
    "tensorboard",
    "tensorflow",
    "tqdm",
)


def test_all_public_names_exist_and_are_sorted():
    """Every name in ``__all__`` can be had, and the list is sorted."""
    assert sorted(nbboard.__all__) == nbboard.__all__
    assert [name for name in nbboard.__all__ if not hasattr(nbboard, name)] == []


def test_dir_lists_the_public_names_only():
    """Completion after ``nbboard.`` offers the public names."""
    assert nbboard.__all__ == sorted(dir(nbboard))


def test_unknown_name_is_an_attribute_error():
    """A name that does not exist fails as it does in any module."""
    with pytest.raises(AttributeError, match="no attribute 'scalar'"):
        _ = nbboard.scalar


def loaded_after(statement: str) -> list[str]:
    """Give the heavy packages that a fresh interpreter has loaded after a statement."""
    code = (
        f"import json, sys; {statement}; "
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded: list[str] = json.loads(done.stdout)
    return loaded


def test_import_stays_light():
    """Importing nbboard imports nothing heavy."""
    assert loaded_after("import nbboard") == []


def test_reading_needs_only_the_messages_of_tensorboard():
    """What reads logs brings TensorBoard's protocol messages along, and no table or plot library."""
    assert loaded_after("import nbboard; nbboard.open") == ["tensorboard"]
