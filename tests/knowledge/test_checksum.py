"""The checksum of the knowledge files, and what it is of."""

import shutil
from pathlib import Path

import pytest

from certlib.knowledge import load
from certlib.knowledge.load import CHECKSUM, FILES, FOLDER, compute_checksum, is_unchanged, read
from certlib.language import use_language

NAMES = FILES.values()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*NAMES, CHECKSUM):
        shutil.copy(FOLDER / name, tmp_path / name)
    (tmp_path / CHECKSUM).write_text(compute_checksum(tmp_path, NAMES), encoding="ascii")
    return tmp_path


def test_the_committed_seal_is_that_of_the_files() -> None:
    assert (FOLDER / CHECKSUM).read_text(encoding="ascii").strip() == compute_checksum(FOLDER, NAMES), (
        "run: make knowledge"
    )


def test_a_changed_file_breaks_the_seal(folder: Path) -> None:
    assert is_unchanged(folder, NAMES)
    with (folder / "rules.yaml").open("a", encoding="utf-8") as file:
        file.write("\n# a remark\n")
    assert not is_unchanged(folder, NAMES)


def test_another_end_of_lines_leaves_the_seal_whole(folder: Path) -> None:
    path = folder / "rules.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert is_unchanged(folder, NAMES)


@pytest.mark.parametrize("name", ["rules.yaml", CHECKSUM])
def test_what_is_not_there_is_not_intact(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert not is_unchanged(folder, NAMES)


@pytest.mark.parametrize("language", ["en", "de"])
def test_unchanged_files_read_as_checked_ones_do(language: str) -> None:
    with use_language(language):
        assert load() == read(folder=FOLDER)
