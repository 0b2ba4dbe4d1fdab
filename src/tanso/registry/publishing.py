"""What the public may see of the results of a phase: nothing before it is over, and nothing that tells of one holder.

Whoever looks twice sees what changed between: so nothing of a phase is told while it can still change by a single
trade. And a figure that stands on a few tells each of them about the others: so there must be at least as many holders,
sellers and buyers behind it as the scheme's parameter says.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tanso.acts import rulebooks
from tanso.registry.results import PhaseResults, Traded, holders_by_phase, of_phases
from tanso.rulebook import Rulebook


def published(scheme: str, day: date) -> list[PhaseResults]:
    """The results as the public sees them on `day`. Of a phase that is not over, `is_told` is false and all is None."""
    rulebook = rulebooks.current(scheme)
    if rulebook.results is None:
        return []
    over = tuple(number for number in rulebook.phases if is_over(rulebook, number, day))
    shown = {one.phase: told(rulebook, one, day) for one in of_phases(rulebook, day, over) if one.has_something}
    # Of the others nothing is told but how many answer for them, so nothing else is worked out.
    shown |= {
        number: _untold(number, holders) for number, holders in holders_by_phase(scheme).items() if number not in over
    }
    return [shown[number] for number in rulebook.phases if number in shown]


def is_over(rulebook: Rulebook, phase: int, day: date) -> bool:
    """Whether the results of a phase may be published."""
    rule = rulebook.results
    return rule is not None and day >= rulebook.calendar.closes(rule.published_after, phase)


def told(rulebook: Rulebook, one: PhaseResults, day: date) -> PhaseResults:
    """What of a phase's results may be told."""
    rule = rulebook.results
    if rule is None or not is_over(rulebook, one.phase, day):
        return _untold(one.phase, one.holders)
    smallest = int(rulebook.value(rule.smallest_group, day))
    are_few = one.holders < smallest
    # Of those with both figures only: beside the sums over all, the difference would tell of those with one.
    is_compared = one.compared >= smallest
    base_t = one.compared_base_t if is_compared else None
    return replace(
        one,
        base_t=base_t,
        target_t=one.target_t if is_compared and one.compared == one.holders else None,
        actual_t=one.compared_actual_t if is_compared else None,
        compared_base_t=base_t,
        compared_actual_t=one.compared_actual_t if is_compared else None,
        issued_t=None if are_few else one.issued_t,
        surrendered_t=None if are_few else one.surrendered_t,
        cancelled_t=one.cancelled_t if one.cancelling >= smallest or not one.cancelled_t else None,
        statuses=None if are_few else one.statuses,
        undecided=None if are_few else one.undecided,
        kinds=tuple(_traded(kind, smallest) for kind in one.kinds),
    )


def _traded(one: Traded, smallest: int) -> Traded:
    has_average = min(one.priced_count, one.priced_sellers, one.priced_buyers) >= smallest
    return replace(
        one,
        volume_t=one.volume_t if one.count >= smallest or not one.count else None,
        average_yen=one.average_yen if has_average else None,
        priced_count=one.priced_count if has_average else 0,
        priced_t=one.priced_t if has_average else 0,
        price_yen=one.price_yen if has_average else 0,
        priced_sellers=0,
        priced_buyers=0,
    )


def _untold(phase: int, holders: int) -> PhaseResults:
    return PhaseResults(
        phase=phase,
        holders=holders,
        base_t=None,
        target_t=None,
        actual_t=None,
        compared=0,
        compared_base_t=None,
        compared_actual_t=None,
        issued_t=None,
        surrendered_t=None,
        cancelled_t=None,
        cancelling=0,
        statuses=None,
        undecided=None,
        kinds=(),
        is_told=False,
    )
