"""A profile on paper: where the step's time goes, and the operators that take most of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.roles import ROLES
from nbboard.kinds.profile.trace import PS_PER_US
from nbboard.views.paper import FAINT, FONT, INK, SMALL, new_figure, plain
from nbboard.views.profile.words import ROLE_COLORS, ROLE_NAMES, duration_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nbboard.kinds.profile.host import Host
    from nbboard.kinds.profile.profile import Profile

__all__ = ["draw_profile", "draw_sentence"]

#: Inches of a line of the table.
_LINE = 0.19


def draw_profile(
    profile: Profile | None, host_name: str = "", width: float = 7.2, most: int = 20
) -> Figure:
    """Draw it; see :meth:`nbboard.views.profile.view.ProfileView.draw`."""
    if profile is None or not profile.hosts:
        return draw_sentence("No profile yet", width)
    host = profile.host(host_name or None)
    rows = _rows(host, most)
    height = 1.55 + _LINE * (len(rows) + 2)
    figure = new_figure(width, height, layout="none")

    def at(inches: float) -> float:
        return 1 - inches / height

    where = f"{profile.run} · {profile.session}"
    where += f" · {host.name}" if len(profile.hosts) > 1 else ""
    text: dict[str, Any] = {"va": "top", "parse_math": False}
    figure.text(0.015, at(0.1), plain(where), fontsize=SMALL, color=FAINT, **text)
    figure.text(0.015, at(0.28), host.verdict.sentence, fontsize=FONT + 1, color=INK, **text)
    figure.text(0.015, at(0.5), host.verdict.advice, fontsize=SMALL, color=FAINT, **text)
    _stack(figure, host, at(1.0), 0.22 / height)
    _table(figure, rows, at, 1.5)
    return figure


def draw_sentence(sentence: str, width: float = 7.2) -> Figure:
    """Return a figure that says why there is nothing else to see."""
    figure = new_figure(width, 1, layout="none")
    figure.text(0.5, 0.5, sentence, ha="center", va="center", fontsize=FONT)
    return figure


def _stack(figure: Figure, host: Host, bottom: float, height: float) -> None:
    steps = host.steps
    if steps is None or not len(steps):
        return
    axes = figure.add_axes((0.015, bottom, 0.97, height))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    shares, left = steps.shares, 0.0
    labels = []
    for place, role in enumerate(ROLES):
        if shares[place] > 0:
            axes.barh([0], [shares[place]], left=left, color=ROLE_COLORS[role], height=1)
            labels.append((role, shares[place]))
            left += float(shares[place])
    mean = float(steps.duration.mean()) / PS_PER_US
    what = "mean step" if steps.recorded else "time line"
    x = 0.015
    words = [(f"{what} {duration_text(mean)}", INK)]
    labels = sorted((one for one in labels if one[1] >= 0.005), key=lambda one: -one[1])
    words += [
        (f"\u25a0 {ROLE_NAMES[role]} {share:.0%}", ROLE_COLORS[role]) for role, share in labels
    ]
    for word, color in words:
        # As wide as letters of this size are on the average.
        end = x + (0.068 * len(word) + 0.12) / figure.get_figwidth()
        if end > 1:
            break
        figure.text(x, bottom - 0.35 * height, word, fontsize=SMALL, color=color, va="top")
        x = end


def _rows(host: Host, most: int) -> list[tuple[str, int, float, float]]:
    table = host.operators
    own = np.asarray(table["self_host_us"]), np.asarray(table["self_device_us"])
    order = np.argsort(-(own[0] + own[1]), kind="stable")[:most]
    return [
        (
            table["name"][place],
            int(table["calls"][place]),
            float(own[0][place]),
            float(own[1][place]),
        )
        for place in order.tolist()
    ]


def _table(figure: Figure, rows: list[tuple[str, int, float, float]], at: Any, top: float) -> None:
    style: dict[str, Any] = {"fontsize": SMALL, "va": "top", "parse_math": False}
    columns = ((0.63, "calls"), (0.81, "own time, host"), (0.985, "own time, device"))
    figure.text(0.015, at(top), "operator", color=FAINT, **style)
    for x, name in columns:
        figure.text(x, at(top), name, color=FAINT, ha="right", **style)
    for line, (name, calls, host_us, device_us) in enumerate(rows, start=1):
        y = at(top + line * _LINE)
        figure.text(0.015, y, plain(name), color=INK, **style)
        cells = (
            f"{calls:,}",
            duration_text(host_us),
            duration_text(device_us) if device_us else "",
        )
        for (x, _), cell in zip(columns, cells, strict=True):
            figure.text(x, y, cell, color=INK, ha="right", **style)
