"""A device with passkeys, in software: it signs what it is told, honest or not (Web Authentication 3, 6)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from openid4vc.jose import base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey; `count` goes up by itself, the rest are knobs for what may be wrong."""

    origin: str = "http://localhost:8002"
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    secret: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(16))

    def makes(self, options: Any, **changes: str) -> dict[str, str]:
        """Answer to create()."""
        public = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: public.x.to_bytes(32, "big"),
            -3: public.y.to_bytes(32, "big"),
        }
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        said = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        client = self._client(options, "webauthn.create")
        response = {"attestationObject": base64url.encode(cbor2.dumps(said))}
        return self._form(options, response, client) | changes

    def signs(self, options: Any, **changes: str) -> dict[str, str]:
        """Answer to get()."""
        self.count += 1
        data, client = self._data(0), self._client(options, "webauthn.get")
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "authenticatorData": base64url.encode(data),
            "signature": base64url.encode(signature),
            "userHandle": None,
        }
        return self._form(options, response, client) | changes

    def _data(self, flags: int) -> bytes:
        rp = sha256(self.rp_id.encode()).digest()
        return rp + bytes([self.flags | flags]) + self.count.to_bytes(4, "big")

    def _client(self, options: Any, kind: str) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _form(self, options: Any, response: dict[str, Any], client: bytes) -> dict[str, str]:
        credential = {
            "id": base64url.encode(self.id),
            "rawId": base64url.encode(self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response | {"clientDataJSON": base64url.encode(client)},
        }
        return {
            "credential": json.dumps(credential),
            "secret": base64url.encode(self.secret),
            "challenge": options["challenge"],
        }
