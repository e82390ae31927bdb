"""Whether a web server gives one leaf for each kind of key, whatever and whenever it is asked."""

from collections.abc import Sequence
from datetime import datetime

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.assess.observed import identity_of
from certlib.evidence import Presentation
from certlib.language import format_day, join_list, say
from certlib.text import visible
from certlib.x509 import Certificate

CHECK = "same-certificate-on-port"
_SHORT = 16  # hex digits of a fingerprint


def check(context: Context) -> tuple[Finding, ...]:
    """Different leaves of one kind leave it open which of them agents are given.

    Where a client that somebody described is given another one than every offer that tells of browsers, the
    server may choose by the client: that is to be looked at by hand.
    """
    faults, judged = [], []
    for endpoint in context.endpoints:
        seen = context.observed.get(endpoint.id)
        if seen is None:
            continue
        judged.append(endpoint.id)
        by_client = bool(seen.by_client)
        unlike = seen.by_client if by_client else seen.unlike if seen.unsure == "leaves" else ()
        if not unlike:
            continue
        place = words.place(context.server(endpoint), endpoint.node)
        given = _given(unlike, context)
        text = (
            say(
                "{place} gave different certificates with one kind of key: {certificates}. All "
                "queries that tell what browsers get brought the same, so it may choose by the "
                "client, or a load balancer stands in front of it.",
                place=place,
                certificates=given,
            )
            if by_client
            else say(
                "{place} gave different certificates with one kind of key: {certificates}. A load "
                "balancer, a gateway that inspects TLS, or a restart between two queries may be the "
                "cause. Nothing is concluded about agents from this port.",
                place=place,
                certificates=given,
            )
        )
        faults.append(
            finding(
                context=context,
                check=CHECK,
                state="manual" if by_client else "error",
                node=endpoint.node,
                endpoint=endpoint.id,
                text=text,
                evidence=(endpoint.id, *dict.fromkeys(one.leaf for one in unlike if one.leaf)),
                remedy=say(
                    "Ask who runs the web server whether it chooses the certificate by the client, and "
                    "collect again."
                )
                if by_client
                else None,
            )
        )
    return all_well(
        context=context,
        check=CHECK,
        faults=faults,
        judged=judged,
        text=say("Every web server gave one certificate for each kind of key, whatever it was asked."),
    )


def _given(unlike: Sequence[Presentation], context: Context) -> str:
    """Each leaf with the offers that brought it."""
    offers: dict[str, list[Presentation]] = {}
    for one in unlike:
        offers.setdefault(one.leaf or "", []).append(one)
    known = context.evidence.certificates
    parts = (
        say(
            "{certificate}, to {offers}",
            certificate=leaf_text(known.get(leaf), leaf),
            offers=join_list(*(_offer(one) for one in rows)),
        )
        for leaf, rows in offers.items()
    )
    return "; ".join(parts)


def _offer(one: Presentation) -> str:
    """An offer, with the version in which it was answered."""
    if not one.version:
        return one.offer
    return say("{offer} in {version}", offer=one.offer, version=one.version)


def leaf_text(certificate: Certificate | None, sha256: str) -> str:
    """A leaf by its key, the beginning of its fingerprint, its issuer and its days."""
    start = sha256[:_SHORT]
    if certificate is None or certificate.kind == "unreadable":
        return say("{sha}… (it cannot be read)", sha=start)
    begin, end = (
        format_day(one) if isinstance(one, datetime) else f"{one}"
        for one in (certificate.not_before, certificate.not_after)
    )
    return say(
        "{key} {sha}… of {issuer} (valid {begin} to {end})",
        key=words.key(identity_of(certificate)),
        sha=start,
        issuer=visible(str(certificate.issuer_cn or certificate.issuer)),
        begin=begin,
        end=end,
    )
