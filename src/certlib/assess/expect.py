"""What each web server is expected to present, by its release, its node's identities and COPs, and table."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from certlib.assess import words
from certlib.assess.eras import find_cops_off
from certlib.assess.model import NodeState, Observed, Presence, Statement, infer, make_statement
from certlib.inventory import CONTEXT_ROLES
from certlib.knowledge import Basis, Expected, Knowledge, WebServer, find_release
from certlib.knowledge.model import SigningKind
from certlib.language import join_list, mark, say

_KINDS: tuple[SigningKind, ...] = ("self-signed", "rsa-ca", "ec-ca")


@dataclass(frozen=True, slots=True)
class Presented:
    """What is expected of one web server, and why.

    More than one outcome: sources leave it open; none: not known.
    """

    expected: tuple[Expected, ...]
    statement: Statement
    remark: str = ""
    key_open: bool = False  # the kind is documented, which of the two certificates it is only inferred


def is_one_row(states: Iterable[NodeState]) -> bool:
    """Whether one row of Cisco's table covers the site.

    Every node, as far as its certificates were seen; where nodes are on different releases, none does.
    """
    states = tuple(state for state in states if state.role not in CONTEXT_ROLES)
    if len({state.release for state in states}) > 1:
        return False
    rows = {
        state.row
        for state in states
        if state.era == "automatic" and (state.row or _has_known_combination(state))
    }
    return len(rows) == 1 and None not in rows


def _has_known_combination(state: NodeState) -> bool:
    return bool(state.cops or (state.tomcat and list_possible_kinds(state) != _KINDS))


def expect_presented(
    *, state: NodeState, server: WebServer, knowledge: Knowledge, covered: bool
) -> Presented:
    """What a web server of a node is expected to give to a browser.

    `covered`: Cisco's table covers the site (see `alike`), so the cell is documented; else the rules answer.
    """
    if server.prefers is None:
        basis = server.prefers_basis
        known = basis.kind == "documented"
        text = say(
            mark("Presents a certificate of its own, neither tomcat nor tomcat-ECDSA.")
            if known
            else mark("Which certificate it presents was not found.")
        )
        return Presented((), make_statement(text, basis))
    if covered and state.row:
        for cell in knowledge.rows[state.row].cells:
            if cell.web_server == server.id:
                row = knowledge.rows[state.row]
                at = say("{section}, column {column}", section=row.basis.section, column=server.column)
                basis = Basis(row.basis.kind, row.basis.source, at, row.basis.rule)
                expected = (Expected(cell.identity, cell.kind),)
                return Presented(
                    expected,
                    make_statement(_describe_expected(expected), basis),
                    cell.remark,
                    key_open=cell.identity_basis.kind != "documented",
                )
    return infer_presented(state=state, server=server, knowledge=knowledge)


def infer_presented(*, state: NodeState, server: WebServer, knowledge: Knowledge) -> Presented:
    """What the rules expect of a web server, for any combination, release and COP."""
    off = find_cops_off(state, knowledge)
    if state.era is None:
        text = say("Neither Cisco's table nor a rule covers this role or release.")
        return Presented((), infer(text, "rule-not-covered"))
    if state.era in ("none", "removed"):
        return _expect_tomcat(state, _find_era_basis(state, server, f"rule-era-{state.era}", knowledge))
    if state.era == "opt-in":
        return _expect_by_type(state, server, knowledge)
    for cop in off:
        literally = state.release in cop.releases
        basis = cop.basis if literally else Basis("inferred", cop.basis.source, rule="rule-cop")
        return _expect_tomcat(state, basis)
    if server.prefers == "tomcat":
        return _expect_tomcat(state, server.like_basis or server.prefers_basis)
    return _expect_preferring_ecdsa(state, server)


def compare_presented(
    expected: Sequence[Expected], observed: Observed | None, *, key_open: bool
) -> bool | None:
    """Whether an endpoint presented what was expected; None when there is nothing to compare.

    Refusing a browser while answering another offer is a difference. `key_open`: how the certificate is
    signed is documented, and which of the two it is only inferred, so that its key does not count.
    """
    if observed is None or not expected:
        return None
    if observed.browser is None:
        return False if observed.refuses else None
    if observed.kind in (None, "unreadable"):
        return None
    return any(
        candidate.kind == observed.kind and (key_open or candidate.identity == observed.identity)
        for candidate in expected
    )


def list_possible_kinds(state: NodeState) -> tuple[str, ...]:
    """The kinds that a node's `tomcat-ECDSA` may be: the one that was seen or follows, else every kind."""
    known = state.tomcat_ecdsa or state.ecdsa_deduced
    return (known,) if known else () if state.ecdsa_known else _KINDS


def _expect_tomcat(state: NodeState, basis: Basis) -> Presented:
    expected = _make_expected("tomcat", state.tomcat)
    return Presented(expected, make_statement(_describe_expected(expected), basis))


def _find_era_basis(state: NodeState, server: WebServer, rule: str, knowledge: Knowledge) -> Basis:
    """Why a release presents what its era does: its document, if that speaks of the server; else a rule."""
    release = find_release(knowledge, state.release)
    if (
        release
        and release.basis.kind == "documented"
        and server.id in (release.basis_web_servers or (server.id,))
    ):
        return release.basis
    return Basis("inferred", rule=rule)


def _expect_by_type(state: NodeState, server: WebServer, knowledge: Knowledge) -> Presented:
    """What the certificate type says, on every port alike; where it is not known, RSA.

    After an upgrade of a node that was set to ecdsa both are possible.
    """
    rsa = _make_expected("tomcat", state.tomcat)
    kinds = (state.tomcat_ecdsa,) if state.tomcat_ecdsa else _KINDS
    ecdsa = tuple(expected for kind in kinds for expected in _make_expected("tomcat-ECDSA", kind))
    unseen = "" if state.tomcat_ecdsa else words.describe_unseen(deduced=False)
    match state.cert_type, state.cert_type_from:
        case "unknown", _:
            basis = Basis("inferred", rule="rule-cert-type-rsa-default")
            expected, remark = (
                rsa,
                say("The node's certificate type (show tls server cert_type) is not known."),
            )
        case "rsa", _:
            basis = _find_type_basis(state, server, "rule-era-opt-in", knowledge)
            expected, remark = rsa, ""
        case _, "before-upgrade":
            basis = Basis("inferred", rule="rule-cert-type-after-upgrade")
            expected, remark = (
                (*rsa, *ecdsa),
                say(
                    "The node is set to ecdsa, or was seen to be, before the upgrade; whether that "
                    "survives was not found, so both are possible."
                ),
            )
        case _, "observed":
            basis = Basis("inferred", rule="rule-cert-type-observed")
            expected, remark = (
                ecdsa,
                say(
                    "The node's certificate type is taken to be ecdsa, as a web server of it gives "
                    "browsers tomcat-ECDSA; show tls server cert_type tells it."
                ),
            )
        case _:
            basis = _find_type_basis(state, server, "rule-cert-type-ecdsa", knowledge)
            expected, remark = ecdsa, unseen
    return Presented(expected, make_statement(_describe_expected(expected), basis), remark)


def _find_type_basis(state: NodeState, server: WebServer, rule: str, knowledge: Knowledge) -> Basis:
    """Documented on UCCX; that the type can be set on the chat platform was not found."""
    if state.role.startswith("uccx"):
        return _find_era_basis(state, server, rule, knowledge)
    return Basis("inferred", rule=rule)


def _expect_preferring_ecdsa(state: NodeState, server: WebServer) -> Presented:
    kinds = list_possible_kinds(state)
    expected: tuple[Expected, ...] = ()
    hidden = False
    for kind in kinds:
        if kind == "rsa-ca" and server.hides_rsa_signed_ec:
            expected, hidden = (*_make_expected("tomcat", state.tomcat), *expected), True
        else:
            expected = (*expected, *_make_expected("tomcat-ECDSA", kind))
    rule = "rule-hidden-ec" if hidden and len(kinds) == 1 else "rule-preference"
    remark = (
        words.describe_unseen(deduced=False)
        if len(kinds) > 1
        else words.describe_unseen(deduced=True)
        if state.ecdsa_deduced
        else ""
    )
    return Presented(expected, infer(_describe_expected(expected), rule), remark)


def _describe_expected(expected: Sequence[Expected]) -> str:
    if not expected:
        return say("What it presents is not known, since the certificate was not seen.")
    certificates = (
        say("{key}, {signed}", key=words.name_key(candidate.identity), signed=words.name_kind(candidate.kind))
        for candidate in expected
    )
    return say("Presents {certificates}.", certificates=join_list(*certificates, last="or"))


def _make_expected(identity: str, kind: str | None) -> tuple[Expected, ...]:
    """An outcome, or nothing when the kind is not known or has no word in Cisco's table."""
    known = [signed for signed in _KINDS if signed == kind]
    return tuple(Expected(identity, signed) for signed in known)  # type: ignore[arg-type]  # one of the two identities


def find_presence(
    *,
    endpoint: str,
    server: WebServer,
    release: str,
    existing: Collection[str],
    today: Collection[str],
    knowledge: Knowledge,
) -> Presence | None:
    """What a release says of a web server's being there; None where it is there as it is today.

    `server`: as it is in that release. `existing`: the ids of the endpoints that the site has in it, `today`:
    in its present one.
    """
    if endpoint not in existing:
        basis = _explain_absence(server, release, knowledge)
        text = say("{server} does not exist on {release}.", server=server.title, release=release)
        return Presence(
            "gone", say("does not exist on {release}", release=release), make_statement(text, basis)
        )
    if server.off_by_default:
        off = next((change for change in server.changes if change.off_by_default), None)
        since, basis, text = (off.since, off.basis, off.text) if off else ("", server.basis, "")
        label = say("off by default from {release} on", release=since) if since else say("off by default")
        return Presence("off", label, make_statement(text or server.title, basis))
    if endpoint not in today:
        basis, since = server.since_basis or server.basis, server.since or release
        if basis.kind == "documented":  # a document says that it is new
            label = say("new with {release}", release=since)
            text = say("{server} is new with {release}.", server=server.title, release=since)
        else:
            label = say("listed from {release} on", release=since)
            text = say(
                "{server} is listed from {release} on; whether earlier releases have it was not found.",
                server=server.title,
                release=since,
            )
        return Presence("new", label, make_statement(text, basis))
    return None


def _explain_absence(server: WebServer, release: str, knowledge: Knowledge) -> Basis:
    """Why a release does not have a web server: it is before the first one that has it, or after the last."""
    at, first = knowledge.releases.get(release), knowledge.releases.get(server.since or "")
    early = at is not None and first is not None and at.order < first.order
    return (server.since_basis if early else server.until_basis) or server.basis
