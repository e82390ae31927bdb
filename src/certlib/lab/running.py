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

from certlib.lab.certificates import Credential, authorities, keystore, pem, prepare_keys, server_context
from certlib.lab.conversations import FAULTS, Conversation, present, serve
from certlib.lab.describe import inventory_text, page
from certlib.lab.hello import ClientHello
from certlib.lab.listeners import addresses, listen, refuse
from certlib.lab.policy import choose
from certlib.lab.presets import PRESETS
from certlib.lab.state import Endpoint, Fault, Node, Site
from certlib.lab.web_servers import WEB_SERVERS, Alias, WebServer


@dataclass(frozen=True, slots=True)
class Running:
    """A site in operation: what it is, where it listens, and what its nodes hold.

    `inventory` is YAML text; `ca_pem` the root certificate of each CA by the name of its file; `keystores`
    the PEM chain by node and alias.
    """

    site: Site
    endpoints: tuple[Endpoint, ...]
    inventory: str
    ca_pem: Mapping[str, str]
    keystores: Mapping[str, Mapping[Alias, str]]


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
    described = _described(preset, nodes, faulty, intermediate)
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    prepare_keys(described)
    signers = authorities(described, now=moment)
    credentials = {
        node.name: keystore(node, organisation=described.customer, signers=signers, now=moment)
        for node in described.nodes
    }
    ca_pem = {signer.file: pem([signer.root]) for signer in signers.values()}
    with ExitStack() as stack:
        services = tuple(_services(described, credentials, stack))
        stack.enter_context(_served(services))
        endpoints = tuple(service.endpoint for service in services)
        yield Running(
            described,
            endpoints,
            inventory_text(described, endpoints=endpoints, ca_files=ca_pem),
            ca_pem,
            {
                name: {alias: pem(credential.chain) for alias, credential in held.items()}
                for name, held in credentials.items()
            },
        )


def _described(
    preset: str | None,
    nodes: Sequence[Node] | None,
    faulty: Sequence[Fault] | None,
    intermediate: bool | None,  # noqa: FBT001 (the caller's keyword, handed on)
) -> Site:
    if preset is None and nodes is not None:
        described = Site(nodes=tuple(nodes))
    elif (preset or "upgrade") in PRESETS:
        described = PRESETS[preset or "upgrade"]
    else:
        raise ValueError(f"preset={preset!r}; known are {', '.join(PRESETS)}")
    return replace(
        described,
        nodes=described.nodes if nodes is None else tuple(nodes),
        faulty=described.faulty if faulty is None else tuple(faulty),
        intermediate=described.intermediate if intermediate is None else intermediate,
    )


def _services(
    described: Site, credentials: Mapping[str, Mapping[Alias, Credential]], stack: ExitStack
) -> Iterator[_Service]:
    """Every port of a site, taken; the stack gives them back."""
    *of_nodes, of_faults = addresses(len(described.nodes) + 1)
    for node, address in zip(described.nodes, of_nodes, strict=True):
        contexts = {
            alias: server_context(credential, tls13=node.tls13)
            for alias, credential in credentials[node.name].items()
        }
        for server in WEB_SERVERS[node.role]:
            fault = node.faults.get(server.id)
            listener = stack.enter_context(_port(address, server.port, fault))
            port = listener.getsockname()[1]
            endpoint = Endpoint(node.name, node.role, server.id, server.title, address, port, fault)
            yield _Service(
                endpoint, listener, FAULTS.get(fault) if fault else _presenting(node, server, contexts)
            )
    for fault in described.faulty:
        listener = stack.enter_context(_port(of_faults, 0, fault))
        port = listener.getsockname()[1]
        name = f"{fault}.northwind.example"
        endpoint = Endpoint(name, None, None, f"{fault} server", of_faults, port, fault)
        yield _Service(endpoint, listener, FAULTS.get(fault))


def _port(address: str, port: int, fault: Fault | None) -> socket.socket:
    return refuse(address, port) if fault == "refusing" else listen(address, port)


def _presenting(node: Node, server: WebServer, contexts: Mapping[Alias, ssl.SSLContext]) -> Conversation:
    def context_for(hello: ClientHello) -> ssl.SSLContext | None:
        alias = choose(hello, server=server, node=node)
        return None if alias is None else contexts[alias]

    return partial(present, choose=context_for, answer=page(node, title=server.title))


@contextmanager
def _served(services: Sequence[_Service]) -> Iterator[None]:
    """Serve from a thread with an event loop of its own, which ends with the block."""
    started: Future[Callable[[], object]] = Future()
    thread = threading.Thread(target=_loop, args=(services, started), name="certlib-lab", daemon=True)
    thread.start()
    stop = started.result()
    try:
        yield
    finally:
        stop()
        thread.join()


def _loop(services: Sequence[_Service], started: "Future[Callable[[], object]]") -> None:
    async def main() -> None:
        stopped = asyncio.Event()
        serving = [
            asyncio.create_task(serve(service.listener, service.converse))
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
