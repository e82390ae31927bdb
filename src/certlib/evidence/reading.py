"""An evidence file, read and checked: its form, certificates by their SHA-256, rows against the rest."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from certlib import inventory, x509
from certlib.errors import InvalidInput, Problem
from certlib.evidence import schema1
from certlib.evidence.model import DAMAGED, Evidence, Hsts, LookUp, Presentation, Utc
from certlib.evidence.writing import SCHEMA_VERSION
from certlib.files import (
    NO_SUCH_KEY,
    Location,
    Mistake,
    find_encoding,
    limit_problems,
    locate_mistakes,
    read_bytes,
    translate_mistakes,
)
from certlib.inventory import Site, checks
from certlib.inventory.values import Checked, Sha256
from certlib.reasons import Detail, is_known
from certlib.text import make_visible, quote
from certlib.version import VERSION
from certlib.x509 import Certificate

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LIMIT = 256 * 1024 * 1024  # bytes of a file that is read; a site of 40 endpoints brings less than one million
_UPDATE = "Update certlib, if a newer one has written the file; else collect anew."


def _describe(text: str) -> Checked:
    return Checked(schema={"description": text})


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """The form of an evidence file."""

    __pydantic_config__ = {  # noqa: RUF012 - pydantic reads it
        "extra": "forbid",
        "strict": True,
        "allow_inf_nan": False,
        "title": "certlib evidence",
    }

    schema: Annotated[Literal[2], _describe("Version of this form.")]
    collector: Annotated[str, _describe("The program that collected.")]
    collected: Annotated[Utc, _describe("When the collection began.")]
    finished: Annotated[Utc | None, _describe("When it ended; null when it was interrupted.")]
    site: Annotated[Site, _describe("The site, as its inventory described it.")]
    presentations: Annotated[tuple[Presentation, ...], _describe("The answer to every offer.")]
    certificates: Annotated[
        dict[Sha256, str],
        _describe("Every certificate that was sent, as PEM, by the SHA-256 of its bytes."),
    ]
    hsts: Annotated[tuple[Hsts, ...], _describe("What web servers said about HSTS, where asked.")] = ()
    names: Annotated[tuple[LookUp, ...], _describe("What the names of the site resolved to.")] = ()
    elsewhere: Annotated[
        tuple[Presentation, ...], _describe("What the further addresses of a name gave to a browser.")
    ] = ()


@cache
def _make_form() -> "TypeAdapter[EvidenceFile]":
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow, and not needed to write

    return TypeAdapter(EvidenceFile)


def schema() -> dict[str, Any]:
    """The JSON schema of an evidence file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_make_form().json_schema()}


def read(path: Path) -> Evidence:
    """The evidence in a file, every certificate checked against its SHA-256.

    Raises InvalidInput with every mistake.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - slow, and not needed to write
    from pydantic_core import to_json  # noqa: PLC0415

    shown = make_visible(str(path))
    content = read_bytes(path, limit=LIMIT, instead="Name an evidence.json that a collection has written.")
    raw, content = _decode(content, shown)
    newer = _explain_newer(raw)
    version = raw["schema"] if type(raw["schema"]) is int else None
    if version not in (1, SCHEMA_VERSION):
        refused = f"The version of its form is {quote(raw['schema'])}, not 1 or {SCHEMA_VERSION}"
        raise _refuse(shown, f"{refused}: it {newer}", _UPDATE) if newer else _refuse(shown, f"{refused}.")
    if version == 1:
        content = to_json(schema1.upgrade(raw))
    try:
        form = _make_form().validate_json(content)
    except ValidationError as error:
        mistakes = [(place, wrong, _UPDATE if wrong.startswith(NO_SUCH_KEY) else instead)
                    for place, wrong, instead in translate_mistakes(error, _list_keys_at)]  # fmt: skip
        if newer:
            mistakes.insert(0, ((), newer, _UPDATE))
        raise _refuse_all(shown, mistakes) from None
    certificates, mistakes = _read_certificates(form)
    mistakes += _find_site_mistakes(raw["site"], form.site)
    mistakes = mistakes or [
        *_find_row_mistakes(form)
    ]  # the endpoints are known only of a site without mistakes
    if mistakes:
        raise _refuse_all(shown, mistakes)
    facts = {field.name: getattr(form, field.name) for field in dataclasses.fields(Evidence)}
    return Evidence(**{**facts, "certificates": certificates})


def _decode(content: bytes, file: str) -> tuple[dict[str, Any], bytes]:
    """The JSON of a file that says which schema it has, with its bytes in plain UTF-8."""
    from pydantic_core import from_json  # noqa: PLC0415 - slow, and not needed to write

    if encoding := find_encoding(content):
        raise _refuse(file, f"The encoding is {encoding}, not UTF-8.", "Save it as UTF-8.")
    content = content.removeprefix(b"\xef\xbb\xbf")  # editors of Windows write it
    try:
        raw = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise _refuse(file, f"This is not JSON: {make_visible(str(error))}.") from None
    if not isinstance(raw, dict) or "schema" not in raw:
        raise _refuse(file, "This is no evidence of certlib.")
    return raw, content


def _refuse(
    file: str, wrong: str, instead: str = "Name an evidence.json of this version of certlib."
) -> InvalidInput:
    return InvalidInput((Problem(file, None, "", wrong, instead),))


def _refuse_all(file: str, mistakes: Iterable[Mistake]) -> InvalidInput:
    return InvalidInput(limit_problems(locate_mistakes(file, mistakes, {}), file=file))


def _list_keys_at(_: Location) -> Mapping[str, str | None]:
    return {}


def _explain_newer(raw: Mapping[str, Any]) -> str | None:
    """That a newer certlib wrote a file, if the file says so; it may have keys that are not known here."""
    form, collector = raw["schema"], str(raw.get("collector"))
    named = re.fullmatch(r"certlib ([0-9]{1,4}(?:\.[0-9]{1,4}){0,3})", collector[:40])
    version = f" ({named[1]})" if named and _split_version(named[1]) > _split_version(VERSION) else ""
    if not version and not (isinstance(form, int) and form > SCHEMA_VERSION):
        return None
    return f"was written by a newer certlib{version}; this one is {VERSION}."


def _split_version(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _read_certificates(form: EvidenceFile) -> tuple[dict[str, Certificate], list[Mistake]]:
    """The certificates by SHA-256, and which of them are not what they are filed under."""
    certificates: dict[str, Certificate] = {}
    mistakes: list[Mistake] = []
    for name, text in form.certificates.items():
        certificate = _read_pem(text)
        if certificate is None:
            mistakes.append((("certificates", name), "is not one certificate as PEM.", DAMAGED))
        elif certificate.sha256 != name:
            wrong = f"The certificate has another SHA-256: {certificate.sha256}."
            mistakes.append((("certificates", name), wrong, DAMAGED))
        else:
            certificates[name] = certificate
    return certificates, mistakes


def _read_pem(pem: str) -> Certificate | None:
    """The certificate of a PEM text that is just as it was written."""
    certificates = x509.read_pem(pem)
    is_one = len(certificates) == 1 and x509.write_pem(certificates[0]) == pem
    return certificates[0] if is_one else None


def _find_site_mistakes(raw: Mapping[str, Any], site: Site) -> Iterator[Mistake]:
    """What does not fit together in the site, as an inventory must."""
    nodes = [{**node, "ports": dict(node.get("ports", ()))} for node in raw["nodes"]]
    as_inventory = {**raw, "nodes": nodes, "endpoints": raw.get("further_endpoints")}
    for location, wrong, instead in checks.find_mistakes(as_inventory):
        yield ("site", *location), wrong, instead
    cas = tuple(ca.sha256 if ca else None for ca in map(_read_pem, site.ca_certificates))
    if cas != site.agents.trusted_cas:
        yield ("site", "ca_certificates"), "are not those of site.agents.trusted_cas.", DAMAGED


def _find_row_mistakes(form: EvidenceFile) -> Iterator[Mistake]:
    """Rows of no endpoint of the site, rows that stand twice, unknown certificates and codes."""
    known = {endpoint.id for endpoint in inventory.list_every_endpoint(form.site)}
    yield from _find_answer_mistakes(form, known, form.presentations, "presentations", by="offer")
    yield from _find_answer_mistakes(form, known, form.elsewhere, "elsewhere", by="address")
    asked = [answer.endpoint for answer in form.hsts]
    for index, answer in enumerate(form.hsts):
        place: Location = ("hsts", index)
        if answer.endpoint not in known:
            wrong = f"{quote(answer.endpoint)} is no endpoint of the site."
            yield (*place, "endpoint"), wrong, DAMAGED
        if answer.endpoint in asked[:index]:
            yield (*place, "endpoint"), f"{quote(answer.endpoint)} has an answer already.", DAMAGED
        yield from _find_detail_mistakes((*place, "failure"), answer.failure)
        yield from _find_detail_mistakes((*place, "not_followed"), answer.not_followed)
    for index, look_up in enumerate(form.names):
        yield from _find_detail_mistakes(("names", index, "failure"), look_up.failure)


def _find_answer_mistakes(
    form: EvidenceFile, known: set[str], rows: tuple[Presentation, ...], part: str, *, by: str
) -> Iterator[Mistake]:
    seen: set[tuple[str, str | None]] = set()
    for index, row in enumerate(rows):
        place: Location = (part, index)
        asked_for = getattr(row, by)
        if row.endpoint not in known:
            yield (*place, "endpoint"), f"{quote(row.endpoint)} is no endpoint of the site.", DAMAGED
        if asked_for is None:
            yield (*place, by), "It does not say which address was asked.", DAMAGED
        elif (row.endpoint, asked_for) in seen:
            yield (*place, by), f"{quote(asked_for)} has an answer of this endpoint already.", DAMAGED
        seen.add((row.endpoint, asked_for))
        if not row.chain and row.reason is None:
            yield (*place, "reason"), "There is neither a chain nor a reason.", DAMAGED
        for position, name in enumerate(row.chain):
            if name not in form.certificates:
                yield (*place, "chain", position), "This certificate is not in the file.", DAMAGED
        yield from _find_detail_mistakes((*place, "detail"), row.detail)


def _find_detail_mistakes(place: Location, details: Iterable[Detail]) -> Iterator[Mistake]:
    for index, detail in enumerate(details):
        if not is_known(detail):
            wrong = f"The code {quote(detail.code)} is not known with these fields."
            yield (*place, index), wrong, DAMAGED
