"""What is recommended for a site: the advice of Cisco's note for its row, no more and no less."""

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
from loopback import site as preset

# Written by hand from Cisco's note (210528).
# Row 1: "agents need to be advised to accept"; "use a group policy or package manager, or install them
#   individually"; and of the COPs in the FAQ, "self-signed and you do not want agents to accept extra ones".
# Row 2: "RSA (Need to install cop - CSCvb58580)", in the column of SocialMiner Openfire alone.
# Row 3: the best practice; nothing is to be done.
# Row 4: "You must get the certificate signed by an EC CA or install the cop on UCCX"; the FAQ has it on UCCX
#   and SocialMiner for whoever neither signs nor accepts.
NOTE = {
    "row-1": {
        "self-signed-rollout": "documented by Cisco (210528, table row 1 and self-signed certificates)",
        "accept": "documented by Cisco (210528, table row 1 and self-signed certificates)",
        "both-cops": "documented by Cisco (210528, table row 1 and FAQ)",
    },
    "row-2": {"socialminer-cop": "inferred (210528, table row 2)"},
    "row-3": {},
    "row-4": {
        "ec-ca": "documented by Cisco (210528, table row 4)",
        "both-cops": "documented by Cisco (210528, table row 4 and FAQ)",
    },
}
RSA_SIGNED = {"ecdsa": "rsa-ca", "answers_ecdsa": {"uccx-tomcat": True, "socialminer-tomcat": True}}


def site(*boxes: Box, **facts: object) -> Assessment:
    return assess(evidence(*boxes, **{**trusting(RSA_ROOT, EC_ROOT), **facts}))


def why(assessment: Assessment, option: str):
    return next(one for one in assessment.options if one.option == option).statement


def option(assessment: Assessment, name: str):
    return next(one for one in assessment.options if one.option == name)


def outcomes(scenario) -> set[str]:
    return {one.outcome for one in scenario.experiences}


# --- the four rows of the note


@pytest.mark.parametrize("row", NOTE)
def test_the_report_of_a_row_recommends_what_the_note_advises_and_nothing_else(row: str) -> None:
    assessment = preset(row)[1]
    assert set(assessment.recommended) == set(NOTE[row])
    assert {one.option for one in assessment.options if one.recommended} == set(NOTE[row])
    advice = BeautifulSoup(str(show.what_to_do(assessment).html), "html.parser").select("ol > li")
    assert len(advice) == len(NOTE[row])
    for item, name in zip(advice, assessment.recommended, strict=True):
        assert NOTE[row][name] in item.get_text()


def test_row_2_over_the_wire_is_a_conclusion_and_the_report_says_how_to_settle_it() -> None:
    text = show.what_to_do(preset("row-2")[1]).html
    assert "is inferred, not observed" in text
    assert "show cert own tomcat-ECDSA" in text


def test_row_2_with_the_certificate_seen_is_documented() -> None:
    found = site(*three(**RSA_SIGNED))
    assert found.recommended == ("socialminer-cop",)
    said = why(found, "socialminer-cop")
    assert (said.kind, said.basis.source, said.basis.section) == ("documented", "cisco-210528", "table row 2")
    assert "none on UCCX" in said.text
    assert "concluded" not in said.text


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("no", ("socialminer-cop",)), ("unknown", ("socialminer-cop",)), ("yes", ("ec-ca", "socialminer-cop"))],
)
def test_row_2_asks_for_the_cop_whatever_the_ca_and_for_an_ec_ca_where_there_is_one(answer, expected) -> None:
    assert site(*three(**RSA_SIGNED), ca_signs_with_ec=answer).recommended == expected


def test_the_uccx_cop_is_no_advice_in_row_2_and_the_socialminer_cop_alone_none_in_row_4() -> None:
    assert "uccx-cop" not in site(*three(**RSA_SIGNED)).recommended
    assert "socialminer-cop" not in site(*three(presents=AUTOMATIC)).recommended


def test_in_11_5_1_su1_the_advice_of_the_row_is_a_conclusion() -> None:
    found = site(*three(presents=AUTOMATIC, release="11.5(1)SU1"))
    assert found.recommended == ("ec-ca", "both-cops")
    said = why(found, "ec-ca")
    assert (said.kind, said.basis.source, said.basis.rule) == (
        "inferred",
        "cisco-210528",
        "rule-era-automatic-update",
    )


def test_several_ways_of_a_row_are_told_with_the_order_as_certlibs_own() -> None:
    assert "does not rank them" in show.options(preset("row-1")[1]).html
    assert "does not rank them" not in show.options(preset("row-2")[1]).html


# --- what the table leaves out


def test_nodes_in_unlike_rows_get_the_advice_of_their_rows_as_a_conclusion() -> None:
    boxes = (
        Box(PUBLISHER, ecdsa="ec-ca", presents=AUTOMATIC),
        Box(SUBSCRIBER, presents=AUTOMATIC),
        Box(MINER, ecdsa="ec-ca", presents=AUTOMATIC),
    )
    found = site(*boxes, ca_signs_with_ec="yes")
    assert found.recommended == ("ec-ca", "wait-with-cop")
    assert why(found, "ec-ca").basis.rule == "rule-advice-outside-table"


def test_what_leaves_something_broken_is_no_advice_where_another_way_cures_it() -> None:
    assert preset("mixed")[1].recommended == ("ec-ca", "wait-with-cop")


def test_a_self_signed_site_of_another_release_is_told_of_its_pcs_and_of_no_cop() -> None:
    found = site(*three(tomcat="self-signed", ecdsa=None, release="12.0(1)", presents=ALL_RSA))
    assert found.recommended == ("self-signed-rollout", "accept")


def test_on_a_site_without_socialminer_the_advice_is_the_cop_on_uccx_and_no_text_speaks_of_both() -> None:
    found = site(Box(PUBLISHER, presents=AUTOMATIC), Box(SUBSCRIBER, presents=AUTOMATIC))
    assert found.recommended == ("ec-ca", "uccx-cop")
    assert not option(found, "both-cops").applies
    assert "Install the COP on the UCCX nodes" in option(found, "both-cops").why_not
    for told in (show.what_to_do(found).html, show.runbook(found).html):
        assert "SocialMiner" not in told
        assert "COPs" not in told
    compared = BeautifulSoup(str(show.options(found).html), "html.parser")
    for name in ("ec-ca", "wait-with-cop", "uccx-cop", "rsa-ca"):
        section = compared.find(id=f"option-{name}").get_text()
        assert "SocialMiner" not in section, name
        assert "COPs" not in section, name


# --- the way on from a COP


COPS = {PUBLISHER: ("uccx-ecdsa-off",), SUBSCRIBER: ("uccx-ecdsa-off",), MINER: ("socialminer-ecdsa-off",)}


def behind_cops(**facts: object) -> Assessment:
    return site(*(Box(name, cops=cops) for name, cops in COPS.items()), **facts)


def test_behind_a_cop_with_an_ec_ca_the_way_on_is_recommended_although_the_site_is_ready() -> None:
    found = behind_cops(ca_signs_with_ec="yes")
    assert found.verdict.word == "ready"
    assert found.recommended == ("cop-to-ec-ca",)
    assert {state.tomcat_ecdsa for state in found.after_recommended.nodes} == {"ec-ca"}
    assert {state.cops for state in found.after_recommended.nodes} == {()}


@pytest.mark.parametrize("answer", ["no", "unknown"])
def test_behind_a_cop_without_a_known_ec_ca_nothing_is_recommended(answer: str) -> None:
    assert behind_cops(ca_signs_with_ec=answer).recommended == ()


def test_behind_a_cop_signing_alone_is_no_option() -> None:
    found = behind_cops()
    assert not option(found, "ec-ca").applies
    assert "in place of the COPs" in option(found, "ec-ca").why_not


# --- the certificate type, from 12.5(1)SU2 on


def opted(cert_type: str, **facts: object) -> Assessment:
    return site(*three(ecdsa=None, release="12.5(1)SU3", presents=ALL_RSA, cert_type=cert_type), **facts)


def test_the_certificate_type_can_be_set_from_12_5_1_su2_on_alone() -> None:
    for release in ("11.5(1)", "12.5(1)SU1"):
        found = site(*three(ecdsa=None, release=release))
        assert not option(found, "cert-type-rsa").applies
        assert not option(found, "cert-type-ecdsa").applies
    assert option(opted("unknown"), "cert-type-rsa").applies


def test_a_node_that_is_set_to_a_type_is_not_set_to_it_again() -> None:
    assert not option(opted("rsa"), "cert-type-rsa").applies
    assert option(opted("rsa"), "cert-type-ecdsa").applies


def test_set_to_rsa_every_web_server_presents_tomcat_and_agents_work() -> None:
    scenario = option(opted("unknown"), "cert-type-rsa").scenario
    uccx = [cell for cell in scenario.endpoints if cell.node != MINER and cell.expected]
    assert {(one.identity, one.kind) for cell in uccx for one in cell.expected} == {("tomcat", "rsa-ca")}
    assert outcomes(scenario) == {"works"}


def test_set_to_ecdsa_every_web_server_follows_and_the_chat_platform_is_left_as_it_is() -> None:
    scenario = option(opted("rsa"), "cert-type-ecdsa").scenario
    for cell in scenario.endpoints:
        given = {(one.identity, one.kind) for one in cell.expected}
        rsa, ec = ("tomcat", "rsa-ca"), ("tomcat-ECDSA", "ec-ca")
        assert given in ({rsa}, set()) if cell.node == MINER else given in ({ec}, set())
    assert {state.cert_type for state in scenario.nodes if state.node == MINER} == {"rsa"}
    assert outcomes(scenario) == {"works"}


def test_a_site_that_works_is_not_told_to_switch() -> None:
    assert opted("unknown").recommended == ()
    assert opted("rsa").recommended == ()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("yes", ("cert-type-ecdsa", "cert-type-rsa")), ("unknown", ("cert-type-rsa",))],
)
def test_a_site_set_to_ecdsa_whose_certificate_is_not_trusted_is_told_the_ways_out(answer, expected) -> None:
    shown = {"socketio": "tomcat-ECDSA", "finesse-tomcat": "tomcat-ECDSA"}
    boxes = three(release="12.5(1)SU3", presents=shown, cert_type="ecdsa")
    found = site(*boxes, ca_signs_with_ec=answer)
    assert found.recommended == expected
    assert why(found, "cert-type-rsa").basis.rule == "rule-cert-type-back"
    assert outcomes(found.after_recommended) == {"works"}


def test_what_was_worked_out_on_the_site_is_no_statement_of_ciscos():
    found = site(*three(presents=AUTOMATIC))
    also = why(found, "self-signed-rollout")
    assert also.text == "It would work too, but other options come first."
    assert (also.kind, also.basis.rule) == ("inferred", "rule-option-worked-out")
    for one in found.options:
        assert one.applies or one.statement.basis.rule == "rule-option-worked-out"


def test_what_an_option_leaves_as_it_was_seen_is_concluded_of_the_time_after():
    refusing = Box(MINER, presents={"socialminer-tomcat": "refuses browsers"}, **RSA_SIGNED)
    left = why(site(Box(PUBLISHER, **RSA_SIGNED), refusing), "uccx-cop")
    assert left.text.startswith("Not enough: ")
    assert left.kind == "inferred"


def test_advice_outside_the_table_names_the_case_it_is_for_and_does_not_claim_it_of_the_site():
    unlike = (Box(PUBLISHER, ecdsa="ec-ca", presents=AUTOMATIC), Box(SUBSCRIBER, presents=AUTOMATIC))
    said = why(site(*unlike, ca_signs_with_ec="no"), "uccx-cop")
    assert said.text.startswith("This option is meant for this case: The site is self-signed ")
    assert said.basis.rule == "rule-advice-outside-table"


def test_a_gadget_that_does_not_load_has_its_reason_on_page_one():
    found = site(*three(presents=ALL_RSA, **RSA_SIGNED))
    reason = "sm.example.test: tomcat-ECDSA, signed by an RSA CA, stops SocialMiner (CSCvb58580)."
    assert {one.why for one in found.now.experiences if one.outcome == "does-not-load"} == {reason}
    assert reason in BeautifulSoup(str(show.summary(found).html), "html.parser").get_text()


def test_a_way_that_would_stop_the_agents_is_not_advised_even_if_it_is_the_tables():
    row_4 = site(*three(presents=AUTOMATIC), **trusting(EC_ROOT), ca_signs_with_ec="yes")
    signed = option(row_4, "ec-ca")
    assert "cannot-be-accepted" in outcomes(signed.scenario)  # tomcat's CA is not among those that PCs trust
    assert not signed.recommended
    assert signed.statement.text.startswith("Do not do this: ")


def test_what_to_do_names_the_release_at_which_an_upgrade_must_not_stop_and_what_is_to_be_confirmed():
    passing = three(ecdsa=None, presents=ALL_RSA, release="11.0(1)", target="12.0(1)")[:1]
    said = show.what_to_do(site(*passing)).text
    assert "taken to go from 11.5(1) to 12.0(1) in one hop; no document that says so was found" in said
    update = three(ecdsa="ec-ca", presents=AUTOMATIC, release="11.5(1)SU1")
    said = show.what_to_do(site(*update)).text
    assert "confirm the conclusion in a laboratory" in said
