"""What notebooks show: escaped HTML for the report and the same as text for a terminal."""

from certlib.show.cover import COVER, END_MARK, cover, end, signoff
from certlib.show.evidence import answers, certificates, plan
from certlib.show.expiry import expiry
from certlib.show.faq import faq
from certlib.show.findings import findings
from certlib.show.hops import hops
from certlib.show.matrix import matrix, matrix_text, nodes
from certlib.show.method import method
from certlib.show.note import note
from certlib.show.options import options
from certlib.show.rehearsal import rehearsal
from certlib.show.render import Display, check_templates
from certlib.show.runbook import runbook
from certlib.show.since import describe_changes, since
from certlib.show.summary import not_checked, summary, summary_text, what_to_do

__all__ = [
    "COVER",
    "END_MARK",
    "Display",
    "answers",
    "certificates",
    "check_templates",
    "cover",
    "describe_changes",
    "end",
    "expiry",
    "faq",
    "findings",
    "hops",
    "matrix",
    "matrix_text",
    "method",
    "nodes",
    "not_checked",
    "note",
    "options",
    "plan",
    "rehearsal",
    "runbook",
    "signoff",
    "since",
    "summary",
    "summary_text",
    "what_to_do",
]
