"""The profile plugin in the frame, in an environment of its own: one of the longer checks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.server.environments import environment_with

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

CORPUS = Path(os.environ.get("NBBOARD_CORPUS", Path(__file__).parents[2] / "../shared/corpus"))
DUMP = CORPUS / "data/snehankekre__streamlit-tensorboard/examples/logs/fit/20210613-221927"


@pytest.mark.soak
@pytest.mark.skipif(not DUMP.exists(), reason="the corpus of logs from the wild is not here")
def test_the_profile_tab_reads_a_profile_from_the_wild(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    """tensorboard-plugin-profile loads without TensorFlow and shows the dump's overview."""
    python = environment_with(tmp_path / "environment", "tensorboard-plugin-profile>=2.24")
    logs = tmp_path / "logs"
    shutil.copytree(
        DUMP, logs / "run", dirs_exist_ok=True
    )  # the plugin writes beside what it reads
    cells = [
        f"import sys\nsys.executable = {python!r}\n%load_ext nbboard",
        f"%tensorboard --logdir {{{str(logs)!r}}} --height 700",
    ]
    page = open_notebook(lab, cells)
    page.run_all(wait=False)
    frame = page.frame_page(1, seconds=120)
    frame.get_by_role("tab", name="PROFILE").click()
    inner = frame.frame_locator("iframe")
    inner.get_by_text("Overview Page").first.wait_for(timeout=60_000)
    inner.get_by_text("Performance Summary").first.wait_for(timeout=60_000)
    page.screenshot("frame-profile")

    assert "left out" not in page.output_text(1)
