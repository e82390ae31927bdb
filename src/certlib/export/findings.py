"""The findings as JSON, for programs."""

import json

import pandas as pd

from certlib.assess import Assessment
from certlib.export.tables import list_records
from certlib.version import VERSION

SCHEMA_VERSION = 1


def render_findings_json(findings: pd.DataFrame, assessment: Assessment) -> str:
    """The findings with the verdict they led to, held by `schemas/findings.schema.json`."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "about": {
            "customer": assessment.site.customer,
            "site": assessment.site.id,
            "collected": assessment.collected.isoformat(),
            "verdict": assessment.verdict.word,
            "rule": assessment.verdict.rule,
            "made_by": f"certlib {VERSION}",
        },
        "columns": list(findings.columns),
        "findings": list_records(findings),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
