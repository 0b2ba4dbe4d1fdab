"""Writes the reference pages of the schemes, one each, clause by clause: sentence, rule, values, proofs.

`python -m tanso.rulebook.pages` (or `make reference`) writes them into docs/reference/schemes of the checkout.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tanso.kernel.texts import Text
from tanso.rulebook.book import Rulebook
from tanso.rulebook.coverage import Category, Coverage, Sentence, load_coverage
from tanso.rulebook.entry import KIND_OF, Dated, Days, Entry
from tanso.rulebook.library import Library, shipped_schemes
from tanso.rulebook.showing import entries

_HEAD = """\
# {title}

Generated from `schemes/{scheme}/` and the scenarios by `python -m tanso.rulebook.pages`; a test keeps them in step.
制度のファイルとシナリオから自動的に作られます。条項の順に、文・規則・日付ごとの値・それを確かめるシナリオを示します。

{body}
"""
_NUMBERS = re.compile(r"([0-9]+)")
_CIRCLED = {character: number for number, character in enumerate("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮", 1)}
_SCHEME_LINE = re.compile(r"^scheme: *(\S+)$", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z][\w-]*(?:\.\w+)*")
_SENTENCE_MARKS = {
    Category.NOT_MODELLED: Text("対象外", "not modelled"),
    Category.OPEN: Text("未了", "open"),
    Category.INFORMS: Text("案内", "told"),
    Category.UNPROVED: Text("未検証", "unproved"),
    Category.MISSING: Text("不足", "missing"),
    Category.RULED: Text("規則", "rule"),
}
# Section of a coverage file -> kind of entry.
_SECTIONS = {
    "checks": "check",
    "derived": "derived",
    "parameters": "parameter",
    "windows": "window",
    "due": "due",
    "units": "unit",
    "accounts": "account",
    "phases": "phase",
    "participants": "participant",
    "attributes": "attribute",
    "years": "year",
    "opinions": "opinion",
    "operations": "operation",
}

Stories = Mapping[str, frozenset[str]]


def scheme_page(book: Rulebook, stories: Stories, coverage: Coverage | None = None) -> str:
    """The reference page of one scheme. `stories`: path below the checkout -> the words that the scenario uses."""
    found = entries(book)
    told = {} if coverage is None else {(item.document, item.clause): item.sentences for item in coverage.clauses}
    anchors = {(entry.kind, entry.code): entry.anchor for entry in found}
    parts: list[str] = []
    for document, title in _documents(book, found):
        clauses = _clauses(document, found, told)
        if not clauses:
            continue
        name = f"{document}: " if document else ""
        parts.append(f"## {name}{title.ja}\n\n{title.en}\n")
        for clause in clauses:
            parts.append(f"### {document} {clause}\n".replace("###  ", "### "))
            parts += [_sentence(sentence, anchors) for sentence in told.get((document, clause), ())]
            if told.get((document, clause)):
                parts.append("")
            parts += [
                _entry(entry, _proofs(entry, stories, coverage))
                for entry in found
                if _first_place(entry) == (document, clause)
            ]
            also = [entry for entry in found if _also_here(entry, document, clause)]
            if also:
                parts.append(f"関連 See also: {', '.join(_link(entry) for entry in also)}\n")
    return _HEAD.format(
        title=f"{book.title.ja} / {book.title.en}", scheme=book.scheme, body="\n".join(parts).rstrip()
    ).replace("\n\n\n", "\n\n")


# -- where things stand -----------------------------------------------------------------------------------------------


def _documents(book: Rulebook, found: Iterable[Entry]) -> Iterator[tuple[str, Text]]:
    yield from book.documents.items()
    # Tables of factors cite documents by their titles.
    titles = dict.fromkeys(entry.source.title for entry in found if not entry.source.document)
    yield from (("", title) for title in titles)


def _places(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Each document and clause of an entry: `2.2(7)・図1` are two clauses."""
    found = [(source.document, clause) for source in entry.sources for clause in source.clause.split("・") if clause]
    return tuple(dict.fromkeys(found))


def _first_place(entry: Entry) -> tuple[str, str]:
    return _places(entry)[0]


def _also_here(entry: Entry, document: str, clause: str) -> bool:
    return (document, clause) in _places(entry)[1:]


def _clauses(document: str, found: Iterable[Entry], told: Mapping[tuple[str, str], object]) -> list[str]:
    """The clauses of a document: in the order of its coverage where there is one, then by their numbers."""
    listed = [clause for place, clause in told if place == document]
    cited = {clause for entry in found for place, clause in _places(entry) if place == document}
    return listed + sorted(cited - set(listed), key=_by_number)


def _by_number(clause: str) -> list[tuple[int, int, str]]:
    parts = _NUMBERS.split("".join(f".{_CIRCLED[c]}" if c in _CIRCLED else c for c in clause))
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


# -- what is written --------------------------------------------------------------------------------------------------


def _sentence(sentence: Sentence, anchors: Mapping[tuple[str, str], str]) -> str:
    mark = _SENTENCE_MARKS[sentence.category]
    names = [
        f"[`{name}`](#{anchors[kind, name]})" if (kind, name) in anchors else f"`{name}`"
        for section, kind in _SECTIONS.items()
        for name in sentence.named(section)
    ]
    answer = f": {', '.join(names)}" if names else ""
    if sentence.why_not is not None:
        answer = f": {sentence.why_not.ja} / {sentence.why_not.en}"
    return f"{sentence.number}. {sentence.says.ja}<br>{sentence.says.en}<br>*{mark.ja} {mark.en}*{answer}"


def _link(entry: Entry) -> str:
    return f"[`{entry.code}`](#{entry.anchor})"


def _proofs(entry: Entry, stories: Stories, coverage: Coverage | None) -> list[str]:
    """The scenarios that name the entry, and those that prove a sentence which it keeps."""
    found = {path for path, words in stories.items() if entry.code in words} if _is_named(entry) else set()
    for _, sentence in () if coverage is None else coverage.sentences():
        if any(kind == entry.kind and entry.code in sentence.named(section) for section, kind in _SECTIONS.items()):
            found |= {f"tests/scenarios/{path}" for path in sentence.named("scenarios")}
    return sorted(found)


def _entry(entry: Entry, proofs: list[str]) -> str:
    kind = KIND_OF[entry.kind]
    lines = [
        f'#### <a id="{entry.anchor}"></a>{entry.title.ja} / {entry.title.en}',
        "",
        f"`{entry.code}` ({kind.ja} {kind.en})",
        "",
    ]
    lines += [f"- {_dated(value)}" for value in entry.values]
    if entry.operations:
        lines.append(
            f"- 手続 Operations: {'、'.join(item.ja for item in entry.operations)}"
            f" / {', '.join(item.en for item in entry.operations)}"
        )
    for condition in entry.conditions:
        lines.append(f"- {condition.role.ja} {condition.role.en}: `{condition.written}`")
        lines += [f"  - {line.ja}<br>{line.en}" for line in condition.lines]
    lines += [f"- {label.ja} {label.en}: {text.ja} / {text.en}" for label, text in entry.notes]
    if entry.days:
        lines.append(f"- 日 Days: {'; '.join(_days(days) for days in entry.days)}")
    for label, text in (("拒否の文 Refusal", entry.message), ("次にすること Next step", entry.next_step)):
        if text is not None:
            lines.append(f"- {label}: {text.ja}<br>{text.en}")
    lines += [f"- 想定 Assumed: {text.ja}<br>{text.en}" for text in entry.assumptions]
    if entry.reads:
        lines.append(
            f"- 基になる値と期間 Leans on: {', '.join(f'[`{read.code}`](#{read.anchor})' for read in entry.reads)}"
        )
    if proofs:
        lines.append(f"- シナリオ Scenarios: {', '.join(_scenario(path) for path in proofs)}")
    return "\n".join([*lines, ""])


def _is_named(entry: Entry) -> bool:
    """Kinds whose codes scenarios name: short codes of others would be found by chance."""
    return entry.kind in ("check", "parameter") or "_" in entry.code


def _dated(value: Dated) -> str:
    days = (
        ""
        if value.first_day is None and value.last_day is None
        else f" ({value.first_day or ''}..{value.last_day or ''})"
    )
    return f"{value.shown.ja} / {value.shown.en}{days} [{value.source.document} {value.source.clause}]"


def _days(days: Days) -> str:
    return f"{days.label.ja} {days.label.en} {days.first_day or ''}..{days.last_day or ''}"


def _scenario(path: str) -> str:
    return f"[{Path(path).stem}](../../../{path})"


# -- the checkout -----------------------------------------------------------------------------------------------------


def read_stories(checkout: Path) -> dict[str, dict[str, frozenset[str]]]:
    """Scheme -> path below the checkout -> the words that the scenario uses, for every scenario of the tests."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for path in sorted((checkout / "tests" / "scenarios").rglob("*.yaml")):
        text = path.read_text(encoding="utf-8", errors="replace")
        scheme = _SCHEME_LINE.search(text)
        if scheme is not None and "unreadable" not in path.parts:
            words = frozenset(_WORD.findall(text))
            found.setdefault(scheme[1], {})[path.relative_to(checkout).as_posix()] = words
    return found


def all_pages(checkout: Path) -> dict[str, str]:
    """File name -> content of the page of each scheme of a checkout, and of their list."""
    books = Library([checkout / "schemes"])
    stories = read_stories(checkout)
    pages = {}
    rows = ["# 制度の規則 / The rules of the schemes", "", "Generated by `python -m tanso.rulebook.pages`.", ""]
    for scheme in books.schemes():
        book = books.get(scheme)
        coverage = load_coverage(books.folder(scheme), book)
        pages[f"{scheme}.md"] = scheme_page(book, stories.get(scheme, {}), coverage)
        rows.append(f"- [{book.title.ja} / {book.title.en}]({scheme}.md)")
    return {"README.md": "\n".join([*rows, ""])} | pages


def _write() -> None:
    checkout = shipped_schemes().parent
    folder = checkout / "docs" / "reference" / "schemes"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in all_pages(checkout).items():
        (folder / name).write_text(content, encoding="utf-8")
        sys.stdout.write(f"docs/reference/schemes/{name}\n")


if __name__ == "__main__":
    _write()
