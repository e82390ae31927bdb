"""The keys of certificates and the hashes that they are signed with."""

from certlib.assess.checks.core import conclude, make_finding
from certlib.assess.checks.leaves import Leaf, find_leaves, judge_leaves
from certlib.assess.context import Context
from certlib.assess.faults import list_hosts, normalize_host
from certlib.assess.figures import get_figure, get_list
from certlib.assess.model import Finding, FindingState
from certlib.language import join_list, say

_SPOKEN = {"md5": "MD5", "sha1": "SHA-1", "sha224": "SHA-224"}


def check_signature_hash(context: Context) -> tuple[Finding, ...]:
    """Check whether leaves, and CA certificates sent with them, are signed with a hash that browsers take.

    Hashes that browsers refuse are findings; a root's own signature does not count: nobody verifies it.
    """
    refused = get_list(context.knowledge, "signature-hash", "refused")
    return judge_leaves(
        context,
        "signature-hash",
        wanted=lambda leaf: isinstance(leaf.certificate.signature_hash, str),
        judge=lambda leaf: _judge_signature_hash(context, leaf, refused),
        text=say(
            "No certificate was signed with {hashes}.", hashes=join_list(*map(_name_hash, refused), last="or")
        ),
        chains=True,
    )


def _judge_signature_hash(
    context: Context, leaf: Leaf, refused: tuple[str, ...]
) -> tuple[FindingState, str] | None:
    for certificate in leaf.chain:
        weak = _name_hash(str(certificate.signature_hash)) if certificate.signature_hash in refused else ""
        own = certificate is leaf.chain[0]
        if weak and (own or certificate.self_signed is not True):
            what = leaf.describe("itself" if own else "ca")
            faults = [f"{hashed}{of}" for hashed in refused for of in ("", "-issuer")]
            return leaf.judge_faults(context, faults), say(
                "{certificate} is signed with {hash}.", certificate=what, hash=weak
            )
    return None


def _name_hash(name: str) -> str:
    return _SPOKEN.get(name, name)


def check_rsa_key_size(context: Context) -> tuple[Finding, ...]:
    """Check whether each RSA key has as many bits as browsers and CAs want.

    Cisco's guide names shorter keys as supported; browsers and CAs want longer ones.
    """
    least = get_figure(context.knowledge, "rsa-key-size", "least")
    return judge_leaves(
        context,
        "rsa-key-size",
        wanted=lambda leaf: leaf.certificate.key_type == "rsa" and isinstance(leaf.certificate.key_bits, int),
        judge=lambda leaf: _judge_rsa_key_size(leaf, least),
        text=say("Every RSA key has {number} bits or more.", number=least),
        nothing=say("No certificate with an RSA key was presented."),
    )


def _judge_rsa_key_size(leaf: Leaf, least: int) -> tuple[FindingState, str] | None:
    bits = leaf.certificate.key_bits
    if not isinstance(bits, int) or bits >= least:
        return None
    return "action", say("{leaf} has a key of {number} bits.", leaf=leaf.describe(), number=bits)


def check_rsa_key_over_2048(context: Context) -> tuple[Finding, ...]:
    """Check whether an RSA key is larger than the releases before 12.5(1)SU1 are documented to support.

    To be looked at by hand, as such a key works in browsers and the next one may not be taken.

    Cisco's own pages disagree.
    """
    doubt = context.knowledge.checks["rsa-key-over-2048"].doubt
    most = get_figure(context.knowledge, "rsa-key-over-2048", "most")
    return judge_leaves(
        context,
        "rsa-key-over-2048",
        wanted=lambda leaf: leaf.certificate.key_type == "rsa" and isinstance(leaf.certificate.key_bits, int),
        judge=lambda leaf: _judge_rsa_key_over_2048(leaf, most, doubt),
        text=say("No RSA key has more than {number} bits.", number=most),
        nothing=say("No certificate with an RSA key was presented."),
    )


def _judge_rsa_key_over_2048(leaf: Leaf, most: int, doubt: str) -> tuple[FindingState, str] | None:
    bits = leaf.certificate.key_bits
    if not isinstance(bits, int) or bits <= most:
        return None
    text = say("{leaf} has a key of {number} bits.", leaf=leaf.describe(), number=bits)
    return "manual", f"{text} {doubt}"


def check_ec_curve(context: Context) -> tuple[Finding, ...]:
    """Check whether each EC key lies on a curve that agents' browsers take.

    Some curves serve every browser, one serves Firefox alone, others serve none.

    For the browsers of an inventory that says nothing of them, Chromium counts.
    """
    every = get_list(context.knowledge, "ec-curve", "every-browser")
    firefox = get_list(context.knowledge, "ec-curve", "firefox")
    browsers = context.site.agents.browsers
    firefox_alone = bool(browsers) and set(browsers) == {"firefox"}
    return judge_leaves(
        context,
        "ec-curve",
        wanted=lambda leaf: leaf.certificate.key_type == "ec" and isinstance(leaf.certificate.curve, str),
        judge=lambda leaf: _judge_ec_curve(
            context, leaf, (*every, *firefox) if firefox_alone else every, firefox
        ),
        text=say("Every EC key is on P-256 or P-384."),
        nothing=say("No certificate with an EC key was presented."),
    )


def _judge_ec_curve(
    context: Context, leaf: Leaf, taken: tuple[str, ...], firefox: tuple[str, ...]
) -> tuple[FindingState, str] | None:
    curve = leaf.certificate.curve
    if curve in taken:
        return None
    state = leaf.judge_faults(context, ("p521", "other-curve")) if leaf.for_agents else "information"
    if curve in firefox:
        return state, say(
            "{leaf} has a key on the curve {curve}, which Chrome and Edge do not accept.",
            leaf=leaf.describe(),
            curve=curve,
        )
    return state, say(
        "{leaf} has a key on the curve {curve}, which browsers do not accept.",
        leaf=leaf.describe(),
        curve=curve,
    )


def check_same_key_on_two_nodes(context: Context) -> tuple[Finding, ...]:
    """Check whether two nodes present the same key without sharing a certificate that names them both.

    A certificate for several nodes brings its key to each of them, and is fine here.

    Else a device answers for both, or a node was copied: to be looked at.
    """
    nodes = {node.name for node in context.site.nodes}
    by_key: dict[str, list[Leaf]] = {}
    for leaf in find_leaves(context):
        if leaf.node in nodes and isinstance(leaf.certificate.key_sha256, str):
            by_key.setdefault(leaf.certificate.key_sha256, []).append(leaf)
    faults = []
    for shown in by_key.values():
        names = list(dict.fromkeys(leaf.node for leaf in shown))
        if len(names) > 1 and not all(_names_all(leaf, names) for leaf in shown):
            faults.append(
                make_finding(
                    context,
                    "same-key-on-two-nodes",
                    state="manual",
                    node=names[1],
                    endpoint=next(leaf.endpoints[0].id for leaf in shown if leaf.node == names[1]),
                    text=say(
                        "{nodes} present one key; its certificate does not name them all.",
                        nodes=join_list(*names),
                    ),
                    evidence=tuple(dict.fromkeys(leaf.certificate.sha256 for leaf in shown)),
                )
            )
    judged = [leaf.certificate.sha256 for shown in by_key.values() for leaf in shown]
    text = say("Every node has keys of its own, or shares a certificate that names all who present it.")
    return conclude(
        context, "same-key-on-two-nodes", faults=faults, judged=judged if len(nodes) > 1 else (), text=text
    )


def _names_all(leaf: Leaf, nodes: list[str]) -> bool:
    return list_hosts(leaf.certificate) >= {*map(normalize_host, nodes)}
