"""On which day each thing of a story happens: steps spread over holders and days, in order. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tanso.interfaces.cli.stories import model
from tanso.interfaces.cli.stories.reader import Story

REGISTER_OTHER = "register_other"
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happens on one day to one participant (`key`).

    `verb` says what, `step` where in the story it stands, `number` which step of the story it is, `place` the holder's
    place among those that the step names.
    """

    day: date
    number: int
    place: int
    verb: str
    key: str
    step: model.Step | model.Other

    @property
    def identity(self) -> str:
        """What names it in this story, the same whenever the story is planned again."""
        return f"{self.number}/{self.verb}/{self.key}"


def plan(story: Story) -> list[Item]:
    """Everything that happens, in the order in which it does: by day, then as the story tells it."""
    shape = story.shape
    items = [
        Item(day=other.registered, number=0, place=place, verb=REGISTER_OTHER, key=key, step=other)
        for place, (key, other) in enumerate(shape.others.items())
    ]
    for number, step in enumerate(shape.steps, start=1):
        items.extend(_items_of(shape, number, step))
    return sorted(items, key=lambda item: (item.day, item.number, item.place))


def _items_of(shape: model.StoryShape, number: int, step: model.Step) -> Iterator[Item]:
    for place, key, day in _spread(_keys_of(shape, step), step):

        def item(on: date, verb: str, place: int = place, key: str = key) -> Item:
            return Item(day=on, number=number, place=place, verb=verb, key=key, step=step)

        if isinstance(step, model.ReportLife):
            yield item(day, "register_report")
            for operation, days_later in step.later.model_dump().items():
                day = working_day(day + timedelta(days=days_later))  # noqa: PLW2901 (each step follows the one before)
                yield item(day, operation)
        elif isinstance(step, model.Issue):
            yield item(day, "propose")
            yield item(working_day(day + timedelta(days=step.confirmed_later)), "confirm")
        else:
            yield item(day, step.do)


def _keys_of(shape: model.StoryShape, step: model.Step) -> Sequence[str]:
    if isinstance(step, model.Attempt):
        return [step.from_]
    if isinstance(step, model.Buy):
        return [step.who]
    return shape.chosen(step.who)


def _spread(keys: Sequence[str], step: model.Spread) -> Iterator[tuple[int, str, date]]:
    """Each key with its place and its day: evenly over the days of the step, the first key on the first of them."""
    span = (step.last_day - step.first_day).days
    for place, key in enumerate(keys):
        later = span * place // max(1, len(keys) - 1)
        yield place, key, working_day(step.first_day + timedelta(days=later))


def working_day(day: date) -> date:
    """The day itself, or the Monday after it."""
    weekday = day.weekday()
    return day if weekday < _SATURDAY else day + timedelta(days=7 - weekday)
