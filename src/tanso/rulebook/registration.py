"""By which form people apply for registration in a scheme: the nouns, and what may be wrong with them.

The engine knows what each field is used for when an application is accepted (`FIELDS`); which of them a form has, in
which order, whether they must be filled in and what they are called is the scheme's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import Text
from tanso.rulebook import shapes
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.registration_shapes import FormFieldShape, RegistrationFormShape
from tanso.rulebook.sources import Sources
from tanso.rulebook.texts import Texts

# The section of the text files that has the words of the forms.
SECTION = "registration"
# What each section may ask for, and what is written there. Fields of `attributes.yaml` may stand in the last three too.
FIELDS: dict[str, dict[str, str]] = {
    "business": {
        "representative_name": "text",
        "representative_reading": "reading",
        "representative_person": "text",
        "representative_person_reading": "reading",
    },
    "joint": {"joint_name": "text", "joint_reading": "reading"},
    "contact": {
        "contact_organisation": "text",
        "contact_department": "text",
        "contact_title": "text",
        "contact_person": "text",
        "contact_reading": "reading",
        "contact_postcode": "postcode",
        "contact_address": "text",
        "contact_telephone": "telephone",
        "contact_fax": "telephone",
        "mail_a": "mail",
        "mail_b": "mail",
    },
    "publication": {},
    "site": {
        "site_name": "text",
        "site_reading": "reading",
        "site_address": "text",
        "form": "choice",
        "other_sites": "lines",
        "account_name": "text",
        "reduction_target_t": "quantity",
    },
    "declaration": {"by_representative": "bool"},
}
# Sections that may come several times in one application.
REPEATED = ("joint", "site")
FORMS = ("single", "group")
_WITH_ATTRIBUTES = ("publication", "site")
# Without these nobody could be registered or told of it.
_NEEDED = ("representative_name", "contact_person", "mail_a")
_TYPES = {"choice": "choice", "bool": "bool", "int": "quantity"}


@dataclass(frozen=True, slots=True)
class FormField:
    """One line of a form: what it is called, what is written there, and the scheme's note beside it."""

    id: str
    section: str
    type: str
    label: Text
    note: Text | None
    required: bool
    is_attribute: bool
    choices: Mapping[str, Text]
    unit: str
    assumed: Text | None


@dataclass(frozen=True, slots=True)
class RegistrationPaper:
    """A paper to be printed, sealed and sent."""

    paper: str
    title: Text
    seal: Text
    body: Text
    sections: tuple[str, ...]
    each_version: bool
    clause: str
    assumed: Text | None


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """The form by which one kind of participant applies."""

    kind: str
    title: Text
    lead: Text
    version: str
    keys: str
    due: str | None
    on_adoption_list: bool
    several: bool
    has_phase: bool
    sections: Mapping[str, Text]
    fields: tuple[FormField, ...]
    papers: Mapping[str, RegistrationPaper]
    clause: str
    assumed: Text | None

    def of(self, section: str) -> tuple[FormField, ...]:
        """The fields of one section, in order."""
        return tuple(field for field in self.fields if field.section == section)

    def field(self, name: str) -> FormField | None:
        return next((field for field in self.fields if field.id == name), None)


@dataclass(frozen=True, slots=True)
class Registration:
    """How people apply: the forms, and the parameters that say how long drafts are kept and papers may take.

    `paper_reminder_days` is after how long missing papers are called to mind; None for never.
    """

    draft_days: str
    paper_days: str
    paper_reminder_days: str | None
    forms: Mapping[str, RegistrationForm]


def registration(sources: Sources, texts: Texts) -> Registration | None:
    """How people apply for registration; None where the scheme takes no applications."""
    shape = sources.registration
    if shape is None:
        return None
    forms = {kind: _form(sources, texts, kind, form) for kind, form in shape.forms.items()}
    return Registration(
        draft_days=shape.draft_days,
        paper_days=shape.paper_days,
        paper_reminder_days=shape.paper_reminder_days,
        forms=forms,
    )


def _form(sources: Sources, texts: Texts, kind: str, shape: RegistrationFormShape) -> RegistrationForm:
    assert sources.scheme is not None  # noqa: S101
    return RegistrationForm(
        kind=kind,
        title=texts.text(SECTION, kind, "title"),
        lead=texts.text(SECTION, kind, "lead"),
        version=shape.version,
        keys=shape.keys,
        due=shape.due,
        on_adoption_list=shape.adoption_list,
        several=shape.several,
        has_phase=sources.scheme.participants[kind].has_phase,
        sections={section: texts.text(SECTION, kind, "sections", section) for section in shape.sections},
        fields=tuple(
            _field(sources, texts, (kind, section, name), field)
            for section, fields in shape.sections.items()
            for name, field in fields.items()
        ),
        papers={
            name: RegistrationPaper(
                paper=name,
                title=texts.text(SECTION, kind, "papers", name, "title"),
                seal=texts.text(SECTION, kind, "papers", name, "seal"),
                body=texts.text(SECTION, kind, "papers", name, "body"),
                sections=tuple(paper.sections),
                each_version=paper.each_version,
                clause=f"{paper.reference.document} {paper.reference.clause}",
                assumed=_assumed(paper.assumed),
            )
            for name, paper in shape.papers.items()
        },
        clause=f"{shape.reference.document} {shape.reference.clause}",
        assumed=_assumed(shape.assumed),
    )


def _field(sources: Sources, texts: Texts, place: tuple[str, str, str], shape: FormFieldShape) -> FormField:
    kind, section, name = place
    attribute = None if name in FIELDS[section] else sources.attributes[name]
    choices = () if attribute is None else attribute.choices
    labels = {choice: texts.text("choices", name, choice) for choice in choices}
    if name == "form":
        labels = {choice: texts.text(SECTION, kind, "choices", name, choice) for choice in FORMS}
    return FormField(
        id=name,
        section=section,
        type=FIELDS[section][name] if attribute is None else _TYPES.get(attribute.type, "text"),
        label=texts.text(SECTION, kind, "fields", name),
        note=texts.text(SECTION, kind, "notes", name) if shape.note else None,
        required=shape.required,
        is_attribute=attribute is not None,
        choices=labels,
        unit="" if attribute is None else attribute.unit or "",
        assumed=_assumed(shape.assumed),
    )


def _assumed(said: shapes.Bilingual | None) -> Text | None:
    return None if said is None else Text(said.ja, said.en)


# -- what may be wrong ------------------------------------------------------------------------------------------------


def check_registration(sources: Sources) -> None:
    """Names that must exist, and fields without which nobody could be registered."""
    shape = sources.registration
    if shape is None:
        return
    assert sources.scheme is not None  # noqa: S101
    for key in ("draft_days", "paper_days", "paper_reminder_days"):
        name = getattr(shape, key)
        if name is None:
            continue
        _require(sources, (key,), name, sources.parameters, Text("パラメーター", "parameter"))
        if name in sources.parameters and sources.parameters[name].type != "int":
            sources.refuse(SECTION, (key,), Text("整数（int）のものが必要です。", "One of type int is needed."))
    for kind, form in shape.forms.items():
        path: KeyPath = ("forms", kind)
        _require(sources, path, kind, sources.scheme.participants, Text("参加者区分", "kind of participant"))
        _check_form(sources, path, form)


def _check_form(sources: Sources, path: KeyPath, form: RegistrationFormShape) -> None:
    if form.due is not None:
        _require(sources, (*path, "due"), form.due, sources.calendar.windows, Text("期間", "window"))
    seen: set[str] = set()
    for section, fields in form.sections.items():
        known = [*FIELDS[section], *(sources.attributes if section in _WITH_ATTRIBUTES else ())]
        for name in fields:
            place = (*path, "sections", section, name)
            _require(sources, place, name, known, Text("項目", "field"))
            if name in seen:
                sources.refuse(SECTION, place, Text("この項目は二度あります。", "The form has this field twice."))
            seen.add(name)
    fields = {name: field for lines in form.sections.values() for name, field in lines.items()}
    for name in _NEEDED:
        field = fields.get(name)
        if field is None or not field.required:
            message = Text(
                f"登録に必要な項目「{name}」が必須ではありません。", f"Registration needs `{name}`: require it."
            )
            sources.refuse(SECTION, (*path, "sections"), message)


def _require(sources: Sources, path: KeyPath, name: str, known: Mapping[str, object] | list[str], what: Text) -> None:
    names = list(known)
    if name not in names:
        ja, en = suggestion(name, names)
        message = Text(f"{what.ja}「{name}」はありません。{ja}", f"There is no {what.en} `{name}`.{en}")
        sources.refuse(SECTION, path, message)


def references_of_registration(sources: Sources) -> Iterator[tuple[str, KeyPath, shapes.Reference]]:
    """Every reference of the forms, with its place."""
    for kind, form in () if sources.registration is None else sources.registration.forms.items():
        yield SECTION, ("forms", kind, "reference"), form.reference
        for name, paper in form.papers.items():
            yield SECTION, ("forms", kind, "papers", name, "reference"), paper.reference


def texts_of_registration(sources: Sources) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """The words that the text files must have."""
    for kind, form in () if sources.registration is None else sources.registration.forms.items():
        yield (SECTION, kind, "title"), set()
        yield (SECTION, kind, "lead"), set()
        for section, fields in form.sections.items():
            yield (SECTION, kind, "sections", section), set()
            for name, field in fields.items():
                yield (SECTION, kind, "fields", name), set()
                if field.note:
                    yield (SECTION, kind, "notes", name), set()
                if name == "form":
                    for choice in FORMS:
                        yield (SECTION, kind, "choices", name, choice), set()
        for name in form.papers:
            for part in ("title", "seal", "body"):
                yield (SECTION, kind, "papers", name, part), set()
