"""Of which sites Cisco's table speaks: rows with sound certificates, also with the COP that one asks for."""

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
from certlib.assess import assess
from certlib.inventory import Agents, Site
from certlib.inventory import Node as Listed
from sites.holdings import AS_11_5, RSA_CA, Node, assessed_site, ec, rsa, until

TRUST = trusting(RSA_ROOT, EC_ROOT)
UCCX_COP, MINER_COP = ("uccx-ecdsa-off",), ("socialminer-ecdsa-off",)
SEEN = {"uccx-tomcat": True}  # an ECDSA-only client is given the certificate that an RSA CA signed


def covered(found):
    (one,) = (one for one in found.findings if one.check == "covered-by-table")
    return one


# --- a certificate that is not valid is in no row

NAMES = ("uccx1.example.test", "sm.example.test")


def in_row_4(*, life, collected, since="11.5(1)", day=None):
    automatic = since == "11.5(1)"
    nodes = {
        name.partition(".")[0]: Node(
            rsa(RSA_CA, name, life=life),
            ec(None, name) if automatic else None,
            AS_11_5 if automatic else (),
        )
        for name in NAMES
    }
    listed = tuple(
        Listed(role, name, name, since, "11.5(1)")
        for role, name in zip(("uccx-publisher", "socialminer"), NAMES, strict=True)
    )
    site = Site(
        customer="Example", id="example", title="", release=since, target_release="11.5(1)",
        upgrade_date=day, nodes=listed, agents=Agents(trusted_cas=(RSA_CA.sha256,)),
        ca_certificates=(RSA_CA.pem.decode(),),
    )  # fmt: skip
    return assessed_site(site, nodes, collected=collected)


FUTURE = (dt.datetime(2027, 6, 1, tzinfo=dt.UTC), dt.datetime(2044, 1, 1, tzinfo=dt.UTC))


@pytest.mark.parametrize("life", [until(2026, 11, 20), FUTURE], ids=["expired", "not yet valid"])
def test_a_tomcat_that_is_not_valid_is_in_no_row_and_nothing_of_it_is_cited_from_the_table(life):
    found = in_row_4(life=life, collected=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    assert covered(found).state == "information"
    assert "is not valid on 23 November 2026" in covered(found).statement.text
    own = ("finesse-tomcat", "cuic-tomcat")  # that they hold what Tomcat holds is documented of its own
    assert not [
        cell
        for cell in found.now.endpoints
        if cell.statement.kind == "documented" and cell.web_server not in own
    ]
    assert not [one for one in found.now.experiences if one.statement.kind == "documented"]


@pytest.mark.parametrize(("end", "state"), [((2026, 12, 1), "information"), ((2028, 1, 1), "pass")])
def test_after_an_upgrade_the_table_speaks_of_certificates_that_are_valid_on_its_day(end, state):
    found = in_row_4(
        life=until(*end), collected=dt.datetime(2026, 11, 23, tzinfo=dt.UTC), since="11.0(1)",
        day=dt.date(2026, 12, 12),
    )  # fmt: skip
    assert covered(found).state == state
    cited = [one for one in found.after_upgrade.experiences if one.statement.kind == "documented"]
    assert bool(cited) == (state == "pass")


def test_the_same_tomcat_while_it_is_valid_is_in_its_row():
    found = in_row_4(life=until(2026, 12, 20), collected=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    assert (covered(found).state, covered(found).statement.kind) == ("pass", "documented")
    assert [one.gadget for one in found.now.experiences if one.statement.kind == "documented"]


def test_of_agents_who_do_not_trust_the_ca_the_table_does_not_speak():
    found = assess(evidence(*three(presents=AUTOMATIC), **trusting(EC_ROOT)))
    assert covered(found).state == "information"


# --- the COP that a row asks for


def row_2(**cops):
    boxes = three(ecdsa="rsa-ca", answers_ecdsa=SEEN)
    for box in boxes:
        box.cops = cops.get(box.role.partition("-")[0], ())
    return assess(evidence(*boxes, ca_signs_with_ec="no", **TRUST))


def test_row_2_with_the_socialminer_cop_that_its_note_prescribes_is_covered():
    found = row_2(socialminer=MINER_COP)
    assert (covered(found).state, covered(found).statement.kind) == ("pass", "documented")
    assert covered(found).statement.basis.section == "table row 2, FAQ"
    assert found.verdict.word == "ready"


def test_so_it_is_where_the_row_follows_from_what_uccx_presents_and_is_then_inferred():
    boxes = three(ecdsa="rsa-ca")
    boxes[2].cops = MINER_COP
    found = assess(evidence(*boxes, **TRUST))
    assert (covered(found).state, covered(found).statement.kind) == ("pass", "inferred")
    assert covered(found).statement.basis.rule == "rule-hidden-ec"


def test_row_4_with_the_uccx_cop_that_its_cell_prescribes_is_covered():
    boxes = three(presents=AUTOMATIC)
    for box in boxes[:2]:
        box.cops, box.presents = UCCX_COP, {}
    found = assess(evidence(*boxes, **TRUST))
    assert covered(found).state == "pass"
    assert "row 4" in covered(found).statement.basis.section


@pytest.mark.parametrize("ecdsa", ["self-signed", "rsa-ca", "ec-ca"])
def test_both_cops_are_covered_whatever_they_hide(ecdsa):
    boxes = [
        Box(name, ecdsa=ecdsa, cops=cops)
        for name, cops in ((PUBLISHER, UCCX_COP), (SUBSCRIBER, UCCX_COP), (MINER, MINER_COP))
    ]
    found = assess(evidence(*boxes, **TRUST))
    assert (covered(found).state, covered(found).statement.kind) == ("pass", "documented")
    assert {cell.statement.kind for cell in found.now.endpoints} == {"documented"}


def test_a_cop_on_one_of_two_uccx_nodes_is_not_covered():
    boxes = three(presents=AUTOMATIC)
    boxes[0].cops, boxes[0].presents = UCCX_COP, {}
    assert covered(assess(evidence(*boxes, **TRUST))).state == "information"


def test_a_cop_that_the_row_does_not_ask_for_leaves_it_uncovered():
    boxes = three(ecdsa="rsa-ca", answers_ecdsa={"socialminer-tomcat": True})
    for box in boxes[:2]:
        box.cops = UCCX_COP
    assert covered(assess(evidence(*boxes, **TRUST))).state == "information"
