"""Made-up sites as evidence: each web server presents what the test says, with certificates that are real.

`NODE.presents` is written by hand per test; nothing here computes what a release would present.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from certlib import x509
from certlib.evidence import Evidence, Presentation
from certlib.inventory import Agents, Node, Site
from certlib.reasons import Reason, make_verbatim
from certs import Issued, ca, leaf, self_signed

COLLECTED = dt.datetime(2026, 11, 23, 9, 41, tzinfo=dt.UTC)
RSA_ROOT, EC_ROOT = ca("Example RSA root", "rsa"), ca("Example EC root", "ec384")
UCCX = ("uccx-tomcat", "notification", "socketio", "finesse-tomcat", "cuic-tomcat")
ENGINE = "engine"  # listed from 15.0(1) on
SOCIALMINER = ("socialminer-tomcat", "socialminer-openfire")
PUBLISHER, SUBSCRIBER, MINER = "uccx1.example.test", "uccx2.example.test", "sm.example.test"
ROLES = {PUBLISHER: "uccx-publisher", SUBSCRIBER: "uccx-subscriber", MINER: "socialminer"}
ALL_RSA: dict[str, str] = {}
AUTOMATIC = {"socketio": "tomcat-ECDSA", "socialminer-openfire": "tomcat-ECDSA"}


def build_leaf(kind: str, key: str, name: str) -> Issued:
    """A leaf of a kind for a node."""
    if kind == "self-signed":
        return self_signed(key, name)
    return leaf(RSA_ROOT if kind == "rsa-ca" else EC_ROOT, key, name)


@dataclass
class Box:
    """A node: its two certificates, and by web server what a browser gets (else "tomcat") or why nothing."""

    name: str
    tomcat: str = "rsa-ca"
    ecdsa: str | None = "self-signed"
    presents: Mapping[str, str | Reason] = field(default_factory=dict)
    release: str = "11.5(1)"
    target: str | None = None
    cops: tuple[str, ...] = ()
    cert_type: str = "unknown"
    answers_ecdsa: Mapping[str, bool] = field(
        default_factory=dict
    )  # to an ECDSA-only offer; default: as the browser

    @property
    def role(self) -> str:
        return ROLES.get(self.name, "socialminer")

    @property
    def servers(self) -> tuple[str, ...]:
        if self.role == "socialminer":
            return SOCIALMINER
        return (*UCCX, ENGINE) if self.release.startswith("15.") else UCCX

    def leaf(self, identity: str) -> Issued:
        kind = self.tomcat if identity == "tomcat" else self.ecdsa
        return build_leaf(str(kind), "rsa" if identity == "tomcat" else "ec384", self.name)


def evidence(*boxes: Box, **site: object) -> Evidence:
    """A site's evidence: three offers for each web server."""
    certificates: dict[str, x509.Certificate] = {}
    presentations = []
    for box in boxes:
        for server in box.servers:
            endpoint, given = f"{box.name}/{server}", box.presents.get(server, "tomcat")
            if isinstance(given, Reason):
                presentations += [
                    Presentation(endpoint, "browser", (), given, make_verbatim("from the test")),
                    Presentation(endpoint, "rsa", (), Reason.NOT_ASKED),
                    Presentation(endpoint, "ecdsa", (), Reason.NOT_ASKED),
                ]
                continue
            has_ecdsa = box.answers_ecdsa.get(server, given == "tomcat-ECDSA")
            for offer, identity in (
                ("browser", None if given == "refuses browsers" else given),
                ("rsa", "tomcat"),
                ("ecdsa", "tomcat-ECDSA" if has_ecdsa else None),
            ):
                if identity is None:
                    presentations.append(
                        Presentation(endpoint, offer, (), Reason.ALERT, make_verbatim("handshake_failure"))
                    )
                    continue
                chain = box.leaf(identity).chain
                for one in chain:
                    certificates[one.sha256] = x509.read(one.der)
                presentations.append(
                    Presentation(endpoint, offer, tuple(one.sha256 for one in chain), None, version="TLSv1.2")
                )
    nodes = tuple(
        Node(role=box.role, name=box.name, address=box.name, release=box.release,
             target_release=box.target or box.release, cops=box.cops, cert_type=box.cert_type)
        for box in boxes
    )  # fmt: skip
    facts: dict[str, object] = {
        "customer": "Example", "id": "example", "title": "Example site", "release": nodes[0].release,
        "target_release": nodes[0].target_release, "upgrade_date": None,
    }  # fmt: skip
    return Evidence(
        site=Site(nodes=nodes, **{**facts, **site}),
        collected=COLLECTED, finished=COLLECTED, collector="test",
        presentations=tuple(presentations), certificates=certificates,
    )  # fmt: skip


def three(**state: object) -> tuple[Box, Box, Box]:
    """Publisher, subscriber and SocialMiner in one state."""
    return tuple(Box(name=name, **state) for name in ROLES)


def trusting(*roots: Issued) -> dict[str, object]:
    """A site whose agents' PCs trust these CAs, by the inventory."""
    return {
        "agents": Agents(trusted_cas=tuple(root.sha256 for root in roots)),
        "ca_certificates": tuple(root.pem.decode() for root in roots),
    }
