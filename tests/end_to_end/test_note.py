"""Cisco's table for 11.5(1), from TLS on the wire to the HTML that the customer reads.

A loopback site for each of the four rows is collected, assessed and reported by the command itself, all four
at once and into one folder. What is expected is copied from document 210528 by hand.
"""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from certlib import lab

ROWS = ("row-1", "row-2", "row-3", "row-4")

# Columns of the table: the words by which the report names a web server. The first three are UCCX's.
COLUMNS = ("UCCX Tomcat", "Notification Service", "SocketIO", "SocialMiner Tomcat", "SocialMiner Openfire")
CELLS = {
    "row-1": (
        "RSA · self-signed",
        "RSA · self-signed",
        "ECDSA · self-signed",
        "RSA · self-signed",
        "ECDSA · self-signed",
    ),
    "row-2": ("RSA · CA-signed",) * 5,
    "row-3": (
        "RSA · CA-signed",
        "RSA · CA-signed",
        "ECDSA · signed by an EC CA",
        "RSA · CA-signed",
        "ECDSA · signed by an EC CA",
    ),
    "row-4": (
        "RSA · CA-signed",
        "RSA · CA-signed",
        "ECDSA · self-signed",
        "RSA · CA-signed",
        "ECDSA · self-signed",
    ),
}
# What the table says of the agents, gadget by gadget; row 1 says nothing of the desktop, rows 1, 3 and 4
# nothing of SocialMiner's page.
EXPERIENCES = {
    "row-1": {"Live Data": "prompt", "Chat and e-mail": "prompt"},
    "row-2": {
        "Finesse": "works",
        "Live Data": "works",
        "Chat and e-mail": "does not load",
        "SocialMiner page": "does not load",
    },
    "row-3": {"Finesse": "works", "Live Data": "works", "Chat and e-mail": "works"},
    "row-4": {"Live Data": "cannot be accepted", "Chat and e-mail": "prompt"},
}
# The certificate of row 2 that is hidden from every client cannot be seen; that it is there is a conclusion.
BASES = {row: f"documented (210528, table row {row[-1]})" for row in ROWS} | {"row-2": "inferred"}
# With --fail-on not-ready: agents cannot work in rows 2 and 4.
EXIT_CODES = {"row-1": 0, "row-2": 1, "row-3": 0, "row-4": 1}
UCCX = ("uccx1.northwind.example", "uccx2.northwind.example")
SOCIALMINER = ("socialminer.northwind.example",)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, subprocess.CompletedProcess[str]]:
    output = tmp_path_factory.mktemp("reports")
    with ExitStack() as stack:
        started = {
            row: subprocess.Popen(
                [sys.executable, "-m", "certlib", "report", "--json", "--fail-on", "not-ready",
                 "--output", output, stack.enter_context(lab.inventory(preset=row))],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
            )
            for row in ROWS
        }  # fmt: skip
        ended = {}
        for row, process in started.items():
            out, err = process.communicate(timeout=240)
            ended[row] = subprocess.CompletedProcess(process.args, process.returncode, out, err)
    return ended


@pytest.fixture(params=ROWS)
def row(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def page(runs: dict[str, subprocess.CompletedProcess[str]], row: str) -> BeautifulSoup:
    assert runs[row].stderr == ""
    folder = Path(json.loads(runs[row].stdout)["folder"])
    found = BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")
    for mark in found("wbr"):  # where a line may end is no part of the text
        mark.decompose()
    found.smooth()
    return found


def cells(table: Tag) -> dict[tuple[str, str], dict[str, str]]:
    """Head of the group and head of the row: head of the column: text."""
    heads = [one.get_text(" ", strip=True) for one in table.select("thead th")]
    found, group = {}, ""
    for line in table.select("tbody tr"):
        texts = [one.get_text(" ", strip=True) for one in line(["th", "td"])]
        if line.find("th", scope="rowgroup"):
            (group,) = texts
        else:
            found[group, texts[0]] = dict(zip(heads, texts, strict=True))
    return found


def named(table: dict[tuple[str, str], dict[str, str]], words: str, group: str = "") -> dict[str, str]:
    """The one row of a group whose head has these words."""
    (found,) = [row for (of, head), row in table.items() if of == group and words in head]
    return found


def test_the_twenty_cells_of_the_table_stand_in_the_report_as_the_wire_gave_them(
    page: BeautifulSoup, row: str
) -> None:
    (matrix,) = [
        cells(table) for table in page.select("table.matrix") if "ECDSA offer gets" in table.thead.get_text()
    ]
    assert {node for node, _ in matrix} == {*UCCX, *SOCIALMINER}
    for position, (web_server, expected) in enumerate(zip(COLUMNS, CELLS[row], strict=True)):
        for node in UCCX if position < 3 else SOCIALMINER:
            found = named(matrix, web_server, node)
            assert found["Browser gets"][2:] == expected, (node, web_server)
            assert found["Expected now"] == f"= {expected}", (node, web_server)


def test_the_experience_of_the_table_stands_on_page_one_as_documented(page: BeautifulSoup, row: str) -> None:
    table = cells(page.select_one("table.experience"))
    for gadget, outcome in EXPERIENCES[row].items():
        text = named(table, gadget)["today"]
        assert outcome in text
        assert BASES[row] in text


def test_the_exit_code_tells_the_sites_where_agents_cannot_work(
    runs: dict[str, subprocess.CompletedProcess[str]], row: str
) -> None:
    assert runs[row].returncode == EXIT_CODES[row]


def test_runs_side_by_side_do_not_touch_each_other(
    runs: dict[str, subprocess.CompletedProcess[str]], row: str
) -> None:
    answer = json.loads(runs[row].stdout)
    folder = Path(answer["folder"])
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert folder.parent.name == row
    evidence = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    assert evidence["site"]["id"] == row
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["verdict"] == answer["verdict"]
