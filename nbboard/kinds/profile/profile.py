"""One session of profiling: its hosts, as tables, and what they say together."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import LogdirError
from nbboard.kinds.profile.compare import compare_tables
from nbboard.kinds.profile.host import Host
from nbboard.kinds.profile.read import Reading, read_host
from nbboard.kinds.profile.roles import ROLES
from nbboard.kinds.profile.trace import PS_PER_US
from nbboard.logdir import table as tables
from nbboard.progress import Progress
from nbboard.text import counted, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.kinds.profile.files import SessionFiles
    from nbboard.kinds.profile.verdict import Verdict

__all__ = ["Profile", "ProfileTable"]


class ProfileTable(tables.Tabular):
    """Rows of a profile: to pandas, polars, Arrow, CSV or Parquet.

    Parameters
    ----------
    name
        What the rows are, for example ``"steps"``.
    columns
        By name, of equal length.
    """

    def __init__(self, name: str, columns: tables.Table) -> None:
        self._name = name
        self._columns = columns

    def _table(self) -> tables.Table:
        return self.table()

    def table(self) -> tables.Table:
        """Return the columns by name, NumPy arrays and lists."""
        return dict(self._columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def __getitem__(self, column: str) -> Any:
        """Return one column: NumPy for numbers."""
        return self._columns[column]

    def __repr__(self) -> str:
        """Say how many rows there are, and which columns."""
        return f"{counted(len(self), 'row')} of {self._name}: {', '.join(self._columns)}"


class Profile:
    """One session of profiling; ``log.profile[run, session]``. Read when first asked.

    Attributes
    ----------
    run, session
        Its names.
    """

    def __init__(
        self,
        files: SessionFiles,
        note: Callable[[str, str], object] = lambda _path, _reason: None,
    ) -> None:
        self.run = files.run
        self.session = files.session
        self._files = files
        self._note = note
        self._lock = threading.RLock()
        self._hosts: tuple[Host, ...] | None = None
        self._refused: dict[str, str] = {}

    def read(self, reading: Reading | None = None) -> Profile:
        """Read the files now; everything else does so when it needs them.

        Parameters
        ----------
        reading
            Told how far it is, and asked whether to go on; a bar in the notebook or
            terminal if None.

        Returns
        -------
        Profile
            This one.
        """
        with self._lock:
            if self._hosts is not None:
                return self
            if reading is None:
                with Progress(f"reading profile {printable(self.session)}", "B") as bar:
                    self._read(Reading(bar))
            else:
                self._read(reading)
        return self

    def _read(self, reading: Reading) -> None:
        hosts: dict[str, list[Any]] = {}
        for file in self._files.files:
            hosts.setdefault(file.host, []).append(file)
        reading.total += self.size()
        found = []
        for name, files in hosts.items():
            host = Host(read_host(name, files, reading))
            for path, why in host.files.refused.items():
                self._note(path, why)
            if host.files.read:
                found.append(host)
            self._refused.update(host.files.refused)
        self._hosts = tuple(
            sorted(found, key=lambda host: (host.rank is None, host.rank or 0, host.name))
        )

    @property
    def hosts(self) -> tuple[Host, ...]:
        """The hosts or ranks, by rank and name."""
        self.read()
        return self._hosts or ()

    @property
    def is_read(self) -> bool:
        """Whether the files were read."""
        return self._hosts is not None

    def host(self, name: str | None = None) -> Host:
        """Return one host; the one whose steps are the slowest if not named.

        Raises
        ------
        LogdirError
            If there is none of that name, or none at all.
        """
        hosts = self.hosts
        if not hosts:
            raise LogdirError(f"nothing of profile {self.session!r} can be read: see log.problems")
        if name is None:
            return max(hosts, key=_mean_step)
        for host in hosts:
            if host.name == name:
                return host
        known = ", ".join(repr(host.name) for host in hosts)
        raise LogdirError(f"no host {name!r} in profile {self.session!r}; hosts: {known}")

    @property
    def refused(self) -> dict[str, str]:
        """For each file of which nothing is shown its path and the reason."""
        self.read()
        return dict(self._refused)

    def size(self) -> int:
        """Return how many bytes there are to read, compressed as they are."""
        return sum(
            file.file.stat.size
            for file in self._files.files
            if not file.refusal and file.file.stat is not None
        )

    @property
    def paths(self) -> list[str]:
        """All files of the session."""
        return [file.path for file in self._files.files]

    @property
    def notes(self) -> list[str]:
        """What could not be read, was left out or is estimated, in sentences."""
        several = len(self.hosts) > 1
        return [
            f"{host.name}: {note}" if several else note
            for host in self.hosts
            for note in host.notes
        ]

    @property
    def verdict(self) -> Verdict:
        """What is slow on the slowest host, why, and what to do about it."""
        return self.host().verdict

    # ------------------------------------------------------------ tables

    @property
    def steps(self) -> ProfileTable:
        """One row a step and host: ``host, step, start_us, duration_us``, and the microseconds of each role.

        No moment counts for two roles; a row of roles adds up to its duration.
        """
        columns: dict[str, list[Any]] = {
            name: [] for name in ("host", "step", "start_us", "duration_us", *_ROLE_COLUMNS)
        }
        for host in self.hosts:
            steps = host.steps
            if steps is None:
                continue
            columns["host"] += [host.name] * len(steps)
            columns["step"] += steps.names
            columns["start_us"].append(steps.start / PS_PER_US)
            columns["duration_us"].append(steps.duration / PS_PER_US)
            for place, name in enumerate(_ROLE_COLUMNS):
                columns[name].append(steps.by_role[:, place] / PS_PER_US)
        return ProfileTable("steps", _joined(columns, texts=("host", "step")))

    @property
    def ops(self) -> ProfileTable:
        """One row an operator and host: ``host, name, type, calls, host_us, self_host_us, device_us, self_device_us``."""
        return self._by_host("operators", "operators", texts=("host", "name", "type"))

    @property
    def modules(self) -> ProfileTable:
        """One row a module (``nn.Module``) and host, with the columns of :attr:`ops`."""
        return self._by_host("modules", "modules", texts=("host", "name"))

    @property
    def kernels(self) -> ProfileTable:
        """One row a kernel and host.

        ``host, name, calls, total_us, mean_us, min_us, max_us, blocks_per_sm, occupancy``
        (percent; NaN where not recorded), ``operator``.
        """
        return self._by_host("kernels", "kernels", texts=("host", "name", "operator"))

    def _by_host(self, name: str, attribute: str, texts: tuple[str, ...]) -> ProfileTable:
        columns: dict[str, list[Any]] = {}
        for host in self.hosts:
            table = getattr(host, attribute)
            columns.setdefault("host", [])
            columns["host"] += [host.name] * len(table["name"])
            for column, values in table.items():
                known = columns.setdefault(column, [])
                if column in texts:
                    known += values
                else:
                    known.append(values)
        return ProfileTable(name, _joined(columns, texts))

    @property
    def spans(self) -> ProfileTable:
        """One row a span: ``host, process, thread, name, category, start_us, duration_us, self_us, depth, correlation``."""
        columns: dict[str, list[Any]] = {name: [] for name in _SPAN_NUMBERS}
        coded: dict[str, tuple[list[Any], list[str]]] = {name: ([], []) for name in _SPAN_NAMES}
        for host in self.hosts:
            if host.trace is None:
                continue
            spans, trace = host.trace.spans, host.trace
            for column, names, codes in (
                ("host", [host.name], np.zeros(len(spans), np.int32)),
                ("process", [track.process for track in trace.tracks], spans.track),
                ("thread", [track.thread for track in trace.tracks], spans.track),
                ("name", trace.names.all, spans.name),
                ("category", trace.categories.all, spans.category),
            ):
                parts, known = coded[column]
                parts.append(codes + np.int32(len(known)))
                known += names
            columns["start_us"].append(spans.start / PS_PER_US)
            columns["duration_us"].append(spans.duration / PS_PER_US)
            columns["self_us"].append(spans.self_time / PS_PER_US)
            columns["depth"].append(spans.depth)
            columns["correlation"].append(spans.correlation)
        table: tables.Table = {name: _coded(*coded[name]) for name in _SPAN_NAMES}
        return ProfileTable("spans", {**table, **_joined(columns, texts=())})

    @property
    def ranks(self) -> ProfileTable:
        """One row a host: its mean step, the share of each role, utilisation, and its skew.

        ``skew`` is by how much its mean step is longer than that of the quickest, 0 for
        that one; ``overlap`` the share of communication that ran beside computation.
        """
        means = np.array([_mean_step(host) for host in self.hosts]) / PS_PER_US
        quickest = means[means > 0].min(initial=np.inf)
        shares = np.array(
            [
                host.steps.shares if host.steps is not None else np.zeros(len(ROLES))
                for host in self.hosts
            ]
        ).reshape(-1, len(ROLES))
        return ProfileTable(
            "ranks",
            {
                "host": [host.name for host in self.hosts],
                "rank": [host.rank for host in self.hosts],
                "steps": np.array([len(host.steps or ()) for host in self.hosts], np.int64),
                "mean_step_us": means,
                "skew": np.where(means > 0, means / quickest - 1, np.nan),
                **{name: shares[:, place] for place, name in enumerate(ROLES)},
                "overlap": np.array([_overlap(host) for host in self.hosts]),
                "utilisation": np.array(
                    [
                        np.nan if host.facts.utilisation is None else host.facts.utilisation
                        for host in self.hosts
                    ]
                ),
            },
        )

    def compare(self, other: Profile, what: str = "ops") -> ProfileTable:
        """Compare with another profile: what takes longer there, what is new, what is gone.

        Parameters
        ----------
        other
            The later one.
        what
            ``"ops"`` (their own time, on host and device) or ``"kernels"``.

        Returns
        -------
        ProfileTable
            ``name, before_us, after_us, change_us, ratio, before_calls, after_calls,
            status``; times and calls a step, the largest change first. Of several hosts,
            the slowest of each.

        Raises
        ------
        LogdirError
            If `what` is neither.
        """
        kinds = {
            "ops": ("operators", ("self_host_us", "self_device_us")),
            "kernels": ("kernels", ("total_us",)),
        }
        if what not in kinds:
            raise LogdirError(f"profiles are compared by {' or '.join(kinds)}, not {what!r}")
        attribute, times = kinds[what]
        before, after = self.host(), other.host()
        steps = (len(before.steps or ()), len(after.steps or ()))
        table = compare_tables(getattr(before, attribute), getattr(after, attribute), times, steps)
        return ProfileTable(f"changes of {what}", table)

    def __repr__(self) -> str:
        """Say what it is; and what is slow, once it is read."""
        name = printable(f"profile {self.session} of run {self.run}")
        if not self.is_read:
            return f"{name}: {counted(len(self._files.files), 'file')}"
        if not self.hosts:
            return f"{name}: nothing in it can be read"
        return f"{name}: {counted(len(self.hosts), 'host')}. {self.verdict}"


_ROLE_COLUMNS = tuple(f"{role}_us" for role in ROLES)
_SPAN_NAMES = ("host", "process", "thread", "name", "category")
_SPAN_NUMBERS = ("start_us", "duration_us", "self_us", "depth", "correlation")


def _mean_step(host: Host) -> float:
    return float(host.steps.duration.mean()) if host.steps is not None and len(host.steps) else 0.0


def _overlap(host: Host) -> float:
    from nbboard.kinds.profile.intervals import covered, union
    from nbboard.kinds.profile.roles import COMMUNICATION

    steps = host.traced_steps
    if host.trace is None or steps is None:
        return float("nan")
    spans, mine = host.trace.spans, host.roles == COMMUNICATION
    busy = union(spans.start[mine], spans.end[mine])
    total = covered(busy, steps.start, steps.start + steps.duration).sum()
    return float(steps.overlap.sum() / total) if total else float("nan")


def _joined(columns: dict[str, list[Any]], texts: tuple[str, ...]) -> tables.Table:
    return {
        name: values if name in texts else (np.concatenate(values) if values else np.empty(0))
        for name, values in columns.items()
    }


def _coded(parts: list[Any], names: list[str]) -> tables.Coded:
    codes = np.concatenate(parts) if parts else np.empty(0, np.int32)
    # Threads of several processes may have one name, and a category must not stand twice.
    distinct = list(dict.fromkeys(names))
    place = {name: code for code, name in enumerate(distinct)}
    renumbered = np.array([place[name] for name in names] or [0], np.int32)
    return tables.Coded(renumbered[codes].astype(np.int32), distinct)
