"""Evidence and assessment as pandas DataFrames: a question in, a frame with fixed columns out, also when it is empty.

Every frame is made of plain text, numbers and dates, so that it can be filtered, counted and written as CSV.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import pandas as pd

from certlib.assess import Assessment, Cell, Observed, OptionOutcome, Scenario
from certlib.evidence import Evidence
from certlib.inventory import endpoints
from certlib.knowledge import Knowledge, load
from certlib.show import words
from certlib.text import visible
from certlib.x509 import Certificate, Unreadable

MATRIX = (
    "node", "web_server", "port",
    "browser_gets", "rsa_offer_gets", "ecdsa_offer_gets",
    "expected_now", "agrees", "basis_now",
    "after_upgrade", "basis_upgrade",
    "after_recommended", "basis_recommended",
)  # fmt: skip
SITE_MATRIX = ("web_server", "nodes", "browser_gets", "rsa_offer_gets", "ecdsa_offer_gets", "after_upgrade", "after_recommended")
PRESENTATIONS = (
    "node", "web_server", "address", "port", "offer", "version", "suite", "signature_algorithm",
    "leaf", "chain_length", "reason", "detail", "milliseconds",
)  # fmt: skip
CERTIFICATES = (
    "sha256", "subject", "issuer", "serial", "key", "signature", "kind", "not_before", "not_after",
    "dns_names", "presented_by",
)  # fmt: skip
SIGNERS = ("issuer", "signed_with", "subject", "key", "kind", "presented_by")
EXPIRY = ("not_after", "days_left", "subject", "issuer", "key", "presented_by", "sha256")
EXPERIENCES = ("scenario", "gadget", "outcome", "prompts_per_pc", "node", "web_server", "basis", "why")
OPTIONS = ("option", "title", "applies", "recommended", "gadget", "outcome", "prompts_per_pc", "why_not")
FINDINGS = ("state", "check", "node", "endpoint", "text", "basis", "remedy")
CHANGES = ("node", "web_server", "before", "after", "changes", "basis")


def matrix(assessment: Assessment, *, node: str | None = None) -> pd.DataFrame:
    """Web server by certificate: what each offer got now, what is expected now, after the upgrade, after the
    recommended option. One row for each web server of each node, or of one node."""
    knowledge = load()
    places = {endpoint.id: endpoint for endpoint in endpoints(assessment.site)}
    after, then = _by_endpoint(assessment.after_upgrade), _by_endpoint(assessment.after_recommended)
    rows = []
    for cell in assessment.now.cells:
        if node is not None and cell.node != node:
            continue
        place = places[cell.endpoint]
        rows.append(
            (
                visible(cell.node), place.title, place.port,
                *_offers(cell.observed, assessment.certificates, knowledge),
                words.expected_text(cell.expected) if cell.web_server else "",
                {True: "yes", False: "no", None: ""}[cell.agrees],
                words.basis_text(cell.statement, knowledge),
                *_expected(after.get(cell.endpoint), knowledge),
                *_expected(then.get(cell.endpoint), knowledge),
            )  # fmt: skip
        )
    return _frame(rows, MATRIX)


def site_matrix(assessment: Assessment) -> pd.DataFrame:
    """Web server by certificate for the whole site: where nodes differ, each outcome is named with its nodes."""
    wide = matrix(assessment)
    columns = ("browser_gets", "rsa_offer_gets", "ecdsa_offer_gets", "after_upgrade", "after_recommended")
    rows = [
        (title, len(group), *(_merged(group, column) for column in columns))
        for title, group in wide.groupby("web_server", sort=False)
    ]
    return _frame(rows, SITE_MATRIX)


def presentations(evidence: Evidence) -> pd.DataFrame:
    """One row for each question asked of each endpoint, answered or not."""
    places = {endpoint.id: endpoint for endpoint in endpoints(evidence.site)}
    rows = []
    for one in evidence.presentations:
        place = places[one.endpoint]
        rows.append(
            (
                visible(place.node), place.title, one.address or visible(place.address), place.port, one.offer,
                one.version, one.suite, one.signature_algorithm, one.leaf, len(one.chain),
                one.reason.value if one.reason else None, visible(one.detail), one.milliseconds,
            )  # fmt: skip
        )
    return _frame(rows, PRESENTATIONS)


def certificates(evidence: Evidence) -> pd.DataFrame:
    """Every certificate that was sent, leaves first, with the endpoints that presented it."""
    rows = []
    for certificate, users in _presented(evidence):
        rows.append(
            (
                certificate.sha256, _text(certificate.subject), _text(certificate.issuer), _text(certificate.serial),
                _key(certificate), _text(certificate.signature_algorithm), certificate.kind,
                _time(certificate.not_before), _time(certificate.not_after),
                _names(certificate), ", ".join(users),
            )  # fmt: skip
        )
    return _frame(rows, CERTIFICATES)


def signers(evidence: Evidence) -> pd.DataFrame:
    """Who signed what: one row for each leaf, by issuer."""
    rows = [
        (
            "itself" if certificate.kind == "self-signed" else _text(certificate.issuer),
            _text(certificate.signature_algorithm),
            _text(certificate.subject),
            _key(certificate),
            certificate.kind,
            ", ".join(users),
        )
        for certificate, users in _presented(evidence)
        if users
    ]
    return _frame(sorted(rows), SIGNERS)


def expiry(evidence: Evidence, *, on: date | None = None) -> pd.DataFrame:
    """What expires when: every certificate, the next to expire first; days are counted from `on` (default: the
    day of the collection)."""
    day = on or evidence.collected.date()
    rows = []
    for certificate, users in _presented(evidence):
        end = certificate.not_after
        rows.append(
            (
                _time(end), (end.date() - day).days if isinstance(end, datetime) else None,
                _text(certificate.subject), _text(certificate.issuer), _key(certificate),
                ", ".join(users), certificate.sha256,
            )  # fmt: skip
        )
    return _frame(rows, EXPIRY).sort_values("not_after", kind="stable", na_position="last", ignore_index=True)


def experiences(assessment: Assessment) -> pd.DataFrame:
    """What agents meet in each gadget, now, after the upgrade and after each option that applies."""
    knowledge = load()
    scenarios = [*assessment.scenarios, *(one.scenario for one in assessment.options if one.scenario)]
    rows = [
        (
            scenario.title, knowledge.gadgets[one.gadget].title, one.outcome, one.prompts,
            visible(one.node or ""), one.web_server or "", words.basis_text(one.statement, knowledge), visible(one.why),
        )
        for scenario in scenarios
        for one in scenario.experiences
    ]  # fmt: skip
    return _frame(rows, EXPERIENCES)


def options(assessment: Assessment) -> pd.DataFrame:
    """Every option with what agents would meet after it; an option that does not apply says why in one row."""
    knowledge = load()
    rows: list[tuple[object, ...]] = []
    for one in assessment.options:
        title = knowledge.options[one.option].title
        head = (one.option, title, one.applies, one.recommended)
        if one.scenario is None:
            rows.append((*head, "", "", None, visible(one.why_not)))
        else:
            rows.extend(
                (*head, knowledge.gadgets[met.gadget].title, met.outcome, met.prompts, "")
                for met in one.scenario.experiences
            )
    return _frame(rows, OPTIONS)


def findings(assessment: Assessment) -> pd.DataFrame:
    """Every finding, worst first."""
    knowledge = load()
    rows = [
        (
            one.state, one.check, visible(one.node or ""), visible(one.endpoint or ""),
            visible(one.statement.text), words.basis_text(one.statement, knowledge), visible(one.remedy),
        )
        for one in assessment.findings
    ]  # fmt: skip
    return _frame(rows, FINDINGS)


def changes(assessment: Assessment, option: str) -> pd.DataFrame:
    """What an option would change: for each web server the certificate before and after it.

    Before is the state after the upgrade, or now when none is planned. Raises ValueError for an option that is
    unknown or does not apply, saying which do.
    """
    chosen = next((one for one in assessment.options if one.option == option), None)
    if chosen is None or chosen.scenario is None:
        usable = ", ".join(one.option for one in assessment.options if one.scenario)
        why = chosen.why_not if chosen else "there is no such option"
        message = f"{option}: {why}; options that apply here: {usable or 'none'}"
        raise ValueError(message)
    return _changes(chosen, assessment, load())


def _changes(chosen: OptionOutcome, assessment: Assessment, knowledge: Knowledge) -> pd.DataFrame:
    places = {endpoint.id: endpoint for endpoint in endpoints(assessment.site)}
    after = _by_endpoint(chosen.scenario)
    rows = []
    for cell in (assessment.after_upgrade or assessment.now).cells:
        if cell.endpoint not in after:
            continue
        then = after[cell.endpoint]
        old, new = words.expected_text(cell.expected), words.expected_text(then.expected)
        rows.append(
            (visible(cell.node), places[cell.endpoint].title, old, new, "yes" if old != new else "no",
             words.basis_text(then.statement, knowledge))
        )  # fmt: skip
    return _frame(rows, CHANGES)


def _presented(evidence: Evidence) -> Iterable[tuple[Certificate, list[str]]]:
    """Each certificate with the endpoints that presented it as their leaf; leaves come first."""
    users: dict[str, list[str]] = {}
    for one in evidence.presentations:
        if one.leaf and one.endpoint not in (known := users.setdefault(one.leaf, [])):
            known.append(one.endpoint)
    ordered = [*users, *(sha for sha in evidence.certificates if sha not in users)]
    return [(evidence.certificates[sha], [visible(user) for user in users.get(sha, [])]) for sha in ordered]


def _offers(
    observed: Observed | None, known: Mapping[str, Certificate], knowledge: Knowledge
) -> tuple[str, str, str]:
    if observed is None:
        return ("not asked",) * 3
    if not words.seen(observed):
        why = words.reason_text(observed.reason, observed.detail, knowledge)
        return (why, "not asked", "not asked")
    return tuple(
        words.certificate_text(known[leaf]) if leaf else "none" for leaf in (observed.browser, observed.rsa, observed.ecdsa)
    )  # type: ignore[return-value]  # three by construction


def _by_endpoint(scenario: Scenario | None) -> Mapping[str, Cell]:
    return {cell.endpoint: cell for cell in scenario.cells} if scenario else {}


def _expected(cell: Cell | None, knowledge: Knowledge) -> tuple[str, str]:
    if cell is None:
        return ("", "")
    return (words.expected_text(cell.expected), words.basis_text(cell.statement, knowledge))


def _merged(group: pd.DataFrame, column: str) -> str:
    values = group.groupby(column, sort=False)["node"].agg(list)
    if len(values) == 1:
        return str(values.index[0])
    return "; ".join(f"{value} ({', '.join(nodes)})" for value, nodes in values.items())


def _frame(rows: Iterable[Iterable[object]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame([tuple(row) for row in rows], columns=list(columns))


def _text(value: object) -> str:
    return "" if value is None else visible(str(value))


def _time(value: datetime | Unreadable) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _key(certificate: Certificate) -> str:
    if isinstance(certificate.key_type, Unreadable):
        return str(certificate.key_type)
    size = certificate.curve if certificate.key_type == "ec" else certificate.key_bits
    return f"{certificate.key_type.upper()} {size or ''}".strip()


def _names(certificate: Certificate) -> str:
    names = certificate.dns_names
    if isinstance(names, Unreadable):
        return str(names)
    shown = [visible(name) for name in names[:20]]
    return ", ".join(shown) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
