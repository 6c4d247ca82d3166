"""Keep what the account holds under its PIN: one data key, two uses of it, nothing readable without them."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from openid4vc.jose.keys import SigningKey
from wallet.domain.account import AccountId

RandomBytes = Callable[[int], bytes]

_VERSION = b"\x01"
_SALT = 32


class SealBroken(Exception):
    """The key does not fit, or the bytes were changed or moved to another place."""


@dataclass(frozen=True, slots=True)
class PinCost:
    """How much work one try of a PIN takes (RFC 9106)."""

    passes: int
    memory_kib: int
    lanes: int


def seal(key: bytes, plain: bytes, *, place: str, random_bytes: RandomBytes) -> bytes:
    """AES-256-GCM under a key made for this one record; `place` ties the bytes to where they stand."""
    salt = random_bytes(_SALT)
    record_key, nonce = _record_key(key, salt)
    return _VERSION + salt + AESGCM(record_key).encrypt(nonce, plain, _VERSION + place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> bytes:
    """Return what seal() took; SealBroken for any other key, place or byte."""
    version, salt, cipher = sealed[:1], sealed[1 : 1 + _SALT], sealed[1 + _SALT :]
    if version != _VERSION or len(salt) != _SALT:
        raise SealBroken
    record_key, nonce = _record_key(key, salt)
    try:
        return AESGCM(record_key).decrypt(nonce, cipher, _VERSION + place.encode())
    except InvalidTag as cause:
        raise SealBroken from cause


def _record_key(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """A fresh key and nonce per record, so that no count of records can wear the nonce space out."""
    both = HKDF(algorithm=hashes.SHA256(), length=44, salt=salt, info=b"eenmalig-wallet record").derive(key)
    return both[:32], both[32:]


def pin_key(pin: str, *, salt: bytes, pepper: bytes, cost: PinCost) -> bytes:
    """Stretch a PIN with Argon2id after mixing in the pepper: database or secret file alone gives no try."""
    peppered = hmac.digest(pepper, b"pin\x00" + pin.encode(), "sha256")
    return hash_secret_raw(
        peppered,
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )


def session_key(token: str, *, pepper: bytes) -> bytes:
    """Return the key that opens a session's copy of the view key: token and secret file together."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=pepper, info=b"eenmalig-wallet session").derive(
        token.encode()
    )


def _subkey(data_key: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"eenmalig-wallet " + use).derive(
        data_key
    )


@dataclass(frozen=True, slots=True, repr=False)
class Viewer:
    """A signed-in citizen: may read what the account holds, can sign nothing."""

    account_id: AccountId
    view_key: bytes
    random_bytes: RandomBytes

    def seal(self, plain: bytes, *, kind: str, id: str) -> bytes:
        """Seal a document of this account to its row."""
        return seal(
            self.view_key, plain, place=f"{kind}/{self.account_id}/{id}", random_bytes=self.random_bytes
        )

    def unseal(self, sealed: bytes, *, kind: str, id: str) -> bytes:
        """Open a document of this account; SealBroken when it stood in another row."""
        return unseal(self.view_key, sealed, place=f"{kind}/{self.account_id}/{id}")


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A citizen who has just given the PIN: the only holder of the key that opens signing keys."""

    viewer: Viewer
    sign_key: bytes

    def seal_key(self, key: SigningKey, *, id: str) -> bytes:
        """Seal a holder key for keeping; `id` names the copy or mandate it belongs to."""
        place = f"key/{self.viewer.account_id}/{id}"
        return seal(self.sign_key, key.to_der(), place=place, random_bytes=self.viewer.random_bytes)

    def unseal_key(self, sealed: bytes, *, id: str) -> SigningKey:
        """Open a holder key for one use."""
        return SigningKey.from_der(unseal(self.sign_key, sealed, place=f"key/{self.viewer.account_id}/{id}"))


def signer_for(account_id: AccountId, data_key: bytes, *, random_bytes: RandomBytes) -> Signer:
    """Derive the two uses of a data key: to view and to sign."""
    viewer = Viewer(account_id, _subkey(data_key, b"view"), random_bytes)
    return Signer(viewer, _subkey(data_key, b"sign"))
