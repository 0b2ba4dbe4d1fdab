"""People without a login who are written to: applicants for registration, those who asked a question by a public form.

An event names the row (the application, the question) and never the person. A room that keeps such rows offers a
reader of them, once, in `project/wiring`:

    outsiders.offer("applicant", fact="registration", read=registrations.applicants)

From then on an event rule may say `to: [applicant]`. The events that it is about carry the row's number or text under
`fact` in their payload; name and address are read when the mail is written, and the mail is kept under the addressee
and the row (`queries.mails_to_outsider`), for the page on which the row is followed up. Where the row has no address,
the mail is on that page only, and nothing fails. A rule that lists the addressee's name among its `facts`
(`facts: [applicant]`, `{applicant}` in the text) may tell it to everyone in its `to`.

`shapes.EventShape.to` lists the addressees that rules may name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple


class Outsider(NamedTuple):
    """Somebody without a login, as the row that names them says on the day of writing. `mail` may be empty.

    `link` is the address of the page on which the row is followed up; texts show it as `{link}`.
    """

    name: str
    mail: str
    link: str = ""


# The people behind rows of one scheme, by the row as payloads name it, in one query; unknown rows are left out.
Reader = Callable[[str, Collection[Any]], Mapping[Any, Outsider]]


class Offered(NamedTuple):
    """An addressee outside, the fact of events that names its row, and who reads it."""

    fact: str
    read: Reader


_OFFERED: dict[str, Offered] = {}


def offer(addressee: str, *, fact: str, read: Reader) -> None:
    """Let event rules write to `addressee`; called once at start by the wiring."""
    _OFFERED[addressee] = Offered(fact, read)


def offered(addressee: str) -> Offered | None:
    """How the rows of an addressee are read; None where no room has any."""
    return _OFFERED.get(addressee)
