"""What conditions may ask about contacts and their changes; a part of `facts`."""

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
)
