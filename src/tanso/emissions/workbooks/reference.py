"""The reference page of the prescribed workbook, as far as it follows from the scheme's form and the findings.

`python -m tanso.emissions.workbooks.reference` writes it anew behind the mark in docs/reference/workbook.md; a test
holds the page to it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tanso.emissions.workbooks.findings import KINDS
from tanso.emissions.workbooks.form import Block, Form, Made, Slot, form_for, is_input, repeats
from tanso.emissions.workbooks.shown import ON_THE_WAY
from tanso.rulebook import Rulebook, library
from tanso.rulebook.report_form import cells_of
from tanso.rulebook.workbook_shapes import ColumnShape, FieldShape

MARK = "<!-- From here on written by python -m tanso.emissions.workbooks.reference -->"
PAGE = Path(__file__).parents[4] / "docs/reference/workbook.md"


def generated() -> str:
    """What stands behind the mark."""
    parts = [MARK, ""]
    for name in library().schemes():
        rulebook = library().get(name)
        if rulebook.report_form is not None:
            parts += _of_scheme(rulebook)
    parts += ["## Findings 確認結果", "", "| code | | says 文 | next 次 |", "|---|---|---|---|"]
    for code, kind in KINDS.items():
        said, then = kind.message, kind.next_step
        parts.append(f"| `{code}` | {kind.level} | {said.en}<br>{said.ja} | {then.en}<br>{then.ja} |")
    return "\n".join(parts) + "\n"


def _of_scheme(rulebook: Rulebook) -> Iterator[str]:
    assert rulebook.report_form is not None  # noqa: S101 -- the caller has looked
    phase = min(rulebook.phases)
    year = next(iter(rulebook.life.years))
    fiscal_year = rulebook.life.years[year].fiscal_year_in(rulebook.phases[phase])
    form = form_for(rulebook, Made(rulebook.scheme, phase, year, fiscal_year))
    title = form.prescribed.title
    yield f"## The form of `{rulebook.scheme}` 様式"
    yield ""
    yield f"{title.en}, {title.ja}: form `{form.prescribed.form_id}`, version {form.prescribed.form_version}."
    yield f"Cells are those of phase {phase}, year `{year}` (fiscal year {fiscal_year}), with as many lines as usual."
    for name, sheet in form.sheets.items():
        yield ""
        yield f"### {sheet.name} {sheet.title.en}"
        yield ""
        yield "| cells | what 項目 | | key of the JSON |"
        yield "|---|---|---|---|"
        for block in form.blocks.values():
            if block.sheet == name:
                yield from _of_block(form, block)
    yield ""


def _of_block(form: Form, block: Block) -> Iterator[str]:
    if block.shape.title is not None:
        heading = f"**{block.shape.title.ja} {block.shape.title.en}**"
        lines = "" if block.shape.lines is None else f"lines of `{block.shape.lines}`, from {block.count} on"
        into = "" if block.shape.into is None else f"`{block.shape.into}[]`"
        yield f"| | {heading} | {lines} | {into} |"
    if block.shape.picture_rows:
        yield f"| rows {block.first_row + 1} to {block.last_row + 1} | a place for a picture 図の枠 | | |"
    for name, shape, _ in cells_of(block.shape):
        cells, label = _cells(form, block, name, shape), shape.label
        yield f"| {cells} | {label.ja} {label.en} | {_kind(shape)} | {_key(shape)} |"


def _cells(form: Form, block: Block, name: str, shape: FieldShape | ColumnShape) -> str:
    first = form.place(Slot(block.name, name)).cell
    last = form.place(Slot(block.name, name, max(block.count - 1, 0), repeats(shape) - 1)).cell
    return first if first == last else f"{first}:{last}"


def _key(shape: FieldShape | ColumnShape) -> str:
    return "" if shape.key is None else f"`{shape.key}`"


def _kind(shape: FieldShape | ColumnShape) -> str:
    if not is_input(shape):
        is_compared = shape.shows is not None and shape.shows not in ON_THE_WAY
        compared = f", compared: `{shape.shows}`" if is_compared else ""
        return f"{'formula' if shape.formula or shape.copies else 'locked'}{compared}"
    if shape.words:
        return "one of: " + ", ".join(f"{label.ja} ({word})" for word, label in shape.words.items())
    return f"from the list of {shape.choices}" if shape.choices is not None else shape.type


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text[: text.index(MARK)] + generated(), encoding="utf-8")
    print(f"{PAGE.name}: {text.count(chr(10))} lines", file=sys.stderr)


if __name__ == "__main__":
    main()
