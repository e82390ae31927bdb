"""The kind of a key is read from any certificate's frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certlib.tls import read_key_type
from certs import ca, leaf, self_signed

LEAF = leaf(ca("Example RSA root", "rsa"), "ec").der


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("rsa", "rsa"),
        ("ec", "ec"),
        ("ec521", "ec"),
        ("secp256k1", "ec"),
        ("brainpool", "ec"),
        ("ed25519", "ed25519"),
        ("dsa", "dsa"),
    ],
)
def test_the_key_decides_never_the_signature(key, kind):
    for root in (ca("Example RSA root", "rsa"), ca("Example EC root", "ec")):
        assert read_key_type(leaf(root, key).der) == kind


def test_a_key_of_an_algorithm_without_a_name_is_other():
    identifier = bytes.fromhex("06072a8648ce3d0201")  # ecPublicKey
    assert read_key_type(LEAF.replace(identifier, bytes.fromhex("06072a8648ce3d0209"), 1)) == "other"


def test_an_rsa_key_for_pss_alone_is_rsa():
    plain = self_signed("rsa").der
    at = plain.rindex(bytes.fromhex("2a864886f70d010101"))
    assert read_key_type(plain[: at + 8] + b"\x0a" + plain[at + 9 :]) == "rsa"


@pytest.mark.parametrize("der", [b"", b"\x30", b"garbage", b"\x30\x80" + bytes(50), b"0" * 5_000, LEAF[:200]])
def test_bytes_that_are_no_certificate_have_no_key(der):
    assert read_key_type(der) is None


@given(st.integers(0, len(LEAF) - 1), st.integers(0, 255))
def test_one_changed_byte_never_raises(at, byte):
    assert read_key_type(LEAF[:at] + bytes((byte,)) + LEAF[at + 1 :]) in {"ec", "other", None}


@given(st.binary(max_size=200))
def test_any_bytes_never_raise(der):
    assert read_key_type(der) is None or isinstance(read_key_type(der), str)
