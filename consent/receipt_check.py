"""A receipt judged from its text alone, for anybody who holds it: every check by name, what broke by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from cryptography import x509

from consent.grant_receipt import GrantReceipt
from consent.mandate_document import Mandate
from consent.named_check import NamedCheck, refusal_detail
from consent.use_receipt import (
    COUNTERSIGNATURE_TYP,
    SEPARATOR,
    USE_RECEIPT_TYP,
    Countersignature,
    UseReceipt,
)
from openid4vc.errors import CheckFailed, Malformed, ProtocolError
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.numeric_date import CLOCK_TOLERANCE, moment_of
from openid4vc.jose.x5c import VerifiedChain, parse_x5c, verify_x5c
from openid4vc.sdjwt.vc import CREDENTIAL_TYP
from openid4vc.trust.certificates import CertificateNames, certificate_names

MAX_RECEIPT: Final = 64 * 1024
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ReceiptAnchors:
    """Whom we believe as who acted, as who decided, and as the register that gives receipts of grants."""

    desk: Sequence[x509.Certificate]
    authority: Sequence[x509.Certificate]
    register: Sequence[x509.Certificate]


@dataclass(frozen=True, slots=True)
class VerifiedUseReceipt:
    """A use that both sides signed for, with the names in their certificates."""

    receipt: UseReceipt
    desk: CertificateNames
    authority: CertificateNames
    countersigned_at: datetime


def verify_use_receipt(
    text: str, *, anchors: ReceiptAnchors, at: datetime, expected_mandate: Mandate | None = None
) -> VerifiedUseReceipt:
    """Verify `<receipt>~<countersignature>`, as of the moments that both name; CheckFailed `receipt_…`.

    With `expected_mandate` it must also be a use of that mandate, in its term, by and before its parties.
    """
    judged = _Judged()
    verified = _judge_use(text, anchors, at, judged)
    if verified is not None and expected_mandate is not None:
        judged.check("mandate", lambda: _require_use_of(expected_mandate, verified))
    for check in judged.checks:
        if not check.passed:
            raise CheckFailed(f"receipt_{check.name}", check.detail)
    if verified is None:
        raise CheckFailed("receipt_form", "not a use receipt")
    return verified


def check_receipt(text: str, *, anchors: ReceiptAnchors, at: datetime) -> tuple[NamedCheck, ...]:
    """Judge a receipt of a grant or of a use; bad input is a failed check, never an exception."""
    judged = _Judged()
    stripped = text.strip()
    if len(stripped) > MAX_RECEIPT:
        return (NamedCheck("form", False, "too long for a receipt"),)
    if stripped.endswith(SEPARATOR):
        _judge_grant(stripped, anchors, at, judged)
    else:
        _judge_use(stripped, anchors, at, judged)
    return tuple(judged.checks)


class _Judged:
    """Runs checks and keeps what came of them."""

    def __init__(self) -> None:
        self.checks: list[NamedCheck] = []

    def check(self, name: str, run: Callable[[], Result], detail: str = "") -> Result | None:
        try:
            result = run()
        except (CheckFailed, ProtocolError, ValueError) as refusal:
            self.checks.append(NamedCheck(name, False, refusal_detail(refusal)))
            return None
        self.checks.append(NamedCheck(name, True, detail))
        return result

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class _Signed:
    """A part whose signature held, by whom, and what it says."""

    claims: dict[str, Any]
    chain: VerifiedChain


def _judge_use(
    text: str, anchors: ReceiptAnchors, at: datetime, judged: _Judged
) -> VerifiedUseReceipt | None:
    """The second signer's part is judged even when the first is broken: it says what was changed."""
    parts = judged.check("form", lambda: _two_parts(text))
    if parts is None:
        return None
    first, second = parts
    desk = _judge_signed(first, ("desk", USE_RECEIPT_TYP, "used_at"), anchors.desk, at, judged)
    authority = _judge_signed(
        second, ("authority", COUNTERSIGNATURE_TYP, "iat"), anchors.authority, at, judged
    )
    seen = None
    if authority is not None:
        seen = judged.check("countersignature", lambda: Countersignature.from_claims(authority.claims))
    if seen is not None:
        judged.check("unchanged", lambda: _require_unchanged(seen, first))
    if desk is None or authority is None or seen is None:
        return None
    receipt = judged.check("content", lambda: UseReceipt.from_claims(desk.claims))
    judged.check("two_parties", lambda: _require_two(desk.chain, authority.chain))
    if receipt is None:
        return None
    judged.check("order", lambda: _require_order(receipt, seen))
    return _verified(receipt, desk, authority, seen) if judged.passed else None


def _verified(
    receipt: UseReceipt, desk: _Signed, authority: _Signed, seen: Countersignature
) -> VerifiedUseReceipt:
    countersigned_at = moment_of({"iat": seen.iat}, "iat") or receipt.moment()
    return VerifiedUseReceipt(
        receipt,
        certificate_names(desk.chain.leaf),
        certificate_names(authority.chain.leaf),
        countersigned_at,
    )


def _judge_grant(text: str, anchors: ReceiptAnchors, at: datetime, judged: _Judged) -> GrantReceipt | None:
    """A credential with nothing hidden: one signed part and the separator after it."""
    compact = text.removesuffix(SEPARATOR)
    if judged.check("form", lambda: _one_part(compact)) is None:
        return None
    signed = _judge_signed(compact, ("register", CREDENTIAL_TYP, "granted_at"), anchors.register, at, judged)
    if signed is None:
        return None
    return judged.check("content", lambda: GrantReceipt.from_claims(signed.claims))


def _judge_signed(
    compact: str,
    who: tuple[str, str, str],
    anchors: Sequence[x509.Certificate],
    at: datetime,
    judged: _Judged,
) -> _Signed | None:
    """Form, certificate and signature of one part, at the moment that it names, which is not ahead."""
    name, typ, time_claim = who
    unverified = judged.check(f"{name}_form", lambda: parse_jws(compact, expected_typ=typ))
    if unverified is None:
        return None
    claims = judged.check(f"{name}_content", unverified.claims)
    if claims is None:
        return None
    moment = judged.check(f"{name}_time", lambda: _moment_in(claims, time_claim, at))
    if moment is None:
        return None
    chain = judged.check(
        f"{name}_certificate",
        lambda: verify_x5c(parse_x5c(unverified.header), anchors=anchors, now=moment),
    )
    if chain is None:
        return None
    verified = judged.check(f"{name}_signature", lambda: verify_jws(unverified, key=chain.key))
    return None if verified is None else _Signed(verified.claims, chain)


def _moment_in(claims: Mapping[str, Any], name: str, at: datetime) -> datetime:
    moment = moment_of(claims, name)
    if moment is None:
        raise Malformed(f"{name} is missing")
    if moment > at + CLOCK_TOLERANCE:
        raise CheckFailed("receipt_time", f"{name} lies ahead")
    return moment


def _two_parts(text: str) -> tuple[str, str]:
    parts = text.split(SEPARATOR)
    if len(parts) != 2 or not all(parts):
        raise Malformed("not a receipt and its countersignature")
    return parts[0], parts[1]


def _one_part(compact: str) -> str:
    if not compact or SEPARATOR in compact:
        raise Malformed("not one signed part")
    return compact


def _require_unchanged(seen: Countersignature, signed: str) -> bool:
    differences = seen.differences(signed)
    if differences:
        raise CheckFailed("receipt_changed", ", ".join(differences))
    return True


def _require_two(desk: VerifiedChain, authority: VerifiedChain) -> bool:
    """One organisation cannot vouch for itself, whatever keys it has."""
    identifiers = {certificate_names(chain.leaf).identifier for chain in (desk, authority)}
    if desk.key == authority.key or len(identifiers) != 2 or "" in identifiers:
        raise CheckFailed("receipt_one_party", "both signatures are of one organisation")
    return True


def _require_order(receipt: UseReceipt, seen: Countersignature) -> bool:
    if seen.mandate_id != receipt.mandate_id:
        raise CheckFailed("receipt_mandate", "the countersignature is about another mandate")
    if seen.iat + CLOCK_TOLERANCE.total_seconds() < receipt.used_at:
        raise CheckFailed("receipt_order", "countersigned before it was used")
    return True


def _require_use_of(mandate: Mandate, verified: VerifiedUseReceipt) -> bool:
    receipt = verified.receipt
    if (receipt.mandate_id, receipt.grant_text_sha256) != (mandate.mandate_id, mandate.text_sha256):
        raise CheckFailed("receipt_mandate", "a use of another mandate")
    if (verified.desk.identifier, verified.authority.identifier) != (
        mandate.mandatary.id,
        mandate.addressee.id,
    ):
        raise CheckFailed("receipt_parties", "signed by others than those who may act and decide")
    if not mandate.not_before <= receipt.used_at < mandate.expires_at:
        raise CheckFailed("receipt_term", "used outside the term of the mandate")
    return True
