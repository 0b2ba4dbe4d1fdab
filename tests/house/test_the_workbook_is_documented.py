"""The reference page of the prescribed workbook says what the form and the findings are."""

from __future__ import annotations

from tanso.emissions.workbooks import package, reference


def test_the_page_is_as_the_form_writes_it() -> None:
    text = reference.PAGE.read_text(encoding="utf-8")

    assert text[text.index(reference.MARK) :] == reference.generated(), (
        "run python -m tanso.emissions.workbooks.reference"
    )


def test_the_limits_of_the_page_are_those_of_the_reader() -> None:
    text = reference.PAGE.read_text(encoding="utf-8")

    for limit in (
        f"over {package.LARGEST_BYTES // package.MEGABYTE} MB",
        f"{package.LARGEST_UNFOLDED // package.MEGABYTE} MB unfolded",
        f"{package.LARGEST_PARTS:,} parts",
        f"{package.LARGEST_SHEETS} sheets",
        "1.5 million cells",
        f"{package.LARGEST_ELEMENTS // package.MEGABYTE} million elements",
        f"row {package.LARGEST_ROW:,}",
    ):
        assert limit in text, limit
    assert package.LARGEST_CELLS == 1_500_000
