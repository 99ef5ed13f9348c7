"""What differed between runs, as a small table."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nbboard.errors import LogdirError
from nbboard.kinds.params.merge import alike
from nbboard.logdir import table as tables
from nbboard.logdir.names import names_near
from nbboard.text import counted, natural_key, printable

if TYPE_CHECKING:
    from nbboard.kinds.params.flat import ParamValue
    from nbboard.kinds.params.merge import Param

__all__ = ["Differences", "differences"]

#: What is said of the machine and its packages stands behind what was chosen for the run.
_CIRCUMSTANCES = ("git", "command", "machine", "package")
#: Rows and columns of what a cell shows; all of it is in the table's other forms.
_MOST_ROWS = 60
_MOST_COLUMNS = 30
_MOST_LETTERS = 60


class Differences(tables.Tabular):
    """The parameters in which some runs differ: one row a run, one column a parameter.

    ``differences[name]`` is ``{run: value}``.

    Attributes
    ----------
    runs
        The runs that are compared: those of which any parameter is known.
    names
        The parameters in which they differ: values that are not the same, or that some
        runs have and others do not. What describes the machine stands last.
    constant
        What is the same in all of them, by name.
    unknown
        The runs of which no parameter is known.
    """

    def __init__(
        self,
        given: Mapping[str, Mapping[str, Param]],
        names: tuple[str, ...],
        constant: Mapping[str, ParamValue],
        where: str,
    ) -> None:
        self.runs = tuple(run for run, params in given.items() if params)
        self.names = names
        self.constant = constant
        self.unknown = tuple(run for run, params in given.items() if not params)
        self._given = given
        self._where = where

    def __getitem__(self, name: str) -> dict[str, ParamValue]:
        """Return the values of a parameter, by run; runs without it are left out.

        Raises
        ------
        LogdirError
            If the runs do not differ in it.
        """
        if name not in self.names:
            if name in self.constant:
                raise LogdirError(f"{name!r} is {self.constant[name]!r} in all of the runs")
            near = names_near(name, self.names, "name") if self.names else "they differ in nothing"
            raise LogdirError(f"no run has {name!r}; {near}")
        return {run: self._given[run][name].value for run in self.runs if name in self._given[run]}

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __len__(self) -> int:
        """In how many parameters the runs differ."""
        return len(self.names)

    def __bool__(self) -> bool:
        """Whether they differ in anything."""
        return bool(self.names)

    def _table(self) -> tables.Table:
        table: tables.Table = {"run": list(self.runs)}
        for name in self.names:
            column = name if name != "run" else "param/run"
            table[column] = [
                param.value if (param := self._given[run].get(name)) else None for run in self.runs
            ]
        return table

    def _said(self) -> str:
        """Return in a sentence what is compared, and what is not shown."""
        parts = [f"{counted(len(self.runs), 'run')} of {self._where}"]
        parts.append(f"differ in {counted(len(self.names), 'parameter')}" if self.runs else "")
        parts.append(f"{len(self.constant):,} the same in all" if self.constant else "")
        if self.unknown:
            parts.append(f"no parameters known of {counted(len(self.unknown), 'run')}")
        return "; ".join(part for part in parts if part)

    def _cells(self, run: str) -> list[str]:
        given = self._given[run]
        return [value_text(given[n].value) if n in given else "" for n in self.names]

    def __repr__(self) -> str:
        names = [printable(name) for name in self.names[:_MOST_COLUMNS]]
        rows = [["run", *names]]
        rows += [
            [printable(run), *map(printable, self._cells(run)[:_MOST_COLUMNS])]
            for run in self.runs[:_MOST_ROWS]
        ]
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join([printable(self._said()), *(lines if self.names else []), *self._more()])

    def _more(self) -> list[str]:
        rows, columns = len(self.runs) - _MOST_ROWS, len(self.names) - _MOST_COLUMNS
        left = [counted(rows, "run")] if rows > 0 else []
        left += [counted(columns, "parameter")] if columns > 0 else []
        return [f"and {' and '.join(left)} more: see .to_pandas()"] if left and self.names else []

    def _repr_html_(self) -> str:
        # Everything that comes out of the log is text here, never markup.
        said = f"<p>{html.escape(printable(self._said()))}</p>"
        if not self.names:
            return said
        head = "".join(_cell("th", name) for name in ("run", *self.names[:_MOST_COLUMNS]))
        rows = "".join(
            f"<tr>{_cell('th', run, 'left')}"
            + "".join(_cell("td", cell) for cell in self._cells(run)[:_MOST_COLUMNS])
            + "</tr>"
            for run in self.runs[:_MOST_ROWS]
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        more = "".join(f"<p>{html.escape(line)}</p>" for line in self._more())
        return f'{said}<div style="overflow-x: auto">{table}</div>{more}'


def differences(
    given: Mapping[str, Mapping[str, Param]],
    test: Callable[[str], bool] | None,
    where: str,
) -> Differences:
    """Return in which parameters runs differ.

    Parameters
    ----------
    given
        The parameters of each run; runs without any are not compared.
    test
        Of a name: whether it is looked at. None for all.
    where
        What the runs are of, for what is said about them.
    """
    known = [params for params in given.values() if params]
    names = dict.fromkeys(name for params in known for name in params)
    differing: list[str] = []
    constant: dict[str, Any] = {}
    for name in names:
        if test is not None and not test(name):
            continue
        first = known[0].get(name)
        same = first is not None and all(
            name in params and alike(first.value, params[name].value) for params in known
        )
        if same and first is not None:
            constant[name] = first.value
        else:
            differing.append(name)
    return Differences(given, tuple(sorted(differing, key=_rank)), constant, where)


def _rank(name: str) -> tuple[bool, str]:
    return name.partition(".")[0] in _CIRCUMSTANCES, natural_key(name)


def value_text(value: ParamValue) -> str:
    """Return a value as somebody would write it, on one line."""
    if isinstance(value, float):
        return f"{value:.6g}"
    text = " ".join(str(value).split())
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 3] + "..."


def _cell(element: str, text: str, align: str = "right") -> str:
    shown = html.escape(printable(text))
    return f'<{element} style="text-align: {align}" title="{shown}">{shown}</{element}>'
