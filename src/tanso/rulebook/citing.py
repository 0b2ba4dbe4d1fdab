"""Every reference of a scheme's files, with its place: which document and clause each rule is from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tanso.kernel.strict_yaml import KeyPath
from tanso.rulebook import letters, shapes
from tanso.rulebook.registration import references_of_registration
from tanso.rulebook.site import references_of_site
from tanso.rulebook.sources import Sources


def sourced(sources: Sources) -> Iterator[tuple[str, KeyPath, shapes.Reference]]:
    """Every reference in the files, with its place."""
    assert sources.scheme is not None  # noqa: S101
    assert sources.phases is not None  # noqa: S101
    assert sources.accounts is not None  # noqa: S101
    for section in ("units", "attributes", "figures", "derived", "events"):
        for name, shape in getattr(sources, section).items():
            yield section, (name, "reference"), shape.reference
    for index, check in enumerate(sources.checks):
        yield "checks", (index, "reference"), check.reference
    for name, parameter in sources.parameters.items():
        for index, dated in enumerate(parameter.values):
            yield "parameters", (name, "values", index, "reference"), dated.reference
    for index, phase in enumerate(sources.phases.phases):
        yield "phases", ("phases", index, "reference"), phase.reference
    nested: tuple[tuple[str, str, dict[str, shapes.Sourced]], ...] = (
        ("scheme", "participants", dict(sources.scheme.participants)),
        ("accounts", "kinds", dict(sources.accounts.kinds)),
        ("accounts", "reserved", dict(sources.accounts.reserved)),
        ("calendar", "windows", dict(sources.calendar.windows)),
        ("calendar", "due", dict(sources.calendar.due)),
        ("calendar", "schedule", dict(sources.calendar.schedule)),
        ("calendar", "reminders", dict(sources.calendar.reminders)),
        ("reports", "years", dict(sources.reports.years)),
        ("reports", "opinions", dict(sources.reports.opinions)),
    )
    for section, key, items in nested:
        for name, item in items.items():
            yield section, (key, name, "reference"), item.reference
    yield from _of_operations(sources.scheme)
    single = ((("calendar", "working_days"), sources.calendar.working_days), (("form",), sources.form))
    for place, one in single:
        if one is not None:
            yield place[0], (*place[1:], "reference"), one.reference
    yield "accounts", ("numbering", "reference"), sources.accounts.numbering.reference
    yield from references_of_site(sources)
    yield from letters.references(sources)
    yield from references_of_registration(sources)
    for index, table in enumerate(sources.factors):
        yield "factors", (index, "reference"), table.reference


def _of_operations(scheme: shapes.SchemeShape) -> Iterator[tuple[str, KeyPath, shapes.Reference]]:
    for (name, operation), key in product(scheme.operations.items(), ("four_eyes", "reversible")):
        if isinstance(written := getattr(operation, key), shapes.Sourced):
            yield "scheme", ("operations", name, key, "reference"), written.reference
