"""The rules of a scheme for everybody: each value, window, quantity and check with its clause, found by code or word.

The page is public, because whoever is bound by a rule may read it. It shows the same entries as `tanso rules show`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.describe import here
from tanso.interfaces.web.desk import Who
from tanso.interfaces.web.visiting import visit_of
from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook, RulebookError, library
from tanso.rulebook.entry import KINDS, Entry
from tanso.rulebook.showing import entries

_LABELS = {
    "title": Text("制度の規則", "Rules of the scheme"),
    "list": Text("制度の規則", "Rules of the schemes"),
    "lead": Text(
        "この制度の値・期間・量・検査と、それぞれの条項です。どなたでも御覧になれます。",
        "Every value, window, quantity and check of this scheme, each with its clause. Anybody may read this page.",
    ),
    "search": Text("コード又は語", "Code or word"),
    "day": Text("日（例：2015-04-01）", "Day, like 2015-04-01"),
    "show": Text("表示", "Show"),
    "show_all": Text("すべて表示", "Show all"),
    "nothing": Text("当てはまる規則はありません。", "No rule fits."),
    "contents": Text("目次", "Contents"),
    "clause": Text("条項", "Clause"),
    "assumed": Text("想定した理由", "Assumed, because"),
    "overridden": Text("運用上の変更", "Overridden"),
    "operations": Text("手続", "Operations"),
    "written": Text("書かれた条件", "As written"),
    "days": Text("日", "Days"),
    "values": Text("値", "Values"),
    "message": Text("拒否の文", "Refusal"),
    "next_step": Text("次にすること", "Next step"),
    "facts": Text("示す事実", "Facts"),
    "reads": Text("基になる値と期間", "Values and windows behind it"),
    "version": Text("規則の版", "Version of the rules"),
}
_NOT_A_DAY = Text(
    "日付として読めません。2015-04-01のように書いてください。", "This is no day. Write it like 2015-04-01."
)


@dataclass(frozen=True, slots=True)
class Section:
    """All entries of a kind that fit."""

    kind: str
    label: Text
    entries: list[Entry]


@seen_by(Who.ANYONE)
def rules_list(request: HttpRequest) -> HttpResponse:
    """The schemes of this installation, each with the page of its rules. One that cannot be read is left out."""
    known = library()
    schemes = []
    for scheme in known.schemes():
        with suppress(RulebookError):
            schemes.append((here(known.get(scheme).title), reverse("rules", kwargs={"scheme": scheme})))
    return render(request, "web/rules/list.html", {"title": here(_LABELS["list"]), "schemes": schemes})


@seen_by(Who.ANYONE)
def rules_page(request: HttpRequest, scheme: str) -> HttpResponse:
    """Everything that the scheme says, or what fits the search, with all values or those of a day."""
    book = visit_of(request, scheme).rulebook
    sought = request.GET.get("q", "").strip()
    written_day = request.GET.get("on", "").strip()
    day, is_wrong_day = _day(written_day)
    return render(
        request,
        "web/rules/rules.html",
        {
            "labels": {name: here(label) for name, label in _LABELS.items()},
            "scheme_title": here(book.title),
            "version": book.version[:12],
            "sought": sought,
            "on": written_day,
            "day_problem": here(_NOT_A_DAY) if is_wrong_day else "",
            "is_filtered": bool(sought or written_day),
            "sections": _sections(book, sought, day, get_language() or "en"),
        },
    )


@lru_cache(maxsize=64)
def _sections(book: Rulebook, sought: str, day: date | None, language: str) -> str:
    """What fits the search, as the page shows it. Hundreds of entries that never change, so they are set once."""
    found = [entry for entry in _entries(book) if _fits(entry, sought)]
    sections = [
        Section(kind, label, [entry for entry in found if entry.kind == kind])
        for kind, label in KINDS.items()
        if any(entry.kind == kind for entry in found)
    ]
    context = {"labels": {name: here(label) for name, label in _LABELS.items()}, "sections": sections, "shown_day": day}
    return render_to_string("web/rules/sections.html", context)


@lru_cache(maxsize=16)
def _entries(book: Rulebook) -> tuple[Entry, ...]:
    """A rulebook never changes, so its entries are made once."""
    return entries(book)


def _day(written: str) -> tuple[date | None, bool]:
    try:
        return (date.fromisoformat(written), False) if written else (None, False)
    except ValueError:
        return None, True


def _fits(entry: Entry, sought: str) -> bool:
    """Whether every word that is sought is in the code, the title, a clause or a sentence of the entry."""
    if not sought:
        return True
    text = _plain(" ".join(_words_of(entry)))
    return all(word in text for word in _plain(sought).split())


def _words_of(entry: Entry) -> Iterable[str]:
    yield entry.code
    for text in (entry.title, entry.message, *entry.assumptions):
        if text is not None:
            yield from (text.ja, text.en)
    for source in entry.sources:
        yield f"{source.document} {source.clause}"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
