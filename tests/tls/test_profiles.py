"""A client profile is read as an offer, or every mistake in it is told with its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certlib.errors import InvalidInput
from certlib.tls import Grab, Keys, read_profile, read_profiles
from certlib.tls.names import GROUPS
from servers import nginx
from tls import made
from tls.conversation import ask

JAVA_8 = """\
id: java8
title: a Java 8 client
versions: [TLS 1.2, TLS 1.1]
suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "0x00FF"]
groups: [secp256r1, secp384r1]
signature_algorithms: [rsa_pkcs1_sha256]
extensions: [extended_master_secret]
"""
MODERN = JAVA_8 + "key_shares: [secp256r1]\nalpn: [h2, http/1.1]\ngrease: true\nkey: rsa\n"


@pytest.fixture
def read(tmp_path):
    def read(text: str):
        path = tmp_path / "client.yaml"
        path.write_text(text, encoding="utf-8")
        return read_profile(path)

    return read


def mistakes(read, text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(InvalidInput) as caught:
        read(text)
    assert all(problem.instead for problem in caught.value.problems)
    return [(problem.line, problem.key, problem.wrong) for problem in caught.value.problems]


def test_a_profile_is_an_offer_in_its_own_order(read):
    offer = read(JAVA_8)
    assert (offer.id, offer.title, offer.key) == ("java8", "a Java 8 client", None)
    assert offer.versions == (0x0303, 0x0302)
    assert offer.suites == (0xC02F, 0x00FF)
    assert offer.groups == (23, 24)
    assert offer.signature_algorithms == (0x0401,)
    assert offer.extras == ((23, b""),)
    assert not offer.grease


def test_a_profile_of_tls_1_3_names_its_key_shares(read):
    offer = read(MODERN.replace("TLS 1.1", "TLS 1.3"))
    assert (offer.key_shares, offer.alpn, offer.grease, offer.key) == ((23,), ("h2", "http/1.1"), True, "rsa")


def test_a_profile_is_asked_like_any_offer(read):
    with nginx(made.OF_RSA, made.OF_EC) as where:
        answer = ask(where, read(JAVA_8))
    assert answer.chain[0] == made.OF_RSA.der
    assert (answer.version, answer.group, answer.signature_algorithm) == (
        "TLS 1.2",
        "secp256r1",
        "rsa_pkcs1_sha256",
    )


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("id: java8", "id: browser", (1, "id", "is taken.")),
        ("id: java8", "id: ecdsa-java8", (1, "id", "is taken.")),
        ("id: java8", "id: ../x", (1, "id", "is no identifier.")),
        ("title: a Java 8 client", "title: [1]", (2, "title", "is no title.")),
        ("title: a Java 8 client\n", "", (None, "title", "is missing.")),
        ("TLS 1.1", "TLS 9", (3, "versions", "holds a name that is not known.")),
        ("TLS 1.1", "TLS 1.2", (3, "versions", "holds a name twice.")),
        ("[TLS 1.2, TLS 1.1]", "TLS 1.2", (3, "versions", "is no list.")),
        ("secp384r1", "P-384", (5, "groups", "holds a name that is not known.")),
        ("extended_master_secret", "ems", (7, "extensions", "holds an extension that is not known.")),
        ("extensions:", "extras:", (7, "extras", "is not known.")),
        ("extensions: [extended_master_secret]", "grease: 1", (7, "grease", "is neither true nor false.")),
        ("extensions: [extended_master_secret]", "key: dsa", (7, "key", "is no kind of key.")),
        ("extensions: [extended_master_secret]", "alpn: [ü]", (7, "alpn", "holds what is no protocol.")),
        (
            "extensions: [extended_master_secret]",
            "key_shares: [secp256r1]",
            (7, "key_shares", "is for TLS 1.3."),
        ),
        ("TLS 1.1", "TLS 1.3", (None, "key_shares", "is missing.")),
        ("title: a", "title: [a", (3, "", "This is not YAML: did not find expected ',' or ']'.")),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(read, old, new, mistake):
    assert old in JAVA_8
    assert mistake in mistakes(read, JAVA_8.replace(old, new, 1))


def test_a_key_share_must_be_among_the_groups(read):
    text = MODERN.replace("TLS 1.1", "TLS 1.3").replace("key_shares: [secp256r1]", "key_shares: [x25519]")
    assert mistakes(read, text) == [(8, "key_shares", "holds a group that is not among groups.")]


def test_the_largest_profile_fits_into_one_record(read):
    everything = "\n".join(
        [
            *("id: large", "title: large", "versions: [TLS 1.3, TLS 1.2]", "grease: true"),
            f"suites: {json.dumps([f'0x{number:04X}' for number in range(300)])}",
            f"groups: {json.dumps(list(GROUPS.values()))}",
            f"key_shares: {json.dumps(list(GROUPS.values()))}",
            f"signature_algorithms: {json.dumps([f'0x{number:04X}' for number in range(300)])}",
            f"signature_algorithms_cert: {json.dumps([f'0x{number:04X}' for number in range(300)])}",
            f"alpn: {json.dumps([str(number) * 80 for number in range(1, 10)])}",
        ]
    )
    hello = Grab(offer=read(everything), server_name="x" * 255, keys=Keys()).start()
    assert 5 + int.from_bytes(hello[3:5], "big") == len(hello) <= 5 + 16_384


def test_every_mistake_is_told_at_once(read):
    text = JAVA_8.replace("java8", "Java 8").replace("TLS 1.1", "TLS 9").replace("secp384r1", "P-384")
    assert [line for line, _, _ in mistakes(read, text)] == [1, 3, 5]


@pytest.mark.parametrize("text", ["", "- a\n", "word", "a: " + "[" * 5_000, "x" * 70_000, "&a [*a]"])
def test_a_file_that_is_no_profile_is_refused(read, text):
    assert mistakes(read, text)


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (f"{JAVA_8}id: java9\n".encode(), (8, "id", "stands here again; it stands in line 1 already.")),
        (
            JAVA_8.replace("title: a", "title: !!str a").encode(),
            (2, "title", 'has the tag "tag:yaml.org,2002:str".'),
        ),
        (JAVA_8.replace("title: a", "title: &name a").encode(), (2, "title", 'sets the anchor "name".')),
        (JAVA_8.encode("utf-16"), (None, "", "The encoding is UTF-16, not UTF-8.")),
        (b"\xff\n", (1, "", "The encoding is not UTF-8: byte 0xFF can't stand here.")),
    ],
)
def test_a_profile_is_read_as_an_inventory_is(tmp_path, content, mistake):
    path = tmp_path / "client.yaml"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        read_profile(path)
    ((problem),) = caught.value.problems
    assert (problem.line, problem.key, problem.wrong) == mistake


def test_a_number_stands_with_quotes_or_without(read):
    assert read(JAVA_8.replace('"0x00FF"', "0x00FF")) == read(JAVA_8)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InvalidInput, match="does not exist"):
        read_profile(tmp_path / "none.yaml")


@given(st.text(max_size=200))
def test_any_text_is_an_offer_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("profile") / "client.yaml"
    path.write_text(JAVA_8 + text, encoding="utf-8", errors="replace")
    try:
        offer = read_profile(path)
    except InvalidInput:
        return
    Grab(offer=offer, server_name=None, keys=Keys()).start()


def test_profiles_stand_by_their_ids_and_none_takes_the_place_of_another(tmp_path):
    first, second, again = (tmp_path / f"{name}.yaml" for name in ("first", "second", "again"))
    first.write_text(JAVA_8)
    second.write_text(JAVA_8.replace("java8", "java8-old"))
    again.write_text(JAVA_8)
    assert list(read_profiles([first, second])) == ["java8", "java8-old"]
    assert read_profiles([]) == {}
    with pytest.raises(InvalidInput, match=r"again\.yaml: id: java8 is the id of another profile"):
        read_profiles([first, second, again])
