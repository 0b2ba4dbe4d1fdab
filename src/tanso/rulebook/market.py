"""What a scheme says of transfers and of the results of its phases: the nouns, and what may be wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tanso.kernel.strict_yaml import KeyPath
from tanso.kernel.texts import Text
from tanso.rulebook import shapes
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.sources import Sources
from tanso.rulebook.texts import Texts

# The section of the text files that has the labels of the kinds.
KINDS_SECTION = "transfer_kinds"


@dataclass(frozen=True, slots=True)
class TransferKind:
    """A kind of transfer: whether it counts as a trade, may carry a price, and may be said by the holder itself."""

    kind: str
    label: Text
    is_trade: bool
    takes_price: bool
    is_open: bool
    clause: str
    assumed: Text | None


@dataclass(frozen=True, slots=True)
class Transfers:
    """The kinds of a scheme; without any, `default` is "" and nothing is said of a transfer but its quantity."""

    default: str
    kinds: Mapping[str, TransferKind]

    def find(self, kind: str) -> TransferKind | None:
        return self.kinds.get(kind)


@dataclass(frozen=True, slots=True)
class ResultsRule:
    """What the results of a phase are made of: names of derived quantities, windows and a parameter."""

    base: str
    target: str | None
    actual: str
    period: str
    published_after: str
    smallest_group: str
    clause: str
    assumed: Text | None


def transfers(sources: Sources, texts: Texts) -> Transfers:
    """The kinds of transfer as the scheme declares them."""
    shape = sources.transfers
    if shape is None:
        return Transfers(default="", kinds={})
    return Transfers(
        default=shape.default,
        kinds={
            name: TransferKind(
                kind=name,
                label=texts.text(KINDS_SECTION, name),
                is_trade=kind.trade,
                takes_price=kind.priced,
                is_open=kind.said_by == "holder",
                clause=_clause(kind.reference),
                assumed=_assumed(kind),
            )
            for name, kind in shape.kinds.items()
        },
    )


def results(sources: Sources) -> ResultsRule | None:
    """What the results of a phase are made of; None where the scheme does not say."""
    shape = sources.results
    if shape is None:
        return None
    return ResultsRule(
        base=shape.base,
        target=shape.target,
        actual=shape.actual,
        period=shape.period,
        published_after=shape.published_after,
        smallest_group=shape.smallest_group,
        clause=_clause(shape.reference),
        assumed=_assumed(shape),
    )


def _clause(reference: shapes.Reference) -> str:
    return f"{reference.document} {reference.clause}"


def _assumed(source: shapes.Sourced) -> Text | None:
    return None if source.assumed is None else Text(source.assumed.ja, source.assumed.en)


# -- what may be wrong ------------------------------------------------------------------------------------------------

_KIND = Text("移転区分", "kind of transfer")
_DOCUMENT = Text("文書", "document")
_DERIVED = Text("導出量", "derived quantity")
_WINDOW = Text("期間", "window")
_PARAMETER = Text("パラメーター", "parameter")


def check_market(sources: Sources) -> None:
    """Names that must exist, and of the right type."""
    transfers_shape, results_shape = sources.transfers, sources.results
    if transfers_shape is not None:
        _require_known(sources, ("transfers", ("default",)), transfers_shape.default, transfers_shape.kinds, _KIND)
        for name, kind in transfers_shape.kinds.items():
            path: KeyPath = ("kinds", name, "reference", "document")
            _require_known(sources, ("transfers", path), kind.reference.document, sources.documents, _DOCUMENT)
    if results_shape is None:
        return
    document = results_shape.reference.document
    _require_known(sources, ("results", ("reference", "document")), document, sources.documents, _DOCUMENT)
    for key in ("base", "target", "actual"):
        name = getattr(results_shape, key)
        if name is not None:
            _require_known(sources, ("results", (key,)), name, sources.derived, _DERIVED)
            _require_type(sources, key, name in sources.derived and sources.derived[name].type != "int")
    for key in ("period", "published_after"):
        name = getattr(results_shape, key)
        _require_known(sources, ("results", (key,)), name, sources.calendar.windows, _WINDOW)
        _require_phases(sources, key, name)
    name = results_shape.smallest_group
    _require_known(sources, ("results", ("smallest_group",)), name, sources.parameters, _PARAMETER)
    _require_type(sources, "smallest_group", name in sources.parameters and sources.parameters[name].type != "int")


def _require_known(sources: Sources, place: tuple[str, KeyPath], name: str, known: Iterable[str], what: Text) -> None:
    names = list(known)
    if name not in names:
        ja, en = suggestion(name, names)
        message = Text(f"{what.ja}「{name}」はありません。{ja}", f"There is no {what.en} `{name}`.{en}")
        sources.refuse(*place, message)


def _require_type(sources: Sources, key: str, is_wrong: bool) -> None:
    if is_wrong:
        message = Text("整数（int）のものが必要です。", "One of type int is needed.")
        sources.refuse("results", (key,), message)


def _require_phases(sources: Sources, key: str, name: str) -> None:
    window = sources.calendar.windows.get(name)
    if window is not None and window.each != "phase":
        message = Text("期ごとの期間が必要です。", "A window of each phase is needed, not of each year.")
        sources.refuse("results", (key,), message)


def wanted_texts(sources: Sources) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """The labels that the text files must have."""
    if sources.transfers is not None:
        for name in sources.transfers.kinds:
            yield (KINDS_SECTION, name), set()
