"""Very many tags: only the cards in sight are in the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

import nbboard

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = 3000


def write(folder: Path, tags: int) -> None:
    """Write one run with very many tags, three points each, in groups of a hundred."""
    folder.mkdir(parents=True)
    with (folder / "events.out.tfevents.1700000000.host.1.0").open("wb") as file:
        out = RecordWriter(file)
        out.write(Event(wall_time=1.7e9, file_version="brain.Event:2").SerializeToString())
        for step in range(3):
            values = [
                Summary.Value(tag=f"layer{i // 100}/weight{i % 100}", simple_value=step + i)
                for i in range(tags)
            ]
            event = Event(wall_time=1.7e9 + step, step=step, summary=Summary(value=values))
            out.write(event.SerializeToString())


def test_cards_are_in_the_page_when_they_are_in_sight(
    new_page: Callable[..., Page], tmp_path: Path
) -> None:
    """A few dozen at a time, at their places; scrolling and filters find all the others."""
    write(tmp_path / "logs" / "run", TAGS)
    view = nbboard.open(tmp_path / "logs", progress=False).scalars.view(live=False)
    report = view.save(tmp_path / "report.html")
    page = new_page()
    page.goto(report.as_uri())
    cards = page.locator(".nbb-card")
    page.locator("canvas[data-drawn]").first.wait_for()
    body = page.locator(".nbb-body")
    assert 0 < cards.count() < 100
    height = body.evaluate("e => e.scrollHeight")

    body.evaluate("e => { e.scrollTop = e.scrollHeight; }")
    last = page.get_by_role("region", name="layer29/weight99", exact=True)
    expect(last).to_be_visible()
    assert cards.count() < 100
    assert body.evaluate("e => e.scrollHeight") == height
    page.get_by_role("textbox", name="Filter tags").fill("layer17/weight(5|6)$")
    expect(cards).to_have_count(2)
    page.get_by_role("textbox", name="Filter tags").fill("")
    expect(page.get_by_role("region", name="layer0/weight0", exact=True)).to_be_visible()
    view.close()
