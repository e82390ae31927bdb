"""A loopback site in operation: its nodes on loopback addresses, served by one background thread."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from certlib.lab.certificates import Keystores, pem, prepare_keys
from certlib.lab.conversations import FAULTS, Conversation, present, serve_clients
from certlib.lab.listeners import find_addresses, take_port
from certlib.lab.policy import ClientHello, choose_certificate
from certlib.lab.sites import PRESETS, write_inventory, write_page
from certlib.lab.state import WEB_SERVERS, Alias, Endpoint, Fault, Node, Site, WebServer


@dataclass(slots=True, eq=False)
class Running:
    """A site in operation: where it listens, and what it is at the moment.

    with lab.site(nodes=nodes) as running:
        running.become(lab.carry_out(running.site, "restarted", node="uccx1.example.test"))

    `keystores` has the PEM chains that are in use, by node and alias.
    """

    endpoints: tuple[Endpoint, ...]
    _keystores: Keystores
    _shown: dict[str, "_Shown"]  # read by the thread that serves; an entry is exchanged as a whole
    site: Site

    def become(self, site: Site) -> None:
        """Present another state of the same site from now on; addresses and ports stay.

        Raises ValueError for another site: other nodes or faults, or CAs of another kind.
        """
        if _list_fixed_facts(site) != _list_fixed_facts(self.site):
            raise ValueError("a running site keeps its nodes, their faults and its CAs")
        prepare_keys(site)
        for node, before in zip(site.nodes, self.site.nodes, strict=True):
            if node != before:
                self._shown[node.name] = _Shown(node, self._keystores.contexts(node))
        self.site = site

    @property
    def inventory(self) -> str:
        """The site's inventory as YAML text."""
        return write_inventory(self.site, endpoints=self.endpoints, ca_files=self.ca_pem)

    @property
    def ca_pem(self) -> Mapping[str, str]:
        """The root certificate of each CA by the name of its file."""
        return {each.file: pem([each.root]) for each in self._keystores.authorities}

    @property
    def keystores(self) -> Mapping[str, Mapping[Alias, str]]:
        """The PEM chain of each certificate in use, by node and alias."""
        return {
            node.name: {
                alias: pem(credential.chain)
                for alias, credential in self._keystores.credentials(node).items()
            }
            for node in self.site.nodes
        }


@dataclass(frozen=True, slots=True)
class _Shown:
    """A node as its listeners present it at a moment."""

    node: Node
    contexts: Mapping[Alias, ssl.SSLContext]


@dataclass(frozen=True, slots=True)
class _Service:
    endpoint: Endpoint
    listener: socket.socket
    converse: Conversation | None  # None: the port is taken, but nobody listens


@contextmanager
def site(
    *,
    preset: str | None = None,
    nodes: Sequence[Node] | None = None,
    faulty: Sequence[Fault] | None = None,
    intermediate: bool | None = None,
    now: datetime | None = None,
) -> Iterator[Running]:
    """A loopback site that listens while the block runs: a preset (`upgrade` unless told) or own nodes.

    `nodes`, `faulty` and `intermediate` change a preset; `now` is the time that the validity of the
    certificates counts from. Raises ValueError for an unknown preset or a state that cannot be.
    """
    if preset is not None and preset not in PRESETS:
        raise ValueError(f"preset={preset!r}; known are {', '.join(PRESETS)}")
    base = PRESETS[preset or "upgrade"] if preset or nodes is None else Site(nodes=())
    described = replace(
        base,
        nodes=base.nodes if nodes is None else tuple(nodes),
        faulty=base.faulty if faulty is None else tuple(faulty),
        intermediate=base.intermediate if intermediate is None else intermediate,
    )
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    prepare_keys(described)
    keystores = Keystores(described, now=moment)
    shown = {node.name: _Shown(node, keystores.contexts(node)) for node in described.nodes}
    with ExitStack() as stack:
        services = tuple(_list_services(described, shown, stack))
        stack.enter_context(_serve(services))
        yield Running(tuple(service.endpoint for service in services), keystores, shown, described)


def _list_fixed_facts(site: Site) -> tuple[object, ...]:
    """What a site keeps as long as it runs."""
    nodes = tuple((node.name, node.role, dict(node.faults)) for node in site.nodes)
    return nodes, site.faulty, site.intermediate, site.customer


def _list_services(described: Site, shown: Mapping[str, _Shown], stack: ExitStack) -> Iterator[_Service]:
    """Every port of a site, taken; the stack gives them back."""
    *of_nodes, of_faults = find_addresses(len(described.nodes) + 1)
    for node, address in zip(described.nodes, of_nodes, strict=True):
        for server in WEB_SERVERS[node.role]:
            fault = node.faults.get(server.id)
            listener = stack.enter_context(take_port(address, server.port, listening=fault != "refusing"))
            port = listener.getsockname()[1]
            endpoint = Endpoint(node.name, node.role, server.id, server.title, address, port, fault)
            converse = FAULTS.get(fault) if fault else _find_presenting(node.name, server, shown)
            yield _Service(endpoint, listener, converse)
    for fault in described.faulty:
        listener = stack.enter_context(take_port(of_faults, 0, listening=fault != "refusing"))
        port = listener.getsockname()[1]
        name = f"{fault}.northwind.example"
        endpoint = Endpoint(name, None, None, f"{fault} server", of_faults, port, fault)
        yield _Service(endpoint, listener, FAULTS.get(fault))


def _find_presenting(node: str, server: WebServer, shown: Mapping[str, _Shown]) -> Conversation:
    """Each client meets the state in which the node is when the client comes."""

    async def converse(client: socket.socket) -> None:
        now = shown[node]

        def context_for(hello: ClientHello) -> ssl.SSLContext | None:
            alias = choose_certificate(hello, server=server, node=now.node)
            return None if alias is None else now.contexts[alias]

        await present(client, choose=context_for, answer=write_page(now.node, title=server.title))

    return converse


@contextmanager
def _serve(services: Sequence[_Service]) -> Iterator[None]:
    """Serve from a thread with an event loop of its own, which ends with the block."""
    started: Future[Callable[[], object]] = Future()
    thread = threading.Thread(target=_run_loop, args=(services, started), name="certlib-lab", daemon=True)
    thread.start()
    stop = started.result()
    try:
        yield
    finally:
        stop()
        thread.join()


def _run_loop(services: Sequence[_Service], started: "Future[Callable[[], object]]") -> None:
    async def main() -> None:
        stopped = asyncio.Event()
        serving = [
            asyncio.create_task(serve_clients(service.listener, service.converse))
            for service in services
            if service.converse is not None
        ]
        started.set_result(partial(asyncio.get_running_loop().call_soon_threadsafe, stopped.set))
        await stopped.wait()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    try:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(main())
    except BaseException as failure:  # the thread that waits for the start raises it
        if not started.done():
            started.set_exception(failure)
        raise
