"""In which order the parts of a large view leave a real kernel: its outline, itself, its points."""

from __future__ import annotations

import pytest
from jupyter_client.manager import start_new_kernel
from tensorboardX import SummaryWriter

POINTS = 60_000


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run code in a kernel where ``log`` is large and ``small`` is not; return what it sent."""
    folder = tmp_path_factory.mktemp("logs")
    for name, points in (("large", POINTS), ("small", 100)):
        writer = SummaryWriter(str(folder / name / "run"), max_queue=1000)
        for step in range(points):
            writer.add_scalar("loss", 1 / (step + 1), step, walltime=step)
            if step % 100 == 0:
                writer.add_scalar("other", 1, step, walltime=step)
        writer.close()
    manager, client = start_new_kernel()

    def run_code(code):
        sent = []
        client.execute_interactive(code, output_hook=sent.append, timeout=60)
        assert [m["content"] for m in sent if m["msg_type"] == "error"] == []
        return sent

    run_code(
        "import nbboard, ipywidgets, time\n"
        f"log = nbboard.open({str(folder / 'large')!r}, progress=False)\n"
        f"small = nbboard.open({str(folder / 'small')!r}, progress=False)"
    )
    yield run_code
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def parts(sent):
    """Name the messages about the view: what of its payload they carry, or the display."""
    found = []
    for message in sent:
        content = message["content"]
        if message["msg_type"] in {"display_data", "update_display_data", "execute_result"}:
            found.append(message["msg_type"])
        payload = content.get("data", {}).get("state", {}).get("_payload")
        if payload is not None:
            found.append("outline" if payload.get("outline") else "points")
            assert bool(payload["blocks"]) == (found[-1] == "points")
    return found


def test_a_large_view_opens_with_its_outline_and_its_points_follow(run):
    """The page builds itself while the kernel samples; the picture comes last."""
    run("import nbboard.views.base as base; base.takes_updates = lambda: True")

    assert parts(run("log.scalars")) == [
        "outline",
        "display_data",
        "points",
        "update_display_data",
    ]
    run("base.takes_updates = lambda: False")


def test_where_view_and_picture_are_one_message_the_points_do_not_wait_for_it(run):
    """VS Code and Colab have them while the picture is drawn."""
    assert parts(run("log.scalars")) == ["outline", "points", "display_data"]


def test_a_small_view_opens_whole(run):
    """Nothing is sent twice."""
    assert parts(run("small.scalars")) == ["points", "display_data"]


def test_points_follow_a_view_that_nobody_displays_by_itself(run):
    """In a layout of ipywidgets they come unasked, too."""
    sent = run("box = ipywidgets.HBox([log.scalars.view()])\ndisplay(box)\ntime.sleep(1)")

    assert parts(sent) == ["outline", "display_data", "points"]


def test_a_page_that_asks_for_the_state_gets_the_points(run):
    """As after a reload."""
    run("view = log.scalars.view(live=False); time.sleep(1)")

    assert parts(run("view.send_state()")) == ["points"]


def test_a_closed_view_sends_nothing_more(run):
    """Not even what was on its way."""
    run("import nbboard.views.live as live; live.COMPLETE_AFTER = 1")

    assert parts(run("log.scalars.view().close(); time.sleep(1.5)")) == ["outline"]


def test_cards_beyond_the_first_follow_a_page_that_is_there_before_the_points(run):
    """What is left to send is not taken for nothing while the first points are being sampled."""
    run(
        "import nbboard.views.scalar_feed as feed\n"
        "import nbboard.views.live as live; live.COMPLETE_AFTER = 1\n"
        "first = feed.FIRST_BYTES; feed.Feed.everything.__defaults__ = (1,)"
    )
    sent = run(
        "view = log.scalars.view(live=False)\n"
        "view._ready.set(); view.begin(); time.sleep(2.5)\n"
        "feed.Feed.everything.__defaults__ = (first,)"
    )
    news = [m for m in sent if m["content"].get("data", {}).get("method") == "custom"]

    assert parts(sent) == ["outline", "points"]
    assert len(news) >= 1


def test_an_interrupt_while_the_points_are_made_does_not_lose_them(run):
    """The cell ends, the page keeps its outline, and the points still follow."""
    sent = run(
        "view = log.scalars.view()\n"
        "make, asked = view.payload, []\n"
        "def interrupted():\n"
        "    asked.append(1)\n"
        "    if len(asked) == 1:\n"
        "        raise KeyboardInterrupt\n"
        "    return make()\n"
        "view.payload = interrupted\n"
        "try:\n"
        "    view.complete()\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', view.is_outlined)\n"
        "view.complete()\n"
    )

    (said,) = [m["content"]["text"] for m in sent if m["msg_type"] == "stream"]
    assert said == "interrupted True\n"
    assert parts(sent) == ["outline", "points"]
