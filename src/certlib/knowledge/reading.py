"""Which release a text means: a known one in any of its spellings, else the nearest that is known.

An engineering special counts as the release that it was made for, a service update that is not known as
the highest known one below it, a build as the release whose builds come next below it, and any other release
as the newest known one that is not above it, or as the oldest (rule-nearest-release).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from certlib.knowledge.fit import normalize_spelling
from certlib.knowledge.model import Knowledge, Release

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
