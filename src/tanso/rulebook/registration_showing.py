"""The forms of registration as people look them up: what must be filled in, on which papers, and what we chose."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tanso.kernel.texts import Text
from tanso.rulebook.book import Rulebook
from tanso.rulebook.entry import Entry, Source
from tanso.rulebook.registration import RegistrationForm

_REQUIRED = Text("必ず記入する項目", "What must be filled in")
_SEAL = Text("押印", "Seal")


def entries_of_registration(book: Rulebook, source: Callable[[str], Source]) -> Iterator[Entry]:
    """An entry for each form, for each of its lines that the source does not have, and for each paper."""
    for form in () if book.registration is None else book.registration.forms.values():
        yield from _entries(form, source)


def _entries(form: RegistrationForm, source: Callable[[str], Source]) -> Iterator[Entry]:
    code = f"registration.{form.kind}"
    required = [field.label for field in form.fields if field.required]
    lines = Text("、".join(label.ja for label in required), "; ".join(label.en for label in required))
    notes = ((_REQUIRED, lines),)
    yield Entry("registration", code, form.title, source(form.clause), form.assumed, notes=notes)
    for field in form.fields:
        if field.assumed is not None:
            yield Entry("registration", f"{code}.{field.id}", field.label, source(form.clause), field.assumed)
    for paper in form.papers.values():
        seal = ((_SEAL, paper.seal),)
        of_paper = source(paper.clause)
        yield Entry("registration", f"{code}.{paper.paper}", paper.title, of_paper, paper.assumed, notes=seal)
