"""A run: evidence collected or brought, assessed, and written as a report, step by step by the notebooks."""

import logging
import re
import shutil
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from certlib import jupyter, lab
from certlib.changes import earlier as past
from certlib.collect import make_limits
from certlib.errors import CannotWrite, CertlibError, InvalidInput, Problem, RunFailed
from certlib.evidence import Evidence, is_of_another_site, save_certificates
from certlib.evidence import read as read_evidence
from certlib.evidence import write as write_evidence
from certlib.inventory import Site, list_endpoints, list_every_endpoint, override_collecting
from certlib.inventory import load as load_site
from certlib.pseudonyms import keep_key, read_pseudonymized
from certlib.run.folder import (
    Manifest,
    Progress,
    Run,
    close_folder,
    get_now,
    open_folder,
    time_steps,
    write_text,
)
from certlib.show import END_MARK, check_templates
from certlib.text import cut, make_visible

# Beside the package's code where it is installed, at the top of the project where it is developed.
_BESIDE = Path(__file__).parent.with_name("notebooks")
_AT_TOP = Path(__file__).resolve().parents[3] / "notebooks"
NOTEBOOKS = _BESIDE if _BESIDE.is_dir() else _AT_TOP
SHARED = "shared"  # the folder of a run that can be shown to others
COLLECT, READINESS = "01-collect.ipynb", "02-readiness.ipynb"
UNSIGNED = (
    "The notebooks are not signed: Jupyter's store of signatures cannot be used ({why}). JupyterLab shows "
    "them without styles until you say there that you trust them."
)

_log = logging.getLogger(__name__)


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

    def collect(folder: Path, manifest: Manifest) -> None:
        longest = make_limits(site.collecting).longest(len(list_endpoints(site)))
        named = {"site": str(inventory.resolve()), **asked}
        _execute(COLLECT, folder, named, manifest, seconds=int(longest))

    return _lead(
        site,
        output,
        progress,
        bring=collect,
        words=f"collecting from {len(list_endpoints(site))} endpoints",
        parameters={"inventory": inventory.name},
        share=share,
        earlier=earlier,
        moment=datetime.now(UTC),
    )


def report_again(
    *,
    evidence: Path,
    output: Path,
    progress: Progress,
    inventory: Path | None = None,
    share: bool = False,
    earlier: Path | None = None,
) -> Run:
    """Assess evidence that was collected and write its report into a new folder below `output`.

    `evidence`: a file, or the folder of a run. `inventory`: what counts instead of the site's description in
    the evidence, for another date, waiver, logo, language or release; the servers stay those that were asked.
    Raises InvalidInput, CannotWrite, RunFailed.
    """
    for path in (output, evidence, *filter(None, [inventory])):
        _check_name(path)
    file = past.find_evidence(evidence)
    collected = read_evidence(file)
    parameters = {"evidence": file.name}
    if inventory is not None:
        site = replace(load_site(inventory), collecting=collected.site.collecting)
        _check_same_site(collected, site, inventory)
        collected = replace(collected, site=site)
        parameters["inventory"] = inventory.name
    check_templates(collected.site)

    def bring(folder: Path, manifest: Manifest) -> None:  # noqa: ARG001 - as one that collects
        if inventory is None:
            _copy(file, folder / past.FILE)
        else:
            write_evidence(collected, folder / past.FILE)
        save_certificates(collected, folder / "certificates")

    return _lead(
        collected.site,
        output,
        progress,
        bring=bring,
        words="taking the evidence",
        parameters=parameters,
        share=share,
        earlier=earlier,
        moment=collected.collected,
    )


def _check_same_site(evidence: Evidence, site: Site, inventory: Path) -> None:
    """Refuse an inventory of another site, or one without a server that was asked."""
    if wrong := is_of_another_site(evidence.site, site.id, site.customer):
        instead = "Name the inventory of the site that the evidence is of."
        raise InvalidInput((Problem(str(inventory), None, "", wrong, instead),))
    asked = {row.endpoint for row in (*evidence.presentations, *evidence.elsewhere)}
    missing = sorted(asked - {endpoint.id for endpoint in list_every_endpoint(site)})
    if missing:
        wrong = f"has no {', '.join(map(make_visible, missing[:3]))}, of which the evidence tells."
        instead = "Give it the nodes, names and ports of then, or collect again."
        raise InvalidInput((Problem(str(inventory), None, "", wrong, instead),))


def _lead(
    site: Site,
    output: Path,
    progress: Progress,
    *,
    bring: Callable[[Path, Manifest], object],
    words: str,
    parameters: dict[str, str],
    share: bool,
    earlier: Path | None,
    moment: datetime,
) -> Run:
    """Lead a site through a run: `bring` brings the evidence into its folder, `words` say how.

    `moment`: when the evidence is of; an `earlier` run has to be of before.
    """
    if earlier:
        before = past.read(earlier, site=site.id, customer=site.customer, before=moment)
        parameters["earlier"] = before.collected.isoformat(timespec="seconds")
    folder, manifest = open_folder(site, output, parameters)
    steps = time_steps(manifest, folder, progress)
    try:
        with steps("import", "starting"):
            for slow in ("papermill", "certlib.report"):
                import_module(slow)
        with steps("collect", words):
            bring(folder, manifest)
        with steps("assess", "assessing"):
            compared = _keep(earlier, folder) if earlier else {}
            notebook = _execute(READINESS, folder, {"evidence": "evidence.json", **compared}, manifest)
        with steps("report", "writing the report"):
            _render(notebook, folder, manifest)
        if share:
            with steps("share", "writing the version to be shared"):
                _make_shared(folder, {name: f"../{file}" for name, file in compared.items()})
        made = close_folder(folder, manifest, _read_end_mark(notebook))
    except BaseException as error:
        manifest.state, manifest.failure = "failed", str(error) or type(error).__name__
        manifest.finished = get_now()
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
            write_text(folder / "failure.txt", traceback.format_exc())
        except CannotWrite:
            raise RunFailed(folder, "the run", said) from error
        said = said if isinstance(error, OSError) else type(error).__name__
        raise RunFailed(folder, "the run", f"{said}, see failure.txt there") from error
    return replace(made, shared=made.folder / SHARED) if share else made


def _keep(earlier: Path, folder: Path) -> dict[str, str]:
    """Lay the earlier evidence beside the present one; the notebook's parameter that names it."""
    _copy(past.find_evidence(earlier), folder / past.KEPT)
    return {"earlier": past.KEPT}


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except (OSError, ValueError) as cause:
        raise CannotWrite(target, cause) from cause


def _make_shared(folder: Path, compared: dict[str, str]) -> None:
    """The report once more below a run's folder, with pseudonyms, and nothing that tells where it was made.

    A customer's site keeps its key from run to run, so that its shared reports can be compared.
    """
    keep_key(folder)
    evidence, _ = read_pseudonymized(folder / "evidence.json")
    place = folder / f"{SHARED}.unfinished"
    place.mkdir()
    manifest = Manifest(site=evidence.site.id, started=get_now(), parameters={"share": "yes"})
    manifest.write(place)
    parameters: dict[str, object] = {"evidence": "../evidence.json", "share": True, **compared}
    notebook = _execute(READINESS, place, parameters, manifest)
    _forget_places(notebook, place / "readiness.ipynb")
    _sign(notebook, manifest)
    _render(notebook, place, manifest)
    close_folder(place, manifest, _read_end_mark(notebook))


def _forget_places(notebook: Any, file: Path) -> None:
    """Take out of an executed notebook where it was run, and what was printed, which may cite anything."""
    import nbformat  # noqa: PLC0415

    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.output_type != "stream"]
    write_text(file, nbformat.writes(notebook) + "\n")


def _render(notebook: Any, folder: Path, manifest: Manifest) -> None:
    """Write both forms of the report; what they had to leave out is noted."""
    from certlib import report as reporting  # noqa: PLC0415 - slow: the manifest is on disk before it

    rendered = reporting.render(notebook, folder=folder)
    write_text(folder / "report.html", rendered.html)
    (folder / "report.pdf").write_bytes(rendered.pdf)
    manifest.notes += [*rendered.notes, *(f"{chapter}: {why}" for chapter, why in rendered.missing)]


def _render_what_there_is(folder: Path, manifest: Manifest) -> None:
    """A report from a notebook that failed: it says that it is incomplete, and where."""
    import nbformat  # noqa: PLC0415

    failed = folder / "readiness.ipynb"
    if failed.exists() and not (folder / "report.html").exists():
        _render(nbformat.read(failed, as_version=4), folder, manifest)


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
