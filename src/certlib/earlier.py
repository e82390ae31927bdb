"""The evidence of an earlier run of a site, with which the present one is compared."""

from datetime import datetime
from pathlib import Path

from certlib import evidence
from certlib.assess import Assessment, assess
from certlib.errors import InvalidInput, Problem
from certlib.evidence import Evidence
from certlib.knowledge import load
from certlib.share import key_beside
from certlib.share import shared as share_with
from certlib.text import quoted, visible

FILE = "evidence.json"
KEPT = "earlier-evidence.json"  # as it lies in the folder of the run that was compared with it


def place(path: Path) -> Path:
    """The evidence file that a path means: itself, or the one in the folder of a run.

    Raises InvalidInput for a folder without evidence; that of a shared report has none.
    """
    if not path.is_dir():
        return path
    file = path / FILE
    if file.is_file():
        return file
    wrong, instead = f"holds no {FILE}.", f"Name the folder of a run, or its {FILE}."
    if (path.resolve().parent / FILE).is_file():
        wrong = f"holds no {FILE}; a report that is shared with others has none."
        instead = "Name the run's own folder, the one above it."
    elif runs := sorted(one.parent.name for one in path.glob(f"*/{FILE}")):
        instead = f"Name one of the runs in it, for example {visible(runs[-1])}."
    raise _refused(path, wrong, instead)


def read(path: Path, *, site: str, before: datetime) -> Evidence:
    """The evidence in an earlier run's folder or file, of the site with this id, collected before a moment.

    Raises InvalidInput: for what is no evidence or is damaged, for another site, and for what is not earlier.
    """
    file = place(path)
    found = evidence.read(file)
    if found.site.id != site:
        wrong = f"holds the evidence of the site {quoted(found.site.id)}, not of {quoted(site)}."
        raise _refused(file, wrong, "Name an earlier run of the same site.")
    if found.collected >= before:
        then, now = (f"{moment:%Y-%m-%d %H:%M:%S} UTC" for moment in (found.collected, before))
        wrong = f"was collected at {then}, which is not earlier than what it is compared with ({now})."
        raise _refused(file, wrong, "Name an earlier run; with two, the newer one is reported on.")
    return found


def read_earlier(path: Path, *, than: Path, share: bool = False) -> Assessment:
    """The earlier evidence as it would be assessed today, in the language of the present report.

    `than`: the file of the present evidence. `share`: with the pseudonyms that the present one has.
    Raises InvalidInput as `read` does, CannotWrite.
    """
    present = evidence.read(than)
    found = read(path, site=present.site.id, before=present.collected)
    known = load(present.site.report.language)
    if not share:
        return assess(found, knowledge=known)
    found, proof = share_with(found, key=key_beside(than), later=present)
    return assess(found, knowledge=known, proof=proof)


def _refused(path: Path, wrong: str, instead: str) -> InvalidInput:
    return InvalidInput((Problem(visible(str(path)), None, "", wrong, instead),))
