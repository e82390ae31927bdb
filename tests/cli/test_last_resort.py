"""Strange names, streams and disks, and faults of our own, end a command in words, never with 1."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from certlib import cli, evidence, jupyter
from certlib.errors import CannotWrite, Problem, RunFailed
from loopback import site

SMALL = """\
schema: 1
customer: Northwind Logistics
site: hamburg
release: 11.5(1)
nodes:
- {role: uccx-publisher, name: uccx1.example.test}
"""
# What a path may be that nobody thought of; each is made, where it can be, by `strange`.
PATHS = (
    "too long",
    "too deep",
    "a loop",
    "below a file",
    "a folder",
    "no UTF-8",
    "empty",
    "with a null",
    "a pipe",
)
COMMANDS: dict[str, tuple[str, ...]] = {
    "report SITE": ("report", "{}", "--output", "out"),
    "report --output": ("report", "site.yaml", "--output", "{}"),
    "report --earlier": ("report", "site.yaml", "--output", "out", "--earlier", "{}"),
    "report --profile": ("report", "site.yaml", "--output", "out", "--profile", "{}"),
    "collect SITE": ("collect", "{}"),
    "collect --output": ("collect", "site.yaml", "--output", "{}"),
    "collect --resume": ("collect", "site.yaml", "--resume", "--output", "{}"),
    "collect --profile": ("collect", "site.yaml", "--dry-run", "--profile", "{}"),
    "assess": ("assess", "{}"),
    "assess --earlier": ("assess", "then.json", "--earlier", "{}"),
    "rehearse": ("rehearse", "{}"),
    "rehearse --option": ("rehearse", "then.json", "--option", "{}"),
    "init": ("init", "{}"),
}


def strange(kind: str) -> str:
    """A path of a kind, relative to the present folder."""
    if kind == "a loop":
        Path("loop").symlink_to("loop")
    if kind == "a pipe":
        os.mkfifo("pipe")
    return {
        "too long": "a" * 300,
        "too deep": "/".join(["b" * 200] * 30),
        "a loop": "loop",
        "below a file": "site.yaml/x",
        "a folder": ".",
        "no UTF-8": "x\udcff",
        "empty": "",
        "with a null": "a\0b",
        "a pipe": "pipe",
    }[kind]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an inventory and an evidence, and nothing that collects or reports."""
    monkeypatch.chdir(tmp_path)
    collected = site("row-4")[0]
    Path("site.yaml").write_text(SMALL, encoding="utf-8")
    evidence.write(collected, Path("then.json"))
    monkeypatch.setattr("certlib.collect", lambda **_: collected)
    monkeypatch.setattr(jupyter, "run_notebook", lambda *_, **__: pytest.fail("a run began"))
    return tmp_path


@pytest.mark.skipif(os.name != "posix", reason="makes links and pipes")
@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_strange_path_is_told_in_words_or_works(
    here: Path, capfd: pytest.CaptureFixture[str], command: str, kind: str
) -> None:
    if command == "report --output" and kind in ("a folder", "empty"):
        return  # a place like any other
    path = strange(kind)
    code = cli.main([path if word == "{}" else word for word in COMMANDS[command]])
    said = capfd.readouterr().err
    assert code in ((0, 2) if kind in ("no UTF-8", "a folder", "empty", "a loop") else (2,))
    assert (said == "") == (code == 0)
    assert "Traceback" not in said
    assert "certlib failed" not in said
    assert all(line.isprintable() for line in said.splitlines())
    assert not list(here.rglob(".*.part"))


@pytest.mark.parametrize("name", ["inventory", "output"])
def test_a_run_does_not_begin_where_a_name_is_not_utf8(
    here: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    Path("x\udcff.yaml").write_text(SMALL, encoding="utf-8")
    wanted = {"inventory": ["x\udcff.yaml"], "output": ["site.yaml", "--output", "o\udcff"]}[name]
    assert cli.main(["report", *wanted]) == 2
    assert r"\u{DCFF}" in (told := capsys.readouterr().err)
    assert "has a name that is not UTF-8. Rename it" in told
    assert not Path("reports").exists()


# The last resort.


def fail(_: object) -> int:
    raise RuntimeError("of\nall \u202e things")


def test_a_fault_of_our_own_is_one_sentence_and_4_and_says_where_its_trace_lies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("certlib.inventory.schema", lambda: fail(None))
    assert cli.main(["schema"]) == 4
    out, err = capsys.readouterr()
    (trace,) = tmp_path.iterdir()
    assert (out, err) == (
        "",
        rf"certlib failed: RuntimeError: of\u{{000A}}all \u{{202E}} things; the trace lies in {trace}" + "\n",
    )
    assert trace.read_text(encoding="utf-8").startswith("Traceback")
    assert trace.stat().st_mode & 0o077 == 0


def test_a_trace_that_cannot_be_written_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    monkeypatch.setattr("certlib.inventory.schema", lambda: fail(None))
    assert cli.main(["schema"]) == 4
    first, *_, last = capsys.readouterr().err.splitlines()
    assert first.startswith("Traceback")
    assert last.endswith("the trace stands above.")


@pytest.mark.parametrize("fault", [RecursionError("deep"), MemoryError(), ValueError("x"), OSError(5, "x")])
def test_whatever_is_raised_ends_with_4(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def raise_it() -> int:
        raise fault

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("certlib.inventory.schema", raise_it)
    assert cli.main(["schema"]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_message_shows_what_stands_in_its_parts() -> None:
    odd = "a\n\u202e\udcff"
    told = (
        Problem(odd, 1, odd, "is wrong.", ""),
        CannotWrite(Path(odd), OSError(1, odd)),
        RunFailed(Path(odd), "the run", odd),
    )
    assert all(str(each).isprintable() for each in told)


# A full disk.

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("cause", "code", "said"),
    [
        (FULL, 4, "cannot be written (No space left on device); nothing was kept."),
        (OSError(errno.EDQUOT, "Quota exceeded"), 4, "(Quota exceeded); nothing was kept."),
        (OSError(errno.EACCES, "Permission denied"), 2, "(Permission denied); choose another place."),
        (OSError(errno.EROFS, "Read-only file system"), 2, "choose another place."),
    ],
)
def test_a_full_disk_is_a_failure_and_a_forbidden_place_a_mistake(  # noqa: PLR0917 - the columns of the table
    cause: OSError, code: int, said: str, here: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    def write_text(*_: object, **__: object) -> int:
        raise cause

    monkeypatch.setattr(Path, "write_text", write_text)
    assert cli.main(["init", "new.yaml"]) == code
    assert said in capsys.readouterr().err
    assert not Path("new.yaml").exists()


def collecting(written: int) -> Callable[..., object]:
    """A collection that keeps what it has so far, after which the disk takes so many files more."""

    def collect(*, keep: Callable[[object], None], **_: object) -> object:
        found = site("row-4")[0]
        keep(found)
        return found

    return collect


@pytest.mark.parametrize(
    ("files", "said"), [(0, "; nothing was kept."), (1, "; what was collected until "), (2, "")]
)
def test_collect_on_a_disk_that_gets_full_says_what_it_kept(
    files: int, said: str, here: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    write, left = evidence.write, [files]

    def written(found: evidence.Evidence, path: Path) -> None:
        if not left[0]:
            raise CannotWrite(path, FULL)
        left[0] -= 1
        write(found, path)

    monkeypatch.setattr("certlib.collect", collecting(files))
    monkeypatch.setattr("certlib.write_evidence", written)
    assert cli.main(["collect", "site.yaml"]) == (4 if said else 0)
    assert said in capsys.readouterr().err
    assert Path("evidence.json").exists() == (files > 0)


def test_a_run_on_a_disk_that_gets_full_ends_with_4_and_says_what_is_kept(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fill(*_: object, **__: object) -> None:
        raise CannotWrite(Path("evidence.json"), FULL)

    monkeypatch.setattr(jupyter, "run_notebook", fill)
    assert cli.main(["report", "site.yaml", "--output", "out"]) == 4
    (folder,) = Path("out/hamburg").iterdir()
    assert f"; what was made until then is kept in {folder}." in capsys.readouterr().err
    assert (folder / "run.json").exists()


def test_a_run_whose_rests_cannot_be_written_either_still_ends_in_words(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fill(*_: object, **__: object) -> None:
        monkeypatch.setattr(Path, "write_text", fill)
        raise FULL

    monkeypatch.setattr(jupyter, "run_notebook", fill)
    assert cli.main(["report", "site.yaml", "--output", "out"]) == 4
    told = capsys.readouterr().err
    assert "No space left on device; what was made until then is kept in out" in told
    assert "failure.txt" not in told


# Streams, as a shell gives them.

STREAMS = {
    "full": (">/dev/full", 4, "standard output: cannot be written (No space left on device)"),
    "closed": (">&-", 4, "standard output: cannot be written (it is closed)"),
    "both closed": (">&- 2>&-", 4, ""),
}


def started(words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command of certlib by a shell, which puts its streams as told."""
    environment = {
        name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"
    } | environment
    line = f'"{sys.executable}" -m certlib {words}'
    return subprocess.run(
        ["sh", "-c", line], cwd=folder, env=environment, capture_output=True, check=False, timeout=60
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("buffered", ["", "1"])
def test_an_output_that_takes_nothing_ends_with_4(stream: str, buffered: str, tmp_path: Path) -> None:
    way, code, said = STREAMS[stream]
    ended = started(f"init new.yaml {way}", tmp_path, PYTHONUNBUFFERED=buffered)
    told = f"{said}; new.yaml is made and kept.\n" if said else ""
    assert (ended.returncode, ended.stdout, ended.stderr.decode()) == (code, b"", told)
    assert (tmp_path / "new.yaml").stat().st_size > 1000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--help >/dev/full", 4),
        ("nonsense 2>/dev/full", 2),
        ("assess none 2>/dev/full", 2),
        ("assess none 2>&-", 2),
        ("nonsense 2>&-", 2),
        ("schema brand | true", 0),
        ("init /x\udcff/\udcff <&- >&-", 2),
    ],
)
def test_what_cannot_be_told_changes_no_other_code(words: str, code: int, tmp_path: Path) -> None:
    if words.startswith("init"):
        words = words.replace("/x", f"{tmp_path}/file", 1)
        (tmp_path / "file\udcff").touch()
    ended = started(words, tmp_path)
    assert (ended.returncode, ended.stdout) == (code, b"")
    assert b"Traceback" not in ended.stderr
    assert b"Exception ignored" not in ended.stderr


def test_a_program_that_we_start_has_streams_although_ours_are_closed() -> None:
    code = (
        "import subprocess, sys; from certlib.cli.output import prepare_streams; prepare_streams();"
        "sys.exit(subprocess.run(['sh', '-c', 'echo x; echo y >&2'], close_fds=True).returncode)"
    )
    closed = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -c "{code}" <&- >&- 2>&-'], check=False, timeout=60
    )
    assert closed.returncode == 0


def test_an_odd_environment_changes_nothing(tmp_path: Path) -> None:
    evidence.write(site("row-4")[0], tmp_path / "evidence.json")
    odd = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TERM": "x" * 70, "COLUMNS": "none"}
    ended = started("assess evidence.json", tmp_path, **odd, HOME="/nonexistent", TMPDIR="/nonexistent")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"NOT READY" in ended.stdout
