"""To whom a leaf is given, today and after the upgrade, decides what its end means."""

import datetime as dt

from assess.sites import COLLECTED, UCCX
from certlib.inventory import Agents, Site
from certlib.inventory import Node as Listed
from sites.holdings import RSA_CA, Node, assessed_site, ec, rsa, until

HOST = "uccx1.example.test"
DAY = dt.date(2027, 2, 6)
ENDING, LASTING = rsa(RSA_CA, HOST, life=until(2027, 1, 31)), rsa(RSA_CA, HOST)


def judged(node, *, release="11.6(2)", target="12.5(1)SU2", today=None):
    """What the check says of one UCCX node, as state and endpoint."""
    listed = Listed("uccx-publisher", HOST, HOST, release, target)
    site = Site(
        customer="Example", id="example", title="", release=release, target_release=target, upgrade_date=DAY,
        nodes=(listed,), agents=Agents(trusted_cas=(RSA_CA.sha256,)), ca_certificates=(RSA_CA.pem.decode(),),
    )  # fmt: skip
    found = assessed_site(site, {"uccx1": node}, collected=today or COLLECTED)
    return [
        (one.state, (one.endpoint or "").rpartition("/")[2])
        for one in found.findings
        if one.check == "valid-on-upgrade-day"
    ]


def test_a_certificate_that_agents_get_after_the_upgrade_blocks_when_it_has_ended_by_then():
    assert judged(Node(ENDING)) == [("blocks", "uccx-tomcat")]


def test_a_port_that_the_upgrade_takes_from_the_agents_does_not_block_and_is_to_be_renewed_all_the_same():
    old = Node(LASTING, still={"notification": ENDING})
    assert judged(old) == [("action", "notification")]


def test_the_same_port_blocks_where_the_wanted_release_still_serves_agents_there():
    old = Node(LASTING, still={"notification": ENDING})
    assert judged(old, release="10.6(1)", target="11.6(2)") == [("blocks", "notification")]


def test_it_is_an_outage_while_agents_get_what_has_ended_and_not_once_their_release_has_moved_away():
    old = Node(LASTING, still={"notification": ENDING})
    late = dt.datetime(2027, 2, 3, tzinfo=dt.UTC)
    assert judged(old, today=late) == [("outage", "notification")]
    moved = judged(old, release="12.5(1)SU2", target="12.5(1)SU3", today=late)
    assert moved == [("action", "notification")]


def test_the_platforms_page_which_every_agent_opens_blocks_and_one_that_no_agent_needs_does_not():
    assert judged(Node(LASTING, still={"uccx-tomcat": ENDING})) == [("blocks", "uccx-tomcat")]
    events = Node(LASTING, still={"notification": ENDING})
    assert judged(events, release="12.5(1)", target="12.5(1)SU1") == [("action", "notification")]


def test_an_ended_tomcat_ecdsa_that_only_other_clients_are_given_is_for_information():
    left = ec(RSA_CA, HOST, life=until(2026, 1, 31))
    leftover = Node(LASTING, left, to_others=UCCX)
    assert judged(leftover) == [("information", "uccx-tomcat")]
    given = Node(LASTING, left, to_browsers=("socketio",))
    assert judged(given)[0][0] == "action"  # until the upgrade, which takes it away


def test_a_certificate_that_the_upgrade_takes_out_of_use_does_not_block():
    own = ec(None, HOST, life=until(2027, 1, 31))
    automatic = Node(LASTING, own, ("socketio",))
    assert judged(automatic, release="11.5(1)", target="11.6(2)") == [("action", "socketio")]
    assert judged(automatic, release="11.5(1)", target="11.5(1)SU1") == [("blocks", "socketio")]
