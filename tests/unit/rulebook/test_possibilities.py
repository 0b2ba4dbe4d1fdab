"""A condition is called impossible only if no facts whatever could make it true."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanso.rulebook.expressions import Listed, Name, Node, Operation, Value, read
from tanso.rulebook.possibilities import narrowed

WORDS, FLAGS = ("kind", "type"), ("p", "q")
CHOICES = ("a", "b", "c")


def known(node: Node) -> frozenset[bool | int | str] | None:
    return frozenset({node.value}) if isinstance(node, Value) else None


def holds(node: Node, facts: dict[str, object]) -> object:
    """What CEL would answer, for the few signs that are tried here."""
    if isinstance(node, Value):
        return node.value
    if isinstance(node, Name):
        return facts[node.name]
    if isinstance(node, Listed):
        return [holds(item, facts) for item in node.items]
    assert isinstance(node, Operation)
    parts = [holds(part, facts) for part in node.parts]
    answers = {
        "&&": lambda: all(parts),
        "||": lambda: any(parts),
        "!": lambda: not parts[0],
        "==": lambda: parts[0] == parts[1],
        "!=": lambda: parts[0] != parts[1],
        "in": lambda: parts[0] in parts[1],  # type: ignore[operator]
        "?": lambda: parts[1] if parts[0] else parts[2],
    }
    return answers[node.sign]()


words = st.one_of(st.sampled_from(WORDS).map(Name), st.sampled_from(CHOICES).map(Value))
atoms = st.one_of(
    st.booleans().map(Value),
    st.sampled_from(FLAGS).map(Name),
    st.tuples(st.sampled_from(("==", "!=")), words, words).map(lambda found: Operation(found[0], found[1:])),
    st.tuples(words, st.lists(st.sampled_from(CHOICES).map(Value), max_size=3)).map(
        lambda found: Operation("in", (found[0], Listed(tuple(found[1]))))
    ),
)
conditions = st.recursive(
    atoms,
    lambda below: st.one_of(
        below.map(lambda part: Operation("!", (part,))),
        st.tuples(st.sampled_from(("&&", "||")), below, below).map(lambda found: Operation(found[0], found[1:])),
        st.tuples(below, below, below).map(lambda found: Operation("?", found)),
    ),
    max_leaves=8,
)


@given(conditions)
def test_what_some_facts_make_true_is_never_called_impossible(condition: Node):
    for values in product((*CHOICES, "d"), (*CHOICES, "d"), (True, False), (True, False)):
        facts = dict(zip((*WORDS, *FLAGS), values, strict=True))
        answer = bool(holds(condition, facts))
        assert narrowed(condition, known, to=answer) is not None


@pytest.mark.parametrize(
    "impossible",
    [
        "false && p",
        "p && !p",
        "kind == 'a' && kind == 'b'",
        "kind in ['a', 'b'] && kind != 'a' && kind != 'b'",
        "kind == 'a' && !(kind in ['a', 'c'])",
        "(kind == 'a' || kind == 'b') && kind == 'c'",
        "p ? (q && !q) : false",
        "2 < 1",
        "kind in []",
        "n > 3 && n <= 3",
        "'a' == 'b' || !(p || !p)",
    ],
)
def test_what_contradicts_itself_is_found(impossible: str):
    tree = read(impossible)
    assert tree is not None
    assert narrowed(tree, known) is None
    assert narrowed(tree, known, to=False) is not None


@pytest.mark.parametrize("possible", ["kind == 'a' || kind == 'b'", "p && q", "n > 3 && n < 3 + 1", "kind != type"])
def test_what_may_be_is_left_open(possible: str):
    tree = read(possible)
    assert tree is not None
    assert narrowed(tree, known) is not None
    assert narrowed(tree, known, to=False) is not None
