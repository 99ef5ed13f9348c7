"""The frame in Google Colab, which has its own way from the page to a port of the kernel."""

from __future__ import annotations

import html
import json
import secrets
import sys
from typing import TYPE_CHECKING, Any

from nbboard.notebook import words

if TYPE_CHECKING:
    from nbboard.server import Server

__all__ = ["script", "show"]

# Runs in the output's own frame and is not saved with the notebook, as a displayed
# script would be: it holds the server's secret path.
_SCRIPT = """\
(async ({id, port, path, height, width, theme}) => {
  const place = document.getElementById(id);
  if (!place) return;
  const dark = theme === "auto" ? document.documentElement.getAttribute("theme") === "dark"
                                : theme === "dark";
  try {
    const url = new URL(path, await google.colab.kernel.proxyPort(port, {cache: true}));
    url.searchParams.set("tensorboardColab", "true");
    url.searchParams.set("darkMode", String(dark));
    const frame = document.createElement("iframe");
    frame.title = "TensorBoard";
    frame.src = url.href;
    frame.style.border = "0";
    frame.style.setProperty("width", width, "important");
    frame.style.setProperty("height", height, "important");
    const link = document.createElement("a");
    link.href = url.href;
    link.target = "_blank";
    link.textContent = "Open in new tab";
    place.replaceChildren(link, frame);
    google.colab.output.resizeIframeToContent?.();
  } catch (error) {
    place.textContent = "Colab did not open a way to TensorBoard (" + error + "). Allow cookies " +
      "of third parties for this site, or leave the private window, and run the cell again.";
  }
})"""


def script(server: Server, place: str, *, height: str, width: str, theme: str) -> str:
    """Return the script that frames a server by Colab's ``proxyPort``.

    Parameters
    ----------
    server
        The server.
    place
        The id of the element to put the frame into.
    height, width
        CSS lengths.
    theme
        ``"auto"``, ``"light"`` or ``"dark"``.
    """
    details = {
        "id": place,
        "port": server.port,
        "path": server.path,
        "height": height,
        "width": width,
        "theme": theme,
    }
    # JSON is JavaScript, except that "<" could end a script element.
    values = json.dumps(details).replace("<", "\\u003c")
    return f"{_SCRIPT}({values})"


def show(server: Server, label: str, *, height: str, width: str, theme: str) -> None:
    """Display a sentence, and let Colab put the frame in its place.

    Parameters
    ----------
    server
        The server.
    label
        The logdir, as the person wrote it.
    height, width
        CSS lengths.
    theme
        ``"auto"``, ``"light"`` or ``"dark"``.
    """
    import IPython.display

    markup: Any = IPython.display.HTML  # it is untyped
    place = f"nbboard-{secrets.token_hex(4)}"
    sentence = html.escape(
        f"TensorBoard was shown here over {label} while the notebook ran. "
        "Run the cell again to see it."
    )
    words.Shown(markup(f'<div id="{place}">{sentence}</div>'))
    output = sys.modules["google.colab"].output
    output.eval_js(
        script(server, place, height=height, width=width, theme=theme), ignore_result=True
    )
