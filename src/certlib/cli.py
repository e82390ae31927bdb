"""The command line: one command for each thing a consultant does, and exit codes a script can rely on."""

import argparse
import errno
import json
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from certlib.errors import CannotWrite, CertlibError, InvalidInput, Problem, RunFailed
from certlib.version import VERSION

EXIT = """exit codes:
  0  the report was made, whatever it says
  1  with --fail-on not-ready: the verdict is not ready
  2  invalid input: the message names file, line and key
  3  with --fail-on not-ready or incomplete: the verdict is incomplete
  4  the run failed; what was made until then is kept
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors of the user's are printed without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know less than UTF-8
    options = _parser().parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
    except CertlibError as error:
        print(error, file=sys.stderr)
        return 4 if isinstance(error, RunFailed) else 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # who reads has enough; what Python still holds back goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="certlib",
        description="Certificate readiness of Cisco contact centers.",
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"certlib {VERSION}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    report = commands.add_parser("report", help="collect, assess and write the report of a site")
    report.add_argument(
        "site", nargs="?", type=Path, help="the site's inventory; without it the loopback site is used"
    )
    report.add_argument(
        "--output", type=Path, default=Path("reports"), help="folder for runs (default: reports)"
    )
    report.add_argument(
        "--fail-on", choices=("not-ready", "incomplete"), help="let the exit code tell the verdict"
    )
    report.add_argument("--json", action="store_true", help="print the result as JSON")
    report.set_defaults(run=_report)

    collect = commands.add_parser("collect", help="collect the evidence of a site, nothing more")
    collect.add_argument("site", type=Path, help="the site's inventory")
    collect.add_argument(
        "--output", type=Path, default=Path("evidence.json"), help="file to write (default: evidence.json)"
    )
    collect.add_argument(
        "--dry-run", action="store_true", help="print what would be contacted and contact nothing"
    )
    collect.set_defaults(run=_collect)

    assess = commands.add_parser("assess", help="assess an evidence file and print verdict and matrix")
    assess.add_argument("evidence", type=Path, help="an evidence.json")
    assess.add_argument("--json", action="store_true", help="print findings and matrix as JSON")
    assess.set_defaults(run=_assess)

    init = commands.add_parser("init", help="write a commented inventory to start from")
    init.add_argument("path", type=Path, help="file to write, for example params/sites/hamburg.yaml")
    init.set_defaults(run=_init)

    schema = commands.add_parser("schema", help="print the JSON schema of the inventory, for editors")
    schema.set_defaults(run=_schema)

    lab = commands.add_parser("lab", help="run the loopback site until Ctrl-C")
    lab.add_argument(
        "--preset", default="upgrade", help="which site: upgrade, row-1 to row-4, … (default: upgrade)"
    )
    lab.add_argument("--inventory", type=Path, help="write the running site's inventory to this file")
    lab.set_defaults(run=_lab)
    return parser


def _report(options: argparse.Namespace) -> int:
    from certlib import run

    made = run.report(inventory=options.site, output=options.output, progress=_progress)
    if options.json:
        print(json.dumps({"verdict": made.verdict, "folder": str(made.folder)}))
    else:
        print(f"\n{made.text}\n\nReport: {made.folder / 'report.html'}\n        {made.folder / 'report.pdf'}")
    return _exit_code(made.verdict, options.fail_on)


def _collect(options: argparse.Namespace) -> int:
    from certlib import collect, load_site, show, write_evidence
    from certlib.collect import reporter

    site = load_site(options.site)
    if options.dry_run:
        print(show.plan(site))
        return 0
    _make_folder(options.output)
    evidence = collect(site=site, progress=reporter(sys.stderr))
    write_evidence(evidence, options.output)
    print(f"{show.answers(evidence)}: {options.output}")
    return 0


def _assess(options: argparse.Namespace) -> int:
    from certlib import assess, frames, read_evidence, show

    assessment = assess(read_evidence(options.evidence))
    if options.json:
        parts = {"findings": frames.findings(assessment), "matrix": frames.matrix(assessment)}
        found = {name: json.loads(frame.to_json(orient="records")) for name, frame in parts.items()}
        print(json.dumps({"verdict": assessment.verdict.word, **found}, ensure_ascii=False, indent=2))
    else:
        print(f"{show.summary_text(assessment)}\n\n{show.matrix_text(assessment)}")
    return 0


def _init(options: argparse.Namespace) -> int:
    from certlib import inventory

    if options.path.exists():
        wrong = Problem(
            str(options.path), None, "", "exists already.", "Name another file, or edit this one."
        )
        raise InvalidInput((wrong,))
    _make_folder(options.path)
    try:
        options.path.write_text(inventory.template(), encoding="utf-8")
    except OSError as cause:
        raise CannotWrite(options.path, cause) from cause
    print(f"{options.path} written; edit it, then: certlib report {options.path}")
    return 0


def _schema(_options: argparse.Namespace) -> int:
    from certlib import inventory

    print(json.dumps(inventory.schema(), indent=2))
    return 0


def _lab(options: argparse.Namespace) -> int:
    from certlib import lab

    lab.serve(preset=options.preset, inventory_path=options.inventory)
    return 0


def _make_folder(file: Path) -> None:
    """The folder of a file to be written; what can't be is told before the work, not after it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except OSError as cause:
        raise CannotWrite(file, cause) from cause


def _progress(words: str) -> None:
    if sys.stderr.isatty():
        print(f"… {words}", file=sys.stderr, flush=True)


def _exit_code(verdict: str, fail_on: str | None) -> int:
    """1 for a site that is not ready, 3 for one that could not be judged; both only when asked for."""
    if fail_on is None:
        return 0
    if verdict == "incomplete":
        return 3
    return 1 if verdict == "not ready" and fail_on == "not-ready" else 0


if __name__ == "__main__":
    sys.exit(main())
