"""An event of a JSON trace: its fields, taken out of the text without the rest of it.

Most of a trace's text is what nobody asks for. So an event's ``args`` stay text until its
phase tells what they mean, and of those of a span only the fields below become objects.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

__all__ = ["Allocation", "Details", "Event", "decode_events", "value_of"]

T = TypeVar("T")

# Floats stay text, so that a time stamp beyond 2**53 keeps its fraction.
_ANY = msgspec.json.Decoder(float_hook=str)

#: What a field holds that is not there.
_NO_TEXT = msgspec.Raw()


class Details(msgspec.Struct, gc=False):
    """What the ``args`` of a span say, as torch, TensorFlow and XLA name it."""

    shapes: msgspec.Raw = msgspec.field(default=_NO_TEXT, name="Input Dims")
    old_shapes: msgspec.Raw = msgspec.field(default=_NO_TEXT, name="Input dims")
    long_name: Any = None
    stack: Any = msgspec.field(default=None, name="Call stack")
    correlation: Any = None
    correlation_id: Any = None
    external: Any = msgspec.field(default=None, name="External id")
    old_external: Any = msgspec.field(default=None, name="external id")
    group_id: Any = None
    step_num: Any = None
    step_name: Any = None
    device: Any = None
    blocks: Any = msgspec.field(default=None, name="blocks per SM")
    occupancy: Any = msgspec.field(default=None, name="est. achieved occupancy %")

    def updated(self, later: Details) -> Details:
        """Return these, with what others say in their place."""
        for name in self.__struct_fields__:
            value = getattr(later, name)
            if value is not None and value is not _NO_TEXT:
                setattr(self, name, value)
        return self


_DETAILS = msgspec.json.Decoder(Details, float_hook=str)


class Allocation(msgspec.Struct, gc=False):
    """What the ``args`` of a ``[memory]`` event say, as torch names it."""

    change: Any = msgspec.field(default=None, name="Bytes")
    device_type: Any = msgspec.field(default=None, name="Device Type")
    device: Any = msgspec.field(default=None, name="Device Id")
    address: Any = msgspec.field(default=None, name="Addr")
    allocated: Any = msgspec.field(default=None, name="Total Allocated")
    reserved: Any = msgspec.field(default=None, name="Total Reserved")


_ALLOCATION = msgspec.json.Decoder(Allocation, float_hook=str)


class Event(msgspec.Struct, gc=False):
    """One event; what it does not have is None, ``pid`` and ``tid`` empty, ``dur`` 0."""

    ph: Any = None
    name: Any = None
    cat: Any = None
    pid: Any = ""
    tid: Any = ""
    ts: Any = None
    dur: Any = 0
    id: Any = None
    args: msgspec.Raw = _NO_TEXT

    def details(self) -> Details | None:
        """Return what its arguments say of a span; None without arguments."""
        return _decoded(_DETAILS, self.args)

    def allocation(self) -> Allocation | None:
        """Return what its arguments say of memory; None without arguments."""
        return _decoded(_ALLOCATION, self.args)

    def mapping(self) -> dict[str, Any]:
        """Return all its arguments, floats as text; empty where they are no object."""
        value = value_of(self.args)
        return value if isinstance(value, dict) else {}


def _decoded(decoder: msgspec.json.Decoder[T], text: bytes | msgspec.Raw) -> T | None:
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return None


def value_of(text: bytes | msgspec.Raw) -> Any:
    """Return what stands in a text, floats as text; None where it nests deeper than can be."""
    return _decoded(_ANY, text)


_EVENTS = msgspec.json.Decoder(list[Event], float_hook=str)


def decode_events(text: str) -> list[Event]:
    """Return the events of a JSON list.

    Raises
    ------
    ValueError
        If it is no such list, or one of them is no object.
    """
    try:
        return _EVENTS.decode(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from None
