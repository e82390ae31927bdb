"""The lab from the command line: a site that runs until it is interrupted, and its inventory as a file."""

import errno
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from certlib.errors import CannotWrite, InvalidInput, Problem
from certlib.lab.running import Running, site
from certlib.lab.sites import HEADER, PRESETS

MAKER = ("brand.yaml", "logo.svg")  # the invented maker of the demonstration's report


def write_inventory(running: Running, path: Path) -> None:
    """Write the inventory of a running site and, beside it, the CA certificates that it names.

    Raises CannotWrite, also where a file stands that the lab did not write.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.read_bytes().startswith(HEADER.encode()):
            raise FileExistsError(errno.EEXIST, "a file that the lab did not write stands there")
        for name, text in running.ca_pem.items():
            (path.parent / name).write_text(text, encoding="ascii")
        path.write_text(running.inventory, encoding="utf-8")
    except OSError as cause:
        raise CannotWrite(path, cause) from cause


@contextmanager
def inventory(*, preset: str = "upgrade") -> Iterator[Path]:
    """The inventory file of a preset that listens while the block runs; it lies in a folder of its own.

    Beside it lie a maker's names, colours and logo, so that its report shows what a report can.
    Raises ValueError for an unknown preset.
    """
    with site(preset=preset) as running, TemporaryDirectory(prefix="certlib-") as scratch:
        path = Path(scratch) / "loopback.yaml"
        write_inventory(running, path)
        for name in MAKER:
            path.with_name(name).write_bytes((files("certlib") / "lab" / name).read_bytes())
        yield path


def serve(*, preset: str = "upgrade", inventory_path: Path | None = None, out: TextIO | None = None) -> None:
    """Run a preset until Ctrl-C: write its inventory, print its endpoints (to stdout if not told), serve.

    Raises InvalidInput for an unknown preset and CannotWrite for an inventory that cannot be written.
    """
    if preset not in PRESETS:
        known = f"Choose one of {', '.join(PRESETS)}."
        raise InvalidInput((Problem("--preset", None, "", f"{preset!r} is no preset.", known),))
    with suppress(KeyboardInterrupt), site(preset=preset) as running:
        print(f"{running.site.title}: {running.site.customer}, release {running.site.release}", file=out)
        for endpoint in running.endpoints:
            place = f"{endpoint.address}:{endpoint.port}"
            print(f"  {endpoint.node:<34}{endpoint.title:<40}{place}", file=out)
        if inventory_path is None:
            print("No inventory is written; name a file with --inventory.", file=out)
        else:
            write_inventory(running, inventory_path)
            print(f"Inventory: {inventory_path}", file=out)
        # Who starts it in the background, as with nohup, may have Ctrl-C ignored.
        ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        print(f"It runs until: kill {os.getpid()}" if ignored else "Ctrl-C ends it.", file=out, flush=True)
        threading.Event().wait()
