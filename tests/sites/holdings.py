"""What the nodes of a sample site hold and give, as evidence: certificates that are made, and no network.

Which certificate a web server gives is written by hand for each site; nothing here works it out.
"""

import datetime as dt
import functools
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.x509 import ObjectIdentifier

from certlib import inventory, x509
from certlib.assess import Assessment, assess
from certlib.evidence import Evidence, Hsts, Presentation
from certlib.inventory import Endpoint, Site
from certlib.reasons import Reason
from certs import BOTH, BR_POLICY, NOT_AFTER, NOT_BEFORE, Issued, build_certificate, ca, days

FOLDER = Path(__file__).parent
ROOTS = {
    "company-rsa-root.pem": ca("Company RSA root", "rsa"),
    "company-ec-root.pem": ca("Company EC root", "ec384"),
    "public-root.pem": ca("Public root", "rsa"),
}
RSA_CA, EC_CA, PUBLIC_CA = ROOTS.values()
Life = tuple[dt.datetime, dt.datetime]
Usages = tuple[ObjectIdentifier, ...]
LONG: Life = (NOT_BEFORE, NOT_AFTER)
COLLECTED = dt.datetime(2026, 11, 23, 9, 41, tzinfo=dt.UTC)
SOCKETIO, OPENFIRE = "socketio", "socialminer-openfire"
AS_11_5 = (SOCKETIO, OPENFIRE)  # the web servers that give a browser tomcat-ECDSA by themselves


def rsa(signer: Issued | None, *names: str, life: Life = LONG, usages: Usages = BOTH) -> Issued:
    """A `tomcat` certificate; no signer: the node's own signature."""
    return _issued(signer, "rsa", names, life, usages)


def ec(signer: Issued | None, *names: str, life: Life = LONG) -> Issued:
    """A `tomcat-ECDSA` certificate; no signer: the node's own signature."""
    return _issued(signer, "ec384", names, life, BOTH)


def until(year: int, month: int, day: int) -> Life:
    """A life from long ago to a day."""
    return NOT_BEFORE, dt.datetime(year, month, day, tzinfo=dt.UTC)


def public_life(year: int, month: int, day: int, *, lasts: int) -> Life:
    """So many days from a day on, as public CAs count: the last second is left out."""
    begin, end = days(lasts, start=dt.datetime(year, month, day, tzinfo=dt.UTC))
    return begin, end - dt.timedelta(seconds=1)


@functools.cache
def _issued(signer: Issued | None, key: str, names: tuple[str, ...], life: Life, usages: Usages) -> Issued:
    policies = (BR_POLICY,) if signer is PUBLIC_CA else ()
    return build_certificate(signer, *names, key=key, life=life, eku=usages, policies=policies)


@dataclass(frozen=True)
class Node:
    """A node's two certificates, and what its web servers give."""

    tomcat: Issued
    ecdsa: Issued | None = None
    to_browsers: tuple[str, ...] = ()  # web servers that give a browser tomcat-ECDSA; the others: tomcat
    to_others: tuple[str, ...] = ()  # web servers that give it to clients that take nothing else
    in_tls13_alone: bool = False  # ... and in TLS 1.2 they give tomcat
    refuse_browsers: tuple[str, ...] = ()  # web servers that end the connection with a browser
    still: Mapping[str, Issued] = field(default_factory=dict)  # a web server with an older tomcat
    silent: Reason | None = None
    hsts: tuple[str, ...] = ()  # web servers whose page was seen to send HSTS
    refusing: tuple[str, ...] = ()  # web servers on whose port nothing listens


def site(name: str) -> Site:
    """The site of a sample inventory, read from its file with its CA files beside it."""
    return read((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), file=f"{name}.yaml")


def read(text: str, *, file: str) -> Site:
    """The site of an inventory, with the CA files beside it."""
    with tempfile.TemporaryDirectory() as folder:
        for beside, root in ROOTS.items():
            (Path(folder) / beside).write_bytes(root.pem)
        return inventory.read_site(text, file=str(Path(folder) / file))


def assessed(name: str, nodes: Mapping[str, Node], *, collected: dt.datetime = COLLECTED) -> Assessment:
    """The assessment of a sample site; `nodes` by the first part of their names."""
    return assessed_site(site(name), nodes, collected=collected)


def assessed_site(
    described: Site, nodes: Mapping[str, Node], *, collected: dt.datetime = COLLECTED
) -> Assessment:
    """The same of any site."""
    return assess(evidence_of(described, nodes, collected=collected))


def evidence_of(
    described: Site, nodes: Mapping[str, Node], *, collected: dt.datetime = COLLECTED
) -> Evidence:
    """What a collection finds of a site whose nodes hold and give that."""
    certificates: dict[str, x509.Certificate] = {}
    presentations: list[Presentation] = []
    hsts: list[Hsts] = []
    for endpoint in inventory.list_endpoints(described):
        if endpoint.web_server in nodes[endpoint.node.partition(".")[0]].hsts:
            hsts.append(Hsts(endpoint.id, "max-age=31536000", status=200))
        for one, chain in _answers(endpoint, nodes[endpoint.node.partition(".")[0]]):
            certificates |= {member.sha256: x509.read(member.der) for member in chain}
            presentations.append(one)
    return Evidence(
        site=described, collected=collected, finished=collected, collector="test",
        presentations=tuple(presentations), certificates=certificates,
        hsts=tuple(hsts),
    )  # fmt: skip


def _answers(endpoint: Endpoint, node: Node) -> list[tuple[Presentation, tuple[Issued, ...]]]:
    """The answers of one web server to a browser, to an offer of RSA alone and to offers of ECDSA alone."""
    server = str(endpoint.web_server)
    if silent := Reason.REFUSED if server in node.refusing else node.silent:
        return [
            (Presentation(endpoint.id, "browser", (), silent), ()),
            (Presentation(endpoint.id, "rsa", (), Reason.NOT_ASKED), ()),
            (Presentation(endpoint.id, "ecdsa", (), Reason.NOT_ASKED), ()),
        ]
    tomcat = node.still.get(server, node.tomcat)
    given = node.ecdsa if server in node.to_browsers else None
    browser = None if server in node.refuse_browsers else given or tomcat
    newest = "TLS 1.3" if node.in_tls13_alone and given else "TLS 1.2"
    asked = given or (node.ecdsa if server in node.to_others else None)
    answers = {"browser": (browser, newest), "rsa": (tomcat, "TLS 1.2"), "ecdsa": (asked, newest)}
    if node.in_tls13_alone:
        answers |= {"ecdsa-tls12": (None, "TLS 1.2"), "ecdsa-tls13": (given, "TLS 1.3")}
    return [
        _answer(endpoint.id, offer, leaf, version, refused=offer == "browser")
        for offer, (leaf, version) in answers.items()
    ]


def _answer(
    endpoint: str, offer: str, leaf: Issued | None, version: str, *, refused: bool
) -> tuple[Presentation, tuple[Issued, ...]]:
    if leaf is None:
        reason = Reason.ALERT if refused else Reason.NO_SUCH_CERTIFICATE
        return Presentation(endpoint, offer, (), reason), ()
    chain = tuple(one.sha256 for one in leaf.chain)
    return Presentation(endpoint, offer, chain, None, version=version), leaf.chain
