"""Letters as PDF: archival and tagged (PDF/A-2a, PDF/UA-1), from what their rows say and from nothing else.

The same row gives the same bytes: its day is the file's, and neither a clock nor a text of the scheme is asked. First
passwords are the only thing that comes from outside the row; they are printed for the post and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tanso.interfaces.exports.typesetting import SERIF, Standard, breakable, typeset
from tanso.interfaces.web import words
from tanso.kernel.texts import Text
from tanso.notices.letter_models import Letter

STANDARDS: tuple[Standard, ...] = ("a-2a", "ua-1")
# One file holds so many letters at most: some 15 ms each.
MOST_LETTERS = 200
_FOLDER = Path(__file__).parent
_GROUP = 4

_GREETED = Text("{name}　御中", "{name}")
_FOR = Text("（{name}）", "({name})")
_BEGINS, _ENDS = Text("記", ""), Text("以上", "")
_PAGE = Text("ページ", "Page")
_EARLIER = Text("この文書は、{reference} に代わるものです。", "This letter takes the place of {reference}.")
_CHECK = Text(
    "この文書が真正で、現在も有効であることは、次の画面で誰でも確認できます。",
    "Anyone can check on this page that this letter is genuine and still holds.",
)
_CODE = Text("確認番号：{code}", "Check code: {code}")
_CODE_ALT = Text("確認画面のアドレスの二次元コード", "Two-dimensional code with the address of the check page")
_SECRET = Text("ログインID {login} の初回パスワード", "First password of login {login}")


@dataclass(frozen=True, slots=True)
class ForPost:
    """What stands in the paper alone: first passwords by login id, and where and to whom it is posted."""

    secrets: tuple[tuple[str, str], ...] = ()
    addressee: tuple[str, ...] = ()


_NOTHING_MORE = ForPost()


def letter_pdf(letter: Letter, language: str, post: ForPost = _NOTHING_MORE) -> bytes:
    """One letter. Raises TansoError `export.no_font` where there is no Japanese font."""
    return letters_pdf([letter], language, {letter.pk: post})


def letters_pdf(letters: Sequence[Letter], language: str, posts: Mapping[int, ForPost]) -> bytes:
    """Letters of one layout behind one another, each from page 1, for the printer."""
    layouts = {letter.layout for letter in letters}
    assert len(layouts) == 1, "letters of one layout"  # noqa: S101
    titles = dict.fromkeys(Text.from_json(letter.content["title"]).in_language(language) for letter in letters)
    data = {
        "language": language,
        "title": "・".join(titles) if language.startswith("ja") else ", ".join(titles),
        "author": Text.from_json(letters[0].content["sender"]).in_language(language),
        "letters": [_content(letter, language, posts.get(letter.pk, _NOTHING_MORE)) for letter in letters],
    }
    template = _FOLDER / f"letter-{layouts.pop()}.typ"
    day = max(letter.day for letter in letters)
    return typeset(template, data, day=day, standards=STANDARDS, family=SERIF)


def grouped(code: str) -> str:
    """A check code as people read it: in groups of four."""
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))


def _content(letter: Letter, language: str, post: ForPost) -> dict[str, Any]:
    def here(text: Text) -> str:
        return text.in_language(language)

    said = letter.content
    names = list(post.addressee) or [here(_GREETED).format(name=said["organisation"])]
    if said["holder"] != said["organisation"]:
        names.append(here(_FOR).format(name=said["holder"]))
    code = grouped(letter.code)
    address = f"{said['check']}{letter.code}/"
    return {
        "reference": letter.reference,
        "day": here(words.long_day(letter.day)),
        "addressee": [breakable(name) for name in names],
        "sender": [here(Text.from_json(said["sender"]))],
        "title": here(Text.from_json(said["title"])),
        "body": [part for part in here(Text.from_json(said["body"])).split("\n\n") if part.strip()],
        "rows": [_row(row, language) for row in said["rows"]],
        "secrets": [[here(_SECRET).format(login=login), password] for login, password in post.secrets],
        "notes": [here(_EARLIER).format(reference=said["earlier"])] if said.get("earlier") else [],
        "begins": here(_BEGINS),
        "ends": here(_ENDS) if said["rows"] else "",
        "check": [here(_CHECK), said["check"]],
        "code": here(_CODE).format(code=code),
        "code-image": code_image(address),
        "code-alt": here(_CODE_ALT),
        "page": here(_PAGE),
    }


def _row(row: Mapping[str, Any], language: str) -> list[Any]:
    """Label, value, and whether it is a quantity, which stands at the right."""
    label, value = (Text.from_json(row[part]).in_language(language) for part in ("label", "value"))
    return [label, breakable(value), str(row["name"]).endswith("_t")]


@cache
def code_image(address: str) -> str:
    """A two-dimensional code as SVG: one path of squares, black on white, with the quiet zone around it."""
    import qrcode  # noqa: PLC0415 -- for those who print

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(address)
    code.make(fit=True)
    squares = "".join(
        f"M{column},{row}h1v1h-1z"
        for row, line in enumerate(code.get_matrix())
        for column, is_dark in enumerate(line)
        if is_dark
    )
    size = len(code.get_matrix())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {size + 4} {size + 4}">'
        f'<path fill="#fff" d="M-2,-2h{size + 4}v{size + 4}h-{size + 4}z"/><path fill="#1a1a1a" d="{squares}"/></svg>'
    )
