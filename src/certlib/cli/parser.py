"""The commands and their options; each option is declared once."""

import argparse
from pathlib import Path

from certlib.cli.commands import (
    run_assess,
    run_collect,
    run_init,
    run_lab,
    run_notebooks,
    run_rehearse,
    run_report,
    run_schema,
)
from certlib.version import VERSION

EXIT = """exit codes:
  0  the report was made, whatever it says
  1  with --fail-on not-ready: the verdict is not ready
  2  invalid input: the message names file, line and key
  3  with --fail-on not-ready or incomplete: the verdict is incomplete
  4  the run failed, or its result could not be told; what was made until then is kept
  130  interrupted; collect keeps what was collected until then
  141  who reads the output ended before it did
"""


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands; what it parses has the function of the command as `run`."""
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
        "site",
        nargs="?",
        type=Path,
        metavar="SITE|EVIDENCE|RUN",
        help="the site's inventory; or an evidence.json or the folder of a run, to report on it again without"
        " asking anybody; without any of them the loopback site is used",
    )
    report.add_argument(
        "--site",
        type=Path,
        dest="inventory",
        metavar="SITE",
        help="with evidence: the inventory that counts, for another date, waiver, logo, language or release",
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
    report.set_defaults(run=run_report)

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
    collect.set_defaults(run=run_collect)

    assess = commands.add_parser("assess", help="assess an evidence file and print verdict and matrix")
    assess.add_argument("evidence", type=Path, help="an evidence.json, or the folder of a run")
    assess.add_argument("--json", action="store_true", help="print findings and matrix as JSON")
    _add_earlier(assess)
    assess.set_defaults(run=run_assess)

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
    rehearse.set_defaults(run=run_rehearse)

    init = commands.add_parser("init", help="write a commented inventory to start from")
    init.add_argument("path", type=Path, help="file to write, for example params/sites/hamburg.yaml")
    init.set_defaults(run=run_init)

    notebooks = commands.add_parser(
        "notebooks", help="write the notebooks into a folder, to be changed there"
    )
    notebooks.add_argument("folder", type=Path, help="folder to write them to; it need not exist")
    notebooks.set_defaults(run=run_notebooks)

    schema = commands.add_parser("schema", help="print the JSON schema of an inventory, for editors")
    schema.add_argument(
        "file",
        nargs="?",
        choices=("inventory", "brand"),
        default="inventory",
        help="of which file (default: inventory)",
    )
    schema.set_defaults(run=run_schema)

    lab = commands.add_parser("lab", help="run the loopback site until Ctrl-C")
    lab.add_argument(
        "--preset", default="upgrade", help="which site: upgrade, row-1 to row-4, … (default: upgrade)"
    )
    lab.add_argument("--inventory", type=Path, help="write the running site's inventory to this file")
    lab.set_defaults(run=run_lab)
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
        "--hsts",
        action="store_true",
        help="fetch the agents' pages, following redirects on their host and port, to see whether they send "
        "HSTS",
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
