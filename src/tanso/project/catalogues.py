"""The translations of the pages, compiled when they are needed.

English sentences are the keys; `locale/ja/LC_MESSAGES/django.po` has the Japanese ones. Compiled files are not
committed: `compile_where_needed` makes them at start, because a bare machine has no msgfmt. `sentences` keeps the
catalogue in step with the source.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "locale"
_log = logging.getLogger(__name__)


def compile_where_needed(folder: Path = FOLDER) -> None:
    """Compile every catalogue that is newer than its compiled file.

    Where the folder may not be written, what is there is used, and the log says so: pages then fall back to English.
    """
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            _compile(source, target)
        except OSError as error:
            _log.warning("translations could not be compiled: %s", error)


def _compile(source: Path, target: Path) -> None:
    # Imported here: a start that finds everything compiled does not wait for Babel.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    # Written beside and renamed, because several processes may start at once.
    beside = target.with_suffix(f".mo.{os.getpid()}")
    with source.open("rb") as stream:
        catalogue = read_po(stream)
    with beside.open("wb") as compiled:
        write_mo(compiled, catalogue)
    beside.replace(target)
