"""What lies on disk before a start: keys, certificates and lists of trust."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import Certificate, load_pem_x509_certificates

from chassis.config import ConfigError
from consent.over_ask import check_question
from consent.purpose import Purpose, load_purpose
from openid4vc.dcql.query import DcqlQuery, parse_dcql
from openid4vc.jose import strict_json
from openid4vc.jose.keys import SigningKey
from openid4vc.trust.anchors import TrustedIssuers, load_anchors
from openid4vc.trust.certificates import certificate_names
from openid4vc.vp.client_id import X509_HASH, X509_SAN_DNS, x509_hash_client_id
from verifier.domain.organisation import Town
from verifier.domain.receipt import ReceiptAddresses
from verifier.ports import Access, ReceiptIssuer, SecondSigner, Trust
from verifier.usecases.judge_bundle import EvidenceTrust


def data_file(name: str) -> bytes:
    """A file that comes with the service."""
    return resources.files("verifier.data").joinpath(name).read_bytes()


def read_purposes(town: Town) -> dict[str, Purpose]:
    """One purpose a service or question; without one nothing can be offered or asked."""
    return {name: load_purpose(data_file(f"purposes/{file}.toml")) for name, file in town.purposes.items()}


def read_access(folder: Path, own: str, *, purposes: Mapping[str, str]) -> Access:
    """The key and the certificate that names us; ConfigError when they do not belong together."""
    key, chain = _read_pair(folder)
    return Access(key, chain, _client_ids(chain[0], own), _registrations(folder, purposes))


def read_second_signer(folder: Path) -> SecondSigner | None:
    """The authority's key, where this machine has one; half of one is a ConfigError."""
    if not (folder / "key.pem").is_file():
        return None
    key, chain = _read_pair(folder)
    return SecondSigner(key, chain)


def read_receipt_issuer(folder: Path, *, own: str, link_key: bytes) -> ReceiptIssuer | None:
    """The key for receipts, if any; its certificate must name the issuer (SD-JWT VC, 2.5)."""
    if not (folder / "key.pem").is_file():
        return None
    key, chain = _read_pair(folder)
    if ReceiptAddresses(own).credential_issuer not in certificate_names(chain[0]).uris:
        raise ConfigError(f"{folder}: chain.pem does not name {ReceiptAddresses(own).credential_issuer}")
    return ReceiptIssuer(key, chain, link_key)


def _read_pair(folder: Path) -> tuple[SigningKey, tuple[Certificate, ...]]:
    try:
        key = SigningKey.from_pem((folder / "key.pem").read_bytes())
        chain = tuple(load_pem_x509_certificates((folder / "chain.pem").read_bytes()))
    except (OSError, ValueError) as cause:
        raise ConfigError(f"{folder} does not hold a usable key.pem and chain.pem") from cause
    _require_pair(key, chain, folder)
    return key, chain


def _require_pair(key: SigningKey, chain: tuple[Certificate, ...], folder: Path) -> None:
    if key.public.from_certificate(chain[0]) != key.public:
        raise ConfigError(f"{folder}: chain.pem is not the certificate of key.pem")


def _client_ids(leaf: Certificate, own: str) -> dict[str, str]:
    """The hash always; the DNS name only when answers come to that very name (OpenID4VP 1.0, 5.9.3)."""
    client_ids = {X509_HASH: x509_hash_client_id(leaf)}
    host = urlsplit(own).hostname or ""
    if host in certificate_names(leaf).dns:
        client_ids[X509_SAN_DNS] = f"{X509_SAN_DNS}:{host}"
    return client_ids


def _registrations(folder: Path, purposes: Mapping[str, str]) -> dict[str, str]:
    """One certificate for each intended use (TS 119 475, 5.2.4); registration.jwt for the rest."""
    found: dict[str, str] = {}
    for name, file in purposes.items():
        for path in (folder / "registrations" / f"{file}.jwt", folder / "registration.jwt"):
            if path.is_file():
                found.setdefault(name, path.read_text("ascii").strip())
    return found


def read_trust(folder: Path, list_urls: tuple[str, ...]) -> Trust:
    """Nobody to trust means no start; never that everybody is trusted."""
    try:
        anchors = load_anchors((folder / "access-anchors.pem").read_bytes())
        if list_urls:
            signers = tuple(load_pem_x509_certificates((folder / "trust-list-signer.pem").read_bytes()))
            return Trust(TrustedIssuers(()), anchors, list_urls, signers)
        return Trust(TrustedIssuers.from_json((folder / "issuers.json").read_bytes()), anchors)
    except (OSError, ValueError) as cause:
        raise ConfigError(f"{folder} does not hold usable trust lists: {_why(cause)}") from cause


def _why(cause: OSError | ValueError) -> str:
    return f"{cause.filename}: {cause.strerror}" if isinstance(cause, OSError) else str(cause)


def read_evidence_trust(folder: Path) -> EvidenceTrust:
    """The same folder, for judging a file offline; without issuers.json the list in the bundle names them."""
    try:
        anchors = load_anchors((folder / "access-anchors.pem").read_bytes())
        issuers = folder / "issuers.json"
        trusted = TrustedIssuers.from_json(issuers.read_bytes()) if issuers.is_file() else TrustedIssuers(())
        signer = folder / "trust-list-signer.pem"
        signers = tuple(load_pem_x509_certificates(signer.read_bytes())) if not issuers.is_file() else ()
    except (OSError, ValueError) as cause:
        raise ConfigError(f"{folder} does not hold usable trust lists: {_why(cause)}") from cause
    return EvidenceTrust(anchors, trusted, signers)


def read_questions(town: Town, purposes: Mapping[str, Purpose], issuer: str) -> dict[str, DcqlQuery]:
    """Questions without a mandate, with this town's issuers; ConfigError for one beyond its own purpose."""

    def vct_of(template: str) -> str:
        return template.replace("{issuer}", issuer)

    found = {}
    for name, question in town.questions.items():
        query = purposes[name].dcql(vct_of)
        if question.asked is not None:
            text = vct_of(data_file(f"questions/{question.asked}.json").decode())
            query = parse_dcql(strict_json.loads(text))
        if not check_question(query, purpose=purposes[name], vct_of=vct_of).passed:
            raise ConfigError(f"the question {name} goes beyond its purpose {question.purpose}")
        found[name] = query
    return found
