"""A world with two of each kind of party, and one of every object that a page is about: what permissions are tried on.

`OBJECTS` says how the object of an address is made; docs/reference/permissions.md says who may open it. A new page
about a new kind of object adds a line to `OBJECTS`, and what it needs to `build`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.db import connections

from tanso.acts import Actor, perform
from tanso.acts import actions as acts
from tanso.acts.models import ActRecord
from tanso.database import clones
from tanso.database.urls import Server
from tanso.kernel.texts import Text
from tanso.ledger.models import Journal
from tanso.notices import questions
from tanso.notices.models import Letter, Mail
from tanso.parties import actions as parties
from tanso.parties.contact_data import ContactData, Wish
from tanso.parties.models import Login, Participant, Site
from tanso.registry.models import PendingTransfer
from tanso.registry.objections import Written
from tests.support import passkeys, registrations, workbooks
from tests.support.papers import PDF, sha256
from tests.support.world import ADMINISTRATOR, BEGIN, SECOND_ADMINISTRATOR, World, login

TODAY = date(2015, 12, 2)
NOTICE = Text("排出量は実績値、参加は仮定です。", "Real emissions, hypothetical participation.")

# The columns of the table: who tries. Unless an object says otherwise, it is that of the holder `mine`.
LOGINS: dict[str, str | None] = {
    "visitor": None,
    "A": "mine-A",
    "B": "mine-B",
    "other A": "theirs-A",
    "other B": "theirs-B",
    "trader": "trader-A",
    "verifier": "verifier-of-mine-A",
    "other verifier": "verifier-of-theirs-A",
    "administrator": "admin-1",
    "other scheme": "elsewhere-A",
}
OTHER_SCHEME = "jvets"
# Of the address of a question.
SECRET = "s" * 43
GUARDED_SCHEME = "union-registry"


@dataclass(frozen=True, slots=True)
class Subject:
    """An object of a page: the arguments of its address, who takes the places of `LOGINS`, and whose it is."""

    address: Mapping[str, Any]
    logins: Mapping[str, str | None] = field(default_factory=dict)
    owners: tuple[str, ...] = ("mine",)


@contextmanager
def lived_in(server: Server, template: str) -> Iterator[World]:
    """The world in a database of its own, for all tests of a module: they change nothing in it."""
    from tanso.interfaces import connect  # noqa: PLC0415

    clone = clones.clone(server, template)
    connect.use(clone)
    # Every refused request is a line in the log; hundreds are no news here.
    logging.disable(logging.WARNING)
    try:
        yield build()
    finally:
        logging.disable(logging.NOTSET)
        connections.close_all()
        clones.drop(clone)


def build() -> World:
    """Two holders with everything that a holder can have, two traders, two verifiers, one holder elsewhere."""
    world = begun()
    traded(world)
    completed(world)
    return world


def begun() -> World:
    """The parties, and the first allowances of both holders: on 1 April 2014."""
    for which in (1, 2):
        parties.add_administrator(login_id=f"admin-{which}", person=f"事務局 {which}")
    acts.begin_demonstration(today=BEGIN, notice=NOTICE)
    _elsewhere()
    world = World()
    world.holder_with_units("mine", base_t=12_413)
    world.holder_with_units("theirs", base_t=5_387, reduction_target_t=500)
    for key in ("trader", "dealer"):
        world.trader(key)
    Site.objects.create(participant=Participant.objects.get(scheme="asset", key="mine"), name="東工場")
    return world


def traded(world: World) -> None:
    """Their transfers, on 2 June 2014."""
    world.go_to(date(2014, 6, 2))
    mine, theirs, trader = (world.account(key) for key in ("mine", "theirs", "trader"))
    _done(world, "transfer", login("mine"), from_=mine, to=theirs, unit="JAA/2", quantity_t=811)
    _done(world, "transfer", login("theirs"), from_=theirs, to=trader, unit="JAA/2", quantity_t=317)


def completed(world: World) -> None:
    """One of every further object, from 3 August 2015 until today."""
    mine = world.account("mine")
    world.go_to(date(2015, 8, 3))
    for key, emissions_t in (("mine", 7_529), ("theirs", 4_691)):
        _report(world, key, emissions_t)
        _application(world, key)
        _contact_change(world, key)
        _name_change(world, key)
    _done(world, "surrender", login("mine"), account=mine, unit="JAA/2", quantity_t=7_429)
    proposed = {"account": mine, "operations": ["transfer"], "until": "2016-03-31", "reason": "名義の確認のため"}
    _done(world, "freeze_account", ADMINISTRATOR, **proposed)
    _done(world, "unfreeze_account", ADMINISTRATOR, account=mine, reason="確認が済んだため")
    _objection(world, "mine", _act("unfreeze_account", status="done")["act_id"])
    _registration(world)
    world.go_to(TODAY)
    registrations.known(registrations.write(world, phase=4)[1], "draft")
    _published(world)
    # A login whose letter nobody has used; of nobody who tries the pages, because it must choose a password first.
    world.trader("newcomer")
    _done(world, "issue_login", ADMINISTRATOR, participant="newcomer", login="newcomer-A")
    override = {"parameter": "surrender_deadline", "value": "11-15", "from_day": "2016-01-04", "reason": "検証の遅れ"}
    assert world.do("override_parameter", ADMINISTRATOR, **override).status == "proposed"
    _guarded()
    acts.move_demonstration_day(today=TODAY)
    passkey = {"name": "鍵", "credential": passkeys.registered()}
    Authenticator.objects.create(user=Login.objects.get(login="mine-A"), type=Authenticator.Type.WEBAUTHN, data=passkey)


def _elsewhere() -> None:
    """A holder of another scheme with units of it, and with a letter A alone."""
    world = World(begin=date(2012, 9, 3), scheme=OTHER_SCHEME)
    number = world.holder("elsewhere", phase=7, reduction_target_t=100, participation_type="b")
    for year in ("base_1", "base_2", "base_3"):
        world.approve_emissions("elsewhere", year, 1_000)
    _done(world, "issue", ADMINISTRATOR, account=number, unit="JPA/7")
    world.go_to(TODAY)


def _guarded() -> None:
    """Two holders of a scheme that protects transfers: a trusted account, a transfer that waits, a proposal."""
    world = World(begin=date(2015, 11, 2), scheme=GUARDED_SCHEME)
    works, steel = (world.trader_of("operator", key) for key in ("works", "steel"))
    _done(world, "issue", ADMINISTRATOR, account=works, unit="EUA/3", quantity_t=9_173)
    _by_both(world, "trust_account", {"account": works, "trusted": steel})
    world.go_to(date(2015, 12, 1))
    outside = world.trader_of("trader", "outside")
    _by_both(world, "transfer", {"from": works, "to": outside, "unit": "EUA/3", "quantity_t": 613})
    wish = {"from": works, "to": outside, "unit": "EUA/3", "quantity_t": 271}
    assert perform(world.act("transfer", login("works"), wish)).status == "proposed"
    world.go_to(TODAY)


def _by_both(world: World, operation: str, wish: dict[str, Any]) -> None:
    first = perform(world.act(operation, login("works"), wish))
    assert perform(world.act(operation, login("works", "B"), wish, proposal=first.act_id)).status == "done"


def _done(world: World, operation: str, actor: Any, **arguments: Any) -> None:
    """Do it, by two administrators where the scheme asks for two."""
    outcome = world.do(operation, actor, **arguments)
    if outcome.status == "proposed":
        given = {name.rstrip("_"): value for name, value in arguments.items()}
        second = world.act(operation, SECOND_ADMINISTRATOR, given, proposal=outcome.act_id)
        outcome = perform(second)
    assert outcome.status == "done", outcome


def _report(world: World, key: str, emissions_t: int) -> None:
    """A report with two workbooks and a document, approved; after it one of a figure that is a draft."""
    value = workbooks.site() | {"phase": 2, "fiscal_year": 2014}
    file = workbooks.filled(value, year="target", holder=key)
    about = {"participant": key, "year": "target"}
    for _version in (1, 2):
        sent = world.act("register_report", login(key), about | {"workbook": sha256(file)}, files={"workbook": file})
        outcome = perform(sent)
        assert outcome.ok, outcome
    attached = about | {"document": sha256(PDF), "text": "敷地の図面"}
    sent = world.act("attach_to_report", login(key), attached, files={"document": PDF})
    outcome = perform(sent)
    assert outcome.ok, outcome
    world.approve_emissions(key, "target", emissions_t)


def _application(world: World, key: str) -> None:
    """An application for units that waits."""
    arguments = {
        "account": world.account(key),
        "unit": "jVER",
        "quantity_t": 1_571,
        "evidence": {"kind": "J-Credit", "reference": f"JC-2015-{key}", "day": "2015-07-31"},
        "document": sha256(PDF),
    }
    made = perform(world.act("apply_for_units", login(key), arguments, files={"document": PDF}))
    assert made.ok, made


def _contact_change(world: World, key: str) -> None:
    """A wish for another contact that waits."""
    contact = ContactData(
        company=f"会社 {key}",
        person=f"担当 {key}",
        person_kana="たんとう",
        postcode="100-0001",
        address="東京都千代田区1-1",
        telephone="03-1111-2222",
    )
    wish = Wish(contact=contact, mails={"A": f"{key}@example.jp", "B": ""}, salt=key)
    arguments = {"participant": key, "content": wish.sha256}
    made = perform(world.act("request_contact_change", login(key), arguments, files={"content": wish.as_bytes()}))
    assert made.ok, made


def _name_change(world: World, key: str) -> None:
    """Another name of the holder's corporation, announced."""
    names = {"name": f"新 {key}", "name_kana": "しん", "from_day": "2015-08-03"}
    _done(world, "announce_organisation_change", login(key), participant=key, **names)


def _objection(world: World, key: str, decision: Any) -> None:
    """An objection with a document, on its way."""
    written = Written(text=f"異議 {key}", salt=key)
    arguments = {"decision": str(decision), "content": written.sha256, "document": sha256(PDF)}
    files = {"content": written.as_bytes(), "document": PDF}
    made = perform(world.act("file_objection", login(key), arguments, files=files))
    assert made.ok, made
    _done(world, "acknowledge_objection", ADMINISTRATOR, objection=made.result["objection"])


def _registration(world: World) -> None:
    """An application for registration that was submitted, behind its secret."""
    assert registrations.load(world, phase=4).ok
    draft = registrations.write(world, registrations.TRADER, kind="trading_participant", phase=None)[1]
    assert registrations.submit(world, draft).ok
    registrations.known(draft, "submitted")


def _act(operation: str, **arguments: Any) -> dict[str, Any]:
    return {"act_id": ActRecord.objects.filter(operation=operation, **arguments).earliest("sequence").id}


def _letter(kind: str, key: str = "mine") -> Letter:
    return Letter.objects.get(kind=kind, participant__key=key)


_OF_TRADER = {"A": "trader-A", "B": None, "trader": "dealer-A"}


# A scheme whose holders have two logins for allowances, and protect their transfers.
_GUARDED = {"A": "works-A", "B": "works-B", "other A": "steel-A", "other B": "steel-B", "trader": "outside-A"}


def _guarded_subject(*owners: str, **address: Any) -> Subject:
    return Subject({"scheme": GUARDED_SCHEME, **address}, _GUARDED, owners)


def _account(world: World, key: str = "mine", **more: Any) -> dict[str, Any]:
    return {"number": world.account(key), **more}


def _mail(letter: str) -> Mail:
    return Mail.objects.filter(participant__key="mine", letter=letter).earliest("id")


def _published(world: World) -> None:
    """A notice, a question with its answer, a document, and a question that waits."""
    both = {"ja": "排出量の報告について", "en": "On reporting emissions"}
    _done(world, "publish_notice", ADMINISTRATOR, title=both, body=both, first_day=TODAY.isoformat())
    _done(world, "publish_answer", ADMINISTRATOR, subject="emissions", question=both, answer=both)
    given = {"kind": "rules", "title": both, "issued_on": TODAY.isoformat(), "document": sha256(PDF)}
    outcome = perform(world.act("publish_document", ADMINISTRATOR, given, files={"document": PDF}))
    assert outcome.ok, outcome
    content, files = questions.packed(text="報告書の様式はどこにありますか。", mail="asker@example.jp", secret=SECRET)
    outcome = perform(world.act("ask_question", Actor.public(), {"subject": "system", **content}, files=files))
    assert outcome.ok, outcome


# The objects that the table names. Each answers the arguments of the addresses (all that any page about it needs).
OBJECTS: dict[str, Callable[[World], Subject]] = {
    "-": lambda world: Subject({}, owners=()),
    "report": lambda world: Subject({"participant": "mine", "year": "target"}),
    "report version": lambda world: Subject({"participant": "mine", "year": "target", "number": 1}),
    "report document": lambda world: Subject({"participant": "mine", "year": "target", "sha256": sha256(PDF)}),
    "account": lambda world: Subject(_account(world)),
    "account, unit to issue": lambda world: Subject(_account(world, unit="JAA-2")),
    "account, unit to apply for": lambda world: Subject(_account(world, unit="jVER")),
    "account of a trader": lambda world: Subject(_account(world, "trader"), _OF_TRADER, owners=("trader",)),
    "chapter of the manual": lambda world: Subject({"chapter": "holder"}, owners=()),
    "notice": lambda world: Subject({"number": 1}, owners=()),
    "answer": lambda world: Subject({"number": 1}, owners=()),
    "document": lambda world: Subject({"number": 1}, owners=()),
    "document edition": lambda world: Subject({"number": 1, "version": 1}, owners=()),
    "phase and year": lambda world: Subject({"phase": 2, "year": "base"}, owners=()),
    "question": lambda world: Subject({"number": 1, "secret": SECRET}, owners=()),
    "account of nobody": lambda world: Subject({"number": "AST-0"}, owners=()),
    "application": lambda world: Subject({"application": 1}),
    "contact": lambda world: Subject({"participant": "mine"}),
    "site": lambda world: Subject({"participant": "mine", "site": Site.objects.get(participant__key="mine").pk}),
    "change of contact": lambda world: Subject({"change": 1}),
    "message": lambda world: Subject({"message": _mail("A").pk}),
    "message to login B": lambda world: Subject({"message": _mail("B").pk}),
    "mail": lambda world: Subject({"mail": _mail("A").pk}),
    "letter on emissions": lambda world: Subject({"letter": _letter("target_result").pk}),
    "letter on allowances": lambda world: Subject({"letter": _letter("issue_notice").pk}),
    "letter with a first password": lambda world: Subject(
        {"letter": _letter("registration_notice", "newcomer").pk}, owners=("newcomer",)
    ),
    "code of a letter": lambda world: Subject({"code": _letter("target_result").code}),
    "change of name": lambda world: Subject({"change": 1}),
    "objection": lambda world: Subject({"objection": 1}),
    "objection, its document": lambda world: Subject({"objection": 1, "paper": 0}),
    "posting": lambda world: Subject(
        {"posting": Journal.objects.filter(act_id=_act("transfer")["act_id"]).get().id}, owners=("mine", "theirs")
    ),
    "posting elsewhere": lambda world: Subject(
        {"posting": Journal.objects.order_by("id")[0].id}, owners=("elsewhere",)
    ),
    "account elsewhere": lambda world: Subject(
        {"number": World(begin=TODAY, scheme=OTHER_SCHEME).account("elsewhere")}, owners=("elsewhere",)
    ),
    "proposal": lambda world: Subject(_act("override_parameter", status="proposed"), owners=()),
    "proposal of a holder": lambda world: _guarded_subject(
        "works", "outside", **_act("transfer", status="proposed", scheme=GUARDED_SCHEME, arguments__quantity_t=271)
    ),
    "home of a guarded holder": lambda world: _guarded_subject(),
    "guarded account": lambda world: _guarded_subject("works", number="UR-1001"),
    "account on a list": lambda world: _guarded_subject("works", "steel", number="UR-1001", trusted="UR-1002"),
    "account not on a list": lambda world: _guarded_subject("works", number="UR-1001", trusted="UR-1003"),
    "transfer that waits": lambda world: _guarded_subject(
        "works", "outside", transfer=PendingTransfer.objects.get().id
    ),
    "parameter": lambda world: Subject({"parameter": "surrender_deadline"}, owners=()),
    "act on a report": lambda world: Subject(_act("request_verification", arguments__participant="mine")),
    "act on an account": lambda world: Subject(_act("surrender")),
    "act of the administrator": lambda world: Subject(_act("freeze_account", status="done")),
    "act on two accounts": lambda world: Subject(_act("transfer"), owners=("mine", "theirs")),
    "login": lambda world: Subject({"participant": "mine", "letter": "A"}),
    "login that is kept": lambda world: Subject({"letter": "B"}, owners=()),  # each asks for its own
    "login that is not kept": lambda world: Subject({"letter": "A"}, owners=()),
    "login that fails": lambda world: Subject({"login": "mine-A"}),
    "draft of an application": lambda world: Subject({"token": "draft"}, owners=()),
    "submitted application": lambda world: Subject({"token": "submitted", "paper": "consent"}, owners=()),
    "unknown secret": lambda world: Subject({"token": "unknown", "paper": "consent"}, owners=()),
    "application for registration": lambda world: Subject({"number": 1, "paper": "consent"}, owners=()),
    "field of a participant": lambda world: Subject({"participant": "mine", "attribute": "site_type"}),
    "operation for many": lambda world: Subject({"kind": "issue"}, owners=()),
    "batch of another login": lambda world: Subject({"kind": "issue", "batch": uuid4()}, owners=()),
    "passkey": lambda world: Subject({"pk": Authenticator.objects.get().pk}, owners=()),
    "act that fell due": lambda world: Subject(_act("state_compliance", arguments__participant="mine")),
}


def subject(world: World, name: str) -> Subject:
    """The object of this name; raises KeyError with what to do where there is none."""
    if name not in OBJECTS:
        raise KeyError(f"add the object {name!r} to OBJECTS in tests/support/two_of_each.py")
    return OBJECTS[name](world)
