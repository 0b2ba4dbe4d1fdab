"""Writes the reference page of a scheme's factors; `python -m tanso.rulebook.factor_reference SCHEME` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from itertools import groupby

from tanso.kernel.measures import label
from tanso.rulebook.book import Rulebook
from tanso.rulebook.factors import Factor, Statute
from tanso.rulebook.library import library

_HEAD = """\
# Factors 係数

Generated from `factors/` by `python -m tanso.rulebook.factor_reference {scheme}`; a test keeps the two in step.
A table holds for the fiscal years that begin while it is in force. How they are used: [calculation](calculation.md).

`factors/` から生成した一覧です。表は、その施行中に始まる年度に用います。使い方は[算定](calculation.md)をご覧ください。

A row without a figure is one that the rules leave to the supplier or to a measurement; whoever calculates brings it.
数値のない行は、供給事業者の係数又は実測によるものです。
"""


def factor_page(book: Rulebook) -> str:
    """The page in Markdown: each table with its dates, its statute and its rows."""
    parts = [_HEAD.format(scheme=book.scheme)]
    for statute, rows in groupby(book.factors.factors, key=lambda factor: factor.statute):
        parts += [_title(statute), _note(statute), _rows(list(rows))]
    return "\n".join(part for part in parts if part) + "\n"


def _title(statute: Statute) -> str:
    return f"\n## {statute.document.ja} {statute.clause}: {_days(statute)}\n"


def _days(statute: Statute) -> str:
    if statute.start is None:
        return "always"
    last = "" if statute.end is None else (statute.end - timedelta(days=1)).isoformat()
    return f"{statute.start.isoformat()} – {last}".rstrip()


def _note(statute: Statute) -> str:
    return "" if statute.assumed is None else f"Assumed: {statute.assumed.en}\n{statute.assumed.ja}\n"


def _rows(factors: Iterable[Factor]) -> str:
    lines = [
        "| item | slug | 名前 | name | unit | GJ/unit | tC/GJ | t-CO2/unit |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for factor in factors:
        carbon = f"{factor.tc_per_unit} tC/unit" if factor.tc_per_unit is not None else _shown(factor.tc_per_gj)
        state = factor.gas_state
        unit = label(factor.unit).en + (
            "" if state is None else f" ({state.temperature_c} °C, {state.pressure_kpa} kPa)"
        )
        cells = (
            factor.item,
            f"`{factor.slug}`",
            factor.name.ja,
            factor.name.en + (" (biomass)" if factor.biomass else ""),
            unit,
            _shown(factor.gj_per_unit),
            carbon,
            _shown(factor.t_per_unit),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _shown(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure:f}"


if __name__ == "__main__":
    sys.stdout.write(factor_page(library().get(sys.argv[1])))
