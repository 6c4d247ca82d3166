"""The demonstration's trust authority: signs the list of who may issue what (ETSI TS 119 602)."""

from __future__ import annotations

from datetime import datetime, timedelta

from demo.papers import Papers
from demo.seed import ISSUERS
from demo.town import TENANTS, Town
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.trust.list_kinds import EAA_PROVIDERS
from openid4vc.trust.listing import Keeper, ListedEntity, TrustList
from openid4vc.trust.lists import sign_list

NEXT_UPDATE = timedelta(days=30)


def publish_the_list(town: Town, *, now: datetime) -> None:
    """Write a fresh issue of the list; the sequence number is the second of signing, so it only goes up."""
    papers = Papers.read(town.keys / "hub" / "trust-list")
    trusted = TrustedIssuers.from_json((town.own_trust / "issuers.json").read_bytes())
    by_id = {issuer.id: issuer for issuer in trusted.issuers}
    entities = tuple(
        ListedEntity(
            name=ISSUERS[tenant].name,
            name_en=ISSUERS[tenant].name_en,
            identifier=ISSUERS[tenant].identifier,
            website=f"{town.tenant_id(tenant)}/",
            certificates=by_id[town.tenant_id(tenant)].anchors,
            issuer=town.tenant_id(tenant),
            vcts=by_id[town.tenant_id(tenant)].vcts,
        )
        for tenant in TENANTS
    )
    keeper = Keeper("Eenmalig (voorbeeld)", "Voorbeeldstraat 1, Voorbeeldstad", f"{town.url('hub')}/about")
    issue = TrustList(EAA_PROVIDERS, keeper, int(now.timestamp()), now, now + NEXT_UPDATE, entities)
    (town.trust / "issuers.jws").write_text(
        sign_list(issue, key=papers.key, chain=papers.chain) + "\n", encoding="ascii"
    )
