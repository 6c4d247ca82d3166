"""How a card stands is asked of its own issuer, no more often than it says, and never guessed."""

from __future__ import annotations

import html

import pytest

from chassis.outbound import Answer
from tests.wallet.conftest import PIN
from tests.wallet.outside import Authority

LIST = "/municipality/statuslists/1"


@pytest.fixture
def reader(town):
    """Noor, signed in, with one card of three copies."""
    town.collects()
    return town.browser().signs_in()


def asked(town) -> int:
    return sum(url.endswith(LIST) for url in town.wire.urls())


def page_of_card(reader, town) -> str:
    card = town.call("GET", "/cards").json["cards"][0]["id"]
    return html.unescape(reader.goes(f"/cards/{card}").text)


def test_the_list_of_the_issuer_says_valid(reader, town):
    page = reader.goes("/cards").text

    assert ">Geldig<" in page
    assert "Voor het laatst gevraagd op" in page_of_card(reader, town)


def test_one_revoked_copy_makes_a_revoked_card_that_is_not_shared(reader, town):
    town.issuer.revoked = True

    assert ">Ingetrokken<" in reader.goes("/cards").text
    shown = town.asked().json
    assert [one["why"] for one in shown["missing"]] == ["withdrawn"]


def test_the_list_is_asked_again_only_after_the_time_that_it_names(reader, town):
    before = asked(town)
    reader.goes("/cards").goes("/cards")
    assert asked(town) == before + 1
    town.issuer.revoked = True
    town.clock.advance(seconds=299)
    assert ">Geldig<" in reader.goes("/cards").text

    town.clock.advance(seconds=2)
    assert ">Ingetrokken<" in reader.goes("/cards").text
    assert asked(town) == before + 2


def test_ask_now_asks_now(reader, town):
    page_of_card(reader, town)
    town.issuer.revoked = True
    card = town.call("GET", "/cards").json["cards"][0]["id"]

    reader.sends(f"/cards/{card}/check")
    assert reader.leads_to == f"/cards/{card}?checked=now#standing"
    page = html.unescape(reader.goes(f"/cards/{card}?checked=now").text)
    assert "trok deze kaart in" in page and "Wij vroegen het net" in page


def test_a_card_of_somebody_else_cannot_be_asked_about(reader, town):
    card = town.call("GET", "/cards").json["cards"][0]["id"]
    town.join("Henk", PIN)
    before = asked(town)
    other = town.browser().signs_in("Henk")

    other.goes("/cards").sends(f"/cards/{card}/check")

    assert other.page.status_code == 404 and asked(town) == before


def broken(_request) -> Answer:
    return Answer(500, "text/plain", {}, b"")


def nonsense(_request) -> Answer:
    return Answer(200, "application/statuslist+jwt", {}, b"not.a.token")


@pytest.mark.parametrize("answer", [broken, nonsense])
def test_what_could_not_be_checked_is_never_called_valid(reader, town, answer):
    town.issuer._statuses = lambda: answer(None)

    page = reader.goes("/cards").text
    assert ">Niet te controleren<" in page and ">Geldig<" not in page


def test_a_list_under_another_key_than_the_cards_is_no_word_of_the_issuer(reader, town):
    town.issuer.authority = Authority("Somebody", "NTRNL-00000096")

    page = reader.goes("/cards").text
    assert ">Niet te controleren<" in page


def test_a_silent_issuer_is_not_asked_at_every_click(reader, town):
    town.issuer._statuses = lambda: broken(None)
    before = asked(town)
    reader.goes("/cards").goes("/cards")
    assert asked(town) == before + 1

    town.clock.advance(minutes=3)
    reader.goes("/cards")
    assert asked(town) == before + 2


def test_an_expired_card_is_not_asked_about(reader, town):
    town.clock.advance(days=91)
    reader.signs_in()
    before = asked(town)

    assert ">Verlopen<" in reader.goes("/cards").text
    assert asked(town) == before


def test_deleting_asks_first_and_tells_what_stays(reader, town):
    card = town.call("GET", "/cards").json["cards"][0]["id"]
    page = reader.goes(f"/cards/{card}/delete").text
    assert "Uw geschiedenis blijft" in page
    assert len(town.call("GET", "/cards").json["cards"]) == 1

    reader.sends(f"/cards/{card}/delete")

    assert town.call("GET", "/cards").json["cards"] == []
    assert {line["kind"] for line in town.history()} == {"collected", "card_deleted"}


def test_without_cards_the_page_says_what_to_do(town):
    page = town.browser().signs_in().goes("/cards").text

    assert "U hebt nog geen kaarten" in page and 'href="/collect"' in page
