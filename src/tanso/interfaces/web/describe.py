"""Acts, units and arguments in the words of the scheme and of the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.acts.models import ActRecord
from tanso.interfaces.web import words
from tanso.kernel.outcomes import Finding
from tanso.kernel.prices import price_text
from tanso.kernel.texts import Text
from tanso.kernel.units import UnitName
from tanso.ledger.operations import REPORT_DIFFERENCES
from tanso.ledger.records import Account
from tanso.parties import queries as parties
from tanso.rulebook import Rulebook, library
from tanso.rulebook.overrides import shown_value
from tanso.rulebook.parameters import type_problem


def here(text: Text) -> str:
    """A two-language text in the language of the page."""
    return text.in_language(get_language() or "en")


def capital(text: str) -> str:
    """A label that stands alone: with a capital where the writing has capitals."""
    return text[:1].upper() + text[1:]


def account_kind(rulebook: Rulebook, kind: str) -> str:
    """A kind of account as the scheme calls it."""
    return capital(here(rulebook.account_kinds[kind].label))


def kind_of(rulebook: Rulebook, account: Account) -> str:
    """The kind of an account as its own scheme calls it, which may be another one."""
    return account_kind(_book_of(rulebook, account.scheme), account.kind)


def _book_of(rulebook: Rulebook, scheme: str) -> Rulebook:
    return rulebook if scheme == rulebook.scheme else library().get(scheme)


def unit(rulebook: Rulebook, written: str) -> str:
    """A written unit ("X/2") as people call it: its label, and its phase in words. Unknown ones stay as written."""
    try:
        name = UnitName.parse(written)
    except ValueError:
        return written
    known = rulebook.units.get(name.type)
    if known is None:
        return written
    return unit_of(rulebook, name.type, name.phase)


def unit_of(rulebook: Rulebook, unit_type: str, phase_number: int | None) -> str:
    """A unit type of a phase as people call it."""
    known = rulebook.units[unit_type]
    label = here(known.label)
    if phase_number is None:
        return label
    # Units of another scheme are of phases of that scheme.
    said = phase(_book_of(rulebook, known.scheme), phase_number)
    return _("%(unit)s (%(phase)s)") % {"unit": label, "phase": said}


def allocation_unit(rulebook: Rulebook, phase_number: int | None) -> str:
    """The unit of a phase's first allocation as people call it; empty where the scheme allocates none."""
    found = next((unit for unit in rulebook.units.values() if unit.quantity_from is not None), None)
    if found is None:
        return ""
    return unit_of(rulebook, found.type, phase_number if found.has_phase else None)


def emission_operations(rulebook: Rulebook) -> frozenset[str]:
    """The operations of a report's life: all that a login for emissions alone may see of the records."""
    return frozenset(step.operation for step in rulebook.life.steps)


def phase(rulebook: Rulebook, number: int) -> str:
    """A phase as the scheme calls it."""
    return here(rulebook.phases[number].label)


def operation(rulebook: Rulebook, name: str) -> str:
    """An operation as the scheme calls it; the door's own ones by their name."""
    if name == REPORT_DIFFERENCES:
        return _("Check of the ledger")
    rule = rulebook.operations.get(name)
    return name if rule is None else here(rule.label)


def freezing(rulebook: Rulebook, account: Account) -> list[Line]:
    """What an account is frozen for, until when and why; nothing where it is not."""
    if not account.is_frozen and not account.restricted:
        return []
    scope = [operation(rulebook, name) for name in account.restricted] or [_("the whole account")]
    until = _("no set end") if account.until is None else here(words.long_day(account.until))
    return [
        Line(_("Frozen"), ", ".join(scope)),
        Line(_("Ends on"), until),
        Line(_("Reason"), account.reason),
    ]


def role(name: str) -> str:
    """Who acted, by role."""
    names = {
        "administrator": _("Administrator"),
        "participant": _("Participant"),
        "verifier": _("Verifier"),
        "system": _("Calendar"),
        "public": _("Somebody without a login"),
    }
    return names.get(name, name)


def clause(rulebook: Rulebook, written: str) -> str:
    """A clause ("S0 2.2(4)") with its document's title in place of the document's short name."""
    document, _space, place = written.partition(" ")
    if not rulebook.texts.has("ja", "documents", document):
        return written
    return f"{here(rulebook.texts.text('documents', document))} {place}"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that an act names, as a page lists it."""

    label: str
    value: str


def _labels_of_wishes() -> dict[str, str]:
    """What acts about contacts, names, objections and disputes name."""
    return {
        "change": _("Change"),
        "content": _("Content (SHA-256)"),
        "second_factor_lost": _("Second factor lost too"),
        "mail_confirmed": _("Mail address confirmed by another way"),
        "company_change": _("Change of company name"),
        "site": _("Number of the site"),
        "name_kana": _("Reading of the new name"),
        "registration": _("Application for registration"),
        "phase": _("Phase"),
        "version": _("Version"),
        "draft": _("Draft"),
        "paper": _("Paper"),
        "check_code": _("Check code"),
        "keys": _("Keys"),
        "rows": _("Rows (SHA-256)"),
        "arrived_on": _("The paper arrived on"),
        "objection": _("Objection or dispute"),
        "decision": _("Record number of the act"),
        "outcome": _("Decision"),
        "correction": _("Record number of the act that puts it right"),
    }


def arguments(
    rulebook: Rulebook,
    given: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
    phase_number: int | None = None,
) -> list[Line]:
    """The arguments of an act in reading order.

    `names` adds a holder's name behind an account number; `phase_number` is the participant's, to say which year's
    report is meant.
    """
    labels = _labels()
    if "parameter" in given:
        given = _of_parameter(rulebook, given)
    if "price_yen" in given:
        given = {**given, "price_yen": _price(given)}
    if "key" in given and "form" in given:
        given = {("participation" if name == "form" else name): value for name, value in given.items()}
    if "attribute" in given:
        given = {**given, "attribute": _field(rulebook, str(given["attribute"]))}
    if "kind" in given:
        given = {**given, "kind": _kind(rulebook, str(given["kind"]))}
    known = [
        Line(labels[name], _value(rulebook, name, given[name], names or {}, phase_number))
        for name in labels
        if name in given
    ]
    others = [Line(name, _plain(given[name])) for name in sorted(given) if name not in labels]
    return [line for line in known + others if line.value]


def _labels() -> dict[str, str]:
    """What each argument is called, in reading order."""
    return _labels_in(get_language() or "")


@cache
def _labels_in(_language: str) -> dict[str, str]:
    """Worked out once a language, which is the active one: a list of fifty acts asks fifty times for ninety labels."""
    return {
        "participant": _("Participant"),
        "key": _("Participant"),
        "name": _("Name"),
        "organisation": _("Corporation"),
        "account_name": _("Account name"),
        "participation": _("Form of participation"),
        "sites": _("Sites"),
        "reduction_target_t": _("Reduction target"),
        "attributes": _("Fields"),
        "attribute": _("Field"),
        "year": _("Report"),
        "fiscal_year": _("Fiscal year"),
        "figure": _("Figure"),
        "from": _("From account"),
        "account": _("Account"),
        "to": _("To account"),
        "trusted": _("Account to be trusted"),
        "transfer": _("Transfer that waits"),
        "delayed": _("Carries out the delayed transfer"),
        "refused": _("Refused act"),
        "unit": _("Unit"),
        "quantity_t": _("Quantity"),
        "kind": _("Kind"),
        "price_yen": _("Price"),
        "last_day": _("Until"),
        "emissions_t": _("Emissions"),
        "workbook": _("Workbook (SHA-256)"),
        "opinion": _("Opinion"),
        "verifier": _("Verifier"),
        "application": _("Application"),
        **_labels_of_wishes(),
        "from_day": _("Holds from"),
        "mail": _("Mail"),
        "letter": _("Letter"),
        "letters": _("Letters"),
        "evidence": _("Evidence"),
        "document": _("Document (SHA-256)"),
        "purpose": _("Purpose"),
        "statement": _("Statement"),
        "posting": _("Posting"),
        "parameter": _("Parameter"),
        "value": _("Value"),
        "to_day": _("Holds to"),
        "operations": _("Only these acts"),
        "until": _("Ends on"),
        "valid_day": _("Counts from"),
        "clause": _("Clause"),
        "reason": _("Reason"),
        "text": _("Text"),
        "form": _("Verification report"),
        "count": _("Differences in the ledger"),
        "differences": _("Difference"),
        "login": _("Login ID"),
        "wish": _("Number of the new password"),
        "not_frozen": _("Accounts that could not be frozen"),
        **_labels_of_publications(),
    }


def _labels_of_publications() -> dict[str, str]:
    return {
        "notice": _("Notice"),
        "answer_number": _("Question and answer"),
        "document_number": _("Document"),
        "title": _("Title"),
        "body": _("Text"),
        "subject": _("Subject"),
        "question": _("Question"),
        "answer": _("Answer"),
        "place": _("Place"),
        "audience": _("For whom"),
        "phases": _("Phases"),
        "first_day": _("Shown from"),
        "is_pinned": _("Always at the top"),
        "edition": _("Edition"),
        "issued_on": _("Day of issue"),
        "language": _("Language"),
        "asked_on": _("Asked on"),
        "content": _("Content (SHA-256)"),
    }


def _value(rulebook: Rulebook, name: str, value: Any, names: Mapping[str, str], phase_number: int | None) -> str:  # noqa: PLR0911 -- one line a kind
    if name in ("from", "account", "to", "posting"):
        called = names.get(str(value))
        return f"{value} {called}" if called else str(value)
    if name in ("participant", "verifier"):
        return names.get(str(value), str(value))
    if name == "unit":
        return unit(rulebook, str(value))
    if name in ("quantity_t", "emissions_t", "reduction_target_t"):
        return words.tonnes(value) if isinstance(value, int) else f"{value}{words.NO_BREAK_SPACE}t"
    if name == "year":
        return report_year(rulebook, str(value), phase_number)
    if name == "opinion":
        return opinion(rulebook, str(value))
    if name == "evidence" and isinstance(value, dict):
        return _evidence(rulebook, value)
    if name == "purpose":
        return purpose(rulebook, str(value))
    if name == "figure":
        return figure(rulebook, str(value))
    if name == "operations" and isinstance(value, list):
        return ", ".join(operation(rulebook, str(one)) for one in value)
    if name in ("until", "valid_day", "from_day", "to_day", "last_day", "arrived_on"):
        return here(words.long_day(date.fromisoformat(str(value))))
    if name == "clause":
        return clause(rulebook, str(value))
    return _of_publication(rulebook, name, value)


def _of_publication(rulebook: Rulebook, name: str, value: Any) -> str:
    """What acts about notices, answers, documents and questions name besides."""
    if name == "phases" and isinstance(value, list):
        return ", ".join(phase(rulebook, number) for number in value if number in rulebook.phases)
    if name == "audience" and isinstance(value, list):
        return ", ".join(_kind(rulebook, str(kind)) for kind in value)
    if name == "subject" and rulebook.site is not None and value in rulebook.site.subjects:
        return here(rulebook.site.subjects[value].label)
    if name in ("first_day", "issued_on", "asked_on"):
        return here(words.long_day(date.fromisoformat(str(value))))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _plain(value)


def _of_parameter(rulebook: Rulebook, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of an act about a parameter, with its label and its value in words."""
    parameter = rulebook.parameters.get(str(given["parameter"]))
    said = {name: value for name, value in given.items() if value is not None}
    if parameter is None:
        return said
    if "value" in said and type_problem(parameter.type, said["value"]) is None:
        said["value"] = here(shown_value(parameter.type, said["value"], parameter.unit))
    return said | {"parameter": f"{here(parameter.label)} ({parameter.id})"}


def _evidence(rulebook: Rulebook, given: Mapping[str, Any]) -> str:
    """A document of another registry with what was said of it, in one line."""
    kind, parts = str(given.get("kind", "")), [str(given.get("reference", ""))]
    if rulebook.texts.has("ja", "evidence", kind):
        kind = evidence_kind(rulebook, kind)
    for name in ("account", "serials"):
        parts.append(str(given.get(name, "")))
    if given.get("day"):
        parts.append(here(words.long_day(date.fromisoformat(str(given["day"])))))
    return " · ".join(part for part in (f"{kind} {parts[0]}".strip(), *parts[1:]) if part)


def _field(rulebook: Rulebook, name: str) -> str:
    """A field of participants as the scheme calls it."""
    known = rulebook.attributes.get(name)
    return name if known is None else capital(here(known.label))


def _price(given: Mapping[str, Any]) -> str:
    """The price of a transfer with what it comes to a tonne; as it was written where it is no price."""
    price_yen, quantity_t = given["price_yen"], given.get("quantity_t")
    if not isinstance(price_yen, int) or price_yen < 0:
        return f"{price_yen} {_('yen')}"
    return here(price_text(price_yen, quantity_t if isinstance(quantity_t, int) and quantity_t > 0 else 1))


def transfer_kind(rulebook: Rulebook, name: str) -> str:
    """A kind of transfer as the scheme calls it."""
    known = rulebook.transfers.find(name)
    return name if known is None else capital(here(known.label))


def _kind(rulebook: Rulebook, name: str) -> str:
    """A kind of transfer, of participant or of document, whichever the word is."""
    participant = rulebook.participant_kinds.get(name)
    if rulebook.site is not None and name in rulebook.site.documents:
        return here(rulebook.site.documents[name])
    return transfer_kind(rulebook, name) if participant is None else capital(here(participant.label))


def _plain(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"ja", "en"}:
        return f"{value['ja']} / {value['en']}"
    if isinstance(value, dict) and "sentence" in value:
        return here(Text.from_json(value["sentence"]))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_plain(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def report_year(rulebook: Rulebook, year: str, phase_number: int | None) -> str:
    """A report's year within its phase (base, target …) as the scheme calls it; without a phase, in general."""
    rule = rulebook.life.years.get(year)
    if rule is None:
        return year
    if phase_number is None:
        return here(rulebook.texts.text("year_names", year))
    fiscal_year = rule.fiscal_year_in(rulebook.phases[phase_number])
    return here(rule.label.filled({"fiscal_year": str(fiscal_year)}))


def report_state(rulebook: Rulebook, state: str) -> str:
    """A report's state as the scheme calls it."""
    known = rulebook.life.states.get(state)
    return state if known is None else capital(here(known))


def window(rulebook: Rulebook, name: str) -> str:
    """A window of the calendar as the scheme calls it."""
    return capital(here(rulebook.texts.text("windows", name)))


def evidence_kind(rulebook: Rulebook, kind: str) -> str:
    """A kind of evidence as the scheme calls it."""
    return here(rulebook.texts.text("evidence", kind))


def opinion(rulebook: Rulebook, name: str) -> str:
    """A verifier's opinion as the scheme calls it."""
    known = rulebook.opinions.get(name)
    return name if known is None else capital(here(known.label))


def purpose(rulebook: Rulebook, name: str) -> str:
    """What a cancellation is for, as the scheme calls it."""
    return capital(here(rulebook.texts.text("purposes", name))) if name in rulebook.purposes else name


def figure(rulebook: Rulebook, name: str) -> str:
    """A figure of a year as the scheme calls it."""
    known = rulebook.figures.get(name)
    return name if known is None else capital(here(known.label))


def findings(record: ActRecord) -> list[Finding]:
    """Why a recorded act was refused."""
    return [Finding.from_json(finding) for finding in record.findings]


@dataclass(frozen=True, slots=True)
class ActLine:
    """A recorded act as lists show it."""

    record: ActRecord
    operation: str
    about: str
    headline: Finding | None


_NAMED_IN_LISTS = ("participant", "name", "account", "from", "to", "year", "unit", "quantity_t", "parameter", "value")


def act_lines(rulebook: Rulebook, records: Iterable[ActRecord]) -> list[ActLine]:
    """Recorded acts as lists show them: what, about whom or how much, and why not."""
    lines = []
    records = list(records)
    known_participants = parties.participants_by_holder(
        f"{record.scheme}/{record.arguments['participant']}" for record in records if "participant" in record.arguments
    )
    for record in records:
        given = record.arguments
        shown = {name: given[name] for name in _NAMED_IN_LISTS if name in given}
        participant = known_participants.get(f"{record.scheme}/{given.get('participant')}")
        names = {} if participant is None else {participant.key: participant.name}
        phase_number = None if participant is None else participant.phase
        parts = [line.value for line in arguments(rulebook, shown, names, phase_number)]
        if "from" in shown and "to" in shown:
            parts = [f"{shown['from']} → {shown['to']}", *parts[2:]]
        found = findings(record)
        lines.append(
            ActLine(
                record=record,
                operation=operation(rulebook, record.operation),
                about=" · ".join(parts),
                headline=found[0] if found else None,
            )
        )
    return lines
