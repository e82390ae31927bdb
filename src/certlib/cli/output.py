"""What commands print, where it goes, and what happens where it can't be told."""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

from certlib.text import cut, make_visible


class OutputFailed(Exception):
    """Standard output takes no more; `made` is what the command has made."""

    def __init__(self, made: Path | None) -> None:
        super().__init__(made)
        self.made = made


def flush_output() -> int:
    """The exit code of a command that has printed all it has to."""
    try:
        tell()
    except OutputFailed as failure:
        return report_unwritten(failure)
    return 0


def prepare_streams() -> None:
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


def tell(text: str | None = None, *, made: Path | None = None) -> None:
    """Print, and wait until it is out; without a text, what others have printed. Raises OutputFailed."""
    try:
        if text is not None:
            print(text)
        sys.stdout.flush()
    except (OSError, ValueError, AttributeError) as cause:  # closed here, or before we began
        raise OutputFailed(made) from cause


def write_error(text: str) -> None:
    """Print to standard error; where that fails too, nothing can be told."""
    with suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def report_unwritten(failure: OutputFailed) -> int:
    """Say that standard output fails, unless a reader just has enough."""
    cause = failure.__cause__
    if isinstance(cause, BrokenPipeError):
        return 141
    said = cause.strerror if isinstance(cause, OSError) else "it is closed"
    rest = f"; {make_visible(str(failure.made))} is made and kept" if failure.made else ""
    write_error(f"standard output: cannot be written ({said}){rest}.")
    return 4


def settle_streams() -> None:
    """What a failed stream still holds back goes nowhere, so that the exit code stays what it is."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def report_unforeseen(error: Exception) -> str:
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
