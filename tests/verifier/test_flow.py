"""The mandate from offer to decision, through the doors that callers have."""

from openid4vc.jose import base64url, strict_json


def test_a_mandate_is_granted_used_once_and_decided(any_desk):
    opened = any_desk.granted()

    used = any_desk.use(opened)

    assert used.status_code == 200
    assert used.json["mandate"] == {"id": opened.mandate_id, "state": "used", "kind": "signed"}
    assert used.json["decision"]["refund_eur"] == 2809
    assert used.json["decision"]["years"] == [2022, 2023, 2024]
    assert all(step["nl"] and step["en"] for step in used.json["decision"]["steps"])
    assert any_desk.state(opened) == "used"


def test_the_mandate_exists_before_anything_is_shown(desk):
    opened = desk.start()

    assert desk.state(opened) == "proposed"


def test_the_request_object_holds_the_stored_strings_each_time(desk):
    opened = desk.start()

    first, second = desk.ask(opened), desk.ask(opened, wallet_nonce="n-1")

    assert second.pop("wallet_nonce") == "n-1"
    assert "wallet_nonce" not in first
    assert first == second
    assert first["response_uri"] == "http://localhost:8003/oid4vp/response"
    assert not {"redirect_uri", "presentation_definition", "scope", "client_id_scheme"} & first.keys()


def test_the_signed_text_names_desk_authority_purpose_and_one_use(desk):
    (encoded,) = desk.ask(desk.start())["transaction_data"]

    mandate = strict_json.loads(base64url.decode(encoded))

    assert mandate["mandatary"] == {"id": "NTRNL-00000001", "name": "Geldloket Voorbeeldstad"}
    assert mandate["addressee"]["id"] == "NTRNL-00000002"
    assert mandate["max_uses"] == 1
    assert mandate["credential_ids"] == ["identity"]
