"""Applications for registration in a scenario: what the step says is written into the form, the rest filled in.

A form has some thirty lines, and a story is about two or three of them. `form` gives those; every other line that must
be filled in gets something that can stand there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tanso.acts import Actor, rulebooks
from tanso.interfaces.cli.scenarios.cast import Cast, Deed, by_administrator, signed
from tanso.interfaces.cli.scenarios.model import Step
from tanso.parties.applications import drafts, queries
from tanso.parties.applications.adoption import FILE, Adopted, file_of
from tanso.parties.applications.content import NO, YES, Content
from tanso.parties.applications.models import ApplicationDraft
from tanso.rulebook.registration import REPEATED, FormField, RegistrationForm

_PLAUSIBLE = {
    "text": "例",
    "reading": "れい",
    "postcode": "100-0001",
    "telephone": "03-0000-0000",
    "mail": "example@example.jp",
    "bool": YES,
    "quantity": "0",
}
# What one name says, its other lines say too.
_COPIES = {"contact_organisation": "representative_name"}


def draft_of(scheme: str, day: date, said: Mapping[str, Any]) -> dict[str, Any]:
    """Write a draft (or that of an application that came back) and give what is needed to submit it."""
    rulebook = rulebooks.current(scheme)
    form = drafts.form_of(rulebook, str(said["kind"]))
    if form is None:
        return {"draft": 0, "content": ""}
    again = said.get("again")
    if again is None:
        token = drafts.start(rulebook, kind=form.kind, phase=said.get("phase"), day=day)
        draft = drafts.find(scheme, token, day)
    else:
        draft = ApplicationDraft.objects.select_related("application").filter(application_id=again).first()
    if draft is None:
        return {"draft": 0, "content": ""}
    content = Content.read(form, filled(form, said.get("form") or {}))
    drafts.save(rulebook, draft, content, day)
    kept = Content.read(form, draft.content).without_empty_rows()
    return {"draft": draft.id, "content": kept.hash}


def filled(form: RegistrationForm, said: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a form: what was said, and something for every line that must be filled in."""
    once: dict[str, Any] = {}
    for field in form.fields:
        if field.section not in REPEATED:
            copied = once.get(_COPIES.get(field.id, ""))
            once[field.id] = said.get(field.id, copied or _plausible(field))
    holders = said.get("holders") or [{}]
    return {
        "fields": once,
        "joint": [
            {field.id: row.get(field.id, _plausible(field)) for field in form.of("joint")}
            for row in said.get("joint", ())
        ],
        "site": [
            {
                field.id: row.get(field.id, _plausible(field) + (str(number) if field.id.endswith("name") else ""))
                for field in form.of("site")
            }
            for number, row in enumerate(holders, start=1)
        ],
    }


def _plausible(field: FormField) -> str:
    if not field.required:
        return ""
    if field.type == "choice":
        return next(iter(field.choices), "")
    return NO if field.is_attribute and field.type == "bool" else _PLAUSIBLE.get(field.type, "")


def list_of(rows: Any) -> tuple[str, bytes]:
    """The rows of an adoption list as the act carries them, with their SHA-256."""
    content = file_of([Adopted(**row) for row in rows])
    return hashlib.sha256(content).hexdigest(), content


def check_code_of(scheme: str, number: int) -> str:
    """The check code on the papers of an application; "" where there is none."""
    found = queries.application(scheme, number)
    return "" if found is None else queries.check_code(found)


def submit_registration(step: Step, cast: Cast) -> Iterator[Deed]:
    said = dict(step.arguments)
    if "again" in said:
        said["again"] = cast.made_by(said["again"], "registration")
    yield Deed(step.verb, signed(step, cast, Actor.public), draft_of(cast.scheme, step.day, said))


def load_adoption_list(step: Step, cast: Cast) -> Iterator[Deed]:
    digest, content = list_of(step.arguments["rows"])
    arguments = {"phase": step.arguments["phase"], FILE: digest}
    yield Deed(step.verb, by_administrator(step, cast), arguments, {FILE: content})


def follow_registration(step: Step, cast: Cast) -> Iterator[Deed]:
    """An act about the application for registration that an earlier step made."""
    given = {name: value for name, value in step.arguments.items() if name not in ("application", "code")}
    given["registration"] = cast.made_by(step.arguments["application"], "registration")
    if step.verb == "record_paper":
        given["check_code"] = step.arguments.get("code", check_code_of(cast.scheme, given["registration"]))
        given["arrived_on"] = given.get("arrived_on", step.day).isoformat()
    yield Deed(step.verb, by_administrator(step, cast), given)


MAKERS = {
    "submit_registration": submit_registration,
    "load_adoption_list": load_adoption_list,
    "record_paper": follow_registration,
    "return_registration": follow_registration,
    "refuse_registration": follow_registration,
    "accept_registration": follow_registration,
}
