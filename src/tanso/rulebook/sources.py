"""Reads the files of a scheme and of the folders that it includes, and puts them together.

Every value keeps the file and line that it came from, so that a mistake found later still names its place. A word may
be declared once only, whichever file it stands in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tanso.kernel import strict_yaml
from tanso.kernel.strict_yaml import Document, KeyPath, shown_path
from tanso.kernel.texts import LANGUAGES, Text
from tanso.rulebook import (
    factor_shapes,
    letter_shapes,
    market_shapes,
    registration_shapes,
    shapes,
    site_shapes,
    workbook_shapes,
)
from tanso.rulebook.errors import Problem, RulebookError

TEXT_FILES = {f"text.{language}.yaml": language for language in LANGUAGES}
# Each file, the section that it fills and its shape. The order is that of the reference page.
_FILES: dict[str, tuple[str, Any]] = {
    "scheme.yaml": ("scheme", shapes.SchemeShape),
    "documents.yaml": ("documents", dict[str, shapes.DocumentShape]),
    "phases.yaml": ("phases", shapes.PhasesShape),
    "units.yaml": ("units", dict[str, shapes.UnitShape]),
    "accounts.yaml": ("accounts", shapes.AccountsShape),
    "attributes.yaml": ("attributes", dict[shapes.Name, shapes.AttributeShape]),
    "figures.yaml": ("figures", dict[shapes.Name, shapes.FigureShape]),
    "parameters.yaml": ("parameters", dict[shapes.Name, shapes.ParameterShape]),
    "derived.yaml": ("derived", dict[shapes.Name, shapes.DerivedShape]),
    "checks.yaml": ("checks", list[shapes.CheckShape]),
    "calendar.yaml": ("calendar", shapes.CalendarShape),
    "reports.yaml": ("reports", shapes.ReportsShape),
    "events.yaml": ("events", dict[shapes.Code, shapes.EventShape]),
    "letters.yaml": ("letters", letter_shapes.LettersShape),
    "transfers.yaml": ("transfers", market_shapes.TransfersShape),
    "results.yaml": ("results", market_shapes.ResultsShape),
    "site.yaml": ("site", site_shapes.SiteShape),
    "registration.yaml": ("registration", registration_shapes.RegistrationShape),
    "workbook/form.yaml": ("form", workbook_shapes.WorkbookShape),
}
# Tables of factors stand in as many files as one likes; each file is a list of tables.
_FACTORS = "factors/"
_FACTOR_FILE = ("factors", list[factor_shapes.FactorTableShape])
# So do the sheets of forms; a folder that several schemes include may have sheets that a form does not take.
_SHEETS = "workbook/"
_SHEET_FILE = ("sheets", dict[shapes.Name, workbook_shapes.SheetShape])
_ADAPTERS = {name: TypeAdapter(shape) for name, (_, shape) in _FILES.items()} | {
    _FACTORS: TypeAdapter(_FACTOR_FILE[1]),
    _SHEETS: TypeAdapter(_SHEET_FILE[1]),
}
_NEEDED = ("scheme.yaml", "phases.yaml", "units.yaml", "accounts.yaml", *TEXT_FILES)
_FOLDERS = ("workbook", "factors")
# Says where each sentence of the sources is kept. It decides nothing and is read by `coverage` alone.
COVERAGE_FILE = "coverage.yaml"

# What pydantic says, in the words of this house; anything else keeps pydantic's English sentence.
_SHAPE_WORDS = {
    "extra_forbidden": Text("知らないキーです。", "Unknown key."),
    "missing": Text("キーがありません。", "This key is missing."),
    "string_type": Text("文字列で書いてください。", "Write a text."),
    "string_too_short": Text("空にはできません。", "This may not be empty."),
    "int_type": Text("整数で書いてください。", "Write a whole number."),
    "bool_type": Text("true か false で書いてください。", "Write true or false."),
    "date_type": Text("日付（2014-04-01のように）で書いてください。", "Write a day, like 2014-04-01."),
    "dict_type": Text("「キー: 値」の形で書いてください。", "Write `key: value` pairs."),
    "model_type": Text("「キー: 値」の形で書いてください。", "Write `key: value` pairs."),
    "list_type": Text("一覧（[…]）で書いてください。", "Write a list."),
    "too_short": Text("一つ以上必要です。", "At least one is needed."),
}


@dataclass
class Sources:
    """The files of one scheme, put together section by section."""

    folder: str = ""
    raw: dict[str, Any] = field(default_factory=dict)
    scheme: shapes.SchemeShape | None = None
    documents: dict[str, shapes.DocumentShape] = field(default_factory=dict)
    phases: shapes.PhasesShape | None = None
    units: dict[str, shapes.UnitShape] = field(default_factory=dict)
    accounts: shapes.AccountsShape | None = None
    attributes: dict[str, shapes.AttributeShape] = field(default_factory=dict)
    figures: dict[str, shapes.FigureShape] = field(default_factory=dict)
    parameters: dict[str, shapes.ParameterShape] = field(default_factory=dict)
    derived: dict[str, shapes.DerivedShape] = field(default_factory=dict)
    checks: list[shapes.CheckShape] = field(default_factory=list)
    calendar: shapes.CalendarShape = field(default_factory=shapes.CalendarShape)
    reports: shapes.ReportsShape = field(default_factory=shapes.ReportsShape)
    events: dict[str, shapes.EventShape] = field(default_factory=dict)
    letters: letter_shapes.LettersShape | None = None
    transfers: market_shapes.TransfersShape | None = None
    results: market_shapes.ResultsShape | None = None
    site: site_shapes.SiteShape | None = None
    registration: registration_shapes.RegistrationShape | None = None
    form: workbook_shapes.WorkbookShape | None = None
    sheets: dict[str, workbook_shapes.SheetShape] = field(default_factory=dict)
    factors: list[factor_shapes.FactorTableShape] = field(default_factory=list)
    texts: dict[str, dict[str, Any]] = field(default_factory=lambda: {language: {} for language in LANGUAGES})
    problems: list[Problem] = field(default_factory=list)
    _origins: dict[tuple[str, str | int], tuple[Document, KeyPath]] = field(default_factory=dict)

    def refuse(self, section: str, path: KeyPath, message: Text) -> None:
        """Note a problem at `path` of a section (for lists, the index in the whole section comes first)."""
        head = path[0] if path else ""
        origin = self._origins.get((section, head)) or self._origins.get((section, ""))
        if origin is None:
            self.problems.append(Problem(file=section, line=0, key=shown_path(path), message=message))
            return
        document, start = origin
        inside = (*start, *path[1:]) if (section, head) in self._origins and path else (*start, *path)
        if section == "checks" and path:
            # A check is known by its code, not by its place in the list.
            key = shown_path((self.checks[int(head)].code, *path[1:]))
        else:
            key = shown_path(inside) or section
        self.problems.append(Problem(document.name, document.line_of(inside), key, message))

    def remember(self, section: str, key: str | int, document: Document, path: KeyPath, *, again: bool = False) -> None:
        """Note where something was declared; the first place counts, unless `again` says otherwise."""
        if again or (section, key) not in self._origins:
            self._origins[section, key] = (document, path)

    def is_known(self, section: str, key: str | int) -> bool:
        return (section, key) in self._origins

    def is_common(self, section: str, key: str | int) -> bool:
        """Whether it comes from an included folder, which may say more than this scheme uses."""
        origin = self._origins.get((section, key))
        return origin is not None and origin[0].name.split("/")[0] != self.folder


def read(folder: Path, *, search: Iterable[Path] = ()) -> Sources:
    """Read a scheme's folder with what it includes (looked for beside the folder, then in `search`).

    Raises RulebookError at once only where a file is no strict YAML or has not the right shape: nothing that is
    said about such a file later would help.
    """
    sources = Sources(folder=folder.name)
    if not folder.is_dir():
        message = Text("制度のフォルダーがありません。", "There is no such scheme folder.")
        raise RulebookError([Problem(str(folder), 0, "", message)])
    scheme = _read_file(sources, folder, "scheme.yaml")
    if scheme is not None:
        sources.remember("scheme", "", scheme, ())
    for name in _includes(scheme):
        included = next((place / name for place in (folder.parent, *search) if (place / name).is_dir()), None)
        if included is None:
            sources.refuse("scheme", ("includes",), _no_include(name))
            continue
        _read_folder(sources, included)
    _read_folder(sources, folder)
    for name in _NEEDED:
        if f"{folder.name}/{name}" not in sources.raw:
            message = Text("ファイルがありません。", "This file is missing.")
            sources.problems.append(Problem(f"{folder.name}/{name}", 0, "", message))
    if sources.problems:
        raise RulebookError(sources.problems)
    return sources


def _no_include(name: str) -> Text:
    return Text(f"取り込むフォルダー「{name}」がありません。", f"There is no folder `{name}` to include.")


def _includes(scheme: Document | None) -> list[str]:
    value = scheme.value if scheme else None
    found = value.get("includes", []) if isinstance(value, dict) else []
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _read_folder(sources: Sources, folder: Path) -> None:
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml"), *folder.glob("*/*.yaml")]):
        name = path.relative_to(folder).as_posix()
        if name == COVERAGE_FILE or ("/" in name and name.split("/")[0] not in _FOLDERS):
            continue
        if name not in _FILES and name not in TEXT_FILES and not name.startswith((_FACTORS, _SHEETS)):
            message = Text("この名前のファイルは読まれません。", "No file of this name is read.")
            sources.problems.append(Problem(f"{folder.name}/{name}", 0, "", message))
            continue
        document = _read_file(sources, folder, name)
        if document is None:
            continue
        if name in TEXT_FILES:
            merge_texts(sources, TEXT_FILES[name], document)
        else:
            merge(sources, name, document)


def read_factor_file(path: Path) -> Sources:
    """Read one file of factor tables that stands outside the schemes. Raises OSError where it cannot be read."""
    sources = Sources(folder=path.parent.name)
    try:
        document = strict_yaml.load_file(path)
    except strict_yaml.StrictYamlError as error:
        sources.problems += [Problem(path.name, item.line, item.key, item.message) for item in error.problems]
        return sources
    sources.raw[path.name] = document.value
    _refuse_fractions(sources, document, document.value, ())
    merge(sources, _FACTORS, document)
    return sources


def _read_file(sources: Sources, folder: Path, name: str) -> Document | None:
    path, shown = folder / name, f"{folder.name}/{name}"
    if not path.is_file():
        return None
    try:
        document = strict_yaml.load_file(path, shown)
    except strict_yaml.StrictYamlError as error:
        if shown not in sources.raw:
            sources.problems += [Problem(shown, item.line, item.key, item.message) for item in error.problems]
        sources.raw[shown] = None
        return None
    sources.raw[shown] = document.value
    _refuse_fractions(sources, document, document.value, ())
    return document


def _refuse_fractions(sources: Sources, document: Document, value: Any, path: KeyPath) -> None:
    # Scenario files may carry fractions, rulebooks may not: their hash is over canonical JSON.
    if isinstance(value, Decimal):
        message = Text("率は引用符で囲んだ十進の文字列で書いてください。", "Write a rate as a decimal in quotes.")
        problem = Problem(document.name, document.line_of(path), shown_path(path), message)
        if problem not in sources.problems:
            sources.problems.append(problem)
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_fractions(sources, document, item, (*path, key if isinstance(key, int) else str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_fractions(sources, document, item, (*path, index))


def merge(sources: Sources, name: str, document: Document) -> None:
    """Put what a file declares to its section; `name` is the file's in its folder."""
    free = _SHEETS if name.startswith(_SHEETS) else _FACTORS
    section, _ = _FILES.get(name, _SHEET_FILE if free == _SHEETS else _FACTOR_FILE)
    try:
        value = _ADAPTERS[name if name in _FILES else free].validate_python(document.value)
    except ValidationError as error:
        for item in error.errors():
            sources.problems.append(shape_problem(document, item))
        return
    sources.remember(section, "", document, ())
    present = getattr(sources, section)
    if isinstance(value, dict):
        for key, item in value.items():
            if sources.is_known(section, key):
                sources.problems.append(Problem(document.name, document.line_of((key,)), key, _DECLARED_TWICE))
                continue
            sources.remember(section, key, document, (key,))
            present[key] = item
    elif isinstance(value, list):
        for index, item in enumerate(value):
            sources.remember(section, len(present), document, (index,))
            present.append(item)
    else:
        setattr(sources, section, value)


_DECLARED_TWICE = Text("取り込んだファイルですでに定められています。", "An included file declares this already.")


def shape_problem(document: Document, error: Any) -> Problem:
    """What pydantic found wrong, in the words of this house, with its file, line and key."""
    # `[key]` is how pydantic points at a key instead of its value; unions add the names of their members.
    path: KeyPath = tuple(
        part for part in error["loc"] if part != "[key]" and not (isinstance(part, str) and _is_union_tag(part))
    )
    kind = error["type"]
    message = _SHAPE_WORDS.get(kind)
    if message is None:
        said = error["msg"].removeprefix("Value error, ")
        message = Text(f"書き方が違います（{said}）。", f"{said}.")
    return Problem(document.name, document.line_of(path), shown_path(path), message)


def _is_union_tag(part: str) -> bool:
    return part in ("LabelledFact", "str", "int") or part.startswith(("literal[", "constrained-"))


def merge_texts(sources: Sources, language: str, document: Document) -> None:
    """Put the sentences of a file to those of its language."""
    # A text that is missing is missing in the scheme's own file, which is read last.
    sources.remember(f"text.{language}", "", document, (), again=True)
    _merge_text_level(sources, language, document, sources.texts[language], value=document.value, path=())


def _merge_text_level(
    sources: Sources, language: str, document: Document, into: dict[str, Any], *, value: Any, path: KeyPath
) -> None:
    if not isinstance(value, dict):
        sources.problems.append(Problem(document.name, document.line_of(path), shown_path(path), _NO_TEXT_TREE))
        return
    for key, item in value.items():
        inside = (*path, str(key))
        if isinstance(item, dict):
            below = into.setdefault(str(key), {})
            if isinstance(below, dict):
                _merge_text_level(sources, language, document, below, value=item, path=inside)
                continue
        if str(key) in into:
            sources.problems.append(
                Problem(document.name, document.line_of(inside), shown_path(inside), _DECLARED_TWICE)
            )
        elif not isinstance(item, str) or not item.strip():
            sources.problems.append(Problem(document.name, document.line_of(inside), shown_path(inside), _NO_TEXT))
        else:
            into[str(key)] = item.strip()
            sources.remember(f"text.{language}", "/".join(map(str, inside)), document, inside)


_NO_TEXT = Text("文章を書いてください。", "Write a text here.")
_NO_TEXT_TREE = Text("「キー: 文章」の形で書いてください。", "Write `key: text` pairs.")
