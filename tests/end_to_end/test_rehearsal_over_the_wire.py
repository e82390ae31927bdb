"""Each sample site is led through each plan on loopback, and presents what the rehearsal foretold.

The lab decides what it presents by a policy of its own; it shares no rule with the rehearsal.
"""

import pytest

from lab.driving import driven, lab_site
from lab.foretold import differences, plans, walked
from sites.holdings import assessed
from sites.samples import SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_every_plan_of_a_sample_site_goes_on_loopback_as_it_was_rehearsed(name: str) -> None:
    sample = SAMPLES[name]
    found = assessed(name, sample.nodes, collected=sample.collected)
    start = lab_site(found.site, sample.nodes)
    with driven(start) as site:
        wrong = {str(one.option): walked(start, one, found, become=site.become) for one in plans(found)}
    assert {option: told for option, told in wrong.items() if told} == {}


def test_what_is_presented_otherwise_than_foretold_is_told() -> None:
    """What an option foretells differs from a site on which nothing is done, where it should."""
    sample = SAMPLES["11-5-two-browsers"]
    found = assessed("11-5-two-browsers", sample.nodes, collected=sample.collected)
    outcome = next(one for one in found.options if one.option == "both-cops")
    start = lab_site(found.site, sample.nodes)
    with driven(start) as site:
        seen = site.become(start)
    wrong = differences(seen, outcome.scenario, found, first=seen)
    assert {one.partition(":")[0].partition("/")[2] for one in wrong} == {"socketio", "socialminer-openfire"}
