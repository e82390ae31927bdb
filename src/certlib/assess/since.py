"""What changed at a site between two collections, and whether what was foreseen came.

Both assessments are made with today's knowledge; what was observed is compared by SHA-256, what was concluded
by state. Where a server did not answer, nothing is said to be put right.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from certlib.assess.acceptance import SEVERITY
from certlib.assess.checks import ORDER
from certlib.assess.context import has_any_certificate, has_certificate
from certlib.assess.foreseen import Forecast, compare_forecast
from certlib.assess.model import (
    ASKING,
    Assessment,
    BrowserExperience,
    Experience,
    Finding,
    NodeState,
    Observed,
    Statement,
    VerdictWord,
)
from certlib.inventory import Endpoint, Site
from certlib.knowledge import Basis
from certlib.language import join_list, mark, say, use_language
from certlib.reasons import Reason
from certlib.x509 import Certificate

SINCE_INVENTORY_TEXTS = {
    "target": mark("the target release"),
    "date": mark("the day of the upgrade"),
    "browsers": mark("the agents' browsers"),
    "cas": mark("the CAs that the agents' PCs trust"),
    "ec": mark("whether the CA signs with an EC key"),
    "cert-type": mark("the certificate type to which the nodes are to be switched"),
    "waivers": mark("what is accepted"),
}

Course = Literal["better", "worse", "same", "mixed", "untold"]
EndpointCourse = Literal[
    "same",
    "renewed",
    "changed",
    "refuses",
    "new",
    "gone",
    "silent",
    "answers",
    "still-silent",
    "untold",
    "unlike",
    "was-unlike",
]
FindingCourse = Literal["resolved", "new", "worse", "better", "same", "accepted", "gone", "untold"]
VERDICTS: tuple[VerdictWord, ...] = ("ready", "ready with actions", "not ready")  # from the best to the worst


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node then and now, as both inventories and the certificates tell."""

    node: str
    change: Literal["same", "changed", "new", "gone"]  # changed: its release, COPs or certificate type
    then: NodeState | None
    now: NodeState | None


@dataclass(frozen=True, slots=True)
class ExperienceChange:
    """What agents met in a gadget then, and what they meet now."""

    gadget: str
    course: Course
    then: Experience | None
    now: Experience | None


@dataclass(frozen=True, slots=True)
class EndpointChange:
    """What an endpoint gave then and gives now.

    `renewed`: a browser gets another certificate of the same kind and issuer; `changed`: any other one;
    `refuses`: it gets none now, another offer does; `untold`: it answered then and was not asked this time;
    `unlike`: its answers do not fit together now; `was-unlike`: they did not then.
    """

    endpoint: Endpoint
    change: EndpointCourse
    then: Observed | None
    now: Observed | None
    others: tuple[str, ...] = ()  # offers beside the browser's that get another certificate than then


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding that asked for something then or asks for it now.

    `gone`: its node or endpoint is not in the site any more; `untold`: not raised again, but not every web
    server there that gave a browser a certificate then gives one now.
    """

    change: FindingCourse
    finding: Finding  # as it is now, else as it was
    then: Finding | None
    now: Finding | None


@dataclass(frozen=True, slots=True)
class Since:
    """Two assessments of one site, compared."""

    then: Assessment
    now: Assessment
    verdict: Course
    nodes: tuple[NodeChange, ...]
    experiences: tuple[ExperienceChange, ...]
    endpoints: tuple[EndpointChange, ...]  # all of them, also those that are the same
    findings: tuple[FindingChange, ...]  # worst first
    forecast: Forecast
    remarks: tuple[Statement, ...]  # what to know before the two are compared


def compare_assessments(then: Assessment, now: Assessment) -> Since:
    """What changed from one assessment of a site to a later one."""
    with use_language(now.site.report.language):
        endpoints = tuple(_compare_endpoints(then, now))
        return Since(
            then=then,
            now=now,
            verdict=_compare_ranks(_rank_verdict(then), _rank_verdict(now)),
            nodes=tuple(_compare_nodes(then, now)),
            experiences=tuple(_compare_experiences(then, now)),
            endpoints=endpoints,
            findings=tuple(_compare_findings(then, now, endpoints)),
            forecast=compare_forecast(then, now),
            remarks=tuple(_make_remarks(then, now)),
        )


def count_courses(changes: Iterable[FindingChange]) -> dict[str, int]:
    """How many findings took each course, by the name of the change."""
    found: dict[str, int] = {}
    for change in changes:
        found[change.change] = found.get(change.change, 0) + 1
    return found


def _rank_verdict(assessment: Assessment) -> int | None:
    word = assessment.verdict.word
    return VERDICTS.index(word) if word in VERDICTS else None


def _compare_ranks(then: object, now: object) -> Course:
    """How ranks of any kind compare, higher being worse; None: not known."""
    if then == now:
        return "same"
    if then is None or now is None:
        return "untold"
    return "worse" if now > then else "better"  # type: ignore[operator]  # two ranks of one kind


def _compare_nodes(then: Assessment, now: Assessment) -> Iterator[NodeChange]:
    before, after = ({node.node: node for node in scenario.nodes} for scenario in (then.now, now.now))
    for name in dict.fromkeys([*after, *before]):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield NodeChange(name, "gone" if new is None else "new", old, new)
            continue
        same = (old.release, old.cops, old.cert_type) == (new.release, new.cops, new.cert_type)
        yield NodeChange(name, "same" if same else "changed", old, new)


def _compare_experiences(then: Assessment, now: Assessment) -> Iterator[ExperienceChange]:
    before, after = (
        {experience.gadget: experience for experience in scenario.experiences}
        for scenario in (then.now, now.now)
    )
    for gadget in dict.fromkeys([*before, *after]):
        old, new = before.get(gadget), after.get(gadget)
        course = _compare_outcomes(old, new) if old and new else "untold"
        yield ExperienceChange(gadget, course, old, new)


def _compare_outcomes(old: Experience, new: Experience) -> Course:
    """How what agents meet changed, in the browsers that they used then and use now."""
    before, after = ({one.browser: _rank(one) for one in each.by_browser} for each in (old, new))
    courses = {_compare_ranks(before[name], after[name]) for name in before if name in after} - {"same"}
    if len(courses) > 1:
        return "untold" if "untold" in courses else "mixed"
    return next(iter(courses), _compare_ranks(_rank(old), _rank(new)))


def _rank(met: Experience | BrowserExperience) -> tuple[int, int] | None:
    if met.outcome == "open":
        return None
    return SEVERITY.index(met.outcome), met.prompts or 0


def _compare_endpoints(then: Assessment, now: Assessment) -> Iterator[EndpointChange]:
    places = {one.id: one for assessment in (then, now) for one in assessment.endpoints}
    before, after = (
        {cell.endpoint: cell.observed for cell in assessment.now.endpoints} for assessment in (then, now)
    )
    for name in dict.fromkeys([*after, *before]):
        old, new = before.get(name), after.get(name)
        if name not in before or name not in after:
            yield EndpointChange(places[name], "new" if name in after else "gone", old, new)
        elif old and new and has_certificate(old) and has_certificate(new):
            others = [offer for offer, was, is_ in _compare_offers(old, new) if was != is_]
            change = _compare_leaves(old, new, {**then.certificates, **now.certificates})
            yield EndpointChange(places[name], change, old, new, tuple(others))
        else:
            yield EndpointChange(places[name], _find_unlike(old, new) or _compare_silence(old, new), old, new)


def _compare_leaves(old: Observed, new: Observed, known: Mapping[str, Certificate]) -> EndpointCourse:
    """What became of the certificate that a browser gets, where one of the offers got one then and now."""
    if new.browser is None:
        return "refuses" if old.browser else "still-silent"
    if old.browser is None or old.browser == new.browser:
        return "same" if old.browser else "answers"
    was, is_ = (known.get(one.browser or "") for one in (old, new))
    if was is None or is_ is None or (old.identity, old.kind) != (new.identity, new.kind):
        return "changed"
    return "renewed" if was.issuer == is_.issuer or is_.kind == "self-signed" else "changed"


def _compare_offers(old: Observed, new: Observed) -> Iterator[tuple[str, str | None, str | None]]:
    """What the offers of one kind brought then and bring now.

    Not where one of them was denied in one TLS version alone, as the other may have asked in another.
    """
    for offer, was, is_, denied_in in (
        ("rsa", old.rsa, new.rsa, (old if old.rsa is None else new).rsa_denied_in),
        ("ecdsa", old.ecdsa, new.ecdsa, (old if old.ecdsa is None else new).ecdsa_denied_in),
    ):
        if bool(was) == bool(is_) or not denied_in:
            yield offer, was, is_


def _find_unlike(old: Observed | None, new: Observed | None) -> Literal["unlike", "was-unlike"] | None:
    if new and new.unsure:
        return "unlike"
    return "was-unlike" if old and old.unsure and has_certificate(new) else None


def _compare_silence(old: Observed | None, new: Observed | None) -> EndpointCourse:
    if has_certificate(new):
        return "answers"
    if not has_any_certificate(old):
        return "still-silent"
    return "untold" if new is None or new.reason is Reason.NOT_ASKED else "silent"


def _compare_findings(
    then: Assessment, now: Assessment, endpoints: Sequence[EndpointChange]
) -> Iterator[FindingChange]:
    before, after = (_group_by_key(assessment.findings) for assessment in (then, now))
    there = {node.name for node in now.nodes}
    there |= {name for endpoint in now.endpoints for name in (endpoint.id, endpoint.node)}
    found = []
    for key in dict.fromkeys([*after, *before]):
        for old, new in _pair_findings(before.get(key, []), after.get(key, [])):
            told, change = new or old, _judge_change(old, new, endpoints=endpoints, there=there)
            if told and change:
                found.append(FindingChange(change, told, old, new))
    found.sort(key=lambda one: ORDER.index(one.finding.state))
    yield from found


def _group_by_key(findings: Iterable[Finding]) -> dict[tuple[str | None, ...], list[Finding]]:
    """The findings that ask for something, by check and gadget or place; the worst of each first."""
    found: dict[tuple[str | None, ...], list[Finding]] = {}
    for finding in findings:
        if finding.state in ASKING:
            about = (finding.gadget,) if finding.gadget else (finding.node, finding.endpoint)
            found.setdefault((finding.check, *about), []).append(finding)
    return found


def _pair_findings(
    old: Sequence[Finding], new: Sequence[Finding]
) -> Iterator[tuple[Finding | None, Finding | None]]:
    """Findings of one check about the same, then and now: first those that say the same, then in order."""
    rest_old, rest_new = list(old), list(new)
    for one in old:
        same = next((each for each in rest_new if each.statement.text == one.statement.text), None)
        if same is not None:
            rest_old.remove(one)
            rest_new.remove(same)
            yield one, same
    for place in range(max(len(rest_old), len(rest_new))):
        yield (
            rest_old[place] if place < len(rest_old) else None,
            rest_new[place] if place < len(rest_new) else None,
        )


def _judge_change(
    old: Finding | None, new: Finding | None, *, endpoints: Sequence[EndpointChange], there: set[str]
) -> FindingCourse | None:
    """What became of a finding; None where neither then nor now it asked for something."""
    if old is None or old.waiver:
        return "new" if new and not new.waiver else None
    if new is not None:
        if new.waiver:
            return "accepted"
        course = ORDER.index(old.state) - ORDER.index(new.state)
        return "same" if not course else "worse" if course > 0 else "better"
    if not old.gadget and any(place and place not in there for place in (old.node, old.endpoint)):
        return "gone"
    silent = (
        endpoint.endpoint
        for endpoint in endpoints
        if endpoint.change in ("silent", "refuses", "untold", "unlike")
        and old.endpoint in (None, endpoint.endpoint.id)
        and old.node in (None, endpoint.endpoint.node)
    )
    return "untold" if any(True for _ in silent) else "resolved"


def _make_remarks(then: Assessment, now: Assessment) -> Iterator[Statement]:
    basis = Basis("inferred", rule="rule-then-and-now")
    if parts := [say(SINCE_INVENTORY_TEXTS[name]) for name in _compare_inventories(then.site, now.site)]:
        text = say(
            "The inventory, too, has changed since then: {parts}. Some of the changes may come "
            "from that alone.",
            parts=join_list(*parts),
        )
        yield Statement(text, basis.kind, basis)


def _compare_inventories(then: Site, now: Site) -> Iterator[str]:
    """What the inventory says of the site now and did not say then, beside nodes and their releases."""
    for name, old, new in (
        ("target", then.target_release, now.target_release),
        ("date", then.upgrade_date, now.upgrade_date),
        ("browsers", set(then.agents.browsers), set(now.agents.browsers)),
        ("cas", set(then.agents.trusted_cas), set(now.agents.trusted_cas)),
        ("ec", then.ca_signs_with_ec, now.ca_signs_with_ec),
        ("cert-type", then.planned_cert_type, now.planned_cert_type),
        ("waivers", set(then.waivers), set(now.waivers)),
    ):
        if old != new:
            yield name
