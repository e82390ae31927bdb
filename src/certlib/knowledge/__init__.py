"""What Cisco and others have published, as data: each entry with its basis and its source.

The YAML files beside this module are meant to be read and checked by a consultant; this module only loads
them and checks that they fit together. A new release or web server needs no change of code.
"""

from certlib.knowledge.load import load
from certlib.knowledge.lookup import cite, cite_briefly, exists, in_release, release
from certlib.knowledge.model import (
    Basis,
    BrowserFamily,
    Cell,
    Change,
    Check,
    Cop,
    Defect,
    Expected,
    Gadget,
    GadgetExperience,
    Knowledge,
    Option,
    Phase,
    Procedure,
    Question,
    ReasonText,
    Release,
    Row,
    Rule,
    Source,
    Start,
    Step,
    Upgrade,
    WebServer,
)

__all__ = [
    "Basis",
    "BrowserFamily",
    "Cell",
    "Change",
    "Check",
    "Cop",
    "Defect",
    "Expected",
    "Gadget",
    "GadgetExperience",
    "Knowledge",
    "Option",
    "Phase",
    "Procedure",
    "Question",
    "ReasonText",
    "Release",
    "Row",
    "Rule",
    "Source",
    "Start",
    "Step",
    "Upgrade",
    "WebServer",
    "cite",
    "cite_briefly",
    "exists",
    "in_release",
    "load",
    "release",
]
