from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from openid4vc.errors import CheckFailed
from openid4vc.jose import base64url
from openid4vc.sdjwt.disclosure import digest
from openid4vc.sdjwt.present import present
from openid4vc.sdjwt.vc import VerifiedCredential
from tests.openid4vc.jose.authority import NOW
from tests.openid4vc.sdjwt.desk import AUDIENCE, BINDING, HOLDER, NONCE, bind, issue, verify

NAMED = base64url.encode(b'{"type":"urn:x","transaction_data_hashes_alg":["sha-256"],"id":1}')
UNNAMED = base64url.encode(b'{"type":"urn:x","id":2}')
SHA = {"transaction_data_hashes_alg": "sha-256"}


def verify_under(expected: tuple[str, ...], **binding: Any) -> VerifiedCredential:
    presentation = bind(issue(), **{"jti": "j1"} | binding)
    return verify(presentation, expected_binding=replace(BINDING, expected_transaction_data=expected))


def refusal_of(expected: tuple[str, ...], **binding: Any) -> str:
    with pytest.raises(CheckFailed) as refusal:
        verify_under(expected, **binding)
    return refusal.value.check


@pytest.mark.parametrize(("data", "send_alg"), [((NAMED,), True), ((UNNAMED,), False), ((UNNAMED,), True)])
def test_what_the_holder_signed_under_is_accepted_with_its_id(data: tuple[str, ...], send_alg: bool) -> None:
    presentation = present(
        issue(),
        key=HOLDER,
        audience=AUDIENCE,
        nonce=NONCE,
        iat=NOW,
        transaction_data=data,
        jti="j1",
        send_alg=send_alg,
    )

    verified = verify(presentation, expected_binding=replace(BINDING, expected_transaction_data=data))

    assert verified.jti == "j1"


@pytest.mark.threat(262)
@pytest.mark.parametrize("hashes", [..., None, [], "", digest(NAMED), {"0": digest(NAMED)}])
def test_transaction_data_that_was_not_signed_refuses(hashes: Any) -> None:
    assert refusal_of((NAMED,), transaction_data_hashes=hashes, **SHA) == "transaction_data"


@pytest.mark.threat(263)
@pytest.mark.threat(264)
@pytest.mark.parametrize(
    "wrong",
    [
        digest(UNNAMED),
        base64url.encode(sha256(base64url.decode(NAMED)).digest()),
        sha256(NAMED.encode()).hexdigest(),
        digest(NAMED) + "=",
    ],
)
def test_a_hash_of_something_else_refuses(wrong: str) -> None:
    assert verify_under((NAMED,), transaction_data_hashes=[digest(NAMED)], **SHA)
    assert refusal_of((NAMED,), transaction_data_hashes=[wrong], **SHA) == "transaction_data"


@pytest.mark.threat(263)
def test_missing_extra_and_reordered_hashes_refuse() -> None:
    both = (NAMED, UNNAMED)
    good = [digest(NAMED), digest(UNNAMED)]

    assert verify_under(both, transaction_data_hashes=good, **SHA)
    for hashes in (good[:1], [*good, good[0]], good[::-1], [good[0], good[0]]):
        assert refusal_of(both, transaction_data_hashes=hashes, **SHA) == "transaction_data"


@pytest.mark.threat(265)
@pytest.mark.parametrize("alg", [..., "sha-512", "SHA-256", "", None, ["sha-256"]])
def test_another_hash_algorithm_or_none_refuses_where_one_was_asked(alg: Any) -> None:
    binding = {"transaction_data_hashes": [digest(NAMED)], "transaction_data_hashes_alg": alg}

    assert refusal_of((NAMED,), **binding) == "transaction_data"


@pytest.mark.threat(265)
def test_another_hash_algorithm_refuses_where_none_was_asked() -> None:
    binding = {"transaction_data_hashes": [digest(UNNAMED)], "transaction_data_hashes_alg": "sha-1"}

    assert refusal_of((UNNAMED,), **binding) == "transaction_data"


@pytest.mark.threat(268)
@pytest.mark.parametrize("hashes", [[digest(NAMED)], [], None])
def test_signed_transaction_data_that_nobody_asked_for_refuses(hashes: Any) -> None:
    assert refusal_of((), transaction_data_hashes=hashes) == "transaction_data"


@pytest.mark.threat(273)
@pytest.mark.parametrize("jti", [..., None, "", 7, ["j1"]])
def test_transaction_data_without_an_id_refuses(jti: Any) -> None:
    binding = {"transaction_data_hashes": [digest(NAMED)], "jti": jti, **SHA}

    assert refusal_of((NAMED,), **binding) == "key_binding_jti"
