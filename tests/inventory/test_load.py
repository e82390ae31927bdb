"""The inventory: what a site's file may say, and every mistake with its place."""

import json
import os
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import certs
from certlib import inventory
from certlib.assess.faults import matches_host
from certlib.collect.resolve import make_ascii_name
from certlib.errors import InvalidInput, Problem
from certlib.inventory import Collecting, Endpoint, FurtherEndpoint, Site, Waiver
from certlib.tls.hello import choose_sni

ROOT = Path(__file__).parents[2]
SMALL = """\
schema: 1
customer: Northwind Logistics
site: hamburg
release: 11.5(1)
nodes:
- {role: uccx-publisher, name: uccx1.example.test}
"""
MINER = "role: socialminer, name: b.test"


def problems(text: str, file: str = "site.yaml") -> list[Problem]:
    with pytest.raises(InvalidInput) as caught:
        inventory.read_site(text, file=file)
    return list(caught.value.problems)


def problem(text: str, file: str = "site.yaml") -> Problem:
    (only,) = problems(text, file)
    return only


# What loads.


def test_the_smallest_inventory_has_sensible_defaults() -> None:
    site = inventory.read_site(SMALL, file="site.yaml")
    assert (site.title, site.target_release, site.upgrade_date) == ("hamburg", "11.5(1)", None)
    (node,) = site.nodes
    assert (node.address, node.release, node.target_release) == ("uccx1.example.test", "11.5(1)", "11.5(1)")
    assert (site.agents.group_policy, site.ca_signs_with_ec) == ("unknown", "unknown")


def test_everything_that_an_inventory_can_say(tmp_path: Path) -> None:
    root, other = certs.ca("Northwind root"), certs.ca("Other root", "ec")
    (tmp_path / "cas").mkdir()
    (tmp_path / "cas" / "roots.pem").write_bytes(root.key_pem + root.pem + other.pem)
    (tmp_path / "root.der").write_bytes(root.der)
    path = tmp_path / "sites" / "hamburg.yaml"
    path.parent.mkdir()
    path.write_text(
        """\
schema: 1
customer: Müller & Söhne
site: hamburg-1
title: Hamburg
release: "10.6(1)"
target_release: 11.5(1) SU1
upgrade_date: 2026-12-12
nodes:
  - role: uccx-publisher
    name: uccx1.example.test
    address: 2001:DB8::0001
    release: 11.5
    ports: {socketio: 22015}
    cops: [uccx-ecdsa-off]
  - {role: cucm, name: cucm1.example.test, release: 14SU3}
  - {role: cuic, name: 192.0.2.7}
endpoints:
  - {name: chat front, kind: load-balancer, address: 192.0.2.99, port: 443, sni: chat.example.test}
agents:
  browsers: [chrome, firefox, chrome]
  trusted_cas: [../cas/roots.pem, ../root.der]
  group_policy: no
ca: {signs_with_ec: yes}
branding: {name: Contoso, author: "", footer: page, confidentiality: Confidential, accent: "#005073"}
waivers:
  - {check: self-signed, node: uccx1.example.test, owner: A. Person, reason: lab only, until: 2027-03-31}
  - {check: wildcard-name, endpoint: chat front/load-balancer, owner: B, reason: moved, until: 2027-06-01}
""",
        encoding="utf-8-sig",
    )
    site = inventory.load(path)
    assert site == Site(
        customer="Müller & Söhne",
        id="hamburg-1",
        title="Hamburg",
        release="10.6(1)",
        target_release="11.5(1)SU1",
        upgrade_date=date(2026, 12, 12),
        nodes=(
            inventory.Node(
                role="uccx-publisher",
                name="uccx1.example.test",
                address="2001:db8::1",
                release="11.5(1)",
                target_release="11.5(1)SU1",
                ports=(("socketio", 22015),),
                cops=("uccx-ecdsa-off",),
            ),
            inventory.Node(
                role="cucm",
                name="cucm1.example.test",
                address="cucm1.example.test",
                release="14SU3",
                target_release="14SU3",
            ),
            inventory.Node(role="cuic", name="192.0.2.7", address="192.0.2.7", release="", target_release=""),
        ),
        further_endpoints=(
            FurtherEndpoint("chat front", "load-balancer", "192.0.2.99", 443, "chat.example.test"),
        ),
        agents=inventory.Agents(
            browsers=("chrome", "firefox"), trusted_cas=(root.sha256, other.sha256), group_policy="no"
        ),
        ca_signs_with_ec="yes",
        ca_certificates=(root.pem.decode(), other.pem.decode()),
        branding=inventory.Branding("Contoso", "", "page", "Confidential", "#005073"),
        waivers=(
            Waiver("self-signed", "A. Person", "lab only", date(2027, 3, 31), node="uccx1.example.test"),
            Waiver("wildcard-name", "B", "moved", date(2027, 6, 1), endpoint="chat front/load-balancer"),
        ),
    )


@pytest.mark.parametrize(
    ("written", "release"),
    [("11.5", "11.5(1)"), ("12.5(1) su2", "12.5(1)SU2"), ("15.0(1)", "15.0(1)"), ("15.0.1", "15.0(1)")],
)
def test_a_release_may_be_spelled_as_people_do(written: str, release: str) -> None:
    assert inventory.read_site(SMALL.replace("11.5(1)", written), file="x").release == release


# An engineering special, a service update only named somewhere or not known, a build, another release.
NEAREST = [
    ("12.5(1)SU3 ES07", "12.5(1)SU3"),
    ("12.5(1)ES02", "12.5(1)"),
    ("UCCX 12.5 SU2 ES 03", "12.5(1)SU2"),
    ("15.0(1)SU2", "15.0(1)"),
    ("11.0(1)SU1", "11.0(1)"),
    ("12.5(1)SU4", "12.5(1)SU3"),
    ("11.5(1)SU9", "11.5(1)SU1"),
    ("12.5.1.11003-511", "12.5(1)SU3"),
    ("12.5.1.11003-600", "12.5(1)SU3"),
    ("12.5.1.10000-31", "12.5(1)"),
    ("11.6.2.10000-21", "11.6(2)"),
    ("11.5.1.12900-21", "11.5(1)"),
    ("16.0", "15.0(1)"),
    ('"14"', "12.5(1)SU3"),
    ("12.6(1)", "12.5(1)SU3"),
    ("11.7(1)", "11.6(2)"),
    ("9.0(2)SU3", "10.0(1)"),
]


@pytest.mark.parametrize(("written", "release"), NEAREST)
def test_a_release_that_is_not_known_is_taken_as_the_nearest_and_kept_as_written(written, release) -> None:
    text = SMALL.replace("11.5(1)", written)
    (node,) = inventory.read_site(text, file="x").nodes
    assert (node.release, node.target_release) == (release, release)
    assert node.release_written == node.target_written == written.strip('"')


def test_a_release_that_is_known_needs_no_second_name() -> None:
    (node,) = inventory.read_site(SMALL.replace("11.5(1)", "12.5(1) su3"), file="x").nodes
    assert (node.release_written, node.target_written) == ("", "")


def test_a_target_and_a_node_of_its_own_may_be_taken_as_the_nearest_too() -> None:
    text = SMALL.replace("11.5(1)", "12.5(1)SU3\ntarget_release: 15.0(1)SU2")
    text += "- {role: socialminer, name: b.test, release: 12.5.1.11002-481}\n"
    uccx, miner = inventory.read_site(text, file="x").nodes
    assert (uccx.release_written, uccx.target_release, uccx.target_written) == ("", "15.0(1)", "15.0(1)SU2")
    assert (miner.release, miner.release_written) == ("12.5(1)SU2", "12.5.1.11002-481")
    assert (miner.target_release, miner.target_written) == ("15.0(1)", "15.0(1)SU2")


SU = "12.5(1), 12.5(1)SU1, 12.5(1)SU2, 12.5(1)SU3"
FIFTEEN = "15.0(1), 15.0(1)SU1, 15.0(1)SU2"


@pytest.mark.parametrize(
    ("written", "choices"),
    [
        ("12.5", SU),
        ("CCP 12.5", SU),
        ("12.5 ES02", SU),
        ("15", FIFTEEN),
        ('"15.0"', FIFTEEN),
        ("12", f"12.0(1), {SU}"),
    ],
)
def test_a_release_that_leaves_its_service_update_open_asks_which_is_meant(written, choices) -> None:
    found = problem(SMALL.replace("11.5(1)", written))
    assert (found.key, found.line) == ("release", 4)
    assert "leaves open which release is meant" in found.wrong
    assert found.instead == f"Write one of {choices}."


def test_a_value_stays_what_was_written() -> None:
    site = inventory.read_site(SMALL.replace("Northwind Logistics", "007").replace("hamburg", "no"), file="x")
    assert (site.customer, site.id) == ("007", "no")


def test_a_key_without_a_value_is_as_if_it_were_not_there() -> None:
    assert (
        inventory.read_site(SMALL + "endpoints:\nagents:\nupgrade_date:\n", file="x").further_endpoints == ()
    )


# The endpoints.


def test_a_site_has_the_web_servers_of_its_nodes_and_the_further_endpoints() -> None:
    site = inventory.read_site(
        SMALL
        + "- {role: socialminer, name: 192.0.2.3, address: sm.test, ports: {socialminer-openfire: 7444}}\n"
        + "- {role: cucm, name: cucm1.example.test}\n"
        + "endpoints: [{name: idp, kind: identity-provider, address: IDP.example.test, port: 443}]\n",
        file="x",
    )
    found = {endpoint.id: endpoint for endpoint in inventory.list_endpoints(site)}
    assert found["uccx1.example.test/socketio"] == Endpoint(
        id="uccx1.example.test/socketio",
        node="uccx1.example.test",
        role="uccx-publisher",
        web_server="socketio",
        title="UCCX SocketIO (Live Data)",
        address="uccx1.example.test",
        port=12015,
        server_name="uccx1.example.test",
    )
    openfire = found["192.0.2.3/socialminer-openfire"]
    assert (openfire.address, openfire.port, openfire.server_name) == ("sm.test", 7444, None)
    assert found["idp/identity-provider"] == Endpoint(
        id="idp/identity-provider",
        node="idp",
        role="identity-provider",
        web_server=None,
        title="Identity provider",
        address="IDP.example.test",
        port=443,
        server_name="IDP.example.test",
    )
    assert not [endpoint for endpoint in found.values() if endpoint.node == "cucm1.example.test"]


def test_a_web_server_is_asked_only_in_releases_that_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    known = inventory.list_endpoints.__wrapped__.__globals__["load_knowledge"]()
    servers = {
        "early": dataclasses.replace(known.web_servers["socketio"], id="early", until="11.0(1)"),
        "late": dataclasses.replace(known.web_servers["socketio"], id="late", since="11.5(1)"),
    }
    changed = dataclasses.replace(known, web_servers=servers)
    monkeypatch.setitem(inventory.list_endpoints.__wrapped__.__globals__, "load_knowledge", lambda: changed)
    for release, there in (("10.6(1)", ["early"]), ("11.0(1)", ["early"]), ("11.5(1)", ["late"])):
        site = inventory.read_site(SMALL.replace("11.5(1)", release), file="x")
        assert [endpoint.web_server for endpoint in inventory.list_endpoints(site)] == there


# What is wrong, where, and what to write instead.


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "wrong", "instead"),
    [
        ("schema: 1", "schema: 2", 1, "schema", '"2" is no version', "Write 1."),
        ("schema: 1\n", "", None, "schema", "is missing", "schema: 1"),
        ("customer: Northwind Logistics", "customer:", 2, "customer", "is missing", "Northwind"),
        ("customer: Northwind Logistics", 'customer: " "', 2, "customer", "is empty", ""),
        ("Northwind Logistics", "x" * 101, 2, "customer", "101 characters", "100"),
        ("Northwind Logistics", '"a\\u202eb"', 2, "customer", r"\u{202E}", "Remove it"),
        ("Northwind Logistics", '"a\\nb"', 2, "customer", r"\u{000A}", "one line"),
        ("Northwind Logistics", "[a]", 2, "customer", "is not a text", ""),
        ("hamburg", "../hamburg", 3, "site", '"../hamburg"', '"hamburg"'),
        ("hamburg", "Büro Süd", 3, "site", '"Büro Süd"', '"buro-sud"'),
        ("hamburg", "a" * 65, 3, "site", "can't name a folder", "at most 64"),
        ("site:", "cite:", 3, "cite", "no such key", '"site"'),
        ("11.5(1)", "banana", 4, "release", '"banana" is no release', "11.6(1), 11.6(2)"),
        ("11.5(1)", "11.5(1)SUx", 4, "release", "is no release", "11.6(1), 11.6(2)"),
        ("11.5(1)", "11.5(1)<b>", 4, "release", "is no release", "11.6(1), 11.6(2)"),
        ("11.5(1)", "2026.11", 4, "release", "is no release", "11.6(1), 11.6(2)"),
        ("11.5(1)", "fourteen", 4, "release", '"fourteen" is no release', "10.0(1), "),
        (
            "release: 11.5(1)",
            "release: 11.5(1)\ntarget_release: 10.6",
            5,
            "target_release",
            "older",
            "not older",
        ),
        (
            "release: 11.5(1)",
            "release: 11.5(1)\nupgrade_date: 2026-12-12",
            5,
            "upgrade_date",
            "no release",
            "",
        ),
        (
            "release: 11.5(1)",
            "release: 11.5(1)\ntarget_release: 12.0\nupgrade_date: 31.12.2026",
            6,
            "upgrade_date",
            '"31.12.2026" is no date',
            "2026-12-12",
        ),
        ("uccx-publisher", "uccx-publischer", 6, "nodes[0].role", "uccx-publischer", '"uccx-publisher"'),
        ("role: uccx-publisher, ", "", 6, "nodes[0].role", "is missing", "role: uccx-publisher"),
        (
            "- {role: uccx-publisher, name: uccx1.example.test}",
            "- uccx1",
            6,
            "nodes[0]",
            "not a mapping",
            "key",
        ),
        (
            "- {role: uccx-publisher, name: uccx1.example.test}",
            "  []",
            5,
            "nodes",
            "is empty",
            "at least one",
        ),
        ("- {role: uccx-publisher, name: uccx1.example.test}", "", 5, "nodes", "is missing", "nodes: [{"),
        ("- {role", "  a: {role", 5, "nodes", "not a list", '"- "'),
        ("uccx1.example.test", "-uccx1.example.test", 6, "nodes[0].name", "no host name", "letters"),
        (
            "uccx1.example.test",
            "uccx1.example.test.",
            6,
            "nodes[0].name",
            "ends with a dot",
            'x1.example.test"',
        ),
        ("uccx1.example.test", "uccx1.example.test..", 6, "nodes[0].name", "no host name", "labels"),
        ("uccx1.example.test", "uccx1..test", 6, "nodes[0].name", "no host name", "labels"),
        ("uccx1.example.test", "a" * 64, 6, "nodes[0].name", "no host name", "labels"),
        ("uccx1.example.test", '"uccx1 "', 6, "nodes[0].name", "no host name", "labels"),
        ("uccx1.example.test", "üccx.test", 6, "nodes[0].name", "DNS", "xn--"),
        ("uccx1.example.test", "https://uccx1/x", 6, "nodes[0].name", "a URL", "alone"),
        ("uccx1.example.test", "uccx1/../x", 6, "nodes[0].name", "a path", "alone"),
        ("uccx1.example.test", '"uccx1:8443"', 6, "nodes[0].name", "no IPv6", "port"),
        ("uccx1.example.test", "'[::1]'", 6, "nodes[0].name", "no plain address", "brackets"),
        ("uccx1.example.test", "'fe80::1%<b>'", 6, "nodes[0].name", "no plain address", "zone"),
        ("uccx1.example.test", "127.1", 6, "nodes[0].name", "neither", "address"),
        ("uccx1.example.test", "256.1.1.1", 6, "nodes[0].name", "neither", "address"),
        ("uccx1.example.test", "0x7f000001", 6, "nodes[0].name", "neither", "address"),
        ("uccx1.example.test", "0.0.0.0", 6, "nodes[0].name", "one machine", "own"),
        ("uccx1.example.test", "224.0.0.1", 6, "nodes[0].name", "one machine", "own"),
    ],
)
def test_a_mistake_has_line_key_what_is_wrong_and_what_to_write(  # noqa: PLR0917 - the columns of the table
    old: str, new: str, line: int | None, key: str, wrong: str, instead: str
) -> None:
    found = [each for each in problems(SMALL.replace(old, new)) if each.key == key]
    assert [(each.file, each.line) for each in found] == [("site.yaml", line)]
    assert wrong in found[0].wrong
    assert instead in found[0].instead


@pytest.mark.parametrize(
    ("node", "key", "wrong", "instead"),
    [
        ("role: uccx-subscriber, name: UCCX1.example.test", "name", "UCCX1", "its own name"),
        ("role: uccx-publisher, name: b.test", "role", "stands under nodes[0]", "its own role"),
        (f"{MINER}, ports: {{socialminer-tomcat: 70000}}", "ports.socialminer-tomcat", "70000", "1 to 65535"),
        (f"{MINER}, ports: {{socialminer-tomcat: 0}}", "ports.socialminer-tomcat", '"0"', "1 to 65535"),
        (f"{MINER}, ports: {{socialminer-tomcat: x}}", "ports.socialminer-tomcat", '"x"', "number"),
        (
            f"{MINER}, ports: {{socialminer-tomcatt: 1}}",
            "ports.socialminer-tomcatt",
            "no web server",
            "Did you",
        ),
        (
            f"{MINER}, ports: {{socketio: 1}}",
            "ports.socketio",
            "not run on a socialminer",
            "socialminer-openfire",
        ),
        ("role: cucm, name: b.test, ports: {socketio: 1}", "ports.socketio", "not run on a cucm", "Remove"),
        (f"{MINER}, cops: [socialminer-ecdsa-of]", "cops[0]", "no COP", '"socialminer-ecdsa-off"'),
        (f"{MINER}, cops: [uccx-ecdsa-off]", "cops[0]", "not for a socialminer", "socialminer-ecdsa-off"),
        (f"{MINER}, cops: uccx-ecdsa-off", "cops", "not a list", '"- "'),
        (f"{MINER}, cert_type: dsa", "cert_type", "dsa", "ecdsa"),
        (f"{MINER}, cert_type: rsa", "cert_type", "has no certificate type", "Remove"),
        ("role: cucm, name: b.test, cert_type: rsa", "cert_type", "not looked at", "Remove"),
        (f"{MINER}, release: eleven", "release", "eleven", "11.6(2)"),
        (f"{MINER}, target_release: 10.6", "target_release", "older", "not older"),
        (f"{MINER}, adress: c.test", "adress", "no such key", '"address"'),
    ],
)
def test_a_mistake_of_a_node(node: str, key: str, wrong: str, instead: str) -> None:
    found = problem(f"{SMALL}- {{{node}}}\n")
    assert (found.line, found.key) == (7, f"nodes[1].{key}")
    assert wrong in found.wrong
    assert instead in found.instead


def test_two_spellings_of_an_ip_address_are_one_name() -> None:
    text = SMALL.replace("uccx1.example.test", "'::1'") + "- {role: socialminer, name: '0::1'}\n"
    assert problem(text).key == "nodes[1].name"


@pytest.mark.parametrize(
    ("endpoint", "key", "wrong"),
    [
        ("{name: a, kind: firewall, address: b.test, port: 1}", "kind", '"firewall"'),
        ("{name: ../a, kind: other, address: b.test, port: 1}", "name", "slash"),
        ("{name: a, kind: other, address: b.test, port: 1, sni: 192.0.2.1}", "sni", "neither"),
        ("{name: a, kind: other, address: b.test}", "port", "is missing"),
        ("{name: X, kind: other, address: b.test, port: 1}", "name", "endpoints[0] already"),
    ],
)
def test_a_mistake_of_a_further_endpoint(endpoint: str, key: str, wrong: str) -> None:
    found = problem(
        f"{SMALL}endpoints:\n- {{name: x, kind: other, address: b.test, port: 1}}\n- {endpoint}\n"
    )
    assert (found.line, found.key) == (9, f"endpoints[1].{key}")
    assert wrong in found.wrong


@pytest.mark.parametrize(
    ("line", "key", "wrong"),
    [
        ("agents: {browsers: [netscape]}", "agents.browsers[0]", '"netscape"'),
        ("agents: {group_policy: maybe}", "agents.group_policy", '"maybe"'),
        ("agents: []", "agents", "not a mapping"),
        ("ca: {signs_with_ec: 1}", "ca.signs_with_ec", '"1"'),
        ("branding: {accent: blue}", "branding.accent", "no colour"),
        ("branding: {footer: !!python/name:os.system x}", "branding.footer", "tag"),
        ("branding: {footer: &a x}", "branding.footer", "anchor"),
        ("branding: {footer: *a }", "branding.footer", "anchor"),
        ("<<: {}", "<<", "no such key"),
        ("site: berlin", "site", "line 3 already"),
        ("? [a]\n: b", "", "no plain word"),
        ("---\nschema: 1", "", "second document"),
        ("a: b: c", "", "not YAML"),
        ("\tagents: {}", "", "not YAML"),
        ('title: "a', "", "not YAML"),
        ("title: \x07", "", r"\u{0007}"),
        ("title: " + "[" * 25, "", "nests too deeply"),
    ],
)
def test_a_mistake_in_a_further_line(line: str, key: str, wrong: str) -> None:
    found = next(each for each in problems(f"{SMALL}{line}\n") if each.key == key)
    assert found.line is not None
    assert found.line >= 7
    assert wrong in found.wrong


@pytest.mark.parametrize(
    ("waiver", "key", "wrong", "instead"),
    [
        ("check: expires-son", "check", '"expires-son"', 'Did you mean "expires-soon"?'),
        ("check: agents-can-work", "check", "can't be accepted away", "Remove the waiver"),
        ("check: ec-curve, node: uccx2.test", "node", '"uccx2.test"', "uccx1.example.test"),
        ("check: ec-curve, endpoint: uccx1.example.test/sockets", "endpoint", "no endpoint", "/socketio"),
        (
            "check: ec-curve, node: uccx1.example.test, endpoint: uccx1.example.test/socketio",
            "node", "a node and an endpoint", "one of them",
        ),
        ("check: ec-curve, until: soon", "until", '"soon" is no date', "year-month-day"),
        ("check: ec-curve, owner: ''", "owner", "is empty", "Write a text"),
        ("check: ec-curve, owners: me", "owners", "no such key", 'Did you mean "owner"?'),
    ],
)  # fmt: skip
def test_a_mistake_of_a_waiver(waiver: str, key: str, wrong: str, instead: str) -> None:
    whole = waiver if "owner:" in waiver else f"{waiver}, owner: A"
    whole += ", reason: b" + ("" if "until:" in waiver else ", until: 2027-01-01")
    found = problem(f"{SMALL}waivers:\n- {{{whole}}}\n")
    assert (found.line, found.key) == (8, f"waivers[0].{key}")
    assert wrong in found.wrong
    assert instead in found.instead


@pytest.mark.parametrize("missing", ["check", "owner", "reason", "until"])
def test_a_waiver_names_its_check_who_answers_for_it_why_and_until_when(missing: str) -> None:
    whole = {"check": "ec-curve", "owner": "A", "reason": "b", "until": "2027-01-01"}
    del whole[missing]
    found = problem(f"{SMALL}waivers:\n- {json.dumps(whole)}\n")
    assert (found.key, found.wrong) == (f"waivers[0].{missing}", "is missing.")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        SMALL.replace("11.5(1)", "nine").replace("hamburg", "..").replace("uccx1.", "-.")
        + "- {role: uccx-publisher, name: b.test, ports: {socketio: 70000, sockets: 1}}\n"
        + "title: a\ntitle: &b c\nagents: {trusted_cas: [missing.pem]}\nx: y\n"
    )
    assert [(each.line, each.key) for each in problems(text)] == [
        (3, "site"),
        (4, "release"),
        (6, "nodes[0].name"),
        (7, "nodes[1].role"),
        (7, "nodes[1].ports.sockets"),
        (7, "nodes[1].ports.socketio"),
        (9, "title"),
        (9, "title"),
        (10, "agents.trusted_cas[0]"),
        (11, "x"),
    ]


def test_beyond_a_hundred_mistakes_only_their_number_is_told() -> None:
    found = problems(SMALL + "".join(f"k{i}: v\n" for i in range(150)))
    assert len(found) == 101
    assert "50 more" in found[-1].wrong


def test_a_message_is_one_visible_line() -> None:
    found = problem(SMALL + '"\\e[31m\\u202e\\n": x\n')
    assert str(found) == (
        r"site.yaml:7: \u{001B}[31m\u{202E}\u{000A}: There is no such key here. "
        "It holds U+001B (CONTROL CHARACTER), U+202E (RIGHT-TO-LEFT OVERRIDE), U+000A (LINE FEED). "
        "Choose from schema, customer, site, title, release, target_release, upgrade_date, "
        "planned_cert_type, nodes, endpoints, agents, ca, collecting, waivers, branding, report."
    )


# Files that are no inventory.


@pytest.mark.parametrize(
    ("content", "line", "wrong"),
    [
        (b"", None, "says nothing"),
        (b"# nothing\n", None, "says nothing"),
        (b"- a\n", 1, "not a mapping"),
        (b"text", 1, "not a mapping"),
        ("customer: Müller".encode("latin-1"), 1, "0xFC"),
        (SMALL.encode("utf-16"), None, "UTF-16"),
        (SMALL.encode("utf-16-le"), None, "UTF-16"),
        (b"\0" * 1_000_001, None, "larger than 1,000,000 bytes"),
    ],
)
def test_a_file_that_is_no_inventory(tmp_path: Path, content: bytes, line: int | None, wrong: str) -> None:
    path = tmp_path / "site.yaml"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        inventory.load(path)
    (only,) = caught.value.problems
    assert (only.file, only.line) == (str(path), line)
    assert wrong in only.wrong


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("missing.yaml", "does not exist"),
        (".", "is a folder"),
        ("pipe", "no regular file"),
        ("a" * 300, "cannot be read"),
        ("a\0b", "cannot be read"),
    ],
)
def test_what_can_not_be_opened_is_told(tmp_path: Path, name: str, wrong: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidInput, match=wrong):
        inventory.load(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("missing.pem", "does not exist"),
        ("..", "is a folder"),
        ("key.pem", "no certificate"),
        ("broken.pem", "can't be read"),
        ("big.pem", "larger than"),
    ],
)
def test_a_ca_file_that_holds_no_certificate(tmp_path: Path, name: str, wrong: str) -> None:
    issued = certs.ca("Northwind root")
    (tmp_path / "key.pem").write_bytes(issued.key_pem)
    (tmp_path / "broken.pem").write_bytes(issued.pem + issued.pem[:40] + issued.pem[50:])
    (tmp_path / "big.pem").write_bytes(issued.pem * 2000)
    found = problem(f"{SMALL}agents:\n  trusted_cas:\n  - {name}\n", str(tmp_path / "site.yaml"))
    assert (found.line, found.key) == (9, "agents.trusted_cas[0]")
    assert wrong in found.wrong
    assert str(tmp_path) in found.wrong


# Characters that look like others.

ALIKE = {
    "\u00a0": "U+00A0 (NO-BREAK SPACE)",
    "\u2007": "U+2007 (FIGURE SPACE)",
    "\u202f": "U+202F (NARROW NO-BREAK SPACE)",
    "\u3000": "U+3000 (IDEOGRAPHIC SPACE)",
    "\u200b": "U+200B (ZERO WIDTH SPACE)",
    "\ufeff": "U+FEFF (ZERO WIDTH NO-BREAK SPACE)",
    "\u00ad": "U+00AD (SOFT HYPHEN)",
    "\u2011": "U+2011 (NON-BREAKING HYPHEN)",
    "\u2013": "U+2013 (EN DASH)",
    "\u2212": "U+2212 (MINUS SIGN)",
    "\u201c": "U+201C (LEFT DOUBLE QUOTATION MARK)",
    "\u201e": "U+201E (DOUBLE LOW-9 QUOTATION MARK)",
    "\uff11": "U+FF11 (FULLWIDTH DIGIT ONE)",
    "\u0661": "U+0661 (ARABIC-INDIC DIGIT ONE)",
    "\u0441": "U+0441 (CYRILLIC SMALL LETTER ES)",
    "\ufe0f": "U+FE0F (VARIATION SELECTOR-16)",
}
PASTED = {
    "a host name": ("uccx1.example.test", "uccx1{}.example.test"),
    "a site's id": ("hamburg", "{}hamburg"),
    "a release": ("11.5(1)", "11.5{}(1)x"),
    "a role": ("uccx-publisher", "uccx{}publisher"),
    "a key": ("customer:", "customer{}: Northwind\ncustomer:"),
    "a date": ("site: hamburg", "site: hamburg\ntarget_release: 12.0(1)\nupgrade_date: 2026{}12-12"),
    "a waiver": (
        "nodes:",
        "waivers:\n- {{check: self-signed, node: x{}.test, owner: A, reason: B, until: 2027-01-01}}\nnodes:",
    ),
    "between key and value": ("customer: ", "customer:{}"),
}


@pytest.mark.parametrize("char", ALIKE)
@pytest.mark.parametrize("place", PASTED)
def test_a_character_that_looks_like_another_is_named_where_it_is_refused(place: str, char: str) -> None:
    old, new = PASTED[place]
    found = problems(SMALL.replace(old, new.format(char)))
    assert [each for each in found if ALIKE[char] in str(each)], "\n".join(map(str, found))
    blanks = [each for each in found if char in str(each) and not char.isprintable()]
    assert blanks == []


def test_letters_and_blanks_that_text_may_have_are_no_oddities() -> None:
    text = SMALL.replace("Northwind Logistics", "M\u00fcller\u00a0& S\u00f6hne \u2013 \u201eS\u00fcd\u201c")
    assert inventory.read_site(text, file="x").customer.startswith("M\u00fcller")
    (found,) = problems(SMALL.replace("uccx1", "m\u00fcller"))
    assert "U+" not in str(found)


@pytest.mark.parametrize("name", ["ucc_x1.example.test", "_x.exa_mple.test", "uccx1_.test", "UCCX_1"])
def test_a_host_name_may_have_underscores(name: str) -> None:
    site = inventory.read_site(SMALL.replace("uccx1.example.test", name), file="x")
    assert site.nodes[0].name == name
    (told,) = {endpoint.server_name for endpoint in inventory.list_endpoints(site)}
    assert choose_sni(told) == name.lower()
    assert make_ascii_name(name) == name
    assert matches_host(name.upper(), name)
    first, _, rest = name.partition(".")
    assert matches_host(f"*.{rest}", name) == ("." in rest)  # no browser takes a whole domain's
    assert not matches_host(f"{first}x.{rest}", name)


# What is written for people and editors.


def test_the_template_loads_as_it_stands_and_is_the_example() -> None:
    site = inventory.read_site(inventory.template(), file="x")
    assert [node.role for node in site.nodes] == ["uccx-publisher", "uccx-subscriber", "socialminer"]
    assert (ROOT / "params/sites/example.yaml").read_text(encoding="utf-8") == inventory.template()


def test_what_the_template_offers_in_comments_loads_too() -> None:
    text = inventory.template()
    asking = ("patience:", "pause:", "gentle:")
    for comment in ("address:", "release: 11.5", "ports:", "- {name:", "- {check:", "- {version:", *asking):
        assert f"# {comment}" in text
        text = text.replace(f"# {comment}", comment)
    site = inventory.read_site(text, file="x")
    assert site.nodes[1].ports == (("socketio", 12015),)
    assert site.further_endpoints[0].server_name == "chat.northwind.example"
    assert site.waivers[0].node == site.nodes[1].name
    assert site.collecting == Collecting(patience=5, pause=0.5, gentle=True)


def test_the_committed_schema_is_current() -> None:
    committed = json.loads((ROOT / "params/site.schema.json").read_text(encoding="utf-8"))
    assert committed == inventory.schema(), "write it anew: certlib schema > params/site.schema.json"


def test_the_schema_accepts_the_template_and_names_what_an_editor_must_mark() -> None:
    checker = jsonschema.Draft202012Validator(inventory.schema())
    checker.check_schema(inventory.schema())
    # As an editor reads it: YAML 1.2, where dates are text.
    plain = yaml.load(inventory.template(), yaml.BaseLoader)  # noqa: S506 - it makes text only
    plain["schema"] = 1
    plain = {key: value for key, value in plain.items() if value != ""}
    plain["agents"].pop("trusted_cas")
    plain["report"].pop("history")
    plain["nodes"][1]["ports"] = {"socketio": 12015}
    checker.validate(plain)
    for release in ("12.5(1)SU3 ES07", "12.5.1.11003-511", "UCCX 12.5 SU2", "16.0"):
        checker.validate({**plain, "release": release})
    for path, value in (
        (("release",), "12.5"),
        (("release",), "eleven"),
        (("nodes", 0, "role"), "uccx"),
        (("nodes", 1, "ports"), {"sockets": 1}),
        (("nodes", 0, "cops"), ["x"]),
        (("site",), "../x"),
    ):
        broken = json.loads(json.dumps(plain))
        place = broken
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        assert not checker.is_valid(broken)


# Whatever stands in the file.


def site_or_mistakes(text: str) -> None:
    """What holds of any text; another error than InvalidInput fails the test."""
    try:
        inventory.read_site(text, file="site.yaml")
    except InvalidInput as error:
        said, mistakes = str(error), error.problems
    else:
        return
    assert len(said.splitlines()) == len(mistakes) > 0
    assert all(each.wrong and each.instead for each in mistakes)


WORDS = [
    "schema: 1\n",
    "nodes:\n",
    "role: ",
    "name: ",
    "<<: ",
    "ports: {",
    "---\n",
    ": ",
    "- ",
    "\n  ",
    SMALL,
]
PIECES = st.sampled_from([*"[]{}:,-&*!|>%@`'\"# \n\t", *WORDS])


@given(st.one_of(st.text(st.characters()), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_a_site_or_a_list_of_mistakes(text: str) -> None:
    site_or_mistakes(text)


TEXTS = st.text(max_size=8) | st.sampled_from(
    ["uccx-publisher", "socialminer", "11.5", "b.test", "443", "other", "socketio"]
)
NODE_KEYS = ["role", "name", "address", "release", "ports", "cops", "kind", "port", "sni"]
INNER_KEYS = [*NODE_KEYS, "trusted_cas", "browsers", "group_policy", "accent"]
KEYS = ["schema", "customer", "site", "release", "target_release", "upgrade_date", "nodes", "endpoints", "x"]
VALUES = st.recursive(
    TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER_KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*KEYS, "agents", "ca", "branding"]), VALUES))
def test_any_structure_is_a_site_or_a_list_of_mistakes(value: dict[str, object]) -> None:
    site_or_mistakes(json.dumps(value))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_site_or_a_list_of_mistakes(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    with pytest.raises(InvalidInput):
        inventory.load(path)


def test_a_certificate_type_is_taken_over_where_the_release_has_one() -> None:
    text = SMALL.replace("11.5(1)", "12.5(1)SU2")
    node, miner = inventory.read_site(f"{text}- {{{MINER}, cert_type: ecdsa}}\n", file="site.yaml").nodes
    assert (node.cert_type, miner.cert_type) == ("unknown", "ecdsa")


@pytest.mark.parametrize("releases", ["release: 12.5(1)SU3", "release: 12.0(1)\ntarget_release: 15.0(1)"])
def test_a_planned_switch_of_the_certificate_type_can_be_said(releases: str) -> None:
    text = SMALL.replace("release: 11.5(1)", f"{releases}\nplanned_cert_type: ecdsa")
    assert inventory.read_site(text, file="site.yaml").planned_cert_type == "ecdsa"
    assert inventory.read_site(SMALL, file="site.yaml").planned_cert_type is None


def test_a_switch_that_no_node_can_make_is_a_mistake() -> None:
    found = problem(SMALL.replace("release: 11.5(1)", "release: 11.5(1)\nplanned_cert_type: ecdsa"))
    assert (found.key, found.instead) == ("planned_cert_type", "Remove it.")
    assert "12.5(1)SU2 brings it" in found.wrong
    found = problem(SMALL.replace("release: 11.5(1)", "release: 12.5(1)SU3\nplanned_cert_type: dsa"))
    assert found.key == "planned_cert_type"


def test_that_the_ca_will_sign_with_an_ec_key_and_does_not_yet_can_be_said() -> None:
    site = inventory.read_site(f"{SMALL}ca: {{signs_with_ec: later}}\n", file="site.yaml")
    assert site.ca_signs_with_ec == "later"
