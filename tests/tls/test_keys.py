"""Key shares: both sides get the same secret, in every group."""

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey, MLKEM1024PublicKey

from certlib.tls import OFFERS, Keys, keys
from certlib.tls.keys import compute_ffdhe_prime, compute_salt
from certlib.tls.names import GROUPS

PLAIN = [23, 24, 25, 29, 30, 31, 32, 33, 256, 257, 258, 259, 260]


@pytest.mark.parametrize("group", PLAIN, ids=GROUPS.get)
def test_two_sides_agree(group):
    one, other = Keys(), Keys()
    shared = one.agree(group=group, peer=other.public(group))
    assert shared == other.agree(group=group, peer=one.public(group))
    assert shared


def test_a_hybrid_of_x25519_starts_with_ml_kem():
    one, other = Keys(), Keys()
    public = one.public(0x11EC)
    secret, sealed = MLKEM768PublicKey.from_public_bytes(public[:1184]).encapsulate()
    shared = one.agree(group=0x11EC, peer=sealed + other.public(29))
    assert (len(public), shared[:32]) == (1216, secret)
    assert len(shared) == 64


@pytest.mark.parametrize(
    ("group", "curve", "point", "kem"),
    [(0x11EB, 23, 65, MLKEM768PublicKey), (0x11ED, 24, 97, MLKEM1024PublicKey)],
)
def test_a_hybrid_of_a_nist_curve_starts_with_the_curve(group, curve, point, kem):
    one, other = Keys(), Keys()
    public = one.public(group)
    secret, sealed = kem.from_public_bytes(public[point:]).encapsulate()
    shared = one.agree(group=group, peer=other.public(curve) + sealed)
    assert shared.endswith(secret)
    assert len(shared) == len(secret) + point // 2


def test_the_same_share_serves_the_whole_run():
    one = Keys()
    assert one.public(29) == one.public(29)
    assert one.shares((29, 23)) == ((29, one.public(29)), (23, one.public(23)))


@pytest.mark.parametrize("group", [*PLAIN, 0x11EB, 0x11EC, 0x11ED], ids=GROUPS.get)
@pytest.mark.parametrize("peer", [b"", b"\x00", bytes(32), bytes(256), b"\xff" * 1119, b"\x04" + bytes(64)])
def test_what_is_no_share_of_the_group_is_refused(group, peer):
    with pytest.raises(ValueError):  # noqa: PT011 - nothing else is promised
        Keys().agree(group=group, peer=peer)


def test_a_group_that_is_not_known_has_no_share():
    assert Keys().public(1) is None
    with pytest.raises(ValueError, match="1"):
        Keys().agree(group=1, peer=b"")


def test_a_group_that_the_library_lacks_is_not_offered(monkeypatch):
    def missing():
        raise UnsupportedAlgorithm("no ML-KEM")

    monkeypatch.setattr(keys.MLKEM768PrivateKey, "generate", missing, raising=False)
    offer = Keys().able(OFFERS["browser"])
    assert offer.groups == (29, 23, 24)
    assert offer.key_shares == (29,)


def test_the_fields_of_rfc_7919_have_their_known_ends():
    # The primes' last 64 bits before the final run of ones, and the first after it (RFC 7919, appendix A).
    for bits, tail in ((2048, "886b423861285c97"), (3072, "25e41d2b66c62e37"), (8192, "d68c8bb7c5c6424c")):
        prime = compute_ffdhe_prime(bits)
        assert prime.bit_length() == bits
        assert f"{prime:x}".endswith(tail + "f" * 16)
        assert pow(2, prime - 1, prime) == 1


def test_the_salt_of_the_handshake_secret_is_that_of_rfc_8448():
    assert compute_salt("sha256").hex() == "6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba"


def test_a_curve_that_the_library_lacks_has_no_share(monkeypatch):
    def missing(_):
        raise UnsupportedAlgorithm("no brainpool")

    monkeypatch.setattr(ec, "generate_private_key", missing)
    assert Keys().public(31) is None
