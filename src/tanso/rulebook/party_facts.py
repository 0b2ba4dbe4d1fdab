"""What conditions may ask about contacts and their changes, objections and disputes; a part of `facts`."""

from __future__ import annotations

# Name, kind, meaning in Japanese and English.
PARTY_FACTS: tuple[tuple[str, str, str, str], ...] = (
    ("contact.missing_fields", "texts", "必須の担当者情報で空欄のもの", "required contact data that were left empty"),
    ("contact.wrong_fields", "texts", "形の合わない担当者情報", "contact data that cannot be what they are for"),
    ("contact.is_the_same", "bool", "何も変わらない", "nothing would change"),
    ("contact.one_waits", "bool", "別の変更申請が処理待ち", "another request of the participant waits"),
    ("contact.mail_changes", "bool", "メールアドレスが変わる", "a mail address would change"),
    (
        "contact.mail_is_confirmed",
        "bool",
        "新しいアドレスを別の手段で確認した",
        "the authority says that it confirmed the new address by another way",
    ),
    ("change.id", "int", "変更申請の番号", "the number of the request for a change"),
    ("change.exists", "bool", "その変更申請が存在する", "that request exists"),
    ("change.state", "text", "その変更申請の状態", "its state"),
    ("change.matches", "bool", "示された内容がその申請のとおり", "what is settled is what was asked for"),
    ("objection.about", "text", "申立ての対象となる手続", "the operation of the act that it is about"),
    ("objection.is_decision", "bool", "事務局の決定である", "that act is one of the authority, or fell due"),
    ("objection.days_since", "int", "その手続の日からの日数", "days since that act"),
    ("objection.filed_before", "bool", "同じ手続について申立て済み", "the participant filed about that act before"),
    ("objection.has_other_side", "bool", "相手方の参加者がいる", "a participant of the scheme is the other side"),
    ("objection.has_text", "bool", "本文がある", "something was written, and not too much"),
    ("objection.id", "int", "申立ての番号", "the number of the objection or dispute"),
    ("objection.exists", "bool", "その申立てが存在する", "it exists"),
    ("objection.state", "text", "その申立ての状態", "its state"),
    ("objection.outcome", "text", "決定の内容", "what is decided: upheld or rejected"),
    ("objection.names_correction", "bool", "是正の手続が示されている", "an act that puts it right is named"),
    ("objection.correction_is_known", "bool", "その手続が申立て後に行われている", "that act was done since the filing"),
    ("company.name", "text", "新しい法人名", "the other name of the corporation"),
    ("company.has_names", "bool", "新しい法人名と読みがある", "name and reading are given, and not too long"),
    ("company.is_the_same", "bool", "法人名も読みも変わらない", "name and reading are what they are already"),
    ("company.name_taken", "bool", "他の法人の名称である", "another corporation has that name"),
    ("company.one_waits", "bool", "別の変更が処理中", "another change of the participant's corporation waits"),
    ("company.id", "int", "法人名の変更の番号", "the number of the change"),
    ("company.exists", "bool", "その変更が存在する", "it exists"),
    ("company.state", "text", "その変更の状態", "its state: announced, arrived, accepted, refused or withdrawn"),
    ("company.from_day", "day", "新しい法人名となる日", "the day from which the name holds"),
    ("company.arrived_on", "day", "申請書の届いた日", "the day on which the paper arrived"),
)
