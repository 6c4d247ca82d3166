"""Whom to believe comes from a signed list, newest first, or from nowhere."""

import secrets
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from chassis.outbound import Answer, PeerUnreachable
from openid4vc.jose.keys import SigningKey
from openid4vc.trust.certificates import LeafSubject, make_leaf
from openid4vc.trust.list_kinds import EAA_PROVIDERS, PID_PROVIDERS, WALLET_PROVIDERS
from openid4vc.trust.listing import Keeper, ListedEntity, TrustList
from openid4vc.trust.lists import LIST_SIGNING, sign_list
from tests.verifier.helpers.pki import ISSUER, NOON, VCTS, Ca, Party
from tests.verifier.helpers.plain import Question

URL = "http://localhost:8000/api/v1/trust/issuers"


class Keeping:
    """A trust authority, and the wire that serves its list."""

    def __init__(self, desk, monkeypatch):
        self.desk, self.ca = desk, Ca.new("lists")
        self.party = self.signer(self.ca)
        self.asked, self.cut, self.serve = 0, False, ""
        ports = desk.app.extensions["ports"]
        object.__setattr__(ports.trust, "list_urls", (URL,))
        object.__setattr__(ports.trust, "list_signers", (self.ca.root,))
        real = desk.wire.get
        monkeypatch.setattr(desk.wire, "get", lambda url, **more: self.get(url, real, more))
        self.publish()

    def signer(self, ca):
        key = SigningKey.generate()
        subject = LeafSubject("Lists", "Lists", "NTRNL-00000009", purposes=(LIST_SIGNING,))
        leaf = make_leaf(
            subject=subject,
            public=key.public,
            issuer=ca.root,
            issuer_key=ca.key,
            serial=secrets.randbits(150),
            now=NOON - timedelta(days=2),
            days=300,
        )
        return Party(key, (leaf,))

    def get(self, url, real, more):
        if url != URL:
            return real(url, **more)
        self.asked += 1
        if self.cut:
            raise PeerUnreachable("localhost:8000")
        return Answer(200, "application/jose", {}, self.serve.encode())

    def publish(self, *, kind=EAA_PROVIDERS, sequence=5, party=None, names=tuple(VCTS), anchor=None, days=1):
        now = self.desk.clock.now
        entities = tuple(
            ListedEntity(
                name=name,
                name_en=name,
                identifier="NTRNL-00000003",
                website=f"{ISSUER}/",
                certificates=(anchor or self.desk.pki.issuers_ca.root,),
                issuer=f"{ISSUER}/{name}",
                vcts=frozenset(f"{ISSUER}/{name}/vct/{vct}/1" for vct in VCTS[name]),
            )
            for name in names
        )
        keeper = Keeper("Keeper", "Street 1", "http://localhost:8000/")
        made = TrustList(kind, keeper, sequence, now, now + timedelta(days=days), entities)
        party = party or self.party
        self.serve = sign_list(made, key=party.key, chain=party.chain)

    def forget(self):
        self.desk.app.extensions["ports"].trust_lists._kept.clear()


@pytest.fixture
def keeping(desk, monkeypatch):
    return Keeping(desk, monkeypatch)


def tries(keeping, forge):
    question = Question.asked(keeping.desk)
    iat = {"iat": int(keeping.desk.clock.now.timestamp())}
    return question, question.present(forge.card(), forge.holder, claims=iat)


def accepts(keeping, forge):
    question, presentation = tries(keeping, forge)
    return question.answer(presentation).status_code == 200


def refuses(keeping, forge):
    """Refused, whether or not a sequence number was learnt."""
    question, presentation = tries(keeping, forge)
    return question.answer(presentation).status_code == 400


def test_a_listed_issuer_is_believed_and_the_list_asked_once(keeping, forge):
    assert accepts(keeping, forge)
    assert accepts(keeping, forge)
    assert keeping.asked == 1


def test_the_whole_mandate_stands_on_the_list(keeping):
    opened = keeping.desk.granted()

    assert keeping.desk.use(opened).json["decision"]["refund_eur"] == 2809


def test_a_list_of_persons_identification_counts_too(keeping, forge):
    keeping.publish(kind=PID_PROVIDERS, names=("municipality",))

    assert accepts(keeping, forge)


def test_who_is_not_on_the_list_is_not_believed(keeping, forge):
    keeping.publish(names=("bank",))

    assert refuses(keeping, forge)


def test_who_was_taken_off_is_not_believed_after_the_next_update(keeping, forge):
    assert accepts(keeping, forge)
    keeping.desk.advance(days=1)
    keeping.publish(names=("bank",), sequence=6)

    assert refuses(keeping, forge)
    assert keeping.asked == 2


def test_a_list_by_somebody_else_is_nobodys_word(keeping, forge):
    keeping.publish(party=keeping.signer(Ca.new("intruder")))

    assert refuses(keeping, forge)


def test_a_list_about_something_else_says_nothing_about_issuers(keeping, forge):
    keeping.publish(kind=WALLET_PROVIDERS)

    assert refuses(keeping, forge)


@pytest.mark.parametrize("spoil", ["", "nonsense", "changed"])
def test_a_list_that_was_changed_is_refused(keeping, forge, spoil):
    head, _, rest = keeping.serve.partition(".")
    keeping.serve = f"{head}.A{rest[1:]}" if spoil == "changed" else spoil

    assert refuses(keeping, forge)


def test_an_older_list_than_the_last_one_is_refused_also_after_a_restart(keeping, forge):
    assert accepts(keeping, forge)
    keeping.forget()
    keeping.publish(sequence=4)

    assert refuses(keeping, forge)
    keeping.publish(sequence=5)
    assert accepts(keeping, forge)


def test_a_list_that_is_over_is_refused_and_the_remembered_one_too(keeping, forge):
    assert accepts(keeping, forge)
    keeping.desk.advance(days=1)

    assert refuses(keeping, forge)


def test_a_list_that_cannot_be_fetched_refuses_until_it_can(keeping, forge):
    keeping.cut = True
    assert refuses(keeping, forge)
    keeping.cut = False

    assert accepts(keeping, forge)


def test_an_issuer_keeps_to_its_own_authorities(keeping, forge):
    keeping.publish(anchor=Ca.new("another root").root)

    assert refuses(keeping, forge)


def test_the_pin_may_be_the_certificate_itself(keeping, forge):
    ports = keeping.desk.app.extensions["ports"]
    object.__setattr__(ports.trust, "list_signers", keeping.party.chain)

    assert accepts(keeping, forge)
    assert keeping.party.chain[0].public_bytes(Encoding.DER)


def test_the_number_of_a_list_only_rises(any_desk):
    memory = any_desk.app.extensions["ports"].store.trust_lists
    assert memory.last_sequence(URL) is None

    for number in (3, 7, 5):
        memory.remember(URL, number)

    assert memory.last_sequence(URL) == 7
