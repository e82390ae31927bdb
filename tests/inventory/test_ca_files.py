"""The files of an inventory's CAs: each certificate that cannot be read is told, and none is lost."""

import warnings
from pathlib import Path

import pytest

import certs
from browsers.der import PRINTABLE, made, name
from certlib import inventory, x509
from certlib.errors import InvalidInput

ROOT, OTHER = certs.ca("Northwind root"), certs.ca("Other root", "ec")
INVENTORY = """\
schema: 1
customer: Northwind Logistics
site: hamburg
release: 11.5(1)
nodes:
- {role: uccx-publisher, name: uccx1.example.test}
agents:
  trusted_cas: [roots.pem]
"""


def trusted(content: bytes, folder: Path) -> tuple[str, ...]:
    """The fingerprints of the CAs that an inventory trusts whose only CA file has this content."""
    (folder / "roots.pem").write_bytes(content)
    return inventory.read_site(INVENTORY, file=str(folder / "site.yaml")).agents.trusted_cas


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (ROOT.pem + OTHER.pem[:-60], "Certificate 2 in the file {file} can't be read: it has no END line"),
        (
            ROOT.pem[:200],
            "The certificate in the file {file} can't be read: it has no END line (the file is cut off)",
        ),
        (ROOT.pem[:200] + OTHER.pem, "Certificate 1 in the file {file} can't be read: it has no END line"),
        (ROOT.pem[50:] + OTHER.pem, "Certificate 1 in the file {file} can't be read: it has no BEGIN line"),
        (
            ROOT.pem.replace(b"M", b"?", 1),
            "The certificate in the file {file} can't be read: it is not base64",
        ),
        ((ROOT.pem + OTHER.pem[:-60]).decode().encode("utf-16"), "Certificate 2 in"),
        (ROOT.der[:-1], "The certificate in the file {file} can't be read: not valid DER: short data"),
        (ROOT.key_pem, "The file {file} holds no certificate."),
        (b"", "The file {file} holds no certificate."),
    ],
)
def test_a_ca_file_that_is_cut_or_broken_is_named_with_the_certificates_number(
    content: bytes, wrong: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as caught:
        trusted(content, tmp_path)
    (problem,) = caught.value.problems
    assert problem.key == "agents.trusted_cas[0]"
    assert wrong.format(file=tmp_path / "roots.pem") in problem.wrong
    assert problem.instead == "Give whole certificates, as PEM, DER or PKCS#7."


def test_every_fault_of_a_ca_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        trusted(ROOT.pem[:200] + OTHER.pem + ROOT.pem[:200], tmp_path)
    assert [one.wrong.partition(" in ")[0] for one in caught.value.problems] == [
        "Certificate 1",
        "Certificate 3",
    ]


def test_a_ca_with_an_odd_name_or_serial_number_is_taken_without_a_warning(tmp_path: Path) -> None:
    odd = made(None, subject=name(b"Example & Co", PRINTABLE), ca=True, serial=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (found,) = trusted(odd.pem, tmp_path)
    assert found == x509.read(odd.der).sha256
