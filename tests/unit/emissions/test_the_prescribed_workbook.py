"""The prescribed workbook: what is written is read back, and what is not the form is answered with the reason."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tanso.emissions import workbook
from tanso.rulebook import library

FORM = library().get("asset").workbook
TOTAL = FORM["cells"]["total_t"]["cell"]
SHEET = FORM["sheet"]


def filled(**given: str | int) -> bytes:
    return workbook.write(
        FORM, given={"phase": 2, "account_name": "第一ビル", "year": "base", "total_t": 1234, **given}
    )


def changed(content: bytes, cell: str, value: object) -> bytes:
    """The workbook opened and saved by another library, with one cell changed."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    book[SHEET][cell] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_what_is_written_is_read_back() -> None:
    reading = workbook.read(filled(), FORM, expected={"phase": 2, "year": "base"})

    assert reading.emissions is not None
    assert (reading.emissions.t, reading.emissions.is_whole) == (1234, True)


def test_a_workbook_saved_by_another_library_is_read() -> None:
    reading = workbook.read(changed(filled(), TOTAL, 987), FORM)

    assert reading.emissions is not None
    assert reading.emissions.t == 987


@pytest.mark.parametrize(
    ("value", "t", "is_whole"),
    [("１，２３４", 1234, True), ("1,234", 1234, True), (0.1 + 0.2, 0, False), (12.0, 12, True), (-3, -3, True)],
)
def test_figures_are_read_as_people_write_them(value: object, t: int, is_whole: bool) -> None:
    reading = workbook.read(changed(filled(), TOTAL, value), FORM)

    assert reading.emissions is not None
    assert (reading.emissions.t, reading.emissions.is_whole) == (t, is_whole)


@pytest.mark.parametrize("value", [None, "", "about 12", True])
def test_a_total_that_is_no_number_is_not_the_form(value: object) -> None:
    reading = workbook.read(changed(filled(), TOTAL, value), FORM)

    assert reading.emissions is None
    assert TOTAL in reading.reason.en
    assert TOTAL in reading.reason.ja


def test_the_form_of_another_year_says_the_cell_and_both_values() -> None:
    reading = workbook.read(filled(year="target"), FORM, expected={"year": "base"})

    assert reading.emissions is None
    assert "'target'" in reading.reason.en
    assert "'base'" in reading.reason.en


def test_another_version_of_the_form_is_not_the_form() -> None:
    version = FORM["cells"]["version"]["cell"]

    assert workbook.read(changed(filled(), version, 99), FORM).emissions is None


def with_member(name: str, content: bytes) -> bytes:
    """The filled form with one member of its archive replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(filled())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return stream.getvalue()


def a_sheet_with_a_cell_in_the_last_corner() -> bytes:
    return with_member(
        "xl/worksheets/sheet1.xml",
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
    )


def a_small_file_that_unfolds_to_100_megabytes() -> bytes:
    return with_member("xl/media/picture.bin", b"\0" * 100_000_000)


def entities_that_multiply() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return with_member(
        "xl/worksheets/sheet1.xml",
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "x">{entities}]>'
        "<worksheet><sheetData>&e11;</sheetData></worksheet>".encode(),
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"%PDF-1.7 not a workbook", id="a PDF"),
        pytest.param("排出量,1234\n".encode("cp932"), id="a CSV in Shift_JIS"),
        pytest.param(b"PK\x03\x04" + b"\0" * 200, id="half a zip"),
        pytest.param(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 2000, id="the old .xls or an encrypted file"),
        pytest.param(b"x" * (workbook.LARGEST_BYTES + 1), id="too large"),
        pytest.param(a_sheet_with_a_cell_in_the_last_corner(), id="a cell in the last corner"),
        pytest.param(a_small_file_that_unfolds_to_100_megabytes(), id="a zip bomb"),
        pytest.param(entities_that_multiply(), id="an XML bomb"),
        pytest.param(with_member("xl/worksheets/sheet1.xml", b"<broken"), id="broken XML"),
    ],
)
def test_what_is_not_the_form_is_answered_with_the_reason_in_both_languages(content: bytes) -> None:
    tracemalloc.start()
    reading = workbook.read(content, FORM)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert reading.emissions is None
    assert reading.reason.ja
    assert reading.reason.en
    assert most < 60_000_000


def test_another_excel_file_is_not_the_form(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    stream = io.BytesIO()
    book.save(stream)

    assert SHEET in workbook.read(stream.getvalue(), FORM).reason.en
