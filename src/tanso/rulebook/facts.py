"""Every fact that conditions may use, with its kind and meaning; a part of the table of `context`.

Python passes the facts it knows; a fact that is not passed takes its neutral default, so that a rule about reports can
be asked without an account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from tanso.kernel.texts import Text
from tanso.rulebook.party_facts import PARTY_FACTS
from tanso.rulebook.registration_facts import REGISTRATION_FACTS

Kind = Literal["bool", "int", "text", "day", "ints", "texts"]

EPOCH = date(1970, 1, 1)
_NEUTRAL: dict[str, Any] = {"bool": False, "int": 0, "text": "", "day": EPOCH, "ints": [], "texts": []}
# The prefixes under which an account can appear; `account.*` is the one that a check is about.
SUBJECTS = ("account", "from", "to")


@dataclass(frozen=True, slots=True)
class Fact:
    """One name that conditions may use.

    `values` names the list of the scheme that its values come from, so that a misspelt literal is found at load.
    `filled` facts are worked out by the rulebook from the others where Python does not pass them.
    """

    name: str
    kind: Kind
    meaning: Text
    values: str = ""
    filled: bool = False
    default: Any = None

    @property
    def neutral(self) -> Any:
        return _NEUTRAL[self.kind] if self.default is None else self.default


def _fact(name: str, kind: Kind, ja: str, en: str, **more: Any) -> Fact:
    return Fact(name, kind, Text(ja, en), **more)


# Said of `account.`; the same names exist under `from.` and `to.`.
_OF_ACCOUNT: tuple[Fact, ...] = (
    _fact("exists", "bool", "口座が存在する", "the account exists"),
    _fact("number", "text", "口座番号", "the account number as given"),
    _fact("scheme", "text", "口座の属する制度", "the scheme whose account it is"),
    _fact(
        "recognises_unit",
        "bool",
        "口座の制度が排出枠を受け入れる",
        "the scheme of the account takes the units: its own ones, or those of another scheme that it recognises",
        default=True,
    ),
    _fact("kind", "text", "口座種別", "the account's kind", values="accounts"),
    _fact("is_open", "bool", "口座が閉鎖されていない", "the account is open"),
    _fact("is_frozen", "bool", "口座の全部が凍結されている", "the account is frozen as a whole"),
    _fact(
        "restricted_operations",
        "texts",
        "口座について凍結されている行為",
        "the operations that the account is frozen for",
        values="operations",
    ),
    _fact("freeze_reason", "text", "凍結の理由", "why it is frozen"),
    _fact("opened_on", "day", "口座開設日", "the day on which the account was opened"),
    _fact("held_t", "int", "口座の排出枠の総量（t）", "all units that the account holds, t"),
    _fact(
        "blocked_t",
        "int",
        "そのうち実行待ちの移転に取り置かれた量（t）",
        "of these, what is reserved for transfers that wait to be carried out, t",
    ),
    _fact("has_banked", "bool", "バンキングの承認を受けたことがある", "a banking of the account was approved before"),
    _fact("banked_on", "day", "直近のバンキング承認日", "the day of the last approval of a banking"),
    _fact("has_applied", "bool", "バンキングを申請したことがある", "banking was applied for before"),
    _fact("applied_on", "day", "直近のバンキング申請日", "the day of the last application for banking"),
    _fact("has_pending", "bool", "承認待ちのバンキング申請がある", "an application for banking waits for approval"),
    _fact(
        "holder.kind", "text", "口座名義人の参加者区分", "the kind of participant that holds it", values="participants"
    ),
    _fact("holder.has_phase", "bool", "名義人に参加期がある", "the holder belongs to a phase"),
    _fact("holder.phase", "int", "名義人の参加期", "the holder's phase"),
    _fact("holder.reduction_target_t", "int", "名義人の排出削減目標量（t）", "the holder's reduction target, t"),
    _fact("holder.has_issued", "bool", "初期割当が交付済み", "the holder's allocation was issued"),
    _fact("holder.issued_t", "int", "交付された初期割当量（t）", "the allocation issued to the holder, t"),
    _fact("holder.surrendered_t", "int", "償却済みの排出枠量（t）", "what the holder has surrendered, t"),
    _fact(
        "holder.owed_t", "int", "訂正により戻すべきで戻せなかった量（t）", "what a correction could not take back, t"
    ),
    _fact(
        "holder.has_additional", "bool", "訂正による追加の義務がある", "a correction opened an additional obligation"
    ),
    _fact("holder.additional_t", "int", "直近の追加の義務の量（t）", "the last additional obligation, t"),
    _fact("holder.additional_until", "day", "追加の義務の期限の翌日", "the first day after its term"),
    _fact("holder.has_base", "bool", "基準年度排出量が承認済み", "the base-year emissions are approved"),
    _fact("holder.base_t", "int", "承認された基準年度排出量（t）", "approved base-year emissions, t"),
    _fact("holder.has_target", "bool", "削減目標年度排出量が承認済み", "the target-year emissions are approved"),
    _fact("holder.target_t", "int", "承認された削減目標年度排出量（t）", "approved target-year emissions, t"),
)

_PLAIN: tuple[Fact, ...] = (
    _fact("day", "day", "行為の日", "the day of the act"),
    _fact("operation", "text", "行為の種類", "the operation asked for", values="operations"),
    _fact("unit.type", "text", "排出枠の種別", "the type of the units", values="units"),
    _fact("unit.scheme", "text", "排出枠を発行した制度", "the scheme whose units they are", filled=True),
    _fact(
        "unit.is_own",
        "bool",
        "この制度の排出枠である",
        "they are units of this scheme, not of another one",
        filled=True,
    ),
    _fact("unit.has_phase", "bool", "排出枠に期がある", "the units belong to a phase"),
    _fact("unit.phase", "int", "排出枠の期", "the phase of the units"),
    _fact(
        "unit.held_t",
        "int",
        "当該口座での保有量（取り置かれた量を除く、t）",
        "what the account holds of the units and is free to move, t",
    ),
    _fact(
        "unit.blocked_t",
        "int",
        "そのほか実行待ちの移転に取り置かれた量（t）",
        "what it holds besides, reserved for transfers that wait to be carried out, t",
    ),
    _fact("unit.name", "text", "排出枠の表記（種別/期）", "the units as they are written (type/phase)", filled=True),
    _fact("unit.surrender_phases", "ints", "償却に使える期", "phases in which they may be surrendered", filled=True),
    _fact(
        "unit.evidence_kinds", "texts", "発行の根拠となる書類の種類", "evidence on which they are issued", filled=True
    ),
    _fact(
        "unit.quantity_is_derived",
        "bool",
        "発行量が規則から定まる",
        "the rules say how much is issued, not the applicant",
        filled=True,
    ),
    _fact("quantity.is_known", "bool", "数量が示されている", "a quantity was given", filled=True),
    _fact("quantity.t", "int", "数量（t）", "the quantity, t"),
    _fact("quantity.is_whole", "bool", "数量が整数である", "the quantity is a whole number"),
    _fact("evidence.exists", "bool", "根拠書類が示されている", "evidence was given"),
    _fact("evidence.kind", "text", "根拠書類の種類", "the kind of the evidence", values="evidence"),
    _fact("evidence.reference", "text", "根拠書類の番号", "the reference of the evidence"),
    _fact("evidence.used", "bool", "その番号は使用済み", "that reference has served before"),
    _fact(
        "evidence.waiting", "bool", "その番号による別の申請が処理待ち", "another application with that reference waits"
    ),
    _fact(
        "evidence.lacks",
        "texts",
        "排出枠種別が求める根拠の事項のうち、示されていないもの",
        "the particulars that the unit asks of its evidence and that were not given",
    ),
    _fact(
        "evidence.has_day",
        "bool",
        "根拠となる事実の日が示されている",
        "the day of what the evidence certifies was given",
    ),
    _fact("evidence.day", "day", "根拠となる事実の日", "the day of what the evidence certifies"),
    _fact("application.is_named", "bool", "申請が示されている", "an application for units is named"),
    _fact("application.id", "int", "申請の番号", "the number of that application"),
    _fact("application.exists", "bool", "その申請が存在する", "that application exists"),
    _fact("application.state", "text", "その申請の状態", "its state: waiting, issued, refused or withdrawn"),
    _fact(
        "application.matches",
        "bool",
        "口座・種別・数量・根拠がその申請のとおり",
        "account, unit, quantity and evidence are those of that application",
    ),
    _fact("document.exists", "bool", "書類が添付されている", "a document is attached"),
    _fact(
        "document.kind",
        "text",
        "内容から見た書類の種類（pdf・png・jpeg、その他は空）",
        "what the document is by its content: pdf, png or jpeg; empty for any other",
    ),
    _fact("document.size_bytes", "int", "書類の大きさ（バイト）", "the size of the document, bytes"),
    _fact("cancel.purpose", "text", "取消の目的", "the purpose of a cancellation", values="purposes"),
    _fact("cancel.has_statement", "bool", "取消の内容が記されている", "a statement says for whom or what it is"),
    _fact("report.exists", "bool", "報告書が登録されている", "the report exists"),
    _fact("report.year", "text", "報告書の年度区分", "which year the report is about", values="years"),
    _fact("report.state", "text", "報告書の状態", "the state of the report", values="states"),
    _fact("report.step_allowed", "bool", "状態から見て可能な手続", "the report's life has this step now", filled=True),
    _fact("report.emissions_t", "int", "報告書の排出量（t）", "the emissions in the report, t"),
    _fact("report.has_verified", "bool", "検証報告書が登録されている", "a verification was filed"),
    _fact("report.verified_t", "int", "検証された排出量（t）", "the emissions as verified, t"),
    _fact("report.opinion", "text", "検証意見", "the verifier's opinion", values="opinions"),
    _fact("report.opinion_suffices", "bool", "承認に足りる検証意見", "the opinion allows an approval", filled=True),
    _fact("report.form_ok", "bool", "指定様式である", "the workbook, if any, is the prescribed form", default=True),
    _fact(
        "report.form_problem_ja",
        "text",
        "指定様式でない理由（日本語）",
        "why it is not the prescribed form, in Japanese",
    ),
    _fact(
        "report.form_problem_en", "text", "指定様式でない理由（英語）", "why it is not the prescribed form, in English"
    ),
    _fact("report.is_correction", "bool", "承認後の訂正である", "a figure of the report counts already"),
    _fact("report.settled_t", "int", "現に効力のある排出量（t）", "the figure that counts now, t"),
    _fact("report.has_verifier", "bool", "検証機関が定まっている", "the report has a verifier"),
    _fact("report.verifier", "text", "報告書の検証機関", "the verifier of the report"),
    _fact("report.verifier_is_assigned", "bool", "検証機関が割り当てられている", "the authority gave it that verifier"),
    _fact("verifier.key", "text", "示された検証機関", "the verifier that the act names"),
    _fact("verifier.is_of_the_holder", "bool", "同じ法人に属する", "it belongs to the holder's own organisation"),
    _fact(
        "verifier.years_in_a_row",
        "int",
        "直前まで連続して検証した年数",
        "years right before this one in which it verified for that organisation",
    ),
    _fact("verification.has_form", "bool", "検証報告書の記載がある", "the form of the verification report is there"),
    _fact(
        "verification.wrong_fields", "texts", "記載に誤りのある項目", "fields of the form that are not as they must be"
    ),
    _fact("verification.assurance", "text", "保証水準", "the level of assurance: reasonable or limited"),
    _fact("verification.findings", "int", "指摘の数", "how many misstatements were found"),
    _fact(
        "verification.uncorrected_t", "int", "未訂正の影響量（t）", "uncorrected misstatements in all, t, without sign"
    ),
    _fact("verification.site_visits", "int", "現地検証の回数", "how many visits were made"),
    _fact("publication.is_named", "bool", "掲載済みのものが示されている", "something published before is named"),
    _fact("publication.exists", "bool", "示されたものが掲載されたことがある", "what is named was published before"),
    _fact("publication.is_withdrawn", "bool", "示されたものが取り下げられている", "what is named is withdrawn"),
    _fact("publication.wrong_fields", "texts", "誤りのある項目", "fields that are not as they must be"),
    _fact("question.exists", "bool", "質問があり、消去されていない", "the question is there and was not erased"),
    _fact("question.is_answered", "bool", "質問に回答されている", "the question was answered"),
    _fact(
        "question.wrong_fields", "texts", "質問の誤りのある項目", "fields of the question that are not as they must be"
    ),
    _fact("participant.kind", "text", "登録する参加者の区分", "the kind of a new participant", values="participants"),
    _fact("participant.has_phase", "bool", "参加期が示されている", "a phase was given for the participant"),
    _fact("participant.phase", "int", "登録する参加者の期", "the phase of a new participant"),
    _fact("participant.form", "text", "参加形態（single・group）", "how it takes part: single, group"),
    _fact("participant.site_count", "int", "事業所の数", "how many sites were given"),
    _fact(
        "participant.sites_taken",
        "texts",
        "同じ法人が同じ区分・期で既に登録している事業所",
        "those of its sites with which the organisation takes part in that kind and phase already",
    ),
    _fact("participant.organisation", "text", "法人名", "the name of the corporation"),
    _fact(
        "participant.organisation_holds",
        "texts",
        "同じ法人が閉鎖されていない口座を持つ参加者区分",
        "the kinds of participant as which the organisation has an account that is not closed",
        values="participants",
    ),
    _fact(
        "participant.account_name",
        "text",
        "口座名（示されなければ参加者の名称）",
        "the name of its account; else its own",
    ),
    _fact(
        "participant.account_name_taken", "bool", "その口座名は使用済み", "another account of the scheme has that name"
    ),
    _fact("participant.needs_phase", "bool", "期を要する参加者区分", "that kind belongs to a phase", filled=True),
    _fact(
        "participant.missing_fields",
        "texts",
        "示されていない必須の項目",
        "required fields of the participant that were not given",
        values="attributes",
    ),
    _fact(
        "participant.wrong_fields",
        "texts",
        "値の型が合わない項目",
        "fields of the participant whose value is not of their type",
        values="attributes",
    ),
    _fact("participant.unknown_fields", "texts", "制度にない項目", "fields that the scheme does not have"),
    *(_fact(name, cast("Kind", kind), ja, en) for name, kind, ja, en in PARTY_FACTS),
    *(_fact(name, cast("Kind", kind), ja, en, values=words) for name, kind, ja, en, words in REGISTRATION_FACTS),
    _fact("change.is_the_same", "bool", "値が変わらない", "the field has that value already"),
    _fact("change.field", "text", "変更する項目", "the field of the participant that changes", values="attributes"),
    _fact(
        "freeze.operations", "texts", "凍結する行為（空なら全部）", "what to freeze; empty: all", values="operations"
    ),
    _fact("freeze.has_end", "bool", "凍結の終わる日が示されている", "the freezing has a day on which it ends"),
    _fact("freeze.end", "day", "凍結の終わる日（その日の始めに解ける）", "the day at whose start it ends"),
    _fact("freeze.days", "int", "凍結の日数（終わりがなければ0）", "for how many days it freezes; 0 without an end"),
    _fact("reason", "text", "示された理由", "the reason that was given"),
    _fact("override.parameter", "text", "変更するパラメーター", "the parameter to be overridden, as given"),
    _fact("override.is_known", "bool", "そのパラメーターが制度にある", "the scheme has that parameter"),
    _fact("override.known_parameters", "texts", "制度にある近い名前", "the parameters of the scheme that may be meant"),
    _fact("override.type", "text", "そのパラメーターの型", "the type of the parameter"),
    _fact("override.value_fits", "bool", "値がその型に合う", "the value is of that type"),
    _fact("override.has_from", "bool", "変更の初日が示されている", "the first day of the override was given"),
    _fact("override.from_day", "day", "変更の初日", "the first day of the override, or of the withdrawal"),
    _fact("override.has_to", "bool", "変更の末日が示されている", "a last day of the override was given"),
    _fact("override.to_day", "day", "変更の末日", "the last day of the override"),
    _fact(
        "override.at_set_up",
        "bool",
        "制度でまだ何の手続も行われていない",
        "no act but overrides was carried out in the scheme so far",
    ),
    _fact("override.changes", "bool", "いずれかの日の値が変わる", "the value of some day changes"),
    _fact("override.is_overridden", "bool", "その日以後に変更された値がある", "there is an override from that day on"),
    _fact("override.broken_window", "text", "日のなくなる期間", "the window that would have no days; empty if none"),
    _fact("posting.exists", "bool", "対象の記帳が存在する", "the posting to be reversed exists"),
    _fact("posting.id", "int", "対象の記帳の番号", "the number of the posting"),
    _fact("posting.operation", "text", "その記帳をした行為", "the operation that made it", values="operations"),
    _fact("posting.is_reversible", "bool", "制度がその訂正を認めている", "the scheme lets its postings be reversed"),
    _fact("posting.is_reversed", "bool", "その記帳は訂正済み", "it was reversed before"),
    _fact("posting.units_are_there", "bool", "移った排出枠が全てそこにある", "all units it moved are still there"),
    _fact("reversal.first_day", "day", "その排出枠がそこに入った日", "since when its units have been where they are"),
    _fact("reversal.day", "day", "訂正の効力の日", "the valid day of the reversal"),
    _fact(
        "transfer.kind",
        "text",
        "移転区分（明示も記録もなければ制度の既定）",
        "the kind of the transfer; where nobody said it, the one that the scheme takes it for",
        values="transfer_kinds",
        filled=True,
    ),
    _fact("transfer.kind_is_stated", "bool", "移転の申請に区分が示されている", "the transfer itself states its kind"),
    _fact(
        "transfer.kind_is_recorded",
        "bool",
        "その区分を事務局が事前に記録している",
        "the administrator recorded this kind beforehand, for these accounts, units and day and for as much",
    ),
    _fact("transfer.kind_is_known", "bool", "制度にある区分である", "the scheme has this kind", filled=True),
    _fact("transfer.kind_is_open", "bool", "保有者自らが示せる区分", "a holder may state this kind", filled=True),
    _fact("transfer.kind_is_trade", "bool", "取引として数える区分", "a transfer of this kind is a trade", filled=True),
    _fact(
        "transfer.kind_takes_price",
        "bool",
        "価格を示せる区分",
        "a transfer of this kind may carry a price",
        filled=True,
    ),
    _fact("transfer.has_price", "bool", "価格が示されている", "a price was given"),
    _fact("transfer.price_yen", "int", "移転全体の価格（円）", "the price of the whole transfer, yen"),
    _fact("transfer.price_is_whole", "bool", "価格が円単位の整数である", "the price is a whole number of yen"),
    _fact(
        "transfer.last_day", "day", "事前の記録が使える最後の日", "the last day on which what is recorded may be used"
    ),
    _fact("transfer.same_holder", "bool", "移転元と移転先の名義人が同じ", "both accounts are of the same holder"),
    _fact(
        "transfer.to_is_trusted",
        "bool",
        "移転先が移転元の信頼口座リストにあり、効力をもつ",
        "the receiving account is on the list of trusted accounts of the sending one, and that is in effect",
    ),
    _fact(
        "transfer.is_execution",
        "bool",
        "待機していた移転の実行である",
        "a transfer that was allowed before and waited is to be carried out now",
    ),
    _fact(
        "transfer.sent_today_t",
        "int",
        "その日にその口座から既に移転し、又は移転を申し込んだ量（t）",
        "transferred from the account that day before, transfers that wait included, t",
    ),
    _fact(
        "transfer.sent_in_period_t",
        "int",
        "transfer_period_days に定める日数（その日を含む）の同じ量（t）",
        "the same in as many days as the scheme adds up (transfer_period_days), that day included, t",
    ),
    _fact("pending.exists", "bool", "対象の実行待ちの移転が存在する", "the delayed transfer that the act names exists"),
    _fact("pending.id", "int", "その移転の番号", "its number"),
    _fact("pending.is_waiting", "bool", "その移転は実行前である", "it still waits to be carried out"),
    _fact("pending.executes_on", "day", "その移転の実行の日", "the day on which it is to be carried out"),
    _fact("trusted.number", "text", "信頼口座の番号", "the number of the account to be trusted, or not any more"),
    _fact("trusted.exists", "bool", "その口座が存在する", "that account exists"),
    _fact("trusted.is_own", "bool", "その口座の名義人も同じ", "it is an account of the same holder"),
    _fact("trusted.is_listed", "bool", "その口座が既にリストにある", "it is on the list, in effect or not yet"),
    _fact("due.phase", "int", "到来した期日の期", "the phase of what falls due"),
    _fact("due.year", "int", "到来した期日の年度（期単位なら0）", "the year of what falls due; 0 for one of a phase"),
    _fact("obligation.exists", "bool", "その年度の義務がある", "the holder answers for that year"),
    _fact("obligation.year", "int", "義務の年度", "the year that the act is about"),
    _fact("obligation.is_excluded", "bool", "その年度は適用除外", "the year is excluded for the holder"),
    _fact("obligation.has_emissions", "bool", "その年度の排出量が登録済み", "emissions of that year were recorded"),
    _fact("obligation.emissions_t", "int", "その年度の排出量（t）", "the recorded emissions of that year, t"),
    _fact(
        "obligation.phase_emissions_t",
        "int",
        "その期の当該年度までの排出量の累計（t）",
        "recorded emissions of the years of that phase up to that year, t",
    ),
    _fact(
        "obligation.phase_surrendered_t",
        "int",
        "その期の当該年度までの償却量の累計（t）",
        "surrendered for the years of that phase up to that year, t",
    ),
    _fact(
        "obligation.last_figure_t",
        "int",
        "前の期に最後に確定した遵守数値（t）",
        "the figure with which the last status of an earlier phase was stated, t",
    ),
    _fact("obligation.has_issued", "bool", "その年度の割当が交付済み", "an allocation was issued for that year"),
    _fact(
        "obligation.issued_t", "int", "その年度について交付された割当量（t）", "the allocation issued for that year, t"
    ),
    _fact("obligation.surrendered_t", "int", "その年度のための償却量（t）", "surrendered for that year alone, t"),
    _fact(
        "obligation.borrowed_t",
        "int",
        "その年度のために次の年度から借り入れた量（t）",
        "borrowed for that year from the next one, t",
    ),
    _fact(
        "obligation.to_repay_t",
        "int",
        "前の年度がその年度から借り入れた量（返すべき量、t）",
        "borrowed from that year by the one before, which it has to repay, t",
    ),
    _fact("figure.id", "text", "登録する数値の名称", "the name of the figure to be recorded", values="figures"),
    _fact("figure.is_known", "bool", "制度にある数値", "the scheme has a figure of that name"),
    _fact("figure.fits", "bool", "数値の型が合う", "the value is of the type of the figure"),
    _fact("figure.is_the_same", "bool", "数値が変わらない", "the figure has that value already"),
    _fact(
        "holding.quantity_t", "int", "保有分の数量（t）（合計の中だけで使える）", "the holding, t (inside sums only)"
    ),
    _fact("holding.selected", "bool", "問われた種別の保有分（同上）", "the holding asked about (inside sums only)"),
)


def facts_of_field(field: str, kind: Kind, label: Text, typed: str) -> Iterator[Fact]:
    """What a field of `attributes.yaml` adds: the holder's, a participant's, a verifier's, the one before a change."""
    default = "0" if typed == "decimal" else None
    for prefix in (*(f"{subject}.holder" for subject in SUBJECTS), "participant", "verifier"):
        yield Fact(f"{prefix}.attribute.{field}", kind, label, default=default)
        yield Fact(f"{prefix}.has_attribute.{field}", "bool", label)
    yield Fact(f"participant.before.{field}", kind, label, default=default)


def facts_of_figure(figure: str, kind: Kind, typed: str) -> Iterator[Fact]:
    """What a figure of `figures.yaml` adds: the one that counts, and the one that an act would record."""
    default = "0" if typed == "decimal" else None
    label = Text("", "")
    yield Fact(f"obligation.figure.{figure}", kind, label, default=default)
    yield Fact(f"obligation.has_figure.{figure}", "bool", label)
    yield Fact(f"new_figure.{figure}", kind, label, default=default)


def facts_of_year(year: str, label: Text) -> Iterator[Fact]:
    """What a year of `reports.yaml` adds: the holder's figure of that year once its report is settled."""
    for subject in SUBJECTS:
        yield Fact(f"{subject}.holder.has_settled.{year}", "bool", label)
        yield Fact(f"{subject}.holder.settled_t.{year}", "int", label)


# Facts that are not names in conditions: sums run over `holdings`, narrowed by `selected_unit` ("" = all), or over what
# was surrendered for the year in question.
SURRENDERED = "surrendered"
COLLECTIONS = ("holdings", "selected_unit", SURRENDERED)


def facts() -> Iterator[Fact]:
    """Every fact, under each of its prefixes, without the attributes that a scheme adds."""
    yield from _PLAIN
    for subject in SUBJECTS:
        for fact in _OF_ACCOUNT:
            yield Fact(
                f"{subject}.{fact.name}", fact.kind, fact.meaning, fact.values, fact.filled, default=fact.default
            )


def plain_facts() -> tuple[Fact, ...]:
    return _PLAIN


def account_facts() -> tuple[Fact, ...]:
    """The facts of one account, without a prefix."""
    return _OF_ACCOUNT
