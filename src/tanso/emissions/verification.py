"""The verification report as a form: what its fields must be, and what rules may ask of it. Pure.

The figure and the opinion are arguments of their own; this is what stands beside them: the level of assurance, the
misstatements found with their correction and their effect, the site visits, the samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

ASSURANCE = ("reasonable", "limited")
# What became of a misstatement: put right in the report, or left as it is.
CORRECTIONS = ("corrected", "uncorrected")
TEXT_LENGTH_MAX = 4000
ROWS_MAX = 200
_EFFECT_BOUND_T = 10**12


def facts_of(report: Mapping[str, Any] | None) -> dict[str, Any]:
    """What rules may ask of the form; of one that was not handed in, only that. `wrong_fields` are its mistakes."""
    if report is None:
        return {"verification.has_form": False}
    wrong = wrong_fields(report)
    findings = [] if "findings" in wrong else report.get("findings", [])
    uncorrected_t = sum(abs(finding["effect_t"]) for finding in findings if finding["correction"] == "uncorrected")
    visits = [] if "site_visits" in wrong else report.get("site_visits", [])
    return {
        "verification.has_form": True,
        "verification.wrong_fields": wrong,
        "verification.assurance": "" if "assurance" in wrong else report["assurance"],
        "verification.findings": len(findings),
        "verification.uncorrected_t": uncorrected_t,
        "verification.site_visits": len(visits),
    }


def wrong_fields(report: Mapping[str, Any]) -> list[str]:
    """The fields that are missing, not of their type, or unknown, in the order of the form."""
    checks = {
        "assurance": lambda value: value in ASSURANCE,
        "findings": lambda value: _is_list(value, _is_finding),
        "site_visits": lambda value: _is_list(value, _is_visit),
        "sampling": _is_text,
        "remarks": _is_text,
    }
    optional = {"findings", "site_visits", "sampling", "remarks"}
    wrong = [name for name, fits in checks.items() if not (fits(report[name]) if name in report else name in optional)]
    return wrong + sorted(str(name) for name in report if name not in checks)


def _is_list(value: Any, fits: Any) -> bool:
    return isinstance(value, list) and len(value) <= ROWS_MAX and all(fits(row) for row in value)


def _is_finding(row: Any) -> bool:
    """`{description, correction, effect_t}`: the effect on the reported emissions in whole tonnes, with its sign."""
    return (
        isinstance(row, Mapping)
        and set(row) == {"description", "correction", "effect_t"}
        and _is_text(row["description"])
        and bool(row["description"].strip())
        and row["correction"] in CORRECTIONS
        and isinstance(row["effect_t"], int)
        and not isinstance(row["effect_t"], bool)
        and abs(row["effect_t"]) <= _EFFECT_BOUND_T
    )


def _is_visit(row: Any) -> bool:
    """`{site, day}`: where and on which day."""
    return (
        isinstance(row, Mapping)
        and set(row) == {"site", "day"}
        and _is_text(row["site"])
        and bool(row["site"].strip())
        and _is_day(row["day"])
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_LENGTH_MAX


def _is_day(value: Any) -> bool:
    try:
        # Weeks are dates of that standard too, and of the same length.
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
