"""What anyone sees: the public site, registration, rules, results, checks of letters."""

from __future__ import annotations

from tests.browser.scenes.scene import HOME, SITE, Scene, send, send_step
from tests.support.world import SCHEME

SCENES = (
    Scene("first-page", "", "/"),
    Scene("registration", "", f"/registration/{SCHEME}/"),
    Scene("registration-form", "", f"/registration/{SCHEME}/draft/"),
    Scene("registration-wrong", "", f"/registration/{SCHEME}/draft/", send_step("check", contact_reading="カンキョウ")),
    Scene("registration-more", "", f"/registration/{SCHEME}/draft/", send_step("add:site")),
    Scene("registration-submitted", "", f"/registration/{SCHEME}/submitted/"),
    Scene("registration-returned", "", f"/registration/{SCHEME}/returned/"),
    Scene("registration-refused", "", f"/registration/{SCHEME}/refused/"),
    Scene("registration-accepted", "", f"/registration/{SCHEME}/accepted/"),
    Scene("front", "", f"/site/{SCHEME}/"),
    Scene("front-signed-in", "saver-A", f"/site/{SCHEME}/"),
    Scene("notices", "", f"{SITE}notices/"),
    Scene("notice", "", f"{SITE}notices/1/"),
    Scene("notice-for-others", "", f"{SITE}notices/2/", status=404),
    Scene("notice-for-holders", "saver-A", f"{SITE}notices/2/"),
    Scene("answers", "", f"{SITE}answers/"),
    Scene("answers-found", "", f"{SITE}answers/?q=form"),
    Scene("answers-none", "", f"{SITE}answers/?q=zebra&phase=2"),
    Scene("documents", "", f"{SITE}documents/"),
    Scene("documents-none", "", f"{SITE}documents/?phase=1&kind=forms"),
    Scene("ask", "", f"{SITE}ask/"),
    Scene("ask-nothing", "", f"{SITE}ask/", send()),
    Scene("ask-signed-in", "saver-A", f"{SITE}ask/"),
    Scene("question-waiting", "", f"{SITE}questions/{'0' * 43}/"),
    Scene("question-answered", "", f"{SITE}questions/{'1' * 43}/"),
    Scene("manual", "", "/manual/"),
    Scene("manual-chapter", "", "/manual/holder/"),
    Scene("accessibility", "", "/accessibility/"),
    Scene("privacy", "", "/personal-data/"),
    Scene("rules", "", f"{HOME}rules/?q=transfer"),
    Scene("rules-no-day", "", f"{HOME}rules/?q=deadline&on=x"),
    Scene("rules-list", "", "/rules/"),
    Scene("published-results", "", f"/results/{SCHEME}/"),
    Scene("check", "", "/check/"),
    Scene("check-unreadable", "", "/check/", send(code="？")),
    Scene("check-unknown", "", "/check/00000000000000000000/", status=404),
)
