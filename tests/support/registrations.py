"""Applications for registration as tests make them: the example of the slides, written, submitted and followed up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from tanso.acts import Actor, perform, rulebooks
from tanso.kernel.outcomes import Outcome
from tanso.parties.applications import drafts, queries
from tanso.parties.applications.adoption import FILE, Adopted, file_of
from tanso.parties.applications.content import Content
from tanso.parties.applications.models import Application, ApplicationDraft
from tests.support.world import ADMINISTRATOR, World

# Of applications for phase 3.
LAST_DAY = date(2014, 9, 30)
# S1, slide 5.
CONTENT: dict[str, Any] = {
    "fields": {
        "by_representative": "yes",
        "representative_name": "ABCリース株式会社",
        "representative_reading": "えーびーしーりーすかぶしきがいしゃ",
        "representative_person": "先進花子",
        "representative_person_reading": "せんしんはなこ",
        "contact_organisation": "株式会社アセット不動産",
        "contact_department": "環境部",
        "contact_title": "環境部長",
        "contact_person": "環境太郎",
        "contact_reading": "かんきょうたろう",
        "contact_postcode": "123-4567",
        "contact_address": "東京都千代田区一丁目1番1号",
        "contact_telephone": "03-1234-5678",
        "contact_fax": "03-1234-5679",
        "mail_a": "taro@example.jp",
        "mail_b": "kankyo@example.jp",
        "contact_consent": "yes",
    },
    "joint": [{"joint_name": "株式会社アセット不動産", "joint_reading": "かぶしきがいしゃあせっとふどうさん"}],
    "site": [
        {
            "site_name": "アセット第一ビル",
            "site_reading": "あせっとだいいちびる",
            "site_address": "埼玉県さいたま市大宮区1-1",
            "site_type": "workplace",
            "form": "single",
            "account_name": "株式会社アセット不動産　アセット第一ビル",
            "tokyo_saitama": "no",
        }
    ],
}
TRADER: dict[str, Any] = {
    "fields": {
        name: value
        for name, value in CONTENT["fields"].items()
        if name not in ("by_representative", "contact_organisation", "mail_b")
    },
    "site": [{"account_name": "ABCリース取引口座"}],
}
VERIFIER: dict[str, Any] = {
    "fields": {name: value for name, value in TRADER["fields"].items() if name != "contact_consent"}
}
ADOPTED = (
    Adopted("ＡＢＣリース（株）", "アセット第一 ビル", 1200),
    Adopted("ABCリース株式会社", "アセット第二ビル", 300),
    Adopted("別の株式会社", "別のビル", 50),
)


def changed(content: dict[str, Any] = CONTENT, **fields: str) -> dict[str, Any]:
    """The content with other fields; those of the first holder with `site_0_` before their names."""
    found = deepcopy(content)
    for name, value in fields.items():
        if name.startswith("site_0_"):
            found["site"][0][name.removeprefix("site_0_")] = value
        else:
            found["fields"][name] = value
    return found


def write(
    world: World, content: dict[str, Any] = CONTENT, *, kind: str = "target_holder", phase: int | None = 2
) -> tuple[str, ApplicationDraft]:
    """A draft with this content; its secret and its row."""
    rulebook = rulebooks.current(world.scheme)
    token = drafts.start(rulebook, kind=kind, phase=phase, day=world.today)
    draft = drafts.find(world.scheme, token, world.today)
    assert draft is not None
    rewrite(world, draft, content)
    return token, draft


def rewrite(world: World, draft: ApplicationDraft, content: dict[str, Any]) -> None:
    rulebook = rulebooks.current(world.scheme)
    form = drafts.form_of(rulebook, draft.kind)
    assert form is not None
    assert drafts.save(rulebook, draft, Content.read(form, content), world.today)


def known(draft: ApplicationDraft, token: str) -> str:
    """Give a draft a secret that a test can write down."""
    ApplicationDraft.objects.filter(pk=draft.pk).update(token_hash=drafts.token_hash(token))
    return token


def submit(world: World, draft: ApplicationDraft, **more: Any) -> Outcome:
    form = drafts.form_of(rulebooks.current(world.scheme), draft.kind)
    assert form is not None
    said = Content.read(form, draft.content).without_empty_rows()
    return perform(world.act("submit_registration", Actor.public(), {"draft": draft.id, "content": said.hash}, **more))


def apply(world: World, content: dict[str, Any] = CONTENT, **options: Any) -> Application:
    """An application that was submitted."""
    outcome = submit(world, write(world, content, **options)[1])
    assert outcome.ok, outcome
    found = queries.application(world.scheme, outcome.result["registration"])
    assert found is not None
    return found


def load(world: World, rows: Sequence[Adopted] = ADOPTED, phase: int = 2) -> Outcome:
    content = file_of(rows)
    arguments = {"phase": phase, FILE: hashlib.sha256(content).hexdigest()}
    return perform(world.act("load_adoption_list", ADMINISTRATOR, arguments, files={FILE: content}))


def application_of(draft: ApplicationDraft) -> Application:
    """The application that a draft became."""
    found = ApplicationDraft.objects.select_related("application").get(pk=draft.pk).application
    assert found is not None
    return found


def arrive(world: World, found: Application, *papers: str) -> None:
    """The papers arrive on the world's day; all of them where none is named."""
    found.refresh_from_db()
    for paper in papers or ("application", "consent"):
        outcome = world.do(
            "record_paper",
            ADMINISTRATOR,
            registration=found.id,
            paper=paper,
            check_code=queries.check_code(found),
            arrived_on=world.today.isoformat(),
        )
        assert outcome.ok, outcome
