"""One thing that reconciliation found. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tanso.kernel.canonical import sha256
from tanso.kernel.serials import SerialRange
from tanso.kernel.texts import Text

# So many ranges are printed in a sentence; `as_json` has them all.
_PRINTED = 5
# The facts that say which thing is meant; the others (balances, counts) may change while it is the same difference.
_NAMING = ("name", "source", "posting", "reverses", "right", "role")


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as it must be: where (account, unit class, serials, or a guard of the database) and in which way."""

    kind: str
    message: Text
    account: str | None = None
    unit_class: str | None = None
    serials: tuple[SerialRange, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    def sentence(self) -> Text:
        """The whole finding in one line: account, unit class, serials, then what is wrong."""
        message = self.message.filled(self.facts)
        place = [part for part in (self.account, self.unit_class) if part]
        printed = ", ".join(map(str, self.serials[:_PRINTED]))
        if not place and not printed:
            return message
        more = len(self.serials) - _PRINTED
        ja = " ".join([*place, printed + (f" ほか{more}件" if more > 0 else "")]).strip()
        en = " ".join([*place, printed + (f" and {more} more" if more > 0 else "")]).strip()
        return Text(ja=f"{ja}：{message.ja}", en=f"{en}: {message.en}")

    def as_json(self) -> dict[str, Any]:
        """Everything, for machines. Serials are [first, last], both included, as people write them."""
        return {
            "kind": self.kind,
            "account": self.account,
            "unit_class": self.unit_class,
            "serials": [[part.start, part.end - 1] for part in self.serials],
            "facts": self.facts,
            "sentence": self.sentence().as_json(),
        }

    @property
    def key(self) -> str:
        """What makes it the same difference when another check finds it again."""
        naming = {name: self.facts[name] for name in _NAMING if name in self.facts}
        return sha256({"kind": self.kind, "account": self.account, "unit_class": self.unit_class, "facts": naming})
