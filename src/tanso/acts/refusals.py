"""What the door itself refuses, before any rulebook is asked. These hold in every scheme.

The sentences of rules live with the rules, in `schemes/`; these few belong to the engine.
"""

from __future__ import annotations

from typing import Any

from tanso.kernel.outcomes import Finding
from tanso.kernel.texts import Text

_CLAUSE = "docs/reference/door.md"

# In the order in which the door asks.
_TEXTS: dict[str, tuple[Text, Text, Text]] = {
    "act.differs": (
        Text("同じ番号の手続きがあります", "Another act has this id"),
        Text(
            "この手続き番号は、内容の異なる手続きで既に使われています（異なる項目：{field}）。",
            "This act id was used before with other content (the field that differs: {field}).",
        ),
        Text("画面を開き直し、新しい手続きとしてやり直してください。", "Open the page again and start a new act."),
    ),
    "permission.denied": (
        Text("権限がありません", "Not permitted"),
        Text(
            "ログインID「{login}」には、この手続き（{operation}）を行う権限がありません。",
            "Login {login} may not perform this act ({operation}).",
        ),
        Text(
            "権限のあるログインIDで行うか、事務局にお問い合わせください。",
            "Use a login that may do this, or ask the administrator.",
        ),
    ),
    "participant.unknown": (
        Text("参加者が見つかりません", "Unknown participant"),
        Text("参加者「{participant}」は登録されていません。", "No participant {participant} is registered."),
        Text("参加者の記号を確認してください。", "Check the key of the participant."),
    ),
    "participant.exists": (
        Text("参加者は登録済みです", "Already registered"),
        Text("参加者「{participant}」は既に登録されています。", "Participant {participant} is registered already."),
        Text("別の記号で登録してください。", "Register under another key."),
    ),
    "participant.not_a_verifier": (
        Text("検証機関ではありません", "Not a verifier"),
        Text("参加者「{participant}」は検証機関ではありません。", "Participant {participant} is not a verifier."),
        Text("登録された検証機関を選んでください。", "Choose a registered verifier."),
    ),
    "participant.no_account": (
        Text("口座がありません", "No account"),
        Text(
            "参加者「{participant}」は、登録されていないか、口座を持っていません。",
            "Participant {participant} is not registered or holds no account.",
        ),
        Text("参加者の記号を確認してください。", "Check the key of the participant."),
    ),
    "participant.no_report": (
        Text("報告の対象ではありません", "No such report"),
        Text(
            "参加者「{participant}」に、この年度区分（{year}）の報告書はありません。",
            "Participant {participant} has no report for this year ({year}).",
        ),
        Text(
            "報告書の一覧で、参加者と年度を確認してください。",
            "Look at the list of reports for the participant and the year.",
        ),
    ),
    "rename.unknown": (
        Text("改称の対象がありません", "Nothing to rename"),
        Text(
            "{participant} には、その口座名又は事業所がありません。",
            "{participant} has no account with a name, or no such site.",
        ),
        Text("参加者のページで確認してください。", "See the participant's page."),
    ),
    "registration.unknown": (
        Text("申請が見つかりません", "Unknown application"),
        Text("番号{number}の登録申請はありません。", "There is no application {number} for registration."),
        Text("申請の番号を確認してください。", "Check the number of the application."),
    ),
    "registration.draft_changed": (
        Text("下書きが変わりました", "The draft has changed"),
        Text(
            "申請を送る間に、下書きが別の画面で変更されました。",
            "While the application was being sent, its draft was changed on another page.",
        ),
        Text(
            "申請のページを開き直し、内容を確かめて、もう一度申請してください。",
            "Open its page again, look at it, and apply again.",
        ),
    ),
    "login.unknown": (
        Text("ログインIDがありません", "Unknown login"),
        Text("ログインID「{login}」はありません。", "There is no login {login}."),
        Text("ログインの一覧で確認してください。", "Look at the list of logins."),
    ),
    "login.issued": (
        Text("発行済みです", "Issued already"),
        Text("ログインID「{login}」は、既に発行されています。", "Login {login} was issued already."),
        Text("パスワードを失くした場合は、再発行してください。", "Where its password was lost, issue it again."),
    ),
    "login.not_issued": (
        Text("まだ発行されていません", "Not issued yet"),
        Text("ログインID「{login}」は、まだ発行されていません。", "Login {login} was not issued yet."),
        Text("初回の発行をしてください。", "Issue it for the first time."),
    ),
    "login.out_of_use": (
        Text("利用停止中です", "Out of use"),
        Text("ログインID「{login}」は、利用を停止しています。", "Login {login} is out of use."),
        Text("必要なら、先に利用を再開してください。", "Put it in use again first, if that is wanted."),
    ),
    "login.in_use": (
        Text("利用できる状態です", "In use"),
        Text("ログインID「{login}」は、利用を停止していません。", "Login {login} is not out of use."),
        Text("ログインの一覧で状態を確認してください。", "Look at its state in the list of logins."),
    ),
    "login.not_locked": (
        Text("ロックされていません", "Not locked"),
        Text("ログインID「{login}」に、ログインの失敗の記録はありません。", "No failures count against login {login}."),
        Text("操作は不要です。", "Nothing needs to be done."),
    ),
    "login.no_password": (
        Text("新しいパスワードがありません", "No new password"),
        Text(
            "ログインID「{login}」の新しいパスワードは、使われたか、取り消されました。",
            "The new password for login {login} was used or dropped.",
        ),
        Text("パスワードを入力し直してください。", "Write the password again."),
    ),
    "unit.unknown": (
        Text("単位が見つかりません", "Unknown unit"),
        Text("排出枠の種別「{unit}」はこの制度にありません。", "The scheme has no unit {unit}."),
        Text("排出枠の種別と期を確認してください。", "Check the type and the phase of the unit."),
    ),
    "transfer.not_waiting": (
        Text("待機していない移転です", "No transfer that waits"),
        Text(
            "番号 {transfer} の移転は、実行待ちではありません。",
            "The delayed transfer {transfer} does not wait to be carried out.",
        ),
        Text("実行待ちの移転の一覧を確認してください。", "Look at the list of transfers that wait."),
    ),
    "letter.unknown": (
        Text("文書が見つかりません", "Unknown letter"),
        Text("文書番号「{letter}」の文書はありません。", "There is no letter {letter}."),
        Text("文書番号を確認してください。", "Check the number of the letter."),
    ),
    "letter.count": (
        Text("文書の数が多すぎるか、選ばれていません", "Too many letters, or none"),
        Text("一度に記録できるのは1件から{most}件までです。", "From 1 to {most} letters can be recorded at once."),
        Text("文書を選び直してください。", "Choose the letters again."),
    ),
    "letter.withdrawn": (
        Text("撤回された文書です", "Withdrawn letter"),
        Text("文書「{letter}」は既に撤回されています。", "Letter {letter} was withdrawn already."),
        Text("文書の状態を確認してください。", "Look at what became of the letter."),
    ),
    "letter.posted": (
        Text("発送済みの文書です", "Posted already"),
        Text("文書「{letter}」は既に発送済みです。", "Letter {letter} was posted already."),
        Text("文書を選び直してください。", "Choose the letters again."),
    ),
    "year.unknown": (
        Text("制度の年度ではありません", "No year of the scheme"),
        Text("この制度に{year}年度はありません。", "The scheme has no year {year}."),
        Text("年度を確認してください。", "Check the year."),
    ),
    "operation.not_offered": (
        Text("制度にない手続です", "Not offered by the scheme"),
        Text("手続「{operation}」は、この制度にありません。", "The scheme has no operation {operation}."),
        Text(
            "制度の scheme.yaml の operations に加えると、規則に従って行うことができます。",
            "Name it among the operations of the scheme's scheme.yaml; then it is done by its rules.",
        ),
    ),
    "mail.unknown": (
        Text("メールが見つかりません", "Unknown mail"),
        Text("番号 {mail} のメールはありません。", "There is no mail with the number {mail}."),
        Text("一覧から選び直してください。", "Choose it from the list again."),
    ),
    "mail.not_failed": (
        Text("再送の必要はありません", "Nothing to send again"),
        Text(
            "番号 {mail} のメールは、送れなかったメールではありません。",
            "The mail with the number {mail} is not one that could not be sent.",
        ),
        Text("一覧で送信の状況を確認してください。", "Look in the list at what became of it."),
    ),
    "mail.no_address": (
        Text("送り先がありません", "No address"),
        Text(
            "番号 {mail} のメールの宛先には、メールアドレスが登録されていません。",
            "No mail address is registered for the reader of the mail with the number {mail}.",
        ),
        Text("メールアドレスの登録を依頼してください。", "Ask the reader to register an address."),
    ),
    "act.proposal_unknown": (
        Text("起案が見つかりません", "No such proposal"),
        Text("承認しようとした起案がありません、または処理済みです。", "The proposal does not exist or was settled."),
        Text("起案の一覧を開き直してください。", "Open the list of proposals again."),
    ),
    "act.proposal_differs": (
        Text("起案と内容が異なります", "Differs from the proposal"),
        Text(
            "承認の内容が起案と異なります（異なる項目：{field}）。",
            "What is to be approved differs from what was proposed (the field that differs: {field}).",
        ),
        Text("起案どおりに承認するか、新たに起案してください。", "Approve what was proposed, or make a new proposal."),
    ),
    "act.same_person": (
        Text("起案者は承認できません", "Proposer may not approve"),
        Text(
            "起案者（{login}）は、自らの起案を承認できません。",
            "The proposer ({login}) may not approve the own proposal.",
        ),
        Text("別の担当者が承認してください。", "Have another person approve it."),
    ),
}


def refusal(code: str, **facts: Any) -> Finding:
    """The door's finding for one of its own codes; raises KeyError for a code that is not the door's."""
    title, message, next_step = _TEXTS[code]
    return Finding(
        code=code, clause=_CLAUSE, title=title, message=message.filled(facts), next_step=next_step, facts=facts
    )


def codes() -> tuple[str, ...]:
    """The door's own codes, in the order in which it asks."""
    return tuple(_TEXTS)
