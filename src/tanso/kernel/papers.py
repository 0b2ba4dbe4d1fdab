"""What a file that somebody sent is, told from its content. Neither its name nor what the browser said counts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

# A writer of PDF may leave some bytes behind the end mark.
_TAIL = 1024


def _is_pdf(content: bytes) -> bool:
    return content.startswith((b"%PDF-1.", b"%PDF-2.")) and b"%%EOF" in content[-_TAIL:]


def _is_png(content: bytes) -> bool:
    return (
        content.startswith(b"\x89PNG\r\n\x1a\n")
        and content[12:16] == b"IHDR"
        and content.endswith(b"IEND\xaeB\x60\x82")
    )


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and content.endswith(b"\xff\xd9")


# Kind -> how to tell it, and how a browser is told. The kinds are words of rulebooks.
_KINDS: dict[str, tuple[Callable[[bytes], bool], str]] = {
    "pdf": (_is_pdf, "application/pdf"),
    "png": (_is_png, "image/png"),
    "jpeg": (_is_jpeg, "image/jpeg"),
}
KINDS = tuple(_KINDS)
# What is published besides: Office files, which are archives with a part of a known name.
_OFFICE = {
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
_MOST_PARTS = 2_000


def kind_of(content: bytes) -> str:
    """`pdf`, `png` or `jpeg` for a file that begins and ends as one; "" for any other."""
    return next((kind for kind, (is_one, _) in _KINDS.items() if is_one(content)), "")


def media_type(kind: str) -> str:
    """How the web calls a kind; raises KeyError for one that `published_kind_of` does not know."""
    return _OFFICE[kind][1] if kind in _OFFICE else _KINDS[kind][1]


def published_kind_of(content: bytes) -> str:
    """The same as `kind_of`, and `xlsx` or `docx` for a file without macros that is one."""
    return kind_of(content) or _office_kind_of(content)


def _office_kind_of(content: bytes) -> str:
    if not content.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist()[:_MOST_PARTS])
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if "[Content_Types].xml" not in parts or any(part.endswith("vbaProject.bin") for part in parts):
        return ""
    return next((kind for kind, (part, _) in _OFFICE.items() if part in parts), "")
