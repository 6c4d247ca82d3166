"""The verifier's judgement over a whole answer, with real credentials."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from openid4vc.dcql.authority import authority_key_ids
from openid4vc.dcql.match import match
from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.keys import SigningKey
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.sdjwt.vc import KeyBinding
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.vp.vp_token import verify_vp_token
from tests.openid4vc.vp.parties import NOW, Party, random_bytes

ISSUER = "https://issuer.example/municipality"
VCT = f"{ISSUER}/vct/identity/1"
TOWN = Party("Gemeente Voorbeeldstad", uris=(ISSUER,))
TRUSTED = TrustedIssuers((TrustedIssuer(ISSUER, "Gemeente", frozenset({VCT}), (TOWN.root,)),))
HOLDER = SigningKey.generate()
AUDIENCE, NONCE = "x509_hash:abc", "n-1"
ENTRY = base64url.encode(strict_json.dumps({"type": "urn:example:mandate", "credential_ids": ["identity"]}))


def _issue(**claims):
    payload = {
        "vct": VCT,
        "iss": ISSUER,
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(days=90)).timestamp()),
        "cnf": {"jwk": HOLDER.public.jwk()},
        **claims,
    }
    return HeldSdJwt(
        issue_sd_jwt_vc(
            payload,
            disclosable=[(name,) for name in claims],
            key=TOWN.key,
            chain=TOWN.chain,
            random_bytes=random_bytes,
        )
    )


IDENTITY = _issue(given_name="Noor", family_name="de Vries", birthdate="1990-01-01")


class Candidate:
    """The held credential as matching sees it."""

    id, vct, has_holder_key = "card", VCT, True

    def __init__(self, held):
        self.claims, self.disclosable = held.payload, held.paths()
        self.authority_key_ids = authority_key_ids(TOWN.chain)


def _query(**changed):
    wanted = {
        "id": "identity",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [VCT]},
        "claims": [{"path": ["family_name"]}, {"path": ["given_name"], "values": ["Noor"]}],
    }
    return parse_dcql({"credentials": [wanted | changed]})


def _present(held=IDENTITY, *, paths=(("family_name",), ("given_name",)), entries=(), **changed):
    said = {"key": HOLDER, "audience": AUDIENCE, "nonce": NONCE, "iat": NOW} | changed
    more = {"transaction_data": entries, "jti": "j-1"} if entries else {}
    return present(held.select(paths), **said, **more)


def _binding(entries=()):
    return KeyBinding(
        expected_audience=AUDIENCE,
        expected_nonce=NONCE,
        expected_transaction_data=tuple(entries),
        not_before=NOW - timedelta(minutes=5),
        not_after=NOW + timedelta(minutes=1),
    )


def _verify(vp_token, *, query=None, binding=None, trusted=TRUSTED, now=NOW):
    return verify_vp_token(
        vp_token,
        query=query or _query(),
        expected_binding={"identity": _binding()} if binding is None else binding,
        trusted=trusted,
        now=now,
    )


def _refusal(vp_token, **changed):
    with pytest.raises(CheckFailed) as refused:
        _verify(vp_token, **changed)
    return refused.value.check


def test_what_the_wallet_matches_the_verifier_accepts():
    query = _query()
    (selection,) = match(query, [Candidate(IDENTITY)]).by_query["identity"]

    verified = _verify({"identity": [_present(paths=selection.paths)]}, query=query)

    (credential,) = verified.credentials["identity"]
    assert (credential.claims["family_name"], credential.claims["given_name"]) == ("de Vries", "Noor")
    assert "birthdate" not in credential.claims
    assert credential.holder_key == HOLDER.public


@pytest.mark.threat("196")
@pytest.mark.parametrize(
    "vp_token",
    [
        None,
        [],
        "",
        7,
        "a~b~",
        ["a~"],
        {"identity": "a~"},
        {"identity": {}},
        {"identity": [{}]},
        {"identity": [None]},
    ],
)
def test_an_answer_of_another_shape_is_malformed(vp_token):
    with pytest.raises(Malformed):
        _verify(vp_token)


@pytest.mark.threat("196")
@pytest.mark.threat("204")
def test_an_answer_with_too_little_or_too_much_is_refused():
    assert _refusal({}) == "dcql_missing"
    assert _refusal({"identity": []}) == "dcql_count"
    assert _refusal({"identity": [_present(), _present()]}) == "dcql_count"
    assert _refusal({"identity": [_present()], "other": [_present()]}) == "dcql_unknown_query"


def test_one_presentation_cannot_answer_twice():
    once = _present()

    assert _refusal({"identity": [once, once]}, query=_query(multiple=True)) == "vp_token_doubled"


def test_several_presentations_are_verified_one_by_one():
    query = _query(multiple=True)
    good = [_present(), _present(_issue(given_name="Noor", family_name="de Vries"))]

    assert len(_verify({"identity": good}, query=query).credentials["identity"]) == 2
    assert _refusal({"identity": [good[0], _present(nonce="other")]}, query=query)


@pytest.mark.threat("203")
@pytest.mark.parametrize(
    "presentation", ["", "~", "o2d2ZXJzaW9u", '{"payload":"x"}', "a.b.c", "a.b.c~d~e.f.g"]
)
def test_what_is_no_sd_jwt_is_refused(presentation):
    with pytest.raises((CheckFailed, Malformed)):
        _verify({"identity": [presentation]})


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "other"},
        {"audience": "abc"},
        {"key": SigningKey.generate()},
        {"iat": NOW - timedelta(hours=1)},
    ],
)
def test_a_presentation_that_is_not_bound_to_this_request_is_refused(change):
    assert _refusal({"identity": [_present(**change)]})


def test_a_presentation_without_key_binding_is_refused():
    with pytest.raises((CheckFailed, Malformed)):
        _verify({"identity": [IDENTITY.select([("family_name",), ("given_name",)])]})


def test_a_query_that_we_expect_no_binding_for_is_refused():
    assert _refusal({"identity": [_present()]}, binding={}) == "vp_token_binding"


def test_an_issuer_that_we_do_not_trust_is_refused():
    other = Party("Other", uris=(ISSUER,))
    trusted = TrustedIssuers((TrustedIssuer(ISSUER, "Gemeente", frozenset({VCT}), (other.root,)),))

    assert _refusal({"identity": [_present()]}, trusted=trusted) == "x5c_path"


def test_an_expired_credential_is_refused():
    later = NOW + timedelta(days=91)
    binding = KeyBinding(
        expected_audience=AUDIENCE,
        expected_nonce=NONCE,
        not_before=later,
        not_after=later + timedelta(minutes=1),
    )

    assert (
        _refusal({"identity": [_present(iat=later)]}, binding={"identity": binding}, now=later) == "expired"
    )


@pytest.mark.threat("204")
def test_another_type_than_asked_is_refused():
    query = _query(meta={"vct_values": [f"{ISSUER}/vct/other/1"]})
    both = TrustedIssuer(ISSUER, "Gemeente", frozenset({VCT, f"{ISSUER}/vct/other/1"}), (TOWN.root,))

    assert _refusal({"identity": [_present()]}, query=query, trusted=TrustedIssuers((both,))) == "vct"


def test_the_query_is_judged_on_what_was_disclosed():
    withheld = _present(paths=(("family_name",),))
    other_name = _present(_issue(given_name="Henk", family_name="Bakker"))

    assert _refusal({"identity": [withheld]}) == "dcql_claims"
    assert _refusal({"identity": [other_name]}) == "dcql_claims"


def test_only_an_asked_authority_will_do():
    (ours,) = authority_key_ids(TOWN.chain)
    asked = _query(trusted_authorities=[{"type": "aki", "values": [ours]}])
    other = _query(trusted_authorities=[{"type": "aki", "values": ["AAAA"]}])

    assert _verify({"identity": [_present()]}, query=asked)
    assert match(asked, [Candidate(IDENTITY)]).complete
    assert _refusal({"identity": [_present()]}, query=other) == "vp_token_authority"
    assert not match(other, [Candidate(IDENTITY)]).complete


@pytest.mark.threat("262")
@pytest.mark.threat("263")
@pytest.mark.threat("268")
def test_transaction_data_is_signed_exactly_as_asked():
    asked = {"identity": _binding([ENTRY])}
    other = base64url.encode(b'{"type":"urn:example:mandate","credential_ids":["identity"],"x":1}')

    assert _verify({"identity": [_present(entries=(ENTRY,))]}, binding=asked)
    assert _refusal({"identity": [_present()]}, binding=asked)
    assert _refusal({"identity": [_present(entries=(other,))]}, binding=asked)
    assert _refusal({"identity": [_present(entries=(ENTRY, other))]}, binding=asked)
    assert _refusal({"identity": [_present(entries=(ENTRY,))]}) == "transaction_data"


def test_a_certificate_without_authority_key_id_names_no_authority():
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bare")])
    bare = x509.CertificateBuilder(name, name, TOWN.key.public.key, 7, NOW, NOW + timedelta(days=1)).sign(
        TOWN.root_key.private, SHA256()
    )

    assert authority_key_ids([bare]) == frozenset()
    assert authority_key_ids([bare, TOWN.leaf]) == authority_key_ids(TOWN.chain)
