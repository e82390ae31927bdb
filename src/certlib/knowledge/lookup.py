"""How entries of the knowledge are found and cited, and what a missing certificate means."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Protocol

from certlib.knowledge.consistency import normalize_spelling
from certlib.knowledge.model import Basis, Knowledge, Option, Release, WebServer, When
from certlib.language import say
from certlib.reasons import OTHER, Detail, Reason, make_verbatim
from certlib.terms import BASES

# "12.5(1)SU3 ES07" as `spelling` leaves it: 12.5, then (1) or .1, then su3, then es07; "14" alone too.
_FORM = re.compile(
    r"([0-9]{1,3})(?:\.([0-9]{1,3})(?:\(([0-9]{1,3})[a-z]?\)|\.([0-9]{1,3}))?)?(?:[-_.]?su([0-9]{1,3})[a-z]?)?"
)
_SPECIAL = re.compile(r"[-_.]?es[-_.]?[0-9]{1,4}[a-z]?$")
_BUILD = re.compile(r"([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})\.([0-9]{1,6})(?:-([0-9]{1,6}))?")

Key = tuple[int, int, int, int]  # 12.5(1)SU3 is 12, 5, 1, 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text means. Nothing: it is no release at all."""

    release: Release | None = None
    exact: bool = False  # False: the release is the nearest that is known
    choices: tuple[str, ...] = ()  # where it leaves open which release is meant: those that it may be


def read_release(knowledge: Knowledge, text: str) -> Reading:
    """What a text means as a release, whatever its case and blanks."""
    wanted = normalize_spelling(text)
    for product in ("uccx", "socialminer", "ccp"):
        wanted = wanted.removeprefix(product)
    if found := _find_known(knowledge, wanted):
        return Reading(found, exact=True)
    if build := _BUILD.fullmatch(wanted):
        return Reading(_find_by_build(knowledge, build))
    plain = _SPECIAL.sub("", wanted)
    if found := _find_known(knowledge, plain):
        return Reading(found)
    form = _FORM.fullmatch(plain)
    if form is None:
        return Reading()
    if choices := _list_choices(knowledge, plain, form):
        return Reading(choices=choices)
    return Reading(_find_not_above(knowledge, _rank_release(form)))


def _find_known(knowledge: Knowledge, wanted: str) -> Release | None:
    for entry in knowledge.releases.values():
        if wanted in (normalize_spelling(name) for name in (entry.id, *entry.aliases)):
            return entry
    return None


def _list_choices(knowledge: Knowledge, wanted: str, form: re.Match[str]) -> tuple[str, ...]:
    """The releases that a text may mean which names no service update, or a number without a point."""
    entries = knowledge.releases.values()
    unclear = any(wanted in (normalize_spelling(name) for name in entry.unclear) for entry in entries)
    whole = form[2] is None and form[5] is None
    if not unclear and not whole:
        return ()
    names = [name for entry in entries for name in (entry.id, *entry.named)]
    start = re.compile(rf"{re.escape(wanted)}(?![0-9])")
    return tuple(name for name in names if start.match(normalize_spelling(name)))


def _rank_release(form: re.Match[str]) -> Key:
    """Where a release stands; a service update of 12.5 is one of 12.5(1), as there is no other."""
    first = form[3] or form[4] or ("1" if form[5] else "0")
    return int(form[1]), int(form[2] or 0), int(first), int(form[5] or 0)


def _rank_releases(releases: Iterable[Release]) -> dict[Key, Release]:
    return {
        _rank_release(form): release
        for release in releases
        if (form := _FORM.fullmatch(normalize_spelling(release.id)))
    }


def _find_not_above(knowledge: Knowledge, key: Key) -> Release:
    known = _rank_releases(knowledge.releases.values())
    return known[max((one for one in known if one <= key), default=min(known))]


def _find_by_build(knowledge: Knowledge, build: re.Match[str]) -> Release:
    """The release of the highest known build of 12.5.1 that is not above it; without one, 12.5(1) itself."""
    found: list[tuple[tuple[int, int], Release]] = []
    for entry in knowledge.releases.values():
        for name in entry.builds:
            known = _BUILD.fullmatch(name)
            if known and known[1] == build[1] and _number(known) <= _number(build):
                found.append((_number(known), entry))
    if found:
        return max(found, key=lambda one: one[0])[1]
    first, second, third = (int(part) for part in build[1].split("."))
    return _find_not_above(knowledge, (first, second, third, 0))


def _number(build: re.Match[str]) -> tuple[int, int]:
    """Where a build stands among those of its release; without its last part, after all that begin so."""
    return int(build[2]), int(build[3] or 10**6)


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


def is_within(release_id: str, since: str | None, until: str | None, knowledge: Knowledge) -> bool:
    """Whether a release lies within bounds, both included; one that is unknown is not kept out."""
    at = knowledge.releases.get(release_id)
    if at is None:
        return True
    after = since is None or knowledge.releases[since].order <= at.order
    return after and (until is None or at.order <= knowledge.releases[until].order)


def exists_in(server: WebServer, release_id: str, knowledge: Knowledge) -> bool:
    """Whether a release lies within a web server's bounds; one that is unknown is not kept out."""
    return is_within(release_id, server.since, server.until, knowledge)


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


_MODERN = ("TLS 1.2", "TLS 1.3")


class Asked(Protocol):
    """An offer and what came of it, as evidence keeps it."""

    @property
    def offer(self) -> str:
        """The offer's id."""

    @property
    def chain(self) -> tuple[str, ...]:
        """The certificates that came."""

    @property
    def reason(self) -> Reason | None:
        """Why none came."""

    @property
    def detail(self) -> tuple[Detail, ...]:
        """What the collection wrote beside the reason."""

    @property
    def version(self) -> str | None:
        """The TLS version, as far as known."""

    @property
    def alerts(self) -> tuple[str, ...]:
        """The alerts that came."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sentence for people, and what to check."""

    sentence: str
    hint: str


def explain_reason(row: Asked, *, among: Iterable[Asked], knowledge: Knowledge) -> Meaning:
    """What the reason of a row means; `among`: all rows of its endpoint. Without a reason: nothing."""
    if row.reason is None:
        return Meaning("", "")
    text = knowledge.reasons[row.reason.value]
    given = [other for other in among if other.chain and other.offer != row.offer]
    told = next((case for case in text.cases if _fits(case.when, row, given)), text)
    return Meaning(told.sentence.format_map({"version": row.version or ""}), told.hint)


def _fits(when: When, row: Asked, given: Sequence[Asked]) -> bool:
    """Whether everything holds that a case asks for; `given`: the other offers that brought a certificate."""
    details = row.detail or make_verbatim("".join(row.alerts[-1:]))
    names = {detail.fields["text"] if detail.code == OTHER else detail.code for detail in details}
    begun = bool(row.version or row.alerts) or "received" in names
    return (
        (not when.said or not names.isdisjoint(when.said))
        and when.offer in (None, _offer(row.offer))
        and when.begun in (None, begun)
        and when.answered in (None, bool(given))
        and when.modern in (None, any(other.version in _MODERN for other in given))
        and when.version in (None, bool(row.version))
    )


def _offer(offer: str) -> str:
    """What an offer is to these words: the browser's, of one kind of certificate, or another."""
    return "one-kind" if offer.partition("-")[0] in ("rsa", "ecdsa") else offer
