"""A report that others may see: no file of it tells whose site it is, and it says the same as the own one."""

import base64
import dataclasses
import datetime as dt
import io
import json
import os
import re
import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from assess.sites import EC_ROOT, MINER, PUBLISHER, RSA_ROOT, Box, evidence, three, trusting
from browsers import der
from certlib import assess, lab, read_evidence, run, x509
from certlib.errors import InvalidInput
from certlib.evidence import Evidence, Hsts, LookUp, Presentation, save_certificates, write
from certlib.evidence.schema1 import read_prose
from certlib.inventory import FurtherEndpoint, Waiver
from certlib.inventory.model import Branding, Report, Revision, Signatory
from certlib.knowledge import load
from certlib.pseudonyms import KEY_FILE, find_key_beside, keep_key, pseudonymize, read_pseudonymized
from certlib.reasons import Reason, describe_in_english, make_verbatim
from certs import BR_POLICY, Issued, build_certificate, ca, leaf

ROOT = Path(__file__).parents[2]
WEB_PAGE = f"{MINER}/socialminer-tomcat"
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
BRAND = {"name": "Kranich Beratung", "author": "Anselm Wiesengrund", "footer": "Zugvogel 17",
         "confidentiality": "Vertraulich, Sonnenhof", "accent": "#a1b2c3"}  # fmt: skip
WAIVER = {"check": "expires-soon", "owner": "Rosalinde Birkenfeld", "reason": "Ticket QX-998877",
          "until": "2027-12-31"}  # fmt: skip
REPORT = {
    "reference": "AKTE-55-7731", "history": [
        {"version": "0.9-hm", "date": "2026-11-01", "author": "Ottilie Seeberg", "change": "For Sonnenhof"}
    ], "signoff": {"customer": {"name": "Leopold Hirschau"}, "consultant": {"name": "Walburga Tannhof"}},
}  # fmt: skip
FREE = ("Sonnenhof Kaffee", "roasters-sued", "Bohnenstrasse 12", *BRAND.values(), WAIVER["owner"],
        WAIVER["reason"], "AKTE-55-7731", "Ottilie Seeberg", "For Sonnenhof", "Leopold Hirschau",
        "Walburga Tannhof", "sonnenhof-balancer")  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Shown:
    """A run of the loopback site under telling names, and the evidence that it must not show."""

    folder: Path
    evidence: Evidence
    secrets: tuple[str, ...]

    @property
    def shared(self) -> Path:
        return self.folder / "shared"


@pytest.fixture(scope="module")
def made_run(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    home = tmp_path_factory.mktemp("consultant-wiesengrund")
    with lab.inventory(preset="upgrade") as loopback:
        facts = yaml.safe_load(loopback.read_text(encoding="utf-8"))
        facts |= {"customer": FREE[0], "site": FREE[1], "title": FREE[2], "waivers": [WAIVER]}
        facts |= {"branding": BRAND, "report": REPORT}
        node = facts["nodes"][0]
        facts["endpoints"] = [
            {"name": "sonnenhof-balancer", "kind": "load-balancer", "address": node["address"],
             "port": node["ports"]["uccx-tomcat"], "sni": node["name"]}
        ]  # fmt: skip
        inventory = loopback.with_name("inventory-of-sonnenhof.yaml")
        inventory.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
        done = run.report(inventory=inventory, output=home / "reports", progress=lambda _: None, share=True)
    found = read_evidence(done.folder / "evidence.json")
    places = (str(home), inventory.name, str(Path.cwd()), f"{Path.home()}/")
    return Shown(
        done.folder, found, (*secrets_of(found), *places, (done.folder / KEY_FILE).read_text().strip())
    )


def corpus() -> str:
    """What every report says of any site: parts of names that stand there tell nothing."""
    texts = [
        *(ROOT / "src/certlib/knowledge").glob("*.yaml"),
        *(ROOT / "src/certlib/locale").glob("*.po"),
    ]
    rooms = ("assess", "report", "runbook", "show")
    code = [path for room in rooms for path in (ROOT / "src/certlib" / room).rglob("*.py")]
    code += [*(ROOT / "src/certlib").glob("*.py"), ROOT / "notebooks" / run.READINESS]
    more = [
        path for form in ("*.css", "*.j2", "*.js", "*.json", "*.typ") for path in (ROOT / "src").rglob(form)
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in (*texts, *code, *more)).casefold()


def secrets_of(found: Evidence) -> tuple[str, ...]:
    """Every string that tells whose evidence it is: names, each telling part of them, and numbers."""
    names = {*FREE, found.site.customer, found.site.id, found.site.title}
    names |= {text for one in found.site.nodes for text in (one.name, one.address)}
    names |= {one.address for one in found.presentations if one.address}
    numbers = {f"{one.started:%H:%M:%S.%f}" for one in found.presentations if one.started}
    numbers |= {one.hello_sha256 for one in found.presentations if one.hello_sha256}
    roots = [one for text in found.site.ca_certificates for one in x509.read_pem(text)]
    for one in (*found.certificates.values(), *roots):
        names |= {str(one.subject), str(one.issuer), *one.dns_names, *one.ip_addresses}
        ids = {one.sha256, one.key_sha256, one.serial, one.subject_key_id, one.authority_key_id}
        ids = {str(number) for number in ids if number}
        middle = one.der[len(one.der) // 2 :][:30]
        numbers |= ids | {pairs(number) for number in ids} | {one.sha256[:16], one.sha256[-16:]}
        numbers |= {str(int(str(one.serial), 16)), middle.hex(), *x509.write_pem(one).splitlines()[1:3]}
        numbers |= {base64.b64encode(middle[shift:])[4:28].decode() for shift in range(3)}
        for day in (one.not_before, one.not_after):
            numbers |= {f"{day:%Y-%m-%d}{mark}{day:%H:%M:%S}" for mark in "T "}
    known = corpus()
    parts = {part for text in names for part in re.split(r"[^\w-]+", text) if len(part) > 4}
    names = {text for text in names | parts if text.casefold() not in known and not text.isdigit()}
    return tuple(sorted(names | numbers))


def pairs(digits: str) -> str:
    return ":".join(re.findall("..", digits.rjust(len(digits) + len(digits) % 2, "0")))


def contents(path: Path) -> Iterator[bytes]:
    """A file's bytes, and what lies packed within it."""
    data = path.read_bytes()
    yield data
    if path.suffix == ".pdf":
        pdf = PdfReader(io.BytesIO(data))
        yield "\n".join(page.extract_text() for page in pdf.pages).encode()
        yield str(pdf.metadata).encode()
        for number in range(1, len(pdf.xref_objStm) + sum(map(len, pdf.xref.values())) + 1):
            one = pdf.get_object(number)
            yield str(one).encode()
            if hasattr(one, "get_data"):
                yield one.get_data()
        for name, files in pdf.attachments.items():
            yield name.encode()
            yield from files
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)


def forms(secret: str) -> set[bytes]:
    """What a text can look like in a file, but for its capitals."""
    found = set()
    for text in {secret, secret.upper(), secret.lower()}:
        plain = text.encode()
        found |= {text.encode("utf-16-le"), plain.hex().encode(), plain.hex().upper().encode()}
        if len(plain) > 5:  # in the middle of longer base64
            padded = (base64.b64encode(b" " * shift + plain).rstrip(b"=")[:-1] for shift in range(3))
            found |= {one[4 if shift else 0 :] for shift, one in enumerate(padded)}
    return found | {urllib.parse.quote(secret).encode(), json.dumps(secret)[1:-1].encode()}


def leaks(folder: Path, secrets: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        (path.name, secret)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for secret in told(path, secrets)
    ]


def told(path: Path, secrets: tuple[str, ...]) -> list[str]:
    held = b"\n".join(contents(path))
    lower, squeezed = held.lower(), re.sub(rb"\s+", b"", held)
    return [
        secret
        for secret in secrets
        if secret.casefold().encode() in lower
        or secret.casefold() in path.name.casefold()
        or any(form in held for form in forms(secret))
        or (len(secret) > 9 and secret.encode() in squeezed)  # a line may break anywhere
    ]


# --- the folder


def test_no_file_of_the_shared_folder_tells_whose_site_it_is(made_run: Shown) -> None:
    assert len(made_run.secrets) > 100
    assert {"uccx1.northwind.example", "northwind", "Sonnenhof Kaffee", "Wiesengrund"} <= set(
        made_run.secrets
    )
    assert leaks(made_run.shared, made_run.secrets) == []


def test_the_search_finds_in_the_own_folder_what_the_shared_one_must_not_hold(made_run: Shown) -> None:
    some = ("uccx1.northwind.example", "northwind", "Sonnenhof Kaffee", "Wiesengrund")
    prints = tuple(one.sha256 for one in made_run.evidence.certificates.values())
    assert set(told(made_run.folder / "report.pdf", (*some, *prints))) == {*some, *prints}
    assert {*some} <= set(told(made_run.folder / "report.html", some))
    assert set(told(made_run.folder / "evidence.json", (*some, *made_run.secrets))) >= {*some, *prints}


def test_a_text_is_found_in_capitals_in_base64_in_hexadecimals_and_on_two_lines(tmp_path: Path) -> None:
    secret, file = "uccx1.northwind.example", tmp_path / "x"
    plain = secret.encode()
    hidden = (
        plain.upper(),
        base64.b64encode(b"a" + plain + b"bc"),
        plain.hex().encode(),
        b"uccx1.north\nwind.example",
    )
    for written in hidden:
        file.write_bytes(b"before " + written + b" after")
        assert told(file, (secret,)) == [secret]


def test_the_shared_folder_holds_report_and_data_and_no_evidence_certificate_or_key(made_run: Shown) -> None:
    names = {path.name for path in made_run.shared.rglob("*")}
    assert {
        "report.html",
        "report.pdf",
        "findings.json",
        "findings.csv",
        "readiness.ipynb",
        "run.json",
    } <= names
    assert not names & {"evidence.json", "certificates", KEY_FILE, "collect.ipynb"}
    assert not [name for name in names if name.endswith((".pem", ".unfinished", ".key"))]
    assert "-----BEGIN" not in (made_run.shared / "readiness.ipynb").read_text(encoding="utf-8")


def test_the_key_lies_beside_the_evidence_for_its_owner_alone(made_run: Shown) -> None:
    file = made_run.folder / KEY_FILE
    assert re.fullmatch(r"[0-9a-f]{64}\n", file.read_text())
    assert file.stat().st_mode & 0o077 == 0


def test_the_shared_report_says_so_on_its_cover_and_in_its_method(made_run: Shown) -> None:
    html = (made_run.shared / "report.html").read_text(encoding="utf-8")
    assert html.count("Shared version: names, addresses and numbers are replaced") >= 1
    assert "This is a shared version" in html
    pages = [page.extract_text() for page in PdfReader(made_run.shared / "report.pdf").pages]
    assert "Shared version" in pages[0]
    assert "This is a shared version" in "\n".join(pages)
    assert "This is a shared version" not in (made_run.folder / "report.html").read_text(encoding="utf-8")


def test_the_shared_report_finds_what_the_own_one_finds(made_run: Shown) -> None:
    def found(folder: Path) -> list[tuple[object, ...]]:
        rows = json.loads((folder / "findings.json").read_text(encoding="utf-8"))["findings"]
        return [(row["check"], row["state"]) for row in rows]

    assert found(made_run.shared) == found(made_run.folder)
    own, other = (json.loads((one / "run.json").read_text()) for one in (made_run.folder, made_run.shared))
    assert (own["verdict"], own["rule"]) == (other["verdict"], other["rule"])
    assert other["state"] == "complete"


def test_the_shared_notebook_does_not_tell_where_it_was_run(made_run: Shown) -> None:
    notebook = nbformat.read(made_run.shared / "readiness.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert "papermill" not in notebook.metadata
    assert not [
        one for cell in notebook.cells for one in cell.get("outputs", ()) if one.output_type == "stream"
    ]


# --- the evidence


def given_site(**facts: object) -> Evidence:
    """A site with a telling text in every place where one may stand."""
    found = evidence(*three(ecdsa="ec-ca"), **{**trusting(RSA_ROOT, EC_ROOT), **facts})
    site = dataclasses.replace(
        found.site, customer=FREE[0], id=FREE[1], title=FREE[2], branding=Branding(**BRAND),
        waivers=(
            Waiver("expires-soon", WAIVER["owner"], WAIVER["reason"], dt.date(2027, 1, 1), node=PUBLISHER),
            Waiver("tls-versions", "x y", "z", dt.date(2027, 1, 1), endpoint=WEB_PAGE),
        ),
        report=Report(reference="AKTE-55-7731", customer=Signatory("Leopold Hirschau"),
                      history=(Revision("1", dt.date(2026, 1, 1), "Ottilie Seeberg", "Sonnenhof"),)),
        further_endpoints=(
            FurtherEndpoint("Sonnenhof balancer", "load-balancer", "10.1.2.3", 443, "lb.sonnenhof.test"),
        ),
    )  # fmt: skip
    rows = tuple(
        dataclasses.replace(
            one, detail=make_verbatim("Sonnenhof says"),
            alpn="sonnenhof", address="10.9.8.7", hello_sha256="ab" * 32,
            attempts=("10.9.8.7: Sonnenhof",), first_bytes=b"Sonnenhof".hex(),
        )
        for one in found.presentations
    )  # fmt: skip
    balancer = "Sonnenhof balancer/load-balancer"
    rows = (*rows, Presentation(balancer, "sonnenhof-agents", rows[0].chain, None),
            Presentation(balancer, "browser", (), Reason.NOT_TLS, make_verbatim("Sonnenhof")))  # fmt: skip
    return dataclasses.replace(
        found, site=site, presentations=rows,
        hsts=(
            Hsts(balancer, "max-age=5; sonnenhof", (), 200),
            Hsts(WEB_PAGE, None, make_verbatim("Sonnenhof"), earlier=("max-age=0; sonnenhof",),
                 followed=("/sonnenhof",),
                 not_followed=read_prose("the redirect to Sonnenhof can't be read")),
        ),
        names=(LookUp(PUBLISHER, ("10.1.2.3",)), LookUp("lb.sonnenhof.test", (), make_verbatim("Sonnenhof"))),
        elsewhere=(dataclasses.replace(rows[0], address="10.1.2.4"),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("unrecognized_name", "unrecognized_name"),
        ("ECONNRESET; bytes received: 20", "ECONNRESET; bytes received: 20"),
        ("not complete after 5 s; bytes received: 3, the last of them 0.2 s before the time was up",) * 2,
        ("the name is not known (EAI_NONAME)",) * 2,
        ("HTTP", "HTTP"),
        ("handshake_failure; yet the offer Sonnenhof was given an RSA certificate",
         "handshake_failure; yet the offer … was given an RSA certificate"),
        ("an error within certlib came before (Sonnenhof)", "an error within certlib came before (…)"),
        ("not asked: Sonnenhof", "not asked: …"),
        ("Sonnenhof; waited 5 s", "waited 5 s"),
        ("Sonnenhof", ""),
    ],
)  # fmt: skip
def test_what_was_written_beside_a_reason_is_kept_as_far_as_it_is_certlib_s_own(
    written: str, kept: str
) -> None:
    found = given_site()
    row = dataclasses.replace(
        found.presentations[0], chain=(), reason=Reason.RESET, detail=read_prose(written)
    )
    (after,) = pseudonymize(dataclasses.replace(found, presentations=(row,)), key=KEY)[0].presentations
    assert describe_in_english(after.detail) == kept


def test_no_field_of_shared_evidence_holds_what_stood_in_the_evidence() -> None:
    found, _ = pseudonymize(given_site(), key=KEY)
    said = repr(found).casefold()
    telling = ("sonnenhof", "example.test", "example rsa", "uccx1", "10.1.2", "10.9.8", "akte", "begin cert",
               b"Sonnenhof".hex(), "birkenfeld", "wiesengrund", "ab" * 32, "a1b2c3")  # fmt: skip
    assert [text for text in telling if text in said] == []
    for one in given_site().certificates.values():
        assert [
            text for text in (one.sha256, one.key_sha256, f"'{one.serial}'") if str(text) in repr(found)
        ] == []
    assert {one.der for one in found.certificates.values()} == {b""}


def test_what_a_further_address_gave_has_the_pseudonyms_of_the_rows_and_the_look_up() -> None:
    own = given_site()
    own = dataclasses.replace(own, names=(LookUp(PUBLISHER, ("10.9.8.7", "10.1.2.4")),))
    found, _ = pseudonymize(own, key=KEY)
    (row,) = found.elsewhere
    assert (row.endpoint, row.offer) == (found.presentations[0].endpoint, own.elsewhere[0].offer)
    assert found.names[0].addresses == (found.presentations[0].address, row.address)
    assert row.chain == found.presentations[0].chain
    assert set(row.chain) <= set(found.certificates)


def test_the_same_key_gives_the_same_pseudonyms_and_another_key_others() -> None:
    first, again, other = (pseudonymize(given_site(), key=key)[0] for key in (KEY, KEY, OTHER_KEY))
    assert first == again
    names = [{one.name for one in found.site.nodes} for found in (first, other)]
    assert not names[0] & names[1]
    assert not first.certificates.keys() & other.certificates.keys()


def test_a_node_that_comes_later_does_not_change_the_pseudonyms_of_the_others() -> None:
    small, _ = pseudonymize(evidence(Box(MINER)), key=KEY)
    large, _ = pseudonymize(evidence(*three()), key=KEY)
    assert {one.name for one in small.site.nodes} < {one.name for one in large.site.nodes}


def states(found, proof=None):
    return [(one.check, one.state) for one in assess(found, proof=proof).findings]


@pytest.mark.parametrize("kind", ["ec-ca", "rsa-ca", "self-signed", None])
def test_shared_evidence_is_assessed_like_the_evidence(kind: str | None) -> None:
    own = evidence(*three(ecdsa=kind), upgrade_date=dt.date(2027, 2, 6), **trusting(RSA_ROOT, EC_ROOT))
    assert states(*pseudonymize(own, key=KEY)) == states(own)


def public(lasts: int, seconds: int) -> Issued:
    begin = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
    life = begin, begin + dt.timedelta(days=lasts, seconds=seconds - 1)
    return build_certificate(RSA_ROOT, MINER, key="rsa", life=life, policies=(BR_POLICY,))


SPECIAL = {
    "a wildcard": build_certificate(RSA_ROOT, "*.example.test", key="rsa"),
    "a name in capitals": build_certificate(RSA_ROOT, MINER.upper(), key="rsa"),
    "another name": build_certificate(RSA_ROOT, "other.example.test", key="rsa"),
    "another domain": build_certificate(RSA_ROOT, "sm.example.invalid", key="rsa"),
    "a short name": build_certificate(RSA_ROOT, "sm", key="rsa"),
    "an unknown CA": leaf(ca("Example stranger", "rsa"), "rsa", MINER),
    "an old CA": leaf(ca("Example old root", "rsa1024"), "rsa", MINER),
    "200 days": public(200, 0),
    "a second more": public(200, 1),
    "no certificate": x509.read(b"Sonnenhof"),
    "badly formed names": der.made(
        None, subject=der.name(b"Sonnenhof & Co", der.PRINTABLE), names=(MINER, "Sonnenhof-G\xfcter")
    ),
}  # fmt: skip


@pytest.mark.parametrize("special", SPECIAL)
def test_what_is_odd_about_a_certificate_stays_odd(special: str) -> None:
    own = evidence(*three(ecdsa="ec-ca"), **trusting(RSA_ROOT, EC_ROOT))
    odd = x509.read(SPECIAL[special].der)
    own = dataclasses.replace(
        own, certificates={**own.certificates, odd.sha256: odd},
        presentations=tuple(
            dataclasses.replace(one, chain=(odd.sha256,)) if one.endpoint == WEB_PAGE and one.chain else one
            for one in own.presentations
        ),
    )  # fmt: skip
    found, proof = pseudonymize(own, key=KEY)
    assert states(found, proof) == states(own)
    assert "Sonnenhof" not in repr(found)


moments = st.integers(946_684_800, 4_102_444_800).map(
    lambda second: dt.datetime.fromtimestamp(second, dt.UTC)
)


@given(moments, st.timedeltas(dt.timedelta(seconds=1), dt.timedelta(days=4000)))
def test_times_are_cut_to_days_and_a_life_lasts_as_many_days_as_before(
    begin: dt.datetime, life: dt.timedelta
) -> None:
    end = begin + dt.timedelta(seconds=int(life.total_seconds()))
    own = evidence(Box(MINER))
    one = next(iter(own.certificates.values()))
    own = dataclasses.replace(
        own, certificates={one.sha256: dataclasses.replace(one, not_before=begin, not_after=end)}
    )
    (told,) = pseudonymize(own, key=KEY)[0].certificates.values()
    assert (told.not_before.date(), told.not_after.date()) == (begin.date(), end.date())
    assert {f"{told.not_before:%H:%M:%S}", f"{told.not_after:%H:%M:%S}"} <= {
        "00:00:00",
        "00:00:01",
        "23:59:59",
    }

    def days(first: dt.datetime, last: dt.datetime) -> int:
        return -(-((last - first).total_seconds() + 1) // 86400)

    assert days(told.not_before, told.not_after) == days(begin, end)


def test_ascii_and_unicode_capitals_and_the_suffix_of_ecdsa_have_one_pseudonym() -> None:
    names = ("bücher.example.test", "xn--bcher-kva.EXAMPLE.test", "xn--bcher-kva-ec.example.test")
    own = evidence(Box(MINER))
    one = next(iter(own.certificates.values()))
    own = dataclasses.replace(own, certificates={one.sha256: dataclasses.replace(one, dns_names=names[:2])})
    (told,) = pseudonymize(own, key=KEY)[0].certificates.values()
    assert len(set(told.dns_names)) == 1
    named = evidence(Box(PUBLISHER))
    one = next(iter(named.certificates.values()))
    cn = f"{PUBLISHER.replace('.', '-EC.', 1)}"
    named = dataclasses.replace(named, certificates={one.sha256: dataclasses.replace(one, subject_cn=cn)})
    found, _ = pseudonymize(named, key=KEY)
    (told,) = found.certificates.values()
    assert told.subject_cn == found.site.nodes[0].name.replace(".", "-EC.", 1).replace("-EC", "-ec")


@given(st.lists(st.text(max_size=30), max_size=4), st.text(max_size=40), st.text(max_size=20))
def test_any_text_in_a_certificate_becomes_a_plain_pseudonym(
    names: list[str], subject: str, serial: str
) -> None:
    own = evidence(Box(MINER))
    one = next(iter(own.certificates.values()))
    odd = dataclasses.replace(
        one, dns_names=tuple(names), subject=subject, subject_cn=subject, issuer=subject, issuer_cn=None,
        extensions=("1.3.6.1.4.1.99999.1", "2.5.29.17"),
        policies=("1.3.6.1.4.1.311.21.8.1.2",), serial=serial,
    )  # fmt: skip
    found, _ = pseudonymize(dataclasses.replace(own, certificates={one.sha256: odd}), key=KEY)
    (told,) = found.certificates.values()
    for text in (*told.dns_names, told.subject, told.subject_cn, told.issuer, told.serial):
        assert re.fullmatch(r"[A-Za-z0-9.*=-]+", text)
    assert told.extensions[1] == "2.5.29.17"
    assert all(oid.startswith("1.3.6.1.4.1.32473.") for oid in (told.extensions[0], *told.policies))


def test_releases_of_the_customers_own_wording_are_left_out_and_known_ones_stay() -> None:
    own = evidence(Box(MINER))
    for text, left in [("11.5(1)", "11.5(1)"), ("14SU3", "14SU3"), ("Sonnenhof 14", "")]:
        (node,) = own.site.nodes
        site = dataclasses.replace(
            own.site, nodes=(dataclasses.replace(node, release=text, target_release=text),)
        )
        found, _ = pseudonymize(dataclasses.replace(own, site=site), key=KEY)
        assert found.site.nodes[0].release == left
    assert all(shared_release(name) == name for name in load().releases)


def shared_release(name: str) -> str:
    own = evidence(Box(MINER))
    return pseudonymize(dataclasses.replace(own, site=dataclasses.replace(own.site, release=name)), key=KEY)[
        0
    ].site.release


# --- the key


def test_the_key_is_made_once_and_used_again(tmp_path: Path) -> None:
    write(evidence(Box(MINER)), tmp_path / "evidence.json")
    first, _ = read_pseudonymized(tmp_path / "evidence.json")
    assert read_pseudonymized(tmp_path / "evidence.json")[0] == first
    assert len(find_key_beside(tmp_path / "evidence.json")) == 32


def customers_run(runs: Path, name: str, customer: str, key: str | None = None) -> Path:
    """The folder of a run with its evidence, and with a key if one is given."""
    (folder := runs / name).mkdir(parents=True)
    own = evidence(Box(MINER))
    own = dataclasses.replace(own, site=dataclasses.replace(own.site, customer=customer))
    write(own, folder / "evidence.json")
    if key:
        (folder / KEY_FILE).write_text(f"{key}\n")
        moment = 1_800_000_000 + int(name)  # the newest key counts, and files of one moment have no order
        os.utime(folder / KEY_FILE, (moment, moment))
    return folder


def test_each_of_two_customers_with_one_site_id_has_a_key_of_its_own(tmp_path: Path) -> None:
    customers_run(tmp_path, "1", "Northwind Logistics", "aa" * 32)
    customers_run(tmp_path, "2", "Southwind Traders", "bb" * 32)
    for name, customer, key in [
        ("3", "NORTHWIND  Logistics", "aa" * 32), ("4", "Southwind Traders", "bb" * 32)
    ]:  # fmt: skip
        folder = customers_run(tmp_path, name, customer)
        keep_key(folder)
        assert (folder / KEY_FILE).read_text() == f"{key}\n"
        assert (folder / KEY_FILE).stat().st_mode & 0o077 == 0
    third = customers_run(tmp_path, "5", "Eastwind")
    keep_key(third)
    assert not (third / KEY_FILE).exists()
    assert find_key_beside(third / "evidence.json").hex() not in {"aa" * 32, "bb" * 32}


def test_the_newest_key_of_a_customer_counts_and_one_that_lies_there_stays(tmp_path: Path) -> None:
    customers_run(tmp_path, "1", "Northwind", "aa" * 32)
    customers_run(tmp_path, "2", "Northwind", "bb" * 32)
    keep_key(new := customers_run(tmp_path, "3", "Northwind"))
    assert (new / KEY_FILE).read_text() == f"{'bb' * 32}\n"
    keep_key(own := customers_run(tmp_path, "0", "Northwind", "cc" * 32))
    assert (own / KEY_FILE).read_text() == f"{'cc' * 32}\n"


@pytest.mark.parametrize(
    "left", [None, b"", b"[]", b'{"site": 1}', b"[" * 99_999, "\u00fc".encode("latin-1")]
)
def test_a_key_beside_which_no_evidence_tells_whose_it_is_is_left_alone(tmp_path: Path, left) -> None:
    file = customers_run(tmp_path, "1", "Northwind", "aa" * 32) / "evidence.json"
    file.unlink() if left is None else file.write_bytes(left)
    keep_key(new := customers_run(tmp_path, "2", "Northwind"))
    assert not (new / KEY_FILE).exists()


def test_a_file_that_holds_no_key_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("short\n")
    with pytest.raises(InvalidInput, match=r"share\.key: holds no key .* Delete it"):
        find_key_beside(tmp_path / "evidence.json")


def test_the_certificates_of_shared_evidence_cannot_be_written_as_they_were(tmp_path: Path) -> None:
    found, proof = pseudonymize(evidence(Box(MINER)), key=KEY)
    for path in save_certificates(found, tmp_path):
        assert len(path.read_text().splitlines()) == 2
    assert "b'" not in repr(proof)
