"""The evidence of a run: what was asked of every endpoint, what came back, the certificates as sent.

The file is JSON and whole in itself: the site, every answer, every certificate's own bytes by their SHA-256.
"""

import dataclasses
import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from certlib import inventory, x509
from certlib.errors import CannotWrite, CertlibError, InvalidInput, Problem
from certlib.evidence import schema1
from certlib.inventory import Site, checks
from certlib.inventory.problems import (
    NO_SUCH_KEY,
    Location,
    Mistake,
    encoding_of,
    limited,
    located,
    mistakes_of,
    read_bytes,
)
from certlib.inventory.values import Checked, Sha256
from certlib.inventory.values import wrong as mistaken
from certlib.reasons import Detail, Reason, describe_in_english, is_known
from certlib.text import quoted, visible
from certlib.version import VERSION
from certlib.x509 import Certificate

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA_VERSION = 2  # 1 is read too
LIMIT = 256 * 1024 * 1024  # bytes of a file that is read; a site of 40 endpoints brings less than one million

_DAMAGED = "The file was changed or damaged; collect anew."
_UPDATE = "Update certlib, if a newer one has written the file; else collect anew."


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # its offset leads out of the calendar
        raise mistaken(f"{quoted(moment.isoformat())} is no moment of the calendar.", _DAMAGED) from None


Utc = Annotated[datetime, Checked(_utc, bounds={"tz_constraint": "aware"})]


class DifferentSites(CertlibError):
    """Evidence of two sites can't be put together."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first, second)
        self.first, self.second = first, second

    def __str__(self) -> str:
        return f"the evidence of the site {self.first} can't be continued for the site {self.second}"


def same_customer(first: str, second: str) -> bool:
    """Whether two names are one customer's: capitals, blanks and ways to write a character make no other."""
    plain = (" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in (first, second))
    return len({*plain}) == 1


def of_another_site(found: Site, site: str, customer: str) -> str | None:
    """What is wrong with a site's evidence where that of another one is wanted; None: it is of this one."""
    if found.id != site:
        return f"holds the evidence of the site {quoted(found.id)}, not of {quoted(site)}."
    if not same_customer(found.customer, customer):
        whose, wanted = quoted(found.customer), quoted(customer)
        return f"holds the evidence of a site {quoted(site)} of the customer {whose}, not of {wanted}."
    return None


@dataclass(frozen=True, slots=True)
class Presentation:
    """What one endpoint gave to one offer: a chain as sent, or the reason why not."""

    endpoint: str  # Endpoint.id
    offer: str  # of certlib.tls: "browser", "rsa", "ecdsa-tls13" …; or the id of a client profile
    chain: tuple[Sha256, ...]  # SHA-256 of each certificate in the order sent; the leaf first
    reason: Reason | None  # None when the chain is there; the chain is kept with WRONG_KEY_TYPE
    detail: tuple[Detail, ...] = ()  # what the reason's sentence does not say
    version: str | None = None
    suite: str | None = None
    group: str | None = None
    signature_algorithm: str | None = None
    alpn: str | None = None
    client_certificate_requested: bool = False
    alerts: tuple[str, ...] = ()
    address: str | None = None  # the IP address that was contacted
    hello_sha256: str | None = None
    hello_bytes: int | None = None  # with the header of its record
    started: Utc | None = None  # UTC
    milliseconds: float | None = None
    attempts: tuple[str, ...] = ()  # why it was asked again, oldest first
    first_bytes: str = ""  # hex, when the answer was not TLS

    @property
    def leaf(self) -> str | None:
        """SHA-256 of the leaf, or None."""
        return self.chain[0] if self.chain else None

    @property
    def why(self) -> str:
        """The reason with its detail, for a place without the reason's sentence: "refused (ECONNREFUSED)"."""
        return f"{self.reason} ({describe_in_english(self.detail)})" if self.detail else f"{self.reason}"


@dataclass(frozen=True, slots=True)
class Hsts:
    """What one endpoint's answer to a plain GET said about HSTS, or why there was no answer.

    A browser heeds the header only on a connection without a certificate error (RFC 6797), so it tells what
    the web server sends and not what a browser has remembered.
    """

    endpoint: str  # Endpoint.id
    header: str | None  # Strict-Transport-Security as sent; None: not in the answer, or there was none
    failure: tuple[Detail, ...] = ()  # why there was no answer
    status: int | None = None  # of HTTP
    started: Utc | None = None
    earlier: tuple[str, ...] = ()  # headers of the answers that led here, oldest first; a browser heeds each
    followed: tuple[str, ...] = ()  # paths to which redirects led, in order
    not_followed: tuple[Detail, ...] = ()  # why the redirect of the last answer was not followed

    @property
    def max_age(self) -> int | None:
        """For how many seconds a browser is to remember, by the last header that says so; else None."""
        for header in (self.header or "", *reversed(self.earlier)):
            said = re.search(r'(?:^|;)\s*max-age\s*=\s*"?([0-9]{1,18})', header, re.IGNORECASE)
            if said:
                return int(said[1])
        return None


@dataclass(frozen=True, slots=True)
class LookUp:
    """What the name server of the collecting PC gave for a name of the inventory."""

    name: str
    addresses: tuple[str, ...]  # IP addresses
    failure: tuple[Detail, ...] = ()  # why there are none


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one collection brought; enough to assess and report without the network and the inventory."""

    site: Site
    collected: datetime  # UTC, when the collection began
    finished: datetime | None  # None: interrupted
    collector: str  # "certlib 0.1.0"
    presentations: tuple[Presentation, ...]
    certificates: Mapping[str, Certificate] = field(default_factory=dict)  # by SHA-256
    hsts: tuple[Hsts, ...] = ()  # of the endpoints that were asked for a page; mostly nobody asks
    names: tuple[LookUp, ...] = ()  # of the names of nodes and servers; evidence of early versions has none
    # What a browser was given at each further address of an endpoint's name; the rows above are of the first.
    elsewhere: tuple[Presentation, ...] = ()


def _described(text: str) -> Checked:
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

    schema: Annotated[Literal[2], _described("Version of this form.")]
    collector: Annotated[str, _described("The program that collected.")]
    collected: Annotated[Utc, _described("When the collection began.")]
    finished: Annotated[Utc | None, _described("When it ended; null when it was interrupted.")]
    site: Annotated[Site, _described("The site, as its inventory described it.")]
    presentations: Annotated[tuple[Presentation, ...], _described("The answer to every offer.")]
    certificates: Annotated[
        dict[Sha256, str],
        _described("Every certificate that was sent, as PEM, by the SHA-256 of its bytes."),
    ]
    hsts: Annotated[tuple[Hsts, ...], _described("What web servers said about HSTS, where asked.")] = ()
    names: Annotated[tuple[LookUp, ...], _described("What the names of the site resolved to.")] = ()
    elsewhere: Annotated[
        tuple[Presentation, ...], _described("What the further addresses of a name gave to a browser.")
    ] = ()


@cache
def _form() -> "TypeAdapter[EvidenceFile]":
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow, and not needed to write

    return TypeAdapter(EvidenceFile)


def write(evidence: Evidence, path: Path) -> None:
    """Writes evidence as JSON: beside its place first, then renamed, so that a file is whole or not there.

    The same evidence gives the same bytes. Raises CannotWrite.
    """
    content = {
        "schema": SCHEMA_VERSION,
        "collector": evidence.collector,
        "collected": evidence.collected,
        "finished": evidence.finished,
        "site": dataclasses.asdict(evidence.site),
        "presentations": [_row(one) for one in _newest(evidence.presentations, evidence.site)],
        "certificates": {
            sha256: x509.pem(certificate) for sha256, certificate in sorted(evidence.certificates.items())
        },
        "hsts": [_row(one) for one in sorted(evidence.hsts, key=lambda one: one.endpoint)],
        "names": [_row(one) for one in sorted(evidence.names, key=lambda one: one.name)],
        "elsewhere": [_row(one) for one in _newest(evidence.elsewhere, evidence.site, by="address")],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_plain) + "\n"
    # A lone surrogate, which UTF-8 has not, is written as a question mark.
    _replace(path, text.encode("utf-8", errors="replace"))


def read(path: Path) -> Evidence:
    """The evidence in a file, every certificate checked against its SHA-256.

    Raises InvalidInput with every mistake.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - slow, and not needed to write
    from pydantic_core import from_json, to_json  # noqa: PLC0415

    shown = visible(str(path))
    content = read_bytes(path, limit=LIMIT, instead="Name an evidence.json that a collection has written.")
    encoding = encoding_of(content)
    if encoding:
        damage = f"The encoding is {encoding}, not UTF-8."
        raise InvalidInput((Problem(shown, None, "", damage, "Save it as UTF-8."),))
    content = content.removeprefix(b"\xef\xbb\xbf")  # editors of Windows write it
    try:
        raw = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise _refused(shown, f"This is not JSON: {visible(str(error))}.") from None
    if not isinstance(raw, dict) or "schema" not in raw:
        raise _refused(shown, "This is no evidence of certlib.")
    newer = _newer(raw)
    version = raw["schema"] if type(raw["schema"]) is int else None
    if version not in (1, SCHEMA_VERSION):
        refused = f"The version of its form is {quoted(raw['schema'])}, not 1 or {SCHEMA_VERSION}"
        if newer:
            raise InvalidInput((Problem(shown, None, "", f"{refused}: it {newer}", _UPDATE),))
        raise _refused(shown, f"{refused}.")
    if version == 1:
        content = to_json(schema1.upgrade(raw))
    try:
        form = _form().validate_json(content)
    except ValidationError as error:
        found = [(place, said, _UPDATE if said.startswith(NO_SUCH_KEY) else instead)
                 for place, said, instead in mistakes_of(error, _keys_at)]  # fmt: skip
        if newer:
            found.insert(0, ((), newer, _UPDATE))
        raise _invalid(shown, found) from None
    certificates, mistakes = _certificates(form)
    mistakes += _site_mistakes(raw["site"], form.site)
    mistakes = mistakes or [
        *_answer_mistakes(form),
        *_detail_mistakes(form),
    ]  # the endpoints are known only of a site without mistakes
    if mistakes:
        raise _invalid(shown, mistakes)
    return Evidence(
        site=form.site,
        collected=form.collected,
        finished=form.finished,
        collector=form.collector,
        presentations=form.presentations,
        certificates=certificates,
        hsts=form.hsts,
        names=form.names,
        elsewhere=form.elsewhere,
    )


def merge(first: Evidence, second: Evidence) -> Evidence:
    """The evidence of a collection and of its continuation: of two answers to an offer, the newer one.

    An offer that the continuation did not make keeps its older answer. Certificates of both are kept.
    Endpoints that the newer inventory no longer has are left out. Raises DifferentSites.
    """
    older, newer = sorted((first, second), key=lambda evidence: evidence.collected)
    if older.site.id != newer.site.id:
        raise DifferentSites(older.site.id, newer.site.id)
    if not same_customer(older.site.customer, newer.site.customer):
        raise DifferentSites(*(f"{one.site.id} of {one.site.customer}" for one in (older, newer)))
    present = {endpoint.id for endpoint in inventory.every_endpoint(newer.site)}
    hsts = {one.endpoint: one for one in (*older.hsts, *newer.hsts)}
    names = {one.name: one for one in (*older.names, *newer.names)}
    both = _newest((*older.presentations, *newer.presentations), newer.site)
    elsewhere = _newest((*older.elsewhere, *newer.elsewhere), newer.site, by="address")
    now_first = {(one.endpoint, one.address) for one in newer.presentations}
    return Evidence(
        site=newer.site,
        collected=older.collected,
        finished=newer.finished,
        collector=newer.collector,
        presentations=tuple(one for one in both if one.endpoint in present),
        certificates={**older.certificates, **newer.certificates},
        hsts=tuple(one for name, one in hsts.items() if name in present),
        names=tuple(names.values()),
        elsewhere=tuple(
            one
            for one in elsewhere
            if one.endpoint in present and (one.endpoint, one.address) not in now_first
        ),
    )


def presentation(evidence: Evidence, endpoint: str, offer: str) -> Presentation | None:
    """What an endpoint, named by its id, gave to an offer; None when it was never asked."""
    found = (one for one in evidence.presentations if (one.endpoint, one.offer) == (endpoint, offer))
    return next(found, None)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def newest(folder: Path) -> Path:
    """The evidence of the newest finished run below a folder of reports.

    Raises InvalidInput when there is none.
    """
    found = sorted(folder.glob("*/*/evidence.json"), key=lambda path: path.parent.name)
    finished = [path for path in found if not path.parent.name.endswith(".unfinished")]
    if not finished:
        wrong, instead = "holds no finished run.", "Name an evidence.json, or make a run first: make report"
        raise InvalidInput((Problem(str(folder), None, "", wrong, instead),))
    return finished[-1]


def save_certificates(evidence: Evidence, folder: Path) -> tuple[Path, ...]:
    """Writes every certificate into a folder, as `<sha256>.pem`. Raises CannotWrite."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, error) from error
    paths = []
    for _, certificate in sorted(evidence.certificates.items()):
        path = folder / f"{certificate.sha256}.pem"
        _replace(path, x509.pem(certificate).encode("ascii"))
        paths.append(path)
    return tuple(paths)


def schema() -> dict[str, Any]:
    """The JSON schema of an evidence file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_form().json_schema()}


def _newest(
    presentations: Iterable[Presentation], site: Site, *, by: Literal["offer", "address"] = "offer"
) -> list[Presentation]:
    """One answer for each endpoint and offer (address): the last, unless it says that nobody asked.

    In the order of the site's endpoints, then of the offers (addresses).
    """
    order = {endpoint.id: index for index, endpoint in enumerate(inventory.every_endpoint(site))}
    kept: dict[tuple[str, str], Presentation] = {}
    for one in presentations:
        key = (one.endpoint, getattr(one, by) or "")
        if key not in kept or one.reason is not Reason.NOT_ASKED:
            kept[key] = one
    return [kept[key] for key in sorted(kept, key=lambda key: (order.get(key[0], len(order)), key))]


def _row(one: Presentation | Hsts | LookUp) -> dict[str, object]:
    """A record by its fields."""
    return {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}


def _plain(value: object) -> object:
    """Details and dates for JSON; moments in UTC."""
    if isinstance(value, Detail):
        return {"code": value.code, "fields": dict(sorted(value.fields.items()))}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(path, error) from error


def _refused(file: str, wrong: str) -> InvalidInput:
    return InvalidInput(
        (Problem(file, None, "", wrong, "Name an evidence.json of this version of certlib."),)
    )


def _newer(raw: Mapping[str, Any]) -> str | None:
    """That a newer certlib wrote a file, if the file says so; it may have keys that are not known here."""
    form, collector = raw["schema"], str(raw.get("collector"))
    named = re.fullmatch(r"certlib ([0-9]{1,4}(?:\.[0-9]{1,4}){0,3})", collector[:40])
    version = f" ({named[1]})" if named and _parts(named[1]) > _parts(VERSION) else ""
    if not version and not (isinstance(form, int) and form > SCHEMA_VERSION):
        return None
    return f"was written by a newer certlib{version}; this one is {VERSION}."


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _invalid(file: str, mistakes: Iterable[Mistake]) -> InvalidInput:
    return InvalidInput(limited(located(file, mistakes, {}), file=file))


def _keys_at(_: Location) -> Mapping[str, str | None]:
    return {}


def _certificates(form: EvidenceFile) -> tuple[dict[str, Certificate], list[Mistake]]:
    """The certificates by SHA-256, and which of them are not what they are filed under."""
    found: dict[str, Certificate] = {}
    mistakes: list[Mistake] = []
    for name, text in form.certificates.items():
        certificate = _one(text)
        if certificate is None:
            mistakes.append((("certificates", name), "is not one certificate as PEM.", _DAMAGED))
        elif certificate.sha256 != name:
            wrong = f"The certificate has another SHA-256: {certificate.sha256}."
            mistakes.append((("certificates", name), wrong, _DAMAGED))
        else:
            found[name] = certificate
    return found, mistakes


def _one(pem: str) -> Certificate | None:
    """The certificate of a PEM text that is just as it was written."""
    found = x509.from_pem(pem)
    return found[0] if len(found) == 1 and x509.pem(found[0]) == pem else None


def _site_mistakes(raw: Mapping[str, Any], site: Site) -> Iterator[Mistake]:
    """What does not fit together in the site, as an inventory must."""
    nodes = [{**node, "ports": dict(node.get("ports", ()))} for node in raw["nodes"]]
    as_inventory = {**raw, "nodes": nodes, "endpoints": raw.get("further_endpoints")}
    for location, wrong, instead in checks.mistakes(as_inventory):
        yield ("site", *location), wrong, instead
    cas = tuple(ca.sha256 if ca else None for ca in map(_one, site.ca_certificates))
    if cas != site.agents.trusted_cas:
        yield ("site", "ca_certificates"), "are not those of site.agents.trusted_cas.", _DAMAGED


def _detail_mistakes(form: EvidenceFile) -> Iterator[Mistake]:
    """Details for which there is no text."""
    places: list[tuple[Location, tuple[Detail, ...]]] = [
        *((("presentations", index, "detail"), one.detail) for index, one in enumerate(form.presentations)),
        *((("elsewhere", index, "detail"), one.detail) for index, one in enumerate(form.elsewhere)),
        *((("hsts", index, "failure"), one.failure) for index, one in enumerate(form.hsts)),
        *((("hsts", index, "not_followed"), one.not_followed) for index, one in enumerate(form.hsts)),
        *((("names", index, "failure"), one.failure) for index, one in enumerate(form.names)),
    ]
    for place, details in places:
        for index, detail in enumerate(details):
            if not is_known(detail):
                wrong = f"The code {quoted(detail.code)} is not known with these fields."
                yield (*place, index), wrong, _DAMAGED


def _answer_mistakes(form: EvidenceFile) -> Iterator[Mistake]:
    """Answers that belong to no endpoint of the site, stand twice, or name a certificate that is not kept."""
    known = {endpoint.id for endpoint in inventory.every_endpoint(form.site)}
    yield from _row_mistakes(form, known, form.presentations, "presentations", by="offer")
    yield from _row_mistakes(form, known, form.elsewhere, "elsewhere", by="address")
    asked = [one.endpoint for one in form.hsts]
    for index, name in enumerate(asked):
        if name not in known:
            yield ("hsts", index, "endpoint"), f"{quoted(name)} is no endpoint of the site.", _DAMAGED
        if name in asked[:index]:
            yield ("hsts", index, "endpoint"), f"{quoted(name)} has an answer already.", _DAMAGED


def _row_mistakes(
    form: EvidenceFile, known: set[str], rows: tuple[Presentation, ...], part: str, *, by: str
) -> Iterator[Mistake]:
    seen: set[tuple[str, str | None]] = set()
    for index, one in enumerate(rows):
        place: Location = (part, index)
        asked_for = getattr(one, by)
        if one.endpoint not in known:
            yield (*place, "endpoint"), f"{quoted(one.endpoint)} is no endpoint of the site.", _DAMAGED
        if asked_for is None:
            yield (*place, by), "It does not say which address was asked.", _DAMAGED
        elif (one.endpoint, asked_for) in seen:
            yield (*place, by), f"{quoted(asked_for)} has an answer of this endpoint already.", _DAMAGED
        seen.add((one.endpoint, asked_for))
        if not one.chain and one.reason is None:
            yield (*place, "reason"), "There is neither a chain nor a reason.", _DAMAGED
        for position, name in enumerate(one.chain):
            if name not in form.certificates:
                yield (*place, "chain", position), "This certificate is not in the file.", _DAMAGED
