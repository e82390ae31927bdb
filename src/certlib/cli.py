"""The command line: one command for each thing a consultant does, and exit codes a script can rely on."""

import argparse
import errno
import json
import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from certlib.errors import CannotWrite, CertlibError, InvalidInput, Problem, RunFailed
from certlib.text import quoted, visible
from certlib.version import VERSION

if TYPE_CHECKING:  # each command loads what it needs, when it runs
    from certlib.collect import Contact, Limits
    from certlib.evidence import Evidence
    from certlib.inventory import Endpoint, Site

EXIT = """exit codes:
  0  the report was made, whatever it says
  1  with --fail-on not-ready: the verdict is not ready
  2  invalid input: the message names file, line and key
  3  with --fail-on not-ready or incomplete: the verdict is incomplete
  4  the run failed; what was made until then is kept
  130  interrupted; collect keeps what was collected until then
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
    report.add_argument(
        "--share",
        action="store_true",
        help="write a second report with names replaced, to be shown to others",
    )
    _add_earlier(report)
    _add_asking(report)
    report.set_defaults(run=_report)

    collect = commands.add_parser("collect", help="collect the evidence of a site, nothing more")
    collect.add_argument("site", type=Path, help="the site's inventory")
    collect.add_argument(
        "--output", type=Path, default=Path("evidence.json"), help="file to write (default: evidence.json)"
    )
    collect.add_argument(
        "--resume", action="store_true", help="go on with the file of an earlier collection: ask what is open"
    )
    collect.add_argument(
        "--dry-run", action="store_true", help="print what would be contacted and contact nothing"
    )
    _add_asking(collect)
    collect.set_defaults(run=_collect)

    assess = commands.add_parser("assess", help="assess an evidence file and print verdict and matrix")
    assess.add_argument("evidence", type=Path, help="an evidence.json")
    assess.add_argument("--json", action="store_true", help="print findings and matrix as JSON")
    _add_earlier(assess)
    assess.set_defaults(run=_assess)

    rehearse = commands.add_parser(
        "rehearse", help="walk the recommended plan over the site, and tell what agents meet after each phase"
    )
    rehearse.add_argument(
        "site",
        type=Path,
        metavar="SITE|EVIDENCE",
        help="an inventory, which is collected first, or an evidence.json",
    )
    rehearse.add_argument("--option", metavar="ID", help="the plan of this option, for example ec-ca")
    rehearse.add_argument("--json", action="store_true", help="print the walk as JSON")
    _add_touch(rehearse.add_argument_group("asking"))
    rehearse.set_defaults(run=_rehearse)

    init = commands.add_parser("init", help="write a commented inventory to start from")
    init.add_argument("path", type=Path, help="file to write, for example params/sites/hamburg.yaml")
    init.set_defaults(run=_init)

    schema = commands.add_parser("schema", help="print the JSON schema of an inventory, for editors")
    schema.add_argument(
        "file",
        nargs="?",
        choices=("inventory", "brand"),
        default="inventory",
        help="of which file (default: inventory)",
    )
    schema.set_defaults(run=_schema)

    lab = commands.add_parser("lab", help="run the loopback site until Ctrl-C")
    lab.add_argument(
        "--preset", default="upgrade", help="which site: upgrade, row-1 to row-4, … (default: upgrade)"
    )
    lab.add_argument("--inventory", type=Path, help="write the running site's inventory to this file")
    lab.set_defaults(run=_lab)
    return parser


def _add_earlier(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--earlier",
        type=Path,
        metavar="PATH",
        help="tell what changed since an earlier run of the site: its folder, or its evidence.json",
    )


def _add_asking(command: argparse.ArgumentParser) -> None:
    """What a collection may be told to do otherwise, or besides."""
    asking = command.add_argument_group("asking")
    _add_touch(asking)
    asking.add_argument(
        "--profile",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="ask as the client described in this file, too; may be given more than once",
    )
    asking.add_argument(
        "--hsts", action="store_true", help="fetch the agents' pages once each, to see whether they send HSTS"
    )


def _add_touch(asking: "argparse._ArgumentGroup") -> None:
    """How lightly servers are touched; each option counts before what the inventory says."""
    asking.add_argument(
        "--gentle",
        action=argparse.BooleanOptionalAction,
        help="spare slow servers: offer RSA key exchange first, and pause for half a second",
    )
    asking.add_argument(
        "--patience",
        metavar="SECONDS",
        help="how long one connection may take to answer (default: 5); the other time limits follow from it",
    )
    asking.add_argument(
        "--pause",
        metavar="SECONDS",
        help="one connection at a time to an address, and so long between two of them",
    )


def _site(options: argparse.Namespace, inventory: Path) -> "Site":
    """The site of an inventory, to be collected from as the options say."""
    from certlib import load_site
    from certlib.inventory import override_collecting

    return override_collecting(
        load_site(inventory), patience=options.patience, pause=options.pause, gentle=options.gentle
    )


def _report(options: argparse.Namespace) -> int:
    from certlib import run
    from certlib.tls import read_profiles

    read_profiles(options.profile)  # mistakes in them are told before the work
    made = run.report(
        inventory=options.site,
        output=options.output,
        progress=_progress,
        gentle=options.gentle,
        patience=options.patience,
        pause=options.pause,
        profiles=options.profile,
        hsts=options.hsts,
        share=options.share,
        earlier=options.earlier,
    )
    if options.json:
        print(json.dumps({"verdict": made.verdict, "folder": str(made.folder)}))
    else:
        files = "\n        ".join(str(made.folder / f"report.{form}") for form in ("html", "pdf", "xlsx"))
        print(f"\n{made.text}\n\nReport: {files}")
    if made.shared and not options.json:
        print(f"\nTo be shown to others, names replaced: {made.shared}")
    return _exit_code(made.verdict, options.fail_on)


def _collect(options: argparse.Namespace) -> int:
    from certlib import collect, write_evidence
    from certlib.collect import limits_for, plan, reporter
    from certlib.tls import read_profiles

    site = _site(options, options.site)
    offers = read_profiles(options.profile)
    earlier = _earlier(options.output, site) if options.resume else None
    if options.dry_run:
        contacts = plan(site, offers=offers, earlier=earlier, hsts=options.hsts)
        print(_plan_text(contacts, limits_for(site.collecting)))
        return 0
    _make_folder(options.output)
    if earlier is None and options.output.exists():
        wrong = "exists already; evidence is not overwritten."
        instead = "Add --resume to go on with it, or name another file by --output."
        raise InvalidInput((Problem(str(options.output), None, "", wrong, instead),))

    def keep(so_far: "Evidence") -> None:
        with suppress(CannotWrite):  # told when the last word is to be written
            write_evidence(so_far, options.output)

    evidence = collect(
        site=site,
        offers=offers,
        earlier=earlier,
        hsts=options.hsts,
        progress=reporter(sys.stderr),
        keep=keep,
    )
    write_evidence(evidence, options.output)
    print(_collected_text(evidence, options.output))
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
    print(f"Interrupted. Go on with: {' '.join([resume, *more])}", file=sys.stderr)
    return 130


def _earlier(file: Path, site: "Site") -> "Evidence":
    """The evidence to go on with; that of another site is refused."""
    from certlib import read_evidence

    evidence = read_evidence(file)
    if evidence.site.id != site.id:
        wrong = f"holds the evidence of the site {quoted(evidence.site.id)}, not of {quoted(site.id)}."
        raise InvalidInput((Problem(str(file), None, "", wrong, "Name another file by --output."),))
    return evidence


def _plan_text(contacts: "Sequence[Contact]", limits: "Limits") -> str:
    """Every endpoint with its first offers in a line of its own, then what may follow."""
    from certlib.collect import MOST_ADDRESSES
    from certlib.inventory.values import is_ip

    if not contacts:
        return "Nothing is left to ask."
    rows = [
        (
            visible(one.endpoint.node),
            one.endpoint.title,
            _address(one.endpoint),
            ", ".join((*one.offers, *(("HSTS",) if one.page else ())))
            + (", at further addresses of the name" if one.answered_at else ""),
        )
        for one in contacts
    ]
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:3]]
    lines = ["  ".join((*map(str.ljust, row[:3], widths), row[3])) for row in rows]
    further = ", ".join(dict.fromkeys(offer for one in contacts for offer in one.if_needed))
    lines.append("")
    if further:
        lines.append(f"A dead port gets the first offer alone. Where answers call for it: {further}.")
    if not all(is_ip(one.endpoint.address) for one in contacts):
        lines.append(
            "Of a name with several addresses the first that takes a connection is asked so, each further one"
            f" by the offer browser alone; at most {MOST_ADDRESSES} addresses of a name."
        )
    lines.append(
        f"Connections to one address at a time: {limits.per_address}"
        + (f", with {limits.pause_seconds:g} s between two" if limits.pause_seconds else "")
        + f"; each is given {limits.answer_seconds:g} s to answer."
    )
    return "\n".join((*lines, f"{_counted(contacts)}; nothing was contacted."))


def _counted(things: Sequence[object]) -> str:
    return "1 endpoint" if len(things) == 1 else f"{len(things)} endpoints"


def _collected_text(evidence: "Evidence", file: Path) -> str:
    """How many endpoints presented a certificate, and of each other one why not."""
    from certlib import endpoints, knowledge

    presented = {row.endpoint for row in evidence.presentations if row.chain}
    why = {row.endpoint: row for row in reversed(evidence.presentations)}  # the first offer's
    every = endpoints(evidence.site)
    lines = [f"{len(presented)} of {_counted(every)} presented a certificate; evidence in {file}"]
    silent = [one for one in every if one.id not in presented]
    if silent:
        from certlib import words

        known = knowledge.load()
        for one in silent:
            place = f"{visible(one.node)}, {one.title}, {_address(one)}"
            lines.append(f"  {place}: {words.reason_text(why[one.id].reason, why[one.id].detail, known)}")
    return "\n".join(lines)


def _address(endpoint: "Endpoint") -> str:
    """Address and port; an IPv6 address in brackets."""
    address = visible(endpoint.address)
    return f"[{address}]:{endpoint.port}" if ":" in address else f"{address}:{endpoint.port}"


def _assess(options: argparse.Namespace) -> int:
    from certlib import assess, frames, read_evidence, show
    from certlib.earlier import read_earlier

    assessment = assess(read_evidence(options.evidence))
    before = read_earlier(options.earlier, than=options.evidence) if options.earlier else None
    if options.json:
        parts = {"findings": frames.findings(assessment), "matrix": frames.matrix(assessment)}
        if before:
            parts["changes"] = frames.since(assessment, before)
        found = {name: json.loads(frame.to_json(orient="records")) for name, frame in parts.items()}
        print(json.dumps({"verdict": assessment.verdict.word, **found}, ensure_ascii=False, indent=2))
    else:
        told = [show.summary_text(assessment), show.since(assessment, before).text]
        print("\n\n".join(part for part in (*told, show.matrix_text(assessment)) if part))
    return 0


def _rehearse(options: argparse.Namespace) -> int:
    from certlib import assess, collect, frames, read_evidence, show
    from certlib.collect import reporter

    if options.site.suffix == ".json":
        evidence = read_evidence(options.site)
    else:
        evidence = collect(site=_site(options, options.site), progress=reporter(sys.stderr))
    assessment = assess(evidence)
    try:
        walk = frames.rehearsal(assessment, options.option)
    except ValueError as error:
        wrong, _, instead = str(error).partition("; ")
        problem = Problem(
            "--option", None, "", f"{quoted(options.option)}: {wrong.partition(': ')[2]}.", f"{instead}."
        )
        raise InvalidInput((problem,)) from None
    if options.json:
        print(walk.to_json(orient="records", indent=2))
    else:
        print(show.rehearsal(assessment, option=options.option).text or "Nothing needs to be done.")
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


def _schema(options: argparse.Namespace) -> int:
    from certlib import inventory

    made = inventory.brand_schema() if options.file == "brand" else inventory.schema()
    print(json.dumps(made, indent=2))
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
