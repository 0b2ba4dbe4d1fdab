"""Overrides: values that an installation sets in place of the scheme's own, from a day on and with a reason.

Overrides are kept in the order in which they were recorded, and the latest that covers a day counts on it. One without
a last day holds until it is withdrawn, also where the scheme's files give a later value: whoever set it looked at this
installation, whoever wrote the file did not. A withdrawal is an entry of its own: from its day on, the scheme's values
hold again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tanso.kernel.texts import Text
from tanso.rulebook.texts import show, show_month_day

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Override:
    """One entry: a value from a day on (None: from the beginning) to a last day, included (None: no end).

    `day` is that of the act which recorded it, `by` the login (not part of a rulebook's version). An entry that
    `withdraws` has no value.
    """

    parameter: str
    value: Any = None
    from_day: date | None = None
    to_day: date | None = None
    reason: str = ""
    day: date | None = None
    by: str = ""
    withdraws: bool = False

    @property
    def end(self) -> date | None:
        """The first day on which it no longer holds; None where it has no end."""
        return None if self.to_day is None else self.to_day + _ONE_DAY

    def as_json(self) -> dict[str, Any]:
        """What a rulebook's document says of it."""
        return {
            "parameter": self.parameter,
            "value": self.value.isoformat() if isinstance(self.value, date) else self.value,
            "from": _written(self.from_day),
            "to": _written(self.to_day),
            "reason": self.reason,
            "day": _written(self.day),
            "withdraws": self.withdraws,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Override:
        return cls(
            parameter=value["parameter"],
            value=value["value"],
            from_day=_read(value["from"]),
            to_day=_read(value["to"]),
            reason=value["reason"],
            day=_read(value["day"]),
            by=value.get("by", ""),
            withdraws=value["withdraws"],
        )


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _read(day: str | None) -> date | None:
    return None if day is None else date.fromisoformat(day)


def said(override: Override, label: Text) -> Text:
    """The mark that stands wherever an overridden value is shown: which parameter, since when, and why."""
    facts = {"label": label.ja, "since": _since(override).ja, "reason": override.reason or "—"}
    ja = _MARK.ja.format(**facts)
    return Text(ja, _MARK.en.format(**(facts | {"label": label.en, "since": _since(override).en})))


_MARK = Text(
    ja="「{label}」の値は、この運用において{since}変更されています（理由：{reason}）。",
    en="This installation has overridden “{label}” {since} (reason: {reason}).",
)


def _since(override: Override) -> Text:
    if override.from_day is None:
        return Text("初めから", "from the beginning")
    ja, en = show(override.from_day, "ja"), show(override.from_day, "en")
    if override.to_day is None:
        return Text(f"{ja}から", f"from {en}")
    return Text(f"{ja}から{show(override.to_day, 'ja')}まで", f"from {en} to {show(override.to_day, 'en')}")


def shown_value(kind: str, value: Any, unit: str = "") -> Text:
    """A parameter's value as people write it, by the parameter's type."""
    if kind == "month_day":
        return show_month_day(value)
    if kind == "month_days":
        first, last = (show_month_day(item) for item in value)
        return Text(f"{first.ja}～{last.ja}", f"{first.en} to {last.en}")
    if kind == "day" and isinstance(value, str):
        value = date.fromisoformat(value)
    suffix = f" {unit}" if unit else ""
    return Text(show(value, "ja") + suffix, show(value, "en") + suffix)


def read_value(kind: str, written: str) -> Any:
    """What a person wrote for a parameter of that type, as the value it means.

    Text that is none of the type comes back as it is, so that the rules say what is wrong with it.
    """
    text = written.strip()
    if kind == "bool":
        return {"true": True, "false": False}.get(text.casefold(), text)
    if kind in ("int", "phase"):
        plain = text.replace(",", "")
        return int(plain) if plain.removeprefix("-").isdecimal() and len(plain) < 30 else text
    if kind in ("month_days", "texts"):
        parts = [part.strip() for part in text.replace("、", ",").replace("..", ",").split(",")]
        return [part for part in parts if part]
    return text


def written_value(value: Any) -> str:
    """A value as `read_value` reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return value.isoformat() if isinstance(value, date) else str(value)
