"""A file is what its content says, from its first byte to its last."""

from __future__ import annotations

import pytest

from tanso.kernel import papers
from tests.support.papers import JPEG, PDF, PNG


@pytest.mark.parametrize(("content", "kind"), [(PDF, "pdf"), (PNG, "png"), (JPEG, "jpeg")])
def test_a_paper_or_a_picture_is_known(content: bytes, kind: str) -> None:
    assert papers.kind_of(content) == kind
    assert papers.media_type(kind).endswith(kind)


@pytest.mark.parametrize("content", [PDF, PNG, JPEG])
def test_half_a_file_is_none(content: bytes) -> None:
    assert papers.kind_of(content[: len(content) // 2]) == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4",
        b"PK\x03\x04 a spreadsheet",
        b"MZ a program",
        b"<html>%PDF-1.4 %%EOF</html>",
        b"GIF89a;",
        b"%PDF-9.9\n%%EOF",
        b"\x00" + PNG,
    ],
)
def test_anything_else_is_none_of_them(content: bytes) -> None:
    assert papers.kind_of(content) == ""
