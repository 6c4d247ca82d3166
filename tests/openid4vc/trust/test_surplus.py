"""What is asked beyond what was registered."""

import pytest

from openid4vc.dcql.query import DcqlQuery, parse_dcql
from openid4vc.errors import Malformed
from openid4vc.messages import read_message
from openid4vc.trust.surplus import RegisteredCredential, SurplusClaim, surplus_claims

IDENTITY = "https://issuer.example/vct/identity/1"
OTHER = "https://issuer.example/vct/other/1"


def registered(*paths, vcts=(IDENTITY,), format="dc+sd-jwt", name="claim"):
    entry = {"format": format, "meta": {"vct_values": list(vcts)}, name: [{"path": path} for path in paths]}
    return read_message(RegisteredCredential, entry, refusal=Malformed)


def query(*paths, vcts=(IDENTITY,), **more) -> DcqlQuery:
    claims = {"claims": [{"path": path} for path in paths]} if paths else {}
    asked = {"id": "identity", "format": "dc+sd-jwt", "meta": {"vct_values": list(vcts)}, **claims, **more}
    return parse_dcql({"credentials": [asked]})


def surplus(entries, asked):
    return [found.path for found in surplus_claims(entries, asked)]


def test_what_is_registered_may_be_asked():
    entries = [registered(["family_name"], ["given_name"])]

    assert surplus(entries, query(["given_name"])) == []
    assert surplus(entries, query(["given_name"], ["family_name"])) == []


@pytest.mark.parametrize("name", ["claim", "claims"])
def test_both_spellings_of_the_register_are_read(name):
    assert surplus([registered(["given_name"], name=name)], query(["given_name"])) == []


@pytest.mark.threat("124")
def test_each_claim_that_is_not_registered_is_named():
    entries = [registered(["family_name"])]

    found = surplus_claims(entries, query(["family_name"], ["birthdate"], ["address", "locality"]))

    assert found == (
        SurplusClaim("identity", IDENTITY, ("birthdate",)),
        SurplusClaim("identity", IDENTITY, ("address", "locality")),
    )


@pytest.mark.threat("124")
@pytest.mark.parametrize(
    ("allowed", "asked", "within"),
    [
        (["address"], ["address"], True),
        (["address"], ["address", "locality"], True),
        (["address", "locality"], ["address", "locality"], True),
        (["address", "locality"], ["address"], False),
        (["address", "locality"], ["address", "street_address"], False),
        (["address", "locality"], ["locality"], False),
        (["locality"], ["address", "locality"], False),
        (["addres"], ["address"], False),
        (["nationalities"], ["nationalities", None], True),
        (["nationalities", None], ["nationalities"], True),
        (["nationalities", None], ["nationalities", 0], True),
        (["nationalities", 0], ["nationalities", 0], True),
        (["nationalities", 0], ["nationalities", 1], False),
        (["nationalities", 0], ["nationalities", None], False),
        (["nationalities", 0], ["nationalities"], False),
        (["jobs", None, "title"], ["jobs", 3, "title"], True),
        (["jobs", None, "title"], ["jobs", None, "title"], True),
        (["jobs", None, "title"], ["jobs", None, "salary"], False),
        (["jobs", None, "title"], ["jobs", None], False),
        (["jobs", None, "title"], ["jobs"], False),
        (["jobs", 0, "title"], ["jobs", None, "title"], False),
        (["jobs", None], ["jobs", "title"], True),
        (["jobs", None, "x"], ["jobs", "title", "x"], False),
        (["a", "0"], ["a", 0], False),
        (["a", 1], ["a", "1"], False),
        ([None], ["family_name"], False),
        ([None, None], ["family_name"], False),
    ],
    ids=str,
)
def test_a_place_lies_within_another_or_not(allowed, asked, within):
    assert (surplus([registered(allowed)], query(asked)) == []) is within


@pytest.mark.threat("124")
def test_a_type_that_is_not_registered_is_surplus_with_all_its_claims():
    found = surplus([registered(["family_name"])], query(["family_name"], vcts=(OTHER,)))

    assert found == [(), ("family_name",)]


@pytest.mark.threat("124")
def test_each_of_the_types_that_would_do_must_be_registered():
    asked = query(["family_name"], vcts=(IDENTITY, OTHER))

    assert surplus_claims([registered(["family_name"])], asked) == (
        SurplusClaim("identity", OTHER, ()),
        SurplusClaim("identity", OTHER, ("family_name",)),
    )
    assert surplus([registered(["family_name"], vcts=(IDENTITY, OTHER))], asked) == []


def test_several_entries_add_up():
    entries = [registered(["family_name"]), registered(["given_name"])]

    assert surplus(entries, query(["family_name"], ["given_name"])) == []


def test_without_registered_claims_only_the_bare_credential_may_be_asked():
    entries = [registered()]

    assert surplus(entries, query()) == []
    assert surplus(entries, query(["family_name"])) == [("family_name",)]


@pytest.mark.threat("124")
def test_another_format_is_another_credential():
    assert surplus([registered(["family_name"], format="mso_mdoc")], query(["family_name"])) == [
        (),
        ("family_name",),
    ]


@pytest.mark.threat("124")
def test_every_alternative_counts():
    claims = [{"id": "a", "path": ["family_name"]}, {"id": "b", "path": ["birthdate"]}]
    asked = query(claims=claims, claim_sets=[["a"], ["b"]])

    assert surplus([registered(["family_name"])], asked) == [("birthdate",)]


@pytest.mark.threat("124")
def test_without_a_registration_everything_is_surplus():
    assert surplus([], query(["family_name"])) == [(), ("family_name",)]


def test_foreign_formats_are_held_against_the_register_too():
    document = {"id": "m", "format": "mso_mdoc", "meta": {"doctype_value": "org.iso.18013.5.1.mDL"}}
    asked = parse_dcql({"credentials": [document]})
    entry = read_message(
        RegisteredCredential, {"format": "mso_mdoc", "meta": document["meta"]}, refusal=Malformed
    )

    assert surplus([entry], asked) == []
    assert surplus([], asked) == [()]
    assert surplus([], parse_dcql({"credentials": [document | {"meta": {}}]})) == [()]


@pytest.mark.parametrize(
    "entry",
    [
        {"format": "dc+sd-jwt"},
        {"meta": {}},
        {"format": "dc+sd-jwt", "meta": IDENTITY},
        {"format": "dc+sd-jwt", "meta": {}, "claim": [{"path": "given_name"}]},
        {"format": "dc+sd-jwt", "meta": {}, "claim": [{"path": []}]},
        {"format": "dc+sd-jwt", "meta": {}, "claim": "given_name"},
    ],
    ids=str,
)
def test_an_entry_that_misses_something_is_malformed(entry):
    with pytest.raises(Malformed):
        read_message(RegisteredCredential, entry, refusal=Malformed)
