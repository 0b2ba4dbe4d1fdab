"""Sets a PDF by Typst from a template and data: the same data gives the same bytes, on every machine.

Nothing that a person wrote is read as markup: it comes to the template as JSON. The font is the one that comes as a
package; where that is missing, a Japanese font of the system serves; where there is none either, `export.no_font` says
what to install. A character that the font does not have is set as a geta (〓), as printers do, and not left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

GETA = "〓"
_PACKAGE = "pylopdf_fonts_jp"
SANS, SERIF = "Noto Sans JP", "Noto Serif JP"
# Japanese fonts that systems have, the nearest in look first.
_SYSTEM_FAMILIES = (
    SANS,
    "Noto Sans CJK JP",
    "Source Han Sans JP",
    "BIZ UDPGothic",
    "Hiragino Sans",
    "Yu Gothic",
    "IPAexGothic",
    "IPAGothic",
)
Standard = Literal["a-2a", "ua-1"]
_NOT_IN_FONT = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# So many characters that a font does not have are looked up one by one; after that, whole scripts are.
_MOST_LOOKED_UP = 40
# Where no font of ours has everything, these blocks it has: Latin, general punctuation, kana, and the common kanji.
_SURELY = re.compile("[\n\u0020-\u007e\u00a0-\u00ff\u2010-\u2027\u3000-\u30ff\u4e00-\u9faf\uff01-\uff5e]")
# What joins or varies the letter before it, which says nothing behind a geta.
_JOINED = re.compile(f"(?<={GETA})[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e01ef]+")
# Controls, halves of characters, and what could turn around the order of the letters around it.
_NO_LETTER = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LONG_RUN = re.compile(r"[^\s\u3000-\u9fff\uf900-\uffef\U00020000-\U0003ffff]{24,}")


def typeset(template: Path, data: Any, *, day: date, standards: Sequence[Standard], family: str = SANS) -> bytes:
    """The whole file; its date is `day` and no clock's. Raises TansoError `export.no_font`."""
    import typst  # noqa: PLC0415 -- 40 MB of library, for those who print

    fonts, families = fonts_for(family)
    missing: set[str] = set()
    timestamp = int(datetime.combine(day, time(), tzinfo=UTC).timestamp())
    source = template.read_bytes()
    only_sure = False
    while True:
        said = _printable({**data, "fonts": families}, missing, only_sure=only_sure)
        compiler = typst.Compiler(
            input=source, font_paths=fonts, sys_inputs={"data": json.dumps(said, ensure_ascii=False)}
        )
        try:
            made = compiler.compile(format="pdf", pdf_standards=list(standards), timestamp=timestamp)
        except typst.TypstError as error:
            lacking = _lacking(str(error))
            if only_sure or lacking is None:
                raise
            only_sure = lacking <= missing or len(missing) > _MOST_LOOKED_UP
            missing |= lacking
        else:
            assert isinstance(made, bytes), "one file"  # noqa: S101
            return made


def breakable(text: str) -> str:
    """The text with places to break in words that have none: Typst would let a name of 200 letters leave the page."""
    return _LONG_RUN.sub(lambda run: "\u200b".join(re.findall(".{1,12}", run[0], re.DOTALL)), text)


def set_by() -> str:
    """What sets a PDF, with its version: another one may set the same letter differently."""
    font = version("pylopdf-fonts-jp") if packaged_folder() is not None else "system"
    return f"typst {version('typst')}, fonts {font}"


def _lacking(error: str) -> set[str] | None:
    """The characters that an error of Typst names because no font has them; None where it is about something else."""
    said = _NOT_IN_FONT.findall(error)
    if not said:
        return None
    return set(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(said))) - set(GETA)


def _printable(value: Any, missing: set[str], *, only_sure: bool) -> Any:
    """The data with a geta for each character that cannot be set."""
    if isinstance(value, dict):
        return {key: _printable(item, missing, only_sure=only_sure) for key, item in value.items()}
    if isinstance(value, list):
        return [_printable(item, missing, only_sure=only_sure) for item in value]
    if not isinstance(value, str) or value.startswith("<svg"):
        return value
    text = _NO_LETTER.sub(GETA, value).translate(dict.fromkeys(map(ord, missing), GETA))
    text = _JOINED.sub("", text)
    if only_sure:
        text = "".join(letter if _SURELY.match(letter) or letter == GETA else GETA for letter in text)
    return text


@cache
def fonts_for(family: str) -> tuple[Any, list[str]]:
    """The fonts to set in: the packaged one alone, or those of the system that have Japanese."""
    import typst  # noqa: PLC0415

    folder = packaged_folder()
    if folder is not None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        if family in fonts.families():
            return fonts, [family]
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)
    there = set(fonts.families())
    families = [known for known in _SYSTEM_FAMILIES if known in there]
    if not families:
        raise TansoError(
            code="export.no_font",
            message=Text("PDFに使う日本語フォントがありません。", "There is no Japanese font to set the PDF in."),
            next_step=Text(
                "`pip install pylopdf-fonts-jp`を実行するか、システムに日本語フォントを入れてください。",
                "Run `pip install pylopdf-fonts-jp`, or install a Japanese font in the system.",
            ),
        )
    return fonts, families


@cache
def packaged_folder() -> Path | None:
    """Where the packaged font lies; None where the package is not installed."""
    found = find_spec(_PACKAGE)
    return None if found is None or found.origin is None else Path(found.origin).parent
