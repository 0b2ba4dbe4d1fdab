"""Opens what was sent as a workbook, and refuses what is none before any library sees it, in bounded time and memory.

A workbook is a zip of XML files. Every part that is read is unfolded against a limit and parsed once, to be refused for
a document type, too many elements or cells. The library then gets a new zip made of just these parts: what it opens is
what was looked at, and nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from tanso.emissions.workbooks.findings import WorkbookFinding, finding
from tanso.kernel.texts import Text

MEGABYTE = 1_000_000
LARGEST_BYTES = 20 * MEGABYTE
LARGEST_UNFOLDED = 150 * MEGABYTE
LARGEST_PARTS = 2_000
LARGEST_SHEETS = 60
LARGEST_CELLS = 1_500_000
LARGEST_ELEMENTS = 4_000_000
# The library lays a sheet out densely, so one cell in the last corner would take gigabytes.
LARGEST_ROW, LARGEST_COLUMN = 40_000, 256
LARGEST_AREA = 4_000_000
_DEEPEST = 64

_WORKBOOK = "xl/workbook.xml"
_SHEETS = "xl/worksheets/"
_RELATIONS = ".rels"
_READ = re.compile(
    r"(\[Content_Types\]\.xml|_rels/\.rels|xl/(_rels/)?[^/]+\.(xml|rels)|xl/worksheets/(_rels/)?[^/]+\.(xml|rels))"
)
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MACROS = ("xl/vbaProject.bin", "xl/vbaData.xml", "xl/macrosheets/")
_EXTERNAL = ("xl/externalLinks/", "xl/connections.xml", "xl/queryTables/", "xl/model/", "customXml/item")
_EMBEDDED = ("xl/embeddings/", "xl/activeX/", "xl/ctrlProps/", "xl/webextensions/")


class RefusedFileError(Exception):
    """What was sent is no workbook, or none that is opened; `finding` says why."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.finding: WorkbookFinding = finding(code, **facts)
        super().__init__(self.finding.message.en)


@dataclass(slots=True)
class SheetScan:
    """What the XML of a sheet says that its values do not: formulas and errors by cell (row, column)."""

    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    """Cells with a formula -> whether its result was saved."""
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: int = 0
    columns: int = 0


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook that may be opened: its clean bytes, and what its sheets' XML says, by part."""

    content: bytes
    scans: dict[str, SheetScan]


def open_package(content: bytes) -> Package:
    """Look at everything that was sent. Raises RefusedFileError."""
    _check_kind(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
            return _read_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as broken:
        raise RefusedFileError("file.truncated") from broken
    except RuntimeError as locked:  # how zipfile says that a part needs a password
        raise RefusedFileError("file.encrypted") from locked


# -- what it is at all ------------------------------------------------------------------------------------------------

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS: tuple[tuple[bytes, Text], ...] = (
    (b"%PDF", Text("PDF", "a PDF")),
    (b"\x89PNG", Text("画像（PNG）", "a picture (PNG)")),
    (b"\xff\xd8\xff", Text("画像（JPEG）", "a picture (JPEG)")),
    (b"GIF8", Text("画像（GIF）", "a picture (GIF)")),
    (b"Rar!", Text("RAR 圧縮ファイル", "a RAR archive")),
    (b"7z\xbc\xaf", Text("7z 圧縮ファイル", "a 7z archive")),
    (b"\x1f\x8b", Text("gzip 圧縮ファイル", "a gzip file")),
    (b"{\\rtf", Text("リッチテキスト", "rich text")),
    (b"MZ", Text("実行ファイル", "a program")),
)


def _check_kind(content: bytes) -> None:
    if not content:
        raise RefusedFileError("file.empty")
    if len(content) > LARGEST_BYTES:
        raise RefusedFileError("file.too_large", largest=LARGEST_BYTES // MEGABYTE)
    if content.startswith(_OLE):
        # Names inside an OLE file are UTF-16: a workbook of 97-2003, or an encrypted package.
        encrypted = any(name.encode("utf-16-le") in content for name in ("EncryptedPackage", "EncryptionInfo"))
        raise RefusedFileError("file.encrypted" if encrypted else "file.old_excel")
    if content.startswith(b"PK\x03\x04"):
        return
    kind = next((kind for start, kind in _KINDS if content.startswith(start)), None)
    head = content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if kind is None and head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        kind = Text("HTML 又は XML の文書", "an HTML or XML document")
    if kind is None:
        is_text = b"\x00" not in content[:4096]
        kind = (
            Text("テキスト又は CSV", "text or CSV") if is_text else Text("別の形式のファイル", "a file of another kind")
        )
    raise RefusedFileError("file.not_excel", kind=kind)


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > LARGEST_PARTS:
        sheets = sum(part.filename.startswith(_SHEETS) and part.filename.endswith(".xml") for part in parts)
        if sheets > LARGEST_SHEETS:
            raise RefusedFileError("file.too_many_sheets", count=sheets, largest=LARGEST_SHEETS)
        raise RefusedFileError("file.too_many_parts", count=len(parts), largest=LARGEST_PARTS)
    seen: set[str] = set()
    for part in parts:
        name = part.filename
        if part.flag_bits & 0x1:
            raise RefusedFileError("file.encrypted")
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or "\x00" in name or len(name) > 255:
            raise RefusedFileError("file.strange_parts", part=name[:60])
        if name.casefold() in seen:
            raise RefusedFileError("file.duplicate_parts", part=name[:60])
        seen.add(name.casefold())
    _check_contents({part.filename for part in parts})
    if sum(part.file_size for part in parts) > LARGEST_UNFOLDED:
        raise RefusedFileError("file.unfolds", largest=LARGEST_UNFOLDED // MEGABYTE)


def _check_contents(names: set[str]) -> None:
    for starts, code in ((_MACROS, "file.macros"), (_EXTERNAL, "file.external"), (_EMBEDDED, "file.embedded")):
        for name in sorted(names):
            if name.startswith(starts):
                raise RefusedFileError(code, part=name[:60])
    if _WORKBOOK not in names:
        if "xl/workbook.bin" in names:
            kind = Text("バイナリー形式の Excel ブック（.xlsb）", "a binary workbook (.xlsb)")
        elif "word/document.xml" in names or "ppt/presentation.xml" in names:
            kind = Text("Word 又は PowerPoint の文書", "a document of Word or PowerPoint")
        elif "mimetype" in names and "content.xml" in names:
            kind = Text("OpenDocument の文書", "an OpenDocument file")
        else:
            kind = Text("ZIP 圧縮ファイル", "a ZIP archive")
        raise RefusedFileError("file.not_excel", kind=kind)
    sheets = sum(name.startswith(_SHEETS) and name.endswith(".xml") for name in names)
    if sheets > LARGEST_SHEETS:
        raise RefusedFileError("file.too_many_sheets", count=sheets, largest=LARGEST_SHEETS)


# -- its parts --------------------------------------------------------------------------------------------------------


def _read_parts(archive: zipfile.ZipFile) -> Package:
    scans: dict[str, SheetScan] = {}
    budget = _Budget()
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as copy:
        for part in archive.infolist():
            if not _READ.fullmatch(part.filename):
                continue
            data = _unfolded(archive, part, budget)
            scan = _scan(part.filename, data, budget)
            if part.filename.startswith(_SHEETS) and not part.filename.endswith(_RELATIONS):
                scans[part.filename] = scan
            copy.writestr(zipfile.ZipInfo(part.filename), data)
    return Package(clean.getvalue(), scans)


@dataclass(slots=True)
class _Budget:
    """What is left of the limits for the whole file."""

    bytes: int = LARGEST_UNFOLDED
    elements: int = LARGEST_ELEMENTS
    cells: int = LARGEST_CELLS


def _unfolded(archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """The part, never more of it than the limit: what a zip says of its sizes may be wrong."""
    with archive.open(part) as stream:
        data = stream.read(budget.bytes + 1)
    budget.bytes -= len(data)
    if budget.bytes < 0:
        raise RefusedFileError("file.unfolds", largest=LARGEST_UNFOLDED // MEGABYTE)
    return data


def _scan(name: str, data: bytes, budget: _Budget) -> SheetScan:
    scanner = (
        _RelationScanner(name, budget)
        if name.endswith(_RELATIONS)
        else (_SheetScanner(name, budget) if name.startswith(_SHEETS) else _Scanner(name, budget))
    )
    scanner.run(data)
    return scanner.found


class _Scanner:
    """Walks through one XML part. Anything with a document type is refused: no entity is ever declared."""

    def __init__(self, name: str, budget: _Budget) -> None:
        self.name = name
        self.found = SheetScan()
        self._budget = budget
        self._depth = 0

    def run(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        self.prepare(parser)
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise RefusedFileError("file.unreadable") from error

    def prepare(self, parser: Any) -> None:
        """Further handlers."""

    def _refuse_doctype(self, *_: Any) -> None:
        raise RefusedFileError("file.entities")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._budget.elements -= 1
        self._depth += 1
        if self._budget.elements < 0 or self._depth > _DEEPEST:
            raise RefusedFileError("file.too_many_cells", part=self.name)
        if tag.endswith("sst"):
            self._check_count(attributes)
        elif tag.endswith("Override") and "macroEnabled" in attributes.get("ContentType", ""):
            raise RefusedFileError("file.macros")

    def end(self, tag: str) -> None:
        self._depth -= 1

    def _check_count(self, attributes: dict[str, str]) -> None:
        """How many texts there are is what a reader may make room for at once."""
        for key in ("count", "uniqueCount"):
            count = attributes.get(key, "0")
            if not count.isdigit() or len(count) > 9 or int(count) > 2 * LARGEST_CELLS:
                raise RefusedFileError("file.too_many_cells", part=self.name)


class _RelationScanner(_Scanner):
    """Links to other files: a hyperlink is a text, anything else is refused."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        external = attributes.get("TargetMode", "").casefold() == "external"
        if external and not attributes.get("Type", "").endswith("/hyperlink"):
            raise RefusedFileError("file.external", part=attributes.get("Target", "")[:60])


class _SheetScanner(_Scanner):
    """Where the cells of a sheet are, and which of them are formulas or errors."""

    def __init__(self, name: str, budget: _Budget) -> None:
        super().__init__(name, budget)
        self._row = self._column = -1
        self._type = ""
        self._is_formula = self._in_value = False
        self._value = ""

    def prepare(self, parser: Any) -> None:
        parser.CharacterDataHandler = self.text

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        # Called for every cell: written out instead of calling the class above.
        budget = self._budget
        budget.elements -= 1
        self._depth += 1
        if budget.elements < 0 or self._depth > _DEEPEST:
            raise RefusedFileError("file.too_many_cells", part=self.name)
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "f":
            self._is_formula = True
        elif tag == "v":
            self._in_value = True
        elif tag == "row":
            row = attributes.get("r", "")
            self._row = int(row) - 1 if row.isdigit() and len(row) < 9 else self._row + 1
            self._column = -1
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "dimension":
            self._merge(attributes.get("ref", ""), only_check=True)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._budget.cells -= 1
        match = _CELL.fullmatch(attributes.get("r", ""))
        if match is None:
            self._column += 1
        else:
            self._column = _number(match.group(1))
            self._row = int(match.group(2)) - 1
        found = self.found
        found.rows, found.columns = max(found.rows, self._row + 1), max(found.columns, self._column + 1)
        too_far = found.rows > LARGEST_ROW or found.columns > LARGEST_COLUMN
        if too_far or found.rows * found.columns > LARGEST_AREA or self._budget.cells < 0:
            raise RefusedFileError("file.too_many_cells", part=self.name)
        self._type = attributes.get("t", "")
        self._is_formula, self._value = False, ""

    def _merge(self, reference: str, *, only_check: bool = False) -> None:
        corners = [_CELL.fullmatch(corner) for corner in reference.replace("$", "").split(":")[:2]]
        if not corners or None in corners:
            return
        cells = [(int(corner.group(2)) - 1, _number(corner.group(1))) for corner in corners if corner is not None]
        if not only_check and len(cells) == 2 and len(self.found.merged) < LARGEST_ROW:
            self.found.merged.append((*cells[0], *cells[1]))

    def text(self, data: str) -> None:
        if self._in_value and len(self._value) < 60:
            self._value += data

    def end(self, tag: str) -> None:
        self._depth -= 1
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "v":
            self._in_value = False
        elif tag == "c":
            place = (self._row, self._column)
            if self._is_formula:
                self.found.formulas[place] = bool(self._value)
            if self._type == "e":
                self.found.errors[place] = self._value


def _number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def sheet_parts(package: Package) -> Iterator[str]:
    """The parts of sheets that were looked at."""
    yield from package.scans
