"""Logs that grow, are replaced, shrink and vanish: the store always equals a fresh reading."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbboard.records import frame
from nbboard.series.buffers import PIECE
from nbboard.series.store import Source, Store
from tests.logdir.bytes_storage import (
    NAME,
    points_of,
    scalar_event,
    small_log,
    store_of,
    version_event,
)

RECORDS = small_log()
LOG = b"".join(RECORDS)


def everything(store):
    """Return the points of all runs."""
    return {run: points_of(store, run) for run in store.runs}


def fresh(root):
    """Read a logdir from nothing."""
    store = Store([Source("", str(root))])
    store.refresh()
    return everything(store)


def log(values, tag="loss"):
    """Return the bytes of a file with these values at steps 0, 1, ..."""
    events = [scalar_event(i, value, tag) for i, value in enumerate(values)]
    return b"".join(map(frame, [version_event(), *events]))


def test_a_file_that_grew_by_several_pieces_keeps_its_points(tmp_path):
    """However much was appended since the last look, nothing is taken for another file."""
    path = tmp_path / NAME
    path.write_bytes(log(range(100)))
    store = Store([Source("", str(tmp_path))])
    store.refresh()
    more = [frame(scalar_event(step, float(step), "loss")) for step in range(100, 150_000)]
    with path.open("ab") as file:
        file.write(b"".join(more))

    changes = store.refresh()

    assert path.stat().st_size > 2 * PIECE
    assert changes.reset == ()
    assert sum(changes.series.values()) == len(more)
    assert everything(store) == fresh(tmp_path)


def check_growth(data, cuts):
    """Let a file grow to each of the cuts in turn; every record appears once, in order."""
    store, storage = store_of(b"")
    seen = 0
    for cut in [*sorted(cuts), len(data)]:
        storage.files[NAME] = data[:cut]
        changes = store.refresh()
        gained = sum(changes.series.values())
        points = sum(len(points) for points in points_of(store).values())

        assert points == seen + gained
        assert not store.problems
        seen = points
    whole, _ = store_of(data)
    whole.refresh()

    assert points_of(store) == points_of(whole)


def test_a_file_that_grows_byte_by_byte_is_read_once_and_in_order():
    """Every single byte is a refresh."""
    check_growth(LOG[:300], range(300))


@given(st.sets(st.integers(0, len(LOG)), max_size=12))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_way_of_growing_reads_each_record_once(cuts):
    """150 split plans."""
    check_growth(LOG, cuts)


@pytest.mark.soak
@given(st.sets(st.integers(0, len(LOG)), max_size=20))
@settings(max_examples=10_000, deadline=None, derandomize=True)
def test_ten_thousand_ways_of_growing(cuts):
    """10,000 split plans."""
    check_growth(LOG, cuts)


def test_a_refresh_reads_only_what_was_appended():
    """The bytes read grow with what is new, not with the file."""
    store, storage = store_of(LOG * 50)
    store.refresh()
    before = storage.reads
    storage.files[NAME] += frame(scalar_event(7, 7.0))
    changes = store.refresh()

    assert changes.series == {(".", "loss"): 1}
    assert storage.reads - before < 400


def test_a_refresh_without_news_reads_nothing_and_is_false():
    """Nothing changed: no byte is read."""
    store, storage = store_of(LOG)

    assert store.refresh()
    before = storage.reads

    assert not store.refresh()
    assert storage.reads == before


def test_changes_tell_what_happened(tmp_path):
    """Runs added and removed, points gained, runs read anew."""
    store = Store([Source("", str(tmp_path))])
    for name in ("run10", "run2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / NAME).write_bytes(log([1, 2]))
    first = store.refresh()

    assert first.runs_added == ("run2", "run10")
    assert first.series == {("run2", "loss"): 2, ("run10", "loss"): 2}

    shutil.rmtree(tmp_path / "run2")
    (tmp_path / "run10" / NAME).write_bytes(log([3]))
    second = store.refresh()

    assert second.runs_removed == ("run2",)
    assert second.reset == ("run10",)
    assert store.runs == ("run10",)
    assert [value for _, _, value in points_of(store, "run10")["loss"]] == [3]


def test_several_files_of_a_run_are_read_in_the_order_of_their_names(tmp_path):
    """Whichever appears or grows first: names decide, as in a fresh reading."""
    store = Store([Source("", str(tmp_path))])
    late, early = tmp_path / "b.tfevents", tmp_path / "a.tfevents"
    late.write_bytes(log([1, 2]))
    store.refresh()
    view = store.scalar(".", "loss")
    early.write_bytes(log([8]))
    store.refresh()
    with early.open("ab") as out:
        out.write(frame(scalar_event(1, 9.0)))
    with late.open("ab") as out:
        out.write(frame(scalar_event(2, 3.0)))
    store.refresh()

    assert store.scalar(".", "loss").value.tolist() == [8, 9, 1, 2, 3]
    assert view.value.tolist() == [1, 2]
    assert everything(store) == fresh(tmp_path)

    early.unlink()
    store.refresh()

    assert store.scalar(".", "loss").value.tolist() == [1, 2, 3]


def test_columns_that_were_handed_out_never_change(tmp_path):
    """Arrays are read-only and keep what they had while the series grows."""
    path = tmp_path / NAME
    path.write_bytes(log(range(2000)))
    store = Store([Source("", str(tmp_path))])
    store.refresh()
    views = [store.scalar(".", "loss")]
    for i in range(5):
        with path.open("ab") as out:
            out.write(b"".join(frame(scalar_event(k, i)) for k in range(1500)))
        store.refresh()
        views.append(store.scalar(".", "loss"))

    assert [len(view.step) for view in views] == [2000 + 1500 * i for i in range(6)]
    for view in views:
        assert view.value[:2000].tolist() == list(range(2000))
        with pytest.raises(ValueError, match="read-only"):
            view.value[0] = 1


def test_runs_of_two_logdirs_carry_their_names(tmp_path):
    """``name/run``, and the name alone for the root itself."""
    for folder in ("x", "x/sub", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / NAME).write_bytes(log([1]))
    store = Store([Source("one", str(tmp_path / "x")), Source("two", str(tmp_path / "y"))])
    store.refresh()

    assert store.runs == ("one", "one/sub", "two")
    assert not store.refresh()


def test_a_missing_logdir_is_a_problem_that_heals(tmp_path):
    """It may appear later."""
    store = Store([Source("", str(tmp_path / "later"))])
    store.refresh()

    assert [problem.reason for problem in store.problems] == ["there is no such folder"]

    (tmp_path / "later").mkdir()
    (tmp_path / "later" / NAME).write_bytes(log([1]))

    assert store.refresh().runs_added == (".",)
    assert not store.problems


def test_long_files_are_read_in_sections_without_a_seam(tmp_path):
    """A file of many sections equals the same records one by one, damage in the middle included."""
    rng = random.Random(4)
    events = [
        scalar_event(i, rng.random(), rng.choice(("a", "tag/b", "é" * rng.randrange(1, 90))))
        for i in range(120_000)
    ]
    records = [frame(event) for event in events]
    data = bytearray(b"".join(records))
    (tmp_path / NAME).write_bytes(data)
    whole = fresh(tmp_path)

    assert sum(map(len, whole["."].values())) == len(events)

    data[len(data) // 2] ^= 0xFF
    (tmp_path / NAME).write_bytes(data)
    store = Store([Source("", str(tmp_path))])
    store.refresh()

    assert len(store.problems) == 1
    assert sum(map(len, points_of(store).values())) >= len(events) - 1


@pytest.mark.soak
def test_five_thousand_runs_need_few_open_files(tmp_path):
    """With a limit of 256 open files; memory does not grow over 200 refreshes."""
    resource = pytest.importorskip("resource")
    psutil = pytest.importorskip("psutil")
    for i in range(5_000):
        folder = tmp_path / f"run{i}"
        folder.mkdir()
        (folder / NAME).write_bytes(log([1, 2]))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        store = Store([Source("", str(tmp_path))])
        store.refresh()

        assert len(store.runs) == 5_000
        assert not store.problems
        for _ in range(10):
            store.refresh()
        before = psutil.Process().memory_info().rss
        for i in range(200):
            with (tmp_path / f"run{i}" / NAME).open("ab") as out:
                out.write(frame(scalar_event(i, 0.5)))
            store.refresh()
        grown = psutil.Process().memory_info().rss / before
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    print(f"memory after 200 refreshes: {grown:.1%}")
    assert grown < 1.05
    assert Path(tmp_path).exists()
