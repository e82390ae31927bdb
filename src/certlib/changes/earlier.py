"""The evidence of an earlier run of a site, with which the present one is compared."""

from datetime import datetime
from pathlib import Path

from certlib import evidence
from certlib.assess import Assessment, assess
from certlib.errors import InvalidInput, Problem
from certlib.evidence import Evidence
from certlib.pseudonyms import find_key_beside, pseudonymize
from certlib.text import make_visible

FILE = "evidence.json"
KEPT = "earlier-evidence.json"  # as it lies in the folder of the run that was compared with it


def find_evidence(path: Path) -> Path:
    """The evidence file that a path means: itself, or the one in the folder of a run.

    Raises InvalidInput for a folder without evidence; that of a shared report has none.
    """
    try:
        if not path.is_dir():
            return path
        file = path / FILE
        if file.is_file():
            return file
        raise _refuse(path, *_explain_missing(path))
    except (OSError, RuntimeError) as error:
        cause = getattr(error, "strerror", None) or error
        raise _refuse(path, f"cannot be read ({cause}).", "Check its name and who may read it.") from None


def _explain_missing(path: Path) -> tuple[str, str]:
    """What is wrong with a folder without evidence, and what to name instead."""
    wrong, instead = f"holds no {FILE}.", f"Name the folder of a run, or its {FILE}."
    if (path.resolve().parent / FILE).is_file():
        wrong = f"holds no {FILE}; a report that is shared with others has none."
        instead = "Name the run's own folder, the one above it."
    elif runs := sorted(file.parent.name for file in path.glob(f"*/{FILE}")):
        instead = f"Name one of the runs in it, for example {make_visible(runs[-1])}."
    return wrong, instead


def read(path: Path, *, site: str, before: datetime, customer: str | None = None) -> Evidence:
    """The evidence in an earlier run's folder or file, of the site with this id, collected before a moment.

    `customer`: whose site it is; two may have one with this id. Raises InvalidInput: for what is no evidence
    or is damaged, for another site, and for what is not earlier.
    """
    file = find_evidence(path)
    earlier = evidence.read(file)
    customer = earlier.site.customer if customer is None else customer
    wrong = evidence.is_of_another_site(earlier.site, site, customer)
    if wrong:
        instead = "Name an earlier run of the same site"
        if earlier.site.id == site:
            instead += "; if the customer has another name now, write the one of then into the inventory"
        raise _refuse(file, wrong, f"{instead}.")
    if earlier.collected >= before:
        then, now = (f"{moment:%Y-%m-%d %H:%M:%S} UTC" for moment in (earlier.collected, before))
        wrong = f"was collected at {then}, which is not earlier than what it is compared with ({now})."
        raise _refuse(file, wrong, "Name an earlier run; with two, the newer one is reported on.")
    return earlier


def read_earlier(path: Path, *, than: Path, share: bool = False) -> Assessment:
    """The earlier evidence as it would be assessed today, in the language of the present report.

    `than`: the file of the present evidence. `share`: with the pseudonyms that the present one has.
    Raises InvalidInput as `read` does, CannotWrite.
    """
    present = evidence.read(than)
    whose = {"site": present.site.id, "customer": present.site.customer}
    earlier = read(path, **whose, before=present.collected)
    if not share:
        return assess(earlier)
    earlier, proof = pseudonymize(earlier, key=find_key_beside(than), later=present)
    return assess(earlier, proof=proof)


def _refuse(path: Path, wrong: str, instead: str) -> InvalidInput:
    return InvalidInput((Problem(make_visible(str(path)), None, "", wrong, instead),))
