"""The shapes of the knowledge files: one frozen dataclass for each kind of entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

# `documented` needs a source, `inferred` a rule of rules.yaml, `measured` a source that says how.
BasisKind = Literal["documented", "inferred", "measured"]
# How a leaf is signed, as the note's table has it.
SigningKind = Literal["self-signed", "rsa-ca", "ec-ca"]
# Which of a node's two identities: `tomcat` (RSA key) or `tomcat-ECDSA` (EC key).
Identity = Literal["tomcat", "tomcat-ECDSA"]
Era = Literal["none", "automatic", "removed", "opt-in"]
VerdictWord = Literal["ready", "ready with actions", "not ready", "incomplete"]
# The nodes that a procedure concerns. `site`: all. `unseen`: the plan has its tomcat-ECDSA signed, and nobody
# has seen who signed it. `to-sign`: a CA signs a certificate for the option's sake, and `chain`: where that
# CA's certificates are uploaded. `cop`, `cop-back`: gets the COP or its rollback; `behind-cop`: has one now.
# `cert-type`: its certificate type is set, and `exchange`: others are given what it will present. `upgraded`,
# `hops`: changes its release, once or for each hop. `self-signed`: presents a self-signed certificate.
# `renew-before`, `renew-in-window`: holds a certificate that has to be made anew before the window, or in it;
# a task for each. `incomplete-chain`: sends its certificate without a CA's between it and the root.
# `restart-before`, `restart`: something is stored on it that only a restart puts into use.
NodesConcerned = Literal[
    "site",
    "unseen",
    "to-sign",
    "chain",
    "cop",
    "cop-back",
    "behind-cop",
    "cert-type",
    "exchange",
    "upgraded",
    "hops",
    "self-signed",
    "renew-before",
    "incomplete-chain",
    "restart-before",
    "renew-in-window",
    "restart",
]
# What a step does to the state of a site, and what another one may need; of the node of its task, or of the
# whole site where the task has none. What is stored is in use only after `restarted`.
Effect = Literal[
    "backed-up",  # what the node holds could be restored
    "request-made",  # a request for the task's certificate, with a new key
    "reply-arrived",  # the certificate that the CA signed is at hand
    "reply-examined",  # and names, key, usage, days and issuer are right
    "chain-uploaded",  # the CA's root and intermediates are in tomcat-trust
    "certificate-uploaded",  # the signed certificate is stored
    "certificate-generated",  # a certificate that the node signed itself is stored
    "cop-installed",
    "rollback-installed",
    "restarted",  # the node, or all of its services that hold a certificate, started anew
    "upgraded",  # the new release is on the inactive partition
    "switched",  # the node runs the new release
    "peers-trust",  # the servers that connect to the node hold what it presents, or will present
    "type-set",  # the certificate type is set, and the node has restarted by itself
    "pcs-trust",  # the agents' PCs trust what the site's nodes signed themselves
    "accepted",  # agents accepted what the site's nodes signed themselves
]
# What an inventory may say to a question of yes and no.
Answer3 = Literal["yes", "no", "unknown"]
SignsWithEc = Literal["yes", "no", "later", "unknown"]  # later: the CA will, and does not yet
CertType = Literal["rsa", "ecdsa"]
# What the comparison of options counts: certificates to have signed, COP files to install, restarts of nodes,
# nodes whose services alone restart; on each agent's PC the certificates to trust and addresses to accept.
Counted = Literal["certificates", "cop-files", "restarts", "services", "pc-certificates", "pc-addresses"]
# What a browser does with a certificate. `can-proceed`: a warning that can be accepted; `no-way-on`: one that
# cannot; `no-page`: no connection.
Treatment = Literal["loads", "can-proceed", "no-way-on", "no-page"]
# What an agent meets. `open`: no source says.
Outcome = Literal["works", "prompt", "cannot-be-accepted", "does-not-load", "open"]


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a statement may be made."""

    kind: BasisKind
    source: str | None = None  # id in sources.yaml
    section: str = ""  # where in the source
    rule: str | None = None  # id in rules.yaml


@dataclass(frozen=True, slots=True)
class Source:
    """A published document, or a measurement of ours."""

    id: str
    title: str
    publisher: str
    short: str  # how a report cites it: "210528"
    release: str = ""  # the product's releases that it is about; empty: about none
    date: str = ""  # ISO, as much of it as is known
    undated: bool = False  # its copy bears no date
    url: str = ""
    no_copy: bool = False  # no copy of it could be found
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A conclusion that certlib draws, in words; verdict rules stand here too."""

    id: str
    text: str
    why: str = ""
    verdict: VerdictWord | None = None  # the verdict that a verdict rule gives


@dataclass(frozen=True, slots=True)
class Change:
    """What a release brings that concerns certificates."""

    text: str
    basis: Basis
    doubt: str = ""  # where sources disagree: both readings, and which is used


@dataclass(frozen=True, slots=True)
class Release:
    """One release of UCCX and of SocialMiner/CCP."""

    id: str  # as Cisco writes it: "12.5(1)SU2"
    order: int  # ascending with age: 10.0(1) first
    era: Era  # of ECDSA
    basis: Basis
    basis_web_servers: tuple[str, ...] = ()  # the only ones of which the basis speaks; empty: all
    tls_versions: tuple[str, ...] = ()  # as server; empty: not found
    tls_basis: Basis | None = None
    aliases: tuple[str, ...] = ()  # other spellings that an inventory may use; case and blanks never matter
    unclear: tuple[str, ...] = ()  # spellings that leave open which of its service updates is meant
    named: tuple[str, ...] = ()  # service updates of it of which nothing but the name was found
    builds: tuple[str, ...] = ()  # version numbers of its builds: "12.5.1.11003-511"
    socialminer_name: str = "SocialMiner"  # what the role `socialminer` is called in this release
    changes: tuple[Change, ...] = ()  # since the release before
    note: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class ServerChange:
    """What a release changes of a web server, from then on; None: stays as it was."""

    since: str  # release id
    text: str
    basis: Basis
    port: int | None = None
    service: str | None = None
    agent_facing: bool | None = None
    agents_basis: Basis | None = None  # given when `agent_facing` is
    off_by_default: bool | None = None


@dataclass(frozen=True, slots=True)
class WebServer:
    """A TLS listener of a role. What releases change of it stands in `changes`, oldest first."""

    id: str  # "socketio"
    title: str  # "UCCX SocketIO"
    short: str  # for narrow tables: "SocketIO"
    roles: tuple[str, ...]
    port: int
    service: str  # the name `utils service list` gives
    column: str | None  # the note's table column it is, or None when the table does not name it
    like: str | None  # the web server of the table whose cells it is taken to share, else None
    # What it gives to a client that takes both, in the releases that have both; None: neither, or not known.
    prefers: Identity | None
    hides_rsa_signed_ec: bool  # true for old Java servers: an EC leaf that an RSA CA signed is not presented
    agent_facing: bool
    purpose: str
    basis: Basis  # of port and service
    prefers_basis: Basis
    like_basis: Basis | None = None  # given when `like` is
    desktop: bool = False  # a page that agents open themselves; where HSTS is looked for when asked
    accept_path: str = "/"  # path to open in a browser in order to accept the certificate
    agents_port: int | None = None  # the port that agents' browsers use, where it is another one
    agents_basis: Basis | None = None  # why agents' browsers connect to it, where a document says so
    since: str | None = None  # release ids; None: no bound known
    until: str | None = None
    since_basis: Basis | None = None  # given when `since` is; documented: it is new there
    until_basis: Basis | None = None  # given when `until` is
    optional: str = ""  # where it is there, if not everywhere: asked only where an inventory gives its port
    off_by_default: bool = False  # no answer is then nothing to worry about
    changes: tuple[ServerChange, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a web server presents to a browser."""

    identity: Identity
    kind: SigningKind


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the note's twenty cells."""

    web_server: str
    text: str  # the word of the cell: "RSA", "ECDSA", "Self-signed"
    identity: Identity
    kind: SigningKind
    identity_basis: Basis  # row 1 documents "self-signed", not which of the two: then inferred
    remark: str = ""  # in our words


@dataclass(frozen=True, slots=True)
class InBrowser:
    """What an agent meets in one gadget with one family of browsers, where it is not what the note says."""

    browser: str  # id of browsers.yaml
    outcome: Outcome
    text: str
    basis: Basis
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class GadgetExperience:
    """What the note says an agent meets in one gadget; it names no browser, so it is said of all."""

    gadget: str
    outcome: Outcome
    text: str
    basis: Basis
    doubt: str = ""  # where sources disagree: both readings, and which is used
    browsers: tuple[InBrowser, ...] = ()  # those of which something else, or more, is known


@dataclass(frozen=True, slots=True)
class Advice:
    """What the note advises for a row of its table."""

    option: str  # id of options.yaml
    text: str  # the advice in our words
    basis: Basis
    ca_signs_with_ec: tuple[SignsWithEc, ...] = ()  # the answers with which it is advice; empty: any
    socialminer: bool | None = None  # only on a site with one, or without; None: either


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the note's table: a combination, five cells, the agents' experience."""

    id: str  # "row-1"
    tomcat: SigningKind
    tomcat_ecdsa: SigningKind
    releases: tuple[str, ...]
    text: str  # the documented experience as one sentence, in our words
    cells: tuple[Cell, ...]
    experience: tuple[GadgetExperience, ...]
    advice: tuple[Advice, ...]  # in the order in which certlib offers it (rule-advice-order)
    basis: Basis
    assumption: str = ""  # e.g. how the table's asterisk is read (inferred; the note has no footnote)
    assumption_basis: Basis | None = None  # given when `assumption` is
    defects: tuple[str, ...] = ()
    cops: tuple[str, ...] = ()  # the COPs that the row itself asks for
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class BrowserTitle:
    """A browser as inventories name it, and as reports do."""

    name: str  # "edge"
    title: str  # "Edge"


@dataclass(frozen=True, slots=True)
class BrowserFamily:
    """Browsers that treat a certificate which the PC does not trust alike."""

    id: str  # "chromium"
    title: str
    browsers: tuple[BrowserTitle, ...]
    # How far what an agent accepted holds. None: not known.
    keeps: Literal["host", "host-and-port"] | None
    # Whether it forgets that when the host shows a trusted certificate elsewhere. None: not known.
    forgets: bool | None
    text: str
    basis: Basis
    assumed: bool = False  # taken where an inventory names no browser
    until: str | None = None  # the last release that supports it; None: no end known
    until_basis: Basis | None = None  # given when `until` is
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Treated:
    """What a family of browsers does with a certificate that something is wrong with."""

    browser: str  # id of browsers.yaml
    trusted: Treatment  # where the PC trusts the CA that signed it
    untrusted: Treatment  # where it is self-signed, or the PC does not trust its CA
    basis: Basis


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something about a certificate for which a browser may refuse it, whoever signed it."""

    id: str  # "usage"
    title: str
    text: str  # of the certificate that a web server presents: "Its key usage …"
    treated: tuple[Treated, ...]  # a family that is not here: not known
    check: str | None = None  # the check that finds it; None: the one that finds all others


@dataclass(frozen=True, slots=True)
class Gadget:
    """Something an agent uses, and the web servers whose certificates it depends on."""

    id: str  # "live-data"
    title: str
    mention: str  # inside a sentence, after a preposition or a verb: "the Live Data gadgets"
    web_servers: tuple[str, ...]  # ids; a gadget is as good as the worst of them
    roles: tuple[str, ...]  # the roles whose nodes serve it
    framed: bool  # loads inside the desktop's page: a browser then gives no prompt of its own
    basis: Basis
    also: tuple[str, ...] = ()  # web servers of other roles that it needs; Cisco's table says nothing of them


@dataclass(frozen=True, slots=True)
class Cop:
    """A COP file that switches the presentation of ECDSA certificates."""

    id: str  # "uccx-ecdsa-off"
    title: str
    roles: tuple[str, ...]
    effect: str
    turns_ecdsa: Literal["off", "on"]  # "on": a rollback COP
    install_when: tuple[str, ...]  # the note's conditions, in our words
    undone_by: str | None
    download: str  # where Cisco lists it
    releases: tuple[str, ...]
    basis: Basis
    not_found: tuple[str, ...] = ()  # what is not published: file name …


@dataclass(frozen=True, slots=True)
class Defect:
    """A Cisco defect that bears on the certificates."""

    id: str
    title: str
    effect: str
    releases: tuple[str, ...]
    remedy: str
    basis: Basis
    not_found: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the work around a maintenance window; phases follow each other in the order of their file."""

    id: str  # "prepare"
    title: str
    text: str  # what the engineer should know before its tasks
    basis: Basis


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; a command is shown as such and never run.

    Text and command may hold {node}, {nodes}, {count}, {uccx}, {release}, {target}, {port}, {certificates},
    {identity} and {why} (a certificate is made anew); so may a procedure's title.
    """

    text: str
    command: str = ""  # or an address to open
    basis: Basis | None = None  # None: as the procedure's
    roles: tuple[str, ...] = ()  # only if a node of the task has one of these; empty: always
    since: str | None = None  # release ids of the node after its upgrade; None: no bound
    until: str | None = None
    beside: str | None = None  # only on a site that has a node of this role
    web_server: str | None = None  # only where the node has it and presents a self-signed certificate on it
    group_policy: tuple[Answer3, ...] = ()  # only with these answers about the PCs' group policy; empty: any
    left_until: str | None = None  # only where a node comes from this release or an older one; a release id
    signed_by: Literal["ca", "itself"] | None = None  # only where the certificate to renew is signed so
    identity: Identity | None = None  # only where the task is about this certificate
    # Only where the certificate names both UCCX nodes and the publisher gets it for both, or only where not.
    shared: bool | None = None
    # Only where COP files are put on the node, or only where not: those that the hop asks for, or, at a
    # restart, the rollback COP.
    cops: bool | None = None
    undoes: CertType | None = None  # only where the option sets this certificate type
    needs: tuple[Effect, ...] = ()  # what has to be done before
    does: tuple[Effect, ...] = ()  # what is done then


@dataclass(frozen=True, slots=True)
class Procedure:
    """Ordered steps that somebody works through, on certain nodes of a site."""

    id: str
    phase: str
    nodes: NodesConcerned
    title: str
    where: str  # "OS Administration of {node}"
    who: str  # "engineer"; a proposal, see rule-who
    steps: tuple[Step, ...]
    basis: Basis
    per_node: bool = False  # each node gets a list of its own
    roles: tuple[str, ...] = ()  # only nodes with one of these roles; empty: all
    browsers: tuple[str, ...] = ()  # only where agents use one of these, or where that is not known
    group_policy: tuple[Answer3, ...] = ()  # only with these answers about the PCs' group policy; empty: any
    since: str | None = None  # only nodes on this release or later, after their upgrade
    with_upgrade: bool = False  # belongs to every upgrade of a node
    minutes: int | None = None  # None: no source gives a time
    minutes_basis: Basis | None = None  # given when `minutes` is
    interrupts: str = ""  # what stops working meanwhile
    check: str = ""  # how to see that it worked


@dataclass(frozen=True, slots=True)
class Cost:
    """A line of what an option costs a site in restarts, outage or effort; counted, never guessed.

    The text may hold {count} (nodes concerned), {certificates} and {addresses} (self-signed ones of them).
    A line that concerns no node of a site is left out. `counts`: what of the comparison the line's number
    is; lines that count the same are added up.
    """

    text: str
    basis: Basis
    counts: Counted | None = None
    nodes: NodesConcerned = "site"
    roles: tuple[str, ...] = ()  # only nodes with one of these roles; empty: all
    browsers: tuple[str, ...] = ()  # only where agents use one of these, or where that is not known
    group_policy: tuple[Answer3, ...] = ()  # only with these answers about the PCs' group policy; empty: any


@dataclass(frozen=True, slots=True)
class OptionTexts:
    """What an option says instead on a site without SocialMiner; empty: the same."""

    title: str = ""
    summary: str = ""
    needs: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A way to put it right, as a change of a site's state, so that its outcome can be worked out."""

    id: str  # "ec-ca"
    title: str
    summary: str
    restarts: tuple[Cost, ...] = ()
    outage: tuple[Cost, ...] = ()
    effort: tuple[Cost, ...] = ()
    sets_tomcat_ecdsa: SigningKind | None = None  # what becomes of tomcat-ECDSA on every node
    sets_cert_type: CertType | None = None  # which certificate the nodes are set to present
    roles: tuple[str, ...] = ()  # the nodes that it changes have one of these; empty: any
    installs: tuple[str, ...] = ()  # COP ids
    ends_as: str | None = None  # the option that its plan goes on with; None: it is done then
    advised_against: bool = False  # Cisco says not to, whatever agents would meet
    trusts_self_signed: bool = False  # the agents' PCs come to trust the nodes' self-signed certificates
    procedures: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    when: str = ""  # the note's conditions, in our words
    eras: tuple[Era, ...] = ()  # in which the option makes sense
    basis: Basis = Basis(kind="documented")
    doubt: str = ""
    without_socialminer: OptionTexts = OptionTexts()


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the FAQ with its answer."""

    id: str
    question: str
    answer: str
    basis: Basis
    facts: tuple[Change, ...] = ()  # what sources say one by one
    # Where it is shown; what is not given asks for nothing.
    options: tuple[str, ...] = ()  # when one of these options is considered
    roles: tuple[str, ...] = ()  # on a site with a node of one of these roles
    checks: tuple[str, ...] = ()  # when one of these checks objects
    web_servers: tuple[str, ...] = ()  # on a site that has one of these
    endpoints: tuple[str, ...] = ()  # on a site with a further endpoint of one of these kinds
    since: str | None = None  # on a site of which a node is, or will be, in these releases
    until: str | None = None
    upgrade: bool = False  # where an upgrade is planned
    procedures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """What must be true of an answer, all that is given."""

    said: tuple[str, ...] = ()  # one of these in its details: a code, or a text that is shown as it is
    offer: Literal["browser", "one-kind"] | None = None
    begun: bool | None = None  # whether the server had begun to answer
    answered: bool | None = None  # whether another offer of the port brought a certificate
    modern: bool | None = None  # whether one of those did so in TLS 1.2 or 1.3
    version: bool | None = None  # whether a TLS version is known


@dataclass(frozen=True, slots=True)
class ReasonCase:
    """What a reason means in one case."""

    when: When
    sentence: str
    hint: str


@dataclass(frozen=True, slots=True)
class ReasonText:
    """What a reason for a missing certificate means to people."""

    id: str  # value of certlib.reasons.Reason
    sentence: str
    hint: str  # what to check
    cases: tuple[ReasonCase, ...] = ()  # the first that fits is told instead


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure or a list that a check goes by."""

    name: str  # by which the check asks for it; of one name there may be several, by `since`
    value: int | date | tuple[str, ...]
    unit: str = ""  # "days", "bits"
    since: date | None = None  # the day from which it holds


@dataclass(frozen=True, slots=True)
class Check:
    """A check that the assessment makes, as the report explains it."""

    id: str  # "presented-as-expected"
    title: str  # what holds where it passes
    fault: str  # what there is where it objects
    risk: str
    remedy: str
    basis: Basis
    procedures: tuple[str, ...] = ()
    since: str | None = None  # release ids, of a node after the upgrade; None: every release
    until: str | None = None
    limits: tuple[Limit, ...] = ()
    doubt: str = ""  # where sources disagree: both readings, and which is used
    waivable: bool = True  # whether somebody may accept a finding, so that it does not count for the verdict
    reissue: bool = False  # what it objects to ends only with a certificate that is made anew


@dataclass(frozen=True, slots=True)
class Start:
    """A release from which another is reached in one hop."""

    release: str
    cops: tuple[str, ...] = ()  # how the names of the COP files begin that are installed before
    doubt: str = ""  # where the sources disagree about this hop


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The releases from which a product reaches a release in one hop."""

    id: str
    roles: tuple[str, ...]
    to: str
    starts: tuple[Start, ...]  # the preferred one first
    basis: Basis  # of the hop
    cops_basis: Basis | None = None  # None: which COP files are needed is not known
    cops_note: str = ""  # what else is to be known of them
    takes: str = ""  # how long it takes, where a source says so
    takes_basis: Basis | None = None  # given when `takes` is
    first: tuple[str, ...] = ()  # the roles that go before, in the same maintenance window
    first_basis: Basis | None = None  # given when `first` is
    facts: tuple[Change, ...] = ()  # what other sources say of it
    not_found: bool = False  # a document was looked for and not found: taken for granted, and to be asked for
    note: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All knowledge, each kind by id, in the order of its file."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012  # pydantic reads it, for every entry below too

    sources: Mapping[str, Source]
    rules: Mapping[str, Rule]
    releases: Mapping[str, Release]
    upgrades: Mapping[str, Upgrade]
    web_servers: Mapping[str, WebServer]
    rows: Mapping[str, Row]
    gadgets: Mapping[str, Gadget]
    browsers: Mapping[str, BrowserFamily]
    refusals: Mapping[str, Refusal]
    cops: Mapping[str, Cop]
    defects: Mapping[str, Defect]
    options: Mapping[str, Option]
    phases: Mapping[str, Phase]
    procedures: Mapping[str, Procedure]
    questions: Mapping[str, Question]
    reasons: Mapping[str, ReasonText]
    checks: Mapping[str, Check]
