"""Makes holders.csv, participants.csv and trades.csv: 61 holders of period 3 that add up to the published table.

`python entities.py` writes them. Nothing is drawn by lot: the same published figures give the same entities.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PERIOD = "p3"
# Who falls short, and what they lack together, t: less than what was traded, so that they can buy it.
SHORT = (*(f"a-{number:02}" for number in range(5, 50, 5)), "b-2", "c-2")
SHORT_T = 21_600
# What a tonne costs, in turn; the last trade makes the average the published one.
PRICES_YEN = (780, 790, 800, 810, 820)


def published() -> dict[str, int]:
    """The figures of period 3 that the entities add up to."""
    rows = csv.DictReader((HERE / "given.csv").read_text(encoding="utf-8").splitlines())
    return {row["row"]: int(row["printed"]) for row in rows if row["column"] == PERIOD and row["printed"]}


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole parts by these weights; the last takes the remainder."""
    parts = [total * weight // sum(weights) for weight in weights]
    return [*parts[:-1], total - sum(parts[:-1])]


def holders(given: Mapping[str, int]) -> list[dict[str, Any]]:
    """The target holders: the mean of their base years, their promise, and what they emitted."""
    keys = [f"a-{number:02}" for number in range(1, given["holders_a"] + 1)]
    keys += [f"{kind}-{number}" for kind in "bc" for number in range(1, given[f"holders_{kind}"] + 1)]
    bases = dict(zip(keys, shared(given["base_t"], range(11, 11 + len(keys))), strict=True))
    # Without a subsidy, the goal of 1 %; the others promise the rest, by size.
    promises = {key: -(-bases[key] // 100) for key in keys if key[0] != "a"}
    with_subsidy = [key for key in keys if key[0] == "a"]
    rest_t = given["promised_t"] - sum(promises.values())
    promises |= dict(zip(with_subsidy, shared(rest_t, [bases[key] for key in with_subsidy]), strict=True))
    allocated = {key: bases[key] - promises[key] for key in keys}
    # Beyond the promise: what was cut less what was promised, and as much more as the others lack.
    beyond_t = given["base_t"] - given["actual_t"] - given["promised_t"] + SHORT_T
    over = [key for key in keys if key not in SHORT]
    left = dict(zip(over, shared(beyond_t, [allocated[key] for key in over]), strict=True))
    left |= {key: -part for key, part in zip(SHORT, shared(SHORT_T, range(12, 12 + len(SHORT))), strict=True)}
    return [_holder(number, key, bases[key], promises[key], left[key]) for number, key in enumerate(keys)]


def _holder(number: int, key: str, base_t: int, promise_t: int, left_t: int) -> dict[str, Any]:
    apart_t, allocated_t = base_t // 20, base_t - promise_t
    # Type C also answers for the year before, and emitted in it what it was allocated for it.
    first_t = allocated_t if key[0] == "c" else 0
    return {
        "key": key,
        "type": key[0],
        "base_1_t": base_t + apart_t,
        "base_2_t": base_t,
        "base_3_t": base_t - apart_t,
        "promise_t": promise_t,
        "first_target_t": first_t or "",
        "target_t": allocated_t - left_t,
        "owed_t": first_t + allocated_t - left_t,
        "left_t": left_t,
        "verifier": f"verifier-{number % published()['verifiers'] + 1:02}",
    }


def participants(given: Mapping[str, int]) -> list[dict[str, Any]]:
    """Trading participants and verifiers."""
    kinds = (("trader", "trading_participant", "trading_participants"), ("verifier", "verifier", "verifiers"))
    return [
        {"key": f"{name}-{number:02}", "kind": kind}
        for name, kind, count in kinds
        for number in range(1, given[count] + 1)
    ]


def trades(given: Mapping[str, int], all_holders: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who lacks buys it of one who has it; trading participants buy the rest of what was traded."""
    lacking = [holder for holder in all_holders if holder["left_t"] < 0]
    sellers = [holder for holder in all_holders if holder["left_t"] > 0]
    wanted = [(holder["key"], -holder["left_t"]) for holder in lacking]
    others = given["trades"] - len(wanted)
    parts = shared(given["traded_t"] - SHORT_T, range(13, 13 + others))
    wanted += [(f"trader-{number:02}", part) for number, part in enumerate(parts, start=1)]
    found: list[dict[str, Any]] = []
    for number, ((buyer, quantity_t), seller) in enumerate(zip(wanted, sellers, strict=False)):
        if seller["left_t"] < quantity_t:
            raise ValueError(f"{seller['key']} has too little for {buyer}")
        price_yen = quantity_t * PRICES_YEN[number % len(PRICES_YEN)]
        found.append({"from": seller["key"], "to": buyer, "quantity_t": quantity_t, "price_yen": price_yen})
    told_yen = sum(trade["price_yen"] for trade in found[:-1])
    found[-1]["price_yen"] = given["price_yen"] * given["traded_t"] - told_yen
    return found


def files() -> dict[str, str]:
    """The files as they should be, by name."""
    given = published()
    all_holders = holders(given)
    made = {
        "holders.csv": all_holders,
        "participants.csv": participants(given),
        "trades.csv": trades(given, all_holders),
    }
    return {name: _csv(rows) for name, rows in made.items()}


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    for file, content in files().items():
        (HERE / file).write_text(content, encoding="utf-8")
