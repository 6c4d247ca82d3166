"""Encrypted answers made ahead, each to an open request of its own, as a script for wrk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.http.answer_place import AnswerPlace, Build
from bench.world import SHOWN, VCT, World
from chassis.database import Database
from chassis.secret_file import read_secret
from chassis.tokens import new_token, token_hash
from openid4vc.jose import strict_json
from openid4vc.jose.jwe import A128GCM, DecryptionKey, EncryptionKey, encrypt_jwe
from openid4vc.sdjwt.present import HeldSdJwt, present
from verifier.domain.presentation import Manner, PresentationId, ReplyKey, Requested
from verifier.store.door import Store

QUERY = {
    "credentials": [
        {
            "id": "assessment",
            "format": "dc+sd-jwt",
            "meta": {"vct_values": [VCT]},
            "claims": [{"path": list(path)} for path in SHOWN],
        }
    ]
}
DCQL = strict_json.dumps(QUERY).decode()
MANNER = Manner(response_mode="direct_post.jwt")
HELD = 16
SCRIPT = """
local answers = {{}}
for line in io.lines("{bodies}") do answers[#answers + 1] = line end
local position = 0
local headers = {{["Content-Type"] = "application/x-www-form-urlencoded"}}
function request()
  position = position + 1
  local answer = answers[position]
  if answer == nil then wrk.thread:stop(); return wrk.format("GET", "/healthz") end
  return wrk.format("POST", "/oid4vp/response", headers, "response=" .. answer)
end
"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Open requests, and an answer to each; every build gets the same ones in its own database."""

    requests: tuple[Requested, ...]
    answers: tuple[str, ...]

    def script(self, folder: Path, name: str) -> Path:
        """What wrk reads."""
        bodies, script = folder / f"{name}.txt", folder / f"{name}.lua"
        bodies.write_text("\n".join(self.answers) + "\n", encoding="ascii")
        script.write_text(SCRIPT.format(bodies=bodies), encoding="ascii")
        return script


def prepare(place: AnswerPlace, *, count: int) -> Prepared:
    """Fresh state, nonce and key for each; sixteen citizens take turns."""
    world, now = World(), datetime.now(UTC).replace(microsecond=0)
    cards = [world.credential(place.issuer) for _ in range(HELD)]
    selections = [(HeldSdJwt(card.credential).select(SHOWN), card.holder) for card in cards]
    requests, answers = [], []
    for number in range(count):
        key, kid = DecryptionKey.generate(), new_token(16)
        requested = _requested(ReplyKey(kid, key), now)
        selection, holder = selections[number % HELD]
        shown = present(selection, key=holder, audience=place.client_id, nonce=requested.nonce, iat=now)
        said = {"vp_token": {"assessment": [shown]}, "state": requested.state}
        recipient = EncryptionKey.from_jwk(key.jwk(kid))
        answers.append(encrypt_jwe(strict_json.dumps(said), recipient=recipient, enc=A128GCM))
        requests.append(requested)
    return Prepared(tuple(requests), tuple(answers))


def store_open(place: AnswerPlace, build: Build, requests: Sequence[Requested]) -> None:
    """As the verb that asks writes them, but in one transaction."""
    database = Database(build.database_url)
    store = Store.over(database, secret=read_secret(place.folder / "secret"))
    with database.begin() as connection:
        for requested in requests:
            store.presentations._insert(connection, requested, token_hash(new_token(16)))
    database.dispose()


def _requested(key: ReplyKey, now: datetime) -> Requested:
    return Requested(
        id=PresentationId(new_token(16)),
        state=new_token(32),
        nonce=new_token(32),
        dcql_query=DCQL,
        issued_at=now,
        expires_at=now + timedelta(minutes=10),
        manner=MANNER,
        reply_key=key,
    )
