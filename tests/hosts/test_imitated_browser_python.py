"""Python in the browser (Pyodide, JupyterLite), imitated by what it does not have.

Pyodide itself comes from npm, but its builds of NumPy, Matplotlib and the rest come from a content
delivery network only. So this is CPython that takes itself for Emscripten's, with neither threads
nor the packages that have no build for it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tensorboardX import SummaryWriter

WITHOUT = """
import sys, threading
import pandas  # asks its interpreter how it was built
class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"grpc", "tsdownsample", "jupyter_server_proxy", "psutil"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
def start(self):
    raise RuntimeError("can't start new thread")
sys.meta_path.insert(0, Without())
threading.Thread.start = start
sys.platform = "emscripten"
import nbboard
log = nbboard.open(sys.argv[1], progress=False)
folder = sys.argv[2]
"""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs with a long curve, pictures and hyperparameters."""
    folder = tmp_path_factory.mktemp("logs")
    for number in (1, 2):
        with SummaryWriter(str(folder / f"run{number}")) as writer:
            for step in range(5000):
                writer.add_scalar("loss", number / (step + 1), step)
            writer.add_image("picture", [[[0.5] * 4] * 4] * 3, 0)
            writer.add_hparams({"lr": number / 10}, {"loss": number / 5000})
    return folder


@pytest.mark.parametrize(
    "code",
    [
        "assert len(log.scalars['run1', 'loss'].value) == 5000",
        "assert len(log.scalars.select(tags='loss').to_pandas()) >= 10000",
        "assert log.images['run1', 'picture'][0].to_numpy().shape == (4, 4, 3)",
        "assert len(log.hparams.to_pandas()) == 2",
        "assert not log.refresh()",
        "log.scalars.figure().savefig(folder + '/scalars.png')",
        "log.images.figure().savefig(folder + '/images.png')",
        "log.hparams.figure().savefig(folder + '/hparams.png')",
        "log.view().save(folder + '/report.html')",
        "data, _ = log.view()._repr_mimebundle_(); assert set(data) == {'text/plain', 'image/png'}",
    ],
)
def test_data_figures_and_reports_need_no_threads(logs: Path, tmp_path: Path, code: str) -> None:
    """Reading, tables, figures and reports work; a view is its picture."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT + code, str(logs), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr


def test_extremes_are_found_without_their_package() -> None:
    """NumPy finds what tsdownsample finds: the least and greatest of equal stretches."""
    import numpy as np

    from nbboard.views.extremes import _by_numpy, extremes

    value = np.sin(np.arange(1000) * 0.37) * np.arange(1000)
    value[100:210] = np.nan
    for stretches in (1, 10, 50):
        fast = value[np.unique(extremes(value, 2 * stretches))]
        slow = value[np.unique(_by_numpy(value, stretches))]
        assert len(slow) <= 2 * stretches
        assert np.nanmax(slow) == np.nanmax(fast) == np.nanmax(value)
        assert np.nanmin(slow) == np.nanmin(fast) == np.nanmin(value)
