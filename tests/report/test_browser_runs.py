"""The pages of real runs in a real browser: no kind of site brings a barrier; they keep within a budget."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from certlib import lab, run
from report.test_browser import modules, opened  # noqa: F401 - a fixture
from report.validators import nu_errors

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[2] / "reports" / "sample" / "report.html"
# What a page may weigh: bytes of the file, elements with those of the script, characters of script and style.
BUDGET = {"bytes": 400_000, "elements": 7_000, "script": 20_000, "style": 30_000, "fetched": 0}
# The demonstration is opened by every reader; what the other kinds add to it has one look of each sort.
READERS = dict.fromkeys(("ready", "long", "sample"), ("light", "wide", "weight"))
READERS["demonstration"] = ("light", "dark", "phone", "wide", "weight", "targets", "copy")


def reported(preset, folder, *, change=lambda facts: None):
    """The page of a preset whose inventory was changed."""
    with lab.inventory(preset=preset) as path:
        facts = yaml.safe_load(path.read_text("utf-8"))
        change(facts)
        path.write_text(yaml.safe_dump(facts), "utf-8")
        done = run.report(inventory=path, output=folder, progress=lambda *_: None)
    return (done.folder / "report.html").read_text("utf-8")


def signed(facts):
    """Names under the sign-off, and a second version."""
    report = facts["report"]
    more = {"version": "1.1", "change": "the customer's remarks"}
    report["history"].append({**deepcopy(report["history"][0]), **more})
    report["signoff"]["customer"] = {"name": "Anna Petersen", "role": "Head of the contact center"}


def many(facts):
    """Six more machines for chat."""
    chat = facts["nodes"][-1]
    facts["nodes"] += [
        {**deepcopy(chat), "name": f"socialminer{number}.northwind.example"} for number in range(2, 8)
    ]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of each kind of run, made when it is asked for."""
    made = {}
    kinds = {
        "demonstration": lambda folder: reported("upgrade", folder, change=signed),
        "ready": lambda folder: reported("row-3", folder),
        "long": lambda folder: reported("mixed", folder, change=many),
        "sample": lambda _: SAMPLE.read_text("utf-8"),
    }

    def page(kind):
        if kind not in made:
            made[kind] = kinds[kind](tmp_path_factory.mktemp(kind))
        return made[kind]

    return page


@pytest.fixture(scope="module")
def look(pages, modules, tmp_path_factory):  # noqa: F811 - the fixture
    """What the readers of browser.mjs saw in a kind of page."""
    seen = {}

    def look(kind):
        if kind not in seen:
            seen[kind] = opened(modules, tmp_path_factory.mktemp("seen"), pages(kind), *READERS[kind])
        return seen[kind]

    return look


@pytest.mark.parametrize("kind", ["demonstration", "ready", "long", "sample"])
def test_a_real_report_has_no_barrier_in_light_in_the_dark_and_on_a_phone(look, kind):
    readers = [reader for reader in READERS[kind] if reader in ("light", "dark", "phone")]
    assert {reader: look(kind)[reader] for reader in readers} == {reader: [] for reader in readers}


@pytest.mark.parametrize("kind", ["demonstration", "ready", "long", "sample"])
def test_a_real_report_asks_for_nothing_says_nothing_and_is_nowhere_wider_than_the_window(look, kind):
    seen = look(kind)
    assert seen["requests"] == seen["messages"] == seen["dialogs"] == seen["wide"] == []


@pytest.mark.parametrize("kind", ["demonstration", "sample"])
def test_the_page_keeps_within_its_budget(look, pages, kind):
    weight = {"bytes": len(pages(kind).encode()), **look(kind)["weight"]}
    assert {name: amount for name, amount in weight.items() if amount > BUDGET[name]} == {}
    assert weight.keys() == BUDGET.keys()


def test_a_report_with_a_logo_versions_and_signatures_is_valid_html(pages, tmp_path):
    page = pages("demonstration")
    for shown in ('class="logo"', "Anna Petersen", "1.1", "NWL-HAMBURG"):
        assert shown in page
    file = tmp_path / "report.html"
    file.write_text(page, "utf-8")
    assert nu_errors(file) == []


def test_a_link_to_any_part_of_a_real_report_leads_to_where_it_can_be_seen(look):
    assert look("demonstration")["targets"] == []


def test_each_finding_can_be_linked_to(look, pages):
    found = look("demonstration")["copy"]
    assert found["finding"].startswith("finding-")
    assert f'id="{found["finding"]}"' in pages("demonstration")
