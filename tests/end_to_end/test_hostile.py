"""A site whose certificate and names carry markup, formulas and invisible characters, from TLS to the report.

Whatever a server, an inventory or a certificate says is text for the reader: in HTML, in PDF, in CSV.
"""

import csv
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from cryptography import x509
from cryptography.x509.oid import NameOID
from pypdf import PdfReader

import certs
from certlib import lab, run

SCRIPT = "<script>document.title=1</script>"
IMAGE = "<img src=x onerror=alert(1)>"
TEMPLATE = "{{7*7}}{% raw %}"
TYPST = '#eval("1+1") #sys.version $x$ *b*'
FORMULA = "=cmd|'/c calc'!A1"
HIDDEN = "abc\u202edcba\x00end"
LINK = "[click](javascript:alert(1))"
NAMES = ("=cmd|'calc'!A1", IMAGE, "@SUM(A1)", "-2+3", "+1", LINK)  # of endpoints; they hold no slash
HTTP = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def hostile_certificate() -> certs.Issued:
    """A certificate that an authority of a hostile name signed for hostile names."""
    name, unit, place = NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.LOCALITY_NAME
    subject = [(NameOID.ORGANIZATION_NAME, SCRIPT), (unit, TYPST), (place, HIDDEN), (name, IMAGE)]
    issuer = [(NameOID.ORGANIZATION_NAME, LINK), (unit, TEMPLATE), (name, FORMULA)]
    written, by = (x509.Name([x509.NameAttribute(*part) for part in parts]) for parts in (subject, issuer))
    authority = certs.build_certificate(None, key="ec", subject=by, is_ca=True)
    names = (SCRIPT, TEMPLATE, FORMULA, "*." + LINK)
    return certs.build_certificate(authority, *names, key="ec", subject=written)


@contextmanager
def server(pair: certs.Issued) -> Iterator[tuple[str, int]]:
    """A TLS server with this certificate, while the block runs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert_path, pair.key_path)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(5)
            with suppress(OSError), connection, context.wrap_socket(connection, server_side=True) as tls:
                tls.sendall(HTTP)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of that site."""
    with lab.inventory(preset="row-3") as running, server(hostile_certificate()) as (address, port):
        facts = yaml.safe_load(running.read_text(encoding="utf-8"))
        facts |= {
            "customer": f"Customer {SCRIPT} {TYPST}",
            "title": f"{IMAGE} {TEMPLATE} {LINK}",
            "branding": dict.fromkeys(("name", "author", "footer", "confidentiality"), f"{SCRIPT} {TYPST}"),
            "endpoints": [
                {"name": name, "kind": "other", "address": address, "port": port, "sni": "a.test"}
                for name in NAMES
            ],
        }
        running.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
        return run.report(inventory=running, output=tmp_path_factory.mktemp("out"), progress=print).folder


@pytest.fixture(scope="module")
def page(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")


def plain(text: str) -> str:
    """Text without what lines and pages add to it."""
    return re.sub(r"[\s\u00ad\u200b]", "", text)


def test_the_certificate_reached_the_evidence_as_it_was_sent(folder: Path) -> None:
    evidence = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    read = [x509.load_pem_x509_certificate(pem.encode()) for pem in evidence["certificates"].values()]
    names = [one.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value for one in read]
    assert IMAGE in names


def test_the_page_has_no_element_of_theirs(page: BeautifulSoup) -> None:
    assert len(page("script")) == 1
    assert "document.title=1" not in page.script.get_text()
    ours = ("Logo of ", "Time line of the certificates of ")
    assert [one["alt"] for one in page("img") if not one["alt"].startswith(ours)] == []
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in page("img"))
    for element in page.find_all():
        assert not [name for name in element.attrs if name.startswith("on")]
        for name in ("href", "src", "action", "data"):
            assert not str(element.get(name, "")).lower().startswith("javascript:")
    hashes_alone = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in hashes_alone
    assert "unsafe" not in hashes_alone


@pytest.mark.parametrize("said", [SCRIPT, IMAGE, TEMPLATE, TYPST, FORMULA, LINK])
def test_what_they_say_stands_on_the_page_as_text(said: str, page: BeautifulSoup) -> None:
    assert plain(said) in plain(page.body.get_text())


@pytest.mark.parametrize("said", [SCRIPT, IMAGE, TEMPLATE, TYPST, FORMULA, LINK])
def test_what_they_say_stands_in_the_pdf_as_text(said: str, folder: Path) -> None:
    text = plain("".join(one.extract_text() for one in PdfReader(folder / "report.pdf").pages))
    assert plain(said) in text


def test_the_pdf_opens_nothing_and_links_nowhere_of_theirs(folder: Path) -> None:
    reader = PdfReader(folder / "report.pdf")
    assert not {"/OpenAction", "/AA", "/Names"} & {
        key for key in reader.trailer["/Root"] if "JavaScript" in str(reader.trailer["/Root"][key])
    }
    links = [
        str(annotation.get_object().get("/A", {}).get("/URI", ""))
        for one in reader.pages
        for annotation in one.get("/Annots", ())
    ]
    assert links
    assert not [link for link in links if link and not link.startswith("https://")]


def test_what_hides_or_turns_text_is_spelled_out(page: BeautifulSoup, folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix in (".html", ".csv", ".json") and path.name != "evidence.json":
            assert not {"\u202e", "\x00"} & set(path.read_text(encoding="utf-8")), path.name
    assert r"abc\u{202E}dcba\00end" in plain(page.body.get_text())


@pytest.mark.parametrize("name", ["findings.csv", "matrix.csv"])
def test_no_cell_of_a_csv_is_a_formula(name: str, folder: Path) -> None:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        cells = {cell for row in csv.reader(file) for cell in row}
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n"))]
    if name == "matrix.csv":
        assert {"'=cmd|'calc'!A1", "'@SUM(A1)", "'-2+3", "'+1", IMAGE, LINK} <= cells


def test_the_names_make_no_file_and_no_folder(folder: Path) -> None:
    assert folder.parent.name == "row-3"
    names = {path.name for path in folder.rglob("*")}
    assert not [name for name in names if re.search(r"[^\w.-]", name)]
