"""Charts as SVG files, drawn by a library: no script, the same picture in a page, a mail and a document.

Numbers go in as exact fractions and become binary ones only here, where they are pixels.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

_FONT = "Noto Sans JP"
_INK, _SOFT, _SERIES = "#1a1a1c", "#626264", ("#0017c1", "#c74700", "#006f39")
_DASHES: tuple[list[int], ...] = ([1, 0], [6, 3], [2, 2])
_LINE_HEIGHT = 16


@dataclass(frozen=True, slots=True)
class Dot:
    """One value of a row, with the range that it may lie in."""

    row: str
    series: str
    value: Fraction
    lowest: Fraction
    highest: Fraction


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that all rows are compared with."""

    label: str
    value: Fraction


def ranged_dots(dots: Sequence[Dot], marks: Sequence[Mark], *, title: str, axis: str, series: str) -> str:
    """Rows of dots with their ranges between marks, the row with the smallest value on top. Returns SVG."""
    import altair  # noqa: PLC0415 -- a second of start-up that only charts pay

    data = [
        {
            "row": dot.row,
            "series": dot.series,
            "value": _pixel(dot.value),
            "lowest": _pixel(dot.lowest),
            "highest": _pixel(dot.highest),
        }
        for dot in dots
    ]
    order = list(dict.fromkeys(dot.row for dot in sorted(dots, key=lambda dot: (dot.value, dot.row))))
    names = list(dict.fromkeys(dot.series for dot in dots))
    base = altair.Chart(altair.Data(values=data)).encode(
        y=altair.Y("row:N", sort=order, title=None),
        color=altair.Color(
            "series:N", title=series, scale=altair.Scale(domain=names, range=list(_SERIES[: len(names)]))
        ),
    )
    ranges = base.mark_rule().encode(x=altair.X("lowest:Q", title=axis, scale=altair.Scale(zero=False)), x2="highest:Q")
    points = base.mark_point(filled=True, size=36).encode(x="value:Q")
    lines = altair.Chart(altair.Data(values=[{"label": mark.label, "value": _pixel(mark.value)} for mark in marks]))
    rules = lines.mark_rule(color=_INK, strokeDash=[4, 3]).encode(x="value:Q")
    labels = lines.mark_text(color=_INK, align="left", dx=4, dy=-6, baseline="bottom").encode(
        x="value:Q", y=altair.value(0), text="label:N"
    )
    chart = (ranges + points + rules + labels).properties(
        title=altair.Title(title, anchor="start", offset=20), width=560, height=_LINE_HEIGHT * len(order)
    )
    return _svg(chart)


@dataclass(frozen=True, slots=True)
class Steps:
    """A quantity that holds from each day on until the next; the last one up to `until`."""

    label: str
    values: Sequence[tuple[date, int]]


def steps(lines: Sequence[Steps], until: date, *, axis: str, legend: str) -> str:
    """Quantities over time as lines with steps, told apart by colour and by dashes. Returns SVG."""
    import altair  # noqa: PLC0415 -- a second of start-up that only charts pay

    data = [
        {"line": line.label, "day": day.isoformat(), "value": value}
        for line in lines
        for day, value in (*line.values, (until, line.values[-1][1]))
    ]
    names = [line.label for line in lines]
    colours = altair.Scale(domain=names, range=[_SERIES[place % len(_SERIES)] for place in range(len(names))])
    dashes = altair.Scale(domain=names, range=[_DASHES[place % len(_DASHES)] for place in range(len(names))])
    below = altair.Legend(title=legend, orient="bottom", columns=2, labelLimit=300, symbolSize=400)
    chart = (
        altair.Chart(altair.Data(values=data))
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=altair.X("day:T", title=None, axis=altair.Axis(format="%Y-%m", labelOverlap=True)),
            y=altair.Y("value:Q", title=axis, axis=altair.Axis(format=",d", tickMinStep=1)),
            color=altair.Color("line:N", scale=colours, legend=below),
            strokeDash=altair.StrokeDash("line:N", scale=dashes, legend=below),
        )
        .properties(width=640, height=220)
    )
    return _svg(chart)


def _svg(chart: Any) -> str:
    import vl_convert  # noqa: PLC0415

    _register_font()
    configured = chart.configure(font=f"{_FONT}, sans-serif", background="white").configure_axis(
        labelColor=_INK, titleColor=_INK, gridColor="#e6e6e6", labelLimit=220
    )
    return str(vl_convert.vegalite_to_svg(configured.configure_legend(labelColor=_INK, titleColor=_SOFT).to_dict()))


@cache
def _register_font() -> None:
    """The font that the documents use, so that a picture measures its texts as they will be shown."""
    import vl_convert  # noqa: PLC0415

    with importlib.resources.as_file(importlib.resources.files("pylopdf_fonts_jp")) as folder:
        for font in sorted(folder.rglob("*.[ot]tf")):
            vl_convert.register_font_directory(str(font.parent))


def _pixel(value: Fraction) -> float:
    return float(value)
