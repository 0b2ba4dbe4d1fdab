"""Published figures: CSV files as they were obtained, read strictly. Pure.

Only the columns that the story adds up are read; other columns may be there. Numbers are whole tonnes, in any width and
with leading zeros ("02"), and nothing else.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from tanso.interfaces.cli.stories.errors import Problem, UnreadableStoryError
from tanso.interfaces.cli.stories.model import Figures
from tanso.kernel.texts import Text

_WHOLE = re.compile(r"[0-9]{1,12}")

# Site -> year of its report -> tonnes.
Published = Mapping[str, Mapping[str, int]]


def read_figures(folder: Path, figures: Figures) -> Published:
    """The emissions of every site, by year, in the order of the first file.

    Raises UnreadableStoryError with all problems: a file that is missing or not UTF-8, a column or number that is not
    there, a site that is there twice or only in one of the files.
    """
    problems: list[Problem] = []
    tables = {year: _read_table(folder / name, figures, problems) for year, name in figures.files.items()}
    if not problems:
        problems += _sites_that_differ(figures, tables)
    if problems:
        raise UnreadableStoryError(problems)
    first = next(iter(tables.values()))
    return {site: {year: table[site][0] for year, table in tables.items()} for site in first}


# Site -> its emissions and the line that it stands on.
_Table = dict[str, tuple[int, int]]


def _read_table(path: Path, figures: Figures, problems: list[Problem]) -> _Table:
    def wrong(line: int, place: str, ja: str, en: str) -> None:
        problems.append(Problem(file=path.name, line=line, place=place, message=Text(ja=ja, en=en)))

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        wrong(1, "", f"読めません（{error.strerror}）。", f"cannot be read ({error.strerror}).")
        return {}
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        wrong(line, "", "文字コードが UTF-8 ではありません。", "This is not UTF-8 text.")
        return {}
    rows = csv.reader(io.StringIO(text, newline=""))
    header = [cell.strip() for cell in next(rows, [])]
    missing = [column for column in (figures.site, *figures.add) if header.count(column) != 1]
    for column in missing:
        wrong(1, column, "この列が（一つだけ）必要です。", "This column is needed, once.")
    if missing:
        return {}
    table: _Table = {}
    for row in rows:
        line = rows.line_num
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            wrong(
                line,
                "",
                f"列が {len(row)} 個です（見出しは {len(header)} 個）。",
                f"has {len(row)} of {len(header)} cells.",
            )
            continue
        cells = dict(zip(header, row, strict=True))
        site = cells[figures.site].strip()
        if not site or site in table:
            wrong(line, site, "事業所名が空か、二度目です。", "The site has no name, or is there twice.")
            continue
        total = 0
        for column in figures.add:
            digits = unicodedata.normalize("NFKC", cells[column]).strip()
            if not _WHOLE.fullmatch(digits):
                wrong(
                    line,
                    column,
                    f"「{digits}」は0以上の整数ではありません。",
                    f"`{digits}` is no whole number of tonnes.",
                )
                continue
            total += int(digits)
        table[site] = (total, line)
    return table


def _sites_that_differ(figures: Figures, tables: Mapping[str, _Table]) -> list[Problem]:
    """Sites that one of the files has and another has not."""
    every = list(dict.fromkeys(site for table in tables.values() for site in table))
    found = []
    for year, table in tables.items():
        for site in every:
            if site not in table:
                other = next(name for name in tables if site in tables[name])
                message = Text(
                    ja=f"この事業所は {figures.files[year]} にありません。",
                    en=f"This site is not in {figures.files[year]}.",
                )
                found.append(
                    Problem(file=figures.files[other], line=tables[other][site][1], place=site, message=message)
                )
    return found
