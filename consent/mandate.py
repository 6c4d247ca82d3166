"""Propose, read and explain a mandate; what does not mean exactly one thing is refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from consent.constraints import NotPermitted, Permitted
from consent.mandate_document import (
    MANDATE_TYPE,
    DataScope,
    Mandate,
    MandatePurpose,
    Organisation,
)
from consent.mandate_text import mandate_text, text_digest
from consent.plain_text import Lang, LocalText
from consent.purpose import Purpose
from openid4vc.errors import InvalidTransactionData, Malformed
from openid4vc.jose import base64url, strict_json

__all__ = [
    "MANDATE_TYPE",
    "DataScope",
    "LocalText",
    "Mandate",
    "MandatePurpose",
    "NotPermitted",
    "Organisation",
    "Parties",
    "Permitted",
    "decode_mandate",
    "mandate_text",
    "propose_mandate",
    "text_digest",
]
_NO_DIGEST = "A" * 43


@dataclass(frozen=True, slots=True)
class Parties:
    """Who would act, and before whom."""

    mandatary: Organisation
    addressee: Organisation


def propose_mandate(
    purpose: Purpose,
    parties: Parties,
    *,
    mandate_id: str,
    revocation_uri: str,
    not_before: datetime,
    text_lang: Lang = "nl",
) -> Mandate:
    """The mandate of this purpose, from this minute for the purpose's term, with its text hash filled in.

    A pydantic ValidationError (a ValueError) means that the parts do not make a mandate; a plain one
    that the purpose is not on the top rung, where alone a mandate exists.
    """
    act = purpose.act
    if purpose.rung != "act" or act is None:
        raise ValueError("only a purpose on the rung 'act' has a mandate")
    start = int(not_before.timestamp()) // 60 * 60
    draft = Mandate(
        type=MANDATE_TYPE,
        credential_ids=("identity",),
        transaction_data_hashes_alg=("sha-256",),
        mandate_id=mandate_id,
        mandatary=parties.mandatary,
        addressee=parties.addressee,
        purpose=MandatePurpose(code=purpose.code, text=purpose.text),
        legal_basis=purpose.legal_basis,
        actions=act.actions,
        tax_years=act.tax_years,
        excludes=act.excludes,
        data=purpose.scopes(),
        not_before=start,
        expires_at=start + int(timedelta(days=purpose.validity_days).total_seconds()),
        max_uses=1,
        receives_decision=act.receives_decision,
        revocation_uri=revocation_uri,
        text_sha256=_NO_DIGEST,
        text_lang=text_lang,
    )
    return draft.model_copy(update={"text_sha256": text_digest(draft)})


def decode_mandate(encoded: str) -> Mandate:
    """Read a transaction data string strictly (OpenID4VP 1.0, 5.1); InvalidTransactionData otherwise."""
    try:
        data = base64url.decode(encoded)
        strict_json.loads_object(data, max_bytes=1 << 16)
        mandate = Mandate.model_validate_json(data)
    except (Malformed, ValidationError) as cause:
        raise InvalidTransactionData("not a mandate that this wallet can show") from cause
    if text_digest(mandate) != mandate.text_sha256:
        raise InvalidTransactionData("the mandate text is not the text of this mandate")
    return mandate
