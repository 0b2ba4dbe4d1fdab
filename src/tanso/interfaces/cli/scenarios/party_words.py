"""The verbs about parties' own data: names, contacts and the list of them."""

from __future__ import annotations

from tanso.interfaces.cli.scenarios.verb import PARTY, Argument, Verb
from tanso.kernel.texts import Text

_CHANGE = Argument("change", "step")
_REASON = Argument("reason", "text")

PARTY_VERBS = (
    Verb(
        "request_contact_change",
        Text(
            ja="担当者情報（mail_A・mail_B を含む。示さない項目は空欄）の変更を申請する",
            en="ask for other contact data, mail_A and mail_B among them; what is not given is empty",
        ),
        "party",
        (PARTY, Argument("contact", "form")),
    ),
    Verb(
        "withdraw_contact_change",
        Text(ja="change 番の手順による変更申請を取り下げる", en="withdraw the request that the step made"),
        "party",
        (PARTY, _CHANGE),
    ),
    Verb(
        "accept_contact_change",
        Text(
            ja="change 番の手順による変更申請を承認する（content：承認する内容のハッシュ、なければ申請のとおり）",
            en="accept the request that the step made; `content` is the hash of it, unless it is as asked for",
        ),
        "administrator",
        (
            _CHANGE,
            Argument("content", "text", required=False),
            Argument("mail_confirmed", "attribute_value", required=False),
        ),
    ),
    Verb(
        "refuse_contact_change",
        Text(ja="change 番の手順による変更申請を却下する", en="refuse the request that the step made"),
        "administrator",
        (_CHANGE, _REASON),
    ),
    Verb(
        "rename_account",
        Text(ja="口座名を変更する", en="give the party's account another name"),
        "administrator",
        (PARTY, Argument("name", "text"), _REASON),
    ),
    Verb(
        "rename_site",
        Text(ja="事業所 site の名称を変更する", en="give the site that is called `site` another name"),
        "administrator",
        (
            PARTY,
            Argument("site", "text"),
            Argument("name", "text"),
            Argument("name_kana", "text", required=False),
            _REASON,
        ),
    ),
    Verb(
        "join_contact_list",
        Text(ja="担当者情報リストへの掲載に同意する", en="agree to be on the contact list"),
        "party",
        (PARTY,),
    ),
    Verb(
        "leave_contact_list",
        Text(ja="担当者情報リストへの掲載を取りやめる", en="leave the contact list"),
        "party",
        (PARTY,),
    ),
)
