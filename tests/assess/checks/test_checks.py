"""Each check with a site that passes and one that does not."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from assess.checks.sound import PASSING, build_site, list_findings
from assess.sites import (
    COLLECTED,
    MINER,
    PUBLISHER,
    SUBSCRIBER,
    Box,
    evidence,
)
from certlib.assess import assess, checks
from certlib.assess.checks import CHECKS, ORDER
from certlib.evidence import Presentation
from certlib.inventory import FurtherEndpoint
from certlib.knowledge import load
from certlib.reasons import Reason
from imports import imports_of


def test_no_check_looks_at_the_verdict_and_every_check_has_its_entry():
    folder = Path(checks.__file__).parent
    seen = {module for path in folder.glob("*.py") for _, module in imports_of(path)}
    assert not any(module.startswith("certlib.assess.verdict") for module in seen)
    assert CHECKS.keys() == load().checks.keys()


def test_every_check_of_the_knowledge_is_made_and_every_check_made_is_explained():
    assert set(CHECKS) == set(load().checks)


@pytest.mark.parametrize("check", CHECKS)
def test_a_good_site_passes_each_check_or_it_does_not_apply(check):
    assert {one.state for one in list_findings(build_site(), check)} <= {"pass", "not-applicable"}


def test_a_pass_shows_what_was_judged():
    for one in assess(build_site()).findings:
        if one.state == "pass":
            assert one.statement.evidence or one.statement.basis


def test_findings_come_worst_first():
    silent = {"uccx-tomcat": Reason.REFUSED}
    boxes = [Box(PUBLISHER, presents=silent), Box(SUBSCRIBER, tomcat="self-signed"), Box(MINER)]
    states = [ORDER.index(one.state) for one in assess(evidence(*boxes)).findings]
    assert states == sorted(states)


def test_a_further_endpoint_is_observed_only():
    given = build_site(
        further_endpoints=(FurtherEndpoint("lb.example.test", "load-balancer", "lb.example.test", 443),)
    )
    certificate = given.presentations[0].chain
    given = dataclasses.replace(
        given,
        presentations=(
            *given.presentations,
            Presentation("lb.example.test/load-balancer", "browser", certificate, None),
        ),
    )
    cell = assess(given).now.endpoints[-1]
    assert (cell.web_server, cell.expected, cell.agrees) == ("", (), None)
    assert cell.statement.kind == "observed"
    assert cell.observed.browser == certificate[0]


def test_the_day_of_the_collection_counts_as_today_unless_another_is_given():
    given = build_site()
    assert assess(given) == assess(given, today=COLLECTED.date())


def test_the_figures_that_a_check_goes_by_are_those_of_its_entry():
    known = load()
    stricter = {
        "rsa-key-size": {"value": 3072},
        "rsa-key-over-2048": {"value": 1024},
        "signature-hash": {"value": ("sha256",)},
        "ec-curve": {"value": ("secp256r1",)},
        "tls-versions": {"value": ("1.9",)},
        "expires-soon": {"value": 10_000},
    }
    checks = dict(known.checks)
    for name, change in stricter.items():
        limits = tuple(dataclasses.replace(one, **change) for one in checks[name].limits)
        checks[name] = dataclasses.replace(checks[name], limits=limits)
    found = assess(build_site(), knowledge=dataclasses.replace(known, checks=checks)).findings
    told = {one.check for one in found if one.state not in ("pass", "not-applicable")}
    assert set(stricter) <= told
    assert not set(stricter) & {
        one.check for one in assess(build_site()).findings if one.state not in PASSING
    }


@pytest.mark.parametrize("check", [name for name, entry in load().checks.items() if entry.limits])
def test_what_the_knowledge_says_in_words_holds_the_figures_of_the_check(check):
    entry = load().checks[check]
    rule = load().rules[entry.basis.rule].text if entry.basis.rule else ""
    words = f"{entry.title} {entry.risk} {entry.remedy} {entry.doubt} {rule}"
    for limit in entry.limits:
        if isinstance(limit.value, int) and limit.value != 398:  # the life of before, which nobody is told of
            assert str(limit.value) in words
        if isinstance(limit.value, dt.date):
            assert f"{limit.value:%-d %B %Y}" in f"{words} {load().checks['extended-key-usage'].remedy}"
