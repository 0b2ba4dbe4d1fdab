"""What a scheme may say of transfers and results, and what is found wrong with it when it is loaded."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tanso.rulebook import Problem, Rulebook, RulebookError, library, load
from tanso.rulebook.library import shipped_schemes

DAY = date(2014, 5, 1)


@pytest.fixture
def book() -> Rulebook:
    return library().get("asset")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(shipped_schemes(), tmp_path, dirs_exist_ok=True)
    return tmp_path / "asset"


def problems_of(folder: Path) -> list[Problem]:
    with pytest.raises(RulebookError) as caught:
        load(folder)
    return caught.value.problems


def changed(folder: Path, file: str, old: str, new: str) -> list[Problem]:
    path = folder / file
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))
    return problems_of(folder)


def a_transfer(**facts: Any) -> dict[str, Any]:
    """Facts of a transfer of JAA/2 between two accounts, out of one of the Tokyo scheme."""
    account = {"exists": True, "is_open": True, "kind": "compliance", "opened_on": date(2014, 4, 1)}
    holder = {"holder.kind": "target_holder", "holder.has_phase": True, "holder.phase": 2}
    sides = {
        f"{side}.{name}": value
        for side in ("from", "account", "to")
        for name, value in {**account, **holder, "number": f"AST-{side}"}.items()
    }
    tokyo = {f"{side}.holder.attribute.tokyo_saitama": True for side in ("from", "account")}
    unit = {"unit.type": "JAA", "unit.has_phase": True, "unit.phase": 2, "unit.held_t": 100}
    return sides | tokyo | unit | {"day": DAY, "quantity.t": 1, "quantity.is_whole": True, "holdings": [], **facts}


def codes(book: Rulebook, **facts: Any) -> set[str]:
    found = {
        finding.code
        for finding in book.decide(
            "transfer", a_transfer(**{k.replace("__", "."): v for k, v in facts.items()})
        ).findings
    }
    return {code for code in found if code.startswith("transfer.") or code == "asset.transfer.tokyo_saitama_sale"}


def test_a_transfer_of_which_nothing_is_said_is_of_the_default_kind(book: Rulebook) -> None:
    assert codes(book) == {"asset.transfer.tokyo_saitama_sale"}


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"kind": "group", "kind_is_recorded": True}, set()),
        ({"kind": "correction", "kind_is_recorded": True}, set()),
        ({"kind": "sale", "kind_is_recorded": True}, {"asset.transfer.tokyo_saitama_sale"}),
        (
            {"kind": "group", "kind_is_stated": True},
            {"asset.transfer.tokyo_saitama_sale", "transfer.kind_not_recorded"},
        ),
        ({"kind": "group", "kind_is_stated": True, "kind_is_recorded": True}, set()),
        (
            {"kind": "gift", "kind_is_stated": True, "kind_is_recorded": True},
            {"transfer.kind_unknown"},
        ),
        (
            {"kind": "group", "kind_is_recorded": True, "has_price": True, "price_yen": 1, "price_is_whole": True},
            {"transfer.price_not_taken"},
        ),
    ],
)
def test_only_a_record_made_beforehand_makes_a_transfer_no_sale(
    book: Rulebook, facts: dict[str, Any], refused: set[str]
) -> None:
    assert codes(book, **{f"transfer__{name}": value for name, value in facts.items()}) == refused


@pytest.mark.parametrize(
    ("price_yen", "is_whole", "is_refused"),
    [(0, True, False), (-1, True, True), (10**12, True, False), (10**12 + 1, True, True), (5, False, True)],
)
def test_a_price_is_a_whole_number_of_yen_within_bounds(
    book: Rulebook, price_yen: int, is_whole: bool, is_refused: bool
) -> None:
    facts = {"transfer__has_price": True, "transfer__price_yen": price_yen, "transfer__price_is_whole": is_whole}

    assert ("transfer.price_range" in codes(book, **facts)) is is_refused


def test_what_could_be_sold_does_not_include_what_a_holder_may_not_sell(book: Rulebook) -> None:
    holdings = [{"unit.type": "JAA", "unit.has_phase": True, "unit.phase": 2, "quantity_t": 100}]

    sellable = {
        value: book.derive(
            "sellable_t", a_transfer(**{"account.holder.attribute.tokyo_saitama": value, "holdings": holdings})
        )
        for value in (True, False)
    }

    assert sellable == {True: 0, False: 100}


def test_in_a_scheme_without_kinds_no_kind_and_no_price_is_known() -> None:
    book = library().get("eu-ets")

    assert (book.transfers.default, dict(book.transfers.kinds), book.results) == ("", {}, None)


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "words"),
    [
        ("transfers.yaml", "default: sale", "default: gift", "default", "no kind of transfer `gift`"),
        ("transfers.yaml", "priced: true", "price: true", "kinds.sale.price", "Unknown key"),
        ("transfers.yaml", "said_by: holder", "said_by: seller", "kinds.sale.said_by", "holder"),
        ("transfers.yaml", "document: S0", "document: S7", "kinds.sale.reference.document", "no document `S7`"),
        ("results.yaml", "base: result_base_t", "base: result_bas_t", "base", "Did you mean `result_base_t`"),
        ("results.yaml", "actual: result_actual_t", "actual: compliance", "actual", "type int"),
        ("results.yaml", "period: transfer_period", "period: transferperiod", "period", "no window"),
        (
            "results.yaml",
            "smallest_group: smallest_group",
            "smallest_group: smallest",
            "smallest_group",
            "no parameter",
        ),
        ("results.yaml", "smallest_group: smallest_group", "smallest_group: bank_window", "smallest_group", "type int"),
        ("results.yaml", "reference:", "references:", "references", "Unknown key"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(  # noqa: PLR0917 -- one row of the table
    copied: Path, file: str, old: str, new: str, key: str, words: str
) -> None:
    problems = changed(copied, file, old, new)

    found = [problem for problem in problems if (problem.file, problem.key) == (f"asset/{file}", key)]
    assert any(words in problem.message.en for problem in found), "\n".join(map(str, problems))


def test_a_kind_without_its_label_is_named(copied: Path) -> None:
    problems = changed(copied, "text.en.yaml", "  group: Within a group\n", "")

    assert any("transfer_kinds.group" in str(problem) for problem in problems)


def test_a_condition_names_only_kinds_of_the_scheme(copied: Path) -> None:
    problems = changed(copied, "checks.yaml", "!transfer.kind_is_trade)", "transfer.kind != 'sael')")

    assert any("sael" in str(problem) for problem in problems), "\n".join(map(str, problems))
