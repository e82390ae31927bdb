"""A made-up site's executed notebook, as long and as varied as a real report."""
# ruff: noqa: E501 - lines of markup

import hashlib
from html import escape

from nbformat import v4

from certlib.report.cover import MIMETYPE

COVER = {
    "customer": "Northwind Logistics",
    "site": "Hamburg",
    "title": "Certificate readiness",
    "releases": "UCCX 10.6(1) → 11.5(1)",
    "upgrade_date": "12 December 2026",
    "evidence_date": "23 November 2026, 09:41 UTC",
    "verdict": "not ready",
    "verdict_sentence": "After the upgrade the Live Data gadgets of all agents stay empty, and no agent can accept "
    "the certificate.",
    "rule": "an agent-facing gadget that cannot be used blocks",
    "author": "Maria Keller",
    "organisation": "Keller & Brandt Communications",
    "confidentiality": "Confidential – for Northwind Logistics only",
    "reference": "NWL-HAM-2026-11",
    "version": "1.0",
    "made_with": "certlib 0.1.0",
    "language": "en",
    "paper": "a4",
    "accent": "",
    "band": "",
    "logo": "",
    "footer": "Certificate readiness",
}

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<iframe src=file:///etc/passwd></iframe>",
    "<object data=file:///etc/passwd></object><embed src=file:///etc/passwd>",
    "[click](javascript:alert(1))",
    "<style>@import url(http://127.0.0.1:9/x.css)</style>",
    "<a rel=attachment href=file:///etc/passwd>file</a>",
    "<svg onload=alert(1)><image href=http://127.0.0.1:9/x.png></svg>",
    "{{ cell.source }}{% include 'index.html.j2' %}",
    '#eval("1+1") #read("report.typ") $x$ *bold* _it_ @ref <label> \\u{41} // gone /* gone */ [x] `raw`',
    "safe\u202egnp.exe\u0000\u0007\u200bend",
    "</title></style></script><h1>x</h1>--><!--",
]

FOREIGN = [
    "Контакт-центр",
    "Κέντρο επικοινωνίας",
    "שירות לקוחות",
    "مركز الاتصال",
    "Đà Nẵng",
    "連絡先",
    "서울",
    "ศูนย์",
    "😀",
]

OK, BAD, WARN = ("ok", "✓ works"), ("bad", "✕ cannot be accepted"), ("warn", "▲ one prompt per PC")


def state(pair):
    return f'<span class="state state-{pair[0]}">{escape(pair[1])}</span>'


def table(*, caption, heads, rows, class_):
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)
    body = "".join(
        "<tr>" + f'<th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return (
        f'<table class="{class_}"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def fingerprint(text):
    digest = hashlib.sha256(text.encode()).hexdigest().upper()
    return ":".join(digest[i : i + 2] for i in range(0, 64, 2))


def code(*outputs, source="show(report)", tags=()):
    made = [
        output
        if isinstance(output, dict)
        else v4.new_output("display_data", data={"text/html": output, "text/plain": "…"})
        for output in outputs
    ]
    return v4.new_code_cell(source, execution_count=1, outputs=made, metadata={"tags": list(tags)})


def text(source):
    return v4.new_markdown_cell(source)


def cover(values=COVER):
    return code(v4.new_output("display_data", data={MIMETYPE: values, "text/plain": "cover"}))


def notebook(*cells):
    return v4.new_notebook(cells=list(cells))


SERVERS = [
    ("uccx-ham-01", "UCCX Tomcat", 443), ("uccx-ham-01", "Finesse Tomcat", 8445),
    ("uccx-ham-01", "Notification Service", 7443), ("uccx-ham-01", "SocketIO", 12015),
    ("uccx-ham-01", "CUIC", 8444), ("uccx-ham-02", "UCCX Tomcat", 443), ("uccx-ham-02", "Finesse Tomcat", 8445),
    ("uccx-ham-02", "Notification Service", 7443), ("uccx-ham-02", "SocketIO", 12015), ("uccx-ham-02", "CUIC", 8444),
    ("smcp-ham-01", "SocialMiner Tomcat", 443), ("smcp-ham-01", "SocialMiner Openfire", 7443),
]  # fmt: skip


def summary():
    return (
        '<div class="verdict verdict-not-ready"><p>✕ NOT READY</p><p>One thing decides it: after the upgrade the '
        "Live Data gadgets of all agents stay empty, and no agent can accept the certificate. "
        '<span class="basis basis-inferred">rule: an agent-facing gadget that cannot be used blocks</span></p></div>'
        + table(
            caption="What agents meet",
            heads=["Gadget", "Today", "After the upgrade, if nothing is done", "After the recommended steps"],
            rows=[
                ["Finesse desktop", state(OK), state(OK), state(OK)],
                ["Live Data gadgets", state(OK), state(BAD), state(OK)],
                ["Chat and e-mail gadget", state(OK), state(WARN), state(OK)],
                ["SocialMiner page", state(OK), state(OK), state(OK)],
            ],
            class_="experience",
        )
        + "<h3>Why</h3><p>The upgrade gives each server a second certificate, <code>tomcat-ECDSA</code>, signed by "
        "itself. SocketIO presents it instead of your CA's certificate. Browsers refuse to accept it there because "
        'the same host also shows a trusted one. <span class="basis basis-documented">documented by Cisco for 11.5, '
        "210528, table row 4</span></p>"
        "<h3>What to do</h3><ol><li>Ask your CA whether it can sign with an <strong>EC</strong> key. Its present "
        'chain is RSA only <span class="basis basis-observed">observed on all three nodes</span>.</li>'
        "<li><em>If it can:</em> have three certificates signed, one for each node, and upload them in the window: "
        '40 minutes, one restart of each node (<a href="#upload">steps</a>).</li>'
        "<li><em>If it cannot, or not in time:</em> install the COP on both UCCX nodes and on SocialMiner. Do "
        "<strong>not</strong> let an RSA CA sign <code>tomcat-ECDSA</code>: SocialMiner would stop loading "
        "(CSCvb58580). The rollback COP undoes it later.</li></ol>"
        '<div class="callout"><p><strong>Not checked.</strong> SocialMiner port 7443 did not answer (connection '
        "refused from this PC). Whether 11.5(1)SU1 repairs CSCvb58580 is not published.</p></div>"
    )


def matrix():
    rows = []
    for node, server, port in SERVERS:
        rsa = '<span class="state state-ok">✓ RSA · CA-signed</span>'
        ecdsa = '<span class="state state-warn">▲ ECDSA · self-signed</span>'
        expected = ecdsa if server in ("SocketIO", "SocialMiner Openfire") else rsa
        seen = (
            '<span class="state state-open">? connection refused</span>'
            if port == 7443 and "smcp" in node
            else rsa
        )
        rows.append(
            [
                f"{server} <code>{port}</code>",
                node,
                seen,
                seen,
                '<span class="state state-none">– none</span>',
                expected,
            ]
        )
    return table(
        caption="Web server by certificate: what each offer got today, and what 11.5(1) will present",
        heads=["Web server", "Node", "Browser offer", "RSA offer", "ECDSA offer", "After the upgrade"],
        rows=rows,
        class_="matrix",
    )


def wide_matrix():
    heads = [
        "Web server",
        *(
            f"{node} {offer}"
            for node in ("uccx-01", "uccx-02", "smcp-01")
            for offer in ("RSA", "ECDSA", "browser")
        ),
    ]
    cell = '<span class="state state-ok">✓ RSA · CA-signed</span>'
    rows = [[server, *[cell] * 9] for server in ("Tomcat", "Finesse", "Openfire", "SocketIO", "CUIC")]
    return table(caption="All offers by node", heads=heads, rows=rows, class_="matrix")


def findings(count=40):
    rows = []
    kinds = [
        ("bad", "✕ blocks the upgrade"),
        ("warn", "▲ action"),
        ("open", "? could not be checked"),
        ("ok", "✓ pass"),
    ]
    for i in range(count):
        node, server, port = SERVERS[i % len(SERVERS)]
        kind = kinds[min(3, i * 4 // count)]
        rows.append([
            f"C{i + 1:02}", state(kind), f"{server} {node}:{port}",
            "The certificate that SocketIO will present is signed by itself, and browsers have no page to accept it on."
            if i % 3 == 0 else "The chain ends in a CA that the agents' PCs trust.",
            f'<span class="basis basis-{"inferred" if i % 3 == 0 else "observed"}">{"inferred, rule prefers-ec" if i % 3 == 0 else "observed"}</span>',
            '<a href="#upload">Sign with an EC CA</a>' if i % 3 == 0 else "None needed",
        ])  # fmt: skip
    return table(
        caption="Findings, worst first", heads=["Id", "State", "Where", "What", "Basis", "Remedy"], rows=rows,
        class_="findings",
    )  # fmt: skip


def certificate(node):
    return (
        f"<h3>{node}</h3><dl><dt>Subject</dt><dd>CN={node}.contact-center.northwind-logistics.example, "
        "O=Northwind Logistics GmbH, L=Hamburg, C=DE</dd><dt>Issuer</dt><dd>CN=Northwind Issuing CA 2, "
        "O=Northwind Logistics GmbH</dd><dt>Key</dt><dd>RSA, 2048 bits</dd><dt>Valid</dt><dd>14 March 2025 to "
        f'14 March 2027 UTC (476 days left)</dd><dt>SHA-256</dt><dd><code class="fingerprint">{fingerprint(node)}</code>'
        "</dd><dt>Names</dt><dd><ul><li>"
        f"<code>{node}.contact-center.northwind-logistics.example</code></li><li><code>{node}</code></li></ul></dd></dl>"
    )


def full():
    """Cover, summary, matrix, options, steps, 40 findings, certificates and method."""
    return notebook(
        text("# Certificate readiness\n"),
        cover(),
        text("## Summary"),
        code(summary()),
        text(
            "## What each web server presents\n\nRows are web servers by node; the columns say which certificate each "
            "offer got. *Observed* is today, *after the upgrade* is what the documented table foresees for this "
            "combination.\n\nThe three offers are a browser's, one of RSA suites only and one of ECDSA suites only."
        ),
        code(matrix()),
        text("### All offers side by side\n\nThe same for every node at a glance."),
        code(wide_matrix()),
        text("## Options compared\n\nFour ways lead out. They differ in the work before the window, the outage in it, and what agents meet."),
        code(
            table(
                caption="What each option changes",
                heads=["Option", "Work before", "Outage", "What agents meet", "Basis"],
                rows=[
                    ["Sign with an EC CA", "three CSRs, an EC-capable CA", "one restart of each node", state(OK), '<span class="basis basis-documented">documented</span>'],
                    ["Install the COP", "download, checksum", "one restart of each node", state(OK), '<span class="basis basis-documented">documented</span>'],
                    ["Sign with an RSA CA", "three CSRs", "one restart of each node", state(("bad", "✕ SocialMiner does not load")), '<span class="basis basis-documented">documented, CSCvb58580</span>'],
                    ["Roll out self-signed certificates", "group policy for every PC", "none", state(WARN), '<span class="basis basis-inferred">inferred</span>'],
                ],
                class_="findings",
            )
        ),
        text("## How to\n\n### Create the certificate request\n\nOn each node, as the platform administrator:"),
        code(
            '<pre class="cmd">set csr gen tomcat-ECDSA</pre>'
            '<ol class="steps"><li><p>Open <strong>Cisco Unified OS Administration</strong> on the node.</p></li>'
            "<li><p>Choose <strong>Security</strong>, then <strong>Certificate Management</strong>.</p></li><li><p>Select "
            "<em>Generate CSR</em> and the purpose <code>tomcat-ECDSA</code>.</p></li><li><p>Let the CA sign it with "
            'an EC key. Check the answer with:</p><pre class="cmd">openssl x509 -in signed.pem -noout -text | grep '
            "'Signature Algorithm'</pre></li></ol>"
        ),
        code('<h3 id="upload">Upload and restart</h3><ol class="steps"><li>Upload the root as <code>tomcat-trust</code>.</li>'
             "<li>Upload the signed certificate as <code>tomcat-ECDSA</code>.</li><li>Restart the node; about ten minutes."
             '</li></ol><p>Source: <a href="https://www.cisco.com/c/en/us/support/docs/210528.html">Cisco 210528</a></p>'
             "<details><summary>What you will see</summary><p>The certificate list shows two entries.</p></details>"),
        text("## Findings"),
        code(findings()),
        text("## Certificates"),
        code(*(certificate(node) for node in ("uccx-ham-01", "uccx-ham-02", "smcp-ham-01"))),
        text(
            "## Method and words\n\n- **observed**: seen on the wire, the evidence file holds the bytes\n"
            "- **documented**: a source says so\n- **inferred**: a rule of ours says so\n\n"
            "| Offer | Suites |\n|---|---|\n| browser | ECDSA before RSA |\n| rsa | RSA only |\n| ecdsa | ECDSA only |\n"
        ),
    )  # fmt: skip


def hostile():
    """Every hostile and foreign name in every place that a certificate's text can have."""
    names = [*HOSTILE, *FOREIGN, "host-" + "x" * 400 + ".example"]
    rows = [[escape(name), f"<code>{escape(name)}</code>", state(("bad", f"✕ {name}"))] for name in names]
    shown = [
        f"<h3>{escape(name)}</h3><p>{escape(name)}, <strong>{escape(name)}</strong></p>"
        f"<dl><dt>{escape(name)}</dt><dd><ul><li>{escape(name)}</li></ul></dd></dl><pre>{escape(name)}</pre>"
        for name in names
    ]
    many = "".join(f"<li><code>host-{i}.contact-center.example</code></li>" for i in range(1000))
    return notebook(
        text("# Certificate readiness"),
        cover(
            {
                **COVER,
                "customer": HOSTILE[0],
                "title": FOREIGN[3],
                "author": HOSTILE[10],
                "reference": FOREIGN[5],
            }
        ),
        text("## Names"),
        code(table(caption=names[1], heads=["Name", "As code", "As state"], rows=rows, class_="matrix")),
        code(*shown),
        code(f"<dl><dt>Names</dt><dd><ul>{many}</ul></dd></dl>"),
    )


def long(count=2000):
    """The whole sample with more findings than paper shows, and many certificates."""
    return notebook(
        *full().cells, text("## All findings"), code(findings(count)),
        text("## All certificates"), code(*(certificate(f"node-{i}") for i in range(60))),
    )  # fmt: skip
