"""A site of an inventory as one of the lab, led through the tasks of a plan.

Which certificates its nodes hold is told by hand (`sites.holdings`). What they present, the lab decides; it
is asked over TLS (`driven`), or its policy alone is (`browser_gets`), which takes no time.
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from certlib import lab
from certlib.assess import Observed
from certlib.assess.observed import observe
from certlib.collect import collect
from certlib.inventory import Node as Listed
from certlib.inventory import Site, load
from certlib.lab.policy import ClientHello, choose_certificate
from certlib.runbook import Task
from certs import Issued
from sites.holdings import Node as Holding

RENEWALS = ("renew-before", "renew-in-window")
SETS = {"set-cert-type-ecdsa": "ecdsa", "set-cert-type-rsa": "rsa"}
BROWSER = ClientHello((0x0304, 0x0303), (0x1301, 0xC02C, 0xC02F), (0x0403, 0x0503, 0x0804), (29, 23, 24))


@dataclass(frozen=True)
class Got:
    """What a browser gets from a web server; `leaf` tells one certificate from another."""

    identity: str
    kind: str
    leaf: str


Seen = Mapping[str, Got | None]  # by endpoint; None: the connection brings no certificate


def kind(certificate: Issued) -> str:
    """Who signed a certificate, in the lab's words."""
    if certificate.issuer is None:
        return "self-signed"
    return "rsa-ca" if isinstance(certificate.issuer.key, rsa.RSAPrivateKey) else "ec-ca"


def lab_site(described: Site, holdings: Mapping[str, Holding]) -> lab.Site:
    """A site of an inventory with its certificates, by the nodes' hosts, as one of the lab."""
    known = (one for one in described.nodes if one.role in lab.WEB_SERVERS)
    return lab.Site(nodes=tuple(_node(one, holdings[one.name.partition(".")[0]]) for one in known))


def _node(listed: Listed, held: Holding) -> lab.Node:
    """From 12.5(1)SU2 on a node has a tomcat-ECDSA, seen or not; a COP that leaks does so in TLS 1.3."""
    bare = lab.Node(role=listed.role, name=listed.name, release=listed.release)
    servers = [server.id for server in lab.WEB_SERVERS[listed.role]]
    silent = servers if held.silent else [server for server in servers if server in held.refusing]
    off = any(one.endswith("-off") for one in listed.cops)
    settable = bare.era == "opt-in" and listed.role != "socialminer"
    return replace(
        bare,
        tomcat=kind(held.tomcat),
        ecdsa=kind(held.ecdsa) if held.ecdsa else "self-signed" if bare.era == "opt-in" else None,
        cop="none" if not off else "leaking" if held.in_tls13_alone else "installed",
        cert_type="ecdsa" if settable and listed.cert_type == "ecdsa" else "rsa",
        tls13=held.in_tls13_alone,
        faults=dict.fromkeys(silent, "refusing"),
    )


def work_off(site: lab.Site, task: Task) -> lab.Site:
    """A site after each step of a task on each of its nodes. Raises LabError where a server refuses."""
    for step in task.steps:
        for node in task.nodes:
            for effect in step.does:
                site = lab.carry_out(
                    site, effect, node=node, identity=task.identity, release=task.release,
                    by=_signer(site, task, node), cert_type=SETS.get(task.procedure),
                )  # fmt: skip
    return site


def _signer(site: lab.Site, task: Task, node: str) -> str | None:
    """A renewal is signed as before; None: by the CA of the certificate's kind."""
    before = next((one.certificates.get(task.identity) for one in site.nodes if one.name == node), None)
    return before if task.procedure in RENEWALS and before in ("rsa-ca", "ec-ca") else None


def browser_gets(site: lab.Site) -> Seen:
    """What a browser gets from every web server of a site, by the lab's policy."""
    return {
        f"{node.name}/{server.id}": None if server.id in node.faults else _got(node, server)
        for node in site.nodes
        for server in lab.WEB_SERVERS[node.role]
    }


def _got(node: lab.Node, server: object) -> Got | None:
    alias = choose_certificate(BROWSER, server=server, node=node)
    if alias is None:
        return None
    return Got(alias, node.certificates[alias], f"{node.name} {alias} {node.renewals.get(alias, 0)}")


@dataclass
class Driven:
    """A site that runs, and what a browser gets from it."""

    running: lab.Running
    folder: Path
    seen: dict[str, Got | None] = field(default_factory=dict)  # as of the last look
    _looked: dict[str, tuple[object, ...]] = field(default_factory=dict)  # how the nodes were then

    def become(self, site: lab.Site) -> Seen:
        """Present another state; what a browser gets then.

        Only nodes that present something else than before are asked.
        """
        self.running.become(site)
        now = {node.name: _outside(node) for node in site.nodes}
        changed = {name for name, outside in now.items() if outside != self._looked.get(name)}
        if changed:
            served = {f"{one.node}/{one.web_server}" for one in self.running.endpoints}
            found = observe(evidence=collect(site=self._inventory(changed)))
            self.seen |= {one: _observed(told) for one, told in found.items() if one in served}
        self._looked = now
        return dict(self.seen)

    def _inventory(self, nodes: Collection[str]) -> Site:
        path = self.folder / "site.yaml"
        lab.write_inventory(self.running, path)
        found = load(path)
        return replace(found, nodes=tuple(one for one in found.nodes if one.name in nodes))


def _observed(told: Observed) -> Got | None:
    return Got(str(told.identity), str(told.kind), told.browser) if told.browser else None


def _outside(node: lab.Node) -> tuple[object, ...]:
    """What decides what a client gets."""
    return node.certificates, node.renewals, node.cop, node.release, node.cert_type


@contextmanager
def driven(site: lab.Site) -> Iterator[Driven]:
    """A site that listens on loopback while the block runs."""
    with lab.site(nodes=site.nodes) as running, tempfile.TemporaryDirectory() as folder:
        yield Driven(running, Path(folder))
