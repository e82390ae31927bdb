"""The state of a loopback site: its web servers, certificates, releases, COPs and faults.

What a node presents follows from the first part of its state; `Work` is what was done on it and is not seen
from outside, or not yet. `steps` changes both as the steps of a maintenance window do. What a release does
with ECDSA certificates is told by its number alone: Cisco's documents 118855 and 210528, the release notes
and the command line reference draw the four lines.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

Role = Literal["uccx-publisher", "uccx-subscriber", "socialminer"]
Alias = Literal["tomcat", "tomcat-ECDSA"]
Kind = Literal["self-signed", "rsa-ca", "ec-ca"]
Cop = Literal["none", "installed", "leaking"]
CertType = Literal["rsa", "ecdsa"]
Mechanism = Literal["rsa", "handshake-failure"]
Fault = Literal["refusing", "mute", "not-tls", "closing", "garbage-certificate", "resetting"]
# None up to 11.0; offered by themselves in 11.5; removed from 11.6 on; from 12.5(1)SU2 on as a node is set.
Era = Literal["none", "automatic", "removed", "opt-in"]
Number = tuple[int, int, int, int]  # major, minor, maintenance, service update

_RELEASE = re.compile(r"(\d+)\.(\d+)(?:\((\d+)\))?(?:\s*SU(\d+))?", re.IGNORECASE)
_AUTOMATIC: Number = (11, 5, 0, 0)
_REMOVED: Number = (11, 6, 0, 0)
_PRUNING: Number = (12, 5, 0, 0)
_OPT_IN: Number = (12, 5, 1, 2)
# How far a signing request has come: made, signed by a CA, looked at, and its certificate uploaded.
Stage = Literal["made", "signed", "examined", "uploaded"]
CAS: tuple[Kind, ...] = ("rsa-ca", "ec-ca")


@dataclass(frozen=True, slots=True)
class WebServer:
    """A TLS listener of a role: its port and the certificates it may present, the preferred one first."""

    id: str
    title: str
    port: int
    aliases: tuple[Alias, ...]


# That a web server with the alias `tomcat` alone refuses an ECDSA-only client, although the node holds an
# ECDSA certificate, is a choice of the lab: the table tells only what a browser gets.
_UCCX = (
    WebServer("uccx-tomcat", "UCCX Tomcat", 8443, ("tomcat",)),
    WebServer("finesse-tomcat", "Finesse Tomcat", 8445, ("tomcat",)),
    WebServer("notification", "Cisco Unified CCX Notification Service", 7443, ("tomcat",)),
    WebServer("socketio", "SocketIO (Live Data)", 12015, ("tomcat-ECDSA", "tomcat")),
    WebServer("cuic-tomcat", "CUIC Tomcat", 8444, ("tomcat",)),
)
WEB_SERVERS: dict[Role, tuple[WebServer, ...]] = {
    "uccx-publisher": _UCCX,
    "uccx-subscriber": _UCCX,
    "socialminer": (
        WebServer("socialminer-tomcat", "SocialMiner Tomcat", 443, ("tomcat",)),
        WebServer("socialminer-openfire", "SocialMiner Openfire", 7443, ("tomcat-ECDSA", "tomcat")),
    ),
}


def parse_release(release: str) -> Number:
    """A release as numbers that can be compared: 12.5(1)SU2 is 12, 5, 1, 2.

    Raises ValueError for what is no release.
    """
    match = _RELEASE.match(release.strip())
    if match is None:
        raise ValueError(f"release={release!r}; written as 11.5(1) or 12.5(1)SU2")
    major, minor, maintenance, update = (int(part or 0) for part in match.groups())
    return major, minor, maintenance, update


def find_era(release: str) -> Era:
    """What a release does with ECDSA certificates."""
    at = parse_release(release)
    if at < _AUTOMATIC:
        return "none"
    if at < _REMOVED:
        return "automatic"
    return "removed" if at < _OPT_IN else "opt-in"


def prunes_cas(release: str) -> bool:
    """Whether an upgrade to a release takes CAs that Cisco did not approve out of the trust store."""
    return parse_release(release) >= _PRUNING


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
    id. `renewals` counts how often a certificate was replaced, so that a new one differs from the old.
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
    renewals: Mapping[Alias, int] = field(default_factory=dict)
    work: Work = _NO_WORK

    def __post_init__(self) -> None:
        _check_known("role", self.role, tuple(WEB_SERVERS))
        parse_release(self.release)
        _check_known("tomcat", self.tomcat, get_args(Kind))
        _check_known("ecdsa", self.ecdsa, (*get_args(Kind), None))
        _check_known("cop", self.cop, get_args(Cop))
        _check_known("cert_type", self.cert_type, get_args(CertType))
        _check_known("mechanism", self.mechanism, get_args(Mechanism))
        for web_server, fault in self.faults.items():
            _check_known("web server", web_server, tuple(server.id for server in WEB_SERVERS[self.role]))
            _check_known("fault", fault, get_args(Fault))
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
        return find_era(self.release)

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
            _check_known("fault", fault, get_args(Fault))


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


def _check_known(what: str, value: object, known: tuple[object, ...]) -> None:
    if value not in known:
        raise ValueError(f"{what}={value!r}; known are {', '.join(map(repr, known))}")
