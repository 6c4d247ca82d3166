"""The question of a request, read from the text it is kept as."""

from functools import lru_cache

from openid4vc.dcql.query import DcqlQuery, parse_dcql
from openid4vc.jose import strict_json

MOST_REMEMBERED = 4096
"""Characters; longer questions are read each time, so that nobody fills the memory with them."""


def question_of(text: str) -> DcqlQuery:
    """Many are asked the same, so the last sixty-four short ones are remembered as they were read."""
    return _known(text) if len(text) <= MOST_REMEMBERED else _read(text)


def _read(text: str) -> DcqlQuery:
    return parse_dcql(strict_json.loads(text))


_known = lru_cache(maxsize=64)(_read)
