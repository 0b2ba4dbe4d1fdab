"""The door: every act of every interface comes through `perform` and leaves one record.

`perform`, `perform_batch`, `preview`, `rehearse` and `pass_time` are the whole public face; `Act` and `Actor` are what
callers build.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from tanso.acts.act import Act, Actor
from tanso.kernel.outcomes import Outcome

__all__ = ["Act", "Actor", "pass_time", "perform", "perform_batch", "preview", "rehearse"]

Seen = TypeVar("Seen")

# The functions import late, because Django's models exist only once its apps are ready.


def perform(act: Act) -> Outcome:
    """Decide about one act and, where it is allowed, carry it out and record it. See `tanso.acts.door`."""
    from tanso.acts import door  # noqa: PLC0415

    return door.perform(act)


def perform_batch(acts: Sequence[Act], progress: Callable[[int], None] | None = None) -> list[Outcome]:
    """Perform many acts in one transaction, as `perform` would one by one. See `tanso.acts.batches`."""
    from tanso.acts import batches  # noqa: PLC0415

    return batches.perform_batch(acts, progress)


def preview(act: Act) -> Outcome:
    """What `perform` would answer now, without recording or changing anything."""
    from tanso.acts import door  # noqa: PLC0415

    return door.preview(act)


def rehearse(act: Act, look: Callable[[], Seen]) -> tuple[Outcome, Seen | None]:
    """A preview together with what `look` sees after the act, which is then undone. See `tanso.acts.door`."""
    from tanso.acts import door  # noqa: PLC0415

    return door.rehearse(act, look)


def pass_time(scheme: str, upto: date) -> list[Outcome]:
    """Let time pass to the start of `upto`: perform what falls due, in order of day. See `tanso.acts.passing`."""
    from tanso.acts import passing  # noqa: PLC0415

    return passing.pass_time(scheme, upto)
