"""Who vouches for certificates: self-signed ones, chains that are whole, CAs that browsers trust."""

import datetime as dt

import pytest

from assess.checks.sound import (
    PASSES,
    SOCKETIO,
    WEB_PAGE,
    build_site,
    list_findings,
    presenting,
    states,
    text,
    with_leaf,
)
from assess.sites import (
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    trusting,
)
from certlib.assess import assess
from certs import NOT_BEFORE, build_certificate, build_key, ca, leaf


def made_ca(issuer, name, *, ends):
    return build_certificate(issuer, name, is_ca=True, key="rsa", life=(NOT_BEFORE, ends))


def test_the_finding_says_that_the_verifier_confirmed_the_chains():
    (one,) = list_findings(build_site(upgrade_date=dt.date(2027, 2, 6)), "chain-root-trusted-by-agents")
    assert one.state == "pass"
    assert (
        "the verifier of the library cryptography confirmed each chain for 6 February 2027."
        in one.statement.text
    )


def test_a_chain_that_the_verifier_refuses_is_led_to_by_the_signatures_without_the_verifiers_words():
    old = ca("Example old root", "rsa1024")
    given = with_leaf(build_site(**trusting(RSA_ROOT, EC_ROOT, old)), WEB_PAGE, leaf(old, "rsa", MINER))
    (one,) = list_findings(given, "chain-root-trusted-by-agents")
    assert (one.state, one.node) == ("information", MINER)
    assert one.statement.text.endswith(
        "leads to a CA which the inventory lists, by the CAs' names and signatures, on 23 November 2026; by "
        "the stricter rules of the public web, which are tried first, the chain does not hold."
    )
    assert {met.outcome for met in assess(given).now.experiences} == {"works"}


def test_a_chain_to_a_ca_that_the_inventory_does_not_list_is_an_action():
    given = with_leaf(build_site(), WEB_PAGE, leaf(ca("Example stranger", "rsa"), "rsa", MINER))
    (one,) = list_findings(given, "chain-root-trusted-by-agents")
    assert (one.state, one.node) == ("action", MINER)
    assert "does not lead to a CA which the inventory lists" in one.statement.text
    assert "a CA certificate on the way is not valid then" not in one.statement.text


def test_a_ca_certificate_that_ends_before_the_upgrade_breaks_the_way_to_the_root():
    ended = made_ca(RSA_ROOT, "Example issuing CA", ends=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    given = with_leaf(
        build_site(upgrade_date=dt.date(2027, 2, 6), **trusting(RSA_ROOT, EC_ROOT)), WEB_PAGE,
        build_certificate(ended, MINER, key="rsa"), ended,
    )  # fmt: skip
    (one,) = list_findings(given, "chain-root-trusted-by-agents")
    assert (one.state, one.node) == ("action", MINER)
    assert "on 6 February 2027: a CA certificate on the way is not valid then" in one.statement.text


def test_a_self_signed_certificate_is_work_where_agents_meet_it_and_information_elsewhere():
    own = build_certificate(None, PUBLISHER)
    assert states(presenting(build_site(), SOCKETIO, own), "self-signed") == {PUBLISHER: "action"}
    platform = presenting(build_site(), f"{PUBLISHER}/uccx-tomcat", own)
    assert states(platform, "self-signed") == {PUBLISHER: "action"}
    hidden = presenting(build_site(release="12.5(1)"), f"{PUBLISHER}/notification", own)
    assert states(hidden, "self-signed") == {PUBLISHER: "information"}


def test_a_self_signed_certificate_that_the_pcs_trust_passes():
    own = build_certificate(None, PUBLISHER)
    known = trusting(RSA_ROOT, EC_ROOT, own)
    assert states(presenting(build_site(**known), SOCKETIO, own), "self-signed") == PASSES


def test_what_the_upgrade_takes_away_is_information():
    given = presenting(build_site(target="11.6(2)"), SOCKETIO, build_certificate(None, PUBLISHER))
    assert states(given, "self-signed") == {PUBLISHER: "information"}
    assert "After the upgrade no web server" in text(given, "self-signed")


def test_an_intermediate_that_only_another_web_server_sends_is_missing():
    issuing = ca("Example issuing CA", "ec", issuer=EC_ROOT)
    one = leaf(issuing, "ec384", PUBLISHER)
    given = presenting(presenting(build_site(), SOCKETIO, one), f"{MINER}/socialminer-openfire",
                       leaf(issuing, "ec384", MINER), issuing)  # fmt: skip
    assert states(given, "chain-complete") == {PUBLISHER: "action"}
    whole = presenting(given, SOCKETIO, one, issuing)
    assert states(whole, "chain-complete") == PASSES


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ((0, 1, 2, 3), None),
        ((0, 1, 2), None),
        ((0, 2, 1), "not in order"),
        ((0, 1, 1, 2), "twice"),
        ((0, 1, 2, 4), "signed none of the others"),
    ],
)
def test_a_chain_is_sent_in_order_and_without_anything_else(order, said):
    first = ca("Example policy CA", "ec", issuer=EC_ROOT)
    issuing = ca("Example issuing CA 2", "ec", issuer=first)
    members = (leaf(issuing, "ec384", PUBLISHER), issuing, first, EC_ROOT, ca("Example stranger", "ec"))
    given = presenting(build_site(), SOCKETIO, *(members[index] for index in order))
    assert states(given, "chain-complete") == ({PUBLISHER: "information"} if said else PASSES)
    assert said is None or said in text(given, "chain-complete")


def test_a_cross_signed_ca_in_the_chain_is_named():
    key = build_key("ec384")
    roots = (EC_ROOT, RSA_ROOT)
    one, other = (build_certificate(root, "Example crossed CA", key=key, is_ca=True) for root in roots)
    given = presenting(build_site(), SOCKETIO, build_certificate(one, PUBLISHER), one, other)
    assert "cross-signed" in text(given, "chain-complete")
