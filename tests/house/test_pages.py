"""The pages guard themselves: every address says whom it is for, every sentence is in both languages. No database."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tanso.project import sentences

TEMPLATES = Path(__file__).parents[2] / "src" / "tanso" / "interfaces" / "web" / "templates"

ANYONE, SIGNED_IN = "anyone", "signed in"
EMISSIONS, ALLOWANCES = "participant, emissions", "participant, allowances"
VERIFIER, ADMINISTRATOR = "verifier", "administrator"
OF_EMISSIONS = {EMISSIONS, VERIFIER, ADMINISTRATOR}
OF_ALLOWANCES = {ALLOWANCES, ADMINISTRATOR}
EVERYONE = {EMISSIONS, ALLOWANCES, VERIFIER, ADMINISTRATOR}

# Who may open which page. A new address without a row here fails, and so does a row that its view does not keep to.
MAY_SEE = {
    "entrance": {SIGNED_IN},
    "sign-in": {ANYONE},
    "sign-out": {ANYONE},
    "set_language": {ANYONE},
    "rules-list": {ANYONE},
    "rules": {ANYONE},
    "home": EVERYONE,
    "reports": OF_EMISSIONS,
    "report": OF_EMISSIONS,
    "report-form": OF_EMISSIONS,
    "report-file": OF_EMISSIONS,
    "register_report": {EMISSIONS},
    "attach_to_report": {EMISSIONS},
    "withdraw_report": {EMISSIONS},
    "request_verification": {EMISSIONS},
    "request_return": {EMISSIONS},
    "file_verification": {VERIFIER},
    "report-document": OF_EMISSIONS,
    "compare-versions": OF_EMISSIONS,
    "review-queue": {ADMINISTRATOR},
    "assign_verifier": {ADMINISTRATOR},
    "write_review_paper": {VERIFIER, ADMINISTRATOR},
    "request_correction": {EMISSIONS},
    "open_correction": {ADMINISTRATOR},
    "request_approval": {VERIFIER},
    "return_report": {VERIFIER, ADMINISTRATOR},
    "approve_report": {ADMINISTRATOR},
    "receive_report": {ADMINISTRATOR},
    "own-account": {ALLOWANCES},
    "look-up": {ALLOWANCES},
    "account": OF_ALLOWANCES,
    "statement": OF_ALLOWANCES,
    "statement-file": OF_ALLOWANCES,
    "apply_for_units": {ALLOWANCES},
    "applications": OF_ALLOWANCES,
    "application": OF_ALLOWANCES,
    "application-document": OF_ALLOWANCES,
    "issue-on-application": {ADMINISTRATOR},
    "refuse_application": {ADMINISTRATOR},
    "withdraw_application": {ALLOWANCES},
    "serials": OF_ALLOWANCES,
    "serial-file": OF_ALLOWANCES,
    "transfer": {ALLOWANCES},
    "surrender": {ALLOWANCES},
    "cancel": {ALLOWANCES},
    "apply_for_banking": {ALLOWANCES},
    "approve_banking": {ADMINISTRATOR},
    "as-of": OF_ALLOWANCES,
    "freeze_account": {ADMINISTRATOR},
    "unfreeze_account": {ADMINISTRATOR},
    "reverse": {ADMINISTRATOR},
    "issue-choice": {ADMINISTRATOR},
    "issue": {ADMINISTRATOR},
    "standings": {ADMINISTRATOR},
    "results": {ADMINISTRATOR},
    "results-file": {ADMINISTRATOR},
    "published-results": {"anyone"},
    "published-results-file": {"anyone"},
    "permit_transfer_kind": {ADMINISTRATOR},
    "record_transfer_kind": {ADMINISTRATOR},
    "proposals": {ADMINISTRATOR},
    "approve-proposal": {ADMINISTRATOR},
    "banking": {ADMINISTRATOR},
    "ledger-check": {ADMINISTRATOR},
    "calendar": {ADMINISTRATOR},
    "schedule": EVERYONE,
    "parameters": {ADMINISTRATOR},
    "override_parameter": {ADMINISTRATOR},
    "withdraw_override": {ADMINISTRATOR},
    "acts": EVERYONE,
    "act": EVERYONE,
}


def routes(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    found: list[URLPattern] = []
    for pattern in patterns:
        found += routes(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern]
    return found


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def test_every_address_says_whom_it_is_for() -> None:
    declared = {
        str(route.name): set(getattr(route.callback, "seen_by", ["nobody said"]))
        for route in routes(get_resolver().url_patterns)
    }

    assert declared == MAY_SEE


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
