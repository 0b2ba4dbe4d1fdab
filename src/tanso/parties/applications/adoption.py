"""Lists of those adopted for a phase (採択リスト): loaded by the authority, and compared with applications.

The list is public. The latest list of a phase counts; earlier ones stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tanso.acts.act import Act
from tanso.acts.operations import Done
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.parties.applications.models import AdoptionEntry, AdoptionList
from tanso.parties.names import name_key, organisation_key
from tanso.rulebook import Rulebook, library

# More than any scheme adopts in a phase.
MOST_ROWS = 5_000
# How the rows are handed to the act.
FILE = "rows"


@dataclass(frozen=True, slots=True)
class Adopted:
    """A row of the list: the representative business, its site, and the reduction target."""

    organisation: str
    site: str
    reduction_target_t: int

    @property
    def keys(self) -> tuple[str, str]:
        return organisation_key(self.organisation), name_key(self.site)

    def as_json(self) -> dict[str, Any]:
        return {"organisation": self.organisation, "site": self.site, "reduction_target_t": self.reduction_target_t}


def file_of(rows: Sequence[Adopted]) -> bytes:
    """The rows as the act carries them: the same rows are the same bytes."""
    return json.dumps([row.as_json() for row in rows], ensure_ascii=False, separators=(",", ":")).encode()


def rows_in(content: bytes) -> list[Adopted]:
    """The rows that the act carries. Raises ValueError where they are not as `file_of` writes them, or not unique."""
    try:
        rows = [Adopted(**row) for row in json.loads(content)]
    except (TypeError, ValueError) as error:
        raise ValueError("these are not the rows of an adoption list") from error
    for row in rows:
        if not (isinstance(row.organisation, str) and isinstance(row.site, str) and row.organisation and row.site):
            raise ValueError("a row of an adoption list names a business and a site")
        if not isinstance(row.reduction_target_t, int) or row.reduction_target_t < 0:
            raise ValueError("a row of an adoption list has a target of whole tonnes")
    if len({row.keys for row in rows}) < len(rows) or not 0 < len(rows) <= MOST_ROWS:
        raise ValueError("an adoption list names each site once")
    return rows


def latest(scheme: str, phase: int | None) -> AdoptionList | None:
    """The list that counts for a phase; None where none was loaded."""
    if phase is None:
        return None
    return AdoptionList.objects.filter(scheme=scheme, phase=phase).order_by("-id").first()


class Adoptions:
    """The list of a phase, as far as an application's sites are concerned."""

    def __init__(self, scheme: str, phase: int | None, sites: Iterable[str]) -> None:
        self.list = latest(scheme, phase)
        self._by_site: dict[str, dict[str, AdoptionEntry]] = {}
        if self.list is not None:
            keys = {name_key(site) for site in sites}
            for entry in AdoptionEntry.objects.filter(adoption_list=self.list, site_key__in=keys):
                self._by_site.setdefault(entry.site_key, {})[entry.organisation_key] = entry

    @property
    def is_there(self) -> bool:
        return self.list is not None

    def has_site(self, site: str) -> bool:
        """Whether some business was adopted with a site of that name."""
        return name_key(site) in self._by_site

    def entry(self, organisation: str, site: str) -> AdoptionEntry | None:
        """The row of that business and site."""
        return self._by_site.get(name_key(site), {}).get(organisation_key(organisation))


# -- loading one ------------------------------------------------------------------------------------------------------


def locks(act: Act) -> Iterable[str]:
    return (f"adoption:{act.scheme}/{act.arguments['phase']}",)


def missing(act: Act) -> Finding | None:
    """The refusal where the scheme has no such phase."""
    if act.arguments["phase"] in library().get(act.scheme).phases:
        return None
    return refusal("year.unknown", year=act.arguments["phase"])


def facts(act: Act, rulebook: Rulebook) -> dict[str, Any]:
    return {
        "registration.has_phase": True,
        "registration.phase": act.arguments["phase"],
        "registration.list_count": len(_rows(act)),
    }


def execute(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    """Write the list. Called inside the door's transaction."""
    rows = _rows(act)
    made = AdoptionList.objects.create(
        scheme=act.scheme, phase=act.arguments["phase"], loaded_on=act.day, act_id=act.id
    )
    AdoptionEntry.objects.bulk_create(
        AdoptionEntry(
            adoption_list=made,
            organisation=row.organisation,
            organisation_key=row.keys[0],
            site=row.site,
            site_key=row.keys[1],
            reduction_target_t=row.reduction_target_t,
        )
        for row in rows
    )
    return Done(result={"count": len(rows)})


def _rows(act: Act) -> list[Adopted]:
    content = act.files[FILE]
    if hashlib.sha256(content).hexdigest() != act.arguments[FILE]:
        raise ValueError("the rows are not those whose SHA-256 the arguments name")
    return rows_in(content)
