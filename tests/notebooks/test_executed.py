"""Every notebook of the project runs from top to bottom, as its reader will run it."""

import base64
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
VIEW = "application/vnd.nbboard.view+json"
FILES = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_notebook_is_committed_without_outputs(file):
    """Outputs are made by whoever runs it; diffs stay readable."""
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)

    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.installed
@pytest.mark.timeout(600)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_cell_of_a_notebook_runs(file, tmp_path, monkeypatch, demo_logs):
    """No cell ends with an error or writes a warning to the reader; views leave a picture."""
    # A browser test trains; here the runs are there already, as for a reader's second time.
    shutil.copytree(demo_logs, tmp_path / "logs")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(file, as_version=4)
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()

    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            assert output.output_type != "error", f"cell {number}: {output.get('evalue')}"
            assert output.get("name") != "stderr" or "%|" in output.text, f"cell {number}"
            view = output.get("data", {}).get(VIEW)
            if view is not None:
                assert "text/plain" in output.data, f"cell {number} has no words"
            if view is not None and view["kind"] != "tensorboard":
                picture = base64.b64decode(output.data["image/png"])
                assert picture.startswith(b"\x89PNG"), f"cell {number}"
                assert len(picture) > 2000, f"cell {number} leaves an empty picture"
