"""Findings that the inventory accepts: they stay as they are, with who answers for them, until a day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from certlib.assess.model import Finding
from certlib.inventory import Waiver


def apply_waivers(
    findings: Iterable[Finding], *, waivers: Iterable[Waiver], today: date
) -> tuple[Finding, ...]:
    """The findings in their order, each that a valid waiver covers with the one that holds longest."""
    valid = sorted((one for one in waivers if one.until >= today), key=lambda one: one.until, reverse=True)
    return tuple(
        replace(each, waiver=next((one for one in valid if _covers(one, each)), None)) for each in findings
    )


def _covers(waiver: Waiver, finding: Finding) -> bool:
    """A waiver covers its check's objections, everywhere or where it says; a pass needs none."""
    return (
        finding.state not in ("pass", "not-applicable")
        and waiver.check == finding.check
        and waiver.node in (None, finding.node)
        and waiver.endpoint in (None, finding.endpoint)
    )
