"""As much of GraphQL as a local server needs: fields, arguments, variables, inline fragments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

TOKEN = re.compile(r'\.\.\.|[A-Za-z_]\w*|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[{}()\[\]:!$=]')


@dataclass(frozen=True)
class Variable:
    """`$name`."""

    name: str


@dataclass
class Node:
    """A field, or an inline fragment on a type; both may hold more of them."""

    name: str = ""
    on_type: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    inner: list[Node] = field(default_factory=list)

    def argument(self, name: str, variables: dict[str, Any]) -> Any:
        """The value of an argument, None when it is not given."""
        value = self.arguments.get(name)
        return variables.get(value.name) if isinstance(value, Variable) else value


def parse(text: str) -> list[Node]:
    """The fields of a query.

    Raises:
        ValueError: the text is no query.
    """
    tokens = Tokens(TOKEN.findall(re.sub(r"[,\s]+", " ", text)))
    if tokens.peek() == "query":
        tokens.take()
        if tokens.peek() not in ("{", "("):
            tokens.take()
        if tokens.peek() == "(":
            while tokens.take() != ")":
                pass
    found = _selections(tokens)
    if tokens.peek() is not None:
        raise ValueError("text after the query")
    return found


class Tokens:
    """The words of a query, one after the other."""

    def __init__(self, words: list[str]) -> None:
        self._words: Iterator[str] = iter(words)
        self._next: str | None = next(self._words, None)

    def peek(self) -> str | None:
        """The next word; None at the end."""
        return self._next

    def take(self, expected: str | None = None) -> str:
        """The next word, which is used up then."""
        word = self._next
        if word is None or (expected is not None and word != expected):
            raise ValueError(f"expected {expected or 'more'}, found {word or 'the end'}")
        self._next = next(self._words, None)
        return word


def _selections(tokens: Tokens) -> list[Node]:
    tokens.take("{")
    found = []
    while tokens.peek() != "}":
        if tokens.peek() == "...":
            tokens.take()
            tokens.take("on")
            found.append(Node(on_type=tokens.take(), inner=_selections(tokens)))
        else:
            found.append(_field(tokens))
    tokens.take("}")
    return found


def _field(tokens: Tokens) -> Node:
    node = Node(tokens.take())
    if tokens.peek() == "(":
        tokens.take()
        while tokens.peek() != ")":
            name = tokens.take()
            tokens.take(":")
            node.arguments[name] = _value(tokens)
        tokens.take(")")
    if tokens.peek() == "{":
        node.inner = _selections(tokens)
    return node


def _value(tokens: Tokens) -> Any:
    word = tokens.take()
    if word == "$":
        return Variable(tokens.take())
    if word == "[":
        items = []
        while tokens.peek() != "]":
            items.append(_value(tokens))
        tokens.take("]")
        return items
    if word in ("true", "false", "null") or word[0] in '"-0123456789':
        return json.loads(word)
    return word
