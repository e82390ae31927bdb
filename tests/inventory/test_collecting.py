"""How a site's servers are asked: what the inventory may say of it, and what counts before it."""

import pytest

from certlib import inventory
from certlib.errors import InvalidInput
from certlib.inventory import Collecting, override_collecting

SMALL = """\
schema: 1
customer: Northwind Logistics
site: hamburg
release: 11.5(1)
nodes:
- {role: uccx-publisher, name: uccx1.example.test}
"""


def told(text: str) -> Collecting:
    return inventory.read_site(f"{SMALL}collecting: {text}\n", file="site.yaml").collecting


def test_what_is_not_said_of_collecting_is_as_usual() -> None:
    assert inventory.read_site(SMALL, file="site.yaml").collecting == Collecting(None, None, None)
    assert told("{gentle: no}") == Collecting(gentle=False)
    assert told("{patience: 12.5, pause: 0}") == Collecting(patience=12.5, pause=0)


@pytest.mark.parametrize(("least", "most"), [("{patience: 0.5, pause: 0}", "{patience: 300, pause: 60}")])
def test_the_bounds_themselves_are_allowed(least: str, most: str) -> None:
    assert told(least) == Collecting(patience=0.5, pause=0)
    assert told(most) == Collecting(patience=300, pause=60)


@pytest.mark.parametrize(
    ("text", "key", "wrong", "instead"),
    [
        ("{patience: 0.4}", "collecting.patience", '"0.4" is no number of seconds from 0.5 to 300', "alone"),
        ("{patience: 301}", "collecting.patience", "from 0.5 to 300", "for example 10"),
        ("{patience: 10 s}", "collecting.patience", '"10 s" is no number', "alone"),
        ('{patience: "0,5"}', "collecting.patience", "is no number", "alone"),
        ("{patience: .nan}", "collecting.patience", "is no number", "alone"),
        ("{patience: .inf}", "collecting.patience", "is no number", "alone"),
        ("{patience: 1e1}", "collecting.patience", "is no number", "alone"),
        ("{pause: -1}", "collecting.pause", '"-1" is no number of seconds from 0 to 60', "alone"),
        ("{pause: 61}", "collecting.pause", "from 0 to 60", "alone"),
        ("{gentle: maybe}", "collecting.gentle", '"maybe" is not known here', "yes, no"),
        ("{pauses: 1}", "collecting.pauses", "no such key", "pause"),
        ("gentle", "collecting", "is not a mapping", "key: value"),
    ],
)
def test_what_cannot_be_is_told_with_what_to_write(text: str, key: str, wrong: str, instead: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        told(text)
    (problem,) = caught.value.problems
    assert (problem.key, problem.line) == (key, 7)
    assert wrong in problem.wrong
    assert instead in problem.instead


def test_what_is_told_counts_before_the_inventory_and_the_rest_stays() -> None:
    site = inventory.read_site(f"{SMALL}collecting: {{patience: 8, pause: 2, gentle: yes}}\n", file="x")
    assert override_collecting(site) == site
    assert override_collecting(site, patience="20").collecting == Collecting(20, 2, gentle=True)
    assert override_collecting(site, pause=0, gentle=False).collecting == Collecting(8, 0, gentle=False)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"patience": 0}, 'patience: "0" is no number of seconds from 0.5 to 300'),
        ({"patience": float("nan")}, "is no number"),
        ({"pause": "half"}, 'pause: "half"'),
        ({"gentle": "yes"}, "neither true nor false"),
    ],
)
def test_a_wrong_option_is_told(wrong: dict[str, object], said: str) -> None:
    site = inventory.read_site(SMALL, file="x")
    with pytest.raises(InvalidInput) as caught:
        override_collecting(site, **wrong)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("collecting", "apart"),
    [
        (Collecting(), None),
        (Collecting(gentle=False), None),
        (Collecting(gentle=True), 0.5),
        (Collecting(gentle=True, pause=0), 0),
        (Collecting(gentle=True, pause=3), 3),
        (Collecting(pause=0), 0),
    ],
)
def test_a_gentle_collection_pauses_unless_told_otherwise(
    collecting: Collecting, apart: float | None
) -> None:
    assert collecting.apart == apart
