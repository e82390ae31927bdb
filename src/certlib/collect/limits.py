"""How lightly a site is touched: how much at a time, and how long anything may take."""

from dataclasses import dataclass
from typing import Final

from certlib.inventory import Collecting

_MOST_CONNECTING: Final = 15.0  # by then a system has knocked four times
_MOST_LOOKING_UP: Final = 30.0
_MOST_CONNECTIONS: Final = 30  # to one endpoint, at all of its addresses


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one collection. Raises ValueError for bounds within which nothing could be collected."""

    connections: int = 32  # at a time, to all endpoints
    per_address: int = 2  # at a time, to one IP address
    per_port: int = 1  # at a time, to one port of one address
    connect_seconds: float = 3.0
    answer_seconds: float = 5.0  # for the whole answer of one connection, however slowly it comes
    pause_seconds: float = 0.0  # between two connections to one IP address
    # For all connections of one endpoint together, without waiting in line or pausing; those to further
    # addresses of its name are apart.
    endpoint_seconds: float = 30.0
    resolve_seconds: float = 10.0  # for the look-up of one name
    settle_seconds: float = 0.15  # wait for what belongs to a chain that is there (signature algorithm)
    retries: int = 1  # of an endpoint, when a connection was reset
    keep_seconds: float = 5.0  # between two calls of `keep`

    def __post_init__(self) -> None:
        """Refuse numbers that would wait for ever, or for nothing."""
        if min(self.connections, self.per_address, self.per_port) < 1:
            raise ValueError("at least one connection must be allowed at a time")
        if min(self.connect_seconds, self.answer_seconds, self.endpoint_seconds, self.resolve_seconds) <= 0:
            raise ValueError("every time limit must be more than nothing")
        if self.pause_seconds and self.per_address > 1:
            raise ValueError("a pause must be between connections that come one at a time")

    def longest(self, endpoints: int) -> float:
        """Seconds that no collection of so many endpoints takes, even if all stand behind one address."""
        one = 2 * self.endpoint_seconds + self.resolve_seconds + _MOST_CONNECTIONS * self.pause_seconds
        return endpoints * one


def limits_for(collecting: Collecting) -> Limits:
    """The bounds that follow from the few numbers that people give."""
    usual, pause = Limits(), collecting.apart
    times = (collecting.patience or usual.answer_seconds) / usual.answer_seconds
    return Limits(
        per_address=usual.per_address if pause is None else 1,
        pause_seconds=pause or 0.0,
        connect_seconds=min(times * usual.connect_seconds, _MOST_CONNECTING),
        answer_seconds=times * usual.answer_seconds,
        endpoint_seconds=times * usual.endpoint_seconds,
        resolve_seconds=min(times * usual.resolve_seconds, _MOST_LOOKING_UP),
    )
