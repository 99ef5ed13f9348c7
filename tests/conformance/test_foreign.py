"""A kind of another distribution: three files, and no file of nbboard names it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tensorboard.compat.proto import summary_pb2
from tensorboard.util import tensor_util

import nbboard
from nbboard import cli
from nbboard.logdir import registry
from tests.conformance.suite import KindSuite

ROOT = Path(__file__).parents[2]
FOREIGN = Path(__file__).parent / "foreign"


@pytest.fixture(scope="module")
def distribution(made_once):
    """The other distribution as it would be installed: its TypeScript built into one module."""

    def build(folder):
        shutil.copytree(FOREIGN, folder, dirs_exist_ok=True)
        source = folder / "nbboard_dials" / "dials.tsx"
        browser_side = ROOT / "labextension"
        subprocess.run(
            [
                browser_side / "node_modules" / ".bin" / "esbuild", source, "--bundle",
                "--format=esm", "--jsx=automatic", "--jsx-import-source=preact",
                "--loader:.css=text", f"--alias:nbboard={browser_side / 'src'}",
                f"--outfile={source.with_suffix('.js')}", "--log-level=warning",
            ],
            check=True,
            env={"NODE_PATH": str(browser_side / "node_modules"), "PATH": _path_of_node()},
        )  # fmt: skip

    return made_once("foreign", build)


def _path_of_node():
    return f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"


def forget_what_is_known():
    """Have nbboard look anew at which kinds and views there are."""
    for cached in vars(registry).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()


@pytest.fixture(autouse=True)
def installed(distribution, monkeypatch):
    """The other distribution, installed beside nbboard."""
    monkeypatch.syspath_prepend(distribution)
    forget_what_is_known()
    yield distribution
    monkeypatch.undo()
    forget_what_is_known()
    for name in [name for name in sys.modules if name.startswith("nbboard_dials")]:
        del sys.modules[name]


class TestDials(KindSuite):
    """Needles at different angles."""

    kind = "dials"
    mark = "svg.nbb-cell"

    def log(self, writer, tag, step, variant):
        """Log an angle."""
        self.log_turns(writer, tag, step, self.expected(variant))

    def log_turns(self, writer, tag, step, turns):
        """Log any number as one."""
        tensor = tensor_util.make_tensor_proto(np.float64(turns))
        value = summary_pb2.Summary.Value(tag=tag, tensor=tensor)
        value.metadata.plugin_data.plugin_name = "dials"
        writer.file_writer.add_summary(_as_writers(summary_pb2.Summary(value=[value])), step)

    def log_nan(self, writer, tag):
        """Log an angle that is none."""
        self.log_turns(writer, tag, 0, np.nan)

    def token(self, item):
        """Return the angle."""
        return item

    def expected(self, variant):
        """Return the angle that was logged."""
        return variant / 16

    def kernel_code(self):
        """Install the other distribution in a kernel that nbboard is imported in already."""
        (folder,) = {path for path in sys.path if "once-foreign" in path}
        return f"""if 1:
            import sys
            from nbboard.logdir import registry
            sys.path.insert(0, {folder!r})
            for cached in vars(registry).values():
                if hasattr(cached, "cache_clear"):
                    cached.cache_clear()"""


def _as_writers(summary):
    """Return a summary as tensorboardX's own class, which its writer takes."""
    from tensorboardX.proto.summary_pb2 import Summary

    return Summary.FromString(summary.SerializeToString())


@pytest.fixture
def folder(tmp_path):
    """A log of two runs with dials."""
    suite = TestDials()
    suite.write(tmp_path, "a")
    suite.write(tmp_path, "b", [1])
    return tmp_path


def test_no_file_of_nbboard_names_it():
    """Neither Python nor TypeScript knows the kind."""
    for file in [
        *(ROOT / "nbboard").rglob("*.py"),
        *(ROOT / "labextension" / "src").rglob("*.ts*"),
    ]:
        assert "dials" not in file.read_text(encoding="utf-8"), file


def test_it_has_a_table(folder):
    """Its cells are columns, as its kind says."""
    table = nbboard.open(folder, progress=False).dials.to_pandas()

    assert table["turns"].tolist() == [0.0, 1 / 16, 2 / 16, 1 / 16]


def test_the_command_line_draws_and_exports_it(folder, tmp_path, capsys):
    """``nbboard plot`` and ``export`` take it by its name, and refuse options as ever."""
    picture, table = tmp_path / "d.png", tmp_path / "d.csv"

    assert cli.main(["plot", str(folder), "--kind", "dials", "-o", str(picture)]) == 0
    assert cli.main(["export", str(folder), str(table), "--kind", "dials"]) == 0
    wrong = ["plot", str(folder), "--kind", "dials", "--set", "clockwize=1", "-o", str(picture)]
    assert cli.main(wrong) == 2

    assert picture.stat().st_size > 1000
    assert "turns" in table.read_text()
    assert "did you mean 'clockwise'?" in capsys.readouterr().err


def test_the_magic_knows_it():
    """``%nbboard dials LOGDIR`` is a line like that of any kind."""
    from nbboard.notebook import board

    assert "dials" in board.kinds()
    assert "clockwise" in registry.view_class("dials").option_names()
