"""The shape of a story.yaml, as pydantic checks it. Pure.

A story holds choices only (who, with whom, on which days), never a tonne.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tanso.kernel.texts import Text

Name = Annotated[str, Field(min_length=1)]
Keys = Annotated[list[Name], Field(min_length=1)]


class Shape(BaseModel):
    """Every key known, every type as written."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Words(Shape):
    """A sentence in both languages."""

    ja: Name
    en: Name

    @property
    def text(self) -> Text:
        return Text(ja=self.ja, en=self.en)


class Figures(Shape):
    """Which columns of which published files make a site's emissions, by year of its reports."""

    site: Name
    add: Keys
    files: dict[Name, Name]


class Holders(Shape):
    """The holders: their kind, their corporation, their reduction target, and a key for each site of the data."""

    kind: Name
    organisation: Name
    reduction_target_percent: Annotated[int, Field(ge=0, le=100)]
    sites: dict[Name, Name]


class Other(Shape):
    """Another participant: a verifier, a trading participant."""

    kind: Name
    name: Name
    registered: date


class AllBut(Shape):
    all_but: Keys


Who = Literal["all"] | Keys | AllBut


class Spread(Shape):
    """A step of the story that is spread over days, both included. `days` is one day, or the first and the last."""

    days: date | Annotated[list[date], Field(min_length=2, max_length=2)]

    @property
    def first_day(self) -> date:
        return self.days[0] if isinstance(self.days, list) else self.days

    @property
    def last_day(self) -> date:
        return self.days[1] if isinstance(self.days, list) else self.days


class Register(Spread):
    """The holders are registered, with their reduction targets."""

    do: Literal["register"]
    who: Who


class Later(Shape):
    """Days from one step of a report's life to the next."""

    request_verification: Annotated[int, Field(ge=0)]
    file_verification: Annotated[int, Field(ge=0)]
    request_approval: Annotated[int, Field(ge=0)]
    approve_report: Annotated[int, Field(ge=0)]


class ReportLife(Spread):
    """Each holder's report of a year lives its whole life; `days` are those of its registration."""

    do: Literal["report"]
    year: Name
    who: Who
    login: Literal["A", "B"]
    later: Later


class Evidence(Shape):
    kind: Name
    reference: Name


class Issue(Spread):
    """One administrator proposes, the other confirms. Without `quantity_lacked_by` the scheme says how much."""

    do: Literal["issue"]
    who: Who
    unit: Name
    confirmed_later: Annotated[int, Field(ge=0)]
    quantity_lacked_by: Name | None = None
    evidence: Evidence | None = None


class Buy(Spread):
    """A buyer takes what it lacks (or all that is offered) from sellers, one after the other.

    A seller offers what it may sell and does not need itself.
    """

    do: Literal["buy"]
    who: Name
    of: Keys
    unit: Name
    quantity: Literal["lacked", "offered"] = "lacked"


class Attempt(Spread):
    """A sale that the rules must refuse, at least with these codes."""

    do: Literal["attempt"]
    from_: Name = Field(alias="from")
    to: Name
    unit: Name
    quantity: Literal["surplus", "lacked_by_buyer"]
    refused: Keys


class Surrender(Spread):
    """Holders surrender what they still owe, at most what they hold, in the order of `units`."""

    do: Literal["surrender"]
    who: Who
    units: Keys


class Banking(Spread):
    """Who holds units asks to carry them over; or waiting applications are approved."""

    do: Literal["apply_for_banking", "approve_banking"]
    who: Who


Step = Annotated[
    Register | ReportLife | Issue | Buy | Attempt | Surrender | Banking,
    Field(discriminator="do"),
]


class Demonstration(Shape):
    """The day on which the demonstration opens, who may sign in (by login), and what to try first."""

    today: date
    password: Annotated[str, Field(min_length=8)]
    sign_ins: dict[Name, Words]
    try_first: list[Words]


class Energy(Shape):
    """Published energy beside the emissions that come of it, to be compared with two fuels of the scheme's factors."""

    heat_gj: Keys
    heat_files: dict[Name, Name]
    emissions_t: Keys
    between: Annotated[list[Name], Field(min_length=2, max_length=2)]


class StoryShape(Shape):
    """A whole story.yaml."""

    title: Words
    notice: Words
    scheme: Name
    phase: Annotated[int, Field(ge=1)]
    allowance: Name
    figures: Figures
    plausibility: Energy | None = None
    holders: Holders
    administrators: Annotated[dict[Name, Name], Field(min_length=2)]
    others: dict[Name, Other]
    verifiers: Keys
    opinion: Name
    steps: Annotated[list[Step], Field(min_length=1)]
    ends: date
    demonstration: Demonstration

    @property
    def holder_keys(self) -> tuple[str, ...]:
        """The keys of the holders, in the order of the file."""
        return tuple(self.holders.sites.values())

    def chosen(self, who: Who) -> Sequence[str]:
        """The keys that a step names, in the order of the file where it names them all."""
        if isinstance(who, AllBut):
            return [key for key in self.holder_keys if key not in who.all_but]
        return self.holder_keys if who == "all" else list(who)

    def reduction_target_t(self, base_t: int) -> int:
        """The share of the base that a holder is to reduce, rounded up to whole tonnes."""
        return -(-base_t * self.holders.reduction_target_percent // 100)
