"""The mark that a notebook's last cell leaves: without it a run did not come to its end."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from certlib.assess import Assessment
from certlib.evidence import Evidence
from certlib.language import in_language_of_site, say
from certlib.show.markup import Display, tag
from certlib.show.matrix import matrix_text
from certlib.show.since import since_line
from certlib.show.summary import summary_text

END_MARK = "application/vnd.certlib.end+json"
FILES = "application/vnd.certlib.files+json"


@in_language_of_site
def end(
    result: Evidence | Assessment, *, files: Iterable[Path] = (), earlier: Assessment | None = None
) -> Display:
    """Say that the notebook came to its end, and to the run what it found; since an `earlier` run, if given.

    `files`: what the report's reader gets with it, as the PDF's attachments; each is named with its SHA-256.
    """
    if isinstance(result, Evidence):
        count = len({presentation.endpoint for presentation in result.presentations})
        facts: dict[str, str | int] = {"endpoints": count}
        text = say("Collected from {count} endpoints.", count=count)
    else:
        told = (summary_text(result), since_line(result, earlier).text, matrix_text(result))
        text = "\n\n".join(part for part in told if part)
        facts = {"verdict": result.verdict.word, "rule": result.verdict.rule, "text": text}
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    private = {END_MARK: facts, FILES: sums} if sums else {END_MARK: facts}
    return Display(html=tag("p", say("End of the notebook."), class_="end"), text=text, private=private)
