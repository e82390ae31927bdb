"""The mark that a notebook's last cell leaves: without it a run did not come to its end."""

from certlib.assess import Assessment
from certlib.evidence import Evidence
from certlib.show.markup import Display, tag
from certlib.show.matrix import matrix_text
from certlib.show.summary import summary_text

END_MARK = "application/vnd.certlib.end+json"


def end(result: Evidence | Assessment) -> Display:
    """Say that the notebook came to its end, and to the run what it found."""
    if isinstance(result, Evidence):
        facts: dict[str, str | int] = {"endpoints": len({one.endpoint for one in result.presentations})}
        text = f"Collected from {facts['endpoints']} endpoints."
    else:
        text = f"{summary_text(result)}\n\n{matrix_text(result)}"
        facts = {"verdict": result.verdict.word, "rule": result.verdict.rule, "text": text}
    return Display(html=tag("p", "End of the notebook.", class_="end"), text=text, private={END_MARK: facts})
