"""What it means that a certificate is missing: the words that fit the very answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from certlib.knowledge.model import Knowledge, When
from certlib.reasons import OTHER, Detail, Reason, make_verbatim

_MODERN = ("TLS 1.2", "TLS 1.3")


class Asked(Protocol):
    """An offer and what came of it, as evidence keeps it."""

    @property
    def offer(self) -> str:
        """The offer's id."""

    @property
    def chain(self) -> tuple[str, ...]:
        """The certificates that came."""

    @property
    def reason(self) -> Reason | None:
        """Why none came."""

    @property
    def detail(self) -> tuple[Detail, ...]:
        """What the collection wrote beside the reason."""

    @property
    def version(self) -> str | None:
        """The TLS version, as far as known."""

    @property
    def alerts(self) -> tuple[str, ...]:
        """The alerts that came."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sentence for people, and what to check."""

    sentence: str
    hint: str


def explain_reason(row: Asked, *, among: Iterable[Asked], knowledge: Knowledge) -> Meaning:
    """What the reason of a row means; `among`: all rows of its endpoint. Without a reason: nothing."""
    if row.reason is None:
        return Meaning("", "")
    text = knowledge.reasons[row.reason.value]
    given = [other for other in among if other.chain and other.offer != row.offer]
    told = next((case for case in text.cases if _fits(case.when, row, given)), text)
    return Meaning(told.sentence.format_map({"version": row.version or ""}), told.hint)


def _fits(when: When, row: Asked, given: Sequence[Asked]) -> bool:
    """Whether everything holds that a case asks for; `given`: the other offers that brought a certificate."""
    details = row.detail or make_verbatim("".join(row.alerts[-1:]))
    names = {detail.fields["text"] if detail.code == OTHER else detail.code for detail in details}
    begun = bool(row.version or row.alerts) or "received" in names
    return (
        (not when.said or not names.isdisjoint(when.said))
        and when.offer in (None, _offer(row.offer))
        and when.begun in (None, begun)
        and when.answered in (None, bool(given))
        and when.modern in (None, any(other.version in _MODERN for other in given))
        and when.version in (None, bool(row.version))
    )


def _offer(offer: str) -> str:
    """What an offer is to these words: the browser's, of one kind of certificate, or another."""
    return "one-kind" if offer.partition("-")[0] in ("rsa", "ecdsa") else offer
