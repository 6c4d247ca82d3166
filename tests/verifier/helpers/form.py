"""The form in which a wallet answers: encrypted where the question wants it (OpenID4VP 1.0, 8.2 and 8.3)."""

import json
from collections.abc import Mapping
from typing import Any

from openid4vc.jose.jwe import EncryptionKey, encrypt_jwe
from openid4vc.vp.request import DIRECT_POST


def form_of(said: Mapping[str, Any], request: Mapping[str, Any], *, enc: str = "A256GCM") -> dict[str, str]:
    """`said` holds vp_token and state."""
    if request["response_mode"] == DIRECT_POST:
        return {"vp_token": json.dumps(said["vp_token"]), "state": said["state"]}
    (jwk,) = request["client_metadata"]["jwks"]["keys"]
    recipient = EncryptionKey.from_jwk(jwk)
    return {"response": encrypt_jwe(json.dumps(said).encode(), recipient=recipient, enc=enc, apu=b"a")}
