"""What PAR and the authorization endpoint refuse, and where no browser is ever sent (THREATS A1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from issuer.domain.guesses import LIMIT
from issuer.store.tables import authorizations, tokens
from openid4vc.jose.keys import SigningKey
from openid4vc.oauth.par import REQUEST_URI_PREFIX
from tests.issuer.place import BACK, CLIENT, PUBLIC, STRANGERS_BACK, make_place
from tests.issuer.wallet import VERIFIER, Wallet, form_field, returned


def _refused(answer, error, status=400):
    assert (answer.status_code, answer.json["error"]) == (status, error), answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Location" not in answer.headers


def _page(answer, status):
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert "Location" not in answer.headers


@pytest.mark.threat("002")
def test_guesses_of_offers_all_miss_and_then_have_to_wait(issuer):
    guesses = [issuer.open("GET", f"/municipality/offers/{number:022d}") for number in range(LIMIT)]
    late = issuer.open("GET", "/municipality/offers/AAAAAAAAAAAAAAAAAAAAAA")
    issuer.clock.advance(minutes=1)
    later = issuer.open("GET", "/municipality/offers/AAAAAAAAAAAAAAAAAAAAAA")

    assert {(each.status_code, each.data) for each in guesses} == {(404, guesses[0].data)}
    assert (late.status_code, late.headers["Retry-After"]) == (429, "60")
    assert later.status_code == 404


@pytest.mark.threat("004")
@pytest.mark.parametrize("name", ["request_uri", "request"])
def test_a_pushed_request_holds_no_reference(issuer, wallet, name):
    _refused(wallet.push(**{name: f"{REQUEST_URI_PREFIX}x"}), "invalid_request")

    assert issuer.count(authorizations) == 0


@pytest.mark.threat("005")
def test_a_reference_is_good_for_one_browser(issuer, wallet):
    request_uri = wallet.push().json["request_uri"]
    wallet.visit(request_uri)
    other = wallet.other(browser=issuer.app.test_client())

    _page(other.visit(request_uri), 400)
    wallet.sign_in()
    wallet.decide()

    _page(wallet.visit(request_uri), 400)
    _page(wallet.decide(), 400)


@pytest.mark.threat("005")
def test_a_reference_is_good_for_a_minute_at_this_server_for_this_client(issuer, wallet):
    request_uri = wallet.push().json["request_uri"]

    _page(wallet.other(client_id="stranger").visit(request_uri), 400)
    _page(wallet.other(tenant="bank").visit(request_uri), 400)
    issuer.clock.advance(seconds=60)

    _page(wallet.visit(request_uri), 400)
    _page(wallet.visit(f"{REQUEST_URI_PREFIX}unknown"), 400)
    _page(wallet.visit("https://evil.example/request"), 400)
    assert issuer.count(authorizations, authorizations.c.browser_hash.is_not(None)) == 0


@pytest.mark.threat("006")
@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://evil.example/cb",
        f"{BACK}/more",
        f"{BACK}?x=1",
        f"{BACK}#x",
        f"{BACK}/../cb",
        BACK.replace("8002", "8003"),
        BACK.replace("localhost", "LOCALHOST"),
        BACK.replace("//", "//user@"),
        BACK.removesuffix("b"),
        STRANGERS_BACK,
        "javascript:alert(1)",
        None,
    ],
)
def test_an_address_that_is_not_registered_is_refused_on_our_side(issuer, wallet, redirect_uri):
    _refused(wallet.push(redirect_uri=redirect_uri), "invalid_request")

    assert issuer.count(authorizations) == 0


@pytest.mark.threat("007")
@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"code_challenge": "a" * 44},
    ],
)
def test_a_request_without_a_proof_key_is_refused(wallet, changes):
    _refused(wallet.push(**changes), "invalid_request")


@pytest.mark.threat("007")
@pytest.mark.parametrize("verifier", [None, "v" * 42, "v" * 129, "v" * 43 + "\0", "ü" * 43])
def test_a_verifier_of_another_shape_is_refused(wallet, verifier):
    _refused(wallet.redeem(wallet.code(), code_verifier=verifier), "invalid_request")


@pytest.mark.threat("007")
def test_a_wrong_verifier_burns_the_code(issuer, wallet):
    code = wallet.code()

    _refused(wallet.redeem(code, code_verifier="w" * 43), "invalid_grant")
    _refused(wallet.redeem(code, code_verifier=VERIFIER), "invalid_grant")

    assert issuer.count(tokens) == 0


@pytest.mark.threat("008")
def test_a_code_that_comes_again_revokes_its_tokens(issuer, wallet):
    code = wallet.code()
    given = wallet.redeem(code).json
    issuer.clock.advance(seconds=1)

    _refused(wallet.redeem(code), "invalid_grant")

    assert wallet.ask(given["access_token"]).status_code == 401
    _refused(wallet.refresh(given["refresh_token"]), "invalid_grant")


@pytest.mark.threat("008")
def test_a_code_in_fifty_parallel_requests_gives_tokens_once(wallet_on_both):
    wallet = wallet_on_both
    code = wallet.code()
    headers = [wallet.attested() | wallet.dpop("token") for _ in range(50)]

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda each: wallet.redeem(code, each), headers))

    assert sorted(each.status_code for each in answers) == [200] + [400] * 49
    assert {each.json["error"] for each in answers if each.status_code == 400} == {"invalid_grant"}
    assert wallet.place.count(tokens, tokens.c.revoked_at.is_not(None)) == 1


def test_a_code_is_good_for_a_minute(issuer, wallet):
    code = wallet.code()
    issuer.clock.advance(seconds=60)

    _refused(wallet.redeem(code), "invalid_grant")


@pytest.mark.threat("009")
def test_a_code_is_of_one_client_one_address_and_one_set_of_keys(issuer, wallet):
    stranger = wallet.other(client_id="stranger", redirect_uri=STRANGERS_BACK)
    others = [
        stranger,
        stranger.other(redirect_uri=BACK),
        wallet.other(redirect_uri=STRANGERS_BACK),
        wallet.other(instance=SigningKey.generate()),
    ]

    for other in others:
        _refused(other.redeem(wallet.code()), "invalid_grant")

    assert issuer.count(tokens) == 0


@pytest.mark.threat("009")
@pytest.mark.parametrize("by_header", [True, False])
def test_a_code_that_was_asked_for_with_a_key_is_redeemed_with_that_key(wallet, by_header):
    thief = wallet.other(dpop_key=SigningKey.generate())
    announced = wallet.dpop("par") if by_header else {}
    jkt = None if by_header else wallet.dpop_key.public.thumbprint()
    codes = []
    for _ in range(2):
        headers = wallet.attested() | (announced if not codes else wallet.dpop("par") if by_header else {})
        wallet.visit(wallet.push(headers, dpop_jkt=jkt).json["request_uri"])
        wallet.sign_in()
        codes.append(returned(wallet.decide())["code"])

    _refused(thief.redeem(codes[0]), "invalid_grant")

    assert wallet.redeem(codes[1]).status_code == 200


def test_header_and_parameter_name_the_same_key(wallet):
    headers = wallet.attested() | wallet.dpop("par")
    other = SigningKey.generate().public.thumbprint()

    _refused(wallet.push(headers, dpop_jkt=other), "invalid_dpop_proof")


@pytest.mark.threat("010")
@pytest.mark.parametrize(
    ("response_type", "error"),
    [
        ("token", "unsupported_response_type"),
        ("code id_token", "unsupported_response_type"),
        (None, "invalid_request"),
    ],
)
def test_only_a_code_can_be_asked_for(wallet, response_type, error):
    _refused(wallet.push(response_type=response_type), error)


@pytest.mark.threat("011")
@pytest.mark.parametrize("name", ["scope", "code_challenge", "redirect_uri", "client_id"])
def test_a_doubled_parameter_is_refused(issuer, wallet, name):
    form = wallet.pushed_form()
    body = "&".join(f"{key}={quote(value)}" for key, value in [*form.items(), (name, form[name])])
    headers = wallet.attested() | {"Content-Type": "application/x-www-form-urlencoded"}

    _refused(wallet.post("par", headers, data=body), "invalid_request")
    _refused(wallet.post(f"par?{name}=x", wallet.attested(), data=form), "invalid_request")
    _page(wallet.browser.get("/municipality/authorize?client_id=a&client_id=b", base_url=PUBLIC), 400)

    assert issuer.count(authorizations) == 0


@pytest.mark.threat("012")
@pytest.mark.parametrize("name", ["state", "issuer_state"])
@pytest.mark.parametrize("value", ["x" * 65536, "a\r\nLocation: https://evil.example", "ünïcode", "\0"])
def test_an_odd_state_is_refused(wallet, name, value):
    _refused(wallet.push(**{name: value}), "invalid_request")


@pytest.mark.threat("013")
def test_what_was_prepared_for_one_person_is_not_collected_by_another(issuer, wallet):
    offered = issuer.make_offer("identity", persona="henk", grant="code")
    state = issuer.read_offer(offered["offer"]).grants.authorization_code.issuer_state
    wallet.visit(wallet.push(issuer_state=state).json["request_uri"])
    wallet.sign_in()

    _page(wallet.decide(), 403)

    assert issuer.count(authorizations, authorizations.c.decided_at.is_not(None)) == 0
    wallet.other(persona="henk").sign_in()
    assert "code" in returned(wallet.decide())


@pytest.mark.threat("013")
def test_a_question_belongs_to_the_browser_that_began_it(issuer, wallet):
    wallet.visit(wallet.push().json["request_uri"])
    other = wallet.other(browser=issuer.app.test_client())
    other.sign_in()

    _page(other.decide(), 400)
    _page(wallet.other(tenant="bank").sign_in() and wallet.other(tenant="bank").decide(), 400)


@pytest.mark.threat("013")
def test_an_unknown_or_used_issuer_state_is_refused(issuer, wallet):
    pre = issuer.make_offer("identity", tx_code=False)
    code = issuer.read_offer(pre["offer"]).pre_authorized.pre_authorized_code
    elsewhere = issuer.make_offer("account-holder", grant="code")
    foreign = issuer.read_offer(elsewhere["offer"]).grants.authorization_code.issuer_state

    for state in ("unknown", code, foreign):
        _refused(wallet.push(issuer_state=state), "invalid_request")

    as_code = issuer.token_answer(foreign, tenant="bank")
    assert as_code.json["error"] == "invalid_grant"


@pytest.mark.threat("014")
@pytest.mark.parametrize("tenant", ["municipality", "tax-authority", "bank"])
def test_every_answer_names_the_server_of_the_metadata(issuer, wallet, tenant):
    metadata = issuer.open("GET", f"/.well-known/oauth-authorization-server/{tenant}").json
    mine = wallet.other(tenant=tenant)
    answers = []
    for choice in ("yes", "no"):
        mine.visit(mine.push().json["request_uri"])
        mine.sign_in()
        answers.append(returned(mine.decide(choice)))

    assert [each["iss"] for each in answers] == [metadata["issuer"]] * 2
    assert metadata["authorization_response_iss_parameter_supported"] is True


@pytest.mark.threat("015")
def test_the_question_is_not_framed_and_not_answered_from_elsewhere(wallet):
    wallet.visit(wallet.push().json["request_uri"])
    wallet.sign_in()
    page = wallet.browser.get("/municipality/consent", base_url=PUBLIC)
    fields = {"choice": "yes", "csrf_token": form_field(page, "csrf_token")}
    post = {"base_url": PUBLIC, "data": fields}

    without = wallet.browser.post("/municipality/consent", base_url=PUBLIC, data={"choice": "yes"})
    foreign = wallet.browser.post("/municipality/consent", **post, headers={"Origin": "https://evil.example"})

    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert (without.status_code, foreign.status_code) == (403, 403)
    assert "code" in returned(wallet.browser.post("/municipality/consent", **post))


def test_the_form_may_lead_back_to_the_wallet_that_asks_and_nowhere_else(wallet):
    wallet.visit(wallet.push().json["request_uri"])
    wallet.sign_in()
    pages = [wallet.browser.get(path, base_url=PUBLIC) for path in ("/municipality/consent", "/")]
    consent, other = (
        page.headers["Content-Security-Policy"].split("form-action ")[1].split(";")[0] for page in pages
    )

    assert set(consent.split()) == {"http://localhost:8002", *other.split()}
    assert "http://localhost:8002" not in other


def test_an_unknown_client_is_refused(wallet):
    _refused(wallet.other(client_id="nobody").push(), "invalid_client", 401)


@pytest.fixture
def guest(tmp_path, keys, _empty_file):
    """A wallet that is registered nowhere, at an issuer that lets its provider vouch for it."""
    path = tmp_path / "open.db"
    path.write_bytes(_empty_file.read_bytes())
    place = make_place(tmp_path, keys, f"sqlite:///{path}", unregistered_wallets=True)
    yield Wallet(place, client_id="guest", redirect_uri="https://guest.example/cb")
    place.database.dispose()


@pytest.mark.parametrize("redirect_uri", ["https://guest.example/cb", "http://localhost:9999/wallet/cb"])
def test_a_wallet_that_is_vouched_for_may_be_a_guest(guest, redirect_uri):
    visiting = guest.other(redirect_uri=redirect_uri)

    tokens = visiting.tokens()

    assert visiting.ask(tokens["access_token"]).status_code == 200


def test_a_guest_that_nobody_vouches_for_is_refused(tmp_path, keys, _empty_file):
    path = tmp_path / "open.db"
    path.write_bytes(_empty_file.read_bytes())
    lax = {"unregistered_wallets": True, "attestation_required": False}
    guest = Wallet(make_place(tmp_path, keys, f"sqlite:///{path}", **lax), client_id="guest")

    _refused(guest.push({}), "invalid_client", 401)


@pytest.mark.threat("006")
@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://guest.example/cb",
        "https://GUEST.example/cb",
        "https://guest.example/../cb",
        "https://guest.example/a//cb",
        "https://guest.example/%2e%2e/cb",
        "https://guest.example/cb?x=1",
        "https://guest.example/cb#x",
        "https://user@guest.example/cb",
        "javascript:alert(1)",
    ],
)
def test_the_address_of_a_guest_has_one_reading(guest, redirect_uri):
    _refused(guest.push(redirect_uri=redirect_uri), "invalid_request")


@pytest.mark.threat("006")
def test_who_is_registered_is_held_to_it_where_guests_may_come(guest):
    _refused(guest.other(client_id=CLIENT).push(), "invalid_request")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": None}, "invalid_scope"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": "nl.eenmalig.account-holder"}, "invalid_scope"),
        ({"authorization_details": "[]"}, "invalid_authorization_details"),
        ({"authorization_details": '[{"type":"x"}]'}, "invalid_authorization_details"),
        ({"resource": f"{PUBLIC}/bank"}, "invalid_request"),
    ],
)
def test_what_is_not_here_cannot_be_asked_for(wallet, changes, error):
    _refused(wallet.push(**changes), error)


@pytest.mark.threat("034")
def test_details_beyond_the_offer_are_refused_and_scopes_are_cut(issuer, wallet):
    tax = wallet.other(tenant="tax-authority")
    offered = issuer.make_offer("income-assessment-2022", grant="code")
    state = issuer.read_offer(offered["offer"]).grants.authorization_code.issuer_state
    scope = "nl.eenmalig.income-assessment.2022 nl.eenmalig.income-assessment.2023"
    more = tax.details("income-assessment-2022", "income-assessment-2023")

    _refused(
        tax.push(issuer_state=state, scope=None, authorization_details=more), "invalid_authorization_details"
    )
    tokens = tax.tokens(issuer_state=state, scope=scope)

    assert tokens["scope"] == "nl.eenmalig.income-assessment.2022"


@pytest.mark.threat("034")
def test_details_of_a_token_request_stay_within_the_grant(issuer, wallet):
    tax = wallet.other(tenant="tax-authority")
    code = tax.code()
    details = tax.details("income-assessment-2022")

    _refused(tax.redeem(code, authorization_details=details), "invalid_authorization_details")
    elsewhere = tax.details("income-assessment-2024", locations=(f"{PUBLIC}/bank",))
    _refused(tax.redeem(code, authorization_details=elsewhere), "invalid_authorization_details")

    assert tax.redeem(code).status_code == 200


def test_nothing_on_record_gives_no_code(issuer, wallet):
    people = issuer.app.extensions["ports"].personas
    noor = people.get("noor")
    balance = noor.records.pop("balance-statement")
    bank = wallet.other(tenant="bank")
    try:
        bank.visit(bank.push(scope="nl.eenmalig.balance-statement").json["request_uri"])
        bank.sign_in()

        answer = bank.decide()
        no = returned(bank.decide("no"))
    finally:
        noor.records["balance-statement"] = balance

    assert answer.status_code == 409
    assert no["error"] == "access_denied"


def test_too_many_pushed_requests_at_once_are_put_off(wallet, monkeypatch):
    monkeypatch.setattr("issuer.store.authorizations.CAPACITY", 1)
    wallet.push()

    answer = wallet.push()

    assert (answer.status_code, answer.json["error"]) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"]
