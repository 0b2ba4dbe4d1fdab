"""Writes the reference page of what a condition may say; `python -m tanso.rulebook.reference` prints it."""

from __future__ import annotations

from collections.abc import Iterable

from tanso.rulebook.context import FUNCTIONS, OPERATIONS, SUBJECTS, Fact, account_facts, plain_facts

_KINDS = {
    "bool": "true or false",
    "int": "whole number",
    "text": "text",
    "day": "day",
    "ints": "list of whole numbers",
    "texts": "list of texts",
}
_HEAD = """\
# What a condition may say

Generated from `src/tanso/rulebook/context.py` by `python -m tanso.rulebook.reference`; a test keeps the two in step.

Conditions in a scheme's YAML are written in CEL (Common Expression Language). They see the facts below, the scheme's
parameters as `param.<id>` (the value on the day of the act) and its derived quantities as `derived.<name>`, with
`derived.has_<name>` saying whether there is one. Nothing else is there: a name that is in no table is refused when the
scheme is loaded, with file, line and key.

- A fact that is not known reads as its neutral value: false, 0, the empty text, 1 January 1970, an empty list.
- A result counts only if it is a boolean `true`. A condition that cannot be evaluated stops the act.
- There are no fractions. A rate is a decimal text, used with `times`.
- Days compare with `<`, `<=` and `==`. Windows are half-open: `day < closes('name', phase)` is true on the last day.
- The name of a window is written as a literal, so that a misspelt one is found at load.
"""


def context_page() -> str:
    """The reference page in Markdown: facts, functions and operations, in English and Japanese."""
    subjects = ", ".join(f"`{subject}.`" for subject in SUBJECTS)
    parts = [
        _HEAD,
        "## Facts\n",
        _fact_table(plain_facts()),
        "\n## Facts of an account\n",
        f"Each stands behind one of the prefixes {subjects}. `account.` is the account that an act or a check is\n"
        "about; a transfer also has `from.` and `to.`, and a check with `each: [from, to]` is asked about each of\n"
        "the two as `account.`. A field of `attributes.yaml` is there as `holder.attribute.<id>`, and\n"
        "`holder.has_attribute.<id>` says whether it was given; where a participant is registered or changed, as\n"
        "`participant.attribute.<id>`, `participant.has_attribute.<id>` and, before a change,\n"
        "`participant.before.<id>`. A year of `reports.yaml` is there as `holder.has_settled.<year>` and, once its\n"
        "report is settled, `holder.settled_t.<year>`. Of an account of another scheme a rule knows only `exists`,\n"
        "`number`, `scheme`, `is_open`, `is_frozen`, `restricted_operations`, `freeze_reason` and `recognises_unit`:\n"
        "that scheme judges its own accounts (operation `receive`).\n",
        _fact_table(account_facts()),
        "\nA figure of `figures.yaml` is there as `obligation.figure.<id>`, and `obligation.has_figure.<id>` says\n"
        "whether one was recorded for the year in question; an act that records one sees it as `new_figure.<id>`.\n"
        "Acts about a participant's year know the participant as `participant.kind` and `participant.attribute.<id>`.\n"
        "A transfer and a cancellation know the year of the units, where their phase has one year, for the account\n"
        "that they leave. A sum runs over the holdings of the account, or with `of: surrendered` over what was\n"
        "surrendered for the year.\n",
        "\n## Functions\n",
        _function_table(),
        "\n## Operations\n",
        "Checks guard these; a scheme names in `scheme.yaml` those that it has.\n",
        _operation_table(),
    ]
    return "\n".join(parts)


def _fact_table(facts: Iterable[Fact]) -> str:
    rows = ["| fact | kind | meaning | 意味 |", "|---|---|---|---|"]
    for fact in facts:
        note = " (worked out by the rulebook where it is not given)" if fact.filled else ""
        rows.append(f"| `{fact.name}` | {_KINDS[fact.kind]} | {fact.meaning.en}{note} | {fact.meaning.ja} |")
    return "\n".join(rows)


def _function_table() -> str:
    rows = ["| function | gives | meaning | 意味 |", "|---|---|---|---|"]
    for spec in FUNCTIONS:
        parameters = [
            "window" if spec.window_first and index == 0 else _KINDS[kind] for index, kind in enumerate(spec.parameters)
        ]
        call = f"`{spec.name}({', '.join(parameters)})`"
        rows.append(f"| {call} | {_KINDS[spec.returns]} | {spec.meaning.en} | {spec.meaning.ja} |")
    return "\n".join(rows)


def _operation_table() -> str:
    rows = ["| operation | accounts | meaning | 意味 |", "|---|---|---|---|"]
    for spec in OPERATIONS.values():
        accounts = ", ".join(f"`{subject}`" for subject in spec.subjects) or "none"
        rows.append(f"| `{spec.name}` | {accounts} | {spec.meaning.en} | {spec.meaning.ja} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(context_page(), end="")
