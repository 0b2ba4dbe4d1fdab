"""The letters of a scheme: the nouns, the facts that a letter may state, and what may be wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import Text
from tanso.rulebook import shapes
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.letter_shapes import ADDRESSEE, LetterShape
from tanso.rulebook.sources import Sources
from tanso.rulebook.texts import Texts, placeholders

SECTION = "letters"
FIGURES_SECTION = "letter_figures"

# What every letter may state: who is addressed, and where the participant stands when the letter is made.
STANDING = frozenset(
    {
        "day",
        "holder",
        "organisation",
        "participant",
        "account",
        "phase",
        "base_t",
        "reduction_target_t",
        "issued_t",
        "owed_t",
        "surrendered_t",
        "shortfall_t",
        "stated_on",
        "held",
        # The login that a letter about a login is about; a dash in every other.
        "login",
    }
)
# What a letter may state besides where its event has it.
OF_EVENTS = frozenset(
    {
        "year",
        "fiscal_year",
        "emissions_t",
        "unit",
        "quantity_t",
        "serials",
        "difference_t",
        "moved_t",
        "purpose",
        "statement",
        "counterparty_account",
        "last_day",
    }
)
FACTS = STANDING | OF_EVENTS


@dataclass(frozen=True, slots=True)
class LetterRule:
    """A kind of letter, and when one is made. `public` are the figures that anyone with its check code is told."""

    kind: str
    title: Text
    body: Text
    event: str
    audience: str
    only: Mapping[str, tuple[str, ...]]
    figures: tuple[str, ...]
    public: frozenset[str]
    tells_addressee: bool
    series: str
    about: tuple[str, ...]
    credentials: bool
    clause: str
    assumed: Text | None

    def states(self, facts: Iterable[str]) -> bool:
        """Whether it states any of these facts, in its table or in its text."""
        said = set(self.figures) | placeholders(self.body.ja) | placeholders(self.body.en)
        return not said.isdisjoint(facts)


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a scheme; without `letters.yaml` it makes none."""

    kinds: Mapping[str, LetterRule]
    number_format: str = ""
    digits: int = 1
    sender: Text = field(default=Text("", ""))
    labels: Mapping[str, Text] | None = None
    clause: str = ""
    assumed: Text | None = None

    def of_event(self, event: str) -> list[LetterRule]:
        """The kinds of letter that an event may make, in the order of the file."""
        return [rule for rule in self.kinds.values() if rule.event == event]

    def number(self, year: int, number: int) -> str:
        """A letter's number as it is printed."""
        return self.number_format.format(year=year, number=f"{number:0{self.digits}d}")

    def label(self, figure: str) -> Text:
        return (self.labels or {})[figure]


def letters(sources: Sources, texts: Texts) -> Letters:
    """The letters as the scheme declares them."""
    shape = sources.letters
    if shape is None:
        return Letters(kinds={})
    return Letters(
        kinds={name: _rule(name, kind, texts) for name, kind in shape.kinds.items()},
        number_format=shape.numbering.format,
        digits=shape.numbering.digits,
        sender=texts.text(SECTION, "sender"),
        labels={name: texts.text(FIGURES_SECTION, name) for name in _figures(shape.kinds.values())},
        clause=_clause(shape.numbering),
        assumed=_assumed(shape.numbering),
    )


def _rule(name: str, shape: LetterShape, texts: Texts) -> LetterRule:
    return LetterRule(
        kind=name,
        title=texts.text(SECTION, name, "title"),
        body=texts.text(SECTION, name, "body"),
        event=shape.event,
        audience=shape.audience,
        only={fact: tuple(values) for fact, values in shape.only.items()},
        figures=tuple(shape.figures),
        public=frozenset(shape.public) - {ADDRESSEE},
        tells_addressee=ADDRESSEE in shape.public,
        series=shape.series or "",
        about=tuple(shape.about),
        credentials=shape.credentials,
        clause=_clause(shape),
        assumed=_assumed(shape),
    )


def _figures(kinds: Iterable[LetterShape]) -> list[str]:
    return list(dict.fromkeys(name for kind in kinds for name in kind.figures))


def _clause(source: shapes.Sourced) -> str:
    return f"{source.reference.document} {source.reference.clause}"


def _assumed(source: shapes.Sourced) -> Text | None:
    return None if source.assumed is None else Text(source.assumed.ja, source.assumed.en)


# -- what may be wrong ------------------------------------------------------------------------------------------------

_FACT = Text("通知書に記せる事項", "fact that a letter may state")
_NUMBER_PLACES = Text(
    "{year}と{number}の両方が必要で、ほかのものは使えません。", "Both {year} and {number} are needed, and nothing else."
)
_NOT_A_ROW = Text(
    "照会画面で示せるのは、figuresにある事項とaddresseeだけです。",
    "The check page can tell only what is among `figures`, and `addressee`.",
)
_ABOUT_ALONE = Text("aboutにはseriesが必要です。", "`about` needs a `series`.")


def check_letters(sources: Sources) -> None:
    """Names that must exist, and places of the number."""
    shape = sources.letters
    if shape is None:
        return
    try:
        is_right = placeholders(shape.numbering.format) == {"year", "number"}
    except ValueError:
        is_right = False
    if not is_right:
        sources.refuse("letters", ("numbering", "format"), _NUMBER_PLACES)
    for name, kind in shape.kinds.items():
        path: KeyPath = ("kinds", name)
        for index, figure in enumerate(kind.figures):
            _require_fact(sources, (*path, "figures", index), figure)
        for index, fact in enumerate(kind.public):
            if fact != ADDRESSEE and fact not in kind.figures:
                sources.refuse("letters", (*path, "public", index), _NOT_A_ROW)
        if kind.about and kind.series is None:
            sources.refuse("letters", (*path, "about"), _ABOUT_ALONE)


def _require_fact(sources: Sources, path: KeyPath, name: str) -> None:
    if name not in FACTS:
        ja, en = suggestion(name, sorted(FACTS))
        message = Text(f"{_FACT.ja}「{name}」はありません。{ja}", f"There is no {_FACT.en} `{name}`.{en}")
        sources.refuse("letters", path, message)


def references(sources: Sources) -> Iterator[tuple[str, KeyPath, shapes.Reference]]:
    """Every reference of the file, with its place."""
    if sources.letters is None:
        return
    yield "letters", ("numbering", "reference"), sources.letters.numbering.reference
    for name, kind in sources.letters.kinds.items():
        yield "letters", ("kinds", name, "reference"), kind.reference


def wanted_texts(sources: Sources) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """The texts that the text files must have, with the facts that each may fill in."""
    if sources.letters is None:
        return
    yield (SECTION, "sender"), set()
    for name in sources.letters.kinds:
        yield (SECTION, name, "title"), set()
        yield (SECTION, name, "body"), set(FACTS)
    for figure in _figures(sources.letters.kinds.values()):
        yield (FIGURES_SECTION, figure), set()
