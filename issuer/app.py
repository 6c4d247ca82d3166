"""Put the issuer together: the only module that knows every room."""

import secrets
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from chassis.app import exempt_from_csrf, new_app, register_readiness
from chassis.clock import Clock, clock_for
from chassis.database import Database
from chassis.headers import content_security_policy
from chassis.migrations import require_head
from chassis.secret_file import derive, read_secret
from issuer.config import Config
from issuer.domain.authorization import Clients
from issuer.domain.guesses import Guesses
from issuer.domain.published import PublishedLists
from issuer.files import read_organisations, read_personas, read_signers, read_wallet_anchors
from issuer.ports import Ports, Store, WalletPolicy
from issuer.store.authorizations import AuthorizationTable
from issuer.store.issuances import IssuanceTable
from issuer.store.nonces import NonceTable
from issuer.store.offers import OfferTable
from issuer.store.spent import SpentTable
from issuer.store.status import StatusTable
from issuer.store.sweep import SweepTable
from issuer.store.tokens import TokenTable
from issuer.web.api import api
from issuer.web.authorize import authorize
from issuer.web.metadata import metadata
from issuer.web.pages import pages
from issuer.web.protocol import protocol
from openid4vc.jose.jwe import DecryptionKey

MIGRATIONS = "issuer.store"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
TRANSLATIONS = Path(__file__).parent / "web" / "translations"


def create_app(config: Config, *, clock: Clock | None = None, outbound: Any = None) -> Flask:
    """Refuse to start without keys, schema or secret; the issuer asks nobody, so `outbound` is not used."""
    database = Database(config.database_url)
    require_head(database, MIGRATIONS)
    ports = make_ports(config, database, clock=clock or clock_for(config))
    app = new_app(__name__, config, role="issuer", translations=TRANSLATIONS)
    app.extensions.update(ports=ports, policy=content_security_policy(config))
    for blueprint in (metadata, protocol, api, authorize, pages):
        app.register_blueprint(blueprint)
    exempt_from_csrf(app, metadata, protocol, api)
    register_readiness(app, lambda: require_head(database, MIGRATIONS))
    register_readiness(app, lambda: _require_signers(ports))
    return app


def make_ports(config: Config, database: Database, *, clock: Clock) -> Ports:
    """Everything that the use cases touch."""
    organisations = read_organisations()
    return Ports(
        clock=clock,
        random_bytes=secrets.token_bytes,
        draw=secrets.randbelow,
        secret=derive(read_secret(config.secret_file), "offers"),
        public_url=config.public_url,
        wallet_url=config.wallet_url,
        demo=config.demo,
        organisations=organisations,
        personas=read_personas(),
        signers=read_signers(organisations, config.keys_dir, public_url=config.public_url),
        opener=_opener(config),
        wallets=_wallets(config),
        guesses=Guesses(),
        published=PublishedLists(),
        store=Store(
            offers=OfferTable(database),
            authorizations=AuthorizationTable(database),
            tokens=TokenTable(database),
            spent=SpentTable(database),
            nonces=NonceTable(database),
            issuances=IssuanceTable(database),
            status=StatusTable(database),
            sweep=SweepTable(database),
        ),
    )


def _wallets(config: Config) -> WalletPolicy:
    return WalletPolicy(
        clients=Clients.of(config.client_pairs()),
        anchors=read_wallet_anchors(config.trust_dir),
        attestation_required=config.attestation_required,
        challenge_required=config.challenge_required,
        unregistered=config.unregistered_wallets,
    )


def _opener(config: Config) -> DecryptionKey:
    """The key that requests are encrypted to: the same in every process and after every start."""
    seed = int.from_bytes(derive(read_secret(config.secret_file), "request encryption"), "big")
    return DecryptionKey(ec.derive_private_key(1 + seed % (P256_ORDER - 1), ec.SECP256R1()))


def _require_signers(ports: Ports) -> None:
    late = [path for path, signer in ports.signers.items() if not signer.valid_at(ports.clock())]
    if late:
        raise RuntimeError(f"certificates that do not hold now: {', '.join(late)}")
