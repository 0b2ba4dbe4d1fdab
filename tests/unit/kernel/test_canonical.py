"""The same content has the same canonical text and hash, whatever the order it was written in."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanso.kernel.canonical import canonical, sha256

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_keys_are_sorted_and_nothing_is_escaped_or_spaced() -> None:
    assert canonical({"b": [1, None, True], "a": "炭素"}) == '{"a":"炭素","b":[1,null,true]}'


def test_keys_sort_by_utf_16_as_rfc_8785_asks() -> None:
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'


def test_a_day_is_written_as_iso() -> None:
    assert canonical({"day": date(2020, 4, 1)}) == '{"day":"2020-04-01"}'


@pytest.mark.parametrize("value", [1.5, Decimal("1.5"), {1, 2}, b"x"])
def test_fractions_and_other_types_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        canonical({"a": [value]})


def test_a_refusal_names_the_place() -> None:
    with pytest.raises(TypeError, match=r"\.a\[1\]\.b"):
        canonical({"a": [0, {"b": 0.1}]})


@given(values)
def test_canonical_text_is_json_of_the_same_value(value: object) -> None:
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(st.text(), values, max_size=6), st.randoms())
def test_the_order_of_writing_does_not_change_the_hash(value: dict[str, object], random: object) -> None:
    items = list(value.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    assert sha256(dict(items)) == sha256(value)
