"""Who helped the citizen, as the receipts of a mandate say it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from consent.mandate_document import Digest
from consent.plain_text import FrozenModel, plain

HelperName = Annotated[str, StringConstraints(min_length=2, max_length=80), AfterValidator(plain)]


class Help(FrozenModel):
    """Where the citizen confirmed, what the helper is to the citizen, and a hash over who it was.

    The name stands in the receipt of the grant alone, which is the citizen's own.
    """

    place: Literal["own_device", "counter"]
    relation: Literal["family", "friend", "volunteer", "professional"]
    helper_sha256: Digest
    name: HelperName | None = None
    organisation: HelperName | None = None

    def without_names(self) -> "Help":
        """What goes to everybody else."""
        return self.model_copy(update={"name": None, "organisation": None})
