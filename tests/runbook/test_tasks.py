"""The runbook: what a site needs, by phase and node, in the order of the work."""

from dataclasses import replace

import pytest

from assess.sites import (
    ALL_RSA,
    AUTOMATIC,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    SUBSCRIBER,
    Box,
    evidence,
    three,
    trusting,
)
from certlib import show
from certlib.assess import Assessment, assess
from certlib.inventory import Agents, Node
from certlib.knowledge import load
from certlib.runbook import Plan, find_nodes_to_sign, runbook

ROW_4 = {"presents": AUTOMATIC}
SELF_SIGNED = {"tomcat": "self-signed", "presents": AUTOMATIC}


def site(*boxes: Box, **facts: object) -> Assessment:
    return assess(evidence(*boxes, **{**trusting(RSA_ROOT), **facts}))


def planned(release: str, target: str, **facts: object) -> Assessment:
    """A pair with SocialMiner whose tomcat an RSA CA signed, on the way to another release."""
    return site(*three(ecdsa=None, release=release, target=target), **facts)


def only(assessment: Assessment, option: str) -> Plan:
    (plan,) = runbook(assessment, options=[option]).plans
    return plan


def done(plan: Plan, phase: str) -> list[tuple[str, str | None]]:
    return [(task.procedure, task.node) for task in plan.tasks if task.phase == phase]


def settled(plan: Plan) -> list[str]:
    """What the plan asks for before the window that none of its other tasks does."""
    return [step.text for task in plan.tasks if task.procedure == "settle-findings" for step in task.steps]


def commands(plan: Plan, procedure: str, node: str) -> list[str]:
    return [
        step.command
        for task in plan.tasks
        if (task.procedure, task.node) == (procedure, node)
        for step in task.steps
        if step.command
    ]


# --- which tasks


def test_with_an_ec_ca_requests_come_first_then_chain_certificates_and_restarts() -> None:
    plan = only(site(*three(**ROW_4)), "ec-ca")
    nodes = [MINER, PUBLISHER, SUBSCRIBER]
    assert [pair for pair in done(plan, "prepare") if pair[1]] == [("csr", node) for node in nodes]
    assert {"signing", "ca-reply", "backup"} <= {name for name, _ in done(plan, "prepare")}
    assert done(plan, "trust") == [("upload-chain", node) for node in nodes]
    assert done(plan, "certificates") == [("upload", node) for node in nodes]
    assert done(plan, "restart") == [("restart", node) for node in nodes]
    assert done(plan, "verify") == [("verify", None)]
    assert done(plan, "roll-back") == [("undo-certificates", None)]


def test_phases_follow_each_other_in_the_order_of_the_knowledge() -> None:
    phases = list(load().phases)
    for option in ("ec-ca", "both-cops", "wait-with-cop"):
        told = [phases.index(task.phase) for task in only(site(*three(**ROW_4)), option).tasks]
        assert told == sorted(told)


def test_a_node_that_gets_tomcat_ecdsa_with_the_upgrade_makes_its_request_after_it() -> None:
    boxes = (
        Box(name=PUBLISHER, ecdsa=None, release="10.6(1)", target="11.5(1)"),
        Box(name=MINER, presents=AUTOMATIC),
    )
    plan = only(site(*boxes), "ec-ca")
    assert ("csr", MINER) in done(plan, "prepare")
    assert ("csr", PUBLISHER) in done(plan, "requests")
    assert done(plan, "upgrade") == [
        ("upgrade", PUBLISHER),
        ("switch", PUBLISHER),
        ("after-switch", None),
    ]


def test_a_node_whose_certificate_an_ec_ca_signed_needs_no_other() -> None:
    boxes = (
        Box(name=PUBLISHER, ecdsa="ec-ca", presents=AUTOMATIC),
        Box(name=SUBSCRIBER, presents=AUTOMATIC),
        Box(name=MINER, ecdsa="ec-ca", presents=AUTOMATIC),
    )
    assessment = site(*boxes)
    assert find_nodes_to_sign(assessment) == (SUBSCRIBER,)
    plan = only(assessment, "ec-ca")
    assert done(plan, "certificates") == [("upload", SUBSCRIBER)]
    # Cisco contradicts itself whether the publisher hands the chain on, so one looks at both.
    assert done(plan, "trust") == [("upload-chain", PUBLISHER), ("upload-chain", SUBSCRIBER)]
    (reply,) = [task for task in plan.tasks if task.procedure == "ca-reply"]
    assert "(1 in all)" in reply.steps[0].text


def test_a_site_without_socialminer_or_subscriber_meets_no_step_for_them() -> None:
    plan = only(site(Box(name=PUBLISHER, **ROW_4)), "ec-ca")
    assert {task.node for task in plan.tasks} == {None, PUBLISHER}
    assert plan.nodes == ((PUBLISHER, "uccx-publisher"),)
    said = " ".join(
        step.text for task in plan.tasks for step in task.steps if task.phase in ("trust", "verify")
    )
    assert "SocialMiner" not in said
    assert "chat" not in said


def test_the_cop_is_installed_on_the_nodes_of_its_product_alone() -> None:
    assessment = site(*three(**ROW_4))
    assert done(only(assessment, "uccx-cop"), "cop") == [
        ("install-cop", PUBLISHER),
        ("install-cop", SUBSCRIBER),
        ("restart-cop", PUBLISHER),
        ("restart-cop", SUBSCRIBER),
    ]
    miner = [("install-cop", MINER), ("restart-cop", MINER)]
    assert done(only(assessment, "socialminer-cop"), "cop") == miner
    assert done(only(assessment, "socialminer-cop"), "roll-back") == [("undo-cop", None)]


def test_waiting_for_the_ca_the_cop_comes_before_the_requests_and_its_rollback_before_the_upload() -> None:
    plan = only(site(*three(**ROW_4)), "wait-with-cop")
    order = list(dict.fromkeys(task.procedure for task in plan.tasks))
    wanted = ["install-cop", "csr", "ca-reply", "upload-chain", "rollback-cop", "upload", "restart"]
    assert [name for name in order if name in wanted] == wanted


def test_agents_are_given_the_addresses_that_present_a_self_signed_certificate_with_their_ports() -> None:
    uccx = Node(
        role="uccx-publisher", name=PUBLISHER, address=PUBLISHER, release="11.5(1)", target_release="11.5(1)",
        ports=(("socketio", 12345),),
    )  # fmt: skip
    found = evidence(Box(name=PUBLISHER, **SELF_SIGNED), Box(name=MINER, **SELF_SIGNED))
    found = replace(found, site=replace(found.site, nodes=(uccx, found.site.nodes[1])))
    plan = only(assess(found), "accept")
    assert f"https://{PUBLISHER}:12345/" in commands(plan, "accept-in-browser", PUBLISHER)
    assert commands(plan, "accept-in-browser", MINER) == [f"https://{MINER}:443/", f"https://{MINER}:7443/"]


@pytest.mark.parametrize(("release", "unless"), [("12.0(1)", False), ("12.5(1)", True)])
def test_agents_open_the_notification_service_from_12_5_on_unless_nothing_answers_there(
    release: str, unless: bool
) -> None:
    boxes = three(tomcat="self-signed", ecdsa=None, release=release)
    plan = only(site(*boxes), "accept")
    told = {
        step.command: step.text
        for task in plan.tasks
        if (task.procedure, task.node) == ("accept-in-browser", PUBLISHER)
        for step in task.steps
    }
    said = told[f"https://{PUBLISHER}:7443/"]
    assert ("If nothing answers there, long polling is off" in said) is unless
    assert f"https://{PUBLISHER}:8445/" in told
    assert not [one for one in told if "8553" in one]


def test_a_browser_that_no_agent_uses_has_no_task() -> None:
    agents = Agents(browsers=("firefox",))
    plan = only(site(*three(**SELF_SIGNED), agents=agents), "self-signed-rollout")
    assert "self-signed-firefox" in {task.procedure for task in plan.tasks}
    assert "self-signed-windows" not in {task.procedure for task in plan.tasks}


@pytest.mark.parametrize(
    ("release", "node", "first"),
    [
        ("11.5(1)", PUBLISHER, "utils system restart"),
        ("11.5(1)", MINER, "utils service restart SocialMiner XMPP Server"),
    ],
)
def test_a_restart_has_the_exact_command_of_role_and_release(release: str, node: str, first: str) -> None:
    plan = only(site(*three(release=release, **ROW_4)), "ec-ca")
    assert commands(plan, "restart", node)[0] == first


@pytest.mark.parametrize(
    ("answer", "tasks"),
    [
        ("yes", {"self-signed-windows", "self-signed-firefox"}),
        ("no", {"self-signed-package", "self-signed-by-hand", "self-signed-firefox"}),
        (
            "unknown",
            {"self-signed-windows", "self-signed-package", "self-signed-by-hand", "self-signed-firefox"},
        ),
    ],
)
def test_certificates_reach_the_pcs_in_the_way_that_the_inventory_leaves_open(
    answer: str, tasks: set[str]
) -> None:
    plan = only(site(*three(**SELF_SIGNED), agents=Agents(group_policy=answer)), "self-signed-rollout")
    assert {name for name, _ in done(plan, "agents")} == tasks
    asks = "See first whether a group policy reaches the agents' PCs" in " ".join(
        step.text for task in plan.tasks for step in task.steps
    )
    assert asks == (answer == "unknown")


def test_behind_a_cop_the_way_on_to_the_ec_ca_is_tasks_up_to_the_restart() -> None:
    boxes = (
        Box(PUBLISHER, cops=("uccx-ecdsa-off",)),
        Box(SUBSCRIBER, cops=("uccx-ecdsa-off",)),
        Box(MINER, cops=("socialminer-ecdsa-off",)),
    )
    (plan,) = runbook(site(*boxes, ca_signs_with_ec="yes")).plans
    assert plan.option == "cop-to-ec-ca"
    nodes = [MINER, PUBLISHER, SUBSCRIBER]
    # The COP hides who signed tomcat-ECDSA, so that is looked up before any request.
    on_nodes = [pair for pair in done(plan, "prepare") if pair[1]]
    assert on_nodes == [(name, node) for name in ("look-first", "csr") for node in nodes]
    assert done(plan, "cop-back") == [("rollback-cop", node) for node in nodes]
    assert done(plan, "certificates") == [("upload", node) for node in nodes]
    assert done(plan, "restart") == [("restart", node) for node in nodes]
    assert not done(plan, "cop")


def test_the_certificate_type_is_set_node_by_node_with_its_commands_and_taken_back_by_them() -> None:
    boxes = three(ecdsa=None, release="12.5(1)SU3", cert_type="rsa")
    plan = only(site(*boxes), "cert-type-ecdsa")
    assert done(plan, "certificate-type") == [
        ("set-cert-type-ecdsa", node) for node in (PUBLISHER, SUBSCRIBER)
    ]
    assert commands(plan, "set-cert-type-ecdsa", PUBLISHER) == [
        "set tls server cert_type ecdsa",
        "utils service list",
        "show tls server cert_type",
    ]
    assert done(plan, "certificates") == [("upload", node) for node in (PUBLISHER, SUBSCRIBER)]
    assert done(plan, "exchange") == [("cert-type-peers", None)]
    (back,) = [task for task in plan.tasks if task.procedure == "undo-cert-type"]
    assert [step.command for step in back.steps if step.command] == ["set tls server cert_type rsa"]


# --- upgrades


def test_an_upgrade_to_12_5_begins_with_the_peers_certificates_and_ends_with_the_cas_that_it_removed() -> (
    None
):
    (plan,) = runbook(planned("11.6(2)", "12.5(1)SU2")).plans
    assert plan.option is None
    peers = [("trust-peers", PUBLISHER), ("trust-peers", SUBSCRIBER), ("trust-uccx", MINER)]
    assert done(plan, "peers") == [*peers, ("trust-phones", None)]
    assert done(plan, "upgrade") == [
        ("upgrade", MINER),
        ("switch", MINER),
        ("trust-pruned", MINER),
        ("upgrade", PUBLISHER),
        ("upgrade", SUBSCRIBER),
        ("switch", PUBLISHER),
        ("switch", SUBSCRIBER),
        ("after-switch", None),
        ("trust-pruned", PUBLISHER),
        ("trust-pruned", SUBSCRIBER),
    ]
    told = next(task for task in plan.tasks if task.procedure == "upgrade" and task.node == PUBLISHER)
    assert "ciscouccx.1162.1251SU2PREUPGRADE" in told.steps[0].text


def test_an_upgrade_within_11_asks_for_the_trust_of_uccx_and_socialminer_in_each_other_alone() -> None:
    plan = runbook(planned("11.5(1)", "11.6(2)")).plans[0]
    peers = [("trust-peers", PUBLISHER), ("trust-peers", SUBSCRIBER), ("trust-uccx", MINER)]
    assert done(plan, "peers") == peers
    said = " ".join(step.text for task in plan.tasks if task.phase == "peers" for step in task.steps)
    assert "Unified Communications Manager" not in said
    assert "Unified Intelligence Center" not in said
    assert {name for name, _ in done(plan, "upgrade")} == {"upgrade", "switch", "after-switch"}


def test_each_hop_of_the_way_is_a_task_of_each_node() -> None:
    plan = runbook(planned("11.5(1)SU1", "12.5(1)SU2")).plans[0]
    moved = [
        (task.procedure, task.release, task.title)
        for task in plan.tasks
        if task.node == PUBLISHER and task.procedure in ("upgrade", "switch")
    ]
    assert moved == [
        ("upgrade", "11.6(2)", "Install 11.6(2) beside the running release"),
        ("switch", "11.6(2)", "Switch to 11.6(2)"),
        ("upgrade", "12.5(1)SU2", "Install 12.5(1)SU2 beside the running release"),
        ("switch", "12.5(1)SU2", "Switch to 12.5(1)SU2"),
    ]


@pytest.mark.parametrize(
    ("release", "target", "kind"),
    [
        ("12.0(1)", "12.5(1)SU2", "documented"),
        ("12.0(1)", "12.5(1)SU3", "documented"),
        ("12.5(1)SU3", "15.0(1)", "documented"),
        ("11.0(1)", "11.5(1)", "inferred"),
    ],
)
def test_socialminer_before_uccx_is_documented_for_every_release_from_12_5_on(
    release: str, target: str, kind: str
) -> None:
    plan = runbook(planned(release, target)).plans[0]
    assert [role for _, role in plan.nodes] == ["socialminer", "uccx-publisher", "uccx-subscriber"]
    assert plan.order.kind == kind


def test_how_long_a_hop_takes_stands_with_its_source_in_the_task_that_installs_it() -> None:
    plan = runbook(planned("12.5(1)SU3", "15.0(1)")).plans[0]

    def said(procedure: str, node: str) -> dict[str, str | None]:
        return {
            step.text: step.basis.source
            for task in plan.tasks
            if (task.procedure, task.node) == (procedure, node)
            for step in task.steps
        }

    uccx = "The first start after the switch of versions takes about 30 minutes longer than usual."
    (chat,) = [text for text in said("upgrade", MINER) if "two hours" in text]
    assert said("upgrade", PUBLISHER)[uccx] == "cisco-upgrade-15.0"
    assert said("upgrade", MINER)[chat] == "cisco-ccp-upgrade-15.0"
    assert uccx not in said("upgrade", MINER)
    assert uccx not in said("switch", PUBLISHER)  # what is needed before a hop is told once


def test_what_is_done_before_the_upgrade_is_told_for_todays_release() -> None:
    boxes = three(ecdsa=None, release="11.6(2)", target="12.5(1)SU3")
    plan = only(site(*boxes), "cert-type-ecdsa")
    (look,) = [task for task in plan.tasks if task.procedure == "cert-type-look"]
    assert not [step.command for step in look.steps if step.command]  # 11.6 knows no certificate type
    assert "as soon as it is upgraded" in " ".join(step.text for step in look.steps)


# --- findings, choices, nothing


def test_what_the_checks_found_and_no_task_settles_is_settled_before_the_window() -> None:
    boxes = [Box(name=PUBLISHER, ecdsa="ec-ca", presents=AUTOMATIC), Box(name=SUBSCRIBER, presents=AUTOMATIC)]
    assessment = site(*boxes)
    (finding,) = [one for one in assessment.findings if one.check == "nodes-alike"]
    told = f"{finding.statement.text} {finding.remedy}"
    # The COPs hide the difference; the EC CA's certificate for the subscriber ends it.
    assert told in settled(only(assessment, "accept"))
    assert told not in settled(only(assessment, "ec-ca"))


def test_findings_of_one_check_are_one_step_that_names_their_web_servers_by_title_and_node() -> None:
    assessment = site(*three(**ROW_4))
    (*_, first) = [one for one in assessment.findings if one.check == "self-signed"]
    found = [
        replace(first, check="chain-complete", state="action", node=node, endpoint=f"{node}/{server}")
        for node in (PUBLISHER, SUBSCRIBER)
        for server in ("uccx-tomcat", "socketio")
    ]
    (step,) = settled(only(replace(assessment, findings=tuple(found)), "uccx-cop"))
    assert step.startswith(
        "Chain incomplete or out of order (action): UCCX Tomcat and UCCX SocketIO (Live Data) on "
        f"{PUBLISHER} and {SUBSCRIBER}. "
    )


def test_the_first_plan_is_that_of_the_first_recommendation_and_the_others_follow() -> None:
    assessment = site(*three(**ROW_4))
    assert tuple(plan.option for plan in runbook(assessment).plans) == assessment.recommended
    assert len(assessment.recommended) > 1


def test_a_site_that_needs_nothing_has_an_empty_runbook_that_says_so() -> None:
    boxes = three(ecdsa=None, release="12.0(1)", presents=ALL_RSA)
    quiet = replace(site(*boxes), findings=(), recommended=())
    assert runbook(quiet).plans == ()
    assert "Nothing needs to be done" in show.runbook(quiet).text


def test_an_option_that_does_not_apply_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"rollback-cop: .*ec-ca"):
        runbook(site(*three(**ROW_4)), options=["rollback-cop"])


# --- what every task says


@pytest.mark.parametrize(
    "assessment",
    [
        site(*three(**ROW_4)),
        site(*three(**SELF_SIGNED)),
        site(*three(cops=("uccx-ecdsa-off", "socialminer-ecdsa-off"))),
        planned("10.6(1)", "11.5(1)"),
        planned("11.6(2)", "15.0(1)"),
    ],
    ids=["row 4", "self-signed", "with COPs", "into 11.5", "to 15.0"],
)
def test_every_task_says_who_does_what_and_how_to_see_that_it_worked(assessment: Assessment) -> None:
    known = load()
    usable = [
        one.option for one in assessment.options if one.scenario and known.options[one.option].procedures
    ]
    plans = [*runbook(assessment).plans, *runbook(assessment, options=usable).plans]
    for task in (task for plan in plans for task in plan.tasks):
        texts = [
            task.where,
            task.interrupts,
            task.check,
            *(f"{one.text} {one.command}" for one in task.steps),
        ]
        assert all((task.title, task.who, task.check, task.interrupts, task.steps))
        assert not any("{" in text for text in texts)
        assert (task.minutes is None) == (task.minutes_basis is None)
        assert {task.phase} <= set(known.phases)


def test_no_duration_is_invented() -> None:
    for procedure in load().procedures.values():
        assert procedure.minutes is None or procedure.minutes_basis is not None
