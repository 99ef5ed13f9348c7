"""The collection of projector configurations: files beside the event files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, overload

from nbboard.errors import LogdirError, Problem, UndecodableError
from nbboard.kinds.projector.config import ProjectorConfig, parse_projector_config
from nbboard.kinds.projector.embedding import EmbeddingSeries, group_embeddings
from nbboard.kinds.projector.kind import CONFIG_FILE
from nbboard.kinds.projector.shelf import Shelf
from nbboard.logdir.displayed import Displayed
from nbboard.logdir.of_runs import OfRuns
from nbboard.series.find import reason
from nbboard.text import counted, natural_key, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.logdir import table as tables
    from nbboard.logdir.kind import Kind
    from nbboard.logdir.log import LogDir
    from nbboard.logdir.restarts import Restarts
    from nbboard.series import FileBeside

__all__ = ["Projector"]

_LIMIT = 1 << 20


class Projector(Displayed, OfRuns):
    """The projector configurations of a logdir, by run; as a table one row an embedding.

    ``log.projector[run]`` is a :class:`~nbboard.kinds.projector.config.ProjectorConfig`,
    ``log.projector[run, tag]`` an :class:`~nbboard.kinds.projector.embedding.EmbeddingSeries`.

    Attributes
    ----------
    log
        The logdir it belongs to.
    kind
        ``"projector"``.
    """

    _view_name = "projector"
    kind = "projector"

    def __init__(
        self,
        log: LogDir,
        kind: Kind[Any],
        restarts: Restarts | None,
        tests: tuple[Callable[[str], bool], ...] = (),
        shared: Shelf | None = None,
    ) -> None:
        self._shelf = shared or Shelf()
        super().__init__(log, kind, restarts, tests, self._shelf)
        self._cached: tuple[int, dict[str, tuple[FileBeside, ProjectorConfig]]] | None = None

    @property
    def _configs(self) -> dict[str, ProjectorConfig]:
        return {run: config for run, (_, config) in self._found.items()}

    @property
    def _found(self) -> dict[str, tuple[FileBeside, ProjectorConfig]]:
        version = self.log.version
        if self._cached is None or self._cached[0] != version:
            found = self.log.store.files_beside((CONFIG_FILE,))
            if not found:
                self._cached = (version, {})
                return {}
            order = {run: rank for rank, run in enumerate(self.log.runs)}
            # A folder may have a configuration without being a run: these come last.
            files = sorted(
                found,
                key=lambda file: (order.get(file.run, len(order)), natural_key(file.run)),
            )
            configs = {
                file.run: (file, config)
                for file in files
                if self._has(file.run) and (config := self._read(file)) is not None
            }
            self._cached = (version, configs)
        return self._cached[1]

    def _read(self, found: FileBeside) -> ProjectorConfig | None:
        run, path = found.run, found.path
        self.log.forget_problems(path)
        try:
            with found.storage.open(path) as file:
                size = file.stat().size
                data = bytearray(min(size, _LIMIT))
                count = file.read_into(memoryview(data), 0)
            if size > _LIMIT:
                self._refuse(run, path, f"a projector configuration of {size:,} bytes")
                return None
            return parse_projector_config(bytes(data[:count]))
        except OSError as error:
            self._refuse(run, path, f"cannot be read: {reason(error)}")
            return None
        except UndecodableError as error:
            self._refuse(run, path, str(error))
            return None

    def _refuse(self, run: str, path: str, why: str) -> None:
        self.log.note_problem(Problem(path, 0, why, 0), run)

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that have a configuration."""
        return tuple(self._configs)

    @property
    def series(self) -> dict[tuple[str, str], EmbeddingSeries]:
        """The embeddings by run and tag, in the order of the configurations."""
        return {
            (run, tag): EmbeddingSeries(
                run,
                tag,
                steps,
                stepped=stepped,
                note=partial(self._refuse, run),
                shelf=self._shelf.get,
            )
            for (run, tag), (steps, stepped) in group_embeddings(self._found).items()
        }

    @overload
    def __getitem__(self, run: str) -> ProjectorConfig: ...

    @overload
    def __getitem__(self, run: tuple[str, str]) -> EmbeddingSeries: ...

    def __getitem__(self, run: str | tuple[str, str]) -> ProjectorConfig | EmbeddingSeries:
        """Return the configuration of a run, or the embedding of a run and tag.

        Raises
        ------
        LogdirError
            If there is none; it says which there are.
        """
        if isinstance(run, tuple):
            series = self.series
            if run in series:
                return series[run]
            near = ", ".join(map(repr, list(series)[:8])) or "none"
            raise LogdirError(f"no embedding {run!r}; (run, tag): {near}")
        try:
            return self._configs[run]
        except KeyError:
            known = ", ".join(map(repr, self.runs)) or "none"
            raise LogdirError(f"no projector configuration of run {run!r}; runs: {known}") from None

    def __contains__(self, run: object) -> bool:
        return run in self._configs

    def __iter__(self) -> Iterator[ProjectorConfig]:
        return iter(self._configs.values())

    def __len__(self) -> int:
        return len(self._configs)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        lines = [f"projector of {self.log.name}: {counted(len(self), 'configuration')}"]
        lines += [
            printable(f"  {run}  {', '.join(embedding.name for embedding in config.embeddings)}")
            for run, config in self._configs.items()
        ]
        return "\n".join(lines)

    def _table(self) -> tables.Table:
        rows = [(run, one) for run, config in self._configs.items() for one in config.embeddings]
        return {
            "run": [run for run, _ in rows],
            "embedding": [one.name for _, one in rows],
            **{
                name: [getattr(one, name) for _, one in rows]
                for name in ("tensor_path", "metadata_path", "bookmarks_path", "sprite_path")
            },
        }
