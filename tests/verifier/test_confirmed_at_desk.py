"""A mandate for wallets that do not know mandates: confirmed at the desk, and openly the weaker kind."""

import json
import re
from dataclasses import replace

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.keys import SigningKey
from tests.verifier.helpers.desk import OWN, Opened, code_of
from tests.verifier.helpers.plain import Question
from tests.verifier.helpers.watch import rows, watching
from verifier.domain.confirmation import ConfirmedEvidence, sign_confirmation, verify_confirmation


class Citizen:
    """A browser beside a wallet that knows no mandates."""

    def __init__(self, desk):
        self.desk, self.client = desk, desk.client()

    def post(self, path, page, **fields):
        text = self.client.get(page).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', text).group(1)
        key = re.search(r'name="key" value="([^"]+)"', text)
        fields |= {"csrf_token": token} | ({"key": key.group(1)} if key else {})
        return self.client.post(path, data=fields, headers={"Origin": OWN})

    def request_behind(self, location):
        request_id = location.partition("request%2F")[2].partition("&")[0]
        return self.desk.ask(Opened(request_id, "", "", location))

    def comes_back(self, said):
        return self.client.get(f"/return?response_code={code_of(said)}").location

    def is_refused(self, error="invalid_transaction_data"):
        """The wallet says that it does not know this; gives the page of the case."""
        location = self.post("/services/averaging/start", "/services/averaging").location
        state = self.request_behind(location)["state"]
        return self.comes_back(self.desk.answer({"error": error, "state": state}))

    def reads(self):
        """The page with the text to confirm."""
        case = self.is_refused()
        return self.post(f"{case}/read-here", case).location

    def confirms(self, page):
        """Confirm; gives what the wallet is asked now."""
        said = self.post(page.replace("/text", "/confirm"), page)
        assert said.status_code == 303, said.text
        return self.request_behind(said.location)

    def gives(self):
        """The whole way; gives the page of the case."""
        request = self.confirms(self.reads())
        return self.comes_back(self.desk.answer(self.desk.answer_fields(request)))


@pytest.fixture
def citizen(any_desk):
    return Citizen(any_desk)


@pytest.fixture
def soft(desk):
    return Citizen(desk)


def id_of(page):
    return page.split("/")[2]


def test_a_confirmed_mandate_is_granted_used_and_called_what_it_is(citizen):
    case = citizen.gives()
    receipt = citizen.client.get(f"{case}?lang=en").text
    told = citizen.client.get(f"/mandates/{id_of(case)}").json
    used = citizen.post(f"{case}/use", case)
    decision = citizen.client.get(used.location).text

    assert (told["state"], told["kind"]) == ("granted", "confirmed_at_desk")
    assert "Your wallet did not sign it. This proves less." in receipt
    assert re.search(r"2[.,]809", decision)
    assert citizen.post(f"{case}/use", case).status_code == 409


def test_the_answer_of_the_authority_names_the_kind(desk, soft):
    case = soft.gives()
    said = desk.client().post(f"/api/v1/mandates/{id_of(case)}/use", headers={"Idempotency-Key": "k"})

    assert said.json["mandate"] == {"id": id_of(case), "state": "used", "kind": "confirmed_at_desk"}


def test_the_wallet_is_asked_the_same_data_without_a_mandate(desk, soft):
    first = desk.ask(desk.start())
    request = soft.confirms(soft.reads())

    assert "transaction_data" not in request
    assert request["dcql_query"] == first["dcql_query"]


def test_the_page_shows_the_stored_text_and_says_that_it_proves_less(soft):
    page = soft.reads()

    text = soft.client.get(f"{page}?lang=en").text

    assert id_of(page) in text
    assert "This proves less than a signature" in text


@pytest.mark.parametrize("error", ["access_denied", "wallet_unavailable", "invalid_request"])
def test_only_a_wallet_that_does_not_know_mandates_opens_this_way(desk, soft, error):
    case = soft.is_refused(error)

    assert "read-here" not in soft.client.get(case).text
    with watching(desk) as seen:
        said = soft.post(f"{case}/read-here", "/services/averaging")
    assert said.status_code == 409
    assert not seen.changed


def test_a_text_is_confirmed_once(desk, soft):
    page = soft.reads()
    soft.confirms(page)

    again = soft.post(page.replace("/text", "/confirm"), "/services/averaging")

    assert (again.status_code, len(rows(desk)["presentation"])) == (409, 2)


def test_a_text_is_confirmed_within_ten_minutes(desk, soft):
    page = soft.reads()
    desk.advance(minutes=10)

    assert soft.post(page.replace("/text", "/confirm"), "/services/averaging").status_code == 409


def test_nothing_is_granted_before_it_was_confirmed(desk, soft):
    soft.reads()

    assert len(rows(desk)["mandate_values"]) == 0


def test_another_browser_can_neither_read_nor_confirm(desk, soft):
    page = soft.reads()
    other = Citizen(desk)

    assert other.client.get(page).status_code == 404
    assert other.post(page.replace("/text", "/confirm"), "/services/averaging").status_code == 404


def test_an_authority_may_refuse_the_weaker_kind(desk, soft):
    case = soft.gives()
    object.__setattr__(desk.app.extensions["ports"].policy, "accept_confirmed_at_desk", False)
    with watching(desk) as seen:
        said = desk.client().post(f"/api/v1/mandates/{id_of(case)}/use", headers={"Idempotency-Key": "k"})

    assert (said.status_code, said.json["code"]) == (422, "confirmation_not_accepted")
    assert not seen.changed


def test_who_confirmed_here_withdraws_here(desk, soft):
    case = soft.gives()

    assert soft.post(f"{case}/withdraw", case).status_code == 303
    assert soft.client.get(f"/mandates/{id_of(case)}").json["state"] == "revoked"
    use = desk.client().post(f"/api/v1/mandates/{id_of(case)}/use", headers={"Idempotency-Key": "k"})
    assert use.json["code"] == "mandate_revoked"


def test_a_signed_mandate_is_not_withdrawn_by_a_button(desk, soft):
    location = soft.post("/services/averaging/start", "/services/averaging").location
    case = soft.comes_back(desk.answer(desk.answer_fields(soft.request_behind(location))))

    assert soft.post(f"{case}/withdraw", case).status_code == 403
    assert soft.client.get(f"/mandates/{id_of(case)}").json["state"] == "granted"


def evidence_of(desk, case):
    values = desk.app.extensions["ports"].store.register.values(id_of(case))
    return ConfirmedEvidence.from_json(values.evidence)


def judge(desk, evidence, **changed):
    ports = desk.app.extensions["ports"]
    expected = {
        "access_anchors": ports.trust.access_anchors,
        "trusted": ports.trust.issuers,
        "expected_action": "request",
        "now": desk.clock.now,
    } | changed
    return verify_confirmation(evidence, **expected)


def test_the_evidence_holds_and_says_what_it_is(desk, soft):
    evidence = evidence_of(desk, soft.gives())

    assert json.loads(evidence.to_json())["type"] == "urn:eenmalig:evidence:confirmed-at-desk:1"
    assert judge(desk, evidence).mandate.max_uses == 1


def test_evidence_with_any_part_of_another_is_refused(desk, soft):
    mine, other = evidence_of(desk, soft.gives()), evidence_of(desk, Citizen(desk).gives())

    for name in ("request_object", "transaction_data", "confirmation", "identity"):
        with pytest.raises(CheckFailed):
            judge(desk, replace(mine, **{name: getattr(other, name)}))


def test_a_confirmation_by_somebody_else_is_refused(desk, soft, pki):
    evidence = evidence_of(desk, soft.gives())
    forged = sign_confirmation(
        evidence.transaction_data,
        nonce="n",
        confirmed_at=desk.clock.now,
        key=SigningKey.generate(),
        chain=pki.desk.chain,
    )

    with pytest.raises(CheckFailed, match="confirmation_signature"):
        judge(desk, replace(evidence, confirmation=forged))


REFUSED = {
    "another action": {"expected_action": "object"},
    "before it was confirmed": {"now": "past"},
}


@pytest.mark.parametrize("changed", REFUSED.values(), ids=REFUSED)
def test_evidence_for_another_act_or_from_the_future_is_refused(desk, soft, changed):
    evidence = evidence_of(desk, soft.gives())
    if changed.get("now") == "past":
        changed = {"now": desk.clock.now.replace(hour=desk.clock.now.hour - 1)}

    with pytest.raises(CheckFailed):
        judge(desk, evidence, **changed)


def test_a_signed_question_is_no_part_of_the_weaker_kind(desk, soft):
    evidence = evidence_of(desk, soft.gives())
    opened = desk.start()
    signed = desk.client().post(f"/oid4vp/request/{opened.id}").text

    with pytest.raises(CheckFailed, match="evidence_transaction_data"):
        judge(desk, replace(evidence, request_object=signed))


@pytest.mark.parametrize("spoil", [{"more": 1}, {"identity": 5}, {"type": "urn:eenmalig:evidence:1"}])
def test_evidence_of_another_shape_is_malformed(desk, soft, spoil):
    document = json.loads(evidence_of(desk, soft.gives()).to_json()) | spoil

    with pytest.raises(Malformed):
        ConfirmedEvidence.from_json(json.dumps(document).encode())


def test_one_kind_does_not_pass_for_the_other(desk, soft):
    """The register knows how a mandate was given, whatever a filing says."""
    weak = desk.app.extensions["ports"].store.register.values(id_of(soft.gives()))
    opened = desk.granted()
    strong = desk.app.extensions["ports"].store.register.values(opened.mandate_id)
    crossed = json.loads(weak.evidence) | {
        "transaction_data": json.loads(strong.evidence)["transaction_data"]
    }
    filing = {"evidence": crossed, "presentations": json.loads(weak.presentations)}
    with watching(desk) as seen:
        said = desk.client().post(
            "/tax-authority/averaging-requests", json=filing, headers={"Idempotency-Key": "k"}
        )

    assert (said.status_code, said.json["code"]) == (400, "evidence_rejected")
    assert [line["check"] for line in seen.refused()] == ["evidence_kind"]


def test_a_script_can_play_the_citizen_at_the_desk(desk):
    first = Question.asked(desk, mandate=True)
    refusal = {"error": "invalid_transaction_data", "state": first.request["state"]}
    assert desk.answer(refusal).status_code == 200
    assert first.result().json["state"] == "declined"

    said = desk.client().post(f"/api/v1/presentations/{first.secret}/confirmation", json={})

    assert said.status_code == 201
    request = Citizen(desk).request_behind(said.json["wallet_url"])
    code = code_of(desk.answer(desk.answer_fields(request)))
    told = desk.client().get(f"/api/v1/presentations/{said.json['id']}?response_code={code}").json
    assert (told["state"], told["checks"][-1]["name"]) == ("submitted", "same_person")
    kind = desk.client().get(f"/mandates/{told['mandate']['id']}").json["kind"]
    assert kind == "confirmed_at_desk"


def test_a_script_gets_no_further_where_no_wallet_refused(desk):
    for secret in (Question.asked(desk, mandate=True).secret, Question.asked(desk).secret):
        said = desk.client().post(f"/api/v1/presentations/{secret}/confirmation", json={})

        assert (said.status_code, said.json["code"]) == (409, "confirmation_not_offered")
