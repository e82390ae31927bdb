"""Evidence and assessment as DataFrames: fixed columns, plain values."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from certlib import assess, frames, x509
from certlib.assess import Assessment
from certlib.evidence import Evidence
from certlib.reasons import Reason
from loopback import site

OF_EVIDENCE = {
    "presentations": frames.PRESENTATIONS,
    "certificates": frames.CERTIFICATES,
    "signers": frames.SIGNERS,
    "expiry": frames.EXPIRY,
    "expiry_by_node": frames.EXPIRY_BY_NODE,
}
OF_ASSESSMENT = {
    "matrix": frames.MATRIX,
    "site_matrix": frames.SITE_MATRIX,
    "experiences": frames.EXPERIENCES,
    "options": frames.OPTIONS,
    "findings": frames.FINDINGS,
    "runbook": frames.RUNBOOK,
}


@pytest.fixture
def evidence() -> Evidence:
    return site("row-4")[0]


@pytest.fixture
def assessment() -> Assessment:
    return site("row-4")[1]


@pytest.mark.parametrize("question", [*OF_EVIDENCE, *OF_ASSESSMENT])
@pytest.mark.parametrize("preset", ["row-4", "upgrade", "mixed"])
def test_a_question_is_answered_with_rows_in_its_fixed_columns(preset: str, question: str) -> None:
    evidence, assessment = site(preset)
    frame = getattr(frames, question)(evidence if question in OF_EVIDENCE else assessment)
    assert tuple(frame.columns) == (OF_EVIDENCE | OF_ASSESSMENT)[question]
    assert len(frame) > 0


@pytest.mark.parametrize("question", OF_EVIDENCE)
def test_the_columns_are_there_also_when_nothing_was_collected(evidence: Evidence, question: str) -> None:
    frame = getattr(frames, question)(replace(evidence, presentations=(), certificates={}))
    assert tuple(frame.columns) == OF_EVIDENCE[question]
    assert len(frame) == 0


@pytest.mark.parametrize("question", OF_ASSESSMENT)
def test_the_columns_are_there_also_for_an_assessment_that_says_nothing(
    assessment: Assessment, question: str
) -> None:
    now = replace(assessment.now, endpoints=(), nodes=(), experiences=())
    nothing = replace(
        assessment, scenarios=(now,), base=None, hops=(), options=(), findings=(), reissues=(), stale={},
        certificates={},
    )  # fmt: skip
    frame = getattr(frames, question)(nothing)
    assert tuple(frame.columns) == OF_ASSESSMENT[question]
    assert len(frame) == 0


# The matrix.


def test_the_matrix_has_one_row_for_each_web_server_and_what_each_offer_got(assessment: Assessment) -> None:
    frame = frames.matrix(assessment)
    assert len(frame) == 12
    (row,) = frame[frame.web_server.str.contains("SocketIO")].head(1).to_dict("records")
    assert row["node"] == "uccx1.northwind.example"
    assert row["port"] > 0
    assert [row[column] for column in frames.OFFERS] == [
        "ECDSA · self-signed",
        "RSA · CA-signed",
        "ECDSA · self-signed",
    ]
    assert (row["expected_now"], row["agrees"]) == ("ECDSA · self-signed", "yes")
    assert "table row 4" in row["basis_now"]
    assert (row["after_upgrade"], row["after_recommended"]) == ("", "ECDSA · signed by an EC CA")


def test_the_matrix_of_one_node_has_its_rows_alone(assessment: Assessment) -> None:
    frame = frames.matrix(assessment, node="socialminer.northwind.example")
    assert list(frame.node) == ["socialminer.northwind.example"] * 2
    assert len(frames.matrix(assessment, node="nobody")) == 0


def test_a_server_that_gave_nothing_is_a_row_with_its_reason() -> None:
    frame = frames.matrix(site("mixed")[1], node="socialminer.northwind.example")
    assert len(frame) == 2
    for answer in frame.browser_gets:
        assert "handshake_failure" in answer
    assert set(frame.agrees) == {"no"}


def test_the_matrix_of_the_site_names_the_nodes_where_they_differ() -> None:
    frame = frames.site_matrix(site("mixed")[1])
    assert len(frame) == 7
    (live_data,) = frame[frame.web_server.str.contains("SocketIO")].to_dict("records")
    assert live_data["nodes"] == 2
    assert live_data["browser_gets"] == (
        "ECDSA · signed by an EC CA (uccx1.northwind.example); ECDSA · self-signed (uccx2.northwind.example)"
    )
    assert live_data["rsa_offer_gets"] == "RSA · CA-signed"


# What was collected.


def test_every_question_asked_is_a_row_answered_or_not(evidence: Evidence) -> None:
    frame = frames.presentations(evidence)
    assert len(frame) == len(evidence.presentations)
    assert set(frame.offer) >= {"browser", "rsa", "ecdsa"}
    unanswered = frame[frame.reason.notna()]
    assert 0 < len(unanswered) < len(frame)
    assert set(unanswered.reason) <= {reason.value for reason in Reason}
    assert set(unanswered.chain_length) == {0}
    assert set(frame[frame.reason.isna()].chain_length) & {1, 2}


def test_who_signed_what_names_the_issuer_or_the_server_itself(evidence: Evidence) -> None:
    frame = frames.signers(evidence)
    assert list(frame.issuer) == sorted(frame.issuer)
    own = frame[frame.kind == "self-signed"]
    assert set(own.issuer) == {"itself"}
    assert set(frame[frame.kind == "rsa-ca"].issuer) != {"itself"}
    assert own.presented_by.str.contains("/socketio").any()


def test_what_expires_next_comes_first_and_days_are_counted_from_the_day_asked_for(
    evidence: Evidence,
) -> None:
    frame = frames.expiry(evidence)
    assert list(frame.not_after) == sorted(frame.not_after)
    first = frame.iloc[0]
    assert first.days_left == (first.not_after.date() - evidence.collected.date()).days
    later = frames.expiry(evidence, on=evidence.collected.date() + timedelta(days=10))
    assert list(frame.days_left - later.days_left) == [10] * len(frame)


def test_the_end_of_a_far_future_certificate_is_no_error(evidence: Evidence) -> None:
    (sha256, *_) = evidence.certificates
    far = replace(evidence.certificates[sha256], not_after=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    frame = frames.expiry(replace(evidence, certificates=evidence.certificates | {sha256: far}))
    assert frame.iloc[-1].sha256 == sha256
    assert frame.iloc[-1].days_left > 2_900_000
    assert frames.expiry(evidence, on=date(1, 1, 1)).days_left.min() > 700_000


def test_an_unreadable_certificate_is_a_row_without_dates(evidence: Evidence) -> None:
    broken = x509.read(b"\x30\x03\x02\x01\x01")
    frame = frames.expiry(replace(evidence, certificates={**evidence.certificates, broken.sha256: broken}))
    assert frame.iloc[-1].sha256 == broken.sha256
    assert pd.isna(frame.iloc[-1].not_after)
    assert pd.isna(frame.iloc[-1].days_left)
    assert "unreadable" in frame.iloc[-1].subject


def test_what_expires_on_a_node_is_told_for_its_leaves_and_for_what_came_with_them(
    evidence: Evidence,
) -> None:
    (root, *_) = [one for one in evidence.certificates.values() if one.kind == "self-signed"]
    sent = tuple(
        replace(one, chain=(one.leaf, root.sha256)) if one.leaf not in (None, root.sha256) else one
        for one in evidence.presentations
    )
    frame = frames.expiry_by_node(replace(evidence, presentations=sent))
    assert list(dict.fromkeys(frame.node)) == [node.name for node in evidence.site.nodes]
    for _, rows in frame.groupby("node"):
        assert list(rows.not_after) == sorted(rows.not_after)
        assert rows.sha256.is_unique
        assert root.sha256 in set(rows.sha256)
    (as_leaf, *behind) = [row for row in frame.to_dict("records") if row["sha256"] == root.sha256]
    assert (as_leaf["sent_as"], as_leaf["web_servers"]) == ("leaf", "UCCX SocketIO (Live Data)")
    assert {row["sent_as"] for row in behind} == {"chain"}


@pytest.mark.parametrize(
    ("planned", "counted"),
    [(None, "collected"), (date(2000, 1, 1), "collected"), (date(2999, 1, 1), "planned")],
)
def test_the_day_that_counts_is_the_planned_one_unless_it_is_past(
    evidence: Evidence, planned: date | None, counted: str
) -> None:
    moved = replace(evidence, site=replace(evidence.site, upgrade_date=planned))
    day = planned if counted == "planned" else evidence.collected.date()
    assert frames.find_day_that_counts(moved) == day
    ends, days_left = frames.expiry_by_node(moved)[["not_after", "days_left"]].iloc[0]
    assert days_left == (ends.date() - day).days


# What it means.


def test_what_a_cop_changes_is_told_for_each_web_server(assessment: Assessment) -> None:
    frame = frames.changes(assessment, "both-cops")
    assert tuple(frame.columns) == frames.CHANGES
    assert len(frame) == 12
    changed = frame[frame.changes == "yes"]
    assert set(changed.before) == {"ECDSA · self-signed"}
    assert set(changed.after) == {"RSA · CA-signed"}
    assert list(changed.node) == [
        "uccx1.northwind.example",
        "uccx2.northwind.example",
        "socialminer.northwind.example",
    ]
    same = frame[frame.changes == "no"]
    assert list(same.before) == list(same.after)


def test_before_an_option_is_the_state_after_the_planned_upgrade() -> None:
    frame = frames.changes(site("upgrade")[1], "uccx-cop")
    changed = frame[frame.changes == "yes"]
    assert set(changed.before) == {"ECDSA · self-signed"}
    assert len(changed) == 2


def test_an_option_that_is_not_known_is_told_with_those_that_are(assessment: Assessment) -> None:
    with pytest.raises(ValueError, match=r"^magic: there is no such option; .* apply here: .*ec-ca"):
        frames.changes(assessment, "magic")


def test_an_option_that_does_not_apply_says_why(assessment: Assessment) -> None:
    (cannot, *_) = [one for one in assessment.options if not one.applies]
    with pytest.raises(ValueError, match=cannot.option) as caught:
        frames.changes(assessment, cannot.option)
    assert cannot.why_not
    assert cannot.why_not in str(caught.value)


def test_every_option_stands_beside_its_experiences_and_one_that_does_not_apply_beside_its_reason(
    assessment: Assessment,
) -> None:
    frame = frames.options(assessment)
    assert set(frame.option) == {one.option for one in assessment.options}
    assert set(frame[frame.recommended].option) == set(assessment.recommended)
    cop = frame[frame.option == "both-cops"]
    assert set(cop.outcome) == {"works"}
    cannot = frame[~frame.applies.astype(bool)]
    assert (cannot.why_not != "").all()
    assert cannot.gadget.isna().all()


def test_the_numbers_of_an_option_stand_in_each_of_its_rows_and_nothing_where_it_does_not_apply(
    assessment: Assessment,
) -> None:
    frame = frames.options(assessment)
    signing, cops = frame[frame.option == "ec-ca"], frame[frame.option == "both-cops"]
    assert set(signing.certificates_to_sign) == {3}
    assert set(signing.node_restarts) == {2}
    assert set(cops.cop_files) == {3}
    assert set(cops.node_restarts) == {3}
    assert frame[~frame.applies.astype(bool)].cop_files.isna().all()


def test_experiences_are_told_for_today_for_the_upgrade_and_for_each_option() -> None:
    assessment = site("upgrade")[1]
    frame = frames.experiences(assessment)
    assert list(dict.fromkeys(frame.scenario))[:2] == [one.title for one in assessment.scenarios]
    chrome, firefox = frame[
        (frame.scenario == assessment.scenarios[1].title) & frame.gadget.str.contains("Live Data")
    ].to_dict("records")
    assert (chrome["browser"], chrome["outcome"]) == ("Chrome", "cannot-be-accepted")
    assert "table row 4" in chrome["basis"]
    assert (firefox["browser"], firefox["outcome"], firefox["prompts_per_pc"]) == ("Firefox", "prompt", 2)
    assert "Firefox keeps an exception" in firefox["basis"]


def test_findings_keep_their_order_worst_first(assessment: Assessment) -> None:
    frame = frames.findings(assessment)
    assert list(frame.state) == [one.state for one in assessment.findings]
    assert frame.state.iloc[0] == "blocks"


# What a certificate says stays text.

HOSTILE = "=1+1\u202e\x00<script>\n"
SHOWN = "=1+1\\u{202E}\\u{0000}<script>\\u{000A}"


def test_a_certificates_words_stay_on_one_visible_line(evidence: Evidence) -> None:
    certificates = {
        sha256: replace(one, subject=HOSTILE, issuer=HOSTILE, dns_names=(HOSTILE,) * 25)
        for sha256, one in evidence.certificates.items()
    }
    hostile = replace(evidence, certificates=certificates)
    frame = frames.certificates(hostile)
    assert set(frame.subject) == set(frame.issuer) == {SHOWN}
    assert set(frame.dns_names) == {", ".join([SHOWN] * 20) + " and 5 more"}
    assert set(frames.signers(hostile).subject) == set(frames.expiry(hostile).subject) == {SHOWN}


def test_every_frame_can_be_written_as_csv_and_read_again(assessment: Assessment, evidence: Evidence) -> None:
    for question in (*OF_EVIDENCE, *OF_ASSESSMENT):
        frame = getattr(frames, question)(evidence if question in OF_EVIDENCE else assessment)
        rows = list(csv.reader(frame.to_csv(index=False).splitlines()))
        assert len(rows) == len(frame) + 1


def test_an_assessment_of_other_evidence_has_other_frames(evidence: Evidence) -> None:
    nothing = assess(replace(evidence, presentations=(), certificates={}))
    assert set(frames.matrix(nothing).browser_gets) == {"not asked"}
