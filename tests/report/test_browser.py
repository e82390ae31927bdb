"""The page in a real browser: no request, no message, no barrier, nothing wider than the window."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from certlib import show
from certlib.report.exporters import ReadinessHTML
from loopback import site
from report.sample import COVER, HOSTILE, code, cover, findings, full, notebook, text
from report.validators import node_packages

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SCRIPT = Path(__file__).with_name("browser.mjs")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def modules():
    """The folder with playwright-core and axe-core."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    return node_packages()


def page_of(made):
    """The page of a notebook."""
    return ReadinessHTML().from_notebook_node(made)[0]


def opened(modules, tmp_path, html, *readers):
    """What the readers of browser.mjs saw; what happened besides stands under requests, messages, dialogs."""
    page = tmp_path / "report.html"
    page.write_text(html, "utf-8")
    done = subprocess.run(
        ["node", str(SCRIPT), str(modules), str(page), CHROMIUM, ",".join(readers)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def sample():
    """The sample with two parts that open, as those of a report's certificates do."""
    parts = "".join(
        f"<details><summary>{name}</summary><p id='{name}'>What it holds.</p></details>"
        for name in ("inside", "beside")
    )
    made = full()
    made.cells += [text("## More"), code(parts)]
    return page_of(made)


@pytest.fixture(scope="module")
def seen(modules, tmp_path_factory, sample):
    """What each reader saw in the sample."""
    return opened(modules, tmp_path_factory.mktemp("sample"), sample)


def test_the_page_opens_without_request_or_message(seen):
    assert seen["requests"] == []
    assert seen["messages"] == []
    assert seen["dialogs"] == []


@pytest.mark.parametrize("reader", ["light", "dark", "phone"])
def test_no_reader_meets_a_barrier(seen, reader):
    assert seen[reader] == []


def test_nothing_is_wider_than_the_window(seen):
    assert seen["wide"] == []


def test_a_table_that_goes_on_beyond_its_edge_fades_there(seen):
    assert seen["edges"]["fading"] == seen["edges"]["wide"] > 0


def test_who_wants_less_motion_gets_none(seen):
    assert seen["motion"] == {"usual": ["smooth"], "reduced": []}


def test_in_a_readers_own_colours_nothing_is_told_by_a_ground_alone(seen):
    found = seen["forced"]
    assert (found.pop("active"), found.pop("barriers")) == (True, [])
    assert found == {"bar": "auto", "target": "solid", "here": "underline", "verdict": "solid"}


def test_a_link_leads_to_where_its_target_can_be_seen(seen):
    assert seen["targets"] == []


def test_the_page_brings_its_fonts_with_it(seen):
    assert seen["fonts"] == [
        "Certlib Marks 400 600 normal",
        "Certlib Mono 400 normal",
        "Certlib Sans 400 italic",
        "Certlib Sans 400 normal",
        "Certlib Sans 600 normal",
    ]


def test_without_the_script_all_text_is_there_and_no_control_is_dead(seen):
    assert seen["plain"]["controls"] == 0
    assert "openssl x509 -in signed.pem" in seen["plain"]["text"]
    assert "C40" in seen["plain"]["text"]


def test_the_keyboard_reaches_everything_and_always_sees_where_it_is(seen):
    assert seen["keyboard"]["first"] == "skip"
    assert seen["keyboard"]["landed"] == "content"
    assert {"a", "button", "checkbox", "search", "summary"} <= set(seen["keyboard"]["stops"])
    assert seen["keyboard"]["unseen"] == []


def test_a_filter_leaves_the_rows_with_all_words_and_says_how_many(seen):
    found = seen["filter"]
    assert 0 < found["filtered"] < found["rows"] == found["again"] == 40
    assert found["told"] == f"{found['filtered']} of 40 rows"
    assert (found["none"], found["toldNone"]) == (0, "No row matches (0 of 40 rows)")
    assert found["silent"] == ""


def test_a_command_and_the_link_to_a_section_can_be_copied(seen):
    found = seen["copy"]
    assert found["copied"] == found["command"] == "set csr gen tomcat-ECDSA"
    assert found["label"] == found["heard"] == "Copied"
    assert found["link"] == found["hash"] == found["id"]


def test_the_browser_remembers_ticks_until_they_are_cleared_which_can_be_undone(seen):
    found = seen["ticks"]
    assert (found["boxes"], found["clearAtFirst"]) == (7, False)
    assert found["told"] == "2 of 7 done"
    assert found["tally"] == "2 of 4 done"
    assert found["remembered"] == 2
    assert (found["cleared"], found["toldCleared"]) == (0, "0 of 7 done")
    assert found["back"] == 2
    assert found["forgotten"] == 0


def test_each_step_on_each_node_has_a_box_of_its_own_that_the_browser_remembers(modules, tmp_path):
    told = str(show.runbook(site("upgrade")[1]).html)
    page = page_of(notebook(cover(), text("## Runbook"), code(told)))
    found = opened(modules, tmp_path, page, "rounds", "light", "phone")
    assert found["light"] == found["phone"] == found["messages"] == []
    seen = found["rounds"]
    assert len(set(seen["labels"])) == seen["boxes"]
    assert all(label.startswith(("1. uccx1", "2. uccx2")) for label in seen["labels"])
    assert seen["done"] == seen["again"] == ["done", ""]
    assert seen["remembered"] == seen["row"] < seen["boxes"]
    assert seen["told"].startswith(f"{seen['row']} of ")
    assert seen["others"] == 0


def test_where_a_browser_keeps_nothing_ticks_work_and_the_page_says_so(seen):
    assert seen["forbidden"]["ticked"] == 1
    assert "does not keep" in seen["forbidden"]["note"]


def test_on_paper_every_part_is_open_every_row_is_shown_and_no_control_is_left(seen):
    found = seen["paper"]
    assert found["closed"] > 0
    assert found["opened"] == found["details"] > 0
    assert found["shown"] == found["rows"] > 40
    assert found["controls"] == 0
    assert found["ground"] == "rgb(255, 255, 255)"


def test_a_link_opens_the_part_it_leads_into_and_one_button_opens_all_of_a_chapter(seen):
    assert seen["details"] == {"linked": 1, "all": 2, "label": "Collapse all", "none": 0}


def test_the_sample_keeps_within_its_budget(seen, sample):
    assert len(sample.encode()) < 400_000
    assert seen["weight"]["elements"] < 5_000
    assert seen["weight"]["script"] < 20_000


def test_two_thousand_rows_are_filtered_by_words_and_by_state(modules, tmp_path):
    long = notebook(text("# T"), text("## Findings"), code(findings(2000)))
    found = opened(modules, tmp_path, page_of(long), "filter", "wide")
    assert found["filter"]["rows"] == found["filter"]["again"] == 2000
    assert found["filter"]["told"] == f"{found['filter']['filtered']} of 2000 rows"
    assert found["filter"]["kinds"][:2] == ["All", "✕ blocks the upgrade (500)"]
    assert found["filter"]["ofKind"] == 500
    assert found["wide"] == []


def test_a_report_without_any_finding_has_no_control_that_does_nothing(modules, tmp_path):
    empty = notebook(cover(), text("## Findings"), code(findings(0)), text("## Certificates"))
    found = opened(modules, tmp_path, page_of(empty), "light", "phone", "wide", "fonts")
    assert found["light"] == found["phone"] == found["wide"] == found["messages"] == []


def test_hostile_names_bring_no_script_and_no_request_into_the_page(modules, tmp_path):
    cells = [code(f"<h3>{name}</h3><p>{name}</p><table><tr><td>{name}</td></tr></table>") for name in HOSTILE]
    values = {**COVER, "customer": "".join(HOSTILE), "title": HOSTILE[1], "accent": HOSTILE[5]}
    seen = opened(
        modules,
        tmp_path,
        page_of(notebook(cover(values), text("## A"), *cells, *map(text, HOSTILE))),
        "light",
        "phone",
        "wide",
        "keyboard",
    )
    assert seen["requests"] == []
    assert seen["dialogs"] == []
    assert seen["messages"] == []
    assert seen["wide"] == []


def test_a_report_with_failures_is_without_barriers_too(modules, tmp_path):
    from nbformat import v4

    failed = code(v4.new_output("error", ename="ValueError", evalue="no", traceback=[]))
    seen = opened(modules, tmp_path, page_of(notebook(text("# T"), text("## A"), failed)), "light", "dark")
    assert seen["light"] == seen["dark"] == []
