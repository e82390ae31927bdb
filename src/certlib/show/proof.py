"""The proof behind the report: every question asked, every certificate sent, and how the report was made."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from certlib import words
from certlib.assess import Assessment, Statement
from certlib.evidence import Evidence, Presentation
from certlib.inventory import Site, endpoints, every_endpoint
from certlib.knowledge import Knowledge, load
from certlib.language import phrases
from certlib.reasons import Reason
from certlib.runbook import bases
from certlib.show.markup import Child, Display, grouped_table, join, table, tag, terms
from certlib.show.matrix import SHORT, leaf_terms
from certlib.show.summary import when
from certlib.text import visible
from certlib.version import VERSION

OFFERS = ("browser", "rsa", "ecdsa")


def plan(site: Site, *, clients: Iterable[str] = (), gentle: bool = False, hsts: bool = False) -> Display:
    """What a collection will contact, before it does; `clients`: ids of profiles it asks as, too."""
    desktop = {server.id for server in load().web_servers.values() if server.desktop}
    pages = [f"{visible(one.node)} ({one.title})" for one in endpoints(site) if one.web_server in desktop]
    more = []
    if gentle:
        more.append(
            "To spare slow servers, RSA key exchange is offered first where an RSA certificate is asked for."
        )
    if names := sorted(clients):
        more.append(f"Whoever presents a certificate is asked as these clients, too: {', '.join(names)}.")
    if hsts and pages:
        more.append(
            f"One page is fetched from each of these, to see whether it sends HSTS: {', '.join(pages)}."
        )
    rows: list[list[Child]] = [
        [visible(one.node), one.title, visible(one.address), one.port, visible(one.server_name or "none")]
        for one in endpoints(site)
    ]
    html = table(
        caption="What will be contacted",
        columns=["Node", "Web server", "Address", "Port", "Server name sent"],
        rows=rows,
        class_="findings",
    )
    lines = [f"{row[0]}  {row[1]}  {row[2]}:{row[3]}" for row in rows]
    return Display(html=join(html, *(tag("p", each) for each in more)), text="\n".join((*lines, *more)))


def answers(evidence: Evidence) -> Display:
    """Every question asked of every endpoint, with the answer or the reason why there is none."""
    knowledge = load()
    places = {endpoint.id: endpoint for endpoint in every_endpoint(evidence.site)}
    groups: dict[str, list[list[Child]]] = {}
    for one in _in_order(evidence.presentations):
        place = places[one.endpoint]
        certificate = evidence.certificates[one.leaf] if one.leaf else None
        row: list[Child] = [
            f"{place.title} · {place.port}",
            one.offer,
            words.certificate_text(certificate) if certificate else "none",
            tag("a", one.leaf[:SHORT], href=f"#certificate-{one.leaf[:SHORT]}") if one.leaf else "",
            " · ".join(part for part in (one.version, one.suite, _reason(one, knowledge)) if part),
        ]
        groups.setdefault(visible(place.node), []).append(row)
    html = join(
        tag("p", f"Collected {when(evidence.collected)} by {evidence.collector}. {_finished(evidence)}"),
        _pages(evidence),
        grouped_table(
            caption="Every question and its answer",
            columns=["Web server · port", "Offer", "Leaf", "SHA-256 begins", "TLS, or the reason"],
            groups=groups,
            class_="matrix",
        ),
    )
    answered = sum(1 for one in evidence.presentations if one.chain)
    return Display(
        html=html, text=f"{answered} of {len(evidence.presentations)} questions brought a certificate"
    )


def certificates(evidence: Evidence) -> Display:
    """Every certificate that was sent, leaves first, each with the endpoints that presented it.

    What a certificate says lies folded below its line; a page opens it on paper and where a link leads to it.
    """
    users: dict[str, list[str]] = {}
    for one in evidence.presentations:
        if one.leaf and one.endpoint not in (known := users.setdefault(one.leaf, [])):
            known.append(one.endpoint)
    parts = []
    for sha in [*users, *(sha for sha in evidence.certificates if sha not in users)]:
        certificate = evidence.certificates[sha]
        facts = leaf_terms(certificate)
        facts.append(("Presented by", ", ".join(users.get(sha, [])) or "sent as part of a chain"))
        heading = tag("h3", _name(certificate.subject_cn, sha), id=f"certificate-{sha[:SHORT]}")
        told = dict(facts)
        brief = tag("summary", f"{told['Certificate']}, valid {told['Valid']}")
        parts.append(tag("section", heading, tag("details", brief, terms(facts))))
    html = join(parts) if parts else tag("p", "No certificate was received.")
    return Display(html=html, text=f"{len(evidence.certificates)} certificates")


def method(assessment: Assessment, *, shared: bool = False) -> Display:
    """What the words mean, which rules and sources this report used, and what made it.

    `shared`: the names are replaced, and the report says so.
    """
    knowledge = load()
    told = (one.basis for one in _statements(assessment))
    used = [one for one in (*told, *bases(assessment, knowledge)) if one]
    rules = dict.fromkeys(one.rule for one in used if one.rule)
    rules[assessment.verdict.rule] = None
    sources = dict.fromkeys(one.source for one in used if one.source)
    html = join(
        tag("h3", "What the words mean"),
        terms(
            [
                (
                    "observed",
                    "A server sent it to us during the collection; the evidence chapter shows the answer.",
                ),
                ("documented", "A published document says so; its title stands behind the statement."),
                (
                    "measured",
                    "We measured it on servers and browsers in a laboratory; none was a Cisco product.",
                ),
                ("inferred", "A conclusion; the rule stands behind the statement."),
            ]
        ),
        tag("h3", "Rules used"),
        tag(
            "ul",
            (
                tag("li", tag("strong", knowledge.rules[rule].text), " ", knowledge.rules[rule].why, id=rule)
                for rule in rules
            ),
        ),
        tag("h3", "Sources used"),
        table(
            caption="Sources",
            columns=["Source", "Title", "Published by", "Date", "Address"],
            rows=[
                [source, found.title, found.publisher, found.date, found.url]
                for source in sources
                if (found := knowledge.sources[source])
            ],
            class_="findings",
        ),
        tag("h3", "How it was collected"),
        tag(
            "p",
            "Each endpoint was asked three times over TLS: as a browser asks, for an RSA certificate "
            "only, and for an ECDSA certificate only. Each connection ended as soon as the certificate "
            "had arrived. Nobody logged in, and only the hosts of the inventory were contacted. That a "
            "server holds the key of a certificate it presented was not tested.",
        ),
        _shared(assessment) if shared else None,
        tag("p", f"Made by certlib {VERSION}."),
    )
    return Display(html=html, text="Method, rules and sources")


def _shared(assessment: Assessment) -> Markup:
    say = phrases(assessment.site.report.language)
    return join(tag("h3", say("share.heading")), tag("p", say("share.method")))


def _statements(assessment: Assessment) -> Iterable[Statement]:
    yield from (Statement("", one.basis.kind, one.basis) for one in load().checks.values())
    for scenario in [*assessment.scenarios, *(one.scenario for one in assessment.options if one.scenario)]:
        yield from (one.statement for one in scenario.nodes)
        yield from (one.statement for one in scenario.cells)
        yield from (one.presence.statement for one in scenario.cells if one.presence)
        yield from (one.statement for met in scenario.experiences for one in met.by_browser)
    yield from (one.statement for one in assessment.options)
    yield from (one.statement for one in assessment.findings)
    yield from assessment.not_checked
    yield from assessment.browsers
    yield assessment.verdict.statement


def _in_order(answers: Sequence[Presentation]) -> list[Presentation]:
    """Each endpoint's answers together: first those that tell which certificate it prefers and holds."""
    ranks: dict[str, int] = {}
    for one in answers:
        ranks.setdefault(one.endpoint, len(ranks))

    def rank(one: Presentation) -> tuple[int, int, str]:
        kind = one.offer.partition("-")[0]
        return ranks[one.endpoint], OFFERS.index(kind) if kind in OFFERS else len(OFFERS), one.offer

    return sorted(answers, key=rank)


def _reason(one: Presentation, knowledge: Knowledge) -> str:
    """Why there is no certificate, and what to check where that is not plain."""
    if one.reason is None:
        return ""
    if one.reason in (Reason.NO_SUCH_CERTIFICATE, Reason.NOT_ASKED):
        return visible(one.detail) or words.reason_text(one.reason, "", knowledge)
    sentence = words.reason_text(one.reason, visible(one.detail), knowledge)
    return f"{sentence} {knowledge.reasons[one.reason.value].hint}"


def _pages(evidence: Evidence) -> Markup | None:
    """What was fetched beside the certificates, when it was asked for."""
    if not evidence.hsts:
        return None
    asked = ", ".join(visible(one.endpoint) for one in evidence.hsts)
    return tag(
        "p", f"As asked for, one page was fetched from each of these, to see whether it sends HSTS: {asked}."
    )


def _finished(evidence: Evidence) -> str:
    return "The collection ran to its end." if evidence.finished else "The collection was interrupted."


def _name(common_name: object, sha256: str) -> str:
    return visible(str(common_name)) if common_name else sha256[:16]
