"""The names nbboard offers, and what importing it costs."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import nbboard
from tests.logdir.conftest import Logs

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
    "yaml",
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


@pytest.mark.parametrize("kind", ["custom_scalars", "graphs", "images", "pr_curves"])
def test_what_a_kind_offers_is_imported_when_it_is_asked_for(kind: str):
    """The types of values come from the package of their kind; others are told apart."""
    package = importlib.import_module(f"nbboard.kinds.{kind}")

    assert [name for name in package.__all__ if not hasattr(package, name)] == []
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = package.Nothing


#: Modules of nbboard and of Python that only some logs, or some questions, need.
NOT_FOR_OPENING = (
    "concurrent.futures",
    "crc32c",
    "difflib",
    "html",
    "importlib.metadata",
    "json",
    "logging",
    "nbboard.kinds.custom_scalars.layout",
    "nbboard.kinds.graphs.graph",
    "nbboard.kinds.hparams.collection",
    "nbboard.kinds.hparams.messages",
    "nbboard.kinds.images.image",
    "nbboard.kinds.params.collection",
    "nbboard.kinds.pr_curves.curve",
    "nbboard.kinds.profile.collection",
    "nbboard.kinds.profile.files",
    "nbboard.kinds.profile.statistics",
    "nbboard.kinds.projector.collection",
    "nbboard.logdir.table_csv",
    "nbboard.logdir.whole",
    "nbboard.notebook",
    "nbboard.server",
    "nbboard.views",
    "numpy.random",
    "numpy.typing",
)


def loaded_after(statement: str, asked: tuple[str, ...] = HEAVY) -> list[str]:
    """Give those of the modules asked for that a fresh interpreter has loaded after a statement."""
    code = (
        f"import sys; {statement}; "
        f"print(*[name for name in {asked!r} if name in sys.modules], sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_import_stays_light():
    """Importing nbboard imports nothing heavy."""
    assert loaded_after("import nbboard") == []


def test_reading_needs_only_the_messages_of_tensorboard():
    """What reads logs brings TensorBoard's protocol messages along, and no table or plot library."""
    assert loaded_after("import nbboard; nbboard.open") == ["tensorboard"]


def test_opening_imports_what_the_log_asks_for(tmp_path):
    """A log of scalars is read without the modules of other kinds, of exports, views and servers.

    What NumPy and TensorBoard's messages bring along by themselves is theirs: NumPy 1 its
    random numbers.
    """
    logs = Logs(tmp_path)
    logs.scalars("run", "loss", [0.5])
    opened = (
        f"import nbboard; log = nbboard.open({str(tmp_path)!r});"
        " log.kinds, log.scalars['run', 'loss'].value"
    )

    loaded = loaded_after(opened, NOT_FOR_OPENING)

    theirs = loaded_after(
        "import numpy; from tensorboard.compat.proto import event_pb2", tuple(loaded)
    )
    assert [name for name in loaded if name not in theirs] == []


def test_a_kind_is_imported_when_it_is_used(tmp_path):
    """The collections that opening leaves out are there when a log is asked for them."""
    opened = f"import nbboard; log = nbboard.open({str(tmp_path)!r})"
    asked = tuple(name for name in NOT_FOR_OPENING if name.endswith(".collection"))

    assert list(asked) == loaded_after(
        f"{opened}; log.hparams, log.params, log.profile, log.projector", asked
    )
