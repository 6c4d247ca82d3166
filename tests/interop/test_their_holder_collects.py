"""A stranger's wallet collects from our issuer."""

from __future__ import annotations

import pytest

from tests.interop.stage import Stage, StrangerFailed

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("by_reference", [False, True], ids=["by value", "by reference"])
def test_it_collects_with_a_transaction_code(stage: Stage, by_reference: bool) -> None:
    offer = stage.offered("identity", by_reference=by_reference, tx_code=True)

    got = stage.holder(
        "collect", offer=offer["offer"], tx_code=offer["tx_code"], anchors=stage.issuer_anchors
    )

    (card,) = got["cards"]
    assert card["vct"] == f"{stage.our_issuer.base}/municipality/vct/identity/1"
    assert card["copies"][0]["claims"]["given_name"] == "Noor"
    assert card["notified"]


def test_it_reads_our_metadata_as_the_final_version(stage: Stage) -> None:
    offer = stage.offered("account-holder", tx_code=False)

    got = stage.holder("collect", offer=offer["offer"], anchors=stage.issuer_anchors)

    assert got["version"] == "V1"
    assert got["issuer"] == f"{stage.our_issuer.base}/bank"


def test_it_collects_a_batch_whose_copies_share_nothing(stage: Stage) -> None:
    offer = stage.offered("identity", tx_code=False)

    got = stage.holder("collect", offer=offer["offer"], anchors=stage.issuer_anchors)

    copies = got["cards"][0]["copies"]
    parts = [set(copy["sd_jwt"].split("~")[:-1]) for copy in copies]
    assert len(copies) > 1
    assert not set.intersection(*parts)
    assert len({copy["key"]["x"] for copy in copies}) == len(copies)
    assert len({copy["claims"]["status"]["status_list"]["idx"] for copy in copies}) == len(copies)
    assert len({copy["claims"]["given_name"] for copy in copies}) == 1


def test_it_collects_several_credentials_with_one_token(stage: Stage) -> None:
    years = ["income-assessment-2022", "income-assessment-2023", "income-assessment-2024"]
    offer = stage.offered(*years, tx_code=True)

    got = stage.holder(
        "collect", offer=offer["offer"], tx_code=offer["tx_code"], anchors=stage.issuer_anchors, copies=1
    )

    assert [card["copies"][0]["claims"]["jaar"] for card in got["cards"]] == [2022, 2023, 2024]
    assert [one["path"] for one in got["spoken"]].count("/tax-authority/token") == 1


def test_a_wrong_transaction_code_is_refused_in_words_that_it_reads(stage: Stage) -> None:
    offer = stage.offered("identity", tx_code=True)
    wrong = "000000" if offer["tx_code"] != "000000" else "000001"

    with pytest.raises(StrangerFailed) as refused:
        stage.holder("collect", offer=offer["offer"], tx_code=wrong, anchors=stage.issuer_anchors)

    assert refused.value.said["error"] == "invalid_grant"


def test_an_offer_is_collected_once(stage: Stage) -> None:
    offer = stage.offered("identity", tx_code=False)
    stage.holder("collect", offer=offer["offer"], anchors=stage.issuer_anchors, copies=1)

    with pytest.raises(StrangerFailed) as refused:
        stage.holder("collect", offer=offer["offer"], anchors=stage.issuer_anchors, copies=1)

    assert refused.value.said["error"] == "invalid_grant"


def test_it_does_not_believe_us_under_another_root(stage: Stage) -> None:
    offer = stage.offered("identity", tx_code=False)

    with pytest.raises(StrangerFailed, match="nobody we trust"):
        stage.holder("collect", offer=offer["offer"], anchors=stage.strangers.nobody.root_pem, copies=1)


def test_it_sees_that_we_revoked(stage: Stage) -> None:
    offer = stage.offered("identity", tx_code=False)
    got = stage.holder("collect", offer=offer["offer"], anchors=stage.issuer_anchors, copies=1)
    copy = got["cards"][0]["copies"][0]
    place = copy["claims"]["status"]["status_list"]
    check = {"anchors": stage.issuer_anchors, "vct": got["cards"][0]["vct"], "holder": copy["key"]}
    stage.holder("check", sd_jwt=copy["sd_jwt"], **check)

    stage.our_issuer.post("/api/v1/revocations", {"status_uri": place["uri"], "idx": place["idx"]})

    with pytest.raises(StrangerFailed, match="Status is not valid"):
        stage.holder("check", sd_jwt=copy["sd_jwt"], **check)
