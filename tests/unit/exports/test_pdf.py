"""PDFs on A4: the same bytes for the same paper, tagged, in a font that is there; and a limit that is said."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from tanso.interfaces.exports import pdf, typesetting
from tanso.interfaces.exports.pdf import pdf_bytes
from tanso.kernel.errors import TansoError
from tests.unit.exports.papers import ROW, paper, row


@pytest.fixture(autouse=True)
def _fonts_are_found_anew() -> None:
    typesetting.fonts_for.cache_clear()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_same_paper_gives_the_same_bytes(language: str) -> None:
    first, second = pdf_bytes(paper(), language), pdf_bytes(paper(), language)

    assert first == second
    assert first != pdf_bytes(replace(paper(), printed_on=date(2015, 4, 1)), language)


def test_another_process_gives_the_same_bytes_too() -> None:
    program = (
        "import sys; from tests.unit.exports.papers import paper; from tanso.interfaces.exports.pdf import pdf_bytes;"
        "sys.stdout.buffer.write(pdf_bytes(paper(), 'ja'))"
    )

    made = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout

    assert made == pdf_bytes(paper(), "ja")


def test_it_is_a_tagged_a4_file_in_the_language_of_its_reader() -> None:
    made = pdf_bytes(paper(), "ja")

    assert made.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in made
    assert re.search(rb"/Lang ?\(ja\)", made)
    assert b"pdfuaid:part" in made
    (box,) = set(re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]", made))
    assert [round(float(side)) for side in box] == [842, 595]


def test_what_a_person_wrote_is_text_and_never_markup() -> None:
    strange = "#panic(1) *b* _i_ $x$ \\ \" ' <label> @ref `code` // = heading"

    assert pdf_bytes(paper([row(text=strange)], holder=strange), "en").startswith(b"%PDF-")


@pytest.mark.parametrize(
    "strange", ["😀", "👨‍👩‍👧", "العربية", "\u202eevil", "\x00\ud800", "".join(map(chr, range(0x1F300, 0x1F600)))]
)
def test_what_the_font_does_not_have_is_set_as_a_geta_and_nothing_fails(strange: str) -> None:
    assert pdf_bytes(paper([row(text=strange)], holder=strange), "ja").startswith(b"%PDF-")


def test_too_long_a_paper_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_ROWS", 1)

    with pytest.raises(TansoError) as caught:
        pdf_bytes(paper([ROW, ROW]), "ja")

    assert caught.value.message.ja == "2行あります。PDFにできるのは1行までです。"
    assert caught.value.next_step.en == "Choose a shorter period, or Excel or CSV."


def test_without_the_packaged_font_one_of_the_system_serves_or_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typesetting, "packaged_folder", lambda: None)
    monkeypatch.setattr(typesetting, "_SYSTEM_FAMILIES", ("No Such Font",))

    with pytest.raises(TansoError) as caught:
        pdf_bytes(paper(), "ja")

    assert caught.value.code == "export.no_font"
    assert "pylopdf-fonts-jp" in caught.value.next_step.ja

    typesetting.fonts_for.cache_clear()
    # A font that every Typst brings along stands for the system's.
    monkeypatch.setattr(typesetting, "_SYSTEM_FAMILIES", ("No Such Font", "New Computer Modern"))
    assert pdf_bytes(paper(), "en").startswith(b"%PDF-")
