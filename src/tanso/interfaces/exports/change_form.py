"""The paper form for a change of registered data, as PDF: filled in as far as we know, with a place for the seal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tanso.interfaces.exports.registration_papers import post_lines
from tanso.interfaces.exports.typesetting import breakable, typeset
from tanso.interfaces.web import words
from tanso.kernel.texts import Text
from tanso.parties.models import OrganisationChange, Participant
from tanso.rulebook import Rulebook
from tanso.rulebook.site import papers_go_to

_TEMPLATE = Path(__file__).with_name("change_form.typ")
_TITLE = Text("登録情報変更申請書", "Application for a change of registered data")
_LEAD = Text(
    "次のとおり登録情報を変更したいので申請します。",
    "We apply for the following change of our registered data.",
)
_SEAL = Text("社印", "Company seal")
_DAY = Text("　　　　年　　月　　日", "Date:")
_NOTE = Text(
    "記載を確かめ、空欄を記入し、社印を押印の上、事務局へ提出してください。",
    "Check the entries, fill in what is empty, put the company seal, and send the paper to the secretariat.",
)


def change_form_pdf(
    rulebook: Rulebook, participant: Participant, change: OrganisationChange | None, day: date, language: str
) -> bytes:
    """The form of a participant; with the change that it announced, where one waits. Raises `export.no_font`."""
    organisation = participant.organisation
    rows = [
        (Text("制度", "Scheme"), rulebook.title.in_language(language)),
        (Text("参加者", "Participant"), f"{participant.known_as} ({participant.key})"),
        (Text("届出番号", "Number"), "" if change is None else str(change.id)),
        (Text("変更前の法人名", "Company name until now"), organisation.name),
        (Text("同（ひらがな）", "Its reading"), organisation.name_kana),
        (Text("変更後の法人名", "New company name"), "" if change is None else change.name),
        (Text("同（ひらがな）", "Its reading"), "" if change is None else change.name_kana),
        (
            Text("変更の日", "Day of the change"),
            "" if change is None else words.long_day(change.from_day).in_language(language),
        ),
        (Text("代表者氏名", "Representative"), ""),
        (Text("担当者氏名・電話番号", "Contact person and telephone"), ""),
    ]
    data = {
        "language": language,
        "title": _TITLE.in_language(language),
        "lead": _LEAD.in_language(language),
        "seal": _SEAL.in_language(language),
        "day": _DAY.in_language(language),
        "note": _NOTE.in_language(language),
        "post": post_lines(papers_go_to(rulebook.site), language),
        "rows": [[label.in_language(language), breakable(value)] for label, value in rows],
    }
    return typeset(_TEMPLATE, data, day=day, standards=("ua-1",))
