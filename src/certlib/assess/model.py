"""What an assessment says: plain data, every statement with its basis."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from certlib.evidence import Presentation
from certlib.inventory import CertType, Endpoint, Node, Site, Waiver, list_every_endpoint
from certlib.knowledge import Basis, Expected, Knowledge, load
from certlib.knowledge.model import Era, Identity, Outcome, SigningKind
from certlib.reasons import Detail, Reason
from certlib.x509 import Certificate, Kind

FindingState = Literal[
    "pass", "blocks", "outage", "action", "manual", "after-upgrade", "not-applicable", "error", "information"
]
# Whence a node's certificate type is known. `contradicted`: the inventory says it, and the node presents the
# other; `before-upgrade`: whether it, or one that the node was seen to have, is still set, no source says.
CertTypeFrom = Literal["inventory", "observed", "contradicted", "before-upgrade", "option"]
# What counts by an outcome or a finding's state, for all who count.
STOPPING: Final[tuple[Outcome, ...]] = ("cannot-be-accepted", "does-not-load")  # outcomes that stop an agent
ASKING: Final[tuple[FindingState, ...]] = (  # states that ask for work, the worst first
    *("blocks", "outage", "error", "action", "manual", "after-upgrade"),
)
QUIET: Final[tuple[FindingState, ...]] = ("pass", "not-applicable")  # states that ask for nothing
# From the best to the worst. What is not known may be worse than a prompt; what is known to fail is worse
# still.
SEVERITY: Final[tuple[Outcome, ...]] = ("works", "prompt", "open", "cannot-be-accepted", "does-not-load")
VerdictWord = Literal["ready", "ready with actions", "not ready", "incomplete"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence for the report and why it may be made. `observed` has evidence, the others their `basis`."""

    text: str
    kind: Literal["observed", "documented", "inferred", "measured"]
    basis: Basis | None = None  # None when observed
    evidence: tuple[str, ...] = ()  # endpoint ids, certificate SHA-256s


def make_statement(text: str, basis: Basis, evidence: tuple[str, ...] = ()) -> Statement:
    """A sentence that rests on a basis."""
    return Statement(text, basis.kind, basis, evidence)


def infer(text: str, rule: str, evidence: tuple[str, ...] = ()) -> Statement:
    """A sentence that follows by a rule of knowledge/rules.yaml, named by its id."""
    return make_statement(text, Basis("inferred", rule=rule), evidence)


@dataclass(frozen=True, slots=True)
class Observed:
    """What one endpoint presented, put together from its offers."""

    endpoint: str
    browser: str | None  # SHA-256 of the leaf given to the browser-like offer
    rsa: str | None
    ecdsa: str | None
    identity: Identity | None  # of the browser's leaf, told by its key: RSA is `tomcat`, EC is `tomcat-ECDSA`
    kind: Kind | None  # of the browser's leaf
    reason: Reason | None  # why the browser-like offer brought nothing
    detail: tuple[Detail, ...]
    versions: tuple[str, ...]  # TLS versions seen
    rsa_reason: Reason | None = None  # why the offer of RSA alone brought nothing
    ecdsa_reason: Reason | None = None
    rsa_denied_in: str = ""  # the only TLS version of which it is known that there is no RSA certificate
    ecdsa_denied_in: str = ""
    # Why nothing is concluded from its answers: then no leaf stands above, and `rows` alone have them.
    # `leaves`: different ones of one kind; `addresses` of its name that do not give the same. `unlike`: the
    # answers that do not fit together.
    unsure: Literal["", "leaves", "addresses"] = ""
    unlike: tuple[Presentation, ...] = ()
    by_client: tuple[Presentation, ...] = ()  # the same, where a client that is no agent's browser differs
    unasked: tuple[str, ...] = ()  # addresses of its name at which nobody asked
    no_route: tuple[str, ...] = ()  # and those to which the collecting PC found no way
    rows: tuple[Presentation, ...] = field(
        default=(), compare=False, repr=False
    )  # all that were put together

    @property
    def refuses(self) -> bool:
        """Whether it turns browsers away and answers others."""
        return not self.browser and bool(self.rsa or self.ecdsa) and self.reason in _REFUSALS

    @property
    def unheard(self) -> bool:
        """Whether it answers others, and nothing came for a browser: the cause may be on the way to it."""
        return not self.browser and bool(self.rsa or self.ecdsa) and not self.refuses


# What a server itself answers to an offer that it does not want.
_REFUSALS = (Reason.ALERT, Reason.CLOSED, Reason.NOT_OFFERED)


@dataclass(frozen=True, slots=True)
class NodeState:
    """A node's two identities in one scenario."""

    node: str
    role: str
    release: str
    era: Era | None  # None: an unknown release, or a role that Cisco's table does not speak of
    tomcat: Kind | None  # None: not seen, not known
    tomcat_ecdsa: Kind | None  # None: none seen or none there; `ecdsa_known` says which
    ecdsa_known: bool
    cops: tuple[str, ...]
    row: (
        str | None
    )  # id of the documented row that is this combination in this release without a COP; else None
    statement: Statement
    ecdsa_deduced: SigningKind | None = (
        None  # what an unseen tomcat-ECDSA must be by the rules; None: nothing follows
    )
    cert_type: CertType = "unknown"  # which certificate the node was set to present, where it can be set
    cert_type_from: CertTypeFrom = "inventory"
    renewed: tuple[Identity, ...] = ()  # made anew since the evidence was collected
    restarted: bool = False  # since then, so that every web server presents what the node holds


@dataclass(frozen=True, slots=True)
class Presence:
    """That a web server comes, goes or is off by default with a release, and why that may be said."""

    kind: Literal["new", "gone", "off"]
    label: str  # for a cell of a table: "off by default from 12.5(1) on"
    statement: Statement


@dataclass(frozen=True, slots=True)
class EndpointState:
    """One web server of one node in one scenario: expected beside observed."""

    scenario: str
    endpoint: str
    node: str
    web_server: str
    expected: tuple[Expected, ...]  # more than one: the sources leave it open; empty: not known
    statement: Statement  # why it is expected
    observed: Observed | None  # only in the scenario "now"
    agrees: bool | None  # None: nothing to compare
    remark: str = ""
    presence: Presence | None = None  # None: the release has it, as today's has


@dataclass(frozen=True, slots=True)
class BrowserExperience:
    """What an agent meets with a family of browsers: at a web server, or in a gadget on its worst node."""

    browser: str  # id in knowledge/browsers.yaml
    title: str  # those of the family that the agents use: "Chrome, Edge"
    outcome: Outcome
    prompts: int | None  # certificate prompts per PC for this gadget alone; None: open, or not known
    statement: Statement
    node: str  # whose web server decides
    web_server: str
    why: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Experience:
    """What an agent meets in one gadget in one scenario: the worst of the browsers that agents use."""

    scenario: str
    gadget: str
    outcome: Outcome
    prompts: int | None  # the most of them; None: open, or not known
    statement: Statement
    node: str  # whose web server decides
    web_server: str
    why: str = ""
    doubt: str = ""
    by_browser: tuple[BrowserExperience, ...] = ()  # one for each family that agents use


@dataclass(frozen=True, slots=True)
class Finding:
    """A check's answer."""

    check: str  # id in knowledge/checks.yaml
    state: FindingState
    node: str | None
    endpoint: str | None
    statement: Statement
    remedy: str = ""
    options: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    waiver: Waiver | None = None  # what accepts it: shown, and not counted for the verdict
    gadget: str | None = None  # id of what agents use, where it is about that and its place only decides


@dataclass(frozen=True, slots=True)
class Scenario:
    """A state of the site that the report shows: now, after the upgrade, after an option."""

    id: str  # "now", "upgraded", "option:<id>", or "hop:<number>" for a stop on the way
    title: str  # "today", "after the upgrade to 11.5(1), if nothing is done"
    nodes: tuple[NodeState, ...]
    endpoints: tuple[EndpointState, ...]
    experiences: tuple[Experience, ...]


@dataclass(frozen=True, slots=True)
class Reissue:
    """A certificate that has to be reissued, whatever else is done."""

    nodes: tuple[str, ...]  # that hold it: one, or both UCCX nodes
    identity: Identity
    sha256: str
    checks: tuple[str, ...]  # what asks for it, the worst first
    ends: date | None  # its last day, where that is why
    by_itself: bool  # the node signed it itself
    before: bool  # agents are stopped today, or its last day is before that of the upgrade


@dataclass(frozen=True, slots=True)
class OptionOutcome:
    """What an option would change for this site."""

    option: str
    applies: bool
    why_not: str
    scenario: Scenario | None  # None when it does not apply
    recommended: bool
    statement: Statement  # why it is recommended or not
    end: Scenario | None = None  # when all of its plan is done; None: as `scenario`
    bridge: bool = False  # it helps today, until an upgrade that takes ECDSA away


@dataclass(frozen=True, slots=True)
class UpgradeStep:
    """What one product does in a hop."""

    product: str  # "Unified CCX", "SocialMiner" …
    roles: tuple[str, ...]
    nodes: tuple[str, ...]
    release: str
    to: str
    statement: Statement  # whether it is one hop, and why
    cops: tuple[str, ...]  # how the names of the COP files begin that are installed before
    needs: Statement  # the same in words, or that no source tells
    known: bool = True  # False: no source tells whether it is one hop
    taken: bool = False  # no document was found, and it is taken for granted
    doubt: str = ""  # where the sources disagree whether it is one hop
    takes: Statement | None = None  # how long it takes, where a source says so

    @property
    def settled(self) -> bool:
        """Whether documents say, or let conclude, that it is one hop, and none denies it."""
        return self.known and not self.taken and not self.doubt


@dataclass(frozen=True, slots=True)
class Hop:
    """A step of the way to the wanted release, and what it would be to stop there."""

    to: str  # the release that is reached; a node may be beyond it already, or its target be lower
    instead: tuple[str, ...]  # releases that would serve as well
    steps: tuple[UpgradeStep, ...]  # in the order in which the products go
    order: Statement | None  # why in this order; None when one product moves alone
    scenario: Scenario  # if nothing is done; of the last hop, the scenario after the upgrade


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of page one, and the rule that decided."""

    word: VerdictWord
    rule: str  # id in knowledge/rules.yaml
    statement: Statement


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that the certificates of a site mean."""

    site: Site
    collected: datetime
    nodes: tuple[Node, ...]
    scenarios: tuple[Scenario, ...]  # "now" first, then "upgraded" when an upgrade is planned
    options: tuple[OptionOutcome, ...]
    recommended: tuple[str, ...]  # option ids, in order of preference: "first, else"
    findings: tuple[Finding, ...]  # worst first
    not_checked: tuple[Statement, ...]
    verdict: Verdict
    certificates: Mapping[str, Certificate] = field(default_factory=dict)  # by SHA-256, of the evidence
    hops: tuple[Hop, ...] = ()  # the way to the wanted release; empty when no upgrade is planned
    browsers: tuple[Statement, ...] = ()  # for which browsers experiences are told, and what is not known
    reissues: tuple[Reissue, ...] = ()
    stale: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by node, leaves that a restart ends
    base: Scenario | None = None  # the one that decides, after what must be made anew
    foretell: Callable[..., Scenario] | None = field(default=None, compare=False, repr=False)
    knowledge: Knowledge = field(default_factory=load, compare=False, repr=False)  # what it was judged by

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every endpoint of today and of after the upgrade, in the site's order."""
        shown = {cell.endpoint for scenario in self.scenarios for cell in scenario.endpoints}
        return tuple(endpoint for endpoint in list_every_endpoint(self.site) if endpoint.id in shown)

    @property
    def roles(self) -> frozenset[str]:
        """The roles of the site's nodes."""
        return frozenset(node.role for node in self.nodes)

    @property
    def now(self) -> Scenario:
        """The site as the evidence shows it."""
        return self.scenarios[0]

    @property
    def after_upgrade(self) -> Scenario | None:
        """The site after the upgrade if nothing is done; None when none is planned."""
        return self.scenarios[1] if len(self.scenarios) > 1 else None

    @property
    def after_recommended(self) -> Scenario | None:
        """The site after the first recommended option; None when nothing need be done."""
        return next(
            (option.scenario for option in self.options if option.option in self.recommended[:1]), None
        )
