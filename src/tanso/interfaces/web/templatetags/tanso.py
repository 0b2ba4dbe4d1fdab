"""Template tags: quantities, days, serial numbers and two-language texts as a page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.forms.boundfield import BoundField, BoundWidget
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tanso.interfaces.exports.paper import shortened
from tanso.interfaces.web import describe, together, words
from tanso.interfaces.web.desk import Desk
from tanso.kernel.outcomes import Finding
from tanso.kernel.serials import SerialRange
from tanso.kernel.texts import Text
from tanso.rulebook.entry import Dated, Days

register = template.Library()

_CHOICE = '<label class="choice" for="{}"><input type="{}" name="{}" value="{}"{}><span>{}</span></label>'
_EVERY_DAY = Text("すべての日", "Every day")


def _language() -> str:
    return get_language() or "en"


@register.simple_tag
def module(path: str) -> SafeString:
    """A script of ours, as an ES module; pages work without it."""
    return format_html('<script src="{}" type="module"></script>', static(path))


@register.simple_tag
def choices_of(field: BoundField) -> SafeString:
    """The choices of a field, each with its label. Made here: a template takes five times as long over two hundred."""
    return format_html_join("\n", _CHOICE, (_choice(one) for one in field.subwidgets))


def _choice(one: BoundWidget) -> tuple[object, ...]:
    data = one.data
    given = format_html_join(
        "",
        " {}{}",
        ((name, "" if value is True else format_html('="{}"', value)) for name, value in data["attrs"].items()),
    )
    return one.id_for_label, data["type"], data["name"], data["value"], given, one.choice_label


@register.filter
def localized(text: Text | None) -> str:
    """A two-language text in the language of the page."""
    return "" if text is None else text.in_language(_language())


@register.filter
def span(value: Dated | Days) -> str:
    """The days of a value or a window of the rules."""
    first, last = value.first_day, value.last_day
    if first is None and last is None:
        return describe.here(_EVERY_DAY)
    ends = ("" if day is None else words.short_day(day).in_language(_language()) for day in (first, last))
    return "–".join(ends)


@register.filter
def holds_on(value: Dated, on: date) -> bool:
    """Whether a value of the rules is that of a day."""
    return value.holds_on(on)


@register.filter
def number(value: int | None) -> str:
    """A whole number with separators; nothing for None."""
    return "" if value is None else words.whole_number(value)


@register.filter
def unlocalized(value: int) -> str:
    """A whole number as machines write it, for attributes."""
    return str(value)


@register.filter
def tonnes(value: int | None) -> SafeString | str:
    """A quantity with separators and unit; nothing for None, because a figure is blank until it exists."""
    return "" if value is None else format_html('<span class="number">{}</span>', words.tonnes(value))


@register.filter
def change(value: int) -> SafeString:
    """A change of a quantity with its sign and unit."""
    return format_html('<span class="number">{}{}t</span>', words.signed(value), words.NO_BREAK_SPACE)


@register.filter
def day(value: date | None) -> SafeString | str:
    """A day in full, with the era in Japanese."""
    return _time(value, words.long_day(value)) if value else ""


@register.filter
def short_day(value: date | None) -> SafeString | str:
    """A day for tables."""
    return _time(value, words.short_day(value)) if value else ""


def _time(value: date, text: Text) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text.in_language(_language()))


@register.filter
def fiscal_year(value: int | None) -> str:
    """A fiscal year in the language of the page."""
    return "" if value is None else words.fiscal_year(value).in_language(_language())


@register.filter
def serials(ranges: Iterable[SerialRange]) -> str:
    """Serial ranges, both ends included."""
    return words.serials(ranges)


@register.filter
def first_serials(ranges: tuple[SerialRange, ...], most: int) -> str:
    """Serial ranges; of very many the first ones, and how many more there are."""
    return shortened(ranges, _language(), most)


@register.filter
def role(name: str) -> str:
    """Who acted, by role."""
    return describe.role(name)


@register.simple_tag
def clause(desk: Desk | None, finding: Finding) -> str:
    """The clause behind a finding, with the title of its document."""
    return finding.clause if desk is None else describe.clause(desk.rulebook, finding.clause)


@register.simple_tag
def query_with(request: Any, **changes: Any) -> str:
    """The address's query with some of its values changed; an empty value leaves the key out."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = value
    text = query.urlencode()
    return f"?{text}" if text else "?"


@register.inclusion_tag("web/together/link.html", takes_context=True)
def for_many(context: Any, kind: str) -> dict[str, Any]:
    """The way from a list to doing its operation for many at once; nothing where nobody here may."""
    desk: Desk | None = context["page"].desk
    if desk is None or not desk.is_administrator:
        return {"address": ""}
    return {"address": together.address(desk, kind), "title": together.title_of(kind)}
