"""Google Colab, which is faked: what nbboard asks of it is asserted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from IPython.utils.capture import capture_output

from nbboard import server as servers
from nbboard.notebook import colab

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """A google.colab that notes what it is asked to run in the page."""
    noted: list[tuple[str, dict[str, Any]]] = []
    fake = ModuleType("google.colab")

    def eval_js(script: str, **options: Any) -> None:
        noted.append((script, options))

    fake.output = SimpleNamespace(eval_js=eval_js)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google.colab", fake)
    return noted


def test_the_frame_goes_through_colabs_own_port_helper(
    shell: InteractiveShell,
    magic: Callable[[str], str],
    logdir: Path,
    calls: list[tuple[str, dict[str, Any]]],
) -> None:
    """Colab is asked for a way to the port; nothing that is saved holds the secret."""
    with capture_output() as shown:
        shell.run_line_magic("tensorboard", f"--logdir '{logdir}' --height 500 --theme dark")
    server = servers.list()[0]
    ((script, options),) = calls

    assert options == {"ignore_result": True}
    assert "google.colab.kernel.proxyPort(port" in script
    assert f'"port": {server.port}' in script
    assert f'"path": "{server.path}"' in script
    assert '"height": "500px"' in script
    assert '"theme": "dark"' in script
    (output,) = shown.outputs
    assert "TensorBoard was shown here" in output.data["text/html"]
    assert f'"id": "{output.data["text/html"].split(chr(34))[1]}"' in script
    secret = server.path.strip("/")
    assert secret not in str(output.data) + shown.stdout + shown.stderr


def test_values_cannot_end_the_script(calls: object) -> None:
    """Nothing a value holds can close the script's element."""
    server: Any = SimpleNamespace(port=1, path="/</script>/")
    script = colab.script(server, "x", height="1px", width="1px", theme="auto")

    assert "</script>" not in script
