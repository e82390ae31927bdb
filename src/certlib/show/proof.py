"""The proof behind the report: every question asked, every certificate sent, and how the report was made."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from markupsafe import Markup

from certlib import words
from certlib.assess import Assessment, Statement
from certlib.evidence import Evidence, Presentation
from certlib.inventory import Site, list_endpoints, list_every_endpoint
from certlib.knowledge import Knowledge, load
from certlib.language import format_moment, in_language_of_site, say, say_in
from certlib.reasons import Reason, make_detail
from certlib.runbook import list_bases
from certlib.show.faq import list_answers
from certlib.show.hops import list_scenario_statements, list_statements
from certlib.show.markup import (
    BREAK,
    SHORT,
    Child,
    Display,
    join,
    link_answers,
    link_certificate,
    make_grouped_table,
    make_table,
    make_tag,
    make_terms,
)
from certlib.show.matrix import list_leaf_terms
from certlib.show.note import list_note_statements
from certlib.show.since import list_statements as since
from certlib.show.states import render_doubts
from certlib.text import cut, make_visible
from certlib.version import VERSION

NAMED = 120  # characters of a common name in a heading; the certificate's subject has all of it
OFFERS = ("browser", "rsa", "ecdsa")


def plan(
    site: Site, *, clients: Iterable[str] = (), gentle: bool | None = None, hsts: bool = False
) -> Display:
    """What a collection will contact, before it does; `clients`: ids of profiles it asks as, too.

    `gentle`: None as the site says.
    """
    told = site.collecting if gentle is None else replace(site.collecting, gentle=gentle)
    knowledge = load()
    desktop = {server.id for server in knowledge.web_servers.values() if server.desktop}
    pages = [
        f"{make_visible(endpoint.node)} ({endpoint.title})"
        for endpoint in list_endpoints(site)
        if endpoint.web_server in desktop
    ]
    more = []
    if told.gentle:
        more.append(
            say(
                "To spare slow servers, RSA key exchange is offered first where an RSA certificate "
                "is asked for."
            )
        )
    if told.apart is not None:
        more.append(
            say(
                "One connection at a time is opened to an address, with {seconds} s between two of them.",
                seconds=f"{told.apart:g}",
            )
        )
    if told.patience is not None:
        more.append(say("Each connection is given {seconds} s to answer.", seconds=f"{told.patience:g}"))
    if names := sorted(clients):
        more.append(
            say(
                "Whoever presents a certificate is asked as these clients, too: {clients}.",
                clients=", ".join(names),
            )
        )
    if hsts and pages:
        more.append(
            say(
                "The page that agents open is fetched from each of these, redirects on its host and "
                "port followed, to see whether it sends HSTS: {servers}.",
                servers=", ".join(pages),
            )
        )
    rows: list[list[Child]] = [
        [
            make_visible(endpoint.node),
            endpoint.title,
            make_visible(endpoint.address),
            endpoint.port,
            make_visible(endpoint.server_name or say_in("host name", "none")),
        ]
        for endpoint in list_endpoints(site)
    ]
    html = make_table(
        caption=say("What will be contacted"),
        columns=[
            say("Node"),
            say("Web server"),
            say("Address"),
            say("Port"),
            say("Server name sent"),
        ],
        rows=rows,
        class_="findings",
        empty=say("Nothing to show."),
    )
    lines = [f"{row[0]}  {row[1]}  {row[2]}:{row[3]}" for row in rows]
    return Display(html=join(html, *(make_tag("p", each) for each in more)), text="\n".join((*lines, *more)))


@in_language_of_site
def answers(evidence: Evidence) -> Display:
    """Every question asked of every endpoint, with the answer or the reason why there is none."""
    knowledge = load()
    places = {endpoint.id: endpoint for endpoint in list_every_endpoint(evidence.site)}
    groups: dict[str, list[Markup]] = {}
    first = {one.endpoint: one for one in reversed(_sort_answers(evidence.presentations))}
    rows: dict[str, Sequence[Presentation]] = {}
    for presentation in evidence.presentations:
        rows[presentation.endpoint] = (*rows.get(presentation.endpoint, ()), presentation)
    asked = (*evidence.presentations, *evidence.elsewhere)
    for one in _sort_answers(asked):
        place = places[one.endpoint]
        server = say(
            "{node} · {server} · {port}", node=make_visible(place.node), server=place.title, port=place.port
        )
        groups.setdefault(server, []).append(
            _render_answer(
                one,
                rows.get(one.endpoint, ()),
                evidence,
                knowledge,
                further=one in evidence.elsewhere,
                place=link_answers(one.endpoint) if one is first[one.endpoint] else None,
            )
        )
    html = join(
        make_tag("p", _describe_collected(evidence)),
        _render_pages(evidence),
        make_grouped_table(
            caption=say("Every query and its answer"),
            columns=[
                say("Offer"),
                say("Leaf"),
                say("SHA-256 begins"),
                say("TLS, or the reason"),
            ],
            groups=groups,
            class_="matrix close",
        ),
    )
    answered = sum(1 for one in asked if one.chain)
    return Display(
        html=html,
        text=say("{answered} of {asked} queries brought a certificate", answered=answered, asked=len(asked)),
    )


def _render_answer(
    presentation: Presentation,
    rows: Sequence[Presentation],
    evidence: Evidence,
    knowledge: Knowledge,
    *,
    further: bool,
    place: str | None,
) -> Markup:
    """The row of one question: what was sent, or across its columns why nothing was.

    `further`: it was asked at a further address of the name.
    """
    spoken = None if presentation.reason is Reason.NO_SUCH_CERTIFICATE else presentation.version
    known = " · ".join(
        part for part in (spoken, presentation.suite, _describe_reason(presentation, rows, knowledge)) if part
    )
    called = (
        say("{offer}, at {address}", offer=presentation.offer, address=presentation.address)
        if further
        else presentation.offer
    )
    offer = make_tag("th", called, id=place, scope="row")
    if not presentation.leaf:
        return make_tag("tr", offer, make_tag("td", say("none: {reason}", reason=known), colspan=3))
    certificate = words.describe_certificate(evidence.certificates[presentation.leaf])
    link = make_tag("a", presentation.leaf[:SHORT], href=f"#{link_certificate(presentation.leaf)}")
    return make_tag("tr", offer, (make_tag("td", part) for part in (certificate, link, known)))


@in_language_of_site
def certificates(evidence: Evidence) -> Display:
    """Every certificate that was sent, leaves first, each with the endpoints that presented it.

    What a certificate says lies folded below its line; a page opens it on paper and where a link leads to it.
    """
    users: dict[str, list[str]] = {}
    for one in (*evidence.presentations, *evidence.elsewhere):
        if one.leaf and one.endpoint not in (known := users.setdefault(one.leaf, [])):
            known.append(one.endpoint)
    parts = []
    for sha in [*users, *(sha for sha in evidence.certificates if sha not in users)]:
        certificate = evidence.certificates[sha]
        facts = list_leaf_terms(certificate)
        sent_by = ", ".join(users.get(sha, [])) or say("sent as part of a chain")
        facts.append((say("Presented by"), sent_by))
        heading = make_tag("h3", _make_name(certificate.subject_cn, sha), id=link_certificate(sha))
        told = dict(facts)
        held, days = told[say("Certificate")], told[say("Valid")]
        brief = make_tag("summary", say("{certificate}, valid {days}", certificate=held, days=days))
        parts.append(make_tag("section", heading, make_tag("details", brief, make_terms(facts))))
    html = join(parts) if parts else make_tag("p", say("No certificate was received."))
    return Display(html=html, text=say("{count} certificates", count=len(evidence.certificates)))


@in_language_of_site
def method(assessment: Assessment, earlier: Assessment | None = None, *, shared: bool = False) -> Display:
    """What the words mean, which rules and sources this report used, and what made it.

    `earlier`: of an earlier run, with which the report compares. `shared`: the names are replaced, and the
    report says so.
    """
    knowledge = load()
    told = (one.basis for one in (*_list_statements(assessment, knowledge), *since(assessment, earlier)))
    used = [one for one in (*told, *list_bases(assessment, knowledge)) if one]
    rules = dict.fromkeys(one.rule for one in used if one.rule)
    rules[assessment.verdict.rule] = None
    sources = dict.fromkeys(one.source for one in used if one.source)
    html = join(
        make_tag("h3", say("What the words mean")),
        make_terms(
            [
                (
                    say("observed"),
                    say(
                        "A server of the site sent it during the collection; the evidence chapter shows the "
                        "answer."
                    ),
                ),
                (say("documented"), say("A published document says so; it is named next to the statement.")),
                (
                    say("measured"),
                    say(
                        "It was measured on servers and browsers in a laboratory; none of them was a Cisco "
                        "product."
                    ),
                ),
                (say("inferred"), say("A conclusion; the rule stands next to the statement.")),
            ]
        ),
        render_doubts(assessment, knowledge),
        make_tag("h3", say("Rules used")),
        make_table(
            caption=say("The rules, and why they hold"),
            columns=[say("Rule"), say("Why")],
            rows=[
                [make_tag("span", knowledge.rules[rule].text, id=rule), knowledge.rules[rule].why]
                for rule in rules
            ],
            class_="findings close",
        ),
        make_tag("h3", say("Sources used")),
        make_table(
            caption=say("Sources"),
            columns=[say("Source"), say("Title and address"), say("Published by, release, date")],
            rows=[_render_source(name, knowledge) for name in sources],
            class_="findings close",
            empty=say("Nothing to show."),
        ),
        make_tag("h3", say("How it was collected")),
        make_tag(
            "p",
            say(
                "Each endpoint was queried three times over TLS: as a browser does, for an RSA "
                "certificate only, and for an ECDSA certificate only. Each connection ended as soon "
                "as the certificate had arrived. Nobody logged in, and only the hosts of the "
                "inventory were contacted. Whether a server holds the key of a certificate that it "
                "presented was not tested."
            ),
        ),
        join(
            make_tag("h3", say("This is a shared version")),
            make_tag(
                "p",
                say(
                    "Names of the customer, the site, hosts, domains, CAs, owners and makers, IP "
                    "addresses, serial numbers, fingerprints and key identifiers are replaced by "
                    "pseudonyms; the same one always stands for the same name. Times of validity are cut "
                    "to the day, free texts and the certificates themselves are left out. Verdict, "
                    "findings and dates are those of the real site."
                ),
            ),
        )
        if shared
        else None,
        make_tag("p", say("Made by certlib {version}.", version=VERSION)),
    )
    return Display(html=html, text=say("Method, rules and sources"))


def _render_source(name: str, knowledge: Knowledge) -> list[Child]:
    """A source: its title above its address, and who published it when."""
    found = knowledge.sources[name]
    address = make_tag("a", found.url, href=found.url) if found.url.startswith("https://") else found.url
    day = say("no copy could be found") if found.no_copy else found.date
    published = ", ".join(part for part in (found.publisher, found.release, day) if part)
    return [name, join(found.title, BREAK, address) if found.url else found.title, published]


def _list_statements(assessment: Assessment, knowledge: Knowledge) -> Iterable[Statement]:
    yield from (Statement("", check.basis.kind, check.basis) for check in knowledge.checks.values())
    for scenario in [
        *assessment.scenarios,
        *(option.scenario for option in assessment.options if option.scenario),
    ]:
        yield from list_scenario_statements(scenario)
    yield from list_statements(assessment, knowledge)
    yield from list_answers(assessment, knowledge)
    yield from list_note_statements(knowledge)
    yield from (option.statement for option in assessment.options)
    yield from (finding.statement for finding in assessment.findings)
    yield from assessment.not_checked
    yield from assessment.browsers
    yield assessment.verdict.statement


def _sort_answers(answers: Sequence[Presentation]) -> list[Presentation]:
    """Each endpoint's answers together: first those that tell which certificate it prefers and holds."""
    ranks: dict[str, int] = {}
    for answer in answers:
        ranks.setdefault(answer.endpoint, len(ranks))

    def rank(presentation: Presentation) -> tuple[int, int, str]:
        kind = presentation.offer.partition("-")[0]
        return (
            ranks[presentation.endpoint],
            OFFERS.index(kind) if kind in OFFERS else len(OFFERS),
            presentation.offer,
        )

    return sorted(answers, key=rank)


def _describe_reason(presentation: Presentation, rows: Sequence[Presentation], knowledge: Knowledge) -> str:
    """Why there is no certificate, and what to check where that is not plain."""
    if presentation.reason is None:
        return ""
    if presentation.reason in (Reason.NO_SUCH_CERTIFICATE, Reason.NOT_ASKED):
        told = words.describe_details(presentation.detail) or words.describe_reason(
            presentation, rows, knowledge
        )
        if (
            presentation.reason is Reason.NO_SUCH_CERTIFICATE
            and presentation.version
            and presentation.version not in told
        ):
            alone = (make_detail("version-alone", version=presentation.version),)
            return f"{told}; {words.describe_details(alone)}"
        return told
    sentence = words.describe_reason(presentation, rows, knowledge)
    return f"{sentence} {words.find_hint(presentation, rows, knowledge)}"


def _render_pages(evidence: Evidence) -> Markup | None:
    """What was fetched beside the certificates, when it was asked for."""
    if not evidence.hsts:
        return None
    asked = ", ".join(make_visible(hst.endpoint) for hst in evidence.hsts)
    return make_tag(
        "p",
        say(
            "As requested, the page that agents open was fetched from each of these, redirects "
            "on its host and port followed, to see whether it sends HSTS: {servers}.",
            servers=asked,
        ),
    )


def _describe_collected(evidence: Evidence) -> str:
    made = say(
        "Collected {moment} by {collector}.",
        moment=format_moment(evidence.collected),
        collector=evidence.collector,
    )
    end = (
        say("The collection ran to its end.") if evidence.finished else say("The collection was interrupted.")
    )
    told = evidence.site.collecting
    more = (
        [
            say(
                "One connection at a time was opened to an address, with {seconds} s between two of them.",
                seconds=f"{told.apart:g}",
            )
        ]
        if told.apart is not None
        else []
    )
    more += (
        [say("Each connection was given {seconds} s to answer.", seconds=f"{told.patience:g}")]
        if told.patience is not None
        else []
    )
    return " ".join((made, end, *more))


def _make_name(common_name: object, sha256: str) -> str:
    return cut(make_visible(str(common_name)), NAMED) if common_name else sha256[:SHORT]
