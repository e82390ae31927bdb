"""The short words and symbols of states, kinds and bases: the same in frames, terminal and report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import reduce

from certlib.assess.figures import get_expiry_steps
from certlib.assess.model import (
    SEVERITY,
    BrowserExperience,
    EndpointState,
    Experience,
    Finding,
    Observed,
    Statement,
)
from certlib.assess.observed import find_row_behind
from certlib.changes.forecast import find_expected
from certlib.evidence import Presentation
from certlib.knowledge import Expected, Knowledge, cite, explain_reason, load
from certlib.language import format_day, say
from certlib.reasons import Detail, Reason, describe
from certlib.terms import BASES, EXPIRY, OUTCOMES, ROLES, SIGNATURES, SIGNERS, State, find_state
from certlib.text import make_visible
from certlib.x509 import Certificate, Kind, Unreadable

STEPS = ("same-window", "soon", "next")  # how long a certificate lasts, the shortest first
KEYS = {"tomcat": "RSA", "tomcat-ECDSA": "ECDSA"}


def find_expiry_state(name: str) -> State:
    """How long a certificate lasts; `name` as `expires` gives it."""
    days = dict(zip(STEPS, get_expiry_steps(load()), strict=True))
    return find_state(EXPIRY, name, days=days.get(name))


def describe_outcome(experience: Experience) -> str:
    """What an agent meets, as `▲ 2 prompts per PC`; browser by browser where they differ, the worst first."""
    groups = group_by_browser(experience)
    if len(groups) < 2:
        return describe_in_browser(experience)
    if {one.outcome for _, one in groups} == {"prompt"} and all(one.prompts for _, one in groups):
        counts = (
            say("{prompts} in {browsers}", prompts=one.prompts, browsers=title) for title, one in groups
        )
        return "▲ " + say("prompts per PC: {counts}", counts=", ".join(counts))
    return "; ".join(describe_in_browser(one, title) for title, one in groups)


def describe_in_browser(met: Experience | BrowserExperience, browsers: str = "") -> str:
    """The same of one browser, as `▲ Firefox: 2 prompts per PC`, or of all."""
    _, symbol, word = find_state(OUTCOMES, met.outcome)
    if met.outcome == "prompt" and met.prompts is not None:
        word = (
            say("1 prompt per PC")
            if met.prompts == 1
            else say("{prompts} prompts per PC", prompts=met.prompts)
        )
    return f"{symbol} {browsers}: {word}" if browsers else f"{symbol} {word}"


def group_by_browser(experience: Experience) -> list[tuple[str, BrowserExperience]]:
    """The browsers that meet the same, with what it is, the worst first; one group where all agree."""
    groups: dict[tuple[str, int | None], list[BrowserExperience]] = {}
    for one in experience.by_browser:
        groups.setdefault((one.outcome, one.prompts), []).append(one)
    found = [(", ".join(one.title for one in same), same[0]) for same in groups.values()]
    worst = (*reversed(SEVERITY),)
    return sorted(found, key=lambda group: (worst.index(group[1].outcome), -(group[1].prompts or 0)))


def describe_forecast(cell: EndpointState) -> str:
    """What an earlier report forecast for a web server."""
    return describe_expected_in(replace(cell, expected=find_expected(cell)))


def describe_expected_in(cell: EndpointState) -> str:
    """What a web server is expected to present in a scenario, and what its release makes of it."""
    if cell.presence and cell.presence.kind == "gone":
        return cell.presence.label
    text = describe_expected(cell.expected)
    return f"{text} ({cell.presence.label})" if cell.presence else text


def describe_kind(identity: str | None, kind: Kind | str | None) -> str:
    """A certificate in a cell: `ECDSA · self-signed`. An EC certificate tells which CA key signed it."""
    key = KEYS.get(identity or "") or say("other key")
    if kind is None:
        return key
    told = (identity == "tomcat-ECDSA" and kind in ("rsa-ca", "ec-ca")) or (
        identity == "tomcat" and kind == "ec-ca"
    )
    return f"{key} · {say(SIGNERS[kind]) if told else describe_signature(kind)}"


def describe_signature(kind: Kind | str) -> str:
    """How a certificate is signed, in a cell."""
    return say(SIGNATURES[kind])


def describe_role(role: str) -> str:
    """A node's role as people call it."""
    return say(ROLES[role])


def describe_release(release: str, written: str) -> str:
    """A node's release; where it is only the nearest known one, with what the inventory has."""
    return say('{release}, taken for "{written}"', release=release, written=written) if written else release


def describe_certificate(certificate: Certificate) -> str:
    """A certificate that was seen, in the words of the matrix."""
    identity = {"rsa": "tomcat", "ec": "tomcat-ECDSA"}.get(str(certificate.key_type))
    return describe_kind(identity, certificate.kind)


def describe_expected(expected: Sequence[Expected]) -> str:
    """What is expected; several outcomes when the sources leave it open, `not known` when none."""
    if not expected:
        return say("not known")
    texts = (describe_kind(one.identity, one.kind) for one in expected)
    return reduce(lambda first, end: say("{first} or {end}", first=first, end=end), texts)


def find_kind_state(kind: Kind | str | None) -> str:
    """The state class of a certificate's kind."""
    return {"self-signed": "warn", "rsa-ca": "ok", "ec-ca": "ok", "other-ca": "ok"}.get(kind or "", "open")


def describe_reason(row: Presentation, rows: Iterable[Presentation], knowledge: Knowledge) -> str:
    """Why there is no certificate in a row, as a sentence; `rows`: all of its endpoint."""
    sentence = explain_reason(row, among=rows, knowledge=knowledge).sentence
    return f"{sentence} ({describe_details(row.detail)})" if row.detail and sentence else sentence


def find_hint(row: Presentation, rows: Iterable[Presentation], knowledge: Knowledge) -> str:
    """What to check where there is no certificate in a row; `rows`: all of its endpoint."""
    return explain_reason(row, among=rows, knowledge=knowledge).hint


def describe_details(details: Iterable[Detail]) -> str:
    """What a reason's sentence does not say, in the reader's language."""
    return make_visible(describe(details))


def describe_basis(statement: Statement, knowledge: Knowledge) -> str:
    """The basis as words."""
    if statement.basis is None:
        return say(BASES[statement.kind])
    return cite(knowledge, statement.basis)


def describe_waiver(finding: Finding) -> str:
    """Who accepts a finding, until when and why; empty when nobody does."""
    one = finding.waiver
    if one is None:
        return ""
    return say(
        "accepted by {owner} until {day}: {reason}",
        owner=make_visible(one.owner),
        day=format_day(one.until),
        reason=make_visible(one.reason),
    )


def describe_offers(
    observed: Observed | None, known: Mapping[str, Certificate], knowledge: Knowledge
) -> tuple[tuple[str, str], ...]:
    """What the offers `browser`, `rsa` and `ecdsa` got, each as state and words: a certificate or why not."""
    if observed is None:
        return (("none", say("not asked")),) * 3
    in_one = {"rsa": observed.rsa_denied_in, "ecdsa": observed.ecdsa_denied_in}
    got = {"browser": observed.browser, "rsa": observed.rsa, "ecdsa": observed.ecdsa}
    if observed.unsure:
        rows = {offer: find_row_behind(observed, offer) for offer in got}
        got = {offer: None if row.reason else row.leaf for offer, row in rows.items()}
    return tuple(
        (
            ("open", say("{certificate} (not judged)", certificate=describe_certificate(known[leaf])))
            if observed.unsure
            else (find_kind_state(known[leaf].kind), describe_certificate(known[leaf]))
        )
        if leaf
        else _describe_nothing(
            find_row_behind(observed, offer), observed.rows, in_one.get(offer, ""), knowledge
        )
        for offer, leaf in got.items()
    )


def _describe_nothing(
    row: Presentation, rows: Iterable[Presentation], version: str, knowledge: Knowledge
) -> tuple[str, str]:
    """`version`: the only one of which a denial is known."""
    if row.reason is Reason.NO_SUCH_CERTIFICATE:
        said = say("none in {version}", version=version) if version else None
        return ("none", said or say("none"))
    if row.reason in (None, Reason.NOT_ASKED):
        return ("none", say("not asked"))
    return ("open", describe_reason(row, rows, knowledge))


def describe_names(certificate: Certificate, most: int) -> str:
    """The DNS names and IP addresses of a certificate, the first of many; or why they can't be read."""
    parts = (certificate.dns_names, certificate.ip_addresses)
    names = [make_visible(name) for part in parts if not isinstance(part, Unreadable) for name in part]
    unread = dict.fromkeys(f"{part}" for part in parts if isinstance(part, Unreadable))
    shown, more = ", ".join((*names[:most], *unread)), len(names) - most
    return say("{names} and {more} more", names=shown, more=more) if more > 0 else shown


def describe_key(certificate: Certificate) -> str:
    """A certificate's key: `RSA 2048`, `EC secp384r1`."""
    if isinstance(certificate.key_type, Unreadable):
        return str(certificate.key_type)
    size = certificate.curve if certificate.key_type == "ec" else certificate.key_bits
    return f"{certificate.key_type.upper()} {size or ''}".strip()


def find_expiry(certificate: Certificate, day: date) -> str:
    """How long a certificate lasts from a day on: a key of EXPIRES."""
    begin, end = certificate.not_before, certificate.not_after
    if not isinstance(end, datetime):
        return "unreadable"
    left = (end.date() - day).days
    if left < 0:
        return "expired"
    if isinstance(begin, datetime) and begin.date() > day:
        return "not-yet"
    steps = zip(get_expiry_steps(load()), STEPS, strict=True)
    return next((name for most, name in steps if left <= most), "later")


def format_date(moment: datetime | Unreadable) -> str:
    """The day of a certificate's date as `2026-12-01`, or why it can't be read."""
    return f"{moment:%Y-%m-%d}" if isinstance(moment, datetime) else str(moment)
