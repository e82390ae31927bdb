"""Whether the knowledge files fit together."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from certlib.files import Location, Mistake
from certlib.knowledge.model import Basis, Knowledge, Release, When
from certlib.language import list_fields
from certlib.reasons import Reason

# Which fields name entries of other files: kind, path of fields ("*" is each item of a list), kind named.
_REFERENCES = (
    ("upgrades", "to", "releases"),
    ("upgrades", "starts.*.release", "releases"),
    ("web_servers", "like", "web_servers"),
    ("web_servers", "since", "releases"),
    ("web_servers", "until", "releases"),
    ("web_servers", "changes.*.since", "releases"),
    ("rows", "releases.*", "releases"),
    ("rows", "cells.*.web_server", "web_servers"),
    ("rows", "experience.*.gadget", "gadgets"),
    ("rows", "experience.*.browsers.*.browser", "browsers"),
    ("browsers", "until", "releases"),
    ("refusals", "treated.*.browser", "browsers"),
    ("refusals", "check", "checks"),
    ("rows", "advice.*.option", "options"),
    ("rows", "defects.*", "defects"),
    ("rows", "cops.*", "cops"),
    ("gadgets", "web_servers.*", "web_servers"),
    ("releases", "basis_web_servers.*", "web_servers"),
    ("gadgets", "also.*", "web_servers"),
    ("cops", "undone_by", "cops"),
    ("cops", "releases.*", "releases"),
    ("defects", "releases.*", "releases"),
    ("options", "installs.*", "cops"),
    ("options", "procedures.*", "procedures"),
    ("options", "ends_as", "options"),
    ("procedures", "phase", "phases"),
    ("procedures", "since", "releases"),
    ("procedures", "steps.*.since", "releases"),
    ("procedures", "steps.*.until", "releases"),
    ("procedures", "steps.*.left_until", "releases"),
    ("procedures", "steps.*.web_server", "web_servers"),
    ("questions", "options.*", "options"),
    ("questions", "procedures.*", "procedures"),
    ("questions", "checks.*", "checks"),
    ("questions", "web_servers.*", "web_servers"),
    ("questions", "since", "releases"),
    ("questions", "until", "releases"),
    ("checks", "procedures.*", "procedures"),
    ("checks", "since", "releases"),
    ("checks", "until", "releases"),
)
# Fields that come in pairs: a statement and its basis.
_PAIRS = (
    ("releases", "tls_versions", "tls_basis"),
    ("upgrades", "first", "first_basis"),
    ("upgrades", "takes", "takes_basis"),
    ("web_servers", "like", "like_basis"),
    ("web_servers", "since", "since_basis"),
    ("web_servers", "until", "until_basis"),
    ("browsers", "until", "until_basis"),
    ("rows", "assumption", "assumption_basis"),
    ("procedures", "minutes", "minutes_basis"),
)


def find_mistakes(knowledge: Knowledge, *, files: Mapping[str, str]) -> Iterator[Mistake]:
    """Everything that does not fit; `files` is the file of each kind.

    A mistake is located by its kind, the entry's id, then keys and list positions.
    """
    for kind in files:
        for key, entry in getattr(knowledge, kind).items():
            for path, basis in _list_bases(entry, (kind, key)):
                yield from _check_basis(knowledge, path, basis)
    for kind, keys, target in _REFERENCES:
        known = getattr(knowledge, target)
        for path, name in _list_names(getattr(knowledge, kind), ("*", *keys.split(".")), (kind,)):
            if name not in known:
                yield (path, f"names {name}, which is not there.", f"Name one of {files[target]}.")
    for kind, said, why in _PAIRS:
        for key, entry in getattr(knowledge, kind).items():
            if bool(getattr(entry, said)) != bool(getattr(entry, why)):
                yield ((kind, key), f"has {said} without {why} or the reverse.", "Give both or none.")
    yield from _check_sources(knowledge)
    yield from _check_table(knowledge)
    yield from _check_reasons(knowledge)
    yield from _check_releases(knowledge)
    yield from _check_hops(knowledge)


def normalize_spelling(name: str) -> str:
    """A release's name without what people write differently: case and blanks."""
    return "".join(name.split()).casefold()


def _list_bases(value: object, path: Location) -> Iterator[tuple[Location, Basis]]:
    """Every basis inside an entry, however deep, with its path."""
    if isinstance(value, Basis):
        yield path, value
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _list_bases(item, (*path, position))
    elif is_dataclass(value):
        for item in fields(value):
            yield from _list_bases(getattr(value, item.name), (*path, item.name))


def _check_basis(knowledge: Knowledge, path: Location, basis: Basis) -> Iterator[Mistake]:
    """A documented or measured statement names its source, an inferred one its rule."""
    if basis.kind == "inferred" and basis.rule is None:
        yield (path, "is inferred and names no rule.", "Name one of rules.yaml.")
    if basis.kind != "inferred" and basis.source is None:
        yield (path, f"is {basis.kind} and names no source.", "Name one of sources.yaml.")
    if basis.rule is not None and basis.rule not in knowledge.rules:
        yield ((*path, "rule"), f"names {basis.rule}, which is not there.", "Name one of rules.yaml.")
    if basis.source is not None and basis.source not in knowledge.sources:
        wrong = f"names {basis.source}, which is not there."
        yield ((*path, "source"), wrong, "Name one of sources.yaml.")


def _list_names(value: object, keys: tuple[str, ...], path: Location) -> Iterator[tuple[Location, str]]:
    """The names that stand under a path of _REFERENCES."""
    if not keys:
        if value is not None:
            yield path, str(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _list_names(item, keys[1:], (*path, key))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _list_names(item, keys[1:], (*path, position))
    else:
        yield from _list_names(getattr(value, keys[0]), keys[1:], (*path, keys[0]))


def _check_sources(knowledge: Knowledge) -> Iterator[Mistake]:
    """A published source has address and date, or says that it has no date or that no copy could be found."""
    for source in knowledge.sources.values():
        dated = source.date or source.undated or source.no_copy
        if not dated or not (source.url or source.no_copy or source.publisher == "certlib"):
            instead = "Give url and date, or `undated: true`, or `no_copy: true`."
            yield (("sources", source.id), "can't be looked up.", instead)


def _check_table(knowledge: Knowledge) -> Iterator[Mistake]:
    """Each row of the table has a cell for every column and an experience for every gadget."""
    columns = sorted(server.id for server in knowledge.web_servers.values() if server.column)
    for row in knowledge.rows.values():
        if sorted(cell.web_server for cell in row.cells) != columns:
            instead = f"Give one each for {', '.join(columns)}."
            yield (("rows", row.id, "cells"), "are not one for each column.", instead)
        if sorted(said.gadget for said in row.experience) != sorted(knowledge.gadgets):
            instead = f"Give one each for {', '.join(knowledge.gadgets)}."
            yield (("rows", row.id, "experience"), "is not one for each gadget.", instead)


def _check_reasons(knowledge: Knowledge) -> Iterator[Mistake]:
    """Every reason that an endpoint can have has its text, and no other has."""
    reasons = {reason.value for reason in Reason}
    for missing in sorted(reasons - set(knowledge.reasons)):
        yield (("reasons", missing), "is a reason without a text.", "Give its sentence and hint.")
    for unknown in sorted(set(knowledge.reasons) - reasons):
        yield (("reasons", unknown), "is no reason that an endpoint can have.", "Remove it.")
    for text in knowledge.reasons.values():
        for position, case in enumerate(text.cases):
            path = ("reasons", text.id, "cases", position)
            if case.when == When():
                yield ((*path, "when"), "asks for nothing.", "Say what must be true of the answer.")
            if unknown_fields := list_fields(case.sentence) - ({"version"} if case.when.version else set()):
                wrong = f"has the field {{{min(unknown_fields)}}}, which nothing fills."
                yield ((*path, "sentence"), wrong, "Write {version}, where `when` asks for a version.")
        if list_fields(text.sentence):
            yield (("reasons", text.id, "sentence"), "has a field.", "Write one only in a case.")


def _check_releases(knowledge: Knowledge) -> Iterator[Mistake]:
    """No two releases share a place in the order or a spelling."""
    releases = knowledge.releases.values()
    orders = Counter(release.order for release in releases)
    names = Counter(normalize_spelling(name) for release in releases for name in _list_spellings(release))
    for release in releases:
        if orders[release.order] > 1:
            yield (("releases", release.id, "order"), "is given twice.", "Give each its own number.")
        for name in _list_spellings(release):
            if names[normalize_spelling(name)] > 1:
                wrong = f"can be written {name}, as can another or the same release."
                yield (("releases", release.id), wrong, "Give each spelling once.")


def _list_spellings(release: Release) -> tuple[str, ...]:
    return (release.id, *release.aliases, *release.unclear, *release.named, *release.builds)


def _check_hops(knowledge: Knowledge) -> Iterator[Mistake]:
    """A hop leads to a newer release, stands once for each role, and names COP files with their basis."""
    hops = Counter(
        (role, start.release, entry.to)
        for entry in knowledge.upgrades.values()
        for role in entry.roles
        for start in entry.starts
    )
    for entry in knowledge.upgrades.values():
        to = knowledge.releases.get(entry.to)
        for position, start in enumerate(entry.starts):
            path = ("upgrades", entry.id, "starts", position)
            since = knowledge.releases.get(start.release)
            if to and since and since.order >= to.order:
                yield (path, f"is not older than {entry.to}.", "Name an older release.")
            if any(hops[role, start.release, entry.to] > 1 for role in entry.roles):
                yield (path, "is given twice.", "Give each hop of a role once.")
            if start.cops and entry.cops_basis is None:
                yield (path, "names COP files, and their basis is missing.", "Give cops_basis.")
