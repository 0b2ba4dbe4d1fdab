"""Addresses of signing in. Names with allauth's prefixes are those by which allauth finds its own pages."""

from django.urls import path

from tanso.interfaces.web.signing_in import views

signing_in_patterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/code/", views.second_step, name="mfa_authenticate"),
    path("sign-in/passkey/", views.passkey_sign_in, name="mfa_login_webauthn"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("confirm/", views.confirm_by_password, name="account_reauthenticate"),
    path("confirm/code/", views.confirm_by_code, name="mfa_reauthenticate"),
    path("confirm/passkey/", views.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("own-login/", views.own_login, name="mfa_index"),
    path("own-login/first-password/", views.choose_password, name="choose-password"),
    path("own-login/password/", views.own_password, name="account_change_password"),
    path("own-login/second-factor/", views.second_factor, name="second-factor"),
    path("own-login/app/", views.app, name="mfa_activate_totp"),
    path("own-login/app/picture/", views.app_picture, name="app-picture"),
    path("own-login/app/remove/", views.remove_app, name="mfa_deactivate_totp"),
    path("own-login/passkeys/add/", views.add_passkey, name="mfa_add_webauthn"),
    path("own-login/passkeys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("own-login/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("own-login/recovery-codes/new/", views.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("own-login/mail-language/", views.mail_language, name="mail-language"),
    path("own-login/sessions/", views.sessions, name="usersessions_list"),
]
