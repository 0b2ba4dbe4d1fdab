"""Finds rules that no act could ever meet: words that no file declares, conditions that never or always hold.

`check_rules` compiles every condition, so that a misspelt name or a wrong type is named with file, line and key; then
it looks at what the conditions say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import Text
from tanso.rulebook.book import Rulebook
from tanso.rulebook.conditions import Condition, suggestion
from tanso.rulebook.context import FUNCTIONS, OPERATIONS
from tanso.rulebook.expressions import Call, Every, Item, Listed, Name, Node, Operation, Value, every, read
from tanso.rulebook.parameters import ROUNDINGS
from tanso.rulebook.possibilities import Left, Narrowed, narrowed, together
from tanso.rulebook.shapes import FourEyesShape
from tanso.rulebook.sources import Sources
from tanso.rulebook.vocabulary import Vocabulary
from tanso.rulebook.wording import LABEL_SECTIONS

__all__ = ["check_rules"]

_WINDOWS_FIRST = {spec.name for spec in FUNCTIONS if spec.window_first}
# Arguments that are written out, and what may stand there.
_TAKES = {"times": ("", "decimal", "rounding"), "divided": ("", "", "rounding"), "at_least": ("decimal", "decimal")}
_DECIMAL = re.compile(r"-?[0-9]+([.][0-9]+)?")

_NEVER = Text("この条件は決して成り立ちません。", "This condition can never hold.")
_ALWAYS = Text("この条件は常に成り立ち、何も拒みません。", "This always holds, so the check refuses nothing.")
_ALWAYS_THEN = Text(
    "when が成り立つときは常に成り立ち、何も拒みません。",
    "Wherever `when` holds, this holds too, so the check refuses nothing.",
)
_NEVER_ASKED = Text(
    "when はこの手続では決して成り立たないため、この手続を守っていません。",
    "`when` can never hold for this operation, so the check does not guard it.",
)
_BACK_TO_ITSELF = Text("自分自身に戻る定義です。", "Its definition leads back to itself.")
_TO_HAS_NO_SUM = Text(
    "移転先の保有量は分からないため、each: to の検査で合計は使えません。",
    "The holdings of the receiving account are not known: a check with `each: to` cannot use a sum.",
)
_OF_TRANSFERS = {"from", "to"}
# Conditions that make no sense where they never hold.
_MAY_HOLD = ("when", "exists", "where", "condition", "for")


def check_rules(sources: Sources, book: Rulebook) -> None:
    """Compile every condition; find names, literals and windows that no file declares, and rules that cannot apply."""
    words = Vocabulary(book)
    trees: dict[tuple[str, KeyPath], Node] = {}
    for section, path, condition in _conditions(sources, book):
        problems = condition.compile()
        tree = None if problems else read(condition.text)
        words.shared = sources.is_common(section, path[0])
        problems += [] if tree is None else list(dict.fromkeys(_literal_problems(tree, words)))
        for problem in problems:
            sources.refuse(section, path, problem)
        if problems:
            continue
        if tree is not None:
            trees[section, path] = tree
        said = _constant(condition, tree, words, path)
        if said is not None:
            sources.refuse(section, path, said)
            trees.pop((section, path), None)
    _check_together(sources, words, trees)
    _check_cycles(sources, book)
    _check_labels(sources, book)


def _constant(condition: Condition, tree: Node | None, words: Vocabulary, path: KeyPath) -> Text | None:
    """What is wrong with a condition whose answer does not depend on anything."""
    if path[-1] in _MAY_HOLD:
        never = tree is not None and narrowed(tree, words.outcomes) is None
        return _NEVER if never or condition.constant() is False else None
    if path[-1] == "require":
        always = tree is not None and narrowed(tree, words.outcomes, to=False) is None
        return _ALWAYS if always or condition.constant() is True else None
    return None


def _check_together(sources: Sources, words: Vocabulary, trees: Mapping[tuple[str, KeyPath], Node]) -> None:
    """`when` and `require` of one check, and the operations that it is asked for."""
    for index, shape in enumerate(sources.checks):
        require = trees.get(("checks", (index, "require")))
        when = trees.get(("checks", (index, "when")))
        if when is None and shape.when is not None:
            continue  # it was refused already
        asked: list[Narrowed] = []
        for position, operation in enumerate(shape.operations):
            possible = together(_brought_by(operation), {} if when is None else narrowed(when, words.outcomes))
            if possible is None:
                sources.refuse("checks", (index, "operations", position), _NEVER_ASKED)
            else:
                asked.append(possible)
        if require is None or not asked:
            continue
        fails = narrowed(require, words.outcomes, to=False)
        if all(together(possible, fails) is None for possible in asked):
            sources.refuse("checks", (index, "require"), _ALWAYS_THEN)


def _brought_by(operation: str) -> Narrowed:
    """What is settled by the operation alone: its name, and that only a transfer has two accounts."""
    settled = {"operation": Left(frozenset({operation}))}
    if not _OF_TRANSFERS.intersection(OPERATIONS[operation].subjects):
        settled |= {f"{subject}.exists": Left(frozenset({False})) for subject in _OF_TRANSFERS}
    return settled


def _conditions(sources: Sources, book: Rulebook) -> Iterator[tuple[str, KeyPath, Condition]]:
    for index, shape in enumerate(sources.checks):
        check = book.checks[shape.code]
        if check.when is not None:
            yield "checks", (index, "when"), check.when
        yield "checks", (index, "require"), check.require
        for name, fact in check.facts.items():
            yield "checks", (index, "facts", name), fact.condition
    for name, rule in book.derived_rules.items():
        for key, condition in (("exists", rule.exists_when), ("value", rule.condition)):
            if condition is not None:
                yield "derived", (name, key), condition
        for key, selection in (("sum", rule.sum), ("test", rule.test)):
            if selection is not None and selection.where is not None:
                yield "derived", (name, key, "where"), selection.where
    for name, condition in book.second_person_conditions.items():
        assert sources.scheme is not None  # noqa: S101
        is_short = not isinstance(sources.scheme.operations[name].four_eyes, FourEyesShape)
        yield "scheme", ("operations", name, "four_eyes", *(() if is_short else ("when",))), condition
    for name, condition in book.due_conditions.items():
        yield "calendar", ("due", name, "condition"), condition
    for name, condition in book.reminder_conditions.items():
        yield "calendar", ("reminders", name, "condition"), condition
    for name, condition in book.year_conditions.items():
        yield "reports", ("years", name, "for"), condition


# -- words that no file declares --------------------------------------------------------------------------------------


def _literal_problems(tree: Node, words: Vocabulary) -> Iterator[Text]:
    words.variables = {node.variable: node.of for node in every(tree) if isinstance(node, Every)}
    for node in every(tree):
        if isinstance(node, Call):
            yield from _call_problems(node, words)
        elif isinstance(node, Operation) and node.sign in ("==", "!=", "<", "<=", ">", ">="):
            left, right = node.parts
            yield from _never_one_of(left, [right], words, node.sign)
            yield from _never_one_of(right, [left], words, node.sign)
        elif isinstance(node, Operation) and node.sign == "in":
            left, right = node.parts
            if isinstance(right, Listed):
                yield from _never_one_of(left, right.items, words, "in")
            else:
                yield from _never_one_of(right, [left], words, "in")
    words.variables = {}


def _never_one_of(node: Node, literals: Iterable[Node], words: Vocabulary, sign: str) -> Iterator[Text]:
    known = words.of(node)
    if known is None or not isinstance(node, (Name, Item)):
        return
    name = node.name if isinstance(node, Name) else _named(node)
    for literal in literals:
        value = literal.value if isinstance(literal, Value) else None
        if value is None or value == "" or value in known or isinstance(value, bool):
            continue
        if isinstance(value, int):
            if not all(isinstance(item, int) for item in known):
                continue
            yield _no_phase(value)
        elif sign in ("==", "!=", "in"):
            ja, en = suggestion(value, [item for item in known if isinstance(item, str)])
            yield Text(f"{name} が「{value}」になることはありません。{ja}", f"{name} can never be `{value}`.{en}")


def _named(node: Item) -> str:
    return node.of.name if isinstance(node.of, Name) else ""


def _no_phase(number: int) -> Text:
    return Text(f"第{number}期はありません。", f"There is no phase {number}.")


def _call_problems(call: Call, words: Vocabulary) -> Iterator[Text]:
    if call.function in _WINDOWS_FIRST:
        yield from _window_problems(call, words.book)
    elif call.function == "phase_exists" and words.outcomes(call) == frozenset({False}):
        yield _no_phase(call.arguments[0].value)  # type: ignore[attr-defined]  # only a literal comes to one value
    for argument, takes in zip(call.arguments, _TAKES.get(call.function, ()), strict=False):
        value = argument.value if isinstance(argument, Value) else None
        if takes == "rounding" and isinstance(value, str) and value not in ROUNDINGS:
            modes = ", ".join(ROUNDINGS)
            yield Text(f"端数処理は {modes} のいずれかです。", f"Rounding is one of {modes}, not `{value}`.")
        if takes == "decimal" and isinstance(value, str) and not _DECIMAL.fullmatch(value):
            yield Text(f"「{value}」は十進数ではありません。", f"`{value}` is not a decimal.")


def _window_problems(call: Call, book: Rulebook) -> Iterator[Text]:
    window = call.arguments[0]
    if not isinstance(window, Value) or not isinstance(window.value, str):
        yield Text(
            f"{call.function} の期間名は文字列で直接書いてください。",
            f"{call.function} needs the window's name as a literal.",
        )
        return
    if window.value not in book.calendar.windows:
        ja, en = suggestion(window.value, book.calendar.windows)
        yield Text(f"期間「{window.value}」はありません。{ja}", f"There is no window `{window.value}`.{en}")
        return
    number = call.arguments[1] if len(call.arguments) > 1 else None
    if not isinstance(number, Value) or isinstance(number.value, (bool, str)):
        return
    if number.value not in book.calendar.numbers(window.value):
        if book.calendar.is_yearly(window.value):
            yield Text(f"{number.value}年度はどの期にもありません。", f"No phase has the year {number.value}.")
        else:
            yield _no_phase(number.value)


# -- rules that lean on one another -----------------------------------------------------------------------------------


def _check_cycles(sources: Sources, book: Rulebook) -> None:
    def reads(name: str) -> set[str]:
        rule = book.derived_rules[name]
        conditions = [rule.exists_when, rule.condition]
        for selection in (rule.sum, rule.test):
            if selection is not None:
                conditions.append(selection.where)
                for check in (*selection.passes, *selection.fails):
                    conditions += [check.when, check.require]
        used = {word for condition in conditions if condition for word in condition.names}
        return {word.removeprefix("derived.").removeprefix("has_") for word in used if word.startswith("derived.")}

    def reaches(name: str, goal: str, seen: set[str]) -> bool:
        below = reads(name) - seen
        return goal in below or any(reaches(word, goal, seen | below) for word in below if word in book.derived_rules)

    for name in book.derived_rules:
        if reaches(name, name, set()):
            sources.refuse("derived", (name,), _BACK_TO_ITSELF)


def _check_labels(sources: Sources, book: Rulebook) -> None:
    sums = {name for name, rule in book.derived_rules.items() if rule.sum is not None}
    for index, shape in enumerate(sources.checks):
        check = book.checks[shape.code]
        for name, fact in check.facts.items():
            if fact.label and fact.label not in LABEL_SECTIONS:
                ja, en = suggestion(fact.label, LABEL_SECTIONS)
                message = Text(
                    f"ラベルの一覧「{fact.label}」はありません。{ja}", f"There is no list of labels `{fact.label}`.{en}"
                )
                sources.refuse("checks", (index, "facts", name, "label"), message)
        used = {name for condition in (check.when, check.require) if condition for name in condition.names}
        if "to" in check.each and any(name.removeprefix("derived.") in sums for name in used):
            sources.refuse("checks", (index, "each"), _TO_HAS_NO_SUM)
