"""What every web server is expected to present: all combinations, releases and COP states, written by hand.

The expectations below are read from Cisco's documents and from the rules in words (rules.yaml); nothing of
them is worked out by the code under test. R is `tomcat`, E is `tomcat-ECDSA`; s is self-signed, r signed by
an RSA CA, e signed by an EC CA. Several words in a cell: each is possible, as the sources leave it open.
"""

from itertools import product

import pytest

from certlib.assess.eras import add_row, find_era
from certlib.assess.expect import expect_presented, is_one_row
from certlib.assess.model import NodeState, Statement
from certlib.knowledge import Expected, load

# What each release does with tomcat-ECDSA.
#   one key: ECDSA does not exist yet, or was removed from the product
#   11.5:    SocketIO and SocialMiner's Openfire prefer it (EC first); old Java hides it if RSA-signed
#   switch:  RSA unless the node was switched (the last two columns: what the certificate type is known to be,
#            which moves every port of the node)
RELEASES = {
    "10.6(1)": "one key",
    "11.0(1)": "one key",
    "11.5(1)": "11.5",
    "11.5(1)SU1": "11.5",
    "11.6(1)": "one key",
    "12.0(1)": "one key",
    "12.5(1)": "one key",
    "12.5(1)SU1": "one key",
    "12.5(1)SU2": "switch",
    "12.5(1)SU3": "switch",
    "15.0(1)": "switch",
}
# In 11.5, an absent tomcat-ECDSA is one that no offer brought: the node has it, of whatever kind.
TABLE = """
tomcat       tomcat-ECDSA| row  | one key| 11.5 others| 11.5 EC first| 11.5 COP| switch| set rsa| set ecdsa
self-signed  absent      | -    | Rs     | Rs         | Rs Es Ee     | Rs      | Rs    | Rs     | Es Er Ee
self-signed  self-signed | row-1| Rs     | Rs         | Es           | Rs      | Rs    | Rs     | Es
self-signed  rsa-ca      | -    | Rs     | Rs         | Rs           | Rs      | Rs    | Rs     | Er
self-signed  ec-ca       | -    | Rs     | Rs         | Ee           | Rs      | Rs    | Rs     | Ee
rsa-ca       absent      | -    | Rr     | Rr         | Rr Es Ee     | Rr      | Rr    | Rr     | Es Er Ee
rsa-ca       self-signed | row-4| Rr     | Rr         | Es           | Rr      | Rr    | Rr     | Es
rsa-ca       rsa-ca      | row-2| Rr     | Rr         | Rr           | Rr      | Rr    | Rr     | Er
rsa-ca       ec-ca       | row-3| Rr     | Rr         | Ee           | Rr      | Rr    | Rr     | Ee
ec-ca        absent      | -    | Re     | Re         | Re Es Ee     | Re      | Re    | Re     | Es Er Ee
ec-ca        self-signed | -    | Re     | Re         | Es           | Re      | Re    | Re     | Es
ec-ca        rsa-ca      | -    | Re     | Re         | Re           | Re      | Re    | Re     | Er
ec-ca        ec-ca       | -    | Re     | Re         | Ee           | Re      | Re    | Re     | Ee
"""
PREFERRING_ECDSA = {"socketio", "socialminer-openfire"}
# The columns of Cisco's table; Finesse and Unified Intelligence Center have none.
COLUMNS = {"uccx-tomcat", "notification", "socketio", "socialminer-tomcat", "socialminer-openfire"}
OUTSIDE = ("engine", "identity-service")  # taken to be like UCCX Tomcat, in the releases that have them
SERVERS = {
    "uccx-publisher": (
        *("uccx-tomcat", "notification", "socketio", "finesse-tomcat", "cuic-tomcat"),
        *OUTSIDE,
    ),
    "uccx-subscriber": (
        *("uccx-tomcat", "notification", "socketio", "finesse-tomcat", "cuic-tomcat"),
        *OUTSIDE,
    ),
    "socialminer": ("socialminer-tomcat", "socialminer-openfire"),
}
# Those that present neither of the two certificates, or of which nobody knows what they present.
OF_THEIR_OWN = {"informix", "chat-gateway"}
OWN_COP = {
    "uccx-publisher": "uccx-ecdsa-off",
    "uccx-subscriber": "uccx-ecdsa-off",
    "socialminer": "socialminer-ecdsa-off",
}
WORDS = {
    f"{letter}{signed[0]}": Expected(identity, signed)
    for letter, identity in (("R", "tomcat"), ("E", "tomcat-ECDSA"))
    for signed in ("self-signed", "rsa-ca", "ec-ca")
}


def _rows():
    heads, *lines = ([part.strip() for part in line.split("|")] for line in TABLE.strip().splitlines())
    return {tuple(line[0].split()): dict(zip(heads[1:], line[1:], strict=True)) for line in lines}


ROWS = _rows()


def cell(row, release, server, *, cop):
    """The words of the table for one web server."""
    does = RELEASES[release]
    if does != "11.5":
        return row[does]
    if cop:
        return row["11.5 COP"]
    return row["11.5 EC first" if server in PREFERRING_ECDSA else "11.5 others"]


# Where a document says which certificate a release presents: the note of what came with 11.5, the guide of
# what went with 11.6, the cipher lists of some web servers of 12.5(1)SU1. None: of every web server.
DOCUMENTED_ERAS = {
    "10.6(1)": None,
    "11.0(1)": None,
    "11.6(1)": None,
    "12.5(1)SU1": {"uccx-tomcat", "finesse-tomcat", "cuic-tomcat", "identity-service"},
}


def kind(row, release, server, *, cop):
    """Documented is Cisco's table, for 11.5(1) alone, what a COP does there, and what came and went.

    So is, in 11.5, that Finesse and CUIC hold what Tomcat holds (200423).
    """
    if release in DOCUMENTED_ERAS:
        named = DOCUMENTED_ERAS[release]
        return "documented" if named is None or server in named else "inferred"
    if RELEASES[release] == "11.5" and not cop and server in ("finesse-tomcat", "cuic-tomcat"):
        return "documented"
    if release != "11.5(1)":
        return "inferred"
    if cop:
        return "documented"
    return "documented" if row["row"] != "-" and server in COLUMNS else "inferred"


def states(tomcat, ecdsa, release, *, cop=False, cert_type="unknown"):
    """The three nodes of a site, all in one state."""
    knowledge = load()
    for role in SERVERS:
        era = find_era(role=role, release=release, knowledge=knowledge)
        seen = None if ecdsa == "absent" else ecdsa
        state = NodeState(
            node=role, role=role, release=release, era=era, tomcat=tomcat, tomcat_ecdsa=seen,
            ecdsa_known=seen is not None or era in ("none", "removed"),
            cops=(OWN_COP[role],) if cop else (), row=None, statement=Statement("", "observed"),
            cert_type=cert_type,
        )  # fmt: skip
        yield add_row(state, knowledge=knowledge, statement=state.statement)


@pytest.mark.parametrize("cop", [False, True], ids=["no COP", "COP"])
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("tomcat", "ecdsa"), ROWS)
def test_every_web_server_is_expected_to_present_what_the_table_by_hand_says(tomcat, ecdsa, release, cop):
    knowledge, row = load(), ROWS[tomcat, ecdsa]
    nodes = list(states(tomcat, ecdsa, release, cop=cop))
    covered = is_one_row(nodes)
    for state in nodes:
        for name in SERVERS[state.role]:
            server = knowledge.web_servers[name]
            given = expect_presented(state=state, server=server, knowledge=knowledge, covered=covered)
            wanted = {WORDS[word] for word in cell(row, release, name, cop=cop).split()}
            assert set(given.expected) == wanted, name
            assert len(given.expected) == len(wanted), name
            assert given.statement.kind == kind(row, release, name, cop=cop), name


def test_the_table_by_hand_leaves_no_combination_and_no_web_server_out():
    kinds = ("self-signed", "rsa-ca", "ec-ca")
    assert set(ROWS) == set(product(kinds, ("absent", *kinds)))
    assert {name for names in SERVERS.values() for name in names} | OF_THEIR_OWN == set(load().web_servers)
    assert [row["row"] for row in ROWS.values() if row["row"] != "-"] == ["row-1", "row-4", "row-2", "row-3"]
    assert set(RELEASES) <= set(load().releases)


@pytest.mark.parametrize(("tomcat", "ecdsa"), ROWS)
def test_a_node_is_in_a_row_of_ciscos_table_on_11_5_without_a_cop_alone(tomcat, ecdsa):
    for release, cop in product(RELEASES, (False, True)):
        literally = release == "11.5(1)" and not cop and ROWS[tomcat, ecdsa]["row"] != "-"
        wanted = ROWS[tomcat, ecdsa]["row"] if literally else None
        assert {state.row for state in states(tomcat, ecdsa, release, cop=cop)} == {wanted}


@pytest.mark.parametrize("release", [name for name, does in RELEASES.items() if does == "switch"])
def test_where_the_certificate_type_can_be_switched_the_assumption_is_named(release):
    knowledge = load()
    for state in states("rsa-ca", "absent", release):
        for name in SERVERS[state.role]:
            server = knowledge.web_servers[name]
            given = expect_presented(state=state, server=server, knowledge=knowledge, covered=False)
            assert given.statement.basis.rule == "rule-cert-type-rsa-default"
            assert "cert_type" in given.remark


@pytest.mark.parametrize("cert_type", ["rsa", "ecdsa"])
@pytest.mark.parametrize("release", [name for name, does in RELEASES.items() if does == "switch"])
@pytest.mark.parametrize(("tomcat", "ecdsa"), ROWS)
def test_a_certificate_type_that_is_known_decides_on_every_port_and_cisco_documents_it_for_uccx(
    tomcat, ecdsa, release, cert_type
):
    knowledge = load()
    for state in states(tomcat, ecdsa, release, cert_type=cert_type):
        for name in SERVERS[state.role]:
            server = knowledge.web_servers[name]
            given = expect_presented(state=state, server=server, knowledge=knowledge, covered=False)
            wanted = {WORDS[word] for word in ROWS[tomcat, ecdsa][f"set {cert_type}"].split()}
            assert set(given.expected) == wanted
            assert given.statement.kind == ("inferred" if state.role == "socialminer" else "documented")


@pytest.mark.parametrize("release", RELEASES)
def test_a_web_server_with_a_certificate_of_its_own_is_expected_to_present_nothing_of_the_table(release):
    knowledge = load()
    for state in states("rsa-ca", "ec-ca", release):
        for name in OF_THEIR_OWN:
            server = knowledge.web_servers[name]
            given = expect_presented(state=state, server=server, knowledge=knowledge, covered=True)
            assert given.expected == ()
            wanted = "of its own" if name == "informix" else "was not found"
            assert wanted in given.statement.text
            assert given.statement.kind == ("documented" if name == "informix" else "inferred")
