"""Reports of emissions: of the holder, the verifier and the administrator."""

from __future__ import annotations

from tests.browser.scenes.scene import HOME, Scene, send

SCENES = (
    Scene("holder-reports", "saver-A", f"{HOME}reports/"),
    Scene("report-approved", "saver-A", f"{HOME}reports/saver/target/"),
    Scene("report-returned", "following-A", f"{HOME}reports/following/target/"),
    Scene("report-register", "following-A", f"{HOME}reports/following/target/register/"),
    Scene("report-register-nothing", "following-A", f"{HOME}reports/following/target/register/", send()),
    Scene("report-request-verification", "following-A", f"{HOME}reports/following/target/request-verification/"),
    Scene("report-withdraw", "following-A", f"{HOME}reports/following/adjustment/withdraw/"),
    Scene("report-request-return", "late-A", f"{HOME}reports/late/base/request-return/"),
    Scene("verifier-home", "verifier-A", HOME),
    Scene("verifier-reports", "verifier-A", f"{HOME}reports/"),
    Scene("verification", "verifier-A", f"{HOME}reports/late/base/file-verification/"),
    Scene(
        "verification-confirm",
        "verifier-A",
        f"{HOME}reports/late/base/file-verification/",
        send(emissions_t="4321", opinion="unqualified", assurance="reasonable"),
    ),
    Scene("verification-half", "verifier-A", f"{HOME}reports/late/base/file-verification/", send(finding_0="x")),
    Scene("compare-versions", "following-A", f"{HOME}reports/following/adjustment/compare/"),
    Scene("report-in-review", "late-A", f"{HOME}reports/late/target/"),
    Scene("report-corrected", "following-A", f"{HOME}reports/following/base/"),
    Scene("review", "verifier-A", f"{HOME}reports/late/target/review/"),
    Scene("assign-verifier", "admin-1", f"{HOME}reports/late/base/assign-verifier/"),
    Scene("request-correction", "saver-A", f"{HOME}reports/saver/target/request-correction/"),
    Scene("open-correction", "admin-1", f"{HOME}reports/saver/target/open-correction/", send(reason="計量器の誤り")),
    Scene("verifier-return", "verifier-A", f"{HOME}reports/late/base/return/"),
    Scene("verifier-request-approval", "verifier-A", f"{HOME}reports/late/base/request-approval/"),
    Scene("administrator-reports", "admin-1", f"{HOME}reports/?state=approval_requested"),
    Scene("administrator-reports-none", "admin-1", f"{HOME}reports/?name=nobody"),
    Scene("approve-report", "admin-1", f"{HOME}reports/late/target/approve/"),
    Scene("receive-report", "admin-1", f"{HOME}reports/following/adjustment/receive/"),
    Scene("attach", "following-A", f"{HOME}reports/following/target/attach/"),
    Scene("review-queue", "admin-1", f"{HOME}review/"),
)
