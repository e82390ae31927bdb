"""Finds a release, and a web server or an option as a site has them; words the basis of a statement."""

from collections.abc import Collection
from dataclasses import fields, replace

from certlib.knowledge.model import Basis, Knowledge, Option, Release, WebServer
from certlib.knowledge.reading import read_release
from certlib.language import say
from certlib.terms import BASES

# What a release may change of a web server.
_CHANGED = ("port", "service", "agent_facing", "off_by_default")


def find_release(knowledge: Knowledge, text: str) -> Release | None:
    """The release that a text names, whatever its case and blanks ("12.5(1) su2", "UCCX 11.5"), or None."""
    found = read_release(knowledge, text)
    return found.release if found.exact else None


def find_option(knowledge: Knowledge, ident: str, *, roles: Collection[str]) -> Option:
    """An option in the words for a site with these roles: it speaks of no server that is not there."""
    entry = knowledge.options[ident]
    if "socialminer" in roles:
        return entry
    other = entry.without_socialminer
    given = {field.name: getattr(other, field.name) for field in fields(other) if getattr(other, field.name)}
    return replace(entry, **given)


def exists_in(server: WebServer, release_id: str, knowledge: Knowledge) -> bool:
    """Whether a release lies within a web server's bounds; one that is unknown is not kept out."""
    at = knowledge.releases.get(release_id)
    if at is None:
        return True
    since = server.since is None or knowledge.releases[server.since].order <= at.order
    return since and (server.until is None or at.order <= knowledge.releases[server.until].order)


def find_in_release(server: WebServer, release_id: str, knowledge: Knowledge) -> WebServer:
    """A web server as it is in a release; in an unknown one as it was first."""
    at = knowledge.releases.get(release_id)
    for change in server.changes:
        if at is not None and knowledge.releases[change.since].order <= at.order:
            said = {name: getattr(change, name) for name in _CHANGED}
            server = replace(server, **{name: one for name, one in said.items() if one is not None})
    return server


def cite(knowledge: Knowledge, basis: Basis) -> str:
    """Why a statement may be made: "documented by Cisco (210528, table row 4)", "inferred: <the rule>"."""
    rule = f": {knowledge.rules[basis.rule].text}" if basis.rule else ""
    kind = say(BASES[basis.kind])
    if basis.source is None:
        return f"{kind}{rule}"
    source = knowledge.sources[basis.source]
    place = f"{source.short}, {basis.section}" if basis.section else source.short
    if basis.kind == "documented":
        return say("documented by {publisher} ({place})", publisher=source.publisher, place=place)
    return f"{kind} ({place}){rule}"


def cite_briefly(knowledge: Knowledge, basis: Basis) -> str:
    """The same for narrow places: "documented (210528, table row 4)", "inferred"."""
    kind = say(BASES[basis.kind])
    if basis.source is None:
        return kind
    places = (knowledge.sources[basis.source].short, basis.section.split(", ")[0])
    return f"{kind} ({', '.join(place for place in places if place)})"
