"""Letters as PDF: the same row gives the same bytes, what people wrote is text, and the text can be read back."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tanso.interfaces.exports import letter as exports
from tanso.interfaces.exports.letter import ForPost, grouped, letter_pdf, letters_pdf
from tanso.notices.letter_models import Letter

_TITLE, _SENDER = {"ja": "取消証明書", "en": "Certificate"}, {"ja": "事務局", "en": "Secretariat"}
needs_a_reader = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext to read the file back")


def row(name: str, value: str) -> dict[str, Any]:
    both = {"ja": value, "en": value}
    return {"name": name, "label": {"ja": f"項目 {name}", "en": name}, "value": both, "is_public": False}


def letter(**content: Any) -> Letter:
    said = {
        "title": _TITLE,
        "sender": _SENDER,
        "organisation": "高﨑製紙株式会社",
        "holder": "𠮷野工場",
        "body": {"ja": "下記の排出枠が取り消されたことを証明します。", "en": "This is to certify."},
        "rows": [row("quantity_t", "1,000"), row("serials", "1–1000")],
        "check": "https://registry.example/check/",
        "tells_addressee": True,
        "credentials": False,
    }
    return Letter(
        pk=1,
        scheme="example",
        year=2015,
        number=1,
        reference="EX-2015-0001",
        kind="cancellation",
        content=said | content,
        layout=1,
        code="0123456789ABCDEFGHJK",
        day=date(2015, 12, 1),
    )


def text_of(made: bytes, folder: Path) -> str:
    (folder / "letter.pdf").write_bytes(made)
    return subprocess.run(
        ["pdftotext", "-layout", folder / "letter.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_same_row_gives_the_same_bytes(language: str) -> None:
    assert letter_pdf(letter(), language) == letter_pdf(letter(), language)


def test_another_process_gives_the_same_bytes_too() -> None:
    program = (
        "import sys; from tanso.interfaces.cli.with_database import set_up_django; set_up_django();"
        "from tests.unit.exports.test_letter import letter; from tanso.interfaces.exports.letter import letter_pdf;"
        "sys.stdout.buffer.write(letter_pdf(letter(), 'ja'))"
    )

    made = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout

    assert made == letter_pdf(letter(), "ja")


def test_layout_1_is_never_edited() -> None:
    """A changed layout is a new file and a new number: letters that were made with this one must keep their bytes."""
    source = Path(exports.__file__).with_name("letter-1.typ").read_bytes()

    assert hashlib.sha256(source).hexdigest() == "5e8c03f9c66046b381a899fdcdb0f248bfd5e0718e1ecd8b6157bb4c4b4b1a74"


def test_a_letter_of_layout_1_has_the_bytes_that_it_always_had() -> None:
    """Fails where Typst, the font or the way to the layout changed: say so in the change, and look at old letters."""
    assert (
        hashlib.sha256(letter_pdf(letter(), "ja")).hexdigest()
        == "c48e89739bcfd0b614132fefb2f69dca390d934e981081a83f7bc003e355bfde"
    )


def test_it_is_archival_and_tagged() -> None:
    made = letter_pdf(letter(), "ja")

    assert b"pdfuaid:part" in made
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>", made)
    assert re.search(rb"/Lang ?\(ja\)", made)


@needs_a_reader
def test_the_text_can_be_read_back(tmp_path: Path) -> None:
    text = text_of(letter_pdf(letter(), "ja"), tmp_path)

    for said in ("EX-2015-0001", "平成", "高﨑製紙株式会社", "𠮷野工場", "1,000", "https://registry.example/check/"):
        assert said in text.replace(" ", ""), said
    assert "0123-4567-89AB-CDEF-GHJK" in text


@needs_a_reader
@pytest.mark.parametrize(
    "strange",
    [
        "#panic(1)",
        "*b* _i_ $x$ `c`",
        "\\ // /* x */",
        "<label> @ref",
        "= heading - list + list",
        '#read("/etc/passwd")',
        "] #set page(fill: red) [",
        '"; panic(); "',
    ],
)
def test_what_a_person_wrote_is_text_and_never_markup(strange: str, tmp_path: Path) -> None:
    made = letter_pdf(letter(organisation=strange, holder=f"{strange}.", rows=[row("statement", strange)]), "en")

    text = text_of(made, tmp_path)

    assert text.replace(" ", "").count(strange.replace(" ", "")) == 3


@pytest.mark.parametrize(
    "name", ["A" * 200, "髙" * 200, "😀👨‍👩‍👧", "\u202e逆", "𰻞𠮷﨑", "한국 العربية", "\x00\x07", "   "]
)
def test_no_name_keeps_a_letter_from_being_set(name: str) -> None:
    assert letter_pdf(letter(organisation=name, holder=name, rows=[row("x", name)]), "ja").startswith(b"%PDF")


@needs_a_reader
def test_a_long_word_stays_on_the_page(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(letter_pdf(letter(organisation="A" * 200), "ja"))

    boxes = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "letter.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()

    rights = [float(found) for found in re.findall(r'xMax="([0-9.]+)"', boxes)]
    assert rights
    assert max(rights) < 595


@needs_a_reader
def test_a_thousand_ranges_of_serial_numbers_are_all_there(tmp_path: Path) -> None:
    serials = ", ".join(f"{first}–{first + 3}" for first in range(1, 10_000, 10))

    text = text_of(letter_pdf(letter(rows=[row("serials", serials)]), "ja"), tmp_path)

    assert "9991–9994" in text.replace(" ", "")
    assert "ページ 2" in text


@needs_a_reader
def test_first_passwords_stand_in_the_file_where_they_are_given_and_nowhere_else(tmp_path: Path) -> None:
    with_secrets = letter_pdf(
        letter(), "ja", ForPost(secrets=(("ex1001-A", "k3mq9xwtv7ph"),), addressee=("〒100-8916", "環境太郎　様"))
    )

    for said in ("k3mq9xwtv7ph", "100-8916", "環境太郎"):
        assert said in text_of(with_secrets, tmp_path)
        assert said not in text_of(letter_pdf(letter(), "ja"), tmp_path)


@needs_a_reader
def test_many_letters_are_one_file_and_each_begins_at_page_1(tmp_path: Path) -> None:
    text = text_of(letters_pdf([letter(), letter(), letter()], "ja", {}), tmp_path)

    assert text.count("ページ 1") == 3
    assert "ページ 2" not in text


def test_a_code_is_read_in_groups_of_four() -> None:
    assert grouped("0123456789ABCDEFGHJK") == "0123-4567-89AB-CDEF-GHJK"
