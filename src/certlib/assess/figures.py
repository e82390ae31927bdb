"""The numbers, days and lists that the knowledge gives a check."""

from datetime import date

from certlib.knowledge import Knowledge
from certlib.knowledge.model import Limit


def get_figure(knowledge: Knowledge, check: str, name: str) -> int:
    """A number of days or bits. Raises LookupError when the check has none of that name."""
    return next(limit.value for limit in _get_limits(knowledge, check, name) if isinstance(limit.value, int))


def get_figure_on(knowledge: Knowledge, check: str, name: str, *, day: date) -> int | None:
    """The number that holds on a day; None before the first one."""
    held = [limit for limit in _get_limits(knowledge, check, name) if limit.since and limit.since <= day]
    value = max(held, key=lambda limit: limit.since or day).value if held else None
    return value if isinstance(value, int) else None


def get_list(knowledge: Knowledge, check: str, name: str) -> tuple[str, ...]:
    """A list of names. Raises LookupError when the check has none of that name."""
    return next(
        limit.value for limit in _get_limits(knowledge, check, name) if isinstance(limit.value, tuple)
    )


def _get_limits(knowledge: Knowledge, check: str, name: str) -> list[Limit]:
    limits = [limit for limit in knowledge.checks[check].limits if limit.name == name]
    if not limits:
        raise LookupError(f"the check {check} has no limit {name}")
    return limits


def get_expiry_steps(knowledge: Knowledge) -> tuple[int, int, int]:
    """Days after the upgrade; rule-expires-soon gives the reason for each."""
    window, soon, later = (
        get_figure(knowledge, "expires-soon", name) for name in ("same-window", "soon", "next")
    )
    return window, soon, later
