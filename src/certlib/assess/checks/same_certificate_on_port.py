"""Whether a web server gives one leaf for each kind of key, whatever and whenever it is asked."""

from collections.abc import Sequence
from datetime import datetime

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.assess.observed import identity_of
from certlib.evidence import Presentation
from certlib.language import Phrases
from certlib.text import visible
from certlib.x509 import Certificate

CHECK = "same-certificate-on-port"
_SHORT = 16  # hex digits of a fingerprint


def check(context: Context) -> tuple[Finding, ...]:
    """Different leaves of one kind leave it open which of them agents are given.

    Where a client that somebody described is given another one than every offer that tells of browsers, the
    server may choose by the client: that is to be looked at by hand.
    """
    say = context.knowledge.say
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
        place = words.place(context.server(endpoint), endpoint.node, say)
        given = _given(unlike, context, say)
        text = (
            say("check-same-certificate-on-port.by-client", place=place, certificates=given)
            if by_client
            else say("check-same-certificate-on-port.unlike", place=place, certificates=given)
        )
        faults.append(
            finding(
                context=context, check=CHECK, state="manual" if by_client else "error", node=endpoint.node,
                endpoint=endpoint.id, text=text,
                evidence=(endpoint.id, *dict.fromkeys(one.leaf for one in unlike if one.leaf)),
                remedy=say("check-same-certificate-on-port.by-client-remedy") if by_client else None,
            )
        )  # fmt: skip
    return all_well(
        context=context, check=CHECK, faults=faults, judged=judged,
        text=say("check-same-certificate-on-port.pass"),
    )  # fmt: skip


def _given(unlike: Sequence[Presentation], context: Context, say: Phrases) -> str:
    """Each leaf with the offers that brought it."""
    offers: dict[str, list[Presentation]] = {}
    for one in unlike:
        offers.setdefault(one.leaf or "", []).append(one)
    known = context.evidence.certificates
    parts = (
        say(
            "check-same-certificate-on-port.given",
            certificate=leaf_text(known.get(leaf), leaf, say),
            offers=say.listed(*(_offer(one, say) for one in rows)),
        )
        for leaf, rows in offers.items()
    )
    return "; ".join(parts)


def _offer(one: Presentation, say: Phrases) -> str:
    """An offer, with the version in which it was answered."""
    if not one.version:
        return one.offer
    return say("check-same-certificate-on-port.offer", offer=one.offer, version=one.version)


def leaf_text(certificate: Certificate | None, sha256: str, say: Phrases) -> str:
    """A leaf by its key, the beginning of its fingerprint, its issuer and its days."""
    start = sha256[:_SHORT]
    if certificate is None or certificate.kind == "unreadable":
        return say("check-same-certificate-on-port.unreadable", sha=start)
    begin, end = (
        say.day(one) if isinstance(one, datetime) else f"{one}"
        for one in (certificate.not_before, certificate.not_after)
    )
    return say(
        "check-same-certificate-on-port.leaf",
        key=words.key(identity_of(certificate), say), sha=start,
        issuer=visible(str(certificate.issuer_cn or certificate.issuer)), begin=begin, end=end,
    )  # fmt: skip
