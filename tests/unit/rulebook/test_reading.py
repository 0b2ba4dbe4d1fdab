"""Conditions read as sentences in both languages, with the words of the scheme in place of its codes."""

from __future__ import annotations

import pytest

from tanso.rulebook import Rulebook, library
from tanso.rulebook.expressions import every, read
from tanso.rulebook.reading import Reader


@pytest.fixture(scope="module")
def reader(asset: Rulebook) -> Reader:
    return Reader(asset)


@pytest.mark.parametrize(
    ("condition", "japanese", "english"),
    [
        ("unit.type == 'JAA'", "排出枠の種別が「排出枠（JAA）」である", "the type of the units is “Allowance (JAA)”"),
        (
            "!account.holder.has_issued",
            "「初期割当が交付済み」ということはない",
            "it is not so that the holder's allocation was issued",
        ),
        (
            "to.kind in ['compliance', 'trading']",
            "口座種別（移転先）が「遵守口座」、「取引口座」のいずれかである",
            "the account's kind (receiving account) is one of “compliance account”, “trading account”",
        ),
        (
            "day < closes('surrender_period', account.holder.phase)",
            "行為の日が名義人の参加期の「償却期間」の末日以前である",
            "the day of the act is the last day of “Surrender period” of the holder's phase or before",
        ),
        (
            "day >= closes('surrender_period', 2)",
            "行為の日が第2期の「償却期間」の末日より後である",
            "the day of the act is after the last day of “Surrender period” of Phase 2",
        ),
        ("derived.surrender_complete", "「償却の達成」に当たる", "“Surrender complete” holds"),
        ("!derived.surrender_complete", "「償却の達成」に当たらない", "“Surrender complete” does not hold"),
        ("derived.has_shortfall_t", "「不足量」がある", "there is “Shortfall”"),
        ("evidence.reference != ''", "根拠書類の番号が空ではない", "the reference of the evidence is not empty"),
        ("unit.phase == 3", "排出枠の期が第3期である", "the phase of the units is Phase 3"),
        (
            "account.holder.attribute.site_type == 'factory'",
            "「事業所種別」が「工場」である",
            "“Kind of site” is “Factory”",
        ),
        (
            "quantity.t <= param.largest_quantity_t || account.is_open",
            "数量（t）が「一度に扱える数量の上限」以下である、又は、口座が閉鎖されていない",
            "the quantity (t) is at most “Largest quantity in one act” or the account is open",
        ),
    ],
)
def test_a_condition_reads_as_a_sentence(reader: Reader, condition: str, japanese: str, english: str):
    said = reader.sentence(condition)
    assert said.ja == japanese
    assert said.en == english


def test_each_part_of_a_condition_has_its_own_line(reader: Reader):
    lines = reader.lines("account.exists && (account.is_open || account.is_frozen)")
    assert [line.en for line in lines] == [
        "the account exists",
        "the account is open or the account is frozen as a whole",
    ]


@pytest.mark.parametrize("scheme", library().schemes())
def test_every_condition_of_every_scheme_can_be_told(scheme: str):
    book = library().get(scheme)
    reader = Reader(book)
    conditions = [
        condition
        for check in book.checks.values()
        for condition in (check.when, check.require, *(fact.condition for fact in check.facts.values()))
    ] + [condition for rule in book.derived_rules.values() for condition in (rule.exists_when, rule.condition)]
    for condition in conditions:
        if condition is None:
            continue
        assert read(condition.text) is not None, condition.text
        for line in reader.lines(condition.text):
            for said in (line.ja, line.en):
                assert said, condition.text
                assert "`" not in said, f"{condition.text}: a name without a meaning in {said}"
                assert "{" not in said, condition.text


@pytest.mark.parametrize("beyond", ["1.5 < 2", "{'a': 1}", "a.b(", "x ? y", "[1, 2", "account..kind", "has(a.b) ]"])
def test_what_is_not_understood_is_shown_as_it_is_written(reader: Reader, beyond: str):
    assert read(beyond) is None
    assert reader.sentence(beyond).en == beyond


def test_the_tree_keeps_the_precedence_of_the_language():
    first, second = read("a || b && !c == d"), read("a || (b && ((!c) == d))")
    assert first == second
    assert first is not None
    assert len(list(every(first))) == 8
