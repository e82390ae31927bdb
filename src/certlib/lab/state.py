"""The state of a loopback site: which certificates its nodes hold, which COPs, which faults.

What a node presents follows from the first part of its state; `Work` is what was done on it and is not seen
from outside, or not yet. `steps` changes both as the steps of a maintenance window do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from certlib.lab.releases import Era, era, number
from certlib.lab.web_servers import WEB_SERVERS, Alias, Role

Kind = Literal["self-signed", "rsa-ca", "ec-ca"]
Cop = Literal["none", "installed", "leaking"]
CertType = Literal["rsa", "ecdsa"]
Mechanism = Literal["rsa", "handshake-failure"]
Fault = Literal["refusing", "mute", "not-tls", "closing", "garbage-certificate", "resetting"]
# How far a signing request has come: made, signed by a CA, looked at, and its certificate uploaded.
Stage = Literal["made", "signed", "examined", "uploaded"]
CAS: tuple[Kind, ...] = ("rsa-ca", "ec-ca")


@dataclass(frozen=True, slots=True)
class Request:
    """The signing request of one of a node's certificates; `signer` from when the CA has answered."""

    stage: Stage
    signer: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was done on a node without being seen from outside.

    `stored` certificates and a `cop` (or "none" for its rollback) come into use when the node starts anew;
    the `inactive` release when it switches. `trusted` are the CAs in tomcat-trust, None standing for those
    that signed what the node holds. `noted` are the steps that change nothing a client could see.
    """

    stored: Mapping[Alias, Kind] = field(default_factory=dict)
    cop: Cop | None = None
    inactive: str | None = None
    requests: Mapping[Alias, Request] = field(default_factory=dict)
    trusted: frozenset[Kind] | None = None
    noted: frozenset[str] = frozenset()

    @property
    def pending(self) -> bool:
        """Whether something is stored that is not in use yet."""
        return bool(self.stored) or self.cop is not None


_NO_WORK = Work()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One machine of the lab and the state that decides what its web servers present.

    `ecdsa` is None for a node without an ECDSA certificate (releases up to 11.0). A `leaking` COP takes only
    the ECDSA cipher suites away, which TLS 1.3 does not heed. `cert_type` counts from 12.5(1)SU2 on and on
    UCCX alone. `mechanism` tells what SocialMiner's web servers do when their ECDSA certificate is signed by
    an RSA CA (CSCvb58580): present RSA, as the table of Cisco's document 210528 says, or fail the handshake
    of clients that put ECDSA first, as was measured on Tomcat. `faults` breaks web servers of the node, by
    id. `made` counts how often a certificate was made anew, so that a new one differs from the old.
    """

    role: Role
    name: str
    tomcat: Kind = "rsa-ca"
    ecdsa: Kind | None = "self-signed"
    cop: Cop = "none"
    release: str = "11.5(1)"
    cert_type: CertType = "rsa"
    tls13: bool = False
    hsts: bool = False
    mechanism: Mechanism = "rsa"
    faults: Mapping[str, Fault] = field(default_factory=dict)
    made: Mapping[Alias, int] = field(default_factory=dict)
    work: Work = _NO_WORK

    def __post_init__(self) -> None:
        _one_of("role", self.role, tuple(WEB_SERVERS))
        number(self.release)
        _one_of("tomcat", self.tomcat, get_args(Kind))
        _one_of("ecdsa", self.ecdsa, (*get_args(Kind), None))
        _one_of("cop", self.cop, get_args(Cop))
        _one_of("cert_type", self.cert_type, get_args(CertType))
        _one_of("mechanism", self.mechanism, get_args(Mechanism))
        for web_server, fault in self.faults.items():
            _one_of("web server", web_server, tuple(server.id for server in WEB_SERVERS[self.role]))
            _one_of("fault", fault, get_args(Fault))
        if self.mechanism == "handshake-failure" and self.role != "socialminer":
            raise ValueError("mechanism='handshake-failure' is a behaviour of a socialminer")
        if self.cert_type == "ecdsa" and (
            self.era != "opt-in" or self.role == "socialminer" or self.ecdsa is None
        ):
            raise ValueError(
                "cert_type='ecdsa' is of a UCCX node on 12.5(1)SU2 or later with an ECDSA certificate"
            )

    @property
    def era(self) -> Era:
        """What the node's release does with ECDSA certificates."""
        return era(self.release)

    @property
    def certificates(self) -> dict[Alias, Kind]:
        """How the certificates in the node's keystore are signed, by alias."""
        held: dict[Alias, Kind] = {"tomcat": self.tomcat}
        return held if self.ecdsa is None else {**held, "tomcat-ECDSA": self.ecdsa}

    @property
    def trusted(self) -> frozenset[Kind]:
        """The CAs whose chains are in the node's tomcat-trust."""
        known = self.work.trusted
        return frozenset(CAS) & {*self.certificates.values()} if known is None else known


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A whole site of the lab, as its inventory will describe it.

    `intermediate` lets both CAs sign through an issuing CA; `faulty` adds servers of no node that misbehave.
    """

    nodes: tuple[Node, ...]
    customer: str = "Northwind Logistics"
    site: str = "lab"
    title: str = "Loopback site"
    release: str = "11.5(1)"
    target_release: str | None = None
    upgrade_date: date | None = None
    intermediate: bool = False
    faulty: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        names = [node.name for node in self.nodes]
        if len(set(names)) < len(names):
            raise ValueError(f"two nodes of one name in {names}")
        for fault in self.faulty:
            _one_of("fault", fault, get_args(Fault))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A port of a running site; `role` and `web_server` are None for a faulty server of no node."""

    node: str  # the name that a client sends as SNI
    role: Role | None
    web_server: str | None
    title: str
    address: str
    port: int
    fault: Fault | None


def _one_of(what: str, value: object, known: tuple[object, ...]) -> None:
    if value not in known:
        raise ValueError(f"{what}={value!r}; known are {', '.join(map(repr, known))}")
