"""What a condition says, as a tree: for finding rules that cannot apply, and for telling a rule in words.

CEL itself compiles and evaluates every condition; this reads the part of the language that rules use, and answers None
for anything beyond it, so that nothing depends on its being complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<number>[0-9]+)(?![\w.])
    | (?P<name>[A-Za-z_]\w*)
    | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:()\[\],.])
    )""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(.)")
_RELATIONS = ("==", "!=", "<=", ">=", "<", ">", "in")
_MACROS = ("all", "exists", "exists_one", "filter")


class Node:
    """A part of an expression."""

    __slots__ = ()

    def below(self) -> tuple[Node, ...]:
        """The parts that it is made of."""
        return ()


@dataclass(frozen=True, slots=True)
class Value(Node):
    """Something written out: true, 12, 'transfer'."""

    value: bool | int | str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A fact, a parameter, a derived quantity, or the variable of a macro."""

    name: str


@dataclass(frozen=True, slots=True)
class Listed(Node):
    """A list that is written out."""

    items: tuple[Node, ...]

    def below(self) -> tuple[Node, ...]:
        return self.items


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """An operator with what stands around it; the negative sign is `neg`, and `?` has three parts."""

    sign: str
    parts: tuple[Node, ...]

    def below(self) -> tuple[Node, ...]:
        return self.parts


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function; for a method, what it is asked of comes first."""

    function: str
    arguments: tuple[Node, ...]

    def below(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(frozen=True, slots=True)
class Item(Node):
    """One item of a list."""

    of: Node
    at: Node

    def below(self) -> tuple[Node, ...]:
        return (self.of, self.at)


@dataclass(frozen=True, slots=True)
class Every(Node):
    """A macro over a list: `all`, `exists` and their like, with the variable's name."""

    macro: str
    of: Node
    variable: str
    body: Node

    def below(self) -> tuple[Node, ...]:
        return (self.of, self.body)


class _BeyondError(Exception):
    """The expression uses something that this reader does not know."""


def read(text: str) -> Node | None:
    """The tree of an expression; None where it is written in a way that is not understood here."""
    try:
        return _Reader(text).whole()
    except _BeyondError:
        return None


def every(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for part in node.below():
        yield from every(part)


class _Reader:
    """Recursive descent, in the order of CEL's precedence."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def whole(self) -> Node:
        node = self._choice()
        if self._at < len(self._tokens):
            raise _BeyondError
        return node

    def _next(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _take(self, sign: str) -> bool:
        if self._next() == sign and self._kind() != "text":
            self._at += 1
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise _BeyondError

    def _choice(self) -> Node:
        condition = self._any_of()
        if not self._take("?"):
            return condition
        then = self._any_of()
        self._need(":")
        return Operation("?", (condition, then, self._choice()))

    def _any_of(self) -> Node:
        return self._chain("||", self._all_of)

    def _all_of(self) -> Node:
        return self._chain("&&", self._relation)

    def _chain(self, sign: str, below) -> Node:  # type: ignore[no-untyped-def]
        parts = [below()]
        while self._take(sign):
            parts.append(below())
        return parts[0] if len(parts) == 1 else Operation(sign, tuple(parts))

    def _relation(self) -> Node:
        node = self._sum()
        while self._kind() != "text" and self._next() in _RELATIONS:
            sign = self._next()
            self._at += 1
            node = Operation(sign, (node, self._sum()))
        return node

    def _sum(self) -> Node:
        return self._left_to_right(("+", "-"), lambda: self._left_to_right(("*", "/", "%"), self._unary))

    def _left_to_right(self, signs: tuple[str, ...], below) -> Node:  # type: ignore[no-untyped-def]
        node = below()
        while self._kind() == "sign" and self._next() in signs:
            sign = self._next()
            self._at += 1
            node = Operation(sign, (node, below()))
        return node

    def _unary(self) -> Node:
        if self._take("!"):
            return Operation("!", (self._unary(),))
        if self._take("-"):
            return Operation("neg", (self._unary(),))
        return self._member()

    def _member(self) -> Node:
        node = self._primary()
        while True:
            if self._take("["):
                node = Item(node, self._choice())
                self._need("]")
            elif self._take("."):
                node = self._selected(node)
            else:
                return node

    def _selected(self, node: Node) -> Node:
        if self._kind() != "name":
            raise _BeyondError
        word = self._next()
        self._at += 1
        if self._take("("):
            arguments = self._arguments(")")
            if word in _MACROS and len(arguments) == 2 and isinstance(arguments[0], Name):
                return Every(word, node, arguments[0].name, arguments[1])
            return Call(word, (node, *arguments))
        if isinstance(node, Name):
            return Name(f"{node.name}.{word}")
        raise _BeyondError

    def _primary(self) -> Node:
        kind, word = self._kind(), self._next()
        self._at += 1
        if kind == "text":
            return Value(_ESCAPED.sub(r"\1", word[1:-1]))
        if kind == "number":
            return Value(int(word))
        if kind == "name" and word != "in":
            if word in ("true", "false"):
                return Value(word == "true")
            return Call(word, self._arguments(")")) if self._take("(") else Name(word)
        if word == "(":
            node = self._choice()
            self._need(")")
            return node
        if word == "[":
            return Listed(self._arguments("]"))
        raise _BeyondError

    def _arguments(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._take(end):
            found.append(self._choice())
            if not self._take(","):
                self._need(end)
                break
        return tuple(found)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _BeyondError
        yield match.lastgroup, match[match.lastgroup]
        at = match.end()
