"""A plan holds all that its option and the findings ask for, in an order that can be worked off."""

from dataclasses import replace

import pytest

from assess.sites import (
    AUTOMATIC,
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    SUBSCRIBER,
    UCCX,
    Box,
    evidence,
    three,
    trusting,
)
from certlib.assess import Assessment, assess
from certlib.knowledge import load
from certlib.runbook import Plan, Task, rehearse, runbook
from sites.holdings import COLLECTED, EC_CA, RSA_CA, Node, assessed, ec, rsa

PAIR = (PUBLISHER, SUBSCRIBER)
ALL_ECDSA = dict.fromkeys(UCCX, "tomcat-ECDSA")


def site(*boxes: Box, **facts: object) -> Assessment:
    return assess(evidence(*boxes, **{**trusting(RSA_ROOT, EC_ROOT), **facts}))


def plan_of(found: Assessment, option: str | None = None) -> Plan:
    return runbook(found, options=(option,) if option else None).plans[0]


def nodes(plan: Plan, procedure: str) -> list[str | None]:
    return [task.node for task in plan.tasks if task.procedure == procedure]


def order(plan: Plan) -> list[str]:
    return list(dict.fromkeys(task.procedure for task in plan.tasks))


def effects(task: Task) -> list[str]:
    return [effect for step in task.steps for effect in step.does]


def steps(plan: Plan, procedure: str) -> str:
    return " ".join(step.text for task in plan.tasks if task.procedure == procedure for step in task.steps)


def opt_in(cert_type: str, presents: dict[str, str]) -> Assessment:
    """A pair on 12.5(1)SU3 whose tomcat-ECDSA is self-signed, beside a chat platform."""
    pair = [
        Box(name, ecdsa="self-signed", release="12.5(1)SU3", cert_type=cert_type, presents=presents)
        for name in PAIR
    ]
    return site(*pair, Box(MINER, ecdsa=None, release="12.5(1)SU3"))


# --- the certificate type


def test_the_exchange_comes_before_the_switch_and_the_backup_after_it() -> None:
    plan = plan_of(opt_in("rsa", {}), "cert-type-ecdsa")
    wanted = ["csr", "signing", "ca-reply", "upload-chain", "upload", "restart", "cert-type-peers",
              "set-cert-type-ecdsa", "backup-after", "verify"]  # fmt: skip
    assert [name for name in order(plan) if name in wanted] == wanted
    assert nodes(plan, "set-cert-type-ecdsa") == [*PAIR]


def test_nodes_that_are_set_to_ecdsa_already_get_certificates_exchange_and_restarts_and_no_switch() -> None:
    found = opt_in("ecdsa", ALL_ECDSA)
    plan = plan_of(found, "cert-type-ecdsa")
    for name in ("csr", "upload", "restart"):
        assert nodes(plan, name) == [*PAIR], name
    assert not nodes(plan, "set-cert-type-ecdsa")
    # The restart puts the new certificate into use, so whoever connects has to trust it before.
    wanted = ["csr", "upload-chain", "upload", "cert-type-peers", "restart", "verify"]
    assert [name for name in order(plan) if name in wanted] == wanted
    assert rehearse(found, plan).defects == ()


# --- certificates that are faulty, and findings alone


def faulty(identity: str) -> Assessment:
    """The site with rolled-back COPs whose publisher's certificate names another machine."""
    held = {}
    for node in ("uccx1", "uccx2", "social"):
        name = f"{node}.lucerne.example"
        named = {
            one: "old.example" if (node, one) == ("uccx1", identity) else name for one in ("tomcat", "EC")
        }
        held[node] = Node(
            rsa(RSA_CA, named["tomcat"]), ec(EC_CA, named["EC"]), ("socketio", "socialminer-openfire")
        )
    return assessed("11-5-rolled-back", held, collected=COLLECTED)


@pytest.mark.parametrize(("identity", "called"), [("tomcat", "tomcat"), ("EC", "tomcat-ECDSA")])
def test_a_faulty_certificate_is_requested_uploaded_put_into_use_and_verified(identity, called) -> None:
    plan = plan_of(faulty(identity))
    (renewal,) = [task for task in plan.tasks if task.procedure in ("renew-before", "renew-in-window")]
    assert renewal.node == "uccx1.lucerne.example"
    assert renewal.title == f"Renew {called} (Node's name missing in the certificate)"
    assert effects(renewal) == [
        "request-made", "reply-arrived", "reply-examined", "chain-uploaded", "certificate-uploaded",
    ]  # fmt: skip
    (restart,) = [task for task in plan.tasks if task.procedure in ("restart-before", "restart")]
    assert restart.node == renewal.node
    procedures = [task.procedure for task in plan.tasks]
    assert procedures.index(renewal.procedure) < procedures.index(restart.procedure)
    assert procedures.index(restart.procedure) < procedures.index("verify")
    assert steps(plan, "settle-findings") == ""


def test_a_plan_of_findings_alone_ends_with_verification() -> None:
    quiet = site(*three(ecdsa="ec-ca", presents=AUTOMATIC))
    one = replace(quiet.findings[0], check="trust-uploads", state="action", node=MINER, procedures=())
    plan = plan_of(replace(quiet, findings=(one,), recommended=()))
    assert order(plan) == ["settle-findings", "verify"]


# --- what a COP hides


HIDDEN = tuple(
    Box(name, cops=("socialminer-ecdsa-off" if name == MINER else "uccx-ecdsa-off",))
    for name in (*PAIR, MINER)
)


def test_where_a_cop_hides_who_signed_tomcat_ecdsa_one_looks_before_anything_is_requested() -> None:
    plan = plan_of(site(*HIDDEN, ca_signs_with_ec="yes"), "cop-to-ec-ca")
    assert nodes(plan, "look-first") == [MINER, *PAIR]
    assert order(plan).index("look-first") < order(plan).index("csr")
    assert "leave out for" in steps(plan, "look-first")


def test_a_certificate_that_was_seen_is_not_looked_up() -> None:
    assert not nodes(plan_of(site(*three(presents=AUTOMATIC)), "ec-ca"), "look-first")


# --- findings before the window and after it


STATES = {
    "row 4": lambda: site(*three(presents=AUTOMATIC)),
    "self-signed": lambda: site(*three(tomcat="self-signed", presents=AUTOMATIC)),
    "into 11.5": lambda: site(*three(ecdsa=None, release="10.6(1)", target="11.5(1)")),
    "faulty tomcat": lambda: faulty("tomcat"),
}


@pytest.mark.parametrize("state", STATES)
def test_findings_to_settle_before_the_window_hold_no_outage_that_the_plan_itself_cures(state) -> None:
    found = STATES[state]()
    outages = [one.statement.text for one in found.findings if one.check == "agents-can-work"]
    known = load().options
    offered = [one.option for one in found.options if one.scenario and not known[one.option].advised_against]
    for plan in (*runbook(found, options=offered).plans, *runbook(found).plans):
        settled = steps(plan, "settle-findings")
        assert not [text for text in outages if text in settled], plan.option


def test_a_restart_for_another_certificate_does_not_settle_a_chain_that_is_incomplete() -> None:
    found = site(*three(presents=AUTOMATIC))
    tomcat = next(key for key, one in found.certificates.items() if one.key_type == "rsa" and not one.is_ca)
    (*_, first) = [one for one in found.findings if one.check == "self-signed"]
    chain = replace(
        first, check="chain-complete", state="action", node=PUBLISHER, endpoint=f"{PUBLISHER}/uccx-tomcat",
        statement=replace(first.statement, text="tomcat lacks its CA.", evidence=(tomcat,)),
        procedures=("upload", "restart"), options=(),
    )  # fmt: skip
    plan = plan_of(replace(found, findings=(chain,)), "ec-ca")
    assert PUBLISHER in nodes(plan, "restart")  # for tomcat-ECDSA
    assert "tomcat lacks its CA." in steps(plan, "settle-findings")


def test_what_can_wait_until_after_the_upgrade_comes_after_the_window() -> None:
    found = site(*three(ecdsa=None, release="10.6(1)", target="11.5(1)"))
    said = replace(found.findings[0].statement, text="This can wait.", evidence=())
    can_wait = replace(
        found.findings[0], check="rsa-key-over-2048", state="after-upgrade", node=PUBLISHER, endpoint=None,
        statement=said, procedures=("csr",), options=(),
    )  # fmt: skip
    plan = plan_of(replace(found, findings=(can_wait,)), "ec-ca")
    assert "This can wait." in steps(plan, "settle-later")
    assert "This can wait." not in steps(plan, "settle-findings")
    assert order(plan).index("verify") < order(plan).index("settle-later")
