"""Whether a desktop sends HSTS is looked for only when asked, with one GET, and never costs a certificate."""

import ssl
from dataclasses import replace

import pytest

from certlib.collect import collect, plan
from certlib.inventory import Node
from certlib.reasons import Reason, describe_in_english
from certs import ca, leaf, self_signed
from collect.conftest import QUICK, site_of
from servers import free_port, nginx

PAIR = leaf(ca("Example RSA root", "rsa"), "rsa")
ID = "sm.example.test/socialminer-tomcat"


def desktop(where, *, name="sm.example.test"):
    """A SocialMiner whose page is at a place; nothing listens where its other web server would."""
    ports = (("socialminer-tomcat", where[1]), ("socialminer-openfire", free_port(where[0])))
    node = Node("socialminer", name, where[0], "11.5(1)", "11.5(1)", ports=ports)
    return replace(site_of(), nodes=(node,))


def web(answer, received=None):
    """A TLS server that answers every request with these bytes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PAIR.chain_path, PAIR.key_path)

    def handler(peer):
        with context.wrap_socket(peer, server_side=True) as secured:
            request = secured.recv(65_536)
            if request and received is not None:
                received.append(request)
            secured.sendall(answer)
            secured.recv(65_536)

    return handler


@pytest.mark.parametrize("protocols", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("pair", [PAIR, self_signed("rsa1024")], ids=["ca", "self-signed"])
def test_the_header_is_kept_as_sent_whatever_the_certificate(pair, protocols):
    header = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    with nginx(pair, protocols=protocols, headers=header) as where:
        evidence = collect(site=desktop(where), hsts=True)
    (one,) = evidence.hsts
    assert (one.endpoint, describe_in_english(one.failure), one.status) == (ID, "", 204)
    assert one.header == "max-age=31536000; includeSubDomains"
    assert one.max_age == 31_536_000
    assert evidence.collected <= one.started <= evidence.finished


def test_a_page_without_the_header_is_an_answer_too():
    with nginx(PAIR) as where:
        (one,) = collect(site=desktop(where), hsts=True).hsts
    assert (one.header, describe_in_english(one.failure), one.max_age) == (None, "", None)


def test_a_node_without_a_name_is_asked_by_its_address(listening):
    received = []
    address, port = listening(
        web(b"HTTP/1.1 200 OK\r\nstrict-transport-security: MAX-AGE=5\r\n\r\n", received)
    )
    (one,) = collect(site=desktop((address, port), name=address), limits=QUICK, hsts=True).hsts
    assert one.max_age == 5
    assert f"Host: {address}:{port}".encode() in received[0]


def test_nobody_fetches_a_page_unless_asked(listening):
    received = []
    collect(site=desktop(listening(web(b"", received))), limits=QUICK)
    assert received == []


def pages(answers, received):
    """A TLS server that answers each path in its own way."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PAIR.chain_path, PAIR.key_path)

    def handler(peer):
        with context.wrap_socket(peer, server_side=True) as secured:
            request = secured.recv(65_536)
            if request:
                received.append(request)
                secured.sendall(answers(request.split()[1].decode()))

    return handler


def test_a_redirect_on_the_same_host_and_port_is_followed_by_plain_gets(listening):
    received = []

    def answers(path):
        if path == "/":
            return (
                b"HTTP/1.1 302 F\r\nStrict-Transport-Security: max-age=9\r\nLocation: /desktop?a=1#x\r\n\r\n"
            )
        return b"HTTP/1.1 403 Forbidden\r\n\r\n"

    where = listening(pages(answers, received))
    (one,) = collect(site=desktop(where), limits=QUICK, hsts=True).hsts
    assert (one.status, one.header, one.earlier, one.followed) == (
        403,
        None,
        ("max-age=9",),
        ("/desktop?a=1",),
    )
    assert one.max_age == 9
    assert [request.splitlines()[0] for request in received] == [
        b"GET / HTTP/1.1",
        b"GET /desktop?a=1 HTTP/1.1",
    ]
    lines = received[1].decode().splitlines()
    assert lines[1] == f"Host: sm.example.test:{where[1]}"
    assert {line.partition(":")[0] for line in lines[2:] if line} == {"User-Agent", "Accept", "Connection"}


@pytest.mark.parametrize(
    "location",
    ["https://sm.example.test/", "https://other.test/x", "//other.test/", "///other.test/", "/\\other.test/",
     "http://sm.example.test/", "https://a@sm.example.test/", "/a\tb", "/" + "x" * 5000, "ftp:x", "https://[/"],
)  # fmt: skip
def test_a_redirect_elsewhere_is_not_followed_and_is_said(location, listening):
    received = []
    head = f"HTTP/1.1 301 M\r\nStrict-Transport-Security: max-age=7\r\nLocation: {location}\r\n\r\n"
    where = listening(pages(lambda _: head.encode(), received))
    (one,) = collect(site=desktop(where), limits=QUICK, hsts=True).hsts
    assert len(received) == 1
    assert (one.status, one.header, one.followed) == (301, "max-age=7", ())
    assert "the redirect to " in describe_in_english(one.not_followed)


def test_redirects_without_end_end(listening):
    received = []

    def further(path):
        return f"HTTP/1.1 307 T\r\nLocation: {path}a\r\n\r\n".encode()

    (one,) = collect(site=desktop(listening(pages(further, received))), limits=QUICK, hsts=True).hsts
    assert len(received) == 5
    assert describe_in_english(one.not_followed) == "there are more than 4 redirects"


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"220 mail.example.test\r\n\r\n", "not HTTP"),
        (b"\r\n\r\n", "not HTTP"),
        (HEAD + b"X: " + b"x" * 100_000, "longer than"),
        (HEAD + b"X: y\r\n" * 200 + b"\r\n", "too many"),
        (HEAD, "no answer within"),
    ],
)
def test_an_answer_that_is_none_is_said_and_costs_no_certificate(answer, said, listening):
    evidence = collect(site=desktop(listening(web(answer))), limits=QUICK, hsts=True)
    (one,) = evidence.hsts
    assert said in describe_in_english(one.failure)
    assert (one.header, one.max_age, one.status) == (None, None, None)
    assert evidence.presentations[0].leaf == PAIR.sha256


def test_a_long_or_hostile_header_is_kept_in_part_and_as_text(listening):
    header = "max-age=1;<script>\x1b[31m" + "x" * 5000
    head = f"HTTP/1.1 200 OK\r\nStrict-Transport-Security: {header}\r\n\r\n".encode()
    (one,) = collect(site=desktop(listening(web(head))), limits=QUICK, hsts=True).hsts
    assert one.header.startswith("max-age=1;<script>\x1b[31m")
    assert len(one.header) < 250


def test_a_server_that_takes_no_ordinary_handshake_is_a_record_with_its_reason(listening):
    def one_flight(peer):
        """Presents to the offers; has no patience with a whole handshake."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PAIR.chain_path, PAIR.key_path)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(peer.recv(65_536))
        with pytest.raises(ssl.SSLWantReadError):
            session.do_handshake()
        peer.sendall(outgoing.read())
        peer.recv(65_536)
        peer.sendall(b"\x15\x03\x03\x00\x02\x02\x28")

    (one,) = collect(site=desktop(listening(one_flight)), limits=QUICK, hsts=True).hsts
    assert "no TLS connection came about" in describe_in_english(one.failure)


def test_a_port_that_presents_nothing_is_not_fetched_from():
    evidence = collect(site=desktop(("127.0.77.2", free_port("127.0.77.2"))), limits=QUICK, hsts=True)
    assert evidence.presentations[0].reason is Reason.REFUSED
    assert evidence.hsts == ()


def test_a_page_that_was_not_fetched_is_left_open_and_one_that_was_is_not_fetched_again():
    header = {"Strict-Transport-Security": "max-age=60"}
    with nginx(PAIR, headers=header) as where:
        site = desktop(where)
        without = collect(site=site)
        asked = [contact.endpoint.id for contact in plan(site, earlier=without, hsts=True)]
        assert ID in asked
        both = collect(site=site, earlier=without, hsts=True)
    assert both.hsts[0].max_age == 60
    assert ID not in [contact.endpoint.id for contact in plan(site, earlier=both, hsts=True)]
    again = collect(site=site, earlier=both, limits=QUICK)
    assert again.hsts == both.hsts
