"""The evidence: what a collection will contact, every question asked, every certificate sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from certlib import words
from certlib.evidence import Evidence, Presentation, list_presented
from certlib.inventory import Site, list_endpoints, list_every_endpoint
from certlib.knowledge import Knowledge, load
from certlib.language import format_moment, in_language_of_site, say, say_in
from certlib.reasons import Reason, make_detail
from certlib.show.links import SHORT, link_answers
from certlib.show.render import Display, render
from certlib.text import cut, make_visible
from certlib.x509 import Certificate

NAMED = 120  # characters of a common name in a heading; the certificate's subject has all of it
NAMES = 8  # names of a certificate that are shown
OFFERS = ("browser", "rsa", "ecdsa")
View = Mapping[str, Any]  # what the template shows of something


def plan(
    site: Site, *, clients: Iterable[str] = (), gentle: bool | None = None, hsts: bool = False
) -> Display:
    """What a collection will contact, before it does; `clients`: ids of profiles it asks as, too.

    `gentle`: None as the site says.
    """
    collecting = site.collecting if gentle is None else replace(site.collecting, gentle=gentle)
    knowledge = load()
    desktop = {server.id for server in knowledge.web_servers.values() if server.desktop}
    pages = [
        f"{make_visible(endpoint.node)} ({endpoint.title})"
        for endpoint in list_endpoints(site)
        if endpoint.web_server in desktop
    ]
    remarks = []
    if collecting.gentle:
        remarks.append(
            say(
                "To spare slow servers, RSA key exchange is offered first where an RSA certificate "
                "is asked for."
            )
        )
    if collecting.apart is not None:
        remarks.append(
            say(
                "One connection at a time is opened to an address, with {seconds} s between two of them.",
                seconds=f"{collecting.apart:g}",
            )
        )
    if collecting.patience is not None:
        remarks.append(
            say("Each connection is given {seconds} s to answer.", seconds=f"{collecting.patience:g}")
        )
    if names := sorted(clients):
        remarks.append(
            say(
                "Whoever presents a certificate is asked as these clients, too: {clients}.",
                clients=", ".join(names),
            )
        )
    if hsts and pages:
        remarks.append(
            say(
                "The page that agents open is fetched from each of these, redirects on its host and "
                "port followed, to see whether it sends HSTS: {servers}.",
                servers=", ".join(pages),
            )
        )
    rows = [
        [
            make_visible(endpoint.node),
            endpoint.title,
            make_visible(endpoint.address),
            endpoint.port,
            make_visible(endpoint.server_name or say_in("host name", "none")),
        ]
        for endpoint in list_endpoints(site)
    ]
    lines = [f"{row[0]}  {row[1]}  {row[2]}:{row[3]}" for row in rows]
    return Display(html=render("plan", site, rows=rows, remarks=remarks), text="\n".join((*lines, *remarks)))


@in_language_of_site
def answers(evidence: Evidence) -> Display:
    """Every question asked of every endpoint, with the answer or the reason why there is none."""
    knowledge = load()
    places = {endpoint.id: endpoint for endpoint in list_every_endpoint(evidence.site)}
    rows: dict[str, list[Presentation]] = {}
    for presentation in evidence.presentations:
        rows.setdefault(presentation.endpoint, []).append(presentation)
    first = {answer.endpoint: answer for answer in reversed(_sort_answers(evidence.presentations))}
    asked = (*evidence.presentations, *evidence.elsewhere)
    servers: dict[str, list[View]] = {}
    for answer in _sort_answers(asked):
        place = places[answer.endpoint]
        server = say(
            "{node} · {server} · {port}", node=make_visible(place.node), server=place.title, port=place.port
        )
        link = link_answers(answer.endpoint) if answer is first[answer.endpoint] else ""
        view = _view_answer(answer, rows.get(answer.endpoint, ()), evidence, knowledge)
        servers.setdefault(server, []).append({**view, "place": link})
    html = render(
        "answers",
        evidence.site,
        collected=_describe_collected(evidence),
        pages=", ".join(make_visible(hsts.endpoint) for hsts in evidence.hsts),
        servers=servers,
    )
    answered = sum(1 for answer in asked if answer.chain)
    return Display(
        html=html,
        text=say("{answered} of {asked} queries brought a certificate", answered=answered, asked=len(asked)),
    )


def _view_answer(
    answer: Presentation, rows: Sequence[Presentation], evidence: Evidence, knowledge: Knowledge
) -> View:
    """What was sent, or why nothing was; with the address, where it is a further one of the name."""
    spoken = None if answer.reason is Reason.NO_SUCH_CERTIFICATE else answer.version
    reason = _describe_reason(answer, rows, knowledge)
    offer = answer.offer
    if answer in evidence.elsewhere:
        offer = say("{offer}, at {address}", offer=answer.offer, address=answer.address)
    leaf = evidence.certificates[answer.leaf] if answer.leaf else None
    return {
        "offer": offer,
        "leaf": answer.leaf,
        "certificate": words.describe_certificate(leaf) if leaf else "",
        "known": " · ".join(part for part in (spoken, answer.suite, reason) if part),
    }


@in_language_of_site
def certificates(evidence: Evidence) -> Display:
    """Every certificate that was sent, leaves first, each with the endpoints that presented it.

    What a certificate says lies folded below its line; a page opens it on paper and where a link leads to it.
    """
    shown = [_view_certificate(*each) for each in list_presented(evidence)]
    html = render("certificates", evidence.site, certificates=shown)
    return Display(html=html, text=say("{count} certificates", count=len(evidence.certificates)))


def _view_certificate(certificate: Certificate, presented_by: Sequence[str]) -> View:
    """The facts of a certificate that people compare."""
    name = make_visible(str(certificate.subject_cn)) if certificate.subject_cn else ""
    begin, end = words.format_date(certificate.not_before), words.format_date(certificate.not_after)
    return {
        "sha256": certificate.sha256,
        "name": cut(name, NAMED) or certificate.sha256[:SHORT],
        "kind": words.describe_certificate(certificate),
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "names": words.describe_names(certificate, NAMES),
        "valid": say("{begin} to {end}", begin=begin, end=end),
        "signature": certificate.signature_algorithm,
        "presented_by": presented_by,
    }


def _sort_answers(answers: Sequence[Presentation]) -> list[Presentation]:
    """Each endpoint's answers together: first those that tell which certificate it prefers and holds."""
    ranks: dict[str, int] = {}
    for answer in answers:
        ranks.setdefault(answer.endpoint, len(ranks))

    def rank(answer: Presentation) -> tuple[int, int, str]:
        kind = answer.offer.partition("-")[0]
        return (
            ranks[answer.endpoint],
            OFFERS.index(kind) if kind in OFFERS else len(OFFERS),
            answer.offer,
        )

    return sorted(answers, key=rank)


def _describe_reason(answer: Presentation, rows: Sequence[Presentation], knowledge: Knowledge) -> str:
    """Why there is no certificate, and what to check where that is not plain."""
    if answer.reason is None:
        return ""
    if answer.reason in (Reason.NO_SUCH_CERTIFICATE, Reason.NOT_ASKED):
        text = words.describe_details(answer.detail) or words.describe_reason(answer, rows, knowledge)
        if answer.reason is Reason.NO_SUCH_CERTIFICATE and answer.version and answer.version not in text:
            alone = (make_detail("version-alone", version=answer.version),)
            return f"{text}; {words.describe_details(alone)}"
        return text
    sentence = words.describe_reason(answer, rows, knowledge)
    return f"{sentence} {words.find_hint(answer, rows, knowledge)}"


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
