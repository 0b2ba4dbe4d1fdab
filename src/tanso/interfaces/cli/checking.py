"""`tanso rules check` and `tanso ledger verify`: what they find, as lines, and the exit status."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text as Line

from tanso.interfaces.cli.speech import here, say
from tanso.kernel.texts import Text

FOUND = 1


def check_rules() -> int:
    """Load every scheme and print every problem as file:line: key: message. 0 if there is none. No database."""
    from tanso.rulebook import RulebookError, library  # noqa: PLC0415

    rulebooks = library()
    problems = 0
    for scheme in rulebooks.schemes():
        try:
            rulebook = rulebooks.get(scheme)
        except RulebookError as error:
            for problem in error.problems:
                place = f"{problem.file}:{problem.line}: {problem.key}"
                Console().print(Line(f"{place}: {here(problem.message)}"), soft_wrap=True)
            problems += len(error.problems)
        else:
            say(
                Text(
                    ja="{scheme}：問題ありません（版 {version}）。", en="{scheme}: no problem (version {version})."
                ).filled({"scheme": scheme, "version": rulebook.version[:12]})
            )
    return FOUND if problems else 0


def verify_ledger() -> int:
    """Recompute the ledger from its journal and print every difference. 0 if there is none."""
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    with database():
        from tanso.ledger import queries  # noqa: PLC0415

        differences = list(queries.verify())
        for difference in differences:
            Console().print(Line(here(difference.sentence())), soft_wrap=True)
    if not differences:
        say(Text(ja="台帳は仕訳と一致しています。", en="The ledger agrees with its journal."))
    return FOUND if differences else 0
