"""A sound site of which a test changes one thing, and what a check says of it then."""

import dataclasses

from assess.sites import (
    AUTOMATIC,
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    evidence,
    three,
    trusting,
)
from certlib import x509
from certlib.assess import assess
from certlib.evidence import Presentation

SOCKETIO = f"{PUBLISHER}/socketio"
WEB_PAGE = f"{MINER}/socialminer-tomcat"
PASSES = {None: "pass"}
PASSING = ("pass", "not-applicable")


def build_site(*, release="11.5(1)", target=None, **facts):
    era = AUTOMATIC if release.startswith("11.5") else {}
    boxes = three(ecdsa="ec-ca", presents=era, release=release, target=target)
    return evidence(*boxes, **{**trusting(RSA_ROOT, EC_ROOT), **facts})


def with_leaf(given, endpoint, other, *above):
    """The evidence with another RSA leaf at one endpoint, and the CA certificates sent with it."""
    fresh = x509.read(other.der)
    read = {one.sha256: x509.read(one.der) for one in above}
    changed = tuple(
        dataclasses.replace(one, chain=(fresh.sha256, *read, *one.chain[1:]))
        if one.endpoint == endpoint and one.offer in ("browser", "rsa") else one
        for one in given.presentations
    )  # fmt: skip
    certificates = {**given.certificates, fresh.sha256: fresh, **read}
    return dataclasses.replace(given, presentations=changed, certificates=certificates)


def presenting(given, endpoint, *chain, offers=("browser", "rsa", "ecdsa")):
    """The evidence with another chain at one endpoint."""
    read = [x509.read(one.der) for one in chain]
    kept = [
        one for one in given.presentations
        if not (one.endpoint == endpoint and one.offer in ("browser", "rsa", "ecdsa"))
    ]  # fmt: skip
    shown = tuple(one.sha256 for one in read)
    fresh = [Presentation(endpoint, offer, shown, None, version="TLS 1.2") for offer in offers]
    return dataclasses.replace(
        given,
        presentations=(*kept, *fresh),
        certificates={**given.certificates, **{one.sha256: one for one in read}},
    )


def speaking(given, endpoint, *versions):
    """The evidence with an endpoint whose offers were answered in these versions in turn."""
    seen = iter(versions * 3)
    changed = tuple(
        dataclasses.replace(one, version=next(seen)) if one.endpoint == endpoint and one.leaf else one
        for one in given.presentations
    )
    return dataclasses.replace(given, presentations=changed)


def list_findings(given, check):
    return [one for one in assess(given).findings if one.check == check]


def states(given, check, **on):
    """The states of a check's findings by node."""
    return {one.node: one.state for one in assess(given, **on).findings if one.check == check}


def text(given, check):
    return next(one.statement.text for one in assess(given).findings if one.check == check)
