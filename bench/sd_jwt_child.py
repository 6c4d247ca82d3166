"""Runs inside the separate environment of the PyPI package sd-jwt: one command a line, nanoseconds back.

Nothing of ours is imported here, and nothing of theirs anywhere else: it accepts what must be refused.
"""

import json
import sys
from time import thread_time_ns
from typing import Any

from jwcrypto.jwk import JWK  # type: ignore[import-untyped]
from sd_jwt.common import SDObj  # type: ignore[import-not-found]
from sd_jwt.holder import SDJWTHolder  # type: ignore[import-not-found]
from sd_jwt.issuer import SDJWTIssuer  # type: ignore[import-not-found]
from sd_jwt.verifier import SDJWTVerifier  # type: ignore[import-not-found]


class Peer:
    """The same credential, holder and question as the parent's."""

    def __init__(self, setup: dict[str, Any]) -> None:
        self.issuer = JWK.from_pem(setup["issuer_pem"].encode())
        self.holder = JWK.from_pem(setup["holder_pem"].encode())
        hidden = set(setup["disclosable"])
        self.claims = {
            (SDObj(name) if name in hidden else name): value for name, value in setup["claims"].items()
        }
        self.audience, self.nonce = setup["audience"], setup["nonce"]
        self.shown = {name: True for name in setup["shown"]}
        self.credential = self.issue()
        self.presentation = self.present()

    def issue(self) -> str:
        """One credential with ten hidden claims."""
        header = {"typ": "dc+sd-jwt"}
        made = SDJWTIssuer(dict(self.claims), self.issuer, self.holder, extra_header_parameters=header)
        return str(made.sd_jwt_issuance)

    def present(self) -> str:
        """Four of ten claims with key binding; there is no transaction data here."""
        holder = SDJWTHolder(self.credential)
        holder.create_presentation(self.shown, self.nonce, self.audience, self.holder)
        return str(holder.sd_jwt_presentation)

    def verify_known(self) -> object:
        """Signature, disclosures and binding; neither times, nor chain, nor status."""
        verifier = SDJWTVerifier(self.presentation, lambda *_: self.issuer, self.audience, self.nonce)
        return verifier.get_verified_payload()


def main() -> None:
    """Read the set-up, then commands `<work> <times>`, until the parent closes the pipe."""
    peer = Peer(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        work, times = line.split()
        call = getattr(peer, work)
        start = thread_time_ns()
        for _ in range(int(times)):
            call()
        sys.stdout.write(f"{thread_time_ns() - start}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
