"""A certificate that ends before the upgrade or soon after it has a renewal task of its own."""

import datetime as dt

import pytest

from certlib.assess import Assessment
from certlib.runbook import Plan, Task, runbook
from sites.holdings import COLLECTED, EC_CA, RSA_CA, Node, assessed, ec, rsa, until
from sites.samples import SAMPLES


def sample(name: str) -> Assessment:
    return assessed(name, SAMPLES[name].nodes, collected=SAMPLES[name].collected)


def lucerne(*, tomcat: dt.date | None = None, ecdsa: dt.date | None = None, by_itself: bool = False):
    """The site with two COPs, whose publisher's certificates end on a day; collected 23 November 2026."""
    ca, ends = (None if by_itself else RSA_CA), {"uccx1": (tomcat, ecdsa)}
    nodes = {}
    for node in ("uccx1", "uccx2", "social"):
        name = f"{node}.lucerne.example"
        first, second = ends.get(node, (None, None))
        life = {"life": until(first.year, first.month, first.day)} if first else {}
        own = {"life": until(second.year, second.month, second.day)} if second else {}
        shows = ("socketio", "socialminer-openfire")
        nodes[node] = Node(rsa(ca if first else RSA_CA, name, **life), ec(EC_CA, name, **own), shows)
    return assessed("11-5-rolled-back", nodes, collected=COLLECTED)


def tasks(plan: Plan, *procedures: str) -> list[Task]:
    return [task for task in plan.tasks if task.procedure in procedures]


def only(assessment: Assessment) -> Plan:
    (plan,) = runbook(assessment).plans
    return plan


def test_an_expired_certificate_is_renewed_before_the_upgrade_with_every_step_and_told_nowhere_else() -> None:
    plan = only(sample("10-6-expired-on-the-day"))
    (task,) = tasks(plan, "renew-before", "renew-in-window")
    assert (task.phase, task.node) == ("renewal", "uccx1.southridge.example")
    assert task.title == "Renew tomcat (ends on 31 January 2027)"
    said = [step.text for step in task.steps]
    wanted = (
        "choose Generate CSR",
        "In the list of certificates choose tomcat.",
        "Have the CA sign the request",
        "Check days, key and usages",
        "upload the CA's root as tomcat-trust",
        "Upload the signed certificate as tomcat.",
    )
    found = [next(place for place, text in enumerate(said) if part in text) for part in wanted]
    assert found == sorted(found)
    (restart,) = tasks(plan, "restart-before")
    assert restart.node == task.node
    assert "utils system restart" in [step.command for step in restart.steps]
    order = [one.procedure for one in plan.tasks]
    assert order.index("renew-before") < order.index("restart-before") < order.index("upgrade")
    told = [step.text for task in tasks(plan, "settle-findings") for step in task.steps]
    assert not [one for one in told if "31 January" in one]  # the hop into 11.6(2) alone is to be asked for


def test_every_node_whose_certificate_ends_soon_has_a_task_in_the_window() -> None:
    plan = only(sample("15-0-public-ca-2029"))
    found, restarts = tasks(plan, "renew-in-window"), tasks(plan, "restart")
    for those, phase in ((found, "certificates"), (restarts, "restart")):
        assert [task.node.partition(".")[0] for task in those] == ["ccp", "uccx1", "uccx2"]
        assert {task.phase for task in those} == {phase}
    chat = [step.command for step in restarts[0].steps if step.command]
    assert chat == [
        "utils service restart CCP XMPP Server",
        "utils service restart Cisco Tomcat",
        "utils service list",
    ]


@pytest.mark.parametrize(
    ("ends", "phase"),
    [
        (dt.date(2026, 11, 1), "renewal"),  # has ended
        (dt.date(2026, 12, 10), "certificates"),  # within 30 days
        (dt.date(2027, 2, 10), "certificates"),  # within 90
    ],
)
def test_without_an_upgrade_what_has_ended_cannot_wait_and_what_ends_soon_can(ends, phase) -> None:
    (task,) = tasks(only(lucerne(tomcat=ends)), "renew-before", "renew-in-window")
    assert (task.phase, task.node) == (phase, "uccx1.lucerne.example")


def test_a_certificate_that_lasts_half_a_year_needs_no_task() -> None:
    assert runbook(lucerne(tomcat=dt.date(2027, 5, 20))).plans == ()


def test_both_certificates_of_a_node_are_renewed_each_by_its_name() -> None:
    soon = dt.date(2026, 12, 10)
    found = tasks(only(lucerne(tomcat=soon, ecdsa=soon)), "renew-in-window")
    ends = "(ends on 10 December 2026)"
    assert [task.title for task in found] == [f"Renew tomcat {ends}", f"Renew tomcat-ECDSA {ends}"]


def test_a_self_signed_certificate_is_made_anew_on_the_node_and_sent_to_no_ca() -> None:
    plan = runbook(lucerne(tomcat=dt.date(2026, 12, 10), by_itself=True)).plans[0]
    (task,) = tasks(plan, "renew-in-window")
    said = " ".join(step.text for step in task.steps)
    assert "Choose Regenerate" in said
    assert "CSR" not in said
    assert "Have the CA" not in said
