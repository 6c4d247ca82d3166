"""What an issuer says about itself."""

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.vci.metadata import parse_issuer_metadata, well_known_url

ISSUER = "https://issuer.example/bank"
CONFIGURATION = {
    "format": "dc+sd-jwt",
    "vct": f"{ISSUER}/vct/account-holder/1",
    "scope": "account",
    "credential_signing_alg_values_supported": ["ES256"],
    "cryptographic_binding_methods_supported": ["jwk"],
    "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
    "credential_metadata": {
        "display": [
            {"name": "Rekeninghouder", "locale": "nl"},
            {"name": "Account holder", "locale": "en-GB"},
        ],
        "claims": [{"path": ["iban"], "mandatory": True, "display": [{"name": "IBAN", "locale": "nl"}]}],
    },
}


def _configuration(**changed):
    return {name: value for name, value in (CONFIGURATION | changed).items() if value is not None}


def _document(configuration=None, **changed):
    return strict_json.dumps(
        {
            "credential_issuer": ISSUER,
            "credential_endpoint": f"{ISSUER}/credential",
            "credential_configurations_supported": {"account-holder": configuration or CONFIGURATION},
            **changed,
        }
    )


def _parse(body, **options):
    return parse_issuer_metadata(body, expected_issuer=ISSUER, **options)


def _claims(*paths):
    claims = [{"path": list(path)} for path in paths]
    metadata = _parse(_document(_configuration(credential_metadata={"claims": claims})))
    return metadata.configuration("account-holder").credential_metadata.claims


def test_it_lives_before_the_path():
    assert well_known_url(ISSUER) == "https://issuer.example/.well-known/openid-credential-issuer/bank"


def test_metadata_is_read_and_written_alike():
    assert _parse(strict_json.dumps(_parse(_document()).to_json())) == _parse(_document())


def test_names_come_in_the_language_asked_or_the_first():
    configuration = _parse(_document()).configuration("account-holder")

    assert [configuration.name(language) for language in ("nl", "en", "fr")] == [
        "Rekeninghouder",
        "Account holder",
        "Rekeninghouder",
    ]
    assert configuration.credential_metadata.claims[0].label("en") == "IBAN"


def test_what_has_no_name_has_none():
    bare = {"claims": [{"path": ["iban"]}], "display": [{"name": "Zonder taal"}]}
    metadata = _parse(_document(_configuration(credential_metadata=bare)))
    nameless = _parse(_document(_configuration(credential_metadata=None)))

    assert metadata.name("nl") is None
    assert metadata.configuration("account-holder").name("nl") == "Zonder taal"
    assert metadata.configuration("account-holder").credential_metadata.claims[0].label("nl") is None
    assert nameless.configuration("account-holder").name("nl") is None


def test_an_issuer_is_named_in_the_language_asked():
    metadata = _parse(
        _document(display=[{"name": "Bank", "locale": "nl"}, {"name": "The Bank", "locale": "en"}])
    )

    assert [metadata.name(language) for language in ("en", "nl")] == ["The Bank", "Bank"]


def test_the_first_authorization_server_is_the_one():
    metadata = _parse(_document(authorization_servers=["https://as.example", "https://bs.example"]))

    assert metadata.authorization_server == "https://as.example"


def test_an_issuer_without_servers_is_its_own_and_takes_one_proof():
    metadata = _parse(_document())

    assert (metadata.authorization_server, metadata.batch_size, metadata.requires_encryption) == (
        ISSUER,
        1,
        False,
    )


@pytest.mark.threat("086")
@pytest.mark.parametrize("other", [ISSUER + "/", "https://ISSUER.example/bank", "https://issuer.example"])
def test_metadata_of_another_issuer_is_refused(other):
    with pytest.raises(CheckFailed, match="credential_issuer"):
        _parse(_document(credential_issuer=other))


@pytest.mark.threat("087")
@pytest.mark.parametrize(
    "name",
    ["credential_endpoint", "nonce_endpoint", "deferred_credential_endpoint", "notification_endpoint"],
)
def test_an_endpoint_elsewhere_is_refused(name):
    body = _document(**{name: "https://evil.example/x"})

    with pytest.raises(CheckFailed, match="endpoint_origin"):
        _parse(body)

    assert _parse(body, same_origin=False)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"<html>",
        _document(credential_issuer=ISSUER + "?x=1"),
        _document(credential_endpoint="ftp://issuer.example"),
        _document(credential_endpoint=None),
        _document(authorization_servers=[]),
        _document(batch_credential_issuance={"batch_size": 1}),
        _document(credential_configurations_supported=[]),
        _document(credential_configurations_supported={"a": "text"}),
        _document(credential_configurations_supported={"a": {}}),
        _document(_configuration(vct=None)),
        _document(_configuration(proof_types_supported=None)),
        _document(_configuration(proof_types_supported={})),
        _document(_configuration(cryptographic_binding_methods_supported=None)),
        _document(_configuration(proof_types_supported={"jwt": {"proof_signing_alg_values_supported": []}})),
        _document(_configuration(credential_metadata={"display": [{"locale": "nl"}]})),
        _document(_configuration(credential_metadata={"claims": [{"path": []}]})),
        _document(_configuration(credential_metadata={"claims": {"iban": {}}})),
        _document(display=[{"name": "x", "logo": {}}]),
    ],
)
def test_faulty_metadata_is_malformed(body):
    with pytest.raises(Malformed):
        _parse(body)


def test_a_foreign_format_is_listed_but_not_judged():
    body = _document(
        credential_configurations_supported={"mdl": {"format": "mso_mdoc", "vct": 7}, "ours": CONFIGURATION}
    )

    metadata = _parse(body)

    assert not metadata.credential_configurations_supported["mdl"].usable
    assert metadata.configuration("ours").usable
    with pytest.raises(CheckFailed, match="unknown_configuration"):
        metadata.configuration("mdl")


def test_a_claims_list_with_doubles_or_contradictions_counts_as_absent():
    assert _claims(("a",), ("a", "b"), ("c", None), ("c", 0)) is not None
    assert _claims(("a",), ("a",)) is None
    assert _claims(("a", "b"), ("a", None)) is None
    assert _claims(("a", "b", 0), ("a", "b", "c")) is None


@pytest.mark.parametrize("block", ["credential_request_encryption", "credential_response_encryption"])
def test_required_encryption_is_seen_and_unclear_means_required(block):
    assert _parse(_document(**{block: {"encryption_required": True}})).requires_encryption
    assert _parse(_document(**{block: {}})).requires_encryption
    assert not _parse(_document(**{block: {"encryption_required": False}})).requires_encryption


def test_encryption_is_read_with_its_keys():
    key = DecryptionKey.generate()
    metadata = _parse(
        _document(
            credential_request_encryption={
                "jwks": {"keys": [{"kty": "AKP", "kid": "pq"}, key.jwk("i1")]},
                "enc_values_supported": ["A128GCM", "A256GCM"],
                "encryption_required": False,
            },
            credential_response_encryption={
                "alg_values_supported": ["ECDH-ES"],
                "enc_values_supported": ["A256GCM"],
                "encryption_required": False,
            },
        )
    )

    assert metadata.credential_request_encryption.jwks.recipient().kid == "i1"
    assert metadata.credential_response_encryption.enc_values_supported == ("A256GCM",)
    assert not metadata.requires_encryption


def test_what_the_issuer_demands_of_keys_is_read_and_written_alike():
    demands = {"key_storage": ["iso_18045_high"], "preferred_key_storage_status_period": 2678400}
    proof_types = {
        "jwt": {"proof_signing_alg_values_supported": ["ES256"]},
        "attestation": {"proof_signing_alg_values_supported": ["ES256"], "key_attestations_required": {}},
        "other": {"proof_signing_alg_values_supported": ["ES256"], "key_attestations_required": demands},
    }
    configuration = {
        "format": "dc+sd-jwt",
        "vct": "x",
        "cryptographic_binding_methods_supported": ["jwk"],
        "proof_types_supported": proof_types,
    }

    read = _parse(_document(credential_configurations_supported={"a": configuration})).configuration("a")

    assert read.proof_types_supported["jwt"].key_attestations_required is None
    assert read.to_json()["proof_types_supported"] == proof_types


def test_what_the_union_adds_is_read_and_written_alike():
    added = {
        "issuer_info": [{"format": "registration_cert", "data": "a.b.c"}],
        "preferred_client_status_period": 2678400,
    }

    written = _parse(_document(**added)).to_json()

    assert {name: written[name] for name in added} == added
