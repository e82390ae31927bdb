"""The first page's facts, the sign-off of the last, and the mark of the notebook's end."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from certlib import words
from certlib.assess import Assessment
from certlib.evidence import Evidence, sha256
from certlib.language import format_day, format_moment, in_language_of_site, join_list, say
from certlib.show.matrix import matrix_text
from certlib.show.render import Display, render
from certlib.show.since import describe_changes
from certlib.show.summary import get_rule, summary_text
from certlib.text import make_visible
from certlib.version import VERSION

COVER = "application/vnd.certlib.cover+json"


@in_language_of_site
def cover(assessment: Assessment) -> Display:
    """The cover: customer, site, releases and dates, for people in the notebook and for the exporters."""
    site, verdict = assessment.site, assessment.verdict
    facts = {
        "customer": site.customer,
        "site": site.id,
        "title": site.title or site.id,
        "releases": describe_releases(assessment),
        "upgrade_date": site.upgrade_date.isoformat() if site.upgrade_date else "",
        "evidence_date": assessment.collected.isoformat(timespec="seconds"),
        "verdict": verdict.word,
        "verdict_sentence": verdict.statement.text,
        "rule": get_rule(assessment),
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
    html = render("cover", site, facts=facts, line=line)
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
    site = assessment.site
    reference, total = get_reference(assessment), sha256(source)
    html = render(
        "signoff",
        site,
        reference=reference,
        site=site,
        time=format_moment(assessment.collected),
        sum=total,
        version=VERSION,
    )
    lines = [say("{reference}, evidence {sum}", reference=reference, sum=total)]
    lines += [
        f"{entry.version}  {entry.date}  {entry.author}  {entry.change}" for entry in site.report.history
    ]
    return Display(html=html, text="\n".join(map(make_visible, lines)))


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
        told = (summary_text(result), describe_changes(result, earlier), matrix_text(result))
        text = "\n\n".join(part for part in told if part)
        facts = {"verdict": result.verdict.word, "rule": result.verdict.rule, "text": text}
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    private = {END_MARK: facts, FILES: sums} if sums else {END_MARK: facts}
    return Display(html=render("end", result.site), text=text, private=private)
