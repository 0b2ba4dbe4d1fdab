"""The door: every act of every interface comes through `perform` and leaves one record.

`perform`, `preview` and `pass_time` are the whole public face; `Act` and `Actor` are what callers build.
"""

from __future__ import annotations

from datetime import date

from tanso.acts.act import Act, Actor
from tanso.kernel.outcomes import Outcome

__all__ = ["Act", "Actor", "pass_time", "perform", "preview"]

# The three functions import late, because Django's models exist only once its apps are ready.


def perform(act: Act) -> Outcome:
    """Decide about one act and, where it is allowed, carry it out and record it. See `tanso.acts.door`."""
    from tanso.acts import door  # noqa: PLC0415

    return door.perform(act)


def preview(act: Act) -> Outcome:
    """What `perform` would answer now, without recording or changing anything."""
    from tanso.acts import door  # noqa: PLC0415

    return door.preview(act)


def pass_time(scheme: str, upto: date) -> list[Outcome]:
    """Let time pass to the start of `upto`: perform what falls due, in order of day. See `tanso.acts.passing`."""
    from tanso.acts import passing  # noqa: PLC0415

    return passing.pass_time(scheme, upto)
