"""What an answer says, whatever its form, and what of it nobody of that column may read.

Each party of the world has figures that nobody else has; each allowance has one that no emission has.
"""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import zipfile
from typing import Any
from urllib.parse import quote

from tests.support.permissions import People, Row

# Emissions, their documents and names of `mine` and of `theirs`: base year, target year.
EMISSIONS_OF = {"mine": ("12413", "7529"), "theirs": ("5387", "4691")}
# Allowances: allocation, what is left, transferred, surrendered, applied for, evidence, number of the account.
ALLOWANCES_OF = {
    "mine": ("11413", "3173", "7429", "JC-2015-mine", "AST-1001"),
    "theirs": ("4887", "5381", "JC-2015-theirs", "AST-1002"),
    "trader": ("AST-1003",),
}
# What somebody met in a transfer that it took part in: the other's account number.
_MET = {"A": {"AST-1002"}, "other A": {"AST-1001", "AST-1003"}, "trader": {"AST-1002"}}
_OWN = {
    "visitor": (),
    "A": ("mine",),
    "B": ("mine",),
    "other A": ("theirs",),
    "other B": ("theirs",),
    "trader": ("trader",),
    "verifier": ("mine",),
    "other verifier": ("theirs",),
}
# Rules that everybody may read tell the number of the first account.
_PUBLIC = {"rules": {"AST-1001"}}
_SEES_ALLOWANCES = {"A", "other A", "trader"}
# Names drawn by lot (an act's, a form's token, a hash): any of them may happen to hold the digits of a figure.
_DRAWN = re.compile(r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9]{64})\b")


def forbidden(column: str) -> set[str]:
    """What a login of this column must never read."""
    own = _OWN[column]
    words = {word for key, known in EMISSIONS_OF.items() if key not in own for word in known}
    for key, known in ALLOWANCES_OF.items():
        if key not in own or column not in _SEES_ALLOWANCES:
            words |= set(known)
    return words - _MET.get(column, set())


def of_others(people: People, row: Row, column: str) -> list[str]:
    """What the page shows somebody of the column although it must not; nothing where it does not open."""
    for who, client, at in people.tries(row):
        if who == column and not people.subject(row.object).logins:
            return words_of_others(people, row, column, at, client.get(at))
    return []


def words_of_others(people: People, row: Row, column: str, at: str, response: Any) -> list[str]:
    """The same, of an answer; nothing where a login of its own takes the place of the column's, or may read all."""
    if column not in _OWN or people.subject(row.object).logins:
        return []
    # Their own question is answered back: the address stands in links to the sign-in and to the other language.
    text = text_of(response).replace(at, "").replace(quote(at), "")
    return sorted(word for word in forbidden(column) - _PUBLIC.get(row.page, set()) if word in text)


def _words_of_pdf(made: bytes) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(made)
        file.flush()
        done = subprocess.run(["pdftotext", file.name, "-"], capture_output=True, check=False)
    # What somebody uploaded may begin as a PDF and have no page: it is read as it stands.
    return made if done.returncode else done.stdout


def text_of(response: Any) -> str:
    """What an answer says: its body, unpacked where it is a workbook or PDF, and its headers; figures plainly."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"\n".join(parts.read(name) for name in parts.namelist())
    if body.startswith(b"%PDF"):
        body = _words_of_pdf(body)
    # A length may be any number.
    told = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    headers = " ".join(f"{name}: {value}" for name, value in told.items())
    text = f"{headers}\n{body.decode('utf-8', errors='ignore')}"
    return re.sub(r"(?<=\d),(?=\d{3})", "", _DRAWN.sub("", text))
