import pytest

from consent.check_words import check_words
from consent.evidence_report import CHECKS
from consent.named_check import NamedCheck, all_passed
from consent.plain_text import is_short, plain
from tests.consent.test_receipts import ANCHORS, GRANT, LATER, TEXT, check_receipt

RECEIPTS = {check.name for text in (TEXT, GRANT) for check in check_receipt(text, anchors=ANCHORS, at=LATER)}


@pytest.mark.parametrize("name", sorted({*CHECKS, *RECEIPTS}))
def test_every_check_has_a_short_sentence_in_two_languages(name):
    words = check_words(NamedCheck(name, True))

    assert words.nl != words.en
    assert all(
        is_short(plain(text)) and text.endswith(".") and "{" not in text for text in (words.nl, words.en)
    )


def test_a_name_that_is_no_check_has_no_words():
    with pytest.raises(KeyError):
        check_words(NamedCheck("desk_shoe", True))


def test_no_checks_at_all_is_not_a_pass():
    assert not all_passed([])
    assert all_passed([NamedCheck("form", True)])
    assert not all_passed([NamedCheck("form", True), NamedCheck("content", False)])
