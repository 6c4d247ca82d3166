"""How the verifier is put together: the only module that knows every room."""

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
from chassis.slots import Lanes
from chassis.tokens import new_token
from verifier.config import Config
from verifier.domain.organisation import parse_town
from verifier.files import (
    data_file,
    read_access,
    read_purposes,
    read_questions,
    read_receipt_issuer,
    read_second_signer,
    read_trust,
)
from verifier.peers.authority import AuthorityPeer
from verifier.peers.revocation_lists import RevocationLists
from verifier.peers.status_lists import StatusLists
from verifier.peers.trust_lists import TrustLists
from verifier.peers.webhooks import Webhooks
from verifier.ports import Addresses, Policy, Ports
from verifier.store.door import Store
from verifier.web.advising import advising
from verifier.web.api import api, asks_use
from verifier.web.approaching import approaching
from verifier.web.asking import asking
from verifier.web.authority import authority
from verifier.web.checking import checking
from verifier.web.confirming import confirming
from verifier.web.counter import counter
from verifier.web.helping import helping
from verifier.web.inbox import inbox
from verifier.web.opt_outs import opt_outs
from verifier.web.pages import pages
from verifier.web.presentations import presentations
from verifier.web.protocol import protocol
from verifier.web.receipt_documents import receipt_documents
from verifier.web.receipt_issuer import receipt_issuer
from verifier.web.receipts import receipts
from verifier.web.register import register
from verifier.web.rights import rights
from verifier.web.supervisor import supervision, supervisor
from verifier.web.words import put_refusals_in_words

ROLE = "verifier"
STORE = "verifier.store"
MACHINES = (
    protocol,
    register,
    authority,
    api,
    presentations,
    receipt_issuer,
    receipt_documents,
    rights,
    opt_outs,
)
BLUEPRINTS = (
    *MACHINES,
    pages,
    advising,
    approaching,
    asking,
    confirming,
    receipts,
    checking,
    helping,
    counter,
    inbox,
    supervisor,
    supervision,
)


def create_app(config: Config, *, clock: Clock | None = None, outbound: Outbound | None = None) -> Flask:
    """The WSGI application; raises ConfigError or DatabaseRefused when it may not start."""
    configure_logging(config.log_level, role=ROLE)
    app = new_app(__name__, config, role=ROLE, translations=Path(__file__).parent / "web" / "translations")
    database = Database(config.database_url)
    require_head(database, STORE)
    ports = _ports(config, database, clock or clock_for(config), outbound or Outbound(config))
    app.extensions["ports"] = ports
    app.extensions["hopeless"].append(lambda environ: asks_use(environ) and ports.authority.lanes.are_taken)
    register_readiness(app, lambda: require_head(database, STORE))
    put_refusals_in_words()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    exempt_from_csrf(app, *MACHINES)
    return app


def _ports(config: Config, database: Database, clock: Clock, outbound: Outbound) -> Ports:
    town = parse_town(data_file("organisations.toml"))
    secret, purposes = read_secret(config.secret_file), read_purposes(town)
    return Ports(
        clock=clock,
        new_token=new_token,
        audit=audit,
        addresses=Addresses(own=config.public_url, wallet=config.wallet_url, issuer=config.issuer_url),
        town=town,
        purposes=purposes,
        questions=read_questions(town, purposes, config.issuer_url),
        access=read_access(config.keys_dir / "desk", config.public_url, purposes=town.purposes),
        trust=read_trust(config.trust_dir, config.trust_list_url),
        policy=Policy(config.response_mode, config.accept_confirmed_at_desk, config.demo),
        store=Store.over(
            database,
            secret=secret,
            max_open=config.max_open_requests,
            tell=config.webhook_url,
        ),
        webhooks=Webhooks(outbound),
        status_lists=StatusLists(outbound),
        trust_lists=TrustLists(outbound),
        revocation_lists=RevocationLists(outbound),
        authority=AuthorityPeer(
            outbound,
            config.authority_url or config.public_url,
            Lanes(max(1, config.threads * 3 // 8)),
        ),
        second_signer=read_second_signer(config.keys_dir / "authority"),
        receipt_issuer=read_receipt_issuer(
            config.keys_dir / "receipts",
            own=config.public_url,
            link_key=derive(secret, "verifier/receipt-offers"),
        ),
    )
