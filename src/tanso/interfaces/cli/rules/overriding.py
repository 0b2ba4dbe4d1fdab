"""`tanso rules override`, `withdraw-override` and `overrides`: the values that this installation sets itself."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer
from rich.console import Console
from rich.text import Text as Line

from tanso.interfaces.cli.rules import books
from tanso.interfaces.cli.speech import both, here, say
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.acts import Act
    from tanso.acts.queries import OverrideEntry
    from tanso.kernel.outcomes import Outcome
    from tanso.rulebook import Rulebook

REFUSED = 1

_Scheme = Annotated[str, typer.Argument(help=both("制度", "The scheme."))]
_Parameter = Annotated[str, typer.Argument(help=both("制度の値の名前", "The parameter."))]
_Reason = Annotated[str, typer.Option("--reason", help=both("理由", "Why."))]
_Login = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="LOGIN",
        help=both("手続者のログインID（一人なら省略可）", "Who does it."),
    ),
]
_Proposal = Annotated[
    str | None,
    typer.Option("--proposal", metavar="ID", help=both("承認する起案の番号", "The proposal that this approves.")),
]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help=both("結果を示すだけで、何もしない", "Only show what it would change."))
]


def register(rules_app: typer.Typer) -> None:
    """Add the commands."""

    @rules_app.command("override", help=both("制度の値をこの運用に限り変更します。", "Override a parameter here."))
    def override(
        scheme: _Scheme,
        parameter: _Parameter,
        value: Annotated[str, typer.Argument(help=both("値（例：12-15）", "The value, like 12-15."))],
        *,
        from_day: Annotated[str, typer.Option("--from", metavar="DAY", help=both("効力の初日", "The first day."))],
        reason: _Reason,
        to_day: Annotated[
            str | None, typer.Option("--to", metavar="DAY", help=both("効力の末日", "The last day, included."))
        ] = None,
        login: _Login = None,
        proposal: _Proposal = None,
        dry_run: _DryRun = False,
    ) -> None:
        days = {"from_day": from_day} | ({} if to_day is None else {"to_day": to_day})
        given = {"parameter": parameter, "value": value, "reason": reason, **_readable(days)}
        raise typer.Exit(_perform(scheme, "override_parameter", given, login, proposal, dry_run=dry_run))

    @rules_app.command(
        "withdraw-override", help=both("制度の値の変更を取りやめます。", "Let the scheme's own value hold again.")
    )
    def withdraw(
        scheme: _Scheme,
        parameter: _Parameter,
        *,
        reason: _Reason,
        from_day: Annotated[
            str | None, typer.Option("--from", metavar="DAY", help=both("取りやめの日", "From which day on."))
        ] = None,
        login: _Login = None,
        proposal: _Proposal = None,
        dry_run: _DryRun = False,
    ) -> None:
        days = {} if from_day is None else {"from_day": from_day}
        given = {"parameter": parameter, "reason": reason, **_readable(days)}
        raise typer.Exit(_perform(scheme, "withdraw_override", given, login, proposal, dry_run=dry_run))

    @rules_app.command(
        "overrides", help=both("変更された制度の値を示します。", "List what was overridden or withdrawn.")
    )
    def overrides(
        scheme: _Scheme,
        as_json: Annotated[bool, typer.Option("--json", help=both("結果をJSONで出力", "Print JSON."))] = False,
    ) -> None:
        _list(scheme, as_json=as_json)


def _readable(days: dict[str, str]) -> dict[str, str]:
    return {name: books.read_day(written).isoformat() for name, written in days.items()}


def _perform(
    scheme: str, operation: str, given: dict[str, Any], login: str | None, proposal: str | None, *, dry_run: bool
) -> int:
    """Let time pass to today, show what would change, and do it; the status to exit with."""
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    _know(scheme)
    with database():
        from tanso import acts  # noqa: PLC0415
        from tanso.acts import Act, rulebooks  # noqa: PLC0415
        from tanso.interfaces.clock import today_in  # noqa: PLC0415

        book = rulebooks.current(scheme)
        today = today_in(book)
        parameter = book.parameters.get(given["parameter"])
        if "value" in given and parameter is not None:
            from tanso.rulebook.overrides import read_value  # noqa: PLC0415

            given = given | {"value": read_value(parameter.type, given["value"])}
        act = Act(
            id=uuid4(),
            scheme=scheme,
            operation=operation,
            arguments=given,
            day=today,
            actor=_actor(login),
            proposal=None if proposal is None else _identity(proposal),
        )
        acts.pass_time(scheme, today)
        outcome, after = acts.rehearse(act, lambda: rulebooks.current(scheme))
        if outcome.ok and after is not None:
            _say_moved(book, after, today)
        if outcome.ok and not dry_run:
            outcome = acts.perform(act)
        return _say_outcome(outcome, act)


def _know(scheme: str) -> None:
    from tanso.rulebook import library  # noqa: PLC0415

    if scheme not in library().schemes():
        raise books.no_such_scheme(scheme)


def _identity(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise TansoError(
            code="rules.no_proposal",
            message=Text("「{text}」は起案の番号ではありません。", "“{text}” is no number of a proposal.").filled(
                {"text": written}
            ),
            next_step=Text(
                "起案したときに示された番号を指定してください。", "Give the number that proposing it printed."
            ),
        ) from None


def _actor(login: str | None) -> Any:
    """The administrator who acts: the one named, or the only one there is. Raises TansoError otherwise."""
    from tanso.parties.models import Login  # noqa: PLC0415
    from tanso.parties.queries import actor_of  # noqa: PLC0415

    administrators = list(Login.objects.filter(role="administrator", is_active=True).order_by("login"))
    found = [one for one in administrators if login in (None, one.login)]
    if len(found) == 1:
        return actor_of(found[0])
    known = ", ".join(one.login for one in administrators) or "—"
    raise TansoError(
        code="rules.who",
        message=Text("手続を行う管理者が定まりません。", "It is not clear which administrator does this."),
        next_step=Text(
            "--as に次のいずれかのログインIDを指定してください：{known}", "Name one of these logins with --as: {known}"
        ).filled({"known": known}),
        facts={"login": login or ""},
    )


def _say_moved(before: Rulebook, after: Rulebook, today: date) -> None:
    """The days of the calendar that move."""
    from tanso.rulebook.moving import moved_days, window_name  # noqa: PLC0415

    ends = {"first": Text("初日", "first day"), "last": Text("末日", "last day")}
    never = here(Text("期限なし", "no end"))
    for day in moved_days(before, after, today):
        name = here(window_name(before, day.window, day.number))
        _print(f"{name}, {here(ends[day.end])}: {day.before or never} → {day.after or never}")


def _say_outcome(outcome: Outcome, act: Act) -> int:
    if outcome.status == "proposed":
        say(
            Text(
                "起案しました（{id}）。別の管理者が、画面か --proposal {id} により承認すると効力を持ちます。",
                "Proposed as {id}. Another administrator approves it, on its page or with --proposal {id}.",
            ).filled({"id": str(outcome.act_id)})
        )
    elif outcome.status == "done":
        say(Text("記録しました（{id}）。", "Recorded as {id}.").filled({"id": str(outcome.act_id)}))
    elif outcome.status == "allowed":
        say(Text("この手続は可能です。何も記録していません。", "This is allowed. Nothing was recorded."))
    for finding in outcome.findings:
        _print(f"{finding.code}  {here(finding.message)} {here(finding.next_step)}")
    return 0 if outcome.ok else REFUSED


def _list(scheme: str, *, as_json: bool) -> None:
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    _know(scheme)
    with database():
        from tanso.acts import queries, rulebooks  # noqa: PLC0415

        book = rulebooks.current(scheme)
        entries = queries.override_entries(scheme)
    if as_json:
        told = [
            {**entry.override.as_json(), "by": entry.recorded_by, "proposed_by": entry.proposed_by, "act": _id(entry)}
            for entry in entries
        ]
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    if not entries:
        say(Text("変更された値はありません。", "Nothing was overridden."))
    for entry in entries:
        _print(_line(book, entry))


def _id(entry: OverrideEntry) -> str | None:
    return None if entry.act_id is None else str(entry.act_id)


def _line(book: Rulebook, entry: OverrideEntry) -> str:
    """One entry: which parameter, which value, from when to when, why, and by whom."""
    from tanso.rulebook.overrides import shown_value  # noqa: PLC0415

    override = entry.override
    parameter = book.parameters.get(override.parameter)
    label = "" if parameter is None else f" {here(parameter.label)}"
    if override.withdraws:
        value = here(Text("取りやめ", "withdrawn"))
    elif parameter is None:
        value = str(override.value)
    else:
        value = here(shown_value(parameter.type, override.value, parameter.unit))
    days = f"{override.from_day or ''}..{override.to_day or ''}"
    people = ", ".join(name for name in (entry.proposed_by, entry.recorded_by) if name)
    return f"{override.parameter}{label}: {value} ({days}) {override.reason} [{people or '—'} {override.day or ''}]"


def _print(text: str) -> None:
    Console().print(Line(text), soft_wrap=True)
