"""Take out one guard after another: each time, the written table of permissions no longer fits what the pages answer.

Guards are found, not listed: every declaration of `seen_by` on every address, every call of `own_or_404`, every
function that says which rows a login may see (`visible_…`), the membership in a scheme, the kinds of a login.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tanso.database.urls import Server
from tanso.interfaces.web import access, desk
from tanso.interfaces.web.desk import Desk, Who
from tests.support import permissions, shown, two_of_each
from tests.support.permissions import NOBODY, OPENS, SIGN_IN, People, Row
from tests.support.two_of_each import LOGINS
from tests.support.world import World

WEB = Path(access.__file__).parent
KINDS = (Who.EMISSIONS, Who.ALLOWANCES, Who.VERIFIER, Who.ADMINISTRATOR)


@pytest.fixture(scope="module")
def world(server: Server, template: str) -> Iterator[World]:
    with two_of_each.lived_in(server, template) as world:
        yield world


@pytest.fixture(scope="module")
def people(world: World) -> People:
    return People(world)


def differs(people: People, row: Row, *columns: str) -> bool:
    """Whether somebody of these columns is answered otherwise than the row says."""
    return any(
        permissions.answer(client.get(at)) != row.answers[who]
        for who, client, at in people.tries(row)
        if who in columns
    )


# --- declarations of `seen_by` ----------------------------------------------------------------------------------------


def declaration(view: Any) -> Any:
    """The cell in which a guarded view keeps whom it is for."""
    while view is not None:
        names = view.__code__.co_freevars if hasattr(view, "__code__") else ()
        if "who" in names:
            return view.__closure__[names.index("who")]
        view = getattr(view, "__wrapped__", None)
    raise AssertionError("the view is not guarded by `seen_by`")


def changed_declarations(name: str) -> Iterator[tuple[str, frozenset[Who], Who | None]]:
    """What could be wrong with a declaration, as words, the wrong declaration, and the kind of login that notices."""
    declared = frozenset(declaration(permissions.routes()[name].callback).cell_contents)
    if Who.ANYONE in declared:
        return
    yield f"{name} for anybody", frozenset({Who.ANYONE}), None
    if Who.SIGNED_IN in declared:
        return
    for kind in KINDS:
        if kind in declared:
            yield f"{name} not for {kind}", declared - {kind}, kind
        else:
            yield f"{name} for {kind} too", declared | {kind}, kind


def of_this_kind_alone(people: People, row: Row, kind: Who | None) -> list[str]:
    """The columns of a row whose login is of this kind and no other; nobody signed in, for None."""
    return ["visitor"] if kind is None else [who for who in LOGINS if people.kinds(row, who) == {kind}]


def test_a_declaration_that_lets_in_or_keeps_out_one_kind_more_is_noticed(people: People) -> None:
    rows = defaultdict(list)
    for row in permissions.rows():
        rows[row.page].append(row)

    tried, unnoticed = 0, []
    for name in permissions.routes():
        cell = declaration(permissions.routes()[name].callback)
        declared = cell.cell_contents
        for what, wrong, kind in changed_declarations(name):
            # A scheme that no login of the kind belongs to has nobody to let in.
            concerned = [(row, columns) for row in rows[name] if (columns := of_this_kind_alone(people, row, kind))]
            cell.cell_contents = tuple(wrong)
            try:
                tried += bool(concerned)
                if concerned and not any(differs(people, row, *columns) for row, columns in concerned):
                    unnoticed.append(what)
            finally:
                cell.cell_contents = declared

    assert tried > 300
    assert unnoticed == []


def test_a_login_of_another_scheme_that_is_let_in_is_noticed(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "schemes_of", lambda login: ["asset", "jvets"])

    rows = [row for row in permissions.rows() if row.object == "-" and row.answers["other scheme"] == "404"]

    # Not on all: a page about the login's own account is not there for one without an account.
    noticed = [row.key for row in rows if differs(people, row, "other scheme")]
    assert len(noticed) > 15


@pytest.mark.parametrize(
    ("login", "kind", "column"),
    [
        ("mine-B", Who.ALLOWANCES, "B"),
        ("verifier-of-mine-A", Who.ALLOWANCES, "verifier"),
        ("trader-A", Who.EMISSIONS, "trader"),
    ],
)
def test_a_login_of_one_kind_too_many_is_noticed(
    people: People, monkeypatch: pytest.MonkeyPatch, login: str, kind: Who, column: str
) -> None:
    found = desk._who
    monkeypatch.setattr(
        desk, "_who", lambda one, rulebook: found(one, rulebook) | ({kind} if one.login == login else set())
    )

    assert any(differs(people, row, column) for row in permissions.rows())


# --- another party's object ------------------------------------------------------------------------------------------


class Site(NamedTuple):
    """A call of `own_or_404`."""

    module: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.module}:{self.first}"


@cache
def modules() -> dict[str, ast.Module]:
    """The source of every module of the pages."""
    found = {}
    for path in sorted(WEB.rglob("*.py")):
        name = ".".join(("tanso.interfaces.web", *path.relative_to(WEB).with_suffix("").parts))
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


# Whether the scheme has the operation at all says nothing about whose an object is.
_OFFERED = re.compile(r"(bool\(_offered\(.*\)\)|self\.operation in self\.desk\.rulebook\.operations)")


def _is_no_guard(is_own: ast.expr) -> bool:
    return isinstance(is_own, ast.Constant) or _OFFERED.fullmatch(ast.unparse(is_own)) is not None


@cache
def sites() -> list[Site]:
    """Every call of `own_or_404` that decides; those with `is_own=True` stand behind a `visible_…` function."""
    return [
        Site(name, node.lineno, node.end_lineno or node.lineno)
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "own_or_404"
        and not any(_is_no_guard(word.value) for word in node.keywords if word.arg == "is_own")
    ]


def without(site: Site | None, seen: Callable[[Site], None]) -> Callable[..., Any]:
    """`own_or_404` that lets everybody through at this site, and tells which sites it was called at."""

    def mutated(found: Any, *, is_own: bool) -> Any:
        frame = sys._getframe(1)
        for known in sites():
            if known.module == frame.f_globals["__name__"] and known.first <= frame.f_lineno <= known.last:
                seen(known)
                return access.own_or_404(found, is_own=is_own or (known == site and found is not None))
        return access.own_or_404(found, is_own=is_own)

    return mutated


def patch(monkeypatch: pytest.MonkeyPatch, mutated: Callable[..., Any]) -> None:
    for name in {site.module for site in sites()}:
        monkeypatch.setattr(importlib.import_module(name), "own_or_404", mutated)


def test_every_guard_of_an_object_is_needed(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: dict[Site, set[str]] = defaultdict(set)
    now = {"row": ""}
    patch(monkeypatch, without(None, lambda site: reached[site].add(now["row"])))
    rows = {row.key: row for row in permissions.rows()}
    closed = {row.key: [who for who, answer in row.answers.items() if answer == "404"] for row in rows.values()}
    for key, row in rows.items():
        now["row"] = key
        differs(people, row, *closed[key][:1])

    kept = []
    for site in sites():
        patch(monkeypatch, without(site, lambda site: None))
        if not any(differs(people, rows[key], *closed[key]) for key in reached[site]):
            kept.append(f"{site}: taken out, and no row of docs/reference/permissions.md notices")

    assert len(sites()) >= 5
    assert kept == []


# Shows days and roles, which are no figures of anybody: tests/integration/web/test_looks.py takes it out instead.
_SHOWS_NO_FIGURES = frozenset({"visible_looks"})


def visible_functions() -> list[tuple[str, str]]:
    """Every function that says which rows a login may see: `visible_…`, with the desk first."""
    return [
        (name, node.name)
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("visible_") and node.name not in _SHOWS_NO_FIGURES
    ]


@pytest.mark.parametrize(("module", "function"), visible_functions())
def test_rows_of_other_parties_are_noticed(
    people: People, monkeypatch: pytest.MonkeyPatch, module: str, function: str
) -> None:
    source = importlib.import_module(module)
    found = getattr(source, function)

    def everything(asked: Desk, *more: Any) -> Any:
        return found(dataclasses.replace(asked, who=frozenset({Who.ADMINISTRATOR})), *more)

    for name in modules():
        user = sys.modules.get(name)
        if user is not None and getattr(user, function, None) is found:
            monkeypatch.setattr(user, function, everything)

    assert any(shown.of_others(people, row, column) for row in permissions.rows() for column in ("A", "verifier"))


# --- what a page shows -----------------------------------------------------------------------------------------------


def test_a_login_for_emissions_that_is_shown_allowances_is_noticed(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Desk, "sees_allowances", property(lambda self: True))

    assert any(shown.of_others(people, row, "B") for row in permissions.rows() if row.answers["B"] == OPENS)


def test_the_table_has_somebody_who_is_let_in_and_somebody_who_is_not() -> None:
    """A row that says the same of everybody would notice nothing; pages of one's own login are for everybody."""
    same = [
        row.key
        for row in permissions.rows()
        if permissions.routes()[row.page].callback.seen_by.isdisjoint({Who.SIGNED_IN, Who.ANYONE})
        and row.answers["visitor"] == SIGN_IN
        and len(set(row.answers.values()) - {SIGN_IN, NOBODY}) < 2
    ]

    assert same == []
