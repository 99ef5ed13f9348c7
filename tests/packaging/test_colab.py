"""Colab's releases on Colab's Python, in a kernel like Colab's.

Colab's own kernel class is on no package index, so it is imitated by what matters of it: a shell
of a class of its own below IPython's, and a ``google.colab`` that is asked to run scripts in the
page. The long form of the tests installs all this, so it is run by ``make soak``.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser import wheel

PINS = Path(__file__).parent / "hosts" / "colab.txt"

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]

KERNEL = """
import sys, types
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell

class Shell(ZMQInteractiveShell):
    pass

class Kernel(IPythonKernel):
    def _shell_class_default(self):
        return Shell

asked = []
colab = types.ModuleType("google.colab")
colab.output = types.ModuleType("google.colab.output")
colab.output.eval_js = lambda script, **options: asked.append(script)
colab.output.enable_custom_widget_manager = lambda: None
colab.output._widgets = types.SimpleNamespace(_installed_url="https://colab.example/manager.js")
colab.asked = asked
sys.modules["google.colab"], sys.modules["google.colab.output"] = colab, colab.output
IPKernelApp.launch_instance(kernel_class=Kernel)
"""

CELLS = [
    "import sys; print(sys.version_info[:2], type(get_ipython()).__name__)",
    "%load_ext nbboard\n%reload_ext nbboard",
    "%tensorboard --logdir {logs}",
    "from google.colab import asked; print('proxyPort' in asked[0])",
    "%tensorboard stop",
    "import nbboard; log = nbboard.open({logs!r}, progress=False); log",
    "log.scalars",
    "%nbboard scalars {logs}",
    "view = log.scalars.view(smoothing=0.3); view",
    "view.smoothing = 0.9; print(len(view.data), view.selection)",
    "log.scalars.figure().savefig({logs!r} + '/loss.png')",
]


@pytest.fixture(scope="module")
def colab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with Colab's releases, nbboard, and the kernel above."""
    (version,) = re.findall(r"(?m)^# python (\S+)$", PINS.read_text())
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "-c", ""], check=False).returncode:
        pytest.skip(f"Colab has Python {version}, which this machine does not")
    folder = tmp_path_factory.mktemp("colab")
    wanted = [
        wheel.build_wheel(tmp_path_factory.mktemp("wheel")),
        "ipykernel",
        "nbclient",
        "pandas",
    ]
    # uv: what takes pip ten minutes on a busy machine takes it one.
    subprocess.run(["uv", "venv", "--quiet", "--python", python, folder], check=True)
    pip = ["uv", "pip", "install", "--quiet", "--python", folder / "bin/python"]
    subprocess.run([*pip, "--constraint", PINS, *wanted], check=True)
    kernel = folder / "share/jupyter/kernels/python3"
    kernel.mkdir(parents=True, exist_ok=True)
    (folder / "kernel.py").write_text(KERNEL)
    command = [str(folder / "bin/python"), str(folder / "kernel.py"), "-f", "{connection_file}"]
    specification = {"argv": command, "display_name": "Colab", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(specification))
    return folder / "bin/python"


def test_all_of_nbboard_runs_with_colabs_releases_in_an_imitated_kernel(
    colab: Path, tmp_path: Path
) -> None:
    """Magics, views and the saved notebook work; nothing of Colab's was moved to get there."""
    import nbformat
    from tensorboardX import SummaryWriter

    with SummaryWriter(str(tmp_path / "logs/run")) as writer:
        for step in range(20):
            writer.add_scalar("loss", 1 / (step + 1), step)
    cells = [cell.format(logs=str(tmp_path / "logs")) for cell in CELLS]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    path = tmp_path / "colab.ipynb"
    nbformat.write(notebook, path)
    run = "import nbclient, nbformat, sys; n = nbformat.read(sys.argv[1], 4); "
    run += "nbclient.NotebookClient(n, timeout=300).execute(); nbformat.write(n, sys.argv[1])"
    subprocess.run([colab, "-c", run, path], check=True)

    outputs = [cell.outputs for cell in nbformat.read(path, 4).cells]
    assert outputs[0][0].text.strip() == "(3, 13) Shell"
    assert "TensorBoard was shown here" in outputs[2][0].data["text/html"]
    assert outputs[3][0].text.strip() == "True"
    widget = "application/vnd.jupyter.widget-view+json"
    for place in (5, 6, 7, 8):
        (output,) = outputs[place]
        assert {widget, "image/png", "text/plain"} <= set(output.data)
        assert "custom_widget_manager" in output.metadata[widget]["colab"]
    freeze = subprocess.run(
        ["uv", "pip", "freeze", "--python", colab], check=True, capture_output=True, text=True
    ).stdout
    installed = dict(re.findall(r"(?m)^(\S+)==(\S+)$", freeze.lower().replace("_", "-")))
    pins = dict(re.findall(r"(?m)^(\S+)==(\S+)$", PINS.read_text()))
    assert {n: v for n, v in installed.items() if pins.get(n, v) != v} == {}
