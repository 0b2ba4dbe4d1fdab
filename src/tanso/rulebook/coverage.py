"""What became of each sentence of a scheme's source documents: `coverage.yaml`, read and checked.

A sentence is kept by rules that scenarios or tests prove (`by`), only tells something, and stands somewhere for the
user to read (`informs`), is left out for a reason (`not_modelled`), or waits for an issue (`open`). Nothing is decided
by this file: a decision's version does not know it, and a mistake in it stops `tanso rules check`, not a register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from tanso.kernel import strict_yaml
from tanso.kernel.strict_yaml import Document, KeyPath, shown_path
from tanso.kernel.texts import LANGUAGES, Text
from tanso.rulebook.book import Rulebook
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.errors import Problem, RulebookError
from tanso.rulebook.shapes import Bilingual, Shape, Some
from tanso.rulebook.sources import COVERAGE_FILE, shape_problem

Names = Annotated[list[Some], Field(min_length=1)]


class RulesShape(Shape):
    """What keeps a sentence: words of the rulebook, pages by route name, and what proves that it is kept.

    `kinds` are those of transfers. `scenarios` and `tests` are paths below `tests/scenarios` and `tests`.
    """

    checks: Names | None = None
    derived: Names | None = None
    parameters: Names | None = None
    windows: Names | None = None
    due: Names | None = None
    schedule: Names | None = None
    phases: Annotated[list[int], Field(min_length=1)] | None = None
    units: Names | None = None
    evidence: Names | None = None
    accounts: Names | None = None
    reserved: Names | None = None
    purposes: Names | None = None
    participants: Names | None = None
    attributes: Names | None = None
    figures: Names | None = None
    kinds: Names | None = None
    operations: Names | None = None
    years: Names | None = None
    states: Names | None = None
    opinions: Names | None = None
    events: Names | None = None
    letters: Names | None = None
    texts: Names | None = None
    files: Names | None = None
    pages: Names | None = None
    scenarios: Names | None = None
    tests: Names | None = None


class PlacesShape(Shape):
    """Where a sentence that decides nothing is told: texts of the scheme, its files, pages, files below `docs`."""

    texts: Names | None = None
    events: Names | None = None
    letters: Names | None = None
    files: Names | None = None
    pages: Names | None = None
    docs: Names | None = None


class SentenceShape(Bilingual):
    """A sentence in both languages, quoted or in short, and one of the four things that became of it."""

    by: RulesShape | None = None
    informs: PlacesShape | None = None
    not_modelled: Bilingual | None = None
    open: Annotated[int, Field(ge=1)] | None = None


class ClauseShape(Shape):
    clause: Some
    sentences: Annotated[list[SentenceShape], Field(min_length=1)]


_FILE = TypeAdapter(dict[str, Annotated[list[ClauseShape], Field(min_length=1)]])
PROOFS = ("scenarios", "tests")
# Words that the rulebook itself cannot know; who can see the repository and the pages looks them up.
OUTSIDE = ("pages", "scenarios", "tests", "docs")


class Category(StrEnum):
    """What became of a sentence. `UNPROVED`: rules are named, but no scenario and no test."""

    RULED = "ruled"
    INFORMS = "informs"
    NOT_MODELLED = "not_modelled"
    OPEN = "open"
    UNPROVED = "unproved"
    MISSING = "missing"


FAULTS = (Category.UNPROVED, Category.MISSING)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `names` says by section (`checks`, `scenarios`, …) what keeps or tells it."""

    number: int
    says: Text
    category: Category
    names: Mapping[str, tuple[str, ...]]
    why_not: Text | None
    issue: int | None
    line: int

    def named(self, section: str) -> tuple[str, ...]:
        return self.names.get(section, ())


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a document with its sentences in their order."""

    document: str
    clause: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The sources of one scheme, clause by clause in their order; `file` is how problems name the file."""

    scheme: str
    file: str
    clauses: tuple[Clause, ...]

    def sentences(self) -> Iterator[tuple[Clause, Sentence]]:
        for clause in self.clauses:
            for sentence in clause.sentences:
                yield clause, sentence

    def totals(self) -> dict[Category, int]:
        """How many sentences of each kind; the sum is all of them."""
        found = [sentence.category for _, sentence in self.sentences()]
        return {category: found.count(category) for category in Category}

    def names(self, section: str) -> set[str]:
        """All names that some sentence gives in that section."""
        return {name for _, sentence in self.sentences() for name in sentence.named(section)}

    def outside(self) -> Iterator[tuple[str, str, Sentence]]:
        """Section, name and sentence of what the rulebook cannot look up: pages, scenarios, tests, docs."""
        for _, sentence in self.sentences():
            for section in OUTSIDE:
                for name in sentence.named(section):
                    yield section, name, sentence

    def checks_without_sentence(self, book: Rulebook) -> list[str]:
        """The scheme's own checks that no sentence names: either the file forgot them, or nothing asked for them."""
        named = self.names("checks")
        return [code for code in book.checks if code.startswith(f"{book.scheme}.") and code not in named]


def load_coverage(folder: Path, book: Rulebook) -> Coverage | None:
    """The coverage of the scheme in `folder`, None where it has none.

    Raises RulebookError with all problems: shape, documents that the scheme does not know, names that it has not.
    """
    path, shown = folder / COVERAGE_FILE, f"{folder.name}/{COVERAGE_FILE}"
    if not path.is_file():
        return None
    try:
        document = strict_yaml.load_file(path, shown)
    except strict_yaml.StrictYamlError as error:
        raise RulebookError([Problem(shown, item.line, item.key, item.message) for item in error.problems]) from None
    try:
        read = _FILE.validate_python(document.value)
    except ValidationError as error:
        raise RulebookError([shape_problem(document, item) for item in error.errors()]) from None
    problems = list(_problems(document, read, folder, book))
    if problems:
        raise RulebookError(sorted(problems, key=lambda problem: problem.line))
    clauses = tuple(
        Clause(
            name,
            clause.clause,
            tuple(
                _sentence(number, sentence, document.line_of((name, at, "sentences", number - 1)))
                for number, sentence in enumerate(clause.sentences, 1)
            ),
        )
        for name, listed in read.items()
        for at, clause in enumerate(listed)
    )
    return Coverage(book.scheme, shown, clauses)


def _sentence(number: int, shape: SentenceShape, line: int) -> Sentence:
    names = _named(shape.by or shape.informs)
    return Sentence(
        number=number,
        says=Text(shape.ja, shape.en),
        category=_category(shape, names),
        names=names,
        why_not=None if shape.not_modelled is None else Text(shape.not_modelled.ja, shape.not_modelled.en),
        issue=shape.open,
        line=line,
    )


def _named(shape: RulesShape | PlacesShape | None) -> dict[str, tuple[str, ...]]:
    if shape is None:
        return {}
    return {section: tuple(map(str, names)) for section, names in shape if names is not None}


def _category(shape: SentenceShape, names: Mapping[str, Any]) -> Category:
    if shape.by is not None:
        is_proved = any(section in names for section in PROOFS)
        keeps = any(section not in PROOFS for section in names)
        return Category.RULED if is_proved and keeps else Category.UNPROVED if keeps else Category.MISSING
    if shape.informs is not None:
        return Category.INFORMS if names else Category.MISSING
    if shape.not_modelled is not None:
        return Category.NOT_MODELLED
    return Category.OPEN if shape.open is not None else Category.MISSING


# -- what must exist ------------------------------------------------------------------------------------------------

_KNOWN: dict[str, Callable[[Rulebook], Iterable[object]]] = {
    "checks": lambda book: book.checks,
    "derived": lambda book: book.derived_rules,
    "parameters": lambda book: book.parameters,
    "windows": lambda book: book.calendar.windows,
    "due": lambda book: book.due,
    "schedule": lambda book: {entry.id for phase in book.phases for entry in book.schedule(phase)},
    "phases": lambda book: book.phases,
    "units": lambda book: book.units,
    "evidence": lambda book: [kind for unit in book.units.values() for kind in unit.evidence_kinds],
    "accounts": lambda book: book.account_kinds,
    "reserved": lambda book: book.reserved,
    "purposes": lambda book: book.purposes,
    "participants": lambda book: book.participant_kinds,
    "attributes": lambda book: book.attributes,
    "figures": lambda book: book.figures,
    "kinds": lambda book: book.transfers.kinds,
    "operations": lambda book: book.operations,
    "years": lambda book: book.life.years,
    "states": lambda book: book.life.states,
    "opinions": lambda book: book.opinions,
    "events": lambda book: book.events,
    "letters": lambda book: book.letters.kinds,
}


def _problems(
    document: Document, read: Mapping[str, list[ClauseShape]], folder: Path, book: Rulebook
) -> Iterator[Problem]:
    for name, clauses in read.items():
        if not book.texts.has("en", "documents", name):
            yield _problem(document, (name,), _UNKNOWN_DOCUMENT, name)
        for at, clause in enumerate(clauses):
            for index, sentence in enumerate(clause.sentences):
                yield from _problems_of(document, (name, at, "sentences", index), sentence, folder, book)


def _problems_of(
    document: Document, path: KeyPath, sentence: SentenceShape, folder: Path, book: Rulebook
) -> Iterator[Problem]:
    said = [key for key in ("by", "informs", "not_modelled", "open") if getattr(sentence, key) is not None]
    if len(said) > 1:
        yield _problem(document, path, _ONE_OF, ", ".join(said))
    for key in ("by", "informs"):
        for section, names in _named(getattr(sentence, key)).items():
            for index, name in enumerate(names):
                if not _exists(section, name, folder, book):
                    yield _problem(document, (*path, key, section, index), *_unknown(section, name, book))


def _exists(section: str, name: str, folder: Path, book: Rulebook) -> bool:
    if section in OUTSIDE:
        return True
    if section == "texts":
        return all(book.texts.has(language, *name.split(".")) for language in LANGUAGES)
    if section == "files":
        return (folder / name).is_file() and (folder / name).resolve().is_relative_to(folder.resolve())
    return name in map(str, _KNOWN[section](book))


def _unknown(section: str, name: str, book: Rulebook) -> tuple[Text, str]:
    ja, en = suggestion(name, [str(item) for item in _KNOWN[section](book)]) if section in _KNOWN else ("", "")
    return Text(
        f"「{{value}}」は{section}にありません。{ja}", f"There is no `{{value}}` among the {section}.{en}"
    ), name


def _problem(document: Document, path: KeyPath, message: Text, value: str) -> Problem:
    said = Text(message.ja.replace("{value}", value), message.en.replace("{value}", value))
    return Problem(document.name, document.line_of(path), shown_path(path), said)


_UNKNOWN_DOCUMENT = Text(
    "資料「{value}」は documents.yaml と文言のファイルにありません。",
    "There is no document `{value}` in documents.yaml and the texts.",
)
_ONE_OF = Text(
    "一つの文には一つだけを書いてください（{value}）。文を分けることもできます。",
    "Say one thing of a sentence, not {value}; or split the sentence.",
)
