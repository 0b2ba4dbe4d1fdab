"""In which language the command line speaks, and how it says what went wrong."""

from __future__ import annotations

import os
import sys

from rich.console import Console
from rich.text import Text as Line

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

ENDED_BY_ERROR = 2


def language() -> str:
    """Japanese where the terminal's locale is, else English; LC_ALL goes before LC_MESSAGES and LANG, as in POSIX."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "ja" if value.startswith("ja") else "en"
    return "en"


def here(text: Text) -> str:
    """The sentence in the terminal's language."""
    return text.in_language(language())


def both(ja: str, en: str) -> str:
    """Help texts of commands: the one in the terminal's language."""
    return here(Text(ja=ja, en=en))


def say(text: Text) -> None:
    """One sentence for the person at the terminal."""
    Console().print(Line(here(text)))


def say_error(error: TansoError) -> None:
    """Sentence, next step and code, on the error stream."""
    console = Console(stderr=True)
    console.print(Line(here(error.message), style="bold red" if sys.stderr.isatty() else ""))
    console.print(Line(here(error.next_step)))
    console.print(Line(f"[{error.code}]", style="dim"))
