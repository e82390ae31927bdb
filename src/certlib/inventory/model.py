"""A site as plain data: who, where, when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from certlib.inventory.logo import Logo
from certlib.inventory.values import (
    Address,
    Colour,
    HostName,
    Name,
    NotEmpty,
    Patience,
    Pause,
    Port,
    Sha256,
    SiteId,
    Text,
)

Role = Literal["uccx-publisher", "uccx-subscriber", "socialminer", "cucm", "cuic"]
EndpointKind = Literal["load-balancer", "reverse-proxy", "identity-provider", "other"]
Browser = Literal["chrome", "edge", "firefox", "ie"]
Answer3 = Literal["yes", "no", "unknown"]
CertType = Literal["rsa", "ecdsa", "unknown"]
PlannedCertType = Literal["rsa", "ecdsa"]
SignsWithEc = Literal["yes", "no", "later", "unknown"]  # later: the CA will, and does not yet
Paper = Literal["a4", "letter"]
Language = Literal["en", "de"]

GENTLE_PAUSE = 0.5  # seconds

# Roles that stand in an inventory as context; they have releases of their own, which are not UCCX's.
CONTEXT_ROLES: tuple[Role, ...] = ("cucm", "cuic")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One TLS listener to ask: a node's web server, or a further endpoint of the inventory."""

    id: str  # "uccx1.example.com/socketio" or "<name of the further endpoint>/<kind>"; unique in a site
    node: str  # the node's name, or the further endpoint's name
    role: str  # the node's role, or the further endpoint's kind ("load-balancer" …)
    web_server: str | None  # id in knowledge/web_servers.yaml; None for a further endpoint
    title: str  # "SocketIO (Live Data)"
    address: str  # host name or IP address to contact
    port: int
    server_name: str | None  # sent as SNI; None when it is no name


@dataclass(frozen=True, slots=True)
class Node:
    """One machine with a role."""

    role: Role
    name: Address
    address: Address  # name when the inventory gives no address
    release: Text  # of a context role: its own release as written, or "" when the inventory gives none
    target_release: Text
    ports: tuple[tuple[str, Port], ...] = ()  # web server id, port: the overrides only
    cops: tuple[str, ...] = ()  # ids of knowledge/cops.yaml
    cert_type: CertType = "unknown"  # from 12.5(1)SU2 on: what `show tls server cert_type` says now
    # As the inventory has them, where they are not known and the nearest known ones stand above; else empty.
    release_written: Text = ""
    target_written: Text = ""


@dataclass(frozen=True, slots=True)
class FurtherEndpoint:
    """A listener that is no node's web server: a load balancer, a reverse proxy, an identity provider."""

    name: Name
    kind: EndpointKind
    address: Address
    port: Port
    server_name: HostName | None = None


@dataclass(frozen=True, slots=True)
class Agents:
    """What is known of the agents' PCs."""

    browsers: tuple[Browser, ...] = ()
    trusted_cas: tuple[
        Sha256, ...
    ] = ()  # of each CA certificate; the PEM text stands in Site.ca_certificates
    group_policy: Answer3 = "unknown"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that somebody answers for, until a day."""

    check: str  # id in knowledge/checks.yaml
    owner: Name
    reason: Name
    until: date  # the last day on which it holds
    node: str | None = None  # a node's or further endpoint's name; None with no endpoint: the whole site
    endpoint: str | None = None  # Endpoint.id


@dataclass(frozen=True, slots=True)
class Branding:
    """How the report names its maker."""

    name: Text = ""
    author: Text = ""
    footer: Text = ""
    confidentiality: Text = ""
    accent: Colour = ""  # "#005073"; of headings, rules and links
    band: Colour = ""  # of the cover's band, where that is not the accent
    logo: Logo = ""  # a data: address, so that it travels with the evidence
    templates: Mapping[str, str] = field(default_factory=dict, hash=False)  # of chapters, by file name


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of the report, as its history tells it."""

    version: Name
    date: date
    author: Name
    change: Name


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs the report for one side; what is not known is left to be written by hand."""

    name: Text = ""
    role: Text = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The report as a document: its form, its versions, who signs it."""

    language: Language = "en"
    paper: Paper = "a4"
    reference: Text = ""  # when the customer or the consultant has a number of their own
    history: tuple[Revision, ...] = ()  # oldest first
    customer: Signatory = Signatory()
    consultant: Signatory = Signatory()


@dataclass(frozen=True, slots=True)
class Collecting:
    """How the servers are asked; None: as usual."""

    patience: Patience | None = None  # seconds that one connection may take to answer
    # Seconds between two connections to one address; where a pause is told, there is one at a time.
    pause: Pause | None = None
    gentle: bool | None = None  # RSA key exchange first, and a short pause unless another is told

    @property
    def apart(self) -> float | None:
        """The pause that holds; None: none, and more than one connection at a time."""
        return GENTLE_PAUSE if self.pause is None and self.gentle else self.pause


@dataclass(frozen=True, slots=True)
class Site:
    """One customer installation, as its inventory describes it."""

    customer: Name
    id: SiteId
    title: Text
    release: Text
    target_release: Text  # the present release when no upgrade is planned
    upgrade_date: date | None
    nodes: Annotated[tuple[Node, ...], NotEmpty]
    further_endpoints: tuple[FurtherEndpoint, ...] = ()
    agents: Agents = Agents()
    ca_signs_with_ec: SignsWithEc = "unknown"
    ca_certificates: tuple[str, ...] = ()  # PEM, of Agents.trusted_cas
    branding: Branding = Branding()
    waivers: tuple[Waiver, ...] = ()
    report: Report = Report()
    planned_cert_type: PlannedCertType | None = (
        None  # to what the UCCX nodes are to be switched; None: no plan
    )
    collecting: Collecting = Collecting()  # in evidence: as it was collected

    def find_day_that_counts(self, today: date) -> date:
        """The planned upgrade's day, or today where none is planned or it is past."""
        return max(self.upgrade_date, today) if self.upgrade_date else today
