"""Folders in memory, for servers that live as long as a test."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def roomy_memory() -> str | None:
    """The folder that the machine keeps in memory, if it has one with 2 GB to spare.

    Making and dropping a database is some 600 files each time. ext4 looks at every recently deleted file before it
    makes a new one, so that a clone takes 20 ms at first and 400 ms after some hundred tests.
    """
    memory = Path("/dev/shm")  # noqa: S108 (everything in it is made by mkdtemp, with a name that nobody can guess)
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3
    return str(memory) if roomy else None
