"""The nodes of one UCCX cluster are alike: one certificate type, and like kinds on like web servers."""

import pytest

from assess.checks.sound import list_findings
from assess.sites import (
    ALL_RSA,
    AUTOMATIC,
    EC_ROOT,
    PUBLISHER,
    RSA_ROOT,
    SUBSCRIBER,
    UCCX,
    Box,
    evidence,
    trusting,
)
from certlib.assess import assess
from certlib.reasons import Reason

ALL_EC = dict.fromkeys((*UCCX, "engine"), "tomcat-ECDSA")
SOURCES = {"12.5(1)SU2": "cisco-cli-12.5su2", "12.5(1)SU3": "cisco-cli-12.5su3", "15.0(1)": "cisco-cli-15.0"}


def pair(first, second, **facts):
    boxes = [
        Box(name, **{"release": "12.5(1)SU3", **facts, **own})
        for name, own in ((PUBLISHER, first), (SUBSCRIBER, second))
    ]
    return assess(evidence(*boxes, **trusting(RSA_ROOT, EC_ROOT)))


def alike(found):
    return [one for one in found.findings if one.check == "nodes-alike"]


@pytest.mark.parametrize("target", [None, "15.0(1)"])
@pytest.mark.parametrize("release", ["12.5(1)SU2", "12.5(1)SU3", "15.0(1)"])
def test_unlike_certificate_types_are_a_finding_that_cisco_documents_and_never_ready(release, target):
    found = pair(
        {"cert_type": "rsa", "ecdsa": None}, {"cert_type": "ecdsa", "ecdsa": "ec-ca", "presents": ALL_EC},
        release=release, target=target or release,
    )  # fmt: skip
    first = alike(found)[0]
    assert (first.state, first.statement.kind) == ("action", "documented")
    assert first.statement.basis.source == SOURCES[release]
    assert found.verdict.word != "ready"


@pytest.mark.parametrize("told", ["rsa", "unknown"])
def test_unlike_types_are_found_also_where_both_nodes_present_the_same(told):
    found = pair({"cert_type": told, "ecdsa": None}, {"cert_type": "ecdsa", "ecdsa": None})
    assert [one.state for one in alike(found)] == ["action" if told == "rsa" else "manual"]
    assert found.verdict.word != "ready"


@pytest.mark.parametrize("kind", ["self-signed", "rsa-ca", "ec-ca"])
def test_a_tomcat_ecdsa_that_one_node_alone_gives_to_browsers_is_a_finding_though_no_type_is_told(kind):
    found = pair({"ecdsa": kind, "presents": ALL_EC}, {"ecdsa": None})
    assert [one.state for one in alike(found)] == ["action"]
    assert found.verdict.word != "ready"


def test_a_tomcat_ecdsa_that_one_node_alone_gives_to_some_client_is_to_be_looked_up():
    found = pair({"ecdsa": "ec-ca", "answers_ecdsa": {"uccx-tomcat": True}}, {"ecdsa": None})
    assert [one.state for one in alike(found)] == ["manual"]
    assert found.verdict.word != "ready"


def test_a_type_that_is_not_known_beside_ecdsa_is_to_be_asked_for():
    silent = dict.fromkeys(UCCX, Reason.CONNECT_TIMEOUT)
    found = pair(
        {"cert_type": "ecdsa", "ecdsa": "ec-ca", "presents": ALL_EC}, {"ecdsa": None, "presents": silent}
    )
    (one,) = alike(found)
    assert (one.state, one.node) == ("manual", SUBSCRIBER)
    assert "show tls server cert_type" in one.remedy


def test_two_nodes_of_one_type_that_present_alike_pass():
    both = {"cert_type": "ecdsa", "ecdsa": "ec-ca", "presents": ALL_EC}
    assert [one.state for one in alike(pair(both, both))] == ["pass"]
    rsa = {"cert_type": "rsa", "ecdsa": None}
    assert [one.state for one in alike(pair(rsa, rsa))] == ["pass"]


def test_a_type_that_is_told_as_rsa_and_seen_as_ecdsa_is_a_clash_at_each_web_server():
    clashing = {"cert_type": "rsa", "ecdsa": "ec-ca", "presents": ALL_EC}
    found = pair(clashing, clashing)
    clash = [one for one in found.findings if one.check == "presented-as-expected"]
    assert {one.state for one in clash} == {"manual"}
    assert {one.node for one in clash} == {PUBLISHER, SUBSCRIBER}
    assert found.verdict.word != "ready"


@pytest.mark.parametrize("kinds", [("self-signed", "ec-ca"), ("ec-ca", "rsa-ca"), ("rsa-ca", "self-signed")])
def test_unlike_kinds_in_11_5_are_a_finding_whichever_they_are(kinds):
    first, second = (
        {"ecdsa": kind, "presents": ALL_RSA if kind == "rsa-ca" else AUTOMATIC} for kind in kinds
    )
    found = pair(first, second, release="11.5(1)")
    assert [one.state for one in alike(found)] == ["action"]
    assert found.verdict.word != "ready"


def test_a_cop_on_one_node_alone_is_a_finding():
    found = pair({"cops": ("uccx-ecdsa-off",)}, {"ecdsa": "ec-ca", "presents": AUTOMATIC}, release="11.5(1)")
    assert [one.state for one in alike(found)] == ["action"]


def test_nodes_that_are_alike_today_and_will_not_be_are_a_finding_of_the_time_after():
    found = pair(
        {"ecdsa": None}, {"ecdsa": None, "target": "12.5(1)SU1"}, release="12.0(1)", target="12.5(1)SU3"
    )
    (one,) = alike(found)
    assert one.state == "action"
    assert "After the upgrade" in one.statement.text


def test_a_node_that_is_silent_was_not_compared_and_does_not_pass():
    silent = dict.fromkeys(UCCX, Reason.CONNECT_TIMEOUT)
    (one,) = alike(pair({"ecdsa": None}, {"ecdsa": None, "presents": silent}, release="12.0(1)"))
    assert (one.state, one.node) == ("manual", SUBSCRIBER)


def test_publisher_and_subscriber_that_differ_are_found_with_what_differs():
    boxes = (Box(PUBLISHER, presents=AUTOMATIC), Box(SUBSCRIBER, tomcat="self-signed", presents=AUTOMATIC))
    one = list_findings(evidence(*boxes), "nodes-alike")[0]
    assert one.state == "action"
    assert "differ in tomcat." in one.statement.text
