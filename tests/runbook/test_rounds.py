"""Tasks that several nodes share are put together, and nothing else is."""

from assess.sites import (
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
from certlib.assess import assess
from certlib.runbook import Plan, TaskGroup, group_tasks, runbook


def plan(*boxes: Box, option: str = "ec-ca") -> Plan:
    (found,) = runbook(assess(evidence(*boxes, **trusting(RSA_ROOT))), options=[option]).plans
    return found


def of(found: list[TaskGroup], procedure: str) -> list[TaskGroup]:
    return [one for one in found if one.tasks[0].procedure == procedure]


ANY = "‹node›"
ROW_4 = plan(*three(presents=AUTOMATIC))


def test_the_rounds_of_a_plan_hold_its_tasks_in_their_order() -> None:
    assert [task for one in group_tasks(ROW_4.tasks) for task in one.tasks] == list(ROW_4.tasks)


def test_nodes_with_the_same_steps_are_one_round_told_without_a_name() -> None:
    (upload,) = of(group_tasks(ROW_4.tasks), "upload")
    assert upload.nodes == (MINER, PUBLISHER, SUBSCRIBER)
    assert upload.told.node is None
    assert upload.told.where == f"OS Administration of {ANY}"
    texts = " ".join((upload.told.check, *(step.text for step in upload.told.steps)))
    assert not any(node in texts for node in upload.nodes)


def test_nodes_with_other_steps_are_rounds_of_their_own() -> None:
    chat, publisher, subscriber = of(group_tasks(ROW_4.tasks), "restart")
    assert (chat.nodes, publisher.nodes, subscriber.nodes) == ((MINER,), (PUBLISHER,), (SUBSCRIBER,))
    assert chat.told is chat.tasks[0]
    assert publisher.commands(0) == ["utils system restart"]
    assert chat.commands(0) == ["utils service restart SocialMiner XMPP Server"]
    assert subscriber.commands(0) == ["utils service list"]  # it waits for the publisher


def test_a_node_whose_release_differs_is_upgraded_in_a_round_of_its_own() -> None:
    boxes = (
        Box(name=PUBLISHER, ecdsa=None, release="10.6(1)", target="11.5(1)"),
        Box(name=SUBSCRIBER, ecdsa=None, release="10.5(1)", target="11.5(1)"),
    )
    moved = [one for one in of(group_tasks(plan(*boxes).tasks), "upgrade") if PUBLISHER in one.nodes]
    assert all(one.nodes == (PUBLISHER,) for one in moved)


def test_commands_that_name_their_node_stand_node_by_node() -> None:
    found = plan(*three(tomcat="self-signed", presents=AUTOMATIC), option="accept")
    pair = next(one for one in group_tasks(found.tasks) if one.nodes == (PUBLISHER, SUBSCRIBER))
    commands = [line for number in range(len(pair.told.steps)) for line in pair.commands(number)]
    assert f"https://{PUBLISHER}:8445/" in commands
    assert sum(PUBLISHER in line for line in commands) == sum(SUBSCRIBER in line for line in commands) > 3
    assert not any(ANY in line for line in commands)


def test_what_was_told_before_is_never_put_together_with_what_is_new() -> None:
    (upload,) = of(group_tasks(ROW_4.tasks), "upload")
    before, *new = upload.tasks
    found = of(group_tasks(ROW_4.tasks, told={before: "task-1"}), "upload")
    assert [one.tasks for one in found] == [(before,), tuple(new)]


def test_what_is_done_once_for_the_site_has_no_node() -> None:
    (backup,) = of(group_tasks(ROW_4.tasks), "backup")
    assert backup.nodes == ()
    assert backup.told is backup.tasks[0]


def test_on_a_site_of_one_node_nothing_is_said_of_several() -> None:
    told = show.runbook(assess(evidence(Box(name=PUBLISHER, presents=AUTOMATIC), **trusting(RSA_ROOT)))).html
    assert ANY not in told
    assert "ticks" not in told


def test_the_order_of_many_nodes_names_each_role_once() -> None:
    miners = [Box(f"sm{number}.example.test", presents=AUTOMATIC) for number in range(4)]
    boxes = (*miners, Box(name=PUBLISHER, presents=AUTOMATIC))
    told = show.runbook(assess(evidence(*boxes, **trusting(RSA_ROOT)))).html
    assert "sm2.example.test and sm3.example.test (SocialMiner" in told
    assert "· 4 nodes" in told  # the request, told once for all of them
