"""What each step of a plan does to a node: what is in use, what is stored, what has been done."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from certlib.assess import NodeState
from certlib.assess.effects import apply_cops, apply_reissue, apply_upgrade
from certlib.knowledge import Knowledge
from certlib.knowledge.model import CertType, Effect, Identity
from certlib.x509 import Kind

# Effects that are of one certificate; the others are of the node.
OF_A_CERTIFICATE: tuple[Effect, ...] = (
    "request-made",
    "reply-arrived",
    "reply-examined",
    "certificate-uploaded",
    "certificate-generated",
)
# Effects that start a node or its services anew, so that what is stored comes into use.
STARTING: tuple[Effect, ...] = ("restarted", "switched", "type-set")

Done = tuple[Effect, Identity | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """A node in the middle of a plan."""

    state: NodeState  # what is in use
    stored: Mapping[Identity, Kind | None] = field(default_factory=dict)  # not in use yet; None: as before
    cops: tuple[str, ...] | None = None  # installed, and in use after a restart; None: as in `state`
    stale: bool = False  # a web server presents what the node holds no longer
    inactive: str | None = None  # the release on the inactive partition
    done: frozenset[Done] = frozenset()

    @property
    def waiting(self) -> bool:
        """Whether something is stored that only a restart puts into use."""
        return bool(self.stored) or self.cops is not None or self.stale


@dataclass(frozen=True, slots=True)
class Means:
    """What an effect needs to know of the plan beside the node: only what its task is about."""

    identity: Identity | None = None
    kind: Kind | None = None  # how the CA signs; None: as before
    cops: tuple[str, ...] = ()  # those of the node once COP or rollback COP is installed
    cert_type: CertType | None = None
    release: str | None = None


def is_missing(standing: Standing, need: Effect, identity: Identity | None) -> bool:
    """Whether what a step needs was not done before."""
    return (need, identity if need in OF_A_CERTIFICATE else None) not in standing.done


def take(standing: Standing, effect: Effect, means: Means, *, knowledge: Knowledge) -> Standing:
    """A node after an effect."""
    about = means.identity if effect in OF_A_CERTIFICATE else None
    standing = replace(standing, done=standing.done | {(effect, about)})
    match effect:
        case "certificate-uploaded" | "certificate-generated" if means.identity:
            kind: Kind | None = "self-signed" if effect == "certificate-generated" else means.kind
            return replace(standing, stored={**standing.stored, means.identity: kind})
        case "cop-installed" | "rollback-installed":
            return replace(standing, cops=means.cops)
        case "upgraded":
            return replace(standing, inactive=means.release)
        case "restarted":
            return _start_node(standing, knowledge)
        case "type-set" if means.cert_type:
            started = _start_node(standing, knowledge)
            state = replace(started.state, cert_type=means.cert_type, cert_type_from="option")
            return replace(started, state=state)
        case "switched" if standing.inactive:
            started = _start_node(standing, knowledge)
            state = apply_upgrade(started.state, target=standing.inactive, knowledge=knowledge)
            return replace(started, state=state, inactive=None)
        case _:
            return standing


def _start_node(standing: Standing, knowledge: Knowledge) -> Standing:
    """A node after its restart, with all that was stored in use."""
    state = standing.state
    if standing.cops is not None:
        state = apply_cops(state, standing.cops, knowledge=knowledge)
    for identity, kind in standing.stored.items():
        state = apply_reissue(state, identity=identity, kind=kind, knowledge=knowledge)
    state = replace(state, restarted=state.restarted or standing.stale)
    return replace(standing, state=state, stored={}, cops=None, stale=False)
