"""What may happen once happens once, however many ask at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from issuer.store.tables import issuances, offers, status_entries, tokens
from openid4vc.jose.jws import parse_jws

AT_ONCE = 20


@pytest.fixture
def issuer(issuer_on_both):
    """Each of these tests runs on both databases."""
    return issuer_on_both


def _together(work):
    """Run `work(number)` in twenty threads that start together."""
    start = Barrier(AT_ONCE)

    def one(number):
        start.wait()
        return work(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


@pytest.mark.threat("017")
def test_a_code_in_twenty_parallel_requests_gives_one_token(issuer):
    offered = issuer.make_offer()
    code = issuer.read_offer(offered["offer"]).pre_authorized.pre_authorized_code

    answers = _together(lambda _: issuer.token_answer(code, tx_code=offered["tx_code"]))

    assert sorted(each.status_code for each in answers) == [200] + [400] * (AT_ONCE - 1)
    assert {each.json["error"] for each in answers if each.status_code == 400} == {"invalid_grant"}
    assert issuer.count(tokens) == 1


@pytest.mark.threat("019")
def test_parallel_guesses_of_a_tx_code_count_too(issuer):
    offered = issuer.make_offer()
    code = issuer.read_offer(offered["offer"]).pre_authorized.pre_authorized_code
    wrong = f"{(int(offered['tx_code']) + 1) % 1_000_000:06d}"

    _together(lambda _: issuer.token_answer(code, tx_code=wrong))

    assert issuer.count(offers, offers.c.tx_code_failures == 5) == 1
    assert issuer.token_answer(code, tx_code=offered["tx_code"]).status_code == 400


@pytest.mark.threat("041")
def test_a_nonce_in_twenty_parallel_requests_gives_one_credential(issuer):
    token, nonce = issuer.access_token(), issuer.nonce()

    answers = _together(lambda _: issuer.request_credential(token, issuer.proof(nonce)))

    assert sorted(each.status_code for each in answers) == [200] + [400] * (AT_ONCE - 1)
    assert {each.json["error"] for each in answers if each.status_code == 400} == {"invalid_nonce"}
    assert issuer.count(issuances) == issuer.count(status_entries) == 1


@pytest.mark.threat("073")
def test_parallel_issuance_gives_every_copy_its_own_place(issuer):
    held = [(issuer.access_token(), issuer.nonce()) for _ in range(AT_ONCE)]

    def collect(number):
        token, nonce = held[number]
        proofs = [issuer.proof(nonce) for _ in range(5)]
        return [each["credential"] for each in issuer.request_credential(token, *proofs).json["credentials"]]

    credentials = [each for batch in _together(collect) for each in batch]
    places = [
        parse_jws(each.split("~")[0], expected_typ="dc+sd-jwt").claims()["status"]["status_list"]
        for each in credentials
    ]

    assert len({(each["uri"], each["idx"]) for each in places}) == AT_ONCE * 5
    assert len({each["uri"] for each in places}) == 2
    assert [each["idx"] for each in places] != sorted(each["idx"] for each in places)
