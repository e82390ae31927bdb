"""Evidence and assessment as DataFrames: a question in, a frame with fixed columns out, also when empty.

Every frame is made of plain text, numbers and dates, so that it can be filtered, counted and written as CSV.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pandas as pd

from certlib.assess import Assessment, Cell, Scenario
from certlib.evidence import Evidence
from certlib.inventory import every_endpoint
from certlib.knowledge import Knowledge, cite, load, option_for
from certlib.language import Phrases, phrases
from certlib.runbook import runbook as plans
from certlib.text import visible
from certlib.words import (
    basis_text,
    certificate_text,
    expected_in,
    expires,
    key_text,
    offered,
    waiver_text,
)
from certlib.x509 import Certificate, Unreadable

OFFERS = ("browser_gets", "rsa_offer_gets", "ecdsa_offer_gets")
MATRIX = (
    *("node", "web_server", "port", *OFFERS, "expected_now", "agrees", "basis_now"),
    *("after_upgrade", "basis_upgrade", "after_recommended", "basis_recommended"),
)
SITE_MATRIX = ("web_server", "nodes", *OFFERS, "after_upgrade", "after_recommended")
PRESENTATIONS = (
    *("node", "web_server", "address", "port", "offer", "version", "suite", "signature_algorithm"),
    *("leaf", "chain_length", "reason", "detail", "milliseconds"),
)
CERTIFICATES = (
    *("sha256", "subject", "issuer", "serial", "key", "signature", "kind"),
    *("not_before", "not_after", "dns_names", "presented_by"),
)
SIGNERS = ("issuer", "signature", "subject", "key", "kind", "presented_by")
EXPIRY = ("not_after", "days_left", "state", "subject", "issuer", "key", "presented_by", "sha256")
EXPIRY_BY_NODE = (
    *("node", "certificate", "sent_as", "web_servers", "subject"),
    *("not_before", "not_after", "days_left", "state", "sha256"),
)
EXPERIENCES = (
    *("scenario", "gadget", "browser", "outcome", "prompts_per_pc"),
    *("node", "web_server", "basis", "why"),
)
OPTIONS = ("option", "title", "applies", "recommended", "gadget", "outcome", "prompts_per_pc", "why_not")
FINDINGS = ("state", "check", "title", "node", "endpoint", "text", "basis", "remedy", "waived")
RUNBOOK = (
    *("option", "phase", "node", "task", "step", "text", "command"),
    *("who", "minutes", "interrupts", "check", "basis"),
)
CHANGES = ("node", "web_server", "before", "after", "changes", "basis")

Row = Mapping[str, object]
NAMES_SHOWN = 20  # names of one certificate that a cell shows


def matrix(assessment: Assessment, *, node: str | None = None) -> pd.DataFrame:
    """Web server by certificate: what each offer got and what is expected now, later and after the advice.

    One row for each web server of each node, or of one node; also for those that only the upgrade brings.
    """
    knowledge = load(assessment.site.report.language)
    say = knowledge.say
    scenarios = (assessment.now, assessment.after_upgrade, assessment.after_recommended)
    now, after, then = map(_by_endpoint, scenarios)
    rows = [
        {
            "node": visible(place.node),
            "web_server": visible(place.title),
            "port": place.port,
            **_offers(now.get(place.id), assessment, knowledge),
            "expected_now": _expected(now.get(place.id), say),
            "agrees": {True: "yes", False: "no", None: ""}[now[place.id].agrees if place.id in now else None],
            "basis_now": _basis(now.get(place.id), knowledge),
            "after_upgrade": _expected(after.get(place.id), say),
            "basis_upgrade": _basis(after.get(place.id), knowledge),
            "after_recommended": _expected(then.get(place.id), say),
            "basis_recommended": _basis(then.get(place.id), knowledge),
        }
        for place in assessment.endpoints
        if node in (None, place.node)
    ]
    return _frame(rows, MATRIX)


def site_matrix(assessment: Assessment) -> pd.DataFrame:
    """Web server by certificate for the whole site: where nodes differ, each is named."""
    merged = (*OFFERS, "after_upgrade", "after_recommended")
    rows = [
        {"web_server": title, "nodes": len(group), **{column: _merged(group, column) for column in merged}}
        for title, group in matrix(assessment).groupby("web_server", sort=False)
    ]
    return _frame(rows, SITE_MATRIX)


def presentations(evidence: Evidence) -> pd.DataFrame:
    """One row for each question asked of each endpoint, answered or not."""
    places = {endpoint.id: endpoint for endpoint in every_endpoint(evidence.site)}
    rows = [
        {
            "node": visible(places[one.endpoint].node),
            "web_server": visible(places[one.endpoint].title),
            "address": one.address or visible(places[one.endpoint].address),
            "port": places[one.endpoint].port,
            "offer": one.offer,
            "version": one.version,
            "suite": one.suite,
            "signature_algorithm": one.signature_algorithm,
            "leaf": one.leaf,
            "chain_length": len(one.chain),
            "reason": one.reason.value if one.reason else None,
            "detail": visible(one.detail),
            "milliseconds": one.milliseconds,
        }
        for one in evidence.presentations
    ]
    return _frame(rows, PRESENTATIONS)


def certificates(evidence: Evidence) -> pd.DataFrame:
    """Every certificate that was sent, leaves first, with the endpoints that presented it."""
    say = phrases(evidence.site.report.language)
    rows = [
        {
            "sha256": certificate.sha256,
            "subject": _text(certificate.subject),
            "issuer": _text(certificate.issuer),
            "serial": _text(certificate.serial),
            "key": key_text(certificate),
            "signature": _text(certificate.signature_algorithm),
            "kind": certificate.kind,
            "not_before": _time(certificate.not_before),
            "not_after": _time(certificate.not_after),
            "dns_names": _names(certificate, say),
            "presented_by": ", ".join(users),
        }
        for certificate, users in _presented(evidence)
    ]
    return _frame(rows, CERTIFICATES)


def signers(evidence: Evidence) -> pd.DataFrame:
    """Who signed what: one row for each leaf, by issuer."""
    itself = phrases(evidence.site.report.language)("frames.itself")
    rows = [
        {
            "issuer": itself if certificate.kind == "self-signed" else _text(certificate.issuer),
            "signature": _text(certificate.signature_algorithm),
            "subject": _text(certificate.subject),
            "key": key_text(certificate),
            "kind": certificate.kind,
            "presented_by": ", ".join(users),
        }
        for certificate, users in _presented(evidence)
        if users
    ]
    return _frame(rows, SIGNERS).sort_values(["issuer", "subject", "key"], kind="stable", ignore_index=True)


def expiry(evidence: Evidence, *, on: date | None = None) -> pd.DataFrame:
    """What expires when: every certificate, the next to expire first.

    Days are counted from `on` (default: the day of the collection).
    """
    day = on or evidence.collected.date()
    rows = [
        {
            "not_after": _time(certificate.not_after),
            "days_left": _days_left(certificate, day),
            "state": expires(certificate, day),
            "subject": _text(certificate.subject),
            "issuer": _text(certificate.issuer),
            "key": key_text(certificate),
            "presented_by": ", ".join(users),
            "sha256": certificate.sha256,
        }
        for certificate, users in _presented(evidence)
    ]
    return _frame(rows, EXPIRY).sort_values("not_after", kind="stable", na_position="last", ignore_index=True)


def day_that_counts(evidence: Evidence) -> date:
    """The planned upgrade's day, or the collection's where none is planned or it is past."""
    collected, planned = evidence.collected.date(), evidence.site.upgrade_date
    return max(planned, collected) if planned else collected


def expiry_by_node(evidence: Evidence, *, on: date | None = None) -> pd.DataFrame:
    """What expires when on which node: leaves and what came with them, the next to expire first.

    A certificate is a row of each node that sent it, as `leaf` or, never as its leaf, in a `chain`. Last,
    without a node, come those that no node sent. Days are counted from `on` (default: the day that counts).
    """
    day, say = on or day_that_counts(evidence), phrases(evidence.site.report.language)
    rows: list[Row] = []
    for node, sent in _sent(evidence).items():
        lasting = sorted(sent.values(), key=lambda one: _end(one.certificate))
        rows += [
            {
                "node": visible(node),
                "certificate": certificate_text(one.certificate, say),
                "sent_as": "leaf" if one.leaf_of else "chain" if one.chain_of else "",
                "web_servers": ", ".join(one.leaf_of or one.chain_of),
                "subject": _text(one.certificate.subject),
                "not_before": _time(one.certificate.not_before),
                "not_after": _time(one.certificate.not_after),
                "days_left": _days_left(one.certificate, day),
                "state": expires(one.certificate, day),
                "sha256": one.certificate.sha256,
            }
            for one in lasting
        ]
    return _frame(rows, EXPIRY_BY_NODE)


def experiences(assessment: Assessment) -> pd.DataFrame:
    """What agents meet in each gadget, now, after the upgrade and after each option that applies.

    One row for each family of browsers that they use.
    """
    knowledge = load(assessment.site.report.language)
    after = (one.scenario for one in assessment.options if one.scenario)
    rows = [
        {
            "scenario": scenario.title,
            "gadget": knowledge.gadgets[experience.gadget].title,
            "browser": met.title,
            "outcome": met.outcome,
            "prompts_per_pc": met.prompts,
            "node": visible(met.node or ""),
            "web_server": met.web_server or "",
            "basis": basis_text(met.statement, knowledge),
            "why": visible(met.why),
        }
        for scenario in (*assessment.scenarios, *after)
        for experience in scenario.experiences
        for met in experience.by_browser
    ]
    return _frame(rows, EXPERIENCES)


def options(assessment: Assessment) -> pd.DataFrame:
    """Every option with what agents would meet after it; one that does not apply says why in one row."""
    knowledge = load(assessment.site.report.language)
    rows: list[Row] = []
    for one in assessment.options:
        head = {
            "option": one.option,
            "title": option_for(knowledge, one.option, roles=assessment.roles).title,
            "applies": one.applies,
            "recommended": one.recommended,
            "why_not": visible(one.why_not),
        }
        met = one.scenario.experiences if one.scenario else ()
        rows += [
            head
            | {
                "gadget": knowledge.gadgets[experience.gadget].title,
                "outcome": experience.outcome,
                "prompts_per_pc": experience.prompts,
            }
            for experience in met
        ] or [head]
    return _frame(rows, OPTIONS)


def findings(assessment: Assessment) -> pd.DataFrame:
    """Every finding, worst first."""
    knowledge = load(assessment.site.report.language)
    rows = [
        {
            "state": one.state,
            "check": one.check,
            "title": knowledge.checks[one.check].title,
            "node": visible(one.node or ""),
            "endpoint": visible(one.endpoint or ""),
            "text": visible(one.statement.text),
            "basis": basis_text(one.statement, knowledge),
            "remedy": visible(one.remedy),
            "waived": waiver_text(one, knowledge.say),
        }
        for one in assessment.findings
    ]
    return _frame(rows, FINDINGS)


def runbook(assessment: Assessment) -> pd.DataFrame:
    """The runbook: one row for each step, by option, phase and node in the order of the work.

    `option` is empty for the upgrade and the findings alone, `node` for what is done once.
    """
    knowledge = load(assessment.site.report.language)
    rows = [
        {
            "option": plan.option or "",
            "phase": task.phase,
            "node": visible(task.node or ""),
            "task": task.title,
            "step": number,
            "text": visible(step.text),
            "command": visible(step.command.replace("\n", "; ")),
            "who": task.who,
            "minutes": task.minutes,
            "interrupts": visible(task.interrupts),
            "check": visible(task.check),
            "basis": cite(knowledge, step.basis),
        }
        for plan in plans(assessment).plans
        for task in plan.tasks
        for number, step in enumerate(task.steps, 1)
    ]
    return _frame(rows, RUNBOOK)


def changes(assessment: Assessment, option: str) -> pd.DataFrame:
    """What an option would change: for each web server the certificate before and after it.

    Before is the state after the upgrade, or now when none is planned. Raises ValueError for an option that
    is unknown or does not apply, saying which do.
    """
    chosen = next((one for one in assessment.options if one.option == option), None)
    if chosen is None or chosen.scenario is None:
        usable = ", ".join(one.option for one in assessment.options if one.scenario)
        why = chosen.why_not if chosen else "there is no such option"
        message = f"{option}: {why}; options that apply here: {usable or 'none'}"
        raise ValueError(message)
    knowledge = load(assessment.site.report.language)
    say = knowledge.say
    places = {endpoint.id: endpoint for endpoint in every_endpoint(assessment.site)}
    before = _by_endpoint(assessment.after_upgrade or assessment.now)
    rows = [
        {
            "node": visible(cell.node),
            "web_server": visible(places[cell.endpoint].title),
            "before": _expected(before.get(cell.endpoint), say),
            "after": _expected(cell, say),
            "changes": "no" if _expected(before.get(cell.endpoint), say) == _expected(cell, say) else "yes",
            "basis": basis_text(cell.statement, knowledge),
        }
        for cell in chosen.scenario.cells
    ]
    return _frame(rows, CHANGES)


def _presented(evidence: Evidence) -> Iterator[tuple[Certificate, list[str]]]:
    """Each certificate with the endpoints that presented it as their leaf; leaves come first."""
    users: dict[str, list[str]] = {}
    for one in evidence.presentations:
        if one.leaf and one.endpoint not in (known := users.setdefault(one.leaf, [])):
            known.append(one.endpoint)
    for sha256 in (*users, *(sha256 for sha256 in evidence.certificates if sha256 not in users)):
        yield evidence.certificates[sha256], [visible(user) for user in users.get(sha256, [])]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A certificate of one node, with the titles of the web servers that sent it, as leaf or behind one."""

    certificate: Certificate
    leaf_of: dict[str, None] = field(default_factory=dict)  # in the order of the questions
    chain_of: dict[str, None] = field(default_factory=dict)


def _sent(evidence: Evidence) -> Mapping[str, Mapping[str, _Sent]]:
    """Each node's certificates by SHA-256, in the inventory's order; last, below "", what no node sent."""
    asked = {one.id: one for one in every_endpoint(evidence.site)}
    nodes: dict[str, dict[str, _Sent]] = {place.node: {} for place in asked.values()}
    for one in evidence.presentations:
        place = asked[one.endpoint]
        for position, sha256 in enumerate(one.chain):
            sent = nodes[place.node].setdefault(sha256, _Sent(evidence.certificates[sha256]))
            (sent.chain_of if position else sent.leaf_of)[visible(place.title)] = None
    known = {sha256 for sent in nodes.values() for sha256 in sent}
    rest = {name: _Sent(one) for name, one in evidence.certificates.items() if name not in known}
    return nodes | {"": rest}


def _end(certificate: Certificate) -> tuple[bool, datetime]:
    """What certificates are sorted by: the next to expire first, those that do not say when last."""
    end = certificate.not_after
    return (False, end) if isinstance(end, datetime) else (True, datetime.max.replace(tzinfo=UTC))


def _days_left(certificate: Certificate, day: date) -> int | None:
    end = certificate.not_after
    return (end.date() - day).days if isinstance(end, datetime) else None


def _by_endpoint(scenario: Scenario | None) -> Mapping[str, Cell]:
    return {cell.endpoint: cell for cell in scenario.cells} if scenario else {}


def _offers(cell: Cell | None, assessment: Assessment, knowledge: Knowledge) -> Row:
    got = offered(cell.observed if cell else None, assessment.certificates, knowledge)
    return dict(zip(OFFERS, (text for _, text in got), strict=True))


def _expected(cell: Cell | None, say: Phrases) -> str:
    return expected_in(cell, say) if cell and cell.web_server else ""


def _basis(cell: Cell | None, knowledge: Knowledge) -> str:
    return basis_text(cell.statement, knowledge) if cell else ""


def _merged(group: pd.DataFrame, column: str) -> str:
    nodes: dict[str, list[str]] = {}
    for value, node in zip(group[column], group["node"], strict=True):
        nodes.setdefault(str(value), []).append(str(node))
    if len(nodes) == 1:
        return next(iter(nodes))
    return "; ".join(f"{value} ({', '.join(names)})" for value, names in nodes.items())


def _frame(rows: Iterable[Row], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def _text(value: object) -> str:
    return "" if value is None else visible(str(value))


def _time(value: datetime | Unreadable) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _names(certificate: Certificate, say: Phrases) -> str:
    names = certificate.dns_names
    if isinstance(names, Unreadable):
        return str(names)
    shown = ", ".join(visible(name) for name in names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return say("frames.more-names", names=shown, more=more) if more > 0 else shown
