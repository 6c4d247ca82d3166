"""Read what the issuer keeps in files: organisations and people as data, keys and chains as secrets."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography import x509

from chassis.config import ConfigError
from issuer.domain.organisation import Organisation, Organisations
from issuer.domain.persona import Personas
from issuer.ports import Signer
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.trust.certificates import certificate_names

DATA = Path(__file__).parent / "data"


def read_organisations() -> Organisations:
    """The tenants of this service."""
    return Organisations.of(_toml(DATA / "organisations.toml"))


def read_personas() -> Personas:
    """The invented people."""
    return Personas.of(_toml(DATA / "personas.toml"))


def read_signers(organisations: Organisations, keys_dir: Path, *, public_url: str) -> Mapping[str, Signer]:
    """One signer per tenant; ConfigError names every one that is missing or does not fit."""
    signers, problems = {}, []
    for organisation in organisations:
        try:
            signers[organisation.path] = _signer(organisation, keys_dir, public_url)
        except (OSError, ValueError) as wrong:
            problems.append(f"  - {keys_dir / organisation.path}: {wrong}")
    if problems:
        raise ConfigError("\n".join(["cannot start:", *problems]))
    return signers


def read_wallet_anchors(trust_dir: Path | None) -> tuple[x509.Certificate, ...]:
    """Roots of the wallet providers; nobody is believed about wallets where there is no such file."""
    path = trust_dir / "wallet-provider-anchors.pem" if trust_dir else None
    if path is None or not path.is_file():
        return ()
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except ValueError as wrong:
        raise ConfigError(f"cannot start:\n  - {path}: {wrong}") from wrong


def _signer(organisation: Organisation, keys_dir: Path, public_url: str) -> Signer:
    """A chain for another key or another address would give credentials that nobody accepts."""
    folder = keys_dir / organisation.path
    key = SigningKey.from_pem((folder / "key.pem").read_bytes())
    chain = x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())
    if PublicKey.from_certificate(chain[0]) != key.public:
        raise ValueError("chain.pem does not begin with the certificate of key.pem")
    if f"{public_url}/{organisation.path}" not in certificate_names(chain[0]).uris:
        raise ValueError(f"the certificate is not for {public_url}/{organisation.path}")
    return Signer(key, tuple(chain))


def _toml(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
