"""A small scheme with something in every state, and the way to every page of it.

`SCENES` is the list that accessibility and screenshots go through; a test makes sure that no page is missing from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from axes.models import AccessAttempt, AccessFailureLog
from playwright.sync_api import Page

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
from tests.browser.people import confirm_as
from tests.support import passkeys, registrations
from tests.support.papers import PDF, sha256
from tests.support.world import ADMINISTRATOR, SCHEME, SECOND_ADMINISTRATOR, World, login

HOME = f"/schemes/{SCHEME}/"
SITE = f"/site/{SCHEME}/"
GUARDED = "/schemes/union-registry/"
TODAY = date(2015, 12, 2)
# Mails to login A of the first holder, by their numbers.
SENT, FAILED, WAITS = 1, 3, 6


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
    world.go_to(TODAY)
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


@dataclass(frozen=True, slots=True)
class Scene:
    """A page as somebody meets it: who, where, and what they did there. No `login`: nobody is signed in."""

    name: str
    login: str
    address: str
    act: Callable[[Page], None] | None = None
    status: int = 200


def _send(**written: str) -> Callable[[Page], None]:
    """Write into fields and send the form."""

    def act(page: Page) -> None:
        for name, value in written.items():
            field = page.locator(f"main [name={name}]")
            if field.first.get_attribute("type") == "radio":
                page.locator(f"main [name={name}][value={value}]").check()
            else:
                field.fill(value)
        page.locator("main form:not(.filters) button").first.click()
        page.wait_for_load_state()

    return act


def _send_step(step: str, **written: str) -> Callable[[Page], None]:
    """Write into fields and send the form by one of its several buttons."""

    def act(page: Page) -> None:
        for name, value in written.items():
            page.locator(f"main [name='{name}']").fill(value)
        page.locator(f"main button[name=step][value='{step}']").last.click()
        page.wait_for_load_state()

    return act


def _send_and_confirm(**written: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        _send(**written)(page)
        confirm_as(page, page.locator(".who .code").inner_text().split()[-1])
        page.locator("button[value=perform]").click()
        page.wait_for_url("**/records/**")

    return act


def _follow(selector: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state()

    return act


def _then(*acts: Callable[[Page], None]) -> Callable[[Page], None]:
    """One act after the other."""

    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def _open(selector: str) -> Callable[[Page], None]:
    """Go where a link leads."""

    def act(page: Page) -> None:
        page.goto(page.locator(selector).first.get_attribute("href") or "")

    return act


def _to(below: str) -> Callable[[Page], None]:
    """To an address below this one."""

    def act(page: Page) -> None:
        page.goto(f"{page.url}{below}")

    return act


def _confirm_first(page: Page) -> None:
    """Say who it is, and come back to the page."""
    page.locator("[name=password]").fill(site.password_of(page.locator(".who .code").inner_text().split()[-1]))
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()


def _confirm_and_send_nothing(page: Page) -> None:
    if page.locator("[name=password]").count():
        _confirm_first(page)
    _send()(page)


def _send_question(number: str) -> Callable[[Page], None]:
    """Ask for a serial number."""

    def act(page: Page) -> None:
        page.locator("main [name=number]").fill(number)
        page.locator("main form.filters button").click()
        page.wait_for_load_state()

    return act


SCENES = (
    Scene("first-page", "", "/"),
    Scene("registration", "", f"/registration/{SCHEME}/"),
    Scene("registration-form", "", f"/registration/{SCHEME}/draft/"),
    Scene(
        "registration-wrong", "", f"/registration/{SCHEME}/draft/", _send_step("check", contact_reading="カンキョウ")
    ),
    Scene("registration-more", "", f"/registration/{SCHEME}/draft/", _send_step("add:site")),
    Scene("registration-submitted", "", f"/registration/{SCHEME}/submitted/"),
    Scene("registration-returned", "", f"/registration/{SCHEME}/returned/"),
    Scene("registration-refused", "", f"/registration/{SCHEME}/refused/"),
    Scene("registration-accepted", "", f"/registration/{SCHEME}/accepted/"),
    Scene("front", "", f"/site/{SCHEME}/"),
    Scene("front-signed-in", "saver-A", f"/site/{SCHEME}/"),
    Scene("notices", "", f"{SITE}notices/"),
    Scene("notice", "", f"{SITE}notices/1/"),
    Scene("notice-for-others", "", f"{SITE}notices/2/", status=404),
    Scene("notice-for-holders", "saver-A", f"{SITE}notices/2/"),
    Scene("answers", "", f"{SITE}answers/"),
    Scene("answers-found", "", f"{SITE}answers/?q=form"),
    Scene("answers-none", "", f"{SITE}answers/?q=zebra&phase=2"),
    Scene("documents", "", f"{SITE}documents/"),
    Scene("documents-none", "", f"{SITE}documents/?phase=1&kind=forms"),
    Scene("ask", "", f"{SITE}ask/"),
    Scene("ask-nothing", "", f"{SITE}ask/", _send()),
    Scene("ask-signed-in", "saver-A", f"{SITE}ask/"),
    Scene("question-waiting", "", f"{SITE}questions/{'0' * 43}/"),
    Scene("question-answered", "", f"{SITE}questions/{'1' * 43}/"),
    Scene("publications", "admin-1", f"{HOME}publications/"),
    Scene("publish-notice", "admin-1", f"{HOME}publications/notices/new/"),
    Scene("publish-notice-nothing", "admin-1", f"{HOME}publications/notices/new/", _send()),
    Scene(
        "publish-notice-confirm",
        "admin-1",
        f"{HOME}publications/notices/new/",
        _send(title_ja="休業", title_en="Closed", body_ja="年末年始", body_en="New year", first_day="2015-12-28"),
    ),
    Scene("change-notice", "admin-1", f"{HOME}publications/notices/1/"),
    Scene("withdraw-notice", "admin-1", f"{HOME}publications/notices/1/withdraw/"),
    Scene("publish-answer", "admin-1", f"{HOME}publications/answers/new/?question=2"),
    Scene("change-answer", "admin-1", f"{HOME}publications/answers/1/"),
    Scene("withdraw-answer", "admin-1", f"{HOME}publications/answers/1/withdraw/"),
    Scene("publish-document", "admin-1", f"{HOME}publications/documents/new/"),
    Scene("change-document", "admin-1", f"{HOME}publications/documents/1/"),
    Scene("withdraw-document", "admin-1", f"{HOME}publications/documents/1/withdraw/"),
    Scene("questions", "admin-1", f"{HOME}questions/"),
    Scene("questions-all", "admin-1", f"{HOME}questions/?show=all"),
    Scene("answer-question", "admin-1", f"{HOME}questions/1/"),
    Scene("answer-question-answered", "admin-1", f"{HOME}questions/2/"),
    Scene("manual", "", "/manual/"),
    Scene("manual-chapter", "", "/manual/holder/"),
    Scene("accessibility", "", "/accessibility/"),
    Scene("privacy", "", "/personal-data/"),
    Scene("sign-in", "", "/sign-in/"),
    Scene("sign-in-wrong", "", "/sign-in/", _send(username="nobody", password="nothing")),  # noqa: S106
    Scene("own-login", "buyer-B", "/own-login/"),
    Scene("own-password", "buyer-A", "/own-login/password/"),
    Scene(
        "own-password-weak",
        "buyer-A",
        "/own-login/password/",
        _send(oldpassword="x", password1="password", password2="passwort"),
    ),
    Scene("set-up-app", "buyer-A", "/own-login/app/"),
    Scene("set-up-app-wrong", "buyer-A", "/own-login/app/", _send(code="123456")),
    Scene("add-passkey", "buyer-A", "/own-login/passkeys/add/"),
    Scene("sessions", "buyer-A", "/own-login/sessions/"),
    Scene("confirm-by-password", "buyer-A", "/confirm/?next=/own-login/"),
    Scene("logins", "admin-1", f"{HOME}logins/"),
    Scene("logins-none", "admin-1", f"{HOME}logins/?name=nobody"),
    Scene("sign-in-attempts", "admin-1", f"{HOME}logins/attempts/"),
    Scene("sign-in-attempts-none", "admin-1", f"{HOME}logins/attempts/?name=nobody"),
    Scene(
        "release-login", "admin-1", f"{HOME}logins/attempts/verifier-of-saver-A/release/", _send(reason="本人から連絡")
    ),
    Scene("issue-login", "admin-1", f"{HOME}logins/trader/A/issue/"),
    Scene("reissue-login", "admin-1", f"{HOME}logins/late/A/reissue/", _send(reason="紛失のため")),
    Scene("deactivate-login", "admin-1", f"{HOME}logins/late/B/deactivate/", _send(reason="担当者の退職")),
    Scene("activate-login", "admin-1", f"{HOME}logins/late/B/activate/"),
    Scene("password-of-b", "buyer-A", f"{HOME}passwords/B/", _confirm_first),
    Scene("password-of-b-nothing", "buyer-A", f"{HOME}passwords/B/", _confirm_and_send_nothing),
    Scene("first-password", "new-A", "/own-login/first-password/"),
    Scene("second-step", "", "/sign-in/", _send(username="guarded-A", password=site.password_of("guarded-A"))),
    Scene("own-login-guarded", "guarded-A", "/own-login/"),
    Scene("recovery-codes", "guarded-A", "/own-login/recovery-codes/"),
    Scene("recovery-codes-new", "guarded-A", "/own-login/recovery-codes/new/"),
    Scene("remove-app", "guarded-A", "/own-login/app/remove/"),
    Scene("remove-passkey", "guarded-A", "/own-login/", _open("a[href*=passkeys][href$='remove/']")),
    Scene("confirm-by-code", "guarded-A", "/confirm/code/?next=/own-login/"),
    Scene("confirm-by-passkey", "guarded-A", "/confirm/passkey/?next=/own-login/"),
    Scene("rules", "", f"{HOME}rules/?q=transfer"),
    Scene("rules-no-day", "", f"{HOME}rules/?q=deadline&on=x"),
    Scene("rules-list", "", "/rules/"),
    Scene("holder-home", "buyer-A", HOME),
    Scene("holder-home-met", "saver-A", HOME),
    Scene("holder-home-blank", "late-A", HOME),
    Scene("holder-home-next-phase", "following-A", HOME),
    Scene("holder-reports", "saver-A", f"{HOME}reports/"),
    Scene("report-approved", "saver-A", f"{HOME}reports/saver/target/"),
    Scene("report-returned", "following-A", f"{HOME}reports/following/target/"),
    Scene("report-register", "following-A", f"{HOME}reports/following/target/register/"),
    Scene("report-register-nothing", "following-A", f"{HOME}reports/following/target/register/", _send()),
    Scene("report-request-verification", "following-A", f"{HOME}reports/following/target/request-verification/"),
    Scene("report-withdraw", "following-A", f"{HOME}reports/following/adjustment/withdraw/"),
    Scene("report-request-return", "late-A", f"{HOME}reports/late/base/request-return/"),
    Scene("balance", "saver-A", f"{HOME}accounts/AST-1001/"),
    Scene("statement", "saver-A", f"{HOME}accounts/AST-1001/statement/?first=2014-04-01&last=2015-12-02"),
    Scene("statement-no-period", "saver-A", f"{HOME}accounts/AST-1001/statement/?first=x&last=2014-04-01", status=422),
    Scene("statement-nothing", "trader-A", f"{HOME}accounts/AST-1003/statement/?first=2013-04-01&last=2013-04-01"),
    Scene("serials", "saver-A", f"{HOME}serials/"),
    Scene("serial-own-hops", "saver-A", f"{HOME}serials/", _send_question("900")),
    Scene("serial-not-seen", "saver-A", f"{HOME}serials/", _send_question("987654")),
    Scene("transfer", "following-A", f"{HOME}accounts/AST-1005/transfer/"),
    Scene("transfer-unreadable", "saver-A", f"{HOME}accounts/AST-1001/transfer/", _send(to="AST-1005", quantity_t="x")),
    Scene("transfer-refused", "saver-A", f"{HOME}accounts/AST-1001/transfer/", _send(to="AST-1", quantity_t="1.5")),
    Scene("surrender", "buyer-A", f"{HOME}accounts/AST-1004/surrender/"),
    Scene("surrender-refused", "buyer-A", f"{HOME}accounts/AST-1004/surrender/", _send(quantity_t="1500")),
    Scene("cancel", "saver-A", f"{HOME}accounts/AST-1001/cancel/"),
    Scene(
        "cancel-confirm",
        "saver-A",
        f"{HOME}accounts/AST-1001/cancel/",
        _send(quantity_t="100", purpose="offset", statement="本社ビルのため"),
    ),
    Scene(
        "cancel-done",
        "saver-A",
        f"{HOME}accounts/AST-1001/cancel/",
        _send_and_confirm(quantity_t="1", purpose="voluntary"),
    ),
    Scene("applications-own", "following-A", f"{HOME}applications/"),
    Scene("application", "following-A", f"{HOME}applications/1/"),
    Scene("application-refused", "trader-A", f"{HOME}applications/2/"),
    Scene("apply-for-units", "following-A", f"{HOME}accounts/AST-1005/apply-for-units/jVER/"),
    Scene("apply-for-units-in-full", "saver-A", f"{HOME}accounts/AST-1001/apply-for-units/jCER/"),
    Scene("apply-for-units-nothing", "saver-A", f"{HOME}accounts/AST-1001/apply-for-units/jCER/", _send()),
    Scene("application-withdraw", "following-A", f"{HOME}applications/1/withdraw/"),
    Scene("contact", "saver-A", f"{HOME}contacts/of/saver/"),
    Scene("contact-nothing-yet", "late-A", f"{HOME}contacts/of/late/"),
    Scene("contact-waits", "buyer-A", f"{HOME}contacts/of/buyer/"),
    Scene("contact-of-a-verifier", "verifier-A", f"{HOME}contacts/of/verifier/"),
    Scene("contact-change-form", "saver-A", f"{HOME}contacts/of/saver/change/"),
    Scene(
        "contact-change-faults", "saver-A", f"{HOME}contacts/of/saver/change/", _send(person="", mail_A="x@y.example")
    ),
    Scene("contact-change-confirm", "saver-A", f"{HOME}contacts/of/saver/change/", _send(title="課長", fax="")),
    Scene("contact-change-own", "buyer-A", f"{HOME}contact-changes/6/"),
    Scene("contact-change-refused", "buyer-A", f"{HOME}contact-changes/5/"),
    Scene("contact-change-withdraw", "buyer-A", f"{HOME}contact-changes/6/withdraw/"),
    Scene("contact-list", "saver-A", f"{HOME}contacts/"),
    Scene("contact-list-not-on-it", "buyer-A", f"{HOME}contacts/"),
    Scene("contact-list-join", "buyer-A", f"{HOME}contacts/join/"),
    Scene("contact-list-leave", "trader-A", f"{HOME}contacts/leave/"),
    Scene("letters-own", "saver-A", f"{HOME}letters/"),
    Scene("letters-none", "trader-A", f"{HOME}letters/"),
    Scene("letters-emissions", "saver-B", f"{HOME}letters/"),
    Scene("letter", "saver-A", f"{HOME}letters/?kind=compliance_certificate", _follow("main tbody th a")),
    Scene("company-changes", "buyer-A", f"{HOME}company-changes/"),
    Scene("company-changes-none", "late-A", f"{HOME}company-changes/"),
    Scene("company-change", "buyer-A", f"{HOME}company-changes/1/"),
    Scene("company-change-announce", "late-A", f"{HOME}company-changes/of/late/"),
    Scene("company-change-faults", "late-A", f"{HOME}company-changes/of/late/", _send(name="", name_kana="")),
    Scene("company-change-withdraw", "buyer-A", f"{HOME}company-changes/1/withdraw/"),
    Scene("objections", "buyer-A", f"{HOME}objections/"),
    Scene("objections-none", "saver-A", f"{HOME}objections/"),
    Scene("objections-of-login-b", "buyer-B", f"{HOME}objections/"),
    Scene("objection", "buyer-A", f"{HOME}objections/1/"),
    Scene("objection-write", "buyer-A", f"{HOME}objections/1/write/"),
    Scene("objection-write-nothing", "buyer-A", f"{HOME}objections/1/write/", _send(text="")),
    Scene("objection-withdraw", "buyer-A", f"{HOME}objections/1/withdraw/"),
    Scene("schedule", "saver-A", f"{HOME}schedule/"),
    Scene("schedule-trader", "trader-A", f"{HOME}schedule/?phase=2"),
    Scene("banking-confirm", "saver-A", f"{HOME}accounts/AST-1001/apply-for-banking/"),
    Scene("holder-records", "saver-A", f"{HOME}records/"),
    Scene("not-found", "saver-A", f"{HOME}accounts/AST-1004/", status=404),
    Scene("forbidden", "saver-A", f"{HOME}participants/", status=403),
    Scene("emissions-home", "buyer-B", HOME),
    Scene("emissions-records", "buyer-B", f"{HOME}records/"),
    Scene("trader-home", "trader-A", HOME),
    Scene("verifier-home", "verifier-A", HOME),
    Scene("verifier-reports", "verifier-A", f"{HOME}reports/"),
    Scene("verification", "verifier-A", f"{HOME}reports/late/base/file-verification/"),
    Scene(
        "verification-confirm",
        "verifier-A",
        f"{HOME}reports/late/base/file-verification/",
        _send(emissions_t="4321", opinion="unqualified", assurance="reasonable"),
    ),
    Scene("verification-half", "verifier-A", f"{HOME}reports/late/base/file-verification/", _send(finding_0="x")),
    Scene("compare-versions", "following-A", f"{HOME}reports/following/adjustment/compare/"),
    Scene("report-in-review", "late-A", f"{HOME}reports/late/target/"),
    Scene("report-corrected", "following-A", f"{HOME}reports/following/base/"),
    Scene("review", "verifier-A", f"{HOME}reports/late/target/review/"),
    Scene("assign-verifier", "admin-1", f"{HOME}reports/late/base/assign-verifier/"),
    Scene("request-correction", "saver-A", f"{HOME}reports/saver/target/request-correction/"),
    Scene("open-correction", "admin-1", f"{HOME}reports/saver/target/open-correction/", _send(reason="計量器の誤り")),
    Scene("verifier-return", "verifier-A", f"{HOME}reports/late/base/return/"),
    Scene("verifier-request-approval", "verifier-A", f"{HOME}reports/late/base/request-approval/"),
    Scene("administrator-home", "admin-1", HOME),
    Scene("administrator-reports", "admin-1", f"{HOME}reports/?state=approval_requested"),
    Scene("administrator-reports-none", "admin-1", f"{HOME}reports/?name=nobody"),
    Scene("approve-report", "admin-1", f"{HOME}reports/late/target/approve/"),
    Scene("receive-report", "admin-1", f"{HOME}reports/following/adjustment/receive/"),
    Scene("results", "admin-1", f"{HOME}results/"),
    Scene("published-results", "", f"/results/{SCHEME}/"),
    Scene("permit-transfer-kind", "admin-1", f"{HOME}accounts/AST-1001/permit-transfer/"),
    Scene("record-transfer-kind", "admin-1", f"{HOME}postings/3/kind/"),
    Scene("attach", "following-A", f"{HOME}reports/following/target/attach/"),
    Scene("review-queue", "admin-1", f"{HOME}review/"),
    Scene("participants", "admin-1", f"{HOME}participants/"),
    Scene("issue-choice", "admin-1", f"{HOME}accounts/AST-1005/issue/"),
    Scene("issue-derived", "admin-2", f"{HOME}accounts/AST-1005/issue/JAA-3/"),
    Scene("issue-on-evidence", "admin-1", f"{HOME}accounts/AST-1003/issue/jVER/"),
    Scene("issue-on-evidence-nothing", "admin-1", f"{HOME}accounts/AST-1003/issue/jVER/", _send()),
    Scene("proposals-own", "admin-1", f"{HOME}proposals/"),
    Scene("proposals", "admin-2", f"{HOME}proposals/"),
    Scene("proposal-approve", "admin-2", f"{HOME}proposals/", _follow("main td a.button")),
    Scene("proposal-record", "admin-1", f"{HOME}proposals/", _follow("main tbody a")),
    Scene("banking", "admin-1", f"{HOME}banking/"),
    Scene("banking-approve", "admin-1", f"{HOME}accounts/AST-1003/approve-banking/"),
    Scene("ledger-check", "admin-1", f"{HOME}ledger-check/"),
    Scene("messages", "saver-A", f"{HOME}messages/"),
    Scene("messages-none-fits", "saver-A", f"{HOME}messages/?q=nothing+like+this"),
    Scene("messages-login-b", "saver-B", f"{HOME}messages/"),
    Scene("messages-empty", "admin-2", f"{HOME}messages/"),
    Scene("message", "saver-A", f"{HOME}messages/{SENT}/"),
    Scene("mails", "admin-1", f"{HOME}mails/"),
    Scene("mails-failed", "admin-1", f"{HOME}mails/?state=failed"),
    Scene("mail", "admin-1", f"{HOME}mails/{SENT}/"),
    Scene("mail-failed", "admin-1", f"{HOME}mails/{FAILED}/"),
    Scene("mail-waiting", "admin-1", f"{HOME}mails/{WAITS}/"),
    Scene("mail-send-again", "admin-1", f"{HOME}mails/{FAILED}/send-again/"),
    Scene("applications", "admin-1", f"{HOME}applications/"),
    Scene("applications-none", "admin-1", f"{HOME}applications/?state=issued"),
    Scene("application-desk", "admin-1", f"{HOME}applications/1/"),
    Scene("application-issue", "admin-1", f"{HOME}applications/1/issue/"),
    Scene("application-refuse", "admin-1", f"{HOME}applications/1/refuse/"),
    Scene("contact-list-administrator", "admin-1", f"{HOME}contacts/?order=organisation"),
    Scene("contact-list-nobody", "admin-1", f"{HOME}contacts/?q=nobody"),
    Scene("contact-administrator", "admin-1", f"{HOME}contacts/of/buyer/"),
    Scene("contact-changes", "admin-1", f"{HOME}contact-changes/"),
    Scene("contact-changes-none", "admin-1", f"{HOME}contact-changes/?state=withdrawn"),
    Scene("contact-change", "admin-1", f"{HOME}contact-changes/6/"),
    Scene("contact-change-accept", "admin-1", f"{HOME}contact-changes/6/accept/"),
    Scene("contact-change-refuse", "admin-1", f"{HOME}contact-changes/6/refuse/"),
    Scene("letters", "admin-1", f"{HOME}letters/"),
    Scene("letters-post", "admin-1", f"{HOME}letters/post/"),
    Scene("letters-post-confirm", "admin-1", f"{HOME}letters/post/?kind=issue_notice", _send()),
    Scene("letter-withdrawn", "admin-1", f"{HOME}letters/?state=withdrawn", _follow("main tbody th a")),
    Scene("letter-withdraw", "admin-1", f"{HOME}letters/", _then(_follow("main tbody th a"), _to("withdraw/"))),
    Scene("check", "", "/check/"),
    Scene("check-unreadable", "", "/check/", _send(code="？")),
    Scene("check-unknown", "", "/check/00000000000000000000/", status=404),
    Scene("checked", "admin-1", f"{HOME}letters/", _then(_follow("main tbody th a"), _follow("main dl.facts a"))),
    Scene(
        "checked-withdrawn",
        "admin-1",
        f"{HOME}letters/?state=withdrawn",
        _then(_follow("main tbody th a"), _follow("main dl.facts a")),
    ),
    Scene("company-changes-administrator", "admin-1", f"{HOME}company-changes/"),
    Scene("company-change-arrived", "admin-1", f"{HOME}company-changes/2/"),
    Scene("company-change-paper", "admin-1", f"{HOME}company-changes/1/paper/"),
    Scene("company-change-accept", "admin-1", f"{HOME}company-changes/2/accept/"),
    Scene("company-change-refuse", "admin-1", f"{HOME}company-changes/1/refuse/"),
    Scene("objections-administrator", "admin-1", f"{HOME}objections/"),
    Scene("objection-administrator", "admin-1", f"{HOME}objections/1/"),
    Scene("objection-decide", "admin-1", f"{HOME}objections/1/decide/"),
    Scene("objection-decide-nothing", "admin-1", f"{HOME}objections/1/decide/", _send(reason="")),
    Scene("schedule-administrator", "admin-1", f"{HOME}schedule/?phase=2"),
    Scene("schedule-verifier", "verifier-A", f"{HOME}schedule/"),
    Scene("calendar", "admin-1", f"{HOME}calendar/"),
    Scene("calendar-back", "admin-1", f"{HOME}calendar/", _send(day="2015-01-01")),
    Scene("calendar-confirm", "admin-1", f"{HOME}calendar/", _send(day="2016-01-04")),
    Scene("parameters", "admin-1", f"{HOME}parameters/"),
    Scene("override", "admin-1", f"{HOME}parameters/bank_window/override/"),
    Scene("override-yes-or-no", "admin-1", f"{HOME}parameters/reserve_stops_cancel/override/"),
    Scene(
        "override-refused",
        "admin-1",
        f"{HOME}parameters/bank_window/override/",
        _send(value="12-01", from_day="2015-12-01", reason="x"),
    ),
    Scene(
        "override-confirm",
        "admin-1",
        f"{HOME}parameters/surrender_deadline/override/",
        _send(value="11-15", from_day="2016-01-04", reason="検証の遅れのため"),
    ),
    Scene("withdraw-override", "admin-1", f"{HOME}parameters/bank_window/withdraw/"),
    Scene("withdraw-confirm", "admin-1", f"{HOME}parameters/bank_window/withdraw/", _send(reason="予定どおりに戻す")),
    Scene("registrations", "admin-1", f"{HOME}registrations/?state="),
    Scene("registrations-none", "admin-1", f"{HOME}registrations/?kind=verifier"),
    Scene("registration-desk", "admin-1", f"{HOME}registrations/1/"),
    Scene("registration-desk-refused", "admin-1", f"{HOME}registrations/3/"),
    Scene("registration-desk-accepted", "admin-1", f"{HOME}registrations/4/"),
    Scene("record-paper", "admin-1", f"{HOME}registrations/1/papers/consent/"),
    Scene("record-paper-wrong", "admin-1", f"{HOME}registrations/1/papers/consent/", _send(check_code="AAAA-BBBB")),
    Scene("return-registration", "admin-1", f"{HOME}registrations/1/return/", _send(reason="部署が空欄です。")),
    Scene("refuse-registration", "admin-1", f"{HOME}registrations/1/refuse/"),
    Scene("accept-registration", "admin-1", f"{HOME}registrations/1/accept/", _send()),
    Scene("adoption-lists", "admin-1", f"{HOME}adoption-lists/?phase=4"),
    Scene("load-adoption-list", "admin-1", f"{HOME}adoption-lists/load/", _send()),
    Scene("serial", "admin-1", f"{HOME}serials/", _send_question("900")),
    Scene("serial-unreadable", "admin-1", f"{HOME}serials/", _send_question("1,000")),
    Scene("statement-reserved", "admin-1", f"{HOME}accounts/AST-0/statement/?first=2014-04-01&last=2015-12-02"),
    Scene("account-frozen", "late-A", f"{HOME}accounts/AST-1002/"),
    Scene("account-frozen-administrator", "admin-1", f"{HOME}accounts/AST-1002/"),
    Scene("as-of", "saver-A", f"{HOME}accounts/AST-1001/as-of/?on=2014-06-01"),
    Scene("as-of-unreadable", "saver-A", f"{HOME}accounts/AST-1001/as-of/?on=x", status=422),
    Scene("as-of-unknown", "admin-1", f"{HOME}accounts/AST-1001/as-of/?on=2014-06-01&known=2001-01-01T09:00"),
    Scene("freeze", "admin-1", f"{HOME}accounts/AST-1001/freeze/"),
    Scene("freeze-nothing", "admin-1", f"{HOME}accounts/AST-1001/freeze/", _send()),
    Scene("freeze-refused", "admin-1", f"{HOME}accounts/AST-1001/freeze/", _send(reason="x", until="2015-12-02")),
    Scene("freeze-confirm", "admin-1", f"{HOME}accounts/AST-1001/freeze/", _send(reason="差押え", until="2016-02-01")),
    Scene("unfreeze", "admin-1", f"{HOME}accounts/AST-1002/unfreeze/"),
    Scene("guarded-home", "works-B", GUARDED),
    Scene("guarded-balance", "works-A", f"{GUARDED}accounts/UR-1001/"),
    Scene("guarded-transfer", "works-A", f"{GUARDED}accounts/UR-1001/transfer/", _send(to="UR-1003", quantity_t="100")),
    Scene("trusted-accounts", "works-A", f"{GUARDED}accounts/UR-1001/trusted/"),
    Scene("trusted-accounts-none", "steel-A", f"{GUARDED}accounts/UR-1002/trusted/"),
    Scene("trust-account", "works-A", f"{GUARDED}accounts/UR-1001/trusted/add/"),
    Scene("trust-account-refused", "works-A", f"{GUARDED}accounts/UR-1001/trusted/add/", _send(trusted="UR-1002")),
    Scene("trust-account-confirm", "works-A", f"{GUARDED}accounts/UR-1001/trusted/add/", _send(trusted="UR-1003")),
    Scene("distrust-account", "works-A", f"{GUARDED}accounts/UR-1001/trusted/UR-1002/remove/"),
    Scene("waiting-transfers", "works-A", f"{GUARDED}waiting/"),
    Scene("waiting-transfers-none", "steel-A", f"{GUARDED}waiting/"),
    Scene("waiting-transfers-of-all", "admin-1", f"{GUARDED}waiting/"),
    Scene("abort-transfer", "works-A", f"{GUARDED}waiting/1/abort/"),
    Scene("abort-transfer-confirm", "works-A", f"{GUARDED}waiting/1/abort/", _send(reason="心当たりがない")),
    Scene("own-proposals", "works-B", f"{GUARDED}proposals/"),
    Scene("approve-own-proposal", "works-B", f"{GUARDED}proposals/", _follow("main table .button")),
    Scene("reverse", "admin-1", f"{HOME}postings/3/reverse/"),
    Scene("reverse-confirm", "admin-1", f"{HOME}postings/3/reverse/", _send(reason="相手を誤った")),
    Scene("records", "admin-1", f"{HOME}records/"),
    Scene("looks", "admin-1", f"{HOME}records/looks/"),
    Scene("changes", "admin-1", f"{HOME}records/changes/"),
    Scene("looks-none", "admin-1", f"{HOME}records/looks/?participant=nobody"),
    Scene("looks-own", "saver-A", f"{HOME}records/looks/"),
    Scene("record-refused", "admin-1", f"{HOME}records/?status=refused", _follow("main tbody a")),
)


def open_scene(page: Page, scene: Scene) -> None:
    """Go there and do it; raises AssertionError where the page answers otherwise."""
    response = page.goto(scene.address)
    assert response is not None
    assert response.status == scene.status, f"{scene.name}: {response.status}"
    if scene.act is not None:
        scene.act(page)
    page.wait_for_load_state()
