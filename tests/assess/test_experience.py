"""What agents meet in each gadget, browser by browser, written by hand from what is documented and measured.

Chromium keeps what was accepted for a host and forgets it beside a trusted certificate; Firefox keeps it for
host and port; of Internet Explorer nothing was found. The note's table names no browser, so it holds for each
of which nothing else is known.
"""

from dataclasses import replace

import pytest

from assess.sites import (
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
from certlib.assess import assess
from certlib.evidence import Hsts
from certlib.inventory import Agents
from certlib.inventory.model import Browser
from certlib.knowledge import load

GADGETS = ("finesse-desktop", "live-data", "chat-email", "socialminer-page")
WORKS, CANNOT, DEAD, OPEN = "works", "cannot-be-accepted", "does-not-load", "open"
# Row of the note: what the browsers meet in GADGETS; a number is a prompt, so often per PC; "asked": a prompt
# that is not counted, since how far the browser keeps what is accepted was not found.
# Self-signed: Finesse 8445 and 7443, Live Data 12015, 8444, 7443 and the platform's 443, each on two nodes;
# chat 443 and 7443 of SocialMiner and 443 of both UCCX nodes. Firefox asks for each port, Chromium for each
# certificate of a node: Finesse shows tomcat alone, Live Data tomcat-ECDSA on 12015 and tomcat elsewhere,
# chat tomcat-ECDSA on 7443 of SocialMiner and tomcat on each 443.
EXPECTED = {
    ("row-1", "edge"): (2, 4, 4, 1),
    ("row-1", "firefox"): (4, 8, 4, 1),
    ("row-1", "ie"): ("asked", "asked", "asked", "asked"),
    ("row-2", "edge"): (WORKS, WORKS, DEAD, DEAD),
    ("row-2", "firefox"): (WORKS, WORKS, DEAD, DEAD),
    ("row-2", "ie"): (WORKS, WORKS, DEAD, DEAD),
    ("row-3", "edge"): (WORKS, WORKS, WORKS, WORKS),
    ("row-3", "firefox"): (WORKS, WORKS, WORKS, WORKS),
    ("row-3", "ie"): (WORKS, WORKS, WORKS, WORKS),
    ("row-4", "edge"): (WORKS, CANNOT, 1, WORKS),
    ("row-4", "firefox"): (WORKS, 2, 1, WORKS),
    ("row-4", "ie"): (WORKS, CANNOT, "asked", WORKS),
}
KINDS = {
    "row-1": ("self-signed", "self-signed"),
    "row-2": ("rsa-ca", "rsa-ca"),
    "row-3": ("rsa-ca", "ec-ca"),
    "row-4": ("rsa-ca", "self-signed"),
}


def site(row, *browsers, **facts):
    tomcat, ecdsa = KINDS[row]
    presents = {} if row == "row-2" else AUTOMATIC
    answers = {"uccx-tomcat": True, "socialminer-tomcat": True} if row == "row-2" else {}
    boxes = three(tomcat=tomcat, ecdsa=ecdsa, presents=presents, answers_ecdsa=answers)
    return evidence(*boxes, **{**trusting(RSA_ROOT, EC_ROOT), **facts, "agents": agents(*browsers)})


def agents(*browsers):
    return Agents(browsers=browsers, trusted_cas=(RSA_ROOT.sha256, EC_ROOT.sha256))


def met(scenario):
    return {one.gadget: one for one in scenario.experiences}


def said(one):
    """A cell of EXPECTED."""
    if one.outcome != "prompt":
        return one.outcome
    return "asked" if one.prompts is None else one.prompts


@pytest.mark.parametrize(("row", "browser"), EXPECTED)
def test_each_browser_meets_what_the_table_by_hand_says(row, browser):
    found = met(assess(site(row, browser)).now)
    assert tuple(said(found[gadget]) for gadget in GADGETS) == EXPECTED[row, browser]
    for one in found.values():
        (alone,) = one.by_browser
        assert (alone.outcome, alone.prompts, alone.statement) == (one.outcome, one.prompts, one.statement)


def test_every_browser_that_an_inventory_may_name_belongs_to_one_family():
    named = [one.name for family in load().browsers.values() for one in family.browsers]
    assert sorted(named) == sorted(Browser.__args__)


@pytest.mark.parametrize("row", KINDS)
def test_the_worst_browser_counts_and_each_is_kept(row):
    found = met(assess(site(row, "chrome", "edge", "firefox")).now)
    for position, gadget in enumerate(GADGETS):
        chromium, firefox = found[gadget].by_browser
        assert (chromium.title, firefox.title) == ("Chrome, Edge", "Firefox")
        assert said(chromium) == EXPECTED[row, "edge"][position]
        assert said(firefox) == EXPECTED[row, "firefox"][position]
    assert found["live-data"].outcome == {"row-1": "prompt", "row-4": CANNOT}.get(row, WORKS)


def test_the_most_prompts_of_any_browser_are_the_number_of_a_gadget():
    assert met(assess(site("row-1", "chrome", "firefox")).now)["live-data"].prompts == 8


def test_a_site_whose_agents_use_firefox_alone_is_ready_with_actions_where_chrome_stops_it():
    assert assess(site("row-4", "firefox")).verdict.rule == "verdict-prompts"
    for browsers in ((), ("chrome",), ("firefox", "edge"), ("ie",)):
        assert assess(site("row-4", *browsers)).verdict.rule == "verdict-gadget-blocked"


def test_the_verdict_names_the_browsers_where_not_all_of_them_fail():
    said = assess(site("row-4", "chrome", "edge", "firefox")).verdict.statement.text
    assert "agents cannot use the Live Data gadgets in Chrome and Edge, as the certificate" in said
    assert "with" not in assess(site("row-4", "chrome", "edge")).verdict.statement.text


def test_what_the_note_says_is_documented_and_what_firefox_does_beside_it_is_measured_with_its_doubt():
    chromium, firefox, ie = met(assess(site("row-4", "edge", "firefox", "ie")).now)["live-data"].by_browser
    assert chromium.statement.kind == ie.statement.kind == "documented"
    assert firefox.statement.kind == "measured"
    assert firefox.statement.basis.rule == "rule-acceptance-firefox"
    assert firefox.statement.basis.source == "certlib-measured"
    assert "names no browser" in firefox.doubt
    assert "HSTS" in firefox.doubt
    assert "no source was found" in ie.doubt
    assert chromium.doubt == ""


def test_that_chromium_forgets_the_chat_certificate_is_a_doubt_of_chromium_alone():
    chromium, firefox = met(assess(site("row-4", "edge", "firefox")).now)["chat-email"].by_browser
    assert "443" in chromium.doubt
    assert firefox.doubt == ""


def test_outside_the_table_nothing_is_known_of_internet_explorer_beside_a_trusted_certificate():
    boxes = [Box(box.name, tomcat="self-signed", ecdsa="ec-ca", presents=AUTOMATIC) for box in three()]
    facts = {**trusting(RSA_ROOT, EC_ROOT), "agents": agents("edge", "firefox", "ie")}
    found = assess(evidence(*boxes, **facts))
    chromium, firefox, ie = met(found.now)["finesse-desktop"].by_browser  # SocketIO beside it is trusted
    assert (chromium.outcome, chromium.statement.basis.rule) == (CANNOT, "rule-acceptance")
    assert (said(firefox), firefox.statement.basis.rule) == (4, "rule-acceptance-firefox")
    assert (ie.outcome, ie.statement.basis.rule) == (OPEN, "rule-browser-unknown")


def test_without_a_named_browser_the_chromium_family_is_taken_and_that_is_said():
    found = assess(site("row-1"))
    assert {one.title for each in found.now.experiences for one in each.by_browser} == {"Chrome, Edge"}
    assert met(found.now)["live-data"].prompts == 4
    (told,) = found.browsers
    assert told.text == "These results are for Chrome and Edge, as the inventory names no browser."
    assert told.basis.rule == "rule-browsers-assumed"


def test_named_browsers_are_told_with_the_rule_that_the_worst_counts():
    (told,) = assess(site("row-1", "chrome", "firefox")).browsers
    assert told.text.startswith("These results are for Chrome and Firefox, the browsers in the inventory.")
    assert told.text.endswith("Where they differ, the worst one counts.")
    assert told.basis.rule == "rule-worst-browser"
    (alone,) = assess(site("row-1", "firefox")).browsers
    assert alone.text == "These results are for Firefox, the browser in the inventory."


def test_what_was_not_found_of_internet_explorer_is_said_and_its_end_only_where_it_is_reached():
    _, unknown = assess(site("row-1", "ie")).browsers
    assert "no source was found" in unknown.text
    for target, ended in (("12.5(1)SU1", False), ("12.5(1)SU2", True)):
        boxes = three(ecdsa=None, release="12.5(1)", target=target)
        facts = {**trusting(RSA_ROOT, EC_ROOT), "agents": agents("ie")}
        _, *rest = assess(evidence(*boxes, **facts)).browsers  # all works, so what it keeps is of no account
        assert [(one.kind, "do not support it" in one.text) for one in rest] == [("documented", True)] * ended


def test_a_trusted_page_that_sends_hsts_lets_nobody_accept_a_certificate_of_its_host_in_any_browser():
    seen = tuple(
        Hsts(f"{node}/finesse-tomcat", "max-age=31536000", status=200) for node in (PUBLISHER, SUBSCRIBER)
    )
    given = replace(site("row-4", "firefox"), hsts=seen)
    found = met(assess(given).now)["live-data"]
    assert (found.outcome, found.statement.basis.rule) == (CANNOT, "rule-hsts")
    assert "send HSTS" in found.why
    chat = replace(
        site("row-4", "firefox"), hsts=(Hsts(f"{MINER}/socialminer-tomcat", "max-age=1", status=200),)
    )
    assert met(assess(chat).now)["chat-email"].outcome == CANNOT
    assert met(assess(chat).now)["live-data"].outcome == "prompt"


def test_hsts_over_a_certificate_error_is_not_heeded_nor_is_a_header_that_ends_it():
    pages = tuple(
        Hsts(f"{node}/finesse-tomcat", "max-age=31536000", status=200) for node in (PUBLISHER, SUBSCRIBER)
    )
    assert met(assess(replace(site("row-1", "firefox"), hsts=pages)).now)["live-data"].outcome == "prompt"
    ended = tuple(replace(one, header="max-age=0") for one in pages)
    assert met(assess(replace(site("row-4", "firefox"), hsts=ended)).now)["live-data"].outcome == "prompt"


def test_options_are_weighed_by_the_browsers_of_the_site():
    after = {
        browser: next(
            one.scenario for one in assess(site("row-4", browser)).options if one.option == "accept"
        )
        for browser in ("edge", "firefox")
    }
    assert met(after["edge"])["live-data"].outcome == CANNOT
    assert met(after["firefox"])["live-data"].outcome == "prompt"


def test_chromium_asks_for_each_certificate_of_a_node_and_with_the_cops_for_one_alone():
    boxes = three(tomcat="self-signed", ecdsa="self-signed", presents=AUTOMATIC)
    found = assess(evidence(*boxes, agents=Agents(browsers=("chrome",))))
    with_cops = next(one.scenario for one in found.options if one.option == "both-cops")
    counts = {one.gadget: one.prompts for one in with_cops.experiences}
    assert met(found.now)["live-data"].prompts == 4
    assert counts == {"finesse-desktop": 2, "live-data": 2, "chat-email": 3, "socialminer-page": 1}


def test_the_finding_names_the_browsers_whose_agents_are_stopped_where_others_are_not() -> None:
    (one,) = [
        each
        for each in assess(site("row-4", "chrome", "edge", "firefox")).findings
        if each.gadget == "live-data"
    ]
    assert one.statement.text.startswith("Live Data gadgets in Chrome, Edge, ")
    (alone,) = [
        each for each in assess(site("row-4", "chrome", "edge")).findings if each.gadget == "live-data"
    ]
    assert alone.statement.text.startswith("Live Data gadgets, ")
