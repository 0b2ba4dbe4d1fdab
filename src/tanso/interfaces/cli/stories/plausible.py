"""`tanso example NAME --plausibility`: published energy against published emissions, as a table and as a picture."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from tanso.interfaces.charts import Dot, Mark, ranged_dots
from tanso.interfaces.cli.speech import here, say
from tanso.interfaces.cli.stories.energy import Fuel, Plausibility, plausibility
from tanso.interfaces.cli.stories.reader import Story, read_story
from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook, library

OUTSIDE = 1


def run(name: str, *, chart: Path | None, as_json: bool) -> int:
    """Print the comparison; save its picture where asked. 1 where a site lies outside. No database.

    Raises TansoErrors, and OSError where the picture cannot be written.
    """
    story = read_story(name)
    rulebook = library().get(story.shape.scheme)
    found = plausibility(story, rulebook)
    if chart is not None:
        chart.write_text(_drawn(story, rulebook, found), encoding="utf-8")
    if as_json:
        print(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        _print(story, rulebook, found)
        if chart is not None:
            say(Text("図を保存しました：{file}", "The picture is in {file}.").filled({"file": str(chart)}))
    return OUTSIDE if found.outside else 0


def _print(story: Story, rulebook: Rulebook, found: Plausibility) -> None:
    table = Table(
        title=here(_TITLE),
        caption=f"{here(_between(found))}\n{here(_ROUNDED)}\n{here(story.shape.notice.text)}",
        box=box.SIMPLE_HEAD,
        padding=0,
        show_edge=False,
    )
    table.add_column(here(Text("事業所", "Site")), no_wrap=True)
    for label in (Text("年度", "Year"), Text("GJ", "GJ"), Text("t-CO2", "t-CO2"), Text("t/GJ", "t/GJ")):
        table.add_column(here(label), justify="right", no_wrap=True)
    table.add_column("")
    for implied in found.sites:
        table.add_row(
            implied.site,
            str(_fiscal_year(story, rulebook, implied.year)),
            f"{implied.heat_gj:,}",
            f"{implied.emissions_t:,}",
            _shown(implied.t_per_gj),
            "" if implied.fits else here(Text("範囲外", "outside")),
        )
    Console().print(table)
    said = Text("範囲外：{count}（全 {all}）", "Outside: {count} of {all}.")
    say(said.filled({"count": str(len(found.outside)), "all": str(len(found.sites))}))


def _drawn(story: Story, rulebook: Rulebook, found: Plausibility) -> str:
    dots = [
        Dot(
            implied.site,
            f"FY{_fiscal_year(story, rulebook, implied.year)}",
            implied.t_per_gj,
            implied.lowest,
            implied.highest,
        )
        for implied in found.sites
    ]
    marks = [Mark(f"{here(fuel.name)} {_shown(fuel.t_per_gj)}", fuel.t_per_gj) for fuel in (found.low, found.high)]
    return ranged_dots(dots, marks, title=here(_TITLE), axis="t-CO2/GJ", series="")


def _as_json(found: Plausibility) -> dict[str, Any]:
    """Figures as decimal texts with six digits behind the point."""

    def fuel(each: Fuel) -> dict[str, Any]:
        return {"name": each.name.as_json(), "t_per_gj": _shown(each.t_per_gj, 6)}

    return {
        "between": [fuel(found.low), fuel(found.high)],
        "sites": [
            {
                "site": implied.site,
                "year": implied.year,
                "heat_gj": implied.heat_gj,
                "emissions_t": implied.emissions_t,
                "t_per_gj": _shown(implied.t_per_gj, 6),
                "range": [_shown(implied.lowest, 6), _shown(implied.highest, 6)],
                "fits": implied.fits,
            }
            for implied in found.sites
        ],
        "outside": len(found.outside),
    }


def _fiscal_year(story: Story, rulebook: Rulebook, year: str) -> int:
    return rulebook.life.years[year].fiscal_year_in(rulebook.phases[story.shape.phase])


def _shown(value: Fraction, digits: int = 4) -> str:
    scaled = round(value * 10**digits)
    return f"{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}"


def _between(found: Plausibility) -> Text:
    names = {
        "low": found.low.name,
        "high": found.high.name,
    }
    return Text(
        f"{names['low'].ja} {_shown(found.low.t_per_gj)} ～ {names['high'].ja} {_shown(found.high.t_per_gj)} t-CO2/GJ",
        f"{names['low'].en} {_shown(found.low.t_per_gj)} to {names['high'].en} {_shown(found.high.t_per_gj)} t-CO2/GJ",
    )


_TITLE = Text(
    "公表されたエネルギー1 GJ当たりの排出量（化石燃料）", "Emissions for each GJ of published energy (fossil fuels)"
)
_ROUNDED = Text(
    "公表値は整数に丸められているため、範囲で比べています。",
    "Published figures are whole numbers, so ranges are compared.",
)
