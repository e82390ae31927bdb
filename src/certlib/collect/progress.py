"""How far a collection is: a bar in a terminal or a notebook, a line every few seconds in a log."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TextIO

from certlib.reasons import Reason
from certlib.text import quote

EVERY_SECONDS = 5.0  # between two lines in a log


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a collection after one more endpoint is done, and once more at its end."""

    total: int  # endpoints to ask
    done: int
    presented: int  # endpoints that presented a certificate
    connections: int  # opened until now, to all endpoints
    endpoint: str = ""  # the one that was done last; empty at the end
    reason: Reason | None = None  # why that one presented nothing
    ended: bool = False  # no more will come, even if some endpoints are not done: interrupted

    def __str__(self) -> str:
        if not self.total:
            return "nothing is open to be asked"
        last = "" if self.reason is None else f"; {quote(self.endpoint)}: {self.reason}"
        return f"{self.done} of {self.total} endpoints asked, {self.presented} presented a certificate{last}"


Report = Callable[[Progress], None]


def make_reporter(stream: TextIO | None) -> Report:
    """Shows on `stream` how far one collection is; None: nowhere. For `collect(progress=…)`."""
    if stream is None:
        return lambda _: None
    if _in_notebook():
        return _draw_in_notebook(stream)
    return _draw_in_terminal(stream) if stream.isatty() else _print_lines(stream)


def _in_notebook() -> bool:
    # A kernel has loaded IPython long before; nobody else is made to load it.
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _print_lines(stream: TextIO) -> Report:
    due = time.monotonic() + EVERY_SECONDS

    def report(progress: Progress) -> None:
        nonlocal due
        if time.monotonic() >= due or progress.ended:
            due = time.monotonic() + EVERY_SECONDS
            stream.write(f"{progress}\n")
            stream.flush()

    return report


def _draw_in_terminal(stream: TextIO) -> Report:
    # Who collects without a terminal need not wait for it.
    from rich import progress as shown  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.markup import escape  # noqa: PLC0415

    columns = shown.BarColumn(), shown.MofNCompleteColumn(), shown.TimeElapsedColumn()
    last_one = shown.TextColumn("{task.description}")
    bar = shown.Progress(*columns, last_one, console=Console(file=stream), transient=True)
    task = bar.add_task("", total=None)

    def report(progress: Progress) -> None:
        bar.start()
        last = escape(quote(progress.endpoint)) if progress.endpoint else None  # None: as it was
        bar.update(task, total=progress.total, completed=progress.done, description=last)
        if progress.ended:
            bar.stop()

    return report


def _draw_in_notebook(stream: TextIO) -> Report:
    if find_spec("ipywidgets"):
        bar = import_module("tqdm.notebook").tqdm(unit="endpoint")
    else:
        bar = import_module("tqdm").tqdm(unit="endpoint", file=stream)

    def report(progress: Progress) -> None:
        bar.total = progress.total
        bar.update(progress.done - bar.n)
        if progress.ended:
            bar.close()

    return report
