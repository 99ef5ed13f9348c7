"""Many NodeDef messages are read as columns."""

import random

import pytest
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from nbboard.errors import UndecodableError
from nbboard.events.wire import fields
from nbboard.kinds.graphs.fields import fields_of
from nbboard.kinds.graphs.graph import Graph
from tests.kinds.graph_samples import graph_of, node


def messages(count: int) -> list[bytes]:
    """Nodes of few and many inputs, with short and long attributes, some empty."""
    draw = random.Random(0)
    found = []
    for number in range(count):
        each = NodeDef(name=f"scope/ü{number}\n" * draw.randrange(3), op=draw.choice(["", "Add"]))
        each.input.extend(f"in{i}" for i in range(draw.choice([0, 1, 2, 100])))
        each.attr["value"].s = b"x" * draw.choice([0, 100, 1000, 100_000])
        found.append(each.SerializeToString() if number % 7 else b"")
    return found


@pytest.mark.parametrize("count", [0, 1, 5, 60])
def test_fields_are_those_of_each_message(count):
    """Beside numbers, which the fields of a node are not; in their order."""
    given = messages(count)
    # A number, a field of eight bytes and one of a large number are stepped over or found, too.
    odd = b"\x38\x05" + b"\x49" + bytes(8) + b"\x82\x06\x01x"
    given = [each + odd if number % 5 == 2 else each for number, each in enumerate(given)]
    found = fields_of(given)
    expected = [
        (row, each.number, message[each.start : each.stop])
        for row, message in enumerate(given)
        for each in fields(message, 0, len(message))
        if each.kind == 2
    ]

    assert list(zip(found.row.tolist(), found.number.tolist(), found.contents, strict=True)) == (
        expected
    )


@pytest.mark.parametrize(
    "damage", [b"\x0a\x7f", b"\x0a\xff\xff\xff\xff\xff\xff\x01", b"\x0b", b"\x0a"]
)
@pytest.mark.parametrize("count", [1, 20])
def test_a_damaged_node_is_an_error(damage, count):
    """A length beyond the end, one without an end, a wire type that is none."""
    message = GraphDef()
    for number in range(count):
        node(message, f"n{number}")
    whole = message.SerializeToString()
    broken = b"\x0a" + bytes([len(damage)]) + damage

    with pytest.raises(UndecodableError):
        _ = Graph("graph_def", whole + broken).nodes


def test_names_of_any_letters_are_kept():
    """Line breaks, zeros and letters of any script, in names and inputs."""
    graph = graph_of(("a\nb", "A", []), ("ü/\0", "B", ["a\nb"]), ("\n", "C", ["ü/\0:1", "^\n"]))

    assert [each.name for each in graph.nodes] == ["a\nb", "ü/\0", "\n"]
    assert [each.inputs for each in graph.nodes] == [(), ("a\nb",), ("ü/\0:1", "^\n")]
    assert graph.edges == [("a\nb", "ü/\0"), ("ü/\0", "\n"), ("\n", "\n")]


def test_checksums_do_not_depend_on_the_order_of_attributes():
    """Writers put them down in any order; a value that differs differs."""
    one, other = NodeDef(), NodeDef()
    one.attr["a"].i, other.attr["b"].i = 1, 2
    a, b = one.SerializeToString(), other.SerializeToString()

    def check(data: bytes) -> int:
        nested = b"\x0a" + bytes([len(data)]) + data
        return Graph("graph_def", nested).operations.check[0]

    assert check(a + b) == check(b + a) != check(a + a)
