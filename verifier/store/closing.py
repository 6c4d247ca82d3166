"""An open request is closed once, and its result kept: statements of the hot path."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, LargeBinary, Text, Update, bindparam, null, select, update

from chassis.columns import UtcDateTime
from chassis.prepared import Prepared
from chassis.tokens import token_hash
from verifier.domain.presentation import Answered
from verifier.domain.records import ResultValues
from verifier.store.sealing import Seal
from verifier.store.tables import presentation, presentation_values

Values = Mapping[str, Any]


def _closed() -> Update:
    """The private key of the request is gone with this statement (HAIP 1.0, 5)."""
    return (
        update(presentation)
        .where(
            presentation.c.id == bindparam("p_id", type_=Text()),
            presentation.c.status == "requested",
            presentation.c.expires_at > bindparam("p_at", type_=UtcDateTime()),
        )
        .values(
            status="answered",
            outcome=bindparam("p_outcome"),
            answered_at=bindparam("p_at", type_=UtcDateTime()),
            response_code_hash=bindparam("p_code_hash"),
            answer_hash=bindparam("p_digest"),
            sealed_code=bindparam("p_code", type_=LargeBinary()),
            sealed_reply_key=null(),
        )
    )


_VALUES = (bindparam("p_result", type_=LargeBinary()), bindparam("p_until", type_=UtcDateTime()))
_COLUMNS = ("presentation_id", "sealed_result", "retain_until")
CLOSE = Prepared(lambda _: _closed())
KEEP = Prepared(
    lambda insert: insert(presentation_values).values(
        dict(zip(_COLUMNS, (bindparam("p_id", type_=Text()), *_VALUES), strict=True))
    )
)


def _in_one(insert: Any) -> Any:
    """The result is kept only by the statement that closed the request."""
    closed = _closed().returning(presentation.c.id).cte("closed")
    kept = insert(presentation_values).from_select(_COLUMNS, select(closed.c.id, *_VALUES))
    return kept.returning(presentation_values.c.presentation_id)


CLOSE_AND_KEEP = Prepared(_in_one)


def closing_row(answered: Answered, seal: Seal) -> dict[str, Any]:
    """The values of CLOSE."""
    code = answered.response_code
    return {
        "p_id": answered.id,
        "p_outcome": answered.outcome,
        "p_at": answered.answered_at,
        "p_code_hash": token_hash(code),
        "p_digest": answered.digest,
        "p_code": seal.close(code.encode(), place=f"code/{answered.id}"),
    }


def kept_row(answered: Answered, values: ResultValues, seal: Seal) -> dict[str, Any]:
    """The values of KEEP."""
    return {
        "p_id": answered.id,
        "p_result": seal.close(values.result, place=f"result/{answered.id}"),
        "p_until": values.retain_until,
    }


def close_and_keep(connection: Connection, closing: Values, kept: Values) -> bool:
    """Both in one statement, where the database can (PostgreSQL)."""
    return CLOSE_AND_KEEP.first(connection, **{**closing, **kept}) is not None


def close_then_keep(connection: Connection, closing: Values, kept: Values) -> bool:
    """The same in two; without the first nothing is kept."""
    return CLOSE.changed(connection, **closing) == 1 and KEEP.changed(connection, **kept) == 1
