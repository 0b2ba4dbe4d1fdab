"""Columns and filters that many lists have: the participant by the name that others know, its state, its number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.cells import Cell
from tanso.interfaces.web.lists.filters import Days, Words, having, on_days
from tanso.interfaces.web.lists.listing import Column

_KNOWN_AS = "listed_as"


def with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with the name of their participant as others know it, to sort by."""
    name = Coalesce(NullIf(F("participant__account_name"), Value("")), F("participant__name"))
    return rows.annotate(**{_KNOWN_AS: name})


def participant(of: Callable[[Any], Any], label: str = "") -> Column:
    """The participant of a row that was read `with_names`."""
    return Column(
        key="participant",
        label=label or _("Participant"),
        cell=lambda line: of(line).known_as,
        sort=_KNOWN_AS,
        width=32,
    )


def names(label: str = "") -> Words:
    """Words in the name of a row's participant."""
    fields = ("participant__account_name", "participant__name", "participant__key")
    return Words(name="name", label=label or _("Name"), narrow=having(*fields))


def numbered(label: str, about: str, number: Callable[[Any], int], address: Callable[[Any], str]) -> Column:
    """The number of a row, which leads to its page; rows follow one another in its order."""

    def cell(line: Any) -> Cell:
        return cells.link(str(number(line)), address(line), about=about, style="table__target number")

    return Column(key="number", label=label, cell=cell, sort="pk", width=10)


def day(key: str, label: str, of: Callable[[Any], Any], sort: Any) -> Column:
    """A day."""
    return Column(key=key, label=label, cell=of, sort=sort, kind=Kind.DAY, width=12)


def days(name: str, label: str, field: str) -> Days:
    """From a day to a day."""
    return Days(name=name, label=label, narrow=on_days(field))


def state(name_of: Callable[[str], str], tones: Mapping[str, str]) -> Column:
    """Where a thing on its way stands, as a tag."""
    return Column(
        key="state",
        label=_("State"),
        cell=lambda row: cells.tag(name_of(row.state), tones.get(row.state, "")),
        sort="state",
    )
