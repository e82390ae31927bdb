"""The facts that scenarios and checks work on.

Evidence, knowledge, the site's endpoints and what each presented.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from certlib.assess.model import EndpointState, Hop, Observed, Reissue, Scenario
from certlib.assess.observed import find_common_leaf
from certlib.assess.proof import Proof, TrustPath
from certlib.assess.trust import Trust, judge
from certlib.evidence import Evidence
from certlib.inventory import Endpoint, Site
from certlib.knowledge import Knowledge, WebServer, find_in_release, find_release


@dataclass(frozen=True, slots=True)
class Context:
    """What is known before any conclusion; what has a default is empty until it is worked out."""

    evidence: Evidence
    knowledge: Knowledge
    today: date
    endpoints: tuple[Endpoint, ...]
    observed: dict[str, Observed]
    proof: Proof
    scenarios: tuple[Scenario, ...] = ()
    hops: tuple[Hop, ...] = ()
    reissues: tuple[Reissue, ...] = ()
    stale: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    repaired: Scenario | None = None

    @property
    def site(self) -> Site:
        """The installation that is assessed."""
        return self.evidence.site

    @property
    def day(self) -> date:
        """The day that counts for validity after the upgrade: the planned one, never before today."""
        return self.site.find_day_that_counts(self.today)

    @property
    def deciding(self) -> Scenario:
        """The scenario that the verdict looks at: after the upgrade, or now when none is planned."""
        return self.scenarios[-1]

    @property
    def base(self) -> Scenario:
        """The scenario that options are judged on: the deciding one, after what must be reissued."""
        return self.repaired or self.deciding

    def find_server(self, endpoint: Endpoint) -> WebServer | None:
        """An endpoint's web server as it is in its node's present release; None for a further endpoint."""
        server = self.knowledge.web_servers.get(endpoint.web_server or "")
        release = next((node.release for node in self.site.nodes if node.name == endpoint.node), "")
        known = find_release(self.knowledge, release)
        return find_in_release(server, known.id, self.knowledge) if server and known else server

    def list_endpoints_of(self, node: str) -> tuple[Endpoint, ...]:
        """The endpoints of a node's web servers; a further endpoint belongs to no node."""
        return tuple(
            endpoint
            for endpoint in self.endpoints
            if endpoint.node == node and endpoint.web_server is not None
        )

    def list_observed(self, node: str) -> tuple[Observed, ...]:
        """What the web servers of a node presented that hold one of its two identities."""
        return tuple(
            self.observed[endpoint.id]
            for endpoint in self.list_endpoints_of(node)
            if endpoint.id in self.observed and (server := self.find_server(endpoint)) and server.prefers
        )

    def find_chain(self, endpoints: Iterable[str], leaf: str) -> tuple[str, ...]:
        """The longest chain that one of the endpoints sent with a leaf."""
        wanted = set(endpoints)
        sent = (
            presentation.chain
            for presentation in self.evidence.presentations
            if presentation.endpoint in wanted and presentation.leaf == leaf
        )
        return max(sent, key=len, default=(leaf,))

    def judge_leaf(self, endpoints: Sequence[str], leaf: str, *, on: date) -> Trust:
        """What the agents' browsers make of a leaf that endpoints of one node presented."""
        return judge(
            chain=self.find_chain(endpoints, leaf),
            certificates=self.evidence.certificates,
            host=endpoints[0].rpartition("/")[0],
            site=self.site,
            proof=self.proof,
            on=on,
        )

    def find_trust_path(self, endpoints: Iterable[str], leaf: str, *, on: date) -> TrustPath:
        """Whether a leaf that endpoints presented leads to a CA that the inventory trusts."""
        return self.proof.find_path(self.find_chain(endpoints, leaf), on=on)

    def find_identity_leaf(self, node: str, identity: str) -> str | None:
        """The leaf that most web servers of a node show as this identity."""
        return find_common_leaf(identity, self.list_observed(node), self.evidence.certificates)


def has_certificate(observed: Observed | None) -> bool:
    """Whether an endpoint gave a certificate to any offer, from which something may be concluded."""
    return observed is not None and bool(observed.browser or observed.rsa or observed.ecdsa)


def has_any_certificate(observed: Observed | None) -> bool:
    """Whether it gave one at all, be it that its answers do not fit together."""
    return has_certificate(observed) or (observed is not None and bool(observed.unsure))


def find_silent_endpoints(context: Context, *, agent_facing: bool | None = None) -> list[EndpointState]:
    """The endpoints that gave no certificate to any offer, without those that are off by default."""
    silent = []
    facing = {
        endpoint.id: server.agent_facing
        for endpoint in context.endpoints
        if (server := context.find_server(endpoint)) is not None
    }
    for cell in context.scenarios[0].endpoints:
        wanted = agent_facing is None or facing.get(cell.endpoint) is agent_facing
        if wanted and not has_any_certificate(cell.observed) and cell.presence is None:
            silent.append(cell)
    return silent


def find_silent_nodes(context: Context) -> list[tuple[str, bool, list[EndpointState]]]:
    """The nodes with silent endpoints: the name, whether none of several answered, and those endpoints.

    A further endpoint is like a node with one web server.
    """
    silent: dict[str, list[EndpointState]] = {}
    for cell in find_silent_endpoints(context):
        silent.setdefault(cell.node, []).append(cell)
    alive = {cell.node for cell in context.scenarios[0].endpoints if has_any_certificate(cell.observed)}
    return [(node, len(cells) > 1 and node not in alive, cells) for node, cells in silent.items()]
