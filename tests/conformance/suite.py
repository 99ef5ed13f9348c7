"""What every kind must do: a test class inherits this, and hands one sample to be logged.

    class TestText(KindSuite):
        kind = "text"

        def log(self, writer, tag, step, variant):
            writer.add_text(tag, f"text {variant}", step)

        def token(self, item):
            return str(item)

        def expected(self, variant):
            return f"text {variant}"

Logs are written by the real writer (tensorboardX); what only a browser can show is marked
``browser``, and all kinds share one page and one notebook.
"""

from __future__ import annotations

import io
import itertools
import json
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from playwright.sync_api import expect
from tensorboard.compat.proto import event_pb2
from tensorboardX import SummaryWriter

import nbboard
from nbboard.errors import UsageError
from nbboard.logdir.registry import view_class
from nbboard.views.shared import wire
from tests.views.hostile_logs import ODD
from tests.views.image_logs import framed

__all__ = ["KindSuite"]

#: The length and the checksum before a record, and the checksum behind it.
HEADER, FOOTER = 12, 4
FILES = itertools.count()


class KindSuite:
    """The tests of one kind.

    Attributes
    ----------
    kind
        Its name.
    stepped
        Whether it has values at steps, each of which can be read.
    mark
        A CSS selector of what the page shows for one value.
    body
        One of what stands below the bar.
    """

    kind: ClassVar[str]
    stepped: ClassVar[bool] = True
    mark: ClassVar[str] = ".nbb-card"
    body: ClassVar[str] = ".nbb-body"

    # ------------------------------------------------------------ what a kind hands over

    def log(self, writer: SummaryWriter, tag: str, step: int, variant: int) -> None:
        """Log one of several different values."""
        raise NotImplementedError

    def token(self, item: Any) -> Any:
        """Return what an item that was read is compared by."""
        raise NotImplementedError

    def expected(self, variant: int) -> Any:
        """Return that of the logged value."""
        raise NotImplementedError

    def log_nan(self, writer: SummaryWriter, tag: str) -> None:
        """Log a value that is not finite, where the kind has such."""
        pytest.skip(f"there is no {self.kind} that is not finite")

    def tag_of(self, tag: str) -> str:
        """Return the tag under which the real writer logs."""
        return tag

    # ------------------------------------------------------------ tools

    def write(
        self,
        folder: Path,
        run: str = "a",
        steps: Iterable[int] = range(3),
        tag: str = "x",
        shift: int = 0,
    ) -> Path:
        """Log a value at each step into a new file; return the file."""
        suffix = f".{next(FILES)}"  # or two files of one second would be one
        writer = SummaryWriter(str(folder / run), filename_suffix=suffix)
        for step in steps:
            self.log(writer, tag, step, step + shift)
        writer.close()
        (file,) = (folder / run).glob(f"*{suffix}")
        return Path(file)

    def collection(self, folder: Path) -> Any:
        """Open a log and return its values of this kind."""
        return nbboard.open(folder, progress=False).collection(self.kind)

    def read(self, folder: Path) -> list[tuple[str, str, int, Any]]:
        """Return run, tag, step and token of all that is there."""
        found = []
        for series in self.collection(folder):
            values = getattr(series, "value", None)
            items = series if values is None else values
            for step, item in zip(series.step.tolist(), items, strict=True):
                found.append((series.run, series.tag, step, self.token(item)))
        return found

    def should_be(
        self, steps: Iterable[int], run: str = "a", tag: str = "x", shift: int = 0
    ) -> list[tuple[str, str, int, Any]]:
        """Return what :meth:`read` gives for what :meth:`write` wrote."""
        name = self.tag_of(tag)
        return [(run, name, step, self.expected(step + shift)) for step in steps]

    def shown(self, view: Any) -> list[tuple[Any, ...]]:
        """Return what is on screen, as rows that compare."""
        table = view.data
        return [tuple(map(repr, row)) for row in table.itertuples(index=False)]

    def message(self, view: Any) -> Any:
        """Return what the page gets first, once it has been on the wire."""
        plain, buffers = wire.pack(view.encoded())
        return wire.unpack(json.loads(json.dumps(plain, allow_nan=False)), buffers)

    def check_view(self, folder: Path) -> None:
        """Look at a log through everything that a kind has."""
        view = self.collection(folder).view()
        self.message(view)
        assert view.data is not None
        view.figure().savefig(io.BytesIO(), format="png")
        view.close()

    # ------------------------------------------------------------ values

    def test_what_the_real_writer_logs_is_read_exactly(self, tmp_path):
        """Values come back as they were logged, with their runs, tags and steps."""
        self.write(tmp_path, "a")
        self.write(tmp_path, "b", [5, 9])

        assert self.read(tmp_path) == self.should_be(range(3)) + self.should_be([5, 9], "b")

    def test_damage_costs_what_it_touched(self, tmp_path):
        """One flipped bit is one record; it is counted, and the view has the others."""
        file = self.write(tmp_path, steps=range(5))
        starts = record_starts(file)
        data = bytearray(file.read_bytes())
        middle = starts[len(starts) // 2]
        data[middle + HEADER + 3] ^= 4
        file.write_bytes(data)

        log = nbboard.open(tmp_path, progress=False)
        assert log.problems
        if self.stepped:
            whole = self.should_be(range(5))
            left = self.read(tmp_path)
            assert len(left) == len(whole) - 1
            assert all(point in whole for point in left)
        self.check_view(tmp_path)

    def test_hostile_names_are_text(self, tmp_path):
        """Runs and tags may be called anything; what a page is given has them as they are."""
        for number, name in enumerate(ODD):
            self.write(tmp_path, f"run{number}", [0], name or "tag")
        runs = {run for run, *_ in self.read(tmp_path)}
        assert len(runs) == len(ODD)

        self.check_view(tmp_path)
        report = self.collection(tmp_path).view().save(tmp_path / "r.html").read_text("utf-8")
        assert "<img src=x onerror=alert(1)>" not in report

    def test_a_log_without_any_has_a_view_and_a_figure(self, tmp_path):
        """Nothing is a state like others."""
        self.check_view(tmp_path)
        assert self.shown(self.collection(tmp_path).view()) == []

    def test_what_is_not_finite_is_shown(self, tmp_path):
        """NaN and infinity travel, are drawn, and stand in the data."""
        writer = SummaryWriter(str(tmp_path / "a"))
        self.log_nan(writer, "x")
        writer.close()

        self.check_view(tmp_path)

    def test_one_step_is_enough(self, tmp_path):
        """A single value is shown."""
        self.write(tmp_path, steps=[7])

        self.check_view(tmp_path)
        assert len(self.shown(self.collection(tmp_path).view())) > 0

    def test_a_hundred_thousand_steps_are_bounded(self, tmp_path):
        """All steps are there; what is sent at first and drawn is bounded."""
        if not self.stepped:
            pytest.skip(f"{self.kind} are not values at steps")
        repeat(self.write(tmp_path, steps=[0]), 100_000)
        collection = self.collection(tmp_path)
        (series,) = collection
        assert len(series) == 100_000
        view = collection.view()

        plain, buffers = wire.pack(view.encoded())

        assert sum(memoryview(buffer).nbytes for buffer in buffers) < 8 << 20
        assert len(json.dumps(plain)) < 4 << 20
        view.figure().savefig(io.BytesIO(), format="png")

    # ------------------------------------------------------------ options

    def test_an_option_that_there_is_not_is_refused_everywhere(self, tmp_path):
        """view(), figure() and an assignment say the same."""
        self.write(tmp_path)
        collection = self.collection(tmp_path)
        view = collection.view()
        said = set()
        for call in (
            lambda: collection.view(heigt=1),
            lambda: collection.figure(heigt=1),
            lambda: view.figure(heigt=1),
            lambda: setattr(view, "heigt", 1),
        ):
            with pytest.raises(UsageError) as caught:
                call()
            said.add(str(caught.value))

        assert len(said) == 1
        assert "did you mean 'height'?" in said.pop()

    def test_every_option_says_what_it_means(self):
        """Its help is what the command line, the magics and the page's tooltips say."""
        silent = [
            name
            for name, trait in view_class(self.kind).class_traits(option=True).items()
            if not trait.help
        ]

        assert silent == []

    def test_no_option_has_a_name_that_widgets_use(self):
        """What is called style, for example, is taken by every page for a model of its own."""
        taken = {"style", "layout", "tooltip", "tabbable", "comm", "keys", "log"}

        assert not taken & set(view_class(self.kind).option_names())

    # ------------------------------------------------------------ life

    def test_what_is_logged_meanwhile_appears(self, tmp_path):
        """After growth a view has what a fresh one has; without any it has no news."""
        self.write(tmp_path)
        log = nbboard.open(tmp_path, progress=False)
        view = log.collection(self.kind).view()
        self.message(view)
        assert view.news() is None

        self.write(tmp_path, steps=[10, 11])
        self.write(tmp_path, "new", [3])
        view.note(log.refresh())
        assert wire.pack(view.news() or {}) is not None

        assert self.shown(view) == self.shown(self.collection(tmp_path).view())
        view.close()

    @pytest.mark.parametrize("steps", [range(3), range(5), range(2)], ids=["as", "more", "fewer"])
    @pytest.mark.parametrize("shift", [0, 10], ids=["same", "other"])
    def test_a_run_that_was_deleted_and_trained_again_is_the_new_one(self, tmp_path, steps, shift):
        """As many values, more or fewer, the same or others: a view has what a fresh one has."""
        self.write(tmp_path)
        log = nbboard.open(tmp_path, progress=False)
        view = log.collection(self.kind).view()
        self.message(view)

        shutil.rmtree(tmp_path / "a")
        self.write(tmp_path, steps=steps, shift=shift)
        view.note(log.refresh())
        view.news()

        assert self.read(tmp_path) == self.should_be(steps, shift=shift)
        assert self.shown(view) == self.shown(self.collection(tmp_path).view())
        view.close()

    def test_a_run_that_is_gone_is_gone(self, tmp_path):
        """Nothing is shown of what the log does not have any more."""
        self.write(tmp_path)
        self.write(tmp_path, "b")
        log = nbboard.open(tmp_path, progress=False)
        view = log.collection(self.kind).view()
        self.message(view)

        shutil.rmtree(tmp_path / "a")
        view.note(log.refresh())
        view.news()

        assert self.shown(view) == self.shown(self.collection(tmp_path).view())
        view.close()

    # ------------------------------------------------------------ what leaves the notebook

    @pytest.mark.parametrize("form", ["png", "svg", "pdf"])
    def test_a_figure_has_every_form(self, tmp_path, form):
        """As pixels and as vectors, from the collection and from the view."""
        self.write(tmp_path)
        collection = self.collection(tmp_path)
        for figure in (collection.figure(), collection.view().figure()):
            stream = io.BytesIO()
            figure.savefig(stream, format=form)
            assert stream.tell() > 1000

    def test_a_board_has_a_tab_for_it(self, tmp_path):
        """The view is found by its name, and counted."""
        self.write(tmp_path)
        board = nbboard.open(tmp_path, progress=False).view()

        assert self.kind in board.views
        assert board.counts[self.kind] == 1
        board.close()

    @pytest.mark.browser
    @pytest.mark.parametrize(("width", "theme"), [(1100, "light"), (320, "dark")])
    def test_a_report_is_whole_on_any_screen(self, tmp_path, shared_page, width, theme):
        """One file, offline, wide or narrow, light or dark, without an error or a sideways scroll."""
        self.write(tmp_path)
        self.write(tmp_path, "another run", range(4))
        file = self.collection(tmp_path).view().save(tmp_path / "report.html")

        page = shared_page.open(file, width=width, theme=theme)

        expect(page.locator(self.mark).first).to_be_visible()
        picture = shared_page.screenshot(f"conformance-{self.kind}-{width}-{theme}")
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0
        dark = page.locator(".nbb-root").first.get_attribute("data-theme")
        assert dark == theme
        assert picture.stat().st_size > 1000
        assert shared_page.errors == []
        assert shared_page.foreign == []

    @pytest.mark.browser
    def test_a_report_of_hostile_names_does_nothing(self, tmp_path, shared_page):
        """No name of a run or tag is obeyed by the page."""
        for number, name in enumerate(ODD):
            self.write(tmp_path, f"run{number}", [0], name or "tag")
        file = self.collection(tmp_path).view().save(tmp_path / "report.html")

        page = shared_page.open(file)

        expect(page.locator(self.mark).first).to_be_visible()
        assert shared_page.dialogs == []
        assert shared_page.errors == []
        assert shared_page.foreign == []

    @pytest.mark.browser
    def test_a_busy_kernel_shows_what_is_logged_and_trained_again(
        self, tmp_path, shared_notebook, shared_page
    ):
        """While a cell runs, new values appear, and what is trained anew replaces the old."""
        root = shared_notebook.folder(self.kind)
        self.write(root)
        shared_notebook.notebook.execute(self.kernel_code())
        view = f"log.collection({self.kind!r}).view(interval=0.2)"
        output = shared_notebook.show(view, root)
        expect(output.locator(self.mark).first).to_be_visible()
        with shared_notebook.busy():
            for change in (self.grow, self.train_anew, self.train_others):
                change(root)
                # Both pages are asked again: the fresh one may still be drawing what came last.
                fresh = self.fresh_page(root, tmp_path / f"{change.__name__}.html", shared_page)
                end = time.monotonic() + 40
                while (now := self.page_state(output)) != (wanted := self.page_state(fresh)):
                    assert time.monotonic() < end, f"after {change.__name__}: {now} is not {wanted}"
                    time.sleep(0.1)
        assert shared_notebook.errors == []
        shared_notebook.close_view()

    def kernel_code(self) -> str:
        """Return what a kernel must do before it knows the kind."""
        return ""

    def grow(self, root: Path) -> None:
        """Log more into a run, and a new one."""
        self.write(root, steps=range(3, 5))
        self.write(root, "b", [0])

    def train_anew(self, root: Path) -> None:
        """Delete a run and log as many values again, but others."""
        shutil.rmtree(root / "a")
        self.write(root, steps=range(5), shift=20)

    def train_others(self, root: Path) -> None:
        """Delete the runs and log fewer values, the same ones, with another tag."""
        shutil.rmtree(root / "a")
        shutil.rmtree(root / "b")
        self.write(root, steps=range(2))
        self.write(root, "c", [0], tag="other")

    def page_state(self, page: Any) -> list[str]:
        """Return what a page shows of the values, to be compared with another's."""
        body = page.locator(self.body).first
        return sorted(line.strip() for line in body.inner_text().splitlines() if line.strip())

    def fresh_page(self, root: Path, file: Path, shared_page: Any) -> Any:
        """Return the page of a log that was opened just now."""
        self.collection(root).view().save(file)
        page = shared_page.open(file, width=1100)
        expect(page.locator(self.mark).first).to_be_visible()
        page.wait_for_timeout(300)  # until cards that are in sight have been drawn
        return page


def record_starts(file: Path) -> list[int]:
    """Return where the records of a file begin, the first (its version) left out."""
    data = file.read_bytes()
    starts, at = [], 0
    while at < len(data):
        starts.append(at)
        at += HEADER + int.from_bytes(data[at : at + 8], "little") + FOOTER
    return starts[1:]


def repeat(file: Path, count: int) -> None:
    """Write the last value of a file again and again, at steps 1, 2, ..."""
    data = file.read_bytes()
    start = record_starts(file)[-1]
    event = event_pb2.Event.FromString(data[start + HEADER : len(data) - FOOTER])
    with file.open("ab") as out:
        for step in range(1, count):
            event.step, event.wall_time = step, 1.7e9 + step
            out.write(framed(event.SerializeToString()))
