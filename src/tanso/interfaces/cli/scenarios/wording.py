"""How a step, an expectation and an outcome read, in one line and in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanso.interfaces.cli.scenarios.check_words import CHECKS
from tanso.interfaces.cli.scenarios.model import ADMINISTRATOR, Check, Evidence, Expectation, Step, Workbook
from tanso.interfaces.cli.scenarios.words import VERBS
from tanso.kernel.outcomes import Outcome
from tanso.kernel.texts import Text

_VERIFIER = "verifier"


def value(name: str, given: Any) -> str:
    """One argument as people read it; quantities with their unit."""
    if given is None:
        return "null"
    if name.endswith("_t"):
        return f"{given:,} t" if isinstance(given, int) else f"{given} t"
    if name.endswith("_yen"):
        return f"{given:,} yen" if isinstance(given, int) else f"{given} yen"
    if isinstance(given, tuple):
        return ", ".join(given)
    if isinstance(given, Evidence):
        return f"{given.kind} {given.reference}".strip()
    return given.path if isinstance(given, Workbook) else str(given)


def arguments(given: Mapping[str, Any], *, leave_out: str = "") -> str:
    """The arguments of a step or check on one line."""
    shown = {name: value(name, argument) for name, argument in given.items() if name != leave_out}
    if "from" in shown and "to" in shown:
        shown = {"from": f"{shown.pop('from')} → {shown.pop('to')}", **shown}
    return ", ".join(shown.values())


def step(item: Step) -> str:
    return arguments(item.arguments)


def check(item: Check) -> str:
    return arguments(item.arguments, leave_out=CHECKS[item.name].answer)


def signer(item: Step) -> str:
    """Who signs, in the words of the file."""
    if item.by is not None:
        return str(item.by)
    default = VERBS[item.verb].signer
    if default in ("party", "from"):
        return str(item.arguments[default])
    return {"administrator": ADMINISTRATOR, "whole_life": ADMINISTRATOR, "report_verifier": _VERIFIER}.get(default, "")


def remark(outcome: Outcome | None) -> str:
    """What a step brought about, where that is more than done: the tonnes issued, the state of the report."""
    result = {} if outcome is None else outcome.result
    return ", ".join(value(name, result[name]) for name in ("issued_t", "state") if name in result)


def wanting(expect: Expectation, outcome: Outcome | None) -> Text | None:
    """What the file expected instead of this outcome; None where it is as expected. `advance` has no outcome."""
    if expect.refused is not None:
        return _refusal_wanted(expect.refused, outcome)
    if outcome is None:
        return None
    if expect.proposed:
        said = Text(ja="二人目の承認を待つはずでした", en="expected to wait for a second person")
        return None if outcome.status == "proposed" else said
    if outcome.status != "done":
        return Text(ja="行われるはずでした", en="expected to be done")
    for name, expected in (("issued_t", expect.issued_t), ("state", expect.state)):
        found = outcome.result.get(name)
        if expected is not None and found != expected:
            return Text(
                ja=f"{name} は {value(name, expected)} のはずでしたが {value(name, found)} でした",
                en=f"expected {name} to be {value(name, expected)}, found {value(name, found)}",
            )
    return None


def _refusal_wanted(codes: tuple[str, ...], outcome: Outcome | None) -> Text | None:
    if outcome is None or outcome.status != "refused":
        wanted = ", ".join(codes)
        return Text(ja=f"拒否されるはずでした：{wanted}", en=f"expected to be refused: {wanted}")
    missing = ", ".join(code for code in codes if code not in outcome.codes)
    if not missing:
        return None
    return Text(ja=f"期待した拒否理由がありません：{missing}", en=f"expected among the reasons, not found: {missing}")


def answer_wanted(item: Check) -> Text:
    """What a check expected."""
    expected = ", ".join(
        value(name, item.arguments[name]) for name in (CHECKS[item.name].answer, "kind") if name in item.arguments
    )
    return Text(ja=f"{expected} のはずでした", en=f"expected {expected}")


def setting(parameter: str) -> Text:
    return Text(ja=f"「{parameter}」の値を設定できませんでした", en=f"{parameter} could not be set")


def registration(key: str) -> Text:
    return Text(ja=f"「{key}」を登録できませんでした", en=f"{key} could not be registered")
