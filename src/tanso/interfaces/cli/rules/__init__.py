"""`tanso rules …`: check the files of schemes, show what they say, explain a rule, compare, begin a new scheme."""

from __future__ import annotations

import typer

from tanso.interfaces.cli.rules import check, compare, explain, new, overriding, show


def register(rules_app: typer.Typer) -> None:
    """Add the commands, in the order in which help lists them."""
    for part in (check, show, explain, compare, new, overriding):
        part.register(rules_app)
