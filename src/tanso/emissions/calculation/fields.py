"""Reads JSON as a person may have written it: everything wrong is noted with its place, nothing stops the reading."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tanso.emissions.calculation.findings import CalculationFinding, printable
from tanso.emissions.calculation.numbers import DECIMALS, LARGEST, Unreadable, read_number
from tanso.kernel.texts import Text

LARGEST_FILE = 20_000_000
_LONGEST_NUMBER = 1_000
_LONGEST_TEXT = 500
_MOST_STRANGE_KEYS = 2_000
_IGNORED = frozenset({"note", "comment", "remarks", "workbook"})

OBJECT = Text("「{ }」の形", "an object `{ }`")
LIST = Text("「[ ]」の形の一覧", "a list `[ ]`")
TEXT = Text("文字列", "a text")
WHOLE = Text("整数", "a whole number")
TRUTH = Text("true か false", "true or false")


class JsonObject(dict[str, Any]):
    """An object of the file that remembers which keys were written twice."""

    twice: tuple[str, ...] = ()


def load_json(data: bytes) -> tuple[Any, CalculationFinding | None]:
    """The value of a JSON file, fractions as Decimal; or why it is none."""
    if len(data) > LARGEST_FILE:
        return None, CalculationFinding("input.too_large", "", facts={"largest": f"{LARGEST_FILE // 1_000_000} MB"})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        return None, _unreadable(Text("文字コードが UTF-8 ではありません", "it is not UTF-8 text"), line, column)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_fraction,
            parse_constant=Unreadable,
        )
    except json.JSONDecodeError as error:
        return None, _unreadable(Text("書き方が違います", error.msg), error.lineno, error.colno)
    except RecursionError:
        return None, _unreadable(Text("入れ子が深すぎます", "it nests too deeply"), 1, 1)
    return value, None


def _unreadable(reason: Text, line: int, column: int) -> CalculationFinding:
    return CalculationFinding("input.unreadable", "", facts={"reason": reason, "line": line, "column": column})


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    result = JsonObject()
    twice = []
    for key, value in pairs:
        if key in result:
            twice.append(key)
        else:
            result[key] = value
    result.twice = tuple(dict.fromkeys(twice))
    return result


def _whole(text: str) -> int | Unreadable:
    return int(text) if len(text) <= _LONGEST_NUMBER else Unreadable(text)


def _fraction(text: str) -> Decimal | Unreadable:
    try:
        return Decimal(text) if len(text) <= _LONGEST_NUMBER else Unreadable(text)
    except InvalidOperation:  # an exponent beyond any number
        return Unreadable(text)


class Findings(list[CalculationFinding]):
    """All findings of one input, and what was made of each strange key: judging one takes time."""

    def __init__(self) -> None:
        super().__init__()
        self.judged: dict[tuple[str, Sequence[str]], str] = {}


@dataclass(slots=True)
class Fields:
    """One object of the input, read key by key; what is wrong goes to `findings` with its place."""

    value: dict[str, Any]
    place: str
    findings: Findings
    source: int | None = None
    point: str = ""

    def refuse(self, code: str, key: str = "", /, **facts: Any) -> None:
        self.findings.append(CalculationFinding(code, self.at(key), self.source, self.point, facts))

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place and key else self.place or key

    def check_keys(self, known: Sequence[str]) -> None:
        """Note keys that are written twice, misspelt or not read; one that is not read is noted once for all places."""
        for key in getattr(self.value, "twice", ()):
            self.refuse("input.duplicate_key", printable(key), key=printable(key))
        for key in self.value:
            if key in known or key in _IGNORED:
                continue
            first_time = (key, known) not in self.findings.judged
            if len(self.findings.judged) >= _MOST_STRANGE_KEYS and first_time:
                self.refuse("input.too_many_strange_keys", largest=_MOST_STRANGE_KEYS)
                break
            meant = self._meant(key, known)
            if meant and meant not in self.value:
                self.refuse("input.misspelt_key", printable(key), key=printable(key), meant=meant)
            elif first_time:
                self.refuse("input.unknown_key", printable(key), key=printable(key))

    def _meant(self, key: str, known: Sequence[str]) -> str:
        """The known key that a strange one comes close to, or none."""
        judged = self.findings.judged
        if (key, known) not in judged:
            close = difflib.get_close_matches(key.casefold()[:40], known, n=1, cutoff=3 / 4)
            judged[key, known] = close[0] if close else ""
        return judged[key, known]

    def number(
        self, key: str, *, needed: bool = False, largest: Decimal = LARGEST, signed: bool = False, zero: bool = True
    ) -> Decimal | None:
        """The number at a key; None where there is none, noted where it is needed or wrong."""
        given = self.value.get(key)
        read = read_number(given, largest=largest, signed=signed)
        if isinstance(read, Decimal):
            if read == 0 and not zero:
                self.refuse("number.zero", key, key=key)
                return None
            return read
        if read == "missing":
            if needed or given is not None:
                self.refuse("input.missing", key, key=key)
            return None
        found = given.text if isinstance(given, Unreadable) else given
        facts: dict[str, Any] = {"key": key, "found": _found(found)}
        if read == "too_large":
            facts["largest"] = f"{largest:,f}"
        if read == "too_fine":
            facts["decimals"] = DECIMALS
        self.refuse(f"number.{read}", key, **facts)
        return None

    def text(self, key: str, *, needed: bool = False) -> str:
        """The text at a key without the spaces around it; empty where there is none."""
        given = self.value.get(key)
        if given is None:
            if needed:
                self.refuse("input.missing", key, key=key)
            return ""
        if not isinstance(given, str):
            self.wrong_type(key, TEXT)
            return ""
        text = given.strip()
        if needed and not text:
            self.refuse("input.missing", key, key=key)
        return text[:_LONGEST_TEXT]

    def word(self, key: str, choices: Sequence[str], default: str) -> str:
        """One of a few words."""
        given = self.value.get(key)
        if given is None:
            return default
        if not isinstance(given, str) or given.strip() not in choices:
            self.refuse("input.unknown_word", key, key=key, word=_found(given), choices=list(choices))
            return default
        return given.strip()

    def truth(self, key: str) -> bool:
        given = self.value.get(key, False)
        if not isinstance(given, bool):
            self.wrong_type(key, TRUTH)
            return False
        return given

    def whole(self, key: str) -> int | None:
        """A whole number; None where there is none or another type, which is noted."""
        given = self.value.get(key)
        if given is None:
            return None
        if isinstance(given, bool) or not isinstance(given, int):
            self.wrong_type(key, WHOLE)
            return None
        return given

    def object(self, key: str) -> Fields | None:
        given = self.value.get(key)
        if given is None:
            return None
        if not isinstance(given, dict):
            self.wrong_type(key, OBJECT)
            return None
        return Fields(given, self.at(key), self.findings, self.source, self.point)

    def items(self, key: str) -> Iterator[tuple[int, Any]]:
        """The items of a list, with their index; nothing where there is no list; anything else is noted."""
        given = self.value.get(key)
        if given is None:
            return
        if not isinstance(given, list):
            self.wrong_type(key, LIST)
            return
        yield from enumerate(given)

    def objects(self, key: str) -> Iterator[Fields]:
        """The objects of a list; what is none is noted."""
        for index, item in self.items(key):
            place = f"{self.at(key)}[{index}]"
            if isinstance(item, dict):
                yield Fields(item, place, self.findings, self.source, self.point)
            else:
                self.findings.append(
                    CalculationFinding(
                        "input.wrong_type", place, self.source, self.point, {"key": place, "wanted": OBJECT}
                    )
                )

    def wrong_type(self, key: str, wanted: Text) -> None:
        self.refuse("input.wrong_type", key, key=key, wanted=wanted)


def _found(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return "{…}" if isinstance(value, dict) else "[…]"
    if isinstance(value, Unreadable):
        return printable(value.text)
    return printable(value)
