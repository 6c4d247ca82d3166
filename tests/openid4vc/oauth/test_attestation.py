"""Client attestations: each check would turn a test red if it went away."""

from datetime import timedelta

import jwt
import pytest

from openid4vc.errors import InvalidClient, InvalidClientAttestation, UseAttestationChallenge
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.oauth.attestation import (
    ATTESTATION_TYP,
    POP_TYP,
    ClientAttestation,
    make_attestation_pop,
    make_client_attestation,
    verify_client_attestation,
)
from tests.openid4vc.jose.authority import NOW, Authority, later, root

SERVER = "https://issuer.example/bank"
WALLET = "https://wallet.example"
PROVIDER = root().signer()
KEY = SigningKey.generate()
OTHER = SigningKey.generate()


def _seconds(moment):
    return int(moment.timestamp())


def _claims(claims, without):
    return {name: value for name, value in claims.items() if name not in without}


def _attestation(*, typ=ATTESTATION_TYP, key=PROVIDER.key, header=None, without=(), **changed):
    claims = {"sub": WALLET, "exp": _seconds(later(hours=12)), "cnf": {"jwk": KEY.public.jwk()}, **changed}
    header = {"x5c": encode_x5c(PROVIDER.chain)} if header is None else header
    return sign_jws(_claims(claims, without), typ=typ, key=key, header=header)


def _pop(*, typ=POP_TYP, key=KEY, header=None, without=(), **changed):
    claims = {"iss": WALLET, "aud": SERVER, "jti": "j1", "iat": _seconds(NOW), **changed}
    return sign_jws(_claims(claims, without), typ=typ, key=key, header=header)


def _verify(attestation=None, pop=None, *, anchors=None, now=NOW, **options):
    return verify_client_attestation(
        ClientAttestation(attestation or _attestation(), pop or _pop()),
        expected_audience=SERVER,
        anchors=(root().certificate,) if anchors is None else anchors,
        now=now,
        **options,
    )


def _is_refused(*jwts, **options):
    with pytest.raises(InvalidClientAttestation) as refused:
        _verify(*jwts, **options)
    return bool(refused.value.public)


def test_a_good_attestation_gives_the_client_its_key_and_what_must_be_spent():
    attestation = make_client_attestation(
        KEY.public,
        client_id=WALLET,
        key=PROVIDER.key,
        chain=PROVIDER.chain,
        exp=later(hours=12),
        iss="https://provider.example",
        iat=NOW,
        wallet_name="Eenmalig",
        status={"status_list": {"idx": 1, "uri": "https://provider.example/1"}},
    )
    pop = make_attestation_pop(KEY, client_id=WALLET, audience=SERVER, iat=NOW, jti="j1", challenge="c1")

    client = _verify(attestation, pop, expected_client_id=WALLET, accepted_challenges={"c1"})

    assert (client.client_id, client.key, client.jti, client.challenge) == (WALLET, KEY.public, "j1", "c1")
    assert client.thumbprint == KEY.public.thumbprint()
    assert client.chain.leaf == PROVIDER.chain[0]
    assert client.claims["wallet_name"] == "Eenmalig"
    assert client.claims["iat"] == _seconds(NOW)
    assert client.claims["status"]["status_list"]["idx"] == 1


def test_nothing_in_what_the_provider_signs_tells_instances_apart_but_the_key():
    attestation = make_client_attestation(
        KEY.public, client_id=WALLET, key=PROVIDER.key, chain=PROVIDER.chain, exp=later(hours=1)
    )

    assert set(strict_json.loads(base64url.decode(attestation.split(".")[1]))) == {"sub", "exp", "cnf"}


@pytest.mark.parametrize("iss", [{}, {"iss": "https://provider.example"}])
def test_the_names_of_the_signers_may_be_absent_or_present(iss):
    assert _verify(_attestation(**iss), _pop(without=("iss",) if not iss else ()))


def test_an_audience_of_exactly_us_may_be_a_list():
    assert _verify(pop=_pop(aud=[SERVER]))


def test_the_headers_are_taken_and_given_alike():
    given = ClientAttestation("a", "p")

    assert given.headers() == {"OAuth-Client-Attestation": "a", "OAuth-Client-Attestation-PoP": "p"}
    assert ClientAttestation.from_headers(["a"], ["p"]) == given


@pytest.mark.threat("026")
def test_without_both_headers_the_client_is_not_authenticated():
    with pytest.raises(InvalidClient):
        ClientAttestation.from_headers([], [])


@pytest.mark.parametrize(
    ("attestations", "pops"), [(["a"], []), ([], ["p"]), (["a", "a"], ["p"]), (["a"], ["p", "p"])]
)
def test_each_header_is_needed_exactly_once(attestations, pops):
    with pytest.raises(InvalidClientAttestation):
        ClientAttestation.from_headers(attestations, pops)


@pytest.mark.threat("027")
def test_an_expired_attestation_is_refused():
    assert _is_refused(_attestation(exp=_seconds(later(minutes=-5))))


@pytest.mark.parametrize(
    "changed", [{"nbf": _seconds(later(hours=1))}, {"iat": _seconds(later(hours=1))}, {"exp": "soon"}]
)
def test_an_attestation_of_another_time_is_refused(changed):
    assert _is_refused(_attestation(**changed))


@pytest.mark.threat("027")
@pytest.mark.parametrize("name", ["sub", "exp", "cnf"])
def test_an_attestation_that_misses_a_claim_is_refused(name):
    assert _is_refused(_attestation(without=(name,)))


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": ""},
        {"sub": 7},
        {"iss": 7},
        {"cnf": {}},
        {"cnf": "key"},
        {"cnf": {"jwk": "key"}},
        {"cnf": {"jwk": KEY.public.jwk() | {"d": "AAAA"}}},
        {"cnf": {"jwk": KEY.public.jwk() | {"kty": "oct", "k": "AAAA"}}},
    ],
)
def test_an_attestation_with_a_faulty_claim_is_refused(changed):
    assert _is_refused(_attestation(**changed))


@pytest.mark.threat("027")
def test_an_attestation_with_a_bad_signature_is_refused():
    assert _is_refused(_attestation(key=OTHER))


@pytest.mark.parametrize("typ", ["JWT", POP_TYP, "key-attestation+jwt"])
def test_an_attestation_of_another_type_is_refused(typ):
    assert _is_refused(_attestation(typ=typ))


def test_an_attestation_of_somebody_we_do_not_trust_is_refused():
    assert _is_refused(anchors=(Authority.root("Other root").certificate,))
    assert _is_refused(anchors=())


def test_an_attestation_whose_signer_has_expired_is_refused():
    late = later(days=200)

    assert _is_refused(_attestation(exp=_seconds(late) + 60), _pop(iat=_seconds(late)), now=late)


@pytest.mark.parametrize(
    "header",
    [{}, {"x5c": []}, {"kid": "1"}, {"jwk": PROVIDER.key.public.jwk()}],
    ids=lambda header: str([*header]),
)
def test_an_attestation_without_its_chain_is_refused(header):
    assert _is_refused(_attestation(header=header))


@pytest.mark.threat("027")
def test_a_proof_by_another_key_is_refused():
    assert _is_refused(pop=_pop(key=OTHER))
    assert _is_refused(pop=_pop(key=OTHER, header={"jwk": OTHER.public.jwk()}))


@pytest.mark.threat("027")
@pytest.mark.parametrize(
    "audience", [SERVER + "/token", SERVER + "/", SERVER.upper(), [SERVER, "https://evil.example"], [], None]
)
def test_a_proof_for_somebody_else_is_refused(audience):
    assert _is_refused(pop=_pop(aud=audience))


@pytest.mark.parametrize("name", ["aud", "jti", "iat"])
def test_a_proof_that_misses_a_claim_is_refused(name):
    assert _is_refused(pop=_pop(without=(name,)))


@pytest.mark.parametrize("seconds", [-3600, -301, 61, 3600])
def test_a_proof_from_another_time_is_refused(seconds):
    assert _is_refused(pop=_pop(iat=_seconds(NOW + timedelta(seconds=seconds))))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "j" * 513},
        {"iat": "now"},
        {"exp": _seconds(later(minutes=-5))},
        {"challenge": ""},
        {"challenge": 7},
    ],
)
def test_a_proof_with_a_faulty_claim_is_refused(changed):
    assert _is_refused(pop=_pop(**changed))


@pytest.mark.parametrize("typ", ["JWT", ATTESTATION_TYP, "dpop+jwt"])
def test_a_proof_of_another_type_is_refused(typ):
    assert _is_refused(pop=_pop(typ=typ))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_proof_without_a_real_signature_is_refused(algorithm):
    claims = {"aud": SERVER, "jti": "j1", "iat": _seconds(NOW)}
    key = "" if algorithm == "none" else "k" * 32

    assert _is_refused(pop=jwt.encode(claims, key, algorithm=algorithm, headers={"typ": POP_TYP}))


def test_the_client_of_the_request_must_be_the_attested_one():
    assert _is_refused(expected_client_id="https://other.example")


@pytest.mark.threat("028")
@pytest.mark.parametrize("claims", [{}, {"challenge": "used"}])
def test_without_a_challenge_of_ours_the_client_must_come_back(claims):
    with pytest.raises(UseAttestationChallenge):
        _verify(pop=_pop(**claims), accepted_challenges={"c1"})


def test_a_bad_attestation_is_not_asked_to_come_back():
    assert _is_refused(pop=_pop(key=OTHER), accepted_challenges={"c1"})


@pytest.mark.parametrize("jwt_", ["a.b", "a.b.c", "é.é.é", "a" * 20_000, "x, y"])
def test_what_is_no_jwt_is_refused(jwt_):
    assert _is_refused(jwt_)
    assert _is_refused(None, jwt_)


def test_what_is_too_long_is_refused_before_it_is_read():
    assert _is_refused(_attestation(padding="x" * 20_000))
    assert _is_refused(pop=_pop(padding="x" * 20_000))
