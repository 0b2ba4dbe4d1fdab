"""YAML as people mean it: a strict reader for rulebooks and scenarios.

It understands mappings, lists, quoted and plain text, whole numbers, numbers with a fraction (always `Decimal`, never a
float), days, true, false and null. What YAML 1.1 would silently turn into something else (`on`, `12:30`, `010`,
`1_000`), what hides a mistake (a key written twice) and what can blow up a reader (anchors, aliases, tags) is refused
by name, each with its line. All problems of a text are reported together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

Key = str | int
KeyPath = tuple[Key, ...]

_DEEPEST = 40
_LONGEST = 5_000_000
# Python refuses to read longer whole numbers as int (a guard against quadratic time); such a number stays a Decimal.
_LONGEST_INT = 4_000

_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_FRACTION = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
# With a point and a signed exponent, every version of YAML reads one and the same number.
_SCIENTIFIC = re.compile(r"-?[0-9]+\.[0-9]+[eE][-+][0-9]{1,4}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TRUTH_WORDS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false"})

# Each plain word that YAML 1.1 reads as something that its writer may not have meant, and what to write instead.
_SURPRISES: tuple[tuple[re.Pattern[str], Text], ...] = (
    (
        re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"),
        Text(
            "「{value}」は60進数と読まれるおそれがあります。時刻や文字列であれば引用符で囲んでください。",
            "`{value}` could be read as a base-60 number. Quote it if it is a time or a text.",
        ),
    ),
    (
        re.compile(r"[-+]?0[0-9_]+(\.[0-9_]*)?"),
        Text(
            "「{value}」は先頭がゼロの数です。数であれば先頭のゼロを除き、番号であれば引用符で囲んでください。",
            "`{value}` starts with a zero. Remove it if this is a number; quote it if it is a label.",
        ),
    ),
    (
        re.compile(r"[-+]?0([xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)"),
        Text(
            "「{value}」は16進数などの記法です。十進数で書くか、引用符で囲んでください。",
            "`{value}` is a hexadecimal, octal or binary number. Write it in decimal digits, or quote it.",
        ),
    ),
    (
        re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?|[-+]?[0-9]+\.[0-9]*_[0-9_]*"),
        Text(
            "「{value}」の下線は使えません。桁区切りのない数で書くか、引用符で囲んでください。",
            "`{value}` has underscores. Write the digits without them, or quote it.",
        ),
    ),
    (
        re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"),
        Text(
            "「{value}」は浮動小数点の記法です。十進数で書くか、引用符で囲んでください。",
            "`{value}` is a floating-point notation. Write it in decimal digits, or quote it.",
        ),
    ),
    (
        re.compile(r"\+[0-9]+(\.[0-9]*)?|[-+]?[0-9]+\.|[-+]?\.[0-9]+"),
        Text(
            "「{value}」は数として不完全です。「0.5」や「5」のように書いてください。",
            "`{value}` is not a complete number. Write it like `0.5` or `5`.",
        ),
    ),
    (
        re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:.*"),
        Text(
            "「{value}」は時刻つきの日付です。日付だけを書くか、引用符で囲んでください。",
            "`{value}` is a day with a time. Write the day alone, or quote it.",
        ),
    ),
    (
        re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"),
        Text(
            "「{value}」は日付として不完全です。「2014-04-01」のように書いてください。",
            "`{value}` is not a complete day. Write it like `2014-04-01`.",
        ),
    ),
    (
        re.compile(r"<<"),
        Text("「<<」（マージキー）は使えません。", "`<<` (a merge key) is not allowed."),
    ),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a text: its line (from 1), the path of its key as people read it, and a sentence."""

    line: int
    key: str
    message: Text


class StrictYamlError(TansoError):
    """A text is not strict YAML; `problems` lists everything found, in the order of the lines.

    `readable` is the document with None in place of each refused value, so that a reader can name its own problems with
    the rest at once; None where the text could not be parsed.
    """

    def __init__(self, problems: list[Problem], name: str, readable: Document | None = None) -> None:
        self.readable = readable
        self.problems = sorted(problems, key=lambda problem: problem.line)
        self.name = name
        first = self.problems[0]
        super().__init__(
            code="yaml.unreadable",
            message=Text(
                f"{name} の{first.line}行目: {first.message.ja}", f"{name}, line {first.line}: {first.message.en}"
            ),
            next_step=Text("該当行を直して、もう一度実行してください。", "Correct the line and try again."),
            facts={"file": name, "line": first.line, "key": first.key},
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A text that was read: its `value`, and the line of each key."""

    name: str
    value: Any
    _lines: dict[KeyPath, int] = field(repr=False)

    def line_of(self, path: KeyPath = ()) -> int:
        """The line (from 1) of the key or list item at `path`; where there is none, that of the nearest one above."""
        for length in range(len(path), -1, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 1


def load(text: str, name: str = "<text>") -> Document:
    """Read one document; an empty text reads as None. Raises StrictYamlError listing all problems."""
    return _Reader(name).read(text)


def load_file(path: Path, name: str | None = None) -> Document:
    """Read a UTF-8 file. Raises StrictYamlError where it is not UTF-8 or not strict YAML, OSError where unreadable."""
    shown = name or path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = Text("文字コードがUTF-8ではありません。", "The file is not UTF-8 text.")
        raise StrictYamlError([Problem(line, "", message)], shown) from None
    return load(text, shown)


def shown_path(path: KeyPath) -> str:
    """A key path as people read it: `steps[3].day`."""
    shown = ""
    for key in path:
        shown += f"[{key}]" if isinstance(key, int) else f".{key}" if shown else str(key)
    return shown


def _line_of(event: yaml.Event) -> int:
    return (event.start_mark.line if event.start_mark else 0) + 1


class _TooDeepError(Exception):
    """Stops the reading of a text that nests without end."""


class _Reader:
    """Builds values straight from the parser's events, so that no resolver of YAML 1.1 ever sees them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.lines: dict[KeyPath, int] = {}

    def read(self, text: str) -> Document:
        value: Any = None
        if len(text) > _LONGEST:
            self._refuse(1, (), Text("ファイルが大きすぎます。", "The file is too large."))
        else:
            value = self._read_events(text)
        document = Document(name=self.name, value=value, _lines=self.lines)
        if self.problems:
            raise StrictYamlError(self.problems, self.name, readable=None if value is None else document)
        return document

    def _read_events(self, text: str) -> Any:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        value: Any = None
        documents = 0
        try:
            events = iter(yaml.parse(text, Loader=loader))
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        message = Text(
                            "文書は一つだけにしてください（「---」で区切られています）。", "Only one document."
                        )
                        self._refuse(_line_of(event), (), message)
                        break
                elif isinstance(event, yaml.NodeEvent):
                    value = self._node(event, events, (), 0)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            reason = error.problem or error.context or ""
            self._refuse_syntax((mark.line + 1) if mark else 1, reason)
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            position = getattr(error, "position", 0)
            self._refuse_syntax(text[:position].count("\n") + 1, str(getattr(error, "reason", error)).splitlines()[0])
        except _TooDeepError:
            pass
        return value

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: KeyPath, depth: int) -> Any:
        line = _line_of(event)
        self.lines.setdefault(path, line)
        if depth > _DEEPEST:
            self._refuse(line, path[:3], Text("入れ子が深すぎます。", "This nests too deeply."))
            raise _TooDeepError
        if isinstance(event, yaml.AliasEvent):
            self._refuse(line, path, _NO_ALIAS, value=f"*{event.anchor}")
            return None
        assert isinstance(event, yaml.NodeEvent)  # noqa: S101 -- the callers pass nodes only
        if event.anchor is not None:
            self._refuse(line, path, _NO_ALIAS, value=f"&{event.anchor}")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._refuse(line, path, _NO_TAG, value=str(tag))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, path, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path, depth)
        assert isinstance(event, yaml.ScalarEvent)  # noqa: S101 -- the parser has no other node
        return self._scalar(event, path, line)

    def _sequence(self, events: Iterator[yaml.Event], path: KeyPath, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, events, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, events: Iterator[yaml.Event], path: KeyPath, depth: int) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = _line_of(event)
            key = self._key(event, events, path, line, depth)
            inside = (*path, key if isinstance(key, int) else str(key))
            if key in result:
                self._refuse(line, path, _TWICE, value=str(key))
                inside = (*inside, "")  # keep the line of the first one
            self.lines[inside] = line
            value = self._node(next(events), events, inside, depth + 1)
            result.setdefault(key, value)
        return result

    def _key(self, event: yaml.Event, events: Iterator[yaml.Event], path: KeyPath, line: int, depth: int) -> Any:
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse(line, path, Text("キーは文字列で書いてください。", "A key must be a plain word."))
            self._node(event, events, (*path, "?"), depth + 1)
            return f"?{line}"
        key = self._node(event, events, (*path, "?"), depth + 1)
        self.lines.pop((*path, "?"), None)
        if isinstance(key, bool) or key is None or isinstance(key, Decimal):
            if not any(problem.line == line for problem in self.problems):
                self._refuse(line, path, _BAD_KEY, value=event.value)
            return str(event.value)
        return key

    def _scalar(self, event: yaml.ScalarEvent, path: KeyPath, line: int) -> Any:
        text = event.value
        if _UNPRINTABLE.search(text):
            self._refuse(line, path, Text("使えない制御文字が含まれています。", "There is a control character in it."))
            return ""
        if event.style in ('"', "'", "|", ">"):
            return text
        return self._plain(text, path, line)

    def _plain(self, text: str, path: KeyPath, line: int) -> Any:  # noqa: PLR0911 -- one return per kind of word
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if _WHOLE.fullmatch(text):
            return int(text) if len(text) <= _LONGEST_INT else Decimal(text)
        if _FRACTION.fullmatch(text) or _SCIENTIFIC.fullmatch(text):
            return Decimal(text)
        if _DAY.fullmatch(text):
            return self._day(text, path, line)
        if text.lower() in _TRUTH_WORDS:
            self._refuse(line, path, _TRUTH, value=text)
            return None
        if text.lower() == "null":
            self._refuse(
                line, path, Text("「{value}」は「null」と書いてください。", "Write `null` for `{value}`."), value=text
            )
            return None
        for pattern, message in _SURPRISES:
            if pattern.fullmatch(text):
                self._refuse(line, path, message, value=text)
                return None
        return text

    def _day(self, text: str, path: KeyPath, line: int) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._refuse(
                line, path, Text("「{value}」という日は暦にありません。", "There is no day `{value}`."), value=text
            )
            return None

    def _refuse_syntax(self, line: int, reason: str) -> None:
        message = Text(f"YAMLとして読めません（{reason}）。", f"This is not YAML: {reason}.")
        self.problems.append(Problem(line, "", message))

    def _refuse(self, line: int, path: KeyPath, message: Text, value: str = "") -> None:
        shown = value if len(value) <= 40 else value[:40] + "…"
        filled = Text(message.ja.replace("{value}", shown), message.en.replace("{value}", shown))
        key = shown_path(tuple(key for key in path if key not in ("", "?")))
        self.problems.append(Problem(line, key, filled))


_NO_ALIAS = Text("「{value}」：アンカーとエイリアスは使えません。", "`{value}`: anchors and aliases are not allowed.")
_NO_TAG = Text("「{value}」：タグは使えません。", "`{value}`: tags are not allowed.")
_TWICE = Text("キー「{value}」が二度書かれています。", "The key `{value}` is written twice.")
_BAD_KEY = Text("「{value}」はキーに使えません。引用符で囲んでください。", "`{value}` cannot be a key. Quote it.")
_TRUTH = Text(
    "「{value}」は真偽値と読まれるおそれがあります。「true」か「false」と書くか、引用符で囲んでください。",
    "`{value}` could be read as true or false. Write `true` or `false`, or quote the word.",
)
