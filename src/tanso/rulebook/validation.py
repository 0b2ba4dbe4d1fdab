"""Finds everything that is wrong with a scheme's files before anybody relies on them.

`check_declarations` needs the shapes alone (names, dates, windows); `check_rules` (in `rule_checks`) compiles every
condition; `check_texts` (in `wording`) sees to both languages. All problems are collected in the sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import Text
from tanso.rulebook import assembly, shapes
from tanso.rulebook.calendar import Calendar, WindowError, is_month_day, years_of
from tanso.rulebook.citing import sourced
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.context import OPERATIONS
from tanso.rulebook.factor_checks import check_factors
from tanso.rulebook.parameters import LIMITS_DO_NOT_FIT, DatedValue, limits_of, type_problem
from tanso.rulebook.reminders import check_reminders
from tanso.rulebook.report_form import check_form
from tanso.rulebook.rule_checks import check_rules
from tanso.rulebook.schedule import check_schedule
from tanso.rulebook.sources import Sources
from tanso.rulebook.texts import Texts
from tanso.rulebook.wording import check_texts

__all__ = ["check_declarations", "check_rules", "check_texts"]

_ONE_DAY = timedelta(days=1)


def check_declarations(sources: Sources) -> None:
    """Names that must exist, dates that must not overlap, windows that must have days."""
    _check_scheme(sources)
    _check_phases(sources)
    _check_units_and_accounts(sources)
    _check_attributes(sources)
    _check_parameters(sources)
    _check_references(sources)
    _check_codes(sources)
    _check_derived_forms(sources)
    _check_reports(sources)
    _check_calendar(sources)
    check_schedule(sources)
    check_reminders(sources)
    check_factors(sources)
    check_form(sources)


def _require_known(sources: Sources, place: tuple[str, KeyPath], name: str, known: Iterable[str], what: Text) -> None:
    names = list(known)
    if name not in names:
        ja, en = suggestion(name, names)
        message = Text(f"{what.ja}「{name}」はありません。{ja}", f"There is no {what.en} `{name}`.{en}")
        sources.refuse(*place, message)


_LISTED_TWICE = Text("一覧に二度あります。", "It is in the list twice.")
_NO_MONTH_DAY = Text("毎年ある月日ではありません。", "Not a day that every year has.")
_OPERATION = Text("手続", "operation")
_WINDOW = Text("期間", "window")
_PARAMETER = Text("パラメーター", "parameter")
_UNIT = Text("排出枠種別", "unit type")
_ACCOUNT_KIND = Text("口座種別", "account kind")
_PARTICIPANT = Text("参加者区分", "kind of participant")
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
        _check_four_eyes(sources, name)
    for name, kind in sources.scheme.participants.items():
        if kind.account is not None:
            path = ("participants", name, "account")
            _require_known(sources, ("scheme", path), kind.account, sources.accounts.kinds, _ACCOUNT_KIND)
            account = sources.accounts.kinds.get(kind.account)
            if account is not None and not account.holding:
                message = Text(
                    "参加者の保有できる口座（holding: true）が必要です。", "An account with `holding: true` is needed."
                )
                sources.refuse("scheme", path, message)


def _check_four_eyes(sources: Sources, operation: str) -> None:
    """What an operation names instead of true or false is a parameter that says one of them."""
    assert sources.scheme is not None  # noqa: S101
    written, path = sources.scheme.operations[operation].four_eyes, ("operations", operation, "four_eyes")
    if not isinstance(written, str):
        return
    _require_known(sources, ("scheme", path), written, sources.parameters, _PARAMETER)
    if written in sources.parameters and sources.parameters[written].type != "bool":
        message = Text("型が bool のパラメーターが必要です。", "A parameter of type bool is needed.")
        sources.refuse("scheme", path, message)


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
            derived = sources.derived.get(unit.quantity_from)
            if derived is not None and derived.type != "int":
                sources.refuse("units", path, Text("整数の導出量が必要です。", "A derived whole number is needed."))
        bounds = (unit.surrender_phases.from_, unit.surrender_phases.to)
        if isinstance(bounds[0], int) and isinstance(bounds[1], int) and bounds[1] < bounds[0]:
            message = Text("どの期にも償却できない排出枠です。", "Nobody could ever surrender these units.")
            sources.refuse("units", (name, "surrender_phases"), message)
        _check_unit_of_another(sources, name, unit)
        for key, bound in (("from", unit.surrender_phases.from_), ("to", unit.surrender_phases.to)):
            path = (name, "surrender_phases", key)
            if bound == "own" and not unit.has_phase:
                message = Text("期のない排出枠に own は使えません。", "`own` needs a unit that has a phase.")
                sources.refuse("units", path, message)
            elif isinstance(bound, int) and bound not in numbers:
                sources.refuse("units", path, Text(f"第{bound}期はありません。", f"There is no phase {bound}."))
    _check_borrowed_unit(sources)
    _check_reserved(sources, sources.accounts)
    for name, kind_shape in sources.accounts.kinds.items():
        if kind_shape.after_banking is not None:
            path = ("kinds", name, "after_banking")
            _require_known(sources, ("accounts", path), kind_shape.after_banking, sources.accounts.kinds, _ACCOUNT_KIND)
    for purpose, role in sources.accounts.purposes.items():
        role_word = Text("予約口座", "reserved account")
        _require_known(sources, ("accounts", ("purposes", purpose)), role, sources.accounts.reserved, role_word)


def _check_reserved(sources: Sources, accounts: shapes.AccountsShape) -> None:
    used: dict[str, str] = {}
    for role, account in accounts.reserved.items():
        path = ("reserved", role)
        _require_known(sources, ("accounts", (*path, "kind")), account.kind, accounts.kinds, _ACCOUNT_KIND)
        if account.number in used:
            message = Text(
                f"番号が「{used[account.number]}」と同じです。", f"`{used[account.number]}` has this number."
            )
            sources.refuse("accounts", (*path, "number"), message)
        used[account.number] = role
        if _is_allotted(account.number, accounts):
            message = Text("この番号は後に付番されます。", "An account will be allotted this number.")
            sources.refuse("accounts", (*path, "number"), message)


def _is_allotted(number: str, accounts: shapes.AccountsShape) -> bool:
    """Whether the account that bears a number is one of those that are numbered in turn."""
    before, after = accounts.number_format.split("{n}")
    digits = number.removeprefix(before).removesuffix(after)
    return number == f"{before}{digits}{after}" and digits.isdecimal() and int(digits) >= accounts.first_number


def _check_unit_of_another(sources: Sources, name: str, unit: shapes.UnitShape) -> None:
    """Units of another scheme are issued there, and their phases are those of that scheme."""
    assert sources.scheme is not None  # noqa: S101
    if unit.of == sources.scheme.scheme:
        message = Text("of には他の制度を書いてください。", "`of` names another scheme.")
        sources.refuse("units", (name, "of"), message)
    if (unit.of is not None and unit.has_phase) != (unit.phases is not None):
        message = Text(
            "phases は、他の制度の期のある排出枠にだけ、必ず書いてください。",
            "Write `phases` for a unit of another scheme that has a phase, and for no other.",
        )
        sources.refuse("units", (name, "phases"), message)
    elif unit.phases is not None and unit.phases.last < unit.phases.first:
        message = Text("期の順序が違います。", "The last phase must not precede the first.")
        sources.refuse("units", (name, "phases", "last"), message)
    if unit.of is None:
        return
    issued_here = Text("他の制度の排出枠は、ここでは発行されません。", "A unit of another scheme is not issued here.")
    for key in ("quantity_from", "evidence_kinds"):
        if getattr(unit, key):
            sources.refuse("units", (name, key), issued_here)
    if "own" in (unit.surrender_phases.from_, unit.surrender_phases.to):
        message = Text("own はこの制度の期についてだけ使えます。", "`own` speaks of this scheme's phases alone.")
        sources.refuse("units", (name, "surrender_phases"), message)


def _check_borrowed_unit(sources: Sources) -> None:
    """What is borrowed are the units that the rules allocate: there must be one type of them, each of a phase."""
    assert sources.scheme is not None  # noqa: S101
    allocated = [name for name, unit in sources.units.items() if unit.quantity_from is not None and unit.has_phase]
    if "borrow" in sources.scheme.operations and len(allocated) != 1:
        message = Text(
            "借入れには、数量が規則から定まる（quantity_from）期のある排出枠が、ちょうど一種類必要です。",
            "Borrowing needs exactly one type of unit with `quantity_from` and a phase.",
        )
        sources.refuse("scheme", ("operations", "borrow"), message)


def _check_attributes(sources: Sources) -> None:
    assert sources.scheme is not None  # noqa: S101
    for name, field in sources.attributes.items():
        if bool(field.choices) != (field.type == "choice"):
            message = Text(
                "choices は、type: choice の項目にだけ、必ず書いてください。",
                "Write `choices` for a field of `type: choice`, and for no other.",
            )
            sources.refuse("attributes", (name, "choices"), message)
        for key in ("choices", "required_of"):
            words = getattr(field, key)
            for position, word in enumerate(words):
                if word in words[:position]:
                    sources.refuse("attributes", (name, key, position), _LISTED_TWICE)
        for position, kind in enumerate(field.required_of):
            path: KeyPath = (name, "required_of", position)
            _require_known(sources, ("attributes", path), kind, sources.scheme.participants, _PARTICIPANT)


def _check_parameters(sources: Sources) -> None:
    assert sources.phases is not None  # noqa: S101
    numbers = {phase.number for phase in sources.phases.phases}
    for name, parameter in sources.parameters.items():
        previous: shapes.DatedValue | None = None
        limits = limits_of(parameter)
        if limits is None:
            sources.refuse("parameters", (name,), LIMITS_DO_NOT_FIT)
        for index, dated in enumerate(parameter.values):
            path = (name, "values", index)
            wrong = type_problem(parameter.type, dated.value, numbers) or (
                limits.problem_of(dated.value) if limits else None
            )
            if wrong is not None:
                sources.refuse("parameters", (*path, "value"), wrong)
            if dated.from_ and dated.to and dated.to < dated.from_:
                message = Text("末日が初日より前です。", "The last day is before the first.")
                sources.refuse("parameters", (*path, "to"), message)
            if previous is not None and _overlap(previous, dated):
                message = Text("前の値と日付が重なっています。", "The dates overlap those of the value above.")
                sources.refuse("parameters", (*path, "from"), message)
            elif previous is not None and (gap := _gap(previous, dated)) is not None:
                message = Text(
                    f"{gap[0]}から{gap[1]}までの値がありません。", f"There is no value from {gap[0]} to {gap[1]}."
                )
                sources.refuse("parameters", (*path, "from"), message)
            previous = dated


def _overlap(above: shapes.DatedValue, below: shapes.DatedValue) -> bool:
    if below.from_ is None:
        return True
    reaches = above.to or above.from_ or date.min
    return below.from_ <= reaches


def _gap(above: shapes.DatedValue, below: shapes.DatedValue) -> tuple[date, date] | None:
    """The first and the last day between two values that neither is for."""
    if above.to is None or below.from_ is None or below.from_ == above.to + _ONE_DAY:
        return None
    return above.to + _ONE_DAY, below.from_ - _ONE_DAY


def _check_references(sources: Sources) -> None:
    for section, path, reference in sourced(sources):
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
            # A folder that several schemes include may guard operations that this scheme has not.
            known = OPERATIONS if sources.is_common("checks", index) else sources.scheme.operations
            _require_known(sources, ("checks", path), operation, known, _OPERATION)
            if operation in check.operations[:position]:
                sources.refuse("checks", path, _LISTED_TWICE)


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
    taken: set[tuple[str, str, str]] = set()
    for index, step in enumerate(reports.life):
        path = ("life", index)
        steps = {(step.operation, year, state) for year in step.years for state in step.from_}
        if steps and steps <= taken:
            message = Text("上の段階がすべて先に当てはまります。", "The steps above always come before this one.")
            sources.refuse("reports", path, message)
        taken |= steps
        operations = sources.scheme.operations
        _require_known(sources, ("reports", (*path, "operation")), step.operation, operations, _OPERATION)
        for position, year in enumerate(step.years):
            _require_known(sources, ("reports", (*path, "years", position)), year, reports.years, _YEAR)
        for position, state in enumerate(step.from_):
            _require_known(sources, ("reports", (*path, "from", position)), state, reports.states, _STATE)
        if step.to is not None:
            _require_known(sources, ("reports", (*path, "to")), step.to, reports.states, _STATE)
    reached = {reports.initial, *(step.to for step in reports.life)}
    for state in reports.states:
        if state not in reached:
            message = Text("この状態に至る段階がありません。", "No step leads to this state.")
            sources.refuse("reports", ("states", state), message)


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
        _check_ends(sources, path, window)
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


def _check_ends(sources: Sources, path: KeyPath, window: shapes.WindowShape) -> None:
    """A pair of days gives its first to the first day and its last to the last."""
    if window.last_day is None:
        return
    first, last = window.first_day.month_day, window.last_day.month_day
    if first.parameter is not None and first.parameter == last.parameter and (first.item, last.item) == _SWAPPED:
        message = Text(
            "初日と末日が入れ替わっています。",
            "The window begins with the last day of the pair and ends with the first.",
        )
        sources.refuse("calendar", (*path, "first_day", "month_day", "item"), message)


_SWAPPED = ("last", "first")


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

    parameters = assembly.parameters(sources, Texts(sources.texts), {})

    def dated_on(name: str, day: date) -> DatedValue:
        for dated in parameters[name].values:
            if dated.holds_on(day):
                return dated
        raise _NoValueError(name, day)

    try:
        Calendar(
            shape=sources.calendar,
            phases={phase.number: phase for phase in sources.phases.phases},
            dated_on=dated_on,
            year_begins=sources.scheme.year_begins,
        )
    except WindowError as error:
        message = Text(f"期間になりません（{error.reason.ja}）。", f"This makes no window: {error.reason.en}.")
        sources.refuse("calendar", ("windows", error.window), message)
    except _NoValueError as error:
        message = Text(
            f"期間を定めるパラメーターですが、{error.day}の値がありません。",
            f"A window is made of it, but it has no value on {error.day}.",
        )
        sources.refuse("parameters", (error.parameter, "values"), message)


class _NoValueError(Exception):
    """A window asks for a parameter on a day for which no value is written."""

    def __init__(self, parameter: str, day: date) -> None:
        self.parameter, self.day = parameter, day
