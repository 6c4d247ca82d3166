"""Everything the store offers, under one roof."""

from dataclasses import dataclass

from chassis.database import Database
from verifier.store.answers import Answers
from verifier.store.deletion_requests import DeletionRequests
from verifier.store.helping import Helping
from verifier.store.ledger import Ledger
from verifier.store.opt_outs import OptOuts
from verifier.store.outbox import Outbox
from verifier.store.presentations import MAX_OPEN, Presentations
from verifier.store.receipt_nonces import ReceiptNonces
from verifier.store.receipt_status import ReceiptStatus
from verifier.store.receipts import Receipts
from verifier.store.register import Register
from verifier.store.reports import Reports
from verifier.store.results import Results
from verifier.store.retention import Retention
from verifier.store.sealing import Seal
from verifier.store.told import Told
from verifier.store.trust_lists import TrustListMemory


@dataclass(frozen=True, slots=True)
class Store:
    """The doors of one database."""

    presentations: Presentations
    answers: Answers
    results: Results
    register: Register
    retention: Retention
    trust_lists: TrustListMemory
    ledger: Ledger
    outbox: Outbox
    receipts: Receipts
    receipt_nonces: ReceiptNonces
    receipt_status: ReceiptStatus
    deletion_requests: DeletionRequests
    reports: Reports
    opt_outs: OptOuts
    helping: Helping
    told: Told

    @classmethod
    def over(
        cls, database: Database, *, secret: bytes, max_open: int = MAX_OPEN, tell: tuple[str, ...] = ()
    ) -> "Store":
        """All doors share the database and the seal; `tell` are the addresses that hear of every change."""
        seal = Seal.from_secret(secret)
        receipts = Receipts(database)
        return cls(
            presentations=Presentations(database, seal, max_open),
            answers=Answers(database, seal, tell),
            results=Results(database, seal, tell),
            register=Register(database, seal, tell),
            retention=Retention(database),
            trust_lists=TrustListMemory(database),
            ledger=Ledger(database),
            outbox=Outbox(database),
            receipts=receipts,
            receipt_nonces=ReceiptNonces(database),
            receipt_status=ReceiptStatus(receipts),
            deletion_requests=DeletionRequests(database, seal, tell),
            reports=Reports(database, seal),
            opt_outs=OptOuts(database),
            helping=Helping(database, seal),
            told=Told(database, seal),
        )
