"""Turns the shapes that were read into the nouns and rules of a rulebook. Nothing here judges: `validation` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from tanso.kernel.texts import Text
from tanso.rulebook import context, model, shapes
from tanso.rulebook.calendar import years_of
from tanso.rulebook.conditions import Condition, Environment
from tanso.rulebook.overrides import Override
from tanso.rulebook.parameters import KINDS, DatedValue, Limits, Parameter, limits_of, typed
from tanso.rulebook.rules import CheckRule, DerivedRule, FactRule, SelectionRule
from tanso.rulebook.scope import OF_HOLDING
from tanso.rulebook.sources import Sources
from tanso.rulebook.texts import Texts, fill

_ATTRIBUTE_KINDS: dict[str, context.Kind] = {
    "bool": "bool",
    "text": "text",
    "choice": "text",
    "int": "int",
    "decimal": "text",
    "day": "day",
}


def clause(reference: shapes.Reference) -> str:
    """A reference as it is stored with a decision: document and clause."""
    return f"{reference.document} {reference.clause}"


def assumed(source: shapes.Sourced) -> Text | None:
    return None if source.assumed is None else Text(source.assumed.ja, source.assumed.en)


def parameters(
    sources: Sources, texts: Texts, settings: Mapping[str, Any], overrides: Iterable[Override] = ()
) -> dict[str, Parameter]:
    laid_over: dict[str, list[Override]] = {
        name: [Override(parameter=name, value=value)] for name, value in settings.items()
    }
    for override in overrides:
        laid_over.setdefault(override.parameter, []).append(override)
    assert sources.phases is not None  # noqa: S101
    numbers = frozenset(shape.number for shape in sources.phases.phases)
    result = {}
    for name, shape in sources.parameters.items():
        values = []
        for index, dated in enumerate(shape.values):
            following = shape.values[index + 1].from_ if index + 1 < len(shape.values) else None
            end = dated.to + timedelta(days=1) if dated.to else following
            value = typed(shape.type, dated.value)
            values.append(DatedValue(dated.from_, end, value, clause(dated.reference), assumed(dated)))
        label = texts.text("parameters", name)
        shipped = tuple(values)
        parameter = Parameter(
            name, shape.type, shape.unit or "", label, shipped, shipped, numbers, limits_of(shape) or Limits()
        )
        result[name] = parameter.overridden_by(laid_over.get(name, ()))
    return result


def phases(sources: Sources, texts: Texts) -> dict[int, model.Phase]:
    assert sources.phases is not None  # noqa: S101
    template = texts.text("phase")
    return {
        shape.number: model.Phase(
            number=shape.number,
            adopted_fy=shape.adopted,
            target_fy=shape.target,
            years=years_of(shape),
            label=fill(template, {"n": str(shape.number)}),
            clause=clause(shape.reference),
            assumed=assumed(shape),
        )
        for shape in sources.phases.phases
    }


def units(sources: Sources, texts: Texts) -> dict[str, model.UnitType]:
    assert sources.phases is not None  # noqa: S101
    assert sources.scheme is not None  # noqa: S101
    numbers = tuple(sorted(phase.number for phase in sources.phases.phases))
    return {
        name: model.UnitType(
            type=name,
            scheme=shape.of or sources.scheme.scheme,
            own_phases=numbers if shape.phases is None else tuple(range(shape.phases.first, shape.phases.last + 1)),
            label=texts.text("units", name),
            has_phase=shape.has_phase,
            origin=shape.origin,
            quantity_from=shape.quantity_from,
            evidence_kinds=tuple(shape.evidence_kinds),
            evidence_record=tuple(shape.evidence_record),
            surrender_from=shape.surrender_phases.from_,
            surrender_to=shape.surrender_phases.to,
            phases=numbers,
            clause=clause(shape.reference),
            assumed=assumed(shape),
        )
        for name, shape in sources.units.items()
    }


def account_kinds(sources: Sources, texts: Texts) -> dict[str, model.AccountKind]:
    assert sources.accounts is not None  # noqa: S101
    return {
        name: model.AccountKind(
            kind=name,
            label=texts.text("accounts", name),
            holding=shape.holding,
            after_banking=shape.after_banking,
            clause=clause(shape.reference),
            assumed=assumed(shape),
        )
        for name, shape in sources.accounts.kinds.items()
    }


def reserved(sources: Sources) -> dict[str, model.ReservedAccount]:
    assert sources.accounts is not None  # noqa: S101
    return {
        role: model.ReservedAccount(role, shape.number, shape.kind, clause(shape.reference), assumed(shape))
        for role, shape in sources.accounts.reserved.items()
    }


def purposes(sources: Sources) -> dict[str, str]:
    """Purpose of a cancellation -> role of the reserved account that takes the units."""
    assert sources.accounts is not None  # noqa: S101
    return dict(sources.accounts.purposes)


def numbering(sources: Sources) -> tuple[str, int]:
    assert sources.accounts is not None  # noqa: S101
    return sources.accounts.number_format, sources.accounts.first_number


def participant_kinds(sources: Sources, texts: Texts) -> dict[str, model.ParticipantKind]:
    assert sources.scheme is not None  # noqa: S101
    return {
        name: model.ParticipantKind(
            kind=name,
            label=texts.text("participants", name),
            account_kind=shape.account,
            has_phase=shape.has_phase,
            logins={letter: tuple(audiences) for letter, audiences in shape.logins.items()},
            clause=clause(shape.reference),
        )
        for name, shape in sources.scheme.participants.items()
    }


def attributes(sources: Sources, texts: Texts) -> dict[str, model.Attribute]:
    return {
        name: model.Attribute(
            id=name,
            type=shape.type,
            unit=shape.unit or "",
            choices={choice: texts.text("choices", name, choice) for choice in shape.choices},
            required_of=tuple(shape.required_of),
            label=texts.text("attributes", name),
            clause=clause(shape.reference),
            assumed=assumed(shape),
        )
        for name, shape in sources.attributes.items()
    }


def figures(sources: Sources, texts: Texts) -> dict[str, model.Figure]:
    return {
        name: model.Figure(
            id=name,
            type=shape.type,
            unit=shape.unit or "",
            label=texts.text("figures", name),
            clause=clause(shape.reference),
            assumed=assumed(shape),
            at_least=shape.at_least,
        )
        for name, shape in sources.figures.items()
    }


def operations(sources: Sources, texts: Texts) -> dict[str, model.OperationRule]:
    assert sources.scheme is not None  # noqa: S101
    return {
        name: model.OperationRule(
            name=name,
            label=texts.text("operations", name),
            four_eyes=shape.four_eyes is not False,
            **_second_person(shape.four_eyes),
            reversal_clause=None if shape.reversible is None else clause(shape.reversible.reference),
            reversal_assumed=None if shape.reversible is None else assumed(shape.reversible),
        )
        for name, shape in sources.scheme.operations.items()
    }


def _second_person(written: bool | str | shapes.FourEyesShape) -> dict[str, Any]:
    if not isinstance(written, shapes.FourEyesShape):
        return {}
    return {
        "second_person": written.by,
        "four_eyes_clause": clause(written.reference),
        "four_eyes_assumed": assumed(written),
    }


def life(sources: Sources, texts: Texts) -> model.Life:
    reports = sources.reports
    years = {
        name: model.ReportYear(
            name,
            texts.text("years", name),
            shape.fiscal_year,
            shape.verified,
            shape.settles,
            shape.takes_back_to,
            None if shape.needed_by is None else (shape.needed_by.window, shape.needed_by.day),
            clause(shape.reference),
        )
        for name, shape in reports.years.items()
    }
    return model.Life(
        initial=reports.initial or "",
        states={name: texts.text("states", name) for name in reports.states},
        final_states=tuple(name for name, shape in reports.states.items() if shape.figure_is_final),
        years=years,
        steps=tuple(
            model.Step(shape.operation, tuple(shape.years), tuple(shape.from_), shape.to) for shape in reports.life
        ),
    )


def opinions(sources: Sources, texts: Texts) -> dict[str, model.Opinion]:
    return {
        name: model.Opinion(name, texts.text("opinions", name), shape.suffices, clause(shape.reference))
        for name, shape in sources.reports.opinions.items()
    }


def windows(sources: Sources, texts: Texts) -> dict[str, model.WindowRule]:
    return {
        name: model.WindowRule(name, texts.text("windows", name), clause(shape.reference), assumed(shape))
        for name, shape in sources.calendar.windows.items()
    }


def due(sources: Sources, texts: Texts) -> dict[str, model.DueRule]:
    return {
        name: model.DueRule(
            id=name,
            label=texts.text("due", name),
            operation=shape.operation,
            when_closes=shape.when_closes,
            clause=clause(shape.reference),
            assumed=assumed(shape),
        )
        for name, shape in sources.calendar.due.items()
    }


def events(sources: Sources, texts: Texts) -> dict[str, model.EventRule]:
    return {
        name: model.EventRule(
            name=name,
            label=texts.text("events", name, "label"),
            audience=shape.audience,
            to=tuple(shape.to),
            facts=tuple(shape.facts),
            subject=texts.text("events", name, "subject"),
            body=texts.text("events", name, "body"),
            clause=clause(shape.reference),
            assumed=assumed(shape),
        )
        for name, shape in sources.events.items()
    }


def variables(
    sources: Sources, fields: Mapping[str, model.Attribute]
) -> tuple[dict[str, context.Kind], dict[str, Any]]:
    """Every name that conditions may use with its kind, and what each fact reads as where it was not given."""
    kinds: dict[str, context.Kind] = {}
    neutrals: dict[str, Any] = {}
    declared = list(context.facts())
    for field in fields.values():
        declared.extend(context.facts_of_field(field.id, _ATTRIBUTE_KINDS[field.type], field.label, field.type))
    for name, figure in sources.figures.items():
        declared.extend(context.facts_of_figure(name, KINDS[figure.type], figure.type))
    for year in sources.reports.years:
        declared.extend(context.facts_of_year(year, Text("", "")))
    for name, shape in sources.derived.items():
        declared.append(context.Fact(f"derived.{name}", shape.type, Text("", "")))
        kinds[f"derived.has_{name}"] = "bool"
    for fact in declared:
        kinds[fact.name] = fact.kind
        neutrals[fact.name] = fact.neutral
    for name, parameter in sources.parameters.items():
        kinds[f"param.{name}"] = KINDS[parameter.type]
    return kinds, neutrals


def checks(
    sources: Sources, environment: Environment, texts: Texts, requires: Mapping[str, str]
) -> dict[str, CheckRule]:
    assert sources.scheme is not None  # noqa: S101
    result: dict[str, CheckRule] = {}
    for shape in sources.checks:
        key = f"checks.{shape.code}"
        facts = {}
        require = requires.get(shape.code, shape.require)
        for name, fact in shape.facts.items():
            text, label = (fact, "") if isinstance(fact, str) else (fact.value, fact.label)
            facts[name] = FactRule(Condition(environment, text, "any", f"{key}.facts.{name}"), label)
        result[shape.code] = CheckRule(
            code=shape.code,
            # A folder that several schemes include may guard operations that this scheme has not.
            operations=tuple(name for name in shape.operations if name in sources.scheme.operations),
            each=tuple(shape.each),
            clause=clause(shape.reference),
            when=Condition(environment, shape.when, "bool", f"{key}.when") if shape.when else None,
            require=Condition(environment, require, "bool", f"{key}.require"),
            at_once=_at_once(environment, shape.when, require, key),
            speaks_of_units=_mention_units((shape.when, require), sources, environment, ()),
            facts=facts,
            title=texts.text("checks", shape.code, "title"),
            message=texts.text("checks", shape.code, "message"),
            next_step=texts.text("checks", shape.code, "next"),
            assumed=assumed(shape),
        )
    return result


def derived(
    sources: Sources, environment: Environment, texts: Texts, by_code: Mapping[str, CheckRule]
) -> dict[str, DerivedRule]:
    result: dict[str, DerivedRule] = {}
    for name, shape in sources.derived.items():
        key = f"derived.{name}"
        result[name] = DerivedRule(
            name=name,
            kind=shape.type,
            unit=shape.unit or "",
            label=texts.text("derived", name),
            clause=clause(shape.reference),
            exists_when=Condition(environment, shape.exists, "bool", f"{key}.exists") if shape.exists else None,
            condition=Condition(environment, shape.value, shape.type, f"{key}.value") if shape.value else None,
            sum=_selection(shape.sum, environment, by_code, f"{key}.sum"),
            test=_selection(shape.test, environment, by_code, f"{key}.test"),
            speaks_of_units=_speaks_of_units(name, sources, environment, ()),
            assumed=assumed(shape),
        )
    return result


def _selection(
    shape: shapes.Selection | None, environment: Environment, by_code: Mapping[str, CheckRule], key: str
) -> SelectionRule | None:
    if shape is None:
        return None
    return SelectionRule(
        of=shape.of,
        where=Condition(environment, shape.where, "bool", f"{key}.where") if shape.where else None,
        passes=tuple(by_code[code] for code in shape.passes if code in by_code),
        fails=tuple(by_code[code] for code in shape.fails if code in by_code),
    )


def _speaks_of_units(name: str, sources: Sources, environment: Environment, waiting: tuple[str, ...]) -> bool:
    """Whether a derived quantity differs from unit to unit of one account (a sum does not: it runs over all)."""
    shape = sources.derived.get(name)
    if shape is None or name in waiting or shape.sum is not None:
        return False
    if shape.test is not None:
        return True
    return _mention_units((shape.exists, shape.value), sources, environment, (*waiting, name))


def _mention_units(
    texts: tuple[str | None, ...], sources: Sources, environment: Environment, waiting: tuple[str, ...]
) -> bool:
    for text in texts:
        for used in environment.names_in(text or ""):
            if used.startswith(OF_HOLDING):
                return True
            if used.startswith("derived."):
                below = used.removeprefix("derived.").removeprefix("has_")
                if _speaks_of_units(below, sources, environment, waiting):
                    return True
    return False


def _at_once(environment: Environment, when: str | None, require: str, key: str) -> Condition | None:
    if any(name.startswith("derived.") for name in environment.names_in(require)):
        return None
    text = f"({when}) ? ({require}) : true" if when else require
    return Condition(environment, text, "bool", f"{key}.require")


def second_person_conditions(sources: Sources, environment: Environment) -> dict[str, Condition]:
    """Of the operations that need two persons in some cases only, in which."""
    assert sources.scheme is not None  # noqa: S101
    result = {}
    for name, shape in sources.scheme.operations.items():
        when = four_eyes_when(shape.four_eyes)
        if when is not None:
            result[name] = Condition(environment, when, "bool", f"operations.{name}.four_eyes")
    return result


def four_eyes_when(written: bool | str | shapes.FourEyesShape) -> str | None:
    """The condition under which two persons are needed; None where always, or never."""
    if isinstance(written, shapes.FourEyesShape):
        return written.when
    return f"param.{written}" if isinstance(written, str) else None


def due_conditions(sources: Sources, environment: Environment) -> dict[str, Condition]:
    return {
        name: Condition(environment, shape.condition, "bool", f"due.{name}.condition")
        for name, shape in sources.calendar.due.items()
        if shape.condition
    }


def year_conditions(sources: Sources, environment: Environment) -> dict[str, Condition]:
    """Of the years that only some holders report, which ones do."""
    return {
        name: Condition(environment, shape.for_, "bool", f"reports.years.{name}.for")
        for name, shape in sources.reports.years.items()
        if shape.for_
    }
