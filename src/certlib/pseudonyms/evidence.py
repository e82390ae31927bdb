"""Evidence with pseudonyms: which fields are kept, replaced or left out."""

import errno
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from certlib.assess.disagreement import find_passed_over, keep_current
from certlib.assess.proof import Proof, read_proof
from certlib.evidence import Evidence, Hsts, LookUp, Presentation
from certlib.inventory import Agents, FurtherEndpoint, Node, Site, Waiver
from certlib.inventory.model import Branding, Report
from certlib.knowledge import find_release, read_release
from certlib.knowledge import load as load_knowledge
from certlib.language import in_language_of_site, say
from certlib.pseudonyms.names import Pseudonyms, replace_in_certificate
from certlib.reasons import OTHER, Detail, make_verbatim
from certlib.tls import OFFERS
from certlib.tls.names import ALERTS, GROUPS, SUITES, VERSIONS
from certlib.tls.records import NAMES
from certlib.x509 import Certificate

_RELEASE = re.compile(r"[0-9]+(\.[0-9]+){0,3}(\([0-9]+[a-z]?\))?( ?SU ?[0-9]+[a-z]?)?")
_ALPN = frozenset({"h2", "http/1.1"})
# What may stand in a detail: alerts, errors of the operating system, TLS's own names, protocols; and figures.
_WORDS = frozenset(
    (*ALERTS.values(), *errno.errorcode.values(), *SUITES.values(), *GROUPS.values(), *VERSIONS.values())
) | {*OFFERS, *NAMES, "RSA", "ECDSA", "rsa", "ec"}
_FIGURE = re.compile(r"[0-9][0-9,]{0,12}(\.[0-9]{1,3})?|EAI_[A-Z]{1,20}")


def pseudonymize(evidence: Evidence, *, key: bytes, later: Evidence | None = None) -> tuple[Evidence, Proof]:
    """Evidence with everything replaced that tells who the site is, and the proof by its new fingerprints.

    Kept are roles, releases, COPs, ports, days of validity, kinds of keys and signatures, and what was asked
    and answered in TLS. `later`: evidence that is compared with it; what stands in both gets one pseudonym.
    """
    names = Pseudonyms(key, frozenset(_replace_authorities((later or evidence).certificates.values())))
    if later:
        _replace_all(later, names)
        subjects = {str(certificate.subject) for certificate in later.certificates.values()}
        names.authorities |= {*_replace_authorities(evidence.certificates.values())} - subjects
    return _replace_all(evidence, names)


def _replace_all(evidence: Evidence, names: Pseudonyms) -> tuple[Evidence, Proof]:
    proof = read_proof(evidence)
    certificates = [replace_in_certificate(each, names) for each in evidence.certificates.values()]
    pseudonymous = Evidence(
        site=_replace_site(evidence.site, names),
        collected=evidence.collected,
        finished=evidence.finished,
        collector=evidence.collector,
        presentations=tuple(
            _replace_presentation(row, names)
            for row in keep_current(evidence.presentations, evidence.certificates)
        ),
        certificates={certificate.sha256: certificate for certificate in certificates},
        hsts=tuple(_replace_hsts(answer, names) for answer in evidence.hsts),
        names=tuple(_look_up(each, names) for each in evidence.names),
        elsewhere=tuple(_replace_presentation(row, names) for row in evidence.elsewhere),
    )
    ders = {names.digest("certificate", sha256): der for sha256, der in proof.certificates.items()}
    return pseudonymous, Proof(certificates=ders, trusted=proof.trusted)


def _replace_authorities(certificates: Iterable[Certificate]) -> Iterable[str]:
    for each in certificates:
        if each.is_ca is True and isinstance(each.subject, str):
            yield each.subject
        if each.self_signed is False and isinstance(each.issuer, str):
            yield each.issuer


@in_language_of_site
def _replace_site(site: Site, names: Pseudonyms) -> Site:
    return Site(
        customer=names.name("customer", site.customer),
        id=names.name("site", site.id),
        title=say("Shared version"),
        release=_replace_release(site.release),
        target_release=_replace_release(site.target_release),
        upgrade_date=site.upgrade_date,
        nodes=tuple(_replace_node(node, names) for node in site.nodes),
        further_endpoints=tuple(
            FurtherEndpoint(
                name=names.node(endpoint.name),
                kind=endpoint.kind,
                address=names.address(endpoint.address),
                port=endpoint.port,
                server_name=names.host(endpoint.server_name) if endpoint.server_name else None,
            )
            for endpoint in site.further_endpoints
        ),
        agents=Agents(
            browsers=site.agents.browsers,
            trusted_cas=tuple(names.digest("certificate", sha256) for sha256 in site.agents.trusted_cas),
            group_policy=site.agents.group_policy,
        ),
        ca_signs_with_ec=site.ca_signs_with_ec,
        planned_cert_type=site.planned_cert_type,
        branding=Branding(confidentiality=say("Shared version: names, addresses and numbers are replaced")),
        waivers=tuple(
            Waiver(
                check=waiver.check,
                owner=names.name("owner", waiver.owner),
                reason=say("left out of the shared version"),
                until=waiver.until,
                node=names.node(waiver.node) if waiver.node else None,
                endpoint=names.endpoint(waiver.endpoint) if waiver.endpoint else None,
            )
            for waiver in site.waivers
        ),
        report=Report(language=site.report.language, paper=site.report.paper),
        collecting=site.collecting,
    )


def _replace_node(node: Node, names: Pseudonyms) -> Node:
    return Node(
        role=node.role,
        name=names.address(node.name),
        address=names.address(node.address),
        release=_replace_release(node.release),
        target_release=_replace_release(node.target_release),
        ports=node.ports,
        cops=node.cops,
        cert_type=node.cert_type,
        release_written=_replace_written(node.release_written),
        target_written=_replace_written(node.target_written),
    )


def _replace_written(text: str) -> str:
    """A release as the inventory has it, if it is one; a text of the customer's own is left out."""
    return text if read_release(load_knowledge(), text).release else ""


def _replace_release(text: str) -> str:
    """A release that is known or has the form of one; a text of the customer's own is left out."""
    return text if find_release(load_knowledge(), text) or _RELEASE.fullmatch(text) else ""


def _replace_presentation(row: Presentation, names: Pseudonyms) -> Presentation:
    return Presentation(
        endpoint=names.endpoint(row.endpoint),
        offer=row.offer if row.offer in OFFERS else names.name("profile", row.offer),
        chain=tuple(names.digest("certificate", sha256) for sha256 in row.chain),
        reason=row.reason,
        detail=tuple(_replace_details(row.detail)),
        version=row.version,
        suite=row.suite,
        group=row.group,
        signature_algorithm=row.signature_algorithm,
        alpn=row.alpn if row.alpn in _ALPN else None,
        client_certificate_requested=row.client_certificate_requested,
        alerts=row.alerts,
        address=names.address(row.address) if row.address else None,
        attempts=tuple(_list_passed_over(row, names)),
    )


def _replace_details(details: Iterable[Detail]) -> Iterator[Detail]:
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


def _list_passed_over(row: Presentation, names: Pseudonyms) -> Iterable[str]:
    """The addresses at which no connection was made, each with the reason alanswer."""
    return (f"{names.address(each.address)}: {each.reason}" for each in find_passed_over(row) if each.address)


def _look_up(look_up: LookUp, names: Pseudonyms) -> LookUp:
    addresses = tuple(map(names.address, look_up.addresses))
    return LookUp(names.address(look_up.name), addresses, _leave_out(look_up.failure))


def _replace_hsts(answer: Hsts, names: Pseudonyms) -> Hsts:
    header = f"max-age={answer.max_age}" if answer.max_age is not None else None
    return Hsts(
        names.endpoint(answer.endpoint),
        header,
        _leave_out(answer.failure),
        answer.status,
        not_followed=_leave_out(answer.not_followed),
    )


def _leave_out(details: tuple[Detail, ...]) -> tuple[Detail, ...]:
    """Details that may cite anything; that there are some is kept."""
    return make_verbatim("…") if details else ()
