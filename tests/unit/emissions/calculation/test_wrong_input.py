"""Whatever a file holds, the answer is findings at their places and never a traceback."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tanso.emissions.calculation import KINDS, calculate, load_json, read_request
from tanso.emissions.calculation.fields import LARGEST_FILE
from tanso.interfaces.cli.calculate import CALCULATED, REFUSED, UNREADABLE, calculate_file
from tanso.rulebook import Rulebook, RulebookError

from .conftest import Answer, codes, places, source


@pytest.mark.parametrize(
    ("quantity", "read"),
    [
        (1, "1"),
        (Decimal("1.50"), "1.5"),
        ("1.5", "1.5"),
        ("1,000", "1000"),
        ("１，２３４．５", "1234.5"),
        (" 12 ", "12"),
        (Decimal("1E+3"), "1000"),
        (0, "0"),
        (10**15, str(10**15)),
    ],
)
def test_a_quantity_is_read_as_people_write_it(answer: Answer, quantity: Any, read: str) -> None:
    calculation = answer(source("一般炭", quantity))

    assert calculation.as_json()["sources"][0]["quantity"] == read
    assert calculation.findings == []


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (None, "input.missing"),
        ("", "input.missing"),
        ("  ", "input.missing"),
        (True, "number.not_a_number"),
        ([], "number.not_a_number"),
        ({}, "number.not_a_number"),
        ([1], "number.not_a_number"),
        ("abc", "number.not_a_number"),
        ("NaN", "number.not_a_number"),
        ("Infinity", "number.not_a_number"),
        ("1_000", "number.not_a_number"),
        ("010", "number.not_a_number"),
        ("0x10", "number.not_a_number"),
        ("1e5", "number.not_a_number"),
        ("12:30", "number.not_a_number"),
        ("+5", "number.not_a_number"),
        (".5", "number.not_a_number"),
        ("5.", "number.not_a_number"),
        ("1,00", "number.not_a_number"),
        ("10²", "number.not_a_number"),
        ("①", "number.not_a_number"),
        ("٣", "number.not_a_number"),
        ("1 000", "number.not_a_number"),
        ("=1+1", "number.not_a_number"),
        ("12 t", "number.not_a_number"),
        ("-1", "number.negative"),
        (-1, "number.negative"),
        ("－１", "number.negative"),
        (Decimal("-0.001"), "number.negative"),
        (10**15 + 1, "number.too_large"),
        (10**400, "number.too_large"),
        ("9" * 100, "number.too_large"),
        (Decimal("1E+999999"), "number.too_large"),
        (Decimal("1E-999999"), "number.too_fine"),
        ("0." + "1" * 100, "number.too_fine"),
        (Decimal("NaN"), "number.not_a_number"),
        (Decimal("Infinity"), "number.not_a_number"),
    ],
)
def test_a_quantity_that_is_none_is_refused_at_its_place(answer: Answer, quantity: Any, code: str) -> None:
    calculation = answer(source("一般炭", quantity))

    assert places(calculation) == [(code, "sources[0].quantity")]
    assert calculation.as_json()["sources"][0]["emissions_t"] is None
    assert (calculation.total_t, calculation.total_reported_t) == (None, None)


EMPTY: dict[str, Any] = {"scheme": "asset", "fiscal_year": 2015, "sources": []}
NO_SOURCE = ("sources.empty", "sources")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (None, [("input.wrong_type", "")]),
        ([], [("input.wrong_type", "")]),
        ("x", [("input.wrong_type", "")]),
        (
            {},
            [("input.missing", "scheme"), ("input.missing", "fiscal_year"), ("input.missing", "sources")],
        ),
        (EMPTY, [NO_SOURCE]),
        (EMPTY | {"sources": {}}, [("input.wrong_type", "sources")]),
        (EMPTY | {"scheme": 1, "sources": [7]}, [("input.wrong_type", "scheme"), ("input.wrong_type", "sources[0]")]),
        (
            EMPTY | {"fiscal_year": "2015", "sources": [None]},
            [("input.wrong_type", "fiscal_year"), ("input.wrong_type", "sources[0]")],
        ),
        (EMPTY | {"fiscal_year": True}, [("input.wrong_type", "fiscal_year"), NO_SOURCE]),
        (EMPTY | {"fiscal_year": 10**30}, [("fiscal_year.impossible", "fiscal_year"), NO_SOURCE]),
        (EMPTY | {"fiscal_year": 27}, [("fiscal_year.impossible", "fiscal_year"), NO_SOURCE]),
        (EMPTY | {"phase": "2"}, [("input.wrong_type", "phase"), NO_SOURCE]),
        (EMPTY | {"phase": 99}, [NO_SOURCE, ("phase.unknown", "phase")]),
        (
            {"scheme": "asset", "fiscal_yaer": 2015, "sources": []},
            [("input.misspelt_key", "fiscal_yaer"), ("input.missing", "fiscal_year"), NO_SOURCE],
        ),
    ],
)
def test_a_request_of_another_shape_is_told_everything_at_once(
    rulebook: Rulebook, request_: Any, expected: list[tuple[str, str]]
) -> None:
    calculation = calculate(read_request(request_), rulebook)

    assert places(calculation) == expected
    assert calculation.total_t is None


def test_everything_wrong_in_every_source_is_told_at_once(answer: Answer) -> None:
    calculation = answer(
        source("一般炭", -1, "kL"),
        source("灯油", "x", "t", meter={"temperature_c": 15, "gauge_kpa": 0}),
        {"point": "", "activity": 5, "unit": ["t"]},
        source("灯油", 1, "kL"),
    )

    assert places(calculation) == [
        ("number.negative", "sources[0].quantity"),
        ("unit.dimension", "sources[0].unit"),
        ("number.not_a_number", "sources[1].quantity"),
        ("unit.dimension", "sources[1].unit"),
        ("meter.not_gas", "sources[1].meter"),
        ("input.missing", "sources[2].point"),
        ("input.wrong_type", "sources[2].activity"),
        ("input.missing", "sources[2].quantity"),
        ("input.wrong_type", "sources[2].unit"),
    ]
    assert calculation.sources[3].emissions_t is not None


def test_a_misspelt_key_is_refused_and_a_strange_one_is_only_pointed_out(answer: Answer) -> None:
    misspelt = answer(source("都市ガス", 1, "千m3", metre={"temperature_c": 15, "gauge_kpa": 2}))
    strange = answer(source("都市ガス", 1, "千m3", building="north"))

    assert codes(misspelt) == ["input.misspelt_key"]
    assert misspelt.total_t is None
    assert codes(strange) == ["input.unknown_key"]
    assert strange.total_t is not None


def test_a_strange_key_is_pointed_out_once_however_often_it_stands(answer: Answer) -> None:
    calculation = answer(*[source("灯油", 1, "kL", building="north")] * 50)

    assert places(calculation) == [("input.unknown_key", "sources[0].building")]


def test_thousands_of_strange_keys_are_refused_in_bounded_time(answer: Answer) -> None:
    calculation = answer(source("灯油", 1, "kL", **{f"activitx{n}": n for n in range(20_000)}))

    assert codes(calculation)[-1] == "input.too_many_strange_keys"


def test_thousands_of_unknown_names_are_refused_in_bounded_time(answer: Answer) -> None:
    calculation = answer(*(source(f"重油{n}", 1, "kL") for n in range(5_000)))

    assert len(calculation.findings) == 5_000


@pytest.mark.parametrize(
    "name",
    [
        "\x1b[31mred",
        "\ud800",
        "a" * 100_000,
        "<script>",
        "{facts}",
        "{0.__class__}",
        "%s",
        "../../etc/passwd",
        "\u202e",
    ],
)
def test_hostile_names_are_shown_harmlessly(answer: Answer, name: str) -> None:
    calculation = answer({"point": name, "activity": name, "quantity": name, "unit": name, name: 1})

    told = json.dumps(calculation.as_json(), ensure_ascii=False)
    told.encode("utf-8")
    assert "\\u001b" not in told
    assert "\u202e" not in told
    assert len(told) < 20_000
    assert calculation.total_t is None


def test_ten_thousand_sources_are_calculated_in_seconds(answer: Answer) -> None:
    calculation = answer(*[source("灯油", 1, "kL", meter=None)] * 10_000)

    assert calculation.total_reported_t == 24_894


# -- files ------------------------------------------------------------------------------------------------------------


ONE = json.dumps({"scheme": "asset", "fiscal_year": 2015, "sources": [source("灯油", 1, "kL")]})


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", (1, 1)),
        (b"{", (1, 2)),
        (b'{"scheme": "asset",\n "phase": }', (2, 11)),
        (b"scheme: asset\nsources: []\n", (1, 1)),
        (b"\xff\xfe{}", (1, 1)),
        (b'{"a": "\xe3\x81"}', (1, 8)),
        (b"[" * 100_000, (1, 1)),
        (b"{'scheme': 'asset'}", (1, 2)),
    ],
)
def test_what_is_no_json_is_told_with_line_and_column(data: bytes, place: tuple[int, int]) -> None:
    value, problem = load_json(data)

    assert value is None
    assert problem is not None
    assert problem.code == "input.unreadable"
    assert (problem.facts["line"], problem.facts["column"]) == place


def test_a_file_beyond_the_limit_is_refused_unread() -> None:
    _, problem = load_json(b" " * (LARGEST_FILE + 1))

    assert problem is not None
    assert problem.code == "input.too_large"


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e99999999999999999999", "9" * 5000, "0." + "3" * 5000]
)
def test_numbers_that_no_program_should_read_are_findings(rulebook: Rulebook, number: str) -> None:
    text = ONE.replace('"quantity": 1', f'"quantity": {number}')
    value, problem = load_json(text.encode())
    calculation = calculate(read_request(value), rulebook)

    assert problem is None
    assert [place for _, place in places(calculation)] == ["sources[0].quantity"]


def test_a_key_written_twice_is_refused(rulebook: Rulebook) -> None:
    text = ONE.replace('"quantity": 1', '"quantity": 1, "quantity": 2')
    value, _ = load_json(text.encode())

    assert places(calculate(read_request(value), rulebook)) == [("input.duplicate_key", "sources[0].quantity")]


def run(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    status = calculate_file(path, as_json=True)
    return status, json.loads(capsys.readouterr().out)


def test_the_command_answers_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sources.json"
    file.write_text(
        json.dumps({"scheme": "asset", "phase": 2, "fiscal_year": 2015, "sources": [source("一般炭", "1000")]}),
        encoding="utf-8",
    )

    status, told = run(file, capsys)

    assert status == CALCULATED
    assert told["sources"][0]["heat_gj"] == "25700"
    assert Decimal(told["total_t"]).quantize(Decimal("0.0001")) == Decimal("2327.5633")
    assert told["total_reported_t"] == 2327
    assert told["findings"] == []


def test_the_command_tells_what_was_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sources.json"
    file.write_text('{"scheme": "nowhere", "fiscal_year": 2015, "sources": []}', encoding="utf-8")

    status, told = run(file, capsys)

    assert status == REFUSED
    assert [finding["code"] for finding in told["findings"]] == ["scheme.unknown", "sources.empty"]


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_opened_is_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    status, told = run(tmp_path / name, capsys)

    assert status == UNREADABLE
    assert [finding["code"] for finding in told["findings"]] == ["input.no_file"]


def test_the_command_takes_tables_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, file = tmp_path / "mine.yaml", tmp_path / "sources.json"
    table.write_text(
        """
- category: supplied
  from: 2015-04-01
  to: 2016-03-31
  reference: {document: 係数一覧, clause: 平成26年度実績}
  suppliers:
    - {of: electricity, supplier: 北電力, unit: kWh, basic_t_per_unit: "0.0005"}
""",
        encoding="utf-8",
    )
    sources = [source("electricity", 3000, "kWh", factor={"supplier": "北電力"})]
    file.write_text(json.dumps({"scheme": "asset", "fiscal_year": 2015, "sources": sources}), encoding="utf-8")

    status = calculate_file(file, as_json=True, factor_files=[table])
    told = json.loads(capsys.readouterr().out)

    assert (status, told["total_t"]) == (CALCULATED, "1.5")
    assert told["sources"][0]["factor"]["source"]["ja"].startswith("係数一覧 平成26年度実績")
    with pytest.raises(RulebookError, match="cannot be opened"):
        calculate_file(file, as_json=True, factor_files=[tmp_path / "none.yaml"])


def test_the_table_names_sources_formulas_and_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    file = tmp_path / "sources.json"
    sources = [source("一般炭", 100), source("[bold]薪", 1)]
    file.write_text(json.dumps({"scheme": "asset", "fiscal_year": 2015, "sources": sources}), encoding="utf-8")

    status = calculate_file(file)

    printed = capsys.readouterr().out
    assert status == REFUSED
    assert "2,570 GJ × 0.0247 tC/GJ × 44/12 = 232.756333… t-CO2" in printed
    assert "別表第一 2の項" in printed
    assert "[bold]薪" in printed


def test_every_finding_speaks_both_languages_and_says_what_to_do() -> None:
    for code, kind in KINDS.items():
        assert all((kind.message.ja, kind.message.en, kind.next_step.ja, kind.next_step.en)), code
