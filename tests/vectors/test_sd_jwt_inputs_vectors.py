"""The inputs behind the examples of RFC 9901, SD-JWT VC and OpenID4VP, issued and shown anew by our code."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from openid4vc.jose import base64url
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.sdjwt.conceal import conceal
from openid4vc.sdjwt.unfold import unfold

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"
WHY_SKIPPED = f"NO SD-JWT INPUTS: {VECTORS} does not exist; the inputs of the examples were not issued"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=WHY_SKIPPED)
FOLDERS = (
    "sd-jwt/rfc9901-inputs",
    "sd-jwt/sd-jwt-python-testcases",
    "sd-jwt-vc/draft-19-inputs",
    "openid4vp/examples/sd_jwt_vcld",
)
INPUTS = sorted(path for folder in FOLDERS for path in (VECTORS / folder).glob("*/specification.yml"))


@dataclass(frozen=True)
class Hidden:
    """What the input marks with `!sd`: the name of a member, or an element."""

    value: Any


class Loader(yaml.SafeLoader):
    """Reads `!sd` in front of anything; dates stay text."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def hidden(self, node: yaml.Node) -> Hidden:
        if isinstance(node, yaml.ScalarNode):
            tag = self.resolve(yaml.ScalarNode, node.value, (node.style is None, node.style is not None))
            return Hidden(self.construct_object(yaml.ScalarNode(tag, node.value), deep=True))
        if isinstance(node, yaml.MappingNode):
            return Hidden(self.construct_mapping(node, deep=True))
        return Hidden(self.construct_sequence(node, deep=True))


Loader.add_constructor("!sd", Loader.hidden)


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def plain(value: Any) -> Any:
    if isinstance(value, Hidden):
        return plain(value.value)
    if isinstance(value, dict):
        return {plain(name): plain(member) for name, member in value.items()}
    return [plain(element) for element in value] if isinstance(value, list) else value


def marked(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places that may be hidden."""
    if isinstance(value, Hidden):
        yield place
        value = value.value
    if isinstance(value, dict):
        for name, member in value.items():
            there = (*place, plain(name))
            yield from [there] if isinstance(name, Hidden) else []
            yield from marked(member, there)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from marked(element, (*place, index))


def wished(wish: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places that the holder of the example shows."""
    if place and wish:
        yield place
    members = wish.items() if isinstance(wish, dict) else enumerate(wish if isinstance(wish, list) else ())
    for name, below in members:
        yield from wished(below, (*place, name))


def private_key(jwk: Mapping[str, str]) -> SigningKey:
    secret = int.from_bytes(base64url.decode(jwk["d"]), "big")
    key = ec.derive_private_key(secret, ec.SECP256R1())
    return SigningKey.from_der(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.parent.name}/{path.parent.name}")
def test_what_is_issued_from_an_example_shows_what_the_example_shows(path: Path) -> None:
    example = read(path)
    claims, places = plain(example["user_claims"]), tuple(marked(example["user_claims"]))

    payload, disclosures = conceal(claims, places, random_bytes=os.urandom, decoys=2)
    opened = unfold(payload, disclosures.split("~")[:-1])
    wishes = wished(example.get("holder_disclosed_claims", {}))
    shown = unfold(payload, [opened.opened[place] for place in wishes if place in opened.opened])

    assert opened.claims == claims
    assert opened.opened.keys() == set(places)
    if "expect_verified_user_claims" in example:
        assert shown.claims == plain(example["expect_verified_user_claims"])
    else:
        assert shown.claims == claims or len(shown.opened) < len(places)


SETTINGS = sorted(
    path for folder in FOLDERS for path in (VECTORS / folder).rglob("settings.yml") if path.is_file()
)


@pytest.mark.parametrize("path", SETTINGS, ids=lambda path: path.parent.name)
def test_the_keys_of_the_examples_are_keys(path: Path) -> None:
    settings = read(path)["key_settings"]
    issuers = settings.get("issuer_keys") or [settings["issuer_key"]]

    for jwk in [*issuers, settings["holder_key"]]:
        public = {name: jwk[name] for name in ("kty", "crv", "x", "y")}
        signed = sign_jws({"iss": "example"}, typ="example+sd-jwt", key=private_key(jwk))
        verified = verify_jws(
            parse_jws(signed, expected_typ="example+sd-jwt"), key=PublicKey.from_jwk(public)
        )
        assert verified.claims == {"iss": "example"}
