"""Whoever reports nothing is told so: a trading participant, and a holder for a year that the scheme has not."""

from __future__ import annotations

import pytest

from tests.support.world import ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")


def test_a_trading_participant_has_no_report_to_register() -> None:
    world = World()
    world.trader("trd")

    outcome = world.do("register_report", login("trd"), participant="trd", year="base", emissions_t=1)

    assert outcome.codes == ("participant.no_report",)
    finding = outcome.findings[0]
    assert "trd" in finding.message.ja
    assert "trd" in finding.message.en


def test_a_holder_has_a_report_for_each_year_of_its_phase_and_for_no_other() -> None:
    world = World()
    world.holder("abc")

    known = world.do("register_report", login("abc"), participant="abc", year="base", emissions_t=1)
    unknown = world.do("register_report", login("abc"), participant="abc", year="another", emissions_t=1)

    assert known.ok
    assert unknown.codes == ("participant.no_report",)


def test_the_administrator_has_nothing_of_a_trading_participant_to_receive() -> None:
    world = World()
    world.trader("trd")

    outcome = world.do("receive_report", ADMINISTRATOR, participant="trd", year="adjustment")

    assert outcome.codes == ("participant.no_report",)
