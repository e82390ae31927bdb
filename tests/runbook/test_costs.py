"""What an option costs a site: counted for its nodes, and never in hours.

The numbers are counted by hand: the site is a UCCX pair with SocialMiner unless a test says otherwise.
"""

import re

import pytest
from bs4 import BeautifulSoup

from assess.sites import (
    ALL_RSA,
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
from certlib import show
from certlib.assess import Assessment, assess
from certlib.inventory import Agents
from certlib.knowledge.model import Counted
from certlib.runbook import Expense, costs

SELF_SIGNED = {"tomcat": "self-signed", "presents": AUTOMATIC}


def site(*boxes: Box, **facts: object) -> Assessment:
    return assess(evidence(*boxes, **{**trusting(RSA_ROOT), **facts}))


ROW_4 = site(*three(presents=AUTOMATIC))
ROW_1 = site(*three(**SELF_SIGNED))


def texts(lines: tuple[Expense, ...]) -> str:
    return " ".join(one.text for one in lines)


def test_an_ec_ca_costs_three_certificates_two_node_restarts_and_two_services() -> None:
    found = costs(ROW_4, "ec-ca")
    pair, chat = found.restarts
    assert (pair.text, pair.nodes) == ("UCCX nodes, each of them once: 2.", (PUBLISHER, SUBSCRIBER))
    assert (chat.nodes, pair.basis.kind, chat.basis.kind) == ((MINER,), "documented", "inferred")
    certificates, chains, pcs = found.effort
    assert certificates.text == "Certificates to request, have signed and upload: 3."
    assert chains.text == "Nodes on which the CA's root and intermediates are uploaded, or looked for: 3."
    assert chains.nodes == (MINER, PUBLISHER, SUBSCRIBER)
    assert "nothing" in pcs.text.lower()
    assert "not published" in texts(found.outage)
    trust = found.outage[1]
    assert ("Notification Service" in trust.text, trust.basis.kind) == (True, "documented")


def test_a_single_node_without_socialminer_counts_one_of_each() -> None:
    found = costs(site(Box(PUBLISHER, presents=AUTOMATIC)), "ec-ca")
    assert [line.nodes for line in found.restarts] == [(PUBLISHER,)]
    assert found.effort[0].text.endswith(": 1.")
    assert found.effort[1].text.endswith(": 1.")


@pytest.mark.parametrize(("option", "files"), [("uccx-cop", 2), ("socialminer-cop", 1), ("both-cops", 3)])
def test_a_cop_costs_a_file_and_as_a_precaution_a_restart_of_each_node(option, files) -> None:
    found = costs(ROW_4, option)
    assert found.effort[0].text == f"COP files to install: {files}, one on each node."
    for (line,) in (found.restarts, found.outage):
        assert "not published" in line.text
        assert line.basis.rule == "rule-cop-restart"
        assert len(line.nodes) == files
    assert "as a precaution of this report" in found.restarts[0].text
    assert (found.number("cop-files"), found.number("restarts")) == (files, files)


def test_waiting_for_the_ca_costs_two_windows_with_the_cops_in_both() -> None:
    found = costs(ROW_4, "wait-with-cop")
    first, second = found.restarts
    assert first.text.startswith("In the first window, for the COP, nodes, each of them once")
    assert second.text == "For rollback COP and certificate together, nodes, each of them once: 3."
    assert "COP files to install in the first window: 3." in texts(found.effort)
    assert "Rollback COP files to install: 3, one on each node." in texts(found.effort)
    assert (found.number("cop-files"), found.number("certificates")) == (6, 3)
    assert found.number("restarts") == 6  # each of the three nodes in both windows
    assert "upload: 3." in texts(found.effort)


@pytest.mark.parametrize(("made", "certificates", "addresses"), [(ROW_1, 6, 12), (ROW_4, 3, 3)])
def test_a_roll_out_and_accepting_are_counted_by_certificates_and_addresses(
    made: Assessment, certificates: int, addresses: int
) -> None:
    # Row 1: two certificates on each of three nodes; five web servers of agents on each UCCX node (platform,
    # Finesse, Notification, SocketIO, Unified Intelligence Center) and two on SocialMiner.
    rollout, accept = costs(made, "self-signed-rollout"), costs(made, "accept")
    assert f"Certificates to download and distribute: {certificates};" in rollout.effort[0].text
    assert f"exceptions on each PC: {addresses}." in texts(rollout.effort)
    assert f"once in each browser: {addresses}." in accept.effort[0].text
    for found in (rollout, accept):
        assert found.restarts[0].text.startswith("None")
        assert found.outage[0].text.startswith("None")


@pytest.mark.parametrize(
    ("answer", "said", "never"),
    [
        ("yes", "One group policy for all PCs.", "import on each"),
        ("no", "A package for all PCs, or an import on each of them; by the inventory", "One group policy"),
        ("unknown", "the inventory does not say whether a group policy", "by the inventory no group policy"),
    ],
)
def test_a_roll_out_is_described_by_what_reaches_the_pcs(answer: str, said: str, never: str) -> None:
    agents = Agents(group_policy=answer)
    text = texts(costs(site(*three(**SELF_SIGNED), agents=agents), "self-signed-rollout").effort)
    assert said in text
    assert never not in text


def test_firefox_counts_only_where_agents_use_it_or_nobody_said_what_they_use() -> None:
    edge = site(*three(**SELF_SIGNED), agents=Agents(browsers=("edge",)))
    assert "Firefox" not in texts(costs(edge, "self-signed-rollout").effort)
    assert "Firefox" in texts(costs(ROW_1, "self-signed-rollout").effort)


def test_setting_the_certificate_type_restarts_every_uccx_node_by_the_command_itself() -> None:
    found = site(*three(ecdsa=None, release="12.5(1)SU3", presents=ALL_RSA))
    rsa, ecdsa = costs(found, "cert-type-rsa"), costs(found, "cert-type-ecdsa")
    switch = "By the switch itself, UCCX nodes: 2."
    assert switch in texts(rsa.restarts)
    assert (rsa.restarts[0].basis.kind, rsa.restarts[0].basis.source) == ("documented", "cisco-cli-15.0")
    assert "After the upload of the signed certificate, UCCX nodes: 2." in texts(ecdsa.restarts)
    assert switch in texts(ecdsa.restarts)
    assert (rsa.number("restarts"), ecdsa.number("restarts")) == (2, 4)
    assert "upload: 2" in ecdsa.effort[0].text


@pytest.mark.parametrize(
    ("option", "numbers"),
    [
        ("ec-ca", {"certificates": 3, "cop-files": 0, "restarts": 2, "services": 1}),
        ("both-cops", {"certificates": 0, "cop-files": 3, "restarts": 3, "services": 0}),
        ("accept", {"certificates": 0, "restarts": 0, "pc-certificates": 0, "pc-addresses": 3}),
        ("self-signed-rollout", {"restarts": 0, "pc-certificates": 3, "pc-addresses": 0}),
    ],
)
def test_what_options_are_compared_by_is_counted(option: str, numbers: dict[Counted, int]) -> None:
    found = costs(ROW_4, option)
    assert {what: found.number(what) for what in numbers} == numbers


def test_the_trap_costs_its_certificates_also_where_an_ec_ca_has_signed_them_before() -> None:
    found = costs(site(*three(ecdsa="ec-ca", presents=AUTOMATIC)), "rsa-ca")
    assert (found.number("certificates"), found.number("restarts")) == (3, 2)


def test_a_line_tells_whether_it_is_about_all_nodes_of_its_products() -> None:
    assert all(line.every for line in costs(ROW_4, "uccx-cop").restarts)
    mixed = site(Box(PUBLISHER, ecdsa="ec-ca", presents=AUTOMATIC), Box(SUBSCRIBER, presents=AUTOMATIC))
    certificates, chains, _ = costs(mixed, "ec-ca").effort
    assert (certificates.every, chains.every) == (False, True)  # one looks for the chain on both


def page(made: Assessment) -> BeautifulSoup:
    return BeautifulSoup(str(show.options(made).html), "html.parser")


def compared(made: Assessment) -> dict[str, dict[str, str]]:
    """The comparison: by the title of each option, what stands below which head."""
    (found,) = page(made).select("table.options")
    _, *heads = [one.get_text() for one in found.select("thead th")]
    return {
        line.th.get_text(): dict(zip(heads, (cell.get_text() for cell in line("td")), strict=True))
        for line in found.select("tbody tr")
        if line("td")
    }


def test_the_comparison_has_a_column_for_each_gadget_and_for_each_number() -> None:
    rows = compared(ROW_4)
    assert rows["Have an EC CA sign tomcat-ECDSA on every node"] == {
        "Finesse desktop": "✓ works doc.",
        "Live Data gadgets": "✓ works doc.",
        "Chat and e-mail gadget": "✓ works doc.",
        "SocialMiner page": "✓ works inf.",
        "Certificates to have signed": "3 inf.",
        "COP files to install": "–",
        "Restarts of nodes": "2 doc.services on 1 inf.",
        "On each agent's PC": "–",
    }
    cops = rows["Install both COPs"]
    assert (cops["COP files to install"], cops["Restarts of nodes"]) == ("3 inf.", "3 inf.")
    assert rows["Let the agents accept the certificates"]["On each agent's PC"] == "3 to accept doc."


def test_every_entry_of_the_comparison_that_says_something_has_its_basis_in_brief_and_the_brief_is_told() -> (
    None
):
    for made in (ROW_1, ROW_4):
        marks = set()
        for row in compared(made).values():
            for cell in row.values():
                found = re.findall(r"\b(?:obs|doc|meas|inf)\.", cell)
                assert found or cell == "–", cell
                marks |= {*found}
        (legend,) = [one for one in page(made)("p") if one.get_text().startswith("Behind each entry")]
        assert {*re.findall(r"\b(?:obs|doc|meas|inf)\.", legend.get_text())} == marks


def test_options_stand_by_what_agents_would_meet_with_the_recommended_first_and_the_trap_last() -> None:
    groups: dict[str, list[str]] = {}
    for line in page(ROW_4).select("table.options tbody tr"):
        if not line("td"):
            last = groups.setdefault(line.get_text(), [])
        else:
            last.append(line.th.get_text())
    assert list(groups) == [
        "★ Recommended",
        "✓ Works as well",
        "▲ Leaves prompts",
        "✕ Not enough",
        "✕ Do not",
    ]
    assert groups["★ Recommended"] == ["Have an EC CA sign tomcat-ECDSA on every node", "Install both COPs"]
    assert groups["✕ Do not"] == ["Have an RSA CA sign tomcat-ECDSA (do not)"]


def test_where_everything_works_an_option_that_would_work_too_is_not_needed() -> None:
    boxes = three(ecdsa=None, release="12.5(1)SU3", cert_type="rsa", presents=ALL_RSA)
    made = site(*boxes, **trusting(RSA_ROOT, EC_ROOT))
    heads = page(made).select("table.options [scope=rowgroup]")
    assert [one.get_text() for one in heads] == ["– Not needed"]
    assert [one.option for one in made.options if one.applies] == ["cert-type-ecdsa"]


def test_an_option_that_would_change_no_node_is_not_offered() -> None:
    right = site(*three(ecdsa="ec-ca", presents=AUTOMATIC), **trusting(RSA_ROOT, EC_ROOT))
    reasons = {one.option: one.why_not for one in right.options if not one.applies}
    assert reasons["ec-ca"] == reasons["both-cops"] == "Every node is in this state already."
    heads = page(right).select("table.options [scope=rowgroup]")
    assert [one.get_text() for one in heads] == ["✕ Do not"]


def test_the_trap_is_marked_also_where_it_stops_nobody() -> None:
    alone = page(site(Box(PUBLISHER, presents=AUTOMATIC)))
    (head,) = [one for one in alone.select("table.options [scope=rowgroup]") if "Do not" in one.get_text()]
    assert "(do not)" in head.find_parent("tbody").get_text()
    assert "✕ Never." in alone.find(id="option-rsa-ca").get_text()


def test_every_option_that_applies_shows_its_three_costs_with_their_bases_and_no_time() -> None:
    for made in (ROW_1, ROW_4):
        shown = page(made)
        order = [one["id"] for one in shown.select("section[id^=option-]")]
        assert order == [one["href"][1:] for one in shown.select("table.options a")]
        for one in made.options:
            section = shown.find(id=f"option-{one.option}")
            assert (section is not None) == one.applies
            if section:
                told = dict(zip(section("dt"), section("dd"), strict=True))
                cost = {term.get_text(): said.get_text() for term, said in told.items()}
                for title in ("Restarts", "Outage", "Effort"):
                    assert re.search("documented|inferred|measured", cost[title])
                    assert not re.search(r"\d+ (hour|minute)", cost[title])


def test_nodes_are_named_only_where_they_are_not_all_of_their_products() -> None:
    assert PUBLISHER not in page(ROW_4).find(id="option-uccx-cop").get_text()
    mixed = site(
        Box(PUBLISHER, ecdsa="ec-ca", presents=AUTOMATIC),
        *(Box(name, presents=AUTOMATIC) for name in (SUBSCRIBER, MINER)),
    )
    assert f"2. ({MINER} and {SUBSCRIBER})" in page(mixed).find(id="option-ec-ca").get_text()


def test_of_many_nodes_those_that_are_left_out_are_named() -> None:
    miners = [Box(f"sm{number}.example.test", presents=AUTOMATIC) for number in range(4)]
    pair = [Box(PUBLISHER, ecdsa="ec-ca", presents=AUTOMATIC), Box(SUBSCRIBER, presents=AUTOMATIC)]
    told = page(site(*miners, *pair)).find(id="option-ec-ca").get_text()
    assert f"have signed and upload: 5. (all but {PUBLISHER})" in told


def test_a_reason_names_the_browsers_that_meet_the_worst_where_they_differ() -> None:
    agents = Agents(browsers=("chrome", "firefox"))
    made = site(*three(presents=AUTOMATIC), agents=agents)
    (found,) = [one for one in made.options if one.option == "accept"]
    assert "the Live Data gadgets in Chrome" in found.statement.text


def test_options_that_do_not_apply_are_listed_by_their_reason() -> None:
    text = page(ROW_4).get_text()
    for one in ROW_4.options:
        if not one.applies:
            assert one.why_not in text
