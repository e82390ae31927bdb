"""The last page: which document this is, what it was made from, its versions, and room to sign it."""

from pathlib import Path

from markupsafe import Markup

from certlib.assess import Assessment
from certlib.evidence import sha256
from certlib.show.cover import reference
from certlib.show.markup import Child, Display, join, table, tag, terms
from certlib.show.summary import when
from certlib.text import visible
from certlib.version import VERSION

NO_HISTORY = (
    "The inventory tells no versions of this report; its reference and its evidence tell it from others."
)
MEANING = (
    "The maker of this report signs that it follows from the evidence named above, the customer that the "
    "report was handed over. A signature accepts no finding: a waiver in the inventory does, with its "
    "owner and last day."
)
PARTS = ("Name", "Role", "Date", "Signature")


def signoff(assessment: Assessment, *, source: Path) -> Display:
    """Document, evidence, versions and signatures; `source` is the evidence file that was read."""
    site, history = assessment.site, assessment.site.report.history
    total = sha256(source)
    versions = table(
        caption="Versions of this report",
        columns=["Version", "Date", "Author", "Change"],
        rows=[[one.version, one.date.isoformat(), one.author, one.change] for one in history],
        class_="history",
    )
    facts: dict[str, Child] = {
        "Reference": reference(assessment),
        "Site": f"{site.customer}, {site.title} ({site.id})",
        "Evidence": f"collected {when(assessment.collected)}",
        "SHA-256 of the evidence": tag("code", total, class_="fingerprint"),
        "Made with": f"certlib {VERSION}",
    }
    html = join(
        terms(facts.items()),
        versions if history else tag("p", NO_HISTORY),
        tag("h3", "Sign-off"),
        tag("p", MEANING),
        _signatures(assessment),
    )
    lines = [f"{reference(assessment)}, evidence {total}"]
    lines += [f"{one.version}  {one.date}  {one.author}  {one.change}" for one in history]
    return Display(html=html, text="\n".join(map(visible, lines)))


def _signatures(assessment: Assessment) -> Markup:
    site, report = assessment.site, assessment.site.report
    maker = site.branding.name or "the maker of this report"
    known = {
        "Name": (report.customer.name, report.consultant.name or site.branding.author),
        "Role": (report.customer.role, report.consultant.role),
    }
    return table(
        caption="Signatures",
        columns=["For", site.customer, maker],
        rows=[[part, *known.get(part, ("", ""))] for part in PARTS],
        class_="signoff",
    )
