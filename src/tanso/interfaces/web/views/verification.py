"""Verification and review: the verifier's report, papers of the review, which verifier, corrections after approval."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tanso.emissions.models import File
from tanso.interfaces.web import describe
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.desk import Who
from tanso.interfaces.web.downloads import file_response
from tanso.interfaces.web.forms.base import ActForm, ReasonForm
from tanso.interfaces.web.forms.document_field import largest_document
from tanso.interfaces.web.forms.verification import (
    AssignVerifierForm,
    ReviewPaperForm,
    VerificationReportForm,
)
from tanso.interfaces.web.views.reports import ReportAct, report_of
from tanso.kernel import papers
from tanso.parties import queries as parties

_EVERYONE_OF_EMISSIONS = (Who.EMISSIONS, Who.VERIFIER, Who.ADMINISTRATOR)


@seen_by(*_EVERYONE_OF_EMISSIONS)
def report_document(request: HttpRequest, participant: str, year: str, sha256: str) -> HttpResponse:
    """A document that belongs to a report: with a verification report, a paper of the review, or by itself."""
    report = report_of(request.desk, participant, year)  # type: ignore[attr-defined]
    belongs = {each.document_id for each in report.verifications.all()}
    belongs |= {each.document_id for each in report.papers.all()}
    belongs |= {each.document_id for each in report.attachments.all()}
    document = File.objects.filter(sha256=sha256).first() if sha256 in belongs else None
    if document is None:
        raise Http404
    content = bytes(document.content)
    kind = papers.kind_of(content)
    name = f"{participant}-{report.fiscal_year}-{sha256[:8]}.{kind}"
    return file_response(content, name, media_type=papers.media_type(kind))


class FileVerification(ReportAct):
    who = (Who.VERIFIER,)
    operation = "file_verification"
    form_class = VerificationReportForm
    form_template = "web/reports/verification_form.html"

    def form_options(self) -> dict[str, Any]:
        opinions = self.desk.rulebook.opinions.values()
        labels = [(opinion.opinion, describe.here(opinion.label)) for opinion in opinions]
        return {"opinions": labels} | largest_document(self.desk)


class WriteReviewPaper(ReportAct):
    who = (Who.VERIFIER, Who.ADMINISTRATOR)
    operation = "write_review_paper"
    form_class: ClassVar[type[ActForm]] = ReviewPaperForm
    confirms = False

    def form_options(self) -> dict[str, Any]:
        return largest_document(self.desk)

    def context(self) -> dict[str, Any]:
        return super().context() | {"button": _("Send")}


class AssignVerifier(ReportAct):
    who = (Who.ADMINISTRATOR,)
    operation = "assign_verifier"
    form_class: ClassVar[type[ActForm]] = AssignVerifierForm

    def form_options(self) -> dict[str, Any]:
        initial = {} if self.report.verifier is None else {"verifier": self.report.verifier.key}
        known = parties.verifiers(self.desk.scheme)
        return {"verifiers": [(verifier.key, verifier.name) for verifier in known], "initial": initial}


class RequestCorrection(ReportAct):
    who = (Who.EMISSIONS,)
    operation = "request_correction"
    form_class: ClassVar[type[ActForm]] = ReasonForm


class OpenCorrection(ReportAct):
    who = (Who.ADMINISTRATOR,)
    operation = "open_correction"
    form_class: ClassVar[type[ActForm]] = ReasonForm
