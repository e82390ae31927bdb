"""A collection contacts what the inventory names, and never more at a time than its limits say."""

import asyncio
import socket
import threading
from dataclasses import replace

import pytest

from certlib.collect import Limits, collect, make_limits, plan
from certlib.collect.resolve import NoSuchHost, Resolver, make_ascii_name
from certlib.inventory import Collecting, Node
from certlib.reasons import Reason, describe_in_english
from servers import free_port


class Counting:
    """A handler that counts who is connected at a time, without those who left before a new one came."""

    def __init__(self, pause=0.02):
        self.lock, self.open, self.most, self.all, self.pause = threading.Lock(), {}, 0, 0, pause
        self.by_address = {}

    def __call__(self, peer):
        with self.lock:
            self.all += 1
            self.open[id(peer)] = peer
            self._forget_those_who_left()
            self.most = max(self.most, len(self.open))
            for address in {each.getsockname()[0] for each in self.open.values()}:
                here = sum(each.getsockname()[0] == address for each in self.open.values())
                self.by_address[address] = max(self.by_address.get(address, 0), here)
        peer.recv(65_536)
        threading.Event().wait(self.pause)
        with self.lock:
            self.open.pop(id(peer), None)
        peer.sendall(b"\x15\x03\x03\x00\x02\x02\x28")

    def _forget_those_who_left(self):
        for key, peer in list(self.open.items()):
            try:
                ended = peer.recv(65_536, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
            except BlockingIOError:
                ended = False
            except OSError:
                ended = True
            if ended:
                del self.open[key]


def test_at_most_two_connections_to_one_address_at_a_time(listening, make_site):
    counting = Counting()
    places = [listening(counting) for _ in range(8)]
    collect(site=make_site(*places))
    assert counting.most == 2
    assert counting.all == 8 * 7


def test_at_most_one_connection_to_one_port_at_a_time(listening, make_site):
    counting = Counting()
    place = listening(counting)
    evidence = collect(site=make_site(place, place, place))
    assert counting.most == 1
    assert len({row.endpoint for row in evidence.presentations}) == 3


def test_all_together_stay_within_the_total(listening, make_site):
    counting = Counting()
    places = [listening(counting, address=f"127.0.77.{20 + number}") for number in range(8)]
    collect(site=make_site(*places), limits=Limits(connections=3))
    assert counting.most == 3
    assert set(counting.by_address.values()) == {1}


def test_an_endpoint_that_waits_in_line_holds_no_place_of_others(listening, make_site):
    """Four endpoints on one mute address come first; they keep none on another address waiting."""

    def mute(peer):
        while peer.recv(65_536):
            pass

    def mail(peer):
        peer.sendall(b"220 mail.example.test ESMTP\r\n")
        peer.recv(65_536)

    order = []
    places = [listening(mute) for _ in range(4)] + [listening(mail, address="127.0.77.30")]
    limits = Limits(connections=3, answer_seconds=0.8)
    collect(site=make_site(*places), limits=limits, progress=lambda state: order.append(state.endpoint))
    assert order[0] == "s4/other"


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that were made; each other sleep is not noted."""
    made, sleep = [], asyncio.sleep

    async def noting(seconds):
        if seconds == PAUSE:
            made.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr("asyncio.sleep", noting)
    return made


PAUSE = 0.0123


def test_with_a_pause_there_is_one_connection_to_an_address_at_a_time_and_the_pause_before_each_further(
    listening, make_site, pauses
):
    counting = Counting(pause=0)
    places = [listening(counting) for _ in range(10)]
    evidence = collect(site=make_site(*places), limits=Limits(per_address=1, pause_seconds=PAUSE))
    assert counting.most == 1
    assert len(pauses) == counting.all - 1
    assert not [row for row in evidence.presentations if row.reason is Reason.NOT_ASKED]


def test_a_pause_is_made_for_each_address_apart(listening, make_site, pauses):
    counting = Counting(pause=0)
    places = [listening(counting, address=f"127.0.77.{20 + number}") for number in range(3)]
    collect(site=make_site(*places), limits=Limits(per_address=1, pause_seconds=PAUSE))
    assert len(pauses) == counting.all - 3


def test_who_pauses_holds_no_place_of_others_and_uses_up_no_time(listening, make_site):
    """One connection in all: another address gets it while the first endpoint pauses."""

    def mail(peer):
        peer.sendall(b"220 mail.example.test ESMTP\r\n")
        peer.recv(65_536)

    order = []
    places = [listening(Counting(pause=0)), listening(mail, address="127.0.77.30")]
    limits = Limits(connections=1, per_address=1, pause_seconds=0.3, endpoint_seconds=0.3)
    evidence = collect(
        site=make_site(*places), limits=limits, progress=lambda one: order.append(one.endpoint)
    )
    assert order[:2] == ["s1/other", "s0/other"]
    assert not [row for row in evidence.presentations[:3] if row.reason is Reason.NOT_ASKED]


def test_a_gentle_site_is_collected_from_with_pauses_and_its_evidence_says_so(listening, make_site, pauses):
    counting = Counting(pause=0)
    site = replace(make_site(listening(counting)), collecting=Collecting(pause=PAUSE))
    evidence = collect(site=site, gentle=True)
    assert len(pauses) == counting.all - 1
    assert evidence.site.collecting == Collecting(pause=PAUSE, gentle=True)
    assert "rsa-gentle" in {row.offer for row in evidence.presentations}


def test_few_numbers_make_the_limits():
    assert make_limits(Collecting()) == Limits()
    patient = make_limits(Collecting(patience=20))
    assert (patient.answer_seconds, patient.connect_seconds, patient.endpoint_seconds) == (20, 12, 120)
    assert (patient.per_address, patient.pause_seconds) == (2, 0)
    most = make_limits(Collecting(patience=300, pause=60))
    assert (most.connect_seconds, most.resolve_seconds) == (15, 30)
    assert (most.per_address, most.pause_seconds) == (1, 60)
    assert make_limits(Collecting(gentle=True)) == replace(Limits(), per_address=1, pause_seconds=0.5)


def test_the_patience_of_a_site_is_the_time_that_a_mute_server_gets(listening, make_site):
    def mute(peer):
        while peer.recv(65_536):
            pass

    site = replace(make_site(listening(mute)), collecting=Collecting(patience=0.5))
    row = collect(site=site).presentations[0]
    assert (row.reason, describe_in_english(row.detail)) == (Reason.NO_ANSWER, "waited 0.5 s")


def test_no_limits_that_would_wait_for_ever():
    for wrong in (
        {"connections": 0},
        {"per_address": 0},
        {"answer_seconds": 0},
        {"per_address": 2, "pause_seconds": 1},
    ):
        with pytest.raises(ValueError, match="must be"):
            Limits(**wrong)


def test_the_plan_names_every_contact_and_contacts_nobody(make_site, monkeypatch):
    def forbidden(*_, **__):
        raise AssertionError("a plan opens no socket and asks no name server")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    node = Node("socialminer", "sm.example.test", "sm.example.test", "11.5(1)", "11.5(1)", cops=("some-cop",))
    contacts = plan(replace(make_site(("192.0.2.1", 8443)), nodes=(node,)))
    assert [contact.endpoint.id for contact in contacts][-1] == "s0/other"
    assert {contact.offers for contact in contacts} == {("browser", "rsa", "ecdsa")}
    assert [contact.apart for contact in contacts] == [True] * (len(contacts) - 1) + [False]
    assert "tls10-bare" in contacts[0].if_needed


def test_the_next_address_of_a_name_is_tried_where_the_first_refuses(listening, make_site, monkeypatch):
    counting = Counting()
    address, port = listening(counting, address="127.0.77.3")
    asked = []

    def two_addresses(name, *_, **__):
        asked.append(name)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0))
            for ip in ("127.0.77.4", address, "127.0.77.5")
        ]

    monkeypatch.setattr("socket.getaddrinfo", two_addresses)
    rows = collect(site=make_site(("uccx1.example.test", port), ("uccx1.example.test", port))).presentations
    assert asked == ["uccx1.example.test"], "a name is looked up once in a run"
    assert {row.address for row in rows} == {address}
    assert rows[0].attempts == ("127.0.77.4: refused (ECONNREFUSED); asked at the next address",)
    assert rows[1].attempts == (), "an address that answered is kept for the further offers"


def test_a_name_with_no_address_left_keeps_the_last_reason(make_site, monkeypatch):
    port = free_port("127.0.77.3")
    monkeypatch.setattr(
        "socket.getaddrinfo",
        lambda *_, **__: [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0)) for ip in ("127.0.77.3", "127.0.77.4")
        ],
    )
    rows = collect(site=make_site(("uccx1.example.test", port))).presentations
    assert [row.reason for row in rows] == [Reason.REFUSED, Reason.NOT_ASKED, Reason.NOT_ASKED]
    assert rows[0].address == "127.0.77.4"
    assert "127.0.77.3" in rows[0].attempts[0]


def test_ipv6_is_asked_as_ipv4_is(make_site):
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with listener:

        def serve():
            peer, _ = listener.accept()
            with peer:
                peer.sendall(b"220 mail.example.test ESMTP\r\n")
                peer.recv(65_536)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        row = collect(site=make_site(("::1", listener.getsockname()[1]))).presentations[0]
        thread.join(timeout=5)
    assert (row.reason, row.address) == (Reason.NOT_TLS, "::1")


def test_a_name_beyond_ascii_is_asked_and_sent_in_idna(monkeypatch):
    assert make_ascii_name("bücher.example.test") == "xn--bcher-kva.example.test"
    asked = []

    def one(name, *_, **__):
        asked.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.77.3", 0))]

    monkeypatch.setattr("socket.getaddrinfo", one)
    asyncio.run(_addresses("bücher.example.test"))
    assert asked == ["xn--bcher-kva.example.test"]


@pytest.mark.parametrize("host", ["", ".", "a..b", "ü" * 70 + ".example", "x" * 300, "nul\0.example.test"])
def test_what_can_be_no_name_is_no_such_host(host):
    with pytest.raises(NoSuchHost):
        asyncio.run(_addresses(host))


def test_a_resolver_that_hangs_is_given_up(monkeypatch):
    release = threading.Event()

    def hanging(*_, **__):
        release.wait(30)
        return []

    monkeypatch.setattr("socket.getaddrinfo", hanging)
    with pytest.raises(NoSuchHost, match=r"0\.05 s"):
        asyncio.run(_addresses("uccx1.example.test", seconds=0.05))
    release.set()


async def _addresses(host, seconds=5.0):
    names = Resolver(seconds=seconds)
    try:
        return await names.addresses(host)
    finally:
        await names.cancel()
