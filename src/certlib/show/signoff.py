"""The last page: which document this is, what it was made from, its versions, and room to sign it."""

from pathlib import Path

from markupsafe import Markup

from certlib.assess import Assessment
from certlib.evidence import sha256
from certlib.language import Phrases, phrases
from certlib.show.cover import reference
from certlib.show.markup import Child, Display, join, table, tag, terms
from certlib.text import visible
from certlib.version import VERSION


def signoff(assessment: Assessment, *, source: Path) -> Display:
    """Document, evidence, versions and signatures; `source` is the evidence file that was read."""
    site, history = assessment.site, assessment.site.report.history
    say = phrases(site.report.language)
    total = sha256(source)
    versions = table(
        caption=say("signoff.versions"),
        columns=[say("fact.version"), say("signoff.date"), say("fact.author"), say("signoff.change")],
        rows=[[one.version, one.date.isoformat(), one.author, one.change] for one in history],
        class_="history",
    )
    facts: dict[str, Child] = {
        say("fact.reference"): reference(assessment),
        say("signoff.site"): f"{site.customer}, {site.title} ({site.id})",
        say("signoff.evidence"): say("signoff.collected", time=say.moment(assessment.collected)),
        say("signoff.sum"): tag("code", total, class_="fingerprint"),
        say("fact.made_with"): f"certlib {VERSION}",
    }
    html = join(
        terms(facts.items()),
        versions if history else tag("p", say("signoff.no-history")),
        tag("h3", say("signoff.head")),
        tag("p", say("signoff.meaning")),
        _signatures(assessment, say),
    )
    lines = [say("signoff.text", reference=reference(assessment), sum=total)]
    lines += [f"{one.version}  {one.date}  {one.author}  {one.change}" for one in history]
    return Display(html=html, text="\n".join(map(visible, lines)))


def _signatures(assessment: Assessment, say: Phrases) -> Markup:
    site, report = assessment.site, assessment.site.report
    maker = site.branding.name or say("signoff.maker")
    return table(
        caption=say("signoff.signatures"),
        columns=[say("signoff.for"), site.customer, maker],
        rows=[
            [say("signoff.name"), report.customer.name, report.consultant.name or site.branding.author],
            [say("signoff.role"), report.customer.role, report.consultant.role],
            [say("signoff.date"), "", ""],
            [say("signoff.signature"), "", ""],
        ],
        class_="signoff",
    )
