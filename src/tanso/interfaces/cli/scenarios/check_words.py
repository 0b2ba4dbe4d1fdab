"""The checks of a scenario file, as one table; the other half of the words in `words`."""

from __future__ import annotations

from dataclasses import dataclass

from tanso.interfaces.cli.scenarios.words import (
    ANY_YEAR,
    EQUALS_T,
    EQUALS_T_OR_NULL,
    PARTY,
    PHASE,
    UNIT,
    YEAR,
    Argument,
)
from tanso.kernel.texts import Text

# What schemes state for a year; the last two where a surplus or shortfall is merely recorded.
YEAR_STATUSES = ("compliant", "non_compliant", "not_entered", "excluded", "recorded_over", "recorded_short")


@dataclass(frozen=True, slots=True)
class CheckWord:
    """What a check may ask. `answer` is the key that holds the expected answer."""

    name: str
    meaning: Text
    arguments: tuple[Argument, ...]
    answer: str


# Whose mails, and from which day on.
_MAILED = (PARTY, Argument("login", "choice", choices=("A", "B")), Argument("since", "day"))

_CHECKS = (
    CheckWord(
        "balance",
        Text(ja="口座にある単位の数量", en="what the party's account holds of a unit"),
        (PARTY, UNIT, EQUALS_T),
        "equals_t",
    ),
    CheckWord(
        "blocked",
        Text(
            ja="そのうち実行待ちの移転に取り置かれた数量",
            en="how much of that is reserved for transfers that wait to be carried out",
        ),
        (PARTY, UNIT, EQUALS_T),
        "equals_t",
    ),
    CheckWord(
        "issued_total", Text(ja="発行された総量", en="all that was issued of a unit"), (UNIT, EQUALS_T), "equals_t"
    ),
    CheckWord(
        "surrendered_total",
        Text(ja="償却された総量", en="all that was surrendered of a unit"),
        (UNIT, EQUALS_T),
        "equals_t",
    ),
    CheckWord(
        "cancelled_total",
        Text(ja="取り消された総量", en="all that was cancelled of a unit, for any purpose"),
        (UNIT, EQUALS_T),
        "equals_t",
    ),
    CheckWord(
        "commitment_reserve",
        Text(
            ja="コミットメントリザーブ。発行前と解除後は null",
            en="the commitment reserve; null before issue and when lifted",
        ),
        (PARTY, EQUALS_T_OR_NULL),
        "equals_t",
    ),
    CheckWord(
        "sellable",
        Text(ja="その日に移転で持ち出せる数量", en="what a transfer could carry away on that day"),
        (PARTY, Argument("unit", "unit", required=False), EQUALS_T),
        "equals_t",
    ),
    CheckWord(
        "shortfall",
        Text(
            ja="承認された削減目標年度の排出量から償却量を引いた残り（0以上）。承認前は null",
            en="approved target-year emissions less what was surrendered, at least 0; null before approval",
        ),
        (PARTY, EQUALS_T_OR_NULL),
        "equals_t",
    ),
    CheckWord(
        "additional_obligation",
        Text(
            ja="訂正により生じた追加の義務のうち、その日に残る数量。期間中でなければ null",
            en="what is left of an additional obligation after a correction; null where none is open on that day",
        ),
        (PARTY, EQUALS_T_OR_NULL),
        "equals_t",
    ),
    CheckWord(
        "compliance",
        Text(
            ja="遵守状況。償却が済めば直ちに compliant、そうでなければ期限の経過で決まる",
            en="compliant as soon as the surrender is complete; otherwise decided when the deadline has passed",
        ),
        (PARTY, Argument("equals", "choice", choices=("pending", "compliant", "non_compliant"))),
        "equals",
    ),
    CheckWord(
        "year_compliance",
        Text(
            ja="その年度について期限に確定した遵守状況。確定前は null",
            en="the status stated for a year at its deadline; null before it",
        ),
        (
            PARTY,
            YEAR,
            Argument("equals", "choice", null=True, choices=YEAR_STATUSES),
        ),
        "equals",
    ),
    CheckWord(
        "year_figure",
        Text(
            ja="その状況の根拠となった数値。なければ null",
            en="the figure that the status follows from; null where there is none",
        ),
        (PARTY, YEAR, EQUALS_T_OR_NULL),
        "equals_t",
    ),
    CheckWord(
        "year_quantity",
        Text(
            ja="その年度について規則から導かれる数量。定まらなければ null",
            en="a quantity that the rules derive for a year; null where it does not exist",
        ),
        (PARTY, YEAR, Argument("quantity", "derived"), EQUALS_T_OR_NULL),
        "equals_t",
    ),
    CheckWord(
        "trades_total",
        Text(
            ja="その期の取引（売却など、取引として数える移転）の件数",
            en="how many trades a phase had: transfers of a kind that counts as one, without those that were reversed",
        ),
        (PHASE, Argument("equals", "count")),
        "equals",
    ),
    CheckWord(
        "traded_volume",
        Text(ja="その期の取引の総量", en="what the trades of a phase moved"),
        (PHASE, EQUALS_T),
        "equals_t",
    ),
    CheckWord(
        "average_price",
        Text(
            ja="その期の取引の1t当たりの平均価格（数量で加重、円未満四捨五入）。価格の示された取引がなければ null",
            en="the average price a tonne of the trades of a phase, weighted by quantity; null where none told a price",
        ),
        (PHASE, Argument("equals_yen", "yen", null=True)),
        "equals_yen",
    ),
    CheckWord(
        "reduction",
        Text(
            ja="その期の目標保有者の削減量（基準年度排出量－実績排出量）。両方が確定した者がなければ null",
            en="how much less than in the base year a phase's holders emitted; null where nobody has both figures",
        ),
        (PHASE, EQUALS_T_OR_NULL),
        "equals_t",
    ),
    CheckWord(
        "account",
        Text(ja="口座の状態（と種類）", en="the status of the party's account, and its kind where asked"),
        (
            PARTY,
            Argument("equals", "choice", choices=("open", "closed")),
            Argument("kind", "account_kind", required=False),
        ),
        "equals",
    ),
    CheckWord(
        "report",
        Text(ja="報告書の状態", en="the state of a report"),
        (PARTY, ANY_YEAR, Argument("equals", "report_state")),
        "equals",
    ),
    CheckWord(
        "application",
        Text(ja="その番号の書類による最後の発行申請の状態", en="the state of the latest application on that reference"),
        (
            PARTY,
            Argument("reference", "text"),
            Argument("equals", "choice", choices=("waiting", "issued", "refused", "withdrawn")),
        ),
        "equals",
    ),
    CheckWord(
        "mail",
        Text(
            ja="since 以降にログイン A または B 宛てにその出来事のメールが出たか",
            en="whether login A or B was sent a mail of that event on or after `since`",
        ),
        (*_MAILED, Argument("includes", "event")),
        "includes",
    ),
    CheckWord(
        "no_mail",
        Text(
            ja="since 以降、ログイン A または B 宛てにその出来事のメールが出ていないか",
            en="whether login A or B was sent no mail of that event on or after `since`",
        ),
        (*_MAILED, Argument("excludes", "event")),
        "excludes",
    ),
)

CHECKS: dict[str, CheckWord] = {check.name: check for check in _CHECKS}
