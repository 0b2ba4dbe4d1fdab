"""The cells of a workbook that may be opened: their values, and what the XML says of them."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree  # the parts have been parsed before: no document type is in them

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from tanso.emissions.workbooks.package import Package, RefusedFileError, SheetScan

_RELATIONS = "xl/_rels/workbook.xml.rels"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of values as the library gives them, and the scan of its XML."""

    name: str
    rows: list[list[Any]]
    scan: SheetScan
    hidden: bool

    def cells(self) -> Iterator[tuple[int, int, Any]]:
        """The cells that are not blank."""
        for row, values in enumerate(self.rows):
            for column, value in enumerate(values):
                if value != "" and value is not None:
                    yield row, column, value


def sheets_of(package: Package, *, only: set[str] | None = None) -> dict[str, Sheet]:
    """The sheets of a workbook by name; the values of those in `only`. Raises RefusedFileError."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(package.content))
        parts = _parts_of_sheets(package)
        found = {}
        for data in book.sheets_metadata:
            scan = package.scans.get(parts.get(data.name, ""), SheetScan())
            wanted = only is None or data.name in only
            rows = book.get_sheet_by_name(data.name).to_python(skip_empty_area=False) if wanted else []
            found[data.name] = Sheet(data.name, rows, scan, data.visible != SheetVisibleEnum.Visible)
    except RefusedFileError:
        raise
    except (Exception, BaseExceptionGroup) as broken:  # the library's own errors have no common base
        raise RefusedFileError("file.unreadable") from broken
    return found


def _parts_of_sheets(package: Package) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        names = set(archive.namelist())
        targets = {}
        if _RELATIONS in names:
            for relation in ElementTree.fromstring(archive.read(_RELATIONS)):  # noqa: S314
                target = relation.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
                targets[relation.get("Id", "")] = path
        parts = {}
        for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314
            if element.tag.rpartition("}")[2] == "sheet":
                key = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
                parts[element.get("name", "")] = targets.get(key, "")
    return parts


def as_text(value: Any) -> str:
    """A value as people read it; whole numbers without a point."""
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}" if not value.is_integer() or abs(value) > 10**15 else str(int(value))
    return str(value).strip()


def as_number(value: Any) -> Decimal | None:
    """The number of a cell. The library gives binary fractions; their shortest text is what the sheet holds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return None
    return number.to_integral_value() if number == number.to_integral_value() else number
