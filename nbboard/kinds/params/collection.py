"""The collection of parameters: what each run was given, and by what it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.errors import LogdirError, Problem, UndecodableError
from nbboard.kinds.params.difference import Differences, differences
from nbboard.kinds.params.file_names import PATTERNS, by_folder, folders_above
from nbboard.kinds.params.files import read_file
from nbboard.kinds.params.merge import Given, Param, merged
from nbboard.kinds.params.texts import params_in_text, prefix_of_tag
from nbboard.logdir.bulk import read_points
from nbboard.logdir.names import Names, matcher, names_near
from nbboard.logdir.of_runs import OfRuns
from nbboard.series.refresh import AT_ONCE
from nbboard.series.workers import Workers
from nbboard.text import counted, natural_key, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.kinds.params.flat import ParamValue
    from nbboard.logdir import table as tables
    from nbboard.logdir.kind import Kind
    from nbboard.logdir.log import LogDir
    from nbboard.logdir.restarts import Restarts
    from nbboard.series import FileBeside
    from nbboard.storage import FileStat

__all__ = ["Params"]


class _Read(NamedTuple):
    """What a file held when it was in a state."""

    stat: FileStat | None
    values: dict[str, ParamValue]


class Params(OfRuns):
    """What the runs of a logdir were given, from every source that stands beside them.

    Sources are the hparams plugin, settings that were logged as text, and files in the run's
    folder or up to three above it: ``hparams.yaml``, ``args.yaml``, ``.hydra/config.yaml`` and
    others. ``log.params[run]`` is ``{name: Param}``; as a table one row a run and name.

    Attributes
    ----------
    log
        The logdir it belongs to.
    kind
        ``"params"``.
    """

    kind = "params"

    def __init__(
        self,
        log: LogDir,
        kind: Kind[Any],
        restarts: Restarts | None,
        tests: tuple[Callable[[str], bool], ...] = (),
        shared: None = None,
    ) -> None:
        super().__init__(log, kind, restarts, tests, shared)
        self._files: dict[str, _Read] = {}
        self._texts: dict[str, list[Given]] = {}
        self._texts_version = -1
        self._cached: tuple[int, dict[str, dict[str, Param]]] | None = None

    def by_run(self) -> Mapping[str, Mapping[str, Param]]:
        """Return the parameters of each run that has any, by run and name."""
        version = self.log.version
        if self.log.is_lazy:
            return _of_table(self.log, [run for run in self.log.runs if self._has(run)])
        if self._cached is None or self._cached[0] != version:
            self._cached = (version, self._collect())
        return self._cached[1]

    @property
    def says_more(self) -> bool:
        """Whether files or texts say anything, besides the hparams plugin."""
        log = self.log
        if log.store.files_beside(PATTERNS):
            return True
        return "text" in log.kinds and any(
            prefix_of_tag(key.tag) is not None for key in log.text.keys
        )

    def of_some(self, runs: Sequence[str]) -> Mapping[str, Mapping[str, Param]]:
        """Return the parameters of some runs; where there may be a million, of these alone."""
        if self.log.is_lazy:
            return _of_table(self.log, runs)
        given = self.by_run()
        return {run: given[run] for run in runs if run in given}

    def _collect(self) -> dict[str, dict[str, Param]]:
        runs = [run for run in self.log.runs if self._has(run)]
        files = by_folder(self.log.store.files_beside(PATTERNS))
        with Workers(AT_ONCE) as workers:
            # Where reading means waiting, many are read at a time.
            distant = [
                f for held in files.values() for f in held.values() if not f.storage.is_local
            ]
            for _ in workers.map(self._values, distant):
                pass
        logged = self.log.hparams.of_runs() if "hparams" in self.log.kinds else {}
        texts = self._settings_texts()
        spelled = {n.replace("/", "."): n for given in logged.values() for n in given}
        found: dict[str, dict[str, Param]] = {}
        for run in runs:
            # By the name of the source: the nearest one of a name counts.
            sources: dict[str, Given] = {}
            if run in logged:
                sources["hparams"] = Given("hparams", dict(logged[run]))
            for folder in folders_above(run):
                held = files.get(folder, {})
                for name in (name for name in PATTERNS if name in held):
                    if name not in sources and (values := self._values(held[name])):
                        sources[name] = Given(_place(held[name], run), values)
                for given in texts.get(folder, ()):
                    sources.setdefault(given.source, given)
            if sources:
                found[run] = merged(sources.values(), spelled)
        return found

    def _values(self, file: FileBeside) -> dict[str, ParamValue]:
        held = self._files.get(file.path)
        if held is None or held.stat is None or held.stat != file.stat:
            self.log.forget_problems(file.path)
            try:
                values = read_file(file)
            except UndecodableError as error:
                values = {}
                self.log.note_problem(Problem(file.path, 0, f"parameters: {error}", 0), file.run)
            held = self._files[file.path] = _Read(file.stat, values)
        return held.values

    def _settings_texts(self) -> dict[str, list[Given]]:
        """Return the settings that were logged as text, by run; only what changed is read."""
        version = self.log.version
        changed = None
        if self._texts_version >= 0:
            changed = self.log.changed_runs(self._texts_version)
        if self._texts_version != version and "text" in self.log.kinds:
            text = self.log.text
            keys = [
                key
                for key in text.keys
                if (changed is None or key.run in changed) and prefix_of_tag(key.tag) is not None
            ]
            for run in self._texts.keys() if changed is None else changed:
                self._texts[run] = []
            self._read_texts([text[key.run, key.tag] for key in keys])
        self._texts_version = version
        return self._texts

    def _read_texts(self, series: list[Any]) -> None:
        # The last one counts: a job that was restarted logs its settings again.
        points = [(one, len(one) - 1) for one in series if len(one)]
        found: list[tuple[int, Given]] = []
        for number, samples, error in read_points(points):
            one, index = points[number]
            tag = one.tag
            try:
                if error is not None:
                    raise UndecodableError(str(error))  # noqa: TRY301 - told as the others are
                values = params_in_text(tag, str(samples[0]) if samples else "")
            except UndecodableError as problem:
                file, offset = one.place(index)
                why = f"parameters in text {tag!r}: {problem}"
                self.log.note_problem(Problem(file, offset, why, 0), one.run)
                continue
            if values:
                found.append((number, Given(tag.removesuffix("/text_summary"), values)))
        for number, given in sorted(found, key=lambda item: item[0]):
            self._texts.setdefault(points[number][0].run, []).append(given)

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs of which any parameter is known."""
        return tuple(self.by_run())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parameters, in natural order."""
        found = {name for given in self.by_run().values() for name in given}
        return tuple(sorted(found, key=natural_key))

    def diff(self, runs: Names | None = None, names: Names | None = None) -> Differences:
        """Return the parameters in which runs differ; see :func:`nbboard.diff`."""
        test = None if runs is None else matcher("run", runs)
        there = [run for run in self.log.runs if self._has(run)]
        chosen = [run for run in there if test is None or test(run)]
        if not chosen and runs is not None:
            raise LogdirError(f"no run fits {runs!r}; {names_near(str(runs), there, 'run')}")
        given = self.of_some(chosen)
        return differences(
            {run: given.get(run, {}) for run in chosen},
            None if names is None else matcher("name", names),
            self.log.name,
        )

    def __getitem__(self, run: str) -> Mapping[str, Param]:
        """Return the parameters of a run; empty if none are known.

        Raises
        ------
        LogdirError
            If there is no such run.
        """
        if run not in self.log:
            near = names_near(run, self.log.runs, "run") if self.log.runs else self.log.why_empty()
            raise LogdirError(f"there is no run {run!r}; {near}")
        return self.of_some([run]).get(run, {})

    def __contains__(self, run: object) -> bool:
        return run in self.by_run()

    def __iter__(self) -> Iterator[str]:
        """Iterate over the runs of which parameters are known, as over the keys of a dict."""
        return iter(self.by_run())

    def __len__(self) -> int:
        """Of how many runs parameters are known."""
        return len(self.by_run())

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        given = self.by_run()
        sources = _sources(given.values())
        lines = [f"parameters of {self.log.name}: {counted(len(given), 'run')}"]
        lines += [f"  {printable(name):<28} {count:>6,} runs" for name, count in sources.items()]
        return "\n".join(lines)

    def _table(self) -> tables.Table:
        rows = [
            (run, name, param)
            for run, given in self.by_run().items()
            for name, param in given.items()
        ]
        return {
            "run": [run for run, _, _ in rows],
            "name": [name for _, name, _ in rows],
            "value": [param.value for _, _, param in rows],
            "source": [param.source for _, _, param in rows],
        }


def _of_table(log: LogDir, runs: Sequence[str]) -> dict[str, dict[str, Param]]:
    """Return the parameters of some runs of a catalogue, which does not keep where they stood."""
    table = log.runs_table.among(runs)
    names = [name for name in table.columns if name.startswith("hp.")]
    page = table.page(0, len(table), ["run", *names])
    found: dict[str, dict[str, Param]] = {}
    for row, run in enumerate(page["run"].tolist()):
        values = ((name[3:], page[name][row]) for name in names)
        found[run] = {
            name: Param(value.item() if isinstance(value, np.generic) else value, "catalogue")
            for name, value in values
            if value is not None and not (isinstance(value, float) and np.isnan(value))
        }
    return found


def _place(file: FileBeside, run: str) -> str:
    """Return what a file is called, with its folder where that is not the run's own."""
    return file.name if file.run in {run, "."} else f"{file.run}/{file.name}"


def _sources(given: Iterable[Mapping[str, Param]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for params in given:
        for name in {param.source.rpartition("/")[2] for param in params.values()}:
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
