"""What changed between two collections of a site, and whether what was foreseen came."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest

from assess.sites import (
    AUTOMATIC,
    COLLECTED,
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
from certlib import assess
from certlib.assess import Assessment
from certlib.changes.comparison import Comparison, compare_assessments
from certlib.evidence import Evidence
from certlib.inventory import Report, Waiver
from certlib.reasons import Reason

LATER = COLLECTED + dt.timedelta(days=30)
TRUST = trusting(RSA_ROOT, EC_ROOT)
SOCKETS = f"{PUBLISHER}/socketio"
ROW_4 = three(presents=AUTOMATIC)  # RSA signed by a CA, ECDSA by itself
ROW_3 = three(ecdsa="ec-ca", presents=AUTOMATIC)  # ECDSA signed by an EC CA
BEFORE = three(ecdsa=None, release="10.6(1)", target="11.5(1)")
COPS = ("uccx-ecdsa-off", "uccx-ecdsa-off", "socialminer-ecdsa-off")
WITH_COPS = tuple(replace(box, presents={}, cops=(cop,)) for box, cop in zip(ROW_4, COPS, strict=True))

Boxes = Sequence[Box]


def of(boxes: Boxes, **site: object) -> Evidence:
    return evidence(*boxes, **{**TRUST, **site})


def later(found: Evidence) -> Evidence:
    return replace(found, collected=LATER, finished=LATER)


def compared(then: Boxes | Evidence, now: Boxes | Evidence) -> Comparison:
    made: list[Assessment] = []
    for given, move in ((then, lambda one: one), (now, later)):
        made.append(assess(move(given if isinstance(given, Evidence) else of(given))))
    return compare_assessments(*made)


def with_one(boxes: Boxes, name: str, **changed: object) -> tuple[Box, ...]:
    return tuple(replace(box, **changed) if box.name == name else box for box in boxes)


def endpoint(found: Comparison, name: str) -> str:
    return next(one.change for one in found.endpoints if one.endpoint.id == name)


def test_the_same_twice_is_the_same_in_everything_that_is_compared() -> None:
    found = compared(ROW_4, ROW_4)
    assert found.verdict == "same"
    assert {one.change for one in found.nodes} == {"same"}
    assert {one.course for one in found.experiences} == {"same"}
    assert {one.change for one in found.endpoints} == {"same"}
    assert {change.change for change in found.findings} == {"same"}
    assert found.remarks == ()


def test_what_agents_meet_and_the_verdict_get_better_or_worse() -> None:
    better, worse = compared(ROW_4, ROW_3), compared(ROW_3, ROW_4)
    assert (better.verdict, worse.verdict) == ("better", "worse")
    for found, course in ((better, "better"), (worse, "worse")):
        courses = {one.gadget: one.course for one in found.experiences}
        assert (courses["live-data"], courses["finesse-desktop"]) == (course, "same")


def silent(*servers: str) -> dict[str, Reason]:
    return dict.fromkeys(servers, Reason.REFUSED)


ENDPOINTS: dict[str, tuple[Boxes, Boxes, str, str]] = {
    "another certificate": (ROW_4, ROW_3, SOCKETS, "changed"),
    "the same certificate": (ROW_4, ROW_3, f"{PUBLISHER}/uccx-tomcat", "same"),
    "no answer any more": (
        ROW_4,
        with_one(ROW_4, PUBLISHER, presents=silent("socketio")),
        SOCKETS,
        "silent",
    ),
    "an answer at last": (
        with_one(ROW_4, PUBLISHER, presents=silent("socketio")),
        ROW_4,
        SOCKETS,
        "answers",
    ),
    "no answer, as then": (
        with_one(ROW_4, PUBLISHER, presents=silent("socketio")),
        with_one(ROW_4, PUBLISHER, presents=silent("socketio")),
        SOCKETS,
        "still-silent",
    ),
    "not asked this time": (
        ROW_4,
        with_one(ROW_4, PUBLISHER, presents={"socketio": Reason.NOT_ASKED}),
        SOCKETS,
        "untold",
    ),
    "browsers are refused": (
        ROW_4,
        with_one(ROW_4, MINER, presents={"socialminer-openfire": "refuses browsers"}),
        f"{MINER}/socialminer-openfire",
        "refuses",
    ),
    "a node that is new": (ROW_4[:1], ROW_4, f"{SUBSCRIBER}/socketio", "new"),
    "a node that is gone": (ROW_4, ROW_4[:1], f"{SUBSCRIBER}/socketio", "gone"),
}


@pytest.mark.parametrize("what", ENDPOINTS)
def test_an_endpoint_is_told_by_what_a_browser_got_then_and_gets_now(what: str) -> None:
    then, now, name, change = ENDPOINTS[what]
    assert endpoint(compared(then, now), name) == change


def test_a_certificate_of_the_same_kind_and_issuer_is_renewed() -> None:
    def reissued(found: Evidence) -> Evidence:
        leaf = next(one.leaf for one in found.presentations if one.endpoint == SOCKETS and one.leaf)
        anew = replace(found.certificates[leaf], sha256="ab" * 32)
        answers = tuple(
            replace(one, chain=("ab" * 32, *one.chain[1:])) if one.leaf == leaf else one
            for one in found.presentations
        )
        return replace(found, certificates={**found.certificates, anew.sha256: anew}, presentations=answers)

    assert endpoint(compared(of(ROW_4), reissued(of(ROW_4))), SOCKETS) == "renewed"


def test_a_certificate_that_only_another_offer_gets_is_told_beside() -> None:
    shown = with_one(ROW_4, PUBLISHER, answers_ecdsa={"uccx-tomcat": True})
    (place,) = [one for one in compared(ROW_4, shown).endpoints if one.others]
    assert (place.endpoint.id, place.change, place.others) == (f"{PUBLISHER}/uccx-tomcat", "same", ("ecdsa",))


def test_nodes_change_with_release_and_cops_and_come_and_go() -> None:
    moved = compared(BEFORE, ROW_4)
    assert {one.change for one in moved.nodes} == {"changed"}
    assert {one.change for one in compared(ROW_4, WITH_COPS).nodes} == {"changed"}
    assert [one.change for one in compared(ROW_4, ROW_4[:2]).nodes] == ["same", "same", "gone"]
    assert [one.change for one in compared(ROW_4[:2], ROW_4).nodes] == ["same", "same", "new"]


# Findings: by check, node and endpoint.


def changes(found: Comparison, check: str) -> dict[str | None, str]:
    return {
        one.finding.endpoint or one.finding.node: one.change
        for one in found.findings
        if one.finding.check == check
    }


def test_a_finding_that_is_raised_no_more_where_all_answer_is_resolved() -> None:
    found = changes(compared(ROW_4, ROW_3), "self-signed")
    assert found
    assert set(found.values()) == {"resolved"}


def test_a_gadget_that_another_node_stops_now_is_the_same_finding() -> None:
    found = compared(ROW_4, with_one(ROW_4, PUBLISHER, ecdsa="ec-ca"))
    (one,) = [each for each in found.findings if each.finding.gadget == "live-data"]
    assert one.then is not None
    assert one.now is not None
    assert (one.then.node, one.now.node, one.change) == (PUBLISHER, SUBSCRIBER, "same")


def test_a_finding_that_was_not_there_is_new() -> None:
    assert set(changes(compared(ROW_3, ROW_4), "self-signed").values()) == {"new"}


def test_what_a_silent_server_shows_no_more_is_not_resolved() -> None:
    quiet = with_one(ROW_4, PUBLISHER, presents=silent("socketio"))
    found = changes(compared(ROW_4, quiet), "self-signed")
    assert {name: change for name, change in found.items() if name and PUBLISHER in name} == {
        SOCKETS: "untold"
    }
    assert "resolved" not in found.values()


def test_a_finding_goes_with_its_node() -> None:
    found = changes(compared(ROW_4, ROW_4[:2]), "self-signed")
    assert [change for name, change in found.items() if name and MINER in name] == ["gone"]


def test_a_server_that_answers_again_resolves_that_it_did_not() -> None:
    quiet = with_one(ROW_4, PUBLISHER, presents=silent("socketio"))
    assert changes(compared(quiet, ROW_4), "endpoint-answers") == {SOCKETS: "resolved"}


def waiver(until: dt.date) -> dict[str, object]:
    return {"waivers": (Waiver(check="self-signed", owner="A", reason="B", until=until),)}


def test_a_finding_that_somebody_answers_for_now_is_accepted_and_its_end_makes_it_new() -> None:
    until = LATER.date()
    accepted = compared(of(ROW_4), of(ROW_4, **waiver(until)))
    assert set(changes(accepted, "self-signed").values()) == {"accepted"}
    ended = compared(of(ROW_4, **waiver(COLLECTED.date())), of(ROW_4, **waiver(COLLECTED.date())))
    assert set(changes(ended, "self-signed").values()) == {"new"}


def test_what_the_inventory_says_otherwise_is_told_before_the_comparison() -> None:
    (remark,) = compared(of(ROW_4), of(ROW_4, ca_signs_with_ec="yes")).remarks
    assert "whether the CA signs with an EC key" in remark.text
    assert remark.basis is not None
    assert remark.basis.rule == "rule-then-and-now"


# What was foreseen.


def came(found: Comparison) -> set[str]:
    return {one.result for one in found.forecast.results}


FORECASTS: dict[str, tuple[Boxes, Boxes, str, str | None, set[str]]] = {
    "the upgrade, and nothing done": (BEFORE, ROW_4, "whole", "undone", {"as-foreseen", "as-undone"}),
    "the upgrade, and an EC CA": (BEFORE, ROW_3, "whole", "steps", {"as-foreseen"}),
    "the upgrade, and the COPs": (BEFORE, WITH_COPS, "whole", "steps", {"as-foreseen"}),
    "the upgrade, and one node forgotten": (
        BEFORE,
        (ROW_4[0], *ROW_3[1:]),
        "whole",
        "neither",
        {"as-foreseen", "as-undone"},
    ),
    "something that nobody foresaw": (
        BEFORE,
        with_one(ROW_3, PUBLISHER, tomcat="self-signed"),
        "whole",
        "neither",
        {"as-foreseen", "not-as-foreseen"},
    ),
    "no upgrade yet": (BEFORE, BEFORE, "not-yet", None, set()),
    "another release": (BEFORE, three(release="12.5(1)", ecdsa=None), "elsewhere", None, set()),
    "steps without an upgrade": (ROW_4, ROW_3, "whole", "steps", {"as-foreseen"}),
    "nothing done without an upgrade": (ROW_4, ROW_4, "whole", "undone", {"as-foreseen", "as-undone"}),
    "nothing was to be done": (ROW_3, ROW_3, "none", None, set()),
}


@pytest.mark.parametrize("what", FORECASTS)
def test_what_came_is_told_by_what_was_foreseen(what: str) -> None:
    then, now, state, whole, words = FORECASTS[what]
    forecast = compared(then, now).forecast
    assert (forecast.state, forecast.result) == (state, whole)
    assert {one.result for one in forecast.results} == words
    assert (forecast.statement is None) == (state == "none")


def test_nodes_that_are_still_on_their_way_are_named_and_not_compared() -> None:
    found = compared(BEFORE, (ROW_3[0], *BEFORE[1:])).forecast
    assert (found.state, found.waiting) == ("part", (SUBSCRIBER, MINER))
    assert {one.endpoint.node for one in found.results} == {PUBLISHER}
    assert found.statement is not None
    assert SUBSCRIBER in found.statement.text


def test_a_silent_server_says_nothing_about_what_was_foreseen() -> None:
    quiet = with_one(ROW_3, PUBLISHER, presents=silent(*ROW_3[0].servers))
    found = compared(BEFORE, quiet)
    assert {one.result for one in found.forecast.results if one.endpoint.node == PUBLISHER} == {"untold"}
    assert found.forecast.result == "steps"
    assert {one.compared for one in found.forecast.scenarios} == {7}


def test_a_site_where_nobody_answers_can_not_be_compared() -> None:
    dead = tuple(replace(box, presents=silent(*box.servers)) for box in ROW_3)
    found = compared(BEFORE, dead).forecast
    assert (found.result, found.statement.text) == (
        None, "No web server could be compared with what was foreseen."
    )  # fmt: skip


def test_what_is_observed_counts_against_what_was_foreseen_and_its_meaning_is_told() -> None:
    found = compared(BEFORE, with_one(ROW_3, PUBLISHER, presents={"socketio": "tomcat"}))
    (clash,) = [one for one in found.forecast.results if one.result == "not-as-foreseen"]
    assert clash.endpoint.id == SOCKETS
    assert clash.remark
    assert found.forecast.scenarios[found.forecast.nearest].option == "ec-ca"


@pytest.mark.parametrize("language", ["en", "de"])
def test_both_are_told_in_the_language_of_the_present_report(language: str) -> None:
    then, now = (
        assess(replace(found, site=replace(found.site, report=Report(language=language))))
        for found in (of(BEFORE), later(of(ROW_3)))
    )
    said = compare_assessments(then, now).forecast.statement
    assert said is not None
    assert ("as foreseen" in said.text) == (language == "en")
