"""Whether a condition can hold at all, and whether it can fail: without facts, from what is written alone.

`narrowed` says what must be so for an expression to be true (or false): for each part of it that is compared, the
values that are left. Nothing left means that it cannot be. It never says so wrongly: what it does not understand, it
leaves open. Conditions are pure, so the same words have the same value wherever they stand in one question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tanso.rulebook.expressions import Every, Item, Listed, Name, Node, Operation, Value

Plain = bool | int | str
# The values that an expression may come to, or None where they are not known.
Outcomes = Callable[[Node], frozenset[Plain] | None]


@dataclass(frozen=True, slots=True)
class Left:
    """The values that are left: these alone, or all others."""

    values: frozenset[Plain]
    others: bool = False

    def both(self, other: Left) -> Left:
        if self.others and other.others:
            return Left(self.values | other.values, others=True)
        if self.others:
            return Left(other.values - self.values)
        return Left(self.values - other.values if other.others else self.values & other.values)

    def either(self, other: Left) -> Left:
        if self.others and other.others:
            return Left(self.values & other.values, others=True)
        if self.others:
            return Left(self.values - other.values, others=True)
        return Left(other.values - self.values, others=True) if other.others else Left(self.values | other.values)

    @property
    def nothing(self) -> bool:
        return not self.others and not self.values


Narrowed = Mapping[str, Left]


def together(one: Narrowed | None, other: Narrowed | None) -> Narrowed | None:
    """What is left where both must be so; None where they cannot be so together."""
    if one is None or other is None:
        return None
    merged = dict(one)
    for key, left in other.items():
        merged[key] = left.both(merged[key]) if key in merged else left
        if merged[key].nothing:
            return None
    return merged


def _one_of(one: Narrowed | None, other: Narrowed | None) -> Narrowed | None:
    if one is None or other is None:
        return other if one is None else one
    return {key: left.either(other[key]) for key, left in one.items() if key in other}


def narrowed(node: Node, outcomes: Outcomes, *, to: bool = True) -> Narrowed | None:
    """What must be so for the expression to come to `to`; None where it never does."""
    if isinstance(node, Operation):
        if node.sign == "!":
            return narrowed(node.parts[0], outcomes, to=not to)
        if node.sign in ("&&", "||"):
            return _chained(node, outcomes, to=to)
        if node.sign == "?":
            return _chosen(node, outcomes, to=to)
        if node.sign in ("==", "!=", "in", "<", ">", "<=", ">="):
            return _compared(node, outcomes, to=to)
    found = outcomes(node)
    if found is not None:
        return {} if to in found else None
    return {_key(node): Left(frozenset({to}))}


def _chained(node: Operation, outcomes: Outcomes, *, to: bool) -> Narrowed | None:
    all_of = (node.sign == "&&") == to
    result = narrowed(node.parts[0], outcomes, to=to)
    for part in node.parts[1:]:
        below = narrowed(part, outcomes, to=to)
        result = together(result, below) if all_of else _one_of(result, below)
    return result


def _chosen(node: Operation, outcomes: Outcomes, *, to: bool) -> Narrowed | None:
    condition, then, otherwise = node.parts
    return _one_of(
        together(narrowed(condition, outcomes), narrowed(then, outcomes, to=to)),
        together(narrowed(condition, outcomes, to=False), narrowed(otherwise, outcomes, to=to)),
    )


def _compared(node: Operation, outcomes: Outcomes, *, to: bool) -> Narrowed | None:
    sign, (left, right) = node.sign, node.parts
    if sign == "!=":
        return _equal(left, right, outcomes, to=not to)
    if sign == "==":
        return _equal(left, right, outcomes, to=to)
    if sign == "in":
        return _listed(left, right, outcomes, to=to)
    # Each order is said as "less than", so that x > 3 and x <= 3 are seen to be opposites.
    if sign in (">", "<="):
        left, right = right, left
    if sign in ("<=", ">="):
        to = not to
    ones, others = outcomes(left), outcomes(right)
    if ones is not None and others is not None:
        found = {one < other for one in ones for other in others if type(one) is type(other)}  # type: ignore[operator]
        return {} if to in found else None
    if left == right:
        return None if to else {}
    return {f"{_key(left)}<{_key(right)}": Left(frozenset({to}))}


def _equal(left: Node, right: Node, outcomes: Outcomes, *, to: bool) -> Narrowed | None:
    ones, others = outcomes(left), outcomes(right)
    if ones is not None and others is not None:
        can = bool(ones & others) if to else len(ones | others) > 1
        return {} if can else None
    if left == right:
        return {} if to else None
    if others is not None and len(others) == 1:
        return {_key(left): Left(others, others=not to)}
    if ones is not None and len(ones) == 1:
        return {_key(right): Left(ones, others=not to)}
    first, second = sorted((_key(left), _key(right)))
    return {f"{first}=={second}": Left(frozenset({to}))}


def _listed(left: Node, right: Node, outcomes: Outcomes, *, to: bool) -> Narrowed | None:
    if not isinstance(right, Listed):
        return {_key(Operation("in", (left, right))): Left(frozenset({to}))}
    items = [outcomes(item) for item in right.items]
    if any(item is None or len(item) != 1 for item in items):
        return {_key(Operation("in", (left, right))): Left(frozenset({to}))}
    values = frozenset(value for item in items if item is not None for value in item)
    found = outcomes(left)
    if found is None:
        result = {_key(left): Left(values, others=not to)}
        return None if result[_key(left)].nothing else result
    can = bool(found & values) if to else bool(found - values)
    return {} if can else None


def _key(node: Node) -> str:
    """The same for the same words, whatever the spaces and brackets."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Value):
        return repr(node.value)
    below = ",".join(_key(part) for part in node.below())
    if isinstance(node, Operation):
        return f"({node.sign} {below})"
    if isinstance(node, Every):
        return f"{node.macro}[{node.variable}]({below})"
    if isinstance(node, (Listed, Item)):
        return f"{type(node).__name__}[{below}]"
    return f"{getattr(node, 'function', '?')}({below})"
