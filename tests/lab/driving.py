"""A site of an inventory on loopback ports, led through the tasks of a plan and collected in between.

Which certificates its nodes hold is told by hand (`sites.holdings`); what they present, the lab decides.
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
from certlib.runbook import Task
from certs import Issued
from sites.holdings import Node as Holding

RENEWALS = ("renew-before", "renew-in-window")
SETS = {"set-cert-type-ecdsa": "ecdsa", "set-cert-type-rsa": "rsa"}


def kind(certificate: Issued) -> str:
    """Who signed a certificate, in the lab's words."""
    if certificate.issuer is None:
        return "self-signed"
    return "rsa-ca" if isinstance(certificate.issuer.key, rsa.RSAPrivateKey) else "ec-ca"


def lab_node(listed: Listed, held: Holding) -> lab.Node:
    """A node of an inventory with its certificates, as one of the lab.

    From 12.5(1)SU2 on a node has a tomcat-ECDSA, seen or not; a COP that leaks does so in TLS 1.3.
    """
    bare = lab.Node(role=listed.role, name=listed.name, release=listed.release)
    servers = [server.id for server in lab.WEB_SERVERS[listed.role]]
    silent = servers if held.silent else [server for server in servers if server in held.refusing]
    off = any(one.endswith("-off") for one in listed.cops)
    ecdsa = kind(held.ecdsa) if held.ecdsa else "self-signed" if bare.era == "opt-in" else None
    return replace(
        bare,
        tomcat=kind(held.tomcat),
        ecdsa=ecdsa,
        cop="none" if not off else "leaking" if held.in_tls13_alone else "installed",
        cert_type="ecdsa" if listed.cert_type == "ecdsa" else "rsa",
        tls13=held.in_tls13_alone,
        faults=dict.fromkeys(silent, "refusing"),
    )


@dataclass
class Driven:
    """A site that runs, and what a browser gets from it."""

    running: lab.Running
    folder: Path
    start: lab.Site
    seen: dict[str, Observed] = field(default_factory=dict)  # by endpoint, as of the last look
    _looked: dict[str, tuple[object, ...]] = field(default_factory=dict)  # how the nodes were then

    def again(self) -> None:
        """Back to the state at the start."""
        self.running.become(self.start)
        self.look()

    def work_off(self, task: Task) -> None:
        """Do what each step of a task does, on each of its nodes. Raises LabError where a server refuses."""
        site = self.running.site
        for step in task.steps:
            for node in task.nodes:
                for effect in step.does:
                    site = lab.carry_out(
                        site, effect, node=node, identity=task.identity, release=task.release,
                        by=self._signer(task, node), cert_type=SETS.get(task.procedure),
                    )  # fmt: skip
        self.running.become(site)

    def look(self) -> None:
        """Collect over TLS from every node that presents something else than at the last look."""
        now = {node.name: _outside(node) for node in self.running.site.nodes}
        changed = {name for name, outside in now.items() if outside != self._looked.get(name)}
        if changed:
            evidence = collect(site=self._inventory(changed))
            gone = [one for one in self.seen if one.rpartition("/")[0] in changed]
            self.seen = {one: told for one, told in self.seen.items() if one not in gone}
            self.seen |= observe(evidence=evidence)
        self._looked = now

    def _inventory(self, nodes: Collection[str]) -> Site:
        path = self.folder / "site.yaml"
        lab.write_inventory(self.running, path)
        found = load(path)
        return replace(found, nodes=tuple(one for one in found.nodes if one.name in nodes))

    def _signer(self, task: Task, node: str) -> str | None:
        """A renewal is signed as before; None: by the CA of the certificate's kind."""
        held = next(one.certificates for one in self.running.site.nodes if one.name == node)
        before = held.get(task.identity)
        return before if task.procedure in RENEWALS and before in ("rsa-ca", "ec-ca") else None


def _outside(node: lab.Node) -> tuple[object, ...]:
    """What decides what a client gets."""
    return node.certificates, node.made, node.cop, node.release, node.cert_type


@contextmanager
def driven(described: Site, holdings: Mapping[str, Holding]) -> Iterator[Driven]:
    """A site of an inventory that listens on loopback while the block runs; holdings by the nodes' hosts."""
    nodes = [
        lab_node(one, holdings[one.name.partition(".")[0]])
        for one in described.nodes
        if one.role in lab.WEB_SERVERS
    ]
    with lab.site(nodes=nodes) as running, tempfile.TemporaryDirectory() as folder:
        site = Driven(running, Path(folder), running.site)
        site.look()
        yield site
