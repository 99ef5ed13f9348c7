"""YAML read without building anything but numbers, texts, lists and mappings.

Two of three ``hparams.yaml`` hold tags of Python objects, which a loader that is safe refuses
and one that is not would make. Here the parser's events are read one by one: a tag that is
not YAML's own names a text, and aliases that would multiply (a "billion laughs") run into a
limit before anything is allocated for them.
"""

from __future__ import annotations

import re
from typing import Any

from nbboard.errors import UndecodableError
from nbboard.kinds.params.flat import MOST_DEPTH

__all__ = ["parse_yaml"]

#: So many values a document may come to, those behind aliases counted each time.
_MOST_VALUES = 50_000
_OWN = "tag:yaml.org,2002:"
_PYTHON = _OWN + "python/"
#: YAML's own types that stand for themselves; a date stays the text that it is, and so does
#: 1:30, which YAML 1.1 takes for ninety.
_TYPES = ("null", "bool", "int", "float")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+")
_PATHS = ("Path", "PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")


def parse_yaml(text: str) -> Any:
    """Return what a YAML document says: dicts, lists, texts, numbers, truth values, None.

    A scalar with a tag that is not YAML's own is text: ``!!python/name:torch.nn.ReLU`` is
    ``"torch.nn.ReLU"``. Tuples are lists, ordered dicts and namespaces mappings.

    Raises
    ------
    UndecodableError
        If it is no YAML, is nested too deep, or would come to too many values.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    reader = _Reader(yaml)
    try:
        # The first document alone: settings are one.
        for event in yaml.parse(text, Loader=loader):
            if reader.take(event):
                break
    except (yaml.YAMLError, ValueError, RecursionError, UnicodeError) as error:
        if isinstance(error, UndecodableError):
            raise
        said = str(error).partition("\n")[0] or type(error).__name__
        raise UndecodableError(f"YAML that cannot be parsed: {said}") from error
    return reader.result


class _Open:
    """A list or mapping that is being read."""

    __slots__ = ("anchor", "keyed", "size", "tag", "values")

    def __init__(self, tag: str, anchor: str | None, *, keyed: bool) -> None:
        self.tag = tag
        self.anchor = anchor
        self.keyed = keyed
        self.values: list[Any] = []
        self.size = 1


class _Reader:
    """Builds a document from events, without recursion."""

    def __init__(self, yaml: Any) -> None:
        self._yaml = yaml
        self._resolver = yaml.resolver.Resolver()
        self._constructor = yaml.constructor.SafeConstructor()
        self._open: list[_Open] = []
        # What an anchor names, and how many values that comes to.
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._total = 0
        self.result: Any = None

    def take(self, event: Any) -> bool:
        """Take one event; whether the document has ended."""
        events = self._yaml.events
        if isinstance(event, events.ScalarEvent):
            self._put(self._scalar(event), 1, event.anchor)
        elif isinstance(event, events.AliasEvent):
            if event.anchor not in self._anchors:
                raise UndecodableError(f"YAML with an alias {event.anchor!r} of nothing before it")
            self._put(*self._anchors[event.anchor], None)
        elif isinstance(event, events.CollectionStartEvent):
            if len(self._open) >= MOST_DEPTH:
                raise UndecodableError(f"YAML nested deeper than {MOST_DEPTH} levels")
            keyed = isinstance(event, events.MappingStartEvent)
            self._open.append(_Open(event.tag or "", event.anchor, keyed=keyed))
        elif isinstance(event, events.CollectionEndEvent):
            done = self._open.pop()
            self._put(_mapping(done) if done.keyed else _sequence(done), done.size, done.anchor)
        return isinstance(event, events.DocumentEndEvent)

    def _put(self, value: Any, size: int, anchor: str | None) -> None:
        self._total += size
        if self._total > _MOST_VALUES:
            raise UndecodableError(f"YAML that comes to more than {_MOST_VALUES:,} values")
        if anchor is not None:
            self._anchors[anchor] = (value, size)
        if self._open:
            self._open[-1].values.append(value)
            self._open[-1].size += size
        else:
            self.result = value

    def _scalar(self, event: Any) -> Any:
        nodes = self._yaml.nodes
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._resolver.resolve(nodes.ScalarNode, event.value, event.implicit)
        if tag == _OWN + "str" and event.implicit[0] and _NUMBER.fullmatch(event.value):
            # YAML 1.1 wants a point in it; nobody who writes 1e-3 means a text.
            return float(event.value)
        if tag.removeprefix(_OWN) in _TYPES and ":" not in event.value:
            node = nodes.ScalarNode(tag, event.value)
            return getattr(self._constructor, f"construct_yaml_{tag.removeprefix(_OWN)}")(node)
        if tag.startswith(_OWN) and not tag.startswith(_PYTHON):
            return event.value
        return event.value or _meant(tag)


def _meant(tag: str) -> str:
    """Return the name in a tag: ``torch.nn.ReLU`` of ``!!python/name:torch.nn.ReLU``."""
    kind, colon, name = tag.removeprefix(_PYTHON).removeprefix("!").partition(":")
    return name if colon else kind


def _sequence(done: _Open) -> Any:
    name = _meant(done.tag)
    last = name.rpartition(".")[2]
    if done.tag.startswith(_PYTHON + "object"):
        if last == "OrderedDict":
            pairs = done.values[0] if done.values and isinstance(done.values[0], list) else []
            return {str(p[0]): p[1] for p in pairs if isinstance(p, list) and len(p) == 2}
        words = [str(value) for value in done.values]
        return (
            "/".join(words).replace("//", "/") if last in _PATHS else f"{name}({', '.join(words)})"
        )
    return done.values


def _mapping(done: _Open) -> dict[str, Any]:
    found: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key, value in zip(done.values[::2], done.values[1::2], strict=False):
        if key == "<<":
            for one in value if isinstance(value, list) else [value]:
                merged = {**one, **merged} if isinstance(one, dict) else merged
        else:
            found[str(key)] = value
    return {**merged, **found}
