"""How the verifier is put together: the only module that knows every room."""

from importlib import resources
from pathlib import Path
from threading import BoundedSemaphore

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
from openid4vc.errors import Malformed
from openid4vc.jose.keys import SigningKey
from openid4vc.trust.anchors import TrustedIssuers, load_anchors
from openid4vc.vp.client_id import x509_hash_client_id
from verifier.config import Config
from verifier.domain.organisation import Town, parse_town
from verifier.peers.authority import AuthorityPeer
from verifier.peers.status_lists import StatusLists
from verifier.ports import Access, Addresses, Ports, Trust
from verifier.store.door import Store
from verifier.web.api import api
from verifier.web.authority import authority
from verifier.web.pages import pages
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
    for blueprint in (protocol, register, authority, api, pages):
        app.register_blueprint(blueprint)
    exempt_from_csrf(app, protocol, register, authority, api)
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
        access=_access(config.keys_dir / "desk"),
        trust=_trust(config.trust_dir),
        store=Store.over(database, secret=read_secret(config.secret_file)),
        status_lists=StatusLists(outbound),
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


def _access(folder: Path) -> Access:
    """The key and the certificate that names us; ConfigError when they do not belong together."""
    try:
        key = SigningKey.from_pem((folder / "key.pem").read_bytes())
        chain = tuple(load_pem_x509_certificates((folder / "chain.pem").read_bytes()))
    except (OSError, ValueError) as cause:
        raise ConfigError(f"{folder} does not hold a usable key.pem and chain.pem") from cause
    _require_pair(key, chain, folder)
    return Access(key, chain, x509_hash_client_id(chain[0]))


def _require_pair(key: SigningKey, chain: tuple[Certificate, ...], folder: Path) -> None:
    if key.public.from_certificate(chain[0]) != key.public:
        raise ConfigError(f"{folder}: chain.pem is not the certificate of key.pem")


def _trust(folder: Path) -> Trust:
    """Nobody to trust means no start; never that everybody is trusted."""
    try:
        return Trust(
            TrustedIssuers.from_json((folder / "issuers.json").read_bytes()),
            load_anchors((folder / "access-anchors.pem").read_bytes()),
        )
    except (OSError, Malformed) as cause:
        raise ConfigError(f"{folder} does not hold usable trust lists") from cause
