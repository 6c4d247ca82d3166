"""What the wallet keeps of a grant: a credential that says what was allowed, and nothing personal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypedDict, Unpack

from pydantic import ValidationError

from consent.helped import Help
from consent.mandate_document import Code, Codes, Digest, Mandate, MandateId, Organisation, Second
from consent.plain_text import FrozenModel
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.keys import PublicKey
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.sdjwt.vc import StatusReference

GRANT_RECEIPT_TYPE: Final = "urn:eenmalig:grant-receipt:1"
_OF_THE_CREDENTIAL: Final = frozenset(
    {"iss", "vct", "vct#integrity", "iat", "nbf", "exp", "cnf", "status", "jti"}
)


def receipt_vct(verifier_url: str) -> str:
    """The credential type of the receipts of this verifier."""
    return f"{verifier_url}/vct/mandate-receipt/1"


class ReceiptIssuance(TypedDict):
    """What the credential needs beside the receipt: who issues it, to which key, and for how long."""

    issuer: str
    vct: str
    holder: PublicKey
    status: StatusReference
    issued_at: datetime
    expires_at: datetime


class GrantReceipt(FrozenModel):
    """Who may do what, before whom, until when; every claim stays visible, so no limit can be hidden.

    `helped_by` is there when somebody helped to give it.
    """

    type: Literal["urn:eenmalig:grant-receipt:1"]
    mandate_id: MandateId
    mandatary: Organisation
    addressee: Organisation
    purpose: Code
    actions: Codes
    not_before: Second
    expires_at: Second
    text_sha256: Digest
    granted_at: Second
    helped_by: Help | None = None

    @classmethod
    def of(cls, mandate: Mandate, *, granted_at: datetime, helped_by: Help | None = None) -> "GrantReceipt":
        """Of a mandate whose evidence was verified."""
        return cls(
            type=GRANT_RECEIPT_TYPE,
            mandate_id=mandate.mandate_id,
            mandatary=mandate.mandatary,
            addressee=mandate.addressee,
            purpose=mandate.purpose.code,
            actions=mandate.actions,
            not_before=mandate.not_before,
            expires_at=mandate.expires_at,
            text_sha256=mandate.text_sha256,
            granted_at=to_numeric_date(granted_at),
            helped_by=helped_by,
        )

    def claims(self, **issuance: Unpack[ReceiptIssuance]) -> dict[str, Any]:
        """The whole payload of the SD-JWT VC, to be issued with nothing disclosable."""
        return {
            "iss": issuance["issuer"],
            "vct": issuance["vct"],
            "iat": to_numeric_date(issuance["issued_at"]),
            "exp": to_numeric_date(issuance["expires_at"]),
            "cnf": {"jwk": issuance["holder"].jwk()},
            "status": {"status_list": {"idx": issuance["status"].idx, "uri": issuance["status"].uri}},
            **self.model_dump(mode="json", exclude_none=True),
        }

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> "GrantReceipt":
        """Read the receipt out of a credential's claims; anything beside it is Malformed."""
        said = {name: value for name, value in claims.items() if name not in _OF_THE_CREDENTIAL}
        if None in said.values():
            raise Malformed("a receipt leaves out what it does not say")
        try:
            return cls.model_validate_json(strict_json.dumps(said))
        except (ValidationError, TypeError) as cause:
            raise Malformed("not a grant receipt") from cause
