"""What we open, joserfc opens to the same bytes; what it refuses, we refuse, however well it was made."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry, decrypt_compact
from joserfc.jwk import ECKey

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.ecdh_es import KEY_BYTES
from openid4vc.jose.jwe import ENC_VALUES, DecryptionKey, EncryptionKey, decrypt_jwe, encrypt_jwe
from openid4vc.jose.keys import PublicKey

KEY = DecryptionKey.generate()
RECIPIENT = EncryptionKey.from_jwk(KEY.jwk("k1"))
SECRET = KEY.private.private_numbers().private_value.to_bytes(32, "big")
THEIR_KEY = ECKey.import_key({**KEY.public.jwk(), "d": base64url.encode(SECRET)})
REGISTRY = JWERegistry(algorithms=["ECDH-ES", *ENC_VALUES], strict_check_header=False)
EPHEMERAL = ec.generate_private_key(ec.SECP256R1())
EPK = PublicKey(EPHEMERAL.public_key()).jwk()
PARTIES = st.none() | st.binary(max_size=40)


def _ours(compact, kid="k1"):
    try:
        return decrypt_jwe(compact, key=KEY, expected_kid=kid)
    except (CheckFailed, Malformed):
        return None


def _theirs(compact):
    """Its plaintext, or None; over a curve it does not know it stumbles, which is no opening either."""
    try:
        return decrypt_compact(compact, THEIR_KEY, registry=REGISTRY).plaintext or b""
    except (JoseError, ValueError, TypeError, LookupError):
        return None


def _sealed(header, plaintext, *, info=None):
    """Made by hand for whatever header, as far as one can be obeyed; the derivation is written out."""
    enc = header.get("enc") if header.get("enc") in ENC_VALUES else "A256GCM"
    size = KEY_BYTES[enc]
    parties = [_party(header.get(name)) for name in ("apu", "apv")]
    said = [enc.encode(), *parties] if info is None else info
    text = b"".join(len(one).to_bytes(4, "big") + one for one in said) + (size * 8).to_bytes(4, "big")
    shared = EPHEMERAL.exchange(ec.ECDH(), KEY.public.key)
    key = sha256((1).to_bytes(4, "big") + shared + text).digest()[:size]
    protected = base64url.encode(strict_json.dumps(header))
    sealed = AESGCM(key).encrypt(bytes(12), plaintext, protected.encode())
    return ".".join([protected, "", *map(base64url.encode, (bytes(12), sealed[:-16], sealed[-16:]))])


def _party(said):
    try:
        return base64url.decode(said) if isinstance(said, str) else b""
    except Malformed:
        return b""


def _header(**changed):
    header = {"alg": "ECDH-ES", "enc": "A128GCM", "kid": "k1", "epk": EPK, **changed}
    return {name: value for name, value in header.items() if value is not None}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000), st.sampled_from(ENC_VALUES), PARTIES, PARTIES)
def test_a_message_that_the_library_made_is_opened_by_both(plaintext, enc, apu, apv):
    compact = encrypt_jwe(plaintext, recipient=RECIPIENT, enc=enc, apu=apu, apv=apv)

    assert _ours(compact) == _theirs(compact) == plaintext


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(ENC_VALUES), PARTIES, PARTIES)
def test_a_message_that_was_made_by_hand_is_opened_by_both(plaintext, enc, apu, apv):
    parties = {name: base64url.encode(value) for name, value in (("apu", apu), ("apv", apv)) if value}
    compact = _sealed(_header(enc=enc, **parties), plaintext)

    assert _ours(compact) == _theirs(compact) == plaintext


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_changed_character_is_refused_by_both(data):
    compact = encrypt_jwe(b"x" * 40, recipient=RECIPIENT, enc="A128GCM", apu=b"Alice")
    at = data.draw(st.integers(0, len(compact) - 1))
    character = data.draw(st.sampled_from("AQgwZz09-_.=+/ "))
    assume(character != compact[at])
    changed = compact[:at] + character + compact[at + 1 :]

    assert _ours(changed) is None
    # The library does not look at the last bits of base64, so that another spelling may pass there.
    assert _theirs(changed) in (None, b"x" * 40)


SPOILT = {
    "another algorithm": {"alg": "ECDH-ES+A128KW"},
    "no algorithm": {"alg": None},
    "an unknown cipher": {"enc": "A128CBC-HS256"},
    "no cipher": {"enc": None},
    "a cipher in a list": {"enc": ["A128GCM"]},
    "an extension": {"crit": ["x"], "x": 1},
    "compressed": {"zip": "DEF"},
    "a name that is no text": {"kid": 7},
    "a type that is no text": {"typ": 7},
    "a content type that is no text": {"cty": ["json"]},
    "a set of keys that is no text": {"jku": 7},
    "a key that is no object": {"jwk": "key"},
    "a chain that is no list": {"x5c": "MIIB"},
    "a thumbprint that is no text": {"x5t": 7},
    "another thumbprint that is no text": {"x5t#S256": {}},
    "an address that is no text": {"x5u": 7},
    "a party that is no text": {"apu": 7},
    "another party that is no text": {"apv": ["QQ"]},
    "no ephemeral key": {"epk": None},
    "an ephemeral key that is text": {"epk": "key"},
    "an ephemeral key without a point": {"epk": {"kty": "EC", "crv": "P-256"}},
    "a point off the curve": {"epk": {**EPK, "y": EPK["x"]}},
    "the point of zeroes": {"epk": {**EPK, "x": "A" * 43, "y": "A" * 43}},
    "a point on another curve": {"epk": {**EPK, "crv": "P-384"}},
}


@pytest.mark.threat("296")
@pytest.mark.parametrize("changed", SPOILT.values(), ids=SPOILT.keys())
def test_a_well_made_message_with_a_bad_header_is_refused_by_both(changed):
    compact = _sealed(_header(**changed), b"{}")

    assert _ours(_sealed(_header(), b"{}")) == b"{}"
    assert (_ours(compact), _theirs(compact)) == (None, None)


def test_a_name_of_nothing_is_not_a_missing_name():
    spoilt = {**_header(), "kid": None}

    assert _ours(_sealed(spoilt, b"{}"), kid=None) is None
    assert _theirs(_sealed(spoilt, b"{}")) is None
    assert _ours(_sealed(_header(kid=None), b"{}"), kid=None) == b"{}"


@pytest.mark.parametrize(
    "info",
    [
        [b"A256GCM", b"", b""],
        [b"ECDH-ES", b"", b""],
        [b"A128GCM", b"Bob", b"Alice"],
        [b"A128GCM", b"AliceBob", b""],
        [b"A128GCM", b"Alice"],
    ],
    ids=str,
)
def test_another_derivation_is_refused_by_both(info):
    parties = {"apu": base64url.encode(b"Alice"), "apv": base64url.encode(b"Bob")}
    compact = _sealed(_header(**parties), b"{}", info=info)

    assert _ours(_sealed(_header(**parties), b"{}")) == b"{}"
    assert (_ours(compact), _theirs(compact)) == (None, None)


values = st.none() | st.integers() | st.text(max_size=8) | st.lists(st.text(max_size=3), max_size=2)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["alg", "enc", "kid", "typ", "cty", "apu", "apv", "x"]), values),
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "y"]), values),
)
@example({}, {})
@example({"typ": "JWT", "cty": "json", "x": 1}, {})
def test_whatever_the_header_says_we_open_no_more_than_the_library(changed, epk):
    header = {**_header(), **changed, "epk": {**EPK, **epk}}
    compact = _sealed(header, b"{}")
    ours = _ours(compact, header["kid"] if isinstance(header["kid"], str) else None)

    assert ours in (None, _theirs(compact))
    if changed.keys() <= {"x"} and not epk:
        assert ours == b"{}"
