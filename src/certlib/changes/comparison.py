"""What changed at a site between two collections.

Both assessments are made with today's knowledge; what was observed is compared by SHA-256, what was concluded
by state. Where a server did not answer, nothing is said to be put right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from certlib.assess.context import has_any_certificate, has_certificate
from certlib.assess.model import (
    SEVERITY,
    Assessment,
    BrowserExperience,
    Experience,
    NodeState,
    Observed,
    Statement,
    VerdictWord,
    infer,
)
from certlib.changes.findings import FindingChange, compare_findings
from certlib.changes.forecast import Forecast, compare_forecast
from certlib.inventory import Endpoint, Site
from certlib.language import join_list, mark, say, use_language
from certlib.reasons import Reason
from certlib.x509 import Certificate

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
UNANSWERED = ("silent", "refuses", "untold", "unlike")  # where nothing that was found is put right
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
class Comparison:
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


def compare_assessments(then: Assessment, now: Assessment) -> Comparison:
    """What changed from one assessment of a site to a later one."""
    with use_language(now.site.report.language):
        endpoints = tuple(_compare_endpoints(then, now))
        unanswered = [
            (change.endpoint.node, change.endpoint.id) for change in endpoints if change.change in UNANSWERED
        ]
        return Comparison(
            then=then,
            now=now,
            verdict=_compare_ranks(_rank_verdict(then), _rank_verdict(now)),
            nodes=tuple(_compare_nodes(then, now)),
            experiences=tuple(_compare_experiences(then, now)),
            endpoints=endpoints,
            findings=tuple(compare_findings(then, now, unanswered=unanswered)),
            forecast=compare_forecast(then, now),
            remarks=tuple(_make_remarks(then, now)),
        )


def _rank_verdict(assessment: Assessment) -> int | None:
    word = assessment.verdict.word
    return VERDICTS.index(word) if word in VERDICTS else None


def _rank_experience(experience: Experience | BrowserExperience) -> tuple[int, int] | None:
    if experience.outcome == "open":
        return None
    return SEVERITY.index(experience.outcome), experience.prompts or 0


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
        course = _compare_by_browser(old, new) if old and new else "untold"
        yield ExperienceChange(gadget, course, old, new)


def _compare_by_browser(old: Experience, new: Experience) -> Course:
    """How what agents meet changed, in the browsers that they used then and use now."""
    before, after = (
        {met.browser: _rank_experience(met) for met in experience.by_browser} for experience in (old, new)
    )
    courses = {_compare_ranks(before[name], after[name]) for name in before if name in after} - {"same"}
    if len(courses) > 1:
        return "untold" if "untold" in courses else "mixed"
    return next(iter(courses), _compare_ranks(_rank_experience(old), _rank_experience(new)))


def _compare_endpoints(then: Assessment, now: Assessment) -> Iterator[EndpointChange]:
    endpoints = {endpoint.id: endpoint for assessment in (then, now) for endpoint in assessment.endpoints}
    before, after = (
        {state.endpoint: state.observed for state in assessment.now.endpoints} for assessment in (then, now)
    )
    certificates = {**then.certificates, **now.certificates}
    for name in dict.fromkeys([*after, *before]):
        old, new = before.get(name), after.get(name)
        others: tuple[str, ...] = ()
        change: EndpointCourse
        if name not in before or name not in after:
            change = "new" if name in after else "gone"
        elif old and new and has_certificate(old) and has_certificate(new):
            change, others = _compare_leaves(old, new, certificates), tuple(_find_changed_offers(old, new))
        else:
            change = _compare_silence(old, new)
        yield EndpointChange(endpoints[name], change, old, new, others)


def _compare_leaves(old: Observed, new: Observed, known: Mapping[str, Certificate]) -> EndpointCourse:
    """What became of the certificate that a browser gets, where one of the offers got one then and now."""
    if new.browser is None:
        return "refuses" if old.browser else "still-silent"
    if old.browser is None or old.browser == new.browser:
        return "same" if old.browser else "answers"
    before, after = known.get(old.browser), known.get(new.browser)
    if before is None or after is None or (old.identity, old.kind) != (new.identity, new.kind):
        return "changed"
    return "renewed" if before.issuer == after.issuer or after.kind == "self-signed" else "changed"


def _find_changed_offers(old: Observed, new: Observed) -> Iterator[str]:
    """The offers of one kind of key that now bring another certificate.

    Not where one of them was denied in one TLS version alone, as the other may have asked in another.
    """
    for offer, before, after, denied_in in (
        ("rsa", old.rsa, new.rsa, (old if old.rsa is None else new).rsa_denied_in),
        ("ecdsa", old.ecdsa, new.ecdsa, (old if old.ecdsa is None else new).ecdsa_denied_in),
    ):
        if before != after and (bool(before) == bool(after) or not denied_in):
            yield offer


def _compare_silence(old: Observed | None, new: Observed | None) -> EndpointCourse:
    """What became of an endpoint from which nothing can be concluded then or now."""
    if new and new.unsure:
        return "unlike"
    if has_certificate(new):
        return "was-unlike" if old and old.unsure else "answers"
    if not has_any_certificate(old):
        return "still-silent"
    return "untold" if new is None or new.reason is Reason.NOT_ASKED else "silent"


def _make_remarks(then: Assessment, now: Assessment) -> Iterator[Statement]:
    parts = [say(part) for part, old, new in _list_inventory_parts(then.site, now.site) if old != new]
    if parts:
        text = say(
            "The inventory, too, has changed since then: {parts}. Some of the changes may come "
            "from that alone.",
            parts=join_list(*parts),
        )
        yield infer(text, "rule-then-and-now")


def _list_inventory_parts(then: Site, now: Site) -> Iterator[tuple[str, object, object]]:
    """What an inventory says beside nodes and their releases, then and now."""
    browsers, cas = mark("the agents' browsers"), mark("the CAs that the agents' PCs trust")
    planned = mark("the certificate type to which the nodes are to be switched")
    yield mark("the target release"), then.target_release, now.target_release
    yield mark("the day of the upgrade"), then.upgrade_date, now.upgrade_date
    yield browsers, set(then.agents.browsers), set(now.agents.browsers)
    yield cas, set(then.agents.trusted_cas), set(now.agents.trusted_cas)
    yield mark("whether the CA signs with an EC key"), then.ca_signs_with_ec, now.ca_signs_with_ec
    yield planned, then.planned_cert_type, now.planned_cert_type
    yield mark("what is accepted"), set(then.waivers), set(now.waivers)
