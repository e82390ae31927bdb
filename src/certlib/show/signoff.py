"""The last page: which document this is, what it was made from, its versions, and room to sign it."""

from pathlib import Path

from markupsafe import Markup

from certlib.assess import Assessment
from certlib.evidence import sha256
from certlib.language import format_moment, in_language_of_site, say, say_in
from certlib.show.cover import reference
from certlib.show.markup import Child, Display, join, table, tag, terms
from certlib.text import make_visible
from certlib.version import VERSION


@in_language_of_site
def signoff(assessment: Assessment, *, source: Path) -> Display:
    """Document, evidence, versions and signatures; `source` is the evidence file that was read."""
    site, history = assessment.site, assessment.site.report.history
    total = sha256(source)
    versions = table(
        caption=say("Versions of this report"),
        columns=[say("Version"), say("Date"), say("Author"), say("Change")],
        rows=[[one.version, one.date.isoformat(), one.author, one.change] for one in history],
        class_="history",
    )
    facts: dict[str, Child] = {
        say("Reference"): reference(assessment),
        say("Site"): f"{site.customer}, {site.title} ({site.id})",
        say("Evidence"): say("collected {time}", time=format_moment(assessment.collected)),
        say("SHA-256 of the evidence"): tag("code", total, class_="fingerprint"),
        say("Made with"): f"certlib {VERSION}",
    }
    html = join(
        terms(facts.items()),
        versions
        if history
        else tag(
            "p",
            say(
                "The inventory lists no versions of this report; its reference and its evidence identify it."
            ),
        ),
        tag("h3", say("Sign-off")),
        tag(
            "p",
            say(
                "By signing, the maker of this report confirms that it follows from the evidence "
                "named above, and the customer confirms that the report was handed over. A signature "
                "does not accept any finding; only a waiver in the inventory does, with its owner "
                "and last day."
            ),
        ),
        _signatures(assessment),
    )
    lines = [say("{reference}, evidence {sum}", reference=reference(assessment), sum=total)]
    lines += [f"{one.version}  {one.date}  {one.author}  {one.change}" for one in history]
    return Display(html=html, text="\n".join(map(make_visible, lines)))


def _signatures(assessment: Assessment) -> Markup:
    site, report = assessment.site, assessment.site.report
    maker = site.branding.name or say("the maker of this report")
    return table(
        caption=say("Signatures"),
        columns=[say("For"), site.customer, maker],
        rows=[
            [say("Name"), report.customer.name, report.consultant.name or site.branding.author],
            [say_in("signatory", "Role"), report.customer.role, report.consultant.role],
            [say("Date"), "", ""],
            [say("Signature"), "", ""],
        ],
        class_="signoff",
    )
