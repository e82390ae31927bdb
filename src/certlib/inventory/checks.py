"""What must fit together in a site: names that are unique, releases, web servers and COPs that are known.

Works on what a file says, not on a Site, so that every mistake is found at once, also beside wrong values.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from certlib.inventory.model import CONTEXT_ROLES, Role
from certlib.inventory.problems import Location, Mistake, did_you_mean, key_of
from certlib.knowledge import Knowledge, Release, read_release
from certlib.knowledge import load as load_knowledge
from certlib.text import cited

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# A cluster has one of each.
UNIQUE_ROLES = ("uccx-publisher", "uccx-subscriber")


def mistakes(site: Mapping[str, Any]) -> Iterator[Mistake]:
    """Every contradiction in what a file says about a site; values of a wrong type are passed over."""
    knowledge = load_knowledge()
    nodes = _mappings(site, "nodes")
    endpoints = _mappings(site, "endpoints")
    yield from _releases(site, nodes, knowledge)
    yield from _repeated("name", {place: _machine(node) for place, node in nodes.items()})
    yield from _repeated("role", {place: _unique_role(node) for place, node in nodes.items()})
    yield from _repeated("name", {place: _id(endpoint) for place, endpoint in endpoints.items()})
    for place, endpoint in endpoints.items():
        if {"/", "\\"} & set(_text(endpoint, "name") or ""):
            yield (*place, "name"), "holds a slash.", "Write the name without it."
    for place, node in nodes.items():
        yield from _ports(place, node, knowledge)
        yield from _cops(place, node, knowledge)
        yield from _cert_type(place, node, site, knowledge)
    yield from _planned_cert_type(site, nodes, knowledge)
    for place, waiver in _mappings(site, "waivers").items():
        yield from _waiver(place, waiver, [*nodes.values()], [*endpoints.values()], knowledge)
    report = site.get("report")
    yield from _history(_mappings(report if isinstance(report, dict) else {}, "history"))


def waivable(knowledge: Knowledge) -> list[str]:
    """The checks whose findings somebody may answer for."""
    return [check.id for check in knowledge.checks.values() if check.waivable]


def _mappings(site: Mapping[str, Any], key: str) -> dict[Location, Mapping[str, Any]]:
    """The entries of a list that are mappings, by location."""
    entries = site.get(key)
    entries = entries if isinstance(entries, list) else []
    return {(key, index): entry for index, entry in enumerate(entries) if isinstance(entry, dict)}


def _text(mapping: Mapping[str, Any], key: str) -> str | None:
    value = mapping.get(key)
    return value if isinstance(value, str) else None


def _machine(node: Mapping[str, Any]) -> str | None:
    """A node's name; an IP address in its usual form, whatever way it is written."""
    name = _text(node, "name")
    try:
        return str(ipaddress.ip_address(name or ""))
    except ValueError:
        return name


def _unique_role(node: Mapping[str, Any]) -> str | None:
    role = _text(node, "role")
    return role if role in UNIQUE_ROLES else None


def _id(endpoint: Mapping[str, Any]) -> str | None:
    name, kind = _text(endpoint, "name"), _text(endpoint, "kind")
    return f"{name}/{kind}" if name and kind else None


def _repeated(key: str, values: Mapping[Location, str | None]) -> Iterator[Mistake]:
    first: dict[str, Location] = {}
    for place, value in values.items():
        if value is not None and (earlier := first.setdefault(value.strip().casefold(), place)) != place:
            yield (
                (*place, key),
                f"{cited(value)} stands under {key_of(earlier)} already.",
                f"Give each its own {key}, or remove one.",
            )


def _releases(
    site: Mapping[str, Any], nodes: Mapping[Location, Mapping[str, Any]], knowledge: Knowledge
) -> Iterator[Mistake]:
    for place, mapping in {(): site, **nodes}.items():
        if _text(mapping, "role") in CONTEXT_ROLES:
            continue
        for key in ("release", "target_release"):
            text = _text(mapping, key)
            found = read_release(knowledge, text) if text is not None else None
            if found and found.choices:
                wrong = f"{cited(text)} leaves open which release is meant."
                yield (*place, key), wrong, f"Write one of {', '.join(found.choices)}."
            elif found and found.release is None:
                wrong = f"{cited(text)} is no release that is known here."
                yield (*place, key), wrong, f"Choose from {', '.join(knowledge.releases)}."
        now, target = _known(mapping, "release", knowledge), _known(mapping, "target_release", knowledge)
        if place:
            now = now if "release" in mapping else _known(site, "release", knowledge)
            target = target if "target_release" in mapping else _known(site, "target_release", knowledge)
            if not {"release", "target_release"} & mapping.keys():
                continue  # said of the site already
        if now and target and target.order < now.order:
            key = "target_release" if "target_release" in mapping else "release"
            yield (
                (*place, key),
                f"The target release {target.id} is older than the present release {now.id}.",
                "Write a target that is not older.",
            )
    if (
        "upgrade_date" in site
        and "target_release" not in site
        and not any("target_release" in n for n in nodes.values())
    ):
        yield (
            ("upgrade_date",),
            "There is a date, but no release to upgrade to.",
            "Write target_release, or remove the date.",
        )


def _known(mapping: Mapping[str, Any], key: str, knowledge: Knowledge) -> Release | None:
    text = _text(mapping, key)
    return read_release(knowledge, text).release if text is not None else None


def _ports(place: Location, node: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Mistake]:
    role, ports = _text(node, "role"), node.get("ports")
    own = [server.id for server in knowledge.web_servers.values() if role in server.roles]
    for name in ports if isinstance(ports, dict) else ():
        if name not in knowledge.web_servers:
            instead = did_you_mean(name, own or [*knowledge.web_servers])
            yield (*place, "ports", name), f"{cited(name)} is no web server.", instead
        elif role in get_args(Role) and name not in own:
            instead = (
                f"Choose from {', '.join(own)}." if own else "Remove it; this role has none that is known."
            )
            yield (*place, "ports", name), f"{cited(name)} does not run on a {role}.", instead


def _cops(place: Location, node: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Mistake]:
    role, cops = _text(node, "role"), node.get("cops")
    own = [cop.id for cop in knowledge.cops.values() if role in cop.roles]
    for index, name in enumerate(cops if isinstance(cops, list) else ()):
        if not isinstance(name, str):
            continue
        if name not in knowledge.cops:
            instead = did_you_mean(name, own or [*knowledge.cops])
            yield (*place, "cops", index), f"{cited(name)} is no COP that is known here.", instead
        elif role in get_args(Role) and name not in own:
            instead = did_you_mean(name, own) if own else "Remove it; none is for this role."
            yield (*place, "cops", index), f"{cited(name)} is not for a {role}.", instead


def _cert_type(
    place: Location, node: Mapping[str, Any], site: Mapping[str, Any], knowledge: Knowledge
) -> Iterator[Mistake]:
    if _text(node, "cert_type") not in ("rsa", "ecdsa"):
        return
    now = _known(node if "release" in node else site, "release", knowledge)
    if _text(node, "role") in CONTEXT_ROLES:
        yield (*place, "cert_type"), "is not looked at for this role.", "Remove it."
    elif now and now.era != "opt-in":
        first = next(one.id for one in knowledge.releases.values() if one.era == "opt-in")
        yield (*place, "cert_type"), f"{now.id} has no certificate type; {first} brings it.", "Remove it."


def _planned_cert_type(
    site: Mapping[str, Any], nodes: Mapping[Location, Mapping[str, Any]], knowledge: Knowledge
) -> Iterator[Mistake]:
    """A switch of the certificate type needs a UCCX node that has one, now or after the upgrade."""
    if _text(site, "planned_cert_type") not in ("rsa", "ecdsa"):
        return
    uccx = [node for node in nodes.values() if (_text(node, "role") or "").startswith("uccx-")]
    said = [
        _known(node if key in node else site, key, knowledge)
        for node in uccx
        for key in ("release", "target_release")
    ]
    found = [release for release in said if release]
    if uccx and found and all(release.era != "opt-in" for release in found):
        first = next(one.id for one in knowledge.releases.values() if one.era == "opt-in")
        wrong = f"No UCCX node has a certificate type, now or after the upgrade; {first} brings it."
        yield ("planned_cert_type",), wrong, "Remove it."


def _waiver(
    place: Location,
    waiver: Mapping[str, Any],
    nodes: list[Mapping[str, Any]],
    endpoints: list[Mapping[str, Any]],
    knowledge: Knowledge,
) -> Iterator[Mistake]:
    check, node, endpoint = (_text(waiver, key) for key in ("check", "node", "endpoint"))
    if check is not None and check not in knowledge.checks:
        instead = did_you_mean(check, waivable(knowledge))
        yield (*place, "check"), f"{cited(check)} is no check that is known here.", instead
    elif check is not None and check not in waivable(knowledge):
        wrong = f"What {cited(check)} finds can't be accepted away."
        yield (*place, "check"), wrong, "Remove the waiver, or accept the fault behind it."
    if node is not None and endpoint is not None:
        yield (*place, "node"), "There are a node and an endpoint.", "Give one of them, or none."
    named = [name for each in (*nodes, *endpoints) if (name := _text(each, "name"))]
    if node is not None and node not in named:
        yield (*place, "node"), f"{cited(node)} is none of the site.", did_you_mean(node, named)
    places = [*filter(None, map(_id, endpoints))]
    places += [
        f"{_text(each, 'name')}/{server.id}"
        for each in nodes
        for server in knowledge.web_servers.values()
        if _text(each, "role") in server.roles and _text(each, "name")
    ]
    if endpoint is not None and endpoint not in places:
        wrong = f"{cited(endpoint)} is no endpoint of the site."
        yield (*place, "endpoint"), wrong, did_you_mean(endpoint, places)


def _history(revisions: Mapping[Location, Mapping[str, Any]]) -> Iterator[Mistake]:
    """The report's versions: each has its number, the newest stands last."""
    places = {("report", *place): revision for place, revision in revisions.items()}
    yield from _repeated("version", {place: _text(revision, "version") for place, revision in places.items()})
    latest = ""
    for place, revision in places.items():
        day = _text(revision, "date") or ""
        if not _DAY.fullmatch(day):
            continue  # said of the value itself
        if day < latest:
            yield (*place, "date"), f"{day} is before {latest}, the date above.", "Write the oldest first."
        latest = max(latest, day)
