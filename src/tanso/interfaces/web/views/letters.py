"""Letters: a participant's own, all of them for the administrator, their files, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.interfaces.exports.letter import MOST_LETTERS, grouped, letters_pdf
from tanso.interfaces.letter_files import LetterFile, file_of, for_post, hand_out
from tanso.interfaces.web import describe
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who, own_logins
from tanso.interfaces.web.downloads import file_response
from tanso.interfaces.web.forms.base import ActForm, ReasonForm
from tanso.interfaces.web.forms.letters import PostLettersForm
from tanso.interfaces.web.lists import cells, columns
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, Filter, being
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.views.records import visible_acts
from tanso.kernel.texts import LANGUAGES, Text
from tanso.notices import letter_queries as queries
from tanso.notices.letter_models import POSTED, WITHDRAWN, Letter
from tanso.notices.letter_queries import REPLACED, STATES, WAITING, Standing

PDF = "application/pdf"
_WHO = (Who.EMISSIONS, Who.ALLOWANCES, Who.VERIFIER, Who.ADMINISTRATOR)
_TONES = {WAITING: "", POSTED: "good", WITHDRAWN: "bad", REPLACED: "waiting"}
_FIRST_LOGIN = "A"


def state_name(state: str) -> str:
    """A state of a letter in words."""
    return {
        WAITING: _("Not posted yet"),
        POSTED: _("Posted"),
        WITHDRAWN: _("Letter withdrawn"),
        REPLACED: _("Replaced by a later letter"),
    }.get(state, state)


def state_of(standing: Standing) -> str:
    """The state that counts most of a letter."""
    if standing.withdrawn is not None:
        return WITHDRAWN
    if standing.replaced_by is not None:
        return REPLACED
    return WAITING if standing.posted_on is None else POSTED


def visible_letters(desk: Desk) -> QuerySet[Letter]:
    """The letters that a login may see: its participant's, about what the login may know of."""
    rows = queries.letters(desk.scheme)
    if desk.is_administrator:
        return rows
    audiences = []
    if desk.has_reports:
        audiences.append("emissions")
    if Who.ALLOWANCES in desk.who:
        audiences.append("allowances")
    if desk.login.letter == _FIRST_LOGIN:
        audiences.append("registration")
    return rows.filter(participant=desk.participant, audience__in=audiences)


def _letter(desk: Desk, number: int) -> Letter:
    found = queries.letters(desk.scheme).filter(pk=number).first()
    is_own = found is not None and visible_letters(desk).filter(pk=number).exists()
    letter: Letter = own_or_404(found, is_own=is_own)
    return letter


def address_of(desk: Desk, letter: Letter, name: str = "letter") -> str:
    return reverse(name, kwargs={"scheme": desk.scheme, "letter": letter.pk})


def title_of(letter: Letter) -> str:
    """What a letter is called."""
    return describe.here(Text.from_json(letter.content["title"]))


def _list_address(desk: Desk) -> str:
    return reverse("letters", kwargs={"scheme": desk.scheme})


# --- lists -----------------------------------------------------------------------------------------------------------


@seen_by(*_WHO)
def letter_list(request: HttpRequest) -> HttpResponseBase:
    """A login's own letters; for the administrator all, by kind and state."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    listing = _listing(request, desk)
    kind = listing.asked.get("kind", "")
    query = urlencode({key: value for key, value in request.GET.items() if key not in ("page", "as")})
    return answer(
        request,
        "web/letters/list.html",
        {
            "crumbs": crumbs(desk, _("Letters")),
            "files": _parts(desk, listing.count, query) if desk.is_administrator and listing.count else [],
            "posting": f"{reverse('post_letters', kwargs={'scheme': desk.scheme})}?{urlencode({'kind': kind})}"
            if desk.is_administrator and "post_letters" in desk.rulebook.operations and listing.count
            else "",
        },
        listing,
    )


def _listing(request: HttpRequest, desk: Desk) -> Listing:
    return Listing(
        request=request,
        name="letters",
        title=_("Letters"),
        rows=columns.with_names(visible_letters(desk)),
        columns=_columns(desk),
        order="-number",
        filters=_filters(desk),
        lines=lambda rows: _lines(desk, rows),
        empty=_(
            "There are no letters yet. They are made when something is settled: emissions, an issue of units, "
            "a cancellation, the status of compliance."
        ),
        empty_filtered=_("There are no such letters. Choose another kind or state."),
    )


def _lines(desk: Desk, rows: Sequence[Letter]) -> Iterator[dict[str, Any]]:
    standings = queries.standings(rows)
    for row in rows:
        state = state_of(standings[row.pk])
        yield {"row": row, "title": title_of(row), "state": state_name(state), "tone": _TONES[state]}


def _columns(desk: Desk) -> list[Column]:
    def number(line: dict[str, Any]) -> cells.Cell:
        return cells.link(line["row"].reference, address_of(desk, line["row"]), style="table__target number")

    def file(line: dict[str, Any]) -> cells.Cell:
        return cells.link(_("PDF"), address_of(desk, line["row"], "letter-file"), about=line["row"].reference)

    found = [
        Column(key="number", label=_("Number"), cell=number, sort="pk", width=16),
        Column(key="letter", label=_("Letter"), cell=lambda line: line["title"], sort="kind", width=36),
        columns.day("day", _("Day"), lambda line: line["row"].day, "day"),
        Column(key="state", label=_("State"), cell=lambda line: cells.tag(line["state"], line["tone"])),
        Column(key="file", label=_("File"), cell=file, in_file=False),
    ]
    if desk.is_administrator:
        found.insert(2, columns.participant(lambda line: line["row"].participant))
    return found


def _filters(desk: Desk) -> list[Filter]:
    kinds = [(rule.kind, describe.here(rule.title)) for rule in desk.rulebook.letters.kinds.values()]
    states = [(name, state_name(name)) for name in STATES]
    return [
        Choice(name="kind", label=_("Kind of letter"), choices=kinds, narrow=being("kind")),
        Choice(name="state", label=_("State"), choices=states, narrow=queries.in_state),
        *([columns.names()] if desk.is_administrator else []),
        columns.days("day", _("Day"), "day"),
    ]


def _parts(desk: Desk, count: int, query: str) -> list[tuple[str, str]]:
    """Files of at most `MOST_LETTERS` letters, with their addresses."""
    address = reverse("letters-file", kwargs={"scheme": desk.scheme})
    parts = -(-count // MOST_LETTERS)
    if parts == 1:
        return [(_("All of these as one PDF (%(count)s)") % {"count": count}, f"{address}?{query}&part=1")]
    return [
        (
            _("Letters %(first)s to %(last)s as one PDF")
            % {"first": (part - 1) * MOST_LETTERS + 1, "last": min(part * MOST_LETTERS, count)},
            f"{address}?{query}&part={part}",
        )
        for part in range(1, parts + 1)
    ]


@seen_by(Who.ADMINISTRATOR)
def letters_file(request: HttpRequest) -> HttpResponse:
    """Many letters behind one another for the printer: the `part`th of those that are asked for."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    rows = _listing(request, desk).found.order_by("-pk")
    asked = request.GET.get("part", "1")
    part = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    chosen = list(rows[(part - 1) * MOST_LETTERS : part * MOST_LETTERS]) if part > 0 else []
    if not chosen:
        raise Http404
    # In the order of their numbers, as they are put into envelopes.
    chosen.reverse()
    language = _language(request)
    posts = {row.pk: post for row in chosen if (post := for_post(row, language)) is not None}
    content = letters_pdf(chosen, language, posts)
    return file_response(content, f"{desk.scheme}-{part}.pdf", media_type=PDF)


# --- one letter ------------------------------------------------------------------------------------------------------


@seen_by(*_WHO)
def letter_page(request: HttpRequest, letter: int) -> HttpResponse:
    """One letter: what it says, its files, and what became of it."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    row = _letter(desk, letter)
    standing = queries.standings([row])[row.pk]
    state = state_of(standing)
    replaced_by = standing.replaced_by
    return render(
        request,
        "web/letters/letter.html",
        {
            "crumbs": crumbs(desk, (_("Letters"), _list_address(desk)), row.reference),
            "letter": row,
            "title": title_of(row),
            "body": describe.here(Text.from_json(row.content["body"])),
            "rows": [
                (describe.here(Text.from_json(line["label"])), describe.here(Text.from_json(line["value"])))
                for line in row.content["rows"]
            ],
            "state": state_name(state),
            "tone": _TONES[state],
            "standing": standing,
            "replaced_by": None if replaced_by is None else (replaced_by.reference, address_of(desk, replaced_by)),
            "files": [_file(desk, row, language) for language in LANGUAGES],
            "steps": [
                {
                    "step": step,
                    "name": state_name(step.step),
                    "address": _act_address(desk, step.act_id),
                }
                for step in row.steps.order_by("-id")
            ],
            "made": _act_address(desk, row.act_id),
            "own_logins": own_logins(desk),
            "code": grouped(row.code),
            "check": reverse("check-letter", kwargs={"code": row.code}),
            "for_post": address_of(desk, row, "letter-for-post")
            if desk.is_administrator and for_post(row, "ja") is not None
            else "",
            "withdraw": address_of(desk, row, "withdraw_letter")
            if desk.is_administrator and standing.withdrawn is None and "withdraw_letter" in desk.rulebook.operations
            else "",
        },
    )


def _act_address(desk: Desk, act_id: UUID) -> str:
    """The record of an act, where the login may see it."""
    if not visible_acts(desk).filter(id=act_id).exists():
        return ""
    return reverse("act", kwargs={"scheme": desk.scheme, "act_id": act_id})


def _file(desk: Desk, row: Letter, language: str) -> dict[str, Any]:
    """A file in one language: whether the one that is set today has the bytes of the original."""
    made = queries.prints_of(row, language)
    today: LetterFile | None = file_of(row, language) if made else None
    names = {"ja": _("PDF in Japanese"), "en": _("PDF in English")}
    return {
        "label": names[language],
        "address": f"{address_of(desk, row, 'letter-file')}?language={language}",
        "original": made[0] if made else None,
        "differs": bool(today and today.differs_from),
    }


@seen_by(*_WHO)
def letter_file(request: HttpRequest, letter: int) -> HttpResponse:
    """The letter as a PDF, in `language` or in that of the page."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    row = _letter(desk, letter)
    language = _language(request)
    file = hand_out(row, language)
    return file_response(file.content, f"{row.reference}-{language}.pdf", media_type=PDF)


@seen_by(Who.ADMINISTRATOR)
def letter_for_post(request: HttpRequest, letter: int) -> HttpResponse:
    """The letter with the first password that it brings, for the envelope; not there once that was used."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    row = _letter(desk, letter)
    language = _language(request)
    post = for_post(row, language)
    if post is None:
        raise Http404
    file = hand_out(row, language, post)
    return file_response(file.content, f"{row.reference}-{language}.pdf", media_type=PDF)


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    if asked in LANGUAGES:
        return asked
    return "ja" if (get_language() or "en").startswith("ja") else "en"


# --- acts ------------------------------------------------------------------------------------------------------------


class PostLetters(ActView):
    """Letters that wait and were put into the post, today."""

    who = (Who.ADMINISTRATOR,)
    operation = "post_letters"
    form_class: ClassVar[type[ActForm]] = PostLettersForm
    form_template = "web/letters/post.html"
    waiting: list[Letter]

    def find(self, **kwargs: Any) -> None:
        if self.operation not in self.desk.rulebook.operations:
            raise Http404
        kind = self.request.GET.get("kind", "")
        rows = queries.in_state(visible_letters(self.desk), WAITING)
        if kind in self.desk.rulebook.letters.kinds:
            rows = rows.filter(kind=kind)
        # Those that have waited longest.
        self.waiting = list(rows.order_by("id")[:MOST_LETTERS])

    def form_options(self) -> dict[str, Any]:
        return {
            "letters": [
                (row.reference, f"{row.reference} {title_of(row)} {row.participant.known_as}") for row in self.waiting
            ]
        }

    def lead(self) -> str:
        return _("Letters that went to the post today. Take out those that did not.")

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Letters"), self.back()), self.title())

    def back(self) -> str:
        return _list_address(self.desk)

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation"), "waiting": self.waiting}


class WithdrawLetter(ActView):
    """A letter that should not have been made: it stays, and says that it no longer holds."""

    who = (Who.ADMINISTRATOR,)
    operation = "withdraw_letter"
    form_class: ClassVar[type[ActForm]] = ReasonForm
    is_final = True
    letter: Letter

    def find(self, **kwargs: Any) -> None:
        if self.operation not in self.desk.rulebook.operations:
            raise Http404
        self.letter = _letter(self.desk, kwargs["letter"])

    def fixed_arguments(self) -> dict[str, Any]:
        return {"letter": self.letter.reference}

    def lead(self) -> str:
        return f"{self.letter.reference} {title_of(self.letter)} · {self.letter.participant.known_as}"

    def way(self) -> list[Crumb]:
        return crumbs(
            self.desk, (_("Letters"), _list_address(self.desk)), (self.letter.reference, self.back()), self.title()
        )

    def back(self) -> str:
        return address_of(self.desk, self.letter)

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation")}
