"""SQL of the migrations: one file a step, run in the order of the names and never edited once released.

A later migration that replaces a function adds a file; reconciliation takes the last definition of each function as the
one that the database must have. `{application_role}` stands for the role that the application signs in with.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import migrations

FOLDER = Path(__file__).parent


def run_file(name: str) -> migrations.RunSQL:
    """The migration step that runs one file of this folder, whole, as the owner of the tables."""
    role = '"' + str(settings.TANSO_APPLICATION_ROLE).replace('"', '""') + '"'
    return migrations.RunSQL((FOLDER / name).read_text(encoding="utf-8").replace("{application_role}", role))
