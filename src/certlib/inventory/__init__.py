"""The inventory of a site: who, where, when; read from YAML, every mistake with its file, line and key."""

from pathlib import Path
from typing import Any

from certlib.inventory.collecting import override_collecting
from certlib.inventory.endpoints import list_endpoints, list_every_endpoint
from certlib.inventory.load import load, read_site
from certlib.inventory.model import (
    CONTEXT_ROLES,
    Agents,
    Answer3,
    Branding,
    CertType,
    Collecting,
    Endpoint,
    FurtherEndpoint,
    Node,
    PlannedCertType,
    Report,
    Revision,
    Role,
    Signatory,
    SignsWithEc,
    Site,
    Waiver,
)

__all__ = [
    "CONTEXT_ROLES",
    "Agents",
    "Answer3",
    "Branding",
    "CertType",
    "Collecting",
    "Endpoint",
    "FurtherEndpoint",
    "Node",
    "PlannedCertType",
    "Report",
    "Revision",
    "Role",
    "Signatory",
    "SignsWithEc",
    "Site",
    "Waiver",
    "brand_schema",
    "list_endpoints",
    "list_every_endpoint",
    "load",
    "override_collecting",
    "read_site",
    "schema",
    "template",
]


def template() -> str:
    """A commented inventory to begin with; it loads as it stands."""
    return Path(__file__).with_name("template.yaml").read_text(encoding="utf-8")


def schema() -> dict[str, Any]:
    """The JSON schema of an inventory file, for editors."""
    from certlib.inventory import form  # noqa: PLC0415 - slow, for editors alone
    from certlib.knowledge import load as load_knowledge  # noqa: PLC0415

    return form.make_schema(load_knowledge())


def brand_schema() -> dict[str, Any]:
    """The JSON schema of a brand file, for editors."""
    from certlib.inventory import form  # noqa: PLC0415 - slow, for editors alone

    return form.make_brand_schema()
