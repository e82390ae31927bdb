"""One site through the notebooks: a folder with evidence, findings, report and what is needed to trust them.

`run.json` is written first and closed last. The folder carries `.unfinished` in its name until the run is
whole, so a run that was killed can be told from one that came to its end, and what it collected is kept.
"""

import json
import logging
import platform
import re
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from certlib import jupyter, lab
from certlib.changes import earlier as past
from certlib.collect import make_limits
from certlib.errors import CannotWrite, CertlibError, InvalidInput, Problem, RunFailed
from certlib.inventory import Site, list_endpoints, override_collecting
from certlib.inventory import load as load_site
from certlib.pseudonyms import keep_key, read_pseudonymized
from certlib.show import END_MARK, check_templates
from certlib.text import cut
from certlib.version import VERSION

SCHEMA_VERSION = 1
# Beside the package's code where it is installed, at the top of the project where it is developed.
_BESIDE, _AT_TOP = Path(__file__).with_name("notebooks"), Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = _BESIDE if _BESIDE.is_dir() else _AT_TOP
SHARED = "shared"  # the folder of a run that can be shown to others
COLLECT, READINESS = "01-collect.ipynb", "02-readiness.ipynb"
PACKAGES = ("papermill", "nbconvert", "pandas", "cryptography", "typst")
UNSIGNED = (
    "The notebooks are not signed: Jupyter's store of signatures cannot be used ({why}). JupyterLab shows "
    "them without styles until you say there that you trust them."
)

Progress = Callable[[str], None]

_log = logging.getLogger(__name__)


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
        _write(folder / "run.json", json.dumps(facts, indent=2, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class Run:
    """A run that came to its end."""

    folder: Path
    verdict: str
    text: str  # verdict and matrix for a terminal
    shared: Path | None = None  # the folder within it that can be shown to others


def report(
    *,
    inventory: Path | None,
    output: Path,
    progress: Progress,
    gentle: bool | None = None,
    patience: float | str | None = None,
    pause: float | str | None = None,
    profiles: Sequence[Path] = (),
    hsts: bool = False,
    share: bool = False,
    earlier: Path | None = None,
) -> Run:
    """Collect from a site, assess it and write its report into a new folder below `output`.

    Without an inventory the loopback site is started and reported on. `gentle`, `patience` and `pause` count
    before what the inventory says of collecting; `profiles` (files) and `hsts` are as in `collect`.
    `share`: a folder `shared` within it holds the report a second time, with pseudonyms for everything that
    tells who the site is; the key to them stays outside of it. `earlier`: the folder or evidence of a former
    run, with which the report compares the site; a copy stays in the folder.
    Raises InvalidInput, CannotWrite, RunFailed.
    """
    for path in (output, *filter(None, [inventory]), *profiles):
        _check_name(path)
    touch = {"gentle": gentle, "patience": patience, "pause": pause}
    wanted = {"profiles": [str(file.resolve()) for file in profiles], "hsts": hsts}
    asked: dict[str, object] = {name: value for name, value in touch.items() if value is not None}
    asked |= {name: value for name, value in wanted.items() if value}
    if inventory is None:
        with lab.inventory(preset="upgrade") as loopback:
            progress("the loopback site is running")
            return _report(loopback, output, progress, asked=asked, share=share, earlier=earlier)
    return _report(inventory, output, progress, asked=asked, share=share, earlier=earlier)


def _check_name(path: Path) -> None:
    """Refuse a file or folder whose whole name no notebook can hold."""
    try:
        str(path.resolve()).encode()
    except UnicodeEncodeError:
        wrong, instead = "has a name that is not UTF-8.", "Rename it, or the folder above it that has one."
        raise InvalidInput((Problem(str(path), None, "", wrong, instead),)) from None
    except (OSError, RuntimeError, ValueError):  # told by who opens it
        return


def _report(
    inventory: Path,
    output: Path,
    progress: Progress,
    *,
    asked: dict[str, object],
    share: bool,
    earlier: Path | None,
) -> Run:
    touch: dict[str, Any] = {name: asked[name] for name in ("gentle", "patience", "pause") if name in asked}
    site = override_collecting(load_site(inventory), **touch)
    check_templates(site)
    asked = asked | {name: getattr(site.collecting, name) for name in touch}
    told = {"inventory": inventory.name}
    if earlier:
        before = past.read(earlier, site=site.id, customer=site.customer, before=datetime.now(UTC))
        told["earlier"] = before.collected.isoformat(timespec="seconds")
    folder, manifest = _open(site, output, told)
    steps = _list_steps(manifest, folder, progress)
    try:
        with steps("import", "starting"):
            for slow in ("papermill", "certlib.report"):
                import_module(slow)
        with steps("collect", f"collecting from {len(list_endpoints(site))} endpoints"):
            longest = make_limits(site.collecting).longest(len(list_endpoints(site)))
            parameters = {"site": str(inventory.resolve()), **asked}
            _execute(COLLECT, folder, parameters, manifest, seconds=int(longest))
        with steps("assess", "assessing"):
            compared = _keep(earlier, folder) if earlier else {}
            notebook = _execute(READINESS, folder, {"evidence": "evidence.json", **compared}, manifest)
        with steps("report", "writing the report"):
            _render(notebook, folder, manifest)
        if share:
            with steps("share", "writing the version to be shared"):
                _make_shared(folder, {name: f"../{file}" for name, file in compared.items()})
        made = _close(folder, manifest, _read_end_mark(notebook))
    except BaseException as error:
        manifest.state, manifest.failure = "failed", str(error) or type(error).__name__
        manifest.finished = _get_now()
        for rest in (manifest.write, lambda place: _render_what_there_is(place, manifest), manifest.write):
            with suppress(Exception):  # the first error counts
                rest(folder)
        if isinstance(error, CannotWrite):
            kept = f"what was made until then is kept in {folder}"
            raise CannotWrite(error.path, error.cause, kept) from error
        if isinstance(error, CertlibError) or not isinstance(error, Exception):
            raise
        said = f"{type(error).__name__}: {cut(' '.join(str(error).split()), 300)}"
        try:
            _write(folder / "failure.txt", traceback.format_exc())
        except CannotWrite:
            raise RunFailed(folder, "the run", said) from error
        said = said if isinstance(error, OSError) else type(error).__name__
        raise RunFailed(folder, "the run", f"{said}, see failure.txt there") from error
    return replace(made, shared=made.folder / SHARED) if share else made


def _keep(earlier: Path, folder: Path) -> dict[str, str]:
    """Lay the earlier evidence beside the present one; the notebook's parameter that names it."""
    file = folder / past.KEPT
    try:
        shutil.copyfile(past.find_evidence(earlier), file)
    except (OSError, ValueError) as cause:
        raise CannotWrite(file, cause) from cause
    return {"earlier": past.KEPT}


def _make_shared(folder: Path, compared: dict[str, str]) -> None:
    """The report once more below a run's folder, with pseudonyms, and nothing that tells where it was made.

    A customer's site keeps its key from run to run, so that its shared reports can be compared.
    """
    keep_key(folder)
    evidence, _ = read_pseudonymized(folder / "evidence.json")
    place = folder / f"{SHARED}.unfinished"
    place.mkdir()
    manifest = Manifest(site=evidence.site.id, started=_get_now(), parameters={"share": "yes"})
    manifest.write(place)
    parameters: dict[str, object] = {"evidence": "../evidence.json", "share": True, **compared}
    notebook = _execute(READINESS, place, parameters, manifest)
    _forget_places(notebook, place / "readiness.ipynb")
    _sign(notebook, manifest)
    _render(notebook, place, manifest)
    _close(place, manifest, _read_end_mark(notebook))


def _forget_places(notebook: Any, file: Path) -> None:
    """Take out of an executed notebook where it was run, and what was printed, which may cite anything."""
    import nbformat  # noqa: PLC0415

    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.output_type != "stream"]
    _write(file, nbformat.writes(notebook) + "\n")


def _render(notebook: Any, folder: Path, manifest: Manifest) -> None:
    """Write both forms of the report; what they had to leave out is noted."""
    from certlib import report as reporting  # noqa: PLC0415 - slow: the manifest is on disk before it

    rendered = reporting.render(notebook, folder=folder)
    _write(folder / "report.html", rendered.html)
    (folder / "report.pdf").write_bytes(rendered.pdf)
    manifest.notes += [*rendered.notes, *(f"{chapter}: {why}" for chapter, why in rendered.missing)]


def _render_what_there_is(folder: Path, manifest: Manifest) -> None:
    """A report from a notebook that failed: it says that it is incomplete, and where."""
    import nbformat  # noqa: PLC0415

    failed = folder / "readiness.ipynb"
    if failed.exists() and not (folder / "report.html").exists():
        _render(nbformat.read(failed, as_version=4), folder, manifest)


def _open(site: Site, output: Path, parameters: dict[str, str]) -> tuple[Path, Manifest]:
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


def _close(folder: Path, manifest: Manifest, end: dict[str, Any]) -> Run:
    """Close the manifest, write the sums, give the folder its final name."""
    manifest.verdict, manifest.rule = end["verdict"], end["rule"]
    manifest.state, manifest.finished = "complete", _get_now()
    manifest.write(folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = [
        f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files
    ]
    _write(folder / "SHA256SUMS", "\n".join(lines) + "\n")
    final = folder.with_suffix("")
    try:
        folder.rename(final)
    except OSError as cause:
        raise CannotWrite(final, cause) from cause
    return Run(folder=final, verdict=manifest.verdict, text=end["text"])


def _execute(
    name: str, folder: Path, parameters: dict[str, object], manifest: Manifest, *, seconds: int = 0
) -> Any:
    """Run one notebook in a fresh kernel; its output notebook stays in the folder, also when it fails.

    The kernel works in the folder and the parameters name files in it, so that the notebook can be opened
    there and run again, also after the folder got its final name or was moved.
    Raises RunFailed when a cell fails or the kernel ends before the last cell.
    """
    target = folder.resolve() / re.sub(r"^\d+-", "", name)
    step = name.removesuffix(".ipynb")
    with tempfile.TemporaryDirectory(prefix="certlib-") as private:
        try:
            notebook = jupyter.run_notebook(
                NOTEBOOKS / name,
                target,
                parameters=parameters | {"output": "."},
                private=Path(private),
                seconds=seconds,
            )
        except jupyter.NotebookFailed as error:
            raise RunFailed(folder, step, str(error)) from error
    if not _read_end_mark(notebook):
        raise RunFailed(folder, step, "the notebook's kernel ended before its last cell")
    _sign(notebook, manifest)
    return notebook


def _sign(notebook: Any, manifest: Manifest) -> None:
    """Sign a notebook; where that can't be, the run says so once."""
    if why := jupyter.sign(notebook):
        note = UNSIGNED.format(why=why)
        if note not in manifest.notes:
            manifest.notes.append(note)
            _log.warning("%s", note)


def _read_end_mark(notebook: Any) -> dict[str, Any]:
    """What the last cell left; a kernel that was killed leaves no error, only this missing."""
    for cell in reversed(notebook.cells):
        for output in cell.get("outputs", ()):
            if END_MARK in output.get("data", {}):
                return dict(output["data"][END_MARK])
    return {}


def _list_steps(manifest: Manifest, folder: Path, progress: Progress) -> Callable[..., Any]:
    @contextmanager
    def step(name: str, words: str) -> Iterator[None]:
        progress(words)
        started = time.perf_counter()
        yield
        manifest.seconds[name] = round(time.perf_counter() - started, 3)
        manifest.write(folder)

    return step


def _write(path: Path, text: str) -> None:
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


def _get_now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
