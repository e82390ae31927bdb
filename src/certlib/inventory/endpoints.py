"""Which TLS listeners a site has: the web servers of its nodes, as role and release have them, and others."""

from collections.abc import Mapping
from dataclasses import replace

from certlib.inventory.model import Endpoint, FurtherEndpoint, Node, Site
from certlib.inventory.values import is_ip
from certlib.knowledge import Knowledge, WebServer, exists_in, find_in_release
from certlib.knowledge import load as load_knowledge
from certlib.language import in_language_of_site, mark, say

FURTHER_TEXTS = {
    "load-balancer": mark("Load balancer"),
    "reverse-proxy": mark("Reverse proxy"),
    "identity-provider": mark("Identity provider"),
    "other": mark("Further endpoint"),
}


@in_language_of_site
def list_endpoints(site: Site, *, releases: Mapping[str, str] | None = None) -> tuple[Endpoint, ...]:
    """Every endpoint of a site: node by node in the inventory's order, then the further ones.

    Titles are in the language of the site's report.

    `releases`: the release of each node by its name, where it is not the present one. A web server that not
    every site has, or of which no list tells whether the release has it, is there where the inventory gives
    its port.
    """
    knowledge = load_knowledge()
    at = {node.name: (releases or {}).get(node.name, node.release) for node in site.nodes}
    own = (
        _make_endpoint(node, server, at[node.name], knowledge)
        for node in site.nodes
        for server in knowledge.web_servers.values()
        if node.role in server.roles and _is_there(server, node, at[node.name], knowledge)
    )
    return (*own, *(_make_further(endpoint) for endpoint in site.further_endpoints))


@in_language_of_site
def list_every_endpoint(site: Site) -> tuple[Endpoint, ...]:
    """Every endpoint that a site may have had or may come to have, in whatever release, in the same order."""
    knowledge = load_knowledge()
    own = (
        _make_endpoint(node, server, node.release, knowledge)
        for node in site.nodes
        for server in knowledge.web_servers.values()
        if node.role in server.roles
    )
    return (*own, *(_make_further(endpoint) for endpoint in site.further_endpoints))


def _is_there(server: WebServer, node: Node, release: str, knowledge: Knowledge) -> bool:
    """Whether a node has a web server in a release, by the knowledge and by what its inventory names."""
    named = server.id in dict(node.ports)
    if named and release == node.release:
        return True
    listed = not server.optional or named
    new_there = server.since_basis is not None and server.since_basis.kind == "documented"
    return listed and exists_in(
        replace(server, since=None) if named and not new_there else server, release, knowledge
    )


def _make_endpoint(node: Node, server: WebServer, release: str, knowledge: Knowledge) -> Endpoint:
    return Endpoint(
        id=f"{node.name}/{server.id}",
        node=node.name,
        role=node.role,
        web_server=server.id,
        title=server.title,
        address=node.address,
        port=dict(node.ports).get(server.id, find_in_release(server, release, knowledge).port),
        server_name=None if is_ip(node.name) else node.name,
    )


def _make_further(endpoint: FurtherEndpoint) -> Endpoint:
    return Endpoint(
        id=f"{endpoint.name}/{endpoint.kind}",
        node=endpoint.name,
        role=endpoint.kind,
        web_server=None,
        title=say(FURTHER_TEXTS[endpoint.kind]),
        address=endpoint.address,
        port=endpoint.port,
        server_name=endpoint.server_name,
    )
