"""What a scheme says, an entry each, as it is shown everywhere: the command line, the public page, the reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tanso.kernel.texts import Text

# Kind of entry -> what a list of them is called, in the order in which a scheme is told.
KINDS: dict[str, Text] = {
    "phase": Text("期", "Phases"),
    "participant": Text("参加者", "Participants"),
    "account": Text("口座", "Accounts"),
    "unit": Text("排出枠", "Units"),
    "attribute": Text("参加者の項目", "Fields of participants"),
    "figure": Text("年度ごとの数値", "Figures of a year"),
    "parameter": Text("パラメーター", "Parameters"),
    "window": Text("期間", "Windows"),
    "due": Text("期日に行われること", "What falls due"),
    "derived": Text("導出量", "Derived quantities"),
    "check": Text("検査", "Checks"),
    "year": Text("報告書の年度", "Years that reports are about"),
    "opinion": Text("検証意見", "Opinions"),
    "transfer_kind": Text("移転の区分", "Kinds of transfer"),
    "results": Text("期の結果", "Results of a phase"),
    "registration": Text("登録の申請", "Applications for registration"),
    "operation": Text("手続", "Operations"),
    "schedule": Text("予定", "Schedule"),
    "event": Text("通知", "Mails"),
    "contact": Text("問い合わせ先", "Contact points"),
    "letter": Text("通知書・証明書", "Letters"),
    "factors": Text("係数", "Factors"),
}

# What one of them is called.
KIND_OF: dict[str, Text] = {
    "phase": Text("期", "phase"),
    "participant": Text("参加者", "kind of participant"),
    "account": Text("口座", "kind of account"),
    "unit": Text("排出枠", "unit"),
    "attribute": Text("参加者の項目", "field of participants"),
    "figure": Text("年度ごとの数値", "figure of a year"),
    "parameter": Text("パラメーター", "parameter"),
    "window": Text("期間", "window"),
    "due": Text("期日に行われること", "what falls due"),
    "derived": Text("導出量", "derived quantity"),
    "check": Text("検査", "check"),
    "year": Text("報告書の年度", "year that reports are about"),
    "opinion": Text("検証意見", "opinion"),
    "transfer_kind": Text("移転の区分", "kind of transfer"),
    "results": Text("期の結果", "results of a phase"),
    "registration": Text("登録の申請", "application for registration"),
    "operation": Text("手続", "operation"),
    "schedule": Text("予定", "entry of the schedule"),
    "event": Text("通知", "mail"),
    "contact": Text("問い合わせ先", "contact point"),
    "letter": Text("通知書・証明書", "letter"),
    "factors": Text("係数", "table of factors"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is written: the document as the scheme names it, its title, and the clause."""

    document: str
    title: Text
    clause: str

    def as_json(self) -> dict[str, Any]:
        return {"document": self.document, "title": self.title.as_json(), "clause": self.clause}


@dataclass(frozen=True, slots=True)
class Dated:
    """A value with its days, the last one included. `override` tells of the installation's own value."""

    first_day: date | None
    last_day: date | None
    value: Any
    shown: Text
    source: Source
    assumed: Text | None
    override: Text | None

    def holds_on(self, day: date) -> bool:
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)

    def as_json(self) -> dict[str, Any]:
        return {
            "first_day": None if self.first_day is None else self.first_day.isoformat(),
            "last_day": None if self.last_day is None else self.last_day.isoformat(),
            "value": self.value.isoformat() if isinstance(self.value, date) else self.value,
            "shown": self.shown.as_json(),
            "source": self.source.as_json(),
            "assumed": _json(self.assumed),
            "override": _json(self.override),
        }


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a window for one phase or year, both included; None is open.

    `overrides` tell of the installation's own values that the days follow from.
    """

    label: Text
    first_day: date | None
    last_day: date | None
    overrides: tuple[Text, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "of": self.label.as_json(),
            "first_day": None if self.first_day is None else self.first_day.isoformat(),
            "last_day": None if self.last_day is None else self.last_day.isoformat(),
            "overrides": [text.as_json() for text in self.overrides],
        }


@dataclass(frozen=True, slots=True)
class Said:
    """A condition: what it is for, as it is written, and as a person reads it, a line for each part."""

    role: Text
    written: str
    lines: tuple[Text, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "role": self.role.as_json(),
            "written": self.written,
            "lines": [line.as_json() for line in self.lines],
        }


@dataclass(frozen=True, slots=True)
class Reads:
    """A parameter or a window that a rule leans on."""

    kind: str
    code: str
    title: Text

    @property
    def anchor(self) -> str:
        return anchor(self.kind, self.code)

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "code": self.code, "title": self.title.as_json()}


def anchor(kind: str, code: str) -> str:
    """How a page points at an entry; a parameter and a window may have one name."""
    return code if kind in ("check", "parameter", "derived") else f"{kind}-{code}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a scheme says. `code` is how its files name it; what does not apply to it is empty."""

    kind: str
    code: str
    title: Text
    source: Source
    assumed: Text | None = None
    unit: str = ""
    values: tuple[Dated, ...] = ()
    operations: tuple[Text, ...] = ()
    conditions: tuple[Said, ...] = ()
    message: Text | None = None
    next_step: Text | None = None
    facts: tuple[tuple[str, Text], ...] = ()
    days: tuple[Days, ...] = ()
    notes: tuple[tuple[Text, Text], ...] = ()
    reads: tuple[Reads, ...] = ()

    @property
    def anchor(self) -> str:
        """How a page points at it."""
        return anchor(self.kind, self.code)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every clause that it is from."""
        found = (
            [self.source, *(value.source for value in self.values)]
            if not self.values
            else [value.source for value in self.values]
        )
        return tuple(dict.fromkeys(found))

    @property
    def assumptions(self) -> tuple[Text, ...]:
        """Why something was chosen that the sources do not say."""
        found = [self.assumed, *(value.assumed for value in self.values)]
        return tuple(dict.fromkeys(text for text in found if text is not None))

    def value_on(self, day: date) -> Dated | None:
        """The value that holds on a day."""
        return next((value for value in self.values if value.holds_on(day)), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "code": self.code,
            "title": self.title.as_json(),
            "source": self.source.as_json(),
            "assumed": _json(self.assumed),
            "unit": self.unit,
            "values": [value.as_json() for value in self.values],
            "operations": [operation.as_json() for operation in self.operations],
            "conditions": [condition.as_json() for condition in self.conditions],
            "message": _json(self.message),
            "next_step": _json(self.next_step),
            "facts": {name: text.as_json() for name, text in self.facts},
            "days": [days.as_json() for days in self.days],
            "notes": [{"label": label.as_json(), "text": text.as_json()} for label, text in self.notes],
            "reads": [read.as_json() for read in self.reads],
        }


def _json(text: Text | None) -> dict[str, str] | None:
    return None if text is None else text.as_json()
