"""Progress is a bar where a person watches, lines in a log, nothing where it is not wanted."""

import io
import sys
from types import SimpleNamespace

import pytest

from certlib.collect import Progress, make_reporter, progress
from certlib.reasons import Reason

HALF = Progress(
    total=4, done=2, presented=1, connections=6, endpoint="[red]uccx1[/red]/x", reason=Reason.REFUSED
)
END = Progress(total=4, done=4, presented=3, connections=12, ended=True)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_gets_a_line_now_and_then_and_one_at_the_end(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    log = io.StringIO()
    report = make_reporter(log)
    for now[0] in (1.0, 6.0, 7.0):
        report(HALF)
    report(END)
    assert log.getvalue().splitlines() == [
        '2 of 4 endpoints asked, 1 presented a certificate; "[red]uccx1[/red]/x": refused',
        "4 of 4 endpoints asked, 3 presented a certificate",
    ]


def test_a_terminal_gets_a_bar_that_is_gone_at_the_end(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    report = make_reporter(terminal)
    report(HALF)
    report(END)
    shown = terminal.getvalue()
    assert "4/4" in shown
    assert "[red]uccx1[/red]" in shown, "brackets in a name are no markup"
    assert shown.endswith("\x1b[2K"), "the last line is cleared"


def test_a_notebook_gets_a_bar_of_its_own(monkeypatch):
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(progress, "find_spec", lambda _: None)
    stream = io.StringIO()
    report = make_reporter(stream)
    report(HALF)
    report(END)
    assert "4/4" in stream.getvalue()


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_ipython_without_a_kernel_is_no_notebook(monkeypatch, shell):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    log = io.StringIO()
    make_reporter(log)(END)
    assert log.getvalue().startswith("4 of 4")


def test_without_a_stream_nothing_is_said(capsys):
    make_reporter(None)(END)
    assert capsys.readouterr() == ("", "")
