"""The kinds of lists: one per role in the ecosystem, each with services of its own (ETSI TS 119 602)."""

from dataclasses import dataclass

_LIST = "http://uri.etsi.org/19602/LoTEType/"
_SERVICE = "http://uri.etsi.org/19602/SvcType/"


@dataclass(frozen=True, slots=True)
class ListKind:
    """What a list is about, and its two services: the one that issues and the one that revokes."""

    list_type: str
    issuance: str
    revocation: str


def _kind(list_name: str, service: str) -> ListKind:
    return ListKind(f"{_LIST}{list_name}", f"{_SERVICE}{service}/Issuance", f"{_SERVICE}{service}/Revocation")


PID_PROVIDERS = _kind("EUPIDProvidersList", "PID")
PUB_EAA_PROVIDERS = _kind("EUPubEAAProvidersList", "PubEAA")
WALLET_PROVIDERS = _kind("EUWalletProvidersList", "WalletSolution")
ACCESS_AUTHORITIES = _kind("EUWRPACProvidersList", "WRPAC")
REGISTRATION_PROVIDERS = _kind("EUWRPRCProvidersList", "WRPRC")
# Nobody has named a list for attestations that are neither qualified nor public (ARF, OIA_12 to OIA_15).
EAA_PROVIDERS = ListKind(
    "urn:eenmalig:lote:eaa-providers:1",
    "urn:eenmalig:lote:service:eaa:issuance:1",
    "urn:eenmalig:lote:service:eaa:revocation:1",
)
