"""Reads of what is published: the latest version of each notice, answer and document."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from tanso.notices.site_models import Answer, Document, Notice, Publication

Version = TypeVar("Version", bound=Publication)


def latest(model: type[Version], scheme: str) -> list[Version]:
    """The latest version of each, withdrawn ones among them, by number."""
    rows: Any = model._default_manager.filter(scheme=scheme)
    return list(rows.order_by("number", "-version").distinct("number"))


def versions(model: type[Version], scheme: str, number: int) -> list[Version]:
    """All versions of one number, the latest first; [] where there is none."""
    rows: Any = model._default_manager.filter(scheme=scheme, number=number)
    return list(rows.order_by("-version"))


def notices(scheme: str, day: date, *, kind: str | None = None, phase: int | None = None) -> list[Notice]:
    """The notices of a day for everybody, or those for a participant of a kind (and phase) too; pinned ones first.

    A notice about phases concerns everybody on the public page, and on a desk the participants of these phases.
    """
    found = [
        notice
        for notice in latest(Notice, scheme)
        if not notice.is_withdrawn
        and notice.first_day <= day
        and (notice.last_day is None or day <= notice.last_day)
        and (not notice.audience or kind in notice.audience)
        and (not notice.phases or phase is None or phase in notice.phases)
    ]
    return sorted(found, key=lambda notice: (not notice.is_pinned, -notice.first_day.toordinal(), -notice.number))


def answers(scheme: str, phase: int | None = None) -> list[Answer]:
    """What is answered, by subject and place; with a phase, what is for it or for all."""
    found = [answer for answer in latest(Answer, scheme) if not answer.is_withdrawn and _is_for(answer, phase)]
    return sorted(found, key=lambda answer: (answer.subject, answer.place, answer.number))


def documents(scheme: str, phase: int | None = None) -> list[Document]:
    """The documents to download, the newest first; with a phase, what is for it or for all."""
    found = [
        document for document in latest(Document, scheme) if not document.is_withdrawn and _is_for(document, phase)
    ]
    return sorted(found, key=lambda document: (-document.issued_on.toordinal(), document.number))


def earlier_documents(scheme: str) -> dict[int, list[Document]]:
    """The earlier editions of each document with a file of its own, the latest first, by number."""
    rows: dict[int, list[Document]] = {}
    for row in Document.objects.filter(scheme=scheme).order_by("number", "-version"):
        rows.setdefault(row.number, []).append(row)
    return {number: _with_files_of_their_own(listed) for number, listed in rows.items()}


def _with_files_of_their_own(listed: list[Document]) -> list[Document]:
    """Of the versions of a document, the latest first: those that brought another file than all later ones."""
    found, seen = [], {listed[0].file_id}
    for row in listed:
        if not row.is_withdrawn and row.file_id not in seen:
            seen.add(row.file_id)
            found.append(row)
    return found


def document(scheme: str, number: int, version: int) -> Document | None:
    """One version of a document with its file, while the document is not withdrawn; else None."""
    rows = versions(Document, scheme, number)
    if not rows or rows[0].is_withdrawn:
        return None
    return next((row for row in rows if row.version == version and not row.is_withdrawn), None)


def _is_for(publication: Publication, phase: int | None) -> bool:
    return phase is None or not publication.phases or phase in publication.phases
