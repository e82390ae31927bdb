"""The command line: one command for each thing a consultant does, and exit codes a script can rely on."""

import argparse
import errno
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from certlib.errors import CannotWrite, CertlibError, InvalidInput, Problem, RunFailed
from certlib.reasons import Reason
from certlib.text import cut, make_visible, quote
from certlib.version import VERSION

if TYPE_CHECKING:  # each command loads what it needs, when it runs
    from certlib.collect import Contact, Limits
    from certlib.evidence import Evidence, Presentation
    from certlib.inventory import Endpoint, Site
    from certlib.x509 import Certificate

_LINES = 20  # of endpoints below one heading

EXIT = """exit codes:
  0  the report was made, whatever it says
  1  with --fail-on not-ready: the verdict is not ready
  2  invalid input: the message names file, line and key
  3  with --fail-on not-ready or incomplete: the verdict is incomplete
  4  the run failed, or its result could not be told; what was made until then is kept
  130  interrupted; collect keeps what was collected until then
  141  who reads the output ended before it did
"""


class _NotTold(Exception):
    """Standard output takes no more; `made` is what the command has made."""

    def __init__(self, made: Path | None) -> None:
        super().__init__(made)
        self.made = made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors of the user's are printed without a traceback, and no error ends with 1."""
    _prepare_streams()
    try:
        options = _make_parser().parse_args(arguments)
        code = int(options.run(options))
        code = code or _flush_output()
    except SystemExit as ended:  # argparse has printed help, or what it does not understand
        code = _flush_output()
        _settle_streams()
        raise SystemExit(ended.code or code) from None
    except KeyboardInterrupt:
        _write_error("interrupted")
        code = 130
    except _NotTold as failure:
        code = _report_unwritten(failure)
    except CertlibError as error:
        _write_error(str(error))
        code = 4 if isinstance(error, RunFailed) or (isinstance(error, CannotWrite) and error.failed) else 2
    except Exception as error:  # noqa: BLE001 - the last resort
        _write_error(_report_unforeseen(error))
        code = 4
    _settle_streams()
    return code


def _flush_output() -> int:
    """The exit code of a command that has printed all it has to."""
    try:
        _tell()
    except _NotTold as failure:
        return _report_unwritten(failure)
    return 0


def _prepare_streams() -> None:
    """Streams that take any character; the numbers of closed ones are taken, lest a socket gets them."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                # The lowest number that is free; what we start, such as a kernel, needs them, too.
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end; argparse would print to the other one
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know less than UTF-8


def _tell(text: str | None = None, *, made: Path | None = None) -> None:
    """Print, and wait until it is out; without a text, what others have printed. Raises _NotTold."""
    try:
        if text is not None:
            print(text)
        sys.stdout.flush()
    except (OSError, ValueError, AttributeError) as cause:  # closed here, or before we began
        raise _NotTold(made) from cause


def _write_error(text: str) -> None:
    """Print to standard error; where that fails too, nothing can be told."""
    with suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def _report_unwritten(failure: _NotTold) -> int:
    """Say that standard output fails, unless a reader just has enough."""
    cause = failure.__cause__
    if isinstance(cause, BrokenPipeError):
        return 141
    said = cause.strerror if isinstance(cause, OSError) else "it is closed"
    rest = f"; {make_visible(str(failure.made))} is made and kept" if failure.made else ""
    _write_error(f"standard output: cannot be written ({said}){rest}.")
    return 4


def _settle_streams() -> None:
    """What a failed stream still holds back goes nowhere, so that the exit code stays what it is."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _report_unforeseen(error: Exception) -> str:
    """One sentence on an error that nobody foresaw, and where its trace lies; else the trace itself."""
    import tempfile
    import traceback

    trace = "".join(traceback.format_exception(error))
    what = make_visible(cut(f"{type(error).__name__}: {error}".rstrip(": "), 300))
    try:
        handle, name = tempfile.mkstemp(prefix="certlib-trace-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(trace)
    except OSError:
        return f"{trace}certlib failed: {what}; the trace stands above."
    return f"certlib failed: {what}; the trace lies in {make_visible(name)}"


def _make_parser() -> argparse.ArgumentParser:
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
    init.set_defaults(run=_run_init)

    schema = commands.add_parser("schema", help="print the JSON schema of an inventory, for editors")
    schema.add_argument(
        "file",
        nargs="?",
        choices=("inventory", "brand"),
        default="inventory",
        help="of which file (default: inventory)",
    )
    schema.set_defaults(run=_run_schema)

    lab = commands.add_parser("lab", help="run the loopback site until Ctrl-C")
    lab.add_argument(
        "--preset", default="upgrade", help="which site: upgrade, row-1 to row-4, … (default: upgrade)"
    )
    lab.add_argument("--inventory", type=Path, help="write the running site's inventory to this file")
    lab.set_defaults(run=_run_lab)
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
        "--hsts", action="store_true", help="fetch the agents' pages, to see whether they send HSTS"
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


def _load_site(options: argparse.Namespace, inventory: Path) -> "Site":
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
        progress=_show_progress,
        gentle=options.gentle,
        patience=options.patience,
        pause=options.pause,
        profiles=options.profile,
        hsts=options.hsts,
        share=options.share,
        earlier=options.earlier,
    )
    if options.json:
        _tell(json.dumps({"verdict": made.verdict, "folder": str(made.folder)}), made=made.folder)
    else:
        files = "\n        ".join(str(made.folder / f"report.{form}") for form in ("html", "pdf", "xlsx"))
        _tell(f"\n{made.text}\n\nReport: {files}", made=made.folder)
    if made.shared and not options.json:
        _tell(f"\nTo be shown to others, names replaced: {made.shared}", made=made.folder)
    return _get_exit_code(made.verdict, options.fail_on)


def _collect(options: argparse.Namespace) -> int:
    from certlib import collect, write_evidence
    from certlib.collect import limits_for, plan, reporter
    from certlib.tls import read_profiles

    site = _load_site(options, options.site)
    offers = read_profiles(options.profile)
    earlier = _read_earlier(options.output, site) if options.resume else None
    if options.dry_run:
        contacts = plan(site, offers=offers, earlier=earlier, hsts=options.hsts)
        _tell(_plan_text(contacts, limits_for(site.collecting)))
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
        progress=reporter(sys.stderr),
        keep=keep,
    )
    try:
        write_evidence(evidence, options.output)
    except CannotWrite as error:
        raise CannotWrite(options.output, error.cause, kept) from error
    _tell(_describe_collected(evidence, options.output), made=options.output)
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
    _write_error(f"Interrupted. Go on with: {' '.join([resume, *more])}")
    return 130


def _read_earlier(file: Path, site: "Site") -> "Evidence":
    """The evidence to go on with; that of another site is refused."""
    from certlib import read_evidence
    from certlib.evidence import of_another_site

    evidence = read_evidence(file)
    wrong = of_another_site(evidence.site, site.id, site.customer)
    if wrong:
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
            make_visible(contact.endpoint.node),
            contact.endpoint.title,
            _format_address(contact.endpoint),
            ", ".join((*contact.offers, *(("HSTS",) if contact.page else ())))
            + (", at further addresses of the name" if contact.answered_at else ""),
        )
        for contact in contacts
    ]
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:3]]
    lines = ["  ".join((*map(str.ljust, row[:3], widths), row[3])) for row in rows]
    further = ", ".join(dict.fromkeys(offer for contact in contacts for offer in contact.if_needed))
    lines.append("")
    if further:
        lines.append(
            f"A port where nobody listens gets the first offer alone. Where answers call for it: {further}."
        )
    if not all(is_ip(contact.endpoint.address) for contact in contacts):
        lines.append(
            "Of a name with several addresses the first that takes a connection is asked so, each further one"
            f" by the offer browser alone; at most {MOST_ADDRESSES} addresses of a name."
        )
    lines.append(
        f"Connections to one address at a time: {limits.per_address}"
        + (f", with {limits.pause_seconds:g} s between two" if limits.pause_seconds else "")
        + f"; each is given {limits.answer_seconds:g} s to answer."
    )
    return "\n".join((*lines, f"{_count_of(contacts)}; nothing was contacted."))


def _count_of(things: Sequence[object]) -> str:
    return "1 endpoint" if len(things) == 1 else f"{len(things)} endpoints"


def _describe_collected(evidence: "Evidence", file: Path) -> str:
    """How many endpoints presented a certificate; and by its reason each from which something is missing."""
    from certlib import list_endpoints

    rows: dict[str, list[Presentation]] = {}
    for row in evidence.presentations:
        rows.setdefault(row.endpoint, []).append(row)
    every, presented = (
        list_endpoints(evidence.site),
        {row.endpoint for row in evidence.presentations if row.chain},
    )
    silent, refusing, halved = [], [], []
    for one in every:
        if not (asked := rows.get(one.id)):
            continue
        given, why = {row.offer: row for row in asked}, _explain_row(one, asked)
        first = given.get("browser", asked[0])
        if one.id not in presented:
            silent.append(why(first))
            continue
        if not first.chain:
            refusing.append(why(first))
        halved += [why(row, kind) for kind, row in _open_kinds(given, evidence.certificates)]
    counted = f"{len(presented)} of {_count_of(every)} presented a certificate; evidence in {file}"
    return "\n".join(
        (
            counted,
            *_list_lines(silent, ""),
            *_list_lines(
                refusing, "Nothing for agents' browsers, though another client was given a certificate:"
            ),
            *_list_lines(halved, "Not known whether there is a certificate of this kind:"),
        )
    )


def _explain_row(endpoint: "Endpoint", rows: "Sequence[Presentation]") -> Callable[..., str]:
    """Says of one of an endpoint's rows where it was asked, and why nothing came."""
    from certlib import knowledge, words

    place = f"{make_visible(endpoint.node)}, {endpoint.title}, {_format_address(endpoint)}"

    def why(row: "Presentation", kind: str = "") -> str:
        return f"  {place}{kind and f', {kind}'}: {words.describe_reason(row, rows, knowledge.load())}"

    return why


def _open_kinds(
    given: "Mapping[str, Presentation]", certificates: "Mapping[str, Certificate]"
) -> "Iterator[tuple[str, Presentation]]":
    """The kinds of which an endpoint neither gave a certificate nor denied that there is one."""
    leaves = {row.leaf for row in given.values()} & certificates.keys()
    keys = {certificates[leaf].key_type for leaf in leaves if leaf}
    for kind, key in (("rsa", "rsa"), ("ecdsa", "ec")):
        rows = [row for offer, row in given.items() if offer.partition("-")[0] == kind]
        settled = key in keys or any(row.chain or row.reason is Reason.NO_SUCH_CERTIFICATE for row in rows)
        if rows and not settled:
            yield kind.upper(), next((row for row in rows if row.offer == kind), rows[0])


def _list_lines(lines: Sequence[str], heading: str) -> Iterator[str]:
    """Lines below their heading, the first of many."""
    if lines and heading:
        yield heading
    yield from lines[:_LINES]
    if len(lines) > _LINES:
        yield f"  and {len(lines) - _LINES} more; the report names them all"


def _format_address(endpoint: "Endpoint") -> str:
    """Address and port; an IPv6 address in brackets."""
    address = make_visible(endpoint.address)
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
        _tell(json.dumps({"verdict": assessment.verdict.word, **found}, ensure_ascii=False, indent=2))
    else:
        told = [show.summary_text(assessment), show.since(assessment, before).text]
        _tell("\n\n".join(part for part in (*told, show.matrix_text(assessment)) if part))
    return 0


def _rehearse(options: argparse.Namespace) -> int:
    from certlib import assess, collect, frames, read_evidence, show
    from certlib.collect import reporter

    if options.site.suffix == ".json":
        asked = {"--gentle": options.gentle, "--patience": options.patience, "--pause": options.pause}
        if given := [word for word, value in asked.items() if value is not None]:
            wrong = (
                f"has no effect on evidence, which {make_visible(str(options.site))} is: nothing is asked."
            )
            raise InvalidInput((Problem(given[0], None, "", wrong, "Leave it out, or name an inventory."),))
        evidence = read_evidence(options.site)
    else:
        evidence = collect(site=_load_site(options, options.site), progress=reporter(sys.stderr))
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
        _tell(walk.to_json(orient="records", indent=2))
    else:
        _tell(show.rehearsal(assessment, option=options.option).text or "Nothing needs to be done.")
    return 0


def _run_init(options: argparse.Namespace) -> int:
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
    _tell(f"{options.path} written; edit it, then: certlib report {options.path}", made=options.path)
    return 0


def _run_schema(options: argparse.Namespace) -> int:
    from certlib import inventory

    made = inventory.brand_schema() if options.file == "brand" else inventory.schema()
    _tell(json.dumps(made, indent=2))
    return 0


def _run_lab(options: argparse.Namespace) -> int:
    from certlib import lab

    try:
        lab.serve(preset=options.preset, inventory_path=options.inventory)
    except BrokenPipeError as cause:  # of what it prints
        raise _NotTold(None) from cause
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
        _write_error(f"… {words}")


def _get_exit_code(verdict: str, fail_on: str | None) -> int:
    """1 for a site that is not ready, 3 for one that could not be judged; both only when asked for."""
    if fail_on is None:
        return 0
    if verdict == "incomplete":
        return 3
    return 1 if verdict == "not ready" and fail_on == "not-ready" else 0


if __name__ == "__main__":
    sys.exit(main())
