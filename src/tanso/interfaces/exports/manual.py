"""The operation manual: a chapter for each kind of user, written in `docs/manual`, read into blocks.

Chapters are a small part of Markdown: headings, paragraphs, lists, numbered steps, `**bold**` and links. A line
`<!-- do: transfer surrender -->` under a heading names the operations that the section explains; pages of these acts
lead there, and a house test sees to it that no operation is left out. Nothing else of HTML is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import tanso
from tanso.interfaces.exports.typesetting import typeset
from tanso.kernel.texts import Text

# In the order in which people read them.
CHAPTERS = ("visitor", "holder", "trader", "verifier", "administrator")
# The day on which the text was last gone through; it is the date of the PDF, which then has the same bytes everywhere.
WRITTEN_ON = date(2026, 11, 22)
_TEMPLATE = Path(__file__).with_name("manual.typ")
_HEADING = re.compile(r"(#{1,3}) +(.+)")
_DO = re.compile(r"<!-- do: ([a-z_ ]+) -->")
_STEP = re.compile(r"[0-9]+\. +(.+)")
_POINT = re.compile(r"- +(.+)")
_SPAN = re.compile(r"\*\*(.+?)\*\*|\[([^\]]+)\]\((https?://[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line: plain, bold, or a link."""

    text: str
    is_bold: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`level` 1 to 3), a paragraph, or a list; `lines` has the items of a list, of others one line."""

    kind: str
    lines: tuple[tuple[Span, ...], ...]
    level: int = 0
    anchor: str = ""

    @property
    def line(self) -> tuple[Span, ...]:
        return self.lines[0]

    @property
    def text(self) -> str:
        """The first line without its marks."""
        return "".join(span.text for span in self.line)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter in one language; `explained` leads from an operation to the anchor of its section."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    explained: dict[str, str] = field(default_factory=dict)


def folder() -> Path:
    """The folder of the manual: in the wheel, or in a checkout."""
    package = Path(tanso.__file__).resolve().parent
    inside = package / "manual"
    return inside if inside.is_dir() else package.parents[1] / "docs" / "manual"


@cache
def chapter(name: str, language: str) -> Chapter:
    """One chapter; raises KeyError for one that there is not."""
    if name not in CHAPTERS:
        raise KeyError(name)
    kept = "ja" if language.startswith("ja") else "en"
    return read(name, (folder() / kept / f"{name}.md").read_text(encoding="utf-8"), joint="" if kept == "ja" else " ")


def read(name: str, source: str, *, joint: str = " ") -> Chapter:
    """A chapter from its source; `joint` is what joins the lines of a paragraph."""
    blocks: list[Block] = []
    explained: dict[str, str] = {}
    title = name
    for chunk in _chunks(source):
        heading, named = _HEADING.fullmatch(chunk[0]), _DO.fullmatch(chunk[0])
        if heading is not None:
            anchor = f"s{sum(block.kind == 'heading' for block in blocks)}"
            blocks.append(Block("heading", (_spans(heading[2]),), len(heading[1]), anchor))
            title = heading[2] if len(heading[1]) == 1 else title
        elif named is not None:
            last = next(block for block in reversed(blocks) if block.kind == "heading")
            for operation in named[1].split():
                explained.setdefault(operation, last.anchor)
        else:
            blocks.append(_text_block(chunk, joint))
    return Chapter(name, title, tuple(blocks), explained)


def _chunks(source: str) -> Iterator[list[str]]:
    """Lines that belong together: a heading or a mark alone, all others up to an empty line."""
    chunk: list[str] = []
    for line in [*source.splitlines(), ""]:
        alone = bool(_HEADING.fullmatch(line) or _DO.fullmatch(line))
        if chunk and (alone or not line.strip()):
            yield chunk
            chunk = []
        if alone:
            yield [line]
        elif line.strip():
            chunk.append(line.strip())


def _text_block(chunk: list[str], joint: str) -> Block:
    for kind, pattern in (("steps", _STEP), ("points", _POINT)):
        found = [pattern.fullmatch(line) for line in chunk]
        items = [match[1] for match in found if match is not None]
        if len(items) == len(chunk):
            return Block(kind, tuple(_spans(item) for item in items))
    return Block("paragraph", (_spans(joint.join(chunk)),))


def _spans(line: str) -> tuple[Span, ...]:
    found, at = [], 0
    for match in _SPAN.finditer(line):
        found.append(Span(line[at : match.start()]))
        found.append(Span(match[1], is_bold=True) if match[1] else Span(match[2], link=match[3]))
        at = match.end()
    return tuple(span for span in (*found, Span(line[at:])) if span.text)


def where(operation: str, language: str, chapters: tuple[str, ...] = CHAPTERS) -> tuple[str, str] | None:
    """Chapter and anchor of the section that explains an operation, in the first of these chapters that does."""
    for name in chapters:
        anchor = chapter(name, language).explained.get(operation)
        if anchor is not None:
            return name, anchor
    return None


_TITLE = Text("操作マニュアル", "Operation manual")
_PAGE = Text("ページ", "Page")


def manual_pdf(names: tuple[str, ...], language: str, *, day: date, installation: str) -> bytes:
    """Chapters as one PDF (PDF/UA-1). Raises TansoError `export.no_font` where there is no Japanese font."""
    chapters = [chapter(name, language) for name in names]
    content: dict[str, Any] = {
        "language": "ja" if language.startswith("ja") else "en",
        "title": _TITLE.in_language(language),
        "installation": installation,
        "page": _PAGE.in_language(language),
        "blocks": [_plain(block) for one in chapters for block in one.blocks],
    }
    return typeset(_TEMPLATE, content, day=day, standards=["ua-1"])


def _plain(block: Block) -> dict[str, Any]:
    lines = [[[span.text, span.is_bold, span.link] for span in line] for line in block.lines]
    return {"kind": block.kind, "level": block.level, "lines": lines}
