"""What must fit together in a site: names that are unique, releases, web servers and COPs that are known.

Works on what a file says, not on a Site, so that every mistake is found at once, also beside wrong values.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from certlib.files import Location, Mistake, format_location, suggest_choice
from certlib.inventory.model import CONTEXT_ROLES, Role
from certlib.knowledge import Knowledge, Release, read_release
from certlib.knowledge import load as load_knowledge
from certlib.text import cite_refused

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# A cluster has one of each.
UNIQUE_ROLES = ("uccx-publisher", "uccx-subscriber")


def find_mistakes(site: Mapping[str, Any]) -> Iterator[Mistake]:
    """Every contradiction in what a file says about a site; values of a wrong type are passed over."""
    knowledge = load_knowledge()
    nodes = _list_mappings(site, "nodes")
    endpoints = _list_mappings(site, "endpoints")
    yield from _check_releases(site, nodes, knowledge)
    yield from _check_repeated("name", {place: _normalize_machine(node) for place, node in nodes.items()})
    yield from _check_repeated("role", {place: _check_unique_role(node) for place, node in nodes.items()})
    yield from _check_repeated("name", {place: _check_id(endpoint) for place, endpoint in endpoints.items()})
    for place, endpoint in endpoints.items():
        if {"/", "\\"} & set(_get_text(endpoint, "name") or ""):
            yield (*place, "name"), "holds a slash.", "Write the name without it."
    for place, node in nodes.items():
        yield from _check_ports(place, node, knowledge)
        yield from _check_cops(place, node, knowledge)
        yield from _check_cert_type(place, node, site, knowledge)
    yield from _check_planned_cert_type(site, nodes, knowledge)
    for place, waiver in _list_mappings(site, "waivers").items():
        yield from _check_waiver(place, waiver, [*nodes.values()], [*endpoints.values()], knowledge)
    report = site.get("report")
    yield from _check_history(_list_mappings(report if isinstance(report, dict) else {}, "history"))


def list_waivable(knowledge: Knowledge) -> list[str]:
    """The checks whose findings somebody may answer for."""
    return [check.id for check in knowledge.checks.values() if check.waivable]


def _list_mappings(site: Mapping[str, Any], key: str) -> dict[Location, Mapping[str, Any]]:
    """The entries of a list that are mappings, by location."""
    entries = site.get(key)
    entries = entries if isinstance(entries, list) else []
    return {(key, index): entry for index, entry in enumerate(entries) if isinstance(entry, dict)}


def _get_text(mapping: Mapping[str, Any], key: str) -> str | None:
    value = mapping.get(key)
    return value if isinstance(value, str) else None


def _normalize_machine(node: Mapping[str, Any]) -> str | None:
    """A node's name; an IP address in its usual form, whatever way it is written."""
    name = _get_text(node, "name")
    try:
        return str(ipaddress.ip_address(name or ""))
    except ValueError:
        return name


def _check_unique_role(node: Mapping[str, Any]) -> str | None:
    role = _get_text(node, "role")
    return role if role in UNIQUE_ROLES else None


def _check_id(endpoint: Mapping[str, Any]) -> str | None:
    name, kind = _get_text(endpoint, "name"), _get_text(endpoint, "kind")
    return f"{name}/{kind}" if name and kind else None


def _check_repeated(key: str, values: Mapping[Location, str | None]) -> Iterator[Mistake]:
    first: dict[str, Location] = {}
    for place, value in values.items():
        if value is not None and (earlier := first.setdefault(value.strip().casefold(), place)) != place:
            yield (
                (*place, key),
                f"{cite_refused(value)} stands under {format_location(earlier)} already.",
                f"Give each its own {key}, or remove one.",
            )


def _check_releases(
    site: Mapping[str, Any], nodes: Mapping[Location, Mapping[str, Any]], knowledge: Knowledge
) -> Iterator[Mistake]:
    for place, mapping in {(): site, **nodes}.items():
        if _get_text(mapping, "role") in CONTEXT_ROLES:
            continue
        for key in ("release", "target_release"):
            text = _get_text(mapping, key)
            found = read_release(knowledge, text) if text is not None else None
            if found and found.choices:
                wrong = f"{cite_refused(text)} leaves open which release is meant."
                yield (*place, key), wrong, f"Write one of {', '.join(found.choices)}."
            elif found and found.release is None:
                wrong = f"{cite_refused(text)} is no release that is known here."
                yield (*place, key), wrong, f"Choose from {', '.join(knowledge.releases)}."
        now, target = (
            _check_known(mapping, "release", knowledge),
            _check_known(mapping, "target_release", knowledge),
        )
        if place:
            now = now if "release" in mapping else _check_known(site, "release", knowledge)
            target = (
                target if "target_release" in mapping else _check_known(site, "target_release", knowledge)
            )
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


def _check_known(mapping: Mapping[str, Any], key: str, knowledge: Knowledge) -> Release | None:
    text = _get_text(mapping, key)
    return read_release(knowledge, text).release if text is not None else None


def _check_ports(place: Location, node: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Mistake]:
    role, ports = _get_text(node, "role"), node.get("ports")
    own = [server.id for server in knowledge.web_servers.values() if role in server.roles]
    for name in ports if isinstance(ports, dict) else ():
        if name not in knowledge.web_servers:
            instead = suggest_choice(name, own or [*knowledge.web_servers])
            yield (*place, "ports", name), f"{cite_refused(name)} is no web server.", instead
        elif role in get_args(Role) and name not in own:
            instead = (
                f"Choose from {', '.join(own)}." if own else "Remove it; this role has none that is known."
            )
            yield (*place, "ports", name), f"{cite_refused(name)} does not run on a {role}.", instead


def _check_cops(place: Location, node: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Mistake]:
    role, cops = _get_text(node, "role"), node.get("cops")
    own = [cop.id for cop in knowledge.cops.values() if role in cop.roles]
    for index, name in enumerate(cops if isinstance(cops, list) else ()):
        if not isinstance(name, str):
            continue
        if name not in knowledge.cops:
            instead = suggest_choice(name, own or [*knowledge.cops])
            yield (*place, "cops", index), f"{cite_refused(name)} is no COP that is known here.", instead
        elif role in get_args(Role) and name not in own:
            instead = suggest_choice(name, own) if own else "Remove it; none is for this role."
            yield (*place, "cops", index), f"{cite_refused(name)} is not for a {role}.", instead


def _check_cert_type(
    place: Location, node: Mapping[str, Any], site: Mapping[str, Any], knowledge: Knowledge
) -> Iterator[Mistake]:
    if _get_text(node, "cert_type") not in ("rsa", "ecdsa"):
        return
    now = _check_known(node if "release" in node else site, "release", knowledge)
    if _get_text(node, "role") in CONTEXT_ROLES:
        yield (*place, "cert_type"), "is not looked at for this role.", "Remove it."
    elif now and now.era != "opt-in":
        first = next(release.id for release in knowledge.releases.values() if release.era == "opt-in")
        yield (*place, "cert_type"), f"{now.id} has no certificate type; {first} brings it.", "Remove it."


def _check_planned_cert_type(
    site: Mapping[str, Any], nodes: Mapping[Location, Mapping[str, Any]], knowledge: Knowledge
) -> Iterator[Mistake]:
    """A switch of the certificate type needs a UCCX node that has one, now or after the upgrade."""
    if _get_text(site, "planned_cert_type") not in ("rsa", "ecdsa"):
        return
    uccx = [node for node in nodes.values() if (_get_text(node, "role") or "").startswith("uccx-")]
    said = [
        _check_known(node if key in node else site, key, knowledge)
        for node in uccx
        for key in ("release", "target_release")
    ]
    found = [release for release in said if release]
    if uccx and found and all(release.era != "opt-in" for release in found):
        first = next(one.id for one in knowledge.releases.values() if one.era == "opt-in")
        wrong = f"No UCCX node has a certificate type, now or after the upgrade; {first} brings it."
        yield ("planned_cert_type",), wrong, "Remove it."


def _check_waiver(
    place: Location,
    waiver: Mapping[str, Any],
    nodes: list[Mapping[str, Any]],
    endpoints: list[Mapping[str, Any]],
    knowledge: Knowledge,
) -> Iterator[Mistake]:
    check, node, endpoint = (_get_text(waiver, key) for key in ("check", "node", "endpoint"))
    if check is not None and check not in knowledge.checks:
        instead = suggest_choice(check, list_waivable(knowledge))
        yield (*place, "check"), f"{cite_refused(check)} is no check that is known here.", instead
    elif check is not None and check not in list_waivable(knowledge):
        wrong = f"What {cite_refused(check)} finds can't be accepted away."
        yield (*place, "check"), wrong, "Remove the waiver, or accept the fault behind it."
    if node is not None and endpoint is not None:
        yield (*place, "node"), "There are a node and an endpoint.", "Give one of them, or none."
    named = [name for each in (*nodes, *endpoints) if (name := _get_text(each, "name"))]
    if node is not None and node not in named:
        yield (*place, "node"), f"{cite_refused(node)} is none of the site.", suggest_choice(node, named)
    places = [*filter(None, map(_check_id, endpoints))]
    places += [
        f"{_get_text(each, 'name')}/{server.id}"
        for each in nodes
        for server in knowledge.web_servers.values()
        if _get_text(each, "role") in server.roles and _get_text(each, "name")
    ]
    if endpoint is not None and endpoint not in places:
        wrong = f"{cite_refused(endpoint)} is no endpoint of the site."
        yield (*place, "endpoint"), wrong, suggest_choice(endpoint, places)


def _check_history(revisions: Mapping[Location, Mapping[str, Any]]) -> Iterator[Mistake]:
    """The report's versions: each has its number, the newest stands last."""
    places = {("report", *place): revision for place, revision in revisions.items()}
    yield from _check_repeated(
        "version", {place: _get_text(revision, "version") for place, revision in places.items()}
    )
    latest = ""
    for place, revision in places.items():
        day = _get_text(revision, "date") or ""
        if not _DAY.fullmatch(day):
            continue  # said of the value itself
        if day < latest:
            yield (*place, "date"), f"{day} is before {latest}, the date above.", "Write the oldest first."
        latest = max(latest, day)
