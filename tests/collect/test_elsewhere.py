"""A name with several addresses: the first that answers is asked all, each further one as a browser asks."""

import asyncio
import contextlib
import socket
import ssl
import threading
from dataclasses import replace

import pytest

from certlib.collect import collect, collect_async, plan
from certlib.collect.resolve import MOST_ADDRESSES
from certlib.reasons import Reason
from certs import self_signed
from collect.conftest import QUICK

NAME = "uccx1.example.test"
ONE, OTHER = self_signed("ec"), self_signed("rsa")
FIRST, SECOND, THIRD = "127.0.77.41", "127.0.77.42", "127.0.77.43"


class Machine:
    """Presents one certificate on every connection, and counts them."""

    def __init__(self, pair):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pair.chain_path, pair.key_path)
        self.asked = 0

    def __call__(self, peer):
        self.asked += 1
        with contextlib.suppress(OSError):
            self.context.wrap_socket(peer, server_side=True).close()


class Mute:
    """Takes the connection and says nothing."""

    def __init__(self):
        self.asked, self.connected = 0, threading.Event()

    def __call__(self, peer):
        self.asked += 1
        self.connected.set()
        while peer.recv(65_536):
            pass


@pytest.fixture
def machines():
    """Servers on one port of several addresses: `machines({address: handler})` gives the port."""
    with contextlib.ExitStack() as stack:

        def start(handlers):
            port = 0
            for address, handler in handlers.items():
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                listener = stack.enter_context(socket.create_server((address, port), family=family))
                port = listener.getsockname()[1]
                stack.callback(_stop, listener)
                threading.Thread(target=_serve, args=(listener, handler), daemon=True).start()
            return port

        yield start


def _stop(listener):
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener, handler):
    def answer(peer):
        with peer, contextlib.suppress(OSError):
            handler(peer)

    with contextlib.suppress(OSError):
        while True:
            peer, _ = listener.accept()
            threading.Thread(target=answer, args=(peer,), daemon=True).start()


@pytest.fixture
def resolves(monkeypatch):
    """Lets every name resolve to these addresses, in this order; tells which names were looked up."""

    def let(*addresses):
        asked = []

        def look_up(name, *_, **__):
            if isinstance(name, bytes):
                return [_row(name.decode())]
            asked.append(name)
            return [_row(one) for one in addresses]

        monkeypatch.setattr("socket.getaddrinfo", look_up)
        return asked

    return let


def _row(ip):
    family, more = (socket.AF_INET6, (0, 0)) if ":" in ip else (socket.AF_INET, ())
    return family, socket.SOCK_STREAM, 6, "", (ip, 0, *more)


def given(evidence):
    """What each further address gave: the certificate, or the reason."""
    return {row.address: row.leaf or row.reason for row in evidence.elsewhere}


def test_each_further_address_of_a_name_is_asked_once_what_a_browser_asks(machines, resolves, make_site):
    first, second = Machine(ONE), Machine(OTHER)
    port = machines({FIRST: first, SECOND: second})
    resolves(FIRST, SECOND)
    found = collect(site=make_site((NAME, port)), limits=QUICK)
    assert {row.address for row in found.presentations} == {FIRST}
    (row,) = found.elsewhere
    assert (row.endpoint, row.offer, row.address) == ("s0/other", "browser", SECOND)
    assert row.leaf == OTHER.sha256
    assert {ONE.sha256, OTHER.sha256} <= set(found.certificates)
    assert second.asked == 1
    assert found.names[0].addresses == (FIRST, SECOND)


def test_both_families_of_one_machine_are_asked(machines, resolves, make_site):
    machine = Machine(ONE)
    try:
        port = machines({"::1": machine, "127.0.0.1": machine})
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    resolves("::1", "127.0.0.1")
    found = collect(site=make_site((NAME, port)), limits=QUICK)
    assert found.presentations[0].address == "::1"
    assert given(found) == {"127.0.0.1": ONE.sha256}


def test_an_address_that_refused_before_is_not_asked_twice_and_stays_a_row(machines, resolves, make_site):
    port = machines({SECOND: Machine(ONE), THIRD: Machine(OTHER)})
    resolves(FIRST, SECOND, THIRD)
    found = collect(site=make_site((NAME, port)), limits=QUICK)
    assert {row.address for row in found.presentations} == {SECOND}
    assert found.presentations[0].attempts == (f"{FIRST}: refused (ECONNREFUSED); asked at the next address",)
    assert given(found) == {FIRST: Reason.REFUSED, THIRD: OTHER.sha256}


def test_where_no_address_takes_a_connection_each_is_a_row(resolves, make_site):
    resolves(FIRST, SECOND)
    found = collect(site=make_site((NAME, 1)), limits=QUICK)
    assert found.presentations[0].address == SECOND
    assert given(found) == {FIRST: Reason.REFUSED}


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)], ids=["second mute", "first mute"])
def test_a_silent_address_costs_the_other_nothing(order, machines, resolves, make_site):
    port = machines({FIRST: Machine(ONE), SECOND: Mute()})
    resolves(*order)
    found = collect(site=make_site((NAME, port)), limits=QUICK)
    every = {found.presentations[0].address: found.presentations[0].leaf or found.presentations[0].reason}
    every |= given(found)
    assert every == {FIRST: ONE.sha256, SECOND: Reason.NO_ANSWER}
    assert [*every] == [*order]


def test_of_many_addresses_some_are_asked_and_all_are_named(machines, resolves, make_site):
    many = [f"127.0.77.{50 + number}" for number in range(MOST_ADDRESSES + 3)]
    handlers = {address: Machine(ONE) for address in many}
    port = machines(handlers)
    resolves(*many, many[0])
    found = collect(site=make_site((NAME, port)), limits=QUICK)
    assert [row.address for row in found.elsewhere] == many[1:MOST_ADDRESSES]
    assert found.names[0].addresses == tuple(many)
    assert [handler.asked for handler in handlers.values()][MOST_ADDRESSES:] == [0, 0, 0]


def test_two_endpoints_with_one_name_ask_its_addresses_each_at_its_own_port(machines, resolves, make_site):
    ports = [machines({FIRST: Machine(ONE), SECOND: Machine(OTHER)}) for _ in range(2)]
    asked = resolves(FIRST, SECOND)
    found = collect(site=make_site(*((NAME, port) for port in ports)), limits=QUICK)
    assert asked == [NAME], "a name is looked up once in a run"
    assert [(row.endpoint, row.leaf) for row in found.elsewhere] == [
        ("s0/other", OTHER.sha256),
        ("s1/other", OTHER.sha256),
    ]


def test_an_address_of_the_inventory_has_no_further_ones(machines, resolves, make_site):
    port = machines({FIRST: Machine(ONE)})
    resolves(FIRST, SECOND)
    assert collect(site=make_site((FIRST, port)), limits=QUICK).elsewhere == ()


def test_a_resumed_collection_asks_only_the_further_addresses_that_are_open(machines, resolves, make_site):
    first, second, third = Machine(ONE), Machine(OTHER), Machine(ONE)
    port = machines({FIRST: first, SECOND: second, THIRD: third})
    site = make_site((NAME, port))
    resolves(FIRST, SECOND, THIRD)
    whole = collect(site=site, limits=QUICK)
    assert plan(site, earlier=whole) == ()
    earlier = replace(whole, elsewhere=whole.elsewhere[:1])
    (contact,) = plan(site, earlier=earlier)
    assert (contact.offers, contact.if_needed) == (("browser",), ())
    resolves(THIRD, SECOND, FIRST)  # a resolver may turn them
    before = first.asked, second.asked, third.asked
    found = collect(site=site, earlier=earlier, limits=QUICK)
    assert (first.asked, second.asked, third.asked) == (before[0], before[1], before[2] + 1)
    assert found.presentations == whole.presentations
    assert given(found) == given(whole)
    assert set(found.certificates) == set(whole.certificates)


def test_a_further_address_that_gave_nothing_is_open(machines, resolves, make_site):
    port = machines({FIRST: Machine(ONE)})
    site = make_site((NAME, port))
    resolves(FIRST, SECOND)
    earlier = collect(site=site, limits=QUICK)
    assert given(earlier) == {SECOND: Reason.REFUSED}
    (contact,) = plan(site, earlier=earlier)
    assert contact.offers == ("browser",)


def test_an_endpoint_that_is_asked_anew_at_another_address_keeps_each_address_once(
    machines, resolves, make_site
):
    port = machines({FIRST: Machine(ONE), SECOND: Machine(OTHER)})
    site = make_site((NAME, port))
    resolves(FIRST, SECOND)
    earlier = collect(site=site, limits=QUICK)
    left = replace(earlier.presentations[1], reason=Reason.NO_ANSWER, chain=())
    earlier = replace(earlier, presentations=(earlier.presentations[0], left))
    resolves(SECOND, FIRST)
    found = collect(site=site, earlier=earlier, limits=QUICK)
    assert {row.address for row in found.presentations} == {SECOND}
    assert given(found) == {FIRST: ONE.sha256}


def test_an_interruption_at_a_further_address_keeps_what_was_collected(machines, resolves, make_site):
    mute = Mute()
    port = machines({FIRST: Machine(ONE), SECOND: mute})
    site = make_site((NAME, port))
    resolves(FIRST, SECOND)

    async def interrupted():
        task = asyncio.create_task(collect_async(site=site))
        await asyncio.to_thread(mute.connected.wait, 10)
        task.cancel()
        return await task

    found = asyncio.run(interrupted())
    assert found.finished is None
    assert found.presentations[0].leaf == ONE.sha256
    assert found.elsewhere == ()
    assert [contact.offers for contact in plan(site, earlier=found)] == [("browser",)]
    assert found.names[0].addresses == (FIRST, SECOND)
