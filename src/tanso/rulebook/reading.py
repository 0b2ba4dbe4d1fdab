"""Conditions as a person reads them, in both languages, with the words of the scheme instead of its codes.

What stands in the file stays the law; this is said beside it. A part that no sentence is known for is shown as it is
written.
"""

from __future__ import annotations

import re
from functools import cached_property

from tanso.kernel.texts import Text
from tanso.rulebook.book import Rulebook
from tanso.rulebook.context import OPERATIONS, account_facts, plain_facts
from tanso.rulebook.expressions import Call, Every, Item, Listed, Name, Node, Operation, Value, read
from tanso.rulebook.texts import show
from tanso.rulebook.vocabulary import Vocabulary

# The section of the text files that has the labels of each list of words.
_SECTIONS = {"years": "year_names"}
_SUFFIXES = {
    "from": Text("（移転元）", " (sending account)"),
    "to": Text("（移転先）", " (receiving account)"),
}
_SIGNS = {
    "==": Text("{0}が{1}である", "{0} is {1}"),
    "!=": Text("{0}が{1}ではない", "{0} is not {1}"),
    "<": Text("{0}が{1}より小さい", "{0} is below {1}"),
    "<=": Text("{0}が{1}以下である", "{0} is at most {1}"),
    ">": Text("{0}が{1}を超える", "{0} is above {1}"),
    ">=": Text("{0}が{1}以上である", "{0} is at least {1}"),
    "+": Text("{0}＋{1}", "{0} + {1}"),
    "-": Text("{0}－{1}", "{0} − {1}"),
    "*": Text("{0}×{1}", "{0} × {1}"),
    "/": Text("{0}÷{1}", "{0} ÷ {1}"),
    "%": Text("{0}を{1}で割った余り", "{0} modulo {1}"),
    "neg": Text("－{0}", "−{0}"),
}
_DAY_SIGNS = {
    "==": Text("{0}が{1}である", "{0} is {1}"),
    "<": Text("{0}が{1}より前である", "{0} is before {1}"),
    "<=": Text("{0}が{1}以前である", "{0} is {1} or before"),
    ">": Text("{0}が{1}より後である", "{0} is after {1}"),
    ">=": Text("{0}が{1}以後である", "{0} is {1} or later"),
}
_CLOSED = {"<": "<=", ">=": ">"}
_CALLS = {
    "within": Text("{2}が{1}の{0}の中にある", "{2} lies in {0} of {1}"),
    "within_any": Text("{1}がいずれかの期の{0}の中にある", "{1} lies in {0} of some phase"),
    "opens": Text("{1}の{0}の初日", "the first day of {0} of {1}"),
    "closes": Text("{1}の{0}が終わった翌日", "the day after {0} of {1}"),
    "last_day": Text("{1}の{0}の末日", "the last day of {0} of {1}"),
    "phase_within": Text("{1}が{0}の中にある最も新しい期", "the latest phase in whose {0} {1} lies"),
    "last_opened": Text("{1}までに最後に{0}が始まった期", "the phase whose {0} began last by {1}"),
    "phase_exists": Text("{0}が制度にある", "the scheme has {0}"),
    "phase_of_year": Text("{0}の属する期", "the phase that {0} belongs to"),
    "fiscal_year": Text("{0}の属する年度", "the fiscal year of {0}"),
    "is_working_day": Text("{0}が執務日である", "{0} is a working day"),
    "max": Text("{0}と{1}の大きい方", "the larger of {0} and {1}"),
    "min": Text("{0}と{1}の小さい方", "the smaller of {0} and {1}"),
    "times": Text("{0}×{1}（端数処理 {2}）", "{0} × {1} (rounded {2})"),
    "divided": Text("{0}÷{1}（端数処理 {2}）", "{0} ÷ {1} (rounded {2})"),
    "at_least": Text("{0}が{1}以上である", "{0} is at least {1}"),
    "size": Text("{0}の個数", "the number of {0}"),
}
_MACROS = {
    "all": Text("{0}のどれについても、{1}", "for each of {0}: {1}"),
    "exists": Text("{0}のいずれかについて、{1}", "for one of {0} at least: {1}"),
    "exists_one": Text("{0}のちょうど一つについて、{1}", "for exactly one of {0}: {1}"),
    "filter": Text("{0}のうち{1}もの", "those of {0} for which {1}"),
}
_IN = Text("{0}が{1}のいずれかである", "{0} is one of {1}")
_NOT_IN = Text("{0}が{1}のいずれでもない", "{0} is none of {1}")
_INSIDE = Text("{0}が{1}に含まれる", "{0} is among {1}")
_NOT_INSIDE = Text("{0}が{1}に含まれない", "{0} is not among {1}")
_NOT = Text("「{0}」ということはない", "it is not so that {0}")
_CHOICE = Text("「{0}」のときは{1}、そうでないときは{2}", "{1} if {0}, else {2}")
_HOLDS = Text("「{0}」に当たる", "“{0}” holds")
_HOLDS_NOT = Text("「{0}」に当たらない", "“{0}” does not hold")
_EXISTS = Text("「{0}」がある", "there is “{0}”")
_GIVEN = Text("「{0}」が示されている", "“{0}” is given")
_GIVEN_NOT = Text("「{0}」が示されていない", "“{0}” is not given")
_NOTHING = Text("空", "empty")
_LABEL = Text("{0}", "{0}")
_SETTLED = Text("{0}の確定した排出量（t）", "settled emissions of the {0} (t)")
# Facts that a scheme's own words add: what stands before the word -> its section, and what it is called.
_OF_SCHEME: dict[str, tuple[str, Text]] = {
    "attribute": ("attributes", _LABEL),
    "has_attribute": ("attributes", _LABEL),
    "before": ("attributes", Text("変更前の{0}", "{0} before the change")),
    "figure": ("figures", _LABEL),
    "has_figure": ("figures", _LABEL),
    "new_figure": ("figures", Text("登録する{0}", "{0} to be recorded")),
    "has_settled": ("year_names", _SETTLED),
    "settled_t": ("year_names", _SETTLED),
}


def _asks_whether_given(name: str) -> bool:
    return name.rpartition(".")[0].rpartition(".")[2] in ("has_attribute", "has_figure", "has_settled")


_TONNES = re.compile(r", t$")


class Reader:
    """Tells the conditions of one rulebook in words."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._words = Vocabulary(book)
        self._variables: set[str] = set()

    @cached_property
    def _meanings(self) -> dict[str, Text]:
        found = {fact.name: fact.meaning for fact in plain_facts()}
        found |= {f"account.{fact.name}": fact.meaning for fact in account_facts()}
        return {name: Text(said.ja, _TONNES.sub(" (t)", said.en)) for name, said in found.items()}

    def lines(self, text: str) -> tuple[Text, ...]:
        """A condition, each part that must hold in a line of its own."""
        tree = read(text)
        if tree is None:
            return (Text(text.strip(), text.strip()),)
        parts = tree.parts if isinstance(tree, Operation) and tree.sign == "&&" else (tree,)
        return tuple(self._said(part) for part in parts)

    def sentence(self, text: str) -> Text:
        """An expression in one line."""
        tree = read(text)
        return Text(text.strip(), text.strip()) if tree is None else self._said(tree)

    def _said(self, node: Node) -> Text:  # noqa: PLR0911 -- one answer per kind of node
        if isinstance(node, Value):
            return self._value(node.value, None)
        if isinstance(node, Name):
            return self._name(node.name)
        if isinstance(node, Listed):
            return self._joined([self._said(item) for item in node.items])
        if isinstance(node, Item):
            return _filled(Text("{0}の{1}番目", "item {1} of {0}"), self._said(node.of), _plus_one(self._said(node.at)))
        if isinstance(node, Every):
            self._words.variables[node.variable] = node.of
            return _filled(_MACROS[node.macro], self._said(node.of), self._said(node.body))
        if isinstance(node, Call):
            return self._call(node)
        return self._operation(node) if isinstance(node, Operation) else Text("?", "?")

    def _operation(self, node: Operation) -> Text:  # noqa: PLR0911 -- one answer per kind of operator
        if node.sign in ("&&", "||"):
            join = Text("、かつ、", " and ") if node.sign == "&&" else Text("、又は、", " or ")
            parts = [self._bracketed(part) for part in node.parts]
            return Text(join.ja.join(part.ja for part in parts), join.en.join(part.en for part in parts))
        if node.sign == "?":
            condition, then, otherwise = node.parts
            return _filled(_CHOICE, self._said(condition), self._bracketed(then), self._bracketed(otherwise))
        if node.sign == "!":
            return self._opposite(node.parts[0])
        if node.sign == "in":
            return self._among(node, positive=True)
        if node.sign in ("==", "!=", "<", "<=", ">", ">="):
            left, right = node.parts
            if isinstance(right, Call) and right.function == "closes" and node.sign in _CLOSED:
                # "Before the day after the last day" is how a half-open window says "by the last day".
                right = Call("last_day", right.arguments)
                return _filled(_DAY_SIGNS[_CLOSED[node.sign]], self._bracketed(left), self._said(right))
            signs = _DAY_SIGNS if self._is_day(left) or self._is_day(right) else _SIGNS
            return _filled(signs.get(node.sign, _SIGNS[node.sign]), self._side(left, right), self._side(right, left))
        return _filled(_SIGNS[node.sign], *(self._bracketed(part) for part in node.parts))

    def _bracketed(self, node: Node) -> Text:
        said = self._said(node)
        if isinstance(node, Operation) and node.sign in ("&&", "||", "?"):
            return Text(f"（{said.ja}）", f"({said.en})")
        return said

    def _opposite(self, node: Node) -> Text:
        if isinstance(node, Operation) and node.sign == "in":
            return self._among(node, positive=False)
        label = self._label(node.name) if isinstance(node, Name) else None
        if label is not None and isinstance(node, Name):
            return _filled(_GIVEN_NOT if _asks_whether_given(node.name) else _HOLDS_NOT, label)
        return _filled(_NOT, self._said(node))

    def _among(self, node: Operation, *, positive: bool) -> Text:
        left, right = node.parts
        if not isinstance(right, Listed):
            return _filled(_INSIDE if positive else _NOT_INSIDE, self._side(left, right), self._said(right))
        items = self._joined([self._side(item, left) for item in right.items])
        if len(right.items) == 1:
            return _filled(_SIGNS["==" if positive else "!="], self._said(left), items)
        return _filled(_IN if positive else _NOT_IN, self._said(left), items)

    def _side(self, node: Node, other: Node) -> Text:
        """One side of a comparison: a word that is written out reads as the other side's list calls it."""
        if isinstance(node, Value):
            return self._value(node.value, other)
        if isinstance(node, Listed) and not node.items:
            return _NOTHING
        return self._bracketed(node)

    def _value(self, value: bool | int | str, of: Node | None) -> Text:
        if value == "" and isinstance(value, str):
            return _NOTHING
        if isinstance(value, str) and of is not None:
            return self._word(value, of)
        if isinstance(value, int) and not isinstance(value, bool) and self._is_phase(of):
            return self._phase(value)
        return Text(show(value, "ja"), show(value, "en"))

    def _word(self, value: str, of: Node) -> Text:
        name = of.of.name if isinstance(of, Item) and isinstance(of.of, Name) else getattr(of, "name", "")
        if name in self._words.variables:
            return self._word(value, self._words.variables[name])
        section = self._words.list_of(name)
        attribute = name.rpartition(".attribute.")[2]
        for path in ((_SECTIONS.get(section, section), value), ("choices", attribute, value)):
            if self._book.texts.has("ja", *path):
                label = self._book.texts.text(*path)
                return Text(f"「{label.ja}」", f"“{label.en}”")
        if section == "operations" and value in OPERATIONS:
            meaning = OPERATIONS[value].meaning
            return Text(f"「{meaning.ja}」", f"“{meaning.en}”")
        return Text(f"「{value}」", f"“{value}”")

    def _phase(self, number: int) -> Text:
        phase = self._book.phases.get(number)
        return Text(f"第{number}期", f"phase {number}") if phase is None else phase.label

    def _is_phase(self, node: Node | None) -> bool:
        return isinstance(node, Name) and node.name.endswith(".phase")

    def _is_day(self, node: Node) -> bool:
        if isinstance(node, Call):
            return node.function in ("opens", "closes", "last_day")
        return isinstance(node, Name) and self._book.variables.get(node.name) == "day"

    def _name(self, name: str) -> Text:
        if name in self._words.variables:
            return Text("それ", "it")
        label = self._label(name)
        if label is not None:
            is_bool = self._book.variables.get(name) == "bool"
            if name.startswith("derived.has_"):
                return _filled(_EXISTS, label)
            if _asks_whether_given(name):
                return _filled(_GIVEN, label)
            return _filled(_HOLDS, label) if is_bool else Text(f"「{label.ja}」", f"“{label.en}”")
        room, _, rest = name.partition(".")
        if room in _SUFFIXES:
            below = self._name(f"account.{rest}")
            return Text(below.ja + _SUFFIXES[room].ja, below.en + _SUFFIXES[room].en)
        return self._meanings.get(name, Text(f"`{name}`", f"`{name}`"))

    def _label(self, name: str) -> Text | None:
        """What the scheme itself calls a name: its parameters, derived quantities, attributes and figures."""
        room, _, rest = name.partition(".")
        if room == "param" and rest in self._book.parameters:
            return self._book.parameters[rest].label
        if room == "derived":
            rule = self._book.derived_rules.get(rest.removeprefix("has_")) or self._book.derived_rules.get(rest)
            return None if rule is None else rule.label
        above, _, below = name.rpartition(".")
        section, template = _OF_SCHEME.get(above.rpartition(".")[2], ("", None))
        if template is None or not self._book.texts.has("ja", section, below):
            return None
        return _filled(template, self._book.texts.text(section, below))

    def _call(self, node: Call) -> Text:
        arguments = [self._argument(node, position) for position in range(len(node.arguments))]
        template = _CALLS.get(node.function)
        if template is not None:
            return _filled(template, *arguments)
        return Text(
            f"{node.function}（{'、'.join(item.ja for item in arguments)}）",
            f"{node.function}({', '.join(item.en for item in arguments)})",
        )

    def _argument(self, node: Call, position: int) -> Text:  # noqa: PLR0911 -- one answer per kind of argument
        argument = node.arguments[position]
        if not isinstance(argument, Value):
            return self._bracketed(argument)
        windows = self._book.calendar.windows
        if position == 0 and argument.value in windows:
            label = self._book.texts.text("windows", str(argument.value))
            return Text(f"「{label.ja}」", f"“{label.en}”")
        if node.function == "phase_of_year":
            return Text(f"{argument.value}年度", f"the year {argument.value}")
        if isinstance(argument.value, int) and (node.function == "phase_exists" or position == 1):
            window = node.arguments[0]
            if isinstance(window, Value) and window.value in windows:
                if self._book.calendar.is_yearly(str(window.value)):
                    return Text(f"{argument.value}年度", f"the year {argument.value}")
                return self._phase(argument.value)
            if node.function == "phase_exists":
                return self._phase(argument.value)
        return self._value(argument.value, None)

    @staticmethod
    def _joined(items: list[Text]) -> Text:
        return Text("、".join(item.ja for item in items), ", ".join(item.en for item in items))


def _filled(template: Text, *parts: Text) -> Text:
    return Text(template.ja.format(*(part.ja for part in parts)), template.en.format(*(part.en for part in parts)))


def _plus_one(number: Text) -> Text:
    """People count from one."""
    return Text(str(int(number.ja) + 1), str(int(number.en) + 1)) if number.ja.isdecimal() else number
