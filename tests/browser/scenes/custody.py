"""What protects units: trusted accounts, transfers that wait, freezing, reversal."""

from __future__ import annotations

from tests.browser.scenes.scene import GUARDED, HOME, Scene, follow, send

SCENES = (
    Scene("account-frozen", "late-A", f"{HOME}accounts/AST-1002/"),
    Scene("account-frozen-administrator", "admin-1", f"{HOME}accounts/AST-1002/"),
    Scene("as-of", "saver-A", f"{HOME}accounts/AST-1001/as-of/?on=2014-06-01"),
    Scene("as-of-unreadable", "saver-A", f"{HOME}accounts/AST-1001/as-of/?on=x", status=422),
    Scene("as-of-unknown", "admin-1", f"{HOME}accounts/AST-1001/as-of/?on=2014-06-01&known=2001-01-01T09:00"),
    Scene("freeze", "admin-1", f"{HOME}accounts/AST-1001/freeze/"),
    Scene("freeze-nothing", "admin-1", f"{HOME}accounts/AST-1001/freeze/", send()),
    Scene("freeze-refused", "admin-1", f"{HOME}accounts/AST-1001/freeze/", send(reason="x", until="2015-12-02")),
    Scene("freeze-confirm", "admin-1", f"{HOME}accounts/AST-1001/freeze/", send(reason="差押え", until="2016-02-01")),
    Scene("close-account", "admin-1", f"{HOME}accounts/AST-1008/close/"),
    Scene("close-account-nothing", "admin-1", f"{HOME}accounts/AST-1008/close/", send()),
    Scene("unfreeze", "admin-1", f"{HOME}accounts/AST-1002/unfreeze/"),
    Scene("guarded-home", "works-B", GUARDED),
    Scene("guarded-balance", "works-A", f"{GUARDED}accounts/UR-1001/"),
    Scene("guarded-transfer", "works-A", f"{GUARDED}accounts/UR-1001/transfer/", send(to="UR-1003", quantity_t="100")),
    Scene("trusted-accounts", "works-A", f"{GUARDED}accounts/UR-1001/trusted/"),
    Scene("trusted-accounts-none", "steel-A", f"{GUARDED}accounts/UR-1002/trusted/"),
    Scene("trust-account", "works-A", f"{GUARDED}accounts/UR-1001/trusted/add/"),
    Scene("trust-account-refused", "works-A", f"{GUARDED}accounts/UR-1001/trusted/add/", send(trusted="UR-1002")),
    Scene("trust-account-confirm", "works-A", f"{GUARDED}accounts/UR-1001/trusted/add/", send(trusted="UR-1003")),
    Scene("distrust-account", "works-A", f"{GUARDED}accounts/UR-1001/trusted/UR-1002/remove/"),
    Scene("waiting-transfers", "works-A", f"{GUARDED}waiting/"),
    Scene("waiting-transfers-none", "steel-A", f"{GUARDED}waiting/"),
    Scene("waiting-transfers-of-all", "admin-1", f"{GUARDED}waiting/"),
    Scene("abort-transfer", "works-A", f"{GUARDED}waiting/1/abort/"),
    Scene("abort-transfer-confirm", "works-A", f"{GUARDED}waiting/1/abort/", send(reason="心当たりがない")),
    Scene("own-proposals", "works-B", f"{GUARDED}proposals/"),
    Scene("approve-own-proposal", "works-B", f"{GUARDED}proposals/", follow("main table .button")),
    Scene("reverse", "admin-1", f"{HOME}postings/3/reverse/"),
    Scene("reverse-confirm", "admin-1", f"{HOME}postings/3/reverse/", send(reason="相手を誤った")),
)
