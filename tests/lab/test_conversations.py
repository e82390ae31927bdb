import contextlib
import http.client
import os
import socket
import ssl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certlib import lab
from certlib.lab import conversations
from lab.clients import client_hello, endpoint, exchange, faulty, presented

ALL_VERSIONS = (43, b"\x04\x03\x04\x03\x03")
ONLY_TLS_1_3 = (43, b"\x02\x03\x04")


@pytest.fixture(scope="module")
def running():
    with lab.site(preset="faulty") as site:
        yield site


def alert(number: int) -> bytes:
    return b"\x15\x03\x03\x00\x02\x02" + bytes((number,))


def asked(server, *, method="GET", headers=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    client = http.client.HTTPSConnection(server.address, server.port, context=context, timeout=20)
    with contextlib.closing(client):
        client.request(method, "/gadget?a=<b>", headers=headers or {})
        answer = client.getresponse()
        return answer, answer.read().decode()


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_any_request_brings_a_page_with_the_names_of_node_and_web_server(running, method):
    answer, text = asked(endpoint(running, "finesse-tomcat"), method=method)
    assert answer.status == 200
    assert "uccx1.northwind.example" in text
    assert "Finesse Tomcat" in text
    assert answer.getheader("Access-Control-Allow-Origin") == "*"


def test_a_node_sends_hsts_only_if_told():
    name = "uccx1.northwind.example"
    with lab.site(nodes=[lab.Node(role="uccx-publisher", name=name, hsts=True)]) as site:
        assert asked(site.endpoints[0])[0].getheader("Strict-Transport-Security")
    with lab.site(nodes=[lab.Node(role="uccx-publisher", name=name)]) as site:
        assert asked(site.endpoints[0])[0].getheader("Strict-Transport-Security") is None


def test_markup_in_a_node_name_stays_text():
    with lab.site(nodes=[lab.Node(role="socialminer", name="uccx1.example", release="11.5(1)<b>")]) as site:
        assert "&lt;b&gt;" in asked(site.endpoints[0])[1]


def test_a_refusing_server_refuses(running):
    with pytest.raises(ConnectionRefusedError):
        exchange(faulty(running, "refusing"), client_hello())


def test_a_mute_server_takes_the_connection_and_says_nothing(running):
    with pytest.raises(TimeoutError):
        exchange(faulty(running, "mute"), client_hello(), timeout=0.3)


def test_a_server_without_tls_answers_in_http(running):
    assert exchange(faulty(running, "not-tls"), client_hello()).startswith(b"HTTP/1.1 400 ")


def test_a_closing_server_ends_the_connection_without_a_byte(running):
    server = faulty(running, "closing")
    with socket.create_connection((server.address, server.port), timeout=20) as plain:
        plain.sendall(client_hello())
        assert plain.recv(1) == b""


def test_a_resetting_server_resets(running):
    server = faulty(running, "resetting")
    with socket.create_connection((server.address, server.port), timeout=20) as plain:
        plain.sendall(client_hello())
        with pytest.raises(ConnectionResetError):
            plain.recv(1)


def test_a_garbage_certificate_comes_in_a_whole_first_flight(running):
    answer = exchange(faulty(running, "garbage-certificate"), client_hello(extensions=[ALL_VERSIONS]))
    assert answer[:6] == b"\x16\x03\x03" + (len(answer) - 5).to_bytes(2) + b"\x02"
    assert b"\xc0\x2f\x00\x0b\x00" in answer  # the suite that was offered, then the certificate message
    assert b"this is no certificate" in answer
    assert answer.endswith(b"\x0e\x00\x00\x00")


def test_a_garbage_certificate_stops_a_real_client(running, connect):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with pytest.raises(ssl.SSLError) as caught:
        connect(faulty(running, "garbage-certificate"), context)
    assert "ALERT" not in caught.value.reason


def test_a_garbage_certificate_is_given_to_tls_1_2_and_rsa_alone(running):
    server = faulty(running, "garbage-certificate")
    assert exchange(server, client_hello(extensions=[ONLY_TLS_1_3])) == alert(70)
    assert exchange(server, client_hello(suites=(0xC02B,))) == alert(40)
    assert exchange(server, b"\x16\x03\x01\x00\x04\x02\x00\x00\x00") == alert(50)


def test_a_fault_can_stand_on_a_web_server_of_a_node(running):
    subscriber = "uccx2.northwind.example"
    with pytest.raises(ConnectionRefusedError):
        exchange(endpoint(running, "socketio", node=subscriber), client_hello())
    with pytest.raises(TimeoutError):
        exchange(endpoint(running, "cuic-tomcat", node=subscriber), client_hello(), timeout=0.3)
    assert presented(running, endpoint(running, "uccx-tomcat", node=subscriber)) == "tomcat"


def test_a_client_of_an_old_version_is_told_so(running):
    answer = exchange(endpoint(running, "uccx-tomcat"), client_hello(version=0x0301))
    assert answer[-2:] == b"\x02\x46"
    assert answer[:1] == b"\x15"


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x00\x04\x02\x00\x00\x00",
        b"\x16\x03\x01\x00\x04\x01\xff\xff\xff",
        b"\x16\x03\x01\x40\x00\x01\x00\x7f\x00" + b"\x00" * 60_000,
        b"GET / HTTP/1.1\r\n\r\n",
        os.urandom(5000),
    ],
    ids=["other message", "16 MB", "oversize", "http", "noise"],
)
def test_a_hostile_client_is_turned_away_and_the_site_goes_on(running, sent):
    server = endpoint(running, "socketio")
    assert exchange(server, sent) in {b"", alert(50)}
    assert presented(running, server) == "tomcat-ECDSA"


def test_a_client_that_stalls_after_one_byte_holds_up_nobody(running):
    server = endpoint(running, "socketio")
    with contextlib.ExitStack() as stack:
        for _ in range(50):
            idle = stack.enter_context(socket.create_connection((server.address, server.port), timeout=20))
            idle.sendall(b"\x16")
        assert presented(running, server) == "tomcat-ECDSA"


def test_a_client_that_stalls_is_left_when_patience_ends(monkeypatch):
    monkeypatch.setattr(conversations, "PATIENCE", 0.2)
    with lab.site(preset="row-1") as site:
        assert exchange(site.endpoints[0], b"\x16") == b""


def test_a_client_that_breaks_off_the_handshake_harms_itself_alone(running):
    server = endpoint(running, "socketio")
    broken = client_hello(suites=(0xC02B,), extensions=[(13, b"\x00\x02\x05\x03"), (10, b"\x00\x02\x00\x18")])
    answer = exchange(server, broken + b"\x16\x03\x03\x00\x05hello")
    assert answer.startswith(b"\x16\x03\x03")
    assert answer[-7:-2] == b"\x15\x03\x03\x00\x02"
    assert presented(running, server) == "tomcat-ECDSA"


def test_a_client_that_says_good_bye_without_a_request_is_answered_in_kind(running, connect):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    server = endpoint(running, "socketio")
    connect(server, context).unwrap()
    assert presented(running, server) == "tomcat-ECDSA"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(min_size=1, max_size=300), keep=st.integers(0, 60))
def test_no_bytes_take_a_server_down(running, noise, keep):
    server = endpoint(running, "notification")
    with socket.create_connection((server.address, server.port), timeout=20) as plain:
        plain.sendall(client_hello()[:keep] + noise)
    assert presented(running, server) == "tomcat"
