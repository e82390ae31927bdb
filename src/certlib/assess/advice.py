"""What Cisco's note advises for a site: the advice of its row of the table, else of the row most like it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from certlib.assess.context import Context
from certlib.assess.covered import find_unlike_table
from certlib.assess.effects import find_product
from certlib.assess.eras import find_cops_off, find_row
from certlib.assess.expect import is_one_row
from certlib.assess.model import NodeState, Statement, infer, make_statement
from certlib.knowledge import Advice, Basis, Row, find_option
from certlib.language import mark, say

WAY_ON = "cop-to-ec-ca"  # from an installed COP to certificates of an EC CA


@dataclass(frozen=True, slots=True)
class Advised:
    """An option that is advised, and why."""

    option: str
    statement: Statement
    by_row: bool = False  # a row of the table covers the site, so its advice is followed to the letter
    keeps: bool = False  # advised though agents meet the same after it: a prompt, or a way on from a COP


def find_advice(
    context: Context, *, usable: Collection[str], same: Mapping[str, str], troubled: bool
) -> list[Advised]:
    """The advice for a site among its usable options, best first, each option once.

    `same`: options that are not usable, each with the simpler one that does the same on this site.
    `troubled`: agents meet a prompt or worse. Where they do not, the note has nothing to advise but the way
    on from a COP that bridges the time until an EC CA has signed.
    """
    candidates = [
        *_advise_planned_type(context),
        *(_advise_by_table(context) if troubled else ()),
        *_advise_other_type(context),
        *_advise_way_on(context),
    ]
    advice: dict[str, Advised] = {}
    for advised in candidates:
        name = _find_usable(advised.option, usable, same)
        if name:
            advice.setdefault(name, Advised(name, advised.statement, advised.by_row, advised.keeps))
    return list(advice.values())


def explain_ec_ca(context: Context) -> str:
    """Why an EC CA is, or is not, the way, by what is known of the site's CA."""
    answer = context.site.ca_signs_with_ec
    if answer == "yes":
        return say("Cisco recommends it, and by the inventory the site's CA signs with an EC key.")
    if answer == "no":
        return say("Cisco recommends it; by the inventory the site's CA does not sign with an EC key.")
    socialminer = any(node.role == "socialminer" for node in context.site.nodes)
    return say(
        mark(
            "Cisco recommends it. Ask the CA first whether it signs with an EC key: signed with "
            "an RSA key, tomcat-ECDSA stops SocialMiner's page, chat and e-mail (CSCvb58580)."
        )
        if socialminer
        else mark(
            "Cisco recommends it. Ask the CA first whether it signs with an EC key: signed with "
            "an RSA key, tomcat-ECDSA is not presented, and nothing is gained."
        )
    )


def _find_usable(name: str, usable: Collection[str], same: Mapping[str, str]) -> str | None:
    """An advised option, or the one that does the same on this site."""
    if name in usable:
        return name
    if name in same:
        return same[name]
    return WAY_ON if name == "ec-ca" and WAY_ON in usable else None


def _advise_by_table(context: Context) -> Iterator[Advised]:
    states = [state for state in context.base.nodes if state.era]
    rows = {state.node: find_row(state, knowledge=context.knowledge, literally=False) for state in states}
    (*different,) = {row.id: row for row in rows.values() if row}.values()
    if len(different) == 1 and all(rows.values()):
        for advised in _advise_by_row(context, different[0]):
            statement = _state_advice(context, advised, states)
            yield Advised(advised.option, statement, by_row=True, keeps=different[0].tomcat == "self-signed")
        return
    for state, row in sorted(
        _find_nearest_rows(context, states, rows), key=lambda nearest: nearest[1].tomcat == "self-signed"
    ):
        for advised in _advise_by_row(context, row):
            signs = context.knowledge.options[advised.option].sets_tomcat_ecdsa
            if signs and _has_cop_elsewhere(context, state):
                continue
            text = _describe_in_general(context, advised.option)
            keeps = row.tomcat == "self-signed"
            yield Advised(advised.option, infer(text, "rule-advice-outside-table"), keeps=keeps)


def _find_nearest_rows(
    context: Context, states: Collection[NodeState], rows: Mapping[str, Row | None]
) -> list[tuple[NodeState, Row]]:
    """Each node that needs advice, with its row of the table or the one that it is most like."""
    return [
        (state, row)
        for state in states
        if not _is_bridged(context, state) and (row := rows[state.node] or _find_most_like(context, state))
    ]


def _has_cop_elsewhere(context: Context, state: NodeState) -> bool:
    """Whether a COP is on another node of a node's product, so that the same COP makes them alike."""
    others = [node for node in context.base.nodes if find_product(node.role) == find_product(state.role)]
    off = [find_cops_off(other, context.knowledge) for other in others]
    return any(off) and context.site.ca_signs_with_ec != "yes"


def _is_bridged(context: Context, state: NodeState) -> bool:
    """Whether a COP keeps tomcat-ECDSA from agents who trust tomcat, so that nothing is to be put right."""
    off = find_cops_off(state, context.knowledge)
    return bool(off) and state.era == "automatic" and state.tomcat != "self-signed"


def _advise_by_row(context: Context, row: Row) -> Iterator[Advice]:
    answer = context.site.ca_signs_with_ec
    socialminer = any(node.role == "socialminer" for node in context.site.nodes)
    return (
        entry
        for entry in row.advice
        if (not entry.ca_signs_with_ec or answer in entry.ca_signs_with_ec)
        and entry.socialminer in (None, socialminer)
    )


def _find_most_like(context: Context, state: NodeState) -> Row | None:
    """The row that has a node's tomcat-ECDSA, and whose tomcat is self-signed if the node's is.

    Outside 11.5 only what the note says of self-signed certificates helps.
    """
    if state.era != "automatic" and state.tomcat != "self-signed":
        return None
    by_itself = state.tomcat == "self-signed"
    rows = [row for row in context.knowledge.rows.values() if (row.tomcat == "self-signed") == by_itself]
    same = [row for row in rows if row.tomcat_ecdsa == (state.tomcat_ecdsa or state.ecdsa_deduced)]
    return next(iter(same or [row for row in rows if row.tomcat_ecdsa == "self-signed"]))


def _state_advice(context: Context, advice: Advice, states: Collection[NodeState]) -> Statement:
    """The note's advice, documented where the table covers the site to the letter."""
    basis = advice.basis
    unlike = find_unlike_table(context, states, on=context.day)
    if basis.kind != "documented" or (
        is_one_row(states) and all(state.row for state in states) and not unlike
    ):
        return make_statement(advice.text, basis)
    concluded = any(state.ecdsa_deduced for state in states)
    rule = "rule-hidden-ec" if concluded else "rule-era-automatic-update"
    rule = "rule-advice-outside-table" if unlike else rule
    doubt = say(
        "That the site is in this row is inferred, not observed: no web server presents a "
        'tomcat-ECDSA that an RSA CA signed. "show cert own tomcat-ECDSA" on a node shows '
        "who signed it; if an RSA CA did, this is Cisco's own advice."
    )
    text = f"{advice.text} {doubt}" if concluded else advice.text
    return Statement(text, "inferred", Basis("inferred", basis.source, basis.section, rule))


def _describe_in_general(context: Context, name: str) -> str:
    if name == "ec-ca":
        return explain_ec_ca(context)
    roles = {node.role for node in context.site.nodes}
    when = find_option(context.knowledge, name, roles=roles).when
    return say("This option is meant for this case: {when}", when=when)


def _advise_planned_type(context: Context) -> Iterator[Advised]:
    """The switch of the certificate type that the inventory plans; to ECDSA only if a CA can sign it."""
    wanted = context.site.planned_cert_type
    if wanted is None or (wanted == "ecdsa" and context.site.ca_signs_with_ec == "no"):
        return
    option = context.knowledge.options[f"cert-type-{wanted}"]
    text = say("The inventory plans to set the UCCX nodes to {type}.", type=wanted)
    yield Advised(option.id, make_statement(text, option.basis), keeps=True)


def _advise_other_type(context: Context) -> Iterator[Advised]:
    """The ways out where a node is set to ecdsa and agents do not simply work (rule-cert-type-back)."""
    base = context.base
    switched = [
        state
        for state in base.nodes
        if state.era == "opt-in" and "ecdsa" in (state.cert_type, "ecdsa" if state.tomcat_ecdsa else "")
    ]
    if not switched or all(experience.outcome == "works" for experience in base.experiences):
        return
    names = ["cert-type-rsa"]
    if context.site.ca_signs_with_ec == "yes":
        names.insert(0, "cert-type-ecdsa")
    for name in names:
        text = context.knowledge.options["cert-type-rsa"].when
        yield Advised(name, infer(text, "rule-cert-type-back"))


def _advise_way_on(context: Context) -> Iterator[Advised]:
    """From the COP to the EC CA's certificates, where the inventory says that there is such a CA."""
    off = [
        state
        for state in context.base.nodes
        if state.era == "automatic" and find_cops_off(state, context.knowledge)
    ]
    if off and context.site.ca_signs_with_ec == "yes":
        basis = context.knowledge.options[WAY_ON].basis
        text = say(
            "The COP has bridged the time, and by the inventory the site's CA signs with an EC "
            "key: Cisco recommends presenting ECDSA, and provides a rollback COP for it. Nothing "
            "is broken until then."
        )
        yield Advised(WAY_ON, make_statement(text, basis), by_row=True, keeps=True)
