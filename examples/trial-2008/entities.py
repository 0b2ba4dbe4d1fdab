"""Makes entities.csv and settling.csv from the published table and the choices beside it.

`python entities.py` writes both. Nothing is drawn by lot: the same table and choices give the same entities.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from io import StringIO
from itertools import cycle
from pathlib import Path
from typing import Any

from tanso.kernel import strict_yaml

HERE = Path(__file__).parent
_PLACES = Decimal("0.0001")


@dataclass
class Entity:
    """One target setter: what it is, its figures, and how it meets its target. Quantities in t, activity in units."""

    key: str
    sector: str
    form: str
    number: int
    difference_t: int
    entity: str = "company"
    companies: int = 1
    association_decision: str = ""
    settlement: str = "ex_post"
    years: str = "every_year"
    other_years_decision: str = ""
    plan_target: str = ""
    plan_actual: str = ""
    own_actual: str = ""
    first_target: str = ""
    target: str = ""
    reason: str = ""
    activity: int = 0
    allowed_t: int = 0
    emissions_t: int = 0
    verified: str = "no"
    result: str = "over"
    kyoto_t: int = 0
    supplied_t: int = 0
    bought_t: int = 0
    bought_from: str = ""
    borrowed_t: int = 0
    allowances_t: int = 0
    domestic_t: int = 0


# Columns of settling.csv; what an entity does to settle is there row by row, not in entities.csv.
_SETTLING = {
    "kyoto": "kyoto_t",
    "kyoto-supplied": "supplied_t",
    "bought": "bought_t",
    "borrowed": "borrowed_t",
    "allowances": "allowances_t",
    "domestic": "domestic_t",
}
_NOT_OF_ENTITIES = {*_SETTLING.values(), "bought_from"}


def split(total: int, number: int) -> list[int]:
    """`total` in as many parts, each larger than the one before by about the same; they sum up exactly."""
    weights = [number + 1 + index for index in range(number)]
    parts = [total * weight // sum(weights) for weight in weights]
    parts[-1] += total - sum(parts)
    return parts


def published() -> dict[tuple[str, str], str]:
    """The printed table: row and column -> what is printed."""
    with (HERE / "sectors.csv").open(encoding="utf-8", newline="") as file:
        return {(row["row"], row["column"]): row["printed"] for row in csv.DictReader(file)}


def entities() -> list[Entity]:
    """All entities, in the order of the table."""
    choices: dict[str, Any] = strict_yaml.load_file(HERE / "choices.yaml").value
    found = [
        entity
        for sector, cells in choices["differences_t"].items()
        for form, difference_t in cells.items()
        for entity in _of_cell(choices, sector, form, difference_t)
    ]
    by_key = {entity.key: entity for entity in found}
    _say_who(choices, found)
    _set_targets(choices, found)
    _settle(choices, found, by_key)
    return found


def _of_cell(choices: dict[str, Any], sector: str, form: str, difference_t: int) -> Iterator[Entity]:
    printed = published()
    over = int(printed.get((sector, f"over_{form}"), 0))
    short = int(printed.get((sector, f"short_{form}"), 0))
    short_t = choices["short_t"].get(sector, {}).get(form, 0)
    parts = [*split(difference_t + short_t, over)] if over else []
    parts += [-part for part in split(short_t, short)] if short else []
    for number, part in enumerate(parts, start=1):
        yield Entity(f"{sector}-{form}-{number}", sector, form, number, part, result="over" if part > 0 else "short")


def _say_who(choices: dict[str, Any], found: Sequence[Entity]) -> None:
    association, one_year = choices["association"], choices["one_year"]
    kinds = {sector: cycle(ways) for sector, ways in choices["entities"].items()}
    handled: dict[tuple[str, str], Iterator[str]] = {}
    for entity in found:
        if entity.sector == association["sector"]:
            entity.entity, entity.association_decision = "association", association["decision"]
        else:
            entity.entity = next(kinds.get(entity.sector, kinds["others"]))
        ways = choices["settlements"].get(entity.sector) or choices["settlements"][entity.result]
        entity.settlement = next(handled.setdefault((entity.sector + entity.form, entity.result), cycle(ways)))
        if entity.key == one_year["key"]:
            entity.years, entity.other_years_decision = "other", one_year["decision"]
    groups = [entity for entity in found if entity.entity == "group"]
    rest = choices["companies"] - association["companies"] - (len(found) - 1 - len(groups))
    for entity, companies in zip(groups, split(rest, len(groups)), strict=True):
        entity.companies = companies
    for entity in found:
        if entity.entity == "association":
            entity.companies = association["companies"]


def _set_targets(choices: dict[str, Any], found: Sequence[Entity]) -> None:
    raised = choices["raised"]
    for entity in found:
        times = choices["target_is_times"].get(entity.sector, choices["target_is_times"]["others"])
        level_t = abs(entity.difference_t) * times
        if entity.form == "absolute":
            entity.allowed_t = level_t
            entity.target = entity.first_target = str(level_t)
            entity.plan_target, entity.plan_actual, entity.own_actual = (
                str(-(-level_t * percent // 100)) for percent in (102, 101, 103)
            )
        else:
            rate = Decimal(choices["intensities"][entity.sector])
            entity.activity = int((level_t / rate).to_integral_value(ROUND_CEILING))
            entity.allowed_t = int((entity.activity * rate).to_integral_value(ROUND_FLOOR))
            entity.target = entity.first_target = str(rate)
            entity.plan_target, entity.plan_actual, entity.own_actual = (
                str((rate * percent / 100).quantize(_PLACES, ROUND_CEILING)) for percent in (102, 101, 103)
            )
        if entity.sector == raised["sector"]:
            before = level_t * raised["before"] // raised["after"]
            entity.first_target = entity.plan_target = str(before)
            entity.reason = raised["reason"]
        entity.emissions_t = entity.allowed_t - entity.difference_t


def _settle(choices: dict[str, Any], found: Sequence[Entity], by_key: dict[str, Entity]) -> None:
    """How each one meets its target: what is bought, borrowed and surrendered."""
    seller, buyer = (by_key[choices["bought"][role]] for role in ("seller", "buyer"))
    buyer.bought_t, buyer.bought_from = -buyer.difference_t, seller.key
    for key in choices["kyoto"]:
        by_key[key].supplied_t = -by_key[key].difference_t
    power = [entity for entity in found if entity.sector == "power"]
    for entity, kyoto_t in zip(power[:-1], split(choices["power_kyoto_t"], len(power) - 1), strict=True):
        entity.kyoto_t = kyoto_t
    for entity in found:
        if entity.result == "short":
            entity.borrowed_t = -entity.difference_t - entity.kyoto_t - entity.supplied_t - entity.bought_t
        ex_ante_t = entity.allowed_t if entity.settlement == "ex_ante" else 0
        # Ex ante everything that was emitted is surrendered, ex post the shortfall alone.
        owed_t = entity.emissions_t if ex_ante_t else max(0, -entity.difference_t)
        entity.allowances_t = owed_t - entity.kyoto_t - entity.supplied_t
        entity.domestic_t = choices["domestic"].get(entity.key, 0)
    seller.verified = "yes"
    wanted = choices["verified"] - 1
    for entity in [entity for entity in found if entity is not seller][::3][:wanted]:
        entity.verified = "yes"


def entity_rows(found: Sequence[Entity]) -> list[dict[str, Any]]:
    """The rows of entities.csv."""
    names = [field.name for field in fields(Entity) if field.name not in _NOT_OF_ENTITIES]
    return [{name: getattr(entity, name) for name in names} for entity in found]


def settling_rows(found: Sequence[Entity]) -> list[dict[str, Any]]:
    """The rows of settling.csv: who does what with how much."""
    return [
        {
            "key": entity.key,
            "what": what,
            "quantity_t": getattr(entity, column),
            "from": entity.bought_from if what == "bought" else "",
        }
        for what, column in _SETTLING.items()
        for entity in found
        if getattr(entity, column)
    ]


def written(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as a CSV file."""
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def files() -> dict[str, str]:
    """What is made, by name of the file."""
    found = entities()
    return {"entities.csv": written(entity_rows(found)), "settling.csv": written(settling_rows(found))}


if __name__ == "__main__":
    for name, text in files().items():
        (HERE / name).write_text(text, encoding="utf-8")
