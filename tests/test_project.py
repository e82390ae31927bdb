"""What the project promises about itself: packages, locks, notebooks, versions."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from imports import imports_of

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
RUNTIME: list[str] = PROJECT["project"]["dependencies"]
LOCKS = {"report": RUNTIME, "lab": RUNTIME + EXTRAS["lab"], "test": RUNTIME + EXTRAS["lab"] + EXTRAS["test"]}
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOURCES = sorted((ROOT / "src").rglob("*.py"))

# Where conda calls a package otherwise.
CONDA_NAMES = {
    "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core",
    "typst": "typst-py",
}
OTHER_NAMES = {"chromium-browser", "google-chrome", "firefox"}  # where a system has not Debian's
# Spelt in parts, so that this file does not hold them itself.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "deb." + "debian.org",
    "ana" + "conda.org",
]


def tracked() -> list[Path]:
    """Every file that git has; skips where there is no checkout."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def pins(lock: str) -> dict[str, tuple[str, int]]:
    """Package: version and number of hashes, as a lock has them."""
    found = {}
    for entry in re.split(
        r"\n(?=\S)", (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8").strip()
    ):
        requirement = Requirement(entry.split(" \\\n")[0])
        (specifier,) = requirement.specifier
        assert specifier.operator == "=="
        hashes = re.findall(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$", entry, flags=re.MULTILINE)
        assert len(hashes) == entry.count("\n"), f"{requirement.name}: a line that is no hash"
        assert requirement.name not in found, f"{requirement.name}: locked twice"
        found[requirement.name] = (specifier.version, len(hashes))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes_and_no_address(lock: str) -> None:
    assert all(hashes for _, hashes in pins(lock).values())
    assert "://" not in (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_meets_what_the_project_asks_for_and_can_build_it(lock: str) -> None:
    locked = pins(lock)
    for requirement in map(Requirement, LOCKS[lock] + PROJECT["build-system"]["requires"]):
        assert locked[canonicalize_name(requirement.name)][0] in requirement.specifier


def test_a_larger_lock_holds_the_smaller_one_at_the_same_versions() -> None:
    report, lab, test = pins("report"), pins("lab"), pins("test")
    assert report.items() <= lab.items() <= test.items()


def test_a_report_needs_no_jupyterlab() -> None:
    assert not {"jupyterlab", "jupyter-server", "rfc3987-syntax"} & pins("report").keys()


def test_conda_gets_the_same_packages() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, *packages, own = environment["dependencies"]
    assert python == f"python{PROJECT['project']['requires-python']}"
    assert (pip, own) == ("pip", {"pip": ["--editable ."]})
    asked = map(Requirement, LOCKS["lab"])
    assert sorted(packages) == sorted(
        f"{CONDA_NAMES.get(each.name, each.name)}{each.specifier}" for each in asked
    )


def test_the_declared_dependencies_are_those_that_the_sources_import() -> None:
    imported = {dotted.partition(".")[0] for path in SOURCES for _, dotted in imports_of(path)}
    outside = imported - sys.stdlib_module_names - {"certlib"}
    providers = {
        name: {canonicalize_name(each) for each in packages_distributions()[name]} for name in outside
    }
    declared = {canonicalize_name(Requirement(each).name) for each in RUNTIME}
    assert {name for name, packages in providers.items() if not packages & declared} == set()
    # The kernel is started by its name.
    assert declared - set().union(*providers.values()) == {"ipykernel"}


def test_version_and_changelog_agree() -> None:
    import certlib

    version = PROJECT["project"]["version"]
    assert certlib.__version__ == version
    newest = re.search(
        r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert newest is not None
    assert newest[1] == version


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_committed_without_outputs(notebook: Path) -> None:
    content = json.loads(notebook.read_text(encoding="utf-8"))
    assert "papermill" not in content["metadata"]
    # Without a language papermill refuses to read the parameters.
    assert content["metadata"]["kernelspec"]["language"] == "python"
    for cell in content["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert "papermill" not in cell["metadata"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_holds_narrative_and_calls_only(notebook: Path) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]), type_comments=False)
            defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
            assert not [node for node in ast.walk(tree) if isinstance(node, defined)]
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in cells) == 1


def test_no_file_names_a_registry_or_a_folder_of_the_machine_it_was_made_on() -> None:
    words = [*REGISTRIES, str(ROOT), str(Path.home())]
    named = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        for word in words
        if len(word) > 1
        and re.search(rb"(?<![\w.])" + re.escape(word.encode()) + rb"(?!\w)", path.read_bytes())
    ]
    assert named == []


def test_the_only_pages_that_git_keeps_of_a_run_are_the_sample() -> None:
    kept = {path.relative_to(ROOT).parts[:2] for path in tracked() if path.is_relative_to(ROOT / "reports")}
    assert kept <= {("reports", "sample")}


def test_make_test_brings_every_program_that_a_test_asks_for() -> None:
    files = [
        path for path in (ROOT / "tests").rglob("*.py") if path.parent.name != "cli"
    ]  # `program` is ours
    tests = "".join(path.read_text(encoding="utf-8") for path in files)
    asked = set(re.findall(r'(?:shutil\.which|\bprogram)\("([^"-][^"]*)"', tests))
    (listed,) = re.findall(r"^PROGRAMS := ((?:.*\\\n)*.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    brought = {one.rpartition(":")[0] for one in listed.replace("\\", " ").split()}
    assert {"javac", "openssl", "pdftotext"} < asked
    assert asked - brought - OTHER_NAMES == set()


def test_ci_runs_what_a_newcomer_runs() -> None:
    commands = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert commands[-1] == "exec make test"
