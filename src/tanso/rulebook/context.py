"""The typed context of conditions: every fact and function that a rule may use, and the operations it may guard.

This table is the whole vocabulary between Python and the rules. Python passes the facts it knows; a fact that is not
passed takes its neutral default, so that a rule about reports can be asked without an account. The reference page
`docs/reference/rulebook-context.md` is generated from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tanso.kernel.texts import Text
from tanso.rulebook.facts import (
    COLLECTIONS,
    EPOCH,
    SUBJECTS,
    SURRENDERED,
    Fact,
    Kind,
    account_facts,
    facts,
    facts_of_field,
    facts_of_figure,
    facts_of_year,
    plain_facts,
)

__all__ = [
    "COLLECTIONS",
    "EPOCH",
    "FUNCTIONS",
    "OPERATIONS",
    "SUBJECTS",
    "SURRENDERED",
    "Fact",
    "FunctionSpec",
    "Kind",
    "OperationSpec",
    "account_facts",
    "facts",
    "facts_of_field",
    "facts_of_figure",
    "facts_of_year",
    "plain_facts",
]


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """One function of the closed list. `window_first`: its first argument is the name of a window, as a literal."""

    name: str
    parameters: tuple[Kind, ...]
    returns: Kind
    meaning: Text
    window_first: bool = False


@dataclass(frozen=True, slots=True)
class OperationSpec:
    """An operation of the engine, and under which prefixes it brings accounts.

    `derives` names the derived quantities that carrying it out works out, where the scheme has them; with
    `derives_quantity`, those of its units too.
    """

    name: str
    subjects: tuple[str, ...]
    meaning: Text
    derives: tuple[str, ...] = ()
    derives_quantity: bool = False


FUNCTIONS: tuple[FunctionSpec, ...] = (
    FunctionSpec(
        "within",
        ("text", "int", "day"),
        "bool",
        Text(
            "日がその期の期間内にある（期がなければ偽）",
            "the day lies in the window of that phase; false without such a phase",
        ),
        window_first=True,
    ),
    FunctionSpec(
        "within_any",
        ("text", "day"),
        "bool",
        Text("日がいずれかの期の期間内にある", "the day lies in the window of some phase"),
        window_first=True,
    ),
    FunctionSpec(
        "opens",
        ("text", "int"),
        "day",
        Text("その期の期間の初日", "the first day of the window of that phase"),
        window_first=True,
    ),
    FunctionSpec(
        "closes",
        ("text", "int"),
        "day",
        Text("その期の期間が終わった翌日", "the first day after the window of that phase"),
        window_first=True,
    ),
    FunctionSpec(
        "last_day",
        ("text", "int"),
        "day",
        Text("その期の期間の末日", "the last day of the window of that phase"),
        window_first=True,
    ),
    FunctionSpec(
        "phase_within",
        ("text", "day"),
        "int",
        Text("期間内にある最も新しい期（なければ0）", "the latest phase whose window the day lies in; 0 if none"),
        window_first=True,
    ),
    FunctionSpec(
        "last_opened",
        ("text", "day"),
        "int",
        Text(
            "その日までに最後に始まった期間の期（なければ0）",
            "the phase whose window opened last by that day; 0 if none",
        ),
        window_first=True,
    ),
    FunctionSpec("phase_exists", ("int",), "bool", Text("その期が制度にある", "the scheme has that phase")),
    FunctionSpec(
        "phase_of_year",
        ("int",),
        "int",
        Text("年度の属する期（なければ0）", "the phase that the year belongs to; 0 if none"),
    ),
    FunctionSpec("fiscal_year", ("day",), "int", Text("日の属する年度", "the fiscal year that the day lies in")),
    FunctionSpec(
        "is_working_day", ("day",), "bool", Text("日が制度の執務日である", "the day is a working day of the scheme")
    ),
    FunctionSpec("max", ("int", "int"), "int", Text("大きい方", "the larger one")),
    FunctionSpec("min", ("int", "int"), "int", Text("小さい方", "the smaller one")),
    FunctionSpec(
        "divided",
        ("int", "int", "text"),
        "int",
        Text(
            "量÷数（端数は down・up・half_up のいずれか）",
            "quantity ÷ number, rounded 'down', 'up' or 'half_up' to a whole number",
        ),
    ),
    FunctionSpec(
        "at_least",
        ("text", "text"),
        "bool",
        Text("前の十進数が後の十進数以上である", "the first decimal is at least the second (decimal strings)"),
    ),
    FunctionSpec(
        "times",
        ("int", "text", "text"),
        "int",
        Text(
            "量×率（率は十進の文字列。端数は down・up・half_up のいずれか）",
            "quantity × rate (a decimal string), rounded 'down', 'up' or 'half_up' to a whole number",
        ),
    ),
)


def _operation(name: str, subjects: tuple[str, ...], ja: str, en: str, **more: Any) -> OperationSpec:
    return OperationSpec(name, subjects, Text(ja, en), **more)


_ACCOUNT = ("account",)
OPERATIONS: dict[str, OperationSpec] = {
    operation.name: operation
    for operation in (
        _operation("register_participant", (), "参加者の登録", "register a participant"),
        _operation("change_attribute", (), "参加者の項目の変更", "change a field of a participant"),
        _operation("rename_account", (), "口座名の変更", "give an account another name"),
        _operation("rename_site", (), "事業所名の変更", "give a site another name"),
        _operation("request_contact_change", (), "担当者情報の変更申請", "ask for a change of contact data"),
        _operation("withdraw_contact_change", (), "担当者情報の変更申請の取下げ", "withdraw such a request"),
        _operation("accept_contact_change", (), "担当者情報の変更の承認", "accept a change of contact data"),
        _operation("refuse_contact_change", (), "担当者情報の変更の却下", "refuse a change of contact data"),
        _operation("join_contact_list", (), "担当者情報の公開への同意", "agree to be on the contact list"),
        _operation("leave_contact_list", (), "担当者情報の公開の取りやめ", "leave the contact list"),
        _operation("submit_registration", (), "参加者登録の申請", "apply for registration"),
        _operation("load_adoption_list", (), "採択リストの登録", "load the list of those adopted for a phase"),
        _operation("record_paper", (), "申請書類の到着の記録", "record that a paper of an application arrived"),
        _operation("return_registration", (), "登録申請の差戻し", "return an application for registration"),
        _operation("refuse_registration", (), "登録申請の却下", "refuse an application for registration"),
        _operation("accept_registration", (), "登録申請の受理", "accept an application: register its participants"),
        _operation("issue_login", (), "ログインIDの発行", "issue a login by letter"),
        _operation("reissue_login", (), "ログインIDの再発行", "issue a login again"),
        _operation("deactivate_login", (), "ログインIDの利用停止", "put a login out of use"),
        _operation("activate_login", (), "ログインIDの利用再開", "put a login in use again"),
        _operation("release_login", (), "ログインのロックの解除", "release a locked login"),
        _operation("change_password", (), "他のログインのパスワードの変更", "change the password of another login"),
        _operation("announce_organisation_change", (), "法人名の変更の届出", "announce another name of a corporation"),
        _operation("record_change_paper", (), "変更申請書の受付", "record that the paper for it arrived"),
        _operation("accept_organisation_change", (), "法人名の変更の承認", "accept the other name"),
        _operation("refuse_organisation_change", (), "法人名の変更の却下", "refuse the other name"),
        _operation("withdraw_organisation_change", (), "法人名の変更の取下げ", "withdraw the other name"),
        _operation("file_objection", (), "異議申立て", "object to a decision"),
        _operation("file_dispute", (), "移転についての紛争の申立て", "dispute a transfer"),
        _operation("acknowledge_objection", (), "申立ての受理", "take up an objection or a dispute"),
        _operation("write_objection_paper", (), "申立てについての書面の提出", "write a paper about one"),
        _operation("withdraw_objection", (), "申立ての取下げ", "withdraw one"),
        _operation("decide_objection", (), "申立てについての決定", "decide one"),
        _operation("register_report", (), "算定報告書の登録", "register an emissions report"),
        _operation("attach_to_report", (), "算定報告書への添付", "attach a file to an emissions report"),
        _operation("withdraw_report", (), "算定報告書の取下げ", "withdraw an emissions report"),
        _operation("request_verification", (), "検証依頼", "request verification"),
        _operation("request_return", (), "差し戻し依頼", "ask for the report back"),
        _operation("file_verification", (), "検証報告書の登録", "file a verification report"),
        _operation("request_approval", (), "承認依頼", "request approval"),
        _operation("return_report", (), "差戻し", "return a report"),
        _operation("approve_report", (), "報告書の承認", "approve a report"),
        _operation("receive_report", (), "報告書の受領", "receive an unverified report"),
        _operation("assign_verifier", (), "検証機関の割当て", "give a report to a verifier"),
        _operation("write_review_paper", (), "査読書類の提出", "write a paper of the review"),
        _operation("request_correction", (), "承認後の訂正の申出", "ask to correct an approved report"),
        _operation("open_correction", (), "承認後の訂正の開始", "open an approved report for correction"),
        _operation("issue", _ACCOUNT, "排出枠の発行", "issue units", derives_quantity=True),
        _operation("apply_for_units", _ACCOUNT, "根拠に基づく排出枠の発行申請", "apply for units on evidence"),
        _operation("post_letters", (), "文書の発送の記録", "record that letters were posted"),
        _operation("withdraw_letter", (), "文書の撤回", "withdraw a letter"),
        _operation("refuse_application", (), "発行申請の却下", "refuse an application for units"),
        _operation("withdraw_application", (), "発行申請の取下げ", "withdraw an application for units"),
        _operation("send_again", (), "メールの再送", "send a mail again that could not be sent"),
        _operation(
            "transfer",
            ("from", "to"),
            "排出枠の移転",
            "transfer units",
            derives=("transfer_delay_days", "transfer_period_days"),
        ),
        _operation("abort_transfer", (), "実行前の移転の中止", "abort a transfer before it is carried out"),
        _operation(
            "drop_transfer", (), "実行できない移転の終了", "end a transfer that could not be carried out (falls due)"
        ),
        _operation(
            "trust_account",
            _ACCOUNT,
            "信頼口座リストへの追加",
            "put an account on the list of trusted accounts",
            derives=("trust_delay_days",),
        ),
        _operation(
            "distrust_account",
            _ACCOUNT,
            "信頼口座リストからの削除",
            "take an account off the list of trusted accounts",
        ),
        _operation(
            "receive",
            ("to",),
            "他の制度の口座からの排出枠の受入れ（account は受け入れる口座）",
            "take in units from an account of another scheme (`account.` is the one that takes them)",
        ),
        _operation("surrender", _ACCOUNT, "排出枠の償却", "surrender units"),
        _operation("cancel", _ACCOUNT, "排出枠の取消", "cancel units"),
        _operation("apply_for_banking", _ACCOUNT, "バンキングの申請", "apply for banking"),
        _operation("approve_banking", _ACCOUNT, "バンキングの承認", "approve a banking"),
        _operation(
            "permit_transfer_kind", ("from", "to"), "移転区分の事前の記録", "record the kind of a transfer beforehand"
        ),
        _operation("record_transfer_kind", (), "移転区分の事後の記録", "record the kind of a transfer afterwards"),
        _operation("freeze_account", _ACCOUNT, "口座の凍結", "freeze an account"),
        _operation("unfreeze_account", _ACCOUNT, "口座の凍結の解除", "unfreeze an account"),
        _operation("close_empty_account", _ACCOUNT, "残高のない口座の閉鎖", "close an account that holds nothing"),
        _operation("reverse", ("from", "to"), "記帳の訂正（逆の記帳）", "reverse a posting by another one"),
        _operation("override_parameter", (), "制度の値の変更", "override a parameter in this installation"),
        _operation("withdraw_override", (), "制度の値の変更の取りやめ", "withdraw an override of a parameter"),
        _operation("end_freeze", _ACCOUNT, "期限による凍結の解除", "end a freezing (falls due)"),
        _operation(
            "state_compliance",
            _ACCOUNT,
            "遵守状況の確定",
            "state compliance (falls due)",
            derives=("compliance", "owed_t"),
        ),
        _operation("close_account", _ACCOUNT, "口座の閉鎖", "close an account (falls due)"),
        _operation("remind", (), "期限のお知らせ", "remind of a deadline (falls due)"),
        _operation("remind_of_papers", (), "書類が届かない旨のお知らせ", "remind of missing papers (falls due)"),
        _operation("publish_notice", (), "お知らせの掲載", "publish a notice, or a further version of it"),
        _operation("withdraw_notice", (), "お知らせの取下げ", "withdraw a notice"),
        _operation("publish_answer", (), "Q&Aの掲載", "publish a question with its answer"),
        _operation("withdraw_answer", (), "Q&Aの取下げ", "withdraw a question with its answer"),
        _operation("publish_document", (), "資料の掲載", "publish a document to download, or a further version"),
        _operation("withdraw_document", (), "資料の取下げ", "withdraw a document"),
        _operation("ask_question", (), "質問", "ask the secretariat a question (anybody)"),
        _operation("answer_question", (), "質問への回答", "answer a question"),
        _operation("erase_questions", (), "質問の消去", "erase old questions with their data (falls due)"),
        _operation("open_year", (), "年度の対象者の確定", "say who answers for a year"),
        _operation("exclude_year", (), "年度の適用除外", "exclude a holder for a year"),
        _operation("record_emissions", (), "年間排出量の登録", "record the verified emissions of a year"),
        _operation("record_figure", (), "年度の数値の登録", "record a figure of a year"),
        _operation(
            "borrow", _ACCOUNT, "次の年度の排出枠の借入れ", "borrow: units of a year against those of the next one"
        ),
        _operation("surrender_for_year", _ACCOUNT, "年度の償却", "surrender units for a year"),
        _operation("state_year_compliance", (), "年度の遵守状況の確定", "state compliance for a year (falls due)"),
    )
}
