"""The sample sites: a story, what the nodes hold, and what a Cisco engineer expects the report to say.

Expectations are written by hand from Cisco's note, its documents and certlib's stated rules. `today`, `after`
and `cured` (after the first recommended option) give what agents meet, in the order Finesse desktop, Live
Data, chat and e-mail, SocialMiner's page; a site without SocialMiner has the first two alone.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from certlib.reasons import Reason
from certs import SERVER
from sites.holdings import (
    AS_11_5,
    COLLECTED,
    EC_CA,
    PUBLIC_CA,
    RSA_CA,
    SOCKETIO,
    Node,
    ec,
    public_life,
    rsa,
    until,
)  # fmt: skip

WORKS, PROMPT, FAILS, DEAD, OPEN = "works", "prompt", "cannot-be-accepted", "does-not-load", "open"


@dataclass(frozen=True)
class Sample:
    """A site and what is expected of its report."""

    story: str
    nodes: Mapping[str, Node]
    verdict: str  # "word: rule"
    today: tuple[str, ...]
    after: tuple[str, ...] = ()  # after the upgrade if nothing is done; empty: none is planned
    cured: tuple[str, ...] = ()  # after the first recommended option; empty: none is recommended
    options: tuple[str, ...] = ()
    hops: tuple[str, ...] = ()
    found: tuple[str, ...] = ()  # "state check [node]" of findings that must be there
    quiet: tuple[str, ...] = ()  # checks that must not ask for anything
    basis: Mapping[str, str] = field(
        default_factory=dict
    )  # of decisive experiences in the deciding scenario, by gadget
    says: tuple[str, ...] = ()  # in the verdict, the findings or what was not checked
    never: tuple[str, ...] = ()  # nowhere
    collected: dt.datetime = COLLECTED


SAMPLES: dict[str, Sample] = {}

SAMPLES["10-6-to-11-5-rsa-ca"] = Sample(
    story="All is well on 10.6; the upgrade adds a self-signed certificate, and the CA has an RSA key alone.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.northwind.example")),
        "uccx2": Node(rsa(RSA_CA, "uccx2.northwind.example")),
        "social": Node(rsa(RSA_CA, "social.northwind.example")),
    },
    verdict="not ready: verdict-gadget-blocked",
    today=(WORKS, WORKS, WORKS, WORKS),
    after=(WORKS, FAILS, PROMPT, WORKS),
    cured=(WORKS, WORKS, WORKS, WORKS),
    options=("both-cops",),
    hops=("11.5(1)",),
    found=("blocks agents-can-work uccx1", "action agents-can-work social", "pass covered-by-table"),
    quiet=("ecdsa-signed-by-rsa", "trust-uploads", "ca-pruning", "chain-root-trusted-by-agents"),
    basis={"live-data": "documented", "chat-email": "documented"},
    says=("the Live Data gadgets", "the file's name", "Do not let an RSA CA sign tomcat-ECDSA instead."),
)

SAMPLES["11-5-rsa-signed-ec"] = Sample(
    story="An RSA CA signed tomcat-ECDSA on all nodes, and now chat does not load (CSCvb58580).",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.contoso.example"), ec(RSA_CA, "uccx1.contoso.example")),
        "uccx2": Node(rsa(RSA_CA, "uccx2.contoso.example"), ec(RSA_CA, "uccx2.contoso.example")),
        "social": Node(
            rsa(RSA_CA, "social.contoso.example"),
            ec(RSA_CA, "social.contoso.example"),
            refuse_browsers=("socialminer-tomcat",),
        ),
    },
    verdict="not ready: verdict-gadget-blocked",
    today=(WORKS, WORKS, DEAD, DEAD),
    cured=(WORKS, WORKS, WORKS, WORKS),
    options=("socialminer-cop",),
    found=("manual ecdsa-signed-by-rsa social", "outage presented-as-expected social"),
    quiet=("nodes-alike", "self-signed", "cop-effective"),
    says=("CSCvb58580", "show cert own tomcat-ECDSA"),
)

SAMPLES["11-5-leaking-cop"] = Sample(
    story="Both COPs are installed, and the one on UCCX does not reach TLS 1.3: Live Data stays empty.",
    nodes={
        "uccx1": Node(
            rsa(RSA_CA, "uccx1.fabrikam.example"),
            ec(None, "uccx1.fabrikam.example"),
            (SOCKETIO,),
            in_tls13_alone=True,
        ),
        "social": Node(rsa(RSA_CA, "social.fabrikam.example"), ec(None, "social.fabrikam.example")),
    },
    verdict="not ready: verdict-gadget-blocked",
    today=(WORKS, FAILS, WORKS, WORKS),
    found=(
        "action cop-effective uccx1",
        "manual presented-as-expected uccx1",
        "information tls-versions uccx1",
    ),
    quiet=("endpoint-answers", "nodes-alike"),
    says=(
        "Check whether the COP is installed on every node",
        "in TLS 1.3, although",
        "COP that does not reach every TLS version",
    ),
    never=("No certificate needs to be changed",),
)

SAMPLES["11-6-to-15-0"] = Sample(
    story="Two documented hops to 15.0, each with its COP files and the time that Cisco gives.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.wingtip.example")),
        "uccx2": Node(rsa(RSA_CA, "uccx2.wingtip.example")),
        "social": Node(rsa(RSA_CA, "social.wingtip.example")),
    },
    verdict="ready with actions: verdict-check-action",
    today=(WORKS, WORKS, WORKS, WORKS),
    after=(WORKS, WORKS, WORKS, WORKS),
    hops=("12.5(1)SU3", "15.0(1)"),
    found=("manual trust-uploads", "after-upgrade ca-pruning", "not-applicable covered-by-table"),
    quiet=("self-signed", "ecdsa-signed-by-rsa", "cop-effective"),
    basis={"live-data": "inferred"},
    says=(
        "Unified CCX goes from 12.5(1)SU3 to 15.0(1) in one hop.",
        "ciscoccp.15.0.PREUPGRADE",
        "about 30 minutes longer",
        "more than two hours",
        "show tls server cert_type",
        "cucm1.wingtip.example: listed in the inventory for context only",
    ),
    never=("in one hop is not published",),
)

SAMPLES["11-5-unlike-nodes"] = Sample(
    story="The publisher's tomcat-ECDSA was signed by the EC CA, the subscriber's was forgotten.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.tailspin.example"), ec(EC_CA, "uccx1.tailspin.example"), AS_11_5),
        "uccx2": Node(rsa(RSA_CA, "uccx2.tailspin.example"), ec(None, "uccx2.tailspin.example"), AS_11_5),
    },
    verdict="not ready: verdict-gadget-blocked",
    today=(WORKS, FAILS),
    cured=(WORKS, WORKS),
    options=("ec-ca", "wait-with-cop"),
    found=("action nodes-alike uccx2", "information covered-by-table", "action self-signed uccx2"),
    quiet=("presented-as-expected", "ecdsa-signed-by-rsa"),
    basis={"live-data": "inferred"},
    says=("the nodes differ",),
    never=("COP for SocialMiner", "SocialMiner page"),
)

SAMPLES["11-0-to-11-5-self-signed"] = Sample(
    story="Nobody ever had anything signed: agents accept today, and after the upgrade once more.",
    nodes={
        "uccx1": Node(rsa(None, "uccx1.adventure.example")),
        "uccx2": Node(rsa(None, "uccx2.adventure.example")),
        "social": Node(rsa(None, "social.adventure.example")),
    },
    verdict="ready with actions: verdict-prompts",
    today=(PROMPT, PROMPT, PROMPT, PROMPT),
    after=(PROMPT, PROMPT, PROMPT, PROMPT),
    cured=(WORKS, WORKS, WORKS, WORKS),
    options=("self-signed-rollout", "accept", "both-cops"),
    hops=("11.5(1)",),
    found=("action self-signed uccx1", "action agents-can-work uccx1", "pass covered-by-table"),
    quiet=("chain-complete", "ecdsa-signed-by-rsa"),
    basis={"live-data": "documented", "chat-email": "documented", "finesse-desktop": "inferred"},
    says=("HSTS", "Have a CA sign tomcat as well.", "PCs that accepted today"),
)

SAMPLES["12-5-public-ca-2027"] = Sample(
    story="A public CA in April 2027: two certificates of 200 days, one of 100 without the client usage.",
    nodes={
        "uccx1": Node(rsa(PUBLIC_CA, "uccx1.litware.example", life=public_life(2027, 2, 20, lasts=200))),
        "uccx2": Node(
            rsa(PUBLIC_CA, "uccx2.litware.example", life=public_life(2027, 4, 1, lasts=100), usages=(SERVER,))
        ),
        "ccp": Node(rsa(PUBLIC_CA, "ccp.litware.example", life=public_life(2027, 2, 20, lasts=200))),
    },
    collected=dt.datetime(2027, 4, 20, 8, 5, tzinfo=dt.UTC),
    verdict="ready with actions: verdict-check-action",
    today=(WORKS, WORKS, WORKS, WORKS),
    found=(
        "action public-ca-client-authentication uccx1",
        "action public-ca-client-authentication ccp",
        "manual extended-key-usage uccx2",
        "action expires-soon uccx2",
        "information expires-soon uccx1",
        "information public-ca-validity uccx2",
    ),
    quiet=("self-signed", "trust-uploads", "ca-pruning", "chain-root-trusted-by-agents"),
    says=(
        "CSCwt79317",
        "may last 100 days",
        "15.0(1)SU2",
        "Ask your CA now",
        "Browsers and agents are not affected.",
    ),
    never=("The waiver of",),
)

SAMPLES["15-0-public-ca-2029"] = Sample(
    story="The same bank stayed with its public CA: no client usage, and 47 days from March on.",
    nodes={
        node: Node(
            rsa(
                PUBLIC_CA,
                f"{node}.litware.example",
                life=public_life(2029, 1, 10, lasts=100),
                usages=(SERVER,),
            )
        )
        for node in ("uccx1", "uccx2", "ccp")
    },
    collected=dt.datetime(2029, 2, 1, 8, 5, tzinfo=dt.UTC),
    verdict="ready with actions: verdict-check-action",
    today=(WORKS, WORKS, WORKS, WORKS),
    found=(
        "manual extended-key-usage uccx1",
        "action expires-soon ccp",
        "information public-ca-validity uccx2",
    ),
    quiet=("public-ca-client-authentication", "public-ca-validity", "self-signed", "ca-pruning"),
    says=("may last 47 days", "A private CA can"),
)

SAMPLES["11-5-ec-ca"] = Sample(
    story="Cisco's best practice: an RSA CA for tomcat, an EC CA for tomcat-ECDSA, and the PCs trust both.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.proseware.example"), ec(EC_CA, "uccx1.proseware.example"), AS_11_5),
        "uccx2": Node(rsa(RSA_CA, "uccx2.proseware.example"), ec(EC_CA, "uccx2.proseware.example"), AS_11_5),
        "social": Node(
            rsa(RSA_CA, "social.proseware.example"), ec(EC_CA, "social.proseware.example"), AS_11_5
        ),
    },
    verdict="ready: verdict-ready",
    today=(WORKS, WORKS, WORKS, WORKS),
    found=(
        "pass covered-by-table",
        "pass presented-as-expected",
        "pass nodes-alike",
        "pass agents-can-work uccx1",
    ),
    quiet=("self-signed", "expires-soon", "ecdsa-signed-by-rsa", "name-in-certificate", "tls-versions"),
    says=("No certificate needs to be changed.",),
    basis={"finesse-desktop": "documented", "live-data": "documented", "chat-email": "documented"},
)

SAMPLES["11-5-waiting-for-ca"] = Sample(
    story="Both COPs keep it working while the EC CA is awaited; nothing is broken, and the way on is known.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.lucerne.example"), ec(None, "uccx1.lucerne.example")),
        "uccx2": Node(rsa(RSA_CA, "uccx2.lucerne.example"), ec(None, "uccx2.lucerne.example")),
        "social": Node(rsa(RSA_CA, "social.lucerne.example"), ec(None, "social.lucerne.example")),
    },
    verdict="ready: verdict-ready",
    today=(WORKS, WORKS, WORKS, WORKS),
    cured=(WORKS, WORKS, WORKS, WORKS),
    options=("cop-to-ec-ca",),
    found=("pass cop-effective", "pass covered-by-table", "pass presented-as-expected"),
    quiet=("ecdsa-signed-by-rsa", "self-signed"),
    says=("hides tomcat-ECDSA", "before a rollback COP is installed"),
)

SAMPLES["11-5-rolled-back"] = Sample(
    story="The EC CA has signed, the rollback COPs are installed, and the new certificates are presented.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.lucerne.example"), ec(EC_CA, "uccx1.lucerne.example"), AS_11_5),
        "uccx2": Node(rsa(RSA_CA, "uccx2.lucerne.example"), ec(EC_CA, "uccx2.lucerne.example"), AS_11_5),
        "social": Node(rsa(RSA_CA, "social.lucerne.example"), ec(EC_CA, "social.lucerne.example"), AS_11_5),
    },
    verdict="ready: verdict-ready",
    today=(WORKS, WORKS, WORKS, WORKS),
    found=("pass covered-by-table", "pass presented-as-expected", "not-applicable cop-effective"),
    quiet=("ecdsa-signed-by-rsa", "self-signed"),
    never=("hides tomcat-ECDSA",),
    basis={"live-data": "documented"},
)

SAMPLES["11-6-one-node-silent"] = Sample(
    story="The subscriber does not answer: whatever the publisher shows, the report does not call it ready.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.alpine.example")),
        "uccx2": Node(rsa(RSA_CA, "uccx2.alpine.example"), silent=Reason.CONNECT_TIMEOUT),
    },
    verdict="incomplete: verdict-incomplete",
    today=(OPEN, OPEN),
    after=(OPEN, OPEN),
    hops=("12.5(1)SU2",),
    found=(
        "error endpoint-answers uccx2",
        "manual agents-can-work uccx2",
        "manual trust-uploads",
        "manual nodes-alike uccx2",
    ),
    quiet=("self-signed",),
    says=("SocketIO on uccx2.alpine.example", "No connection came about in time."),
    never=("no check found anything to do", "No certificate needs to be changed"),
)

SAMPLES["12-5-su1-to-su3-leftover"] = Sample(
    story="A tomcat-ECDSA is left over, which neither release presents; what else there is, is accepted.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.coho.example"), ec(None, "uccx1.coho.example")),
        "uccx2": Node(rsa(RSA_CA, "uccx2.coho.example"), ec(None, "uccx2.coho.example")),
        "ccp": Node(rsa(RSA_CA, "ccp.coho.example"), ec(None, "ccp.coho.example")),
    },
    verdict="ready: verdict-ready",
    today=(WORKS, WORKS, WORKS, WORKS),
    after=(WORKS, WORKS, WORKS, WORKS),
    hops=("12.5(1)SU3",),
    found=("after-upgrade ca-pruning", "information trust-uploads"),
    quiet=("self-signed", "ecdsa-signed-by-rsa", "covered-by-table", "trust-uploads"),
    basis={"live-data": "inferred"},
    says=("show tls server cert_type", "One finding is accepted and not counted.", "R. Rossi"),
    never=("To be done:",),
)

SAMPLES["10-6-expired-on-the-day"] = Sample(
    story="The publisher's certificate is valid today and expires six days before the window.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.southridge.example", life=until(2027, 1, 31))),
        "uccx2": Node(rsa(RSA_CA, "uccx2.southridge.example")),
    },
    verdict="not ready: verdict-check-blocks",
    today=(WORKS, WORKS),
    after=(PROMPT, PROMPT),
    hops=("11.5(1)", "11.6(2)"),
    found=("blocks valid-on-upgrade-day uccx1", "action agents-can-work uccx1"),
    quiet=("self-signed", "nodes-alike", "trust-uploads"),
    says=(
        "31 January 2027",
        "Renew it before it expires",
        "Do not stop at 11.5(1)",
        "Do not let the upgrade stop at 11.5(1)",
    ),
    never=("No certificate needs to be changed",),
)

SAMPLES["11-5-firefox-alone"] = Sample(
    story="tomcat-ECDSA was never signed, and agents use Firefox alone: what stops Chrome is a prompt there.",
    nodes={
        node: Node(rsa(RSA_CA, f"{node}.margies.example"), ec(None, f"{node}.margies.example"), AS_11_5)
        for node in ("uccx1", "uccx2", "social")
    },
    verdict="ready with actions: verdict-prompts",
    today=(WORKS, PROMPT, PROMPT, WORKS),
    cured=(WORKS, WORKS, WORKS, WORKS),
    options=("both-cops",),
    found=("action agents-can-work uccx1", "action agents-can-work social", "action self-signed uccx1"),
    quiet=("presented-as-expected", "ecdsa-signed-by-rsa", "nodes-alike"),
    basis={"live-data": "measured", "chat-email": "documented"},
    says=(
        "These results are for Firefox, the browser in the inventory.",
        "Try it on one PC.",
        "2 prompts per PC",
        "HSTS",
    ),
    never=("Chrome", "Edge"),
)

SAMPLES["11-5-two-browsers"] = Sample(
    story="The same certificates, and some agents use Chrome or Edge: Live Data stops them and no others.",
    nodes={
        node: Node(rsa(RSA_CA, f"{node}.fourth.example"), ec(None, f"{node}.fourth.example"), AS_11_5)
        for node in ("uccx1", "uccx2", "social")
    },
    verdict="not ready: verdict-gadget-blocked",
    today=(WORKS, FAILS, PROMPT, WORKS),
    cured=(WORKS, WORKS, WORKS, WORKS),
    options=("both-cops",),
    found=("blocks agents-can-work uccx1", "action agents-can-work social"),
    quiet=("presented-as-expected", "ecdsa-signed-by-rsa", "nodes-alike"),
    basis={"live-data": "documented", "chat-email": "documented"},
    says=(
        "agents cannot use the Live Data gadgets in Chrome and Edge",
        "✕ Chrome, Edge: cannot be accepted; ▲ Firefox: 2 prompts per PC",
        "for Chrome, Edge and Firefox, the browsers in the inventory. Where they differ",
    ),
)

SAMPLES["12-5-su3-to-15-0-events-moved"] = Sample(
    story="Nothing listens on 7443, which agents do not need from 12.5 on; 15.0 lists a new port.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.relecloud.example"), refusing=("notification",)),
        "uccx2": Node(rsa(RSA_CA, "uccx2.relecloud.example"), refusing=("notification",)),
        "ccp": Node(rsa(RSA_CA, "ccp.relecloud.example")),
    },
    verdict="ready with actions: verdict-check-action",
    today=(WORKS, WORKS, WORKS, WORKS),
    after=(WORKS, WORKS, WORKS, WORKS),
    hops=("15.0(1)",),
    found=(
        "information endpoint-answers uccx1",
        "information endpoint-answers uccx2",
        "after-upgrade ca-pruning",
    ),
    quiet=("endpoint-answers", "self-signed", "presented-as-expected", "nodes-alike"),
    says=(
        "By its release it is off by default from 12.5(1) on.",
        "UCCX Engine Tomcat is listed from 15.0(1) on; whether earlier releases have it was not found.",
        "Internet Explorer: releases after 12.5(1)SU1 do not support it",
    ),
    never=("Every endpoint gave a certificate.",),
)

SAMPLES["11-5-to-12-5-su3-bridged"] = Sample(
    story="Live Data is stopped today; the upgrade in spring takes ECDSA away, the COPs serve until then.",
    nodes={
        node: Node(rsa(RSA_CA, f"{node}.woodgrove.example"), ec(None, f"{node}.woodgrove.example"), AS_11_5)
        for node in ("uccx1", "uccx2", "social")
    },
    verdict="ready with actions: verdict-check-action",
    today=(WORKS, FAILS, PROMPT, WORKS),
    after=(WORKS, WORKS, WORKS, WORKS),
    cured=(WORKS, WORKS, WORKS, WORKS),
    options=("both-cops",),
    hops=("11.6(2)", "12.5(1)SU3"),
    found=("manual trust-uploads", "after-upgrade ca-pruning", "manual way-published"),
    quiet=("self-signed", "valid-on-upgrade-day", "nodes-alike"),
    says=("It lets agents work until the upgrade",),
)

SAMPLES["12-5-su3-ecdsa-planned"] = Sample(
    story="Everything works with RSA; the insurer wants ECDSA, its CA can sign it, and CCP stays as it is.",
    nodes={
        "uccx1": Node(rsa(RSA_CA, "uccx1.humongous.example"), ec(None, "uccx1.humongous.example")),
        "uccx2": Node(rsa(RSA_CA, "uccx2.humongous.example"), ec(None, "uccx2.humongous.example")),
        "ccp": Node(rsa(RSA_CA, "ccp.humongous.example")),
    },
    verdict="ready: verdict-ready",
    today=(WORKS, WORKS, WORKS, WORKS),
    cured=(WORKS, WORKS, WORKS, WORKS),
    options=("cert-type-ecdsa",),
    quiet=("nodes-alike", "self-signed", "ecdsa-signed-by-rsa"),
    says=("The inventory plans to set the UCCX nodes to ecdsa.",),
)

SAMPLES["12-5-su3-shared-certificate"] = Sample(
    story="One certificate names both UCCX nodes and ends in a month: one request renews it for both.",
    nodes={
        **dict.fromkeys(
            ("uccx1", "uccx2"),
            Node(rsa(RSA_CA, "uccx1.trey.example", "uccx2.trey.example", life=until(2026, 12, 20))),
        ),
        "ccp": Node(rsa(RSA_CA, "ccp.trey.example")),
    },
    verdict="ready with actions: verdict-check-action",
    today=(WORKS, WORKS, WORKS, WORKS),
    found=("action expires-soon uccx1", "action expires-soon uccx2"),
    quiet=("san-shared-with-socialminer", "same-key-on-two-nodes", "san-of-both-uccx-nodes", "nodes-alike"),
    says=("20 December 2026",),
)
