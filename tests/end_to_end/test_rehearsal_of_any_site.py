"""Any site that is led through any of its plans presents what the rehearsal foretold, by the lab's policy.

The sample sites are asked over TLS in `test_rehearsal_over_the_wire`; these many more by the policy alone.
"""

from dataclasses import replace

from hypothesis import given, settings

from lab.driving import browser_gets, lab_site
from lab.foretold import plans, walked
from sites.holdings import assessed_site
from sites.odd import odd_sites


@settings(max_examples=150)
@given(odd_sites())
def test_every_plan_of_any_site_goes_in_the_lab_as_it_was_rehearsed(odd) -> None:
    described, holdings = odd
    start = lab_site(described, holdings)
    found = assessed_site(described, as_given_by(start, holdings))
    wrong = {str(one.option): walked(start, one, found, become=browser_gets) for one in plans(found)}
    assert {option: told for option, told in wrong.items() if told} == {}


def as_given_by(start, holdings):
    """The holdings as the lab's web servers give them, where the state of a site leaves that open."""
    given_out = browser_gets(start)
    return {
        node.name.partition(".")[0]: replace(
            holdings[node.name.partition(".")[0]],
            to_browsers=tuple(
                endpoint.rpartition("/")[2]
                for endpoint, got in given_out.items()
                if endpoint.startswith(f"{node.name}/") and got and got.identity == "tomcat-ECDSA"
            ),
            refuse_browsers=(),
            still={},
        )
        for node in start.nodes
    }
