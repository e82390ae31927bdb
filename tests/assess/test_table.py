"""The four rows of Cisco's table for 11.5(1), written down by hand: twenty cells and what agents meet."""

import pytest

from assess.sites import (
    AUTOMATIC,
    EC_ROOT,
    MINER,
    PUBLISHER,
    RSA_ROOT,
    SOCIALMINER,
    UCCX,
    Box,
    evidence,
    three,
    trusting,
)
from certlib.assess import assess
from certlib.assess.expect import infer_presented
from certlib.knowledge import load

TABLE_SERVERS = ("uccx-tomcat", "notification", "socketio", "socialminer-tomcat", "socialminer-openfire")
RSA_SELF, RSA_CA = ("tomcat", "self-signed"), ("tomcat", "rsa-ca")
EC_SELF, EC_CA = ("tomcat-ECDSA", "self-signed"), ("tomcat-ECDSA", "ec-ca")
CELLS = {
    "row-1": (RSA_SELF, RSA_SELF, EC_SELF, RSA_SELF, EC_SELF),
    "row-2": (RSA_CA, RSA_CA, RSA_CA, RSA_CA, RSA_CA),
    "row-3": (RSA_CA, RSA_CA, EC_CA, RSA_CA, EC_CA),
    "row-4": (RSA_CA, RSA_CA, EC_SELF, RSA_CA, EC_SELF),
}
KINDS = {
    "row-1": ("self-signed", "self-signed"),
    "row-2": ("rsa-ca", "rsa-ca"),
    "row-3": ("rsa-ca", "ec-ca"),
    "row-4": ("rsa-ca", "self-signed"),
}
# finesse-desktop, live-data, chat-email, socialminer-page
MEETS = {
    "row-1": ("prompt", "prompt", "prompt", "prompt"),
    "row-2": ("works", "works", "does-not-load", "does-not-load"),
    "row-3": ("works", "works", "works", "works"),
    "row-4": ("works", "cannot-be-accepted", "prompt", "works"),
}
DOCUMENTED = {
    "row-1": {"live-data", "chat-email"},
    "row-2": {"finesse-desktop", "live-data", "chat-email", "socialminer-page"},
    "row-3": {"finesse-desktop", "live-data", "chat-email"},
    "row-4": {"live-data", "chat-email"},
}
VERDICTS = {"row-1": "ready with actions", "row-2": "not ready", "row-3": "ready", "row-4": "not ready"}


def site(row, **facts):
    """A site in a row. In row 2 an ECDSA-only client of the Tomcats gets it, to be seen at all."""
    tomcat, ecdsa = KINDS[row]
    presents = {} if row == "row-2" else AUTOMATIC
    answers = {"uccx-tomcat": True, "socialminer-tomcat": True} if row == "row-2" else {}
    boxes = three(tomcat=tomcat, ecdsa=ecdsa, presents=presents, answers_ecdsa=answers)
    return evidence(*boxes, **{**trusting(RSA_ROOT, EC_ROOT), **facts})


@pytest.mark.parametrize("row", CELLS)
def test_the_cells_of_a_row_are_documented_and_agree_with_what_was_observed(row):
    cells = {(cell.node, cell.web_server): cell for cell in assess(site(row)).now.endpoints}
    for server, wanted in zip(TABLE_SERVERS, CELLS[row], strict=True):
        cell = cells[MINER if server.startswith("socialminer") else PUBLISHER, server]
        assert [(one.identity, one.kind) for one in cell.expected] == [wanted]
        assert cell.statement.kind == "documented"
        assert row.replace("-", " ") in cell.statement.basis.section
        assert cell.agrees is True


@pytest.mark.parametrize("row", CELLS)
def test_the_rules_alone_reproduce_every_cell_of_a_row(row):
    knowledge = load()
    states = {state.node: state for state in assess(site(row)).now.nodes}
    for server, wanted in zip(TABLE_SERVERS, CELLS[row], strict=True):
        state = states[MINER if server.startswith("socialminer") else PUBLISHER]
        given = infer_presented(state=state, server=knowledge.web_servers[server], knowledge=knowledge)
        assert [(one.identity, one.kind) for one in given.expected] == [wanted]
        assert given.statement.kind == "inferred"


@pytest.mark.parametrize("row", CELLS)
def test_what_agents_meet_in_a_row_is_what_the_table_says_and_says_so(row):
    met = assess(site(row)).now.experiences
    assert tuple(one.outcome for one in met) == MEETS[row]
    assert {one.gadget for one in met if one.statement.kind == "documented"} == DOCUMENTED[row]


@pytest.mark.parametrize("row", CELLS)
def test_each_row_has_its_verdict(row):
    assert assess(site(row)).verdict.word == VERDICTS[row]


def test_finesse_and_cuic_share_the_cells_of_uccx_tomcat_as_one_regeneration_covers_all_three():
    cells = {cell.web_server: cell for cell in assess(site("row-4")).now.endpoints if cell.node == PUBLISHER}
    for server in ("finesse-tomcat", "cuic-tomcat"):
        assert [(one.identity, one.kind) for one in cells[server].expected] == [RSA_CA]
        basis = cells[server].statement.basis
        assert (basis.kind, basis.source) == ("documented", "cisco-200423")


def test_row_1_documents_self_signed_only_so_the_other_key_type_is_no_difference():
    boxes = three(tomcat="self-signed", presents={"uccx-tomcat": "tomcat-ECDSA", **AUTOMATIC})
    cells = assess(evidence(*boxes)).now.endpoints
    assert all(cell.agrees for cell in cells if cell.web_server == "uccx-tomcat")


def test_a_service_update_of_11_5_is_judged_by_the_row_and_marked_as_inferred():
    found = assess(evidence(*three(presents=AUTOMATIC, release="11.5(1)SU1"), **trusting(RSA_ROOT)))
    assert tuple(one.outcome for one in found.now.experiences) == MEETS["row-4"]
    assert all(one.statement.kind == "inferred" for one in found.now.experiences)
    own = {"finesse-tomcat", "cuic-tomcat"}  # what they share with Tomcat is documented of its own
    assert {cell.statement.kind for cell in found.now.endpoints if cell.web_server not in own} == {"inferred"}
    assert any("11.5(1)SU1" in one.text for one in found.not_checked)


def test_doubts_of_the_table_are_carried_along():
    met = {one.gadget: one for one in assess(site("row-4")).now.experiences}
    assert "443" in met["chat-email"].doubt
    assert {one.gadget: one.doubt for one in assess(site("row-2")).now.experiences}["chat-email"]


def test_every_web_server_of_every_node_has_its_cell():
    assert len(assess(site("row-3")).now.endpoints) == 2 * len(UCCX) + len(SOCIALMINER)


def test_a_combination_outside_the_table_is_inferred_and_said_to_be_so():
    boxes = [Box(box.name, tomcat="self-signed", ecdsa="ec-ca", presents=AUTOMATIC) for box in three()]
    found = assess(evidence(*boxes))
    met = {one.gadget: one for one in found.now.experiences}
    assert (
        met["finesse-desktop"].outcome == "cannot-be-accepted"
    )  # SocketIO shows a trusted one on the same host
    assert met["finesse-desktop"].statement.basis.rule == "rule-acceptance"
    covered = next(one for one in found.findings if one.check == "covered-by-table")
    assert covered.state == "information"
    assert all(state.row is None for state in found.now.nodes)
