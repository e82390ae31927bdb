"""The runbook as the engineer reads it at night, and the answers for this site."""

import sys
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag

from certlib import runbook, show
from certlib.knowledge import load
from certlib.show import Display
from loopback import site

PRESETS = ("upgrade", "row-1", "row-2", "row-4", "mixed")


def page(display: Display) -> BeautifulSoup:
    return BeautifulSoup(str(display.html), "html.parser")


def answer(preset: str, question: str) -> str:
    """What the FAQ says to a question for this site."""
    for head in page(show.faq(site(preset)[1]))("h3"):
        if head.get_text() == load().questions[question].question:
            paragraphs: list[Tag] = []
            for after in head.find_next_siblings():
                if after.name == "h3":
                    break
                paragraphs.append(after)
            return next(one.get_text() for one in paragraphs if one.get_text().startswith("For this site"))
    raise AssertionError(question)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_overview_tells_each_task_with_nodes_who_and_interruption_and_leads_to_it(preset: str) -> None:
    assessment = site(preset)[1]
    made = page(show.runbook(assessment))
    for plan in runbook.runbook(assessment).plans:
        overview = made.select_one(f"#runbook-{plan.option} > table")
        assert overview is not None
        rows = [line(["th", "td"]) for line in overview.select("tbody tr")]
        told = [[cell.get_text() for cell in row] for row in rows if len(row) > 1]
        wanted = {(task.phase, task.title): task.who for task in plan.tasks}
        assert [(title, who) for _, title, who, _ in told] == [
            (title, who) for (_, title), who in wanted.items()
        ]
        assert all(interrupts for *_, interrupts in told)
        assert all(made.find(id=link["href"][1:]) for link in overview("a"))


def test_the_overview_names_few_nodes_and_says_where_it_is_all_of_them() -> None:
    made = page(show.runbook(site("upgrade")[1]))
    rows = {
        line.td.get_text(): line.th.get_text()
        for line in made.select("#runbook-ec-ca > table tbody tr")
        if line.td
    }
    assert rows["Make a backup"] == "the site"
    assert (
        rows["Install 11.5(1) beside the running release"]
        == "uccx1.northwind.example and uccx2.northwind.example"
    )
    assert rows["Restart"] == "all 3 nodes"


@pytest.mark.parametrize("preset", PRESETS)
def test_every_step_on_every_node_can_be_ticked_off_and_every_command_stands_alone(preset: str) -> None:
    assessment = site(preset)[1]
    (first, *_) = runbook.runbook(assessment).plans
    made = page(show.runbook(assessment)).find(id=f"runbook-{first.option}")
    work = runbook.group_tasks(first.tasks)
    boxes = [cell for cell in made.select("table.ticks td") if cell.get_text() == "☐"]
    sign_seen = sum(len(one.nodes) for one in work if len(one.nodes) > 1)
    steps = [step for task in first.tasks for step in task.steps]
    assert len(made.select("ol.steps > li")) + len(boxes) - sign_seen == len(steps)
    assert [one.get_text() for one in made.select("ol pre.cmd")] == [
        line for one in work for number in range(len(one.told.steps)) for line in one.commands(number)
    ]


def test_what_is_the_same_on_several_nodes_is_told_once_with_a_row_of_boxes_for_each_in_their_order() -> None:
    made = page(show.runbook(site("upgrade")[1]))
    (told,) = [
        one
        for one in made.select("section[id^=task-]")
        if "Upload the node's tomcat-ECDSA certificate" in one.p.get_text()
    ]
    assert told.p.get_text().endswith(
        " · socialminer.northwind.example, then uccx1.northwind.example, then uccx2.northwind.example"
    )
    steps = [one.get_text() for one in told.select("ol.each > li")]
    assert len(steps) == 4  # look for the CA's, choose upload, upload, see that it succeeded
    name = "‹node›"
    assert f"Upload the certificate that was signed for {name} as tomcat-ECDSA" in steps[2]
    table = told.select_one("table.ticks")
    assert [one.get_text() for one in table.select("thead th")] == ["Node", "1.", "2.", "3.", "4.", "Worked"]
    assert [[cell.get_text() for cell in line(["th", "td"])] for line in table.select("tbody tr")] == [
        [place, *["☐"] * 5]
        for place in (
            "1. socialminer.northwind.example",
            "2. uccx1.northwind.example",
            "3. uccx2.northwind.example",
        )
    ]
    assert "and only then the next node" in made.get_text()
    assert f"{name} stands for the name of each" in made.get_text()


def test_a_task_of_the_first_plan_is_referred_to_in_the_second_instead_of_told_again() -> None:
    made = page(show.runbook(site("upgrade")[1]))
    links = made.select("#runbook-both-cops a[href^='#task-ec-ca']")
    assert len(links) >= 2
    for link in links:
        assert made.find(id=link["href"][1:])


def test_a_plan_tells_the_order_of_the_nodes_with_their_roles_and_why() -> None:
    text = page(show.runbook(site("row-4")[1])).get_text()
    assert "socialminer.northwind.example (SocialMiner / Customer Collaboration Platform), then uccx1" in text
    assert "No source says how long" in text
    assert load().rules["rule-who"].text in text


def test_a_duration_is_printed_where_one_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assessment = site("row-4")[1]
    found = runbook.runbook(assessment)
    tasks = [replace(one, minutes=20, minutes_basis=one.basis) for one in found.plans[0].tasks]
    timed = replace(found, plans=(replace(found.plans[0], tasks=tuple(tasks)),))
    monkeypatch.setattr(sys.modules[show.runbook.__module__], "plans_of", lambda _: timed)
    text = page(show.runbook(assessment)).get_text()
    assert "Expected: 20 minutes documented" in text
    assert "No source says how long" not in text


def test_with_nothing_to_do_the_runbook_says_so() -> None:
    assessment = replace(site("row-3")[1], findings=(), recommended=())
    made = show.runbook(assessment)
    assert "Nothing needs to be done" in made.text
    assert page(made).get_text() == made.text


# The questions, answered for this site.


def test_the_number_of_certificates_is_that_of_the_site() -> None:
    assert "3: one each for socialminer.northwind.example, uccx1" in answer(
        "upgrade", "how-many-certificates"
    )
    assert "2: one each for socialminer.northwind.example and uccx2" in answer(
        "mixed", "how-many-certificates"
    )


def test_which_cop_when_is_answered_with_its_reason() -> None:
    said = answer("upgrade", "when-uccx-cop")
    assert "Only if the first choice" in said
    assert "Then on uccx1.northwind.example and uccx2.northwind.example" in said
    assert "documented by Cisco" in said
    row_2 = answer("row-2", "when-uccx-cop")
    assert "For this site: No; another option is recommended" in row_2
    assert load().rules["rule-uccx-cop-optional"].text in row_2


def test_what_is_presented_today_is_told_as_observed_and_what_follows_as_inferred() -> None:
    said = answer("upgrade", "presented-by-default")
    today, later = said.split("After the upgrade")
    assert "ECDSA · self-signed from SocialMiner Openfire. observed" in today
    assert "ECDSA · self-signed from UCCX SocketIO (Live Data) and SocialMiner Openfire. inferred" in later


def test_the_eras_of_the_sites_own_releases_are_told() -> None:
    said = answer("upgrade", "which-releases")
    assert "Today 10.6(1): no tomcat-ECDSA" in said
    assert "After the upgrade 11.5(1): tomcat-ECDSA is presented automatically" in said
