"""How the wallet is put together: the only module that knows every room."""

import secrets
from datetime import timedelta
from pathlib import Path

from flask import Flask

from chassis.app import exempt_from_csrf, new_app, register_readiness
from chassis.audit import audit
from chassis.clock import Clock, clock_for
from chassis.database import Database
from chassis.logging import configure_logging
from chassis.migrations import require_head
from chassis.outbound import Outbound
from chassis.secret_file import derive, read_secret
from wallet.config import Config
from wallet.domain.sealing import PinCost
from wallet.files import prefixes_of, read_client, read_trust
from wallet.peers.issuer import IssuerPeer
from wallet.peers.rights import RightsPeer
from wallet.peers.trust_lists import TrustLists
from wallet.peers.verifier import VerifierPeer
from wallet.ports import Policy, Ports, Stores
from wallet.store.accesses import AccessStore
from wallet.store.accounts import AccountStore
from wallet.store.card_checks import CardCheckStore
from wallet.store.cards import CardStore
from wallet.store.deferred import DeferredStore
from wallet.store.history import HistoryStore
from wallet.store.mandates import MandateStore
from wallet.store.offers import OfferStore
from wallet.store.passkeys import PasskeyStore
from wallet.store.requests import RequestStore
from wallet.store.rights import RightsStore
from wallet.store.sessions import SessionStore
from wallet.store.settings import SettingsStore
from wallet.store.trust_lists import TrustListMemory
from wallet.web.api import api
from wallet.web.api_choices import api_choices
from wallet.web.api_collecting import api_collecting
from wallet.web.api_receipts import api_receipts
from wallet.web.api_rights import api_rights
from wallet.web.card_colours import card_colours
from wallet.web.errors import page_refusals
from wallet.web.pages import pages
from wallet.web.pages_advice import pages_advice
from wallet.web.pages_authorization import pages_authorization
from wallet.web.pages_cards import pages_cards
from wallet.web.pages_choices import pages_choices
from wallet.web.pages_errors import pages_errors
from wallet.web.pages_history import pages_history
from wallet.web.pages_mandates import pages_mandates
from wallet.web.pages_offers import pages_offers
from wallet.web.pages_opt_out import pages_opt_out
from wallet.web.pages_passkeys import pages_passkeys
from wallet.web.pages_paste import pages_paste
from wallet.web.pages_receipts import pages_receipts
from wallet.web.pages_requests import pages_requests
from wallet.web.pages_rights import pages_rights
from wallet.web.pages_settings import pages_settings
from wallet.web.protocol import protocol

ROLE = "wallet"
STORE = "wallet.store"
BLUEPRINTS = (
    protocol,
    api,
    api_collecting,
    api_choices,
    pages,
    pages_offers,
    pages_authorization,
    pages_requests,
    pages_choices,
    pages_mandates,
    pages_receipts,
    pages_advice,
    pages_cards,
    card_colours,
    pages_errors,
    pages_passkeys,
    pages_paste,
    pages_opt_out,
    pages_settings,
    pages_history,
    pages_rights,
    api_rights,
    api_receipts,
)


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
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    exempt_from_csrf(app, protocol, api, api_collecting, api_choices, api_rights, api_receipts)
    page_refusals(app)
    return app


def _ports(config: Config, database: Database, clock: Clock, outbound: Outbound) -> Ports:
    return Ports(
        clock=clock,
        random_bytes=secrets.token_bytes,
        audit=audit,
        pepper=derive(read_secret(config.secret_file), "wallet/pepper"),
        pin_cost=PinCost(config.argon2_time_cost, config.argon2_memory_kib, config.argon2_lanes),
        client=read_client(config),
        trust=read_trust(config),
        policy=Policy(config.require_registration),
        stores=_stores(config, database),
        issuers=IssuerPeer(outbound),
        verifiers=VerifierPeer(outbound, prefixes_of(config)),
        trust_lists=TrustLists(outbound),
        rights=RightsPeer(outbound),
        supervisor=config.supervisor_url,
        supervisor_name=config.supervisor_name,
    )


def _stores(config: Config, database: Database) -> Stores:
    return Stores(
        accounts=AccountStore(database),
        sessions=SessionStore(
            database,
            idle=timedelta(minutes=config.idle_minutes),
            longest=timedelta(hours=config.session_hours),
        ),
        offers=OfferStore(database),
        cards=CardStore(database),
        requests=RequestStore(database),
        mandates=MandateStore(database),
        history=HistoryStore(database),
        accesses=AccessStore(database),
        deferred=DeferredStore(database),
        trust_lists=TrustListMemory(database),
        settings=SettingsStore(database),
        card_checks=CardCheckStore(database),
        passkeys=PasskeyStore(database),
        rights=RightsStore(database),
    )
