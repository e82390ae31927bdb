"""The first page's facts, the sign-off of the last, and the mark of the notebook's end."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from certlib import words
from certlib.assess import Assessment
from certlib.evidence import Evidence, sha256
from certlib.knowledge import load
from certlib.language import format_day, format_moment, in_language_of_site, join_list, say, say_in
from certlib.show.markup import Child, Display, join, make_table, make_tag, make_terms
from certlib.show.matrix import matrix_text
from certlib.show.since import since_line
from certlib.show.summary import get_rule, summary_text
from certlib.text import make_visible
from certlib.version import VERSION

COVER = "application/vnd.certlib.cover+json"


@in_language_of_site
def cover(assessment: Assessment) -> Display:
    """The cover: customer, site, releases and dates, for people in the notebook and for the exporters."""
    site, verdict = assessment.site, assessment.verdict
    knowledge = load()
    facts = {
        "customer": site.customer,
        "site": site.id,
        "title": site.title or site.id,
        "releases": describe_releases(assessment),
        "upgrade_date": site.upgrade_date.isoformat() if site.upgrade_date else "",
        "evidence_date": assessment.collected.isoformat(timespec="seconds"),
        "verdict": verdict.word,
        "verdict_sentence": verdict.statement.text,
        "rule": get_rule(assessment, knowledge),
        "author": site.branding.author or next((one.author for one in site.report.history[-1:]), ""),
        "organisation": site.branding.name,
        "confidentiality": site.branding.confidentiality,
        "reference": get_reference(assessment),
        "version": get_version(assessment),
        "made_with": f"certlib {VERSION}",
        "language": site.report.language,
        "paper": site.report.paper,
        "accent": site.branding.accent,
        "band": site.branding.band,
        "logo": site.branding.logo,
        "footer": site.branding.footer,
    }
    facts = {key: make_visible(value) for key, value in facts.items()}
    time = format_moment(assessment.collected)
    line = say("{releases}, evidence of {time}", releases=facts["releases"], time=time)
    html = join(
        make_tag("p", make_tag("strong", f"{facts['customer']} · {facts['title']}")), make_tag("p", line)
    )
    return Display(html=html, text=f"{facts['customer']} · {facts['title']}\n{line}", private={COVER: facts})


def get_reference(assessment: Assessment) -> str:
    """The document's number: the inventory's, else the site and the time of its evidence."""
    site = assessment.site
    return site.report.reference or f"{site.id}-{assessment.collected:%Y%m%dT%H%M%SZ}"


def get_version(assessment: Assessment) -> str:
    """The newest version in the report's history, with its day; nothing when the inventory tells none."""
    history = assessment.site.report.history
    if not history:
        return ""
    newest = history[-1]
    return say("{version}, {day}", version=newest.version, day=format_day(newest.date))


def describe_releases(assessment: Assessment) -> str:
    """The releases now and wanted: `UCCX 10.6(1), SocialMiner 11.5(1) → 11.5(1)`."""
    now: dict[str, list[str]] = {}
    for node in assessment.nodes:
        product = {"uccx-publisher": "UCCX", "uccx-subscriber": "UCCX", "socialminer": "SocialMiner/CCP"}.get(
            node.role
        )
        release = words.describe_release(node.release, node.release_written)
        if product and release not in now.setdefault(product, []):
            now[product].append(release)
    text = ", ".join(f"{product} {join_list(*found)}" for product, found in now.items())
    targets = sorted(
        {
            words.describe_release(node.target_release, node.target_written)
            for node in assessment.nodes
            if node.target_release != node.release
        }
    )
    return f"{text} → {', '.join(targets)}" if targets else text


@in_language_of_site
def signoff(assessment: Assessment, *, source: Path) -> Display:
    """Document, evidence, versions and signatures; `source` is the evidence file that was read."""
    site, history = assessment.site, assessment.site.report.history
    total = sha256(source)
    versions = make_table(
        caption=say("Versions of this report"),
        columns=[say("Version"), say("Date"), say("Author"), say("Change")],
        rows=[[one.version, one.date.isoformat(), one.author, one.change] for one in history],
        class_="history",
    )
    facts: dict[str, Child] = {
        say("Reference"): get_reference(assessment),
        say("Site"): f"{site.customer}, {site.title} ({site.id})",
        say("Evidence"): say("collected {time}", time=format_moment(assessment.collected)),
        say("SHA-256 of the evidence"): make_tag("code", total, class_="fingerprint"),
        say("Made with"): f"certlib {VERSION}",
    }
    html = join(
        make_terms(facts.items()),
        versions
        if history
        else make_tag(
            "p",
            say(
                "The inventory lists no versions of this report; its reference and its evidence identify it."
            ),
        ),
        make_tag("h3", say("Sign-off")),
        make_tag(
            "p",
            say(
                "By signing, the maker of this report confirms that it follows from the evidence "
                "named above, and the customer confirms that the report was handed over. A signature "
                "does not accept any finding; only a waiver in the inventory does, with its owner "
                "and last day."
            ),
        ),
        _render_signatures(assessment),
    )
    lines = [say("{reference}, evidence {sum}", reference=get_reference(assessment), sum=total)]
    lines += [f"{one.version}  {one.date}  {one.author}  {one.change}" for one in history]
    return Display(html=html, text="\n".join(map(make_visible, lines)))


def _render_signatures(assessment: Assessment) -> Markup:
    site, report = assessment.site, assessment.site.report
    maker = site.branding.name or say("the maker of this report")
    return make_table(
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


END_MARK = "application/vnd.certlib.end+json"
FILES = "application/vnd.certlib.files+json"


@in_language_of_site
def end(
    result: Evidence | Assessment, *, files: Iterable[Path] = (), earlier: Assessment | None = None
) -> Display:
    """Say that the notebook came to its end, and to the run what it found; since an `earlier` run, if given.

    `files`: what the report's reader gets with it, as the PDF's attachments; each is named with its SHA-256.
    """
    if isinstance(result, Evidence):
        count = len({presentation.endpoint for presentation in result.presentations})
        facts: dict[str, str | int] = {"endpoints": count}
        text = say("Collected from {count} endpoints.", count=count)
    else:
        told = (summary_text(result), since_line(result, earlier).text, matrix_text(result))
        text = "\n\n".join(part for part in told if part)
        facts = {"verdict": result.verdict.word, "rule": result.verdict.rule, "text": text}
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    private = {END_MARK: facts, FILES: sums} if sums else {END_MARK: facts}
    return Display(html=make_tag("p", say("End of the notebook."), class_="end"), text=text, private=private)
