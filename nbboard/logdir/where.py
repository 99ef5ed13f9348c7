"""Conditions on runs, as people write them: ``hp.lr < 0.1 and writer = 'lightning'``.

A condition is parsed into a small tree and never handed to a database as it stands. What it
may hold: columns, numbers, texts, ``true`` and ``false``, comparisons (``= != < <= > >=``),
``contains``, ``in (...)``, ``is missing``, ``is not missing``, ``and``, ``or``, ``not`` and
parentheses. A missing value, NaN included, fulfils no comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Union

from nbboard.errors import UsageError

__all__ = [
    "Compare",
    "Condition",
    "Join",
    "Missing",
    "Not",
    "OneOf",
    "Scalar",
    "columns_in",
    "parse",
]

Scalar = bool | float | str
Condition = Union["Compare", "OneOf", "Missing", "Not", "Join"]

#: Deeper conditions are refused, before Python's own limit is met.
_DEEPEST = 100
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![\w.]))
    | (?P<text>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*"|`[^`]+`)
    | (?P<name>[^\W\d][\w./:@%+-]*)
    | (?P<sign><=|>=|!=|<>|==|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "not", "in", "is", "missing", "null", "contains", "true", "false"})
_SIGNS = {"==": "=", "<>": "!=", **{sign: sign for sign in ("=", "!=", "<", "<=", ">", ">=")}}


@dataclass(frozen=True)
class Compare:
    """A column compared with a value: ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``contains``."""

    column: str
    sign: str
    value: Scalar


@dataclass(frozen=True)
class OneOf:
    """A column's value is one of several."""

    column: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Missing:
    """A column has no value."""

    column: str


@dataclass(frozen=True)
class Not:
    """A condition does not hold."""

    inner: Condition


@dataclass(frozen=True)
class Join:
    """All (``and``) or any (``or``) of several conditions hold."""

    word: str
    parts: tuple[Condition, ...]


class _Token(NamedTuple):
    kind: str
    value: str
    place: int


def parse(text: str) -> Condition:
    """Return what a condition says.

    Raises
    ------
    UsageError
        If it is none; the message marks the place.
    """
    if not isinstance(text, str):
        raise UsageError(f'a condition is text such as "hp.lr < 0.1", not {text!r}')
    return _Parser(text).whole()


def columns_in(condition: Condition) -> Iterable[str]:
    """Yield the columns that a condition names."""
    if isinstance(condition, Not):
        yield from columns_in(condition.inner)
    elif isinstance(condition, Join):
        for part in condition.parts:
            yield from columns_in(part)
    else:
        yield condition.column


class _Parser:
    """One pass over the tokens of a condition."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split()
        self._at = 0
        self._depth = 0

    def _split(self) -> list[_Token]:
        tokens = []
        place = 0
        end = len(self._text.rstrip())
        while place < end:
            found = _TOKEN.match(self._text, place)
            if found is None or found.lastgroup is None:
                raise self._error(place, "this is not understood")
            kind, value = found.lastgroup, found[found.lastgroup]
            if kind == "name" and value.lower() in _WORDS:
                kind, value = "word", value.lower()
            elif kind == "quoted":
                quote = value[0]
                kind, value = "name", value[1:-1].replace(quote * 2, quote)
            tokens.append(_Token(kind, value, found.start(found.lastgroup)))
            place = found.end()
        tokens.append(_Token("end", "", len(self._text)))
        return tokens

    def _error(self, place: int, why: str) -> UsageError:
        before, after = self._text[:place], self._text[place:]
        return UsageError(
            f"where({self._text!r}): {why}, at {before[-30:]!r} -> {after[:30]!r};"
            " write for example hp.lr < 0.1 and writer = 'lightning'"
        )

    def _take(self, kind: str, *values: str) -> str | None:
        """Return the next token's value and go on, if it is of a kind and one of some values."""
        token = self._tokens[self._at]
        if token.kind != kind or (values and token.value not in values):
            return None
        self._at += 1
        return token.value

    def _need(self, kind: str, value: str, said: str) -> None:
        if self._take(kind, value) is None:
            raise self._error(self._tokens[self._at].place, f"{said} is expected")

    def whole(self) -> Condition:
        condition = self._any()
        if self._take("end") is None:
            raise self._error(self._tokens[self._at].place, "'and' or 'or' is expected")
        return condition

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._take("word", "or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Join("or", tuple(parts))

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._take("word", "and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Join("and", tuple(parts))

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(self._tokens[self._at].place, "this is nested too deeply")
        try:
            if self._take("word", "not"):
                return Not(self._one())
            if self._take("sign", "("):
                condition = self._any()
                self._need("sign", ")", "')'")
                return condition
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Condition:
        column = self._take("name")
        if column is None:
            raise self._error(self._tokens[self._at].place, "the name of a column is expected")
        sign = self._take("sign", *_SIGNS)
        if sign is not None:
            return Compare(column, _SIGNS[sign], self._value())
        if self._take("word", "contains"):
            return Compare(column, "contains", self._value())
        negated = bool(self._take("word", "not"))
        if self._take("word", "in"):
            return self._negated(OneOf(column, self._values()), negated)
        if not negated and self._take("word", "is"):
            negated = bool(self._take("word", "not"))
            if self._take("word", "missing", "null"):
                return self._negated(Missing(column), negated)
            raise self._error(self._tokens[self._at].place, "'missing' is expected")
        raise self._error(self._tokens[self._at].place, "a comparison such as = or < is expected")

    @staticmethod
    def _negated(condition: Condition, negated: bool) -> Condition:
        return Not(condition) if negated else condition

    def _values(self) -> tuple[Scalar, ...]:
        self._need("sign", "(", "'('")
        values = [self._value()]
        while self._take("sign", ","):
            values.append(self._value())
        self._need("sign", ")", "')'")
        return tuple(values)

    def _value(self) -> Scalar:
        number = self._take("number")
        if number is not None:
            return float(number)
        text = self._take("text")
        if text is not None:
            return text[1:-1].replace("''", "'")
        word = self._take("word", "true", "false")
        if word is not None:
            return word == "true"
        raise self._error(
            self._tokens[self._at].place, "a number, a text in '...', true or false is expected"
        )
