"""Papers that others make: registrations, attestations of verifiers, signed lists of trust."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from openid4vc.errors import Malformed
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.messages import read_message
from openid4vc.trust.list_kinds import EAA_PROVIDERS, ListKind
from openid4vc.trust.listing import Keeper, ListedEntity, TrustList
from openid4vc.trust.lists import sign_list
from openid4vc.trust.registration import REGISTRATION_TYP, SERVICE_PROVIDER, Registration
from openid4vc.vp.verifier_attestation import VerifierAttestation, sign_verifier_attestation
from tests.wallet.outside import DESK, NOON, TOWN, VCT, Authority, Issuer


def pem_of(authority: Authority) -> bytes:
    """The root, as a file of anchors."""
    return authority.root.public_bytes(Encoding.PEM)


def registration(
    register: Authority, *, claims: tuple[str, ...], private: dict[str, Any] | None = None, **changes: Any
) -> str:
    """What the register says about the desk: it may ask these claims of an identity card."""
    said = {
        "name": "Geldloket Voorbeeldstad",
        "sub": "NTRNL-00000001",
        "sub_ln": "Stichting Geldloket Voorbeeldstad",
        "country": "NL",
        "support_uri": f"{DESK}/",
        "privacy_policy": f"{DESK}/privacy",
        "entitlements": [SERVICE_PROVIDER],
        "supervisory_authority": {"uri": "https://autoriteit.example/"},
        "iat": int((NOON - timedelta(days=1)).timestamp()),
        "exp": int((NOON + timedelta(days=300)).timestamp()),
        "credentials": [
            {
                "format": "dc+sd-jwt",
                "meta": {"vct_values": [VCT]},
                "claim": [{"path": [name]} for name in claims],
            }
        ],
        "purpose": [
            {"lang": "nl", "value": "Uw dossier openen."},
            {"lang": "en", "value": "Open your file."},
        ],
    } | changes
    document = read_message(Registration, said, refusal=Malformed).to_json()
    return sign_jws(
        {**(private or {}), **document},
        typ=REGISTRATION_TYP,
        key=register.key,
        header={"x5c": encode_x5c(register.chain), "iat": said["iat"]},
    )


def registered(compact: str) -> list[dict[str, Any]]:
    """The member verifier_info of a request."""
    return [{"format": "registration_cert", "data": compact}]


def attestation(attester: Authority, key: SigningKey, **changes: Any) -> str:
    """What an attester says about the verifier `desk`."""
    said = {
        "issuer": "https://attester.example",
        "subject": "desk",
        "key": key.public,
        "issued_at": NOON - timedelta(hours=1),
        "expires_at": NOON + timedelta(hours=1),
        "response_uris": (f"{DESK}/oid4vp/response",),
    } | changes
    return sign_verifier_attestation(VerifierAttestation(**said), key=attester.key, chain=attester.chain)


def trust_list(
    keeper: Authority,
    issuer: Issuer,
    *,
    now: datetime = NOON,
    sequence: int = 1,
    kind: ListKind = EAA_PROVIDERS,
) -> str:
    """A signed list on which the municipality stands."""
    entity = ListedEntity(
        name="Gemeente Voorbeeldstad",
        name_en="Municipality of Voorbeeldstad",
        identifier="NTRNL-00000003",
        website=f"{TOWN}/",
        certificates=(issuer.authority.root,),
        issuer=TOWN,
        vcts=frozenset({VCT}),
    )
    signer = Keeper("Eenmalig (voorbeeld)", "Voorbeeldstraat 1", "https://list.example/")
    issue = TrustList(kind, signer, sequence, now, now + timedelta(days=1), (entity,))
    return sign_list(issue, key=keeper.key, chain=keeper.chain)
