"""The verbs about names of corporations, and about objections and disputes."""

from __future__ import annotations

from tanso.interfaces.cli.scenarios.verb import PARTY, Argument, Verb
from tanso.kernel.texts import Text

_CHANGE = Argument("change", "step")
_CASE = Argument("objection", "step")
_REASON = Argument("reason", "text")
_PAPER = (Argument("text", "text"), Argument("document", "document", required=False))

CASE_VERBS = (
    Verb(
        "announce_organisation_change",
        Text(ja="法人名の変更を届け出る", en="announce another name of the corporation"),
        "party",
        (PARTY, Argument("name", "text"), Argument("name_kana", "text"), Argument("from_day", "day")),
    ),
    Verb(
        "record_change_paper",
        Text(ja="変更申請書の到着を記録する", en="record that the paper arrived"),
        "administrator",
        (_CHANGE, Argument("arrived_on", "day")),
    ),
    Verb(
        "accept_organisation_change",
        Text(ja="change 番の手順による法人名の変更を承認する", en="accept the name that the step announced"),
        "administrator",
        (_CHANGE,),
    ),
    Verb(
        "refuse_organisation_change",
        Text(ja="change 番の手順による法人名の変更を却下する", en="refuse the name that the step announced"),
        "administrator",
        (_CHANGE, _REASON),
    ),
    Verb(
        "withdraw_organisation_change",
        Text(ja="change 番の手順による法人名の変更を取り下げる", en="withdraw the name that the step announced"),
        "party",
        (PARTY, _CHANGE),
    ),
    Verb(
        "file_objection",
        Text(ja="step 番の手順（事務局の決定）に異議を申し立てる", en="object to the decision of that step"),
        "party",
        (PARTY, Argument("step", "step"), *_PAPER),
    ),
    Verb(
        "file_dispute",
        Text(ja="step 番の手順（移転）について紛争を申し立てる", en="dispute the transfer of that step"),
        "party",
        (PARTY, Argument("step", "step"), *_PAPER),
    ),
    Verb(
        "acknowledge_objection",
        Text(ja="申立てを受理する", en="take up the case that the step filed"),
        "administrator",
        (_CASE,),
    ),
    Verb(
        "write_objection_paper",
        Text(ja="申立てについて書面を提出する", en="write a paper to the case that the step filed"),
        "administrator",
        (_CASE, *_PAPER),
    ),
    Verb(
        "withdraw_objection",
        Text(ja="申立てを取り下げる", en="withdraw the case that the step filed"),
        "party",
        (PARTY, _CASE),
    ),
    Verb(
        "decide_objection",
        Text(
            ja="申立てについて決定する。correction は是正した手順の番号",
            en="decide the case that the step filed; `correction` is the step that puts it right",
        ),
        "administrator",
        (
            _CASE,
            Argument("outcome", "text"),
            _REASON,
            Argument("correction", "step", required=False),
        ),
    ),
)
