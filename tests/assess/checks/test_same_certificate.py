"""One port, several leaves of one kind: a finding, and no conclusion about agents from that port."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.checks.sound import build_site, list_findings, with_leaf
from assess.sites import (
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    Box,
    evidence,
    three,
    trusting,
)
from certlib import x509
from certlib.assess import assess
from certlib.changes.comparison import compare_assessments
from certlib.evidence import Presentation
from certlib.frames import matrix
from certlib.reasons import Reason
from certs import build_certificate, days, leaf

PORT, NOT_OF_AGENTS = f"{PUBLISHER}/finesse-tomcat", ("error", "manual")
CHECK = "same-certificate-on-port"
OTHER_RSA = build_certificate(RSA_ROOT, PUBLISHER, key="rsa")
SELF_SIGNED = build_certificate(None, PUBLISHER, key="rsa")
EC_ONE, EC_TWO = (build_certificate(EC_ROOT, PUBLISHER, key="ec384") for _ in range(2))
NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


def ready():
    """A site of which everything works."""
    return evidence(*three(release="12.5(1)", ecdsa=None), **trusting(RSA_ROOT, EC_ROOT))


def gives(evidence, offer, *chain, place=PORT, **facts):
    """The same evidence, but for what one offer brought from one port."""
    sent = tuple(one.sha256 for one in chain)
    row = Presentation(place, offer, sent, None if sent else Reason.NO_SUCH_CERTIFICATE)
    rows = {(one.endpoint, one.offer): one for one in evidence.presentations}
    rows[place, offer] = dataclasses.replace(row, **facts)
    known = {one.sha256: x509.read(one.der) for one in chain}
    return dataclasses.replace(
        evidence, presentations=tuple(rows.values()), certificates={**evidence.certificates, **known}
    )


def found(assessment, check=CHECK):
    return [one for one in assessment.findings if one.check == check]


def states(assessment, check=CHECK):
    return {one.state for one in found(assessment, check)}


def test_a_site_whose_ports_have_one_leaf_each_is_ready():
    assessment = assess(ready())
    assert (assessment.verdict.word, states(assessment)) == ("ready", {"pass"})


@pytest.mark.parametrize("offer", ["browser", "rsa", "rsa-tls12", "rsa-tls13", "rsa-gentle", "any", "tls12"])
@pytest.mark.parametrize("leaf", [OTHER_RSA, SELF_SIGNED], ids=["of the CA", "self-signed"])
def test_whichever_offer_brings_another_leaf_nothing_is_concluded_of_agents(offer, leaf):
    assessment = assess(gives(ready(), offer, *leaf.chain))
    (one,) = found(assessment)
    assert (one.state, one.endpoint) == ("error", PORT)
    assert leaf.sha256[:16] in one.statement.text
    assert leaf.sha256 in one.statement.evidence
    assert (assessment.verdict.word, assessment.verdict.rule) == ("incomplete", "verdict-unlike-answers")
    desktop = {each.gadget: each for each in assessment.now.experiences}["finesse-desktop"]
    assert (desktop.outcome, desktop.web_server) == ("open", "finesse-tomcat")
    assert not {each.state for each in assessment.findings} & {"blocks", "outage"}
    assert not any(each.check == "self-signed" and each.state == "action" for each in assessment.findings)
    assert {cell.agrees for cell in assessment.now.endpoints if cell.endpoint == PORT} == {None}


def test_two_ecdsa_leaves_are_unlike_and_no_leak_of_a_cop():
    boxes = (Box(PUBLISHER, ecdsa=None, cops=("uccx-ecdsa-off",)), Box(MINER, ecdsa=None))
    given_ = evidence(*boxes, **trusting(RSA_ROOT, EC_ROOT))
    given_ = gives(gives(given_, "ecdsa", *EC_ONE.chain), "ecdsa-tls13", *EC_TWO.chain, version="TLS 1.3")
    assessment = assess(given_)
    assert "EC" in found(assessment)[0].statement.text
    (cop,) = found(assessment, "cop-effective")
    assert (cop.state, cop.statement.evidence) == ("manual", (PORT,))


def test_rsa_and_ecdsa_each_with_one_leaf_are_in_order():
    box = Box(PUBLISHER, ecdsa="ec-ca", presents={"socketio": "tomcat-ECDSA"})
    assert states(assess(evidence(box, **trusting(RSA_ROOT, EC_ROOT)))) == {"pass"}


def test_the_same_leaf_with_another_chain_is_no_other_leaf():
    leaf = build_certificate(RSA_ROOT, PUBLISHER, key="rsa")
    one = gives(gives(ready(), "browser", *leaf.chain), "rsa", *leaf.chain, RSA_ROOT)
    assert states(assess(one)) == {"pass"}


def test_a_leaf_of_the_wrong_kind_counts_by_its_own_key():
    same = evidence(*three(release="12.5(1)", ecdsa=None), **trusting(RSA_ROOT))
    first = next(one for one in same.presentations if (one.endpoint, one.offer) == (PORT, "browser"))
    rows = tuple(
        dataclasses.replace(one, chain=first.chain, reason=Reason.WRONG_KEY_TYPE)
        if (one.endpoint, one.offer) == (PORT, "ecdsa")
        else one
        for one in same.presentations
    )
    assert states(assess(dataclasses.replace(same, presentations=rows))) == {"pass"}
    other = gives(same, "ecdsa", *OTHER_RSA.chain, reason=Reason.WRONG_KEY_TYPE)
    assert states(assess(other)) == {"error"}


def test_the_version_of_each_answer_is_told():
    one = gives(gives(ready(), "rsa", *OTHER_RSA.chain, version="TLS 1.3"), "rsa-tls12", *SELF_SIGNED.chain,
                version="TLS 1.2")  # fmt: skip
    text = found(assess(one))[0].statement.text
    assert "rsa in TLS 1.3" in text
    assert "rsa-tls12 in TLS 1.2" in text


def test_a_hello_without_the_servers_name_may_bring_another_leaf():
    assert states(assess(gives(ready(), "tls10-bare", *OTHER_RSA.chain))) == {"pass"}


def test_where_a_described_client_alone_differs_agents_are_judged_and_it_is_to_be_looked_at():
    assessment = assess(gives(ready(), "java8", *OTHER_RSA.chain))
    assert (states(assessment), assessment.verdict.word) == ({"manual"}, "ready with actions")
    assert {one.outcome for one in assessment.now.experiences} == {"works"}


def test_what_cannot_be_read_is_of_the_kind_that_was_asked_for():
    broken = x509.read(b"\x30\x03\x02\x01\x05")
    known = gives(ready(), "rsa", *OTHER_RSA.chain)
    rows = tuple(
        dataclasses.replace(one, chain=(broken.sha256,))
        if (one.endpoint, one.offer) == (PORT, "rsa")
        else one
        for one in known.presentations
    )
    certificates = {**known.certificates, broken.sha256: broken}
    unread = dataclasses.replace(known, presentations=rows, certificates=certificates)
    assert states(assess(unread)) == {"error"}
    lone = gives(unread, "browser", reason=Reason.ALERT)
    assert "error" not in states(assess(lone))


def renewed(*, valid_from, old_asked, new_asked):
    new = build_certificate(RSA_ROOT, PUBLISHER, key="rsa", life=days(90, start=valid_from))
    begun = gives(ready(), "rsa-tls12", *OTHER_RSA.chain, started=old_asked)
    for offer in ("browser", "rsa"):
        begun = gives(begun, offer, *new.chain, started=new_asked)
    return assess(begun)


def test_a_leaf_renewed_between_an_interrupted_run_and_its_continuation_is_one_leaf():
    assessment = renewed(
        valid_from=NOON + dt.timedelta(hours=1), old_asked=NOON, new_asked=NOON + dt.timedelta(hours=2)
    )
    assert "error" not in states(assessment)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_leaf_that_was_valid_already_may_come_from_another_machine(hours):
    assessment = renewed(
        valid_from=NOON - dt.timedelta(days=1), old_asked=NOON, new_asked=NOON + dt.timedelta(hours=hours)
    )
    assert states(assessment) == {"error"}


def test_nothing_is_foretold_of_such_a_port_after_the_upgrade():
    boxes = three(release="12.5(1)", target="15.0(1)", ecdsa=None)
    assessment = assess(gives(evidence(*boxes, **trusting(RSA_ROOT)), "rsa", *OTHER_RSA.chain))
    desktop = {one.gadget: one for one in assessment.after_upgrade.experiences}["finesse-desktop"]
    assert (desktop.outcome, assessment.verdict.word) == ("open", "incomplete")


def test_what_stops_agents_elsewhere_still_makes_a_site_not_ready():
    boxes = three(release="11.5(1)", ecdsa="self-signed", presents={"socketio": "tomcat-ECDSA"})
    site = evidence(*boxes, **trusting(RSA_ROOT))
    assert assess(site).verdict.word == "not ready"
    assert assess(gives(site, "rsa", *OTHER_RSA.chain)).verdict.word == "not ready"


def test_the_matrix_shows_what_came_and_that_it_is_not_judged():
    rows = matrix(assess(gives(ready(), "rsa", *OTHER_RSA.chain)))
    row = rows[(rows["node"] == PUBLISHER) & (rows["port"] == 8445)].iloc[0]
    assert row["browser_gets"] == row["rsa_offer_gets"] == "RSA · CA-signed (not judged)"


def test_against_an_earlier_run_it_is_neither_silent_nor_resolved():
    sound, unlike = assess(ready()), assess(gives(ready(), "rsa", *OTHER_RSA.chain))
    courses = {one.endpoint.id: one.change for one in compare_assessments(sound, unlike).endpoints}
    assert courses.pop(PORT) == "unlike"
    assert set(courses.values()) == {"same"}
    back = compare_assessments(unlike, sound)
    assert {one.endpoint.id: one.change for one in back.endpoints}[PORT] == "was-unlike"
    assert [one.change for one in back.findings if one.finding.check == CHECK] == ["resolved"]


@settings(max_examples=8)
@given(offers=st.lists(st.sampled_from(("browser", "rsa", "rsa-tls12", "any")), min_size=1, unique=True),
       place=st.sampled_from(("finesse-tomcat", "socketio", "cuic-tomcat")))  # fmt: skip
def test_whatever_offers_differ_the_verdict_is_neither_ready_nor_not_ready(offers, place):
    given_ = ready()
    for number, offer in enumerate(offers):
        leaf = (SELF_SIGNED, OTHER_RSA)[number % 2]
        given_ = gives(given_, offer, *leaf.chain, place=f"{PUBLISHER}/{place}")
    told = assess(given_)
    leaves = {one.leaf for one in given_.presentations if one.endpoint == f"{PUBLISHER}/{place}" and one.leaf}
    assert (told.verdict.word == "incomplete") is (len(leaves) > 1)


def test_a_web_server_with_another_certificate_than_its_node_was_not_restarted():
    old = leaf(RSA_ROOT, "rsa", PUBLISHER, "old.example.test")
    one = list_findings(with_leaf(build_site(), f"{PUBLISHER}/cuic-tomcat", old), "same-certificate-on-node")[
        0
    ]
    assert (one.state, one.endpoint) == ("action", f"{PUBLISHER}/cuic-tomcat")
