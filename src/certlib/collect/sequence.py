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

from collections.abc import Generator, Mapping
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
    (
        *(Reason.NO_SUCH_HOST, Reason.UNREACHABLE, Reason.REFUSED, Reason.CONNECT_TIMEOUT),
        *(Reason.NOT_TLS, Reason.NOT_ASKED),
    )
)
LATER = 1.0  # seconds before a denial that may be a passing one is asked for again
# Parts of the time-out, once a hello was answered with silence: the wait before the small hello, so that a
# service which starts meanwhile is met awake, then that for its answer and for those that follow.
_PAUSE, _SMALL_SHARE, _REST_SHARE = 0.45, 0.25, 0.5

_BROWSER = FIRST[0]
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


def choose_first(*, gentle: bool) -> tuple[str, ...]:
    """The offers that every endpoint in order gets."""
    return tuple(GENTLE if gentle and offer == "rsa" else offer for offer in FIRST)


def explain_not_asked(rows: Rows) -> list[str]:
    """Which of the first offers were not made, nor one in their place that was answered."""
    in_place = {"rsa": (GENTLE, "rsa-tls12"), "ecdsa": ("ecdsa-tls12",)}
    return [
        offer
        for offer in FIRST
        if offer not in rows
        and not any(other in rows and rows[other].reason is None for other in in_place.get(offer, ()))
    ]


def plan_probes(
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
        yield from inquiry.ask_versions(apart=apart)
        yield from inquiry.ask_profiles()
        yield from inquiry.ask_again()


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
        self, *offers: str, row: str = "", why: str = "", later: float = 0.0, share: float = 0.0
    ) -> Probing:
        """Make some offers, and keep their answers."""
        for offer in offers:
            probe = Probe(row or offer, self.offers[offer], why, later, share or self.share)
            self.rows[probe.row] = yield probe

    def get_through(self) -> Probing:
        """A browser's hello, and a small one where that brought nothing."""
        yield from self.ask(_BROWSER)
        browser = self.rows[_BROWSER]
        too_big = browser.reason is Reason.TOO_BIG
        unknown_name = not browser.chain and "unrecognized_name" in browser.alerts
        self.over = browser.reason in DEAD or unknown_name or (too_big and not browser.version)
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
        for kind in self.kinds_in_order():
            if kind == "rsa" and self.gentle:
                yield from self.ask(GENTLE)
                if self.answered_gently:
                    continue
            yield from self.ask(kind)
            row = self.rows[kind]
            if row.reason in DENIED and self.was_seen_by_browser(kind):
                why = f"denied: {row.why}, though the browser-like offer was given one; asked again by"
                yield from self.ask(f"{kind}-suites", row=kind, why=f"{why} cipher suites alone")
            if row.reason in SILENT and (self.silent or not self.presented):
                break

    def ask_otherwise(self) -> Probing:
        """What is worth asking where the offers above were not all answered."""
        yield from self.ask(*self.offers_of_tls12())
        for offer in self.last_resorts():
            yield from self.ask(offer)
            if self.rows[offer].chain or self.rows[offer].reason in DEAD | SILENT:
                break
        if self.silent and self.answered_tls13:
            why = f"{self.rows[_BROWSER].why}, yet other hellos were answered; asked again"
            yield from self.ask(_BROWSER, why=why)

    def ask_versions(self, *, apart: bool) -> Probing:
        """The offers of one version alone that tell more than the offers of all versions have told."""
        versions = {row.version for row in self.rows.values() if row.chain and self.offers_tls13(row)}
        if "TLS 1.3" not in versions or not (apart or len(versions) > 1):
            return
        rsa_offer = GENTLE if self.answered_gently else "rsa"
        answers = {"rsa": self.rows[rsa_offer], "ecdsa": self.rows["ecdsa"]}
        answered_in = {
            kind: "TLS 1.3" if row.reason in DENIED else row.version if row.chain else None
            for kind, row in answers.items()
        }
        for kind in _KEY:
            for label, version in (("tls12", "TLS 1.2"), ("tls13", "TLS 1.3")):
                if answered_in[kind] != version:
                    yield from self.ask(f"{kind}-{label}")

    def ask_profiles(self) -> Probing:
        """The client profiles, where a certificate was presented at all."""
        if self.presented:
            yield from self.ask(*sorted(self.offers.keys() - OFFERS.keys()))

    def ask_again(self) -> Probing:
        """A while later, denials that may be passing ones: of hellos as others were answered with."""
        modern = self.answered_tls13
        unclear = [
            row
            for row in self.rows.values()
            if self.presented
            and row.offer in (*FIRST, *APART)
            and may_pass(row)
            and not row.attempts
            and (modern or not self.offers_tls13(row))
        ]
        for row in unclear:
            yield from self.ask(row.offer, why=f"{row.why}; asked once more, later", later=LATER)
        # A refusal of one kind that is a weak sign of a missing certificate.
        if ANY not in self.rows and any(
            row.attempts and row.offer != _BROWSER and may_pass(row) and may_be_denial(row)
            for row in self.rows.values()
        ):
            yield from self.ask(ANY)

    @property
    def silent(self) -> bool:
        """Whether silence was the answer to the browser's hello."""
        return self.rows[_BROWSER].reason in SILENT

    @property
    def presented(self) -> bool:
        """Whether any offer brought a certificate."""
        return any(row.chain for row in self.rows.values())

    @property
    def answered_gently(self) -> bool:
        """Whether the gentle offer brought an RSA certificate."""
        return GENTLE in self.rows and self.rows[GENTLE].reason is None

    @property
    def answered_tls13(self) -> bool:
        """Whether an offer that holds TLS 1.3 was given a certificate."""
        return any(row.chain and self.offers_tls13(row) for row in self.rows.values())

    def offers_tls13(self, row: Presentation) -> bool:
        """Whether the offer of a row holds TLS 1.3."""
        return TLS_1_3 in self.offers[row.offer].versions

    def kinds_in_order(self) -> list[str]:
        """The kinds; first the one that was given, as a port of several machines then shows it soonest."""
        keys = {self.key_of(row.leaf) for row in self.rows.values() if row.leaf}
        return sorted(_KEY, key=lambda kind: (_KEY[kind] not in keys, kind != "rsa"))

    def was_seen_by_browser(self, kind: str) -> bool:
        """Whether the browser's hello was given this kind, in a version before TLS 1.3."""
        browser = self.rows[_BROWSER]
        leaf = browser.leaf
        return leaf is not None and browser.version != "TLS 1.3" and self.key_of(leaf) == _KEY[kind]

    def offers_of_tls12(self) -> list[str]:
        """What to ask in TLS 1.2 alone, as the server takes a hello of TLS 1.2 and none that offers 1.3."""
        small = self.rows.get(SMALL)
        asked = [self.rows[kind] for kind in _KEY if kind in self.rows]
        if small is None or not small.leaf or any(row.chain for row in asked):
            return []
        if any(row.reason in SILENT for row in asked):
            return [f"{kind}-tls12" for kind in self.kinds_in_order()]
        key = self.key_of(small.leaf)
        if key not in _KIND or self.answered_gently:
            return []
        by = "tls12" if small.version == "TLS 1.2" else "suites"
        return [f"{kind}-{by}" for kind in _KEY if kind != _KIND[key]]

    def last_resorts(self) -> tuple[str, ...]:
        """The offers that are left where none brought a certificate, the likeliest first."""
        *_, last = self.rows.values()
        if self.presented or self.rows[_BROWSER].reason is Reason.TOO_BIG or last.reason in DEAD | SILENT:
            return ()
        by_content = any(CLEAR.intersection(row.alerts) for row in self.rows.values())
        return (ANY, *OLD) if by_content else (*reversed(OLD), ANY)
