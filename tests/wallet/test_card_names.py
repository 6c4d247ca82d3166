"""What holds for several cards is said once."""

from wallet.web.card_names import joined, together


def test_cards_with_the_same_fields_share_one_entry():
    cards = [
        ("Income tax assessment 2023", ["Year", "Income"]),
        ("Income tax assessment 2022", ["Year", "Income"]),
        ("Identity", ["Name"]),
    ]

    assert together(cards) == [
        ("Income tax assessment 2022, 2023", ("Year", "Income")),
        ("Identity", ("Name",)),
    ]


def test_no_field_is_lost_and_none_is_doubled():
    cards = [("Bank", ["IBAN"]), ("Bank", ["IBAN"]), ("Bank", ["IBAN", "Name"]), ("Other", [])]

    assert together(cards) == [("Bank", ("IBAN",)), ("Bank", ("IBAN", "Name")), ("Other", ())]


def test_names_that_begin_differently_stand_side_by_side():
    assert joined(["Identity", "Account holder"]) == "Identity, Account holder"
    assert joined(["Card", "Card"]) == "Card, Card"
