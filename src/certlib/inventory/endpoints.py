"""Which TLS listeners a site has: the web servers of its nodes, as role and release have them, and others."""

from certlib.inventory.model import Endpoint, FurtherEndpoint, Node, Site
from certlib.inventory.values import is_ip
from certlib.knowledge import Knowledge, WebServer
from certlib.knowledge import load as load_knowledge

_KINDS = {
    "load-balancer": "Load balancer",
    "reverse-proxy": "Reverse proxy",
    "identity-provider": "Identity provider",
    "other": "Further endpoint",
}


def endpoints(site: Site) -> tuple[Endpoint, ...]:
    """Every endpoint of a site: node by node in the inventory's order, then the further ones."""
    knowledge = load_knowledge()
    own = (
        _endpoint(node, server)
        for node in site.nodes
        for server in knowledge.web_servers.values()
        if node.role in server.roles and _exists(server, node.release, knowledge)
    )
    return (*own, *map(_further, site.further_endpoints))


def _exists(server: WebServer, release: str, knowledge: Knowledge) -> bool:
    """Whether a web server is there in a release; a release that is not UCCX's has no bounds."""
    known = knowledge.releases.get(release)
    if known is None:
        return True
    since = server.since is None or knowledge.releases[server.since].order <= known.order
    return since and (server.until is None or known.order <= knowledge.releases[server.until].order)


def _endpoint(node: Node, server: WebServer) -> Endpoint:
    return Endpoint(
        id=f"{node.name}/{server.id}",
        node=node.name,
        role=node.role,
        web_server=server.id,
        title=server.title,
        address=node.address,
        port=dict(node.ports).get(server.id, server.port),
        server_name=None if is_ip(node.name) else node.name,
    )


def _further(endpoint: FurtherEndpoint) -> Endpoint:
    return Endpoint(
        id=f"{endpoint.name}/{endpoint.kind}",
        node=endpoint.name,
        role=endpoint.kind,
        web_server=None,
        title=_KINDS[endpoint.kind],
        address=endpoint.address,
        port=endpoint.port,
        server_name=endpoint.server_name,
    )
