"""A wallet that collects the receipt of its mandate and withdraws with it, message by message."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from openid4vc.jose.keys import SigningKey
from openid4vc.oauth.token import PRE_AUTHORIZED
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.vci.proof import make_key_proof
from tests.verifier.helpers.desk import OWN, Desk, Opened, code_of

ISSUER = f"{OWN}/receipts"
VCT = f"{OWN}/vct/mandate-receipt/1"
CONFIGURATION = "mandate-receipt"


@dataclass
class Holder:
    """One key, one mandate, and what the desk said on the way."""

    desk: Desk
    opened: Opened
    link: str
    key: SigningKey = field(default_factory=SigningKey.generate)
    token: str = ""
    notification_id: str = ""
    receipt: str = ""

    @classmethod
    def of_granted(cls, desk: Desk, *, completed: bool = True) -> "Holder":
        """A mandate that was just given; the answer of the desk says where the receipt is."""
        opened = desk.start()
        said = desk.answer(desk.answer_fields(desk.ask(opened)))
        assert said.status_code == 200, said.data
        if completed:
            assert desk.complete(opened, code_of(said)).status_code == 200
        return cls(desk, opened, said.json["receipt_offer_uri"])

    @property
    def revocation(self) -> str:
        return f"{OWN}/mandates/{self.opened.mandate_id}/revoke"

    def offer(self) -> Any:
        return self.desk.client().get(urlsplit(self.link).path)

    def code(self) -> str:
        said = self.offer()
        assert said.status_code == 200, said.data
        code: str = said.json["grants"][PRE_AUTHORIZED]["pre-authorized_code"]
        return code

    def redeem(self, code: str, **fields: str) -> Any:
        form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code} | fields
        return self.desk.client().post("/receipts/token", data=form)

    def nonce(self) -> str:
        nonce: str = self.desk.client().post("/receipts/nonce").json["c_nonce"]
        return nonce

    def proof(self, **changed: Any) -> str:
        how = {"audience": ISSUER, "nonce": changed.pop("nonce", None) or self.nonce()} | changed
        return make_key_proof(self.key, iat=how.pop("iat", self.desk.clock.now), **how)

    def ask(self, **members: Any) -> Any:
        """One credential request; `members` replace parts of it."""
        body = {"credential_configuration_id": CONFIGURATION} | members
        body.setdefault("proofs", {"jwt": [self.proof()]})
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.desk.client().post("/receipts/credential", json=body, headers=headers)

    def notify(self, event: str = "credential_accepted", notification_id: str | None = None) -> Any:
        body = {"notification_id": notification_id or self.notification_id, "event": event}
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.desk.client().post("/receipts/notification", json=body, headers=headers)

    def gets_token(self) -> "Holder":
        self.token = self.redeem(self.code()).json["access_token"]
        return self

    def collects(self, *, tells: bool = True) -> "Holder":
        """The whole way; without telling, the desk does not know that it arrived."""
        said = self.gets_token().ask()
        assert said.status_code == 200, said.data
        self.receipt = said.json["credentials"][0]["credential"]
        self.notification_id = said.json["notification_id"]
        if tells:
            assert self.notify().status_code == 204
        return self

    def withdrawal_nonce(self, opened: Opened | None = None) -> str:
        mandate_id = (opened or self.opened).mandate_id
        nonce: str = self.desk.client().post(f"/mandates/{mandate_id}/revoke/nonce").json["nonce"]
        return nonce

    def presentation(self, **changed: Any) -> str:
        """The receipt, bound to the revocation address and a fresh nonce unless a test says otherwise."""
        how = {"audience": self.revocation, "iat": self.desk.clock.now, "key": self.key} | changed
        receipt = how.pop("receipt", self.receipt)
        how["nonce"] = how.get("nonce") or self.withdrawal_nonce()
        return present(receipt, **how)

    def withdraw(self, presentation: str | None = None, *, at: Opened | None = None) -> Any:
        form = {"presentation": presentation or self.presentation()}
        return self.desk.client().post(f"/mandates/{(at or self.opened).mandate_id}/revoke", data=form)

    def claims(self) -> dict[str, Any]:
        """What the receipt says, unverified."""
        return HeldSdJwt(self.receipt).payload


def said_error(said: Any) -> str:
    """The OAuth error code of an answer."""
    error: str = json.loads(said.data)["error"]
    return error
