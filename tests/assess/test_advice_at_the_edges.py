"""Advice where a site is not alike, where something is renewed first, and where only today is in trouble."""

import datetime as dt

import pytest

from assess.sites import (
    AUTOMATIC,
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    SUBSCRIBER,
    Box,
    evidence,
    three,
    trusting,
)
from certlib.assess import Assessment, assess
from sites.test_states import STATES

UCCX_OFF, SOCIALMINER_OFF = ("uccx-ecdsa-off",), ("socialminer-ecdsa-off",)
RIGHT = {"ecdsa": "ec-ca", "presents": AUTOMATIC}
LEFT = {"ecdsa": "self-signed", "presents": AUTOMATIC}
BRIDGED = {"ecdsa": "self-signed"}


def site(*boxes: Box, **facts: object) -> Assessment:
    return assess(evidence(*boxes, **{**trusting(RSA_ROOT, EC_ROOT), **facts}))


def after(found: Assessment, option: str) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    """What each node holds and has installed after an option."""
    (scenario,) = (one.scenario for one in found.options if one.option == option)
    return {one.node: (one.tomcat_ecdsa, one.cops) for one in scenario.nodes}


def why_not(found: Assessment, option: str) -> str:
    return next(one.why_not for one in found.options if one.option == option)


# Mixed sites: product by product, then joined.


def test_socialminer_that_is_right_gets_no_cop_where_uccx_needs_one() -> None:
    found = site(Box(PUBLISHER, **LEFT), Box(SUBSCRIBER, **LEFT), Box(MINER, **RIGHT))
    assert found.recommended == ("ec-ca", "uccx-cop")
    assert "Install the COP on the UCCX nodes" in why_not(found, "both-cops")
    assert after(found, "wait-with-cop")[MINER] == ("ec-ca", ())


def test_uccx_nodes_that_are_right_get_no_cop_where_socialminer_needs_one() -> None:
    found = site(Box(PUBLISHER, **RIGHT), Box(SUBSCRIBER, **RIGHT), Box(MINER, **LEFT))
    assert found.recommended == ("ec-ca", "socialminer-cop")
    assert after(found, "ec-ca") == dict.fromkeys((PUBLISHER, SUBSCRIBER, MINER), ("ec-ca", ()))


def test_an_ec_certificate_that_the_pcs_do_not_trust_is_not_right() -> None:
    boxes = Box(PUBLISHER, **RIGHT), Box(SUBSCRIBER, **RIGHT), Box(MINER, **LEFT)
    found = assess(evidence(*boxes, **trusting(RSA_ROOT)))
    assert after(found, "both-cops")[PUBLISHER] == ("ec-ca", UCCX_OFF)


def test_what_a_cop_hides_is_not_ordered_while_the_cop_stays() -> None:
    found = site(
        Box(PUBLISHER, **BRIDGED, cops=UCCX_OFF),
        Box(SUBSCRIBER, **BRIDGED, cops=UCCX_OFF),
        Box(MINER, **LEFT),
    )
    assert after(found, "ec-ca") == {
        PUBLISHER: (None, UCCX_OFF), SUBSCRIBER: (None, UCCX_OFF), MINER: ("ec-ca", ()),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "first"), [("no", "both-cops"), ("unknown", "both-cops"), ("yes", "cop-to-ec-ca")]
)
def test_a_cop_on_one_node_of_a_pair_is_completed_or_given_up_but_never_left_alone(
    answer: str, first: str
) -> None:
    boxes = Box(PUBLISHER, **BRIDGED, cops=UCCX_OFF), Box(SUBSCRIBER, **LEFT), Box(MINER, **LEFT)
    found = site(*boxes, ca_signs_with_ec=answer)
    assert found.recommended[0] == first
    assert "rollback" in why_not(found, "ec-ca") or "A COP keeps tomcat-ECDSA" in why_not(found, "ec-ca")
    for option in found.recommended:
        pair = after(found, option)
        assert bool(pair[PUBLISHER][1]) == bool(pair[SUBSCRIBER][1]), option


# What must be renewed before.


def test_options_are_judged_on_the_certificates_that_the_report_orders_anew() -> None:
    found = STATES["expired-tomcat-before-a-self-signed-ecdsa--ec-no"].assessment
    assert {one.identity for one in found.reissues} == {"tomcat"}
    assert {one.gadget: one.outcome for one in found.now.experiences}["live-data"] == "prompt"
    assert {one.gadget: one.outcome for one in found.base.experiences}["live-data"] == "cannot-be-accepted"
    accept = next(one for one in found.options if one.option == "accept")
    assert not accept.recommended
    assert accept.statement.text.startswith("Not enough")


def test_a_certificate_that_the_option_makes_anew_is_not_renewed_besides() -> None:
    found = STATES["expired-tomcat-ecdsa-on-11-5"].assessment
    assert {one.identity for one in found.reissues} == {"tomcat-ECDSA"}


# In trouble today, and not after the upgrade.


@pytest.mark.parametrize("target", ["11.6(2)", "12.5(1)SU3"])
def test_the_cop_is_offered_until_the_upgrade_that_takes_ecdsa_away(target: str) -> None:
    found = site(*three(**LEFT, target=target), upgrade_date=dt.date(2027, 2, 6))
    (bridge,) = (one for one in found.options if one.option == "both-cops")
    assert (bridge.applies, bridge.bridge, bridge.recommended) == (True, True, True)
    assert {one.outcome for one in bridge.scenario.experiences} == {"works"}
    assert bridge.statement.basis.rule == "rule-bridge"
    assert {one.node: one.cops for one in bridge.end.nodes} == {PUBLISHER: (), SUBSCRIBER: (), MINER: ()}


def test_where_agents_work_today_no_cop_is_offered_for_the_time_until_the_upgrade() -> None:
    found = site(*three(**RIGHT, target="12.5(1)SU3"))
    assert not any(one.bridge for one in found.options)


def test_a_cop_is_not_called_a_bridge_where_the_target_presents_ecdsa_too() -> None:
    found = site(*three(**LEFT, target="11.5(1)SU1"))
    assert not any(one.bridge for one in found.options)
