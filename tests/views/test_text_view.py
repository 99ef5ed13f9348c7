"""The text view as Python sees it: what travels, what is found, what stands in a saved notebook."""

from __future__ import annotations

from html.parser import HTMLParser

import nbboard
from nbboard.views.text import MOST_CHARACTERS, TextView
from nbboard.views.text_html import TAGS, safe_html
from tests.views.image_logs import HOSTILE
from tests.views.text_logs import write_texts


def encoded(root, text):
    """Return one text as it travels."""
    write_texts(root, "a", "x", {0: text})
    return TextView.encode(nbboard.open(root, progress=False).text["a", "x"][0])


def test_a_single_text_travels_as_it_is(tmp_path):
    """Line ends, spaces and letters of any kind are those logged."""
    text = "# Title\r\n\n  two  spaces\t\u202e\U0001f3f4"

    assert encoded(tmp_path, text) == {"shape": [], "columns": 0, "cells": [text], "cut": 0}


def test_an_array_of_one_text_is_a_single_text(tmp_path):
    """What PyTorch logs has a shape of (1,): it is no table."""
    assert encoded(tmp_path, ["x"])["columns"] == 0


def test_a_table_travels_row_by_row(tmp_path):
    """Two dimensions are rows and columns; one dimension is a column."""
    got = encoded(tmp_path / "two", [["a", "b", "c"], ["d", "e", "f"]])
    assert (got["columns"], got["cells"]) == (3, list("abcdef"))

    got = encoded(tmp_path / "one", ["a", "b"])
    assert (got["columns"], got["cells"]) == (1, ["a", "b"])


def test_of_more_dimensions_the_first_slice_is_shown(tmp_path):
    """As in TensorBoard; the shape says what there is."""
    got = encoded(tmp_path, [[["a", "b"]], [["c", "d"]]])

    assert (got["shape"], got["columns"], got["cells"]) == ([2, 1, 2], 2, ["a", "b"])


def test_long_texts_are_cut_and_counted(tmp_path):
    """What does not travel is counted, so that the page can say so."""
    got = encoded(tmp_path, "x" * (MOST_CHARACTERS + 5))

    assert (len(got["cells"][0]), got["cut"]) == (MOST_CHARACTERS, 5)


def test_nothing_and_nuls_and_bytes_that_are_no_text(tmp_path):
    """An empty array, NULs (left out, as in TensorBoard) and invalid UTF-8 all have a form."""
    assert encoded(tmp_path / "none", [])["cells"] == []
    got = encoded(tmp_path / "nul", "a\0b")
    assert (got["cells"], got["cut"]) == (["ab"], 0)
    assert encoded(tmp_path / "bytes", b"\xff\xfe")["cells"] == ["\ufffd\ufffd"]


def searched(view, words, start=0):
    """Return the answer to a search, its points by run and step."""
    answer = view.answer("search", {"words": words, "from": start})
    by_id = view._feed.catalogue.by_id
    hits = [
        (by_id[hit["id"]].key[0], int(by_id[hit["id"]].series.step[hit["place"]]), hit["count"])
        for hit in answer["hits"]
    ]
    return hits, answer


def test_all_steps_and_runs_are_searched_newest_first(tmp_path):
    """Words are found in any case, wherever they stand, in texts that the page never saw."""
    for run in ("a", "b"):
        write_texts(tmp_path, run, "x", {step: f"Loss NaN at {step}" for step in range(3)})
    write_texts(tmp_path, "b", "x", {3: "nan NaN"})
    view = nbboard.open(tmp_path, progress=False).text.view()

    hits, answer = searched(view, "nan")

    assert hits == [
        ("a", 2, 1), ("a", 1, 1), ("a", 0, 1),
        ("b", 3, 2), ("b", 2, 1), ("b", 1, 1), ("b", 0, 1),
    ]  # fmt: skip
    assert (answer["next"], answer["total"]) == (None, 7)
    assert answer["hits"][0]["around"] == "Loss NaN at 2"
    assert searched(view, "at 1")[0] == [("a", 1, 1), ("b", 1, 1)]
    assert searched(view, "(")[0] == []


def test_a_long_search_goes_on_where_it_stopped(tmp_path, monkeypatch):
    """One answer holds the kernel up for a moment only; the page asks for the next."""
    write_texts(tmp_path, "a", "x", dict.fromkeys(range(10), "word"))
    view = nbboard.open(tmp_path, progress=False).text.view()
    monkeypatch.setattr("nbboard.views.text.MOST_HITS", 4)

    steps, start = [], 0
    while start is not None:
        hits, answer = searched(view, "word", start)
        steps += [step for _, step, _ in hits]
        start = answer["next"]

    assert steps == list(range(9, -1, -1))


class Elements(HTMLParser):
    """Collects the elements of a page, and where its links go."""

    def __init__(self, page):
        super().__init__()
        self.names, self.links, self.attributes = set(), [], set()
        self.feed(page)

    def handle_starttag(self, name, attributes):
        self.names.add(name)
        self.attributes.update(key for key, _ in attributes)
        self.links += [value for key, value in attributes if key == "href"]


def test_html_of_a_text_can_do_nothing():
    """Of two hundred texts that would do something, only what can be read is left."""
    for text in HOSTILE:
        page = Elements(safe_html(text))
        assert page.names <= TAGS
        assert page.attributes <= {"href", "title", "rel"}
        assert all(link.startswith(("http:", "https:", "mailto:")) for link in page.links)


def test_html_of_a_text_is_markdown():
    """What can be read is laid out as in TensorBoard."""
    html = safe_html("# T\n\n|a|b|\n|-|-|\n|1|2|\n\n[x](http://a/)")

    assert "<h1>T</h1>" in html
    assert "<td>1</td>" in html
    assert 'href="http://a/"' in html


def test_a_saved_notebook_has_texts_that_can_be_read(tmp_path):
    """Beside the picture stands HTML, with the text of each card and its name as text."""
    write_texts(tmp_path, "a", "<b>", {7: "some *words*"})
    view = nbboard.open(tmp_path, progress=False).text.view()

    data, _ = view._repr_mimebundle_()

    assert "<em>words</em>" in data["text/html"]
    assert "&lt;b&gt; · a · step 7" in data["text/html"]
    assert "image/png" in data
    view.close()


def test_a_figure_has_the_first_lines_and_counts_the_rest(tmp_path):
    """Long texts do not make the page long."""
    write_texts(tmp_path, "a", "x", {0: "\n".join(f"line {n}" for n in range(100))})

    figure = nbboard.open(tmp_path, progress=False).text.figure()

    said = [text.get_text() for text in figure.axes[0].texts]
    assert "line 0" in said
    assert "… 67 more lines" in said
    assert len(said) < 60
    assert figure.get_figheight() < 10
