"""The command line: one command for each thing a consultant does, and exit codes a script can rely on."""

from collections.abc import Sequence

from certlib.cli.output import (
    OutputFailed,
    flush_output,
    prepare_streams,
    report_unforeseen,
    report_unwritten,
    settle_streams,
    write_error,
)
from certlib.cli.parser import make_parser
from certlib.errors import CannotWrite, CertlibError, RunFailed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors of the user's are printed without a traceback, and no error ends with 1."""
    prepare_streams()
    try:
        options = make_parser().parse_args(arguments)
        code = int(options.run(options))
        code = code or flush_output()
    except SystemExit as ended:  # argparse has printed help, or what it does not understand
        code = flush_output()
        settle_streams()
        raise SystemExit(ended.code or code) from None
    except KeyboardInterrupt:
        write_error("interrupted")
        code = 130
    except OutputFailed as failure:
        code = report_unwritten(failure)
    except CertlibError as error:
        write_error(str(error))
        code = 4 if isinstance(error, RunFailed) or (isinstance(error, CannotWrite) and error.failed) else 2
    except Exception as error:  # noqa: BLE001 - the last resort
        write_error(report_unforeseen(error))
        code = 4
    settle_streams()
    return code
