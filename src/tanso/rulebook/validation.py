"""Finds everything that is wrong with a scheme's files before anybody relies on them.

`check_declarations` needs the shapes alone (names, dates, windows); `check_rules` compiles every condition;
`check_texts` (in `wording`) sees to both languages. All problems are collected in the sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import Text
from tanso.rulebook import shapes
from tanso.rulebook.book import Rulebook
from tanso.rulebook.calendar import Calendar, WindowError, is_month_day, years_of
from tanso.rulebook.conditions import Condition, suggestion
from tanso.rulebook.context import FUNCTIONS, OPERATIONS, facts
from tanso.rulebook.factor_checks import check_factors
from tanso.rulebook.parameters import type_problem
from tanso.rulebook.sources import Sources
from tanso.rulebook.wording import LABEL_SECTIONS, check_texts

__all__ = ["check_declarations", "check_rules", "check_texts"]

_LITERAL = r"(?:\"(?P<{0}d>[^\"\\]*)\"|'(?P<{0}s>[^'\\]*)')"
_WINDOW_CALL = re.compile(
    r"\b("
    + "|".join(spec.name for spec in FUNCTIONS if spec.window_first)
    + r")\s*\(\s*("
    + _LITERAL.format("w")
    + ")?"
)
_LISTED = re.compile(r"\"[^\"\\]*\"|'[^'\\]*'")


def check_declarations(sources: Sources) -> None:
    """Names that must exist, dates that must not overlap, windows that must have days."""
    _check_scheme(sources)
    _check_phases(sources)
    _check_units_and_accounts(sources)
    _check_parameters(sources)
    _check_references(sources)
    _check_codes(sources)
    _check_derived_forms(sources)
    _check_reports(sources)
    _check_calendar(sources)
    check_factors(sources)


def _require_known(sources: Sources, place: tuple[str, KeyPath], name: str, known: Iterable[str], what: Text) -> None:
    names = list(known)
    if name not in names:
        ja, en = suggestion(name, names)
        message = Text(f"{what.ja}「{name}」はありません。{ja}", f"There is no {what.en} `{name}`.{en}")
        sources.refuse(*place, message)


_NO_MONTH_DAY = Text("毎年ある月日ではありません。", "Not a day that every year has.")
_OPERATION = Text("手続", "operation")
_WINDOW = Text("期間", "window")
_PARAMETER = Text("パラメーター", "parameter")
_UNIT = Text("排出枠種別", "unit type")
_ACCOUNT_KIND = Text("口座種別", "account kind")
_DERIVED = Text("導出量", "derived quantity")
_PHASE = Text("期", "phase")
_STATE = Text("報告書の状態", "report state")
_YEAR = Text("年度区分", "report year")
_CHECK = Text("検査", "check")
_LABELS = Text("ラベルの一覧", "list of labels")


def _check_scheme(sources: Sources) -> None:
    assert sources.scheme is not None  # noqa: S101
    assert sources.accounts is not None  # noqa: S101
    try:
        ZoneInfo(sources.scheme.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        sources.refuse("scheme", ("timezone",), Text("この時間帯はありません。", "There is no such time zone."))
    if not is_month_day(sources.scheme.year_begins):
        sources.refuse("scheme", ("year_begins",), _NO_MONTH_DAY)
    for name in sources.scheme.operations:
        _require_known(sources, ("scheme", ("operations", name)), name, OPERATIONS, _OPERATION)
    for name, kind in sources.scheme.participants.items():
        if kind.account is not None:
            path = ("participants", name, "account")
            _require_known(sources, ("scheme", path), kind.account, sources.accounts.kinds, _ACCOUNT_KIND)


def _check_phases(sources: Sources) -> None:
    assert sources.phases is not None  # noqa: S101
    seen: set[int] = set()
    in_phase: dict[int, int] = {}
    for index, phase in enumerate(sources.phases.phases):
        path = ("phases", index)
        if phase.number in seen:
            message = Text(f"第{phase.number}期が二度あります。", f"Phase {phase.number} is there twice.")
            sources.refuse("phases", (*path, "number"), message)
        seen.add(phase.number)
        if not 1900 <= phase.adopted <= phase.target < 9000:
            message = Text("採択年度と目標年度の順序が違います。", "The target year must not precede the adoption.")
            sources.refuse("phases", (*path, "target"), message)
        _check_years(sources, (*path, "years"), phase, in_phase)


def _check_years(sources: Sources, path: KeyPath, phase: shapes.PhaseShape, in_phase: dict[int, int]) -> None:
    """A year belongs to one phase. `in_phase` knows the years of the phases above, and learns those of this one."""
    if phase.years is not None and not 1900 <= phase.years.first <= phase.years.last < 9000:
        message = Text("年度の順序が違います。", "The last year must not precede the first.")
        sources.refuse("phases", path, message)
        return
    for year in years_of(phase):
        if in_phase.setdefault(year, phase.number) != phase.number:
            other = in_phase[year]
            message = Text(f"{year}年度は第{other}期にあります。", f"The year {year} belongs to phase {other} already.")
            sources.refuse("phases", path, message)
            return


def _check_units_and_accounts(sources: Sources) -> None:
    assert sources.accounts is not None  # noqa: S101
    assert sources.phases is not None  # noqa: S101
    numbers = {phase.number for phase in sources.phases.phases}
    for name, unit in sources.units.items():
        if unit.quantity_from is not None:
            path: KeyPath = (name, "quantity_from")
            _require_known(sources, ("units", path), unit.quantity_from, sources.derived, _DERIVED)
        for key, bound in (("from", unit.surrender_phases.from_), ("to", unit.surrender_phases.to)):
            path = (name, "surrender_phases", key)
            if bound == "own" and not unit.has_phase:
                message = Text("期のない排出枠に own は使えません。", "`own` needs a unit that has a phase.")
                sources.refuse("units", path, message)
            elif isinstance(bound, int) and bound not in numbers:
                sources.refuse("units", path, Text(f"第{bound}期はありません。", f"There is no phase {bound}."))
    used: dict[str, str] = {}
    for role, account in sources.accounts.reserved.items():
        path = ("reserved", role)
        _require_known(sources, ("accounts", (*path, "kind")), account.kind, sources.accounts.kinds, _ACCOUNT_KIND)
        if account.number in used:
            message = Text(
                f"番号が「{used[account.number]}」と同じです。", f"`{used[account.number]}` has this number."
            )
            sources.refuse("accounts", (*path, "number"), message)
        used[account.number] = role
    for name, kind_shape in sources.accounts.kinds.items():
        if kind_shape.after_banking is not None:
            path = ("kinds", name, "after_banking")
            _require_known(sources, ("accounts", path), kind_shape.after_banking, sources.accounts.kinds, _ACCOUNT_KIND)
    for purpose, role in sources.accounts.purposes.items():
        role_word = Text("予約口座", "reserved account")
        _require_known(sources, ("accounts", ("purposes", purpose)), role, sources.accounts.reserved, role_word)


def _check_parameters(sources: Sources) -> None:
    for name, parameter in sources.parameters.items():
        previous: shapes.DatedValue | None = None
        for index, dated in enumerate(parameter.values):
            path = (name, "values", index)
            wrong = type_problem(parameter.type, dated.value)
            if wrong is not None:
                sources.refuse("parameters", (*path, "value"), wrong)
            if dated.from_ and dated.to and dated.to < dated.from_:
                message = Text("末日が初日より前です。", "The last day is before the first.")
                sources.refuse("parameters", (*path, "to"), message)
            if previous is not None and _overlap(previous, dated):
                message = Text("前の値と日付が重なっています。", "The dates overlap those of the value above.")
                sources.refuse("parameters", (*path, "from"), message)
            previous = dated


def _overlap(above: shapes.DatedValue, below: shapes.DatedValue) -> bool:
    if below.from_ is None:
        return True
    reaches = above.to or above.from_ or date.min
    return below.from_ <= reaches


def _sourced(sources: Sources) -> Iterator[tuple[str, KeyPath, shapes.Reference]]:
    """Every reference in the files, with its place."""
    assert sources.scheme is not None  # noqa: S101
    assert sources.phases is not None  # noqa: S101
    assert sources.accounts is not None  # noqa: S101
    for section in ("units", "attributes", "figures", "derived", "events"):
        for name, shape in getattr(sources, section).items():
            yield section, (name, "reference"), shape.reference
    for index, check in enumerate(sources.checks):
        yield "checks", (index, "reference"), check.reference
    for name, parameter in sources.parameters.items():
        for index, dated in enumerate(parameter.values):
            yield "parameters", (name, "values", index, "reference"), dated.reference
    for index, phase in enumerate(sources.phases.phases):
        yield "phases", ("phases", index, "reference"), phase.reference
    nested: tuple[tuple[str, str, dict[str, shapes.Sourced]], ...] = (
        ("scheme", "participants", dict(sources.scheme.participants)),
        ("accounts", "kinds", dict(sources.accounts.kinds)),
        ("accounts", "reserved", dict(sources.accounts.reserved)),
        ("calendar", "windows", dict(sources.calendar.windows)),
        ("calendar", "due", dict(sources.calendar.due)),
        ("reports", "years", dict(sources.reports.years)),
        ("reports", "opinions", dict(sources.reports.opinions)),
    )
    for section, key, items in nested:
        for name, item in items.items():
            yield section, (key, name, "reference"), item.reference
    for name, operation in sources.scheme.operations.items():
        if operation.reversible is not None:
            yield "scheme", ("operations", name, "reversible", "reference"), operation.reversible.reference
    yield "accounts", ("numbering", "reference"), sources.accounts.numbering.reference
    if sources.workbook is not None:
        yield "workbook", ("reference",), sources.workbook.reference
    for index, table in enumerate(sources.factors):
        yield "factors", (index, "reference"), table.reference


def _check_references(sources: Sources) -> None:
    for section, path, reference in _sourced(sources):
        what = Text("文書", "document")
        _require_known(sources, (section, (*path, "document")), reference.document, sources.documents, what)


def _check_codes(sources: Sources) -> None:
    assert sources.scheme is not None  # noqa: S101
    seen: set[str] = set()
    for index, check in enumerate(sources.checks):
        if check.code in seen:
            message = Text(f"コード「{check.code}」が二度あります。", f"The code `{check.code}` is there twice.")
            sources.refuse("checks", (index, "code"), message)
        seen.add(check.code)
        for position, operation in enumerate(check.operations):
            path = (index, "operations", position)
            _require_known(sources, ("checks", path), operation, OPERATIONS, _OPERATION)
        if not any(operation in sources.scheme.operations for operation in check.operations):
            if sources.is_common("checks", index):
                continue
            message = Text("この制度の手続を一つも守っていません。", "It guards no operation of this scheme.")
            sources.refuse("checks", (index, "operations"), message)


def _check_derived_forms(sources: Sources) -> None:
    codes = [check.code for check in sources.checks]
    for name, shape in sources.derived.items():
        forms = [form for form in (shape.value, shape.sum, shape.test) if form is not None]
        if len(forms) != 1:
            message = Text("value・sum・test のどれか一つが必要です。", "Write exactly one of value, sum and test.")
            sources.refuse("derived", (name,), message)
        if name.startswith("has_"):
            message = Text("has_ で始まる名前は使えません。", "A name may not begin with has_.")
            sources.refuse("derived", (name,), message)
        wanted = "int" if shape.sum else "bool" if shape.test else shape.type
        if shape.type != wanted:
            message = Text(f"type は {wanted} です。", f"Its type must be {wanted}.")
            sources.refuse("derived", (name, "type"), message)
        for key, selection in (("sum", shape.sum), ("test", shape.test)):
            if selection is None:
                continue
            for group in ("passes", "fails"):
                for index, code in enumerate(getattr(selection, group)):
                    _require_known(sources, ("derived", (name, key, group, index)), code, codes, _CHECK)


def _check_reports(sources: Sources) -> None:
    assert sources.scheme is not None  # noqa: S101
    reports = sources.reports
    if reports.life and reports.initial is None:
        message = Text("最初の状態（initial）が必要です。", "The first state (`initial`) is needed.")
        sources.refuse("reports", ("life",), message)
    if reports.initial is not None:
        _require_known(sources, ("reports", ("initial",)), reports.initial, reports.states, _STATE)
    for index, step in enumerate(reports.life):
        path = ("life", index)
        operations = sources.scheme.operations
        _require_known(sources, ("reports", (*path, "operation")), step.operation, operations, _OPERATION)
        for position, year in enumerate(step.years):
            _require_known(sources, ("reports", (*path, "years", position)), year, reports.years, _YEAR)
        for position, state in enumerate(step.from_):
            _require_known(sources, ("reports", (*path, "from", position)), state, reports.states, _STATE)
        if step.to is not None:
            _require_known(sources, ("reports", (*path, "to")), step.to, reports.states, _STATE)


def _check_calendar(sources: Sources) -> None:
    assert sources.scheme is not None  # noqa: S101
    before = len(sources.problems)
    for name, window in sources.calendar.windows.items():
        path = ("windows", name)
        first, last = window.first_day, window.last_day
        if (first.after is None) == (first.fiscal_year is None):
            message = Text("fiscal_year か after のどちらか一つが必要です。", "Write one of fiscal_year and after.")
            sources.refuse("calendar", (*path, "first_day"), message)
        if first.after is not None:
            place = (*path, "first_day", "after")
            same = [name for name, other in sources.calendar.windows.items() if other.each == window.each]
            _require_known(sources, ("calendar", place), first.after, same, _WINDOW)
        for key, day in (("first_day", first), ("last_day", last)):
            if day is not None and (day.fiscal_year or "").startswith("year") and window.each != "year":
                message = Text("year は each: year の期間でのみ使えます。", "`year` needs a window with `each: year`.")
                sources.refuse("calendar", (*path, key, "fiscal_year"), message)
        _check_month_day(sources, (*path, "first_day", "month_day"), first.month_day)
        if last is not None:
            _check_month_day(sources, (*path, "last_day", "month_day"), last.month_day)
    for name, due in sources.calendar.due.items():
        path = ("due", name)
        _require_known(
            sources, ("calendar", (*path, "when_closes")), due.when_closes, sources.calendar.windows, _WINDOW
        )
        operations = sources.scheme.operations
        _require_known(sources, ("calendar", (*path, "operation")), due.operation, operations, _OPERATION)
    if len(sources.problems) == before:
        _check_windows_have_days(sources)


def _check_month_day(sources: Sources, path: KeyPath, spec: shapes.MonthDay) -> None:
    if (spec.fixed is None) == (spec.parameter is None):
        message = Text("fixed か parameter のどちらか一つが必要です。", "Write one of fixed and parameter.")
        sources.refuse("calendar", path, message)
    if spec.fixed is not None and not is_month_day(spec.fixed):
        sources.refuse("calendar", (*path, "fixed"), _NO_MONTH_DAY)
    if spec.parameter is not None:
        place = (*path, "parameter")
        _require_known(sources, ("calendar", place), spec.parameter, sources.parameters, _PARAMETER)
        parameter = sources.parameters.get(spec.parameter)
        wanted = "month_day" if spec.item is None else "month_days"
        if parameter is not None and parameter.type != wanted:
            message = Text(f"型が {wanted} のパラメーターが必要です。", f"A parameter of type {wanted} is needed.")
            sources.refuse("calendar", place, message)


def _check_windows_have_days(sources: Sources) -> None:
    assert sources.phases is not None  # noqa: S101
    assert sources.scheme is not None  # noqa: S101
    if sources.problems:
        return  # the calendar stands on phases and parameters that are wrong already

    def parameter_on(name: str, day: date) -> object:
        values = sources.parameters[name].values
        return next(
            (item.value for item in reversed(values) if item.from_ is None or item.from_ <= day), values[0].value
        )

    try:
        Calendar(
            shape=sources.calendar,
            phases={phase.number: phase for phase in sources.phases.phases},
            parameter_on=parameter_on,
            year_begins=sources.scheme.year_begins,
        )
    except WindowError as error:
        message = Text(f"期間になりません（{error}）。", f"This makes no window: {error}.")
        sources.refuse("calendar", ("windows", error.window), message)


# -- rules ------------------------------------------------------------------------------------------------------------


def check_rules(sources: Sources, book: Rulebook) -> None:
    """Compile every condition; find names, literals and windows that no file declares, and rules that cannot apply."""
    words = _words(book)
    for section, path, condition in _conditions(sources, book):
        problems = condition.compile()
        for problem in problems:
            sources.refuse(section, path, problem)
        for problem in _literal_problems(condition.text, words, book):
            sources.refuse(section, path, problem)
        if problems:
            continue
        constant = condition.constant()
        if path[-1] == "when" and constant is False:
            sources.refuse(section, path, _NEVER)
        if path[-1] == "require" and constant is True:
            sources.refuse(section, path, _ALWAYS)
    _check_cycles(sources, book)
    _check_labels(sources, book)


_NEVER = Text("この条件は決して成り立ちません。", "This condition can never hold.")
_ALWAYS = Text("この条件は常に成り立ち、何も拒みません。", "This always holds, so the check refuses nothing.")


def _conditions(sources: Sources, book: Rulebook) -> Iterator[tuple[str, KeyPath, Condition]]:
    for index, shape in enumerate(sources.checks):
        check = book.checks[shape.code]
        if check.when is not None:
            yield "checks", (index, "when"), check.when
        yield "checks", (index, "require"), check.require
        for name, fact in check.facts.items():
            yield "checks", (index, "facts", name), fact.condition
    for name, rule in book.derived_rules.items():
        for key, condition in (("exists", rule.exists_when), ("value", rule.condition)):
            if condition is not None:
                yield "derived", (name, key), condition
        for key, selection in (("sum", rule.sum), ("test", rule.test)):
            if selection is not None and selection.where is not None:
                yield "derived", (name, key, "where"), selection.where
    for name, condition in book.due_conditions.items():
        yield "calendar", ("due", name, "condition"), condition


def _words(book: Rulebook) -> dict[str, tuple[str, ...]]:
    """The lists that facts take their values from."""
    evidence = {kind for unit in book.units.values() for kind in unit.evidence_kinds}
    return {
        "operations": tuple(book.operations),
        "accounts": tuple(book.account_kinds),
        "participants": tuple(book.participant_kinds),
        "units": tuple(book.units),
        "evidence": tuple(sorted(evidence)),
        "purposes": tuple(book.purposes),
        "years": tuple(book.life.years),
        "states": tuple(book.life.states),
        "opinions": tuple(book.opinions),
    }


_VALUES = {fact.name: fact.values for fact in facts() if fact.values}
_COMPARED = {
    name: re.compile(
        rf"(?<![\w.]){re.escape(name)}\s*(?:==|!=)\s*(?P<after>\"[^\"\\]*\"|'[^'\\]*')"
        rf"|(?P<before>\"[^\"\\]*\"|'[^'\\]*')\s*(?:==|!=)\s*{re.escape(name)}(?![\w.])"
        rf"|(?<![\w.]){re.escape(name)}\s+in\s+\[(?P<listed>[^\]]*)\]"
    )
    for name in _VALUES
}
_PHASE_NUMBER = re.compile(r"(?<![\w.])(?:\w+\.)*phase\s*(?:==|!=|<=|>=|<|>)\s*([0-9]+)")


def _literal_problems(text: str, words: dict[str, tuple[str, ...]], book: Rulebook) -> Iterator[Text]:
    for match in _WINDOW_CALL.finditer(text):
        name = match["wd"] or match["ws"]
        if name is None:
            yield Text(
                f"{match[1]} の期間名は文字列で直接書いてください。",
                f"{match[1]} needs the window's name as a literal.",
            )
        elif name not in book.calendar.windows:
            ja, en = suggestion(name, book.calendar.windows)
            yield Text(f"期間「{name}」はありません。{ja}", f"There is no window `{name}`.{en}")
    for name, values in _VALUES.items():
        if name not in text:
            continue
        for match in _COMPARED[name].finditer(text):
            quoted = (
                [match["after"] or match["before"]] if match["listed"] is None else _LISTED.findall(match["listed"])
            )
            for literal in (item[1:-1] for item in quoted):
                if literal and literal not in words[values] and not (values == "operations" and literal in OPERATIONS):
                    ja, en = suggestion(literal, words[values])
                    yield Text(
                        f"{name} が「{literal}」になることはありません。{ja}", f"{name} can never be `{literal}`.{en}"
                    )
    for match in _PHASE_NUMBER.finditer(text):
        if int(match[1]) != 0 and int(match[1]) not in book.phases:
            yield Text(f"第{match[1]}期はありません。", f"There is no phase {match[1]}.")


def _check_cycles(sources: Sources, book: Rulebook) -> None:
    def reads(name: str) -> set[str]:
        rule = book.derived_rules[name]
        conditions = [rule.exists_when, rule.condition]
        for selection in (rule.sum, rule.test):
            if selection is not None:
                conditions.append(selection.where)
                for check in (*selection.passes, *selection.fails):
                    conditions += [check.when, check.require]
        used = {word for condition in conditions if condition for word in condition.names}
        return {word.removeprefix("derived.").removeprefix("has_") for word in used if word.startswith("derived.")}

    def reaches(name: str, goal: str, seen: set[str]) -> bool:
        below = reads(name) - seen
        return goal in below or any(reaches(word, goal, seen | below) for word in below if word in book.derived_rules)

    for name in book.derived_rules:
        if reaches(name, name, set()):
            sources.refuse("derived", (name,), Text("自分自身に戻る定義です。", "Its definition leads back to itself."))


def _check_labels(sources: Sources, book: Rulebook) -> None:
    sums = {name for name, rule in book.derived_rules.items() if rule.sum is not None}
    for index, shape in enumerate(sources.checks):
        check = book.checks[shape.code]
        for name, fact in check.facts.items():
            if fact.label and fact.label not in LABEL_SECTIONS:
                path = (index, "facts", name, "label")
                _require_known(
                    sources, ("checks", path), fact.label, LABEL_SECTIONS, Text("ラベルの一覧", "list of labels")
                )
        used = {name for condition in (check.when, check.require) if condition for name in condition.names}
        if "to" in check.each and any(name.removeprefix("derived.") in sums for name in used):
            message = Text(
                "移転先の保有量は分からないため、each: to の検査で合計は使えません。",
                "The holdings of the receiving account are not known: a check with `each: to` cannot use a sum.",
            )
            sources.refuse("checks", (index, "each"), message)
