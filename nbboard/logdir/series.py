"""One series: the points of one tag in one run."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, overload

import numpy as np

from nbboard.errors import DamagedError, LogdirError, NbboardError
from nbboard.logdir import table as tables
from nbboard.logdir.kind import not_decoded
from nbboard.logdir.long_form import value_table
from nbboard.logdir.restarts import Restarts, kept_by_latest
from nbboard.logdir.sketch import png_of
from nbboard.text import points_text, printable, steps_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from typing_extensions import Self

    from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue
    from nbboard.series.store import SeriesKey, Store

__all__ = ["ScalarSeries", "Series", "ValueSeries"]

T = TypeVar("T")


class Series(tables.Tabular):
    """A snapshot of one series: later points need a new one from the collection.

    Attributes
    ----------
    run, tag
        Its names.
    restarts
        Which points it has: see :func:`nbboard.open`.
    """

    def __init__(self, store: Store, key: SeriesKey, restarts: Restarts) -> None:
        self.run: str = key.run
        self.tag: str = key.tag
        self.restarts: Restarts = restarts
        self.store = store
        self.key = key
        # Read now, all three at once: that is what makes it a snapshot.
        try:
            self._columns = self._read()
        except KeyError:
            raise LogdirError(f"run {key.run!r} has no {key.tag!r} any more") from None

    def _read(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return step, wall time and whatever the third column is, of all points."""
        raise NotImplementedError

    @cached_property
    def _kept(self) -> np.ndarray | None:
        """The indices of the points that remain; None for all of them."""
        kept = self.kept_by(self.restarts)
        return None if kept is None else np.flatnonzero(kept)

    def kept_by(self, restarts: str) -> np.ndarray | None:
        """Return which of all its points a rule for restarts keeps: bool; None for all of them."""
        step, wall_time, _ = self._columns
        if restarts == "keep":
            return None
        if restarts == "latest":
            return kept_by_latest(step, wall_time)
        kept = self.store.kept_by_purge(self.run, self.tag, self.key.plugin)
        # What came after this snapshot was taken is not part of it.
        return None if kept is None else kept[: len(step)]

    @property
    def _title(self) -> str:
        return type(self).__name__

    @property
    def _name(self) -> str:
        return f"{self.run!r}, {self.tag!r}"

    def _column(self, index: int) -> np.ndarray:
        column = self._columns[index]
        return column if self._kept is None else column[self._kept]

    @cached_property
    def step(self) -> np.ndarray:
        """The steps: int64, in written order."""
        return self._column(0)

    @cached_property
    def wall_time(self) -> np.ndarray:
        """When each point was logged: float64, seconds since the epoch."""
        return self._column(1)

    @property
    def hidden(self) -> int:
        """How many points the rule for restarts drops; 0 for ``"keep"``."""
        return 0 if self._kept is None else len(self._columns[0]) - len(self._kept)

    @property
    def display_name(self) -> str:
        """The name to show, as the writer gave it; the tag if it gave none."""
        metadata = self._metadata
        return (metadata.display_name if metadata is not None else "") or self.tag

    @property
    def description(self) -> str:
        """The writer's description, usually Markdown; may be empty."""
        metadata = self._metadata
        return str(metadata.summary_description) if metadata is not None else ""

    @cached_property
    def _metadata(self) -> SummaryMetadata:
        try:
            return self.store.metadata(self.run, self.tag, self.key.plugin)
        except KeyError:
            return None  # the run has gone since

    def to_pandas(self, *, times: str = "seconds", categories: bool | None = None) -> pd.DataFrame:
        """Return the points as a DataFrame: step, wall_time and what the kind adds.

        Parameters
        ----------
        times, categories
            See :meth:`Tabular.to_pandas`.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return super().to_pandas(times=times, categories=categories)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__()} - {"key", "kept_by", "place", "ref", "store"})

    def __len__(self) -> int:
        return len(self.step)

    def __copy__(self) -> Self:
        return self  # nothing in it changes

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a series belongs to its log and cannot be pickled: pickle .to_pandas()")

    def __repr__(self) -> str:
        hidden = f", {self.hidden:,} hidden" if self.hidden else ""
        return f"{self._title}({self.run!r}, {self.tag!r}, {points_text(len(self))}{steps_text(self.step)}{hidden})"


class ScalarSeries(Series):
    """The scalars of one tag in one run, as NumPy columns.

    The arrays are read-only and have one length; nothing is copied unless
    ``restarts="latest"`` drops points.
    """

    def _read(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        columns = self.store.scalar(self.run, self.tag)
        return columns.step, columns.wall_time, columns.value

    @cached_property
    def value(self) -> np.ndarray:
        """The values, in the logged dtype (float32 in most logs)."""
        return self._column(2)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice | np.ndarray) -> np.ndarray: ...
    def __getitem__(self, index: int | slice | np.ndarray) -> Any:
        """Return the value of a point, or of several, as of the array :attr:`value`."""
        try:
            return self.value[index]
        except IndexError:
            if isinstance(index, (int, np.integer)):
                raise IndexError(
                    f"{self._name} has {points_text(len(self))}: there is no point {index}"
                ) from None
            raise TypeError(
                f"a point is named by a whole number, not by {index!r}; .step has the steps"
            ) from None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return the values, for ``np.asarray(series)``: NumPy's protocol."""
        value = self.value if dtype is None else self.value.astype(dtype, copy=False)
        return value.copy() if copy else value

    def _table(self) -> tables.Table:
        return {"step": self.step, "wall_time": self.wall_time, "value": self.value}

    def _repr_png_(self) -> bytes | None:
        def draw(axes: Axes) -> None:
            single = np.isfinite(self.value).sum() == 1
            axes.plot(self.step, self.value, linewidth=1.2, marker="o" if single else None)
            axes.set_xlabel("step")
            axes.set_ylabel(printable(self.tag)[-40:])

        return png_of(draw) if len(self) else None

    def __repr__(self) -> str:
        last = f", last {self.value[-1]:g}" if len(self) else ""
        return f"{super().__repr__()[:-1]}{last})"


class ValueSeries(Series, Generic[T]):
    """The values of one tag in one run that are read when asked for: images, text, ...

    ``series[i]`` is what was logged as the i-th point (the first of several),
    ``series[i, k]`` the k-th of several. Each access reads the file and verifies
    the record's checksums again.
    """

    def __init__(self, store: Store, key: SeriesKey, restarts: Restarts, kind: Kind[T]) -> None:
        super().__init__(store, key, restarts)
        self._kind = kind

    def _read(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        columns = self.store.values(self.run, self.tag, self.key.plugin)
        return columns.step, columns.wall_time, columns.ref

    @property
    def _title(self) -> str:
        return f"{type(self).__name__} of {self._kind.name}"

    @cached_property
    def ref(self) -> np.ndarray:
        """Where each point lies, for the store's ``read_values``; equal ones are one value."""
        return self._column(2)

    def samples(self, index: int) -> tuple[T, ...]:
        """Return everything logged as point `index`; negative ones count from the end.

        Raises
        ------
        IndexError
            If there is no such point.
        DamagedError
            If the file's bytes have changed since they were indexed.
        UndecodableError
            If the value is not what its kind says, or is a bomb.
        """
        try:
            index = operator.index(index)
        except TypeError:
            raise TypeError(f"a point is named by a whole number, not by {index!r}") from None
        count = len(self)
        if not -count <= index < count:
            raise IndexError(f"{self._name} has {points_text(count)}: there is no point {index}")
        (found,) = self.store.read_values(self.ref[[index % count]])
        if found.error is not None:
            raise found.error
        return self.decoded(found.value)

    def decoded(self, value: SummaryValue) -> tuple[T, ...]:
        """Return what a value of this series means.

        Raises
        ------
        DamagedError
            If it is not of this series: another file took the place of the one indexed.
        UndecodableError
            If it is not what its kind says, or is a bomb.
        """
        # A message holds U+FFFD where the tag's own bytes are no text.
        if value.tag != self.tag.encode("utf-8", "surrogateescape").decode("utf-8", "replace"):
            raise DamagedError(
                f"{self._name}: another file took the place of the one that was read;"
                " log.refresh() reads it"
            )
        # Old summaries have no metadata of their own; the upgraded value does.
        metadata = value.metadata if self._metadata is None else self._metadata
        try:
            return tuple(self._kind.decode(value, metadata))
        except NbboardError:
            raise
        except Exception as error:
            # Other people's kinds may raise anything; one bad value is no more than that.
            raise not_decoded(self._kind.name, error) from error

    def place(self, index: int) -> tuple[str, int]:
        """Return where point `index` stands: its file, and the offset of its record there."""
        return self.store.place(self.ref[index])

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: tuple[int, int]) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | tuple[int, int] | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if isinstance(index, tuple) and len(index) != 2:
            raise TypeError(
                f"a value is named by [i] or by [i, k], the k-th of point i, not {index!r}"
            )
        point, sample = index if isinstance(index, tuple) else (index, 0)
        samples = self.samples(point)
        try:
            return samples[operator.index(sample)]
        except TypeError:
            raise TypeError(f"a value is named by a whole number, not by {sample!r}") from None
        except IndexError:
            values = f"{len(samples)} value{'' if len(samples) == 1 else 's'}"
            raise IndexError(
                f"{self._name} has {values} at point {point}: there is no value {sample}"
            ) from None

    def __iter__(self) -> Iterator[T]:
        return (self[index] for index in range(len(self)))

    def _table(self) -> tables.Table:
        table = value_table([self], self._kind)
        del table["run"], table["tag"]
        return table
