"""The command line: what a consultant types, and what a script may rely on."""

import io
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader

from certlib import cli, evidence, lab, load_site, run
from certlib.cli.collected import describe_collected
from certlib.errors import RunFailed
from certlib.evidence.schema1 import read_prose
from certlib.inventory import FurtherEndpoint, Site, list_endpoints
from certlib.reasons import Reason
from loopback import site

CERTLIB = Path(sys.executable).with_name("certlib")
SMALL = """\
schema: 1
customer: Northwind Logistics
site: hamburg
release: 11.5(1)
nodes:
- {role: uccx-publisher, name: uccx1.example.test}
"""


class Ended:
    """How a command ended, and what it said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Certlib = Callable[..., Ended]


@pytest.fixture
def certlib(capsys: pytest.CaptureFixture[str]) -> Certlib:
    """Runs a command in this process."""

    def main(*arguments: str | Path) -> Ended:
        code = cli.main([str(one) for one in arguments])
        return Ended(code, *capsys.readouterr())

    return main


# Bad input: file, line or key, what is wrong, what to write; never a traceback.

MISTAKES = {
    "not YAML": ("schema: 1\nnodes: [\n", ":3:", "YAML"),
    "an unknown key": (SMALL + "colour: blue\n", ":7: colour:", "no such key"),
    "an unknown role": (SMALL.replace("uccx-publisher", "pbx"), ":6: nodes[0].role:", '"pbx"'),
    "two nodes with one name": (
        SMALL + "- {role: socialminer, name: uccx1.example.test}\n",
        ":7: nodes[1].name:",
        "uccx1.example.test",
    ),
    "a port of 70000": (
        SMALL.replace("test}", "test, ports: {socketio: 70000}}"),
        ":6: nodes[0].ports.socketio:",
        "70000",
    ),
    "an id with ../": (SMALL.replace("hamburg", "../hamburg"), ":3: site:", "../hamburg"),
    "no release": (SMALL.replace("11.5(1)", "eleven"), ":4: release:", '"eleven" is no release'),
    "a release that may be one of several": (
        SMALL.replace("11.5(1)", "12.5"),
        ":4: release:",
        "leaves open which release is meant",
    ),
    "a site without nodes": (SMALL.split("nodes", maxsplit=1)[0] + "nodes: []\n", ":5: nodes:", "node"),
    "a site that does not speak of nodes": (SMALL.split("nodes", maxsplit=1)[0], ": nodes:", "missing"),
    "UTF-16": (SMALL.encode("utf-16"), ":", "The encoding is UTF-16"),
    "Latin-1": (SMALL.replace("Northwind", "Müller").encode("latin-1"), ":2:", "not UTF-8"),
    "nothing": ("", ":", "says nothing"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ":", "UTF-8"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("command", ["report", "collect"])
def test_a_wrong_inventory_is_told_with_its_place_and_exit_code_2(
    command: str, mistake: str, certlib: Certlib, tmp_path: Path
) -> None:
    content, place, said = MISTAKES[mistake]
    path = tmp_path / "site.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    ended = certlib(command, path, "--output", tmp_path / "out")
    assert (ended.code, ended.out) == (2, "")
    assert f"{path}{place}" in ended.err
    assert said in ended.err
    assert [one.name for one in tmp_path.iterdir()] == ["site.yaml"]


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_an_inventory_that_is_not_there_or_a_folder_is_named(
    name: str, certlib: Certlib, tmp_path: Path
) -> None:
    ended = certlib("report", tmp_path / name, "--output", tmp_path / "out")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(str(tmp_path / name))
    assert not (tmp_path / "out").exists()


def test_all_mistakes_are_told_at_once(certlib: Certlib, tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    wrong = SMALL.replace("hamburg", "../x").replace("11.5(1)", "eleven").replace("uccx-publisher", "pbx")
    path.write_text(wrong + "more: 1\n")
    ended = certlib("report", path)
    assert ended.code == 2
    assert [line.partition(": ")[0] for line in ended.err.splitlines()] == [
        f"{path}:{line}" for line in (3, 4, 6, 7)
    ]


BROKEN = {
    "nothing": b"",
    "not JSON": b"schema: 1",
    "a list": b"[]",
    "an empty object": b"{}",
    "half of the file": b'{"schema": 1, "collector": "certlib',
    "UTF-16": '{"schema": 1}'.encode("utf-16"),
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_evidence_file_is_told_with_exit_code_2(
    broken: str, certlib: Certlib, tmp_path: Path
) -> None:
    path = tmp_path / "evidence.json"
    path.write_bytes(BROKEN[broken])
    ended = certlib("assess", path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(str(path))


def test_evidence_that_was_changed_by_hand_is_told_with_its_key(certlib: Certlib, tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    evidence.write(site("row-4")[0], path)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["site"]["nodes"][0]["role"] = "pbx"
    path.write_text(json.dumps(content))
    ended = certlib("assess", path)
    assert (ended.code, ended.out) == (2, "")
    assert "site.nodes" in ended.err
    assert "role" in ended.err


@pytest.mark.parametrize("wrong", [["--colour"], ["paint"], [], ["report", "--fail-on", "ready"]])
def test_a_word_that_the_command_line_does_not_know_gives_its_usage_and_exit_code_2(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(wrong)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: certlib")


def test_an_output_that_cannot_be_written_is_told_with_exit_code_2(certlib: Certlib, tmp_path: Path) -> None:
    path, output = tmp_path / "site.yaml", tmp_path / "out"
    path.write_text(SMALL)
    output.write_text("a file in the way")
    ended = certlib("report", path, "--output", output / "reports")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{output / 'reports' / 'hamburg'}: cannot be written (")
    assert output.read_text() == "a file in the way"


# Exit codes of a report.


@pytest.mark.parametrize(
    ("verdict", "never", "on_not_ready", "on_incomplete"),
    [
        ("ready", 0, 0, 0),
        ("ready with actions", 0, 0, 0),
        ("not ready", 0, 1, 0),
        ("incomplete", 0, 3, 3),
    ],
)
def test_the_exit_code_tells_the_verdict_only_when_asked_to(  # noqa: PLR0917 - the columns of the table
    verdict: str,
    never: int,
    on_not_ready: int,
    on_incomplete: int,
    certlib: Certlib,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "report", lambda **_: run.Run(Path("here"), verdict, "the text"))
    assert certlib("report").code == never
    assert certlib("report", "--fail-on", "not-ready").code == on_not_ready
    assert certlib("report", "--fail-on", "incomplete").code == on_incomplete


def test_a_run_that_failed_has_exit_code_4_and_says_where_its_rests_are(
    certlib: Certlib, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RunFailed(Path("reports/x.unfinished"), "01-collect", "Kernel died")

    monkeypatch.setattr(run, "report", fail)
    ended = certlib("report")
    assert (ended.code, ended.out) == (4, "")
    assert ended.err == (
        "01-collect failed: Kernel died; what was made until then is kept in reports/x.unfinished\n"
    )


def test_a_report_tells_verdict_and_place_to_people_and_to_machines(
    certlib: Certlib, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "report", lambda **_: run.Run(Path("here"), "ready", "the text"))
    said = certlib("report").out
    assert "the text" in said
    assert str(Path("here/report.html")) in said
    assert str(Path("here/report.pdf")) in said
    assert str(Path("here/report.xlsx")) in said
    assert json.loads(certlib("report", "--json").out) == {"verdict": "ready", "folder": "here"}


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_for_a_terminal(
    terminal: bool, certlib: Certlib, monkeypatch: pytest.MonkeyPatch
) -> None:
    def report(*, progress: Callable[[str], None], **_: object) -> run.Run:
        progress("collecting from 3 endpoints")
        return run.Run(Path("here"), "ready", "")

    said = io.StringIO()
    monkeypatch.setattr(run, "report", report)
    monkeypatch.setattr(said, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", said)
    certlib("report")
    assert ("collecting from 3 endpoints" in said.getvalue()) == terminal


def test_where_no_endpoint_answers_the_report_is_made_and_its_first_page_says_incomplete(
    certlib: Certlib, tmp_path: Path
) -> None:
    with lab.inventory(preset="row-1") as running:
        facts = yaml.safe_load(running.read_text(encoding="utf-8"))
    # The ports are closed now, and stay so: a socket that does not listen holds each of them.
    del facts["agents"]["trusted_cas"]
    path = tmp_path / "site.yaml"
    path.write_text(yaml.safe_dump(facts))
    with ExitStack() as held:
        for endpoint in list_endpoints(load_site(path)):
            holder = held.enter_context(socket.socket())
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind((endpoint.address, endpoint.port))
        ended = certlib("report", path, "--output", tmp_path / "out", "--json", "--fail-on", "incomplete")
    assert ended.code == 3
    answer = json.loads(ended.out)
    assert answer["verdict"] == "incomplete"
    folder = Path(answer["folder"])
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["state"] == "complete"
    page = BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")
    assert "INCOMPLETE" in page.select_one(".verdict").get_text()
    first = PdfReader(folder / "report.pdf").pages[0].extract_text()
    assert "INCOMPLETE" in first
    assert "READY" not in first
    matrix = page.select_one("table.matrix").get_text(" ")
    assert matrix.count("nothing listens on this port") == 12
    assert "CA-signed" not in matrix


# The other commands.


def test_collect_writes_the_evidence_that_assess_reads(certlib: Certlib, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "evidence.json"
    with lab.inventory(preset="row-4") as running:
        collected = certlib("collect", running, "--output", path)
    assert collected.code == 0
    assert str(path) in collected.out
    said = certlib("assess", path)
    assert said.code == 0
    assert "NOT READY" in said.out
    assert "ECDSA · self-signed" in said.out


@pytest.mark.parametrize("place", [".", "file/evidence.json"])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_contacted(
    place: str, certlib: Certlib, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certlib.collect", lambda **_: pytest.fail("contacted"))
    (path := tmp_path / "site.yaml").write_text(SMALL)
    (tmp_path / "file").write_text("a file in the way")
    ended = certlib("collect", path, "--output", tmp_path / place)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{tmp_path / place}: cannot be written (")


def test_a_dry_run_names_every_endpoint_and_contacts_none(certlib: Certlib, tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(SMALL + "endpoints: [{name: front, kind: other, address: 192.0.2.9, port: 4443}]\n")
    ended = certlib("collect", path, "--dry-run", "--output", tmp_path / "evidence.json")
    assert ended.code == 0
    assert "192.0.2.9:4443" in ended.out
    for port in (8443, 7443, 8445, 12015):
        assert f"uccx1.example.test:{port}" in ended.out
    assert not (tmp_path / "evidence.json").exists()


def test_a_dry_run_tells_offers_and_pages_and_what_answers_may_call_for(
    certlib: Certlib, tmp_path: Path
) -> None:
    (path := tmp_path / "site.yaml").write_text(SMALL.replace("test}", "test, address: '2001:db8::1'}"))
    said = certlib("collect", path, "--dry-run", "--gentle", "--hsts").out
    lines = {line.split("  ")[-2].strip(): line for line in said.splitlines() if "2001" in line}
    assert lines["[2001:db8::1]:8445"].endswith("browser, rsa-gentle, ecdsa, HSTS")
    assert lines["[2001:db8::1]:8443"].endswith("browser, rsa-gentle, ecdsa")
    assert "tls10-bare" in said
    assert "HSTS" not in certlib("collect", path, "--dry-run").out


def test_a_dry_run_says_what_becomes_of_a_name_with_several_addresses(
    certlib: Certlib, tmp_path: Path
) -> None:
    (path := tmp_path / "site.yaml").write_text(SMALL)
    told = "at most 4 addresses of a name"
    assert told in certlib("collect", path, "--dry-run").out
    path.write_text(SMALL.replace("test}", "test, address: '2001:db8::1'}"))
    assert told not in certlib("collect", path, "--dry-run").out


TOUCH = "collecting: {patience: 8, pause: 2, gentle: yes}\n"


def test_the_inventory_says_how_to_ask_and_an_option_counts_before_it(
    certlib: Certlib, tmp_path: Path
) -> None:
    (path := tmp_path / "site.yaml").write_text(SMALL)
    assert "at a time: 2; each is given 5 s" in certlib("collect", path, "--dry-run").out
    said = certlib("collect", path, "--dry-run", "--gentle").out
    assert "at a time: 1, with 0.5 s between two; each is given 5 s" in said
    path.write_text(SMALL + TOUCH)
    said = certlib("collect", path, "--dry-run").out
    assert "at a time: 1, with 2 s between two; each is given 8 s" in said
    assert "browser, rsa-gentle, ecdsa" in said
    said = certlib("collect", path, "--dry-run", "--patience", "20", "--pause", "0", "--no-gentle").out
    assert "at a time: 1; each is given 20 s" in said
    assert "browser, rsa, ecdsa" in said


@pytest.mark.parametrize("command", ["report", "collect", "rehearse"])
def test_a_wrong_number_of_seconds_is_told_before_anything_is_contacted(
    command: str, certlib: Certlib, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certlib.collect", lambda **_: pytest.fail("contacted"))
    monkeypatch.chdir(tmp_path)
    (path := tmp_path / "site.yaml").write_text(SMALL)
    for option, value in (("--patience", "0"), ("--patience", "5s"), ("--pause", "90"), ("--pause", "")):
        ended = certlib(command, path, option, value)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith(f'{option.strip("-")}: "{value}" is no number of seconds from ')
    assert [one.name for one in tmp_path.iterdir()] == ["site.yaml"]


def test_a_rehearsal_collects_as_it_is_told(
    certlib: Certlib, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path := tmp_path / "site.yaml").write_text(SMALL)

    def collect(*, site: Site, **_: object) -> None:
        raise RunFailed(tmp_path, "collecting", f"{site.collecting}")

    monkeypatch.setattr("certlib.collect", collect)
    ended = certlib("rehearse", path, "--pause", "1.5", "--gentle")
    assert "pause=1.5, gentle=True" in ended.err


PROFILE = """\
id: java8
title: a Java 8 client
versions: [TLS 1.2]
suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
groups: [secp256r1]
signature_algorithms: [rsa_pkcs1_sha256]
"""


def test_a_resumed_collection_asks_only_what_is_open_or_new(certlib: Certlib, tmp_path: Path) -> None:
    path, client = tmp_path / "evidence.json", tmp_path / "java8.yaml"
    client.write_text(PROFILE)
    with lab.inventory(preset="row-4") as running:
        assert certlib("collect", running, "--output", path).code == 0
        first = evidence.read(path)
        resume = ("collect", running, "--output", path, "--resume")
        assert certlib(*resume, "--dry-run").out == "Nothing is left to ask.\n"
        ended = certlib(*resume)
        assert (ended.code, ended.err) == (0, "nothing is open to be asked\n")
        assert evidence.read(path).presentations == first.presentations
        assert certlib(*resume, "--profile", client, "--hsts").code == 0
    more = evidence.read(path)
    assert {row.offer for row in more.presentations} == {"browser", "rsa", "ecdsa", "java8"}
    assert len(more.hsts) == 3
    assert more.collected == first.collected


def test_evidence_is_never_overwritten(certlib: Certlib, tmp_path: Path) -> None:
    (path := tmp_path / "site.yaml").write_text(SMALL)
    (kept := tmp_path / "evidence.json").write_text("mine")
    ended = certlib("collect", path, "--output", kept)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{kept}: exists already")
    assert "--resume" in ended.err
    assert kept.read_text() == "mine"


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("of-another.json", 'the site "row-4", not of "hamburg"'),
        (
            "of-another-customer.json",
            'a site "hamburg" of the customer "Southwind", not of "Northwind Logistics"',
        ),
        ("none.json", "not exist"),
    ],
)
def test_a_file_that_cannot_be_gone_on_with_is_told(
    output: str, said: str, certlib: Certlib, tmp_path: Path
) -> None:
    (path := tmp_path / "site.yaml").write_text(SMALL)
    other = site("row-4")[0]
    evidence.write(other, tmp_path / "of-another.json")
    other = replace(other, site=replace(other.site, id="hamburg", customer="Southwind"))
    evidence.write(other, tmp_path / "of-another-customer.json")
    before = (tmp_path / "of-another.json").read_bytes()
    ended = certlib("collect", path, "--output", tmp_path / output, "--resume")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(str(tmp_path / output))
    assert said in ended.err
    assert (tmp_path / "of-another.json").read_bytes() == before


@pytest.mark.parametrize("command", ["report", "collect"])
def test_a_wrong_client_profile_is_told_before_anything_is_contacted(
    command: str, certlib: Certlib, tmp_path: Path
) -> None:
    (path := tmp_path / "site.yaml").write_text(SMALL)
    (client := tmp_path / "client.yaml").write_text(PROFILE.replace("java8", "browser"))
    ended = certlib(command, path, "--profile", client, "--output", tmp_path / "out")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{client}:1: id: is taken.")
    assert not (tmp_path / "out").exists()


def test_endpoints_without_a_certificate_are_named_with_their_reason(
    certlib: Certlib, tmp_path: Path
) -> None:
    path = tmp_path / "site.yaml"
    with lab.inventory(preset="row-1") as running:
        facts = yaml.safe_load(running.read_text(encoding="utf-8"))
    del facts["agents"]["trusted_cas"]
    path.write_text(yaml.safe_dump(facts))
    said = certlib("collect", path, "--output", tmp_path / "evidence.json")
    assert said.code == 0
    assert said.out.startswith("0 of 12 endpoints presented a certificate")
    assert said.out.count("nothing listens on this port") == 12


def answer(offer: str, reason: Reason | None, detail: str = "") -> evidence.Presentation:
    return evidence.Presentation("", offer, () if reason else ("leaf",), reason, read_prose(detail))


def told(*answers: evidence.Presentation, endpoints: int = 1) -> list[str]:
    """The summary of a collection in which every endpoint answered so, without the endpoints' names."""
    further = tuple(FurtherEndpoint(f"s{n}", "other", "192.0.2.1", n) for n in range(1, endpoints + 1))
    given = replace(site("row-1")[0].site, nodes=(), further_endpoints=further)
    rows = [replace(one, endpoint=f"{each.name}/other") for each in further for one in answers]
    made = evidence.Evidence(given, datetime.now(UTC), None, "", tuple(rows))
    return [
        line.rpartition(":1")[2].strip() for line in describe_collected(made, Path("e.json")).splitlines()
    ]


NONE = Reason.NO_SUCH_CERTIFICATE


def test_a_port_whose_answers_are_whole_is_only_counted() -> None:
    whole = answer("browser", None), answer("rsa", None), answer("ecdsa", NONE)
    assert told(*whole) == ["1 of 1 endpoint presented a certificate; evidence in e.json"]


def test_a_port_where_only_the_browser_got_nothing_is_told_with_its_reason() -> None:
    cut = answer("browser", Reason.ALERT, "protocol_version"), answer("rsa", None), answer("ecdsa", NONE)
    first, heading, line = told(*cut)
    assert first.startswith("1 of 1 endpoint presented")
    assert heading.startswith("Nothing for agents' browsers")
    assert line == ": The server speaks no TLS version that today's browsers speak. (protocol_version)"


def test_a_kind_that_could_not_be_asked_for_is_told_with_its_reason() -> None:
    half = answer("browser", None), answer("rsa", None), answer("ecdsa", Reason.STALLED)
    _, heading, line = told(*half)
    assert heading == "Not known whether there is a certificate of this kind:"
    assert line == ", ECDSA: The server began to answer and then stopped."


def test_a_kind_that_a_further_offer_brought_or_denied_is_known() -> None:
    closed = answer("rsa", Reason.CLOSED), answer("ecdsa", Reason.RESET)
    further = answer("rsa-gentle", None), answer("ecdsa-tls12", NONE)
    assert len(told(answer("browser", None), *closed, *further)) == 1


def test_of_very_many_ports_the_first_are_named_and_the_others_counted() -> None:
    dead = answer("browser", Reason.REFUSED), answer("rsa", Reason.NOT_ASKED)
    lines = told(*dead, endpoints=60)
    assert len(lines) == 22
    assert lines[-1] == "and 40 more; the report names them all"


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_keeps_what_was_collected_and_says_how_to_go_on(certlib: Certlib, tmp_path: Path) -> None:
    path, output = tmp_path / "site.yaml", tmp_path / "the evidence.json"
    with lab.inventory(preset="row-1") as running, socket.create_server(("127.0.77.6", 0)) as mute:
        facts = yaml.safe_load(running.read_text(encoding="utf-8"))
        place = {"address": "127.0.77.6", "port": mute.getsockname()[1]}
        facts["endpoints"] = [{"name": "stuck", "kind": "other", **place}]
        del facts["agents"]["trusted_cas"]
        path.write_text(yaml.safe_dump(facts))
        touch = ["--patience", "5", "--pause", "0"]
        command = [CERTLIB, "collect", path, "--output", output, "--hsts", *touch]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            mute.settimeout(30)
            peer, _ = mute.accept()
            time.sleep(1)  # the others need a tenth of it, and this one is given 5 s to answer
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
            peer.close()
        assert process.returncode == 130
        told = err.decode().splitlines()[-1]
        again = f"certlib collect {path} --output '{output}' --resume --hsts --patience 5 --pause 0"
        assert told == f"Interrupted. Go on with: {again}"
        assert b"Traceback" not in err
        kept = evidence.read(output)
        assert kept.finished is None
        presented = {row.endpoint for row in kept.presentations if row.chain}
        assert out.decode().startswith(f"{len(presented)} of 13 endpoints presented a certificate")
        left = certlib(*shlex.split(told.partition("certlib ")[2]), "--dry-run").out
        assert any(line.startswith("stuck ") for line in left.splitlines())
        assert f"{13 - len(presented)} endpoint" in left


def test_assess_gives_findings_and_matrix_to_machines(certlib: Certlib, tmp_path: Path) -> None:
    evidence.write(site("row-4")[0], path := tmp_path / "evidence.json")
    answer = json.loads(certlib("assess", path, "--json").out)
    assert answer["verdict"] == "not ready"
    assert len(answer["matrix"]) == 12
    sockets = [row for row in answer["matrix"] if "SocketIO" in row["web_server"]]
    assert [row["browser_gets"] for row in sockets] == ["ECDSA · self-signed"] * 2
    assert {finding["state"] for finding in answer["findings"]} >= {"blocks", "pass"}


def test_rehearse_walks_the_plan_of_an_evidence_or_of_a_site_that_is_collected_first(
    certlib: Certlib, tmp_path: Path
) -> None:
    evidence.write(site("row-4")[0], path := tmp_path / "evidence.json")
    said = certlib("rehearse", path, "--option", "ec-ca")
    assert said.code == 0
    head, *rows = said.out.splitlines()[1:]
    assert head.split("  ")[0] == "When this is done"
    assert "Live Data gadgets" in head
    assert any(row.startswith("The restarts") and row.endswith("you may") for row in rows)
    assert any("✕ cannot be accepted" in row for row in rows)
    with lab.inventory(preset="row-4") as running:
        collected = certlib("rehearse", running, "--option", "ec-ca")
    assert (collected.code, collected.out) == (0, said.out)
    rows = json.loads(certlib("rehearse", path, "--option", "ec-ca", "--json").out)
    assert {row["phase"] for row in rows} >= {"prepare", "restart", "verify"}
    for option in (("--patience", "3"), ("--pause", "1"), ("--no-gentle",)):
        unused = certlib("rehearse", path, "--option", "ec-ca", *option)
        assert (unused.code, unused.out) == (2, "")
        assert unused.err.startswith(f"{option[0].replace('no-', '')}: has no effect on evidence")
    refused = certlib("rehearse", path, "--option", "cert-type-rsa")
    assert refused.code == 2
    assert "cert-type-rsa" in refused.err
    assert "options that apply here: ec-ca" in refused.err


def test_init_writes_an_inventory_that_loads_and_never_over_another(certlib: Certlib, tmp_path: Path) -> None:
    path = tmp_path / "sites" / "own.yaml"
    assert certlib("init", path).code == 0
    assert certlib("collect", path, "--dry-run").code == 0
    path.write_text("mine")
    ended = certlib("init", path)
    assert (ended.code, ended.out) == (2, "")
    assert "exists already" in ended.err
    assert path.read_text() == "mine"
    assert certlib("init", path / "below.yaml").code == 2


@pytest.mark.parametrize(("asked", "name"), [((), "site"), (("inventory",), "site"), (("brand",), "brand")])
def test_schema_prints_the_schema_that_editors_use(
    certlib: Certlib, asked: tuple[str, ...], name: str
) -> None:
    committed = Path(__file__).parents[2] / "params" / f"{name}.schema.json"
    assert json.loads(certlib("schema", *asked).out) == json.loads(committed.read_text(encoding="utf-8"))


def test_an_unknown_preset_of_the_lab_is_a_users_mistake(certlib: Certlib) -> None:
    ended = certlib("lab", "--preset", "row-5")
    assert (ended.code, ended.out) == (2, "")
    assert "row-4" in ended.err


# As a program.


def program(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [CERTLIB, *arguments], env=os.environ | environment, capture_output=True, check=False, timeout=60
    )


def test_the_program_ends_with_its_exit_code_and_without_a_traceback(tmp_path: Path) -> None:
    (path := tmp_path / "site.yaml").write_text("nodes: {")
    ended = program("report", path)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"Traceback" not in ended.stderr
    assert b"site.yaml:" in ended.stderr


def test_a_terminal_that_knows_ascii_alone_gets_every_word(tmp_path: Path) -> None:
    evidence.write(site("row-4")[0], path := tmp_path / "evidence.json")
    ended = program("assess", path, PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"NOT READY" in ended.stdout
    assert b"ECDSA \\xb7 self-signed" in ended.stdout


def test_a_reader_that_has_enough_is_no_error() -> None:
    process = subprocess.Popen([CERTLIB, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), said) == (141, b"")


def test_help_tells_the_exit_codes() -> None:
    said = program("--help").stdout.decode()
    assert "exit codes" in said
    for code, word in (
        (0, "made"),
        (1, "not ready"),
        (2, "invalid"),
        (3, "incomplete"),
        (4, "failed"),
        (130, "interrupted"),
        (141, "reads"),
    ):
        (line,) = [line for line in said.splitlines() if line.startswith(f"  {code}  ")]
        assert word in line
