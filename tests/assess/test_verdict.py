"""The verdict: the first rule that applies decides, and is printed with it."""

import dataclasses

import pytest

from assess.sites import (
    ALL_RSA,
    AUTOMATIC,
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    SOCIALMINER,
    SUBSCRIBER,
    UCCX,
    Box,
    evidence,
    three,
    trusting,
)
from certlib.assess import assess
from certlib.inventory import Node
from certlib.knowledge import load
from certlib.reasons import Reason

TRUST = trusting(RSA_ROOT, EC_ROOT)
ALL_SILENT = dict.fromkeys((*UCCX, *SOCIALMINER), Reason.CONNECT_TIMEOUT)


def verdict(*boxes, **facts):
    return assess(evidence(*boxes, **{**TRUST, **facts})).verdict


def test_a_site_where_no_endpoint_answers_is_incomplete_and_says_so():
    found = verdict(*three(presents=ALL_SILENT, release="10.6(1)", target="11.5(1)"))
    assert (found.word, found.rule) == ("incomplete", "verdict-incomplete")
    assert "No endpoint" in found.statement.text


def test_a_silent_agent_facing_web_server_makes_it_incomplete_and_is_named():
    found = verdict(*three(ecdsa="ec-ca", presents={**AUTOMATIC, "finesse-tomcat": Reason.REFUSED}))
    assert found.word == "incomplete"
    assert f"Finesse on {PUBLISHER}" in found.statement.text


def test_a_silent_port_that_no_agent_needs_does_not_make_it_incomplete_and_the_platforms_does():
    found = verdict(*three(ecdsa=None, presents={"notification": Reason.STALLED}, release="12.5(1)"))
    assert (found.word, found.rule) == ("ready", "verdict-ready")
    found = verdict(*three(ecdsa="ec-ca", presents={**AUTOMATIC, "uccx-tomcat": Reason.REFUSED}))
    assert (found.word, found.rule) == ("incomplete", "verdict-incomplete")


def test_what_is_known_to_block_decides_before_what_is_not_known():
    boxes = (
        Box(PUBLISHER, ecdsa=None, presents=ALL_RSA, release="10.6(1)", target="11.5(1)"),
        Box(SUBSCRIBER, ecdsa=None, presents=ALL_SILENT, release="10.6(1)", target="11.5(1)"),
        Box(MINER, ecdsa=None, presents=ALL_RSA, release="10.6(1)", target="11.5(1)"),
    )
    found = assess(evidence(*boxes, **TRUST))
    assert found.verdict.word == "not ready"
    (dead,) = (one for one in found.not_checked if one.kind == "observed")
    assert len(dead.evidence) == len(UCCX)


def test_an_expired_certificate_blocks_although_the_table_knows_nothing_of_it():
    import datetime as dt

    found = verdict(*three(ecdsa="ec-ca", presents=AUTOMATIC), upgrade_date=dt.date(2050, 1, 1))
    assert (found.word, found.rule) == ("not ready", "verdict-check-blocks")


def test_prompts_are_actions_and_no_obstacle():
    found = verdict(*three(tomcat="self-signed", release="10.6(1)"))
    assert (found.word, found.rule) == ("ready with actions", "verdict-prompts")


def test_what_no_rule_answers_is_incomplete():
    boxes = three(ecdsa="ec-ca", presents=AUTOMATIC, release="11.6(1)", target="11.5(1)")
    assert verdict(*boxes).word == "incomplete"


def test_works_by_inference_alone_is_no_plain_ready():
    boxes = three(tomcat="ec-ca", ecdsa="ec-ca", presents=AUTOMATIC)
    found = verdict(*boxes)
    assert (found.word, found.rule) == ("ready with actions", "verdict-not-covered")


def on_the_way(target="11.6(2)", **facts):
    """A pair from 10.6(1) over 11.5(1), where its new self-signed certificate stops Live Data."""
    boxes = [
        Box(name, ecdsa=None, presents=ALL_RSA, release="10.6(1)", target=target)
        for name in (PUBLISHER, SUBSCRIBER)
    ]
    return assess(evidence(*boxes, **{**TRUST, **facts}))


def test_a_stop_at_which_agents_could_not_work_is_an_action_and_named():
    found = on_the_way().verdict
    assert (found.word, found.rule) == ("ready with actions", "verdict-stop-on-the-way")
    assert (
        "Do not let the upgrade stop at 11.5(1): agents could not use the Live Data" in found.statement.text
    )


def test_the_wanted_release_itself_is_no_stop():
    assert "stop at" not in on_the_way(target="11.5(1)").verdict.statement.text


@pytest.mark.parametrize(
    ("release", "target", "said"),
    [
        ("12.5(1)SU1", "12.5(1)SU3", "What is presented then, and what agents meet, is inferred"),
        ("12.0(1)", "12.0(1)", "That no agent is asked or stopped is inferred"),
    ],
)
def test_good_news_for_which_no_document_speaks_says_that_it_is_inferred(release, target, said):
    found = verdict(*three(ecdsa=None, release=release, target=target))
    assert found.word.startswith("ready")
    assert said in found.statement.text


def test_good_news_that_cisco_documents_is_not_called_inferred():
    found = verdict(*three(ecdsa="ec-ca", presents=AUTOMATIC))
    assert found.word == "ready"
    assert "is inferred" not in found.statement.text


def test_a_site_without_a_web_server_to_ask_is_incomplete():
    given = evidence(Box(PUBLISHER))
    cucm = Node(
        role="cucm", name="cucm.example.test", address="cucm.example.test", release="", target_release=""
    )
    site = dataclasses.replace(given.site, nodes=(cucm,))
    found = assess(dataclasses.replace(given, site=site, presentations=()))
    assert found.verdict.word == "incomplete"


@pytest.mark.parametrize("presents", [AUTOMATIC, ALL_RSA, ALL_SILENT])
def test_every_verdict_carries_its_rule_as_its_basis(presents):
    found = verdict(*three(presents=presents))
    assert load().rules[found.rule].verdict == found.word
    assert found.statement.basis.rule == found.rule


def test_every_statement_has_a_basis_unless_it_was_observed():
    for presents in (AUTOMATIC, ALL_RSA, ALL_SILENT):
        for target in ("11.5(1)", "11.6(2)", "12.5(1)SU3"):
            found = assess(evidence(*three(presents=presents, target=target)))
            scenarios = [*found.scenarios, *(one.scenario for one in found.options if one.scenario)]
            said = [one.statement for scenario in scenarios for one in scenario.experiences]
            said += [one.statement for scenario in scenarios for one in scenario.endpoints]
            said += [one.statement for one in (*found.findings, *found.options)] + [*found.not_checked]
            for one in said:
                assert one.text
                assert (one.basis is None) == (one.kind == "observed")
                assert one.basis is None or one.basis.kind == one.kind
                assert one.basis is None or one.basis.rule in (None, *load().rules)
