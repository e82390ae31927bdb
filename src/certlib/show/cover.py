"""The data of the cover, for people in the notebook and for the exporters."""

from certlib import words
from certlib.assess import Assessment
from certlib.knowledge import load
from certlib.language import format_day, format_moment, in_language_of_site, join_list, say
from certlib.show.markup import Display, join, tag
from certlib.show.summary import rule
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
        "releases": releases(assessment),
        "upgrade_date": site.upgrade_date.isoformat() if site.upgrade_date else "",
        "evidence_date": assessment.collected.isoformat(timespec="seconds"),
        "verdict": verdict.word,
        "verdict_sentence": verdict.statement.text,
        "rule": rule(assessment, knowledge),
        "author": site.branding.author or next((one.author for one in site.report.history[-1:]), ""),
        "organisation": site.branding.name,
        "confidentiality": site.branding.confidentiality,
        "reference": reference(assessment),
        "version": version(assessment),
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
    html = join(tag("p", tag("strong", f"{facts['customer']} · {facts['title']}")), tag("p", line))
    return Display(html=html, text=f"{facts['customer']} · {facts['title']}\n{line}", private={COVER: facts})


def reference(assessment: Assessment) -> str:
    """The document's number: the inventory's, else the site and the time of its evidence."""
    site = assessment.site
    return site.report.reference or f"{site.id}-{assessment.collected:%Y%m%dT%H%M%SZ}"


def version(assessment: Assessment) -> str:
    """The newest version in the report's history, with its day; nothing when the inventory tells none."""
    history = assessment.site.report.history
    if not history:
        return ""
    newest = history[-1]
    return say("{version}, {day}", version=newest.version, day=format_day(newest.date))


def releases(assessment: Assessment) -> str:
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
