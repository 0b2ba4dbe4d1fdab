"""The prescribed form of a scheme's emissions reports, put together and checked before anybody is given one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import Text
from tanso.rulebook import workbook_shapes as shapes
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.sources import Sources

# Names in a formula: {column}, {block.column}, {block.column[]} (all lines), {column:} (all that repeat), {column.1}.
PLACE = re.compile(r"\{([a-z_]+(?:\.[a-z0-9_]+)*)(\[\]|:)?\}")
# What stands for no cell: the rounding and the deviation that the scheme's parameters choose.
FUNCTIONS = ("round", "deviation")


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A form as the scheme prescribes it; which of its sheets a report has depends on phase and year."""

    shape: shapes.WorkbookShape
    sheets: dict[str, shapes.SheetShape]
    """All sheets of the form by name, in order."""

    @property
    def form_id(self) -> str:
        return self.shape.form_id

    @property
    def form_version(self) -> int:
        return self.shape.form_version

    @property
    def title(self) -> Text:
        return Text(self.shape.title.ja, self.shape.title.en)

    def sheets_of(self, phase: int | None, year: str) -> dict[str, shapes.SheetShape]:
        """The sheets of one report."""
        chosen = {}
        for placed in self.shape.sheets:
            if isinstance(placed, str):
                chosen[placed] = self.sheets[placed]
            elif (not placed.phases or phase in placed.phases) and (not placed.years or year in placed.years):
                chosen[placed.sheet] = self.sheets[placed.sheet]
        return chosen


def assemble(sources: Sources) -> ReportForm | None:
    """The scheme's form; None where it prescribes none."""
    if sources.form is None:
        return None
    return ReportForm(sources.form, {name: sources.sheets[name] for name in _names(sources.form)})


def _names(form: shapes.WorkbookShape) -> list[str]:
    return [placed if isinstance(placed, str) else placed.sheet for placed in form.sheets]


def check_form(sources: Sources) -> None:
    """Names that must exist: sheets, counts of lines, lists, cells in formulas; all problems with their places."""
    form = sources.form
    if form is None:
        return
    for index, name in enumerate(_names(form)):
        if name not in sources.sheets:
            hint = suggestion(name, sources.sheets)
            message = Text(f"シート「{name}」がありません。{hint[0]}", f"There is no sheet `{name}`.{hint[1]}")
            sources.refuse("form", ("sheets", index), message)
    if not any("report.form_ok" in check.require for check in sources.checks):
        message = Text(
            "様式を定める制度には、report.form_ok を求める検査が必要です。",
            "A scheme that prescribes a form needs a check that requires `report.form_ok`.",
        )
        sources.refuse("form", ("form_id",), message)
    sheets = {name: sources.sheets[name] for name in _names(form) if name in sources.sheets}
    blocks = _blocks(sources, sheets)
    tabs: dict[str, str] = {}
    for name, sheet in sheets.items():
        if tabs.setdefault(sheet.name, name) != name:
            message = Text(f"シート名「{sheet.name}」が二度あります。", f"Two sheets are called `{sheet.name}`.")
            sources.refuse("sheets", (name, "name"), message)
        for block_name, block in sheet.blocks.items():
            _check_block(sources, (name, "blocks", block_name), block_name, block, blocks)
    _check_limited(sources, sheets)


def _check_limited(sources: Sources, sheets: dict[str, shapes.SheetShape]) -> None:
    """A sheet that some reports do not have cannot be what formulas of other sheets look at."""
    assert sources.form is not None  # noqa: S101 -- the caller has looked
    limited = {
        name: placed.sheet
        for placed in sources.form.sheets
        if not isinstance(placed, str) and (placed.phases or placed.years) and placed.sheet in sheets
        for name in sheets[placed.sheet].blocks
    }
    for name, sheet in sheets.items():
        for block_name, block in sheet.blocks.items():
            for key, cell, where in cells_of(block):
                named = [match.group(1) for match in PLACE.finditer(cell.formula or "")] + [cell.copies or ""]
                seen = {part.removeprefix("word.").split(".")[0] for part in named}
                if any(limited.get(part, name) != name for part in seen):
                    message = Text(
                        "一部の報告書にしかないシートを参照しています。", "It looks at a sheet of some reports only."
                    )
                    sources.refuse("sheets", (name, "blocks", block_name, where, key), message)


def _blocks(sources: Sources, sheets: dict[str, shapes.SheetShape]) -> dict[str, shapes.BlockShape]:
    """All blocks by name; formulas name them without their sheets."""
    blocks: dict[str, shapes.BlockShape] = {}
    for name, sheet in sheets.items():
        for block_name, block in sheet.blocks.items():
            if block_name in blocks:
                message = Text("この名前のブロックはほかにもあります。", "There is another block of this name.")
                sources.refuse("sheets", (name, "blocks", block_name), message)
            blocks[block_name] = block
    return blocks


def _check_block(
    sources: Sources, place: KeyPath, name: str, block: shapes.BlockShape, blocks: dict[str, shapes.BlockShape]
) -> None:
    assert sources.form is not None  # noqa: S101 -- the caller has looked
    if block.lines is not None and block.lines not in sources.form.lines:
        message = Text(f"行数「{block.lines}」が様式にありません。", f"The form has no lines `{block.lines}`.")
        sources.refuse("sheets", (*place, "lines"), message)
    if bool(block.columns) != (block.lines is not None):
        message = Text("columns と lines は一緒に書きます。", "`columns` and `lines` go together.")
        sources.refuse("sheets", place, message)
    for key, cell, where in cells_of(block):
        for wrong in _wrong_names(name, cell, blocks, sources):
            message = Text(f"「{wrong}」というセルはありません。", f"There is no cell `{wrong}`.")
            sources.refuse("sheets", (*place, where, key), message)


def cells_of(block: shapes.BlockShape) -> Iterator[tuple[str, shapes.FieldShape | shapes.ColumnShape, str]]:
    """Fields and columns of a block: name, shape, and the key that they stand under."""
    for name, field in block.fields.items():
        yield name, field, "fields"
    for name, column in block.columns.items():
        yield name, column, "columns"


def _wrong_names(
    block_name: str, cell: shapes.CellShape, blocks: dict[str, shapes.BlockShape], sources: Sources
) -> Iterator[str]:
    if cell.copies is not None and not _is_cell(cell.copies.split("."), block_name, blocks):
        yield cell.copies
    for match in PLACE.finditer(cell.formula or ""):
        parts = match.group(1).split(".")
        if match.group(1) in FUNCTIONS or (parts[0] == "param" and parts[-1] in sources.parameters):
            continue
        is_word = parts[0] == "word" and len(parts) == 4 and parts[3] in _words(parts[1], parts[2], blocks)
        if not is_word and not _is_cell(parts, block_name, blocks):
            yield match.group(0)


def _words(block_name: str, name: str, blocks: dict[str, shapes.BlockShape]) -> dict[str, shapes.Bilingual]:
    if block_name not in blocks:
        return {}
    return next((cell.words for key, cell, _ in cells_of(blocks[block_name]) if key == name), {})


def _is_cell(parts: list[str], block_name: str, blocks: dict[str, shapes.BlockShape]) -> bool:
    if parts[-1].isdigit():
        parts = parts[:-1]
    if len(parts) == 1:
        parts = [block_name, *parts]
    if len(parts) != 2 or parts[0] not in blocks:
        return False
    return parts[1] in blocks[parts[0]].fields or parts[1] in blocks[parts[0]].columns
