"""A stranger's wallet gives a mandate and collects its receipt from our desk."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.interop.stage import Stage

pytestmark = pytest.mark.interop


def test_it_collects_the_receipt_that_the_answer_names(stage: Stage, cards: list[dict[str, Any]]) -> None:
    asked = stage.mandate_asked()
    given = stage.holder("answer", link=asked["wallet_url"], anchors=stage.access_anchors, cards=cards)
    reference = quote(given["body"]["receipt_offer_uri"], safe="")

    got = stage.holder(
        "collect",
        offer=f"openid-credential-offer://?credential_offer_uri={reference}",
        anchors=stage.issuer_anchors,
    )

    (card,) = got["cards"]
    assert card["vct"] == f"{stage.our_verifier.base}/vct/mandate-receipt/1"
    assert card["copies"][0]["claims"]["mandate_id"] == asked["mandate_id"]
    assert card["notified"]


def test_it_ignores_the_member_if_it_wants_to(stage: Stage, cards: list[dict[str, Any]]) -> None:
    asked = stage.mandate_asked()

    given = stage.holder("answer", link=asked["wallet_url"], anchors=stage.access_anchors, cards=cards)

    assert given["status"] == 200
    assert given["body"]["redirect_uri"].startswith(stage.our_verifier.base)
