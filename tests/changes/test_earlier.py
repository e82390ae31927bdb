"""A run is compared with an earlier one of its site: what changed, what was foreseen, and what came."""

import csv
import dataclasses
import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest
import yaml
from bs4 import BeautifulSoup

from certlib import assess, frames, lab, load_site, run, show
from certlib.changes import earlier
from certlib.changes.earlier import read_earlier
from certlib.cli import main
from certlib.errors import InvalidInput
from certlib.evidence import Evidence, write
from certlib.export import write as write_twins
from certlib.inventory import template
from certlib.reasons import Reason, make_verbatim
from loopback import site
from report.test_parity import Printed, blocks_of

THEN = dt.datetime(2026, 11, 12, 9, 41, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 12, 13, 6, 5, tzinfo=dt.UTC)


def of_one_site(preset: str, collected: dt.datetime) -> Evidence:
    """A preset's evidence as that of one and the same site, without what inventories say otherwise."""
    evidence = site(preset)[0]
    told = dataclasses.replace(evidence.site, id="hamburg", title="Hamburg site")
    return dataclasses.replace(evidence, site=told, collected=collected)


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> tuple[Path, Path]:
    """The files of two runs: row 4 of the note's table, then row 3, as its best practice asks for."""
    files = []
    for preset, collected in (("row-4", THEN), ("row-3", NOW)):
        folder = tmp_path_factory.mktemp("run")
        write(of_one_site(preset, collected), folder / "evidence.json")
        files.append(folder / "evidence.json")
    return files[0], files[1]


def text_of(display: show.Display) -> str:
    return BeautifulSoup(str(display.html), "html.parser").get_text(" ")


def test_page_one_says_in_a_line_what_changed_since_then(runs):
    then, now = runs
    assessment, earlier = assess(of_one_site("row-3", NOW)), read_earlier(then, than=now)
    line = show.describe_changes(assessment, earlier)
    assert line.startswith("Since 12 November 2026: not ready → ready; findings: ")
    assert "resolved" in line
    page = BeautifulSoup(str(show.summary(assessment, earlier).html), "html.parser")
    assert line in page.get_text()
    assert page.select('a[href="#since"]')


def test_a_run_after_the_recommended_steps_came_as_foreseen(runs):
    then, now = runs
    told = text_of(show.since(assess(of_one_site("row-3", NOW)), read_earlier(then, than=now)))
    assert (
        "It came as foreseen after the recommended steps (Have an EC CA sign tomcat-ECDSA on every node)"
        in told
    )
    assert "not as foreseen" not in told


def test_a_run_in_which_nothing_was_done_says_so(runs):
    then, _ = runs
    again = dataclasses.replace(of_one_site("row-4", NOW))
    file = then.with_name("again.json")
    write(again, file)
    chapter = show.since(assess(again), read_earlier(then, than=file))
    assert "presents what was foreseen if nothing is done" in text_of(chapter)
    assert "A browser gets the same certificate as then from 12 of 12 endpoints." in text_of(chapter)


def test_without_an_earlier_run_there_is_neither_chapter_nor_line():
    assessment = site("row-3")[1]
    assert (str(show.since(assessment, None).html), show.describe_changes(assessment, None)) == ("", "")


def test_every_web_server_whose_certificate_changed_is_told_with_both(runs):
    then, now = runs
    changed = frames.since(assess(of_one_site("row-3", NOW)), read_earlier(then, than=now))
    sockets = changed[changed["part"].eq("certificate") & changed["about"].str.contains("SocketIO")]
    assert len(sockets) == 2
    assert sockets["then"].str.contains("self-signed").all()
    assert sockets["now"].str.contains("EC CA").all()


def test_changes_csv_is_written_where_there_is_an_earlier_run_and_only_there(runs, tmp_path):
    then, now = runs
    found = of_one_site("row-3", NOW)
    names = {one.name for one in write_twins(assessment=assess(found), evidence=found, folder=tmp_path)}
    assert "changes.csv" not in names
    both = write_twins(
        assessment=assess(found), evidence=found, folder=tmp_path, earlier=read_earlier(then, than=now)
    )
    assert {one.name for one in both} == names | {"changes.csv"}


def test_the_command_tells_what_changed(runs, capsys):
    then, now = runs
    assert main(["assess", str(now), "--earlier", str(then.parent)]) == 0
    assert "Since 12 November 2026: not ready → ready" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("present", "before", "said"),
    [
        (1, "other", 'holds the evidence of the site "elsewhere", not of "hamburg"'),
        (1, "of another customer", 'of the customer "Southwind Traders", not of "Northwind'),
        (1, "a" * 300, "cannot be read (File name too long)"),
        (0, "now", "which is not earlier than what it is compared with"),
        (1, "damaged", "damaged.json"),
        (1, "nowhere", "nowhere"),
        (1, "empty", "holds no evidence.json"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_file_and_reason(  # noqa: PLR0917 - the columns of the table
    runs, tmp_path, capsys, present, before, said
):
    other = dataclasses.replace(of_one_site("row-4", THEN))
    write(
        dataclasses.replace(other, site=dataclasses.replace(other.site, id="elsewhere")),
        tmp_path / "other.json",
    )
    write(
        dataclasses.replace(other, site=dataclasses.replace(other.site, customer="Southwind Traders")),
        tmp_path / "of another customer",
    )
    (tmp_path / "damaged.json").write_text(json.dumps({"schema_version": 1}))
    (tmp_path / "empty").mkdir()
    path = {
        "other": tmp_path / "other.json", "now": runs[1], "damaged": tmp_path / "damaged.json",
        "nowhere": tmp_path / "nowhere", "empty": tmp_path / "empty",
    }.get(before, tmp_path / before)  # fmt: skip
    assert main(["assess", str(runs[present]), "--earlier", str(path)]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_names_of_an_earlier_run_cannot_become_markup(runs, tmp_path):
    before = of_one_site("row-4", THEN)
    evil = "<img src=x onerror=alert(1)>"
    leaves = {
        sha: dataclasses.replace(one, issuer_cn=evil, issuer=f"CN={evil}")
        for sha, one in before.certificates.items()
    }
    made = show.since(
        assess(of_one_site("row-3", NOW)), assess(dataclasses.replace(before, certificates=leaves))
    )
    assert evil in text_of(made)
    assert not BeautifulSoup(str(made.html), "html.parser").find("img")


# From end to end: the site of the lab before its upgrade, then as row 3 of the table, reported and shared.

UPGRADED = {"site": "hamburg", "title": "Hamburg site"}


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> run.Run:
    home = tmp_path_factory.mktemp("compared")
    before = site("upgrade")[0]
    (home / "then").mkdir()
    write(
        dataclasses.replace(before, collected=before.collected - dt.timedelta(days=30)),
        home / "then" / "evidence.json",
    )
    with lab.inventory(preset="row-3") as loopback:
        facts = yaml.safe_load(loopback.read_text(encoding="utf-8")) | UPGRADED
        inventory = loopback.with_name("hamburg.yaml")
        inventory.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
        return run.report(
            inventory=inventory,
            output=home / "reports",
            progress=lambda _: None,
            share=True,
            earlier=home / "then",
        )


def chapter(folder: Path) -> BeautifulSoup:
    page = BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")
    return page.find(id="since").find_parent("section")


def test_a_run_keeps_what_it_was_compared_with_and_every_difference(done):
    names = {path.name for path in done.folder.iterdir()}
    assert {"changes.csv", "earlier-evidence.json", "evidence.json"} < names
    sums = (done.folder / "SHA256SUMS").read_text(encoding="utf-8")
    assert "  earlier-evidence.json\n" in sums
    assert "earlier" in json.loads((done.folder / "run.json").read_text(encoding="utf-8"))["parameters"]
    assert "not ready → ready; findings: " in done.text


def test_the_chapter_stands_behind_the_summary_and_is_counted_in_the_contents(done):
    page = BeautifulSoup((done.folder / "report.html").read_text(encoding="utf-8"), "html.parser")
    heads = [head.get_text(" ", strip=True) for head in page.select("main h2")]
    assert [head.split()[0] for head in heads] == [str(number) for number in range(1, len(heads) + 1)]
    assert heads[1].startswith("2 What changed since ")
    assert heads[2].startswith("3 Which certificate")
    assert page.select_one('nav a[href="#since"]')
    assert page.select_one('section:has(h2#summary) a[href="#since"]')


def test_the_whole_chapter_stands_in_the_pdf(done):
    printed = Printed((done.folder / "report.pdf").read_bytes())
    texts = [block.get_text() for block in blocks_of(chapter(done.folder))]
    assert len(texts) > 60
    assert [text for text in texts if text not in printed] == []


def test_every_rule_that_the_chapter_cites_stands_in_the_last_one(done):
    page = BeautifulSoup((done.folder / "report.html").read_text(encoding="utf-8"), "html.parser")
    links = {one["href"] for one in chapter(done.folder).select("a[href^='#rule-']")}
    assert {"#rule-then-and-now", "#rule-resolved"} <= links
    assert all(page.select_one(f'[id="{link[1:]}"]') for link in links)
    inferred = chapter(done.folder).select(".basis-inferred")
    assert all(one.find("a") or ":" in one.get_text() for one in inferred)


def test_the_shared_report_compares_under_the_same_pseudonyms(done):
    shared = chapter(done.shared)
    text = shared.get_text(" ")
    assert "northwind" not in text.casefold()
    assert "host-" in text
    assert "It came as foreseen after the recommended steps" in text
    assert "no longer" not in text
    assert "new in the inventory" not in text
    rows = [len(one.select("table.matrix tbody tr")) for one in (chapter(done.folder), shared)]
    assert rows[0] == rows[1]
    assert not list(done.shared.glob("*evidence*"))


def test_the_workbook_has_the_changes_as_a_sheet(done):
    sheets = openpyxl.load_workbook(done.folder / "report.xlsx")
    assert sheets.sheetnames[:3] == ["Summary", "Matrix", "Changes"]
    rows = list(sheets["Changes"].values)
    with (done.folder / "changes.csv").open(encoding="utf-8", newline="") as file:
        assert len(rows) == len(list(csv.reader(file)))
    assert {row[0] for row in rows[1:]} == {
        "Verdict", "Node", "What agents meet", "What was foreseen", "Browser gets", "Finding"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("shared", "Name the run's own folder, the one above it."),
        ("..", "Name one of the runs in it, for example "),
        ("report.html", "This is not JSON"),
        ("findings.json", "This is no evidence of certlib."),
        ("earlier-evidence.json", ""),
        ("", ""),
    ],
)
def test_a_run_is_named_by_its_folder_or_its_evidence_and_by_nothing_else(done, where, said):
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    if not said:
        assert earlier.read(done.folder / where, site="hamburg", before=later)
        return
    with pytest.raises(InvalidInput) as caught:
        earlier.read(done.folder / where, site="hamburg", before=later)
    assert said in str(caught.value)


def test_a_report_with_a_wrong_earlier_run_is_refused_before_anything_is_collected(runs, tmp_path, capsys):
    inventory = tmp_path / "site.yaml"
    inventory.write_text(template(), encoding="utf-8")
    assert load_site(inventory).id != "elsewhere"
    wrong = write_other_site(tmp_path)
    code = main(["report", str(inventory), "--earlier", str(wrong), "--output", str(tmp_path / "out")])
    assert code == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{wrong}: holds the evidence of the site ")
    assert "Traceback" not in told
    assert not (tmp_path / "out").exists()


def write_other_site(folder: Path) -> Path:
    other = of_one_site("row-4", THEN)
    path = folder / "other.json"
    write(dataclasses.replace(other, site=dataclasses.replace(other.site, id="elsewhere")), path)
    return path


def test_no_field_of_an_earlier_run_becomes_a_formula(runs, tmp_path):
    evil = '=HYPERLINK("http://127.0.0.1:9")'
    then, now = (of_one_site(preset, day) for preset, day in (("row-4", THEN), ("row-3", NOW)))
    answers = tuple(dataclasses.replace(one, chain=(), reason=Reason.REFUSED, detail=make_verbatim(evil))
                    for one in then.presentations)  # fmt: skip
    before = assess(dataclasses.replace(then, presentations=answers))
    write_twins(assessment=assess(now), evidence=now, folder=tmp_path, earlier=before)
    with (tmp_path / "changes.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any(evil in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Changes"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
