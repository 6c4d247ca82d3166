"""Encrypted messages: what is not exactly as agreed is refused before any key meets it."""

import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import ECKey, OctKey, RSAKey

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jwe import (
    ENC_VALUES,
    DecryptionKey,
    EncryptionKey,
    decrypt_jwe,
    encrypt_jwe,
    unverified_kid,
)
from openid4vc.jose.keys import SigningKey

KEY = DecryptionKey.generate()
JWK = KEY.jwk("k1")
RECIPIENT = EncryptionKey.from_jwk(JWK)
PLAIN = b'{"vp_token":{}}'


def _made(**options):
    return encrypt_jwe(PLAIN, **{"recipient": RECIPIENT, "enc": "A256GCM", **options})


def _opened(compact, *, key=KEY, expected_kid="k1", **options):
    return decrypt_jwe(compact, key=key, expected_kid=expected_kid, **options)


def _header(compact):
    return strict_json.loads(base64url.decode(compact.partition(".")[0]))


def _with_header(compact, *, without=(), **changed):
    header = {name: value for name, value in {**_header(compact), **changed}.items() if name not in without}
    return f"{base64url.encode(strict_json.dumps(header))}.{compact.partition('.')[2]}"


def _refusal(compact, **options):
    with pytest.raises((CheckFailed, Malformed)) as refused:
        _opened(compact, **options)
    return refused.value.check if isinstance(refused.value, CheckFailed) else "malformed"


@pytest.mark.parametrize("enc", ENC_VALUES)
@pytest.mark.parametrize("size", [0, 1, 15, 100_000])
def test_what_was_encrypted_is_opened(enc, size):
    compact = encrypt_jwe(b"x" * size, recipient=RECIPIENT, enc=enc)

    assert _opened(compact) == b"x" * size
    assert _header(compact)["enc"] == enc


def test_the_header_says_what_is_needed_and_no_more():
    header = _header(_made(cty="json", apu=b"Alice", apv=b"Bob"))

    assert set(header) == {"alg", "enc", "kid", "cty", "apu", "apv", "epk"}
    assert (header["alg"], header["kid"], header["apu"], header["apv"]) == (
        "ECDH-ES",
        "k1",
        "QWxpY2U",
        "Qm9i",
    )
    assert set(header["epk"]) == {"kty", "crv", "x", "y"}
    assert set(_header(_made())) == {"alg", "enc", "kid", "epk"}
    assert "kid" not in _header(_made(recipient=EncryptionKey(KEY.public)))


def test_the_parties_take_part_in_the_key():
    compact = _made(apu=b"Alice", apv=b"Bob")

    assert _opened(compact) == PLAIN
    assert _refusal(_with_header(compact, apu="Qm9i")) == "jwe_decryption"


def test_no_two_messages_share_a_key():
    assert _header(_made())["epk"] != _header(_made())["epk"]


def test_a_key_without_a_name_makes_a_message_without_one():
    compact = _made(recipient=EncryptionKey(KEY.public))

    assert "kid" not in _header(compact)
    assert unverified_kid(compact) is None
    assert _opened(compact, expected_kid=None) == PLAIN


def test_another_cipher_is_not_made():
    with pytest.raises(ValueError, match="neither"):
        _made(enc="A128CBC-HS256")


def test_a_key_survives_storage():
    assert _opened(_made(), key=DecryptionKey.from_der(KEY.to_der())) == PLAIN


def test_a_private_key_does_not_show_itself():
    secret = str(KEY.private.private_numbers().private_value)

    assert secret not in repr(KEY)
    assert "d" not in JWK


def test_a_stored_key_on_another_curve_is_malformed():
    with pytest.raises(Malformed):
        DecryptionKey.from_der(b"x")


def test_a_public_key_is_read():
    assert EncryptionKey(KEY.public, "k1") == RECIPIENT
    assert EncryptionKey.from_jwk({**KEY.public.jwk(), "alg": "ECDH-ES"}).kid is None


@pytest.mark.parametrize("operations", [[], ["deriveKey"], ["deriveBits", "deriveKey"]])
def test_a_public_key_may_say_that_it_agrees_on_keys(operations):
    assert EncryptionKey.from_jwk({**JWK, "key_ops": operations}) == RECIPIENT


@pytest.mark.threat("064")
@pytest.mark.parametrize(
    "jwk",
    [
        {},
        [],
        "key",
        {**JWK, "alg": "ECDH-ES+A128KW"},
        {**JWK, "key_ops": 7},
        {**JWK, "key_ops": {}},
        {**JWK, "key_ops": "deriveKey"},
        {**JWK, "alg": None},
        {name: value for name, value in JWK.items() if name != "alg"},
        {**JWK, "use": "sig"},
        {**JWK, "key_ops": ["verify"]},
        {**JWK, "key_ops": "deriveKey"},
        {**JWK, "crv": "P-384"},
        {**JWK, "kty": "OKP", "crv": "X25519"},
        {**JWK, "kty": "RSA"},
        {**JWK, "kty": "AKP", "alg": "ML-KEM-768"},
        {**JWK, "kid": ""},
        {**JWK, "kid": 7},
        {**JWK, "d": base64url.encode(bytes(32))},
        {**JWK, "x": base64url.encode(bytes(32))},
        {**JWK, "x": JWK["x"] + "="},
    ],
    ids=str,
)
def test_a_key_that_is_not_understood_can_be_skipped(jwk):
    with pytest.raises(Malformed):
        EncryptionKey.from_jwk(jwk)


@pytest.mark.threat("291")
def test_a_message_under_another_name_is_refused():
    assert _refusal(_made(recipient=EncryptionKey(KEY.public, "k2"))) == "jwe_kid"
    assert _refusal(_made(recipient=EncryptionKey(KEY.public))) == "jwe_kid"
    assert _refusal(_made(), expected_kid=None) == "jwe_kid"


def test_a_message_to_somebody_else_is_refused():
    other = EncryptionKey(DecryptionKey.generate().public, "k1")

    assert _refusal(_made(recipient=other)) == "jwe_decryption"


@pytest.mark.threat("293")
@pytest.mark.threat("066")
@pytest.mark.parametrize(
    "alg", ["dir", "A128KW", "RSA1_5", "RSA-OAEP", "ECDH-ES+A128KW", "ecdh-es", "none", "", None, 7]
)
def test_another_algorithm_is_refused(alg):
    assert _refusal(_with_header(_made(), alg=alg)) == "jwe_alg"


@pytest.mark.threat("293")
@pytest.mark.threat("066")
def test_a_password_is_never_stretched():
    started = time.perf_counter()

    refused = _refusal(_with_header(_made(), alg="PBES2-HS256+A128KW", p2c=2**31, p2s="AAAA"))

    assert refused == "jwe_alg"
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    ("alg", "key"),
    [
        ("dir", lambda: OctKey.generate_key(256)),
        ("A128KW", lambda: OctKey.generate_key(128)),
        ("RSA-OAEP", lambda: RSAKey.generate_key(2048)),
        ("ECDH-ES+A128KW", lambda: ECKey.import_key(KEY.public.jwk())),
    ],
    ids=["dir", "A128KW", "RSA-OAEP", "ECDH-ES+A128KW"],
)
def test_a_well_made_message_of_another_algorithm_is_refused(alg, key):
    compact = jwe.encrypt_compact(
        {"alg": alg, "enc": "A256GCM", "kid": "k1"}, PLAIN, key(), algorithms=[alg, "A256GCM"]
    )

    assert _refusal(compact) == "jwe_alg"


@pytest.mark.threat("295")
@pytest.mark.parametrize(
    "enc", ["A128CBC-HS256", "A192GCM", "A256CBC-HS512", "a256gcm", "", None, ["A256GCM"]]
)
def test_another_cipher_is_refused(enc):
    assert _refusal(_with_header(_made(), enc=enc)) == "jwe_enc"


@pytest.mark.threat("295")
def test_a_cipher_that_was_not_offered_is_refused():
    assert _refusal(_made(enc="A128GCM"), allowed_enc=["A256GCM"]) == "jwe_enc"
    assert _refusal(_made(), allowed_enc=[]) == "jwe_enc"


def test_a_cipher_that_only_the_caller_knows_is_refused():
    compact = _with_header(_made(), enc="A128CBC-HS256")

    assert _refusal(compact, allowed_enc=["A128CBC-HS256"]) == "jwe_enc"


@pytest.mark.threat("294")
@pytest.mark.threat("066")
@pytest.mark.parametrize("extension", [{"zip": "DEF"}, {"zip": None}, {"crit": ["x"], "x": 1}, {"crit": []}])
def test_compression_and_extensions_are_refused(extension):
    assert _refusal(_with_header(_made(), **extension)) == "jwe_extension"


@pytest.mark.threat("294")
def test_a_well_made_bomb_is_never_inflated():
    bomb = jwe.encrypt_compact(
        {"alg": "ECDH-ES", "enc": "A256GCM", "kid": "k1", "zip": "DEF"},
        b"0" * 10_000_000,
        ECKey.import_key(KEY.public.jwk()),
        algorithms=["ECDH-ES", "A256GCM", "DEF"],
    )

    assert _refusal(bomb) == "jwe_extension"


@pytest.mark.threat("296")
@pytest.mark.parametrize(
    "epk",
    [
        None,
        "key",
        [],
        {},
        {**KEY.public.jwk(), "x": base64url.encode(bytes(32))},
        {**KEY.public.jwk(), "x": base64url.encode(bytes(32)), "y": base64url.encode(bytes(32))},
        {**KEY.public.jwk(), "x": base64url.encode(b"\xff" * 32)},
        {**KEY.public.jwk(), "x": base64url.encode(bytes(31))},
        {**KEY.public.jwk(), "crv": "P-384"},
        {**KEY.public.jwk(), "crv": "X25519", "kty": "OKP"},
        {**KEY.public.jwk(), "d": base64url.encode(bytes(32))},
    ],
    ids=str,
)
def test_another_kind_of_ephemeral_key_is_refused(epk):
    assert _refusal(_with_header(_made(), epk=epk)) == "jwe_epk"


def test_a_message_without_an_ephemeral_key_is_refused():
    assert _refusal(_with_header(_made(), without=("epk",))) == "jwe_epk"


def test_an_ephemeral_key_on_another_curve_is_refused():
    other = ECKey.import_key(
        jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True)
    )

    assert _refusal(_with_header(_made(), epk=other.as_dict(private=False))) == "jwe_epk"


@pytest.mark.threat("297")
@pytest.mark.parametrize("part", [0, 2, 3, 4])
def test_a_changed_message_is_refused(part):
    parts = _made(apu=b"Alice").split(".")
    parts[part] = ("A" if parts[part][0] != "A" else "B") + parts[part][1:]

    assert _refusal(".".join(parts)) in {"jwe_decryption", "malformed"}


@pytest.mark.threat("297")
def test_a_header_that_was_added_to_is_refused():
    assert _refusal(_with_header(_made(), x=1)) == "jwe_decryption"


@pytest.mark.threat("297")
@pytest.mark.parametrize(
    ("part", "size"), [(1, 16), (2, 0), (2, 11), (2, 16), (4, 0), (4, 4), (4, 15), (4, 17)]
)
def test_a_part_of_another_size_is_refused(part, size):
    parts = _made().split(".")
    parts[part] = base64url.encode((base64url.decode(parts[part]) + bytes(32))[:size])

    assert _refusal(".".join(parts)) == "malformed"


@pytest.mark.threat("297")
@pytest.mark.parametrize(
    "compact",
    [
        "",
        ".",
        "....",
        "a.b.c",
        "é.é.é.é.é",
        _made().rpartition(".")[0],
        _made() + ".",
        _made() + "=",
        " " + _made(),
        _made().replace(".", ",", 1),
        '{"protected":"e30","ciphertext":"AAAA"}',
    ],
    ids=lambda compact: compact[:20],
)
def test_what_is_no_compact_jwe_is_refused(compact):
    assert _refusal(compact) == "malformed"


@pytest.mark.threat("297")
@pytest.mark.parametrize(
    "party", ["A" * 1_000_000, "A=", "é", 7, None, ["AA"]], ids=lambda party: str(party)[:9]
)
def test_doubtful_parties_are_refused(party):
    assert _refusal(_with_header(_made(), apu=party), max_bytes=1 << 22) == "malformed"
    assert _refusal(_with_header(_made(), apv=party), max_bytes=1 << 22) == "malformed"


def test_a_message_that_is_too_long_is_refused_before_it_is_read():
    compact = _made()

    assert _refusal(compact, max_bytes=len(compact) - 1) == "malformed"
    assert _opened(compact, max_bytes=len(compact)) == PLAIN


def test_a_header_with_a_doubled_name_is_refused():
    header = base64url.encode(b'{"alg":"dir","alg":"ECDH-ES"}')

    assert _refusal(f"{header}.{_made().partition('.')[2]}") == "malformed"


def test_the_name_of_the_key_can_be_read_to_find_the_key():
    assert unverified_kid(_made()) == "k1"


@pytest.mark.parametrize("compact", ["", "é", "e30x", base64url.encode(b'{"kid":7}') + "....", "A" * 100_000])
def test_a_name_that_cannot_be_read_is_malformed(compact):
    with pytest.raises(Malformed):
        unverified_kid(compact)


def test_the_key_is_derived_as_in_the_standard():
    # RFC 7518, appendix C: Bob opens what Alice encrypted under the key that the appendix derives.
    bob = SigningKey(
        ec.derive_private_key(
            int.from_bytes(base64url.decode("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"), "big"),
            ec.SECP256R1(),
        )
    )
    header = {
        "alg": "ECDH-ES",
        "enc": "A128GCM",
        "apu": "QWxpY2U",
        "apv": "Qm9i",
        "epk": {
            "kty": "EC",
            "crv": "P-256",
            "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
            "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
        },
    }
    protected = base64url.encode(strict_json.dumps(header))
    sealed = AESGCM(base64url.decode("VqqN6vgjbSBcIijNcacQGg")).encrypt(
        bytes(12), PLAIN, protected.encode("ascii")
    )
    parts = [protected, "", *map(base64url.encode, (bytes(12), sealed[:-16], sealed[-16:]))]

    assert _opened(".".join(parts), key=DecryptionKey(bob.private), expected_kid=None) == PLAIN


anything = (
    st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()) | st.just(KEY.public.jwk())
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["alg", "enc", "kid", "epk", "apu", "apv", "cty", "typ", "x"]), anything),
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "use", "key_ops", "alg", "kid"]), anything),
)
def test_any_header_is_refused_in_words(changed, epk):
    compact = _made()
    changed = {"epk": {**_header(compact)["epk"], **epk}, **changed}
    try:
        opened = _opened(_with_header(compact, **changed))
    except (CheckFailed, Malformed):
        return
    assert opened == PLAIN


def test_a_message_of_nothing_is_opened():
    assert _opened(encrypt_jwe(b"", recipient=RECIPIENT, enc="A128GCM")) == b""


def test_a_header_of_exactly_the_size_is_read(monkeypatch):
    compact = _made()
    size = len(compact.partition(".")[0])

    monkeypatch.setattr("openid4vc.jose.jwe.MAX_HEADER", size)
    assert _opened(compact) == PLAIN

    monkeypatch.setattr("openid4vc.jose.jwe.MAX_HEADER", size - 1)
    with pytest.raises(Malformed):
        _opened(compact)
