"""What lies in files: whom to trust, and the wallet provider's key and certificate."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate, load_pem_x509_certificates

from chassis.config import ConfigError
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.trust.anchors import TrustedIssuers, load_anchors
from openid4vc.vp.client_id import CERTIFICATE_PREFIXES, REDIRECT_URI, VERIFIER_ATTESTATION
from openid4vc.vp.request import DIRECT_POST_JWT, RESPONSE_MODES
from openid4vc.vp.sender import AcceptedSenders
from wallet.config import Config
from wallet.domain.provider import Client, WalletProvider
from wallet.ports import Trust

CALLBACK = "/cb"
ATTESTERS = "verifier-attesters.json"


def read_trust(config: Config) -> Trust:
    """Nobody to trust means no start; never that everybody is trusted."""
    folder = config.trust_dir
    try:
        return Trust(
            issuers=_issuers(config),
            senders=_senders(config),
            registration_anchors=_optional_anchors(folder / "registration-anchors.pem"),
            list_urls=config.trust_list_url,
            list_signers=_signers(config),
        )
    except (OSError, ValueError) as cause:
        raise ConfigError(f"{folder} does not hold usable trust lists; the demo's seed makes them") from cause


def read_client(config: Config) -> Client:
    """One name for all citizens; without a provider's key nobody vouches for this wallet."""
    provider = None
    if config.keys_dir is not None:
        provider = _provider(config.keys_dir / "provider", config.public_url)
    return Client(config.public_url, f"{config.public_url}{CALLBACK}", provider)


def prefixes_of(config: Config) -> tuple[str, ...]:
    """The kinds of client_id that this wallet can check, with the files and settings it has."""
    attested = (VERIFIER_ATTESTATION,) if (config.trust_dir / ATTESTERS).is_file() else ()
    unsigned = (REDIRECT_URI,) if config.allow_unsigned_requests else ()
    return (*CERTIFICATE_PREFIXES, *attested, *unsigned)


def _issuers(config: Config) -> TrustedIssuers:
    if config.trust_list_url:
        return TrustedIssuers(())
    return TrustedIssuers.from_json((config.trust_dir / "issuers.json").read_bytes())


def _signers(config: Config) -> tuple[Certificate, ...]:
    """A pin may be the signer's own certificate, which is no authority."""
    if not config.trust_list_url:
        return ()
    return tuple(load_pem_x509_certificates((config.trust_dir / "trust-list-signer.pem").read_bytes()))


def _senders(config: Config) -> AcceptedSenders:
    modes = frozenset({DIRECT_POST_JWT}) if config.require_encrypted_answers else RESPONSE_MODES
    return AcceptedSenders(
        access_anchors=load_anchors((config.trust_dir / "access-anchors.pem").read_bytes()),
        attesters=_attesters(config.trust_dir / ATTESTERS),
        allow_unsigned=config.allow_unsigned_requests,
        response_modes=modes,
    )


def _optional_anchors(path: Path) -> tuple[Certificate, ...]:
    return load_anchors(path.read_bytes()) if path.is_file() else ()


def _attesters(path: Path) -> Mapping[str, tuple[Certificate, ...]]:
    """Who may say which verifier is who: `{"attesters": {"<issuer>": ["<PEM>"]}}`, if the file is there."""
    if not path.is_file():
        return {}
    said: Any = strict_json.loads_object(path.read_bytes()).get("attesters")
    if not isinstance(said, dict) or not all(isinstance(pems, list) and pems for pems in said.values()):
        raise Malformed("attesters are listed by name, with their anchors")
    return {
        issuer: tuple(anchor for pem in pems for anchor in load_anchors(str(pem).encode()))
        for issuer, pems in said.items()
    }


def _provider(folder: Path, name: str) -> WalletProvider:
    try:
        key = SigningKey.from_pem((folder / "key.pem").read_bytes())
        chain = tuple(load_pem_x509_certificates((folder / "chain.pem").read_bytes()))
        fits = PublicKey.from_certificate(chain[0]).thumbprint() == key.public.thumbprint()
    except (OSError, ValueError) as cause:
        raise ConfigError(f"{folder} does not hold a usable key.pem and chain.pem") from cause
    if not fits:
        raise ConfigError(f"{folder}: chain.pem is not the certificate of key.pem")
    return WalletProvider(key, chain, name)
