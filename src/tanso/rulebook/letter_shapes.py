"""The shape of `letters.yaml`: which letter a scheme makes on which event, how letters are numbered, what they say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tanso.rulebook.shapes import Code, Name, Shape, Some, Sourced

# What the check page may tell of a letter beside its kind, number and day.
ADDRESSEE = "addressee"


class NumberingShape(Sourced):
    """How a letter's number is printed: `format` has the places {year} (the fiscal year) and {number}."""

    format: Some
    digits: Annotated[int, Field(ge=1, le=9)] = 1


class LetterShape(Sourced):
    """A kind of letter. It is made of each `event` whose facts are among those that `only` names.

    `figures` are the rows of its table. `public` says what the check page tells of it: rows, and "addressee". Letters
    of one `series` about the same values of `about` follow one another: the latest is the one that holds.
    """

    event: Code
    audience: Literal["emissions", "allowances", "registration"]
    only: dict[Name, Annotated[list[Some], Field(min_length=1)]] = Field(default_factory=dict)
    figures: list[Name] = Field(default_factory=list)
    public: list[Name] = Field(default_factory=list)
    series: Name | None = None
    about: list[Name] = Field(default_factory=list)
    # The letter carries first passwords: they are printed for the post and kept nowhere.
    credentials: bool = False


class LettersShape(Shape):
    numbering: NumberingShape
    kinds: Annotated[dict[Name, LetterShape], Field(min_length=1)]
