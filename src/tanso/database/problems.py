"""The sentences of the private PostgreSQL: everything that a newcomer's machine may be missing, and what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

_OTHER_FOLDER = Text(
    ja="書き込めるフォルダーを TANSO_DATA_FOLDER に指定するか、そのフォルダーの所有者として実行してください。",
    en="Name a folder that you may write to in TANSO_DATA_FOLDER, or run as the owner of that folder.",
)


def _problem(code: str, ja: str, en: str, next_step: Text, **facts: object) -> TansoError:
    return TansoError(
        code=code, message=Text(ja=ja, en=en).filled(facts), next_step=next_step.filled(facts), facts=facts
    )


def no_binaries(searched: list[str], major: str) -> TansoError:
    wanted = "15 以降" if major == "" else major
    return _problem(
        "database.no_binaries",
        "PostgreSQL {wanted_ja} のプログラムが見つかりません（探した所：{searched}）。",
        "No programs of PostgreSQL {wanted_en} were found (looked in: {searched}).",
        Text(
            ja="`make setup` をやり直すか、PostgreSQL を入れて bin フォルダーを TANSO_POSTGRES_BIN に、"
            "または既存のサーバーを TANSO_DATABASE_URL と TANSO_OWNER_DATABASE_URL に指定してください。",
            en="Run `make setup` again, or install PostgreSQL and name its bin folder in TANSO_POSTGRES_BIN, "
            "or name a server of yours in TANSO_DATABASE_URL and TANSO_OWNER_DATABASE_URL.",
        ),
        wanted_ja=wanted,
        wanted_en="15 or later" if major == "" else major,
        searched=", ".join(searched) or "-",
    )


def program_failed(program: str, output: str, log: Path) -> TansoError:
    return _problem(
        "database.start_failed",
        "専用の PostgreSQL を起動できませんでした（{program}）：{output}",
        "The private PostgreSQL could not be started ({program}): {output}",
        Text(
            ja="詳しくは {log} をご覧ください。データが不要なら、そのフォルダーを消せば作り直します。",
            en="See {log}. If its data may go, delete that folder and it is made anew.",
        ),
        program=program,
        output=output.strip() or "-",
        log=log,
    )


def incomplete(folder: Path, lacking: str) -> TansoError:
    return _problem(
        "database.folder_incomplete",
        "データベースのフォルダー {folder} が壊れています（{lacking} がありません）。",
        "The database folder {folder} is damaged ({lacking} is missing).",
        Text(
            ja="データが不要ならフォルダー {folder} を消してください。次の起動で作り直します。"
            "要るなら控えから戻してください。",
            en="If its data may go, delete the folder {folder}; the next start makes it anew. "
            "Otherwise restore it from a copy.",
        ),
        folder=folder,
        lacking=lacking,
    )


def unreachable(folder: Path, user: str) -> TansoError:
    return _problem(
        "database.folder_unreachable",
        "PostgreSQL の利用者 {user} がフォルダー {folder} に入れません。",
        "PostgreSQL's user {user} cannot enter the folder {folder}.",
        Text(
            ja="上のフォルダーに実行権（chmod o+x）を付けるか、別のフォルダーを TANSO_DATA_FOLDER に指定してください。",
            en="Let others pass through its parent folders (chmod o+x), or name another folder in TANSO_DATA_FOLDER.",
        ),
        folder=folder,
        user=user,
    )


def unresponsive(pid: int, log: Path) -> TansoError:
    return _problem(
        "database.unresponsive",
        "専用の PostgreSQL（プロセス {pid}）が動いていますが応答しません。",
        "The private PostgreSQL runs (process {pid}) but does not answer.",
        Text(
            ja="{log} を確認し、そのプロセスを止めてやり直してください。",
            en="See {log}, end that process and try again.",
        ),
        pid=str(pid),
        log=log,
    )


def locked_for_long(folder: Path) -> TansoError:
    return _problem(
        "database.locked",
        "別の tanso コマンドが {folder} のデータベースを起動または停止したまま進みません。",
        "Another tanso command has been starting or stopping the database in {folder} for a long time.",
        Text(ja="そのコマンドを終えてから、もう一度お試しください。", en="End that command and try again."),
        folder=folder,
    )


def no_server_user() -> TansoError:
    return _problem(
        "database.no_user",
        "root では PostgreSQL を動かせず、代わりの利用者も見つかりません。",
        "PostgreSQL does not run as root, and no other user was found to run it.",
        Text(ja="一般の利用者として実行してください。", en="Run as an ordinary user."),
    )


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses below `folder` into a sentence."""
    try:
        yield
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        place = Path(error.filename or folder)
        raise _problem(
            "database.folder_refused",
            "{place} に書き込めません（{reason}）。",
            "{place} cannot be written ({reason}).",
            _OTHER_FOLDER,
            place=place,
            reason=error.strerror or type(error).__name__,
        ) from error
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ENAMETOOLONG}:
            raise
        raise _problem(
            "database.folder_refused",
            "{place} に書き込めません（{reason}）。",
            "{place} cannot be written ({reason}).",
            Text(
                ja="空きのある、書き込めるフォルダーを TANSO_DATA_FOLDER に指定してください。",
                en="Name a folder with room, that you may write to, in TANSO_DATA_FOLDER.",
            ),
            place=Path(error.filename or folder),
            reason=error.strerror,
        ) from error
