"""tomcat-ECDSA, and the COP files that keep it from clients."""

from assess.checks.sound import list_findings
from assess.sites import (
    MINER,
    PUBLISHER,
    SUBSCRIBER,
    Box,
    evidence,
    three,
)


def test_an_rsa_signed_ecdsa_certificate_blocks_on_socialminer_and_is_information_on_uccx():
    boxes = three(ecdsa="rsa-ca", answers_ecdsa={"uccx-tomcat": True, "socialminer-tomcat": True})
    states = {one.node: one.state for one in list_findings(evidence(*boxes), "ecdsa-signed-by-rsa")}
    assert states == {PUBLISHER: "information", SUBSCRIBER: "information", MINER: "blocks"}


def test_an_ecdsa_certificate_that_was_not_seen_is_to_be_looked_up_on_socialminer():
    states = {
        one.node: one.state for one in list_findings(evidence(*three(ecdsa="rsa-ca")), "ecdsa-signed-by-rsa")
    }
    assert states[MINER] == "manual"


def test_a_cop_that_lets_ecdsa_through_is_found_with_the_tls_version():
    boxes = [Box(MINER, cops=("socialminer-ecdsa-off",), answers_ecdsa={"socialminer-openfire": True})]
    one = list_findings(evidence(*boxes), "cop-effective")[0]
    assert one.state == "action"
    assert "TLSv1.2" in one.statement.text


def test_a_cop_that_keeps_ecdsa_away_passes():
    states = [
        one.state
        for one in list_findings(evidence(Box(MINER, cops=("socialminer-ecdsa-off",))), "cop-effective")
    ]
    assert states == ["pass"]
