"""What a credential type is called and what its claims mean, pinned by a hash (SD-JWT VC, 5 and 6)."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256, sha384, sha512
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.messages import Array, FilledArray, Message, ShortText, parse_message

# Weakest first: the strongest algorithm named decides (Subresource Integrity, 3.3.2).
_ALGORITHMS: dict[str, Callable[[bytes], Any]] = {"sha256": sha256, "sha384": sha384, "sha512": sha512}
MetadataPath = Annotated[
    tuple[str | Annotated[int, Field(ge=0)] | None, ...], Field(strict=False, min_length=1, max_length=32)
]


class TypeDisplay(Message):
    """The name of the type in one language (5.5)."""

    locale: ShortText
    name: ShortText
    description: str | None = None


class ClaimDisplay(Message):
    """The label of a claim in one language (5.6.2)."""

    locale: ShortText
    label: ShortText
    description: str | None = None


class ClaimMetadata(Message):
    """What holds for the claims at one path (5.6)."""

    path: MetadataPath
    display: Array[ClaimDisplay] = ()
    mandatory: bool = False
    sd: Literal["always", "allowed", "never"] = "allowed"
    svg_id: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=255)] | None = None


class TypeMetadata(Message):
    """A type metadata document; rendering hints are not read (5.2)."""

    vct: ShortText
    name: str | None = None
    description: str | None = None
    extends: ShortText | None = None
    extends_integrity: Annotated[str | None, Field(alias="extends#integrity")] = None
    display: FilledArray[TypeDisplay] | None = None
    claims: FilledArray[ClaimMetadata] | None = None

    @model_validator(mode="after")
    def _require_unique(self) -> "TypeMetadata":
        """One entry per path, language and drawing id, otherwise the document has two meanings."""
        claims = self.claims or ()
        locales = [display.locale for display in self.display or ()]
        for names in (locales, [claim.path for claim in claims], [c.svg_id for c in claims if c.svg_id]):
            if len(set(names)) != len(names):
                raise ValueError("an entry occurs twice")
        return self


def integrity(data: bytes) -> str:
    """The octets' SHA-256 as a Subresource Integrity string, `sha256-` and standard base64 (6)."""
    return _hash("sha256", data)


def parse_type_metadata(
    data: bytes, *, expected_vct: str, expected_integrity: str | None = None
) -> TypeMetadata:
    """Check the hash over the received octets, then read; the refusals are integrity, vct and Malformed.

    `extends` is read, not followed: whoever uses it must fetch and verify the parent first (5.3).
    """
    if expected_integrity is not None:
        _check_integrity(data, expected_integrity)
    metadata = parse_message(TypeMetadata, data, refusal=Malformed)
    if metadata.vct != expected_vct:
        raise CheckFailed("vct", "type metadata of another type")
    return metadata


def _check_integrity(data: bytes, expected: str) -> None:
    """Only hashes of the strongest algorithm named count, and one of them must fit; none known refuses."""
    wanted = [entry.partition("?")[0] for entry in expected.split()]
    for algorithm in reversed(_ALGORITHMS):
        strongest = [entry for entry in wanted if entry.startswith(f"{algorithm}-")]
        if strongest:
            if _hash(algorithm, data) in strongest:
                return
            break
    raise CheckFailed("integrity", "the document is not the one that was pinned")


def _hash(algorithm: str, data: bytes) -> str:
    return f"{algorithm}-{b64encode(_ALGORITHMS[algorithm](data).digest()).decode('ascii')}"
