"""The words of a scenario file, as one table of verbs and one of checks.

The reader validates from these tables, the player signs from them, and `docs/reference/scenario-format.md` is made from
them. They are the words of the trade and the same for every scheme; what a scheme adds (units, phases, attributes,
report states, events) comes from its rulebook.
"""

from __future__ import annotations

from tanso.interfaces.cli.scenarios.case_words import CASE_VERBS
from tanso.interfaces.cli.scenarios.party_words import PARTY_VERBS
from tanso.interfaces.cli.scenarios.registration_words import REGISTRATION_VERBS
from tanso.interfaces.cli.scenarios.verb import (
    ANY_YEAR,
    EMISSIONS,
    EQUALS_T,
    EQUALS_T_OR_NULL,
    PARTY,
    PHASE,
    QUANTITY,
    UNIT,
    VERIFIED_YEAR,
    YEAR,
    Argument,
    DefaultSigner,
    Expectable,
    ValueType,
    Verb,
)
from tanso.kernel.texts import Text

__all__ = [
    "ANY_YEAR",
    "EMISSIONS",
    "EQUALS_T",
    "EQUALS_T_OR_NULL",
    "PARTY",
    "PHASE",
    "QUANTITY",
    "UNIT",
    "VERBS",
    "VERIFIED_YEAR",
    "YEAR",
    "Argument",
    "DefaultSigner",
    "Expectable",
    "ValueType",
    "Verb",
]


def _report_verb(name: str, meaning: Text, signer: DefaultSigner, *more: Argument) -> Verb:
    return Verb(name, meaning, signer, (PARTY, ANY_YEAR, *more), expects=("state",))


_VERBS = (
    Verb(
        "approve_emissions",
        Text(
            ja="報告書の一生（登録、検証、承認）をその日のうちに一通り行う略記。検証機関はこの手順専用のもの",
            en="shorthand: lives the whole life of a report on that day, with a verifier of its own",
        ),
        "whole_life",
        (PARTY, VERIFIED_YEAR, EMISSIONS),
        expects=("state",),
    ),
    Verb(
        "register_report",
        Text(ja="算定報告書を登録する", en="register an emissions report"),
        "party",
        (
            PARTY,
            ANY_YEAR,
            Argument("emissions_t", "quantity", required=False),
            Argument("workbook", "workbook", required=False),
        ),
        one_of=("emissions_t", "workbook"),
        expects=("state",),
    ),
    _report_verb(
        "attach_to_report",
        Text(
            ja="報告書に書類（敷地図など）を添付する",
            en="attach a document to the report: a map of the site, a calculation",
        ),
        "party",
        Argument("text", "text"),
        Argument("document", "document", required=False),
    ),
    _report_verb(
        "withdraw_report",
        Text(ja="検証を依頼する前に報告書を取り下げる", en="withdraw a report before verification is requested"),
        "party",
    ),
    _report_verb(
        "request_verification",
        Text(ja="検証機関に検証を依頼する", en="ask a verifier to verify the report"),
        "party",
        Argument("verifier", "party"),
    ),
    _report_verb(
        "request_return",
        Text(ja="差し戻しを依頼する（記録され、状態は変わらない）", en="ask for a return: recorded, the state stays"),
        "party",
    ),
    _report_verb(
        "file_verification",
        Text(ja="検証報告書を提出する", en="file the verification report"),
        "report_verifier",
        EMISSIONS,
        Argument("opinion", "opinion"),
        Argument("form", "form", required=False),
    ),
    _report_verb(
        "assign_verifier",
        Text(ja="検証機関を割り当てる、又は替える", en="give the report to a verifier, or to another one"),
        "administrator",
        Argument("verifier", "party"),
        Argument("reason", "text"),
    ),
    _report_verb(
        "write_review_paper",
        Text(
            ja="査読書類（事務局の質問、検証機関の回答）を出す", en="write a paper of the review: a question, an answer"
        ),
        "administrator",
        Argument("text", "text"),
    ),
    _report_verb(
        "request_correction",
        Text(ja="承認された報告書の訂正を申し出る", en="ask that an approved report be opened for correction"),
        "party",
        Argument("reason", "text"),
    ),
    _report_verb(
        "open_correction",
        Text(
            ja="承認された報告書を訂正のために開く。訂正の承認までは承認済みの数値が効力をもつ",
            en="open an approved report for correction; its figure counts until a corrected one is approved",
        ),
        "administrator",
        Argument("reason", "text"),
    ),
    _report_verb(
        "request_approval",
        Text(ja="承認を申請する", en="ask for approval"),
        "report_verifier",
    ),
    _report_verb(
        "return_report",
        Text(ja="報告書を差し戻す", en="return the report"),
        "report_verifier",
        Argument("reason", "text"),
    ),
    _report_verb("approve_report", Text(ja="報告書を承認する", en="approve the report"), "administrator"),
    _report_verb(
        "receive_report",
        Text(ja="検証を要しない報告書を受領する", en="receive a report that needs no verification"),
        "administrator",
    ),
    Verb(
        "issue",
        Text(
            ja="排出枠・クレジットを発行する。数量が規則から定まる単位には数量も証拠も書かない",
            en="issue units; a unit whose quantity follows from the rules takes neither quantity nor evidence",
        ),
        "administrator",
        (
            PARTY,
            UNIT,
            Argument("year", "fiscal_year", required=False),
            Argument("quantity_t", "quantity", counted_unit=True, unless="application"),
            Argument("evidence", "evidence", required=False, counted_unit=True),
            Argument("application", "step", required=False, counted_unit=True),
        ),
        expects=("issued_t",),
    ),
    Verb(
        "apply_for_units",
        Text(
            ja="根拠となる書類（document：シナリオのあるフォルダーからの相対パス）により排出枠の発行を申請する",
            en="apply for units on evidence, with the document that proves it",
        ),
        "party",
        (
            PARTY,
            UNIT,
            QUANTITY,
            Argument("evidence", "evidence", required=False),
            Argument("document", "document", required=False),
        ),
    ),
    Verb(
        "refuse_application",
        Text(ja="application 番の手順による発行申請を却下する", en="refuse the application that the step made"),
        "administrator",
        (Argument("application", "step"), Argument("reason", "text")),
    ),
    Verb(
        "withdraw_application",
        Text(ja="application 番の手順による発行申請を取り下げる", en="withdraw the application that the step made"),
        "party",
        (PARTY, Argument("application", "step")),
    ),
    Verb(
        "transfer",
        Text(ja="移転する", en="transfer units"),
        "from",
        (
            Argument("from", "account"),
            Argument("to", "account"),
            UNIT,
            QUANTITY,
            Argument("price_yen", "yen", required=False),
            Argument("kind", "text", required=False),
        ),
    ),
    Verb(
        "trust_account",
        Text(ja="口座を信頼口座リストに加える", en="put an account on the party's list of trusted accounts"),
        "party",
        (PARTY, Argument("account", "account")),
    ),
    Verb(
        "distrust_account",
        Text(ja="口座を信頼口座リストから削る", en="take an account off the party's list of trusted accounts"),
        "party",
        (PARTY, Argument("account", "account")),
    ),
    Verb(
        "abort_transfer",
        Text(
            ja="step 番の手順による、実行を待っている移転を中止する",
            en="abort the transfer of that step, which waits to be carried out",
        ),
        "party",
        (PARTY, Argument("step", "step"), Argument("reason", "text")),
    ),
    Verb(
        "approve",
        Text(
            ja="step 番の手順の起案を、二人目として承認する（by に承認者を書く）",
            en="approve what that step proposed, as the second person: write who in `by`",
        ),
        "administrator",
        (Argument("step", "step"),),
    ),
    Verb(
        "permit_transfer_kind",
        Text(
            ja="last_day までの移転を、quantity_t までその区分として扱う旨を事前に記録する",
            en="record beforehand that a transfer of up to `quantity_t`, until `last_day`, is of that kind",
        ),
        "administrator",
        (
            Argument("from", "account"),
            Argument("to", "account"),
            UNIT,
            QUANTITY,
            Argument("kind", "text"),
            Argument("last_day", "day"),
            Argument("reason", "text"),
        ),
    ),
    Verb(
        "record_transfer_kind",
        Text(
            ja="step 番の手順の移転を、その区分として扱う旨を事後に記録する（統計のためだけ）",
            en="record afterwards, for the statistics alone, that the transfer of that step was of that kind",
        ),
        "administrator",
        (Argument("step", "step"), Argument("kind", "text"), Argument("reason", "text")),
    ),
    Verb("surrender", Text(ja="償却する", en="surrender units"), "party", (PARTY, UNIT, QUANTITY)),
    Verb(
        "open_year",
        Text(ja="その年度の対象者とする", en="put the party on the list of those who answer for a year"),
        "administrator",
        (PARTY, YEAR),
    ),
    Verb(
        "exclude_year",
        Text(ja="その年度の適用除外とする", en="exclude the party from a year"),
        "administrator",
        (PARTY, YEAR, Argument("reason", "text")),
    ),
    Verb(
        "record_emissions",
        Text(ja="その年度の検証済み排出量を登録する", en="record the verified emissions of a year"),
        "administrator",
        (PARTY, YEAR, EMISSIONS),
    ),
    Verb(
        "record_figure",
        Text(
            ja="制度の定めるその年度の数値を登録する（目標、活動量など）",
            en="record a figure of a year that the scheme names: a target, an activity",
        ),
        "administrator",
        (
            PARTY,
            YEAR,
            Argument("figure", "figure"),
            Argument("value", "attribute_value"),
            Argument("reason", "text", required=False),
        ),
    ),
    Verb(
        "borrow",
        Text(ja="次の年度から排出枠を借り入れる", en="borrow units of the next year"),
        "party",
        (PARTY, YEAR, QUANTITY),
    ),
    Verb(
        "surrender_for_year",
        Text(ja="その年度のために償却する", en="surrender units for a year"),
        "party",
        (PARTY, YEAR, UNIT, QUANTITY),
    ),
    Verb(
        "cancel",
        Text(ja="取り消す", en="cancel units"),
        "party",
        (
            PARTY,
            UNIT,
            QUANTITY,
            Argument("purpose", "choice", choices=("voluntary", "offset")),
            Argument("statement", "text"),
        ),
    ),
    Verb("apply_for_banking", Text(ja="繰越しを申請する", en="apply for banking"), "party", (PARTY,)),
    Verb("approve_banking", Text(ja="繰越しを承認する", en="approve banking"), "administrator", (PARTY,)),
    Verb(
        "register_participant",
        Text(
            ja="参加者を登録する。この手順のある参加者は、はじめには登録されない",
            en="register the party; a party that has such a step is not registered at the beginning",
        ),
        "administrator",
        (PARTY,),
    ),
    Verb(
        "change_attribute",
        Text(
            ja="参加者の項目を変更する。null は項目を取り除く",
            en="change a field of the party; null takes it away",
        ),
        "administrator",
        (
            PARTY,
            Argument("attribute", "attribute"),
            Argument("value", "attribute_value", null=True),
            Argument("reason", "text"),
        ),
    ),
    Verb(
        "freeze_account",
        Text(
            ja="口座を凍結する。operations があればその手続だけ、until があればその日の始めに解ける",
            en="freeze the account: for `operations` alone where given; it ends at the start of `until` where given",
        ),
        "administrator",
        (
            PARTY,
            Argument("reason", "text"),
            Argument("operations", "operations", required=False),
            Argument("until", "day", required=False),
        ),
    ),
    Verb(
        "unfreeze_account",
        Text(ja="口座の凍結を解く", en="unfreeze the account"),
        "administrator",
        (PARTY, Argument("reason", "text")),
    ),
    Verb(
        "close_empty_account",
        Text(ja="残高のない口座を閉鎖する", en="close an account that holds nothing"),
        "administrator",
        (PARTY, Argument("reason", "text")),
    ),
    Verb(
        "reverse",
        Text(
            ja="step 番の手順の記帳を、逆の記帳により訂正する。valid_day がなければその日から効力をもつ",
            en="reverse the posting of the step of that number by another one; it counts from `valid_day`, or today",
        ),
        "administrator",
        (
            Argument("step", "step"),
            Argument("reason", "text"),
            Argument("clause", "text", required=False),
            Argument("valid_day", "day", required=False),
        ),
    ),
    Verb(
        "override_parameter",
        Text(
            ja="制度の値を from_day（なければその日）から to_day（なければ取りやめる）まで変更する",
            en="override a parameter from `from_day` on, or from that day, until withdrawn or to `to_day`",
        ),
        "administrator",
        (
            Argument("parameter", "text"),
            Argument("value", "parameter_value"),
            Argument("reason", "text"),
            Argument("from_day", "day", required=False),
            Argument("to_day", "day", required=False),
        ),
    ),
    Verb(
        "withdraw_override",
        Text(
            ja="その変更を、from_day から（なければその日から）取りやめる",
            en="withdraw the overrides of a parameter from `from_day` on, or from that day",
        ),
        "administrator",
        (Argument("parameter", "text"), Argument("reason", "text"), Argument("from_day", "day", required=False)),
    ),
    *PARTY_VERBS,
    *REGISTRATION_VERBS,
    *CASE_VERBS,
    Verb("advance", Text(ja="その日まで時間を進めるだけ", en="nothing but let time pass to the day"), "nobody"),
)

VERBS: dict[str, Verb] = {verb.name: verb for verb in _VERBS}
