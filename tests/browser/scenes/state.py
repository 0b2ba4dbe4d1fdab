"""A small scheme with something in every state, and what its pages show."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from axes.models import AccessAttempt, AccessFailureLog

from tanso.acts import Actor, perform
from tanso.acts import actions as acts
from tanso.acts.models import ActRecord
from tanso.notices import questions, resending
from tanso.notices.models import Letter, Mail, Sending
from tanso.parties import credentials
from tanso.parties.contact_data import ContactData, Wish
from tanso.parties.models import ContactRequest, Login, SignInEvent
from tanso.registry.objections import Written
from tests.browser import site
from tests.browser.scenes.scene import FAILED, SENT, WAITS
from tests.support import passkeys, registrations
from tests.support.papers import PDF, sha256
from tests.support.world import ADMINISTRATOR, SCHEME, SECOND_ADMINISTRATOR, World, login

TODAY = date(2015, 12, 2)


def build() -> None:
    """Two holders on their way, one that missed the deadline, a trading participant that waits for banking."""
    site.begin(SCHEME, date(2014, 3, 31))
    world = World()
    saver = world.holder_with_units("saver")
    world.holder("late", reduction_target_t=500)
    trader = world.trader("trader")
    buyer = world.holder_with_units("buyer", base_t=5_000)
    following = world.holder("following", phase=3)
    world.verifier("verifier")
    world.approve_emissions("following", "base", 3_000)
    world.go_to(date(2014, 6, 2))
    world.do("transfer", login("saver"), from_=saver, to=trader, unit="JAA/2", quantity_t=800)
    world.do("transfer", login("saver"), from_=saver, to=trader, unit="JAA/2", quantity_t=900)
    world.go_to(date(2014, 12, 1))
    assert world.do("apply_for_banking", login("trader"), account=trader).ok
    assert world.do("approve_banking", ADMINISTRATOR, account=trader).ok
    world.go_to(date(2015, 8, 3))
    for key, emissions_t in (("saver", 7_000), ("buyer", 4_500)):
        world.approve_emissions(key, "target", emissions_t)
    assert world.do("surrender", login("saver"), account=saver, unit="JAA/2", quantity_t=7_000).ok
    assert world.do("surrender", login("buyer"), account=buyer, unit="JAA/2", quantity_t=3_000).ok
    world.do("issue", ADMINISTRATOR, account=following, unit="JAA/3")
    longer = {
        "parameter": "bank_window",
        "value": ["12-01", "01-15"],
        "from_day": "2015-12-01",
        "reason": "年末の申請の集中を避けるため",
    }
    proposed = world.do("override_parameter", ADMINISTRATOR, **longer)
    approval = world.act("override_parameter", SECOND_ADMINISTRATOR, longer, proposal=proposed.act_id)
    assert perform(approval).ok
    _reports_on_their_way(world)
    _applications(world)
    _contacts(world)
    _registrations(world)
    _mails()
    _cases(world)
    _fresh_cases(world)
    _publications(world)
    registrations.known(registrations.write(world, registrations.changed(mail_b=""), phase=4)[1], "draft")
    assert world.do("apply_for_banking", login("trader"), account=trader).ok
    frozen = {"account": "AST-1002", "operations": ["transfer"], "until": "2016-03-31", "reason": "名義の確認のため"}
    assert world.by_two("freeze_account", **frozen).ok
    _letters(world)
    _logins(world)
    _guarded()
    acts.move_demonstration_day(today=TODAY)
    site.give_passwords()
    new = Login.objects.get(login="new-A")
    credentials.hand_out(new, site.password_of("new-A"))


def _logins(world: World) -> None:
    """A login whose letter just came, one with every second factor, one that is locked, one out of use."""
    world.holder("new")
    world.holder("guarded")
    guarded = Login.objects.get(login="guarded-A")
    TOTP.activate(guarded, site.SECRET)
    RecoveryCodes.activate(guarded)
    passkey = {"name": "社員証の鍵", "credential": passkeys.registered()}
    Authenticator.objects.create(user=guarded, type=Authenticator.Type.WEBAUTHN, data=passkey)
    assert world.do("issue_login", ADMINISTRATOR, participant="new", login="new-B").ok
    assert world.do("deactivate_login", ADMINISTRATOR, participant="late", login="late-B", reason="担当者の退職").ok
    seen = {
        "username": "verifier-of-saver-A",
        "ip_address": "192.0.2.7",
        "user_agent": "Firefox",
        "path_info": "/sign-in/",
    }
    AccessAttempt.objects.create(**seen, failures_since_start=8, get_data="", post_data="", http_accept="")
    for attempt in range(8):
        AccessFailureLog.objects.create(**seen, http_accept="", locked_out=attempt == 7)
    SignInEvent.objects.create(login=guarded, event="second_factor_added", address="192.0.2.8")


def _guarded() -> None:
    """A holder of a scheme that protects transfers: a trusted account, a transfer that waits, a proposal."""
    world = World(begin=date(2015, 11, 2), scheme="union-registry")
    works, steel = (world.trader_of("operator", key) for key in ("works", "steel"))
    assert world.issue(works, "EUA/3", quantity_t=9_000).ok
    trusts = {"account": works, "trusted": steel}
    first = perform(world.act("trust_account", login("works"), trusts))
    assert perform(world.act("trust_account", login("works", "B"), trusts, proposal=first.act_id)).ok
    world.go_to(date(2015, 12, 1))
    outside = world.trader_of("trader", "outside")
    for quantity_t in (600, 250):
        wish = {"from": works, "to": outside, "unit": "EUA/3", "quantity_t": quantity_t}
        first = perform(world.act("transfer", login("works"), wish))
        if quantity_t == 600:
            assert perform(world.act("transfer", login("works", "B"), wish, proposal=first.act_id)).ok
    world.go_to(TODAY)


def _registrations(world: World) -> None:
    """An adoption list, and applications in each state, two of them with an earlier version or a paper."""
    assert registrations.load(world, phase=4).ok
    for state in ("submitted", "returned", "refused", "accepted"):
        content = registrations.changed(site_0_account_name=f"アセット第一ビル {state}")
        draft = registrations.write(world, content, phase=4)[1]
        assert registrations.submit(world, draft).ok
        found = registrations.application_of(draft)
        registrations.known(draft, state)
        if state == "submitted":
            registrations.arrive(world, found, "application")
        elif state == "accepted":
            registrations.arrive(world, found)
            assert world.do("accept_registration", ADMINISTRATOR, registration=found.id).ok
        else:
            reason = {"registration": found.id, "reason": "担当者の部署を記入してください。"}
            assert world.do("return_registration", ADMINISTRATOR, **reason).ok
        if state == "refused":
            draft.refresh_from_db()
            registrations.rewrite(world, draft, registrations.changed(content, contact_title="管理部長"))
            assert registrations.submit(world, draft).ok
            reason = {"registration": found.id, "reason": "採択された事業所ではありません。"}
            assert world.do("refuse_registration", ADMINISTRATOR, **reason).ok


_FORM = {
    "assurance": "reasonable",
    "findings": [
        {"description": "フォークリフトの軽油の計上漏れ", "correction": "uncorrected", "effect_t": -12},
        {"description": "ガスの計量器の読み違い", "correction": "corrected", "effect_t": 340},
    ],
    "site_visits": [{"site": "東工場", "day": "2015-07-20"}],
    "sampling": "3か月に1か月の請求書",
}


def _mails() -> None:
    """Mails of an installation that sends them: one that went out, one that waits, one that could not be sent."""
    for number, state, error in (
        (SENT, Sending.SENT, ""),
        (FAILED, Sending.FAILED, "550 5.1.1 <a@example.com>: Recipient address rejected: User unknown"),
        (WAITS, Sending.WAITING, "451 4.7.1 try again later"),
    ):
        row = Mail.objects.get(id=number, participant__key="saver", letter="A")
        Sending.objects.create(
            mail=row,
            address="a@example.com",
            state=state,
            attempts=1,
            attempted_at=row.written_at,
            sent_at=row.written_at if state == Sending.SENT else None,
            error=error,
        )
    resending.mark_read(Mail.objects.get(id=WAITS))
    Login.objects.filter(login="saver-A").update(mail="new@example.com")


def _applications(world: World) -> None:
    """An application for units that waits, and one that was refused."""
    for key, reference in (("following", "JC-2015-00001"), ("trader", "JC-2015-00002")):
        arguments = {
            "account": world.account(key),
            "unit": "jVER",
            "quantity_t": 1_500,
            "evidence": {"kind": "J-Credit", "reference": reference, "day": "2015-07-31"},
            "document": sha256(PDF),
        }
        made = perform(world.act("apply_for_units", login(key), arguments, files={"document": PDF}))
        assert made.ok, made
    refused = {"application": made.result["application"], "reason": "無効化の日が読み取れません。"}
    assert world.do("refuse_application", ADMINISTRATOR, **refused).ok


def _contacts(world: World) -> None:
    """Contacts of three participants, two of them on the list; a change that waits, and one that was refused."""
    people = {
        "saver": ("環境太郎", "かんきょうたろう", "taro@saver.example"),
        "trader": ("先進花子", "せんしんはなこ", "hanako@trader.example"),
        "buyer": ("省エネ次郎", "しょうえねじろう", "jiro@buyer.example"),
        "verifier": ("検証三郎", "けんしょうさぶろう", "saburo@verifier.example"),
    }
    for key, (person, kana, mail) in people.items():
        number = ask_for_contact(world, key, person=person, person_kana=kana, mail=mail)
        settled = world.do(
            "accept_contact_change",
            ADMINISTRATOR,
            change=number,
            content=ContactRequest.objects.get(id=number).sha256,
            mail_confirmed=True,
        )
        assert settled.ok, settled
    for key in ("saver", "trader"):
        assert world.do("join_contact_list", login(key), participant=key).ok
    number = ask_for_contact(
        world, "buyer", person="省エネ次郎", person_kana="しょうえねじろう", mail="j@buyer.example"
    )
    assert world.do("refuse_contact_change", ADMINISTRATOR, change=number, reason="電話で確認できませんでした。").ok
    ask_for_contact(world, "buyer", person="省エネ四郎", person_kana="しょうえねしろう", mail="shiro@buyer.example")


def _cases(world: World) -> None:
    """Names that change on paper, and an objection in the middle of its life that is late."""
    names = {"name": "新BUYER株式会社", "name_kana": "しんばいやー", "from_day": "2015-08-03"}
    assert world.do("announce_organisation_change", login("buyer"), participant="buyer", **names).ok
    names = {"name": "SAVERホールディングス株式会社", "name_kana": "せーばーほーるでぃんぐす", "from_day": "2015-08-01"}
    assert world.do("announce_organisation_change", login("saver"), participant="saver", **names).ok
    arrived = {"company_change": 2, "arrived_on": "2015-08-03"}
    assert world.do("record_change_paper", ADMINISTRATOR, **arrived).ok
    decision = (
        ActRecord.objects.filter(operation="approve_report", arguments__participant="buyer").latest("sequence").id
    )
    write(
        world,
        "file_objection",
        login("buyer"),
        "燃料の単位が誤っているため、承認の取消しを求めます。",
        decision=str(decision),
    )
    assert world.do("acknowledge_objection", ADMINISTRATOR, objection=1).ok
    write(world, "write_objection_paper", ADMINISTRATOR, "請求書の写しを提出してください。", objection=1)
    write(world, "write_objection_paper", login("buyer"), "提出します。", document=True, objection=1)


def _fresh_cases(world: World) -> None:
    """A transfer that may still be disputed, and an objection that nobody has taken up."""
    world.go_to(date(2015, 10, 5))
    disputable = {"from_": world.account("saver"), "to": world.account("trader"), "unit": "JAA/2", "quantity_t": 50}
    assert world.do("transfer", login("saver"), **disputable).ok
    world.go_to(TODAY)
    stated = ActRecord.objects.get(operation="state_compliance", arguments__participant="late").id
    write(world, "file_objection", login("late"), "報告書は期限までに提出しました。", decision=str(stated))


def write(world: World, operation: str, actor: Actor, text: str, *, document: bool = False, **arguments: Any) -> None:
    """An act with a text, and with a document where asked."""
    written = Written(text=text, salt=operation)
    files = {"content": written.as_bytes()} | ({"document": PDF} if document else {})
    given = {**arguments, "content": written.sha256} | ({"document": sha256(PDF)} if document else {})
    outcome = perform(world.act(operation, actor, given, files=files))
    assert outcome.ok, outcome


def ask_for_contact(world: World, key: str, *, person: str, person_kana: str, mail: str) -> int:
    """A wish for that contact; its number."""
    contact = ContactData(
        company=f"{key.upper()}株式会社",
        department="環境部",
        title="環境部長",
        person=person,
        person_kana=person_kana,
        postcode="100-8916",
        address="東京都千代田区霞が関1-2-2 中央合同庁舎第5号館",
        telephone="03-1234-5678",
        fax="03-1234-5679",
    )
    letters = ("A", "B") if key in ("saver", "buyer") else ("A",)
    wish = Wish(contact=contact, mails={letter: mail if letter == "A" else "" for letter in letters}, salt=key)
    actor = login(key, "A", "verifier" if key == "verifier" else "participant")
    arguments = {"participant": key, "content": wish.sha256}
    made = perform(world.act("request_contact_change", actor, arguments, files={"content": wish.as_bytes()}))
    assert made.ok, made
    return int(made.result["change"])


def _letters(world: World) -> None:
    """Letters that wait, one that was posted, one that was withdrawn."""
    posted, withdrawn = (
        Letter.objects.get(kind=kind, participant__key="saver").reference for kind in ("base_result", "target_result")
    )
    assert world.do("post_letters", ADMINISTRATOR, letters=[posted]).ok
    assert world.do("withdraw_letter", ADMINISTRATOR, letter=withdrawn, reason="宛先の名称の誤り").ok


def _publications(world: World) -> None:
    """Notices of several kinds, a question with its answer, a document in two editions, two questions."""
    pinned = {"ja": "償却期限を過ぎた方へ", "en": "If you have missed the deadline"}
    body = {
        "ja": "償却期限は2015年11月30日でした。\n\n手続は https://www.example.jp/deadline を御覧ください。",
        "en": "The deadline was 30 November 2015.\n\nSee https://www.example.jp/deadline for what to do.",
    }
    given = {"title": pinned, "body": body, "first_day": "2015-12-01", "is_pinned": True, "phases": [2]}
    assert world.do("publish_notice", ADMINISTRATOR, **given).ok
    holders = {
        "title": {"ja": "目標保有者の皆様へ：調整年度の報告", "en": "For target holders: the adjustment year"},
        "body": body,
        "first_day": "2015-11-02",
        "audience": ["target_holder"],
    }
    assert world.do("publish_notice", ADMINISTRATOR, **holders).ok
    assert world.do("withdraw_notice", ADMINISTRATOR, notice=2, reason="日付の誤り").ok
    assert world.do("publish_notice", ADMINISTRATOR, notice=2, **holders).ok
    question = {"ja": "算定報告書はどの様式ですか。", "en": "Which form do reports take?"}
    answer = {"ja": "指定様式（Excel）です。\n\n報告書のページから入手できます。", "en": "The prescribed form (Excel)."}
    assert world.do("publish_answer", ADMINISTRATOR, subject="emissions", question=question, answer=answer).ok
    rules = {"kind": "rules", "title": {"ja": "実施ルール", "en": "Rules"}, "language": "ja", "phases": [2, 3]}
    for edition, content in (("Ver.1.0", PDF), ("Ver.1.1", PDF + b"\n")):
        again = {} if edition == "Ver.1.0" else {"document_number": 1}
        rules |= {"edition": edition, "issued_on": "2015-07-27", "document": sha256(content), **again}
        outcome = perform(world.act("publish_document", ADMINISTRATOR, dict(rules), files={"document": content}))
        assert outcome.ok, outcome
    asked = (("参加期の途中で事業所を追加できますか。", Actor.public()), ("口座名を変えたい。", login("saver")))
    for number, (text, actor) in enumerate(asked):
        content, files = questions.packed(text=text, mail="asker@example.jp", secret=str(number) * 43)
        outcome = perform(world.act("ask_question", actor, {"subject": "other", **content}, files=files))
        assert outcome.ok, outcome
    content, files = questions.packed(text="参加者情報の変更申請を行ってください。")
    outcome = perform(world.act("answer_question", ADMINISTRATOR, {"question": 2, **content}, files=files))
    assert outcome.ok, outcome


def _reports_on_their_way(world: World) -> None:
    """A report at the verifier, one at the administrator, one that came back."""
    verifier = login("verifier", "A", "verifier")
    steps = {
        ("late", "base"): ("register_report", "request_verification"),
        ("late", "target"): ("register_report", "request_verification", "file_verification", "request_approval"),
        ("following", "target"): ("register_report", "request_verification", "return_report"),
        ("following", "adjustment"): ("register_report",),
    }
    arguments = {
        "register_report": {"emissions_t": 4_321},
        "request_verification": {"verifier": "verifier"},
        "file_verification": {"emissions_t": 4_321, "opinion": "qualified", "form": _FORM},
        "return_report": {"reason": "燃料の単位を確認してください。"},
    }
    for (key, year), operations in steps.items():
        for operation in operations:
            actor = verifier if operation in ("file_verification", "request_approval", "return_report") else login(key)
            outcome = world.do(operation, actor, participant=key, year=year, **arguments.get(operation, {}))
            assert outcome.ok, outcome
    again = {"participant": "following", "year": "adjustment", "emissions_t": 4_400}
    assert world.do("register_report", login("following"), **again).ok
    late = {"participant": "late", "year": "target"}
    assert world.do("write_review_paper", ADMINISTRATOR, text="軽油の量を確認した書類はどれですか。", **late).ok
    assert world.do("write_review_paper", verifier, text="添付の請求書です。", **late).ok
    following = {"participant": "following", "year": "base", "reason": "ボイラーの計上漏れ"}
    assert world.do("open_correction", ADMINISTRATOR, **following).ok
