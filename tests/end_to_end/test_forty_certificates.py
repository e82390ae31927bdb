"""Forty certificates made to break a report, from TLS to the page in a browser, with a listener in wait.

Nothing that a certificate says is fetched, run, or read as a path, and the report is complete.
"""

import csv
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
import yaml
from cryptography import x509
from cryptography.x509.oid import NameOID
from pypdf import PdfReader

import certs
from certlib import lab, run
from end_to_end.test_hostile import server
from report.test_browser import CHROMIUM, opened
from report.validators import node_packages

pytestmark = pytest.mark.slow

SECRET = "canary-5f1c0d"  # stands in a file that names point to
PRIVATE = x509.ObjectIdentifier("1.3.6.1.4.1.55555.1")


@dataclass
class Listener:
    """What a report must not reach: an address on loopback, and whoever connected to it."""

    url: str = ""
    callers: list[object] = field(default_factory=list)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    found = Listener()
    door = socket.create_server(("127.0.0.1", 0))
    found.url = f"http://127.0.0.1:{door.getsockname()[1]}"

    def wait() -> None:
        while True:
            try:
                connection, caller = door.accept()
            except OSError:
                return
            found.callers.append(caller)
            connection.close()

    thread = threading.Thread(target=wait)
    thread.start()
    yield found
    door.shutdown(socket.SHUT_RDWR)
    door.close()
    thread.join()


def names(url: str, file: Path) -> list[str]:
    """What a certificate may be called: markup, links, templates, Typst, formulas, paths, what hides."""
    return [
        "<script>document.title='owned'</script>",
        f"<img src={url}/a onerror=alert(1)>",
        f"<iframe src=file://{file}></iframe>",
        f"<object data=file://{file}></object><embed src=file://{file}>",
        f"<link rel=stylesheet href={url}/b>",
        f"<style>@import url({url}/c);*{{background:url({url}/d)}}</style>",
        f"<svg onload=alert(1)><image href={url}/e /><use href={url}/f#x /></svg>",
        f"<video src={url}/g autoplay><audio src={url}/h>",
        f"<form action={url}/i><button formaction={url}/j>Go",
        f"<meta http-equiv=refresh content='0;url={url}/k'>",
        f"<base href={url}/>",
        f"<a href='javascript:alert(1)' ping={url}/l>click</a>",
        f"<a rel=attachment href=file://{file}>file</a>",
        f"<math><mtext><img src={url}/m></mtext></math>",
        "</title></style></script></table><h1 id=content>owned</h1>--><!--",
        '" onmouseover="alert(1)" style="position:fixed" x="',
        "' autofocus onfocus='alert(1)",
        "&lt;script&gt;alert(1)&lt;/script&gt;&#60;b&#62;",
        "<![CDATA[<script>alert(1)</script>]]>",
        "[click](javascript:alert(1)) ![x](" + url + "/n)",
        f"[ref]: {url}/o 'x' <{url}/p>",
        "{{7*7}}{% include 'index.html.j2' %}{{ cell.source }}",
        "${jndi:ldap://127.0.0.1/a}",
        "%(x)s {0.__class__} {node}",
        f'#read("{file}") #include "{file}"',
        f'#image("{file}") #eval("1+1") #sys.inputs',
        '#import "@preview/cetz:0.1.0" $x$ *b* _i_ <label> @ref `raw`',
        "= Heading\\u{41} // gone /* gone */",
        "=cmd|'/c calc'!A1",
        f'=WEBSERVICE("{url}/q")',
        f'=HYPERLINK("{url}/r","x")',
        "@SUM(1+1)*cmd|'/c calc'!A0",
        "+1+1\tx\r\ny",
        "-2+3;`id`;$(id)",
        f"../../../../..{file}",
        "safe\u202egnp.exe\u0000\u0007\u200bend",
        "\ufeff\ufffe\ue000\U000e0041",
        "連絡先 مركز الاتصال 😀 ศูนย์",
    ]


def certificate(text: str, *, names: tuple[str, ...] = (), blob: int = 0) -> certs.Issued:
    """A self-signed certificate whose every name is this text."""
    subject = [
        x509.NameAttribute(kind, text[:64])
        for kind in (NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.COMMON_NAME)
    ]
    names = names or (text.encode("ascii", "replace").decode(),)
    extensions = [x509.SubjectAlternativeName([x509.DNSName(name) for name in names])]
    if blob:
        extensions.append(x509.UnrecognizedExtension(PRIVATE, b"\x04" * blob))
    return certs.build_certificate(
        None, key="ec", subject=x509.Name(subject), extensions=extensions,
        critical=(x509.UnrecognizedExtension,),
    )  # fmt: skip


@pytest.fixture(scope="module")
def said(listener: Listener, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    file = tmp_path_factory.mktemp("secret") / "canary.txt"
    file.write_text(SECRET, encoding="utf-8")
    return names(listener.url, file)


@pytest.fixture(scope="module")
def folder(said: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run over a site with forty further endpoints, each with a certificate of its own."""
    hostile = [certificate(text) for text in said]
    hostile.append(
        certificate("ten thousand names", names=tuple(f"n{i}.example.test" for i in range(10_000)))
    )
    hostile.append(certificate("a megabyte", blob=1_000_000))
    assert len(hostile) == 40
    with lab.inventory(preset="row-3") as running, ExitStack() as stack:
        facts = yaml.safe_load(running.read_text(encoding="utf-8"))
        places = [stack.enter_context(server(one)) for one in hostile]
        facts["endpoints"] = [
            {"name": f"further-{number}", "kind": "other", "address": address, "port": port}
            for number, (address, port) in enumerate(places, 1)
        ]
        running.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
        return run.report(inventory=running, output=tmp_path_factory.mktemp("out"), progress=print).folder


def printed(folder: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages)


def test_every_endpoint_is_in_the_report_with_its_certificate_or_its_reason(folder: Path) -> None:
    evidence = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    asked = {one["endpoint"] for one in evidence["presentations"]}
    page, paper = (folder / "report.html").read_text(encoding="utf-8"), printed(folder)
    for number in range(1, 41):
        name = f"further-{number}"
        assert f"{name}/other" in asked
        given = [one for one in evidence["presentations"] if one["endpoint"] == f"{name}/other"]
        assert any(one["chain"] for one in given) or all(one["reason"] for one in given)
        assert re.search(rf"\b{name}\b", page), name
        assert re.search(rf"\b{name}\b", paper), name
    assert len(evidence["certificates"]) >= 39


def test_the_report_is_whole(folder: Path) -> None:
    about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert about["state"] == "complete"
    assert "This part is missing" not in (folder / "report.html").read_text(encoding="utf-8")
    assert "Versions and sign-off" in printed(folder)


def test_no_file_that_a_name_points_to_was_read(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path
    assert SECRET not in printed(folder)


def test_no_name_is_a_formula_in_a_table(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as opened_file:
            cells = [cell for row in csv.reader(opened_file) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    book = openpyxl.load_workbook(folder / "report.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert [
        cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink
    ] == []


def test_a_browser_runs_nothing_asks_for_nothing_and_the_listener_was_left_alone(
    folder: Path, listener: Listener, tmp_path: Path
) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    html = (folder / "report.html").read_text(encoding="utf-8")
    seen = opened(node_packages(), tmp_path, html, "plain")
    assert (seen["requests"], seen["messages"], seen["dialogs"]) == ([], [], [])
    assert "owned" not in re.findall(r"<title>(.*?)</title>", html)[0]
    assert listener.callers == []
