"""What the administrator publishes: notices, answers to questions that are asked often, and documents to download.

`publish_…` without a number makes a new one, with a number the next version of it; `withdraw_…` writes a version that
is withdrawn, and publishing again brings it back. What anybody once read stays to be found in the history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tanso.acts.act import Act, Actor
from tanso.acts.operations import Done, Operation
from tanso.acts.refusals import refusal
from tanso.emissions.actions import keep_file
from tanso.kernel import papers
from tanso.kernel.outcomes import Finding
from tanso.kernel.texts import LANGUAGES
from tanso.notices.site_models import Answer, Document, Notice, Publication
from tanso.parties import permissions as may
from tanso.rulebook import Rulebook, library

LONGEST = {"title": 200, "body": 10_000, "question": 1_000, "answer": 10_000, "edition": 50, "reason": 1_000}
_LARGEST_PLACE = 9_999


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of publication: its table, the argument that numbers it, its fields, and what may be wrong with them."""

    name: str
    model: type[Publication]
    texts: tuple[str, ...]
    others: tuple[str, ...]
    wrong: Callable[[Mapping[str, Any], Rulebook], Iterable[str]]

    def latest(self, scheme: str, number: object) -> Publication | None:
        """The latest version of that number, or None."""
        if isinstance(number, bool) or not isinstance(number, int):
            return None
        found: Any = self.model._default_manager.filter(scheme=scheme, number=number)
        row: Publication | None = found.order_by("-version").first()
        return row


def _day(given: Any) -> date | None:
    """A day as acts write it; None where it is none."""
    try:
        return date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None


def _wrong_notice(given: Mapping[str, Any], book: Rulebook) -> Iterable[str]:
    first, last = _day(given["first_day"]), _day(given.get("last_day"))
    if first is None:
        yield "first_day"
    if given.get("last_day") is not None and (last is None or (first is not None and last < first)):
        yield "last_day"
    if not set(given.get("audience", ())) <= set(book.participant_kinds):
        yield "audience"


def _wrong_answer(given: Mapping[str, Any], book: Rulebook) -> Iterable[str]:
    if book.site is None or given["subject"] not in book.site.subjects:
        yield "subject"
    place = given.get("place", 0)
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place <= _LARGEST_PLACE:
        yield "place"


def _wrong_document(given: Mapping[str, Any], book: Rulebook) -> Iterable[str]:
    if book.site is None or given["kind"] not in book.site.documents:
        yield "kind"
    if _day(given["issued_on"]) is None:
        yield "issued_on"
    if given.get("language", "") not in ("", *LANGUAGES):
        yield "language"
    if len(str(given.get("edition", ""))) > LONGEST["edition"]:
        yield "edition"


NOTICE = Kind("notice", Notice, ("title", "body"), ("first_day", "last_day", "audience", "is_pinned"), _wrong_notice)
ANSWER = Kind("answer", Answer, ("question", "answer"), ("subject", "place"), _wrong_answer)
DOCUMENT = Kind(
    "document", Document, ("title",), ("kind", "edition", "issued_on", "language", "document"), _wrong_document
)
KINDS = (NOTICE, ANSWER, DOCUMENT)
# How an act calls the number of each: a document's file is its argument `document`.
NUMBER = {"notice": "notice", "answer": "answer_number", "document": "document_number"}
_OPTIONAL = {"last_day", "audience", "is_pinned", "place", "edition", "language", "document"}


def _missing_text(value: Any, longest: int) -> bool:
    """Whether a text lacks a language, or is longer than may be."""
    return not isinstance(value, dict) or any(
        not isinstance(value.get(language), str) or not 0 < len(value[language].strip()) <= longest
        for language in LANGUAGES
    )


def _wrong_fields(kind: Kind, act: Act, book: Rulebook) -> list[str]:
    given = act.arguments
    wrong = [name for name in kind.texts if _missing_text(given[name], LONGEST[name])]
    wrong += kind.wrong(given, book)
    phases = given.get("phases", [])
    if not isinstance(phases, list) or not set(phases) <= set(book.phases):
        wrong.append("phases")
    return wrong


def _known(kind: Kind, act: Act) -> dict[str, Any]:
    number = act.arguments.get(NUMBER[kind.name])
    found = kind.latest(act.scheme, number)
    return {
        "publication.is_named": number is not None,
        "publication.exists": found is not None,
        "publication.is_withdrawn": found is not None and found.is_withdrawn,
    }


def _content(act: Act) -> bytes | None:
    """The file that comes with the act; raises ValueError where it is not the one that the arguments name."""
    named = act.arguments.get("document")
    if named is None:
        return None
    content = act.files["document"]
    if hashlib.sha256(content).hexdigest() != named:
        raise ValueError("the file is not the one whose SHA-256 the arguments name")
    return content


def _publishing(kind: Kind) -> Operation:
    def facts(act: Act, book: Rulebook) -> dict[str, Any]:
        found = _known(kind, act) | {"publication.wrong_fields": _wrong_fields(kind, act, book)}
        if kind is not DOCUMENT:
            return found
        content = _content(act)
        # A further version may keep the file of the one before it.
        keeps = content is None and found["publication.exists"]
        return found | {
            "document.exists": content is not None or keeps,
            "document.kind": papers.published_kind_of(content) if content else "pdf" if keeps else "",
            "document.size_bytes": len(content or b""),
        }

    def execute(act: Act, book: Rulebook, known: Mapping[str, Any]) -> Done:
        before = kind.latest(act.scheme, act.arguments.get(NUMBER[kind.name]))
        fields = {name: act.arguments[name] for name in (*kind.texts, *kind.others) if name in act.arguments}
        for name in kind.texts:
            fields[name] = {language: fields[name][language].strip() for language in LANGUAGES}
        fields |= {name: _day(fields[name]) for name in ("first_day", "last_day", "issued_on") if name in fields}
        if kind is DOCUMENT:
            fields |= _filed(fields.pop("document", None), act, before)
        return _write(kind, act, before, {**fields, "phases": act.arguments.get("phases", [])})

    texts_and_others = {*kind.texts, *kind.others}
    return Operation(
        name=f"publish_{kind.name}",
        required=frozenset(texts_and_others - _OPTIONAL),
        optional=frozenset(texts_and_others & _OPTIONAL) | {"phases", NUMBER[kind.name]},
        permission=_administrator,
        missing=not_offered,
        locks=lambda act: (f"site:{act.scheme}/{kind.name}",),
        facts=facts,
        execute=execute,
    )


def _filed(sha256: str | None, act: Act, before: Publication | None) -> dict[str, Any]:
    """The file of a document: the one that came with the act, or that of the version before."""
    content = _content(act)
    if sha256 is None or content is None:
        if not isinstance(before, Document):
            raise AssertionError("a document was allowed without a file")
        return {"file_id": before.file_id, "file_kind": before.file_kind, "size_bytes": before.size_bytes}
    return {
        "file_id": keep_file(content),
        "file_kind": papers.published_kind_of(content),
        "size_bytes": len(content),
    }


def _withdrawing(kind: Kind) -> Operation:
    def facts(act: Act, book: Rulebook) -> dict[str, Any]:
        reason = str(act.arguments["reason"]).strip()
        wrong = [] if 0 < len(reason) <= LONGEST["reason"] else ["reason"]
        return _known(kind, act) | {"publication.wrong_fields": wrong}

    def execute(act: Act, book: Rulebook, known: Mapping[str, Any]) -> Done:
        before = kind.latest(act.scheme, act.arguments[NUMBER[kind.name]])
        if before is None:
            raise AssertionError("what does not exist was allowed to be withdrawn")
        names = [field.attname for field in before._meta.concrete_fields]
        left_out = {"id", "version", "is_withdrawn", "reason", "day", "act_id", "actor_login", "recorded_at"}
        same = {name: getattr(before, name) for name in names if name not in {*left_out, "scheme", "number"}}
        return _write(kind, act, before, {**same, "is_withdrawn": True, "reason": act.arguments["reason"].strip()})

    return Operation(
        name=f"withdraw_{kind.name}",
        required=frozenset({NUMBER[kind.name], "reason"}),
        permission=_administrator,
        missing=not_offered,
        locks=lambda act: (f"site:{act.scheme}/{kind.name}",),
        facts=facts,
        execute=execute,
    )


def not_offered(act: Act) -> Finding | None:
    """The refusal where the scheme does not list the operation: then it has no such page either."""
    offered = library().get(act.scheme).operations
    return None if act.operation in offered else refusal("operation.not_offered", operation=act.operation)


def _administrator(actor: Actor, act: Act) -> bool:
    return may.is_administrator(actor)


def _write(kind: Kind, act: Act, before: Publication | None, fields: Mapping[str, Any]) -> Done:
    manager = kind.model._default_manager
    if before is None:
        last = manager.filter(scheme=act.scheme).order_by("-number").values_list("number", flat=True).first()
        number, version = (last or 0) + 1, 1
    else:
        number, version = before.number, before.version + 1
    manager.create(
        scheme=act.scheme,
        number=number,
        version=version,
        day=act.day,
        act_id=act.id,
        actor_login=act.actor.login,
        **fields,
    )
    return Done(result={kind.name: number, "version": version})


OPERATIONS = tuple(make(kind) for kind in KINDS for make in (_publishing, _withdrawing))
