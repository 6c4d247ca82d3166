"""The wallet provider: vouches for this wallet and for the keys that it keeps (OpenID4VCI 1.0, App. D, E)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.x509 import Certificate

from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.oauth.attestation import make_client_attestation
from openid4vc.vci.key_attestation import KeyAttestationsRequired, make_key_attestation

WALLET_NAME = "Eenmalig"
INSTANCE_LIFE = timedelta(hours=12)
KEYS_LIFE = timedelta(days=30)
# Keys are in a database, sealed under a PIN: no more than the lowest strength can be said of that.
STRENGTH = "iso_18045_basic"


@dataclass(frozen=True, slots=True, repr=False)
class WalletProvider:
    """Signs with its own certificate; says nothing that tells one citizen from another (HAIP 1.0, 4.4.1)."""

    key: SigningKey
    chain: Sequence[Certificate]
    name: str

    def attest_instance(self, instance: PublicKey, *, client_id: str, now: datetime) -> str:
        """Vouch for whoever holds this key; moments are whole hours, so that they tell nobody apart."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        return make_client_attestation(
            instance,
            client_id=client_id,
            key=self.key,
            chain=self.chain,
            exp=hour + INSTANCE_LIFE,
            iat=hour,
            iss=self.name,
            wallet_name=WALLET_NAME,
            wallet_link=self.name,
        )

    def attest_keys(self, keys: Sequence[PublicKey], *, nonce: str, now: datetime) -> str:
        """Vouch for all keys of one request at once (HAIP 1.0, 4.5.1)."""
        return make_key_attestation(
            keys,
            key=self.key,
            chain=self.chain,
            iat=now,
            exp=now + KEYS_LIFE,
            nonce=nonce,
            key_storage=[STRENGTH],
            user_authentication=[STRENGTH],
        )


@dataclass(frozen=True, slots=True, repr=False)
class Client:
    """What this wallet is to an authorization server: one name for all citizens, and one way back."""

    id: str
    redirect_uri: str
    provider: WalletProvider | None


def can_attest(required: KeyAttestationsRequired) -> bool:
    """Whether what our provider can say is enough for this issuer (12.2.4)."""
    return all(
        accepted is None or STRENGTH in accepted
        for accepted in (required.key_storage, required.user_authentication)
    )
