"""Transaction data: what the holder's key signs besides the credential (OpenID4VP 1.0, 5.1, 8.4, B.3.3)."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from openid4vc.dcql.query import DcqlQuery
from openid4vc.errors import InvalidTransactionData, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.strict_json import Json
from openid4vc.messages import FilledArray, Message, ShortText, read_message

SHA_256 = "sha-256"
MAX_ENTRIES = 8
MAX_ENCODED = 64 * 1024


class TransactionDataCore(Message):
    """The members that every type of transaction data has (5.1)."""

    type: ShortText
    credential_ids: FilledArray[ShortText]
    transaction_data_hashes_alg: FilledArray[ShortText] = (SHA_256,)


def transaction_data_hash(encoded: str) -> str:
    """Base64url SHA-256 over the encoded string as it was sent, never over its content (B.3.3.1)."""
    try:
        return base64url.encode(sha256(encoded.encode("ascii")).digest())
    except UnicodeEncodeError as cause:
        raise InvalidTransactionData("transaction_data is not base64url") from cause


def decode_transaction_data(encoded: str) -> dict[str, Any]:
    """Strict base64url of one strict JSON object; InvalidTransactionData (5.1)."""
    if len(encoded) > MAX_ENCODED:
        raise InvalidTransactionData("transaction_data is too long")
    try:
        return strict_json.loads_object(base64url.decode(encoded))
    except Malformed as cause:
        raise InvalidTransactionData("transaction_data is not base64url of a JSON object") from cause


def read_transaction_data(value: Json, query: DcqlQuery) -> tuple[str, ...]:
    """The entries of a request, held against its query (5.1, B.3.3); InvalidTransactionData.

    Types are not judged here: whoever shows the entries must refuse each type he does not know (8.4).
    """
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_ENTRIES:
        raise InvalidTransactionData(f"transaction_data must be a list of 1 to {MAX_ENTRIES} entries")
    for encoded in value:
        if not isinstance(encoded, str):
            raise InvalidTransactionData("an entry of transaction_data is no string")
        _check_entry(decode_transaction_data(encoded), query)
    return tuple(value)


def _check_entry(entry: dict[str, Any], query: DcqlQuery) -> None:
    core = read_message(TransactionDataCore, entry, refusal=InvalidTransactionData)
    if SHA_256 not in core.transaction_data_hashes_alg:
        raise InvalidTransactionData("only sha-256 is supported for transaction_data hashes")
    for query_id in core.credential_ids:
        wanted = query.query(query_id)
        if wanted is None:
            raise InvalidTransactionData("transaction_data names a query that was not asked")
        if not wanted.require_cryptographic_holder_binding:
            raise InvalidTransactionData("transaction_data needs a credential with holder binding")


def entries_for(query_id: str, entries: Sequence[str]) -> tuple[str, ...]:
    """The entries that name this query, in request order: their hashes go into its key binding (8.4)."""
    return tuple(one for one in entries if query_id in decode_transaction_data(one).get("credential_ids", ()))


def signing_queries(entries: Sequence[str]) -> tuple[frozenset[str], ...]:
    """The queries of each entry, of which one must be answered to sign it (5.1, 8.4)."""
    return tuple(frozenset(decode_transaction_data(one).get("credential_ids", ())) for one in entries)
