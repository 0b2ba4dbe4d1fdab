"""Overrides laid over dated values: each side of each day, what covers what, windows, the version, the marks."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanso.rulebook import Rulebook, RulebookError, library, load
from tanso.rulebook.library import shipped_schemes
from tanso.rulebook.moving import moved_days
from tanso.rulebook.overrides import Override, read_value, said, shown_value, written_value
from tanso.rulebook.restoring import restore
from tanso.rulebook.showing import entries as shown_entries
from tests.support.facts import account, quantity, unit

ASSET, EU = library().get("asset"), library().get("eu-ets")
FROM, TO = date(2015, 6, 1), date(2015, 6, 30)
BEFORE, AFTER = FROM - timedelta(days=1), TO + timedelta(days=1)


def an_override(value: Any = 5, **more: Any) -> Override:
    given = {"parameter": "jcer_last_phase", "value": value, "from_day": FROM, "reason": "A decision."} | more
    return Override(**given)


def a_withdrawal(from_day: date, parameter: str = "jcer_last_phase") -> Override:
    return Override(parameter=parameter, from_day=from_day, reason="No longer needed.", withdraws=True)


def values(book: Rulebook, *days: date) -> list[Any]:
    return [book.value("jcer_last_phase", day) for day in days]


def test_an_override_holds_from_its_day_on_and_not_before(asset: Rulebook):
    book = asset.with_overrides([an_override()])
    assert values(book, BEFORE, FROM, date(2099, 1, 1)) == [2, 5, 5]
    assert [book.dated("jcer_last_phase", day).overridden for day in (BEFORE, FROM)] == [False, True]
    assert (book.dated("jcer_last_phase", FROM).reason, book.dated("jcer_last_phase", FROM).since) == (
        "A decision.",
        FROM,
    )


def test_an_override_with_a_last_day_holds_on_that_day_and_not_after_it(asset: Rulebook):
    book = asset.with_overrides([an_override(to_day=TO)])
    assert values(book, BEFORE, FROM, TO, AFTER) == [2, 5, 5, 2]


def test_an_override_without_a_first_day_holds_from_the_beginning(asset: Rulebook):
    assert values(asset.with_overrides([an_override(from_day=None)]), date(1999, 1, 1), FROM) == [5, 5]


def test_the_later_entry_counts_where_two_cover_a_day(asset: Rulebook):
    book = asset.with_overrides([an_override(), an_override(7, from_day=TO, to_day=TO)])
    assert values(book, TO - timedelta(days=1), TO, AFTER) == [5, 7, 5]
    book = asset.with_overrides([an_override(7, from_day=TO, to_day=TO), an_override()])
    assert values(book, TO - timedelta(days=1), TO, AFTER) == [5, 5, 5]


def test_an_override_without_a_last_day_covers_later_values_of_the_scheme_until_it_is_withdrawn():
    deadline, change = "surrender_deadline", date(2024, 1, 1)
    entry = Override(parameter=deadline, value="06-30", from_day=date(2023, 1, 1), reason="r")
    book = EU.with_overrides([entry])
    assert [book.value(deadline, day) for day in (date(2022, 12, 31), date(2023, 1, 1), change)] == [
        "04-30",
        "06-30",
        "06-30",
    ]
    withdrawn = book.with_overrides([a_withdrawal(date(2025, 3, 1), deadline)])
    assert [withdrawn.value(deadline, day) for day in (date(2025, 2, 28), date(2025, 3, 1))] == ["06-30", "09-30"]


def test_a_withdrawal_ends_what_holds_and_what_would_hold_from_its_day_on(asset: Rulebook):
    later = an_override(7, from_day=date(2016, 1, 1))
    book = asset.with_overrides([an_override(), later, a_withdrawal(AFTER)])
    assert values(book, TO, AFTER, date(2016, 1, 1)) == [5, 2, 2]
    again = book.with_overrides([an_override(9, from_day=date(2016, 1, 1))])
    assert values(again, date(2015, 12, 31), date(2016, 1, 1)) == [2, 9]


days = st.dates(min_value=date(2015, 1, 1), max_value=date(2015, 1, 31))
entries = st.builds(
    lambda first, length, value, withdraws: Override(
        parameter="jcer_last_phase",
        value=None if withdraws else value,
        from_day=first,
        to_day=None if withdraws or length is None else first + timedelta(days=length),
        reason="r",
        withdraws=withdraws,
    ),
    days,
    st.none() | st.integers(min_value=0, max_value=10),
    st.integers(min_value=3, max_value=9),
    st.booleans(),
)


@given(overrides=st.lists(entries, max_size=6), day=days)
def test_on_each_day_the_last_entry_that_covers_it_decides(overrides: list[Override], day: date):
    parameter = ASSET.parameters["jcer_last_phase"].overridden_by(overrides)
    covering = [
        entry
        for entry in overrides
        if entry.from_day is not None and entry.from_day <= day and (entry.to_day is None or day <= entry.to_day)
    ]
    last = covering[-1] if covering else None
    assert parameter.on(day) == (2 if last is None or last.withdraws else last.value)
    assert parameter.dated(day).override == (None if last is None or last.withdraws else last)
    # The values follow one another without gap or overlap.
    assert all(one.end == other.start for one, other in zip(parameter.values, parameter.values[1:], strict=False))


def put_off(from_day: date, value: str = "12-15") -> Override:
    return Override(parameter="surrender_deadline", value=value, from_day=from_day, reason="r")


@pytest.mark.parametrize(
    ("from_day", "last_day"),
    [
        (date(2015, 11, 30), date(2015, 12, 15)),  # the deadline itself may still be put off on its own day
        (date(2015, 12, 1), date(2015, 11, 30)),  # but not once it is over
        (date(2014, 1, 1), date(2015, 12, 15)),
    ],
)
def test_a_deadline_follows_the_value_of_its_own_day(asset: Rulebook, from_day: date, last_day: date):
    book = asset.with_overrides([put_off(from_day)])
    assert book.calendar.period("surrender_period", 2).last_day == last_day
    assert bool(book.calendar.overrides("surrender_period", 2)) == (last_day != date(2015, 11, 30))
    assert book.calendar.period("surrender_period", 3).last_day == date(2016, 12, 15)


def test_a_deadline_that_is_brought_forward_behind_its_own_day_falls_on_the_day_of_the_override(asset: Rulebook):
    book = asset.with_overrides([put_off(date(2015, 10, 1), "08-31")])
    assert book.calendar.period("surrender_period", 2).last_day == date(2015, 10, 1)
    assert book.calendar.period("surrender_period", 3).last_day == date(2016, 8, 31)


def test_an_override_for_other_days_than_the_deadline_leaves_it(asset: Rulebook):
    book = asset.with_overrides([Override("surrender_deadline", "12-15", date(2015, 9, 1), date(2015, 11, 29), "r")])
    assert book.calendar.period("surrender_period", 2) == asset.calendar.period("surrender_period", 2)


def test_a_window_that_has_opened_stays_open(asset: Rulebook):
    entry = Override("jaa_issue_from", "06-01", date(2014, 5, 1), None, "r")
    calendar = asset.with_overrides([entry]).calendar
    assert [calendar.period("jaa_issue", phase).start for phase in (2, 3)] == [date(2014, 4, 1), date(2015, 6, 1)]


@given(
    from_day=st.dates(min_value=date(2014, 1, 1), max_value=date(2017, 12, 31)),
    month_day=st.dates(min_value=date(2001, 1, 1), max_value=date(2001, 12, 31)).map(lambda day: day.strftime("%m-%d")),
    name=st.sampled_from(["surrender_deadline", "jaa_issue_from", "trading_rest_from"]),
)
def test_no_override_changes_on_which_side_of_a_window_a_day_before_it_lies(from_day: date, month_day: str, name: str):
    try:
        calendar = ASSET.with_overrides([Override(name, month_day, from_day, None, "r")]).calendar
    except RulebookError:
        return
    for window in calendar.windows:
        for phase in calendar.phases:
            before, after = ASSET.calendar.period(window, phase), calendar.period(window, phase)
            for old, new in ((before.start, after.start), (before.end, after.end)):
                # A day after the end is the day after its last day, which the value of that last day decides.
                moved_back = [day for day in (old, new) if day is not None and day < from_day]
                assert old == new or not moved_back, (window, phase, old, new)


def test_the_version_includes_each_part_of_an_override(asset: Rulebook):
    books = [
        asset,
        asset.with_overrides([an_override()]),
        asset.with_overrides([an_override(6)]),
        asset.with_overrides([an_override(from_day=BEFORE)]),
        asset.with_overrides([an_override(to_day=TO)]),
        asset.with_overrides([an_override(reason="Another decision.")]),
        asset.with_overrides([an_override(), a_withdrawal(FROM)]),
    ]
    assert len({book.version for book in books}) == len(books)
    assert asset.with_overrides([an_override(by="admin-1")]).version == books[1].version
    assert asset.with_overrides([]) is asset
    assert "overrides" not in asset.document()["changes"]


def test_an_override_is_the_same_after_it_was_written_down():
    for entry in (an_override(to_day=TO, day=BEFORE), a_withdrawal(FROM)):
        assert Override.from_json(entry.as_json()) == entry


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (an_override(parameter="jcer_last_phas"), "Did you mean `jcer_last_phase`"),
        (an_override("5"), "whole number"),
        (an_override(0), "There is no phase 0"),
        (an_override(10), "There is no phase 10"),
        (an_override("foo", parameter="assurance"), "Use these alone: reasonable, limited"),
        (an_override("-0.1", parameter="materiality_rate"), "at least 0 and at most 1"),
        (an_override("1.1", parameter="materiality_rate"), "at least 0 and at most 1"),
        (an_override(-1, parameter="verifier_years_max"), "at least 0"),
        (an_override(["JAA", "XYZ"], parameter="reserve_unit_types"), "Use these alone: JAA, jCER, jVER"),
        (an_override(to_day=BEFORE), "before the first"),
        (a_withdrawal(FROM, "nothing"), "no such parameter"),
    ],
)
def test_what_cannot_be_laid_over_the_values_is_refused(asset: Rulebook, entry: Override, words: str):
    with pytest.raises(RulebookError, match=words):
        asset.with_overrides([entry])


def test_a_window_that_would_have_no_days_is_refused_by_its_name(tmp_path: Path):
    shutil.copytree(shipped_schemes(), tmp_path, dirs_exist_ok=True)
    path = tmp_path / "asset" / "calendar.yaml"
    old = "first_day: {month_day: {parameter: jaa_issue_from}, fiscal_year: target}"
    new = f"{old}\n    last_day: {{month_day: {{parameter: surrender_deadline}}, fiscal_year: target}}"
    path.write_text(path.read_text().replace(old, new, 1))
    book = load(tmp_path / "asset")
    with pytest.raises(RulebookError) as caught:
        book.with_overrides([Override("jaa_issue_from", "12-01", date(2015, 4, 1), None, "r")])
    assert caught.value.problems[0].key == "windows.jaa_issue"


def too_late(day: date) -> dict[str, Any]:
    return account("account") | unit("JAA", 2, 9000) | quantity(10) | {"day": day}


def finding(book: Rulebook, day: date, code: str) -> Any:
    return next((found for found in book.decide("surrender", too_late(day)).findings if found.code == code), None)


def test_a_refusal_that_rests_on_an_override_says_so(asset: Rulebook):
    entry = put_off(date(2015, 9, 1), "10-31")
    book = asset.with_overrides([entry])
    found = finding(book, date(2015, 11, 1), "asset.surrender.deadline")
    assert found.facts["overridden"] == ["surrender_deadline"]
    assert said(entry, book.parameters["surrender_deadline"].label).en in found.message.en
    assert said(entry, book.parameters["surrender_deadline"].label).ja in found.message.ja


def test_a_refusal_that_would_be_the_same_without_overrides_does_not_speak_of_them(asset: Rulebook):
    book = asset.with_overrides([an_override(from_day=date(2014, 1, 1)), put_off(date(2016, 9, 1))])
    day = date(2016, 1, 10)
    found, plain = (finding(one, day, "asset.surrender.deadline") for one in (book, asset))
    assert found is not None
    assert found.as_json() == plain.as_json()


def test_the_overrides_behind_a_rule_are_those_of_the_values_that_it_reads(asset: Rulebook):
    book = asset.with_overrides([put_off(date(2015, 9, 1))])
    assert [entry.parameter for entry in book.overrides_behind("asset.surrender.deadline", FROM)] == [
        "surrender_deadline"
    ]
    assert book.overrides_behind("quantity.not_positive", FROM) == ()
    assert asset.overrides_behind("asset.surrender.deadline", FROM) == ()


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("int", "1,000", 1000),
        ("int", "-3", -3),
        ("int", "three", "three"),
        ("bool", "True", True),
        ("bool", "no", "no"),
        ("month_days", "12-01..12-28", ["12-01", "12-28"]),
        ("month_days", "12-01, 12-28", ["12-01", "12-28"]),
        ("texts", "JAA、jCER", ["JAA", "jCER"]),
        ("day", " 2014-04-01 ", "2014-04-01"),
        ("decimal", "1.075", "1.075"),
    ],
)
def test_what_a_person_writes_is_read_by_the_type_of_the_parameter(kind: str, written: str, value: Any):
    assert read_value(kind, written) == value
    assert read_value(kind, written_value(value)) == value


@pytest.mark.parametrize(
    ("kind", "value", "ja", "en"),
    [
        ("month_day", "11-30", "11月30日", "30 November"),
        ("month_days", ["12-01", "12-28"], "12月1日～12月28日", "1 December to 28 December"),
        ("day", "2014-04-01", "2014年4月1日", "1 April 2014"),
        ("int", 1000, "1,000", "1,000"),
        ("bool", True, "はい", "yes"),
        ("texts", ["a", "b"], "a、b", "a, b"),
    ],
)
def test_a_value_is_shown_as_each_language_writes_it(kind: str, value: Any, ja: str, en: str):
    shown = shown_value(kind, value)
    assert (shown.ja, shown.en) == (ja, en)


@pytest.mark.parametrize("scheme", library().schemes())
def test_a_rulebook_is_restored_from_its_document_alone(scheme: str):
    book = library().get(scheme)
    changed = book.with_overrides([Override("largest_quantity_t", 5, FROM, TO, "r", BEFORE)])
    for original in (book, changed):
        # As a database gives it back: without the order of keys.
        document = json.loads(json.dumps(original.document(), sort_keys=True))
        restored = restore(document)
        assert restored.version == original.version
        assert list(restored.checks) == list(original.checks)
        assert restored.value("largest_quantity_t", FROM) == original.value("largest_quantity_t", FROM)
        assert set(restored.calendar.windows) == set(original.calendar.windows)


def test_a_document_of_another_time_is_an_error_and_not_a_guess(asset: Rulebook):
    document = json.loads(json.dumps(asset.document()))
    document["files"]["asset/scheme.yaml"]["renamed_since"] = True
    with pytest.raises(ValueError, match="renamed_since"):
        restore(document)


def test_a_value_that_would_leave_a_window_without_days_is_refused_with_the_name_of_the_window(asset: Rulebook):
    facts = {
        "day": FROM,
        "reason": "r",
        "override.parameter": "jaa_issue_from",
        "override.is_known": True,
        "override.value_fits": True,
        "override.has_from": True,
        "override.from_day": FROM,
        "override.changes": True,
    }
    assert asset.decide("override_parameter", facts).allowed
    decision = asset.decide("override_parameter", facts | {"override.broken_window": "jaa_issue"})
    assert decision.codes == ("override.window_without_days",)
    assert asset.texts.text("windows", "jaa_issue").en in decision.findings[0].message.en


def test_whoever_reads_the_rules_sees_which_days_follow_from_an_override(asset: Rulebook):
    book = asset.with_overrides([put_off(date(2015, 9, 1))])
    (window,) = (entry for entry in shown_entries(book) if (entry.kind, entry.code) == ("window", "surrender_period"))
    marked = [days.label for days in window.days if days.overrides]
    assert marked == [book.phases[number].label for number in book.phases if number >= 2]
    (plain,) = (entry for entry in shown_entries(asset) if (entry.kind, entry.code) == ("window", "surrender_period"))
    assert not any(days.overrides for days in plain.days)


def test_the_days_that_move_are_told_the_earliest_first_and_those_of_the_past_are_not(asset: Rulebook):
    after = asset.with_overrides([put_off(date(2015, 9, 1), "11-15")])
    moved = moved_days(asset, after, date(2015, 11, 20))
    assert [(day.window, day.number, day.end, day.before, day.after) for day in moved[:2]] == [
        ("surrender_period", 2, "last", date(2015, 11, 30), date(2015, 11, 15)),
        ("surrender_period", 3, "last", date(2016, 11, 30), date(2016, 11, 15)),
    ]
    assert moved_days(asset, after, date(2015, 12, 1))[0].number == 3
    assert moved_days(asset, asset, date(2015, 11, 20)) == []
