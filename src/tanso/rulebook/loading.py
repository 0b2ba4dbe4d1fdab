"""Loads a scheme's folder into a rulebook, or says everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tanso.rulebook import validation
from tanso.rulebook.book import Rulebook
from tanso.rulebook.errors import RulebookError
from tanso.rulebook.letters import check_letters
from tanso.rulebook.market import check_market
from tanso.rulebook.protection import check_protection
from tanso.rulebook.registration import check_registration
from tanso.rulebook.site import check_site
from tanso.rulebook.sources import read


def load(folder: Path, *, search: Iterable[Path] = ()) -> Rulebook:
    """Read, check and compile the scheme in `folder`; what it includes is looked for beside it, then in `search`.

    Raises RulebookError with all problems, each with file, line and key.
    """
    sources = read(folder, search=search)
    validation.check_declarations(sources)
    check_market(sources)
    check_site(sources)
    check_letters(sources)
    check_protection(sources)
    check_registration(sources)
    if sources.problems:
        raise RulebookError(sources.problems)
    book = Rulebook(sources)
    validation.check_rules(sources, book)
    validation.check_texts(sources)
    if sources.problems:
        raise RulebookError(sorted(sources.problems, key=lambda problem: (problem.file, problem.line)))
    return book
