"""Evidence with pseudonyms: which fields are kept, replaced or left out."""

import errno
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from certlib.assess.elsewhere import passed_over
from certlib.assess.proof import Proof, proof_of
from certlib.assess.unlike import current
from certlib.evidence import Evidence, Hsts, LookUp, Presentation
from certlib.inventory import Agents, FurtherEndpoint, Node, Site, Waiver
from certlib.inventory.model import Branding, Report
from certlib.knowledge import load as load_knowledge
from certlib.knowledge import read_release
from certlib.knowledge import release as find_release
from certlib.language import say
from certlib.reasons import OTHER, Detail, verbatim
from certlib.share.certificate import replaced
from certlib.share.pseudonyms import Pseudonyms
from certlib.tls import OFFERS
from certlib.tls.names import ALERTS, GROUPS, SUITES, VERSIONS
from certlib.tls.plain import NAMES
from certlib.x509 import Certificate

_RELEASE = re.compile(r"[0-9]+(\.[0-9]+){0,3}(\([0-9]+[a-z]?\))?( ?SU ?[0-9]+[a-z]?)?")
_ALPN = frozenset({"h2", "http/1.1"})
# What may stand in a detail: alerts, errors of the operating system, TLS's own names, protocols; and figures.
_WORDS = frozenset(
    (*ALERTS.values(), *errno.errorcode.values(), *SUITES.values(), *GROUPS.values(), *VERSIONS.values())
) | {*OFFERS, *NAMES, "RSA", "ECDSA", "rsa", "ec"}
_FIGURE = re.compile(r"[0-9][0-9,]{0,12}(\.[0-9]{1,3})?|EAI_[A-Z]{1,20}")


def shared(evidence: Evidence, *, key: bytes, later: Evidence | None = None) -> tuple[Evidence, Proof]:
    """Evidence with everything replaced that tells who the site is, and the proof by its new fingerprints.

    Kept are roles, releases, COPs, ports, days of validity, kinds of keys and signatures, and what was asked
    and answered in TLS. `later`: evidence that is compared with it; what stands in both gets one pseudonym.
    """
    names = Pseudonyms(key, frozenset(_authorities((later or evidence).certificates.values())))
    if later:
        _replaced(later, names)
        named = {str(one.subject) for one in later.certificates.values()}
        names.authorities |= {*_authorities(evidence.certificates.values())} - named
    return _replaced(evidence, names)


def _replaced(evidence: Evidence, names: Pseudonyms) -> tuple[Evidence, Proof]:
    proof = proof_of(evidence)
    certificates = {sha256: replaced(one, names) for sha256, one in evidence.certificates.items()}
    pseudonymous = Evidence(
        site=_site(evidence.site, names),
        collected=evidence.collected,
        finished=evidence.finished,
        collector=evidence.collector,
        presentations=tuple(
            _presentation(one, names) for one in current(evidence.presentations, evidence.certificates)
        ),
        certificates={one.sha256: one for one in certificates.values()},
        hsts=tuple(_hsts(one, names) for one in evidence.hsts),
        names=tuple(
            LookUp(names.address(one.name), tuple(map(names.address, one.addresses)), _left_out(one.failure))
            for one in evidence.names
        ),
        elsewhere=tuple(_presentation(one, names) for one in evidence.elsewhere),
    )
    ders = {names.digest("certificate", sha256): der for sha256, der in proof.certificates.items()}
    return pseudonymous, Proof(certificates=ders, trusted=proof.trusted)


def _authorities(certificates: Iterable[Certificate]) -> Iterable[str]:
    for one in certificates:
        if one.is_ca is True and isinstance(one.subject, str):
            yield one.subject
        if one.self_signed is False and isinstance(one.issuer, str):
            yield one.issuer


def _site(site: Site, names: Pseudonyms) -> Site:
    return Site(
        customer=names.name("customer", site.customer),
        id=names.name("site", site.id),
        title=say("Shared version"),
        release=_release(site.release),
        target_release=_release(site.target_release),
        upgrade_date=site.upgrade_date,
        nodes=tuple(_node(one, names) for one in site.nodes),
        further_endpoints=tuple(
            FurtherEndpoint(
                name=names.node(one.name),
                kind=one.kind,
                address=names.address(one.address),
                port=one.port,
                server_name=names.host(one.server_name) if one.server_name else None,
            )
            for one in site.further_endpoints
        ),
        agents=Agents(
            browsers=site.agents.browsers,
            trusted_cas=tuple(names.digest("certificate", one) for one in site.agents.trusted_cas),
            group_policy=site.agents.group_policy,
        ),
        ca_signs_with_ec=site.ca_signs_with_ec,
        planned_cert_type=site.planned_cert_type,
        branding=Branding(confidentiality=say("Shared version: names, addresses and numbers are replaced")),
        waivers=tuple(
            Waiver(
                check=one.check,
                owner=names.name("owner", one.owner),
                reason=say("left out of the shared version"),
                until=one.until,
                node=names.node(one.node) if one.node else None,
                endpoint=names.endpoint(one.endpoint) if one.endpoint else None,
            )
            for one in site.waivers
        ),
        report=Report(language=site.report.language, paper=site.report.paper),
        collecting=site.collecting,
    )


def _node(node: Node, names: Pseudonyms) -> Node:
    return Node(
        role=node.role,
        name=names.address(node.name),
        address=names.address(node.address),
        release=_release(node.release),
        target_release=_release(node.target_release),
        ports=node.ports,
        cops=node.cops,
        cert_type=node.cert_type,
        release_written=_written(node.release_written),
        target_written=_written(node.target_written),
    )


def _written(text: str) -> str:
    """A release as the inventory has it, if it is one; a text of the customer's own is left out."""
    return text if read_release(load_knowledge(), text).release else ""


def _release(text: str) -> str:
    """A release that is known or has the form of one; a text of the customer's own is left out."""
    return text if find_release(load_knowledge(), text) or _RELEASE.fullmatch(text) else ""


def _presentation(one: Presentation, names: Pseudonyms) -> Presentation:
    return Presentation(
        endpoint=names.endpoint(one.endpoint),
        offer=one.offer if one.offer in OFFERS else names.name("profile", one.offer),
        chain=tuple(names.digest("certificate", sha256) for sha256 in one.chain),
        reason=one.reason,
        detail=tuple(_details(one.detail)),
        version=one.version,
        suite=one.suite,
        group=one.group,
        signature_algorithm=one.signature_algorithm,
        alpn=one.alpn if one.alpn in _ALPN else None,
        client_certificate_requested=one.client_certificate_requested,
        alerts=one.alerts,
        address=names.address(one.address) if one.address else None,
        attempts=tuple(_passed_over(one, names)),
    )


def _details(details: Iterable[Detail]) -> Iterator[Detail]:
    """What a collection found beside a reason, without what is none of certlib's own words."""
    for detail in details:
        if detail.code != OTHER:
            fields = {
                name: value if value in _WORDS or _FIGURE.fullmatch(value) else "…"
                for name, value in detail.fields.items()
            }
            yield replace(detail, fields=fields)
        elif detail.fields["text"] in _WORDS:
            yield detail


def _passed_over(one: Presentation, names: Pseudonyms) -> Iterable[str]:
    """The addresses at which no connection was made, each with the reason alone."""
    return (f"{names.address(each.address)}: {each.reason}" for each in passed_over(one) if each.address)


def _hsts(one: Hsts, names: Pseudonyms) -> Hsts:
    header = f"max-age={one.max_age}" if one.max_age is not None else None
    return Hsts(
        names.endpoint(one.endpoint),
        header,
        _left_out(one.failure),
        one.status,
        not_followed=_left_out(one.not_followed),
    )


def _left_out(details: tuple[Detail, ...]) -> tuple[Detail, ...]:
    """Details that may cite anything; that there are some is kept."""
    return verbatim("…") if details else ()
