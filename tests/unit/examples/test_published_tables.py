"""A published figure agrees with one that rounds to it, to as many places as are printed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanso.interfaces.cli.tables.comparing import Cell, cells
from tanso.interfaces.cli.tables.reader import Printed


def printed(text: str) -> Printed:
    return Printed("steel", "over", Decimal(text), text, "S3 p13")


@pytest.mark.parametrize(
    ("text", "ours"), [("8", "7.5"), ("8", "8.49"), ("0.3", "0.25"), ("-13", "-13.4"), ("-1", "-1.3")]
)
def test_a_figure_that_rounds_to_what_is_printed_agrees(text: str, ours: str) -> None:
    assert Cell("steel", "over", printed(text), Decimal(ours)).agrees


@pytest.mark.parametrize(("text", "ours"), [("8", "7.49"), ("8", "8.5"), ("0.3", "0.35"), ("-13", "-13.5")])
def test_a_figure_that_rounds_to_another_does_not(text: str, ours: str) -> None:
    assert not Cell("steel", "over", printed(text), Decimal(ours)).agrees


def test_where_nothing_is_printed_nothing_must_come_out() -> None:
    assert Cell("steel", "short", None, Decimal("0.4")).agrees
    assert not Cell("steel", "short", None, Decimal(1)).agrees


def test_what_only_one_side_has_is_shown() -> None:
    ours = {("steel", "over"): Decimal(1), ("glass", "over"): Decimal(2)}
    found = cells([printed("1"), Printed("paper", "over", Decimal(3), "3", "")], ours, ["steel", "paper"], ["over"])

    assert [(cell.row, cell.agrees) for cell in found] == [("steel", True), ("paper", False), ("glass", False)]
