"""The receipt of a grant, collected by OpenID4VCI from the desk."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.config import ConfigError
from consent.mandate import decode_mandate
from consent.receipts import GrantReceipt, ReceiptAnchors, check_receipt
from openid4vc.jose.keys import SigningKey
from openid4vc.oauth.metadata import parse_authorization_server_metadata
from openid4vc.sdjwt.type_metadata import parse_type_metadata
from openid4vc.sdjwt.vc import verify_issued
from openid4vc.vci.metadata import parse_issuer_metadata
from openid4vc.vci.offer import parse_offer
from tests.verifier.helpers.desk import OWN
from tests.verifier.helpers.holder import CONFIGURATION, ISSUER, VCT, Holder, said_error
from verifier.files import read_receipt_issuer


def test_the_receipt_says_what_was_granted_and_nothing_about_a_person(desk):
    holder = Holder.of_granted(desk).collects()

    verified = verify_issued(
        holder.receipt,
        trusted=desk.pki.trusted(),
        expected_vct=VCT,
        expected_holder=holder.key.public,
        now=desk.clock.now,
    )

    entry = desk.app.extensions["ports"].store.register.find(holder.opened.mandate_id)
    mandate = decode_mandate(entry.transaction_data)
    assert GrantReceipt.from_claims(verified.claims) == GrantReceipt.of(mandate, granted_at=desk.clock.now)
    assert (verified.issuer.id, verified.expires_at) == (ISSUER, mandate.ends())
    assert verified.disclosed == ()
    assert verified.status is not None
    assert verified.status.uri == f"{OWN}/receipts/statuslists/1"
    for value in ("Noor", "de Vries", "99999"):
        assert value not in str(verified.claims)


def test_anybody_can_check_the_receipt_and_a_changed_one_fails(desk):
    receipt = Holder.of_granted(desk).collects().receipt
    anchors = ReceiptAnchors((), (), (desk.pki.issuers_ca.root,))

    good = check_receipt(receipt, anchors=anchors, at=desk.clock.now)
    middle = len(receipt) // 2
    other = "A" if receipt[middle] != "A" else "B"
    bad = check_receipt(receipt[:middle] + other + receipt[middle + 1 :], anchors=anchors, at=desk.clock.now)

    assert all(check.passed for check in good)
    assert not all(check.passed for check in bad)


def test_the_type_is_described_and_pinned(desk):
    holder = Holder.of_granted(desk).collects()
    said = desk.client().get("/vct/mandate-receipt/1")

    metadata = parse_type_metadata(
        said.data, expected_vct=VCT, expected_integrity=holder.claims()["vct#integrity"]
    )

    assert {claim.sd for claim in metadata.claims or ()} == {"never"}
    assert [display.locale for display in metadata.display or ()] == ["nl", "en"]


def test_the_issuer_and_its_server_describe_themselves(desk):
    issuer = desk.client().get("/.well-known/openid-credential-issuer/receipts")
    server = desk.client().get("/.well-known/oauth-authorization-server/receipts")
    keys = desk.client().get("/.well-known/jwt-vc-issuer/receipts").json

    metadata = parse_issuer_metadata(issuer.data, expected_issuer=ISSUER)
    names = [metadata.configuration(CONFIGURATION).name(language) for language in ("nl", "en")]
    assert names == ["Ontvangstbewijs van een machtiging", "Receipt of a mandate"]
    assert parse_authorization_server_metadata(server.data, expected_issuer=ISSUER).takes_pre_authorized_code
    assert keys["jwks"] == desk.client().get("/receipts/jwks").json
    assert keys["jwks"]["keys"][0]["x"] == desk.pki.receipts.key.public.jwk()["x"]


def test_the_issuer_speaks_the_language_that_is_preferred(desk):
    path = "/.well-known/openid-credential-issuer/receipts"

    said = desk.client().get(path, headers={"Accept-Language": "nl-NL,nl;q=0.9,en;q=0.1"})

    assert said.headers["Content-Language"] == "nl"
    assert [one["locale"] for one in said.json["display"]] == ["nl"]


def test_the_offer_is_one_that_wallets_can_read(desk):
    offer = parse_offer(Holder.of_granted(desk).offer().data)

    assert offer.credential_issuer == ISSUER
    assert offer.credential_configuration_ids == (CONFIGURATION,)
    assert offer.pre_authorized is not None
    assert offer.pre_authorized.tx_code is None


def test_a_wallet_that_failed_halfway_tries_again_until_it_has_one(desk):
    holder = Holder.of_granted(desk)
    first = holder.collects(tells=False).receipt
    old_key, holder.key = holder.key, SigningKey.generate()

    second = holder.collects().receipt
    refused = holder.offer()

    assert first != second
    assert holder.withdraw(holder.presentation(receipt=first, key=old_key)).json["code"] == "receipt_refused"
    assert refused.status_code == 409
    assert holder.withdraw().status_code == 200


def test_a_receipt_made_again_keeps_its_place_in_the_status_list(desk):
    holder = Holder.of_granted(desk).collects(tells=False)
    first = holder.claims()["status"]

    holder.collects()

    assert holder.claims()["status"] == first


def test_a_code_is_good_once_and_only_the_newest(desk):
    holder = Holder.of_granted(desk)
    older, newest = holder.code(), holder.code()

    assert said_error(holder.redeem(older)) == "invalid_grant"
    assert holder.redeem(newest).status_code == 200
    assert said_error(holder.redeem(newest)) == "invalid_grant"


def test_a_code_and_a_token_end(desk):
    holder = Holder.of_granted(desk)
    code = holder.code()
    desk.advance(minutes=11)
    late = holder.redeem(code)
    holder.gets_token()
    desk.advance(minutes=6)

    assert said_error(late) == "invalid_grant"
    assert said_error(holder.ask()) == "invalid_token"


def test_a_link_with_another_secret_leads_nowhere(desk):
    holder, other = Holder.of_granted(desk), Holder.of_granted(desk)
    secret = other.link.rpartition("/")[2]
    holder.link = f"{holder.link.rpartition('/')[0]}/{secret}"

    assert holder.offer().status_code == 404


@pytest.mark.parametrize("end", ["used", "revoked", "expired"])
def test_a_receipt_can_be_collected_only_while_the_mandate_is_granted(desk, end):
    holder = Holder.of_granted(desk).gets_token()
    if end == "used":
        desk.use(holder.opened)
    elif end == "revoked":
        desk.say(holder.opened, "revoke", desk.statement(holder.opened, "revoke"))
    else:
        desk.advance(days=15)
        holder.token = ""

    refused = holder.ask()

    assert refused.status_code >= 400
    assert holder.offer().status_code == 409


def test_a_declined_mandate_has_no_receipt(desk):
    opened = desk.start()
    request = desk.ask(opened)

    said = desk.answer({"error": "access_denied", "state": request["state"]})

    assert "receipt_offer_uri" not in said.json


def test_a_question_without_a_mandate_has_no_receipt(question, forge):
    said = question.answer(question.present(forge.card(), forge.holder))

    assert said.status_code == 200
    assert "receipt_offer_uri" not in said.json


def test_a_wallet_that_lost_the_answer_asks_with_the_key_of_the_grant(desk):
    holder = Holder.of_granted(desk)
    audience = f"{OWN}/mandates/{holder.opened.mandate_id}/receipt-offer"
    good = desk.statement(holder.opened, "decision", aud=audience)
    wrong = desk.statement(holder.opened, "decision")

    assert desk.say(holder.opened, "receipt-offer", good).json == {"receipt_offer_uri": holder.link}
    assert desk.say(holder.opened, "receipt-offer", wrong).json["code"] == "statement_refused"


def test_the_proof_of_the_key_is_for_this_issuer_this_nonce_and_now(desk):
    holder = Holder.of_granted(desk).gets_token()
    spent = holder.nonce()
    holder.ask(proofs={"jwt": [holder.proof(nonce=spent, audience=OWN)]})

    errors = [
        said_error(holder.ask(proofs={"jwt": [proof]}))
        for proof in (
            holder.proof(audience=OWN),
            holder.proof(nonce=spent),
            holder.proof(nonce="never-given"),
            holder.proof(iat=desk.clock.now - timedelta(minutes=6)),
            "not.a.proof",
        )
    ]

    assert errors == ["invalid_proof", "invalid_nonce", "invalid_nonce", "invalid_proof", "invalid_proof"]


def test_only_this_credential_with_this_token_can_be_asked(desk):
    holder = Holder.of_granted(desk)
    nobody = holder.ask()
    holder.gets_token()

    assert (nobody.status_code, said_error(nobody)) == (401, "invalid_token")
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer ")
    assert (
        said_error(holder.ask(credential_configuration_id="identity")) == "unknown_credential_configuration"
    )
    assert said_error(holder.ask(proofs={"jwt": [holder.proof(), holder.proof()]})) == "invalid_proof"
    assert said_error(holder.ask(proofs={"attestation": ["a"]})) == "invalid_proof"
    assert said_error(holder.redeem("x", tx_code="1234")) == "invalid_request"
    assert said_error(holder.redeem("x", grant_type="refresh_token")) == "unsupported_grant_type"


def test_news_about_a_receipt_is_taken_from_its_holder_only(desk):
    holder, other = Holder.of_granted(desk).collects(tells=False), Holder.of_granted(desk).gets_token()

    assert said_error(other.notify(notification_id=holder.notification_id)) == "invalid_notification_id"
    assert holder.notify("credential_failure").status_code == 204
    assert holder.offer().status_code == 200
    assert holder.notify().status_code == 204
    assert holder.offer().status_code == 409


def test_nothing_that_is_secret_may_be_kept_on_the_way(desk):
    holder = Holder.of_granted(desk)

    said = [holder.offer(), holder.redeem(holder.code()), desk.client().post("/receipts/nonce")]

    assert {one.headers["Cache-Control"] for one in said} == {"no-store"}


def test_a_certificate_that_ended_signs_nothing(desk):
    holder = Holder.of_granted(desk).gets_token()
    ports = desk.app.extensions["ports"]
    old = desk.pki.issuers_ca.party("desk", "NTRNL-00000001", ISSUER, past_days=400)
    over = replace(ports.receipt_issuer, key=old.key, chain=old.chain)
    desk.app.extensions["ports"] = replace(ports, receipt_issuer=over)

    refused = holder.ask()

    assert (refused.status_code, said_error(refused)) == (503, "credential_request_denied")


def test_a_desk_without_a_key_for_receipts_gives_none_and_works_on(desk):
    desk.app.extensions["ports"] = replace(desk.app.extensions["ports"], receipt_issuer=None)
    opened = desk.start()

    said = desk.answer(desk.answer_fields(desk.ask(opened)))

    assert "receipt_offer_uri" not in said.json
    assert desk.client().get("/.well-known/openid-credential-issuer/receipts").status_code == 404
    assert desk.client().post("/receipts/nonce").status_code == 404


def test_a_certificate_that_does_not_name_the_issuer_stops_the_start(desk, tmp_path):
    desk.pki.write(tmp_path / "other")
    folder = tmp_path / "other" / "keys"

    with pytest.raises(ConfigError, match="does not name"):
        read_receipt_issuer(folder / "desk", own=OWN, link_key=b"k")
    assert read_receipt_issuer(folder / "nowhere", own=OWN, link_key=b"k") is None
