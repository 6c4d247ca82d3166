"""Put the issuer together: the only module that knows every room."""

import secrets
from pathlib import Path
from typing import Any

from flask import Flask

from chassis.app import exempt_from_csrf, new_app, register_readiness
from chassis.clock import Clock, clock_for
from chassis.database import Database
from chassis.migrations import require_head
from chassis.secret_file import derive, read_secret
from issuer.config import Config
from issuer.files import read_organisations, read_personas, read_signers
from issuer.ports import Ports, Store
from issuer.store.issuances import IssuanceTable
from issuer.store.nonces import NonceTable
from issuer.store.offers import OfferTable
from issuer.store.status import StatusTable
from issuer.web.api import api
from issuer.web.metadata import metadata
from issuer.web.pages import pages
from issuer.web.protocol import protocol

MIGRATIONS = "issuer.store"
TRANSLATIONS = Path(__file__).parent / "web" / "translations"


def create_app(config: Config, *, clock: Clock | None = None, outbound: Any = None) -> Flask:
    """Refuse to start without keys, schema or secret; the issuer asks nobody, so `outbound` is not used."""
    database = Database(config.database_url)
    require_head(database, MIGRATIONS)
    ports = make_ports(config, database, clock=clock or clock_for(config))
    app = new_app(__name__, config, role="issuer", translations=TRANSLATIONS)
    app.extensions["ports"] = ports
    for blueprint in (metadata, protocol, api, pages):
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
        store=Store(
            offers=OfferTable(database),
            nonces=NonceTable(database),
            issuances=IssuanceTable(database),
            status=StatusTable(database),
        ),
    )


def _require_signers(ports: Ports) -> None:
    late = [path for path, signer in ports.signers.items() if not signer.valid_at(ports.clock())]
    if late:
        raise RuntimeError(f"certificates that do not hold now: {', '.join(late)}")
