"""How lightly a site is touched: how much at a time, and how long anything may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one collection. Raises ValueError for bounds within which nothing could be collected."""

    connections: int = 32  # at a time, to all endpoints
    per_address: int = 2  # at a time, to one IP address
    per_port: int = 1  # at a time, to one port of one address
    connect_seconds: float = 3.0
    answer_seconds: float = 5.0  # for the whole answer of one connection, however slowly it comes
    endpoint_seconds: float = 30.0  # for all connections of one endpoint together, without waiting in line
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
