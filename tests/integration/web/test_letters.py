"""Letters on the pages: who sees which, their files, posting and withdrawing, and the check that anyone may make."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tanso.acts import perform
from tanso.interfaces.exports.letter import grouped, letters_pdf
from tanso.interfaces.letter_files import for_post, hand_out
from tanso.interfaces.web.forms.letters import LARGEST_FILE_BYTES
from tanso.notices.models import Letter, LetterPrint, LetterStep
from tanso.parties.contacts import ContactData, keep
from tanso.parties.models import Login
from tests.integration.web.conftest import SignIn
from tests.support.stories import Once
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

HOME = "/schemes/asset/"
LIST = f"{HOME}letters/"


def _lived(world: World) -> None:
    """abc with letters of emissions and of allowances; xyz with one of its own."""
    account = world.holder_with_units("abc")
    said = {"purpose": "offset", "statement": "第3回環境まつりの分"}
    assert world.do("cancel", login("abc"), account=account, unit="JAA/2", quantity_t=10, **said).ok
    world.holder("xyz")
    world.approve_emissions("xyz", "base", 500)


@pytest.fixture
def lived(world: World, once: Once) -> World:
    return once(_lived, world)


def letter(kind: str, key: str = "abc") -> Letter:
    return Letter.objects.get(kind=kind, participant__key=key)


def page_of(row: Letter) -> str:
    return f"{LIST}{row.pk}/"


def check_of(row: Letter) -> str:
    return f"/check/{row.code}/"


def visitor() -> Client:
    return Client(headers={"host": "localhost", "accept-language": "ja"})


# --- who sees what ----------------------------------------------------------------------------------------------------


def test_login_a_sees_all_letters_of_its_own_and_none_of_another(lived: World, sign_in: SignIn) -> None:
    page = sign_in("abc-A").get(LIST).content.decode()

    for kind in ("base_result", "issue_notice", "offset_certificate"):
        assert letter(kind).reference in page
    assert letter("base_result", "xyz").reference not in page


def test_login_b_sees_the_letters_about_emissions_alone(lived: World, sign_in: SignIn) -> None:
    client = sign_in("abc-B")

    page = client.get(LIST).content.decode()

    assert letter("base_result").reference in page
    assert letter("issue_notice").reference not in page
    for row in (letter("issue_notice"), letter("offset_certificate"), letter("base_result", "xyz")):
        assert client.get(page_of(row)).status_code == 404
        assert client.get(f"{page_of(row)}file/").status_code == 404


def test_no_page_for_login_b_shows_an_allowance_figure(lived: World, sign_in: SignIn) -> None:
    page = sign_in("abc-B").get(page_of(letter("base_result"))).content.decode()

    assert "10,000" in page
    assert "9,000" not in page
    assert "AST-" not in page


def test_the_administrator_sees_all_by_kind_and_state(lived: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")

    results = client.get(LIST, {"kind": "base_result"}).content.decode()

    assert letter("base_result").reference in results
    assert letter("base_result", "xyz").reference in results
    assert letter("issue_notice").reference not in results
    assert "該当する文書はありません" in client.get(LIST, {"state": "posted"}).content.decode()
    assert client.get(LIST, {"kind": "nonsense", "state": "nonsense", "page": "x"}).status_code == 200


def test_a_scheme_without_letters_has_no_place_for_them(lived: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")

    assert f'href="{LIST}"' in client.get(HOME).content.decode()
    assert "/letters/" not in client.get("/schemes/jvets/").content.decode()
    assert client.get("/schemes/jvets/letters/post/").status_code == 404


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_the_same_each_time_and_its_hash_is_kept_once(lived: World, sign_in: SignIn) -> None:
    row = letter("offset_certificate")
    client = sign_in("abc-A")

    first, second = (client.get(f"{page_of(row)}file/") for _ in range(2))

    assert first["Content-Type"] == "application/pdf"
    assert first["Cache-Control"] == "private, no-store"
    assert first.content == second.content
    (kept,) = LetterPrint.objects.filter(letter=row)
    assert kept.sha256 == hashlib.sha256(first.content).hexdigest()
    assert kept.sha256 in client.get(page_of(row)).content.decode()


def test_each_language_has_its_own_file(lived: World, sign_in: SignIn) -> None:
    row = letter("offset_certificate")
    client = sign_in("abc-A")

    files = {language: client.get(f"{page_of(row)}file/", {"language": language}).content for language in ("ja", "en")}

    assert files["ja"] != files["en"]
    assert LetterPrint.objects.filter(letter=row).count() == 2


def test_a_file_that_is_set_otherwise_today_is_said_to_be_so(lived: World, sign_in: SignIn) -> None:
    row = letter("offset_certificate")
    LetterPrint.objects.create(letter=row, language="ja", sha256="0" * 64, size_bytes=1, set_by="typst 0.1")
    client = sign_in("abc-A")

    page = client.get(page_of(row)).content.decode()

    assert "原本と異なるデータになります" in page
    assert "typst 0.1" in page
    client.get(f"{page_of(row)}file/", {"language": "ja"})
    assert LetterPrint.objects.filter(letter=row).count() == 2


def test_the_administrator_prints_what_is_asked_for_as_one_file(lived: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")

    file = client.get(f"{LIST}file/", {"kind": "base_result", "part": "1"})

    rows = list(Letter.objects.filter(kind="base_result").order_by("id"))
    assert len(rows) == 2
    assert file.content == letters_pdf(rows, "ja", {})
    for part in ("0", "2", "-1", "x", "9" * 50):
        assert client.get(f"{LIST}file/", {"part": part}).status_code == 404
    assert sign_in("abc-A").get(f"{LIST}file/").status_code == 403


# --- letters about logins --------------------------------------------------------------------------------------------


def first_letter(lived: World) -> Letter:
    """The notice of registration of xyz, whose login A has its first password by letter."""
    assert lived.do("issue_login", ADMINISTRATOR, participant="xyz", login="xyz-A").ok
    return letter("registration_notice", "xyz")


def test_the_first_password_stands_in_no_row_of_a_letter(lived: World) -> None:
    row = first_letter(lived)
    post = for_post(row, "ja")

    assert post is not None
    ((login_id, password),) = post.secrets
    assert login_id == "xyz-A"
    assert Login.objects.get(login="xyz-A").check_password(password)
    assert password not in str(Letter.objects.values())
    assert row.content["rows"][0]["value"]["ja"] == "xyz-A"


def test_only_the_administrator_prints_it_with_the_password_and_only_until_its_use(
    lived: World, sign_in: SignIn
) -> None:
    row = first_letter(lived)
    client = sign_in("admin-1")
    address = f"{page_of(row)}for-post/"

    first, second = client.get(address), client.get(address)

    assert first.content == second.content
    assert address in client.get(page_of(row)).content.decode()
    assert client.get(f"{page_of(row)}file/").content != first.content
    assert sign_in("abc-A").get(address).status_code == 403
    assert sorted(LetterPrint.objects.filter(letter=row).values_list("with_credentials", flat=True)) == [False, True]
    Login.objects.filter(login="xyz-A").update(must_change_password=False)
    assert client.get(address).status_code == 404
    assert address not in client.get(page_of(row)).content.decode()


def test_what_is_printed_for_the_post_is_known_to_the_check_page(lived: World, sign_in: SignIn) -> None:
    row = first_letter(lived)
    content = sign_in("admin-1").get(f"{page_of(row)}for-post/").content

    page = visitor().post(check_of(row), {"file": SimpleUploadedFile("a.pdf", content)}).content.decode()

    assert "改変されていません" in page
    assert "XYZ" not in page


def test_the_paper_for_the_post_is_addressed_to_the_contact_person(lived: World) -> None:
    row = first_letter(lived)
    contact = ContactData(
        company="XYZ株式会社",
        department="環境部",
        title="部長",
        person="環境太郎",
        postcode="100-8916",
        address="東京都千代田区霞が関1-2-2",
    )
    keep(participant=row.participant, contact=contact, mails={}, day=lived.today, act_id=row.act_id)

    post = for_post(row, "ja")

    assert post is not None
    assert post.addressee == (
        "〒100-8916",
        "東京都千代田区霞が関1-2-2",
        "XYZ株式会社",
        "環境部 部長",
        "環境太郎\u3000様",
    )


def test_login_b_never_sees_a_letter_about_logins(lived: World, sign_in: SignIn) -> None:
    assert lived.do("issue_login", ADMINISTRATOR, participant="abc", login="abc-B").ok
    row = letter("registration_notice")
    Login.objects.filter(login="abc-B").update(must_change_password=False)

    assert sign_in("abc-B").get(page_of(row)).status_code == 404
    assert sign_in("abc-A").get(page_of(row)).status_code == 200


def test_a_letter_with_a_new_password_takes_the_place_of_the_earlier_one(lived: World) -> None:
    row = first_letter(lived)
    arguments = {"participant": "xyz", "login": "xyz-A", "reason": "電話での本人確認による"}
    first = perform(lived.act("reissue_login", ADMINISTRATOR, arguments))
    assert perform(lived.act("reissue_login", SECOND_ADMINISTRATOR, arguments, proposal=first.act_id)).ok

    later = letter("login_notice", "xyz")

    assert later.content["earlier"] == row.reference
    assert for_post(row, "ja") is None
    assert for_post(later, "ja") is not None
    assert "後の文書に代わっています" in visitor().get(check_of(row)).content.decode()


# --- posting and withdrawing -----------------------------------------------------------------------------------------


def test_posting_is_recorded_for_those_that_are_chosen(lived: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")
    chosen = [letter("base_result").reference, letter("base_result", "xyz").reference]
    address = f"{LIST}post/?kind=base_result"
    assert all(reference in client.get(address).content.decode() for reference in chosen)
    sent = {"act": str(uuid4()), "letters": chosen}

    confirmation = client.post(address, sent).content.decode()
    client.post(address, {**sent, "step": "perform"})

    assert all(reference in confirmation for reference in chosen)
    assert sorted(step.letter.reference for step in LetterStep.objects.select_related("letter")) == sorted(chosen)
    assert "発送済み" in client.get(LIST, {"kind": "base_result"}).content.decode()
    assert chosen[0] not in client.get(address).content.decode()


def test_a_letter_is_posted_once_and_never_after_it_was_withdrawn(lived: World) -> None:
    first, second = letter("base_result").reference, letter("issue_notice").reference
    assert lived.do("post_letters", ADMINISTRATOR, letters=[first]).ok
    assert lived.do("withdraw_letter", ADMINISTRATOR, letter=second, reason="誤り").ok

    assert lived.do("post_letters", ADMINISTRATOR, letters=[first]).codes == ("letter.posted",)
    assert lived.do("post_letters", ADMINISTRATOR, letters=[second]).codes == ("letter.withdrawn",)
    assert lived.do("withdraw_letter", ADMINISTRATOR, letter=second, reason="x").codes == ("letter.withdrawn",)
    assert lived.do("post_letters", ADMINISTRATOR, letters=["ASSET-2014-9999"]).codes == ("letter.unknown",)
    assert lived.do("post_letters", ADMINISTRATOR, letters=[]).codes == ("letter.count",)


def test_a_letter_is_withdrawn_by_the_administrator_with_a_reason(lived: World) -> None:
    reference = letter("base_result").reference

    assert lived.do("withdraw_letter", ADMINISTRATOR, letter=reference, reason=" ").codes == ("reason.missing",)
    assert lived.do("withdraw_letter", login("abc"), letter=reference, reason="x").codes == ("permission.denied",)
    assert lived.do("post_letters", login("abc"), letters=[reference]).codes == ("permission.denied",)


def test_withdrawing_goes_through_the_page(lived: World, sign_in: SignIn) -> None:
    row = letter("offset_certificate")
    client = sign_in("admin-1")
    address = f"{page_of(row)}withdraw/"
    sent = {"act": str(uuid4()), "reason": "宛先の誤り"}

    client.post(address, {**sent, "step": "perform"})

    page = client.get(page_of(row)).content.decode()
    assert "撤回済み" in page
    assert "宛先の誤り" in page
    assert address not in page
    assert "宛先の誤り" in sign_in("abc-A").get(page_of(row)).content.decode()


# --- the public check ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write", [str, grouped, str.lower, lambda code: f" {code} ", lambda code: code.replace("0", "O")]
)
def test_a_code_is_found_however_it_is_written(lived: World, write: object) -> None:
    row = letter("offset_certificate")

    answer = visitor().post("/check/", {"code": write(row.code)})  # type: ignore[operator]

    assert answer.status_code == 302
    assert answer["Location"] == check_of(row)


def test_the_check_page_tells_what_may_be_public(lived: World) -> None:
    row = letter("offset_certificate")

    answer = visitor().get(check_of(row))
    page = answer.content.decode()

    for said in (
        "真正な文書で、現在も有効です",
        row.reference,
        "オフセット用取消証明書",
        "ABC",
        "1–10",
        "第3回環境まつりの分",
    ):
        assert said in page, said
    assert "AST-1001" not in page
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]


def test_the_check_page_keeps_what_is_not_public(lived: World) -> None:
    assert "10,000" not in visitor().get(check_of(letter("base_result"))).content.decode()


@pytest.mark.parametrize("code", ["0" * 20, "A", "' OR 1=1 --", "Ａ" * 20, "%00", "x" * 90])
def test_a_code_that_is_none_says_only_that(lived: World, code: str) -> None:
    client = visitor()

    answer = client.post("/check/", {"code": code}, follow=True)

    assert answer.status_code in (404, 422)
    assert not any(row.reference in answer.content.decode() for row in Letter.objects.all())


def test_a_withdrawn_letter_and_a_replaced_one_are_said_to_be_so(lived: World) -> None:
    withdrawn, replaced = letter("offset_certificate"), letter("base_result")
    assert lived.do("withdraw_letter", ADMINISTRATOR, letter=withdrawn.reference, reason="秘密の理由").ok
    Letter.objects.create(
        scheme="asset",
        year=2014,
        number=99,
        reference="ASSET-2014-0099",
        kind="base_result",
        audience="emissions",
        participant=replaced.participant,
        subject=replaced.subject,
        content=replaced.content,
        layout=1,
        code="Z" * 20,
        day=date(2014, 6, 1),
        act_id=replaced.act_id,
        outbox_id=10**9,
    )

    first, second = (visitor().get(check_of(row)).content.decode() for row in (withdrawn, replaced))

    assert "撤回されています" in first
    assert "秘密の理由" not in first
    assert "後の文書に代わっています" in second
    assert "ASSET-2014-0099" in second
    assert "Z" * 20 not in second


def test_a_file_is_compared_byte_by_byte_and_not_kept(lived: World) -> None:
    row = letter("offset_certificate")
    content = hand_out(row, "ja").content
    client = visitor()

    ours = client.post(check_of(row), {"file": SimpleUploadedFile("a.pdf", content)}).content.decode()
    changed = client.post(check_of(row), {"file": SimpleUploadedFile("a.pdf", content[:-1] + b"x")}).content.decode()
    of_another = hand_out(letter("issue_notice"), "ja").content
    other = client.post(check_of(row), {"file": SimpleUploadedFile("a.pdf", of_another)}).content.decode()

    assert "改変されていません" in ours
    assert "本システムが作成したファイルではありません" in changed
    assert "本システムが作成したファイルではありません" in other


@pytest.mark.parametrize("content", [b"", b"x" * (LARGEST_FILE_BYTES + 1)])
def test_an_empty_file_is_not_ours_and_a_huge_one_is_not_read(lived: World, content: bytes) -> None:
    answer = visitor().post(check_of(letter("base_result")), {"file": SimpleUploadedFile("a.pdf", content)})

    assert answer.status_code == (422 if content else 200)
    assert "改変されていません" not in answer.content.decode()


def test_no_file_at_all_is_said_beside_the_field(lived: World) -> None:
    answer = visitor().post(check_of(letter("base_result")), {})

    assert answer.status_code == 422
    assert "field--error" in answer.content.decode()


def test_the_check_is_answered_only_so_often(lived: World) -> None:
    client = visitor()
    statuses = [client.get(f"/check/{number:020d}/").status_code for number in range(122)]

    assert statuses[119] == 404
    assert statuses[120] == 429


def test_the_check_works_in_english_too(lived: World) -> None:
    client = Client(headers={"host": "localhost", "accept-language": "en"})

    assert "Genuine, and it holds" in client.get(check_of(letter("base_result"))).content.decode()
