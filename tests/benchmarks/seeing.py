"""When something is first in a page, to a frame's precision.

Playwright's own waits ask more and more rarely, at last twice a second: what they time is up to
half a second too long, and two things that differ by less look the same.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Frame, Page

__all__ = ["first_seen", "watch_for"]

# Looks in each frame of the page, open shadow roots included, and notes when there is a match.
WATCH = """(selector => {
  window.nbbSeen = null;
  const find = root => {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot && find(element.shadowRoot)) return element;
    }
    return null;
  };
  const look = () => {
    if (find(document)) window.nbbSeen = Date.now();
    else requestAnimationFrame(look);
  };
  look();
})(%s);"""


def watch_for(place: BrowserContext | Page | Frame, selector: str) -> None:
    """Note when an element first matches: in all pages a context opens, or in one that is open."""
    script = WATCH % json.dumps(selector)
    if hasattr(place, "new_page"):
        place.add_init_script(script)
    else:
        place.evaluate(script)


def first_seen(frame: Page | Frame, start: float, seconds: float = 120) -> float:
    """Return the seconds from ``start``, a ``time.time()``, until it was there.

    Raises
    ------
    TimeoutError
        It never was.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen = frame.evaluate("() => window.nbbSeen")
        if seen is not None:
            return float(seen) / 1e3 - start
        time.sleep(0.05)
    raise TimeoutError(f"nothing was seen within {seconds:.0f} s")
