"""A report made again from evidence, at the desk: the same evidence, or another inventory for it."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from certlib import cli, collect, lab, load_site, read_evidence, run, write_evidence
from certlib.errors import InvalidInput

FILES = {"report.html", "report.pdf", "report.xlsx", "findings.csv", "matrix.csv", "SHA256SUMS"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with evidence.json and site.yaml, its inventory; nobody listens there any more."""
    folder = tmp_path_factory.mktemp("desk")
    with lab.inventory(preset="upgrade") as inventory:
        write_evidence(collect(site=load_site(inventory)), folder / "evidence.json")
        for file in inventory.parent.iterdir():
            name = "site.yaml" if file == inventory else file.name
            (folder / name).write_bytes(file.read_bytes())
    return folder


def ignore(_: str) -> None:
    """No progress is shown."""


@pytest.fixture(scope="module")
def again(desk: Path, tmp_path_factory: pytest.TempPathFactory) -> run.Run:
    output = tmp_path_factory.mktemp("again")
    return run.report_again(evidence=desk / "evidence.json", output=output, progress=ignore)


def list_texts(made: run.Run) -> str:
    return BeautifulSoup((made.folder / "report.html").read_text(encoding="utf-8"), "html.parser").get_text(
        " "
    )


def test_the_evidence_stays_as_it_is_and_everything_else_is_made_from_it(desk: Path, again: run.Run) -> None:
    assert (again.folder / "evidence.json").read_bytes() == (desk / "evidence.json").read_bytes()
    assert {path.name for path in again.folder.iterdir()} >= FILES
    kept = {path.stem for path in (again.folder / "certificates").iterdir()}
    assert kept == {*read_evidence(desk / "evidence.json").certificates}
    assert not (again.folder / "collect.ipynb").exists()
    assert json.loads((again.folder / "run.json").read_text())["parameters"] == {"evidence": "evidence.json"}


def test_its_sums_are_those_of_its_files(again: run.Run) -> None:
    lines = (again.folder / "SHA256SUMS").read_text().splitlines()
    assert lines
    for line in lines:
        total, name = line.split("  ")
        assert hashlib.sha256((again.folder / name).read_bytes()).hexdigest() == total


def test_from_a_run_with_another_inventory_date_waiver_and_language_are_those_of_it(
    desk: Path, again: run.Run, tmp_path: Path
) -> None:
    text = (desk / "site.yaml").read_text(encoding="utf-8")
    day = load_site(desk / "site.yaml").upgrade_date
    assert day
    changed = text.replace(f"upgrade_date: {day}", "upgrade_date: 2027-02-13")
    changed = changed.replace("\nreport:\n", "\nreport:\n  language: de\n")
    (desk / "other.yaml").write_text(changed, encoding="utf-8")
    made = run.report_again(
        evidence=again.folder, inventory=desk / "other.yaml", output=tmp_path, progress=ignore
    )
    shown = list_texts(made)
    assert "13. Februar 2027" in shown
    assert "Zertifikat" in shown
    assert (made.verdict, made.folder.parent) == (again.verdict, tmp_path / again.folder.parent.name)
    written, first = (read_evidence(each.folder / "evidence.json") for each in (made, again))
    assert written.site.upgrade_date == date(2027, 2, 13)
    assert (written.presentations, written.collected) == (first.presentations, first.collected)


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("customer: ", "customer: Another ", "is of"),
        ("site: ", "site: another-", "is of"),
        ("socialminer.northwind.example", "ccp.northwind.example", "of which the evidence tells"),
    ],
)
def test_an_inventory_of_another_site_or_without_a_server_that_was_asked_is_refused(
    desk: Path, tmp_path: Path, old: str, new: str, wrong: str
) -> None:
    text = (desk / "site.yaml").read_text(encoding="utf-8")
    assert old in text
    (desk / "wrong.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidInput, match=wrong):
        run.report_again(
            evidence=desk / "evidence.json", inventory=desk / "wrong.yaml", output=tmp_path, progress=ignore
        )
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["evidence.json", "--gentle"], "--gentle: has no effect on evidence"),
        (["evidence.json", "--hsts"], "--hsts: has no effect on evidence"),
        (["site.yaml", "--site", "site.yaml"], "--site: goes with evidence alone"),
        (["--site", "site.yaml"], "--site: goes with evidence alone"),
        (["."], "Name"),
        (["none.json"], "does not exist"),
    ],
)
def test_what_does_not_go_with_evidence_is_refused(
    desk: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    wrong: str,
) -> None:
    empty = desk / "empty"
    empty.mkdir(exist_ok=True)
    monkeypatch.chdir(empty if words == ["."] else desk)
    assert cli.main(["report", *words]) == 2
    assert wrong in capsys.readouterr().err


def test_assess_and_rehearse_take_the_folder_of_a_run(
    again: run.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["assess", str(again.folder)]) == 0
    assert cli.main(["rehearse", str(again.folder)]) == 0
    assert capsys.readouterr().out
