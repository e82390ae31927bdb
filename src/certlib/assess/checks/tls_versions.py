"""Whether the TLS versions seen are those that Cisco documents for the node's present release."""

import re

from certlib.assess.checks.finding import all_well, finding
from certlib.assess.checks.limits import listed
from certlib.assess.context import Context, answered
from certlib.assess.model import Finding
from certlib.knowledge import release as find_release
from certlib.language import join_list, say

CHECK = "tls-versions"


def check(context: Context) -> tuple[Finding, ...]:
    """Judged by what was seen alone: a version that was not asked for is not known.

    A web server seen with nothing newer than TLS 1.1 is to be changed, since browsers refuse it; a version
    that no document gives the release is for information.
    """
    today = set(listed(context.knowledge, CHECK, "browsers"))  # what current browsers speak
    faults, judged = [], []
    for node in context.site.nodes:
        release = find_release(context.knowledge, node.release)
        documented = release.tls_versions if release else ()
        for seen in context.seen_on(node.name):
            versions = [number[0] for one in seen.versions if (number := re.search(r"1\.[0-3]", one))]
            if not answered(seen) or not versions:
                continue
            old = not today & set(versions)
            beyond = [one for one in versions if documented and one not in documented]
            judged.append(seen.endpoint)
            if old or beyond:
                spoken = join_list(*(beyond or versions))
                text = (
                    say(
                        "{endpoint} speaks TLS {versions}; current browsers refuse that.",
                        endpoint=seen.endpoint,
                        versions=spoken,
                    )
                    if old
                    else say(
                        "{endpoint} speaks TLS {versions}; the documents give {documented} for {release}.",
                        endpoint=seen.endpoint,
                        versions=spoken,
                        release=node.release,
                        documented=join_list(*documented),
                    )
                )
                faults.append(
                    finding(
                        context=context,
                        check=CHECK,
                        state="action" if old else "information",
                        node=node.name,
                        endpoint=seen.endpoint,
                        text=text,
                        evidence=(seen.endpoint,),
                    )
                )
    text = say(
        "Every TLS version that was seen is one that fits the node's release, as far as a document says."
    )
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)
