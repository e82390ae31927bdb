"""The figures and lists that checks go by, as the checks' entries in the knowledge give them."""

from datetime import date

from certlib.knowledge import Knowledge
from certlib.knowledge.model import Limit


def figure(knowledge: Knowledge, check: str, name: str) -> int:
    """A number of days or bits. Raises LookupError when the check has none of that name."""
    return next(one.value for one in _named(knowledge, check, name) if isinstance(one.value, int))


def figure_on(knowledge: Knowledge, check: str, name: str, *, day: date) -> int | None:
    """The number that holds on a day; None before the first one."""
    held = [one for one in _named(knowledge, check, name) if one.since and one.since <= day]
    value = max(held, key=lambda one: one.since or day).value if held else None
    return value if isinstance(value, int) else None


def day_of(knowledge: Knowledge, check: str, name: str) -> date:
    """A day. Raises LookupError when the check has none of that name."""
    return next(one.value for one in _named(knowledge, check, name) if isinstance(one.value, date))


def listed(knowledge: Knowledge, check: str, name: str) -> tuple[str, ...]:
    """A list of names. Raises LookupError when the check has none of that name."""
    return next(one.value for one in _named(knowledge, check, name) if isinstance(one.value, tuple))


def _named(knowledge: Knowledge, check: str, name: str) -> list[Limit]:
    found = [one for one in knowledge.checks[check].limits if one.name == name]
    if not found:
        raise LookupError(f"the check {check} has no limit {name}")
    return found
