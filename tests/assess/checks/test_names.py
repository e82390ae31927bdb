"""The names in certificates and where they lead; an IP address is a name as any other."""

import dataclasses

import pytest

from assess.checks.sound import (
    PASSES,
    SOCKETIO,
    WEB_PAGE,
    build_site,
    list_findings,
    presenting,
    states,
    with_leaf,
)
from assess.sites import (
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    SUBSCRIBER,
    trusting,
)
from certlib import x509
from certlib.assess.faults import find_name_faults
from certlib.evidence import LookUp
from certlib.reasons import make_verbatim
from certs import build_certificate, ca, leaf

ROOT = ca("Example RSA root", "rsa")
HOST = "uccx1.example.test"


def read_leaf(*names, addresses=()):
    return x509.read(build_certificate(ROOT, *names, addresses=addresses).der)


@pytest.mark.parametrize(
    ("host", "certificate", "named"),
    [
        ("10.1.2.3", read_leaf(HOST, addresses=("10.1.2.3",)), True),
        ("10.1.2.3", read_leaf(HOST, addresses=("10.1.2.4",)), False),
        ("10.1.2.3", read_leaf("10.1.2.3"), False),  # a DNS name of figures is no address
        ("10.1.2.3", read_leaf("10.1.2.3", addresses=("10.1.2.3",)), True),
        ("2001:db8::1", read_leaf(HOST, addresses=("2001:db8:0:0::1",)), True),
        ("2001:DB8:0::1", read_leaf(HOST, addresses=("2001:db8::1",)), True),
        ("2001:db8::1", read_leaf("2001:db8::1"), False),
        (HOST, read_leaf(HOST, addresses=("10.1.2.3",)), True),
        (HOST, read_leaf("other.example.test", addresses=("10.1.2.3",)), False),
    ],
)
def test_a_host_named_by_an_address_is_found_among_the_addresses_alone(host, certificate, named):
    assert (find_name_faults(certificate, host) == ()) is named


def test_addresses_are_read_one_by_one_beside_an_entry_that_cannot_be():
    given = build_certificate(ROOT, HOST, addresses=("10.1.2.3", "10.1.2.4")).der
    entry = bytes((0x87, 4, 10, 1, 2, 4))
    assert given.count(entry) == 1
    odd = x509.read(given.replace(entry, bytes((0x83, 4, 10, 1, 2, 4))))
    assert (odd.dns_names, odd.ip_addresses) == ((HOST,), ("10.1.2.3",))
    assert [one.part for one in odd.malformed] == ["2.5.29.17"]


@pytest.mark.parametrize(
    ("browsers", "state"),
    [((), "outage"), (("chrome",), "outage"), (("firefox",), "action")],
    ids=["browsers not given", "Chromium forgets what was accepted", "Firefox keeps it for the port"],
)
def test_a_certificate_without_the_nodes_name_beside_a_good_one_stops_who_forgets(browsers, state):
    wrong = leaf(RSA_ROOT, "rsa", "somewhere.example.test")
    trust = trusting(RSA_ROOT, EC_ROOT)
    agents = dataclasses.replace(trust["agents"], browsers=browsers)
    given = with_leaf(build_site(**{**trust, "agents": agents}), WEB_PAGE, wrong)
    one = list_findings(given, "name-in-certificate")[0]
    assert (one.state, one.node) == (state, MINER)


def test_a_certificate_without_the_nodes_name_on_each_of_its_ports_is_accepted_by_hand():
    wrong = leaf(RSA_ROOT, "rsa", "somewhere.example.test")
    given = with_leaf(with_leaf(build_site(), WEB_PAGE, wrong), f"{MINER}/socialminer-openfire", wrong)
    assert {(one.state, one.node) for one in list_findings(given, "name-in-certificate")} == {
        ("action", MINER)
    }


def test_a_wildcard_covers_one_label():
    wild = leaf(RSA_ROOT, "rsa", "*.example.test")
    states = {
        one.state
        for one in list_findings(
            with_leaf(build_site(), f"{MINER}/socialminer-tomcat", wild), "name-in-certificate"
        )
    }
    assert states == {"pass"}


def test_a_wildcard_is_found_on_uccx_and_information_on_socialminer():
    on_uccx = presenting(build_site(), SOCKETIO, build_certificate(EC_ROOT, "*.example.test", PUBLISHER))
    assert states(on_uccx, "wildcard-name") == {PUBLISHER: "action"}
    on_miner = presenting(build_site(), WEB_PAGE, build_certificate(RSA_ROOT, "*.example.test", key="rsa"))
    assert states(on_miner, "wildcard-name") == {MINER: "information"}
    assert states(build_site(), "wildcard-name") == PASSES


def test_a_certificate_for_uccx_and_socialminer_together_is_found_on_each():
    shared = build_certificate(RSA_ROOT, PUBLISHER, SUBSCRIBER, MINER.upper(), key="rsa")
    given = presenting(presenting(build_site(release="11.6(2)"), SOCKETIO, shared), WEB_PAGE, shared)
    assert states(given, "san-shared-with-socialminer") == {PUBLISHER: "action", MINER: "action"}


def test_a_certificate_for_both_uccx_nodes_is_fine_from_11_6_2_on():
    both = build_certificate(RSA_ROOT, PUBLISHER, SUBSCRIBER, key="rsa")
    asked = {PUBLISHER: "manual"}
    for release, found in (("11.6(2)", {None: "not-applicable"}), ("11.6(1)", asked), ("11.5(1)", asked)):
        given = presenting(build_site(release=release), SOCKETIO, both)
        assert states(given, "san-shared-with-socialminer") == PASSES
        assert states(given, "san-of-both-uccx-nodes") == found
    assert states(build_site(), "san-of-both-uccx-nodes") == PASSES


def resolving(address, seen, *others):
    """The evidence of a site whose publisher has an address of its own, and what names resolved to."""
    given = build_site()
    first, *rest = given.site.nodes
    nodes = (dataclasses.replace(first, address=address), *rest)
    names = (LookUp(PUBLISHER, seen, () if seen else make_verbatim("the name is not known")), *others)
    return dataclasses.replace(given, site=dataclasses.replace(given.site, nodes=nodes), names=names)


@pytest.mark.parametrize(
    ("address", "seen", "state"),
    [
        ("10.1.2.3", ("10.1.2.3",), "pass"),
        ("10.1.2.3", ("10.9.9.9", "10.1.2.3"), "pass"),
        ("2001:db8::7", ("2001:db8::7",), "pass"),
        ("10.1.2.3", ("10.9.9.9",), "action"),
        ("10.1.2.3", (), "information"),
        ("inside.example.test", ("10.1.2.3",), "pass"),
        ("outside.example.test", ("10.1.2.3",), "action"),
    ],
)
def test_a_name_that_leads_elsewhere_than_the_inventorys_address_is_found(address, seen, state):
    others = LookUp("inside.example.test", ("10.1.2.3",)), LookUp("outside.example.test", ("192.0.2.1",))
    (one,) = list_findings(resolving(address, seen, *others), "dns-name")
    assert (one.state, one.statement.evidence) == (state, (f"{PUBLISHER}/uccx-tomcat",))
    if state == "action":
        assert f"{PUBLISHER} resolves to {seen[0]}; it was queried at {address}" in one.statement.text


def test_names_that_the_name_server_does_not_know_are_one_finding_that_names_them():
    given = resolving("10.1.2.3", ())
    first, *rest = given.site.nodes
    nodes = (first, *(dataclasses.replace(one, address=f"10.1.2.{4 + n}") for n, one in enumerate(rest)))
    names = tuple(LookUp(one.name, (), make_verbatim("the name is not known")) for one in nodes)
    given = dataclasses.replace(given, site=dataclasses.replace(given.site, nodes=nodes), names=names)
    (one,) = list_findings(given, "dns-name")
    assert (one.state, one.node, len(one.statement.evidence)) == ("information", None, len(nodes))
    assert all(node.name in one.statement.text for node in nodes)


def test_without_an_address_beside_the_name_or_a_look_up_there_is_nothing_to_compare():
    assert [one.state for one in list_findings(build_site(), "dns-name")] == ["not-applicable"]
    nobody = dataclasses.replace(resolving("10.1.2.3", ()), names=())
    assert [one.state for one in list_findings(nobody, "dns-name")] == ["not-applicable"]
