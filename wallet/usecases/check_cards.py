"""Check how cards stand: each copy against the list of its own issuer, and no more often than it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.keys import PublicKey
from openid4vc.sdjwt.present import HeldSdJwt
from openid4vc.sdjwt.vc import VerifiedCredential, verify_issued
from openid4vc.status.status_list import require_valid
from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE, VerifiedStatusList, verify_status_list_token
from openid4vc.trust.anchors import TrustedIssuers
from wallet.domain.card import CardId, HeldCard, SealedCopy
from wallet.domain.documents import dump
from wallet.domain.peer import PeerNonsense, PeerRefused, PeerSilent
from wallet.domain.sealing import Viewer
from wallet.domain.standing import TRY_AGAIN_AFTER, CardCheck, Standing, worst
from wallet.ports import Ports
from wallet.usecases.keep_cards import COPY
from wallet.usecases.read_cards import CHECK, read_card, read_cards
from wallet.usecases.trusted_issuers import issuers_if_known

MOST_CARDS = 20
LONGEST = timedelta(days=1)
UNHEARD = (PeerSilent, PeerRefused, PeerNonsense, Malformed)
_SAYS = {"status_revoked": Standing.REVOKED, "status_suspended": Standing.SUSPENDED}


@dataclass(slots=True)
class Round:
    """One round of looking: each list is fetched once, and who was silent is not asked again."""

    ports: Ports
    trusted: TrustedIssuers
    now: datetime
    tokens: dict[str, str | None] = field(default_factory=dict)

    def token(self, uri: str) -> str:
        """Return the list at this address; Malformed when nobody answered."""
        if uri not in self.tokens:
            self.tokens[uri] = self._fetch(uri)
        token = self.tokens[uri]
        if token is None:
            raise Malformed("no list to be had")
        return token

    def _fetch(self, uri: str) -> str | None:
        try:
            body = self.ports.issuers.document(uri, accept=STATUS_LIST_MEDIA_TYPE)
        except UNHEARD as cause:
            self.ports.audit("status_unheard", kind=type(cause).__name__)
            return None
        return body.decode("ascii", errors="replace").strip()


def check_stale_cards(*, viewer: Viewer, ports: Ports) -> None:
    """Look at the cards whose last look is older than their list allows; the rest is not asked about."""
    now = ports.clock()
    stale = [
        held
        for held in read_cards(viewer=viewer, ports=ports)
        if not held.card.expired(now) and (held.check is None or not held.check.is_fresh(now))
    ]
    _check(stale[:MOST_CARDS], viewer, ports)


def check_card_now(id: CardId, *, viewer: Viewer, ports: Ports) -> None:
    """Look at one card because the citizen asks; NotFound for somebody else's."""
    _check([read_card(id, viewer=viewer, ports=ports)], viewer, ports)


def _check(held: Sequence[HeldCard], viewer: Viewer, ports: Ports) -> None:
    if not held:
        return
    looking = Round(ports, issuers_if_known(ports=ports), ports.clock())
    copies = ports.stores.card_checks.fresh_copies(
        [one.card.id for one in held], account_id=viewer.account_id
    )
    by_card: Mapping[CardId, list[SealedCopy]] = {one.card.id: [] for one in held}
    for copy in copies:
        by_card[copy.card_id].append(copy)
    for one in held:
        found = [_look(copy, one, looking, viewer) for copy in by_card[one.card.id]]
        check = CardCheck(
            standing=worst([standing for standing, _ in found]),
            checked_at=looking.now,
            fresh_until=min((until for _, until in found), default=looking.now + LONGEST),
        )
        sealed = viewer.seal(dump(check), kind=CHECK, id=one.card.id)
        ports.stores.card_checks.keep(one.card.id, sealed, account_id=viewer.account_id, now=looking.now)
    ports.audit("cards_checked", cards=len(held), lists=len(looking.tokens))


def _look(copy: SealedCopy, held: HeldCard, looking: Round, viewer: Viewer) -> tuple[Standing, datetime]:
    """How one copy stands, and until when that need not be asked again."""
    try:
        issued = _issued(viewer.unseal(copy.sealed_sd_jwt, kind=COPY, id=copy.id).decode(), held, looking)
        if issued.status is None:
            return Standing.NO_LIST, looking.now + LONGEST
        statuses = _statuses(issued, looking)
        return _standing(statuses.status_at(issued.status.idx)), statuses.fresh_until
    except (CheckFailed, *UNHEARD) as cause:
        check = cause.check if isinstance(cause, CheckFailed) else type(cause).__name__
        looking.ports.audit("status_not_checked", check=check)
        return Standing.COULD_NOT_CHECK, looking.now + TRY_AGAIN_AFTER


def _issued(sd_jwt: str, held: HeldCard, looking: Round) -> VerifiedCredential:
    """Verify the copy anew: a list counts only under the key of an issuer that is trusted today."""
    cnf = HeldSdJwt(sd_jwt).payload.get("cnf")
    jwk = cnf.get("jwk") if isinstance(cnf, Mapping) else None
    if not isinstance(jwk, Mapping):
        raise Malformed("a copy without a holder key")
    return verify_issued(
        sd_jwt,
        trusted=looking.trusted,
        expected_vct=held.card.vct,
        expected_holder=PublicKey.from_jwk(jwk),
        now=looking.now,
    )


def _statuses(issued: VerifiedCredential, looking: Round) -> VerifiedStatusList:
    if issued.status is None:
        raise Malformed("no status to look at")
    return verify_status_list_token(
        looking.token(issued.status.uri),
        expected_uri=issued.status.uri,
        expected_chain=issued.chain,
        anchors=issued.issuer.anchors,
        now=looking.now,
    )


def _standing(status: int) -> Standing:
    """A status that this wallet does not know is not a valid one."""
    try:
        require_valid(status)
    except CheckFailed as cause:
        return _SAYS.get(cause.check, Standing.COULD_NOT_CHECK)
    return Standing.VALID
