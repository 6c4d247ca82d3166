"""Add a passkey with the PIN, and sign in with it: it opens what can be read, never a key to sign with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from openid4vc.errors import Malformed
from openid4vc.jose import base64url, strict_json
from wallet.domain.passkey import (
    ALGORITHMS,
    PRF_INPUT,
    Asked,
    KeptPasskey,
    Place,
    credential_id_of,
    passkey_id,
    passkey_key,
    passkey_secret,
    verify_assertion,
    verify_new_passkey,
)
from wallet.domain.refusals import NotFound
from wallet.domain.refused_passkeys import PasskeyRefused, PasskeysImpossible
from wallet.domain.sealing import SealBroken, Viewer, seal, unseal
from wallet.ports import Ports
from wallet.usecases.give_pin import give_pin
from wallet.usecases.sign_in import Citizen, SignedIn, start_session

TIME_TO_ANSWER = timedelta(minutes=5)
ADD, SIGN_IN = "add", "sign-in"


@dataclass(frozen=True, slots=True, repr=False)
class Begun:
    """What the browser is asked, and the challenge that it must bring back."""

    options: dict[str, Any]
    challenge: str


@dataclass(frozen=True, slots=True, repr=False)
class Answered:
    """What the browser brought back, for the challenge that it was given; the secret is the passkey's own."""

    credential: str
    secret: str
    challenge: str


def place_of(ports: Ports) -> Place | None:
    """Return where passkeys count, or None where there are none."""
    return Place.of(ports.client.id)


def list_passkeys(*, viewer: Viewer, ports: Ports) -> Sequence[KeptPasskey]:
    """Return the passkeys of this citizen, oldest first."""
    return ports.stores.passkeys.of(viewer.account_id)


def begin_adding(pin: str, *, citizen: Citizen, ports: Ports) -> Begun:
    """With the PIN, so that an open session alone never makes itself another way in."""
    place = _place(ports)
    viewer = give_pin(citizen.viewer, pin, ports=ports).viewer
    challenge = _challenge(f"{ADD}/{citizen.session}", ports)
    known = list_passkeys(viewer=viewer, ports=ports)
    user = sha256(f"passkey-user/{viewer.account_id}".encode()).digest()
    options = {
        "rp": {"id": place.rp_id, "name": "Eenmalig"},
        "user": {"id": base64url.encode(user), "name": citizen.name, "displayName": citizen.name},
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": int(one)} for one in ALGORITHMS],
        "excludeCredentials": [_named(one) for one in known],
        "authenticatorSelection": {"residentKey": "required", "userVerification": "required"},
        "attestation": "none",
        "prf": base64url.encode(PRF_INPUT),
    }
    return Begun(options, challenge)


def finish_adding(answered: Answered, *, citizen: Citizen, ports: Ports) -> None:
    """Spend the challenge, verify, and wrap the view key so that only this passkey opens it."""
    expected = _spent(f"{ADD}/{citizen.session}", answered.challenge, ports)
    secret = passkey_secret(answered.secret)
    verified = verify_new_passkey(answered.credential, expected=expected)
    id, viewer = passkey_id(verified.credential_id), citizen.viewer
    wrapped = seal(
        passkey_key(secret, pepper=ports.pepper),
        viewer.view_key,
        place=_wrapping(viewer.account_id, id),
        random_bytes=ports.random_bytes,
    )
    kept = KeptPasskey(
        id=id,
        account_id=viewer.account_id,
        credential_id=verified.credential_id,
        public_key=verified.public_key,
        sign_count=verified.sign_count,
        wrapped_view_key=wrapped,
        created_at=ports.clock(),
    )
    if not ports.stores.passkeys.keep(kept):
        raise PasskeysImpossible
    ports.audit("passkey_added", account=viewer.account_id)


def begin_sign_in(*, owner: str, ports: Ports) -> Begun:
    """Ask for any passkey of this wallet; nothing tells which accounts there are."""
    place = _place(ports)
    challenge = _challenge(f"{SIGN_IN}/{owner}", ports)
    options = {
        "rpId": place.rp_id,
        "challenge": challenge,
        "userVerification": "required",
        "prf": base64url.encode(PRF_INPUT),
    }
    return Begun(options, challenge)


def finish_sign_in(answered: Answered, *, owner: str, ports: Ports) -> SignedIn:
    """Spend the challenge, verify, move the counter, and open the view key with the passkey's own secret."""
    expected = _spent(f"{SIGN_IN}/{owner}", answered.challenge, ports)
    kept = _kept(answered.credential, ports)
    sign_count = verify_assertion(answered.credential, kept, expected=expected)
    viewer = _opened(kept, passkey_secret(answered.secret), ports)
    if not ports.stores.passkeys.count_use(kept.id, sign_count=sign_count, now=ports.clock()):
        raise PasskeyRefused
    ports.audit("signed_in_with_passkey", account=viewer.account_id)
    return start_session(viewer, ports=ports)


def remove_passkey(id: str, *, viewer: Viewer, ports: Ports) -> None:
    """Forget one; NotFound for somebody else's."""
    if not ports.stores.passkeys.remove(id, account_id=viewer.account_id):
        raise NotFound
    ports.audit("passkey_removed", account=viewer.account_id)


def _place(ports: Ports) -> Place:
    place = place_of(ports)
    if place is None:
        raise PasskeysImpossible
    return place


def _challenge(purpose: str, ports: Ports) -> str:
    challenge = base64url.encode(ports.random_bytes(32))
    now = ports.clock()
    ports.stores.passkeys.ask(_mark(purpose, challenge), expires_at=now + TIME_TO_ANSWER, now=now)
    return challenge


def _spent(purpose: str, challenge: str, ports: Ports) -> Asked:
    place = _place(ports)
    if not ports.stores.passkeys.spend(_mark(purpose, challenge), now=ports.clock()):
        raise PasskeyRefused
    return Asked(base64url.decode(challenge), place)


def _mark(purpose: str, challenge: str) -> str:
    return sha256(f"{purpose}/{challenge}".encode()).hexdigest()


def _kept(credential: str, ports: Ports) -> KeptPasskey:
    try:
        answer = strict_json.loads_object(credential.encode())
    except Malformed as cause:
        raise PasskeyRefused from cause
    kept = ports.stores.passkeys.find(passkey_id(credential_id_of(answer)))
    if kept is None:
        raise PasskeyRefused
    return kept


def _opened(kept: KeptPasskey, secret: bytes, ports: Ports) -> Viewer:
    key = passkey_key(secret, pepper=ports.pepper)
    try:
        view_key = unseal(key, kept.wrapped_view_key, place=_wrapping(kept.account_id, kept.id))
    except SealBroken as cause:
        raise PasskeyRefused from cause
    return Viewer(kept.account_id, view_key, ports.random_bytes)


def _wrapping(account_id: str, id: str) -> str:
    return f"passkey/{account_id}/{id}"


def _named(passkey: KeptPasskey) -> dict[str, str]:
    return {"type": "public-key", "id": base64url.encode(passkey.credential_id)}
