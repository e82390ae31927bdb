"""What an upgrade, an option and a reissued certificate change of a node's state."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from certlib.assess import words
from certlib.assess.eras import add_row, find_cops_off, find_era, find_type_after_upgrade
from certlib.assess.model import NodeState, Reissue, infer
from certlib.inventory import CONTEXT_ROLES
from certlib.knowledge import Knowledge, Option
from certlib.knowledge.model import Identity
from certlib.x509 import Kind

# How an identity is taken to be signed once a CA signed it anew, where nothing shows how it was.
_BY_CA: dict[Identity, Kind] = {"tomcat": "rsa-ca", "tomcat-ECDSA": "ec-ca"}


def apply_upgrade(state: NodeState, *, target: str, knowledge: Knowledge) -> NodeState:
    """A node's identities after its upgrade: which of them stay, come or go depends on the eras of ECDSA.

    A COP counts no longer (rule-cop-after-upgrade), nor surely the certificate type.
    """
    if target == state.release:
        return state
    era = find_era(role=state.role, release=target, knowledge=knowledge)
    moved = replace(state, release=target, era=era, cops=(), row=None)
    moved = find_type_after_upgrade(moved)
    if era == "automatic" and state.era == "none":
        moved, rule = (
            replace(moved, tomcat_ecdsa="self-signed", ecdsa_known=True),
            "rule-self-signed-after-upgrade",
        )
    elif era == state.era and era in ("automatic", "opt-in"):
        rule = "rule-upgrade-keeps-certificates"
    elif era == "automatic":
        moved, rule = replace(moved, tomcat_ecdsa=None, ecdsa_known=False), "rule-not-covered"
    else:
        moved = replace(moved, tomcat_ecdsa=None, ecdsa_known=era in ("none", "removed"), ecdsa_deduced=None)
        rule = {
            "none": "rule-era-none",
            "removed": "rule-era-removed",
            "opt-in": "rule-cert-type-rsa-default",
            None: "rule-not-covered",
        }[era]
    return _state_by_rule(moved, rule, knowledge)


def apply_reissue(
    state: NodeState, *, identity: Identity, kind: Kind | None, knowledge: Knowledge
) -> NodeState:
    """A node once one of its certificates was reissued; `kind` None: signed as before."""
    before = state.tomcat if identity == "tomcat" else state.tomcat_ecdsa
    signed: Kind = kind or (before if before and before != "unreadable" else _BY_CA[identity])
    renewed = replace(state, renewed=tuple(dict.fromkeys((*state.renewed, identity))))
    if identity == "tomcat":
        renewed = replace(renewed, tomcat=signed)
    else:
        renewed = replace(renewed, tomcat_ecdsa=signed, ecdsa_known=True, ecdsa_deduced=None)
    return _state_by_rule(renewed, "rule-renewal", knowledge)


def apply_cops(state: NodeState, cops: tuple[str, ...], *, knowledge: Knowledge) -> NodeState:
    """A node whose installed COPs are in use."""
    return _state_by_rule(replace(state, cops=cops), "rule-cop", knowledge)


def apply_repairs(
    states: Iterable[NodeState],
    *,
    reissues: Iterable[Reissue],
    stale: Collection[str],
    knowledge: Knowledge,
) -> list[NodeState]:
    """The nodes once what must be reissued was reissued, and those with stale web servers restarted."""
    wanted = [(node, reissue) for reissue in reissues for node in reissue.nodes]
    repaired = []
    for state in states:
        for node, reissue in wanted:
            gone = reissue.identity == "tomcat-ECDSA" and state.tomcat_ecdsa is None
            if node == state.node and not gone:
                kind: Kind | None = "self-signed" if reissue.by_itself else None
                state = apply_reissue(state, identity=reissue.identity, kind=kind, knowledge=knowledge)  # noqa: PLW2901
        repaired.append(replace(state, restarted=True) if state.node in stale else state)
    return repaired


def apply_option(
    states: Collection[NodeState], *, option: Option, right: Collection[str], knowledge: Knowledge
) -> list[NodeState]:
    """Every node's identities, COPs and certificate type after an option.

    A node is left as it is where its role or release does not know what the option does, and so are all nodes
    of a product where none needs it: `right` are the nodes whose tomcat-ECDSA agents' PCs trust.
    """
    products = {find_product(state.role) for state in states}
    served = {product for product in products if _is_needed(states, product, option, right, knowledge)}
    return [
        _change_state(state, option, knowledge) if find_product(state.role) in served else state
        for state in states
    ]


def find_product(role: str) -> str:
    """The roles that share COPs and a cluster: both UCCX nodes are one product."""
    return "uccx" if role.startswith("uccx") else role


def _is_needed(
    states: Collection[NodeState], product: str, option: Option, right: Collection[str], knowledge: Knowledge
) -> bool:
    """Whether an option brings a product anything."""
    mine = [state for state in states if find_product(state.role) == product]
    hidden = [bool(find_cops_off(state, knowledge)) for state in mine]
    turned = {knowledge.cops[cop].turns_ecdsa for cop in option.installs}
    if turned == {"off"}:
        return any(state.node not in right for state in mine)
    if option.sets_tomcat_ecdsa and not turned and not option.sets_cert_type:
        return not any(hidden)  # what a COP hides is signed with the rollback COP, by another option
    return True


def _change_state(state: NodeState, option: Option, knowledge: Knowledge) -> NodeState:
    elsewhere = bool(option.roles) and state.role not in option.roles
    if state.era is None or elsewhere or (option.eras and state.era not in option.eras):
        return state
    cops = state.cops
    for cop in (knowledge.cops[install] for install in option.installs):
        if state.role not in cop.roles:
            continue
        if cop.turns_ecdsa == "on":
            cops = tuple(
                installed
                for installed in cops
                if installed not in knowledge.cops or knowledge.cops[installed].undone_by != cop.id
            )
        elif cop.id not in cops:
            cops = (*cops, cop.id)
    kind = option.sets_tomcat_ecdsa
    changed = replace(state, cops=cops)
    if option.sets_cert_type:
        changed = replace(changed, cert_type=option.sets_cert_type, cert_type_from="option")
    signed = kind is not None and kind != state.tomcat_ecdsa
    if changed == state and not signed:
        return state
    if signed:
        renewed = tuple(dict.fromkeys((*changed.renewed, "tomcat-ECDSA")))
        changed = replace(changed, tomcat_ecdsa=kind, ecdsa_known=True, ecdsa_deduced=None, renewed=renewed)
    return _state_by_rule(changed, "rule-option-worked-out", knowledge)


def _state_by_rule(state: NodeState, rule: str, knowledge: Knowledge) -> NodeState:
    statement = infer(words.describe_state(state, knowledge), rule)
    return add_row(state, knowledge=knowledge, statement=statement)


def is_same_state(node_state: NodeState, other: NodeState) -> bool:
    """Whether two states of a node present and hold the same, whatever was concluded on the way."""
    return _list_facts(node_state) == _list_facts(other)


def _list_facts(state: NodeState) -> tuple[object, ...]:
    if state.role in CONTEXT_ROLES:
        return ()
    ecdsa = state.tomcat_ecdsa or state.ecdsa_deduced
    return (
        state.release,
        state.tomcat,
        ecdsa,
        frozenset(state.cops),
        state.cert_type,
        state.cert_type_from == "before-upgrade",
        frozenset(state.renewed),
    )
