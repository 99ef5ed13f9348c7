"""One offline HTML file of a view: its module, its state and its data."""

from __future__ import annotations

import base64
import gzip
import html
import json
import time
from typing import TYPE_CHECKING, Any

from nbboard.logdir.whole import whole_file
from nbboard.views.base import View, module
from nbboard.views.shared import wire

if TYPE_CHECKING:
    from pathlib import Path

    import ipywidgets

__all__ = ["write_report"]

#: What of a widget's state means something only to Jupyter.
_LEFT_OUT = (
    "_esm",
    "_payload",
    "_css",
    "layout",
    "tabbable",
    "tooltip",
    "_dom_classes",
    "_anywidget_id",
)

# The policy lets the file run its own script and reach nothing else, whatever was logged.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:; \
media-src data: blob:; font-src data:">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 12px 16px; background: #ffffff; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #111111; }} }}
/* In a notebook a view has a greatest height; here it has the window. */
.nbb-frame[style*="--nbb-height"] {{
  --nbb-height: none !important;
  --nbb-hold: 0px !important;
  max-height: calc(100vh - 56px);
}}
.nbb-board-root {{
  --nbb-board-height: calc(100vh - 56px - var(--nbb-board-bar, 36px)) !important;
}}
footer {{ margin-top: 8px; font: 11px system-ui, sans-serif; color: #757575; }}
</style>
</head>
<body>
<div id="view"></div>
<footer>{footer}</footer>
<script type="text/plain" id="saved">{saved}</script>
<script type="module">{host}</script>
</body>
</html>
"""


def write_report(view: View, path: Path) -> Path:
    """Write the file; see :meth:`nbboard.views.base.View.save`."""
    models: dict[str, Any] = {}
    modules: dict[str, str] = {}
    _collect(view, models, modules)
    saved = {"root": view.model_id, "models": models, "modules": modules}
    page = _PAGE.format(
        title=html.escape(f"{view.kind}: {_where(view)}"),
        footer=html.escape(
            f"{view.kind} of {_where(view)}, saved {time.strftime('%Y-%m-%d %H:%M')} by nbboard"
        ),
        saved=_packed(json.dumps(saved, allow_nan=False, default=str)),
        host=_in_script(module("report").read_text(encoding="utf-8")),
    )
    with whole_file(path) as beside:
        # Names may hold bytes that are no text.
        beside.write_bytes(page.encode("utf-8", "replace"))
    return path


def _where(view: View) -> str:
    """Return the names of the folders, without where they lie on this machine."""
    paths = (str(path).rstrip("/\\") for path in view.logdir.paths)
    return ", ".join(path.replace("\\", "/").rpartition("/")[2] or path for path in paths)


def _without_place(value: Any, view: View) -> Any:
    """Return what the page is told, with paths from the logdirs on in all its texts."""
    if isinstance(value, str):
        for folder in sorted((str(path) for path in view.logdir.paths), key=len, reverse=True):
            bare = folder.rstrip("/\\")
            name = bare.replace("\\", "/").rpartition("/")[2]
            # In the code of a cell a path stands as Python writes it.
            value = value.replace(json.dumps(bare)[1:-1], name).replace(bare, name)
        return value
    if isinstance(value, dict):
        return {key: _without_place(item, view) for key, item in value.items()}
    return [_without_place(item, view) for item in value] if isinstance(value, list) else value


def _collect(widget: ipywidgets.Widget, models: dict[str, Any], modules: dict[str, str]) -> None:
    """Add the state of a widget, and of those it refers to."""
    if widget.model_id in models:
        return
    saved: dict[str, Any] = {}
    models[widget.model_id] = saved
    # First, because a board makes its views when they are asked for.
    parts = list(getattr(widget, "views", {}).values())
    names = [name for name in widget.keys if name not in _LEFT_OUT and _ours(name)]
    state = widget.get_state(names)
    if isinstance(widget, View):
        payload = widget.report_payload()
        for told in ("status", "_code"):
            if told in payload:
                payload = {**payload, told: _without_place(payload[told], widget)}
            if told in state:
                state[told] = _without_place(state[told], widget)
        state["_payload"] = wire.encode(payload)
        state["saved"] = True
        saved["module"] = widget.kind
        # Its own text: the module of another distribution's view lies somewhere else.
        modules[widget.kind] = str(widget._esm)  # noqa: SLF001 - so anywidget names it
        for value in (widget.run_list, *parts):
            _collect(value, models, modules)
    saved["state"] = _encode(state)


def _ours(name: str) -> bool:
    return not name.startswith(("_model", "_view"))


def _encode(value: Any) -> Any:
    """Return what JSON has: bytes as base64, numbers that are not finite as null."""
    if isinstance(value, bytes | bytearray | memoryview):
        return {"$base64": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, dict):
        return {str(key): _encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encode(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):  # noqa: PLR0124
        return None
    return value


def _packed(text: str) -> str:
    """Return a text packed by gzip, in base64: nothing in it can end the element it stands in."""
    # Names may hold bytes that are no text.
    packed = gzip.compress(text.encode("utf-8", "replace"), compresslevel=5, mtime=0)
    return base64.b64encode(packed).decode()


def _in_script(text: str) -> str:
    # Inside strings and regular expressions of JavaScript "<\\/" is "</".
    return text.replace("</script", "<\\/script")
