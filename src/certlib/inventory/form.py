"""The form of an inventory file: which keys it has, what each may hold, what an editor tells about them."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from certlib.files import Location
from certlib.inventory import checks
from certlib.inventory.model import (
    Answer3,
    Browser,
    CertType,
    EndpointKind,
    Language,
    Paper,
    PlannedCertType,
    Role,
    SignsWithEc,
)
from certlib.inventory.values import (
    PATIENCE,
    PAUSE,
    Address,
    Colour,
    HostName,
    Name,
    Patience,
    Pause,
    Port,
    SiteId,
    Text,
    check_seconds,
    make_error,
    read_day,
    read_port,
)
from certlib.knowledge import Knowledge
from certlib.text import quote

SCHEMA_VERSION = 1


def _read_version(text: object) -> int:
    if text != str(SCHEMA_VERSION):
        raise make_error(f"{quote(text)} is no version that is known here.", f"Write {SCHEMA_VERSION}.")
    return SCHEMA_VERSION


def _number(text: object) -> object:
    return read_port(text) if isinstance(text, str) else text


def _read_date(text: object) -> object:
    return read_day(text) if isinstance(text, str) else text


PortText = Annotated[Port, BeforeValidator(_number)]
PatienceText = Annotated[Patience, BeforeValidator(lambda text: check_seconds(text, PATIENCE))]
PauseText = Annotated[Pause, BeforeValidator(lambda text: check_seconds(text, PAUSE))]
Day = Annotated[date, BeforeValidator(_read_date)]
Version = Annotated[int, BeforeValidator(_read_version), WithJsonSchema({"const": SCHEMA_VERSION})]


class _Form(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        defer_build=True,  # until a file is read
        model_title_generator=lambda form: form.__name__.removesuffix("Form").lower(),
    )


class NodeForm(_Form):
    """One machine with a role."""

    role: Role = Field(description="What the machine is.", examples=["uccx-publisher"])
    name: Address = Field(
        description="Its full host name, as agents' browsers call it.", examples=["uccx1.example.com"]
    )
    address: Address | None = Field(None, description="Where to reach it, when that is not its name.")
    release: Text | None = Field(None, description="Its release, when that is not the site's.")
    target_release: Text | None = Field(
        None, description="Its release after the upgrade, when not the site's."
    )
    ports: dict[str, PortText] = Field({}, description="Ports that are not the usual ones, by web server.")
    cops: list[str] = Field([], description="COP files for certificates that are installed on it.")
    cert_type: CertType = Field(
        "unknown", description="From 12.5(1)SU2 on: what `show tls server cert_type` says on it."
    )


class EndpointForm(_Form):
    """A TLS listener that is no node's web server."""

    name: Name = Field(description="How the report calls it.", examples=["chat front"])
    kind: EndpointKind = Field(description="What it is.", examples=["load-balancer"])
    address: Address = Field(description="Host name or IP address.", examples=["chat.example.com"])
    port: PortText = Field(description="TCP port.", examples=[443])
    sni: HostName | None = Field(None, description="Server name to ask for, when that is not its address.")


class AgentsForm(_Form):
    """What is known of the agents' PCs."""

    browsers: list[Browser] = Field([], description="The browsers that agents use.")
    trusted_cas: list[Text] = Field(
        [], description="CA certificates that the PCs trust: PEM or DER files, relative to this file."
    )
    group_policy: Answer3 = Field("unknown", description="Whether certificates can be rolled out to the PCs.")


class CaForm(_Form):
    """What is known of the customer's certificate authority."""

    signs_with_ec: SignsWithEc = Field(
        "unknown", description="Whether it can sign with an EC key; later: it will, and cannot yet."
    )


class CollectingForm(_Form):
    """How the servers are asked; an option of a command counts before it."""

    patience: PatienceText | None = Field(
        None, description="Seconds that one connection may take to answer; absent: 5.", examples=[5]
    )
    pause: PauseText | None = Field(
        None,
        description="Seconds between two connections to one address, of which there is then one at a time;"
        " absent: two at a time, without a pause.",
        examples=[0.5],
    )
    gentle: Literal["yes", "no"] | None = Field(
        None,
        description="Spare slow servers: offer RSA key exchange first, and pause half a second if pause is"
        " absent; absent: no.",
    )


class WaiverForm(_Form):
    """A finding that somebody answers for: it is shown as accepted and does not count for the verdict."""

    check: Text = Field(description="The check whose finding is accepted.", examples=["expires-soon"])
    node: Text | None = Field(None, description="Only on this node; absent: on the whole site.")
    endpoint: Text | None = Field(None, description="Only at this endpoint, as a finding names it.")
    owner: Name = Field(description="Who answers for it.", examples=["A. Person"])
    reason: Name = Field(description="Why it is accepted.", examples=["renewed with the move in May"])
    until: Day = Field(description="The last day on which it holds.", examples=["2027-03-31"])


class BrandingForm(_Form):
    """How the report names its maker."""

    name: Text = Field("", description="Company that makes the report.")
    author: Text = Field("", description="Person who makes the report.")
    footer: Text = Field("", description="Line at the foot of each page.")
    confidentiality: Text = Field("", description="Such as: Confidential.")
    accent: Colour = Field("", description="Colour of rules and links; made darker where it is too weak.")
    band: Colour = Field("", description="Colour of the cover's band, when that is not the accent.")
    logo: Text = Field("", description="PNG or SVG, in this file's folder or below; 200,000 bytes at most.")


class BrandForm(BrandingForm):
    """What all reports of one maker have in common: a file that many inventories name."""

    version: Version = Field(alias="schema", description="Version of this form.", examples=[1])
    language: Language | None = Field(None, description="Language of the report's fixed text.")
    paper: Paper | None = Field(None, description="Paper of the PDF and of what a browser prints.")


class RevisionForm(_Form):
    """One version of the report."""

    version: Name = Field(description="Its number.", examples=["1.0"])
    date: Day = Field(description="Its day.", examples=["2026-11-23"])
    author: Name = Field(description="Who made it.", examples=["A. Person"])
    change: Name = Field(description="What is new in it.", examples=["first version"])


class SignatoryForm(_Form):
    """Who signs for one side."""

    name: Text = Field("", description="The person's name.")
    role: Text = Field("", description="What the person is there.")


class SignoffForm(_Form):
    """Who signs the report."""

    customer: SignatoryForm = Field(SignatoryForm.model_construct(), description="For the customer.")
    consultant: SignatoryForm = Field(
        SignatoryForm.model_construct(), description="For the maker of the report."
    )


class ReportForm(_Form):
    """The report as a document."""

    brand: Text | None = Field(
        None,
        description="The maker's file, relative to this one; absent: brand.yaml beside it, if any.",
    )
    language: Language | None = Field(None, description="Language of the report's fixed text; absent: en.")
    paper: Paper | None = Field(None, description="Paper of the PDF; absent: a4.")
    reference: Text = Field("", description="The document's number; absent: site and time of the evidence.")
    history: list[RevisionForm] = Field([], description="The report's versions, oldest first.")
    signoff: SignoffForm = Field(SignoffForm.model_construct(), description="Who signs the report.")


class SiteForm(_Form):
    """The inventory of one site."""

    version: Version = Field(alias="schema", description="Version of this form.", examples=[1])
    customer: Name = Field(description="The customer's name.", examples=["Northwind Logistics"])
    site: SiteId = Field(
        description="Short id of the site; names the folder of its reports.", examples=["hamburg"]
    )
    title: Text = Field("", description="The site's name for people; the id when absent.")
    release: Text = Field(description="The present release.", examples=["10.6(1)"])
    target_release: Text | None = Field(
        None, description="The release to upgrade to; absent: no upgrade is planned."
    )
    upgrade_date: Day | None = Field(None, description="The day of the upgrade.")
    planned_cert_type: PlannedCertType | None = Field(
        None,
        description="From 12.5(1)SU2 on: the certificate type to which the UCCX nodes are to be switched;"
        " absent: no switch is planned.",
    )
    nodes: list[NodeForm] = Field(
        description="The machines of the site.",
        min_length=1,
        examples=[[{"role": "uccx-publisher", "name": "uccx1.example.com"}]],
    )
    endpoints: list[EndpointForm] = Field([], description="Further TLS listeners to look at.")
    agents: AgentsForm = Field(AgentsForm.model_construct(), description="What is known of the agents' PCs.")
    ca: CaForm = Field(
        CaForm.model_construct(), description="What is known of the customer's certificate authority."
    )
    collecting: CollectingForm = Field(
        CollectingForm.model_construct(), description="How the servers are asked."
    )
    waivers: list[WaiverForm] = Field([], description="Findings that somebody answers for.")
    branding: BrandingForm = Field(
        BrandingForm.model_construct(), description="How the report names its maker."
    )
    report: ReportForm = Field(ReportForm.model_construct(), description="The report as a document.")


# What a release looks like to an editor; what it means is looked up (certlib.knowledge.reading).
_RELEASE = (
    r"^ *([A-Za-z]+ +)?[0-9]{1,3}(\.[0-9]{1,6}){0,3}(\([0-9]{1,3}[A-Za-z]?\))?(-[0-9]{1,6})?"
    r"([-_. ]*[Ss][Uu] ?[0-9]{1,3}[A-Za-z]?)?([-_. ]*[Ee][Ss][-_. ]*[0-9]{1,4}[A-Za-z]?)? *$"
)
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FORMS: dict[tuple[str, ...], type[_Form]] = {
    (): SiteForm,
    ("nodes",): NodeForm,
    ("endpoints",): EndpointForm,
    ("agents",): AgentsForm,
    ("ca",): CaForm,
    ("collecting",): CollectingForm,
    ("waivers",): WaiverForm,
    ("branding",): BrandingForm,
    ("report",): ReportForm,
    ("report", "history"): RevisionForm,
    ("report", "signoff"): SignoffForm,
    ("report", "signoff", "customer"): SignatoryForm,
    ("report", "signoff", "consultant"): SignatoryForm,
}


def list_keys_at(location: Location) -> Mapping[str, str | None]:
    """The keys that a mapping of the file may have, each with an example where it must be there."""
    return _list_keys(_FORMS[tuple(part for part in location if isinstance(part, str))])


def list_brand_keys_at(_: Location) -> Mapping[str, str | None]:
    """The keys that a brand file may have."""
    return _list_keys(BrandForm)


def _list_keys(form: type[_Form]) -> Mapping[str, str | None]:
    return {
        field.alias or name: _write_example(field.examples[0]) if field.examples else None
        for name, field in form.model_fields.items()
    }


def _write_example(example: object) -> str:
    """An example as it may stand in the file; JSON is YAML."""
    return example if isinstance(example, str) else json.dumps(example)


def make_schema(knowledge: Knowledge) -> dict[str, Any]:
    """The JSON schema of an inventory file, with the releases, web servers and COPs that are known."""
    made = SiteForm.model_json_schema()
    entries = knowledge.releases.values()
    site, node = made["properties"], made["$defs"]["NodeForm"]["properties"]
    for place in (site["release"], site["target_release"]):
        text = _find_text_schema(place)
        text["pattern"] = _RELEASE
        text["examples"] = [name for release in entries for name in (release.id, *release.aliases)]
        text["not"] = {"enum": [name for release in entries for name in release.unclear]}
    node["ports"]["propertyNames"] = {"enum": [*knowledge.web_servers]}
    node["cops"]["items"]["enum"] = [*knowledge.cops]
    _choose(made["$defs"]["WaiverForm"]["properties"]["check"], checks.list_waivable(knowledge))
    return {
        "$schema": DIALECT,
        **made,
        "title": "certlib site inventory",
    }


def make_brand_schema() -> dict[str, Any]:
    """The JSON schema of a brand file."""
    made = BrandForm.model_json_schema()
    return {"$schema": DIALECT, **made, "title": "certlib brand"}


def _choose(place: dict[str, Any], choices: Iterable[str]) -> None:
    """Narrows a text, also an optional one, to choices."""
    _find_text_schema(place)["enum"] = [*choices]


def _find_text_schema(place: dict[str, Any]) -> dict[str, Any]:
    """The part of a schema that is about a text, where it may also be absent."""
    return next((each for each in place.get("anyOf", []) if each.get("type") == "string"), place)
