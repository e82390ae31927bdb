"""A run's folder: unfinished by its name until it is whole; its manifest is written first and closed last."""

import json
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from certlib.errors import CannotWrite
from certlib.inventory import Site
from certlib.version import VERSION

SCHEMA_VERSION = 1
PACKAGES = ("papermill", "nbconvert", "pandas", "cryptography", "typst")

Progress = Callable[[str], None]


@dataclass(slots=True)
class Manifest:
    """What `run.json` says of a run."""

    site: str
    started: str
    parameters: dict[str, str]
    state: str = "running"  # then "complete" or "failed"
    finished: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)  # by step, wall time
    verdict: str | None = None
    rule: str | None = None
    notes: list[str] = field(default_factory=list)
    failure: str | None = None

    def write(self, folder: Path) -> None:
        """Write the manifest in its present state."""
        facts = {
            "schema_version": SCHEMA_VERSION,
            "site": self.site,
            "state": self.state,
            "started": self.started,
            "finished": self.finished,
            "verdict": self.verdict,
            "rule": self.rule,
            "seconds": self.seconds,
            "parameters": self.parameters,
            "notes": self.notes,
            "failure": self.failure,
            "versions": {"certlib": VERSION, "python": platform.python_version()}
            | {name: version(name) for name in PACKAGES},
        }
        write_text(folder / "run.json", json.dumps(facts, indent=2, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class Run:
    """A run that came to its end."""

    folder: Path
    verdict: str
    text: str  # verdict and matrix for a terminal
    shared: Path | None = None  # the folder within it that can be shown to others


def open_folder(site: Site, output: Path, parameters: dict[str, str]) -> tuple[Path, Manifest]:
    """A new folder that is visibly unfinished, with the manifest as its first file."""
    started = datetime.now(UTC)
    manifest = Manifest(site=site.id, started=started.isoformat(timespec="seconds"), parameters=parameters)
    runs = output / site.id
    try:
        runs.mkdir(parents=True, exist_ok=True)
        folder = _make_folder(runs, f"{started:%Y%m%dT%H%M%SZ}")
    except (OSError, ValueError) as cause:
        raise CannotWrite(runs, cause) from cause
    manifest.write(folder)
    return folder, manifest


def _make_folder(runs: Path, started: str) -> Path:
    """A folder that is no other run's, finished or not; runs that start in one second are numbered."""
    name, number = started, 1
    while True:
        folder = runs / f"{name}.unfinished"
        with suppress(FileExistsError):
            folder.mkdir()
            if not (runs / name).exists():
                return folder
            folder.rmdir()
        number += 1
        name = f"{started}-{number}"


def close_folder(folder: Path, manifest: Manifest, end: dict[str, Any]) -> Run:
    """Close the manifest, write the sums, give the folder its final name."""
    manifest.verdict, manifest.rule = end["verdict"], end["rule"]
    manifest.state, manifest.finished = "complete", get_now()
    manifest.write(folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = [
        f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files
    ]
    write_text(folder / "SHA256SUMS", "\n".join(lines) + "\n")
    final = folder.with_suffix("")
    try:
        folder.rename(final)
    except OSError as cause:
        raise CannotWrite(final, cause) from cause
    return Run(folder=final, verdict=manifest.verdict, text=end["text"])


def time_steps(manifest: Manifest, folder: Path, progress: Progress) -> Callable[..., Any]:
    """How to do a step of a run: its words are told before, its seconds stand in the manifest afterwards."""

    @contextmanager
    def step(name: str, words: str) -> Iterator[None]:
        progress(words)
        started = time.perf_counter()
        yield
        manifest.seconds[name] = round(time.perf_counter() - started, 3)
        manifest.write(folder)

    return step


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; a full disk leaves what stood there."""
    beside = path.with_name(f".{path.name}.part")
    try:
        try:
            beside.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as cause:
        raise CannotWrite(path, cause) from cause


def get_now() -> str:
    """The present second in UTC, as the manifest writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
