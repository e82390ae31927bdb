"""Whatever listens behind a port, its rows carry the right reason and the other endpoints go on."""

import socket
import ssl
import struct
import time
from dataclasses import replace

import pytest

from certlib.collect import Limits, collect
from certlib.evidence import LookUp
from certlib.inventory import Node
from certlib.reasons import Reason, describe_in_english
from certs import ca, leaf
from collect.conftest import site_of
from servers import free_port, nginx

PAIR = leaf(ca("Example RSA root", "rsa"), "rsa")


def read_hello(peer):
    return peer.recv(65_536)


def until_gone(peer):
    while peer.recv(65_536):
        pass


def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def record(kind, content):
    return struct.pack("!BHH", kind, 0x0303, len(content)) + content


def message(kind, body):
    return bytes((kind,)) + len(body).to_bytes(3) + body


SERVER_HELLO = message(2, struct.pack("!H32sBHB", 0x0303, bytes(32), 0, 0xC02F, 0))


def mute(peer):
    until_gone(peer)


def drip(peer):
    read_hello(peer)
    for byte in record(22, SERVER_HELLO):
        peer.sendall(bytes((byte,)))
        time.sleep(0.2)


def stop(peer):
    read_hello(peer)
    peer.sendall(record(22, SERVER_HELLO))
    until_gone(peer)


def http(peer):
    read_hello(peer)
    peer.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>")
    until_gone(peer)


def smtp(peer):
    peer.sendall(b"220 mail.example.test ESMTP\r\n")
    until_gone(peer)


def ssh(peer):
    peer.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    until_gone(peer)


def hang_up(peer):
    read_hello(peer)


def hang_up_midway(peer):
    read_hello(peer)
    peer.sendall(record(22, SERVER_HELLO))


def reset_midway(peer):
    read_hello(peer)
    peer.sendall(record(22, SERVER_HELLO)[:20])
    time.sleep(0.05)
    reset(peer)


def fatal_alert(peer):
    read_hello(peer)
    peer.sendall(record(21, b"\x02\x28"))
    until_gone(peer)


def endless_warnings(peer):
    read_hello(peer)
    while True:
        peer.sendall(record(21, b"\x01\x5a") * 100)


def flood(peer):
    """A certificate message of 3 MB."""
    read_hello(peer)
    peer.sendall(record(22, SERVER_HELLO) + record(22, b"\x0b" + (3_000_000).to_bytes(3) + bytes(1000)))
    while True:
        peer.sendall(record(22, bytes(16_000)))


def huge_record(peer):
    read_hello(peer)
    peer.sendall(b"\x16\x03\x03\xff\xff" + bytes(65_535))
    until_gone(peer)


def nonsense(peer):
    read_hello(peer)
    peer.sendall(record(22, message(2, b"\x03\x03short")))
    until_gone(peer)


def garbage_certificate(peer):
    read_hello(peer)
    garbage = b"no certificate at all".ljust(700, b".")
    one = len(garbage).to_bytes(3) + garbage
    peer.sendall(record(22, SERVER_HELLO + message(11, len(one).to_bytes(3) + one) + message(14, b"")))
    until_gone(peer)


@pytest.mark.parametrize(
    ("handler", "reason", "said"),
    [
        (http, Reason.NOT_TLS, "HTTP"),
        (smtp, Reason.NOT_TLS, "SMTP"),
        (ssh, Reason.NOT_TLS, "SSH"),
        (huge_record, Reason.TOO_BIG, "a record of 65535 bytes"),
        (endless_warnings, Reason.TOO_BIG, "alerts"),
    ],
)
def test_a_port_that_can_t_answer_is_asked_once_and_says_why(handler, reason, said, collected):
    browser, *others = collected(handler).presentations
    assert browser.reason is reason
    assert said in describe_in_english(browser.detail)
    assert browser.chain == ()
    assert [(row.offer, row.reason) for row in others] == [
        ("rsa", Reason.NOT_ASKED),
        ("ecdsa", Reason.NOT_ASKED),
    ]
    assert all(str(reason) in describe_in_english(row.detail) for row in others)


@pytest.mark.parametrize(
    ("handler", "reason", "said"),
    [
        (mute, Reason.NO_ANSWER, "waited 0.6 s"),
        (drip, Reason.STALLED, "not complete after 0.6 s"),
        (drip, Reason.STALLED, "s before the time was up"),
        (stop, Reason.STALLED, "not complete after 0.6 s; bytes received: 47, the last of them after 0.0 s"),
    ],
)
def test_a_silent_port_is_asked_once_more_by_a_small_hello(handler, reason, said, collected):
    rows = {row.offer: row for row in collected(handler).presentations}
    assert rows["browser"].reason is rows["tls12"].reason is reason
    assert said in describe_in_english(rows["browser"].detail)
    assert rows["tls12"].hello_bytes < 200
    assert rows["browser"].hello_bytes > 1_400
    assert rows["rsa"].reason is rows["ecdsa"].reason is Reason.NOT_ASKED


@pytest.mark.parametrize(
    ("handler", "reason", "said"),
    [
        (hang_up, Reason.CLOSED, ""),
        (reset_midway, Reason.RESET, "ECONNRESET"),
        (fatal_alert, Reason.ALERT, "handshake_failure"),
        (nonsense, Reason.MALFORMED, ""),
    ],
)
def test_a_port_that_speaks_but_gives_no_certificate_is_asked_with_the_fall_backs(
    handler, reason, said, collected
):
    rows = collected(handler).presentations
    assert {row.reason for row in rows} == {reason}, "nothing is concluded where nothing was answered"
    assert all(said in describe_in_english(row.detail) for row in rows)
    assert [row.offer for row in rows[:4]] == ["browser", "tls12", "rsa", "ecdsa"]
    assert {row.offer for row in rows[4:]} == {"any", "tls12-all", "tls10-bare"}


def test_a_server_that_hangs_up_after_its_server_hello_is_told_with_what_had_come(collected):
    rows = {row.offer: row for row in collected(hang_up_midway).presentations}
    assert (rows["browser"].reason, describe_in_english(rows["browser"].detail)) == (
        Reason.CLOSED,
        "bytes received: 47",
    )
    assert rows["browser"].version == "TLS 1.2"


def test_a_reset_after_some_bytes_is_told_with_them(collected):
    row = collected(reset_midway).presentations[-1]
    assert describe_in_english(row.detail) == "ECONNRESET; bytes received: 20"


def test_the_time_that_a_server_had_is_told_and_not_the_most_that_it_may_have(listening, make_site):
    limits = Limits(answer_seconds=5, endpoint_seconds=0.5)
    row = collect(site=make_site(listening(mute)), limits=limits).presentations[0]
    assert (row.reason, describe_in_english(row.detail)) == (Reason.NO_ANSWER, "waited 0.5 s")


def test_what_is_spoken_instead_of_tls_is_kept_as_bytes(collected):
    row = collected(ssh).presentations[0]
    assert bytes.fromhex(row.first_bytes).startswith(b"SSH-2.0")


def test_a_closed_port_is_refused_and_asked_once(make_site, quick):
    rows = collect(site=make_site(("127.0.77.2", free_port("127.0.77.2"))), limits=quick).presentations
    assert [row.reason for row in rows] == [Reason.REFUSED, Reason.NOT_ASKED, Reason.NOT_ASKED]
    assert "ECONNREFUSED" in describe_in_english(rows[0].detail)
    assert rows[0].address == "127.0.77.2"


def test_what_the_site_names_resolve_to_is_kept_also_of_a_node_that_is_asked_at_an_ip_address(monkeypatch):
    def resolver(host, *_, **flags):
        if host != "sm.example.test":
            return found(host, *_, **flags)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0)) for ip in ("10.1.2.3", "10.1.2.4")]

    found = socket.getaddrinfo
    monkeypatch.setattr("socket.getaddrinfo", resolver)
    address = "127.0.0.1"
    ports = (("socialminer-tomcat", free_port(address)), ("socialminer-openfire", free_port(address)))
    node = Node("socialminer", "sm.example.test", address, "11.5(1)", "11.5(1)", ports=ports)
    evidence = collect(site=replace(site_of(), nodes=(node,)))
    assert evidence.names == (LookUp("sm.example.test", ("10.1.2.3", "10.1.2.4")),)
    again = collect(site=replace(site_of(), nodes=(node,)), earlier=evidence)
    assert again.names == evidence.names


def test_an_unknown_name_is_no_such_host(monkeypatch, make_site, quick):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "text of the system")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    rows = collect(site=make_site(("uccx1.example.test", 443)), limits=quick).presentations
    assert [row.reason for row in rows] == [Reason.NO_SUCH_HOST, Reason.NOT_ASKED, Reason.NOT_ASKED]
    assert "EAI_NONAME" in describe_in_english(rows[0].detail)


def test_an_address_without_a_way_to_it_is_unreachable(make_site, quick):
    # The kernel makes no TCP connection to a group address, and sends nothing.
    rows = collect(site=make_site(("224.0.0.1", 443)), limits=quick).presentations
    assert [row.reason for row in rows] == [Reason.UNREACHABLE, Reason.NOT_ASKED, Reason.NOT_ASKED]


def test_a_reset_is_retried_once_for_the_whole_endpoint(collected):
    rows = collected(reset_midway).presentations
    assert [len(row.attempts) for row in rows] == [1, 0, 0, 0, 0, 0, 0]
    assert rows[0].attempts[0].endswith("asked again")


def test_a_server_that_resets_the_first_time_only_is_read(collected):
    seen = []

    def once(peer):
        seen.append(peer)
        reset_midway(peer) if len(seen) == 1 else garbage_certificate(peer)

    row = collected(once).presentations[0]
    assert row.reason is None
    assert "ECONNRESET" in row.attempts[0]


def test_a_certificate_that_can_t_be_read_is_kept_as_bytes(collected):
    evidence = collected(garbage_certificate)
    rows = {row.offer: row for row in evidence.presentations}
    assert rows["browser"].reason is None
    kept = evidence.certificates[rows["browser"].leaf]
    assert kept.der.startswith(b"no certificate at all")
    assert kept.kind == "unreadable"


def test_records_of_one_byte_are_put_together(collected):
    """A whole TLS 1.2 flight of a real server, cut so that each record carries one byte."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(PAIR.chain_path, PAIR.key_path)

    def crumbs(peer):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(read_hello(peer))
        try:
            session.do_handshake()
        except ssl.SSLError:
            flight = outgoing.read()
        while flight:
            length = int.from_bytes(flight[3:5])
            peer.sendall(b"".join(record(flight[0], bytes((byte,))) for byte in flight[5 : 5 + length]))
            flight = flight[5 + length :]
        until_gone(peer)

    rows = {row.offer: row for row in collected(crumbs).presentations}
    assert rows["rsa"].leaf == PAIR.sha256


def test_a_server_that_waits_after_its_certificate_is_not_waited_for(collected):
    """The chain is there, the message after it never comes: the chain counts."""

    def half(peer):
        read_hello(peer)
        one = len(PAIR.der).to_bytes(3) + PAIR.der
        peer.sendall(record(22, SERVER_HELLO + message(11, len(one).to_bytes(3) + one)))
        until_gone(peer)

    row = collected(half).presentations[0]
    assert row.reason is None
    assert row.chain == (PAIR.sha256,)
    assert row.signature_algorithm is None


def always(version, suite, ders=(PAIR.der,)):
    """A server that has one answer to whatever is offered."""
    hello = message(2, struct.pack("!H32sBHB", version, bytes(32), 0, suite, 0))
    listed = b"".join(len(der).to_bytes(3) + der for der in ders)
    flight = hello + message(11, len(listed).to_bytes(3) + listed) + message(14, b"")

    def handler(peer):
        read_hello(peer)
        peer.sendall(b"".join(record(22, flight[at : at + 16_384]) for at in range(0, len(flight), 16_384)))
        until_gone(peer)

    return handler


def test_a_certificate_of_the_other_kind_is_kept_and_called_so(collected):
    rows = {row.offer: row for row in collected(always(0x0303, 0xC02B)).presentations}
    assert rows["browser"].reason is None
    assert rows["ecdsa"].reason is Reason.WRONG_KEY_TYPE
    assert rows["ecdsa"].leaf == PAIR.sha256
    assert rows["rsa"].reason is Reason.NOT_OFFERED


def test_an_old_server_that_answers_whatever_it_knows_is_read_by_the_offers_that_hold_it(collected):
    rows = {row.offer: row for row in collected(always(0x0301, 0x002F)).presentations}
    assert rows["browser"].reason is Reason.NOT_OFFERED
    assert describe_in_english(rows["browser"].detail) == "TLS 1.0 was not offered"
    assert rows["ecdsa"].reason is Reason.NOT_OFFERED
    assert rows["rsa"].leaf == rows["tls12"].leaf == PAIR.sha256
    assert rows["rsa"].version == "TLS 1.0"


def test_a_server_of_ssl_3_that_answers_whatever_it_knows_is_read_by_the_last_fall_back(collected):
    rows = {row.offer: row for row in collected(always(0x0300, 0x0005)).presentations}
    assert list(rows) == ["browser", "tls12", "rsa", "ecdsa", "tls10-bare"]
    assert rows["tls10-bare"].leaf == PAIR.sha256
    assert {row.reason for row in rows.values()} == {None, Reason.NOT_OFFERED}


def flood_of_messages(peer):
    """3 MB of messages that are each allowed to come before a certificate."""
    read_hello(peer)
    status = message(22, bytes(200_000))
    whole = SERVER_HELLO + status * 16
    peer.sendall(b"".join(record(22, whole[at : at + 16_384]) for at in range(0, len(whole), 16_384)))
    until_gone(peer)


def test_a_flood_of_3_megabytes_is_not_read_to_its_end(collected):
    rows = {row.offer: row for row in collected(flood_of_messages).presentations}
    assert list(rows) == ["browser", "rsa", "ecdsa"]
    assert rows["browser"].reason is Reason.TOO_BIG


def test_of_a_certificate_that_is_too_big_the_other_kind_is_still_asked(collected):
    def big_to_browsers(peer):
        hello = peer.recv(65_536, socket.MSG_PEEK)
        return flood(peer) if len(hello) > 1_000 else always(0x0303, 0xC02F)(peer)

    rows = {row.offer: row for row in collected(big_to_browsers).presentations}
    assert rows["browser"].reason is Reason.TOO_BIG
    assert rows["rsa"].leaf == PAIR.sha256


def extensions_of(hello):
    """What follows the compression methods of a hello in one record; empty: no extension."""
    body = hello[5 + 4 + 34 :]
    body = body[1 + body[0] :]
    body = body[2 + int.from_bytes(body[:2]) :]
    return body[1 + body[0] :]


def test_a_server_that_speaks_no_extension_is_read_by_the_bare_hello(collected):
    def before_extensions(peer):
        hello = peer.recv(65_536, socket.MSG_PEEK)
        return hang_up(peer) if extensions_of(hello) else always(0x0301, 0x002F)(peer)

    rows = {row.offer: row for row in collected(before_extensions).presentations}
    assert list(rows) == ["browser", "tls12", "rsa", "ecdsa", "tls10-bare"]
    assert rows["tls10-bare"].chain == (PAIR.sha256,)
    assert rows["tls10-bare"].version == "TLS 1.0"
    assert {row.reason for row in rows.values()} == {None, Reason.CLOSED}


@pytest.mark.parametrize("length", [1, 60, 120, 200, 253])
def test_a_server_that_hangs_on_hellos_of_256_to_511_bytes_is_read(length, listening, make_site, quick):
    name = ".".join("n" * min(63, length - at) for at in range(0, length, 64))
    sizes = []

    def choosy(peer):
        hello = peer.recv(65_536, socket.MSG_PEEK)
        sizes.append(len(hello) - 5)
        return mute(peer) if 256 <= sizes[-1] < 512 else always(0x0303, 0xC02F)(peer)

    rows = collect(site=make_site(listening(choosy), server_name=name), limits=quick).presentations
    assert {row.offer: row.leaf for row in rows if row.offer != "ecdsa"} == dict.fromkeys(
        ("browser", "rsa"), PAIR.sha256
    )
    assert len(sizes) == 3


def test_bad_neighbours_take_nothing_from_a_good_endpoint(listening, make_site, quick):
    bad = [
        listening(handler) for handler in (mute, drip, http, hang_up, reset_midway, flood, endless_warnings)
    ]
    with nginx(PAIR) as good:
        evidence = collect(site=make_site(*bad, good), limits=quick)
    rows = {row.offer: row for row in evidence.presentations if row.endpoint == "s7/other"}
    assert rows["browser"].leaf == rows["rsa"].leaf == PAIR.sha256
    assert {row.endpoint for row in evidence.presentations} == {f"s{number}/other" for number in range(8)}
    assert evidence.finished is not None


def test_a_mistake_in_the_reader_is_a_row_and_the_rest_goes_on(monkeypatch, collected):
    from certlib.collect import connection

    class Broken(connection.Grab):
        def receive(self, data):
            raise ZeroDivisionError("<script>")

    monkeypatch.setattr(connection, "Grab", Broken)
    rows = collected(http).presentations
    assert {row.reason for row in rows} == {Reason.MALFORMED}
    assert all(
        describe_in_english(row.detail) == "an error within certlib came before (ZeroDivisionError)"
        for row in rows
    )


def test_a_mistake_between_the_questions_is_a_row_and_the_rest_goes_on(monkeypatch, collected):
    from certlib.collect import scanner

    def broken(**_):
        raise ZeroDivisionError
        yield

    monkeypatch.setattr(scanner, "plan_probes", broken)
    evidence = collected(http)
    assert [row.reason for row in evidence.presentations] == [Reason.NOT_ASKED] * 3
    assert all("ZeroDivisionError" in describe_in_english(row.detail) for row in evidence.presentations)


def test_an_endpoint_that_uses_up_its_time_is_left(listening, make_site):
    def slow(peer):
        read_hello(peer)
        time.sleep(0.3)

    limits = Limits(answer_seconds=2, endpoint_seconds=0.5)
    rows = collect(site=make_site(listening(slow)), limits=limits).presentations
    assert rows[0].reason is Reason.CLOSED
    assert rows[-1].reason is Reason.NOT_ASKED
    assert "0.5 s" in describe_in_english(rows[-1].detail)
