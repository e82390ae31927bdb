"""What notebooks show: escaped HTML for the report and the same as text for a terminal."""

from certlib.show.end import END_MARK, end
from certlib.show.hops import hops
from certlib.show.markup import Display
from certlib.show.matrix import matrix, matrix_text, nodes
from certlib.show.proof import answers, certificates, method, plan
from certlib.show.remedies import faq, findings, options, steps
from certlib.show.summary import COVER, cover, not_checked, summary, summary_text, what_to_do

__all__ = [
    "COVER",
    "END_MARK",
    "Display",
    "answers",
    "certificates",
    "cover",
    "end",
    "faq",
    "findings",
    "hops",
    "matrix",
    "matrix_text",
    "method",
    "nodes",
    "not_checked",
    "options",
    "plan",
    "steps",
    "summary",
    "summary_text",
    "what_to_do",
]
