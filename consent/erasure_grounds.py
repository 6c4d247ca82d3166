"""Why an organisation may refuse to erase, or take longer: the list of the law (AVG 12, 17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from consent.plain_text import LocalText


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason that the law knows, with the place where it stands."""

    code: str
    rule: str
    text: LocalText


def _listed(*grounds: Ground) -> Mapping[str, Ground]:
    return MappingProxyType({ground.code: ground for ground in grounds})


REFUSALS: Final = _listed(
    Ground(
        "still_needed",
        "AVG 17(1)(a)",
        LocalText(
            nl="De gegevens zijn nog nodig. De machtiging loopt nog of het verzoek is niet klaar.",
            en="The data are still needed. The mandate is active or the request is not finished.",
        ),
    ),
    Ground(
        "legal_duty",
        "AVG 17(3)(b)",
        LocalText(
            nl="De wet zegt dat wij deze gegevens moeten bewaren.",
            en="The law says that we must keep these data.",
        ),
    ),
    Ground(
        "legal_claim",
        "AVG 17(3)(e)",
        LocalText(
            nl="De gegevens zijn nodig als bewijs in een rechtszaak of bezwaar.",
            en="The data are needed as proof in a court case or an objection.",
        ),
    ),
    Ground(
        "public_archive",
        "AVG 17(3)(d)",
        LocalText(
            nl="De gegevens horen in een archief dat wij van de wet moeten bewaren.",
            en="The data belong in an archive that the law tells us to keep.",
        ),
    ),
    Ground(
        "repeated",
        "AVG 12(5)(b)",
        LocalText(
            nl="Dit is hetzelfde verzoek als eerder. Er is niets veranderd.",
            en="This is the same request as before. Nothing has changed.",
        ),
    ),
)
EXTENSIONS: Final = _listed(
    Ground(
        "complex",
        "AVG 12(3)",
        LocalText(
            nl="Uw verzoek is ingewikkeld. Wij hebben meer tijd nodig om alles te zoeken.",
            en="Your request is complicated. We need more time to look for everything.",
        ),
    ),
    Ground(
        "many_requests",
        "AVG 12(3)",
        LocalText(
            nl="Wij kregen veel verzoeken tegelijk.",
            en="We received many requests at once.",
        ),
    ),
)
