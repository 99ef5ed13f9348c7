"""Graphs that were parsed last are not parsed again."""

from nbboard.kinds.graphs.graph import Graph
from nbboard.kinds.graphs.operations import Operations
from nbboard.kinds.graphs.recent import Recent
from tests.kinds.graph_samples import graph_of


def test_the_same_bytes_are_parsed_once():
    """However often they are read from the log."""
    one = graph_of(("a/b", "A", []))
    again = Graph(one.form, bytes(bytearray(one.data)))

    assert again.operations is one.operations
    assert again.hierarchy is one.hierarchy


def test_only_so_many_bytes_are_kept_those_used_last():
    """What is larger than all of that is parsed every time."""
    recent = Recent(most=10)
    parsed = []

    def get(data: bytes) -> Operations:
        def parse() -> Operations:
            parsed.append(data)
            return Operations()

        return recent.get("graph_def", data, parse)

    for data in (b"aaaaa", b"bbbbb", b"aaaaa", b"ccccc", b"aaaaa", b"bbbbb", b"d" * 11, b"d" * 11):
        get(data)

    assert parsed == [b"aaaaa", b"bbbbb", b"ccccc", b"bbbbb", b"d" * 11, b"d" * 11]
