"""One log whose runs, tags, hyperparameters, values, titles and captions are all hostile."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.views import hparams_logs
from tests.views.image_logs import flat, write_images

__all__ = ["ODD", "write_odd"]

#: What names should not be: each would break a page that takes it for more than text.
ODD = (
    "<img src=x onerror=alert(1)>",
    "line\nbreak\r\ttab",
    "\u202eright to left\u202c \u05e2\u05d1\u05e8\u05d9\u05ea",
    f"l{'o' * 9998}ng",
    "a\u0300\u0301" * 300,
    "\x00nul\x07\x1b[31m",
    "'\"`&amp;<>",
    "",
    " ",
    "\U0001f3f4\u200d\u2620\ufe0f" * 40,
    "=1+1",
    "../../etc",
    "a|b,c;d",
    "__proto__",
    "constructor",
    "toString",
)


def write_odd(root: Path) -> list[str]:
    """Write a trial with two scalars and two images for each string; return the runs.

    The last run's folder has a name that is no UTF-8, where the system has such names.
    """
    runs = []
    for number, text in enumerate(ODD):
        run = f"{_as_folder(text)}{number}"
        tag = text or "tag"
        hparams = {"value": text, "n": float(number), text or "name": float(number)}
        curves = {tag: [(0, 1.0), (5, 2.0)], "loss": [(0, 1.0), (1, 0.5 * number)]}
        hparams_logs.session(root / run, hparams, curves)
        pictures = {step: [flat((200 * step, 9 * number, 99))] for step in (0, 1)}
        write_images(root, run, tag, pictures, title=text, caption=text)
        runs.append(run)
    hparams_logs.session(root / "bad", {"n": 99.0}, {"loss": [(0, 1.0)]})
    run = os.fsdecode(b"bad\xff\xfe") if sys.platform == "linux" else "bad"
    (root / "bad").rename(root / run)
    return [*runs, run]


def _as_folder(text: str) -> str:
    """Return what of a text can be the name of a folder: no NUL, no slash, 255 bytes."""
    name = text.replace("/", "\u2215").replace("\x00", "")
    return name.encode()[:200].decode(errors="ignore")
