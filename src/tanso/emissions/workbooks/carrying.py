"""What a new form begins with: last year's boundary, organisation and monitoring points, without its quantities."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

# What belongs to the year that has passed, beside its quantities.
_OF_THE_YEAR = ("quantity", "missing", "earlier")
_OF_THE_YEAR_IN_FORM = ("months", "annual", "reason")
_YEARS_SHOWN = 3


def carried_over(previous: Mapping[str, Any], fiscal_year: int) -> dict[str, Any]:
    """The JSON to begin a report of `fiscal_year` with, from the input of an earlier report.

    The quantities of the earlier year become what this year's are compared with. Factors of electricity are of their
    year and stay behind.
    """
    new: dict[str, Any] = {
        key: copy.deepcopy(previous[key]) for key in ("site", "base_years", "boundary_changes") if key in previous
    }
    about = copy.deepcopy(previous.get("workbook", {}))
    for key in ("year", "holder", "changes"):
        about.pop(key, None)
    about.get("cover", {}).pop("written_on", None)
    if about:
        new["workbook"] = about
    last_year = previous["fiscal_year"]
    new["sources"] = [_point(source, last_year, fiscal_year) for source in previous.get("sources", [])]
    return new


def _point(source: Mapping[str, Any], last_year: int, fiscal_year: int) -> dict[str, Any]:
    new = {key: copy.deepcopy(value) for key, value in source.items() if key not in (*_OF_THE_YEAR, "factor")}
    about = {key: value for key, value in new.pop("workbook", {}).items() if key not in _OF_THE_YEAR_IN_FORM}
    if about:
        new["workbook"] = about
    earlier = [entry for entry in source.get("earlier", []) if entry["fiscal_year"] != last_year]
    if source.get("quantity") is not None:
        earlier.insert(0, {"fiscal_year": last_year, "quantity": source["quantity"]})
    earlier = [entry for entry in earlier if 0 < fiscal_year - entry["fiscal_year"] <= _YEARS_SHOWN]
    if earlier:
        new["earlier"] = earlier
    return new
