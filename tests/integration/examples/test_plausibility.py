"""Published energy against published emissions: every site between the two fuels, and what lies outside is named."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from tanso.interfaces.cli.stories import plausible
from tanso.interfaces.cli.stories.energy import plausibility
from tanso.interfaces.cli.stories.errors import UnreadableStoryError
from tanso.interfaces.cli.stories.reader import read_story, shipped_examples
from tanso.rulebook import library

ASSET = library().get("asset")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(shipped_examples() / "kosen", tmp_path / "kosen")


def test_all_sites_lie_between_city_gas_and_heavy_oil() -> None:
    found = plausibility(read_story("kosen"), ASSET)
    assert len(found.sites) == 112
    assert found.outside == ()
    # 13.6 and 18.9 kg of carbon a GJ, times 44/12 (the ordinance's table of 2010 to 2023).
    assert found.low.t_per_gj == Fraction("0.0136") * 44 / 12
    assert found.high.t_per_gj == Fraction("0.0189") * 44 / 12


def test_a_site_beyond_what_rounding_explains_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "kankyo2020_co2.csv"
    text = file.read_text(encoding="utf-8-sig")
    assert "旭川,568,183,599,206" in text
    # 16,131 GJ of city gas are 804.4 t; two columns are rounded by half a tonne and half a GJ each, so 803.4 t will do.
    for tonnes, outside in (("597", 0), ("596", 1)):
        file.write_text(text.replace("旭川,568,183,599,206", f"旭川,568,183,{tonnes},207"), encoding="utf-8-sig")
        assert plausible.run(str(folder), chart=None, as_json=True) == outside
        said = json.loads(capsys.readouterr().out)
        assert [site["site"] for site in said["sites"] if not site["fits"]] == ["旭川"] * outside


def test_the_picture_has_every_site_and_both_fuels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kosen.svg"
    assert plausible.run("kosen", chart=file, as_json=False) == 0
    picture = file.read_text(encoding="utf-8")
    assert picture.startswith("<svg")
    for text in ("旭川", "広島", "0.0499", "0.0693", "FY2019", "FY2020"):
        assert text in picture
    assert "<script" not in picture
    assert "kosen.svg" in capsys.readouterr().out.replace("\n", "")


def test_a_fuel_that_no_table_has_is_named(folder: Path) -> None:
    story = folder / "story.yaml"
    text = story.read_text(encoding="utf-8")
    story.write_text(text.replace("between: [都市ガス, A重油]", "between: [都市ガス, 石油もどき]"), encoding="utf-8")
    with pytest.raises(UnreadableStoryError, match="石油もどき"):
        plausibility(read_story(str(folder)), ASSET)


def test_an_example_without_energy_says_so(folder: Path) -> None:
    story = folder / "story.yaml"
    text = story.read_text(encoding="utf-8")
    begin, end = text.index("plausibility:"), text.index("holders:")
    story.write_text(text[:begin] + text[end:], encoding="utf-8")
    with pytest.raises(UnreadableStoryError):
        plausibility(read_story(str(folder)), ASSET)
