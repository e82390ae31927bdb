"""A run is compared with an earlier one of its site: what changed, what was foreseen, and what came."""

import dataclasses
import datetime as dt
import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from certlib import assess, frames, show
from certlib.cli import main
from certlib.earlier import read_earlier
from certlib.evidence import Evidence, write
from certlib.twins import write as write_twins
from loopback import site

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
    line = show.since_line(assess(of_one_site("row-3", NOW)), read_earlier(then, than=now))
    assert line.text.startswith("Since 12 November 2026: not ready → ready; findings: ")
    assert "resolved" in line.text
    assert 'href="#since"' in str(line.html)


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
    assert (str(show.since(assessment, None).html), str(show.since_line(assessment, None).html)) == ("", "")


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
    earlier = read_earlier(then, than=now)
    both = write_twins(assessment=assess(found), evidence=found, folder=tmp_path, earlier=earlier)
    assert {one.name for one in both} == names | {"changes.csv"}


def test_the_command_tells_what_changed(runs, capsys):
    then, now = runs
    assert main(["assess", str(now), "--earlier", str(then.parent)]) == 0
    assert "Since 12 November 2026: not ready → ready" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("present", "before", "said"),
    [
        (1, "other", 'holds the evidence of the site "elsewhere", not of "hamburg"'),
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
    (tmp_path / "damaged.json").write_text(json.dumps({"schema_version": 1}))
    (tmp_path / "empty").mkdir()
    path = {
        "other": tmp_path / "other.json", "now": runs[1], "damaged": tmp_path / "damaged.json",
        "nowhere": tmp_path / "nowhere", "empty": tmp_path / "empty",
    }[before]  # fmt: skip
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
    earlier = assess(dataclasses.replace(before, certificates=leaves))
    made = show.since(assess(of_one_site("row-3", NOW)), earlier)
    assert evil in text_of(made)
    assert not BeautifulSoup(str(made.html), "html.parser").find("img")


def test_a_shared_report_shows_the_earlier_run_under_the_same_pseudonyms(runs):
    then, now = runs
    told = text_of(show.since(assess(of_one_site("row-3", NOW)), read_earlier(then, than=now, share=True)))
    assert "northwind.example" in told  # of the present run, which here is not replaced
    earlier = read_earlier(then, than=now, share=True)
    assert all("northwind" not in state.node for state in earlier.now.nodes)
