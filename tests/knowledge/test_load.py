"""What the knowledge files hold, and what the loader refuses."""

import re
import shutil
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from importlib.resources import as_file, files
from pathlib import Path

import pytest
import yaml

from certlib.errors import InvalidInput
from certlib.knowledge import (
    Basis,
    Expected,
    Knowledge,
    Row,
    WebServer,
    cite,
    find_in_release,
    find_release,
    load,
)
from certlib.knowledge.load import FILES, read
from certlib.language import use_language
from certlib.reasons import Reason

# Cisco's table for 11.5(1), written by hand from 210528: tomcat, tomcat-ECDSA, then what is presented by
# UCCX Tomcat, Notification, SocketIO, SocialMiner Tomcat, SocialMiner Openfire.
COLUMNS = ("uccx-tomcat", "notification", "socketio", "socialminer-tomcat", "socialminer-openfire")
TABLE = {
    ("self-signed", "self-signed"): (
        "Self-signed",
        "Self-signed",
        "Self-signed",
        "Self-signed",
        "Self-signed",
    ),
    ("rsa-ca", "rsa-ca"): ("RSA", "RSA", "RSA", "RSA", "RSA"),
    ("rsa-ca", "ec-ca"): ("RSA", "RSA", "ECDSA", "RSA", "ECDSA"),
    ("rsa-ca", "self-signed"): ("RSA", "RSA", "Self-signed", "RSA", "Self-signed"),
}
# Finesse desktop, Live Data, chat and e-mail, SocialMiner's page; in capitals what the note itself says.
EXPERIENCE = {
    "row-1": ("prompt", "PROMPT", "PROMPT", "prompt"),
    "row-2": ("WORKS", "WORKS", "DOES-NOT-LOAD", "DOES-NOT-LOAD"),
    "row-3": ("WORKS", "WORKS", "WORKS", "works"),
    "row-4": ("works", "CANNOT-BE-ACCEPTED", "PROMPT", "works"),
}
GADGETS = ("finesse-desktop", "live-data", "chat-email", "socialminer-page")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with as_file(files("certlib.knowledge")) as source:
        for path in source.glob("*.yaml"):
            shutil.copy(path, tmp_path / path.name)
    return tmp_path


def refused(folder: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        read(folder=folder)
    return str(caught.value)


def changed(folder: Path, name: str, change: Callable[[dict], None]) -> None:
    path = folder / name
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def bases(value: object) -> list[Basis]:
    if isinstance(value, Basis):
        return [value]
    if isinstance(value, tuple):
        return [basis for item in value for basis in bases(item)]
    if is_dataclass(value):
        return [basis for item in fields(value) for basis in bases(getattr(value, item.name))]
    return []


def presented(server: WebServer, row: Row) -> Expected:
    """The inferred rule, as rules.yaml words it."""
    hidden = server.hides_rsa_signed_ec and row.tomcat_ecdsa == "rsa-ca"
    if server.prefers == "tomcat-ECDSA" and not hidden:
        return Expected(identity="tomcat-ECDSA", kind=row.tomcat_ecdsa)
    return Expected(identity="tomcat", kind=row.tomcat)


# --- the table


def test_the_twenty_cells_are_those_of_the_note(knowledge):
    held = {
        (row.tomcat, row.tomcat_ecdsa): tuple(
            next(cell.text for cell in row.cells if cell.web_server == column) for column in COLUMNS
        )
        for row in knowledge.rows.values()
    }
    assert held == TABLE
    assert sum(len(row.cells) for row in knowledge.rows.values()) == 20


def test_the_table_is_documented_for_11_5_alone(knowledge):
    for row in knowledge.rows.values():
        assert row.releases == ("11.5(1)",)
        assert (row.basis.kind, row.basis.source) == ("documented", "cisco-210528")


def test_a_cells_word_agrees_with_what_it_stands_for(knowledge):
    for row in knowledge.rows.values():
        for cell in row.cells:
            word = {"tomcat": "RSA", "tomcat-ECDSA": "ECDSA"}[cell.identity]
            assert cell.text == ("Self-signed" if cell.kind == "self-signed" else word)
            assert cell.kind == (row.tomcat if cell.identity == "tomcat" else row.tomcat_ecdsa)


def test_row_1_documents_self_signed_but_not_which_of_the_two(knowledge):
    assert {cell.identity_basis.kind for cell in knowledge.rows["row-1"].cells} == {"inferred"}
    others = [cell for row in knowledge.rows.values() if row.id != "row-1" for cell in row.cells]
    assert {cell.identity_basis.kind for cell in others} == {"documented"}


def test_the_inferred_rule_reproduces_all_twenty_cells(knowledge):
    for row in knowledge.rows.values():
        for cell in row.cells:
            expected = presented(knowledge.web_servers[cell.web_server], row)
            assert expected == Expected(identity=cell.identity, kind=cell.kind), (row.id, cell.web_server)


def test_what_agents_meet_is_documented_only_where_the_note_says_it(knowledge):
    held = {
        row.id: tuple(
            said.outcome.upper() if said.basis.kind == "documented" else said.outcome
            for gadget in GADGETS
            for said in row.experience
            if said.gadget == gadget
        )
        for row in knowledge.rows.values()
    }
    assert held == EXPERIENCE


def test_where_the_sources_disagree_the_table_says_so(knowledge):
    said = {(row.id, each.gadget): each.doubt for row in knowledge.rows.values() for each in row.experience}
    apart = {
        (row.id, each.gadget, own.browser): own
        for row in knowledge.rows.values()
        for each in row.experience
        for own in each.browsers
    }
    assert "443" in apart["row-4", "chat-email", "chromium"].doubt
    assert "names no browser" in apart["row-4", "live-data", "firefox"].doubt
    assert "names no browser" in said["row-4", "live-data"]
    assert "SocketIO" in said["row-4", "finesse-desktop"]
    assert "inferred" in said["row-2", "chat-email"]
    assert knowledge.rows["row-1"].doubt
    assert knowledge.rows["row-2"].doubt
    assert knowledge.defects["CSCvb58580"].doubt


def test_the_asterisk_is_an_assumption_of_ours(knowledge):
    for name in ("row-2", "row-3", "row-4"):
        row = knowledge.rows[name]
        assert row.assumption
        assert row.assumption_basis == Basis(kind="inferred", rule="rule-asterisk")
    assert not knowledge.rows["row-1"].assumption


# --- web servers and releases


def test_each_web_server_has_its_port_and_the_table_has_five(knowledge):
    ports = {server.id: server.port for server in knowledge.web_servers.values()}
    assert ports == {
        "uccx-tomcat": 8443,
        "notification": 7443,
        "socketio": 12015,
        "socialminer-tomcat": 443,
        "socialminer-openfire": 7443,
        "finesse-tomcat": 8445,
        "cuic-tomcat": 8444,
        "engine": 9443,
        "identity-service": 8553,
        "informix": 9089,
        "chat-gateway": 10443,
    }
    assert tuple(server.id for server in knowledge.web_servers.values() if server.column) == COLUMNS


def test_a_web_server_outside_the_table_is_like_one_inside(knowledge):
    for server in knowledge.web_servers.values():
        if server.prefers is None:
            assert server.like is None
        elif server.column is None:
            assert knowledge.web_servers[server.like].column
            assert server.prefers == knowledge.web_servers[server.like].prefers


def test_the_releases_that_have_a_web_server_are_those_that_a_document_or_a_rule_gives(knowledge):
    """Whatever the port lists that were found say; where none was found, the release is the list's own."""
    bounds = {
        server.id: (server.since, server.since_basis.kind, server.until)
        for server in knowledge.web_servers.values()
        if server.since or server.until
    }
    assert bounds == {
        "engine": ("15.0(1)", "inferred", None),
        "identity-service": ("11.5(1)", "inferred", None),
        "informix": ("15.0(1)", "documented", None),
        "chat-gateway": ("12.5(1)SU1", "inferred", None),
    }
    assert {server.id for server in knowledge.web_servers.values() if server.optional} == {
        "identity-service",
        "informix",
        "chat-gateway",
    }


@pytest.mark.parametrize(
    ("name", "release", "wanted"),
    [
        ("notification", "12.0(1)", ("Cisco Unified CCX Notification Service", True, False)),
        ("notification", "12.5(1)", ("Cisco Unified CCX Notification Service", False, True)),
        ("notification", "15.0(1)", ("Cisco Unified CCX Notification Service", False, True)),
        ("finesse-tomcat", "12.0(1)", ("Cisco Finesse Tomcat", True, False)),
        ("finesse-tomcat", "12.5(1)", ("Cisco Web Proxy Service", True, False)),
        ("socialminer-openfire", "12.0(1)", ("SocialMiner XMPP Server", True, False)),
        ("socialminer-openfire", "12.5(1)SU3", ("CCP XMPP Server", True, False)),
        ("notification", "14.0", ("Cisco Unified CCX Notification Service", True, False)),  # no such release
    ],
)
def test_a_web_server_is_as_its_release_has_it(knowledge, name, release, wanted):
    found = find_in_release(knowledge.web_servers[name], release, knowledge)
    assert (found.service, found.agent_facing, found.off_by_default) == wanted


def test_a_release_that_takes_a_web_server_from_the_agents_says_why(knowledge):
    for server in knowledge.web_servers.values():
        for change in server.changes:
            assert (change.agent_facing is None) == (change.agents_basis is None)


def test_every_family_of_browsers_says_what_it_keeps_or_that_it_was_not_found(knowledge):
    assert {one.id: (one.keeps, one.forgets) for one in knowledge.browsers.values()} == {
        "chromium": ("host", True),
        "firefox": ("host-and-port", False),
        "ie": (None, None),
    }
    assert all(one.doubt for one in knowledge.browsers.values() if one.keeps is None)
    assert [one.id for one in knowledge.browsers.values() if one.assumed] == ["chromium"]


def test_every_release_belongs_to_one_of_the_four_eras(knowledge):
    eras = [(entry.id, entry.era) for entry in knowledge.releases.values()]
    assert eras == [
        *[(name, "none") for name in ("10.0(1)", "10.0(1)SU1", "10.5(1)", "10.5(1)SU1", "10.6(1)")],
        *[(name, "none") for name in ("10.6(1)SU1", "10.6(1)SU2", "10.6(1)SU3", "11.0(1)")],
        *[(name, "automatic") for name in ("11.5(1)", "11.5(1)SU1")],
        *[(name, "removed") for name in ("11.6(1)", "11.6(2)", "12.0(1)", "12.5(1)", "12.5(1)SU1")],
        *[(name, "opt-in") for name in ("12.5(1)SU2", "12.5(1)SU3", "15.0(1)")],
    ]
    orders = [entry.order for entry in knowledge.releases.values()]
    assert orders == sorted(set(orders))


def test_an_era_that_no_document_names_for_the_release_is_inferred(knowledge):
    assert knowledge.releases["11.5(1)"].basis.kind == "documented"
    assert knowledge.releases["11.5(1)SU1"].basis.kind == "inferred"
    assert knowledge.releases["12.0(1)"].basis.kind == "inferred"
    assert knowledge.releases["12.5(1)SU1"].basis.kind == "documented"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("11.5(1)", "11.5(1)"),
        ("11.5", "11.5(1)"),
        ("12.5(1) su2", "12.5(1)SU2"),
        ("UCCX 12.5 SU2", "12.5(1)SU2"),
        ("CCP 15.0(1)", "15.0(1)"),
        ("  SocialMiner 11.6.2 ", "11.6(2)"),
    ],
)
def test_a_release_is_found_by_any_of_its_spellings(knowledge, text, name):
    assert find_release(knowledge, text).id == name


@pytest.mark.parametrize("text", ["14.0", "14", "", "uccx", "11.5(1)SU9", "12.5", "15", "12.5(1)SU3 ES07"])
def test_a_release_that_does_not_exist_is_not_found(knowledge, text):
    assert find_release(knowledge, text) is None


def test_socialminer_is_called_customer_collaboration_platform_from_12_5_on(knowledge):
    first = knowledge.releases["12.5(1)"].order
    for entry in knowledge.releases.values():
        assert (entry.socialminer_name == "SocialMiner") == (entry.order < first)


def test_where_ciscos_pages_contradict_each_other_about_a_release_both_are_told(knowledge):
    doubts = {
        name: [one.doubt for one in entry.changes if one.doubt] for name, entry in knowledge.releases.items()
    }
    for name in (
        "12.5(1)SU1",
        "12.5(1)SU2",
    ):  # the guide of the one lists 4096 bits, the notes of the other bring them
        (sizes,) = doubts[name]
        assert "118855" in sizes
        assert "2048" in sizes
    (nodes,) = doubts["11.6(1)"]
    assert "11.6(2)" in nodes


def test_what_a_release_changes_is_said_with_its_document_and_never_for_one_before_11_5(knowledge):
    for entry in knowledge.releases.values():
        assert {one.basis.kind for one in entry.changes} <= {"documented"}
        assert entry.era != "none" or not entry.changes


# --- the way to another release


def starts(knowledge, role, to):
    """The releases from which a role reaches another in one hop."""
    entries = [entry for entry in knowledge.upgrades.values() if role in entry.roles and entry.to == to]
    return {start.release for entry in entries for start in entry.starts}


def test_the_hops_that_a_document_names_are_those_of_the_document(knowledge):
    documented = {
        (entry.roles[0], entry.to): starts(knowledge, entry.roles[0], entry.to)
        for entry in knowledge.upgrades.values()
        if entry.basis.kind == "documented"
    }
    assert documented == {
        ("uccx-publisher", "11.5(1)"): {
            *("10.0(1)SU1", "10.5(1)SU1", "10.6(1)", "10.6(1)SU1", "10.6(1)SU2", "11.0(1)"),
        },
        ("uccx-publisher", "12.5(1)"): {"11.6(1)", "11.6(2)", "12.0(1)"},
        ("uccx-publisher", "12.5(1)SU1"): {"11.6(1)", "11.6(2)", "12.0(1)", "12.5(1)"},
        ("uccx-publisher", "12.5(1)SU2"): {"11.6(2)", "12.0(1)", "12.5(1)", "12.5(1)SU1"},
        ("uccx-publisher", "12.5(1)SU3"): {
            *("11.6(1)", "11.6(2)", "12.0(1)", "12.5(1)", "12.5(1)SU1", "12.5(1)SU2"),
        },
        ("uccx-publisher", "15.0(1)"): {"12.5(1)", "12.5(1)SU1", "12.5(1)SU2", "12.5(1)SU3"},
        ("socialminer", "15.0(1)"): {"12.5(1)", "12.5(1)SU1", "12.5(1)SU2", "12.5(1)SU3"},
    }


def test_no_hop_is_given_that_no_source_was_found_for(knowledge):
    for target in ("11.6(1)", "11.6(2)", "12.0(1)"):
        entries = [one for one in knowledge.upgrades.values() if one.to == target]
        assert {one.basis.kind for one in entries} <= {"inferred"}
    assert "10.6(1)" not in starts(knowledge, "uccx-publisher", "11.6(2)")
    assert starts(knowledge, "socialminer", "11.5(1)") == set()


# Cisco's lists of COP files, in part: before 12.5(1)SU3, and before 15.0(1) for the chat platform.
COPS = {
    ("uccx-to-12.5(1)SU3", "11.6(2)"): ("ciscouccx.1162.1251SU3PREUPGRADE", "ucos.keymanagement.v01"),
    ("uccx-to-12.5(1)SU3", "12.0(1)"): ("ciscouccx.1201.1251SU3PREUPGRADE", "ucos.keymanagement.v01"),
    ("uccx-to-12.5(1)SU3", "12.5(1)"): ("ciscouccx.1251.1251SU3PREUPGRADE", "ucos.keymanagement.v01"),
    ("uccx-to-12.5(1)SU3", "12.5(1)SU1"): ("ciscouccx.1251.SU1.1251SU3PREUPGRADE", "ucos.keymanagement.v02"),
    ("uccx-to-12.5(1)SU3", "12.5(1)SU2"): ("ucos.keymanagement.v02",),
    ("uccx-to-15.0(1)", "12.5(1)"): ("ucos.keymanagement.v01",),
    ("uccx-to-15.0(1)", "12.5(1)SU1"): ("ucos.keymanagement.v02",),
    ("uccx-to-15.0(1)", "12.5(1)SU3"): (),
    ("socialminer-to-12.5(1)SU3", "11.6(2)"): (
        "ciscosm.keymanagement.v01",
        "ciscosm.refreshupgrade.pre12.5",
    ),
    ("socialminer-to-15.0(1)", "12.5(1)"): (
        "ciscoccp.keymanagement.v01",
        "ciscoccp.1501.PREUPGRADE-ApacheSolandraMigration",
    ),
    ("socialminer-to-15.0(1)", "12.5(1)SU3"): ("ciscoccp.1501.PREUPGRADE-ApacheSolandraMigration",),
}


@pytest.mark.parametrize(("entry", "release"), COPS)
def test_the_cop_files_before_a_hop_are_known_by_the_beginning_of_their_names(knowledge, entry, release):
    found = {start.release: start.cops for start in knowledge.upgrades[entry].starts}
    assert found[release] == COPS[entry, release]
    assert knowledge.upgrades[entry].cops_basis.kind == "documented"


# --- basis


def test_every_entry_can_say_why_it_is_true(knowledge):
    for kind in FILES:
        for entry in getattr(knowledge, kind).values():
            if kind not in {"sources", "rules", "reasons"}:
                assert bases(entry), entry.id
            for basis in bases(entry):
                assert cite(knowledge, basis).startswith(basis.kind)


def test_a_basis_is_worded_for_people(knowledge):
    row = knowledge.rows["row-4"]
    assert cite(knowledge, row.basis) == "documented by Cisco (210528, table row 4)"
    rule = knowledge.rules["rule-asterisk"]
    assert cite(knowledge, row.assumption_basis) == f"inferred: {rule.text}"
    measured = Basis(kind="measured", source="certlib-measured", rule="rule-acceptance")
    assert cite(knowledge, measured).startswith("measured (laboratory measurements): An accepted")


def test_only_measurements_of_ours_are_called_measured(knowledge):
    for kind in FILES:
        for entry in getattr(knowledge, kind).values():
            for basis in bases(entry):
                if basis.source:
                    ours = knowledge.sources[basis.source].publisher == "certlib"
                    assert ours == (basis.kind == "measured"), (entry.id, basis)


def test_every_source_has_address_and_date_or_says_that_no_copy_could_be_found(knowledge):
    without = {source.id for source in knowledge.sources.values() if source.no_copy}
    assert without == {"cisco-201000"}
    for source in knowledge.sources.values():
        if source.publisher != "certlib" and not source.no_copy:
            assert source.url.startswith("https://"), source.id
            assert source.undated or re.match(r"20[0-9]{2}", source.date), source.id
        assert source.release or source.publisher != "Cisco" or source.id == "cisco-webex-client-auth", (
            source.id
        )


@pytest.mark.parametrize("lost", ["url", "date"])
def test_a_source_that_cannot_be_looked_up_is_refused(folder, lost):
    changed(folder, "sources.yaml", lambda content: content["cisco-118855"].pop(lost))
    assert "cisco-118855: can't be looked up." in refused(folder)


def test_every_source_is_cited(knowledge):
    cited = {
        basis.source
        for kind in FILES
        for entry in getattr(knowledge, kind).values()
        for basis in bases(entry)
    }
    assert set(knowledge.sources) <= cited


def test_every_verdict_of_the_rules_says_that_the_border_is_ours(knowledge):
    verdicts = [rule for rule in knowledge.rules.values() if rule.verdict]
    assert {rule.verdict for rule in verdicts} == {"ready", "ready with actions", "not ready", "incomplete"}
    for rule in verdicts:
        assert rule.id.startswith("verdict-")
        assert "Cisco draws no such line" in rule.why
    assert [rule.id for rule in knowledge.rules.values() if rule.id.startswith("verdict-")] == [
        rule.id for rule in verdicts
    ]


# --- what is not published


def test_no_file_name_is_given_for_the_ecdsa_cops(knowledge):
    for cop in knowledge.cops.values():
        assert "the file's name" in cop.not_found
    with as_file(files("certlib.knowledge")) as source:
        for path in source.glob("*.yaml"):
            text = path.read_text(encoding="utf-8").lower()
            assert ".cop" not in text, path.name


def test_whether_a_cop_survives_an_upgrade_is_said_to_be_unpublished(knowledge):
    for name in ("uccx-ecdsa-off", "socialminer-ecdsa-off"):
        assert "whether it survives an upgrade" in knowledge.cops[name].not_found


def test_the_answer_for_who_waits_for_the_ca_is_inferred(knowledge):
    assert knowledge.questions["waiting-for-ec-ca"].basis == Basis(
        kind="inferred", rule="rule-waiting-for-ca"
    )
    assert knowledge.options["wait-with-cop"].basis.kind == "inferred"


def test_how_a_cop_is_installed_is_not_passed_off_as_documented(knowledge):
    steps = [step for name in ("install-cop", "rollback-cop") for step in knowledge.procedures[name].steps]
    assert {step.basis.kind for step in steps if step.command} == {"inferred"}


# --- options, COPs, questions


def test_each_cop_can_be_undone_by_its_own_rollback(knowledge):
    for cop in knowledge.cops.values():
        if cop.turns_ecdsa == "off":
            back = knowledge.cops[cop.undone_by]
            assert (back.turns_ecdsa, back.roles) == ("on", cop.roles)


def test_the_socialminer_cop_has_one_condition_more_than_the_uccx_cop(knowledge):
    uccx = knowledge.cops["uccx-ecdsa-off"].install_when
    socialminer = knowledge.cops["socialminer-ecdsa-off"].install_when
    assert (len(uccx), len(socialminer)) == (2, 3)
    assert socialminer[:2] == uccx
    assert "RSA" in socialminer[2]


def test_the_trap_of_an_rsa_ca_is_never_advised(knowledge):
    assert all(one.option != "rsa-ca" for row in knowledge.rows.values() for one in row.advice)
    assert knowledge.options["rsa-ca"].speaks_against


def test_the_ecdsa_options_hold_for_11_5_alone_and_the_certificate_type_from_12_5_1_su2_on(knowledge):
    for option in knowledge.options.values():
        if option.sets_cert_type:
            assert option.eras == ("opt-in",), option.id
            assert option.roles == ("uccx-publisher", "uccx-subscriber")
        elif option.sets_tomcat_ecdsa or option.installs:
            assert option.eras == ("automatic",), option.id


# Written by hand from the note (210528): what it advises for each row of its table. "The COP" of a CA that
# signs with RSA only stands in row 2 for SocialMiner; row 4 asks for an EC CA or the COP on UCCX, and the
# FAQ names the COP on both for whoever neither signs nor accepts. Self-signed: its own section, and the FAQ.
ADVICE = {
    "row-1": {"unknown": {"self-signed-rollout", "accept", "both-cops"}},
    "row-2": {"unknown": {"socialminer-cop"}, "no": {"socialminer-cop"}},
    "row-3": {"unknown": set(), "yes": set(), "no": set()},
    "row-4": {"unknown": {"ec-ca", "both-cops"}, "no": {"both-cops"}},
}


def test_each_row_has_the_advice_of_the_note_and_no_other(knowledge):
    for name, answers in ADVICE.items():
        for answer, expected in answers.items():
            given = [
                one
                for one in knowledge.rows[name].advice
                if one.socialminer is not False
                and (not one.ca_signs_with_ec or answer in one.ca_signs_with_ec)
            ]
            assert {one.option for one in given} == expected, (name, answer)
            assert len(given) == len(expected)
            for one in given:
                assert (one.basis.kind, one.basis.source) == ("documented", "cisco-210528")
                assert one.basis.section.startswith(f"table row {name[-1]}")


def test_every_option_says_what_it_costs_in_restarts_outage_and_effort_and_why(knowledge):
    for option in knowledge.options.values():
        for lines in (option.restarts, option.outage, option.effort):
            assert lines, option.id
            for line in lines:
                assert line.basis.rule or line.basis.source


def test_no_cost_names_hours_minutes_or_days(knowledge):
    for option in knowledge.options.values():
        for line in (*option.restarts, *option.outage, *option.effort):
            assert not {"hour", "hours", "minute", "minutes", "day", "days"} & {*line.text.lower().split()}


RENEWALS = ("renew-before", "restart-before", "renew-in-window")  # belong to a certificate that ends


def test_every_procedure_belongs_to_an_option_a_check_or_every_upgrade(knowledge):
    named = {name for option in knowledge.options.values() for name in option.procedures}
    named |= {name for check in knowledge.checks.values() for name in check.procedures}
    named |= {
        procedure.id
        for procedure in knowledge.procedures.values()
        if procedure.with_upgrade or procedure.nodes in RENEWALS
    }
    assert set(knowledge.procedures) == named


def test_every_reason_has_a_sentence_and_a_hint(knowledge):
    assert set(knowledge.reasons) == {reason.value for reason in Reason}
    for reason in knowledge.reasons.values():
        assert reason.sentence
        assert reason.hint


def test_every_gadget_lives_on_web_servers_of_its_own_roles(knowledge):
    assert tuple(knowledge.gadgets) == GADGETS
    for gadget in knowledge.gadgets.values():
        for name in gadget.web_servers:
            assert knowledge.web_servers[name].roles == gadget.roles
            assert knowledge.web_servers[name].agent_facing
        for name in gadget.also:
            assert set(knowledge.web_servers[name].roles).isdisjoint(gadget.roles)
            assert knowledge.web_servers[name].agent_facing


# By Cisco's list of addresses that agents open; 7443 of SocialMiner by the guide of the sister product.
SERVERS_BEHIND = {
    "finesse-desktop": {"finesse-tomcat", "notification", "identity-service"},
    "live-data": {"socketio", "cuic-tomcat", "notification", "uccx-tomcat"},
    "chat-email": {"socialminer-tomcat", "socialminer-openfire", "uccx-tomcat"},
    "socialminer-page": {"socialminer-tomcat"},
}


def test_every_gadget_needs_the_web_servers_that_cisco_has_agents_accept(knowledge):
    assert {one.id: {*one.web_servers, *one.also} for one in knowledge.gadgets.values()} == SERVERS_BEHIND


def test_agents_open_the_platforms_page_on_443_in_every_release(knowledge):
    server = knowledge.web_servers["uccx-tomcat"]
    assert (server.port, server.agents_port, server.accept_path) == (8443, 443, "/appadmin/main")
    assert (server.agents_basis.kind, server.agents_basis.source) == ("documented", "cisco-118855")
    for name in knowledge.releases:
        assert find_in_release(server, name, knowledge).agent_facing


# --- broken files


def test_the_files_are_read_once(knowledge):
    assert load() is load()


def test_a_copy_of_the_files_reads_the_same(folder, knowledge):
    assert read(folder=folder) == knowledge


def test_an_unknown_key_is_named_with_its_file_and_line(folder):
    path = folder / "cops.yaml"
    text = path.read_text(encoding="utf-8").replace("  download:", "  downlod:", 1)
    path.write_text(text, encoding="utf-8")
    line = text.splitlines().index(next(each for each in text.splitlines() if "downlod" in each)) + 1
    said = refused(folder)
    assert f"cops.yaml:{line}: uccx-ecdsa-off.downlod: There is no such key here." in said
    assert "uccx-ecdsa-off.download: is missing." in said


def test_an_unknown_key_deep_inside_an_entry_is_refused(folder):
    changed(folder, "table.yaml", lambda table: table["row-1"]["cells"][0].update(colour="green"))
    assert "row-1.cells[0].colour: There is no such key here." in refused(folder)


def test_a_value_outside_its_list_is_refused(folder):
    changed(folder, "releases.yaml", lambda content: content["11.5(1)"].update(era="golden"))
    assert (
        '11.5(1).era: "golden" is not known here. Choose from none, automatic, removed, opt-in.'
        in refused(folder)
    )


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (
            "gadgets.yaml",
            lambda c: c["live-data"].update(web_servers=["teapot"]),
            "live-data.web_servers[0]: names teapot",
        ),
        ("options.yaml", lambda c: c["ec-ca"].update(procedures=["pray"]), "ec-ca.procedures[0]: names pray"),
        ("options.yaml", lambda c: c["uccx-cop"].update(installs=["x"]), "uccx-cop.installs[0]: names x"),
        ("table.yaml", lambda c: c["row-1"].update(releases=["9.9"]), "row-1.releases[0]: names 9.9"),
        (
            "table.yaml",
            lambda c: c["row-2"]["advice"][0].update(option="luck"),
            "row-2.advice[0].option: names luck",
        ),
        ("table.yaml", lambda c: c["row-3"]["cells"].pop(), "row-3.cells: are not one for each column"),
        (
            "table.yaml",
            lambda c: c["row-3"]["experience"].pop(),
            "row-3.experience: is not one for each gadget",
        ),
        ("reasons.yaml", lambda c: c.pop("refused"), "refused: is a reason without a text"),
        ("reasons.yaml", lambda c: c.update(tired=c["reset"]), "tired: is no reason"),
        ("reasons.yaml", lambda c: c["reset"]["cases"][0].update(when={}), "cases[0].when: asks for nothing"),
        (
            "reasons.yaml",
            lambda c: c["reset"]["cases"][0].update(sentence="In {version}."),
            "cases[0].sentence: has the field {version}, which nothing fills",
        ),
        ("reasons.yaml", lambda c: c["reset"].update(sentence="{x}"), "reset.sentence: has a field"),
        ("checks.yaml", lambda c: c["nodes-alike"].update(basis={"kind": "inferred"}), "names no rule"),
        ("checks.yaml", lambda c: c["nodes-alike"].update(basis={"kind": "documented"}), "names no source"),
        ("checks.yaml", lambda c: c["nodes-alike"]["basis"].update(rule="mood"), "basis.rule: names mood"),
        ("faq.yaml", lambda c: c["all-ecdsa"]["basis"].update(source="rumour"), "basis.source: names rumour"),
        ("web_servers.yaml", lambda c: c["cuic-tomcat"].pop("like_basis"), "has like without like_basis"),
        ("releases.yaml", lambda c: c["11.5(1)"].update(order=130), "11.5(1).order: is given twice"),
        ("releases.yaml", lambda c: c["11.5(1)"].update(aliases=["15.0"]), "can be written 15.0"),
        (
            "upgrades.yaml",
            lambda c: c["uccx-to-11.5(1)"]["starts"][0].update(release="14.0"),
            "starts[0].release: names 14.0",
        ),
        (
            "upgrades.yaml",
            lambda c: c["uccx-to-11.5(1)"]["starts"][0].update(release="11.5(1)"),
            "starts[0]: is not older than 11.5(1)",
        ),
        (
            "upgrades.yaml",
            lambda c: c["uccx-to-11.5(1)"]["starts"].append({"release": "11.0(1)"}),
            "starts[0]: is given twice",
        ),
        ("upgrades.yaml", lambda c: c["uccx-to-12.5(1)SU2"].pop("cops_basis"), "their basis is missing"),
        (
            "upgrades.yaml",
            lambda c: c["uccx-to-12.5(1)SU2"].pop("first_basis"),
            "has first without first_basis",
        ),
    ],
)
def test_what_does_not_fit_together_is_named_with_file_and_entry(folder, name, change, said):
    changed(folder, name, change)
    message = refused(folder)
    assert message.startswith(name)
    assert said in message


def test_all_mistakes_are_named_at_once(folder):
    changed(folder, "gadgets.yaml", lambda c: c["live-data"].update(web_servers=["teapot"]))
    changed(folder, "options.yaml", lambda c: c["ec-ca"].update(procedures=["pray"]))
    said = refused(folder)
    assert "teapot" in said
    assert "pray" in said


def test_a_key_given_twice_is_refused_instead_of_lost(folder):
    path = folder / "defects.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nCSCvb58580: {}\n", encoding="utf-8")
    assert "CSCvb58580: stands here again" in refused(folder)


@pytest.mark.parametrize("text", ["", "- a list", "csr: 5", "1: {}", "csr: {id: csr}"])
def test_a_file_without_entries_is_refused(folder, text):
    (folder / "procedures.yaml").write_text(text, encoding="utf-8")
    assert refused(folder).startswith("procedures.yaml")


@pytest.mark.parametrize(
    "content", [b"csr: [", b"\x00", b"\xff\xfe\xfa", b"csr: !!python/object:os.system {}"]
)
def test_a_file_that_is_no_yaml_is_refused(folder, content):
    (folder / "procedures.yaml").write_bytes(content)
    assert refused(folder).startswith("procedures.yaml")


def test_a_missing_file_is_named(folder):
    (folder / "faq.yaml").unlink()
    assert "faq.yaml: does not exist." in refused(folder)


def test_one_word_is_translated_where_it_is_a_text_and_kept_where_it_is_a_name():
    with use_language("de"):
        german = load()
    assert (german.procedures["restart"].title, german.procedures["restart"].who) == ("Neustart", "Techniker")
    assert german.procedures["restart"].basis.kind == load().procedures["restart"].basis.kind
    assert [one.outcome for one in german.rows["row-3"].experience] == ["works"] * 4
