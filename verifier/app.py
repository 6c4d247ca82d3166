"""How the verifier is put together: the only module that knows every room."""

from importlib import resources
from pathlib import Path
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from cryptography.x509 import Certificate, load_pem_x509_certificates
from flask import Flask

from chassis.app import exempt_from_csrf, new_app, register_readiness
from chassis.audit import audit
from chassis.clock import Clock, clock_for
from chassis.config import ConfigError
from chassis.database import Database
from chassis.logging import configure_logging
from chassis.migrations import require_head
from chassis.outbound import Outbound
from chassis.secret_file import read_secret
from chassis.tokens import new_token
from consent.purpose import Purpose, load_purpose
from openid4vc.dcql.query import DcqlQuery, parse_dcql
from openid4vc.jose import strict_json
from openid4vc.jose.keys import SigningKey
from openid4vc.trust.anchors import TrustedIssuers, load_anchors
from openid4vc.trust.certificates import certificate_names
from openid4vc.vp.client_id import X509_HASH, X509_SAN_DNS, x509_hash_client_id
from verifier.config import Config
from verifier.domain.organisation import Town, parse_town
from verifier.peers.authority import AuthorityPeer
from verifier.peers.revocation_lists import RevocationLists
from verifier.peers.status_lists import StatusLists
from verifier.peers.trust_lists import TrustLists
from verifier.ports import Access, Addresses, Policy, Ports, Trust
from verifier.store.door import Store
from verifier.web.api import api
from verifier.web.asking import asking
from verifier.web.authority import authority
from verifier.web.confirming import confirming
from verifier.web.pages import pages
from verifier.web.presentations import presentations
from verifier.web.protocol import protocol
from verifier.web.register import register
from verifier.web.words import put_refusals_in_words

ROLE = "verifier"
STORE = "verifier.store"


def create_app(config: Config, *, clock: Clock | None = None, outbound: Outbound | None = None) -> Flask:
    """The WSGI application; raises ConfigError or DatabaseRefused when it may not start."""
    configure_logging(config.log_level, role=ROLE)
    app = new_app(__name__, config, role=ROLE, translations=Path(__file__).parent / "web" / "translations")
    database = Database(config.database_url)
    require_head(database, STORE)
    app.extensions["ports"] = _ports(
        config, database, clock or clock_for(config), outbound or Outbound(config)
    )
    register_readiness(app, lambda: require_head(database, STORE))
    put_refusals_in_words()
    for blueprint in (protocol, register, authority, api, presentations, pages, asking, confirming):
        app.register_blueprint(blueprint)
    exempt_from_csrf(app, protocol, register, authority, api, presentations)
    return app


def _ports(config: Config, database: Database, clock: Clock, outbound: Outbound) -> Ports:
    town = parse_town(_data("organisations.toml"))
    return Ports(
        clock=clock,
        new_token=new_token,
        audit=audit,
        addresses=Addresses(own=config.public_url, wallet=config.wallet_url, issuer=config.issuer_url),
        town=town,
        purposes=_purposes(town),
        questions=_questions(config.issuer_url),
        access=_access(config.keys_dir / "desk", config.public_url),
        trust=_trust(config.trust_dir, config.trust_list_url),
        policy=Policy(config.response_mode, config.accept_confirmed_at_desk),
        store=Store.over(database, secret=read_secret(config.secret_file), max_open=config.max_open_requests),
        status_lists=StatusLists(outbound),
        trust_lists=TrustLists(outbound),
        revocation_lists=RevocationLists(outbound),
        authority=AuthorityPeer(
            outbound,
            config.authority_url or config.public_url,
            BoundedSemaphore(max(1, config.threads * 3 // 4)),
        ),
    )


def _data(name: str) -> bytes:
    return resources.files("verifier.data").joinpath(name).read_bytes()


def _purposes(town: Town) -> dict[str, Purpose]:
    """One purpose a service; a service without one cannot be offered."""
    return {
        service: load_purpose(_data(f"purposes/{offer.purpose}.toml"))
        for service, offer in town.offers.items()
    }


def _questions(issuer: str) -> dict[str, DcqlQuery]:
    """Questions without a mandate, with this town's issuers filled in."""
    text = _data("questions/name.json").replace(b"{issuer}", issuer.encode())
    return {"name": parse_dcql(strict_json.loads(text))}


def _access(folder: Path, own: str) -> Access:
    """The key and the certificate that names us; ConfigError when they do not belong together."""
    try:
        key = SigningKey.from_pem((folder / "key.pem").read_bytes())
        chain = tuple(load_pem_x509_certificates((folder / "chain.pem").read_bytes()))
    except (OSError, ValueError) as cause:
        raise ConfigError(f"{folder} does not hold a usable key.pem and chain.pem") from cause
    _require_pair(key, chain, folder)
    return Access(key, chain, _client_ids(chain[0], own), _registration(folder / "registration.jwt"))


def _require_pair(key: SigningKey, chain: tuple[Certificate, ...], folder: Path) -> None:
    if key.public.from_certificate(chain[0]) != key.public:
        raise ConfigError(f"{folder}: chain.pem is not the certificate of key.pem")


def _client_ids(leaf: Certificate, own: str) -> dict[str, str]:
    """The hash always; the DNS name only when answers come to that very name (OpenID4VP 1.0, 5.9.3)."""
    client_ids = {X509_HASH: x509_hash_client_id(leaf)}
    host = urlsplit(own).hostname or ""
    if host in certificate_names(leaf).dns:
        client_ids[X509_SAN_DNS] = f"{X509_SAN_DNS}:{host}"
    return client_ids


def _registration(path: Path) -> str | None:
    """The registration certificate, where the register gave one (TS 119 475, 5.2)."""
    return path.read_text("ascii").strip() if path.is_file() else None


def _trust(folder: Path, list_urls: tuple[str, ...]) -> Trust:
    """Nobody to trust means no start; never that everybody is trusted."""
    try:
        anchors = load_anchors((folder / "access-anchors.pem").read_bytes())
        if list_urls:
            signers = tuple(load_pem_x509_certificates((folder / "trust-list-signer.pem").read_bytes()))
            return Trust(TrustedIssuers(()), anchors, list_urls, signers)
        return Trust(TrustedIssuers.from_json((folder / "issuers.json").read_bytes()), anchors)
    except (OSError, ValueError) as cause:
        raise ConfigError(f"{folder} does not hold usable trust lists") from cause
