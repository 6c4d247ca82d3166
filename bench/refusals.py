"""What must be refused on the very path that is timed; the bench stops when one of these is accepted."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta

from bench.ours import Desk, desk_for
from bench.world import AUDIENCE, CLAIMS, NONCE, REVOKED, SHOWN, Held, World, present_four, present_selection
from openid4vc.errors import CheckFailed, Malformed, ProtocolError
from openid4vc.jose import base64url
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.disclosure import digest, make_disclosure
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.sdjwt.vc import CREDENTIAL_TYP
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.vci.proof import make_key_proof, verify_key_proof

Attempt = tuple[str, Callable[[], object]]


class Accepted(Exception):
    """Something that must be refused was not."""


def require_refusals(world: World) -> dict[str, str]:
    """Try them all, after a good one has filled every memory of the desk; gives why each was refused."""
    good = world.credential(world.issuer)
    desk = desk_for(world, [world.issuer])
    desk.verify(good.presentation)
    reasons: dict[str, str] = {}
    for name, attempt in [*_answers(world, desk, good), *_circumstances(world, good), *_proofs(world)]:
        reasons[name] = _reason(name, attempt)
        desk.verify(good.presentation)
    return reasons


def _reason(name: str, attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except CheckFailed as refusal:
        return refusal.check
    except (Malformed, ProtocolError) as refusal:
        return type(refusal).__name__
    raise Accepted(name)


def _answers(world: World, desk: Desk, good: Held) -> Iterator[Attempt]:
    """Damaged or replaced parts of a presentation that is otherwise good."""
    text = good.presentation
    issuer_jwt, *disclosures, binding_jwt = text.split("~")
    for place, name in ((text.index(".") + 9, "payload"), (len(issuer_jwt) - 9, "issuer signature")):
        yield f"damaged {name}", lambda place=place: desk.verify(_damaged(text, place))  # type: ignore[misc]
    yield "damaged binding signature", lambda: desk.verify(_damaged(text, len(text) - 9))
    yield "damaged certificate", lambda: desk.verify(_damaged(text, 400))
    yield (
        "altered disclosure",
        lambda: desk.verify(text.replace(disclosures[0], make_disclosure("s", "jaar", 1))),
    )
    yield "disclosure withheld", lambda: desk.verify("~".join([issuer_jwt, *disclosures[1:], binding_jwt]))
    yield (
        "disclosure twice",
        lambda: desk.verify("~".join([issuer_jwt, disclosures[0], *disclosures, binding_jwt])),
    )
    yield "no key binding", lambda: desk.verify("~".join([issuer_jwt, *disclosures, ""]))
    yield "padded base64", lambda: desk.verify(text + "=")
    yield "stray bits", lambda: desk.verify(text[:-1] + _other(text[-1]))
    other = world.credential(world.issuer)
    yield (
        "another holder's binding",
        lambda: desk.verify("~".join([issuer_jwt, *disclosures, other.presentation.rpartition("~")[2]])),
    )
    yield (
        "another key's binding",
        lambda: desk.verify(present_four(HeldSdJwt(good.credential), SigningKey.generate(), now=world.now)),
    )
    yield "another transaction", lambda: desk.verify(_with_transaction(good, base64url.encode(b"{}")))
    yield "a member name twice", lambda: desk.verify(_with_name_twice(world, good))


def _circumstances(world: World, good: Held) -> Iterator[Attempt]:
    """The same bytes for another question, at another time or under other trust, once they were accepted."""
    desk = desk_for(world, [world.issuer])
    desk.verify(good.presentation)
    yield "another nonce", lambda: _asking(desk, expected_nonce=NONCE + "x").verify(good.presentation)
    yield "another audience", lambda: _asking(desk, expected_audience="other").verify(good.presentation)
    yield "issuer no longer trusted", lambda: _trusting(desk, world).verify(good.presentation)
    revoked = world.credential(world.issuer, idx=REVOKED)
    yield "revoked", lambda: desk.verify(revoked.presentation)
    outside = world.credential(world.issuer, idx=10**9)
    yield "outside the status list", lambda: desk.verify(outside.presentation)
    expired = world.credential(world.issuer, exp=int(world.now.timestamp()) - 3600)
    yield "expired", lambda: desk.verify(expired.presentation)
    elsewhere = World()
    stranger = elsewhere.credential(elsewhere.issuer)
    yield "an issuer under another root", lambda: desk.verify(stranger.presentation)
    unnamed = world.credential(world.issuer, iss="https://other.example")
    yield "another iss", lambda: desk.verify(unnamed.presentation)
    yield "certificate at its end", lambda: _at_the_end(world)


def _proofs(world: World) -> Iterator[Attempt]:
    """Key proofs at the issuer."""
    key, aud = SigningKey.generate(), "https://issuer.example"
    proof = make_key_proof(key, audience=aud, nonce=NONCE, iat=world.now)
    late = make_key_proof(key, audience=aud, nonce=NONCE, iat=world.now - timedelta(hours=1))
    for name, jwt in (
        ("damaged proof", _damaged(proof, len(proof) - 9)),
        ("damaged proof key", _damaged(proof, 60)),
        ("old proof", late),
    ):
        yield name, lambda jwt=jwt: verify_key_proof(jwt, expected_audience=aud, now=world.now)  # type: ignore[misc]
    yield "proof for another", lambda: verify_key_proof(proof, expected_audience="other", now=world.now)


def _damaged(text: str, place: int) -> str:
    return text[:place] + _other(text[place]) + text[place + 1 :]


def _other(character: str) -> str:
    return "B" if character != "B" else "C"


def _asking(desk: Desk, **change: str) -> Desk:
    return replace(desk, binding=replace(desk.binding, **change))  # type: ignore[arg-type]


def _trusting(desk: Desk, world: World) -> Desk:
    return replace(desk, trusted=TrustedIssuers(world.new_issuer().trusted.issuers))


def _at_the_end(world: World) -> object:
    """The chain was accepted a moment ago, but now its certificate has ended."""
    later = copy(world)
    later.now = world.issuer.chain[0].not_valid_after_utc + timedelta(seconds=1)
    return desk_for(later, [world.issuer]).verify(later.credential(world.issuer).presentation)


def _with_name_twice(world: World, good: Held) -> str:
    """Signed by the issuer and bound by the holder, but two readers could read it differently."""
    twice = base64url.encode(b'["s","given_name",{"a":1,"a":2}]')
    issuer, payload = world.issuer, world.payload(world.issuer, good.holder)
    visible = {name: value for name, value in payload.items() if name not in CLAIMS}
    jwt = sign_jws(
        visible | {"_sd": [digest(twice)]},
        typ=CREDENTIAL_TYP,
        key=issuer.key,
        header={"x5c": encode_x5c(issuer.chain)},
    )
    return present_selection(f"{jwt}~{twice}~", good.holder, now=world.now)


def _with_transaction(good: Held, transaction_data: str) -> str:
    return present(
        HeldSdJwt(good.credential).select(SHOWN),
        key=good.holder,
        audience=AUDIENCE,
        nonce=NONCE,
        iat=good.now,
        transaction_data=(transaction_data,),
        jti="another",
        send_alg=True,
    )
