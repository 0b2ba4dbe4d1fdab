"""The verbs of applications for registration, from the form to the participants that come of it."""

from __future__ import annotations

from tanso.interfaces.cli.scenarios.verb import PHASE, Argument, Verb
from tanso.kernel.texts import Text

_APPLICATION = Argument("application", "step")
_REASON = Argument("reason", "text")

REGISTRATION_VERBS = (
    Verb(
        "submit_registration",
        Text(
            ja="登録を申請する。form は記入欄（holders は目標保有者、joint は共同事業者の行）で、書かない必須の欄は"
            "例で埋める。again は、差し戻された申請を出した手順",
            en="apply for registration. form has the lines of the form (holders and joint its rows); what must be "
            "filled in and is not said is made up. again: the step whose application came back",
        ),
        "nobody",
        (
            Argument("kind", "text"),
            Argument("phase", "phase", required=False),
            Argument("form", "form", required=False),
            Argument("again", "step", required=False),
        ),
    ),
    Verb(
        "load_adoption_list",
        Text(
            ja="期の採択リストを登録する。rows の各行は、代表事業者、事業所及び排出削減目標量",
            en="load the adoption list of a phase; each of rows is a business, its site and its reduction target",
        ),
        "administrator",
        (PHASE, Argument("rows", "rows")),
    ),
    Verb(
        "record_paper",
        Text(
            ja="申請の書類が到着したことを記録する。code は書類の確認番号（書かなければ正しい番号）",
            en="record that a paper of the application arrived; code is the one on it, the right one where not said",
        ),
        "administrator",
        (
            _APPLICATION,
            Argument("paper", "text"),
            Argument("arrived_on", "day", required=False),
            Argument("code", "text", required=False),
        ),
    ),
    Verb(
        "return_registration",
        Text(ja="登録の申請を差し戻す", en="return the application for registration that the step made"),
        "administrator",
        (_APPLICATION, _REASON),
    ),
    Verb(
        "refuse_registration",
        Text(ja="登録の申請を却下する", en="refuse the application for registration that the step made"),
        "administrator",
        (_APPLICATION, _REASON),
    ),
    Verb(
        "accept_registration",
        Text(
            ja="登録の申請を受理し、参加者を登録する",
            en="accept the application that the step made, and register its participants",
        ),
        "administrator",
        (_APPLICATION,),
    ),
)
