"""Read the parties of a scenario against the kinds, phases and attributes of the scheme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanso.interfaces.cli.scenarios import values
from tanso.interfaces.cli.scenarios.model import ADMINISTRATOR, Party
from tanso.interfaces.cli.scenarios.problems import Notebook
from tanso.interfaces.cli.scenarios.values import Surroundings, WrongValueError, listed, shown
from tanso.interfaces.cli.scenarios.vocabulary import Attribute, Vocabulary
from tanso.interfaces.cli.scenarios.words import Argument
from tanso.kernel.strict_yaml import KeyPath
from tanso.rulebook.parameters import type_problem

KEY_LENGTH_MAX = 60
SITE_LENGTH_MAX = 200
_NAMES = ("organisation", "account_name")
_ORGANISATION, _ACCOUNT_NAME = (Argument(name, "text") for name in _NAMES)
_FORM = Argument("form", "text")
_OPENED = Argument("opened", "day")
_REDUCTION_TARGET = Argument("reduction_target_t", "quantity")


def read_parties(
    notes: Notebook, declared: Any, vocabulary: Vocabulary | None, others: Mapping[str, Vocabulary]
) -> dict[str, Party | None] | None:
    """The declared parties by name, None for one that cannot be read; None where there is no mapping at all.

    `others` are the words of the other schemes in which parties may take part.
    """
    if not isinstance(declared, Mapping):
        notes.wrong(("parties",), "{名前: {kind: …}} の形で書きます", "write {name: {kind: …}}")
        return None
    parties: dict[str, Party | None] = {}
    for key, party in declared.items():
        path = ("parties", key if isinstance(key, (int, str)) else str(key))
        if not _names_a_party(key, vocabulary):
            notes.wrong(
                path,
                f"「{shown(key)}」は当事者の名前に使えません"
                f"（{KEY_LENGTH_MAX}文字以内の文字列。「/」を含むもの、{ADMINISTRATOR}、口座番号の形のものは不可）",
                f'"{shown(key)}" cannot name a party '
                f'(text of at most {KEY_LENGTH_MAX} characters, without "/"; not {ADMINISTRATOR}, no account number)',
            )
        parties[str(key)] = _party(notes, path, str(key), party, _words_for(notes, path, party, vocabulary, others))
    return parties


def _words_for(
    notes: Notebook, path: KeyPath, item: Any, vocabulary: Vocabulary | None, others: Mapping[str, Vocabulary]
) -> Vocabulary | None:
    """The words by which a party is read: those of the scheme that it names, else the story's."""
    if not isinstance(item, Mapping) or "scheme" not in item:
        return vocabulary
    return notes.word(path, "scheme", item, others)


def _names_a_party(key: Any, vocabulary: Vocabulary | None) -> bool:
    if not isinstance(key, str) or not key or key != key.strip() or len(key) > KEY_LENGTH_MAX:
        return False
    is_account_number = vocabulary is not None and vocabulary.account_number.fullmatch(key) is not None
    return "/" not in key and key != ADMINISTRATOR and not is_account_number


def _party(notes: Notebook, path: KeyPath, key: str, item: Any, vocabulary: Vocabulary | None) -> Party | None:
    if not isinstance(item, Mapping):
        notes.wrong(path, "{kind: …} の形で書きます", "write {kind: …}")
        return None
    if "kind" not in item:
        notes.missing(path, "kind")
    if "kind" not in item or vocabulary is None:
        return None
    kind = notes.word(path, "kind", item, vocabulary.kinds)
    if kind is None:
        return None
    # Attributes describe holders with a phase and the others alike, but not those without an account.
    attributes = tuple(vocabulary.attributes) if kind.has_account else ()
    required = ("kind", "phase", "reduction_target_t") if kind.has_phase else ("kind",)
    for name in required:
        if name not in item:
            notes.missing(path, name)
    notes.unknown(
        path,
        item,
        (
            "scheme",
            *required,
            *(("sites", "form") if kind.has_phase else ()),
            "organisation",
            *(("account_name",) if kind.has_account else ()),
            "opened",
            *attributes,
        ),
    )
    around = Surroundings(folder=notes.path.parent, vocabulary=vocabulary, parties=None)
    return Party(
        key=key,
        scheme=str(item.get("scheme", "")),
        kind=kind.name,
        opened=notes.value(path, _OPENED, item, around),
        phase=_phase(notes, (*path, "phase"), item["phase"], vocabulary) if "phase" in item else None,
        reduction_target_t=notes.value(path, _REDUCTION_TARGET, item, around),
        sites=_sites(notes, (*path, "sites"), item["sites"]) if "sites" in item else (),
        attributes={
            name: _attribute(notes, (*path, name), vocabulary.attributes[name], item[name])
            for name in attributes
            if name in item
        },
        organisation=notes.value(path, _ORGANISATION, item, around),
        account_name=notes.value(path, _ACCOUNT_NAME, item, around),
        form=notes.value(path, _FORM, item, around),
    )


def _phase(notes: Notebook, path: KeyPath, phase: Any, vocabulary: Vocabulary) -> int | None:
    if isinstance(phase, bool) or not isinstance(phase, int) or phase not in vocabulary.phases:
        notes.wrong(
            path,
            f"期「{shown(phase)}」はありません（{listed(vocabulary.phases)}）",
            f'there is no phase "{shown(phase)}" (known: {listed(vocabulary.phases)})',
        )
        return None
    return phase


def _sites(notes: Notebook, path: KeyPath, sites: Any) -> tuple[str, ...]:
    if not isinstance(sites, list) or not sites or not all(isinstance(site, str) and site.strip() for site in sites):
        notes.wrong(path, "事業所の名前を [東, 西] のように並べます", "list the names of the sites: [East, West]")
        return ()
    if any(len(site) > SITE_LENGTH_MAX for site in sites):
        notes.wrong(path, f"名前は{SITE_LENGTH_MAX}文字までです", f"a name has at most {SITE_LENGTH_MAX} characters")
    if len(set(sites)) < len(sites):
        notes.wrong(path, "同じ名前の事業所が二つあります", "two sites have the same name")
    return tuple(sites)


def _attribute(notes: Notebook, path: KeyPath, attribute: Attribute, value: Any) -> Any:
    try:
        if attribute.type == "choice":
            return values.one_of(attribute.choices, value)
        if attribute.type == "text":
            return values.text(value)
        if attribute.type != "bool":
            return _typed(attribute.type, value)
    except WrongValueError as wrong:
        notes.note(path, wrong.message)
        return None
    if not isinstance(value, bool):
        notes.wrong(path, f"true か false です（「{shown(value)}」）", f'write true or false, not "{shown(value)}"')
    return value


def _typed(kind: str, value: Any) -> Any:
    """A number or a day as acts carry it: days and decimals are texts."""
    found = values.attribute_value(value)
    wrong = type_problem(kind, found)
    if wrong is not None:
        raise WrongValueError(f"{wrong.ja}（「{shown(value)}」）", f'{wrong.en} Found: "{shown(value)}"')
    return found
