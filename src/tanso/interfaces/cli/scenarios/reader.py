"""Read a scenario file: strictly, and with every problem of the file named at once.

Two layers. `kernel.strict_yaml` turns text into values and knows lines; this module and its neighbours compare the
values with the tables in `words` and with what the scheme's rulebook adds. A file with any problem is not played.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tanso.interfaces.cli.scenarios.model import Problem, Scenario, UnreadableScenarioError
from tanso.interfaces.cli.scenarios.parties import read_parties
from tanso.interfaces.cli.scenarios.problems import Notebook
from tanso.interfaces.cli.scenarios.steps import read_steps
from tanso.interfaces.cli.scenarios.values import Surroundings, shown
from tanso.interfaces.cli.scenarios.vocabulary import Vocabulary
from tanso.kernel import strict_yaml
from tanso.kernel.strict_yaml import StrictYamlError
from tanso.kernel.texts import Text
from tanso.rulebook import Library, Rulebook, RulebookError

FILE_BYTES_MAX = 5_000_000
_IN_STEPS = re.compile(r"steps\[(\d+)\]\.?(.*)")
_REQUIRED = ("scenario", "scheme", "parties", "steps")
_KNOWN = ("scenario", "scheme", "settings", "parties", "steps")


def read_scenario(path: Path, library: Library) -> Scenario:
    """Read one file; raises UnreadableScenarioError with all its problems, in the order of the lines."""
    content = _bytes_of(path)
    refused: list[Problem] = []
    document: strict_yaml.Document | None
    try:
        document = strict_yaml.load(_text_of(path, content), str(path))
    except StrictYamlError as error:
        refused = [_from_yaml(path, problem) for problem in error.problems]
        document = error.readable
    if document is None:
        raise UnreadableScenarioError(refused)
    notes = Notebook(path=path, document=document)
    scenario = _read_top(notes, library, hashlib.sha256(content).hexdigest())
    # A value that was refused as YAML reads as null here; it is named once.
    named = {(problem.step, problem.key) for problem in refused}
    problems = [*refused, *(problem for problem in notes.problems if (problem.step, problem.key) not in named)]
    if problems or scenario is None:
        raise UnreadableScenarioError(sorted(problems, key=lambda problem: problem.line or 0))
    return scenario


def _unreadable(path: Path, ja: str, en: str, *, line: int | None = None) -> UnreadableScenarioError:
    return UnreadableScenarioError([Problem(file=str(path), line=line, step=None, key="", message=Text(ja=ja, en=en))])


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise _unreadable(path, "フォルダーです。ファイルを指定してください", "is a folder; name a file")
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(path, f"ファイルを開けません（{reason}）", f"cannot be opened ({reason})") from None
    if len(content) > FILE_BYTES_MAX:
        raise _unreadable(
            path,
            f"ファイルが大きすぎます（上限 {FILE_BYTES_MAX:,} バイト）",
            f"is too large (at most {FILE_BYTES_MAX:,} bytes)",
        )
    return content


def _text_of(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(
            path,
            "文字コードが UTF-8 ではありません。UTF-8 で保存し直してください",
            "is not UTF-8 text; save it as UTF-8",
            line=content[: error.start].count(b"\n") + 1,
        ) from None


def _from_yaml(path: Path, problem: strict_yaml.Problem) -> Problem:
    """The same problem, pointing to a step as people count them."""
    found = _IN_STEPS.fullmatch(problem.key)
    step, key = (int(found[1]) + 1, found[2]) if found else (None, problem.key)
    return Problem(file=str(path), line=problem.line, step=step, key=key, message=problem.message)


def _read_top(notes: Notebook, library: Library, digest: str) -> Scenario | None:
    top = notes.document.value
    if not isinstance(top, Mapping):
        notes.wrong(
            (),
            "シナリオは scenario, scheme, parties, steps の各キーを持つファイルです",
            "a scenario is a file with the keys scenario, scheme, parties and steps",
        )
        return None
    for key in _REQUIRED:
        if key not in top:
            notes.missing((), key)
    notes.unknown((), top, _KNOWN)
    title = top.get("scenario")
    if "scenario" in top and (not isinstance(title, str) or not title.strip()):
        notes.wrong(("scenario",), "題名を文字列で書きます", "write the title as text")
    rulebook = _rulebook(notes, top, library)
    settings: Mapping[str, Any] = {}
    if rulebook is not None and "settings" in top:
        settings, rulebook = _with_settings(notes, top["settings"], rulebook)
    vocabulary = None if rulebook is None else Vocabulary.of(rulebook)
    others = _other_schemes(top.get("parties"), library)
    parties = read_parties(notes, top["parties"], vocabulary, others) if "parties" in top else None
    around = Surroundings(
        folder=notes.path.parent,
        vocabulary=None if vocabulary is None else vocabulary.joined(others.values()),
        parties=None
        if parties is None
        else {key: None if party is None else party.kind for key, party in parties.items()},
    )
    steps = read_steps(notes, top["steps"], around) if "steps" in top else ()
    if notes.problems or rulebook is None or parties is None:
        return None
    return Scenario(
        file=notes.path,
        title=str(title),
        scheme=rulebook.scheme,
        settings=settings,
        parties={key: party for key, party in parties.items() if party is not None},
        steps=steps,
        rulebook=rulebook,
        digest=digest,
    )


def _rulebook(notes: Notebook, top: Mapping[Any, Any], library: Library) -> Rulebook | None:
    if "scheme" not in top:
        return None
    scheme = notes.word((), "scheme", top, {name: name for name in library.schemes()})
    return None if scheme is None else library.get(scheme)


def _other_schemes(parties: Any, library: Library) -> dict[str, Vocabulary]:
    """The words of the schemes that parties name, those of them that there are."""
    items = parties.values() if isinstance(parties, Mapping) else ()
    named = {item["scheme"] for item in items if isinstance(item, Mapping) and isinstance(item.get("scheme"), str)}
    return {scheme: Vocabulary.of(library.get(scheme)) for scheme in sorted(named & set(library.schemes()))}


def _with_settings(notes: Notebook, settings: Any, rulebook: Rulebook) -> tuple[Mapping[str, Any], Rulebook]:
    """The rulebook with the story's settings; as it was where they are wrong (noted)."""
    if not isinstance(settings, Mapping):
        notes.wrong(("settings",), "{パラメータ: 値} の形で書きます", "write {parameter: value}")
        return {}, rulebook
    try:
        return settings, rulebook.with_settings(dict(settings))
    except RulebookError as error:
        for problem in error.problems:
            named = [key for key in settings if isinstance(key, str) and key in problem.key.split(".")]
            if not named:
                notes.note(("settings",), problem.message)
                continue
            found = shown(json.dumps(settings[named[0]], ensure_ascii=False, default=str))
            message = Text(ja=f"{problem.message.ja}（{found}）", en=f"{problem.message.en} Found: {found}")
            notes.note(("settings", named[0]), message)
        return {}, rulebook
