"""What a report's pages show of its verification and its review, and where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.emissions import queries as emissions
from tanso.emissions import review
from tanso.emissions.models import Report, Verification
from tanso.interfaces.web import describe
from tanso.interfaces.web.desk import Desk
from tanso.interfaces.web.forms.verification import ASSURANCE_LABELS, CORRECTION_LABELS


def address_of(desk: Desk, report: Report, name: str = "report", **more: Any) -> str:
    return reverse(
        name, kwargs={"scheme": desk.scheme, "participant": report.participant.key, "year": report.year, **more}
    )


@dataclass(frozen=True, slots=True)
class Filed:
    """A verification report as the page shows it."""

    verification: Verification
    opinion: str
    assurance: str
    findings: list[dict[str, Any]]
    visits: list[dict[str, Any]]
    document: str


def filed(desk: Desk, report: Report) -> list[Filed]:
    """The verification reports of a report, the latest first."""
    return [
        Filed(
            verification=each,
            opinion=describe.opinion(desk.rulebook, each.opinion),
            assurance=str(ASSURANCE_LABELS.get((each.form or {}).get("assurance", ""), "")),
            findings=[
                finding | {"correction": str(CORRECTION_LABELS[finding["correction"]])}
                for finding in (each.form or {}).get("findings", ())
            ],
            visits=list((each.form or {}).get("site_visits", ())),
            document=address_of(desk, report, "report-document", sha256=each.document_id) if each.document_id else "",
        )
        for each in report.verifications.all()
    ]


def attachments(desk: Desk, report: Report) -> list[dict[str, Any]]:
    """The files that the holder added to the report, the latest first."""
    return [
        {
            "text": each.text,
            "about": f"{each.kind.upper()}, {-(-each.size_bytes // 1000):,} kB",
            "day": each.attached_on,
            "address": address_of(desk, report, "report-document", sha256=each.document_id),
        }
        for each in report.attachments.all()
    ]


def paper_lines(desk: Desk, report: Report) -> list[dict[str, Any]]:
    """The papers of the review, the latest first."""
    return [
        {
            "paper": paper,
            "by": _("Administrator") if paper.by_authority else _("Verifier"),
            "document": address_of(desk, report, "report-document", sha256=paper.document_id)
            if paper.document_id
            else "",
        }
        for paper in report.papers.all()
    ]


def signals(desk: Desk, report: Report) -> list[str]:
    """What is unusual about the figure, for those who verify and review it."""
    if not (desk.is_administrator or desk.is_verifier):
        return []
    found = review.signals_of(desk.rulebook, [report], desk.today).get(report.pk, [])
    latest = next(iter(report.versions.all()), None)
    if latest is not None and latest.workbook is not None:
        found = [*found, *review.signals_of_workbook(bytes(latest.workbook.content), desk.rulebook)]
    return [describe.here(signal.sentence) for signal in found]


def status_lines(desk: Desk, report: Report) -> list[tuple[str, str, str]]:
    """What stands where: the emissions report, the verification report, the papers of the review; with a tone."""
    rulebook = desk.rulebook
    if not rulebook.life.years[report.year].verified:
        return []
    verification = {
        "none": (_("not yet"), ""),
        "asked": (_("asked for"), "waiting"),
        "filed": (_("registered"), "waiting"),
        "accepted": (_("accepted"), "good"),
    }
    review = {
        "none": (_("none"), ""),
        "with_verifier": (_("the verifier is asked"), "attention"),
        "with_authority": (_("the secretariat reads"), "waiting"),
        "closed": (_("closed"), "good"),
    }
    return [
        (_("Verification report"), *verification[emissions.verification_status(report, rulebook.life.final_states)]),
        (_("Review papers"), *review[emissions.review_status(report, rulebook.life.final_states)]),
    ]
