"""What the loopback site presents, collected once over real TLS for each preset and test process.

evidence, assessment = site("row-4")
"""

from functools import cache

from certlib import assess, collect, lab, load_site
from certlib.assess import Assessment
from certlib.evidence import Evidence


@cache
def site(preset: str) -> tuple[Evidence, Assessment]:
    with lab.inventory(preset=preset) as inventory:
        evidence = collect(site=load_site(inventory))
    return evidence, assess(evidence)
