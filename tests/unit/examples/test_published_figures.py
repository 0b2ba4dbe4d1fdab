"""Published CSV files are read strictly, and every mistake is named with its file and line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tanso.interfaces.cli.stories.errors import UnreadableStoryError
from tanso.interfaces.cli.stories.model import Figures
from tanso.interfaces.cli.stories.published import read_figures
from tanso.interfaces.cli.stories.reader import read_story, shipped_examples

FIGURES = Figures(site="site", add=["power", "fuel"], files={"base": "first.csv", "target": "second.csv"})
GOOD = "\ufeffsite,power,fuel\nNorth,10,2\nSouth,7,0\n"

# As they were obtained from codeforkosen/kosen-opendata.
PUBLISHED = {
    "kankyo2020_co2.csv": "e256d0c6af1f19419f0afe769ffa46cd3de49337b0971d57404b7a2ac40be679",
    "kankyo2020_energyinput.csv": "29ddbc88a62802d18ba32377bb6913513faf61606eecee73903802ed796359bb",
    "kankyo2020_facilityarea.csv": "d99ab786520f84376fdc1060cdafd40248d24205c475a9bf9d09b316ffca12f1",
    "kankyo2021_co2.csv": "5dc7b4193fe9c32523920cc88f9d7faef19bde61f9ad324a912c321e896f496d",
    "kankyo2021_energyinput.csv": "3bb8d6bc34268e1d1b0e3f156c61e4487a2261d349c0f8b092230d700831e388",
    "kankyo2021_facilityarea.csv": "27b9d0fc92e529049984ce252efe6a7d650a526b0d3ea45e5ff389ef825e3b7b",
}


def written(folder: Path, first: str = GOOD, second: str = GOOD) -> Path:
    (folder / "first.csv").write_text(first, encoding="utf-8")
    (folder / "second.csv").write_text(second, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(UnreadableStoryError) as refused:
        read_figures(folder, FIGURES)
    return [problem.shown().en for problem in refused.value.problems]


def test_the_files_are_byte_for_byte_as_published() -> None:
    folder = shipped_examples() / "kosen"

    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.csv")} == PUBLISHED


def test_the_sums_of_the_56_sites_are_the_published_totals() -> None:
    published = read_story("kosen").published

    assert len(published) == 56
    assert sum(years["base"] for years in published.values()) == 63_694
    assert sum(years["target"] for years in published.values()) == 54_169


def test_a_site_is_the_sum_of_its_columns(tmp_path: Path) -> None:
    read = read_figures(written(tmp_path, second="site,power,fuel\nNorth,1,1\nSouth,2,2\n"), FIGURES)

    assert read == {"North": {"base": 12, "target": 2}, "South": {"base": 7, "target": 4}}


def test_a_byte_order_mark_a_blank_line_and_columns_in_another_order_do_no_harm(tmp_path: Path) -> None:
    first = "\ufefffuel,area,site,power\r\n2,99,North,10\r\n,,,\r\n0,1,South,7\r\n"

    assert read_figures(written(tmp_path, first=first), FIGURES)["North"]["base"] == 12


@pytest.mark.parametrize("digits", ["02", "２", " 2 "])
def test_a_number_may_have_leading_zeros_full_width_digits_and_spaces(tmp_path: Path, digits: str) -> None:
    first = f"site,power,fuel\nNorth,10,{digits}\nSouth,7,0\n"

    assert read_figures(written(tmp_path, first=first), FIGURES)["North"]["base"] == 12


@pytest.mark.parametrize("cell", ["", "-3", "1.5", "1e3", "n/a", "9999999999999"])
def test_anything_but_a_whole_number_is_named_with_its_line_and_column(tmp_path: Path, cell: str) -> None:
    first = f"site,power,fuel\nNorth,10,2\nSouth,{cell},0\n"

    assert problems(written(tmp_path, first=first)) == [
        f"first.csv, line 3 power: `{cell}` is no whole number of tonnes."
    ]


def test_a_file_of_energy_in_gigajoules_is_not_taken_for_emissions(tmp_path: Path) -> None:
    energy = "site,power(GJ),fuel(GJ),new(GJ)\nNorth,1,2,3\n"

    assert problems(written(tmp_path, second=energy)) == [
        "second.csv, line 1 power: This column is needed, once.",
        "second.csv, line 1 fuel: This column is needed, once.",
    ]


def test_a_site_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    assert problems(written(tmp_path, first=GOOD + "North,1,1\n")) == [
        "first.csv, line 4 North: The site has no name, or is there twice."
    ]


def test_a_site_that_only_one_file_has_is_refused(tmp_path: Path) -> None:
    assert problems(written(tmp_path, first=GOOD + "East,1,1\n")) == [
        "first.csv, line 4 East: This site is not in second.csv."
    ]


def test_a_row_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    assert problems(written(tmp_path, first="site,power,fuel\nNorth,10\nSouth,1,1\n"))[0] == (
        "first.csv, line 2: has 2 of 3 cells."
    )


def test_a_missing_file_and_one_that_is_not_utf_8_are_named_together(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "first.csv").unlink()
    (tmp_path / "second.csv").write_bytes("事業所名\n北".encode("shift_jis"))

    found = problems(tmp_path)

    assert found[0].startswith("first.csv, line 1: cannot be read")
    assert found[1] == "second.csv, line 1: This is not UTF-8 text."
