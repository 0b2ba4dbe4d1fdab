"""The pages guard themselves: every sentence is in both languages, and in the catalogue. No database."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tanso.project import sentences

TEMPLATES = Path(__file__).parents[2] / "src" / "tanso" / "interfaces" / "web" / "templates"


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def test_every_sentence_of_the_pages_is_translated() -> None:
    catalogue = sentences.read("ja")
    missing = []
    for message in sentences.messages():
        key = message[0] if isinstance(message, tuple) else message
        entry = catalogue.get(key)
        strings = () if entry is None else entry.string if isinstance(entry.string, tuple) else (entry.string,)
        if not strings or not all(strings):
            missing.append(key)

    assert missing == [], "run `python -m tanso.project.sentences` and translate what it names"


def test_the_catalogue_has_nothing_fuzzy_and_nothing_left_over() -> None:
    catalogue = sentences.read("ja")
    said = {message[0] if isinstance(message, tuple) else message for message in sentences.messages()}

    kept = {entry.id[0] if isinstance(entry.id, tuple) else entry.id for entry in catalogue if entry.id}

    assert [entry.id for entry in catalogue if entry.id and entry.fuzzy] == []
    assert list(catalogue.obsolete) == []
    assert kept - said == set(), "run `python -m tanso.project.sentences`"


def test_a_translation_has_the_places_of_its_sentence() -> None:
    place = re.compile(r"%\((\w+)\)[sd]")
    wrong = []
    for entry in sentences.read("ja"):
        if not entry.id:
            continue
        ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        places = set().union(*(place.findall(one) for one in ids))
        if any(set(place.findall(one)) - places for one in strings):
            wrong.append(ids[0])

    assert wrong == []


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_a_template_has_no_style_no_script_and_no_sentence_of_its_own(template: Path) -> None:
    source = template.read_text(encoding="utf-8")

    # The Content-Security-Policy would silence them; the sentence is the lesson.
    assert not re.search(r"<(style|script)\b|\sstyle=|\son[a-z]+=|javascript:", source), "style sheets and modules only"

    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", source, flags=re.DOTALL)
    text = re.sub(r"{% blocktranslate\b.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{[{%].*?[%}]}", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", text, flags=re.DOTALL)
    words = set(re.findall(r"[A-Za-z]{2,}|[ぁ-んァ-ヶ一-龠]+", text)) - {"English", "日本語"}

    assert words == set(), "every sentence is translated"
