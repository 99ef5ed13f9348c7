"""Batches of one file joined equal the file read at once."""

from __future__ import annotations

from tensorboard.compat.proto import event_pb2

from nbboard.events.decode import Decoder
from nbboard.events.join import Joiner, joins_well
from tests.events.test_columnar import content, records_of, simple, tensor
from tests.events.test_columnar import events as payloads_of


def batches(payloads, size):
    """Decode so many payloads at a time."""
    decoder = Decoder()
    return [
        decoder.decode(records_of([payloads[i : i + size]]))[0]
        for i in range(0, len(payloads), size)
    ]


def series_of(decoded):
    """Return every series with its points."""
    return content((decoded, []))[0]


def payloads_with(*fills, count=100):
    """Return the payloads of events of which each holds other tags, one for each of these."""
    made = []
    for step in range(count):
        event = event_pb2.Event(wall_time=step + 1, step=step)
        for i, fill in enumerate(fills):
            fill(event.summary.value.add(), f"tag{step:03}/{i}", step)
        made.append(event.SerializeToString())
    return made


def test_joined_batches_are_what_the_file_holds():
    """Many series, some of which begin or end on the way, each batch with others first."""
    tags = [f"tag{i}" for i in range(200)]
    payloads = [
        payload
        for step in range(30)
        for tag in tags[step * 2 : 100 + step * 3]
        for payload in payloads_of(tag, step + 1)[-1:]
    ]
    payloads = payloads[: len(payloads) // 90 * 90]
    parts = batches(payloads, 90)
    joiner = Joiner(len(payloads))
    for part in parts:
        assert joins_well(part)
        assert joiner.has_room(part)
        joiner.add(part)
    whole, _ = Decoder().decode(records_of([payloads]))
    joined = joiner.take()

    assert series_of(joined) == series_of(whole)
    assert joined.last_wall_time == parts[-1].last_wall_time
    assert len({id(part.points) for part in joined.scalars}) == 1


def test_what_cannot_be_joined_is_told():
    """Too many points, numbers of another type, untyped tensors, few series, long ones."""
    first, second = batches(payloads_with(simple, count=200), 100)
    joiner = Joiner(150)
    joiner.add(first)

    assert joins_well(second)
    assert not joiner.has_room(second)
    (double,) = batches(payloads_with(tensor(2, "tensor_content")), 100)
    roomy = Joiner(1000)
    roomy.add(first)

    assert joins_well(double)
    assert not roomy.has_room(double)
    untyped = payloads_with(simple, tensor(1, "float_val", described=False))
    for payloads in (untyped, payloads_of("loss", 600), payloads_with(simple, count=9), []):
        decoded, _ = Decoder().decode(records_of([payloads]))

        assert not joins_well(decoded)


def test_joined_arrays_cannot_be_changed():
    """They are shared by all series."""
    (part,) = batches(payloads_with(simple), 100)
    joiner = Joiner(100)
    joiner.add(part)
    first = joiner.take().scalars[0]

    assert not first.points.step.flags.writeable
    assert not first.points.value.flags.writeable
