"""Signing in, one's own login, and the logins of all."""

from __future__ import annotations

from tests.browser import site
from tests.browser.scenes.scene import HOME, Scene, confirm_and_send_nothing, confirm_first, open_link, send

SCENES = (
    Scene("sign-in", "", "/sign-in/"),
    Scene("sign-in-wrong", "", "/sign-in/", send(username="nobody", password="nothing")),  # noqa: S106
    Scene("own-login", "buyer-B", "/own-login/"),
    Scene("own-password", "buyer-A", "/own-login/password/"),
    Scene(
        "own-password-weak",
        "buyer-A",
        "/own-login/password/",
        send(oldpassword="x", password1="password", password2="passwort"),
    ),
    Scene("set-up-app", "buyer-A", "/own-login/app/"),
    Scene("set-up-app-wrong", "buyer-A", "/own-login/app/", send(code="123456")),
    Scene("add-passkey", "buyer-A", "/own-login/passkeys/add/"),
    Scene("sessions", "buyer-A", "/own-login/sessions/"),
    Scene("confirm-by-password", "buyer-A", "/confirm/?next=/own-login/"),
    Scene("logins", "admin-1", f"{HOME}logins/"),
    Scene("logins-none", "admin-1", f"{HOME}logins/?name=nobody"),
    Scene("sign-in-attempts", "admin-1", f"{HOME}logins/attempts/"),
    Scene("sign-in-attempts-none", "admin-1", f"{HOME}logins/attempts/?name=nobody"),
    Scene(
        "release-login", "admin-1", f"{HOME}logins/attempts/verifier-of-saver-A/release/", send(reason="本人から連絡")
    ),
    Scene("issue-login", "admin-1", f"{HOME}logins/trader/A/issue/"),
    Scene("reissue-login", "admin-1", f"{HOME}logins/late/A/reissue/", send(reason="紛失のため")),
    Scene("deactivate-login", "admin-1", f"{HOME}logins/late/B/deactivate/", send(reason="担当者の退職")),
    Scene("activate-login", "admin-1", f"{HOME}logins/late/B/activate/"),
    Scene("password-of-b", "buyer-A", f"{HOME}passwords/B/", confirm_first),
    Scene("password-of-b-nothing", "buyer-A", f"{HOME}passwords/B/", confirm_and_send_nothing),
    Scene("first-password", "new-A", "/own-login/first-password/"),
    Scene("second-step", "", "/sign-in/", send(username="guarded-A", password=site.password_of("guarded-A"))),
    Scene("own-login-guarded", "guarded-A", "/own-login/"),
    Scene("recovery-codes", "guarded-A", "/own-login/recovery-codes/"),
    Scene("recovery-codes-new", "guarded-A", "/own-login/recovery-codes/new/"),
    Scene("remove-app", "guarded-A", "/own-login/app/remove/"),
    Scene("remove-passkey", "guarded-A", "/own-login/", open_link("a[href*=passkeys][href$='remove/']")),
    Scene("confirm-by-code", "guarded-A", "/confirm/code/?next=/own-login/"),
    Scene("confirm-by-passkey", "guarded-A", "/confirm/passkey/?next=/own-login/"),
)
