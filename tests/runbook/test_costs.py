"""What an option costs a site: counted for its nodes, and never in hours.

The numbers are counted by hand: the site is a UCCX pair with SocialMiner unless a test says otherwise.
"""

import re

import pytest
from bs4 import BeautifulSoup

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
from certlib.inventory import Agents
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
    assert chains.text == "Nodes on which the CA's root and intermediates are uploaded: 2."
    assert chains.nodes == (MINER, PUBLISHER)
    assert "nothing" in pcs.text
    assert "not published" in texts(found.outage)
    trust = found.outage[1]
    assert ("Notification Service" in trust.text, trust.basis.kind) == (True, "documented")


def test_a_single_node_without_socialminer_counts_one_of_each() -> None:
    found = costs(site(Box(PUBLISHER, presents=AUTOMATIC)), "ec-ca")
    assert [line.nodes for line in found.restarts] == [(PUBLISHER,)]
    assert found.effort[0].text.endswith(": 1.")
    assert found.effort[1].text.endswith(": 1.")


@pytest.mark.parametrize(("option", "files"), [("uccx-cop", 2), ("socialminer-cop", 1), ("both-cops", 3)])
def test_a_cop_costs_a_file_for_each_node_and_what_it_restarts_is_not_published(option, files) -> None:
    found = costs(ROW_4, option)
    assert found.effort[0].text == f"COP files to install: {files}, one on each node."
    for (line,) in (found.restarts, found.outage):
        assert line.text.startswith("Not published")
        assert line.basis.rule == "rule-not-published"
        assert len(line.nodes) == files


def test_waiting_for_the_ca_costs_two_windows_with_the_cops_in_both() -> None:
    found = costs(ROW_4, "wait-with-cop")
    assert "First window: not published" in found.restarts[0].text
    assert "UCCX nodes, each of them once: 2." in texts(found.restarts)
    assert "COP files to install now: 3, and as many rollback COP files later." in texts(found.effort)
    assert "upload: 3." in texts(found.effort)


@pytest.mark.parametrize(("made", "certificates", "addresses"), [(ROW_1, 6, 10), (ROW_4, 3, 3)])
def test_a_roll_out_and_accepting_are_counted_by_certificates_and_addresses(
    made: Assessment, certificates: int, addresses: int
) -> None:
    # Row 1: two certificates on each of three nodes; of the seven web servers of agents on a UCCX node and
    # SocialMiner, four each of UCCX (Finesse, Notification, SocketIO, Unified Intelligence Center) and two.
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
    assert [line.text for line in rsa.restarts] == ["By the command, UCCX nodes: 2."]
    assert (rsa.restarts[0].basis.kind, rsa.restarts[0].basis.source) == ("documented", "cisco-cli-15.0")
    assert len(ecdsa.restarts) == 2
    assert "upload: 2" in ecdsa.effort[0].text


def test_every_option_that_applies_shows_its_three_costs_with_their_bases_and_no_time() -> None:
    for made in (ROW_1, ROW_4):
        shown = BeautifulSoup(str(show.options(made).html), "html.parser")
        heads = [one.get_text() for one in shown.select_one("table thead")("th")]
        assert heads == ["Option", "What agents meet afterwards", "Restarts", "Outage", "Effort"]
        for row in shown.select_one("table tbody")("tr"):
            cells = [cell.get_text() for cell in row("td")]
            assert all(cells)
            for cell in cells[1:]:
                assert re.search("documented|inferred|measured", cell)
                assert not re.search(r"\d+ (hour|minute)", cell)
        for one in made.options:
            section = shown.find(id=f"option-{one.option}")
            assert (section is not None) == one.applies
            if section:
                assert all(title in section.get_text() for title in ("Restarts", "Outage", "Effort"))


def test_the_recommended_options_are_compared_first_in_their_order() -> None:
    rows = BeautifulSoup(str(show.options(ROW_4).html), "html.parser").select("table tbody")[0]("tr")
    first = [row.find("th").get_text() for row in rows[:3]]
    assert ["★" in title for title in first] == [True, True, False]
    assert first[0].startswith("Have an EC CA sign")
