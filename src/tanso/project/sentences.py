"""The sentences of the pages: found in templates and Python, and brought into the catalogue of each language.

`python -m tanso.project.sentences` brings the Japanese catalogue up to date with the source after a sentence has
changed, and names those that lack a translation.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from django.template.base import Node, Template
from django.template.engine import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from tanso.project.catalogues import FOLDER

PACKAGE = FOLDER.parent
_KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2)}
_LIBRARIES = {
    "django_htmx": "django_htmx.templatetags.django_htmx",
    "i18n": "django.templatetags.i18n",
    "static": "django.templatetags.static",
    "tanso": "tanso.interfaces.web.templatetags.tanso",
}
_HEADERS_LEFT_OUT = tuple(
    f'"{name}:'
    for name in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
        "Report-Msgid-Bugs-To",
        "Project-Id-Version",
    )
)

Message = str | tuple[str, ...]


def messages() -> dict[Message, list[str]]:
    """Every sentence of the source that is to be translated, with the files that say it."""
    found: dict[Message, list[str]] = {}
    for path in sorted([*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.py")]):
        place = path.relative_to(PACKAGE).as_posix()
        for message in _in_template(path) if path.suffix == ".html" else _in_python(path):
            places = found.setdefault(message, [])
            if place not in places:
                places.append(place)
    return found


def _in_python(path: Path) -> Iterator[Message]:
    for _line, message, _comments, _context in extract_from_file("python", path, keywords=_KEYWORDS):
        yield message


def _in_template(path: Path) -> Iterator[Message]:
    engine = Engine(libraries=_LIBRARIES, builtins=["django.template.defaulttags"])
    template = Template(path.read_text(encoding="utf-8"), engine=engine)
    for node in _nodes(template.nodelist):
        if isinstance(node, TranslateNode):
            yield str(node.filter_expression.var.literal)
        elif isinstance(node, BlockTranslateNode):
            singular, _names = node.render_token_list(node.singular)
            if node.plural:
                plural, _names = node.render_token_list(node.plural)
                yield (singular, plural)
            else:
                yield singular


def _nodes(nodes: Any) -> Iterator[Node]:
    for node in nodes:
        yield node
        for name in node.child_nodelists:
            yield from _nodes(getattr(node, name, None) or ())


def read(language: str) -> Catalog:
    """The catalogue of a language as it stands in the source tree."""
    with (FOLDER / language / "LC_MESSAGES" / "django.po").open("rb") as stream:
        return read_po(stream, locale=language)


def update(language: str) -> list[str]:
    """Bring a language's catalogue up to date with the source; returns the sentences that lack a translation."""
    path = FOLDER / language / "LC_MESSAGES" / "django.po"
    known = read(language) if path.exists() else Catalog(locale=language)
    fresh = Catalog(locale=language, project="Tanso", charset="utf-8", fuzzy=False)
    fresh.header_comment = "# The pages of Tanso. English sentences are the keys."
    missing = []
    for message, places in messages().items():
        key = message[0] if isinstance(message, tuple) else message
        earlier = known.get(key)
        string: Any = None if earlier is None else earlier.string
        if not string or not all(string if isinstance(string, tuple) else (string,)):
            missing.append(key)
        fresh.add(message, string, locations=[(place, None) for place in places])  # type: ignore[misc] # no lines: they change too often
    stream = io.BytesIO()
    write_po(stream, fresh, width=120, sort_output=True, omit_header=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    # The rest of a catalogue's header changes with every run, or says nothing.
    lines = [line for line in stream.getvalue().decode().splitlines() if not line.startswith(_HEADERS_LEFT_OUT)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return missing


def main() -> int:
    """Update the Japanese catalogue; 1 where a translation is missing, named on the screen."""
    from tanso.interfaces.cli.with_database import set_up_django  # noqa: PLC0415

    set_up_django()
    missing = update("ja")
    for sentence in missing:
        sys.stdout.write(f"{sentence}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
