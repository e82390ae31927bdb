"""What a run asks of Jupyter: a notebook run by our own interpreter, and signed for JupyterLab.

Nothing that a user or a machine has set up for Jupyter or IPython has a say in it: other kernels, settings,
start-up files, folders that cannot be written. Signatures alone belong into the user's own store.
"""

import os
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

CELL_SECONDS = 1800  # no cell runs for ever
LONGEST_SOCKET = 95  # bytes of a path; systems take about 100, and the kernel adds "-1" and so on
LOCKED_SECONDS = 5.0  # for which another program may hold the store of signatures
SAID = "kernel.log"  # in the private folder: what the kernel wrote outside of its notebook
# IPython takes settings and start-up files from its own folder, which is a private one, and from these.
KERNEL = """
import sys
sys.path[:] = [place for place in sys.path if place]
from IPython.core.application import ENV_CONFIG_DIRS, SYSTEM_CONFIG_DIRS
ENV_CONFIG_DIRS.clear()
SYSTEM_CONFIG_DIRS.clear()
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""
OPTIONS = ("--HistoryManager.enabled=False", "--InteractiveShellApp.exec_PYTHONSTARTUP=False")


class NotebookFailed(Exception):
    """A notebook did not come to its end; the text says why."""


class NotStarted(RuntimeError):
    """The system did not start a kernel."""


def run_notebook(
    source: Path, target: Path, *, parameters: dict[str, object], private: Path, seconds: int = 0
) -> Any:
    """Run a notebook in a fresh kernel that works where `target` lies; it is written also when it fails.

    `private`: an empty folder for what the kernel needs besides. Raises NotebookFailed.
    """
    import papermill  # noqa: PLC0415 - half a second
    from papermill.exceptions import PapermillException  # noqa: PLC0415

    try:
        return papermill.execute_notebook(
            _escape_path(source),
            _escape_path(target),
            parameters=parameters,
            resources={"metadata": {"path": str(target.parent)}},  # where the kernel works
            kernel_name="python3",
            kernel_manager_class=_make_manager(private),
            progress_bar=False,
            execution_timeout=max(CELL_SECONDS, seconds),
            config=_choose_connection(private),
            shutdown_kernel="immediate",
        )
    except (PapermillException, RuntimeError, TimeoutError) as error:
        raise NotebookFailed(_describe_cause(error, private)) from error


def sign(notebook: Any) -> str:
    """Vouch for a notebook that we ran ourselves, else JupyterLab drops the styles of its outputs.

    Why that could not be done, or nothing; the user's store of signatures costs no run.
    """
    from jupyter_core.paths import jupyter_data_dir  # noqa: PLC0415
    from nbformat.sign import NotebookNotary  # noqa: PLC0415

    try:
        folder = Path(jupyter_data_dir())
        folder.mkdir(parents=True, exist_ok=True)
        # Asked before the notary is: it puts a store that it cannot open out of the way.
        with closing(sqlite3.connect(folder / "nbsignatures.db", timeout=LOCKED_SECONDS)) as store:
            store.execute("BEGIN IMMEDIATE")
        notary = NotebookNotary(data_dir=str(folder))
        with closing(notary.store):
            notary.sign(notebook)
    except OSError as error:
        return error.strerror or type(error).__name__
    except sqlite3.Error as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the report is made
        return type(error).__name__
    return ""


def _escape_path(path: Path) -> str:
    """A path for papermill, which fills in what stands in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _make_manager(private: Path) -> type[Any]:
    """Starts our own interpreter, whatever kernels the machine knows under the name of ours."""
    from jupyter_client.kernelspec import KernelSpec  # noqa: PLC0415
    from jupyter_client.manager import AsyncKernelManager  # noqa: PLC0415

    spec = KernelSpec(
        argv=[sys.executable, "-c", KERNEL, "-f", "{connection_file}", *OPTIONS],
        display_name="Python 3 (ipykernel)",
        language="python",
        env={name: value.replace("$", "$$") for name, value in _make_environment(private).items()},
        metadata={"kernel_provisioner": {"provisioner_name": "local-provisioner"}},
    )

    class OwnKernel(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override] # as in the class above
            with (private / SAID).open("wb") as said:
                try:
                    await super().start_kernel(**options, stdout=said, stderr=said)
                except OSError as error:  # no such program, no more processes, no room in memory
                    raise NotStarted(error.strerror or type(error).__name__) from error

    return OwnKernel


def _make_environment(private: Path) -> dict[str, str]:
    """What the kernel's environment has otherwise than ours; it works in another folder than we do."""
    changed = {"IPYTHONDIR": str(private / "ipython"), "JUPYTER_RUNTIME_DIR": str(private)}
    if places := os.environ.get("PYTHONPATH"):
        changed["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, places.split(os.pathsep)))
    return changed


def _choose_connection(private: Path) -> Any:
    """Kernel traffic over sockets in the private folder: TCP ports collide when runs are parallel."""
    from traitlets.config import Config  # noqa: PLC0415

    file = str(private / "kernel.json")
    if os.name == "nt" or len(os.fsencode(file)) > LONGEST_SOCKET:
        return Config({"KernelManager": {"connection_file": file}})
    return Config({"KernelManager": {"transport": "ipc", "connection_file": file}})


def _describe_cause(error: Exception, private: Path) -> str:
    """What went wrong, without frames and colours: all that a cell's error says, else the last line."""
    from nbclient.exceptions import DeadKernelError  # noqa: PLC0415

    name = getattr(error, "ename", type(error).__name__)
    if isinstance(error, RuntimeError) and not isinstance(error, DeadKernelError):
        why = _get_last(_split_lines((private / SAID).read_text("utf-8", "replace"))) or _get_last(
            _split_lines(str(error))
        )
        return f"the notebook's kernel, {sys.executable}, could not be started: {why or name}"
    said = getattr(error, "evalue", None)
    lines = _split_lines(said or str(error))
    return f"{name}: {'; '.join(lines) if said else _get_last(lines)}" if lines else name


def _split_lines(text: str) -> list[str]:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return [line.strip() for line in plain.splitlines() if line.strip()]


def _get_last(lines: list[str]) -> str:
    return lines[-1] if lines else ""
