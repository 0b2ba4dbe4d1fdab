"""A thief at a browser: follows every link, asks for every address it could have heard of, and forges what others send.

Requests go through the browser's own session (Playwright's `page.request` shares its cookies), so that hundreds of them
take seconds; nothing of an answer is skipped because a page would not draw it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import APIResponse, Page

# Whoever tries these is out, or reads another language: no part of looking around.
_LEFT_ALONE = ("/sign-out/", "/language/", "/static/")
# Pages of one kind: as many of them as show whether the kind is open.
_OF_ONE_KIND = 6


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is sent: where to, and what it held when it was shown."""

    address: str
    fields: dict[str, str]


@dataclass(slots=True)
class Answer:
    """What came back."""

    address: str
    status: int
    said: str


@dataclass(slots=True)
class Shown:
    """Everything that a login came across."""

    answers: list[Answer] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    @property
    def addresses(self) -> list[str]:
        return [answer.address for answer in self.answers]


class _Page(HTMLParser):
    """Links and forms of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.address, given["href"]))
        elif tag == "form" and given.get("method", "").lower() == "post":
            self._form = Form(urljoin(self.address, given.get("action") or self.address), {})
            self.forms.append(self._form)
        elif tag == "form":
            self._form = None
        elif self._form is not None and tag in ("input", "select", "textarea") and given.get("name"):
            self._form.fields.setdefault(given["name"], given.get("value", ""))
        elif self._form is not None and tag == "option" and self._form.fields:
            # The last list takes its first real line, so that what is forged would be complete.
            name = list(self._form.fields)[-1]
            self._form.fields[name] = self._form.fields[name] or given.get("value", "")


def look_around(page: Page, home: str) -> Shown:
    """Follow every link from `home` on, of many pages of one kind the first ones; read every page and file."""
    shown, waiting, known, kinds = Shown(), [home], {home}, Counter[str]()
    while waiting:
        address = waiting.pop(0)
        answer = ask(page, address)
        shown.answers.append(answer)
        if answer.status != 200 or not answer.said.lstrip().startswith("<!doctype html"):
            continue
        found = _Page(address)
        found.feed(answer.said)
        shown.forms += found.forms
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or parts.path.startswith(_LEFT_ALONE):
                continue
            onward = parts.path + (f"?{parts.query}" if parts.query else "")
            kind = _kind_of(parts.path) + ("?" if parts.query else "")
            if onward not in known and kinds[kind] < _OF_ONE_KIND:
                kinds[kind] += 1
                known.add(onward)
                waiting.append(onward)
    return shown


def _kind_of(path: str) -> str:
    try:
        return str(resolve(path).url_name)
    except Resolver404:
        return path


def ask(page: Page, address: str) -> Answer:
    """What an address answers, without following where it sends on to."""
    return _answer(address, page.request.get(address, max_redirects=0))


def send(page: Page, address: str, fields: dict[str, str]) -> Answer:
    """What a form answers that is sent with the thief's own session and token, and somebody else's fields."""
    fields = {**fields, "csrfmiddlewaretoken": token(page)}
    return _answer(address, page.request.post(address, form=fields, max_redirects=0))  # type: ignore[arg-type]


def token(page: Page) -> str:
    """The token against forged forms that this session was given."""
    return str(page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value"))


def _answer(address: str, response: APIResponse) -> Answer:
    body = response.body()
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"\n".join(parts.read(name) for name in parts.namelist())
    if body.startswith(b"%PDF"):
        # Compressed glyphs: no words, and digits by chance.
        body = b""
    return Answer(address, response.status, body.decode("utf-8", errors="ignore") + f"\n{response.headers}")


def figures_in(said: str, figures: Iterable[str]) -> list[str]:
    """The figures (or words) that an answer tells, with or without separators, as a number of their own."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", said)
    return [each for each in figures if re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", plain)]
