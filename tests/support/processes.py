"""Other processes in tests: commands that hold the private server, and work done as another user."""

from __future__ import annotations

import os
import subprocess
import traceback
from collections.abc import Callable


def wait_until_up(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=60)
    assert process.returncode == 0


def as_user(uid: int, work: Callable[[], None]) -> str:
    """What `work` raised when another user does it ("" if nothing), in a child process that gives up root for good."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = ""
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            work()
        except BaseException:
            status = traceback.format_exc()
        finally:
            os.write(writing, status.encode())
            os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        status = pipe.read()
    os.waitpid(child, 0)
    return status
