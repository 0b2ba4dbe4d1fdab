"""What is no workbook, or a dangerous one, is refused with its own reason, in bounded time and memory."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
import xlsxwriter

from tanso.emissions import workbooks
from tanso.emissions.workbooks import package
from tanso.rulebook import library
from tests.support import workbooks as make

RULEBOOK = library().get("asset")
GOOD = make.filled(make.site())
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
SHEET = "xl/worksheets/sheet1.xml"
BOMB_ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"""
OUTSIDE_ENTITY = b"""<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>"""


def with_parts(changes: dict[str, bytes | None]) -> bytes:
    """The good workbook with parts added, replaced or (None) left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in archive.namelist():
            if name not in changes:
                copy.writestr(name, archive.read(name))
        for name, data in changes.items():
            if data is not None:
                copy.writestr(name, data)
    return stream.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        return archive.read(name)


def twice() -> bytes:
    stream = io.BytesIO(with_parts({}))
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<worksheet/>")
    return stream.getvalue()


def thousands_of_sheets() -> bytes:
    return with_parts({f"xl/worksheets/sheet{number}.xml": b"<worksheet/>" for number in range(20, 3020)})


def far_away() -> bytes:
    return with_parts({SHEET: part(SHEET).replace(b'r="A1"', b'r="XFD1048576"')})


def other_zip(names: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return stream.getvalue()


def password_of_a_zip() -> bytes:
    """The flag that says: encrypted."""
    content = bytearray(GOOD)
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def lying_about_its_size() -> bytes:
    """A part that says that it is small and unfolds into 200 MB."""
    data = zlib.compress(bytes(200_000_000), 9)[2:-4]
    name = SHEET.encode()
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(data), 1000, len(name), 0) + name + data
    marks = [(b"xl/workbook.xml", b"<workbook/>")]
    body = local
    central = (
        struct.pack(
            "<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(data), 1000, len(name), 0, 0, 0, 0, 0, 0
        )
        + name
    )
    for other, text in marks:
        crc = zlib.crc32(text)
        offset = len(body)
        body += struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 0, 0, 0, crc, len(text), len(text), len(other), 0)
        body += other + text
        central += (
            struct.pack(
                "<4sHHHHHHIIIHHHHHII",
                b"PK\x01\x02",
                20,
                20,
                0,
                0,
                0,
                0,
                crc,
                len(text),
                len(text),
                len(other),
                0,
                0,
                0,
                0,
                0,
                offset,
            )
            + other
        )
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 2, 2, len(central), len(body), 0)
    return body + central + end


def bomb(inflated: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open(SHEET, "w") as out:
            for _ in range(inflated // 1_000_000):
                out.write(bytes(1_000_000))
    return stream.getvalue()


def many_elements() -> bytes:
    return with_parts({SHEET: b"<worksheet><sheetData>" + b"<a/>" * 4_100_000 + b"</sheetData></worksheet>"})


def many_cells() -> bytes:
    row = b"<row>" + b"<c/>" * 200 + b"</row>"
    return with_parts({SHEET: b"<worksheet><sheetData>" + row * 7_600 + b"</sheetData></worksheet>"})


def deep() -> bytes:
    return with_parts({SHEET: b"<a>" * 100_000 + b"</a>" * 100_000})


def hyperlink(kind: bytes) -> bytes:
    relation = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId9" Type="'
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        + kind
        + b'" Target="https://example.com/x" '
        b'TargetMode="External"/></Relationships>'
    )
    return with_parts({"xl/worksheets/_rels/sheet1.xml.rels": relation})


def sst(count: bytes) -> bytes:
    return with_parts({"xl/sharedStrings.xml": b'<sst count="' + count + b'" uniqueCount="' + count + b'"></sst>'})


CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "file.empty"),
    "over the limit": (lambda: b"PK\x03\x04" + bytes(package.LARGEST_BYTES), "file.too_large"),
    "Excel 97-2003": (lambda: OLE + "Workbook".encode("utf-16-le"), "file.old_excel"),
    "encrypted by Excel": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "file.encrypted"),
    "a zip with a password": (password_of_a_zip, "file.encrypted"),
    "a PDF": (lambda: b"%PDF-1.7\n%%EOF", "file.not_excel"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n", "file.not_excel"),
    "HTML": (lambda: b"\r\n<html><table></table></html>", "file.not_excel"),
    "CSV": (lambda: bytes("燃料,数量\nA重油,1\n", "utf-8"), "file.not_excel"),
    "Shift-JIS text": (lambda: "燃料,数量".encode("shift_jis"), "file.not_excel"),
    "some bytes": (lambda: bytes(range(256)) * 10, "file.not_excel"),
    "Word": (lambda: other_zip({"word/document.xml": b"<w/>"}), "file.not_excel"),
    "OpenDocument": (lambda: other_zip({"mimetype": b"x", "content.xml": b"<x/>"}), "file.not_excel"),
    "xlsb": (lambda: other_zip({"xl/workbook.bin": b"x"}), "file.not_excel"),
    "another zip": (lambda: other_zip({"readme.txt": b"x"}), "file.not_excel"),
    "macros": (lambda: with_parts({"xl/vbaProject.bin": OLE}), "file.macros"),
    "macros by type": (
        lambda: with_parts(
            {"[Content_Types].xml": part("[Content_Types].xml").replace(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")}
        ),
        "file.macros",
    ),
    "Excel 4 macros": (lambda: with_parts({"xl/macrosheets/sheet1.xml": b"<x/>"}), "file.macros"),
    "cut in the middle": (lambda: GOOD[: len(GOOD) // 2], "file.truncated"),
    "cut at the end": (lambda: GOOD[:-30], "file.truncated"),
    "a byte changed": (lambda: GOOD[:2000] + bytes([GOOD[2000] ^ 255]) + GOOD[2001:], "file.truncated"),
    "a part twice": (twice, "file.duplicate_parts"),
    "a part twice in capitals": (lambda: with_parts({SHEET.upper(): b"<x/>"}), "file.duplicate_parts"),
    "a part outside": (lambda: with_parts({"../../etc/passwd": b"x"}), "file.strange_parts"),
    "a zip bomb": (lambda: bomb(600_000_000), "file.unfolds"),
    "a bomb that lies": (lying_about_its_size, "file.truncated"),
    "thousands of parts": (lambda: with_parts({f"xl/media/{n}.png": b"" for n in range(3000)}), "file.too_many_parts"),
    "thousands of sheets": (thousands_of_sheets, "file.too_many_sheets"),
    "a cell in the last corner": (far_away, "file.too_many_cells"),
    "millions of cells": (many_cells, "file.too_many_cells"),
    "millions of elements": (many_elements, "file.too_many_cells"),
    "elements in elements": (deep, "file.too_many_cells"),
    "texts without end": (lambda: sst(b"4000000000"), "file.too_many_cells"),
    "entities in entities": (lambda: with_parts({SHEET: BOMB_ENTITIES}), "file.entities"),
    "an entity outside": (lambda: with_parts({SHEET: OUTSIDE_ENTITY}), "file.entities"),
    "entities in the strings": (lambda: with_parts({"xl/sharedStrings.xml": BOMB_ENTITIES}), "file.entities"),
    "another workbook": (lambda: with_parts({"xl/externalLinks/externalLink1.xml": b"<x/>"}), "file.external"),
    "a connection": (lambda: with_parts({"xl/connections.xml": b"<x/>"}), "file.external"),
    "a picture from elsewhere": (lambda: hyperlink(b"image"), "file.external"),
    "an embedded object": (lambda: with_parts({"xl/embeddings/oleObject1.bin": OLE}), "file.embedded"),
    "a control": (lambda: with_parts({"xl/activeX/activeX1.xml": b"<x/>"}), "file.embedded"),
    "no XML": (lambda: with_parts({SHEET: b"<worksheet><row></worksheet>"}), "file.unreadable"),
    "no sheets": (lambda: with_parts({"xl/workbook.xml": b"<workbook/>"}), ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_ugly_files_are_refused_each_with_its_reason(case: str) -> None:
    make_it, code = CASES[case]
    content = make_it()

    begin = time.process_time()
    reading = workbooks.read(content, RULEBOOK)
    took_s = time.process_time() - begin

    assert reading.emissions is None
    assert len(reading.findings) == 1
    told = reading.findings[0]
    assert code in (told.code, "")
    assert told.message.ja
    assert told.message.en
    assert told.next_step.ja
    assert took_s < 15


@pytest.mark.parametrize(
    "case", ["a zip bomb", "a bomb that lies", "entities in entities", "a cell in the last corner"]
)
def test_bombs_do_not_fill_the_memory(case: str) -> None:
    content = CASES[case][0]()

    tracemalloc.start()
    workbooks.read(content, RULEBOOK)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 3 * package.LARGEST_UNFOLDED


def test_a_mail_address_that_excel_made_a_link_of_is_no_reference_to_another_file() -> None:
    assert not workbooks.read(hyperlink(b"hyperlink"), RULEBOOK).refused


def test_a_picture_in_its_place_is_welcome() -> None:
    media = with_parts({"xl/media/image1.png": b"\x89PNG\r\n\x1a\n", "xl/drawings/drawing1.xml": b"<x/>"})

    assert not workbooks.read(media, RULEBOOK).refused


@pytest.mark.parametrize("at", range(0, len(GOOD), 2971))
def test_no_byte_that_is_flipped_makes_the_reader_fail(at: int) -> None:
    content = GOOD[:at] + bytes([GOOD[at] ^ 0x55]) + GOOD[at + 1 :]

    reading = workbooks.read(content, RULEBOOK)

    assert reading.refused or reading.emissions is not None


def test_a_workbook_of_odd_cells_does_not_make_the_reader_fail() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name in ("_form", "表紙"):
        sheet = book.add_worksheet(name)
        sheet.write("A1", "form")
        sheet.write("B1", 3.5)
        sheet.write_boolean("A2", True)
        sheet.write_formula("A3", "=1/0", None, "#DIV/0!")
    book.close()

    reading = workbooks.read(stream.getvalue(), RULEBOOK)

    assert [told.code for told in reading.findings] == ["form.marks_changed"]
