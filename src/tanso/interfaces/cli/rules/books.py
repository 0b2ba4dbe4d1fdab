"""Which rulebook a command is about: a scheme by name, with the installation's overrides, or a folder of files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.rulebook import Rulebook

_ONE_SCHEME = "scheme.yaml"


def read_day(written: str) -> date:
    """A day as people write it. Raises TansoError for anything else."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise TansoError(
            code="cli.day_unreadable",
            message=Text("「{text}」は日付として読めません。", "“{text}” cannot be read as a day.").filled(
                {"text": written}
            ),
            next_step=Text("2014-04-01のように書いてください。", "Write it like 2014-04-01."),
        ) from None


def today() -> date:
    """The real day, in the zone of this machine."""
    return datetime.now(UTC).astimezone().date()


def is_folder(written: str) -> bool:
    """Whether a folder is meant and not the name of a scheme that is known."""
    from tanso.rulebook import library  # noqa: PLC0415

    return "/" in written or written.startswith(".") or (written not in library().schemes() and Path(written).is_dir())


def scheme_folders(folder: Path) -> list[Path]:
    """The scheme in a folder, or the schemes in its folders. Raises TansoError where there is none."""
    if (folder / _ONE_SCHEME).is_file():
        return [folder]
    found = sorted(path.parent for path in folder.glob(f"*/{_ONE_SCHEME}")) if folder.is_dir() else []
    if not found:
        raise TansoError(
            code="rules.no_scheme",
            message=Text("「{folder}」に制度がありません。", "There is no scheme in `{folder}`.").filled(
                {"folder": str(folder)}
            ),
            next_step=Text(
                "scheme.yaml のあるフォルダーか、そのようなフォルダーを含むフォルダーを指定してください。",
                "Name a folder with a scheme.yaml in it, or one whose folders have one.",
            ),
        )
    return found


def load_folder(folder: Path) -> Rulebook:
    """The scheme in a folder; what it includes may stand beside it or among the known schemes."""
    from tanso.rulebook import library, load  # noqa: PLC0415

    return load(folder.resolve(), search=library().folders)


def book_of(written: str, *, files_only: bool = False) -> Rulebook:
    """The rulebook of a scheme or of a folder; a scheme's with the installation's overrides, unless `files_only`.

    Raises RulebookError or TansoError where there is none.
    """
    from tanso.rulebook import library  # noqa: PLC0415

    if is_folder(written):
        (first, *_) = scheme_folders(Path(written))
        return load_folder(first)
    if written not in library().schemes():
        raise no_such_scheme(written)
    book = library().get(written)
    if files_only or not _has_installation():
        return book
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    with database():
        from tanso.acts import rulebooks  # noqa: PLC0415 -- needs Django to be ready

        return rulebooks.current(written)


def no_such_scheme(written: str) -> TansoError:
    """What to say of a name that no scheme has."""
    from tanso.rulebook import library  # noqa: PLC0415

    known = ", ".join(library().schemes())
    return TansoError(
        code="rules.unknown_scheme",
        message=Text("「{scheme}」という制度はありません。", "There is no scheme `{scheme}`.").filled(
            {"scheme": written}
        ),
        next_step=Text(
            "次のいずれかの名前か、制度のフォルダーを指定してください：{known}",
            "Name one of these, or the folder of a scheme: {known}",
        ).filled({"known": known}),
        facts={"scheme": written},
    )


def _has_installation() -> bool:
    """Whether there is a database that could hold overrides; looking things up makes none."""
    from tanso.interfaces.cli.with_database import set_up_django  # noqa: PLC0415

    configured = set_up_django().TANSO
    return configured.database_url is not None or (configured.data_folder / "postgres").is_dir()
