"""Messages of other parties: read once, strictly, and refused without repeating what they said."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from openid4vc.errors import Malformed, ProtocolError
from openid4vc.jose import strict_json
from openid4vc.jose.strict_json import Json

Item = TypeVar("Item")
Array = Annotated[tuple[Item, ...], Field(strict=False)]
FilledArray = Annotated[tuple[Item, ...], Field(strict=False, min_length=1)]
ShortText = Annotated[str, Field(min_length=1, max_length=2048)]
Seconds = Annotated[int, Field(ge=0, le=253402300799)]
PrintableText = Annotated[str, Field(pattern=r"^[\x20-\x21\x23-\x5B\x5D-\x7E]*$", max_length=2048)]
Refusal = Callable[[str], ProtocolError | Malformed]


class Message(BaseModel):
    """Frozen, strict about types, deaf to members it does not know (X-08 of every standard here)."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        strict=True,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
        defer_build=True,
    )

    def to_json(self) -> dict[str, Any]:
        """The message as a JSON object under its wire names, without what is absent."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


M = TypeVar("M", bound=Message)


def read_message(model: type[M], value: Json, *, refusal: Refusal) -> M:
    """Validate parsed JSON under the wire names; `refusal` is raised with the place, never the input."""
    try:
        return model.model_validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        raise refusal(_place(model, error)) from None


def parse_message(model: type[M], body: bytes | str, *, refusal: Refusal, max_bytes: int = 1 << 20) -> M:
    """Strict JSON object, then `read_message`; every failure is `refusal`."""
    try:
        value = strict_json.loads_object(body, max_bytes=max_bytes)
    except Malformed as error:
        raise refusal("the body is not one well-formed JSON object") from error
    return read_message(model, value, refusal=refusal)


def _place(model: type[Message], error: ValidationError) -> str:
    """Only names of our own fields and pydantic's own kinds: keys of the input may be anything."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    fields = {field.alias or name for name, field in model.model_fields.items()}
    place = first["loc"][0] if first["loc"] and first["loc"][0] in fields else "message"
    reason = first["msg"].removeprefix("Value error, ") if first["type"] == "value_error" else first["type"]
    return f"{place}: {reason}"
