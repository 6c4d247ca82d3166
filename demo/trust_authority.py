"""The demonstration's trust authority: signs the list of who may issue what (ETSI TS 119 602)."""

from __future__ import annotations

from datetime import datetime, timedelta

from demo.papers import Papers
from demo.seed import Organisation, listed
from demo.town import Town
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.trust.list_kinds import EAA_PROVIDERS
from openid4vc.trust.listing import Keeper, ListedEntity, TrustList
from openid4vc.trust.lists import sign_list

NEXT_UPDATE = timedelta(days=30)


def publish_the_list(town: Town, *, now: datetime) -> None:
    """Write a fresh issue of the list; the sequence number is the second of signing, so it only goes up."""
    papers = Papers.read(town.keys / "hub" / "trust-list")
    trusted = TrustedIssuers.from_json((town.own_trust / "issuers.json").read_bytes())
    entities = tuple(_entity(issuer, listed(town)[issuer.id][0]) for issuer in trusted.issuers)
    keeper = Keeper("Eenmalig (voorbeeld)", "Voorbeeldstraat 1, Voorbeeldstad", f"{town.url('hub')}/about")
    issue = TrustList(EAA_PROVIDERS, keeper, int(now.timestamp()), now, now + NEXT_UPDATE, entities)
    (town.trust / "issuers.jws").write_text(
        sign_list(issue, key=papers.key, chain=papers.chain) + "\n", encoding="ascii"
    )


def _entity(issuer: TrustedIssuer, who: Organisation) -> ListedEntity:
    return ListedEntity(
        name=who.name,
        name_en=who.name_en,
        identifier=who.identifier,
        website=f"{issuer.id}/",
        certificates=issuer.anchors,
        issuer=issuer.id,
        vcts=issuer.vcts,
    )
