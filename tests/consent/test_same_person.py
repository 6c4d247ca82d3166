import pytest

from consent.same_person import require_same_person
from openid4vc.errors import CheckFailed

NOOR = {"given_name": "Noor", "family_name": "de Vries", "personal_administrative_number": "999990019"}
ACCOUNT = {"tenaamstelling": "Noor de Vries"}
ASSESSMENT = {"bsn": "999990019"}


def refuses(identity, government=(), bank=()):
    with pytest.raises(CheckFailed) as refused:
        require_same_person(identity, government, bank)
    assert refused.value.check == "same_person"
    assert "9999" not in refused.value.reason


def test_one_person_passes():
    require_same_person(NOOR, [ASSESSMENT, ASSESSMENT, ASSESSMENT], [ACCOUNT])


def test_an_assessment_of_somebody_else_is_refused_wherever_it_stands():
    other = {"bsn": "999990020"}

    for government in ([other, ASSESSMENT], [ASSESSMENT, other], [other]):
        refuses(NOOR, government)


def test_an_account_of_somebody_else_is_refused():
    refuses(NOOR, [ASSESSMENT], [ACCOUNT, {"tenaamstelling": "Henk Bakker"}])


@pytest.mark.parametrize("claims", [{}, {"bsn": None}, {"bsn": ""}, {"bsn": 999990019}, {"bsn": ["9"]}])
def test_a_number_that_was_not_shown_is_another_person(claims):
    refuses(NOOR, [claims])


@pytest.mark.parametrize("missing", ["given_name", "family_name", "personal_administrative_number"])
def test_an_identity_that_does_not_say_who_is_nobody(missing):
    identity = {name: value for name, value in NOOR.items() if name != missing}

    refuses(identity, [ASSESSMENT], [ACCOUNT])


def test_two_missing_numbers_are_not_the_same_number():
    refuses({"given_name": "Noor", "family_name": "de Vries"}, [{}])


@pytest.mark.parametrize("name", ["NOOR DE VRIES", "  noor   de vries ", "Noor\tde\nVries"])
def test_case_and_spaces_do_not_make_another_name(name):
    require_same_person(NOOR, [], [{"tenaamstelling": name}])


def test_two_spellings_of_one_letter_are_one_name():
    identity = NOOR | {"given_name": "Ren\u00e9"}

    require_same_person(identity, [], [{"tenaamstelling": "Rene\u0301 de Vries"}])


@pytest.mark.parametrize(
    "name", ["N. de Vries", "de Vries Noor", "Noor de Vries en Henk", "N\u043e\u043er de Vries"]
)
def test_another_name_is_another_name(name):
    refuses(NOOR, [], [{"tenaamstelling": name}])
