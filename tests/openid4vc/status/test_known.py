"""Known status lists: what is stale, revoked or another's is never answered from memory."""

from datetime import datetime
from typing import Any

import pytest

from openid4vc.errors import CheckFailed
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.status.known import KnownStatusLists
from openid4vc.status.status_list import StatusList, require_valid
from openid4vc.status.token import VerifiedStatusList, sign_status_list_token
from tests.openid4vc.jose.authority import NOW, Signer, later, root
from tests.openid4vc.status.test_token import CHAIN, ISSUER, URI, token, verify


def kept(**change: Any) -> tuple[KnownStatusLists, VerifiedStatusList]:
    lists, verified = KnownStatusLists(), verify(token(**change))
    lists.keep(URI, verified)
    return lists, verified


def known(lists: KnownStatusLists, now: datetime) -> VerifiedStatusList | None:
    return lists.known(URI, signer=CHAIN.key, now=now)


def test_a_fresh_list_is_known() -> None:
    lists, verified = kept()

    assert known(lists, later(seconds=899)) is verified


def test_a_list_is_asked_for_again_when_its_ttl_is_over() -> None:
    lists, _ = kept(ttl=900)

    assert known(lists, later(seconds=900)) is None


def test_a_list_is_asked_for_again_when_it_expired_before_its_ttl() -> None:
    lists, _ = kept(ttl=900, exp=to_numeric_date(later(seconds=100)))

    assert known(lists, later(seconds=99))
    assert known(lists, later(seconds=100)) is None


def test_a_list_is_asked_for_again_when_the_certificate_of_its_signer_ended() -> None:
    ending = Signer(ISSUER.key, (root().certify(ISSUER.key, now=later(hours=-23), days=1),))
    lists, verified = KnownStatusLists(), verify(token(signer=ending, ttl=86_400))
    lists.keep(URI, verified)

    assert verified.fresh_until == later(hours=1)
    assert known(lists, later(minutes=59))
    assert known(lists, later(hours=1)) is None


def test_the_list_of_another_key_or_address_is_not_known() -> None:
    lists, _ = kept()

    assert lists.known(URI, signer=root().signer().key.public, now=NOW) is None
    assert lists.known(URI + "/", signer=CHAIN.key, now=NOW) is None


def test_what_is_revoked_meanwhile_is_refused_once_the_list_is_fetched_again() -> None:
    statuses, lists = StatusList.empty(1, 16), KnownStatusLists()
    lists.keep(URI, verify(published(statuses, NOW)))
    statuses.set(7, 1)

    assert known(lists, later(seconds=901)) is None
    lists.keep(URI, verify(published(statuses, later(seconds=901)), now=later(seconds=901)))
    again = known(lists, later(seconds=901))
    assert again is not None
    with pytest.raises(CheckFailed, match="status_revoked"):
        require_valid(again.status_at(7))


def published(statuses: StatusList, now: datetime) -> str:
    return sign_status_list_token(
        statuses, uri=URI, key=ISSUER.key, chain=ISSUER.chain, iat=now, exp=later(hours=24), ttl=900
    )


def test_the_memory_is_bounded_in_bytes() -> None:
    verified = verify(published(StatusList.empty(1, 8000), NOW))
    lists = KnownStatusLists(max_bytes=2500)

    for number in range(5):
        lists.keep(f"{URI}/{number}", verified)

    there = [lists.known(f"{URI}/{number}", signer=CHAIN.key, now=NOW) is not None for number in range(5)]
    assert there == [False, False, False, True, True]


def test_a_list_kept_again_counts_once_and_one_that_is_too_large_not_at_all() -> None:
    verified = verify(published(StatusList.empty(1, 8000), NOW))
    lists, narrow = KnownStatusLists(max_bytes=2500), KnownStatusLists(max_bytes=999)

    for uri in (URI, URI, URI, URI + "/2"):
        lists.keep(uri, verified)
    narrow.keep(URI, verified)

    assert lists.known(URI, signer=CHAIN.key, now=NOW) is verified
    assert narrow.known(URI, signer=CHAIN.key, now=NOW) is None
