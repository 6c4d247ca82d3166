"""A wallet may show what was asked and no more: what the mandate does not name may not be kept."""

from collections.abc import Mapping, Sequence

from openid4vc.dcql.query import DcqlQuery
from openid4vc.errors import CheckFailed
from openid4vc.sdjwt.vc import VerifiedCredential

Path = Sequence[str | int | None]


def require_no_surplus(by_query: Mapping[str, VerifiedCredential], query: DcqlQuery) -> None:
    """CheckFailed surplus when a disclosed claim is on the way to none of the asked ones."""
    for query_id, credential in by_query.items():
        wanted = query.query(query_id)
        asked = [claim.path for claim in (wanted.claims if wanted else None) or ()]
        for disclosed in credential.disclosed:
            if not any(on_one_line(disclosed, path) for path in asked):
                raise CheckFailed("surplus", "a claim was shown that was not asked")


def on_one_line(disclosed: Path, asked: Path) -> bool:
    """A parent of an asked claim, the claim itself, or a part of it.

    Positions count for nothing: hidden elements are gone from a processed array (RFC 9901, 7.1).
    """
    return all(
        part == found or (not isinstance(part, str) and isinstance(found, int))
        for part, found in zip(asked, disclosed, strict=False)
    )
