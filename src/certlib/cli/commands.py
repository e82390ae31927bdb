"""One function for each command; it loads what it needs when it runs, and gives the exit code."""

import argparse
import errno
import json
import os
import shlex
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from certlib.cli.collected import describe_collected, describe_plan
from certlib.cli.output import OutputFailed, tell, write_error
from certlib.errors import CannotWrite, InvalidInput, Problem
from certlib.text import make_visible, quote

if TYPE_CHECKING:  # each command loads what it needs, when it runs
    from certlib.evidence import Evidence
    from certlib.inventory import Site


def _load_site(options: argparse.Namespace, inventory: Path) -> "Site":
    """The site of an inventory, to be collected from as the options say."""
    from certlib import load_site
    from certlib.inventory import override_collecting

    return override_collecting(
        load_site(inventory), patience=options.patience, pause=options.pause, gentle=options.gentle
    )


def run_report(options: argparse.Namespace) -> int:
    """Collect, or take evidence that was collected; assess it and write the report."""
    from certlib import run
    from certlib.tls import read_profiles

    common = {
        "output": options.output,
        "progress": _show_progress,
        "share": options.share,
        "earlier": options.earlier,
    }
    if options.site is not None and _is_evidence(options.site):
        _refuse_asking(options)
        made = run.report_again(evidence=options.site, inventory=options.inventory, **common)
    else:
        if options.inventory is not None:
            wrong = "goes with evidence alone: it says which inventory counts instead of that in it."
            instead = "Name the inventory without --site, or an evidence.json before it."
            raise InvalidInput((Problem("--site", None, "", wrong, instead),))
        read_profiles(options.profile)  # mistakes in them are told before the work
        made = run.report(
            inventory=options.site,
            gentle=options.gentle,
            patience=options.patience,
            pause=options.pause,
            profiles=options.profile,
            hsts=options.hsts,
            **common,
        )
    if options.json:
        tell(json.dumps({"verdict": made.verdict, "folder": str(made.folder)}), made=made.folder)
    else:
        files = "\n        ".join(str(made.folder / f"report.{form}") for form in ("html", "pdf", "xlsx"))
        tell(f"\n{made.text}\n\nReport: {files}", made=made.folder)
    if made.shared and not options.json:
        tell(f"\nTo be shown to others, names replaced: {made.shared}", made=made.folder)
    return _get_exit_code(made.verdict, options.fail_on)


def run_collect(options: argparse.Namespace) -> int:
    """Collect the evidence of a site into a file, or say what would be contacted."""
    from certlib import collect, write_evidence
    from certlib.collect import make_limits, make_reporter, plan
    from certlib.tls import read_profiles

    site = _load_site(options, options.site)
    offers = read_profiles(options.profile)
    earlier = _read_earlier(options.output, site) if options.resume else None
    if options.dry_run:
        contacts = plan(site, offers=offers, earlier=earlier, hsts=options.hsts)
        tell(describe_plan(contacts, make_limits(site.collecting)))
        return 0
    _make_folder(options.output)
    if earlier is None and options.output.exists():
        wrong = "exists already; evidence is not overwritten."
        instead = "Add --resume to go on with it, or name another file by --output."
        raise InvalidInput((Problem(str(options.output), None, "", wrong, instead),))

    kept = "nothing was kept" if earlier is None else "what an earlier collection brought is kept in it"

    def keep(so_far: "Evidence") -> None:
        nonlocal kept
        with suppress(CannotWrite):  # told when the last word is to be written
            write_evidence(so_far, options.output)
            kept = f"what was collected until {datetime.now(UTC):%H:%M:%S} UTC is kept in it"

    evidence = collect(
        site=site,
        offers=offers,
        earlier=earlier,
        hsts=options.hsts,
        progress=make_reporter(sys.stderr),
        keep=keep,
    )
    try:
        write_evidence(evidence, options.output)
    except CannotWrite as error:
        raise CannotWrite(options.output, error.cause, kept) from error
    tell(describe_collected(evidence, options.output), made=options.output)
    if evidence.finished:
        return 0
    resume = shlex.join(
        ["certlib", "collect", str(options.site), "--output", str(options.output), "--resume"]
    )
    more = [word for word, given in (("--gentle", options.gentle), ("--hsts", options.hsts)) if given]
    more += ["--no-gentle"] if options.gentle is False else []
    for word, value in (("--patience", options.patience), ("--pause", options.pause)):
        more += [shlex.join([word, value])] if value is not None else []
    more += [shlex.join(["--profile", str(path)]) for path in options.profile]
    write_error(f"Interrupted. Go on with: {' '.join([resume, *more])}")
    return 130


def _read_earlier(file: Path, site: "Site") -> "Evidence":
    """The evidence to go on with; that of another site is refused."""
    from certlib import read_evidence
    from certlib.evidence import is_of_another_site

    evidence = read_evidence(file)
    wrong = is_of_another_site(evidence.site, site.id, site.customer)
    if wrong:
        raise InvalidInput((Problem(str(file), None, "", wrong, "Name another file by --output."),))
    return evidence


def run_assess(options: argparse.Namespace) -> int:
    """Assess an evidence file, or that of a run, and print verdict, changes and matrix."""
    from certlib import assess, frames, read_evidence, show
    from certlib.changes.earlier import find_evidence, read_earlier

    file = find_evidence(options.evidence)
    assessment = assess(read_evidence(file))
    before = read_earlier(options.earlier, than=file) if options.earlier else None
    if options.json:
        parts = {"findings": frames.findings(assessment), "matrix": frames.matrix(assessment)}
        if before:
            parts["changes"] = frames.since(assessment, before)
        found = {name: json.loads(frame.to_json(orient="records")) for name, frame in parts.items()}
        tell(json.dumps({"verdict": assessment.verdict.word, **found}, ensure_ascii=False, indent=2))
    else:
        told = [show.summary_text(assessment), show.since(assessment, before).text]
        tell("\n\n".join(part for part in (*told, show.matrix_text(assessment)) if part))
    return 0


def run_rehearse(options: argparse.Namespace) -> int:
    """Walk the plan over the site and print what agents meet after each phase."""
    from certlib import assess, collect, frames, read_evidence, show
    from certlib.changes.earlier import find_evidence
    from certlib.collect import make_reporter

    if _is_evidence(options.site):
        _refuse_asking(options)
        evidence = read_evidence(find_evidence(options.site))
    else:
        evidence = collect(site=_load_site(options, options.site), progress=make_reporter(sys.stderr))
    assessment = assess(evidence)
    try:
        walk = frames.rehearsal(assessment, options.option)
    except ValueError as error:
        wrong, _, instead = str(error).partition("; ")
        problem = Problem(
            "--option", None, "", f"{quote(options.option)}: {wrong.partition(': ')[2]}.", f"{instead}."
        )
        raise InvalidInput((problem,)) from None
    if options.json:
        tell(walk.to_json(orient="records", indent=2))
    else:
        tell(show.rehearsal(assessment, option=options.option).text or "Nothing needs to be done.")
    return 0


def _is_evidence(path: Path) -> bool:
    """Whether a path means evidence, and not an inventory: a .json file, or the folder of a run."""
    try:
        return path.suffix == ".json" or path.is_dir()
    except (OSError, ValueError):  # told by who opens it
        return False


def _refuse_asking(options: argparse.Namespace) -> None:
    """Refuse options on how to ask, where nothing is asked."""
    unused: dict[str, object] = {
        "gentle": None,
        "patience": None,
        "pause": None,
        "profile": [],
        "hsts": False,
    }
    given = [name for name, usual in unused.items() if getattr(options, name, usual) != usual]
    if given:
        wrong = f"has no effect on evidence, which {make_visible(str(options.site))} is: nothing is asked."
        instead = "Leave it out, or name an inventory."
        raise InvalidInput((Problem(f"--{given[0]}", None, "", wrong, instead),))


def run_init(options: argparse.Namespace) -> int:
    """Write a commented inventory to start from."""
    from certlib import inventory

    try:
        there = options.path.exists()
    except OSError as cause:
        raise CannotWrite(options.path, cause) from cause
    if there:
        wrong = Problem(
            str(options.path), None, "", "exists already.", "Name another file, or edit this one."
        )
        raise InvalidInput((wrong,))
    _make_folder(options.path)
    try:
        options.path.write_text(inventory.template(), encoding="utf-8")
    except (OSError, ValueError) as cause:
        with suppress(OSError, ValueError):
            options.path.unlink()  # the part of it that was written
        raise CannotWrite(options.path, cause) from cause
    tell(f"{options.path} written; edit it, then: certlib report {options.path}", made=options.path)
    return 0


def run_notebooks(options: argparse.Namespace) -> int:
    """Write the notebooks into a folder; none that stands there is written over."""
    from certlib.run import NOTEBOOKS

    sources = sorted(NOTEBOOKS.glob("*.ipynb"))
    targets = [options.folder / source.name for source in sources]
    _make_folder(targets[0])
    if standing := [target for target in targets if target.exists()]:
        instead = "Name another folder, or edit this one."
        raise InvalidInput((Problem(str(standing[0]), None, "", "exists already.", instead),))
    for source, target in zip(sources, targets, strict=True):
        try:
            target.write_bytes(source.read_bytes())
        except OSError as cause:
            raise CannotWrite(target, cause) from cause
    text = f"{len(targets)} notebooks written to {options.folder}; open them with: jupyter lab"
    tell(text, made=options.folder)
    return 0


def run_schema(options: argparse.Namespace) -> int:
    """Print the JSON schema of an inventory or a brand file."""
    from certlib import inventory

    made = inventory.brand_schema() if options.file == "brand" else inventory.schema()
    tell(json.dumps(made, indent=2))
    return 0


def run_lab(options: argparse.Namespace) -> int:
    """Run the loopback site until it is interrupted."""
    from certlib import lab

    try:
        lab.serve(preset=options.preset, inventory_path=options.inventory)
    except BrokenPipeError as cause:  # of what it prints
        raise OutputFailed(None) from cause
    return 0


def _make_folder(file: Path) -> None:
    """The folder of a file to be written; what can't be is told before the work, not after it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        beside = file.with_name(f".{file.name}.{os.getpid()}.part")  # what it is called while it is written
        try:
            beside.write_bytes(bytes(4096))
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, ValueError) as cause:
        raise CannotWrite(file, cause) from cause


def _show_progress(words: str) -> None:
    if sys.stderr.isatty():
        write_error(f"… {words}")


def _get_exit_code(verdict: str, fail_on: str | None) -> int:
    """1 for a site that is not ready, 3 for one that could not be judged; both only when asked for."""
    if fail_on is None:
        return 0
    if verdict == "incomplete":
        return 3
    return 1 if verdict == "not ready" and fail_on == "not-ready" else 0
