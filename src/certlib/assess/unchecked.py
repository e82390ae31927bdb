"""What was not checked, is not published, or was taken for granted, where it matters to this site."""

from collections.abc import Sequence

from certlib.assess import words
from certlib.assess.context import Context
from certlib.assess.eras import find_cops_off
from certlib.assess.model import Finding, NodeState, Statement, infer, make_statement
from certlib.assess.scenarios import find_lost_cops
from certlib.inventory import CONTEXT_ROLES
from certlib.knowledge.lookup import find_release
from certlib.language import format_number, join_list, mark, say
from certlib.reasons import describe

UNCHECKED_RELEASE_TEXTS = {
    "now": mark(
        'The inventory gives {nodes} the release "{written}", which is not known here. It is '
        "taken as {release}; what is different on it was not looked at."
    ),
    "then": mark(
        'By the inventory {nodes} is to go to the release "{written}", which is not known '
        "here. It is taken as {release}; what is different on it was not looked at."
    ),
}

UNCHECKED_CERT_TYPE_TEXTS = {
    "ecdsa": mark(
        "{nodes} is set to ecdsa, or was seen to be. Whether that survives the upgrade was "
        'not found, so both certificates are counted as possible; "show tls server '
        'cert_type" shows it afterwards.'
    ),
    "observed": mark(
        "That {nodes} is set to ecdsa is concluded from the tomcat-ECDSA that browsers are "
        'given; "show tls server cert_type" shows it.'
    ),
    "unknown": mark(
        'The certificate type of {nodes} is not known and assumed to be RSA; "show tls '
        'server cert_type" shows it on nodes that have this command.'
    ),
    "unknown-then": mark(
        "The certificate type of {nodes} after the upgrade is not known and assumed to be "
        'RSA; "show tls server cert_type" shows it on nodes that have this command.'
    ),
}

# What is taken for granted of a node's certificate type, by what is known of it and whence.
_CERT_TYPES = {
    ("unknown", "inventory"): ("unknown", "rule-cert-type-rsa-default"),
    ("ecdsa", "before-upgrade"): ("ecdsa", "rule-cert-type-after-upgrade"),
    ("ecdsa", "observed"): ("observed", "rule-cert-type-observed"),
}


def list_not_checked(
    context: Context, *, findings: Sequence[Finding], recommended: Sequence[str]
) -> tuple[Statement, ...]:
    """Silent endpoints first, then unseen certificates, assumptions, and what no source tells."""
    return tuple(
        dict.fromkeys(
            (
                *_list_silent(findings),
                *_list_releases(context),
                *_list_unseen(context),
                *_list_assumed(context),
                *_list_unpublished(context, recommended),
                *(step.statement for hop in context.hops for step in hop.steps if not step.settled),
            )
        )
    )


def _list_silent(findings: Sequence[Finding]) -> list[Statement]:
    """What the checks of the answers found; a node of which no web server answered is told once."""
    return [
        finding.statement
        for check in ("endpoint-answers", "same-certificate-on-port", "same-certificate-at-addresses")
        for finding in findings
        if finding.check == check and finding.state in ("error", "manual")
    ]


def _list_releases(context: Context) -> list[Statement]:
    """The releases that are not known and were taken as the nearest known ones."""
    taken: dict[tuple[str, str, str], list[str]] = {}
    for node in context.site.nodes:
        if node.release_written:
            taken.setdefault(("now", node.release_written, node.release), []).append(node.name)
        if node.target_written and node.target_written != node.release_written:
            taken.setdefault(("then", node.target_written, node.target_release), []).append(node.name)
    return [
        infer(
            say(UNCHECKED_RELEASE_TEXTS[when], nodes=join_list(*nodes), written=written, release=known),
            "rule-nearest-release",
        )
        for (when, written, known), nodes in taken.items()
    ]


def _list_unseen(context: Context) -> list[Statement]:
    statements = []
    unseen: dict[bool, list[str]] = {}
    for state in context.scenarios[0].nodes:
        if (
            state.era == "automatic"
            and state.tomcat
            and not state.ecdsa_known
            and not _is_behind_cop(context, state)
        ):
            unseen.setdefault(state.ecdsa_deduced is not None, []).append(state.node)
    for follows, nodes in unseen.items():
        rule = "rule-hidden-ec" if follows else "rule-preference"
        text = f"{join_list(*nodes)}: {words.describe_unseen(deduced=follows)}"
        statements.append(infer(text, rule))
    later = len(context.scenarios) > 1
    for known, (name, rule) in _CERT_TYPES.items():
        opt_in = [
            node
            for node in context.deciding.nodes
            if node.era == "opt-in" and (node.cert_type, node.cert_type_from) == known
        ]
        if opt_in:
            which = "unknown-then" if later and name == "unknown" else name
            text = say(UNCHECKED_CERT_TYPE_TEXTS[which], nodes=join_list(*(node.node for node in opt_in)))
            statements.append(infer(text, rule))
    hidden = [node.node for node in context.scenarios[0].nodes if _is_behind_cop(context, node)]
    if hidden:
        text = say(
            "The COP on {nodes} hides tomcat-ECDSA, so who signed it was not seen. Check it with "
            '"show cert own tomcat-ECDSA" before a rollback COP is installed.',
            nodes=join_list(*hidden),
        )
        statements.append(infer(text, "rule-cop"))
    aside = [state.node for state in context.deciding.nodes if state.role in CONTEXT_ROLES]
    if aside:
        text = say(
            "{nodes}: listed in the inventory for context only, so not queried.", nodes=join_list(*aside)
        )
        statements.append(Statement(text, "observed"))
    outside = [
        state.node
        for state in context.deciding.nodes
        if state.era is None and state.role not in CONTEXT_ROLES
    ]
    if outside:
        text = say(
            "What {nodes} presents after an upgrade was not determined: Cisco's table and the "
            "rules do not cover this role or release.",
            nodes=join_list(*outside),
        )
        statements.append(infer(text, "rule-not-covered"))
    return statements


def _is_behind_cop(context: Context, state: NodeState) -> bool:
    off = find_cops_off(state, context.knowledge)
    return bool(state.era == "automatic" and state.tomcat and not state.ecdsa_known and off)


def _list_assumed(context: Context) -> list[Statement]:
    statements = []
    by_ca = any(state.tomcat in ("rsa-ca", "ec-ca", "other-ca") for state in context.deciding.nodes)
    if by_ca and not context.site.agents.trusted_cas:
        statements.append(
            infer(say("Assumed: the agents' PCs trust the CA; the inventory does not say."), "rule-asterisk")
        )
    if any(
        by_browser.outcome == "prompt"
        for met in context.deciding.experiences
        for by_browser in met.by_browser
    ):
        statements += _list_hsts(context)
    for node, cops in find_lost_cops(context):
        text = say(
            "{node}: whether the installed {cops} survives the upgrade is not published; it is "
            "counted as gone.",
            node=node,
            cops=join_list(*(cop.title for cop in cops)),
        )
        statements.append(infer(text, "rule-cop-after-upgrade"))
    return statements


def _list_hsts(context: Context) -> list[Statement]:
    """What was seen of HSTS where the collection was told to look, else that nobody looked."""
    if not context.evidence.hsts:
        text = say(
            "Whether the agents' browsers know the hosts through HSTS was not checked; where "
            "they do, no certificate can be accepted."
        )
        return [infer(text, "rule-hsts")]
    places = {
        endpoint.id: words.name_place(context.find_server(endpoint), endpoint.node)
        for endpoint in context.endpoints
    }
    statements = []
    silent = []
    for hst in context.evidence.hsts:
        if hst.max_age:
            place, seconds = places[hst.endpoint], format_number(hst.max_age)
            text = say(
                "{place} sends HSTS (for {seconds} seconds): a browser that once loaded it without a "
                "certificate error remembers the host, and then lets nobody accept a certificate "
                "there, on whatever port.",
                place=place,
                seconds=seconds,
            )
            statements.append(infer(text, "rule-hsts", (hst.endpoint,)))
        elif why := hst.failure or hst.not_followed:  # then the page that agents open was not seen
            text = say(
                "Whether {place} sends HSTS could not be determined: {failure}.",
                place=places[hst.endpoint],
                failure=describe(why),
            )
            statements.append(Statement(text, "observed", evidence=(hst.endpoint,)))
        else:
            silent.append(hst.endpoint)
    if silent:
        asked = words.capitalize(join_list(*(places[endpoint] for endpoint in silent)))
        text = say(
            "{places} sent no HSTS when asked for a page; whether another port of the same host "
            "does, or the agents' browsers know it from before, was not checked.",
            places=asked,
        )
        statements.append(Statement(text, "observed", evidence=tuple(silent)))
    return statements


def _list_unpublished(context: Context, recommended: Sequence[str]) -> list[Statement]:
    statements = []
    for name in dict.fromkeys(state.release for state in context.deciding.nodes if state.era == "automatic"):
        release = find_release(context.knowledge, name)
        if release and release.doubt:
            statements.append(make_statement(f"{name}: {release.doubt}", release.basis))
    roles = {state.role for state in context.deciding.nodes}
    installed = dict.fromkeys(
        cop
        for option in recommended
        for cop in context.knowledge.options[option].installs
        if not roles.isdisjoint(context.knowledge.cops[cop].roles)
    )
    missing: dict[tuple[str, ...], list[str]] = {}
    for cop in (context.knowledge.cops[name] for name in installed):
        if cop.not_found:
            missing.setdefault(cop.not_found, []).append(say("the {cop}", cop=cop.title))
    for what, titles in missing.items():
        text = say("Not published for {cops}: {what}.", cops=join_list(*titles), what=join_list(*what))
        statements.append(infer(text, "rule-not-published"))
    return statements
