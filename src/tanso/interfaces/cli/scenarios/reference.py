"""The tables of `docs/reference/scenario-format.md`, made from the tables that the reader itself uses.

`python -m tanso.interfaces.cli.scenarios.reference FILE SCHEME` writes them between their markers; a test compares.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from tanso.interfaces.cli.scenarios.check_words import CHECKS
from tanso.interfaces.cli.scenarios.vocabulary import Vocabulary
from tanso.interfaces.cli.scenarios.words import VERBS, Argument, DefaultSigner, Verb
from tanso.rulebook import Rulebook, library

_SIGNERS: dict[DefaultSigner, str] = {
    "party": "`party`",
    "from": "`from`",
    "administrator": "`admin`",
    "report_verifier": "検証機関 / the report's verifier",
    "whole_life": "当事者、検証機関、`admin` / party, verifier, `admin`",
    "nobody": "—",
}
_TYPES = {
    "party": "party",
    "account": "party or account number",
    "unit": "unit",
    "quantity": "tonnes",
    "text": "text",
    "day": "day",
    "workbook": "path",
    "document": "path",
    "evidence": "{kind, reference; account, serials, day}",
    "opinion": "opinion",
    "event": "event",
    "report_state": "report state",
    "report_year": "year of a report",
    "verified_year": "year of a verified report",
    "account_kind": "account kind",
    "operations": "[operation, …]",
    "step": "number of a step",
    "fiscal_year": "year",
    "yen": "yen",
    "count": "count",
    "phase": "phase",
    "parameter_value": "value",
    "attribute": "attribute",
    "attribute_value": "value",
    "figure": "figure",
    "derived": "derived quantity",
    "form": "{field: value}",
    "rows": "[{organisation: …, site: …, reduction_target_t: …}]",
}


def with_tables(text: str, rulebook: Rulebook) -> str:
    """The page with each marked table made anew."""
    for name, rows in (("verbs", _verbs()), ("checks", _checks()), ("scheme", _scheme(rulebook))):
        marked = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        table = "\n".join(rows)
        text = marked.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)  # type: ignore[misc]
    return text


def _verbs() -> Iterable[str]:
    yield "| `do` | 引数 / Arguments | 署名 / Signed by | 期待 / Expects | 意味 / Meaning |"
    yield "|---|---|---|---|---|"
    for verb in VERBS.values():
        expects = ", ".join(f"`{name}`" for name in verb.expects)
        meaning = f"{verb.meaning.ja} / {verb.meaning.en}"
        yield f"| `{verb.name}` | {_arguments_of(verb)} | {_SIGNERS[verb.signer]} | {expects} | {meaning} |"


def _checks() -> Iterable[str]:
    yield "| `check` | 引数 / Arguments | 意味 / Meaning |"
    yield "|---|---|---|"
    for check in CHECKS.values():
        arguments = ", ".join(_argument(argument) for argument in check.arguments)
        yield f"| `{check.name}` | {arguments} | {check.meaning.ja} / {check.meaning.en} |"


def _scheme(rulebook: Rulebook) -> Iterable[str]:
    words = Vocabulary.of(rulebook)
    kinds = [f"`{kind.name}` ({', '.join(kind.letters)})" for kind in words.kinds.values()]
    counted = [name for name, takes_quantity in words.units.items() if takes_quantity]
    derived = [name for name, takes_quantity in words.units.items() if not takes_quantity]
    rows = {
        "`kind`（ログイン） / kinds of party (logins)": kinds,
        "属性 / attributes": [f"`{name}` ({one.type})" for name, one in words.attributes.items()],
        "`phase`": [str(phase) for phase in words.phases],
        "単位：数量は規則から / units whose quantity follows from the rules": _code(derived),
        "単位：数量と証拠を書く / units issued with quantity and evidence": _code(counted),
        "`figure`": _code(words.figures),
        "`quantity`": _code(words.derived),
        "`opinion`": _code(words.opinions),
        "報告書の年度区分 / years of reports": _code(words.report_years),
        "報告書の状態 / report states": _code(words.report_states),
        "`includes`・`excludes`": _code(words.events),
        "口座の種類 / account kinds": _code(words.account_kinds),
        "口座番号 / account numbers": _code([rulebook.number_format]),
        "`settings`": [f"`{name}` ({one.type})" for name, one in rulebook.parameters.items()],
    }
    yield f"| 語 / Word | {rulebook.title.ja} / {rulebook.title.en} |"
    yield "|---|---|"
    for word, names in rows.items():
        yield f"| {word} | {', '.join(names)} |"


def _code(names: Iterable[str]) -> list[str]:
    return [f"`{name}`" for name in names]


def _arguments_of(verb: Verb) -> str:
    shown = [_argument(argument) for argument in verb.arguments if argument.name not in verb.one_of]
    if verb.one_of:
        alternatives = [argument for argument in verb.arguments if argument.name in verb.one_of]
        shown.append(" or ".join(f"`{argument.name}` ({_type(argument)})" for argument in alternatives))
    return ", ".join(shown) or "—"


def _argument(argument: Argument) -> str:
    optional = "" if argument.required else ", optional"
    counted = "; † only" if argument.counted_unit else ""
    return f"`{argument.name}` ({_type(argument)}{optional}{counted})"


def _type(argument: Argument) -> str:
    shown = " \\| ".join(argument.choices) if argument.type == "choice" else _TYPES[argument.type]
    return f"{shown} or null" if argument.null else shown


if __name__ == "__main__":
    page, scheme = Path(sys.argv[1]), sys.argv[2]
    page.write_text(with_tables(page.read_text(encoding="utf-8"), library().get(scheme)), encoding="utf-8")
