"""Addresses of the pages. A scheme's pages live below its name, so that schemes never meet."""

from django.urls import include, path

from tanso.interfaces.web.views import (
    accounts,
    administration,
    checks,
    custody,
    entrance,
    home,
    parameters,
    records,
    reports,
    statements,
    verification,
)

_report = "reports/<str:participant>/<str:year>/"
_account = "accounts/<str:number>/"

scheme_patterns = [
    path("", home.home, name="home"),
    path("reports/", reports.report_list, name="reports"),
    path(_report, reports.report_page, name="report"),
    path(_report + "form/", reports.report_form, name="report-form"),
    path(_report + "versions/<int:number>/", reports.report_file, name="report-file"),
    path(_report + "register/", reports.RegisterReport.as_view(), name="register_report"),
    path(_report + "withdraw/", reports.WithdrawReport.as_view(), name="withdraw_report"),
    path(_report + "request-verification/", reports.RequestVerification.as_view(), name="request_verification"),
    path(_report + "request-return/", reports.RequestReturn.as_view(), name="request_return"),
    path(_report + "documents/<str:sha256>/", verification.report_document, name="report-document"),
    path(_report + "assign-verifier/", verification.AssignVerifier.as_view(), name="assign_verifier"),
    path(_report + "file-verification/", verification.FileVerification.as_view(), name="file_verification"),
    path(_report + "review/", verification.WriteReviewPaper.as_view(), name="write_review_paper"),
    path(_report + "request-correction/", verification.RequestCorrection.as_view(), name="request_correction"),
    path(_report + "open-correction/", verification.OpenCorrection.as_view(), name="open_correction"),
    path(_report + "request-approval/", reports.RequestApproval.as_view(), name="request_approval"),
    path(_report + "return/", reports.ReturnReport.as_view(), name="return_report"),
    path(_report + "approve/", reports.ApproveReport.as_view(), name="approve_report"),
    path(_report + "receive/", reports.ReceiveReport.as_view(), name="receive_report"),
    path("account/", accounts.own_account, name="own-account"),
    path("account-names/", accounts.look_up, name="look-up"),
    path(_account, accounts.account_page, name="account"),
    path(_account + "statement/", statements.statement_page, name="statement"),
    path(_account + "statement/file/", statements.statement_file, name="statement-file"),
    path(_account + "transfer/", accounts.Transfer.as_view(), name="transfer"),
    path(_account + "surrender/", accounts.Surrender.as_view(), name="surrender"),
    path(_account + "cancel/", accounts.Cancel.as_view(), name="cancel"),
    path(_account + "apply-for-banking/", accounts.ApplyForBanking.as_view(), name="apply_for_banking"),
    path(_account + "as-of/", custody.as_of_page, name="as-of"),
    path(_account + "freeze/", custody.FreezeAccount.as_view(), name="freeze_account"),
    path(_account + "unfreeze/", custody.UnfreezeAccount.as_view(), name="unfreeze_account"),
    path("postings/<int:posting>/reverse/", custody.Reverse.as_view(), name="reverse"),
    path(_account + "approve-banking/", accounts.ApproveBanking.as_view(), name="approve_banking"),
    path(_account + "issue/", administration.issue_choice, name="issue-choice"),
    path(_account + "issue/<str:unit>/", administration.Issue.as_view(), name="issue"),
    path("serials/", statements.serial_page, name="serials"),
    path("serials/file/", statements.serial_file, name="serial-file"),
    path("participants/", administration.standings, name="standings"),
    path("proposals/", administration.proposals, name="proposals"),
    path("proposals/<uuid:act_id>/", administration.ApproveProposal.as_view(), name="approve-proposal"),
    path("banking/", administration.banking, name="banking"),
    path("ledger-check/", checks.ledger_check, name="ledger-check"),
    path("calendar/", administration.calendar, name="calendar"),
    path("parameters/", parameters.parameter_list, name="parameters"),
    path("parameters/<slug:parameter>/override/", parameters.OverrideParameter.as_view(), name="override_parameter"),
    path("parameters/<slug:parameter>/withdraw/", parameters.WithdrawOverride.as_view(), name="withdraw_override"),
    path("records/", records.act_list, name="acts"),
    path("records/<uuid:act_id>/", records.act_page, name="act"),
]

urlpatterns = [
    path("", entrance.entrance, name="entrance"),
    path("sign-in/", entrance.sign_in, name="sign-in"),
    path("sign-out/", entrance.sign_out, name="sign-out"),
    path("language/", entrance.set_language, name="set_language"),
    path("schemes/<slug:scheme>/", include(scheme_patterns)),
]
