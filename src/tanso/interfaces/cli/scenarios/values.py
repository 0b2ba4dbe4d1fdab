"""Read one value of a scenario file: each type of `words.ValueType` has a function here.

A function returns the value as the player needs it, or raises `WrongValueError` with a sentence in both languages that
says what was expected and what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tanso.interfaces.cli.scenarios.model import ADMINISTRATOR, Evidence, Signer, Workbook
from tanso.interfaces.cli.scenarios.vocabulary import Vocabulary
from tanso.interfaces.cli.scenarios.words import Argument, ValueType
from tanso.kernel.quantities import BOUND_T, read_quantity
from tanso.kernel.texts import Text

FIRST_YEAR, LAST_YEAR = 1900, 2999
TEXT_LENGTH_MAX = 2000
KIND_LENGTH_MAX = 60
REFERENCE_LENGTH_MAX = 200
WORKBOOK_BYTES_MAX = 20_000_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ACCOUNT_NUMBER = re.compile(r"[A-Z]{2,}-[0-9]+")
_SHOWN_MAX = 40


class WrongValueError(Exception):
    """The value is not what it should be; `message` is the sentence."""

    def __init__(self, ja: str, en: str) -> None:
        self.message = Text(ja=ja, en=en)
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a value is read against. `vocabulary` and `parties` are None where the file itself left them unknown."""

    folder: Path
    vocabulary: Vocabulary | None
    parties: Mapping[str, str | None] | None
    """Declared party -> its kind (None where that could not be read)."""


def shown(value: Any) -> str:
    """A value as a message quotes it: short, on one line."""
    text = value if isinstance(value, str) else "null" if value is None else str(value)
    if isinstance(value, bool):
        text = "true" if value else "false"
    if isinstance(value, Mapping):
        text = "{…}"
    elif isinstance(value, (list, tuple)):
        text = "[…]"
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"


def listed(names: Iterable[Any]) -> str:
    return ", ".join(str(name) for name in names)


def read(argument: Argument, value: Any, around: Surroundings) -> Any:
    """Read the value of one argument; raises WrongValueError."""
    if value is None and argument.null:
        return None
    if argument.type == "choice":
        return one_of(argument.choices, value)
    return _READERS[argument.type](value, around)


def one_of(choices: Iterable[str], value: Any) -> str:
    """A word out of a list."""
    known = tuple(choices)
    if not isinstance(value, str) or value not in known:
        raise WrongValueError(
            f"「{shown(value)}」は使えません。次のいずれかです：{listed(known)}",
            f'"{shown(value)}" is not one of: {listed(known)}',
        )
    return value


def text(value: Any, around: Surroundings | None = None, *, longest: int = TEXT_LENGTH_MAX) -> str:
    """Any text; numbers and dates must be quoted so that they stay what they are."""
    if isinstance(value, str):
        if len(value) > longest:
            raise WrongValueError(
                f"「{shown(value)}」は長すぎます（上限 {longest} 文字）",
                f'"{shown(value)}" is too long (at most {longest} characters)',
            )
        return value
    raise WrongValueError(
        f"文字列が必要ですが「{shown(value)}」があります。数値や日付は引用符で囲んでください",
        f'text is needed, not "{shown(value)}"; put numbers and dates in quotes',
    )


def day(value: Any, around: Surroundings | None = None) -> date:
    """A day, quoted or not, as YYYY-MM-DD."""
    found: date | None = None
    if isinstance(value, date) and not isinstance(value, datetime):
        found = value
    elif isinstance(value, str) and _DAY.fullmatch(value):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise WrongValueError(f"「{value}」という日はありません", f'there is no day "{value}"') from None
    if found is None:
        raise WrongValueError(
            f"日付は YYYY-MM-DD の形で書きます（「{shown(value)}」は読めません）",
            f'a day is written YYYY-MM-DD; "{shown(value)}" is not',
        )
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise WrongValueError(
            f"{found.isoformat()} は扱える年（{FIRST_YEAR}～{LAST_YEAR}）の外です",
            f"{found.isoformat()} lies outside the years {FIRST_YEAR} to {LAST_YEAR}",
        )
    return found


def quantity(value: Any, around: Surroundings | None = None) -> int | str:
    """Tonnes as a whole number, or as text where it is not one (the rules refuse it, the reader does not).

    Also text where the number is beyond any ledger, so that nothing downstream has to count so far.
    """
    if isinstance(value, (int, Decimal, str)) and not isinstance(value, bool):
        try:
            read_ = read_quantity(value)
        except ValueError:
            pass
        else:
            if read_.is_whole and abs(read_.t) < BOUND_T:
                return read_.t
            return str(value) if len(str(value)) <= _SHOWN_MAX else str(read_.t)
    raise WrongValueError(
        f"トン数が必要ですが「{shown(value)}」があります",
        f'a number of tonnes is needed, not "{shown(value)}"',
    )


def fiscal_year(value: Any, around: Surroundings | None = None) -> int:
    """A year as a number. Whether the scheme has it is for the rules."""
    if isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR <= value <= LAST_YEAR:
        return value
    raise WrongValueError(
        f"年度が必要ですが「{shown(value)}」があります", f'a year like 2014 is needed, not "{shown(value)}"'
    )


def yen(value: Any, around: Surroundings | None = None) -> int | str:
    """Yen as a whole number, or as text where it is not one: the rules refuse it, the reader does not."""
    try:
        return quantity(value)
    except WrongValueError:
        raise WrongValueError(
            f"金額（円）が必要ですが「{shown(value)}」があります", f'an amount in yen is needed, not "{shown(value)}"'
        ) from None


def count(value: Any, around: Surroundings | None = None) -> int:
    """How many of something."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise WrongValueError(
        f"件数（0以上の整数）が必要ですが「{shown(value)}」があります",
        f'a count, from 0, is needed, not "{shown(value)}"',
    )


def phase(value: Any, around: Surroundings) -> int:
    """A phase of the scheme, by its number."""
    known = () if around.vocabulary is None else around.vocabulary.phases
    if isinstance(value, int) and not isinstance(value, bool) and (not known or value in known):
        return value
    raise WrongValueError(
        f"「{shown(value)}」という期はありません（{listed(known)}）",
        f'there is no phase "{shown(value)}" ({listed(known)})',
    )


def party(value: Any, around: Surroundings) -> str:
    """A party that the file declares."""
    name = text(value)
    if around.parties is not None and name not in around.parties:
        raise WrongValueError(
            f"「{shown(name)}」は parties に宣言されていません（宣言済み：{listed(around.parties) or 'なし'}）",
            f'"{shown(name)}" is not declared under parties (declared: {listed(around.parties) or "none"})',
        )
    return name


def account(value: Any, around: Surroundings) -> str:
    """A declared party, or an account number as the scheme prints it. Whether the account exists is for the rules."""
    name = text(value)
    if around.parties is not None and name in around.parties:
        return name
    if is_account_number(name, around.vocabulary):
        return name
    return party(name, around)


def is_account_number(name: str, vocabulary: Vocabulary | None) -> bool:
    """Does the text look like an account number: the scheme's own form, or capitals, a hyphen and digits?"""
    if _ACCOUNT_NUMBER.fullmatch(name):
        return True
    return vocabulary is not None and vocabulary.account_number.fullmatch(name) is not None


def unit(value: Any, around: Surroundings) -> str:
    """A unit as the scheme writes it, with its phase where it has one."""
    name = text(value)
    if around.vocabulary is not None and name not in around.vocabulary.units:
        raise WrongValueError(
            f"単位「{shown(name)}」はありません（使える単位：{listed(around.vocabulary.units)}）",
            f'there is no unit "{shown(name)}" (known: {listed(around.vocabulary.units)})',
        )
    return name


def workbook(value: Any, around: Surroundings) -> Workbook:
    """A file beside the scenario. Whether it is the prescribed form is for the rules."""
    name = text(value)
    path = around.folder / name
    try:
        if path.stat().st_size > WORKBOOK_BYTES_MAX:
            raise WrongValueError(
                f"ファイル「{shown(name)}」が大きすぎます（上限 {WORKBOOK_BYTES_MAX:,} バイト）",
                f'the file "{shown(name)}" is too large (at most {WORKBOOK_BYTES_MAX:,} bytes)',
            )
        return Workbook(path=name, content=path.read_bytes())
    except (OSError, ValueError):
        raise WrongValueError(
            f"ファイル「{shown(name)}」を読めません。シナリオのあるフォルダーからの相対パスで書きます",
            f'cannot read the file "{shown(name)}"; the path starts at the folder of the scenario',
        ) from None


def evidence(value: Any, around: Surroundings) -> Evidence:
    """`{kind, reference}`, and of an application `account`, `serials`, `day`. Whether they serve is for the rules."""
    needed, allowed = {"kind", "reference"}, {"kind", "reference", "account", "serials", "day"}
    if not isinstance(value, Mapping) or not needed <= set(value) <= allowed:
        found = listed(shown(key) for key in value) if isinstance(value, Mapping) else shown(value)
        raise WrongValueError(
            "{kind: …, reference: …} の両方と、申請では必要により account、serials、day だけを書きます"
            f"（書かれているもの：{found or 'なし'}）",
            "write {kind: …, reference: …}, both, in an application account, serials and day besides, and nothing else "
            f"(found: {found or 'nothing'})",
        )
    return Evidence(
        kind=text(value["kind"], longest=KIND_LENGTH_MAX),
        reference=text(value["reference"], longest=REFERENCE_LENGTH_MAX),
        account=text(value.get("account", ""), longest=REFERENCE_LENGTH_MAX),
        serials=text(value.get("serials", "")),
        day=day(value["day"]) if "day" in value else None,
    )


def operations(value: Any, around: Surroundings | None = None) -> tuple[str, ...]:
    """Names of operations, `[transfer, cancel]`. Whether an account can be frozen for them is for the rules."""
    if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
        return tuple(text(name, longest=KIND_LENGTH_MAX) for name in value)
    raise WrongValueError(
        f"手続の名前を [transfer, cancel] のように並べます（「{shown(value)}」は読めません）",
        f'operations are listed like [transfer, cancel]; "{shown(value)}" is not',
    )


def step(value: Any, around: Surroundings | None = None) -> int:
    """The number of a step. Whether it left anything to speak of is for the rules."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise WrongValueError(
        f"手順の番号（1から）が必要ですが「{shown(value)}」があります",
        f'the number of a step is needed, from 1; "{shown(value)}" is none',
    )


def form(value: Any, around: Surroundings | None = None) -> dict[str, Any]:
    """The fields of a form, as acts carry them: days as text. Whether they are right is for the rules."""
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        return {name: _plain(field) for name, field in value.items()}
    raise WrongValueError(
        f"{{項目: 値, …}} の形で書きます（「{shown(value)}」は読めません）",
        f'write {{field: value, …}}; "{shown(value)}" is not',
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(field) for name, field in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return (
        value.isoformat() if isinstance(value, date) else value if isinstance(value, (bool, int, str)) else str(value)
    )


def rows(value: Any, around: Surroundings | None = None) -> list[dict[str, Any]]:
    """The rows of an adoption list. Whether it can be one is for the act to say."""
    keys = {"organisation", "site", "reduction_target_t"}
    if isinstance(value, list) and all(isinstance(row, Mapping) and set(row) == keys for row in value):
        return [_plain(row) for row in value]
    raise WrongValueError(
        "[{organisation: …, site: …, reduction_target_t: …}, …] の形で書きます",
        "write [{organisation: …, site: …, reduction_target_t: …}, …]",
    )


def attribute_value(value: Any, around: Surroundings | None = None) -> Any:
    """A value for a field of a participant, as acts carry it. Whether it fits the field is for the rules."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return day(value).isoformat()
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return text(value)
    raise WrongValueError(
        f"真偽・整数・日付・文字列のいずれかが必要ですが「{shown(value)}」があります。小数は引用符で囲んでください",
        f'true, false, a whole number, a day or a text is needed, not "{shown(value)}"; put decimals in quotes',
    )


def parameter_value(value: Any, around: Surroundings | None = None) -> Any:
    """A value for a parameter, as the scheme's files would have it. Whether it is of its type is for the rules."""
    if isinstance(value, (datetime, Decimal, Mapping)) or value is None:
        raise WrongValueError(
            f"パラメーターの値は、整数・true/false・文字列・日付・それらの一覧です（「{shown(value)}」は使えません。"
            "小数は引用符で囲みます）",
            f'a parameter\'s value is a whole number, true or false, text, a day or a list; "{shown(value)}" is none. '
            "Put a fraction in quotes",
        )
    if isinstance(value, list):
        return [parameter_value(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return text(value) if isinstance(value, str) else value


def signer(value: Any, around: Surroundings) -> Signer:
    """`admin`, a party, or a party's login: `abc/B`."""
    name = text(value)
    if name == ADMINISTRATOR:
        return Signer()
    key, _, letter = name.rpartition("/") if "/" in name else (name, "", "")
    party(key, around)
    kind = None if around.parties is None else around.parties[key]
    if around.vocabulary is not None and kind is not None and kind in around.vocabulary.kinds:
        letters = around.vocabulary.kinds[kind].letters
        if "/" in name and letter not in letters:
            raise WrongValueError(
                f"「{shown(key)}」にログイン「{shown(letter)}」はありません（{listed(letters) or 'なし'}）",
                f'"{shown(key)}" has no login "{shown(letter)}" (it has: {listed(letters) or "none"})',
            )
    return Signer(party=key, letter=letter)


def _of_vocabulary(attribute: str) -> Callable[[Any, Surroundings], str]:
    def reader(value: Any, around: Surroundings) -> str:
        if around.vocabulary is None:
            return text(value)
        return one_of(getattr(around.vocabulary, attribute), value)

    return reader


_READERS: dict[ValueType, Callable[[Any, Surroundings], Any]] = {
    "party": party,
    "account": account,
    "unit": unit,
    "quantity": quantity,
    "text": text,
    "day": day,
    "workbook": workbook,
    "document": workbook,
    "evidence": evidence,
    "opinion": _of_vocabulary("opinions"),
    "event": _of_vocabulary("events"),
    "report_state": _of_vocabulary("report_states"),
    "report_year": _of_vocabulary("report_years"),
    "verified_year": _of_vocabulary("verified_years"),
    "account_kind": _of_vocabulary("account_kinds"),
    "operations": operations,
    "step": step,
    "fiscal_year": fiscal_year,
    "yen": yen,
    "count": count,
    "phase": phase,
    "parameter_value": parameter_value,
    "figure": _of_vocabulary("figures"),
    "derived": _of_vocabulary("derived"),
    "attribute": _of_vocabulary("attributes"),
    "attribute_value": attribute_value,
    "form": form,
    "rows": rows,
}
