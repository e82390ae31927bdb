"""Pages of the PDF as pictures: how they are made, and how far one may be from the approved one.

`python tests/report/pictures.py` (with tests/ on the path) approves what it makes: look at the pictures then.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

APPROVED = Path(__file__).with_name("approved")
PAGES = {"cover": 1, "contents": 2, "summary": 3, "matrix": 4}
DOTS = 48  # an inch
BLOCK = 4  # dots that are compared as one, so that another release of the drawing program makes no difference


def draw(pdf: bytes, folder: Path) -> dict[str, Path]:
    """The pages that are compared, as grey pictures, by name."""
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    drawn = {}
    for name, page in PAGES.items():
        target = folder / name
        options = ["-png", "-gray", "-singlefile", "-r", str(DOTS), "-f", str(page), "-l", str(page)]
        subprocess.run(["pdftoppm", *options, str(file), str(target)], check=True, capture_output=True)
        drawn[name] = target.with_suffix(".png")
    return drawn


def blocks(picture: Path) -> np.ndarray:
    """The mean grey of each block of dots, from 0 (black) to 255."""
    grey = np.asarray(Image.open(picture).convert("L"), dtype=float)
    high, wide = (size // BLOCK * BLOCK for size in grey.shape)
    return grey[:high, :wide].reshape(high // BLOCK, BLOCK, wide // BLOCK, BLOCK).mean(axis=(1, 3))


def difference(one: Path, other: Path) -> float:
    """The share of blocks that differ by more than an eighth of the way from black to white."""
    first, second = blocks(one), blocks(other)
    return 1.0 if first.shape != second.shape else float((abs(first - second) > 32).mean())


if __name__ == "__main__":
    from certlib.report import render
    from report.sample import full

    APPROVED.mkdir(exist_ok=True)
    for name, path in draw(render(full()).pdf, APPROVED).items():
        sys.stdout.write(f"{name}: {path}\n")
    (APPROVED / "report.pdf").unlink()
