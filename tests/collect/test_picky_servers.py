"""Whatever a server is picky about, its certificates are found, and none of them is said to be missing."""

import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from certlib import x509
from certlib.collect import Limits, collect, sequence
from certlib.collect.plan import find_answered
from certlib.evidence import Evidence, Presentation
from certlib.lab import policy as hellos
from certlib.reasons import Reason, describe_in_english
from certs import ca, leaf

RSA_ROOT, EC_ROOT = ca("Picky RSA root", "rsa"), ca("Picky EC root", "ec")
PAIRS = {
    "rsa": leaf(RSA_ROOT, "rsa", "uccx1.example.test"),
    "ec": leaf(EC_ROOT, "ec", "uccx1.example.test"),
}
KINDS = {"rsa": "rsa", "ecdsa": "ec"}
LIMITS = Limits(answer_seconds=1.2, settle_seconds=0.1)
ALERT_40, ALERT_70, ALERT_80 = (b"\x15\x03\x03\x00\x02\x02" + bytes((number,)) for number in (40, 70, 80))


@dataclass(frozen=True)
class Picky:
    """A server and what it does not like."""

    kinds: tuple[str, ...] = ("rsa", "ec")
    versions: tuple[int, ...] = (0x0303, 0x0304)
    largest: int = 100_000  # bytes of a hello that it does not swallow
    to_tls13: str = "answers"  # or "silence", "closes", "resets", "alerts": whenever TLS 1.3 is offered
    cold: float = 0.0  # seconds of silence after the first connection
    denies_by: str = "alerts"  # or "closes": for a kind that it has not
    passing: int = 0  # the connection (from 1) that meets a passing refusal; 0: none
    for_good: bool = False  # so does every later one
    refusal: str = "closes"  # or "fails" (internal_error)
    pairs: tuple[dict, ...] = (PAIRS,)  # of the machines behind it, which answer in turn


class Served:
    """A picky server's listener and what has happened to it."""

    def __init__(self, picky: Picky) -> None:
        self.picky, self.connections, self.first, self.lock = picky, 0, 0.0, threading.Lock()

    def __call__(self, peer):
        with self.lock:
            self.connections += 1
            number, self.first = self.connections, self.first or time.monotonic()
        picky, said = self.picky, b""
        while (hello := hellos.parse_hello(said)) is None:
            said = peer.recv(65_536, socket.MSG_PEEK)
        if len(said) > picky.largest or time.monotonic() < self.first + picky.cold:
            return until_gone(peer)
        if number == picky.passing or (picky.for_good and 0 < picky.passing < number):
            return refuse(peer, picky.refusal)
        if 0x0304 in hello.versions and picky.to_tls13 != "answers":
            return refuse(peer, picky.to_tls13)
        version = max(set(hello.versions) & set(picky.versions), default=0)
        if not version:
            return refuse(peer, "version")
        kind = next(
            (kind for kind in ("ec", "rsa") if kind in picky.kinds and accepts(hello, kind, version)), ""
        )
        pairs = picky.pairs[number % len(picky.pairs)]
        return present(peer, pairs[kind], version) if kind else refuse(peer, picky.denies_by)


def accepts(hello, kind, version):
    """Whether a client takes a certificate of a kind; by suites and signature algorithms, as servers look."""
    ecdsa = kind == "ec"
    algorithms = hello.signature_algorithms or ()
    signed = 0x0403 in algorithms if ecdsa else {0x0804, 0x0401} & set(algorithms)
    if version == 0x0304:
        return bool(0x0403 in algorithms if ecdsa else 0x0804 in algorithms)
    return bool(signed) and bool(
        {0xC02B, 0xC009} & set(hello.suites) if ecdsa else {0xC02F, 0xC013} & set(hello.suites)
    )


def present(peer, pair, version):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.chain_path, pair.key_path)
    context.maximum_version = ssl.TLSVersion(version)
    context.num_tickets = 0
    peer.settimeout(5)
    with contextlib.suppress(OSError), context.wrap_socket(peer, server_side=True):
        pass


def refuse(peer, how):
    """End a connection in a way that loses no hello still to be read."""
    peer.recv(65_536)
    if how == "silence":
        return until_gone(peer)
    if how == "resets":
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    alert = {"alerts": ALERT_40, "version": ALERT_70, "fails": ALERT_80}.get(how)
    if alert:
        peer.sendall(alert)
        return until_gone(peer)
    return None


def until_gone(peer):
    while peer.recv(65_536):
        pass


@pytest.fixture
def asked(listening, make_site):
    """Asks picky servers, each on an address of its own; of each the rows by offer and the connections."""

    def ask(*servers):
        served = [Served(picky) for picky in servers]
        places = [listening(one, f"127.0.78.{number + 1}") for number, one in enumerate(served)]
        evidence = collect(site=make_site(*places), limits=LIMITS)
        return [
            (
                {row.offer: row for row in evidence.presentations if row.endpoint == f"s{number}/other"},
                one.connections,
            )
            for number, one in enumerate(served)
        ]

    return ask


def evidence_of(make_site, **given):
    """Evidence of one endpoint; each offer was given a certificate of that kind, or a reason."""
    rows = tuple(
        Presentation("s0/other", offer, (), what, attempts=("closed; asked once more, later",), version=None)
        if isinstance(what, Reason)
        else Presentation("s0/other", offer, (PAIRS[what].sha256,), None, version="TLS 1.3")
        for offer, what in given.items()
    )
    now = datetime.now(UTC)
    known = {pair.sha256: x509.read(pair.der) for pair in PAIRS.values()}
    return Evidence(make_site(("127.0.78.1", 443)), now, now, "certlib", rows, known)


def leaves_of(rows):
    return {row.leaf for row in rows.values() if row.leaf}


def leaves_on(picky):
    return {PAIRS[kind].sha256 for kind in picky.kinds}


BOTH, RSA, EC = ("rsa", "ec"), ("rsa",), ("ec",)
PICKY = [
    Picky(kinds, versions, **what)
    for kinds in (BOTH, RSA, EC)
    for versions in ((0x0303,), (0x0303, 0x0304))
    for what in (
        {"largest": 600}, {"largest": 1_100}, {"largest": 1_400}, {"cold": 1.5},
        *({"to_tls13": how} for how in ("silence", "closes", "resets", "alerts")),
    )
]  # fmt: skip


def test_every_certificate_of_a_picky_server_is_found_with_at_most_five_connections(asked):
    for picky, (rows, connections) in zip(PICKY, asked(*PICKY), strict=True):
        assert leaves_of(rows) == leaves_on(picky), picky
        again = sum(
            "asked again" in said for row in rows.values() for said in row.attempts if "reset" in said
        )
        assert connections - again <= 5, (picky, connections)


def test_two_machines_that_answer_in_turn_show_themselves(asked, monkeypatch):
    """Each gives a certificate of its own; the collector meets both, whichever kinds they have."""
    names = ("uccx1.example.test", "balanced.example.test")
    others = {"rsa": leaf(RSA_ROOT, "rsa", *names), "ec": leaf(EC_ROOT, "ec", *names)}
    turns = [
        Picky(kinds, versions, pairs=(PAIRS, others))
        for kinds in (BOTH, RSA, EC)
        for versions in ((0x0303,), (0x0303, 0x0304))
    ]
    for picky, (rows, _) in zip(turns, asked(*turns), strict=True):
        given = [row.leaf for row in rows.values() if row.leaf]
        unlike = [{pair[kind].sha256 for pair in (PAIRS, others)} for kind in picky.kinds]
        assert any(one <= set(given) for one in unlike), picky


def test_what_decided_stands_at_the_row_that_silence_ended(asked):
    large, new = Picky(largest=1_100), Picky(to_tls13="silence")
    (of_size, _), (of_version, _) = asked(large, new)
    assert "one of 57" in describe_in_english(of_size["browser"].detail)
    assert describe_in_english(of_size["browser"].detail).endswith("its size decides")
    assert "its offer of TLS 1.3 decides" in describe_in_english(of_version["browser"].detail)
    assert of_size["browser"].reason is of_version["browser"].reason is Reason.NO_ANSWER


def test_a_service_that_was_just_starting_is_asked_as_a_browser_again(asked):
    ((rows, connections),) = asked(Picky(cold=1.5))
    assert rows["browser"].leaf == PAIRS["ec"].sha256
    assert "yet other hellos were answered; asked again" in rows["browser"].attempts[0]
    assert connections == 5


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("refusal", ["closes", "fails"])
def test_a_passing_refusal_takes_no_certificate_away(number, refusal, asked):
    servers = [
        Picky(kinds, versions, passing=number, refusal=refusal)
        for kinds in (BOTH, RSA, EC)
        for versions in ((0x0303,), (0x0303, 0x0304))
    ]
    for picky, (rows, _) in zip(servers, asked(*servers), strict=True):
        assert leaves_of(rows) == leaves_on(picky), picky
        for offer, kind in KINDS.items():
            assert (rows[offer].reason is Reason.NO_SUCH_CERTIFICATE) == (kind not in picky.kinds), picky


def test_who_hangs_up_from_some_connection_on_is_not_said_to_lack_what_was_asked_then(asked):
    servers = [
        Picky(kinds, passing=number, refusal=refusal, for_good=True)
        for kinds in (BOTH, RSA, EC)
        for number in (2, 3)
        for refusal in ("closes", "fails", "resets")
    ]
    for picky, (rows, _) in zip(servers, asked(*servers), strict=True):
        for offer, kind in KINDS.items():
            missing = rows[offer].reason is Reason.NO_SUCH_CERTIFICATE
            assert not (missing and kind in picky.kinds), picky


def test_an_answer_that_contradicts_a_denial_leaves_the_endpoint_open(asked, make_site):
    """The ECDSA certificate is given to a browser and denied to who asks for nothing else."""
    answers = evidence_of(make_site, browser="ec", rsa="rsa", ecdsa=Reason.CLOSED)
    assert find_answered(answers) == {}
    assert "s0/other" in find_answered(evidence_of(make_site, browser="ec", rsa="rsa", ecdsa="ec"))


def test_who_denies_by_closing_is_asked_twice_and_believed(asked):
    ((rows, connections),) = asked(Picky(RSA, denies_by="closes"))
    assert rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE
    assert "twice" in describe_in_english(rows["ecdsa"].detail)
    assert "asked once more, later" in rows["ecdsa"].attempts[0]
    assert rows["any"].chain, "the port still answers"
    assert connections == 5


def test_a_denial_in_tls_1_3_is_said_of_tls_1_3_alone(asked):
    (new, _), (old, _) = asked(Picky(RSA), Picky(RSA, versions=(0x0303,)))
    assert new["ecdsa"].version == "TLS 1.3"
    assert describe_in_english(new["ecdsa"].detail).endswith("said of TLS 1.3 alone")
    assert old["ecdsa"].version is None
    assert "alone" not in describe_in_english(old["ecdsa"].detail)


def test_servers_in_order_get_three_connections_and_dead_ones_two(asked):
    in_order = [
        Picky(kinds, versions) for kinds in (BOTH, RSA, EC) for versions in ((0x0303,), (0x0303, 0x0304))
    ]
    found = asked(*in_order, Picky(largest=0))
    assert [connections for _, connections in found] == [3] * 6 + [2]


def test_the_policy_tells_how_many_connections_it_makes():
    told = re.findall(r"^\| (?!port)(\w.*?) \|\s*(?:at most )?(\d) \|$", sequence.__doc__, re.MULTILINE)
    assert {what.split()[0]: int(number) for what, number in told} == {
        "nobody": 1, "silent": 2, "in": 3, "picky:": 5, "refuses": 7,
    }  # fmt: skip


SERVERS = st.builds(
    Picky,
    kinds=st.sampled_from((BOTH, RSA, EC)),
    versions=st.sampled_from(((0x0303,), (0x0304,), (0x0303, 0x0304))),
    largest=st.sampled_from((170, 530, 600, 1_100, 1_400, 1_600, 100_000)),
    to_tls13=st.sampled_from(("answers", "answers", "silence", "closes", "resets", "alerts")),
    cold=st.sampled_from((0.0, 0.0, 1.5)),
    denies_by=st.sampled_from(("alerts", "closes")),
    passing=st.integers(0, 4),
    refusal=st.sampled_from(("closes", "fails")),
)


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(servers=st.lists(SERVERS, min_size=20, max_size=20))
def test_of_any_picky_server_nothing_false_is_said(asked, servers):
    for picky, (rows, _) in zip(servers, asked(*servers), strict=True):
        spoken = {"TLS 1.2" if version == 0x0303 else "TLS 1.3" for version in picky.versions}
        for row in rows.values():
            kind = KINDS.get(row.offer.partition("-")[0])
            if row.reason is Reason.NO_SUCH_CERTIFICATE and kind in picky.kinds:
                assert row.version, (picky, row)
                assert row.version not in spoken, (picky, row)
        if picky == replace(picky, largest=100_000, to_tls13="answers", passing=0, cold=0.0):
            assert leaves_of(rows) == leaves_on(picky), picky
