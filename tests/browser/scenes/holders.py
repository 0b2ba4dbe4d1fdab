"""The desk of a holder and of a trading participant: home, balance, statement, acts on units."""

from __future__ import annotations

from tests.browser.scenes.scene import HOME, Scene, send, send_and_confirm, send_question

SCENES = (
    Scene("holder-home", "buyer-A", HOME),
    Scene("holder-home-met", "saver-A", HOME),
    Scene("holder-home-blank", "late-A", HOME),
    Scene("holder-home-next-phase", "following-A", HOME),
    Scene("balance", "saver-A", f"{HOME}accounts/AST-1001/"),
    Scene("statement", "saver-A", f"{HOME}accounts/AST-1001/statement/?first=2014-04-01&last=2015-12-02"),
    Scene("statement-no-period", "saver-A", f"{HOME}accounts/AST-1001/statement/?first=x&last=2014-04-01", status=422),
    Scene("statement-nothing", "trader-A", f"{HOME}accounts/AST-1003/statement/?first=2013-04-01&last=2013-04-01"),
    Scene("serials", "saver-A", f"{HOME}serials/"),
    Scene("serial-own-hops", "saver-A", f"{HOME}serials/", send_question("900")),
    Scene("serial-not-seen", "saver-A", f"{HOME}serials/", send_question("987654")),
    Scene("transfer", "following-A", f"{HOME}accounts/AST-1005/transfer/"),
    Scene("transfer-unreadable", "saver-A", f"{HOME}accounts/AST-1001/transfer/", send(to="AST-1005", quantity_t="x")),
    Scene("transfer-refused", "saver-A", f"{HOME}accounts/AST-1001/transfer/", send(to="AST-1", quantity_t="1.5")),
    Scene("surrender", "buyer-A", f"{HOME}accounts/AST-1004/surrender/"),
    Scene("surrender-refused", "buyer-A", f"{HOME}accounts/AST-1004/surrender/", send(quantity_t="1500")),
    Scene("cancel", "saver-A", f"{HOME}accounts/AST-1001/cancel/"),
    Scene(
        "cancel-confirm",
        "saver-A",
        f"{HOME}accounts/AST-1001/cancel/",
        send(quantity_t="100", purpose="offset", statement="本社ビルのため"),
    ),
    Scene(
        "cancel-done",
        "saver-A",
        f"{HOME}accounts/AST-1001/cancel/",
        send_and_confirm(quantity_t="1", purpose="voluntary"),
    ),
    Scene("schedule", "saver-A", f"{HOME}schedule/"),
    Scene("schedule-trader", "trader-A", f"{HOME}schedule/?phase=2"),
    Scene("banking-confirm", "saver-A", f"{HOME}accounts/AST-1001/apply-for-banking/"),
    Scene("holder-records", "saver-A", f"{HOME}records/"),
    Scene("not-found", "saver-A", f"{HOME}accounts/AST-1004/", status=404),
    Scene("forbidden", "saver-A", f"{HOME}participants/", status=403),
    Scene("emissions-home", "buyer-B", HOME),
    Scene("emissions-records", "buyer-B", f"{HOME}records/"),
    Scene("trader-home", "trader-A", HOME),
)
