"""A running site presents another state while its addresses and ports stay."""

import socket
from dataclasses import replace

import pytest

from certlib import lab
from lab.clients import certificate, endpoint, presented

PUBLISHER, ECDSA = lab.PUBLISHER, "tomcat-ECDSA"
SIGNED = ("request-made", "reply-arrived", "chain-uploaded", "certificate-uploaded")


def carry_out(running, *effects, **about):
    for effect in effects:
        running.become(lab.carry_out(running.site, effect, **{"node": PUBLISHER, **about}))


@pytest.fixture
def running():
    with lab.site(preset="row-4") as one:
        yield one


def serial(running, alias):
    return certificate(running, PUBLISHER, alias).serial_number


def test_a_signed_certificate_is_presented_from_the_restart_on(running):
    server, before = endpoint(running, "socketio"), serial(running, ECDSA)
    carry_out(running, *SIGNED, identity=ECDSA)
    assert serial(running, ECDSA) == before
    assert presented(running, server) == ECDSA
    carry_out(running, "restarted")
    found = certificate(running, PUBLISHER, ECDSA)
    assert presented(running, server) == ECDSA
    assert "CN=Northwind EC Root CA" in found.issuer.rfc4514_string()
    assert "northwind-ec-root.pem" in running.ca_pem


def test_a_cop_hides_ecdsa_from_the_restart_on_and_its_rollback_brings_it_back(running):
    server = endpoint(running, "socketio")
    seen = []
    for effect in ("cop-installed", "restarted", "rollback-installed", "restarted"):
        carry_out(running, effect)
        seen.append(presented(running, server))
    assert seen == [ECDSA, "tomcat", "tomcat", ECDSA]


def test_a_node_moves_through_the_releases():
    with lab.site(preset="upgrade") as running:
        server, seen = endpoint(running, "socketio", node=PUBLISHER), []
        tomcat = endpoint(running, "finesse-tomcat", node=PUBLISHER)
        for release in ("11.5(1)", "11.6(2)", "12.5(1)SU3"):
            carry_out(running, "upgraded", "switched", release=release)
            seen.append(presented(running, server))
        carry_out(running, "type-set", cert_type="ecdsa")
        assert [*seen, presented(running, server)] == [ECDSA, "tomcat", "tomcat", ECDSA]
        assert presented(running, tomcat) == ECDSA
        assert presented(running, tomcat, offer="rsa") == "handshake failure"
        assert "cert_type: ecdsa" in running.inventory


def test_a_renewed_certificate_is_another_one_with_another_key_and_the_others_stay(running):
    ecdsa = serial(running, ECDSA)
    before = certificate(running, PUBLISHER, "tomcat")
    carry_out(running, *SIGNED, "restarted", identity="tomcat")
    after = certificate(running, PUBLISHER, "tomcat")
    assert after.serial_number != before.serial_number
    assert after.public_key() != before.public_key()
    assert serial(running, ECDSA) == ecdsa


def test_a_site_that_goes_back_presents_the_certificates_that_it_had(running):
    first, before = running.site, running.keystores
    carry_out(running, *SIGNED, "restarted", identity=ECDSA)
    running.become(first)
    assert running.keystores == before


def test_addresses_and_ports_stay_and_a_client_that_is_there_is_served_to_its_end(running):
    places, server = running.endpoints, endpoint(running, "socketio")
    with socket.create_connection((server.address, server.port), timeout=20):
        carry_out(running, "cop-installed", "restarted")
        assert presented(running, server) == "tomcat"
    assert running.endpoints == places


def test_a_running_site_cannot_become_another_one(running):
    others = [
        replace(running.site, nodes=running.site.nodes[:2]),
        replace(running.site, intermediate=True),
        replace(running.site, faulty=("mute",)),
        replace(
            running.site,
            nodes=tuple(
                replace(one, faults={"uccx-tomcat": "mute"}) if one.name == PUBLISHER else one
                for one in running.site.nodes
            ),
        ),
    ]
    for other in others:
        with pytest.raises(ValueError, match="keeps its nodes"):
            running.become(other)
