"""A tomcat-ECDSA that nobody is given is a note, on whichever day it is looked at."""

import datetime as dt

import pytest

from certlib.inventory import Agents, Site
from certlib.inventory import Node as Listed
from sites.holdings import RSA_CA, Node, assessed_site, ec, rsa, until

HOST = "uccx1.example.test"
WINDOW, END = dt.date(2027, 2, 6), dt.date(2027, 1, 31)
BEFORE, AFTER = (dt.datetime(2027, *day, tzinfo=dt.UTC) for day in ((1, 30), (2, 1)))
LEFT = ec(None, HOST, life=until(END.year, END.month, END.day))
OTHERS = ("uccx-tomcat", "socketio", "finesse-tomcat")  # where a client that asks for ECDSA alone is given it


def looked_at(day, *, release, target=None, cops=(), **held):
    node = Node(rsa(RSA_CA, HOST), LEFT, **held)
    listed = Listed("uccx-publisher", HOST, HOST, release, target or release, cops=cops)
    site = Site(
        customer="Example", id="example", title="", release=release, target_release=target or release,
        upgrade_date=WINDOW if target else None, nodes=(listed,),
        agents=Agents(trusted_cas=(RSA_CA.sha256,)), ca_certificates=(RSA_CA.pem.decode(),),
    )  # fmt: skip
    return assessed_site(site, {"uccx1": node}, collected=day)


def states(found, *checks):
    return {one.state for one in found.findings if one.check in checks}


EXPIRY = ("valid-on-upgrade-day", "expires-soon")


@pytest.mark.parametrize(
    ("release", "target"),
    [
        ("12.0(1)", None),  # ECDSA is removed, and stays so
        ("12.0(1)", "12.5(1)"),
        ("11.6(2)", "12.5(1)SU2"),  # into releases that present it by choice alone
        ("12.5(1)SU2", None),
        ("12.5(1)SU2", "12.5(1)SU3"),
        ("12.5(1)SU3", "15.0(1)"),
    ],
)
def test_one_that_no_browser_is_given_is_a_note_the_day_before_its_end_and_the_day_after(release, target):
    found = [looked_at(day, release=release, target=target, to_others=OTHERS) for day in (BEFORE, AFTER)]
    for one in found:
        assert states(one, *EXPIRY) <= {"information", "pass", "not-applicable"}
    assert len({(one.verdict.word, one.verdict.rule) for one in found}) == 1


def test_one_that_a_cop_hides_until_the_upgrade_removes_ecdsa_is_a_note_on_both_days():
    found = [
        looked_at(day, release="11.5(1)", target="11.6(2)", cops=("uccx-ecdsa-off",))
        for day in (BEFORE, AFTER)
    ]
    for one in found:
        assert states(one, *EXPIRY) <= {"information", "pass"}
    assert len({(one.verdict.word, one.verdict.rule) for one in found}) == 1


def test_where_agents_are_given_it_and_it_has_ended_they_stand_still_until_the_upgrade_removes_it():
    given = looked_at(AFTER, release="11.5(1)", target="11.6(2)", to_browsers=("socketio",))
    assert states(given, "valid-on-upgrade-day") == {"action"}
    assert given.verdict.word == "ready with actions"
    assert "Today they cannot use the Live Data gadgets." in given.verdict.statement.text
    assert given.reissues == ()
    assert [one.option for one in given.options if one.bridge and one.recommended] == ["uccx-cop"]


def test_where_agents_are_given_it_until_the_window_it_does_not_block_and_is_to_be_seen_to():
    given = looked_at(BEFORE, release="11.5(1)", target="11.6(2)", to_browsers=("socketio",))
    assert states(given, "valid-on-upgrade-day") == {"action"}
    assert given.verdict.word == "ready with actions"
