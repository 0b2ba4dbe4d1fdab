"""The manual's small Markdown, and its PDF."""

from __future__ import annotations

from datetime import date

import pytest

from tanso.interfaces.exports import manual

SOURCE = """# Chapter

One line
and the next.

## Section
<!-- do: transfer surrender -->

1. First **bold** step
2. Second

- A [link](https://example.jp/)
- <script>alert(1)</script>
"""


def test_a_chapter_is_read_into_blocks():
    chapter = manual.read("x", SOURCE)

    assert chapter.title == "Chapter"
    assert [(block.kind, block.level, len(block.lines)) for block in chapter.blocks] == [
        ("heading", 1, 1),
        ("paragraph", 0, 1),
        ("heading", 2, 1),
        ("steps", 0, 2),
        ("points", 0, 2),
    ]
    assert chapter.blocks[1].text == "One line and the next."
    assert chapter.blocks[3].line == (manual.Span("First "), manual.Span("bold", is_bold=True), manual.Span(" step"))
    assert chapter.blocks[4].line[1] == manual.Span("link", link="https://example.jp/")


def test_an_operation_leads_to_its_section():
    chapter = manual.read("x", SOURCE)

    assert chapter.explained == {"transfer": "s1", "surrender": "s1"}
    assert chapter.blocks[2].anchor == "s1"


def test_html_is_text_like_any_other():
    assert manual.read("x", SOURCE).blocks[4].lines[1] == (manual.Span("<script>alert(1)</script>"),)


def test_japanese_lines_are_joined_without_a_space():
    assert manual.read("x", "# 章\n\n一行目、\n二行目。\n", joint="").blocks[1].text == "一行目、二行目。"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_whole_manual_is_set_and_keeps_its_bytes(language: str):
    made = [manual.manual_pdf(manual.CHAPTERS, language, day=date(2026, 11, 22), installation="試験") for _ in range(2)]

    assert made[0].startswith(b"%PDF-")
    assert made[0] == made[1]
