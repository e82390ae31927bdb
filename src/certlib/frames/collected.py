"""Evidence as frames: what was asked and answered, who signed what, what expires when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pandas as pd

from certlib.evidence import Evidence, list_presented
from certlib.frames.table import Row, make_frame, make_text
from certlib.inventory import list_every_endpoint
from certlib.language import in_language_of_site, say
from certlib.reasons import describe_in_english
from certlib.text import make_visible
from certlib.words import describe_certificate, describe_key, describe_names, find_expiry
from certlib.x509 import Certificate, Unreadable

PRESENTATIONS = (
    *("node", "web_server", "address", "port", "offer", "version", "suite", "signature_algorithm"),
    *("leaf", "chain_length", "reason", "detail", "milliseconds"),
)
CERTIFICATES = (
    *("sha256", "subject", "issuer", "serial", "key", "signature", "kind"),
    *("not_before", "not_after", "dns_names", "presented_by"),
)
SIGNERS = ("issuer", "signature", "subject", "key", "kind", "presented_by")
EXPIRY = ("not_after", "days_left", "state", "subject", "issuer", "key", "presented_by", "sha256")
EXPIRY_BY_NODE = (
    *("node", "certificate", "sent_as", "web_servers", "subject"),
    *("not_before", "not_after", "days_left", "state", "sha256"),
)
NAMES_SHOWN = 20  # names of one certificate that a cell shows


@in_language_of_site
def presentations(evidence: Evidence) -> pd.DataFrame:
    """One row for each question asked of each endpoint, and of further addresses of its name."""
    places = {endpoint.id: endpoint for endpoint in list_every_endpoint(evidence.site)}
    rows = [
        {
            "node": make_visible(places[answer.endpoint].node),
            "web_server": make_visible(places[answer.endpoint].title),
            "address": answer.address or make_visible(places[answer.endpoint].address),
            "port": places[answer.endpoint].port,
            "offer": answer.offer,
            "version": answer.version,
            "suite": answer.suite,
            "signature_algorithm": answer.signature_algorithm,
            "leaf": answer.leaf,
            "chain_length": len(answer.chain),
            "reason": answer.reason.value if answer.reason else None,
            "detail": make_visible(describe_in_english(answer.detail)),
            "milliseconds": answer.milliseconds,
        }
        for answer in (*evidence.presentations, *evidence.elsewhere)
    ]
    return make_frame(rows, PRESENTATIONS)


@in_language_of_site
def certificates(evidence: Evidence) -> pd.DataFrame:
    """Every certificate that was sent, leaves first, with the endpoints that presented it."""
    rows = [
        {
            "sha256": certificate.sha256,
            "subject": make_text(certificate.subject),
            "issuer": make_text(certificate.issuer),
            "serial": make_text(certificate.serial),
            "key": describe_key(certificate),
            "signature": make_text(certificate.signature_algorithm),
            "kind": certificate.kind,
            "not_before": _read_time(certificate.not_before),
            "not_after": _read_time(certificate.not_after),
            "dns_names": describe_names(certificate, NAMES_SHOWN),
            "presented_by": ", ".join(users),
        }
        for certificate, users in list_presented(evidence)
    ]
    return make_frame(rows, CERTIFICATES)


@in_language_of_site
def signers(evidence: Evidence) -> pd.DataFrame:
    """Who signed what: one row for each leaf, by issuer."""
    itself = say("itself")
    rows = [
        {
            "issuer": itself if certificate.kind == "self-signed" else make_text(certificate.issuer),
            "signature": make_text(certificate.signature_algorithm),
            "subject": make_text(certificate.subject),
            "key": describe_key(certificate),
            "kind": certificate.kind,
            "presented_by": ", ".join(users),
        }
        for certificate, users in list_presented(evidence)
        if users
    ]
    return make_frame(rows, SIGNERS).sort_values(
        ["issuer", "subject", "key"], kind="stable", ignore_index=True
    )


@in_language_of_site
def expiry(evidence: Evidence, *, on: date | None = None) -> pd.DataFrame:
    """What expires when: every certificate, the next to expire first.

    Days are counted from `on` (default: the day of the collection).
    """
    day = on or evidence.collected.date()
    rows = [
        {
            "not_after": _read_time(certificate.not_after),
            "days_left": _count_days_left(certificate, day),
            "state": find_expiry(certificate, day),
            "subject": make_text(certificate.subject),
            "issuer": make_text(certificate.issuer),
            "key": describe_key(certificate),
            "presented_by": ", ".join(users),
            "sha256": certificate.sha256,
        }
        for certificate, users in list_presented(evidence)
    ]
    return make_frame(rows, EXPIRY).sort_values(
        "not_after", kind="stable", na_position="last", ignore_index=True
    )


def find_day_that_counts(evidence: Evidence) -> date:
    """The planned upgrade's day, or the collection's where none is planned or it is past."""
    return evidence.site.find_day_that_counts(evidence.collected.date())


@in_language_of_site
def expiry_by_node(evidence: Evidence, *, on: date | None = None) -> pd.DataFrame:
    """What expires when on which node: leaves and what came with them, the next to expire first.

    A certificate is a row of each node that sent it, as `leaf` or, never as its leaf, in a `chain`. Last,
    without a node, come those that no node sent. Days are counted from `on` (default: the day that counts).
    """
    day = on or find_day_that_counts(evidence)
    rows: list[Row] = []
    for node, sent in _list_sent(evidence).items():
        lasting = sorted(sent.values(), key=lambda one: _get_end(one.certificate))
        rows += [
            {
                "node": make_visible(node),
                "certificate": describe_certificate(one.certificate),
                "sent_as": "leaf" if one.leaf_of else "chain" if one.chain_of else "",
                "web_servers": ", ".join(one.leaf_of or one.chain_of),
                "subject": make_text(one.certificate.subject),
                "not_before": _read_time(one.certificate.not_before),
                "not_after": _read_time(one.certificate.not_after),
                "days_left": _count_days_left(one.certificate, day),
                "state": find_expiry(one.certificate, day),
                "sha256": one.certificate.sha256,
            }
            for one in lasting
        ]
    return make_frame(rows, EXPIRY_BY_NODE)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A certificate of one node, with the titles of the web servers that sent it, as leaf or behind one."""

    certificate: Certificate
    leaf_of: dict[str, None] = field(default_factory=dict)  # in the order of the questions
    chain_of: dict[str, None] = field(default_factory=dict)


def _list_sent(evidence: Evidence) -> Mapping[str, Mapping[str, _Sent]]:
    """Each node's certificates by SHA-256, in the inventory's order; last, below "", what no node sent."""
    asked = {endpoint.id: endpoint for endpoint in list_every_endpoint(evidence.site)}
    nodes: dict[str, dict[str, _Sent]] = {place.node: {} for place in asked.values()}
    for one in (*evidence.presentations, *evidence.elsewhere):
        place = asked[one.endpoint]
        for position, sha256 in enumerate(one.chain):
            sent = nodes[place.node].setdefault(sha256, _Sent(evidence.certificates[sha256]))
            (sent.chain_of if position else sent.leaf_of)[make_visible(place.title)] = None
    known = {sha256 for sent in nodes.values() for sha256 in sent}
    rest = {name: _Sent(one) for name, one in evidence.certificates.items() if name not in known}
    return nodes | {"": rest}


def _get_end(certificate: Certificate) -> tuple[bool, datetime]:
    """What certificates are sorted by: the next to expire first, those that do not say when last."""
    end = certificate.not_after
    return (False, end) if isinstance(end, datetime) else (True, datetime.max.replace(tzinfo=UTC))


def _count_days_left(certificate: Certificate, day: date) -> int | None:
    end = certificate.not_after
    return (end.date() - day).days if isinstance(end, datetime) else None


def _read_time(value: datetime | Unreadable) -> datetime | None:
    return value if isinstance(value, datetime) else None
