"""Sees to it that everything a person reads is there in both languages, and fits its facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tanso.kernel.texts import LANGUAGES, Text
from tanso.rulebook import letters
from tanso.rulebook.market import KINDS_SECTION, wanted_texts
from tanso.rulebook.registration import texts_of_registration
from tanso.rulebook.site import FIELDS_SECTION, texts_of_site
from tanso.rulebook.sources import Sources
from tanso.rulebook.texts import MONTH_DAY, YEAR, Texts, placeholders

# The sections of the text files whose labels a refusal may show instead of a code.
LABEL_SECTIONS = (
    "accounts", "units", "participants", "attributes", "operations", "year_names", "states", "opinions", "evidence",
    "evidence_record", "contact_fields", "purposes", "origins", "figures", KINDS_SECTION, MONTH_DAY, YEAR,
    "parameters", "parameter_types", "windows", FIELDS_SECTION,
)  # fmt: skip

Path = tuple[str, ...]


def check_texts(sources: Sources) -> None:
    """Every text that the files call for must be there in both languages; none may be there that nothing calls for."""
    wanted = dict(_wanted(sources))
    texts = Texts(sources.texts)
    for language in LANGUAGES:
        section = f"text.{language}"
        for path in wanted:
            if not texts.has(language, *path):
                message = Text(
                    f"「{'.'.join(path)}」の文章がありません。", f"The text for `{'.'.join(path)}` is missing."
                )
                sources.refuse(section, path, message)
        for path, sentence in _leaves(sources.texts[language], ()):
            _check_one(sources, section, path, sentence, wanted)


def _check_one(sources: Sources, section: str, path: Path, sentence: str, wanted: dict[Path, set[str]]) -> None:
    place = ("/".join(path),)
    if path not in wanted:
        if not sources.is_common(section, place[0]):
            message = Text("この文章を使うものがありません。", "Nothing uses this text.")
            sources.refuse(section, place, message)
        return
    try:
        used = placeholders(sentence)
    except ValueError as error:
        message = Text(f"波括弧の書き方が違います（{error}）。", f"The braces are wrong: {error}.")
        sources.refuse(section, place, message)
        return
    for name in sorted(used - wanted[path]):
        known = "、".join(sorted(wanted[path])) or "なし"
        known_en = ", ".join(sorted(wanted[path])) or "none"
        message = Text(
            f"「{{{name}}}」という事実はありません（使えるもの：{known}）。",
            f"There is no fact `{{{name}}}` here (there are: {known_en}).",
        )
        sources.refuse(section, place, message)


def _leaves(tree: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _wanted(sources: Sources) -> Iterator[tuple[Path, set[str]]]:
    """Each text that must be there, with the names that it may fill in."""
    assert sources.scheme is not None  # noqa: S101
    assert sources.accounts is not None  # noqa: S101
    yield ("title",), set()
    yield ("phase",), {"n"}
    labels: dict[str, Any] = {
        "documents": sources.documents,
        "units": sources.units,
        "accounts": sources.accounts.kinds,
        "attributes": sources.attributes,
        "figures": sources.figures,
        "parameters": sources.parameters,
        "derived": sources.derived,
        "operations": sources.scheme.operations,
        "participants": sources.scheme.participants,
        "windows": sources.calendar.windows,
        "due": sources.calendar.due,
        "schedule": sources.calendar.schedule,
        "states": sources.reports.states,
        "opinions": sources.reports.opinions,
        "purposes": sources.accounts.purposes,
        "evidence": dict.fromkeys(kind for unit in sources.units.values() for kind in unit.evidence_kinds),
        "evidence_record": dict.fromkeys(part for unit in sources.units.values() for part in unit.evidence_record),
        "origins": dict.fromkeys(unit.origin for unit in sources.units.values()),
    }
    for section, items in labels.items():
        for name in items:
            yield (section, name), set()
    for name in sources.reports.years:
        yield ("years", name), {"fiscal_year"}
        yield ("year_names", name), set()
    for name, attribute in sources.attributes.items():
        for choice in attribute.choices:
            yield ("choices", name, choice), set()
    yield from wanted_texts(sources)
    yield from texts_of_site(sources)
    yield from letters.wanted_texts(sources)
    yield from texts_of_registration(sources)
    yield from _wanted_of_rules(sources)


def _wanted_of_rules(sources: Sources) -> Iterator[tuple[Path, set[str]]]:
    for check in sources.checks:
        yield ("checks", check.code, "title"), set()
        yield ("checks", check.code, "message"), set(check.facts)
        yield ("checks", check.code, "next"), set(check.facts)
    for name, event in sources.events.items():
        yield ("events", name, "label"), set()
        yield ("events", name, "subject"), set(event.facts)
        yield ("events", name, "body"), set(event.facts)
