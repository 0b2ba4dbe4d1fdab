"""`tanso example`: a published data set lives a phase of a scheme, and what came of it is read back.

Also what `tanso demo` opens: the same story, up to the day on which its demonstration begins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tanso.interfaces.cli.demo_example import Demonstration, SignIn
from tanso.interfaces.cli.speech import both, here, say
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.interfaces.cli.stories.reader import Story
    from tanso.interfaces.cli.stories.settlement import Settlement

OPENED_BY_DEMO = "kosen"
DOES_NOT_RECONCILE = 1

_Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help=both("例の名前、または story.yaml のあるフォルダー", "An example, or a folder with a story.yaml."),
    ),
]
_Upto = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="DAY",
        help=both("この日の始まりまで（例 2021-08-02）", "Up to the beginning of this day."),
    ),
]
_Keep = Annotated[
    bool,
    typer.Option(
        "--keep",
        help=both("専用のデータベースではなく、このインストールに残す", "Keep it in this installation."),
    ),
]
_Years = Annotated[
    str | None,
    typer.Option(
        metavar="YEARS",
        help=both("年の範囲（多年のデータの例のみ。例 2005-2007）", "Which years, of an example of many years."),
    ),
]
_Registry = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help=both("登録簿（同上。例 MT,CY）", "Which registries, of such an example (like MT,CY)."),
    ),
]
_Plausibility = Annotated[
    bool,
    typer.Option(
        "--plausibility",
        help=both(
            "公表されたエネルギーから見て排出量がもっともらしいかを示す",
            "Compare the emissions with the published energy.",
        ),
    ),
]
_Chart = Annotated[
    Path | None,
    typer.Option(metavar="FILE.svg", help=both("その図を保存する", "Save the picture of it.")),
]
_AsJson = Annotated[bool, typer.Option("--json", help=both("JSON で出力", "Print JSON."))]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(
        "example",
        help=both(
            "公表データの例で制度の一期を通し、結果の表を示します。",
            "Live a phase of a scheme on published data, and print what came of it.",
        ),
    )
    def example(
        name: _Name,
        *,
        upto: _Upto = None,
        keep: _Keep = False,
        years: _Years = None,
        registry: _Registry = None,
        plausibility: _Plausibility = False,
        chart: _Chart = None,
        as_json: _AsJson = False,
    ) -> None:
        from tanso.interfaces.cli.replays import command as replaying  # noqa: PLC0415
        from tanso.interfaces.cli.replays import reader as replays  # noqa: PLC0415
        from tanso.interfaces.cli.tables import command as comparing  # noqa: PLC0415
        from tanso.interfaces.cli.tables import reader as tables  # noqa: PLC0415

        of_energy = (("--plausibility", plausibility), ("--chart", chart is not None))
        replay = replays.folder_of(name)
        if replay is not None:
            _refuse(("--upto", upto is not None), ("--keep", keep), *of_energy)
            raise typer.Exit(replaying.run(replay, years=years, groups=registry, as_json=as_json))
        _refuse(("--years", years is not None), ("--registry", registry is not None))
        table = tables.folder_of(name)
        if table is not None:
            _refuse(("--upto", upto is not None), ("--keep", keep), *of_energy)
            raise typer.Exit(comparing.run(table, as_json=as_json))
        if plausibility or chart is not None:
            from tanso.interfaces.cli.stories import plausible  # noqa: PLC0415

            _refuse(("--upto", upto is not None), ("--keep", keep))
            raise typer.Exit(plausible.run(name, chart=chart, as_json=as_json))
        raise typer.Exit(run(name, upto=None if upto is None else upto.date(), keep=keep, as_json=as_json))


def _refuse(*options: tuple[str, bool]) -> None:
    """Refuse options that mean nothing for this example; raises typer.BadParameter."""
    for option, is_given in options:
        if is_given:
            raise typer.BadParameter(
                here(Text(f"この例では {option} を使えません。", f"{option} means nothing for this example."))
            )


def run(name: str, *, upto: date | None, keep: bool, as_json: bool) -> int:
    """Live the example and print its settlement; 1 where its figures do not agree with the ledger.

    It lives in a database of its own, which is dropped at the end; with `keep`, in the installation's, once.
    Raises TansoErrors.
    """
    from tanso.interfaces.cli.stories.reader import read_story  # noqa: PLC0415
    from tanso.interfaces.cli.with_database import database, throw_away_database  # noqa: PLC0415

    story = read_story(name)
    quiet = Console(stderr=True)
    with database() if keep else throw_away_database():
        settled = _kept(story, upto, quiet) if keep else _lived(story, upto, quiet)
    if as_json:
        print(json.dumps(as_document(story, settled), ensure_ascii=False, indent=1))
    else:
        from tanso.interfaces.cli.stories.printing import print_settlement  # noqa: PLC0415

        print_settlement(Console(), story.shape, settled)
    return 0 if settled.reconciles else DOES_NOT_RECONCILE


def open_demonstration(say: Callable[[Text], None]) -> Demonstration:
    """Load the demonstration into the connected database unless it is there, and tell how visitors may sign in.

    An installation counts as loaded once its demonstration has begun; a run that was cut off before goes on where it
    stopped.
    """
    from tanso.interfaces.cli.stories.reader import read_story  # noqa: PLC0415
    from tanso.registry import queries as registry  # noqa: PLC0415

    story = read_story(OPENED_BY_DEMO)
    opening = story.shape.demonstration
    if not _is_loaded(story):
        say(Text(ja="例を読み込んでいます…", en="Loading the example…"))
        _load(story, opening.today, Console())
    # The accounts of those that the advice names.
    numbers = {row.participant.key: row.account_number for row in registry.standings(story.shape.scheme, opening.today)}
    return Demonstration(
        notice=story.shape.notice.text,
        sign_ins=tuple(
            SignIn(who=who.text, login=login, password=opening.password) for login, who in opening.sign_ins.items()
        ),
        try_first=tuple(words.text.filled(dict(numbers)) for words in opening.try_first),
    )


def as_document(story: Story, settled: Settlement) -> dict[str, object]:
    """The settlement as JSON."""
    return {
        "example": story.name,
        "title": story.shape.title.text.as_json(),
        "notice": story.shape.notice.text.as_json(),
        "scheme": story.shape.scheme,
        "phase": story.shape.phase,
        "day": settled.day.isoformat(),
        "rows": [row.as_json() for row in settled.rows],
        "totals": dict(settled.totals),
        "checks": [
            {"check": check.label.as_json(), "table": check.table, "records": check.records, "holds": check.holds}
            for check in settled.checks
        ],
        "reconciles": settled.reconciles,
    }


def _lived(story: Story, upto: date | None, console: Console) -> Settlement:
    """The story lived in the connected, empty database."""
    from tanso.interfaces.cli.stories.life import live  # noqa: PLC0415
    from tanso.interfaces.cli.stories.settlement import settlement  # noqa: PLC0415

    with _progress(console) as progress:
        live(story, upto=upto, progress=progress)
    return settlement(story.shape, _end(story, upto))


def _kept(story: Story, upto: date | None, console: Console) -> Settlement:
    """The story in the installation's database: lived now, or as it stands where it was lived before."""
    from tanso.acts import queries as acts  # noqa: PLC0415
    from tanso.interfaces.cli.stories.settlement import settlement  # noqa: PLC0415

    if _is_loaded(story):
        say(
            Text(
                ja="この例は読み込み済みです。現在の状態を示します。",
                en="The example is loaded already. This is how it stands.",
            )
        )
    else:
        _load(story, _end(story, upto), console)
    return settlement(story.shape, acts.demonstration_day() or _end(story, upto))


def _is_loaded(story: Story) -> bool:
    """Whether this installation is a demonstration of the story.

    Raises TansoError `example.not_empty` where it is something else: hypothetical data never go beside real ones.
    """
    from tanso.acts import queries as acts  # noqa: PLC0415
    from tanso.interfaces.cli.stories import errors  # noqa: PLC0415
    from tanso.interfaces.cli.stories.life import is_begun, others_are_there  # noqa: PLC0415

    demonstration = acts.demonstration_day() is not None
    if others_are_there(story) or (demonstration and not is_begun(story)):
        raise errors.not_empty()
    return demonstration


def _load(story: Story, upto: date, console: Console) -> None:
    """Live the story in an installation that is nothing yet, let visitors in, and make it a demonstration."""
    from tanso.acts import actions as acts  # noqa: PLC0415
    from tanso.interfaces.cli.stories.life import live  # noqa: PLC0415
    from tanso.parties import actions as parties  # noqa: PLC0415
    from tanso.parties.models import Login  # noqa: PLC0415

    opening = story.shape.demonstration
    with _progress(console) as progress:
        live(story, upto=upto, progress=progress)
    for login in Login.objects.filter(login__in=list(opening.sign_ins)):
        parties.set_password(login=login, password=opening.password)
    # Last: from here on the story counts as loaded.
    acts.begin_demonstration(today=upto, notice=story.shape.notice.text)


def _end(story: Story, upto: date | None) -> date:
    return story.shape.ends if upto is None else min(upto, story.shape.ends)


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[int, int, date], None]]:
    """A bar that shows the day of the story; nothing where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def show(done: int, total: int, day: date) -> None:
            bar.update(task, completed=done, total=total, description=here(Text(f"{day} まで", f"up to {day}")))

        yield show
