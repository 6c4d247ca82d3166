"""After the purge nobody finds the citizen: databases, logs and exports, searched value by value."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from demo.play import PIN, Walk
from demo.web_client import Caller
from issuer.domain.persona import Persona, Personas
from issuer.domain.text import Text
from openid4vc.jose import base64url
from verifier.store.tables import metadata

IDENTITY = {
    "given_name": "Wilhelmina-Quirine",
    "family_name": "van Zonnebloemsteijn",
    "birthdate": "1979-07-23",
    "personal_administrative_number": "999996216",
    "address": {
        "street_address": "Paddenstoelenpad",
        "house_number": "4711",
        "postal_code": "9871 QX",
        "locality": "Kwartelhuizen",
        "country": "NL",
    },
    "nationalities": ["NL"],
    "issuing_authority": "Gemeente Voorbeeldstad",
    "issuing_country": "NL",
}
YEARS = {
    2022: ("2024-05-17", 141237, 51319, 9917, 5227, 142841),
    2023: ("2025-05-23", 398713, 179411, 10303, 517, 399137),
    2024: ("2025-10-31", 143019, 50923, 10607, 6329, 144271),
}
ACCOUNT = {
    "iban": "NL67VBLD0471108159",
    "tenaamstelling": "Wilhelmina-Quirine van Zonnebloemsteijn",
    "rekeningsoort": "betaalrekening",
}
SHARED = {
    "Wilhelmina-Quirine",
    "van Zonnebloemsteijn",
    "999996216",
    *(str(value) for year in YEARS.values() for value in year[:4]),
    "NL67VBLD0471108159",
    "Wilhelmina-Quirine van Zonnebloemsteijn",
}
NEVER_SHARED = {
    "1979-07-23",
    "Paddenstoelenpad",
    "4711",
    "9871 QX",
    "Kwartelhuizen",
    *(str(value) for year in YEARS.values() for value in year[4:]),
}
EVERY = SHARED | NEVER_SHARED
TOWN = {"NL", "Gemeente Voorbeeldstad", "definitief", "below_aow", "betaalrekening"}
AFTER_EVERYTHING = timedelta(days=14 + 30 + 1)
SEALED = {
    "mandate_values": (
        "mandate_id",
        {"sealed_evidence": "evidence", "sealed_presentations": "presentations"},
    ),
    "decision": ("mandate_id", {"sealed_outcome": "decision"}),
    "idempotency": ("key_hash", {"sealed_answer": "answer"}),
    "presentation_values": ("presentation_id", {"sealed_result": "result"}),
    "presentation": ("id", {"sealed_code": "code", "sealed_reply_key": "reply_key"}),
    "dpa_report": ("id", {"sealed_report": "report"}),
}


def assessment(year):
    dated, income, tax, premium, credits, total = YEARS[year]
    return {
        "bsn": "999996216",
        "jaar": year,
        "dagtekening": dated,
        "aanslagstatus": "definitief",
        "belastbaar_inkomen_werk_en_woning": income,
        "inkomstenbelasting_box1": tax,
        "premie_volksverzekeringen": premium,
        "tariefsaanpassing": 0,
        "binnenlands_belastingplichtig_heel_jaar": True,
        "jaar_al_gebruikt_voor_middeling": False,
        "aow_cohort": "below_aow",
        "heffingskortingen": credits,
        "verzamelinkomen": total,
    }


RECORDS = {
    "identity": IDENTITY,
    **{f"income-assessment-{year}": assessment(year) for year in YEARS},
    "account-holder": ACCOUNT,
}


def leaves(value):
    """Every fact in a record, one by one."""
    if isinstance(value, dict):
        return {leaf for inner in value.values() for leaf in leaves(inner)}
    if isinstance(value, list):
        return {leaf for inner in value for leaf in leaves(inner)}
    return {str(value)}


def seen_in(text):
    """The values that stand in a text as whole words, also in what base64url hides in it."""
    layers, parts = [text], re.findall(r"[A-Za-z0-9_-]{12,}", text)
    for part in parts:
        try:
            layers.append(base64url.decode(part).decode(errors="replace"))
        except ValueError:
            continue
    whole = "\n".join(layers)
    return {value for value in EVERY if re.search(rf"(?<![\w.]){re.escape(value)}(?!\w)", whole)}


class Searched:
    """One citizen's day in the town, and everybody's memory of it."""

    def __init__(self, town, capfd):
        self.town, self.capfd, self.logs = town, capfd, ""
        issuer = town.apps["issuer"]
        self.desk = town.apps["verifier"].extensions["ports"]
        ports = issuer.extensions["ports"]
        story = Text(nl="Een test.", en="A test.")
        canary = Persona("canary", "Wilhelmina-Quirine van Zonnebloemsteijn", story, RECORDS)
        issuer.extensions["ports"] = replace(ports, personas=Personas((*ports.personas.all, canary)))
        names = ("issuer", "wallet", "verifier", "hub")
        self.walk = Walk(*(Caller(town.wire, town.url(name), {}) for name in names), "canary")

    def live(self):
        """Cards, grant, use, decision, a request for erasure and a report."""
        self.walk.open_wallet()
        self.walk.collect()
        asked, screen = self.walk.ask()
        self.mandate_id = self.walk.grant(asked, screen)["id"]
        used = self.walk.use(self.mandate_id, "key-1")
        self.refund = str(used["decision"]["refund_eur"])
        self.walk.wallet.get(f"/api/v1/mandates/{self.mandate_id}")
        line = next(one for one in self.walk.wallet.get("/api/v1/history")["history"] if one["receipt"])
        self.walk.wallet.post("/api/v1/rights/reports", {"entry_id": line["id"]})
        self.walk.wallet.post("/api/v1/rights/erasures", {"mandate_id": self.mandate_id, "pin": PIN})

    def purge(self):
        self.town.clock.now += AFTER_EVERYTHING
        self.desk.store.retention.erase_past(self.town.clock.now)

    def verifier(self):
        """Every cell of every table, what is sealed opened with the service's own key."""
        found = []
        with self.desk.store.ledger.database.read() as connection:
            for table in metadata.sorted_tables:
                for row in connection.execute(select(table)):
                    found += [self._cell(table.name, row._mapping, name) for name in row._fields]
        return "\n".join(found)

    def _cell(self, table, row, name):
        value = row[name]
        if not isinstance(value, bytes):
            return str(value)
        key, places = SEALED[table]
        seal = self.desk.store.register.seal
        return seal.open(value, place=f"{places[name]}/{row[key]}").decode(errors="replace")

    def file_of(self, name):
        """The database file as a thief reads it, free pages included."""
        return (self.town.place.var / f"{name}.db").read_bytes().decode("latin-1")

    def written(self):
        """Everything that was logged."""
        captured = self.capfd.readouterr()
        self.logs += captured.out + captured.err
        return self.logs

    def exports(self):
        """What the desk can hand out: its ledger, and the evidence while there is any."""
        evidence = self.desk.store.register.values(self.mandate_id)
        lines = [line.to_json().decode() for line in self.desk.store.ledger.of(self.mandate_id)]
        return "\n".join([*lines, "" if evidence is None else evidence.evidence.decode()])

    def taken_along(self):
        """The citizen's own export."""
        said = self.town.call(
            "wallet", "GET", "/api/v1/export", headers={**self.walk.wallet.headers, "Eenmalig-Pin": PIN}
        )
        assert said.status_code == 200, said.data
        return json.dumps(said.json, ensure_ascii=False)


@pytest.fixture
def searched(town, capfd):
    """After the use, before the purge."""
    searched = Searched(town, capfd)
    searched.live()
    return searched


def test_every_value_of_the_persona_is_looked_for():
    codes = {"True", "False", "0", *map(str, YEARS)}

    assert leaves(RECORDS) - codes - TOWN == EVERY


def test_the_search_finds_exactly_what_was_shared_before_the_purge(searched):
    assert seen_in(searched.verifier()) == SHARED
    assert searched.refund in searched.verifier()
    assert seen_in(searched.exports()) == {"Wilhelmina-Quirine", "van Zonnebloemsteijn", "999996216"}
    assert seen_in(searched.taken_along()) == EVERY


def test_after_the_purge_the_desk_has_no_value_anywhere(searched):
    searched.purge()

    assert seen_in(searched.verifier()) == set()
    assert searched.refund not in searched.verifier()
    assert seen_in(searched.exports()) == set()


@pytest.mark.parametrize("name", ["verifier", "wallet", "hub"])
def test_no_file_ever_holds_a_value_in_the_clear(searched, name):
    before = seen_in(searched.file_of(name))
    searched.purge()

    assert (before, seen_in(searched.file_of(name))) == (set(), set())


def test_a_value_in_the_clear_would_be_seen_in_a_file(searched):
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute("CREATE TABLE t (v TEXT)")
        memory.execute("INSERT INTO t VALUES (?)", ("999996216",))
        assert seen_in(memory.serialize().decode("latin-1")) == {"999996216"}
    assert len(searched.file_of("wallet")) > 10_000


def test_what_was_erased_is_gone_from_the_free_pages_too(searched):
    with closing(sqlite3.connect(searched.town.place.var / "verifier.db")) as raw:
        sealed = raw.execute("SELECT sealed_presentations FROM mandate_values").fetchone()[0]
    piece = sealed[200:260].decode("latin-1")
    before = piece in searched.file_of("verifier")
    searched.purge()

    assert (before, piece in searched.file_of("verifier")) == (True, False)


def test_no_service_ever_writes_a_value_into_its_log(searched):
    searched.taken_along()
    searched.purge()

    assert '"event": "mandate_used"' in searched.written()
    assert seen_in(searched.written()) == set()


def test_the_wallet_gives_the_values_to_their_owner_only(searched):
    searched.purge()
    token = searched.walk.wallet.post("/api/v1/accounts", {"name": "Somebody else", "pin": "274952"})
    stranger = searched.town.call(
        "wallet",
        "GET",
        "/api/v1/export",
        headers={"Authorization": f"Bearer {token['token']}", "Eenmalig-Pin": "274952"},
    )

    assert stranger.status_code == 200
    assert seen_in(stranger.text) == set()
