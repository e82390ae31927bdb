import secrets
import socket

import pytest

from certlib import lab
from certlib.lab import listeners
from lab.clients import presented


@pytest.fixture
def same_addresses(monkeypatch):
    monkeypatch.setattr(secrets, "randbelow", lambda _: 222)
    if listeners.find_addresses(1) != ("127.77.223.11",):
        pytest.skip("the system has one loopback address")


@pytest.mark.parametrize("first", [True, False])
def test_a_taken_port_is_replaced_by_the_one_ten_thousand_above_then_by_any(same_addresses, first):
    place = "127.77.223.200", 23_456
    bound = [listeners.take_port(*place, listening=listening) for listening in (first, True, False)]
    ports = [one.getsockname()[1] for one in bound]
    for one in bound:
        one.close()
    assert ports[:2] == [23_456, 33_456]
    assert ports[2] not in ports[:2]


def test_a_port_that_may_not_be_opened_is_replaced(monkeypatch):
    class Unprivileged(socket.socket):
        def bind(self, address):
            if 0 < address[1] < 1024:
                raise PermissionError
            super().bind(address)

    monkeypatch.setattr(socket, "socket", Unprivileged)
    monkeypatch.setattr(listeners, "SHARED", "127.0.0.2")
    with listeners.take_port("127.0.0.1", 443) as bound:
        assert bound.getsockname()[1] not in {0, 443}


def test_two_sites_on_the_same_addresses_do_not_meet(same_addresses):
    with lab.site(preset="row-1") as one, lab.site(preset="row-4") as other:
        places = [(e.address, e.port) for running in (one, other) for e in running.endpoints]
        assert len(set(places)) == 24
        for running in (one, other):
            assert {presented(running, server) for server in running.endpoints} == {"tomcat", "tomcat-ECDSA"}


def test_a_system_with_one_loopback_address_gets_free_ports(monkeypatch):
    monkeypatch.setattr(listeners, "is_usable", lambda _: False)
    with lab.site(preset="row-1") as running:
        assert {e.address for e in running.endpoints} == {"127.0.0.1"}
        assert len({e.port for e in running.endpoints}) == 12
        assert presented(running, running.endpoints[0]) == "tomcat"
