"""Every certificate that was made for a running site, each once: a node that changes keeps what it held."""

import ssl
from collections.abc import Mapping
from datetime import datetime

from certlib.lab.certificates import Authority, Credential, authority, credential, server_context
from certlib.lab.state import Kind, Node, Site
from certlib.lab.web_servers import Alias

# Node, alias, who signed it, and how often it was made anew before.
_Place = tuple[str, Alias, Kind, int]


class Keystores:
    """The CAs of a site and the keystores of its nodes, made when they are first asked for."""

    def __init__(self, site: Site, *, now: datetime) -> None:
        self._site, self._now = site, now
        self._authorities: dict[Kind, Authority] = {}
        self._credentials: dict[_Place, Credential] = {}
        self._contexts: dict[tuple[_Place, bool], ssl.SSLContext] = {}
        self._authority("rsa-ca")

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """The RSA CA, and the EC CA from when it has signed something."""
        return tuple(self._authorities.values())

    def held(self, node: Node) -> dict[Alias, Credential]:
        """A node's own certificates by alias, each signed as the state of the node says."""
        return {alias: self._credential(node, place) for alias, place in _places(node).items()}

    def contexts(self, node: Node) -> Mapping[Alias, ssl.SSLContext]:
        """The same as TLS servers."""
        return {alias: self._context(node, place) for alias, place in _places(node).items()}

    def _credential(self, node: Node, place: _Place) -> Credential:
        if place not in self._credentials:
            _, alias, kind, _ = place
            signer = None if kind == "self-signed" else self._authority(kind)
            made = credential(node, alias, organisation=self._site.customer, signer=signer, now=self._now)
            self._credentials[place] = made
        return self._credentials[place]

    def _context(self, node: Node, place: _Place) -> ssl.SSLContext:
        key = place, node.tls13
        if key not in self._contexts:
            self._contexts[key] = server_context(self._credential(node, place), tls13=node.tls13)
        return self._contexts[key]

    def _authority(self, kind: Kind) -> Authority:
        if kind not in self._authorities:
            self._authorities[kind] = authority(kind, self._site, now=self._now)
        return self._authorities[kind]


def _places(node: Node) -> dict[Alias, _Place]:
    return {
        alias: (node.name, alias, kind, node.made.get(alias, 0)) for alias, kind in node.certificates.items()
    }
