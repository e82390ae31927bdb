import contextlib
import gc
import socket
import threading
from pathlib import Path

import pytest

from certlib import lab
from lab.clients import certificate, endpoint, presented, presented_tls13

WEB_SERVERS = ["uccx-tomcat", "notification", "socketio", "socialminer-tomcat", "socialminer-openfire"]
E, R = "tomcat-ECDSA", "tomcat"
# The table of the document, with the certificate in the place of its kind.
TABLE = {
    "row-1": [R, R, E, R, E],
    "row-2": [R, R, R, R, R],
    "row-3": [R, R, E, R, E],
    "row-4": [R, R, E, R, E],
    "with-cops": [R, R, R, R, R],
}


def node(**state):
    return lab.Node(role="socialminer", name="socialminer.northwind.example", **state)


@pytest.mark.parametrize("preset", TABLE)
def test_each_cell_of_the_table_is_seen_by_a_client_that_puts_ecdsa_first(preset):
    with lab.site(preset=preset) as running:
        assert [presented(running, endpoint(running, name)) for name in WEB_SERVERS] == TABLE[preset]


@pytest.mark.parametrize("preset", TABLE)
def test_a_client_without_ecdsa_gets_rsa_from_every_server(preset):
    with lab.site(preset=preset) as running:
        assert {presented(running, server, offer="rsa") for server in running.endpoints} == {"tomcat"}


@pytest.mark.parametrize("preset", TABLE)
def test_a_client_without_rsa_succeeds_only_where_ecdsa_is_presented(preset):
    with lab.site(preset=preset) as running:
        seen = [presented(running, endpoint(running, name), offer="ecdsa") for name in WEB_SERVERS]
    assert seen == [alias if alias == E else "handshake failure" for alias in TABLE[preset]]


@pytest.mark.parametrize("tomcat", ["self-signed", "rsa-ca", "ec-ca"])
@pytest.mark.parametrize(("ecdsa", "given"), [("self-signed", E), ("rsa-ca", R), ("ec-ca", E), (None, R)])
def test_every_combination_can_be_had_and_the_issuer_of_the_ecdsa_certificate_decides(tomcat, ecdsa, given):
    with lab.site(nodes=[node(tomcat=tomcat, ecdsa=ecdsa)]) as running:
        assert presented(running, endpoint(running, "socialminer-tomcat")) == R
        assert presented(running, endpoint(running, "socialminer-openfire")) == given


def test_the_nodes_of_a_site_may_be_unlike():
    with lab.site(preset="mixed") as running:
        publisher, subscriber = (
            certificate_kinds(running, name)
            for name in ("uccx1.northwind.example", "uccx2.northwind.example")
        )
        miner = endpoint(running, "socialminer-tomcat")
        assert publisher == [E, "Northwind EC Root CA"]
        assert subscriber == [E, "uccx2-EC.northwind.example"]
        assert presented(running, miner) == "handshake failure"
        assert presented(running, miner, offer="rsa") == R


def certificate_kinds(running, name):
    alias = presented(running, endpoint(running, "socketio", node=name))
    return [
        alias,
        certificate(running, name, alias).issuer.rfc4514_string().split(",")[0].removeprefix("CN="),
    ]


@pytest.mark.parametrize(
    ("cop", "tls12", "tls13"),
    [("none", [E, E], [E, E]), ("installed", [R, None], [R, None]), ("leaking", [R, None], [E, E])],
)
def test_a_cop_that_takes_the_suites_alone_leaks_in_tls_1_3(cop, tls12, tls13):
    with lab.site(nodes=[node(cop=cop, tls13=True)]) as running:
        server = endpoint(running, "socialminer-openfire")
        failed = {"handshake failure": None}
        seen = [presented(running, server, offer=offer) for offer in ("browser", "ecdsa")]
        assert [failed.get(one, one) for one in seen] == tls12
        seen = [presented_tls13(running, server, offer=offer) for offer in ("browser", "ecdsa")]
        assert [failed.get(one, one) for one in seen] == tls13
        assert presented_tls13(running, server, offer="rsa") == R


def test_a_server_with_the_alias_tomcat_alone_does_not_leak():
    with lab.site(nodes=[node(cop="leaking", tls13=True)]) as running:
        server = endpoint(running, "socialminer-tomcat")
        assert [presented_tls13(running, server, offer=o) for o in ("browser", "rsa", "ecdsa")] == [
            R,
            R,
            "handshake failure",
        ]


def test_the_demonstration_shows_socialminer_upgraded_and_uccx_not():
    with lab.site() as running:
        assert running.site.site == "hamburg"
        assert presented(running, endpoint(running, "socketio")) == R
        assert presented(running, endpoint(running, "socialminer-openfire")) == E


def test_all_twelve_ports_are_the_real_ones_or_their_replacements():
    with lab.site() as running:
        assert len(running.endpoints) == 12
        for server in running.endpoints:
            with socket.create_connection((server.address, server.port), timeout=20):
                pass


def test_many_sites_run_side_by_side():
    with lab.site(preset="row-1") as one, lab.site(preset="row-2") as two, lab.site(preset="row-3") as three:
        places = {(e.address, e.port) for running in (one, two, three) for e in running.endpoints}
        assert len(places) == 36
        assert presented(one, endpoint(one, "socketio")) == E
        assert presented(two, endpoint(two, "socketio")) == R


def test_a_site_that_ends_leaves_no_thread_no_descriptor_and_no_port():
    def descriptors():
        gc.collect()
        return len(list(Path("/dev/fd").iterdir())) if Path("/dev/fd").is_dir() else 0

    with lab.site(preset="faulty"):
        pass
    before = descriptors(), threading.active_count()
    with lab.site(preset="faulty") as running:
        server = endpoint(running, "socketio", node="uccx1.northwind.example")
        with socket.create_connection((server.address, server.port), timeout=20) as idle:
            presented(running, server)
            mute = next(e for e in running.endpoints if e.fault == "mute")
            silent = socket.create_connection((mute.address, mute.port), timeout=20)
            idle.sendall(b"\x16")
    with silent, contextlib.suppress(ConnectionResetError):  # not accepted before the end
        assert silent.recv(1) == b""
    assert (descriptors(), threading.active_count()) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((server.address, server.port), timeout=20)


def test_an_error_in_the_block_ends_the_site_too():
    with pytest.raises(KeyError), lab.site(preset="row-1") as running:
        raise KeyError
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((running.endpoints[0].address, running.endpoints[0].port), timeout=20)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (lambda: lab.site(preset="row-5").__enter__(), "row-5"),
        (lambda: node(ecdsa="rsa"), "ecdsa='rsa'"),
        (lambda: node(tomcat=None), "tomcat=None"),
        (lambda: node(cop=True), "cop=True"),
        (lambda: node(release="new"), "release=.new"),
        (lambda: node(release="15.0(1)", cert_type="ecdsa"), "cert_type=.ecdsa"),
        (lambda: node(faults={"socialminer-tomcat": "slow"}), "fault='slow'"),
        (lambda: node(faults={"socketio": "mute"}), "socketio"),
        (lambda: lab.Node(role="cucm", name="a"), "role='cucm'"),
        (lambda: lab.Node(role="uccx-publisher", name="a", mechanism="handshake-failure"), "socialminer"),
        (lambda: lab.Site(nodes=(node(), node())), "socialminer.northwind.example"),
        (lambda: lab.Site(nodes=(), faulty=("slow",)), "fault='slow'"),
    ],
)
def test_a_state_that_cannot_be_is_named(wrong, named):
    with pytest.raises(ValueError, match=named):
        wrong()
