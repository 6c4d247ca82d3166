"""Disclosures that were changed, doubled, smuggled or left out (THREATS C5)."""

import time

import pytest

from openid4vc.jose import base64url, strict_json
from openid4vc.sdjwt.disclosure import digest, make_disclosure
from tests.verifier.helpers.plain import NOW, Question, identity_query, names

SALT = "salt-9-long-enough"


def raw(*members):
    return base64url.encode(strict_json.dumps(list(members)))


def refuses(question, forge, **changed):
    return question.refuses(question.present(forge.card(**changed), forge.holder))


@pytest.mark.threat("246")
def test_a_changed_value_is_refused(question, forge):
    changed = [make_disclosure("salt-1-long-enough", "given_name", "Sam"), names()[1]]

    assert refuses(question, forge, shown=changed) == "disclosure_unreferenced"


@pytest.mark.threat("247")
def test_a_disclosure_that_belongs_nowhere_is_refused(question, forge):
    extra = make_disclosure(SALT, "nationalities", ["NL"])

    assert refuses(question, forge, shown=[*names(), extra]) == "disclosure_unreferenced"


@pytest.mark.threat("248")
def test_a_disclosure_sent_twice_is_refused(question, forge):
    assert refuses(question, forge, shown=[*names(), names()[0]]) == "disclosure_twice"


@pytest.mark.threat("248")
def test_a_digest_that_stands_twice_is_refused(question, forge):
    first, second = map(digest, names())

    assert refuses(question, forge, claims={"_sd": [first, first, second]}) == "digest_twice"
    elsewhere = {"_sd": [first, second], "address": {"_sd": [first]}}
    assert refuses(question, forge, claims=elsewhere) == "digest_twice"


@pytest.mark.threat("250")
@pytest.mark.parametrize("name", ["_sd", "..."])
def test_a_reserved_name_is_refused(question, forge, name):
    assert refuses(question, forge, disclosures=[*names(), raw(SALT, name, "x")]) == "disclosure_name"


@pytest.mark.threat("251")
def test_a_name_that_is_there_already_is_refused(question, forge):
    assert refuses(question, forge, claims={"given_name": "Sam"}) == "disclosure_collision"


@pytest.mark.threat("252")
@pytest.mark.parametrize(
    "disclosure",
    [raw(SALT), raw(SALT, "x"), raw(SALT, "x", 1, 2), raw(SALT, 5, 1), raw(5, "x", 1), raw(), "AAAA"],
)
def test_a_disclosure_of_another_shape_is_refused(question, forge, disclosure):
    refuses(question, forge, disclosures=[*names(), disclosure])


@pytest.mark.threat("252")
def test_a_member_where_an_element_belongs_is_refused(question, forge):
    member = raw(SALT, "x", 1)
    claims = {"list": [{"...": digest(member)}], "_sd": sorted(map(digest, names()))}

    assert refuses(question, forge, claims=claims, shown=[*names(), member]) == "disclosure_kind"


BROKEN = {
    "not utf-8": base64url.encode(b'["salt","x","\xff"]'),
    "mark": base64url.encode(b'\xef\xbb\xbf["salt","x",1]'),
    "twice": base64url.encode(b'["salt","x",{"a":1,"a":2}]'),
    "deep": base64url.encode(b'["salt","x",' + b"[" * 10_000 + b"]" * 10_000 + b"]"),
    "padded": base64url.encode(b'["salt","x",12]') + "=",
    "nan": base64url.encode(b'["salt","x",NaN]'),
}


@pytest.mark.threat("253")
@pytest.mark.parametrize("disclosure", BROKEN.values(), ids=BROKEN)
def test_a_disclosure_that_is_not_plain_json_is_refused(question, forge, disclosure):
    assert refuses(question, forge, disclosures=[*names(), disclosure]) == "malformed"


@pytest.mark.threat("254")
@pytest.mark.parametrize(
    "claims",
    [
        {"_sd": "text"},
        {"_sd": [1]},
        {"_sd": {}},
        {"list": [{"...": "AAAA", "more": 1}]},
        {"address": {"_sd_alg": "sha-256"}},
        {"...": "AAAA"},
    ],
    ids=repr,
)
def test_digests_of_another_shape_are_refused(question, forge, claims):
    refuses(question, forge, claims=claims)


@pytest.mark.threat("255")
@pytest.mark.parametrize("alg", ["sha-1", "md5", "sha-256-32", "SHA-256", 256, ""])
def test_another_hash_than_ours_is_refused(question, forge, alg):
    assert refuses(question, forge, claims={"_sd_alg": alg}) == "sd_alg"


@pytest.mark.threat("256")
@pytest.mark.parametrize("name", ["exp", "nbf", "iss", "vct", "status", "aka_vcts", "cnf"])
def test_what_decides_over_validity_may_not_be_hidden(question, forge, name):
    hidden = raw(SALT, name, {"exp": NOW + 9, "nbf": NOW - 9}.get(name, "x"))
    visible = {name: None} if name != "cnf" else {}

    check = refuses(question, forge, disclosures=[*names(), hidden], claims=visible)

    assert check in ("registered_claim_disclosed", "disclosure_collision", "malformed", "vct", "cnf")


@pytest.mark.threat("257")
def test_ten_thousand_decoys_are_no_trouble(question, forge):
    decoys = [digest(f"decoy-{number}") for number in range(10_000)]
    card = forge.card(claims={"_sd": [*decoys, *map(digest, names())]})
    started = time.monotonic()

    said = question.answer(question.present(card, forge.holder))

    assert said.status_code == 200
    assert time.monotonic() - started < 10


@pytest.mark.threat("258")
def test_a_chain_of_disclosures_with_a_gap_is_refused(question, forge):
    chain, value = [], "end"
    for number in range(20):
        one = raw(f"{SALT}-{number}", "a", value)
        chain.append(one)
        value = {"_sd": [digest(one)]}
    gap = [*names(), *chain[:10], *chain[11:]]
    claims = {"_sd": [*map(digest, names()), digest(chain[-1])]}

    assert refuses(question, forge, claims=claims, shown=gap) == "disclosure_unreferenced"


@pytest.mark.threat("259")
@pytest.mark.parametrize("shown", [[], [0], [1]])
def test_an_asked_claim_that_is_absent_is_refused(question, forge, shown):
    assert refuses(question, forge, shown=[names()[number] for number in shown]) == "dcql_claims"


@pytest.mark.threat("259")
def test_an_asked_claim_at_another_place_is_refused(question, forge):
    moved = [raw(SALT, "name", {"given_name": "Noor"}), names()[1]]

    assert refuses(question, forge, disclosures=moved) == "dcql_claims"


@pytest.mark.threat("260")
def test_what_nobody_asked_is_accepted_and_forgotten(question, forge):
    more = [
        make_disclosure(SALT, "birthdate", "1984-03-02"),
        make_disclosure(f"{SALT}2", "address", {"locality": "Voorbeeldstad"}),
    ]

    said = question.answer(question.present(forge.card(disclosures=[*names(), *more]), forge.holder))

    assert said.status_code == 200
    (claims,) = question.result().json["claims"]["identity"]
    assert claims.keys() == {"given_name", "family_name", "iss", "vct", "iat", "exp"}


@pytest.mark.threat("260")
def test_of_a_list_only_asked_elements_are_kept(desk, forge):
    query = identity_query()
    query["credentials"][0]["claims"] = [{"path": ["address", "locality"]}]
    question = Question.asked(desk, query=query)
    inner = [raw(SALT, "locality", "Voorbeeldstad"), raw(f"{SALT}2", "street", "Laan")]
    outer = raw(f"{SALT}3", "address", {"_sd": sorted(map(digest, inner))})
    elements = [raw(f"{SALT}4", "NL"), raw(f"{SALT}5", "BE")]
    claims = {"_sd": [digest(outer)], "nationalities": [{"...": digest(one)} for one in elements]}

    said = question.answer(
        question.present(forge.card(claims=claims, shown=[outer, *inner, *elements]), forge.holder)
    )

    assert said.status_code == 200
    (found,) = question.result().json["claims"]["identity"]
    assert (found["address"], found["nationalities"]) == ({"locality": "Voorbeeldstad"}, [])


@pytest.mark.threat("261")
def test_a_value_that_was_not_asked_is_refused(desk, forge):
    question = Question.asked(desk, query=identity_query(values=["Sam"]))

    assert refuses(question, forge) == "dcql_claims"
