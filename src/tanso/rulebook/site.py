"""What a scheme says on its public pages: who answers which questions, and which kinds of documents there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import Text
from tanso.rulebook import shapes
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.sources import Sources
from tanso.rulebook.texts import Texts

# The postal addresses of offices, among the texts.
_POST = "postal_addresses"
# What publications and questions are made of, as a refusal names it.
FIELDS_SECTION = "publication_fields"
_FIELDS = (
    "title", "body", "first_day", "last_day", "audience", "phases", "subject", "place", "question", "answer", "kind",
    "edition", "issued_on", "language", "reason", "text", "mail", "secret",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """An office that answers questions. `telephone` is empty where the sources give none.

    `post` is where papers to it are sent, line by line; None where none are.
    """

    id: str
    label: Text
    mail: str
    telephone: str
    clause: str
    post: Text | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about; `contact` answers it, and `pages` are the pages of the system that it speaks of."""

    id: str
    label: Text
    contact: ContactPoint
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """The public side of a scheme."""

    about: Text
    contact_points: Mapping[str, ContactPoint]
    subjects: Mapping[str, Subject]
    documents: Mapping[str, Text]

    def subject_of(self, pages: str) -> Subject:
        """The subject that speaks of those pages; where none does, the one that speaks of none, or the first."""
        known = list(self.subjects.values())
        return next(
            (subject for subject in known if pages in subject.pages),
            next((subject for subject in known if not subject.pages), known[0]),
        )


def papers_go_to(site: Site | None) -> Text | None:
    """Where sealed papers about registration are sent; None where the scheme does not say, or has no public side."""
    return None if site is None else site.subject_of("registration").contact.post


def site(sources: Sources, texts: Texts) -> Site | None:
    """The public side as the scheme declares it; None where it says nothing."""
    shape = sources.site
    if shape is None:
        return None
    points = {
        name: ContactPoint(
            id=name,
            label=texts.text("contact_points", name),
            mail=point.mail,
            telephone=point.telephone or "",
            clause=f"{point.reference.document} {point.reference.clause}",
            post=texts.text(_POST, name) if point.post else None,
        )
        for name, point in shape.contact_points.items()
    }
    return Site(
        about=texts.text("about"),
        contact_points=points,
        subjects={
            name: Subject(name, texts.text("subjects", name), points[subject.contact], tuple(subject.pages))
            for name, subject in shape.subjects.items()
        },
        documents={name: texts.text("document_kinds", name) for name in shape.documents},
    )


def check_site(sources: Sources) -> None:
    """Offices and documents that must exist."""
    if sources.site is None:
        return
    for name, subject in sources.site.subjects.items():
        if subject.contact not in sources.site.contact_points:
            ja, en = suggestion(subject.contact, sources.site.contact_points)
            message = Text(
                f"問い合わせ先「{subject.contact}」はありません。{ja}",
                f"There is no contact point `{subject.contact}`.{en}",
            )
            sources.refuse("site", ("subjects", name, "contact"), message)


def references_of_site(sources: Sources) -> Iterator[tuple[str, KeyPath, shapes.Reference]]:
    """Every reference of the file, with its place."""
    points = {} if sources.site is None else sources.site.contact_points
    for name, point in points.items():
        yield "site", ("contact_points", name, "reference"), point.reference


def texts_of_site(sources: Sources) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """The texts that the public pages need."""
    if any(check.code == "publication.wrong_fields" for check in sources.checks):
        for name in _FIELDS:
            yield (FIELDS_SECTION, name), set()
    if sources.site is None:
        return
    yield ("about",), set()
    for name, point in sources.site.contact_points.items():
        if point.post:
            yield (_POST, name), set()
    for section, names in (
        ("contact_points", sources.site.contact_points),
        ("subjects", sources.site.subjects),
        ("document_kinds", sources.site.documents),
    ):
        for name in names:
            yield (section, name), set()
