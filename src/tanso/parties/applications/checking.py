"""What rules may ask about an application: what is written in it, against what the scheme has already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanso.acts.act import Act
from tanso.acts.operations import Facts
from tanso.parties.applications import content as contents
from tanso.parties.applications.adoption import Adoptions
from tanso.parties.applications.content import YES, Content, Line, sites_of
from tanso.parties.namesakes import Namesakes
from tanso.rulebook import Rulebook
from tanso.rulebook.registration import FORMS

_FITS = {
    "reading": ("wrong_readings", contents.is_reading),
    "postcode": ("wrong_postcodes", contents.is_postcode),
    "telephone": ("wrong_telephones", contents.is_telephone),
    "mail": ("wrong_mails", contents.is_mail),
    "quantity": ("wrong_quantities", lambda value: contents.quantity_of(value) is not None),
}


def facts_of(act: Act, rulebook: Rulebook, said: Content, phase: int | None) -> Facts:
    """Everything that is known of an application as it stands, named as rules name it."""
    written = _written(said, rulebook)
    found: dict[str, Any] = written | _of_holders(said) | _namesakes(act, rulebook, said, phase)
    found |= adoption_facts(rulebook, said, phase)
    found |= {
        "kind": said.form.kind,
        "has_phase": phase is not None,
        "phase": phase or 0,
        "by_representative": said.fields.get("by_representative", "") == YES,
        "contact_belongs": contents.contact_belongs(said),
    }
    return {f"registration.{name}": value for name, value in found.items()}


def _written(said: Content, rulebook: Rulebook) -> dict[str, Any]:
    """Places of lines that are empty and must not be, and of lines that cannot be what they are to be."""
    names = ["missing", "wrong_choices", *(name for name, _ in _FITS.values())]
    found: dict[str, list[str]] = {name: [] for name in names}
    for line in said.lines():
        if not line.value:
            if line.field.required:
                found["missing"].append(line.place)
        elif not _is_choice(line):
            found["wrong_choices"].append(line.place)
        elif line.field.type in _FITS:
            name, fits = _FITS[line.field.type]
            if not fits(line.value):
                found[name].append(line.place)
    return found


def _is_choice(line: Line) -> bool:
    if line.field.type == "choice":
        return line.value in line.field.choices
    return line.field.type != "bool" or line.value in (contents.YES, contents.NO)


def _of_holders(said: Content) -> dict[str, Any]:
    single, group = FORMS
    rows = [(number, holder, len(sites_of(holder))) for number, holder in said.rows_of("site")]
    return {
        "groups_of_one": [f"site.{n}.other_sites" for n, row, sites in rows if row.get("form") == group and sites < 2],
        "singles_of_many": [
            f"site.{n}.other_sites" for n, row, sites in rows if row.get("form") == single and sites > 1
        ],
        "sites_twice": contents.twice(said, "site_name"),
    }


def _namesakes(act: Act, rulebook: Rulebook, said: Content, phase: int | None) -> dict[str, Any]:
    """Account names and sites that the scheme has already, and as what the corporation holds an account."""
    wishes = [_registration(act, said, phase, holder) for holder in said.holders]
    known = Namesakes(rulebook, wishes)
    longest = rulebook.parameters.get("account_name_length_max")
    length_max = None if longest is None else int(rulebook.value("account_name_length_max", act.day))
    found: dict[str, Any] = {
        "names_taken": contents.twice(said, "account_name"),
        "sites_taken": [],
        "names_too_long": [],
    }
    for number, wish in enumerate(wishes, start=1):
        facts, name = known.facts(wish), str(wish.arguments["account_name"])
        if name and facts["participant.account_name_taken"]:
            found["names_taken"].append(f"site.{number}.account_name")
        if length_max is not None and len(name) > length_max:
            found["names_too_long"].append(f"site.{number}.account_name")
        if facts["participant.sites_taken"]:
            found["sites_taken"].append(f"site.{number}.site_name")
        found["organisation_holds"] = facts["participant.organisation_holds"]
    return found


def _registration(act: Act, said: Content, phase: int | None, holder: Mapping[str, str]) -> Act:
    """What the registration of a holder would say of names, so that the same eyes look at them."""
    arguments = {
        "kind": said.form.kind,
        "name": said.representative,
        "organisation": said.representative,
        "account_name": holder.get("account_name", ""),
        "phase": phase,
        "sites": sites_of(holder),
    }
    return Act(act.id, act.scheme, "register_participant", arguments, act.day, act.actor)


def adoption_facts(rulebook: Rulebook, said: Content, phase: int | None) -> dict[str, Any]:
    """How the sites stand to the list of those adopted for the phase; a group is on it by its first site."""
    rows = [(number, row) for number, row in said.rows_of("site") if row.get("site_name")]
    adoptions = Adoptions(rulebook.scheme, phase, [row["site_name"] for _, row in rows])
    found: dict[str, Any] = {"has_adoption_list": adoptions.is_there}
    places: dict[str, list[str]] = {"sites_not_adopted": [], "sites_of_others": [], "targets_differ": []}
    for number, row in rows if adoptions.is_there else ():
        entry = adoptions.entry(said.representative, row["site_name"])
        target = row.get("reduction_target_t", "")
        if entry is None:
            name = "sites_of_others" if adoptions.has_site(row["site_name"]) else "sites_not_adopted"
            places[name].append(f"site.{number}.site_name")
        elif target and contents.quantity_of(target) not in (None, entry.reduction_target_t):
            places["targets_differ"].append(f"site.{number}.reduction_target_t")
    return found | places
