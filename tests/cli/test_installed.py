"""The package as it is installed: as a wheel, in an empty environment, used from any folder."""

import json
import os
import subprocess
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
Command = list[str]


@pytest.fixture(scope="module")
def certlib(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command of an environment that has the wheel, and beside it the packages that certlib needs."""
    place = tmp_path_factory.mktemp("installed")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(place), versions=["standard"])
    venv.create(place / "environment", symlinks=os.name != "nt")
    names = {"base": str(place / "environment"), "platbase": str(place / "environment")}
    packages = Path(sysconfig.get_path("purelib", scheme="venv", vars=names))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (packages / "needed.pth").write_text(
        sysconfig.get_path("purelib")
    )  # a path alone: what is editable stays out
    scripts = Path(sysconfig.get_path("scripts", scheme="venv", vars=names))
    return [str(scripts / ("python.exe" if os.name == "nt" else "python")), "-m", "certlib"]


def run(command: Command, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [*command, *words],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )


@pytest.mark.slow
def test_the_demonstration_is_reported_from_a_folder_with_an_odd_name(
    certlib: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "Kunde Nr. #1 – Süd"
    folder.mkdir()
    done = run(certlib, "report", "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    made = Path(json.loads(done.stdout)["folder"])
    made = made if made.is_absolute() else folder / made
    assert {"report.html", "report.pdf", "report.xlsx", "evidence.json"} <= {
        path.name for path in made.iterdir()
    }
    assert str(ROOT) not in (made / "run.json").read_text(encoding="utf-8")


def test_the_installed_modules_are_those_of_the_wheel_with_their_types(
    certlib: Command, tmp_path: Path
) -> None:
    code = "import certlib, pathlib; print(pathlib.Path(certlib.__file__).parent)"
    done = run([certlib[0], "-c", code], folder=tmp_path)
    place = Path(done.stdout.strip())
    assert ROOT not in place.parents
    assert (place / "py.typed").is_file()


def test_its_notebooks_are_written_out_to_be_changed_and_never_over_others(
    certlib: Command, tmp_path: Path
) -> None:
    done = run(certlib, "notebooks", "my notebooks", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    written = {path.name: path.read_bytes() for path in (tmp_path / "my notebooks").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (ROOT / "notebooks").glob("*.ipynb")}
    again = run(certlib, "notebooks", "my notebooks", folder=tmp_path)
    assert again.returncode == 2
    assert "01-collect.ipynb: exists already." in again.stderr


def test_the_command_has_its_entry_and_its_exporters(certlib: Command, tmp_path: Path) -> None:
    code = (
        "from importlib.metadata import distribution as d;"
        "print(sorted(entry.name for entry in d('certlib').entry_points))"
    )
    done = run([certlib[0], "-c", code], folder=tmp_path)
    assert done.stdout.strip() == str(["certlib", "readiness_html", "readiness_pdf"])
