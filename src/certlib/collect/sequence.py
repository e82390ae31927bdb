"""What to ask an endpoint next, from what it has answered so far; and what its answers mean together.

Three connections are enough for a server in order, one for a dead port:

1. `browser`. Where nobody listens, nothing answers or no TLS is spoken, no offer can bring more: stop.
2. `rsa`, then `ecdsa`: only an offer of one kind tells a server that prefers the other from one that has no
   more.

And more only where these leave something open:

3. A server up to TLS 1.2 denies a kind that the browser was given: `rsa-suites` or `ecdsa-suites` asks once
   more, since it was the signature algorithms that the server disliked. The answer takes the row of the offer
   that it repeats.
4. One kind was given, but the browser nothing: `any`, which accepts all there is. When that is denied too,
   the server chooses a certificate that it then can't present: nobody may say that it has none of this kind.
5. No offer brought a certificate, yet somebody speaks: the fall-backs, until one brings a certificate. `any`
   (a key neither RSA nor EC) only after an alert or a choice that was not offered, since it differs from the
   first three by its content alone.
6. A COP is declared for the node, or the answers came in different versions, and TLS 1.3 is spoken: each kind
   in the version that it has not answered in, as servers without ECDSA suites still leak ECDSA in TLS 1.3. An
   offer of all versions that was denied has been denied in TLS 1.3; where only TLS 1.2 is spoken, nothing is
   left to ask.
7. Client profiles that were added to the offers, where a certificate was presented at all.

*Gently*, `rsa-gentle` takes the place of `rsa` and `rsa` follows only where that brought no RSA certificate,
as on a server of TLS 1.3 alone. The other offers stay as they are: `browser` has to be what a browser sends,
and an ECDSA certificate comes with a signature only. Each answer stands under the offer that brought it.

What these connections tell of TLS, without one more: the version of every answer, which for `browser`, `rsa`
and `ecdsa` is the highest that the server shares with the client (that it accepts a lower one is seen only
where 5 or 6 asked for it, and not guessed elsewhere); whether ECDSA is presented at all, by `ecdsa`, and in
which version; and whether a COP holds in TLS 1.2 and leaks in TLS 1.3, by 6.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from certlib.evidence import Presentation
from certlib.reasons import Reason
from certlib.tls import OFFERS, Offer

FIRST = ("browser", "rsa", "ecdsa")
GENTLE = "rsa-gentle"
ANY = "any"
OLD = ("tls12", "tls12-all", "tls10-bare")
APART = ("rsa-tls12", "rsa-tls13", "ecdsa-tls12", "ecdsa-tls13")
BY_SUITES = ("rsa-suites", "ecdsa-suites")

# After one of these to the first offer the port is taken for dead.
DEAD = frozenset(
    {
        Reason.NO_SUCH_HOST,
        Reason.UNREACHABLE,
        Reason.REFUSED,
        Reason.CONNECT_TIMEOUT,
        Reason.NO_ANSWER,
        Reason.STALLED,
        Reason.NOT_TLS,
        Reason.TOO_BIG,
        Reason.NOT_ASKED,
    }
)
_DENIED = frozenset({Reason.ALERT, Reason.CLOSED})
_KEY = {"rsa": "rsa", "ecdsa": "ec"}
_CALLED = {"rsa": "RSA", "ec": "ECDSA"}

KeyOf = Callable[[str], str | None]  # SHA-256 of a leaf -> "rsa", "ec" …; None: unreadable
Asking = Generator["Question", Presentation, None]


@dataclass(frozen=True, slots=True)
class Question:
    """One offer to make; the answer is kept under `row`."""

    row: str
    offer: Offer
    why: str = ""  # why a row is asked once more


def first(*, gentle: bool) -> tuple[str, ...]:
    """The offers that every endpoint in order gets."""
    return tuple(GENTLE if gentle and offer == "rsa" else offer for offer in FIRST)


def not_asked(rows: Mapping[str, Presentation]) -> list[str]:
    """Which of the first offers were not made, nor one in their place that was answered."""
    return [offer for offer in FIRST if offer not in rows and not (offer == "rsa" and _gently(rows))]


def _gently(rows: Mapping[str, Presentation]) -> bool:
    """Whether the gentle offer brought an RSA certificate."""
    return GENTLE in rows and rows[GENTLE].reason is None


def questions(*, offers: Mapping[str, Offer], apart: bool, key_of: KeyOf, gentle: bool = False) -> Asking:
    """The questions to one endpoint; the answer to each is sent in. `apart`: whether versions matter here."""
    rows: dict[str, Presentation] = {}

    def ask(offer: str, row: str = "", why: str = "") -> Asking:
        question = Question(row or offer, offers[offer], why)
        rows[question.row] = yield question

    yield from ask("browser")
    if rows["browser"].reason in DEAD:
        return
    for kind in _KEY:
        if kind == "rsa" and gentle:
            yield from ask(GENTLE)
            if _gently(rows):
                continue
        yield from ask(kind)
        if _denied_though_seen(rows["browser"], rows[kind], kind, key_of):
            why = f"denied: {rows[kind].why}, though the browser-like offer was given one; asked again by"
            yield from ask(f"{kind}-suites", kind, f"{why} cipher suites alone")
    for offer in _fall_backs(rows):
        yield from ask(offer)
        if rows[offer].chain or rows[offer].reason in DEAD:
            break
    for offer in (*_apart(rows, apart=apart), *_profiles(rows, offers)):
        yield from ask(offer)


def _denied_though_seen(browser: Presentation, row: Presentation, kind: str, key_of: KeyOf) -> bool:
    return (
        row.reason in _DENIED
        and browser.leaf is not None
        and browser.version != "TLS 1.3"
        and key_of(browser.leaf) == _KEY[kind]
    )


def _presented(rows: Mapping[str, Presentation]) -> bool:
    return any(row.chain for row in rows.values())


def _fall_backs(rows: Mapping[str, Presentation]) -> tuple[str, ...]:
    if rows["browser"].chain:
        return ()
    if _presented(rows):
        return (ANY,)
    by_content = any(row.reason in (Reason.ALERT, Reason.NOT_OFFERED) for row in rows.values())
    return (ANY, *OLD) if by_content else OLD


def _apart(rows: Mapping[str, Presentation], *, apart: bool) -> list[str]:
    """The offers of one version alone that tell more than the offers of all versions have told."""
    versions = {row.version for row in rows.values() if row.chain and row.offer != GENTLE}
    if "TLS 1.3" not in versions or not (apart or len(versions) > 1):
        return []
    answers = {kind: rows[GENTLE if kind == "rsa" and _gently(rows) else kind] for kind in _KEY}
    told = {
        kind: "TLS 1.3" if row.reason in _DENIED else row.version if row.chain else None
        for kind, row in answers.items()
    }
    return [
        f"{kind}-{label}"
        for kind in _KEY
        for label, version in (("tls12", "TLS 1.2"), ("tls13", "TLS 1.3"))
        if told[kind] != version
    ]


def _profiles(rows: Mapping[str, Presentation], offers: Mapping[str, Offer]) -> list[str]:
    return sorted(offers.keys() - OFFERS.keys()) if _presented(rows) else []


def understood(
    rows: Sequence[Presentation], *, offers: Mapping[str, Offer], key_of: KeyOf
) -> tuple[Presentation, ...]:
    """The rows of one endpoint with what they mean together: a denial beside an answer is a missing leaf.

    An alert to an offer of one kind means *no such certificate* when an offer that accepts both was answered
    with the other kind, and nobody was given this one; a plain close says so more weakly. Where an offer of
    one version was denied, only answers in that version count. Otherwise nothing is concluded.
    """
    return tuple(
        _understood(row, [other for other in rows if other is not row and other.leaf], offers, key_of)
        for row in rows
    )


def _understood(
    row: Presentation, others: Iterable[Presentation], offers: Mapping[str, Offer], key_of: KeyOf
) -> Presentation:
    key = offers[row.offer].key
    if row.reason not in _DENIED or key is None:
        return row
    version = _only_version(row.offer)
    others = [other for other in others if version is None or other.version == version]
    for other in others:
        if other.leaf and key_of(other.leaf) == key:
            seen = f"yet the offer {other.offer} was given an {_CALLED[key]} certificate"
            return replace(row, detail="; ".join(filter(None, (row.detail, seen))))
    telling = [other.offer for other in others if version or other.offer in (FIRST[0], ANY)]
    if not telling:
        return row
    sign = (
        f"denied with {row.detail}"
        if row.reason is Reason.ALERT
        else "denied by closing the connection, which is a weaker sign than an alert"
    )
    return replace(
        row,
        reason=Reason.NO_SUCH_CERTIFICATE,
        detail=f"{sign}, while the offer {telling[0]} was answered"
        + (f"; said of {version} alone" if version else ""),
    )


def _only_version(offer: str) -> str | None:
    """The version that an offer is limited to."""
    return {"tls12": "TLS 1.2", "tls13": "TLS 1.3"}[offer.rpartition("-")[2]] if offer in APART else None
