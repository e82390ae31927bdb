"""What to ask an endpoint next, from what it has answered so far; and what its answers mean together.

| port | connections |
|---|---|
| nobody listens, no TLS is spoken, or the name is not known there | 1 |
| silent | 2 |
| in order, with certificates of one kind or of both | 3 |
| picky: silent to large hellos or to TLS 1.3, slow to start, refuses TLS 1.3 or a browser | at most 5 |
| refuses every offer | at most 7 |

On top come: each denial that is no clear one, once more, and one offer to see whether that is believed (6);
versions apart, at most two (5); client profiles.

1. `browser`. Where nobody listens or no TLS is spoken, no offer can bring more. Nor does another hello help
   where the server says that it does not know the name. Of a certificate that is too big to be read the other
   kind may not be.
2. The browser was given nothing: `tls12`, a small hello of TLS 1.2. Silence may be due to the size of a
   hello, to TLS 1.3 or to a service that is just starting; only who is silent to the small one too is taken
   for dead. It comes after a pause, and what follows is given a part of the time-out alone.
3. `rsa` and `ecdsa`: only an offer of one kind tells a server that prefers the other from one that has no
   more. First the kind that was given already: where several machines answer in turn, it is another one's.
   - A server up to TLS 1.2 denies a kind that the browser was given: `rsa-suites` or `ecdsa-suites` asks once
     more, since it was the signature algorithms that the server disliked. The answer takes the row of the
     offer that it repeats.
   - Who was silent to the browser and is silent to this hello too, but not to `tls12`, is asked for both
     kinds in TLS 1.2; so is, for the kind that `tls12` was not given, who refuses the very kind that it was
     given.
   - Who was silent to the browser and answers this hello is asked as a browser again.
4. No offer brought a certificate, yet somebody speaks: `any` (a key neither RSA nor EC), `tls12-all` and
   `tls10-bare`, until one brings a certificate; the likelier one first: `any` after an alert about content,
   `tls10-bare` where every hello was hung up on.
5. A COP is declared for the node, or the answers came in different versions, and TLS 1.3 is spoken: each kind
   in the version that it has not answered in, as servers without ECDSA suites still leak ECDSA in TLS 1.3. An
   offer of all versions that was denied has been denied in TLS 1.3; where only TLS 1.2 is spoken, nothing is
   left to ask.
6. Client profiles that were added to the offers, where a certificate was presented at all. Then, a while
   later, once more what was denied without an alert that says why: by closing, as Tomcat does and a device
   that counts connections does too, or by an alert about something else, such as an error within the server.
   What is denied so again is believed only if the port then still answers `any`.

*Gently*, `rsa-gentle` takes the place of `rsa` and `rsa` follows only where that brought no RSA certificate,
as on a server of TLS 1.3 alone. The other offers stay as they are: `browser` has to be what a browser sends,
and an ECDSA certificate comes with a signature only. Each answer stands under the offer that brought it.

What these connections tell of TLS, without one more: the version of every answer, which for `browser`, `rsa`
and `ecdsa` is the highest that the server shares with the client (that it accepts a lower one is seen only
where 2 to 5 asked for it, and not guessed elsewhere); whether ECDSA is presented at all, by `ecdsa`, and in
which version; and whether a COP holds in TLS 1.2 and leaks in TLS 1.3, by 5.
"""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field

from certlib.collect.meaning import (
    ANY,
    APART,
    CLEAR,
    DENIED,
    FIRST,
    SILENT,
    KeyOf,
    may_be_denial,
    may_pass,
)
from certlib.evidence import Presentation
from certlib.reasons import Reason
from certlib.tls import OFFERS, Offer
from certlib.tls.names import TLS_1_3

GENTLE = "rsa-gentle"
SMALL = "tls12"
OLD = ("tls12-all", "tls10-bare")
BY_SUITES = ("rsa-suites", "ecdsa-suites")

# After one of these no other hello can bring more.
DEAD = frozenset(
    {
        Reason.NO_SUCH_HOST,
        Reason.UNREACHABLE,
        Reason.REFUSED,
        Reason.CONNECT_TIMEOUT,
        Reason.NOT_TLS,
        Reason.NOT_ASKED,
    }
)
LATER = 1.0  # seconds before a denial that may be a passing one is asked for again
# Parts of the time-out, once a hello was answered with silence: the wait before the small hello, so that a
# service which starts meanwhile is met awake, then that for its answer and for those that follow.
_PAUSE, _SMALL_SHARE, _REST_SHARE = 0.45, 0.25, 0.5

_KEY = {"rsa": "rsa", "ecdsa": "ec"}
_KIND = {key: kind for kind, key in _KEY.items()}

Rows = Mapping[str, Presentation]  # by offer
Probing = Generator["Probe", Presentation, None]


@dataclass(frozen=True, slots=True)
class Probe:
    """One offer to make; the answer is kept under `row`."""

    row: str
    offer: Offer
    why: str = ""  # why a row is asked once more
    later: float = 0.0  # seconds to wait before
    share: float = 1.0  # of the time-out of an answer


def first(*, gentle: bool) -> tuple[str, ...]:
    """The offers that every endpoint in order gets."""
    return tuple(GENTLE if gentle and offer == "rsa" else offer for offer in FIRST)


def not_asked(rows: Rows) -> list[str]:
    """Which of the first offers were not made, nor one in their place that was answered."""
    in_place = {"rsa": (GENTLE, "rsa-tls12"), "ecdsa": ("ecdsa-tls12",)}
    return [
        offer
        for offer in FIRST
        if offer not in rows
        and not any(other in rows and rows[other].reason is None for other in in_place.get(offer, ()))
    ]


def probes(
    *,
    offers: Mapping[str, Offer],
    apart: bool,
    key_of: KeyOf,
    gentle: bool = False,
    patience: float = 5.0,
) -> Probing:
    """The probes of one endpoint; the answer to each is sent in.

    `apart`: whether versions matter here. `patience`: the time-out of an answer, in seconds.
    """
    inquiry = _Inquiry(offers, key_of, gentle, patience)
    yield from inquiry.get_through()
    if not inquiry.over:
        yield from inquiry.ask_kinds()
        yield from inquiry.ask_otherwise()
        rows = inquiry.rows
        for offer in (*_apart(rows, offers, apart=apart), *_profiles(rows, offers)):
            yield from inquiry.ask(offer)
        for offer in _unclear(rows, offers):
            yield from inquiry.ask(offer, why=f"{rows[offer].why}; asked once more, later", later=LATER)
        if ANY not in rows and any(row.attempts and _still_denied(row) for row in rows.values()):
            yield from inquiry.ask(ANY)


@dataclass(slots=True)
class _Inquiry:
    """What one endpoint has answered, and what that calls for."""

    offers: Mapping[str, Offer]
    key_of: KeyOf
    gentle: bool
    patience: float
    rows: dict[str, Presentation] = field(default_factory=dict)
    share: float = 1.0
    over: bool = False  # nothing more is worth a connection

    def ask(
        self, offer: str, *, row: str = "", why: str = "", later: float = 0.0, share: float = 0.0
    ) -> Probing:
        """Make one offer, and keep its answer."""
        probe = Probe(row or offer, self.offers[offer], why, later, share or self.share)
        self.rows[probe.row] = yield probe

    @property
    def silent(self) -> bool:
        """Whether silence was the answer to the browser's hello."""
        return self.rows["browser"].reason in SILENT

    def get_through(self) -> Probing:
        """A browser's hello, and a small one where that brought nothing."""
        yield from self.ask("browser")
        browser = self.rows["browser"]
        too_big = browser.reason is Reason.TOO_BIG
        self.over = browser.reason in DEAD or _unknown_name(browser) or (too_big and not browser.version)
        if self.over or browser.chain or too_big:
            return
        if self.silent:
            self.share = _REST_SHARE
            yield from self.ask(SMALL, later=_PAUSE * self.patience, share=_SMALL_SHARE)
        else:
            yield from self.ask(SMALL)
        reason = self.rows[SMALL].reason
        self.over = reason in DEAD or (self.silent and reason in SILENT)

    def ask_kinds(self) -> Probing:
        """Each kind by itself, until silence shows that nobody listens to such hellos."""
        for kind in _in_order(self.rows.values(), self.key_of):
            if kind == "rsa" and self.gentle:
                yield from self.ask(GENTLE)
                if _gently(self.rows):
                    continue
            yield from self.ask(kind)
            browser, row = self.rows["browser"], self.rows[kind]
            if _denied_though_seen(browser, row, kind, self.key_of):
                why = f"denied: {row.why}, though the browser-like offer was given one; asked again by"
                yield from self.ask(f"{kind}-suites", row=kind, why=f"{why} cipher suites alone")
            if row.reason in SILENT and (self.silent or not _presented(self.rows)):
                break

    def ask_otherwise(self) -> Probing:
        """What is worth asking where the offers above were not all answered."""
        for offer in _in_place_of_tls13(self.rows, self.key_of):
            yield from self.ask(offer)
        for offer in _last_resorts(self.rows):
            yield from self.ask(offer)
            if self.rows[offer].chain or self.rows[offer].reason in DEAD | SILENT:
                break
        if self.silent and _given(self.rows, self.offers, TLS_1_3):
            why = f"{self.rows['browser'].why}, yet other hellos were answered; asked again"
            yield from self.ask("browser", why=why)


def _unknown_name(row: Presentation) -> bool:
    """Whether the server hung up over the name that it was asked for."""
    return not row.chain and "unrecognized_name" in row.alerts


def _in_order(rows: Iterable[Presentation], key_of: KeyOf) -> list[str]:
    """The kinds; first the one that was given, as a port of several machines then shows it soonest."""
    given = {key_of(row.leaf) for row in rows if row.leaf}
    return sorted(_KEY, key=lambda kind: (_KEY[kind] not in given, kind != "rsa"))


def _gently(rows: Rows) -> bool:
    """Whether the gentle offer brought an RSA certificate."""
    return GENTLE in rows and rows[GENTLE].reason is None


def _denied_though_seen(browser: Presentation, row: Presentation, kind: str, key_of: KeyOf) -> bool:
    return (
        row.reason in DENIED
        and browser.leaf is not None
        and browser.version != "TLS 1.3"
        and key_of(browser.leaf) == _KEY[kind]
    )


def _in_place_of_tls13(rows: Rows, key_of: KeyOf) -> list[str]:
    """What to ask in TLS 1.2 alone, as the server takes a hello of TLS 1.2 and none that offers 1.3."""
    small = rows.get(SMALL)
    if small is None or not small.leaf or any(rows[kind].chain for kind in _KEY if kind in rows):
        return []
    given = key_of(small.leaf)
    if any(rows[kind].reason in SILENT for kind in _KEY if kind in rows):
        return [f"{kind}-tls12" for kind in _in_order(rows.values(), key_of)]
    if given not in _KIND or (GENTLE in rows and _gently(rows)):
        return []
    return [
        f"{kind}-tls12" if small.version == "TLS 1.2" else f"{kind}-suites"
        for kind in _KEY
        if kind != _KIND[given]
    ]


def _presented(rows: Rows) -> bool:
    return any(row.chain for row in rows.values())


def _last_resorts(rows: Rows) -> tuple[str, ...]:
    """The offers that are left where none brought a certificate, the likeliest first."""
    last = [*rows.values()][-1]
    if _presented(rows) or rows["browser"].reason is Reason.TOO_BIG or last.reason in DEAD | SILENT:
        return ()
    by_content = any(CLEAR.intersection(row.alerts) for row in rows.values())
    return (ANY, *OLD) if by_content else (*reversed(OLD), ANY)


def _given(rows: Rows, offers: Mapping[str, Offer], version: int) -> bool:
    """Whether an offer that holds a version was given a certificate."""
    return any(row.chain and version in offers[row.offer].versions for row in rows.values())


def _apart(rows: Rows, offers: Mapping[str, Offer], *, apart: bool) -> list[str]:
    """The offers of one version alone that tell more than the offers of all versions have told."""
    versions = {row.version for row in rows.values() if row.chain and TLS_1_3 in offers[row.offer].versions}
    if "TLS 1.3" not in versions or not (apart or len(versions) > 1):
        return []
    answers = {kind: rows[GENTLE if kind == "rsa" and _gently(rows) else kind] for kind in _KEY}
    told = {
        kind: "TLS 1.3" if row.reason in DENIED else row.version if row.chain else None
        for kind, row in answers.items()
    }
    return [
        f"{kind}-{label}"
        for kind in _KEY
        for label, version in (("tls12", "TLS 1.2"), ("tls13", "TLS 1.3"))
        if told[kind] != version
    ]


def _profiles(rows: Rows, offers: Mapping[str, Offer]) -> list[str]:
    return sorted(offers.keys() - OFFERS.keys()) if _presented(rows) else []


def _unclear(rows: Rows, offers: Mapping[str, Offer]) -> list[str]:
    """Denials that may be passing ones: of hellos as others were answered with."""
    if not _presented(rows):
        return []
    modern = _given(rows, offers, TLS_1_3)
    return [
        row.offer
        for row in rows.values()
        if row.offer in (*FIRST, *APART)
        and may_pass(row)
        and not row.attempts
        and (modern or TLS_1_3 not in offers[row.offer].versions)
    ]


def _still_denied(row: Presentation) -> bool:
    """Whether an offer of one kind met a refusal that is a weak sign of a missing certificate."""
    return row.offer != FIRST[0] and may_pass(row) and may_be_denial(row)
