"""Workbooks for tests; `python -m tests.support.workbooks` makes the files of tests/data/workbooks and scenarios anew.

Those saved by LibreOffice are made only where `soffice` is; the others stay as they are. See the README of that folder.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from tanso.emissions import workbooks
from tanso.emissions.calculation import load_json
from tanso.rulebook import library

HERE = Path(__file__).parents[1] / "data/workbooks"
STORIES = HERE.parents[1] / "scenarios/asset/report/workbooks"


def content(value: Any, *, year: str = "base", holder: str = "") -> workbooks.Content:
    """What is written into the form of ASSET."""
    made = workbooks.Made("asset", value.get("phase"), year, value["fiscal_year"], holder)
    return workbooks.content_of(library().get("asset"), value, made=made)


def filled(value: Any, *, year: str = "base", holder: str = "") -> bytes:
    """The form of ASSET, filled in."""
    made = content(value, year=year, holder=holder)
    return workbooks.write(made.form, made.inputs, made.shown)


def place(block: str, name: str, line: int = 0, item: int = 0) -> workbooks.Place:
    """Where a cell of the form stands."""
    return content(site()).form.place(workbooks.Slot(block, name, line, item))


def cell(book: Any, block: str, name: str, line: int = 0, item: int = 0) -> Any:
    """A cell of the form in an open workbook, by what it is."""
    at = place(block, name, line, item)
    return book[at.sheet].cell(at.row + 1, at.column + 1)


def site() -> Any:
    value, problem = load_json((HERE / "site.json").read_bytes())
    assert problem is None
    return value


def changed(content: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook opened and saved by openpyxl, which keeps formulas without their results."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def copied(content: bytes) -> bytes:
    """A new workbook of openpyxl's own, with the same texts, numbers and formulas, and nothing else of the old one."""
    old, new = openpyxl.load_workbook(io.BytesIO(content)), openpyxl.Workbook()
    new.remove(new.active)
    for sheet in old:
        copy = new.create_sheet(sheet.title)
        copy.sheet_state = sheet.sheet_state
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    copy.cell(cell.row, cell.column, cell.value)
    stream = io.BytesIO()
    new.save(stream)
    return stream.getvalue()


def by_libreoffice(content: bytes) -> bytes:
    """The workbook as LibreOffice computes and saves it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "book.xlsx"
        source.write_bytes(content)
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to",
             "xlsx:Calc MS Excel 2007 XML", "--outdir", f"{folder}/saved", str(source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return (Path(folder) / "saved/book.xlsx").read_bytes()


def as_people_type(book: Any) -> None:
    """Full-width digits, separators, spaces, another name, another spelling of a unit."""
    for item, text in enumerate(("１２．５", " 11 ", "10.0")):
        cell(book, "fuel_use", "month", 0, item).value = text
    cell(book, "fuel_use", "annual", 1).value = "２６３，４５０"
    cell(book, "electricity_use", "annual", 0).value = "2 431.6"
    cell(book, "points_fuel", "activity", 0).value = "A重油"
    cell(book, "points_fuel", "unit", 0).value = "ＫＬ"


def main() -> None:
    whole = filled(site(), holder="abc")
    (HERE / "as-written.xlsx").write_bytes(whole)
    (HERE / "saved-by-openpyxl.xlsx").write_bytes(changed(whole, lambda book: None))
    (HERE / "made-by-openpyxl.xlsx").write_bytes(copied(whole))
    stories()
    if shutil.which("soffice") is None:
        print("no soffice: the files saved by LibreOffice stay as they are")
        return
    (HERE / "saved-by-libreoffice.xlsx").write_bytes(by_libreoffice(changed(whole, lambda book: None)))
    typed = by_libreoffice(changed(whole, as_people_type))
    (HERE / "typed-and-saved-by-libreoffice.xlsx").write_bytes(typed)


def stories() -> None:
    """The workbooks of scenarios: electricity alone, so that its tonnes are seen at once."""

    def tonnes(amount_mwh: str) -> Any:
        return json.loads((STORIES / "20000-mwh.json").read_text("utf-8")) | {"sources": [source(amount_mwh)]}

    def source(amount_mwh: str) -> dict[str, Any]:
        factor = {"t_per_kwh": "0.0005", "source": "invented"}
        return {"point": "受電", "activity": "electricity", "quantity": amount_mwh, "unit": "MWh", "factor": factor}

    whole = filled(tonnes("20000"))

    def write(name: str, content: bytes) -> None:
        (STORIES / name).write_bytes(content)

    write("10000-tonnes.xlsx", whole)
    write("10000-tonnes-and-a-half.xlsx", filled(tonnes("20001")))
    write("of-the-target-year.xlsx", filled(tonnes("20000") | {"fiscal_year": 2014}, year="target"))
    write("of-another-holder.xlsx", filled(tonnes("20000"), holder="xyz"))
    write("without-a-sheet.xlsx", changed(whole, lambda book: book.remove(book["算定"])))
    write("without-its-marks.xlsx", changed(whole, lambda book: book.remove(book["_form"])))

    def say_less(book: Any) -> None:
        cell(book, "result", "reported").value = 9000

    write("another-total.xlsx", changed(whole, say_less))


if __name__ == "__main__":
    main()
