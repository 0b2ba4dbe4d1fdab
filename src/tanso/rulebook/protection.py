"""What a scheme says to protect transfers from thieves, and what may be wrong with it.

Three derived quantities carry it, each for the schemes that have it: `transfer_delay_days` (after how many working days
a transfer is carried out; 0: at once), `trust_delay_days` (the same for an account that is put on the list of trusted
ones) and `transfer_period_days` (over how many days transfers are added up for a threshold).
"""

from __future__ import annotations

from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import Text
from tanso.rulebook.sources import Sources
from tanso.rulebook.working_days import is_country

TRANSFER_DELAY, TRUST_DELAY, TRANSFER_PERIOD = "transfer_delay_days", "trust_delay_days", "transfer_period_days"
# What a scheme must have besides: a measure that nobody could end would hold units for ever.
_NEEDS = {
    TRANSFER_DELAY: ("transfer", "abort_transfer", "drop_transfer"),
    TRUST_DELAY: ("trust_account",),
    TRANSFER_PERIOD: ("transfer",),
}
_OPERATIONS_NEED = {"trust_account": ("transfer", "distrust_account"), "distrust_account": ("trust_account",)}


def check_protection(sources: Sources) -> None:
    """Measures need the operations by which they end, whole numbers of days, and holidays that are known."""
    assert sources.scheme is not None  # noqa: S101 -- `sources.read` has made sure
    operations = sources.scheme.operations
    for name, needed in _NEEDS.items():
        if name not in sources.derived:
            continue
        if sources.derived[name].type != "int":
            message = Text("整数（int）の日数が必要です。", "A number of days (type int) is needed.")
            sources.refuse("derived", (name, "type"), message)
        _require(sources, ("derived", (name,)), [one for one in needed if one not in operations])
    for name, needed in _OPERATIONS_NEED.items():
        if name in operations:
            _require(sources, ("scheme", ("operations", name)), [one for one in needed if one not in operations])
    working_days = sources.calendar.working_days
    if working_days is not None and working_days.holidays is not None and not is_country(working_days.holidays):
        message = Text("この国の祝日は分かりません。", "The holidays of this country are not known.")
        sources.refuse("calendar", ("working_days", "holidays"), message)


def _require(sources: Sources, place: tuple[str, KeyPath], lacking: list[str]) -> None:
    for name in lacking:
        message = Text(f"手続「{name}」も必要です。", f"It needs the operation `{name}` too.")
        sources.refuse(*place, message)
