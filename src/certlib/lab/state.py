"""The state of a loopback site: which certificates its nodes hold, which COPs, which faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from certlib.lab.web_servers import WEB_SERVERS, Role

Kind = Literal["self-signed", "rsa-ca", "ec-ca"]
Cop = Literal["none", "installed", "leaking"]
Mechanism = Literal["rsa", "handshake-failure"]
Fault = Literal["refusing", "mute", "not-tls", "closing", "garbage-certificate", "resetting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One machine of the lab and the state that decides what its web servers present.

    `ecdsa` is None for a node without an ECDSA certificate (releases up to 11.0). A `leaking` COP takes only
    the ECDSA cipher suites away, which TLS 1.3 does not heed. `mechanism` tells what SocialMiner's web
    servers do when their ECDSA certificate is signed by an RSA CA (CSCvb58580): present RSA, as the table of
    Cisco's document 210528 says, or fail the handshake of clients that put ECDSA first, as was measured on
    Tomcat. `faults` breaks web servers of the node, by id.
    """

    role: Role
    name: str
    tomcat: Kind = "rsa-ca"
    ecdsa: Kind | None = "self-signed"
    cop: Cop = "none"
    release: str = "11.5(1)"
    tls13: bool = False
    hsts: bool = False
    mechanism: Mechanism = "rsa"
    faults: Mapping[str, Fault] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _one_of("role", self.role, tuple(WEB_SERVERS))
        _one_of("tomcat", self.tomcat, get_args(Kind))
        _one_of("ecdsa", self.ecdsa, (*get_args(Kind), None))
        _one_of("cop", self.cop, get_args(Cop))
        _one_of("mechanism", self.mechanism, get_args(Mechanism))
        for web_server, fault in self.faults.items():
            _one_of("web server", web_server, tuple(server.id for server in WEB_SERVERS[self.role]))
            _one_of("fault", fault, get_args(Fault))
        if self.mechanism == "handshake-failure" and self.role != "socialminer":
            raise ValueError("mechanism='handshake-failure' is a behaviour of a socialminer")


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
