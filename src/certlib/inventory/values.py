"""The values of an inventory: what names, addresses, ports and dates look like, and what to write instead.

To the rest of the product each type here is plain text or a number; it is checked where a file is read, by
pydantic, which nobody else has to load.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from certlib.text import is_hidden, list_oddities, make_visible, name_of, quote

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import PydanticCustomError
    from pydantic_core.core_schema import CoreSchema

# DNS knows underscores, and machines of Windows domains have them.
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_SITE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """Beside a type: how its values are checked, in the terms of pydantic, which asks for it."""

    function: Callable[[Any], object] | None = None  # gives the value, or raises what `wrong` makes
    bounds: Mapping[str, object] | None = None  # as pydantic's core schema names them
    schema: Mapping[str, object] | None = None  # more for the JSON schema

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """The checks of the type itself, then these."""
        from pydantic_core import core_schema  # noqa: PLC0415 - slow, and not needed before

        inner: Any = {**handler(source), **(self.bounds or {})}
        if self.function is None:
            return inner  # type: ignore[no-any-return]
        return core_schema.no_info_after_validator_function(self.function, inner)

    def __get_pydantic_json_schema__(
        self, inner: "CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        """The JSON schema of the type, with what is added here."""
        return {**handler(inner), **(self.schema or {})}


def make_error(what: str, instead: str) -> "PydanticCustomError":
    """The error of a value: what is wrong with it, and what to write instead."""
    from pydantic_core import PydanticCustomError  # noqa: PLC0415 - slow, and not needed before

    return PydanticCustomError("wrong", "{wrong} {instead}", {"wrong": what, "instead": instead})


def check_line(text: str, *, limit: int, empty: bool) -> str:
    """One line of text for people."""
    unseen = next((char for char in text if is_hidden(char)), None)
    if unseen is not None:
        raise make_error(
            f"holds the invisible character {make_visible(unseen)}, {name_of(unseen)}.",
            "Remove it; a text is one line.",
        )
    if len(text) > limit:
        raise make_error(f"is {len(text)} characters long.", f"Shorten it to {limit}.")
    if not empty and not text.strip():
        raise make_error("is empty.", "Write a text.")
    return text.strip()


def check_site_id(text: str) -> str:
    """A site's id, which also names the folder of its reports."""
    if not _SITE_ID.fullmatch(text) or len(text) > 64:
        plain = unicodedata.normalize("NFKD", text[:200].casefold()).encode("ascii", errors="ignore").decode()
        proposal = re.sub(r"[^a-z0-9]+", "-", plain)[:64].strip("-")
        example = f', for example "{proposal}"' if proposal else ""
        raise make_error(
            f"{quote(text)} can't name a folder.",
            f"Write small letters, digits and single hyphens, at most 64{example}.",
        )
    return text


def is_ip(text: str) -> bool:
    """Whether an address is an IP address, not a host name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def check_host_name(text: str) -> str:
    """A DNS name as a client sends it."""
    if list_oddities(text):
        raise make_error(
            f"{quote(text)} is no host name.", "Write plain characters in its place, or remove it."
        )
    if not text.isascii():
        raise make_error(
            f"{quote(text)} holds letters that DNS does not have.", 'Write the name\'s ASCII form ("xn--…").'
        )
    labels = text.split(".")
    if len(labels) > 1 and not labels[-1] and all(labels[:-1]):
        raise make_error(f"{quote(text)} ends with a dot.", f"Write {quote(text[:-1])}.")
    if not all(_LABEL.fullmatch(label) for label in labels) or len(text) > 253:
        raise make_error(
            f"{quote(text)} is no host name.",
            "Write labels of letters, digits, underscores and inner hyphens with dots between them.",
        )
    if re.fullmatch(r"\d+|0[xX][0-9a-fA-F]*", labels[-1]):
        raise make_error(
            f"{quote(text)} is neither an IP address nor a host name.", "Write all of the address."
        )
    return text


def check_address(text: str) -> str:
    """A host name, or an IP address in its usual form."""
    if "://" in text or "/" in text:
        raise make_error(f"{quote(text)} is a URL or a path.", "Write the host name or IP address alone.")
    if text.startswith("[") or "%" in text:
        raise make_error(
            f"{quote(text)} is no plain address.", "Write an IPv6 address without brackets and zone."
        )
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        if ":" in text:
            raise make_error(
                f"{quote(text)} is no IPv6 address.",
                'A port does not stand here; give it under "ports" or "port".',
            ) from None
        return check_host_name(text)
    if found.is_unspecified or found.is_multicast or str(found) == "255.255.255.255":
        raise make_error(
            f"{quote(text)} is not the address of one machine.", "Write the machine's own address."
        )
    return str(found)


def read_port(text: str) -> int:
    """A TCP port written as text."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise make_error(f"{quote(text)} is no port.", "Write a number from 1 to 65535.")
    return int(text)


def read_seconds(text: str, bounds: tuple[float, float]) -> float | None:
    """A number of seconds within bounds that is written as text; None for anything else."""
    number = float(text) if re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", text) else None
    return number if number is not None and bounds[0] <= number <= bounds[1] else None


def check_seconds(text: object, bounds: tuple[float, float]) -> object:
    """A number of seconds, where it is written as text."""
    if not isinstance(text, str):
        return text
    number = read_seconds(text, bounds)
    if number is None:
        raise make_error(
            f"{quote(text)} is no number of seconds from {bounds[0]:g} to {bounds[1]:g}.",
            "Write the number alone, for example 10.",
        )
    return number


def read_day(text: str) -> date:
    """A date written as text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise make_error(
            f"{quote(text)} is no date.", "Write it as year-month-day, for example 2026-12-12."
        ) from None


def check_colour(text: str) -> str:
    """A colour, or nothing."""
    if text and not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise make_error(
            f"{quote(text)} is no colour.", 'Write # and six hexadecimal digits in quotes: "#005073".'
        )
    return text


Name = Annotated[str, Checked(partial(check_line, limit=100, empty=False), schema={"maxLength": 100})]
Text = Annotated[str, Checked(partial(check_line, limit=300, empty=True), schema={"maxLength": 300})]
SiteId = Annotated[str, Checked(check_site_id, schema={"pattern": f"^{_SITE_ID.pattern}$", "maxLength": 64})]
HostName = Annotated[str, Checked(check_host_name, schema={"maxLength": 253})]
Address = Annotated[str, Checked(check_address, schema={"maxLength": 253})]
Port = Annotated[int, Checked(bounds={"ge": 1, "le": 65535})]
PATIENCE, PAUSE = (0.5, 300.0), (0.0, 60.0)  # seconds: at least, at most
Patience = Annotated[float, Checked(bounds={"ge": PATIENCE[0], "le": PATIENCE[1]})]
Pause = Annotated[float, Checked(bounds={"ge": PAUSE[0], "le": PAUSE[1]})]
Colour = Annotated[str, Checked(check_colour, schema={"pattern": "^(#[0-9a-fA-F]{6})?$"})]
Sha256 = Annotated[str, Checked(bounds={"pattern": "^[0-9a-f]{64}$"})]
NotEmpty = Checked(bounds={"min_length": 1})
