"""What each display tells of a site, and that none of it is markup of others."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag

from certlib import assess, show, words
from certlib.assess import Assessment, Finding
from certlib.evidence import Evidence, Hsts
from certlib.inventory.model import Waiver
from certlib.knowledge import load
from certlib.reasons import make_verbatim
from certlib.show import COVER, END_MARK, Display
from certlib.show.links import link_finding
from loopback import site

OF_ASSESSMENT = (
    *(show.cover, show.summary, show.what_to_do, show.not_checked, show.matrix, show.nodes),
    *(show.hops, show.options, show.runbook, show.faq, show.findings, show.note, show.method, show.end),
)
OF_EVIDENCE = (show.answers, show.certificates, show.end)
PRESETS = ("upgrade", "row-1", "row-2", "row-3", "row-4", "mixed", "with-cops")
HOSTILE = "<script>alert(1)</script>\u202e"


def page(display: Display) -> BeautifulSoup:
    return BeautifulSoup(str(display.html), "html.parser")


def cells(display: Display) -> dict[tuple[str, str], list[str]]:
    """Node and web server: the texts of its row in the matrix."""
    found, node = {}, ""
    for line in page(display).select("table.matrix tbody tr"):
        texts = [cell.get_text(" ", strip=True) for cell in line(["th", "td"])]
        if len(texts) == 1:
            (node,) = texts
        else:
            found[node, texts[0]] = texts[1:]
    return found


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("display", OF_ASSESSMENT, ids=lambda one: one.__name__)
def test_a_display_of_an_assessment_is_whole_html_and_text(
    preset: str, display: Callable[[Assessment], Display]
) -> None:
    made = display(site(preset)[1])
    assert made.html
    assert made.text.strip() or display is show.not_checked  # a terminal is not told that nothing is open
    assert str(page(made)).count("<") == str(made.html).count("<")
    assert not page(made)(["script", "style", "img", "iframe"])


@pytest.mark.parametrize("display", OF_ASSESSMENT, ids=lambda one: one.__name__)
def test_every_display_can_show_a_site_where_nothing_was_collected(
    display: Callable[[Assessment], Display],
) -> None:
    evidence, _ = site("upgrade")
    made = display(assess(replace(evidence, presentations=(), certificates={})))
    assert made.html


@pytest.mark.parametrize("display", OF_EVIDENCE, ids=lambda one: one.__name__)
def test_every_display_can_show_evidence_without_an_answer(display: Callable[[Evidence], Display]) -> None:
    evidence, _ = site("upgrade")
    assert display(replace(evidence, presentations=(), certificates={})).html


def hostile(preset: str) -> tuple[Evidence, Assessment]:
    """A site whose every free text is markup, and certificates that say the same."""
    evidence, _ = site(preset)
    branding = replace(evidence.site.branding, name=HOSTILE, author=HOSTILE, footer=HOSTILE)
    named = replace(evidence.site, customer=HOSTILE, title=HOSTILE, branding=branding)
    certificates = {
        sha256: replace(one, subject=HOSTILE, issuer=HOSTILE, subject_cn=HOSTILE, dns_names=(HOSTILE,))
        for sha256, one in evidence.certificates.items()
    }
    answers = tuple(replace(one, detail=make_verbatim(HOSTILE)) for one in evidence.presentations)
    found = replace(evidence, site=named, certificates=certificates, presentations=answers)
    return found, assess(found)


def test_no_text_of_a_site_or_a_certificate_becomes_markup() -> None:
    evidence, assessment = hostile("mixed")
    made = [display(assessment) for display in OF_ASSESSMENT] + [display(evidence) for display in OF_EVIDENCE]
    made.append(show.plan(evidence.site))
    for one in made:
        assert not page(one)("script")
        assert "\u202e" not in str(one.html) + one.text + json.dumps(one.private, ensure_ascii=False)
    assert sum("<script>alert(1)</script>" in page(one).get_text() for one in made) >= 4


def test_the_plan_tells_what_was_asked_for_besides() -> None:
    asked = site("upgrade")[0].site
    plain, more = show.plan(asked), show.plan(asked, clients=["java8"], gentle=True, hsts=True)
    assert not page(plain)("p")
    spared, apart, clients, pages = (part.get_text() for part in page(more)("p"))
    assert "RSA key exchange" in spared
    assert "0.5 s between two" in apart
    assert "java8" in clients
    assert "HSTS" in pages
    assert "Finesse" in pages
    assert more.text.endswith(pages)


# The matrix.


def test_the_matrix_tells_what_each_offer_got_and_what_is_expected_later() -> None:
    matrix = cells(show.matrix(site("upgrade")[1]))
    assert len(matrix) == 12
    (live_data,) = [
        row for (node, server), row in matrix.items() if node.startswith("uccx1") and "SocketIO" in server
    ]
    port, browser, rsa, ecdsa, now, later, advised = live_data
    assert port.isdigit()
    assert (browser, rsa, ecdsa) == ("✓ RSA · CA-signed", "✓ RSA · CA-signed", "– none")
    assert now == "= RSA · CA-signed"
    assert "ECDSA · self-signed" in later
    assert "ECDSA · signed by an EC CA" in advised


def test_a_server_that_refuses_browsers_says_so_where_they_would_have_their_certificate() -> None:
    matrix = cells(show.matrix(site("mixed")[1]))
    openfire = matrix["socialminer.northwind.example", "SocialMiner Openfire"]
    assert "handshake_failure" in openfire[1]
    assert openfire[2] == "✓ RSA · CA-signed"
    assert openfire[4].startswith("≠ ")


def test_the_matrix_for_a_terminal_is_a_line_for_each_web_server_without_markup() -> None:
    lines = show.matrix_text(site("row-4")[1]).splitlines()
    assert len(lines) == 13
    assert lines[0].split()[:3] == ["node", "web", "server"]
    assert len({line.index("8443") for line in lines if " 8443 " in line}) <= 1
    assert sum("ECDSA · self-signed" in line for line in lines) == 3
    assert not any("<" in line for line in lines)


def test_every_node_stands_with_its_certificates() -> None:
    made = page(show.nodes(site("row-4")[1]))
    names = ["uccx1.northwind.example", "uccx2.northwind.example", "socialminer.northwind.example"]
    assert [head.get_text() for head in made("h3")] == names
    text = made.get_text(" ")
    for certificate in site("row-4")[1].certificates.values():
        if certificate.kind == "self-signed":
            assert words.describe_certificate(certificate) in text


# Page one.


@pytest.mark.parametrize(
    ("preset", "word", "gadgets"),
    [
        ("row-1", "READY WITH ACTIONS", {"Live Data": "prompts per PC", "Chat": "prompts per PC"}),
        (
            "row-2",
            "NOT READY",
            {"Live Data": "works", "Chat": "does not load", "SocialMiner": "does not load"},
        ),
        ("row-3", "READY", {"Finesse": "works", "Live Data": "works", "Chat": "works"}),
        ("row-4", "NOT READY", {"Live Data": "cannot be accepted", "Chat": "1 prompt per PC"}),
        ("with-cops", "READY", {"Live Data": "works", "Chat": "works"}),
    ],
)
def test_page_one_tells_verdict_rule_and_what_agents_meet(
    preset: str, word: str, gadgets: dict[str, str]
) -> None:
    made = show.summary(site(preset)[1])
    verdict = page(made).select_one("div.verdict")
    assert verdict.strong.get_text()[2:] == word
    assert site(preset)[1].verdict.statement.text in verdict.get_text()
    rows = [line.get_text(" ") for line in page(made).select("table.experience tbody tr")]
    for gadget, outcome in gadgets.items():
        (row,) = [row for row in rows if row.startswith(gadget)]
        assert outcome in row
        (line,) = [line for line in made.text.splitlines() if line.startswith(gadget)]
        assert outcome in line


def test_the_cover_carries_what_the_exporters_print() -> None:
    facts = show.cover(site("upgrade")[1]).private[COVER]
    assert facts["customer"] == "Northwind Logistics"
    assert facts["verdict"] == "not ready"
    assert facts["upgrade_date"] == "2026-12-12"
    assert "10.6(1)" in facts["releases"]
    assert facts["releases"].endswith("→ 11.5(1)")
    assert all(isinstance(value, str) for value in facts.values())


@pytest.mark.parametrize("preset", PRESETS)
def test_what_to_do_lists_the_recommended_options_in_order(preset: str) -> None:
    assessment = site(preset)[1]
    made = page(show.what_to_do(assessment))
    titles = [item.strong.get_text() for item in made("li") if item.strong]
    assert titles == [load().options[option].title for option in assessment.recommended]
    assert bool(titles) == (assessment.verdict.word != "ready")


def test_page_one_names_what_else_is_asked_for_in_few_words_where_an_option_comes_first() -> None:
    assessment = site("mixed")[1]
    made = page(show.what_to_do(assessment))
    listed = {one["id"] for one in page(show.findings(assessment)).select("[id^=finding-]")}
    assert assessment.recommended
    for item in made.select("ul > li"):
        if item.a:
            assert item.a["href"][1:] in listed
            assert len(item.get_text()) < 100
    assert made.select("ul > li .state")


def test_many_servers_without_an_answer_are_one_line_of_page_one_that_names_the_first_of_them() -> None:
    evidence, _ = site("row-3")
    asked = tuple(
        one for one in evidence.presentations if "uccx-tomcat" in one.endpoint or "/social" in one.endpoint
    )
    silent = assess(replace(evidence, presentations=asked))
    made = show.not_checked(silent)
    (item,) = [one for one in page(made)("li") if "No usable answer came from" in one.get_text()]
    assert "3 more places" in item.get_text()
    assert page(show.findings(silent)).find(id=item("a")[-1]["href"][1:])
    assert made.text.count("/") >= 8
    assert made.html.count("<li>") < made.text.count("- ")


def test_what_could_not_be_asked_is_told_with_its_reason() -> None:
    evidence, _ = site("row-3")
    asked = tuple(one for one in evidence.presentations if "/socketio" not in one.endpoint)
    made = show.not_checked(assess(replace(evidence, presentations=asked)))
    assert "uccx1.northwind.example/socketio" in made.text
    assert "uccx1.northwind.example/socketio" in page(made).get_text()


# The rest of the report.


def test_the_options_are_compared_by_what_agents_would_meet() -> None:
    assessment = site("row-4")[1]
    made = page(show.options(assessment))
    lines = made.select("table.options tbody tr")
    rows = {line.th.get_text(): line.get_text(" ") for line in lines if line.td}
    assert len(rows) == len([one for one in assessment.options if one.applies])
    (first,) = [line.find_parent("tbody") for line in lines if line.get_text() == "★ Recommended"]
    assert len(first("td")) == len(assessment.recommended) * len(lines[1]("td"))
    (both,) = [
        row for head, row in rows.items() if head.startswith("Install both COPs") and "now" not in head
    ]
    assert both.count("✓ works") == 4


def test_each_node_shows_its_findings_with_links_that_lead_to_them() -> None:
    assessment = site("row-4")[1]
    listed = {one["id"] for one in page(show.findings(assessment)).select("[id^=finding-]")}
    led = {
        one["href"].removeprefix("#") for one in page(show.nodes(assessment)).select("a[href^='#finding-']")
    }
    assert led
    assert led <= listed
    of_nodes = [
        one for one in assessment.findings if one.state not in ("pass", "not-applicable") and one.node
    ]
    assert len(led) == len({(one.check, one.endpoint or one.node) for one in of_nodes})


def told_in(assessment: Assessment) -> list[Finding]:
    return [one for one in assessment.findings if one.state not in ("pass", "not-applicable")]


def captioned(display: Display, caption: str) -> list[Tag]:
    """The rows of the tables with a caption."""
    tables = [one for one in page(display)("table") if one.caption.get_text() == caption]
    return [line for one in tables for line in one.select("tbody tr")]


def test_findings_are_counted_by_node_and_state_and_lead_to_the_node_and_the_first_of_them() -> None:
    assessment = site("row-4")[1]
    lines = {line.th.get_text(): line for line in captioned(show.findings(assessment), "Findings by node")}
    assert {state.node for state in assessment.now.nodes} <= set(lines)
    counts = [[cell.get_text() for cell in line("td")] for line in lines.values()]
    totals = [int(total) if total.isdigit() else 0 for total, *_ in counts]
    assert sum(totals) == len(told_in(assessment))
    for total, (_, *states) in zip(totals, counts, strict=True):
        assert sum(int(text.split()[-1]) for text in states if text) == total
    for node in assessment.now.nodes:
        assert page(show.nodes(assessment)).find(id=lines[node.node].th.a["href"][1:]).get_text() == node.node


def test_findings_that_ask_for_something_are_listed_worst_first_with_evidence_and_steps() -> None:
    assessment = site("row-4")[1]
    made = page(show.findings(assessment))
    lines = captioned(show.findings(assessment), "Findings, worst first")
    assert "blocks the upgrade" in lines[0].th.get_text()
    assert {one["id"] for one in made.select("[id^=finding-]")} == {
        link_finding(one) for one in told_in(assessment)
    }
    whole = page(show.runbook(assessment))
    for line in lines:
        steps = line("td")[-1].a
        asks = "for information" not in line.th.get_text()
        assert bool(steps) == asks
        assert not asks or whole.find(id=steps["href"][1:])
    (signed,) = [line for line in lines if "Self-signed certificate" in line.th.get_text()]
    shown = {
        sha for one in told_in(assessment) if one.check == "self-signed" for sha in one.statement.evidence
    }
    linked = {
        link["href"].removeprefix("#certificate-") for link in signed("a") if "#certificate-" in link["href"]
    }
    assert linked
    assert linked <= {sha[:16] for sha in shown}


def test_findings_that_differ_in_their_place_alone_share_a_row_that_names_the_places() -> None:
    assessment = site("row-4")[1]
    (first, *_) = [one for one in assessment.findings if one.check == "dns-name" or one.node]
    nodes = [state.node for state in assessment.now.nodes]
    alike = [
        replace(
            first, check="tls-versions", state="information", node=node, endpoint=f"{node}/x",
            statement=replace(first.statement, text=f"{node}/x speaks TLS 1.3, as {nodes[0]}-old did."),
        )
        for node in nodes
    ]  # fmt: skip
    other = replace(alike[0], statement=replace(first.statement, text=f"{nodes[0]}/x speaks TLS 1.2."))
    made = show.findings(replace(assessment, findings=(*alike, other)))
    rows = captioned(made, "Findings, worst first")
    assert [len(row.th.select("[id]")) for row in rows] == [len(nodes), 1]
    assert "The same at 2 more places." in rows[0].get_text()
    assert all(node in rows[0].get_text() for node in nodes)
    assert "The same at" not in rows[1].get_text()
    assert "TLS 1.2" in rows[1].get_text()


def test_a_finding_that_somebody_accepts_says_who_until_when_and_why() -> None:
    assessment = site("row-4")[1]
    (worst, *rest) = assessment.findings
    waiver = Waiver(check=worst.check, owner="M. Keller", until=date(2027, 3, 1), reason="A test site.")
    made = show.findings(replace(assessment, findings=(replace(worst, waiver=waiver), *rest)))
    (row, *_) = captioned(made, "Findings, worst first")
    assert "Accepted by M. Keller until 1 March 2027: A test site." in row.get_text()


def test_every_check_stands_with_risk_its_basis_and_remedy_those_that_found_something_first() -> None:
    _, assessment = site("row-4")
    made = page(show.findings(assessment))
    lines = {
        line.th.select_one("[id^=check-]")["id"]: line for line in made.select("tr:has(th [id^=check-])")
    }
    assert set(lines) == {f"check-{name}" for name in load().checks}
    for name, entry in load().checks.items():
        line = lines[f"check-{name}"]
        risk, remedy = line.select("td")
        releases = {
            (None, None): "",
            ("12.5(1)", None): "from 12.5(1) on",
            (None, "12.5(1)"): "up to 12.5(1)",
            (None, "11.6(1)"): "up to 11.6(1)",
        }[entry.since, entry.until]
        assert line.th.get_text().endswith(entry.title + releases)
        assert risk.get_text().startswith(f"{entry.risk} ")
        assert risk.select_one(".basis")
        assert remedy.get_text() == entry.remedy
        found = [one for one in told_in(assessment) if one.check == name]
        assert bool(found) == (line.find_parent("details") is None)
        assert bool(found) == bool(line.th.select_one(".state"))
    assert next(iter(lines)) == "check-agents-can-work"
    heads = [one.get_text() for one in made("summary")]
    passed = {one.check for one in assessment.findings if one.state == "pass"}
    passed -= {one.check for one in told_in(assessment)}
    assert heads[0] == f"Checks that passed: {len(passed)}"


def test_the_answers_of_an_endpoint_stand_together_browser_rsa_ecdsa() -> None:
    evidence, _ = site("row-4")
    offers = [line.th.get_text() for line in page(show.answers(evidence)).select("tbody tr")
              if len(line(["th", "td"])) > 1]  # fmt: skip
    assert offers == ["browser", "rsa", "ecdsa"] * (len(offers) // 3)


def test_every_question_and_every_certificate_stands_in_the_evidence() -> None:
    evidence, _ = site("row-4")
    text = page(show.answers(evidence)).get_text(" ")
    rows = [line for line in page(show.answers(evidence)).select("tbody tr") if len(line(["th", "td"])) > 1]
    assert len(rows) == len(evidence.presentations)
    assert "The collection ran to its end" in text
    assert "interrupted" in page(show.answers(replace(evidence, finished=None))).get_text()
    certificates = page(show.certificates(evidence)).get_text()
    for sha256 in evidence.certificates:
        assert sha256 in certificates


def test_links_within_the_report_lead_somewhere() -> None:
    evidence, assessment = site("row-4")
    made = [display(assessment) for display in OF_ASSESSMENT] + [display(evidence) for display in OF_EVIDENCE]
    whole = BeautifulSoup("".join(str(one.html) for one in made), "html.parser")
    targets = {element["id"] for element in whole.select("[id]")}
    links = {link["href"][1:] for link in whole.select("a[href^='#']")}
    assert links
    assert links <= targets


def test_the_method_names_the_rule_that_decided_and_the_sources_used() -> None:
    assessment = site("row-4")[1]
    made = page(show.method(assessment))
    assert made.find(id=assessment.verdict.rule)
    assert "210528" in made.get_text()


def test_the_last_cell_leaves_the_verdict_for_the_run() -> None:
    evidence, assessment = site("row-4")
    facts = show.end(assessment).private[END_MARK]
    assert facts["verdict"] == "not ready"
    assert facts["rule"] == assessment.verdict.rule
    assert "NOT READY" in facts["text"]
    assert show.matrix_text(assessment) in facts["text"]
    assert show.end(evidence).private[END_MARK] == {"endpoints": 12}


# The way.


def test_the_way_tells_each_hop_its_cop_files_and_what_agents_meet_at_each_stop() -> None:
    evidence, _ = site("upgrade")
    nodes = tuple(replace(node, target_release="12.5(1)SU2") for node in evidence.site.nodes)
    made = show.hops(assess(replace(evidence, site=replace(evidence.site, nodes=nodes))))
    hops, servers, met, changes, held = page(made)("table")
    groups = [line.get_text() for line in hops.select("tbody th[scope=rowgroup]")]
    assert groups == ["1. To 11.5(1)", "2. To 11.6(2) (12.0(1) would serve as well)", "3. To 12.5(1)SU2"]
    assert "ciscouccx.1162.1251SU2PREUPGRADE" in hops.get_text()
    assert "documented by Cisco (12.5(1)SU2 upgrade guide)" in hops.get_text()
    (live,) = [line.get_text(" ") for line in met.select("tbody tr") if "Live Data" in line.get_text()]
    assert live.count("cannot be accepted") == 1
    assert live.count("works") == 2
    assert held.get_text().count("no tomcat-ECDSA in 11.6(2)") == 3
    told = [line.th.get_text() for line in changes.select("tbody tr") if line.td]
    assert list(dict.fromkeys(told)) == ["11.5(1)", "11.6(1)", "12.5(1)", "12.5(1)SU1", "12.5(1)SU2"]
    assert "Doubt: 118855, revised in 2025" in changes.get_text()
    assert "Live Data gadgets: ✕ Chrome: cannot be accepted; ▲ Firefox: 2 prompts per PC" in made.text
    # 7443 is told at the hop from which on it is off by default, once for each UCCX node.
    told = [line.get_text(" ") for line in servers.select("tbody tr")]
    assert told[0] == "3. To 12.5(1)SU2"
    assert [("Notification" in line, "documented (15.0 port guide)" in line) for line in told[1:]] == [
        (True, True)
    ] * 2


def test_without_a_planned_upgrade_there_is_no_way_to_show() -> None:
    assert show.hops(site("row-4")[1]).text == "No upgrade is planned."


def test_pages_that_were_fetched_are_named_and_nothing_is_said_where_none_was():
    evidence, _ = site("row-4")
    assert "HSTS" not in str(show.answers(evidence).html)
    endpoint = evidence.presentations[0].endpoint
    asked = Hsts(endpoint=endpoint, header=None, status=200, started=evidence.collected)
    shown = str(show.answers(replace(evidence, hsts=(asked,))).html)
    assert "HSTS" in shown
    assert endpoint in shown


def test_page_one_warns_of_a_stop_on_the_way_where_agents_could_not_work():
    evidence, _ = site("upgrade")
    nodes = tuple(replace(node, release="10.6(1)", target_release="11.6(2)") for node in evidence.site.nodes)
    through = assess(replace(evidence, site=replace(evidence.site, nodes=nodes)))
    told = page(show.summary(through)).get_text(" ", strip=True)
    assert "Do not stop at 11.5(1)" in told
    assert "Live Data gadgets: cannot be accepted there" in told
    assert "Do not stop" not in page(show.summary(site("upgrade")[1])).get_text(" ", strip=True)


def test_page_one_names_the_browsers_where_they_differ_and_says_why_for_each() -> None:
    assessment = site("row-4")[1]  # Chrome and Firefox
    made = page(show.summary(assessment))
    rows = {line.th.get_text(): line.td for line in made.select("table.experience tbody tr")}
    live = [span.get_text() for span in rows["Live Data gadgets"].select("span.state")]
    assert live == ["✕ Chrome: cannot be accepted", "▲ Firefox: 2 prompts per PC"]
    assert [span.get_text() for span in rows["Finesse desktop"].select("span.state")] == ["✓ works"]
    assert [span.get_text() for span in rows["Live Data gadgets"].select("span.basis")] == [
        "documented (210528, table row 4)",
        "measured",
    ]
    heads = [item.strong.get_text() for item in made("li")]
    assert "Live Data gadgets in Chrome. " in heads
    assert "Live Data gadgets in Firefox. " in heads
    assert "for Chrome and Firefox, the browsers in the inventory. Where they differ" in made.get_text(" ")


def test_page_one_counts_the_prompts_of_each_browser_where_the_numbers_differ() -> None:
    assessment = site("row-1")[1]
    made = show.summary(assessment)
    assert "Finesse desktop ▲ prompts per PC: 4 in Firefox, 2 in Chrome" in " ".join(made.text.split())
    heads = [item.strong.get_text() for item in page(made)("li")]
    assert "Live Data gadgets. " in heads  # the reason is the same, so it stands once
    assert not [head for head in heads if "Chrome" in head]


def test_the_matrix_shows_what_an_upgrade_brings_and_what_it_switches_off() -> None:
    evidence, _ = site("row-4")
    nodes = tuple(replace(node, release="12.0(1)", target_release="15.0(1)") for node in evidence.site.nodes)
    found = assess(replace(evidence, site=replace(evidence.site, nodes=nodes)))
    rows = [" ".join(line.get_text(" ").split()) for line in page(show.matrix(found)).select("tbody tr")]
    engine = [row for row in rows if row.startswith("UCCX Engine Tomcat 9443")]
    assert len(engine) == 2
    assert all("– not asked" in row and "– listed from 15.0(1) on" in row for row in engine)
    notification = [row for row in rows if row.startswith("UCCX Openfire")]
    assert all("– off by default from 12.5(1) on documented (15.0 port guide)" in row for row in notification)
    assert "UCCX Engine Tomcat" in show.matrix(found).text
