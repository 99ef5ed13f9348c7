"""Protobuf messages described at run time: no generated code, and only what is read of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from nbboard.errors import UndecodableError

__all__ = ["Described"]


class Described:
    """Messages of one file; protobuf skips the fields that are not described.

    Parameters
    ----------
    package
        What they are called by, apart from others.
    messages
        By name, fields as ``"name number type"`` with commas between. The type is one of
        protobuf's, or another message; ``*`` before it for a list, ``?`` where a value of 0 is
        told from none. What is described as bytes stays as it is.
    """

    def __init__(self, package: str, messages: Mapping[str, str]) -> None:
        self._package = package
        self._messages = messages

    @cached_property
    def classes(self) -> dict[str, Any]:
        """The class of each message, by name."""
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

        field = descriptor_pb2.FieldDescriptorProto
        file = descriptor_pb2.FileDescriptorProto(
            name=f"{self._package}.proto", package=self._package, syntax="proto3"
        )
        for name, described in self._messages.items():
            message = file.message_type.add(name=name)
            for line in described.split(","):
                label, number, kind = line.split()
                one = message.field.add(name=label, number=int(number), label=field.LABEL_OPTIONAL)
                if kind.startswith("*"):
                    one.label = field.LABEL_REPEATED
                if kind.startswith("?"):
                    one.proto3_optional = True
                    one.oneof_index = len(message.oneof_decl)
                    message.oneof_decl.add(name=f"_{label}")
                kind = kind.lstrip("*?")
                if kind in self._messages:
                    one.type, one.type_name = field.TYPE_MESSAGE, f".{self._package}.{kind}"
                else:
                    one.type = getattr(field, f"TYPE_{kind.upper()}")
        pool = descriptor_pool.DescriptorPool()
        pool.Add(file)
        get = pool.FindMessageTypeByName
        return {
            name: message_factory.GetMessageClass(get(f"{self._package}.{name}"))
            for name in self._messages
        }

    def parse(self, name: str, data: bytes) -> Any:
        """Parse a message.

        Parameters
        ----------
        name
            One of those described here.
        data
            Its bytes.

        Raises
        ------
        UndecodableError
            If they are no such message.
        """
        from google.protobuf.message import DecodeError

        message = self.classes[name]()
        try:
            message.ParseFromString(data)
        except (DecodeError, ValueError) as error:
            raise UndecodableError(f"a {name} that cannot be parsed") from error
        return message
