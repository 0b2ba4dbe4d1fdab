"""The papers of an application for registration, to be printed and sealed: laid out like the form of the scheme.

The same version of an application gives the same bytes: its day is the file's, and nothing is asked of a clock.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanso.interfaces.exports.typesetting import Standard, breakable, typeset
from tanso.interfaces.web import words
from tanso.interfaces.web.registration_words import phase_with_year, shown_value
from tanso.kernel.texts import Text
from tanso.parties.applications import queries
from tanso.parties.applications.content import Content
from tanso.parties.applications.models import Application
from tanso.rulebook import Rulebook
from tanso.rulebook.site import papers_go_to

STANDARDS: tuple[Standard, ...] = ("a-2a", "ua-1")
_TEMPLATE = Path(__file__).with_name("registration.typ")

_ITEM, _WRITTEN = Text("申請項目名", "Item"), Text("記入欄", "Written")
_NUMBER = Text("申請番号 {number}（第{version}版）", "Application no. {number} (version {version})")
_CODE = Text("確認番号 {code}", "Check code {code}")
_SUBMITTED = Text("申請日 {day}", "Submitted on {day}")
_SEAL = Text("押印（{seal}）", "{seal}")
_DAY, _SIGNED = Text("年　　月　　日", "Date:"), Text("責任者氏名", "Name of the officer")
_PAGE = Text("ページ", "Page")
_SEND_TO = Text("提出先", "Send to")


def registration_pdf(rulebook: Rulebook, found: Application, paper: str, language: str) -> bytes:
    """One paper of the latest version. Raises KeyError for a paper that the form has not."""
    return typeset(_TEMPLATE, _content(rulebook, found, paper, language), day=found.submitted_on, standards=STANDARDS)


def _content(rulebook: Rulebook, found: Application, paper: str, language: str) -> dict[str, Any]:
    said = queries.content_of(rulebook, found)
    rule = said.form.papers[paper]
    post = post_lines(papers_go_to(rulebook.site), language)

    def told(text: Text, **facts: object) -> str:
        return breakable(text.filled(facts).in_language(language))

    return {
        "language": language,
        "title": told(rule.title),
        "version": f"Ver.{said.form.version}",
        "phase": "" if found.phase is None else told(phase_with_year(rulebook, found.phase)),
        "reference": [
            told(_NUMBER, number=found.id, version=found.version),
            told(_CODE, code=queries.check_code(found)),
            told(_SUBMITTED, day=words.short_day(found.submitted_on).in_language(language)),
        ],
        "post": [told(_SEND_TO), *post] if post else [],
        "body": told(rule.body),
        "seal": told(_SEAL, seal=rule.seal.in_language(language)),
        "signature": [] if rule.each_version else [told(_DAY), told(_SIGNED)],
        "columns": [told(_ITEM), told(_WRITTEN)],
        "sections": _sections(said, rule.sections, language),
        "page": told(_PAGE),
    }


def post_lines(post: Text | None, language: str) -> list[str]:
    """A postal address, line by line; nothing for none."""
    return [] if post is None else [breakable(line) for line in post.in_language(language).splitlines()]


def _sections(said: Content, wanted: tuple[str, ...], language: str) -> list[dict[str, Any]]:
    """The lines of a paper, section by section; lines in which nothing is written stay, as on the form."""
    found = []
    for section in wanted:
        if section not in said.form.sections:
            continue
        rows = list(said.rows_of(section))
        for number, row in rows:
            title = said.form.sections[section].in_language(language)
            lines = [
                [
                    breakable(field.label.in_language(language)),
                    breakable(shown_value(field, row.get(field.id, "")).in_language(language)),
                ]
                for field in said.form.of(section)
            ]
            found.append({"title": f"{title} {number}" if len(rows) > 1 else title, "lines": lines})
    return found
