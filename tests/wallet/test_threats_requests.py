"""Group B2 of the threat catalogue: what requests can do to a wallet, one test a row."""

from __future__ import annotations

import re
import time

import pytest

from chassis.outbound import Answer
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from tests.wallet.outside import DESK, NOON, VCT, Authority, json_answer
from tests.wallet.papers import pem_of, registered, registration
from tests.wallet.test_requests import changed, code_of, other_type
from tests.wallet.test_who_asks import unsigned

RESPONSE = f"{DESK}/oid4vp/response"


def nobody_heard(town, code: str = "request_not_trusted") -> bool:
    """Refused, and nothing was posted to anybody."""
    town.collects()
    return code_of(town.asked()) == code and town.verifier.received == []


def told(town) -> list[str]:
    """The codes that the verifier heard; never an answer."""
    town.collects()
    refused = town.asked()
    assert code_of(refused) == "request_faulty"
    assert not any({"vp_token", "response"} & form.keys() for form in town.verifier.received)
    return [form["error"] for form in town.verifier.received]


@pytest.mark.threat("101")
@pytest.mark.parametrize("nonce", [None, "", "with space", "ünïcode", "a/b", 5])
def test_a_request_without_a_usable_nonce(town, nonce):
    town.verifier.without = ("nonce",) if nonce is None else ()
    town.verifier.claims = {} if nonce is None else {"nonce": nonce}

    assert told(town) == ["invalid_request"]


@pytest.mark.threat("102")
def test_a_broken_signature(town):
    town.verifier.compact = lambda compact: compact[:-8] + "AAAAAAAA"

    assert nobody_heard(town)


@pytest.mark.threat("103")
@pytest.mark.parametrize("typ", ["", "JWT", "oauth-authz-req", "OAUTH-AUTHZ-REQ+JWT"])
def test_another_type_of_jwt(town, typ):
    town.verifier.typ = typ

    assert nobody_heard(town)


@pytest.mark.threat("104")
def test_a_client_id_outside_that_is_not_the_one_inside(town):
    inside = town.verifier.client_id
    town.verifier.claims["client_id"] = inside
    town.collects()
    for outside in (inside.replace("x509_hash:", "x509_san_dns:"), "x509_hash:other", inside + "x"):
        assert code_of(town.asked(town.verifier.link(client_id=outside))) == "request_not_trusted"
    assert town.verifier.received == []


@pytest.mark.threat("105")
def test_an_answer_that_would_go_to_another_host_than_the_certificate_names(town):
    town.verifier.named = "x509_san_dns:localhost"
    town.verifier.claims["response_uri"] = "http://127.0.0.1:8003/oid4vp/response"

    assert nobody_heard(town)


@pytest.mark.threat("106")
def test_redirect_uri_beside_direct_post(town):
    town.verifier.claims["redirect_uri"] = f"{DESK}/x"

    assert told(town) == ["invalid_request"]


@pytest.mark.threat("107")
@pytest.mark.parametrize(
    "client_id",
    ["unknown:desk", "desk", "https://desk.example", "origin:https://desk.example", "did:web:desk", ":"],
)
def test_an_identity_that_nobody_here_can_check_is_not_even_fetched(town, client_id):
    assert code_of(town.asked(town.verifier.link(client_id=client_id))) == "request_not_trusted"
    assert town.wire.sent == []


@pytest.mark.threat("109")
def test_unsigned_where_a_certificate_is_claimed_and_signed_where_nothing_is(build):
    town = build(allow_unsigned_requests=True)
    town.join()
    town.verifier.seal = unsigned
    assert nobody_heard(town)

    town.verifier.seal = None
    town.verifier.named = f"redirect_uri:{RESPONSE}"
    assert nobody_heard(town)


CHAINS = {
    "to nobody we trust": lambda town: Authority("Geldloket Voorbeeldstad", "NTRNL-00000001"),
    "expired": lambda town: town.clock.advance(days=900) or town.verifier.authority,
    "self-signed": lambda town: self_signed(),
    "with the anchor inside": lambda town: with_anchor(town),
}


def self_signed() -> Authority:
    alone = Authority("Geldloket Voorbeeldstad", "NTRNL-00000001")
    alone.chain = (alone.root,)
    return alone


def with_anchor(town) -> Authority:
    alone = town.verifier.authority
    alone.chain = (*alone.chain, alone.root)
    return alone


@pytest.mark.threat("110")
@pytest.mark.parametrize("fault", CHAINS)
def test_a_hash_that_fits_a_certificate_that_does_not_hold(town, fault):
    town.collects()
    town.verifier.authority = CHAINS[fault](town)
    town.tokens["Noor"] = town.call("POST", "/sessions", {"name": "Noor", "pin": "482913"}).json["token"]

    assert code_of(town.asked()) == "request_not_trusted"
    assert town.verifier.received == []


@pytest.mark.threat("112")
def test_the_certificate_of_who_issues_cards(town):
    town.verifier.authority = town.issuer.authority

    assert nobody_heard(town)


HEADERS = {
    "alg none": {"alg": "none"},
    "HS256": {"alg": "HS256"},
    "ES256K": {"alg": "ES256K"},
    "crit": {"crit": ["exp"]},
}


@pytest.mark.threat("113")
@pytest.mark.parametrize("kind", HEADERS)
def test_a_header_that_wants_to_choose_how_it_is_checked(town, kind):
    def reheaded(compact: str) -> str:
        header, payload, signature = compact.split(".")
        said = strict_json.loads_object(base64url.decode(header)) | HEADERS[kind]
        return f"{base64url.encode(strict_json.dumps(said))}.{payload}.{signature}"

    town.verifier.compact = reheaded

    assert nobody_heard(town)


@pytest.mark.threat("113")
def test_a_key_in_the_header_is_never_used(town):
    own = SigningKey.generate()

    def seal(said, _key, header):
        return sign_jws(said, typ="oauth-authz-req+jwt", key=own, header=header | {"jwk": own.public.jwk()})

    town.verifier.seal = seal

    assert nobody_heard(town)


SECONDS = int(NOON.timestamp())
TIMES = {
    "exp past": ({"exp": SECONDS - 120, "iat": SECONDS - 600}, "request_expired"),
    "nbf future": ({"nbf": SECONDS + 600}, "request_not_trusted"),
    "iat a day old": ({"iat": SECONDS - 86_400}, "request_expired"),
    "iat tomorrow": ({"iat": SECONDS + 86_400, "exp": SECONDS + 90_000}, "request_not_trusted"),
    "for another wallet": ({"aud": "https://wallet.example"}, "request_not_trusted"),
}


@pytest.mark.threat("114")
@pytest.mark.parametrize("fault", TIMES)
def test_a_request_of_another_time_or_for_another_wallet(town, fault):
    changes, code = TIMES[fault]
    town.verifier.claims = changes

    assert nobody_heard(town, code)


@pytest.mark.threat("115")
def test_parameters_outside_the_signed_object_do_not_count(town):
    town.collects()
    outside = {"nonce": "evil", "state": "evil", "response_uri": "http://evil.example/", "dcql_query": "{}"}

    shown = town.asked(town.verifier.link(**outside)).json
    town.approves(shown)

    assert len(town.verifier.answers) == 1
    assert not any("evil.example" in url for url in town.wire.urls())


@pytest.mark.threat("116")
def test_a_request_by_value_beside_one_by_reference_and_one_inside_another(town):
    assert code_of(town.asked(town.verifier.link(request="eyJ"))) == "request_unusable"
    assert town.wire.sent == []

    town.verifier.claims["request_uri"] = f"{DESK}/other"
    assert told(town) == ["invalid_request"]


@pytest.mark.threat("117")
@pytest.mark.parametrize(
    "uri", ["ftp://localhost:8003/x", f"{DESK}/x#y", "http://user@localhost:8003/x", "javascript:x", "/x"]
)
def test_a_request_uri_that_is_no_plain_address(town, uri):
    assert code_of(town.asked(town.verifier.link(request_uri=uri))) == "request_unusable"
    assert town.wire.sent == []


@pytest.mark.threat("117")
def test_plain_http_outside_the_demonstration_is_stopped_at_the_door(town):
    """Which plain addresses are allowed is the door's affair (tests/chassis); the citizen is told."""
    town.wire.guarded.add("http://desk.example")

    refused = town.asked(town.verifier.link(request_uri="http://desk.example/x"))

    assert code_of(refused) == "could_not_reach"
    assert town.wire.sent == []


ANSWERS = {
    "a redirect": Answer(302, "text/html", {"Location": "http://evil.example/"}, b""),
    "a page": Answer(200, "text/html", {}, b"<html>"),
    "5 MB": Answer(200, "application/oauth-authz-req+jwt", {}, b"e" * 5_000_000),
    "bytes": Answer(200, "application/oauth-authz-req+jwt", {}, b"\xff\xfe"),
    "json": json_answer({}),
}


@pytest.mark.threat("118")
@pytest.mark.parametrize("kind", ANSWERS)
def test_what_is_fetched_is_a_request_object_or_nothing(town, kind):
    home = town.verifier
    town.wire.homes[DESK] = lambda method, path, body: (
        ANSWERS[kind] if path.startswith("/oid4vp/request") else home(method, path, body)
    )

    assert nobody_heard(town)
    assert not any("evil.example" in url for url in town.wire.urls())


@pytest.mark.threat("119")
@pytest.mark.parametrize("method", ["Post", "PUT", "GET", ""])
def test_a_method_that_does_not_exist(town, method):
    refused = town.asked(town.verifier.link(method=method))

    assert code_of(refused) == "request_unusable"
    assert town.wire.sent == []


@pytest.mark.threat("120")
@pytest.mark.parametrize("nonce", [None, "another"])
def test_a_request_that_was_not_made_for_this_fetch(town, nonce):
    town.verifier.without = ("wallet_nonce",) if nonce is None else ()
    town.verifier.claims = {} if nonce is None else {"wallet_nonce": nonce}

    assert nobody_heard(town)


@pytest.mark.threat("121")
def test_an_old_request_that_is_sent_again(town):
    town.collects()
    old = town.verifier.request(None)
    town.verifier.compact = lambda _: old
    town.clock.advance(minutes=20)

    refused = town.asked(town.verifier.link(method="get"))

    assert (refused.status_code, code_of(refused)) == (409, "request_expired")
    assert town.verifier.received == []


@pytest.mark.threat("122")
@pytest.mark.parametrize("mode", ["fragment", "query", "unknown", "dc_api"])
def test_an_answer_in_a_way_that_is_not_ours(town, mode):
    town.verifier.claims["response_mode"] = mode

    assert told(town) == ["invalid_request"]


@pytest.mark.threat("122")
def test_a_wallet_that_answers_only_encrypted(build):
    town = build(require_encrypted_answers=True)
    town.join()

    assert told(town) == ["invalid_request"]


IDENTITY = {"id": "identity", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}


def asks(**changes) -> dict:
    return {"credentials": [IDENTITY | changes]}


QUERIES = {
    "nothing": {},
    "empty": {"credentials": []},
    "doubled ids": {"credentials": [IDENTITY, IDENTITY]},
    "bad id": asks(id="a b"),
    "no claims": asks(claims=[]),
    "empty path": asks(claims=[{"path": []}]),
    "negative index": asks(claims=[{"path": ["a", -1]}]),
    "huge index": asks(claims=[{"path": ["a", 10**9]}]),
    "mixed path": asks(claims=[{"path": [{"a": 1}]}]),
    "sets without claims": asks(claim_sets=[["a"]]),
    "unknown claim in a set": asks(claims=[{"id": "a", "path": ["a"]}], claim_sets=[["b"]]),
    "unknown query in a set": {"credentials": [IDENTITY], "credential_sets": [{"options": [["x"]]}]},
    "thousands of queries": {
        "credentials": [{"id": f"q{n}", "format": "x", "meta": {}} for n in range(5_000)]
    },
    "empty values": asks(claims=[{"path": ["a"], "values": []}]),
}


@pytest.mark.threat("123")
@pytest.mark.parametrize("kind", QUERIES)
def test_a_query_that_is_none(town, kind):
    town.verifier.claims["dcql_query"] = QUERIES[kind]
    town.collects()
    start = time.process_time()

    refused = town.asked()

    assert time.process_time() - start < 10
    assert code_of(refused) == "request_faulty"
    assert [form["error"] for form in town.verifier.received] == ["invalid_request"]


@pytest.mark.threat("123")
def test_a_request_that_is_too_long_to_be_one_is_nobodys(town):
    town.verifier.claims["dcql_query"] = {"credentials": [IDENTITY | {"id": f"q{n}"} for n in range(10_000)]}

    assert nobody_heard(town)


@pytest.mark.threat("123")
@pytest.mark.parametrize(("without", "scope"), [(("dcql_query",), None), ((), "openid")])
def test_neither_query_nor_scope_or_both(town, without, scope):
    town.verifier.without = without
    town.verifier.claims = {} if scope is None else {"scope": scope}

    assert told(town) == ["invalid_request"]


@pytest.mark.threat("124")
def test_more_is_asked_than_was_registered(build):
    register = Authority("Register", "NTRNL-00000005")
    town = build(trusted_files={"registration-anchors.pem": pem_of(register)})
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    town.verifier.claims["verifier_info"] = registered(registration(register, claims=("given_name",)))
    shown = town.asked().json
    page = town.browser().signs_in().goes(f"/requests/{shown['id']}/2").text

    assert "Er wordt meer gevraagd dan aangemeld" in page
    assert code_of(town.approves(shown)) == "surplus_not_accepted"
    assert town.verifier.received == []


@pytest.mark.threat("124")
def test_more_is_asked_than_the_mandate_needs(town):
    town.verifier.transaction_data = [
        town.verifier.mandate(
            data=(town.verifier.mandate().data[0].model_copy(update={"paths": (("given_name",),)}),)
        ).encode()
    ]

    assert told(town) == ["invalid_transaction_data"]


def disclosed(town) -> set[str]:
    """What an answer showed beside what is always visible."""
    town.verifier.with_mandate = False
    town.collects()
    assert town.approves(town.asked().json).json["outcome"] == "shared"
    claims = town.verifier.answers[0].credentials["identity"][0].disclosed
    return {place[0] for place in claims}


@pytest.mark.threat("125")
def test_a_query_without_claims_gets_no_disclosure(town):
    town.verifier.query = {"credentials": [IDENTITY]}

    assert disclosed(town) == set()


@pytest.mark.threat("126")
def test_three_claims_of_ten_are_three_disclosures(town):
    town.issuer.claims |= {f"extra_{number}": number for number in range(7)}
    wanted = ("given_name", "family_name", "extra_3")
    town.verifier.query = asks(claims=[{"path": [name]} for name in wanted])

    assert disclosed(town) == set(wanted)


PASSPORT = {"id": "passport", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:passport"]}}


@pytest.mark.threat("127")
def test_a_required_card_that_is_not_held_next_to_one_that_is(town):
    town.verifier.with_mandate = False
    town.verifier.query = {"credentials": [IDENTITY, PASSPORT]}
    town.collects()
    shown = town.asked().json
    assert shown["digest"] is None and [card["query"] for card in shown["missing"]] == ["passport"]

    town.call("POST", f"/requests/{shown['id']}/decline")

    assert town.verifier.received == [{"error": "access_denied", "state": "s-1"}]


@pytest.mark.threat("128")
def test_an_optional_card_that_is_not_held(town):
    town.verifier.with_mandate = False
    sets = [{"options": [["identity"]]}, {"options": [["passport"]], "required": False}]
    town.verifier.query = {"credentials": [IDENTITY, PASSPORT], "credential_sets": sets}
    town.collects()

    assert town.approves(town.asked().json).json["outcome"] == "shared"
    assert set(town.verifier.answers[0].credentials) == {"identity"}


@pytest.mark.threat("130")
def test_a_key_that_nobody_understands_beside_a_good_one(town):
    strange = {"kty": "AKP", "alg": "HPKE-7", "kid": "pq", "pub": "AAAA"}
    town.verifier.encrypts(jwks={"keys": [strange, town.verifier.key.jwk("k-1")]})
    town.collects()

    assert town.approves(town.asked().json).json["outcome"] == "shared"
    assert set(town.verifier.received[-1]) == {"response"}


def spoiled(town, **changes) -> dict:
    good = town.verifier.key.jwk("k-1")
    return {name: value for name, value in (good | changes).items() if value is not None}


USELESS = {
    "off the curve": {"x": base64url.encode(b"\1" * 32)},
    "for signatures": {"use": "sig"},
    "without a name": {"kid": None},
    "without an algorithm": {"alg": None},
    "RSA": {"kty": "RSA", "alg": "RSA-OAEP-256", "n": "AQAB", "e": "AQAB"},
    "private": {"d": base64url.encode(b"\1" * 32)},
}


@pytest.mark.threat("131")
@pytest.mark.parametrize("fault", USELESS)
def test_only_keys_that_cannot_be_used_send_nothing_in_the_clear(town, fault):
    town.verifier.encrypts(jwks={"keys": [spoiled(town, **USELESS[fault])]})

    assert told(town) == ["invalid_request"]


@pytest.mark.threat("132")
def test_a_key_for_encryption_never_verifies_the_request(town):
    own = SigningKey.generate()
    town.verifier.claims["client_metadata"] = {"jwks": {"keys": [own.public.jwk() | {"kid": "k"}]}}

    def seal(said, _key, header):
        return sign_jws(said, typ="oauth-authz-req+jwt", key=own, header=header | {"kid": "k"})

    town.verifier.seal = seal

    assert nobody_heard(town)


@pytest.mark.threat("133")
def test_the_registration_of_another_verifier(build):
    register = Authority("Register", "NTRNL-00000005")
    town = build(trusted_files={"registration-anchors.pem": pem_of(register)})
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    other = registration(register, claims=("given_name", "family_name"), sub="NTRNL-00000098")
    town.verifier.claims["verifier_info"] = registered(other)
    shown = town.asked().json
    page = town.browser().signs_in().goes(f"/requests/{shown['id']}/1").text

    assert (shown["registered"], shown["registration_doubt"]) == (None, "registration_subject")
    assert "Registratie niet geldig" in page and "Uw dossier openen" not in page


@pytest.mark.threat("134")
def test_a_type_of_transaction_that_nobody_knows(town):
    town.verifier.transaction_data = [town.verifier.mandate().encode(), other_type(town.verifier)]
    assert told(town) == ["invalid_transaction_data"]


CREDENTIALS = {
    "unknown": {"credential_ids": ["passport"]},
    "none": {"credential_ids": []},
}


@pytest.mark.threat("137")
@pytest.mark.parametrize("kind", CREDENTIALS)
def test_a_transaction_for_a_card_that_was_not_asked(town, kind):
    town.verifier.transaction_data = [changed(town.verifier, **CREDENTIALS[kind])]

    assert told(town) == ["invalid_transaction_data"]


@pytest.mark.threat("137")
def test_a_transaction_for_a_card_without_holder_binding(town):
    claims = [{"path": [name]} for name in town.verifier.wanted]
    town.verifier.query = asks(claims=claims, require_cryptographic_holder_binding=False)

    assert told(town) == ["invalid_transaction_data"]


@pytest.mark.threat("137")
def test_a_transaction_for_a_card_that_is_not_held(town):
    shown = town.asked().json

    assert shown["digest"] is None
    assert code_of(town.approves(shown | {"digest": "x"})) == "cards_missing"
    assert town.verifier.received == []


@pytest.mark.threat("138")
@pytest.mark.parametrize("alg", ["md5", "sha-1", "sha-256-64"])
def test_a_hash_that_proves_nothing(town, alg):
    town.verifier.transaction_data = [changed(town.verifier, transaction_data_hashes_alg=[alg])]

    assert told(town) == ["invalid_transaction_data"]


@pytest.mark.threat("139")
@pytest.mark.parametrize("entries", [1000, 1])
def test_more_transactions_than_anybody_can_read(town, entries):
    encoded = town.verifier.mandate().encode() if entries > 1 else "A" * (1 << 20)
    town.verifier.transaction_data = None
    town.verifier.claims["transaction_data"] = [encoded] * entries
    town.collects()

    refused = town.asked()

    assert refused.status_code in (400, 403)
    assert town.verifier.answers == []


@pytest.mark.threat("140")
def test_a_harmless_and_a_harmful_entry_are_never_signed_together(town):
    harmless = town.verifier.mandate()
    harmful = town.verifier.mandate(mandate_id="m-harmful-0123456789abcd")
    town.verifier.transaction_data = [harmless.encode(), harmful.encode()]

    assert told(town) == ["invalid_transaction_data"]


@pytest.mark.threat("142")
@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "http://evil.example/", f"{DESK}/{'x' * 100_000}"],
)
def test_nobody_is_sent_to_a_strange_address(town, address):
    town.collects()
    shown = town.asked().json
    town.verifier.response = json_answer({"redirect_uri": address})

    done = town.approves(shown).json
    page = town.browser().signs_in().goes(f"/requests/{shown['id']}/result").text

    assert (done["redirect_uri"], done["trouble"]) == (None, "strange_return")
    assert "andere website" in page and address not in page


@pytest.mark.threat("143")
@pytest.mark.parametrize("fault", ["down", "500"])
def test_when_no_answer_comes_the_same_bytes_go_again_and_nothing_new_is_signed(town, fault):
    town.collects()
    town.verifier.with_mandate = False
    shown = town.asked().json
    if fault == "down":
        town.wire.down.add(RESPONSE)
    else:
        town.verifier.response = json_answer({}, 500)
    assert town.approves(shown).json["outcome"] == "not_certain"
    browser = town.browser().signs_in().goes(f"/requests/{shown['id']}/result")
    assert "Niet zeker" in browser.text

    town.wire.down.clear()
    town.verifier.response = None
    browser.sends(f"/requests/{shown['id']}/again")

    tries = [body for _, url, body in town.wire.sent if url == RESPONSE]
    assert len(tries) == 2 and tries[0] == tries[1]
    assert town.history()[0]["outcome"] == "shared"


@pytest.mark.threat("144")
def test_who_asks_and_where_the_answer_goes_is_on_the_first_page(town):
    town.collects()
    page = town.browser().signs_in().goes(f"/requests/{town.asked().json['id']}/1").text

    assert "Geldloket Voorbeeldstad" in page and "NTRNL-00000001" in page and "localhost:8003" in page
    assert "Verwachtte u dit niet" in page


@pytest.mark.threat("145")
def test_the_headers_of_a_request_tell_nothing_about_the_citizen(town):
    town.grants()

    sent = [
        headers for (_, url, _), headers in zip(town.wire.sent, town.wire.headers, strict=True) if DESK in url
    ]
    names = {name.lower() for headers in sent for name in headers}
    assert names <= {"accept", "content-type"}
    assert not any(re.search("Noor|python|[0-9]+\\.[0-9]+", str(headers)) for headers in sent)
