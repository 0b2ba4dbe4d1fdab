"""What is remembered until the next act is never older than the last one."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from tanso.acts import remembering
from tanso.registry import queries as registry
from tests.support.world import SCHEME, World

DAY = date(2014, 3, 31)


def test_an_answer_is_worked_out_once_between_two_acts(database: object) -> None:
    world = World()
    world.holder("abc")
    asked: list[int] = []

    def work_out() -> int:
        asked.append(1)
        return len(asked)

    first = [remembering.until_next_act("test", DAY, work_out=work_out) for _ in range(3)]
    world.trader("trd")
    second = remembering.until_next_act("test", DAY, work_out=work_out)

    assert (first, second) == ([1, 1, 1], 2)


def test_another_day_is_another_question(database: object) -> None:
    answers = [remembering.until_next_act("test", day, work_out=lambda day=day: day) for day in (DAY, date(2014, 4, 1))]

    assert answers == [DAY, date(2014, 4, 1)]


def test_inside_a_transaction_nothing_is_remembered(database: object) -> None:
    def ask(answer: int) -> int:
        return remembering.until_next_act("test", work_out=lambda: answer)

    ask(1)
    with transaction.atomic():
        inside = ask(2)

    assert (inside, ask(3)) == (2, 1)


def test_every_holder_stands_where_the_last_act_left_it(database: object) -> None:
    world = World()
    world.holder("abc")
    before = registry.standings(SCHEME, world.today)
    world.approve_emissions("abc", "base", 10_000)

    after = registry.standings(SCHEME, world.today)

    assert [(row.base_t) for row in (*before, *after)] == [None, 10_000]
