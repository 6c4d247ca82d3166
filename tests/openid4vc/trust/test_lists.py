"""Lists of trusted entities: who keeps them, for how long they count, and what may be read from them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import CLOCK_TOLERANCE
from openid4vc.jose.x5c import encode_x5c
from openid4vc.trust.anchors import TrustedIssuer
from openid4vc.trust.certificates import LeafSubject, has_purpose, make_leaf, make_root
from openid4vc.trust.list_kinds import (
    ACCESS_AUTHORITIES,
    EAA_PROVIDERS,
    PID_PROVIDERS,
    REGISTRATION_PROVIDERS,
    WALLET_PROVIDERS,
)
from openid4vc.trust.listing import Keeper, ListedEntity, TrustList
from openid4vc.trust.lists import LIST_SIGNING, issuers_of, sign_list, verify_list
from tests.openid4vc.jose.authority import NOW, Authority, Signer, later

KEEPERS = Authority.root("Trust authority")
OTHER = Authority.root("Other authority")
AUTHORITY = Authority.root("Municipality root").certificate
REVOKER = Authority.root("Municipality revocation root").certificate
SECONDS = int(NOW.timestamp())
ISSUER = "https://issuer.example/municipality"
VCT = f"{ISSUER}/vct/identity/1"


def keeper(authority=KEEPERS, *, purposes=(LIST_SIGNING,), days=100) -> Signer:
    key = SigningKey.generate()
    subject = LeafSubject("Vertrouwensautoriteit", "Lijsten", "NTRNL-00000007", purposes=purposes)
    leaf = make_leaf(
        subject=subject,
        public=key.public,
        issuer=authority.certificate,
        issuer_key=authority.key,
        serial=77,
        now=NOW,
        days=days,
    )
    return Signer(key, (leaf,))


KEEPER = keeper()
MUNICIPALITY = ListedEntity(
    name="Gemeente Voorbeeldstad",
    name_en="Municipality of Voorbeeldstad",
    identifier="NTRNL-00000003",
    website="https://municipality.example",
    certificates=(AUTHORITY,),
    revocation=(REVOKER,),
    issuer=ISSUER,
    vcts=frozenset({VCT}),
)
LIST = TrustList(
    kind=PID_PROVIDERS,
    keeper=Keeper("Vertrouwensautoriteit (voorbeeld)", "Voorbeeldplein 1", "https://trust.example"),
    sequence=5,
    issued_at=NOW,
    next_update=later(days=7),
    entities=(MUNICIPALITY,),
)


def signed(*, trust_list=LIST, typ="JOSE", signer=KEEPER, chain=None, change=lambda lote: None, **header):
    document = trust_list.document()
    change(document["LoTE"])
    return sign_jws(
        document, typ=typ, key=signer.key, header={"x5c": encode_x5c(chain or signer.chain)} | header
    )


def verify(compact, **changed):
    expected = {
        "kind": PID_PROVIDERS,
        "signers": (KEEPERS.certificate,),
        "now": NOW,
        "last_sequence": None,
    }
    return verify_list(compact, **(expected | changed))


def refusal(compact, **changed):
    with pytest.raises(CheckFailed) as refused:
        verify(compact, **changed)
    return refused.value.check


def service(lote, number=0):
    return lote["TrustedEntitiesList"][0]["TrustedEntityServices"][number]["ServiceInformation"]


def test_what_a_keeper_signs_is_believed():
    verified = verify(sign_list(LIST, key=KEEPER.key, chain=KEEPER.chain))

    assert (verified.sequence, verified.next_update) == (5, later(days=7))
    assert verified.anchors() == (AUTHORITY,)
    assert verified.identifiers() == {"NTRNL-00000003"}
    assert verified.issuers().issuers == (
        TrustedIssuer(
            ISSUER,
            "Gemeente Voorbeeldstad",
            frozenset({VCT}),
            (AUTHORITY,),
            name_en="Municipality of Voorbeeldstad",
        ),
    )


@pytest.mark.parametrize(
    "kind", [ACCESS_AUTHORITIES, REGISTRATION_PROVIDERS, WALLET_PROVIDERS, EAA_PROVIDERS, PID_PROVIDERS]
)
def test_there_is_a_list_for_each_role(kind):
    entity = replace(MUNICIPALITY, issuer=None, vcts=frozenset())
    compact = sign_list(replace(LIST, kind=kind, entities=(entity,)), key=KEEPER.key, chain=KEEPER.chain)

    verified = verify(compact, kind=kind)

    assert verified.anchors() == (AUTHORITY,)
    assert verified.issuers().issuers == ()


@pytest.mark.threat("224")
def test_the_keys_for_revocation_do_not_issue_and_the_other_way_round():
    verified = verify(signed())

    assert verified.revocation_anchors() == (REVOKER,)
    assert REVOKER not in verified.anchors()
    assert verify(signed(trust_list=replace(LIST, entities=()))).revocation_anchors() == ()


@pytest.mark.threat("224")
def test_a_list_of_one_kind_says_nothing_about_another():
    assert refusal(signed(), kind=ACCESS_AUTHORITIES) == "list_kind"


@pytest.mark.threat("224")
def test_a_service_of_another_kind_on_the_list_counts_for_nothing():
    def as_access_authority(lote):
        service(lote)["ServiceTypeIdentifier"] = ACCESS_AUTHORITIES.issuance

    verified = verify(signed(change=as_access_authority))

    assert (verified.anchors(), verified.issuers().issuers) == ((), ())


def test_a_service_of_no_kind_counts_for_nothing():
    assert verify(signed(change=lambda lote: service(lote).pop("ServiceTypeIdentifier"))).anchors() == ()


def test_nobody_is_pinned():
    assert refusal(signed(), signers=()) == "list_no_signers"


@pytest.mark.threat("224")
def test_a_keeper_that_is_not_pinned_is_refused():
    assert refusal(signed(signer=keeper(OTHER))) == "x5c_path"
    assert refusal(signed(), signers=(OTHER.certificate,)) == "x5c_path"


@pytest.mark.threat("224")
def test_a_signature_of_somebody_else_is_refused():
    assert refusal(signed(signer=keeper(OTHER), chain=KEEPER.chain)) == "list_signature"
    assert refusal(signed(signer=keeper()), signers=KEEPER.chain) == "x5c_path"


@pytest.mark.parametrize("purposes", [(), ("1.3.6.1.5.5.7.3.2",), ("2.5.29.37.0",)])
def test_a_certificate_for_another_purpose_signs_no_lists(purposes):
    assert refusal(signed(signer=keeper(purposes=purposes))) == "list_purpose"


def test_a_pinned_certificate_signs_whatever_stands_in_it():
    plain = keeper(purposes=())

    assert verify(signed(signer=plain), signers=plain.chain).sequence == 5


def test_a_pinned_certificate_may_be_self_signed():
    key = SigningKey.generate()
    own = make_root(key=key, name="Own", serial=1, now=NOW, days=10)

    assert verify(signed(signer=Signer(key, (own,))), signers=(own,)).sequence == 5


def test_a_pinned_certificate_ends_too():
    short = keeper(days=1)
    compact = signed(signer=short)

    assert refusal(compact, signers=short.chain, now=later(days=2)) == "list_signer"
    assert refusal(compact, signers=short.chain, now=NOW - timedelta(days=1)) == "list_signer"
    assert refusal(compact, now=later(days=2)) == "x5c_path"


def test_the_pin_is_the_first_certificate_and_no_other():
    stranger = keeper(OTHER)

    assert refusal(signed(signer=stranger, chain=[*stranger.chain, *KEEPER.chain]), signers=KEEPER.chain)


@pytest.mark.threat("224")
def test_a_list_that_should_have_been_replaced_is_refused():
    assert refusal(signed(), now=later(days=7)) == "list_outdated"
    assert verify(signed(), now=later(days=7) - timedelta(seconds=1))


def test_a_list_of_the_future_is_refused():
    early = replace(LIST, issued_at=later(minutes=2))

    assert refusal(signed(trust_list=early)) == "issued_in_future"
    assert refusal(signed(iat=SECONDS + 120)) == "issued_in_future"


@pytest.mark.threat("224")
def test_an_older_list_than_the_last_one_is_refused():
    assert refusal(signed(), last_sequence=6) == "list_rolled_back"
    assert verify(signed(), last_sequence=5).sequence == 5
    assert verify(signed(), last_sequence=4).sequence == 5


@pytest.mark.threat("113")
def test_another_algorithm_is_refused():
    def with_header(header):
        head = base64url.encode(strict_json.dumps(header))
        return f"{head}.{signed().partition('.')[2]}"

    assert refusal(with_header({"alg": "none"})) == "list_alg"
    assert refusal(with_header({"alg": "HS256"})) == "list_alg"
    assert refusal(signed(crit=["sigD"])) == "list_extension"
    assert refusal(signed(b64=False)) == "list_extension"


@pytest.mark.parametrize("typ", ["JOSE", "JWT"])
def test_the_general_types_are_taken(typ):
    assert verify(signed(typ=typ)).sequence == 5


@pytest.mark.threat("103")
@pytest.mark.parametrize("typ", ["oauth-authz-req+jwt", "rc-wrp+jwt", "", [], {}])
def test_another_type_is_no_list(typ):
    assert refusal(signed(typ=typ)) == "list_typ"


def test_a_list_without_a_type_is_taken():
    protected = base64url.encode(strict_json.dumps({"alg": "ES256", "x5c": encode_x5c(KEEPER.chain)}))
    signing_input = f"{protected}.{base64url.encode(strict_json.dumps(LIST.document()))}"
    signature = base64url.encode(KEEPER.key.sign(signing_input.encode()))

    assert verify(f"{signing_input}.{signature}").sequence == 5


@pytest.mark.parametrize(
    ("status", "trusted"),
    [
        ("http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/notified", True),
        ("http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted", True),
        ("http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/withdrawn", False),
        ("something new", False),
    ],
)
def test_a_service_that_was_withdrawn_is_not_trusted(status, trusted):
    verified = verify(signed(change=lambda lote: service(lote).update(ServiceStatus=status)))

    assert bool(verified.anchors()) is trusted
    assert bool(verified.issuers().issuers) is trusted


def test_a_service_that_starts_tomorrow_is_not_trusted_today():
    def tomorrow(lote):
        service(lote)["StatusStartingTime"] = "2026-11-25T00:00:00Z"

    assert verify(signed(change=tomorrow)).anchors() == ()
    assert verify(signed(change=tomorrow), now=later(days=1)).anchors() == (AUTHORITY,)


@pytest.mark.threat("224")
def test_a_certificate_that_is_no_authority_is_no_anchor():
    leaf = OTHER.signer().chain
    verified = verify(signed(trust_list=replace(LIST, entities=(replace(MUNICIPALITY, certificates=leaf),))))

    assert (verified.anchors(), verified.issuers().issuers) == ((), ())


@pytest.mark.parametrize("val", ["", "AAAA", "!", "é"])
def test_a_certificate_that_cannot_be_read_harms_nobody_else(val):
    def with_one_more(lote):
        service(lote)["ServiceDigitalIdentity"]["X509Certificates"].insert(0, {"val": val})

    assert verify(signed(change=with_one_more)).anchors() == (AUTHORITY,)


def test_an_issuer_on_two_lists_keeps_the_authorities_of_each():
    other_vct = f"{ISSUER}/vct/allowance/1"
    other = replace(MUNICIPALITY, certificates=(REVOKER,), vcts=frozenset({other_vct}))
    second = replace(LIST, kind=EAA_PROVIDERS, entities=(other,))

    both = issuers_of([verify(signed()), verify(signed(trust_list=second), kind=EAA_PROVIDERS)])

    assert [one.anchors for one in both.for_vct(VCT)] == [(AUTHORITY,)]
    assert [one.anchors for one in both.for_vct(other_vct)] == [(REVOKER,)]


def test_extensions_of_others_mean_nothing():
    def with_others(lote):
        service(lote)["ServiceInformationExtensions"] = ["x", 7, {"type": "other"}, {}]

    verified = verify(signed(change=with_others))

    assert (verified.anchors(), verified.issuers().issuers) == ((AUTHORITY,), ())


def test_a_trade_name_may_be_just_a_name():
    def with_names(lote):
        information = lote["TrustedEntitiesList"][0]["TrustedEntityInformation"]
        information["TETradeName"] = [{"lang": "nl", "value": "De gemeente"}]

    assert verify(signed(change=with_names)).identifiers() == frozenset()


def _breaks(path, value):
    def change(lote):
        *outer, last = path
        inner = lote
        for name in outer:
            inner = inner[name]
        inner[last] = value

    return change


@pytest.mark.threat("224")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("ListAndSchemeInformation",), {}),
        (("ListAndSchemeInformation", "LoTESequenceNumber"), "5"),
        (("ListAndSchemeInformation", "LoTESequenceNumber"), -1),
        (("ListAndSchemeInformation", "LoTESequenceNumber"), True),
        (("ListAndSchemeInformation", "LoTEType"), None),
        (("ListAndSchemeInformation", "NextUpdate"), None),
        (("ListAndSchemeInformation", "NextUpdate"), "2026-12-01"),
        (("ListAndSchemeInformation", "NextUpdate"), "2026-12-01T00:00:00+01:00"),
        (("ListAndSchemeInformation", "NextUpdate"), "2026-12-01 00:00:00Z"),
        (("ListAndSchemeInformation", "NextUpdate"), "2026-13-01T00:00:00Z"),
        (("ListAndSchemeInformation", "NextUpdate"), 1795428000),
        (("ListAndSchemeInformation", "ListIssueDateTime"), "TZ"),
        (("ListAndSchemeInformation", "SchemeOperatorName"), []),
        (("TrustedEntitiesList",), {}),
        (("TrustedEntitiesList", 0, "TrustedEntityServices"), []),
        (("TrustedEntitiesList", 0, "TrustedEntityInformation"), {}),
        (
            ("TrustedEntitiesList", 0, "TrustedEntityServices", 0, "ServiceInformation"),
            {"ServiceName": [{"lang": "en", "value": "x"}]},
        ),
        (
            (
                "TrustedEntitiesList",
                0,
                "TrustedEntityServices",
                0,
                "ServiceInformation",
                "ServiceInformationExtensions",
            ),
            [{"type": "urn:eenmalig:lote:issuance:1", "issuer": ISSUER, "vcts": []}],
        ),
        (
            (
                "TrustedEntitiesList",
                0,
                "TrustedEntityServices",
                0,
                "ServiceInformation",
                "ServiceInformationExtensions",
            ),
            [{"type": "urn:eenmalig:lote:issuance:1", "issuer": "javascript:x", "vcts": [VCT]}],
        ),
    ],
    ids=str,
)
def test_a_list_that_misses_something_is_malformed(path, value):
    with pytest.raises(Malformed):
        verify(signed(change=_breaks(path, value)))


@pytest.mark.parametrize("compact", ["", "a.b", "a.b.c", "e30.e30.e30.e30", "é.é.é", "A" * 3_000_000])
def test_what_is_no_list_is_malformed(compact):
    with pytest.raises(Malformed):
        verify(compact)


def test_a_header_without_a_certificate_is_malformed():
    header = base64url.encode(strict_json.dumps({"alg": "ES256"}))

    for first in ([], None, [7]):
        with pytest.raises(Malformed):
            verify(signed(x5c=first))
    with pytest.raises(Malformed):
        verify(f"{header}.e30.AA")


def test_we_sign_no_list_that_nobody_should_believe():
    with pytest.raises(ValueError, match="key"):
        sign_list(LIST, key=SigningKey.generate(), chain=KEEPER.chain)
    with pytest.raises(ValueError, match="next update"):
        sign_list(replace(LIST, next_update=NOW), key=KEEPER.key, chain=KEEPER.chain)


def test_a_list_survives_other_time_zones():
    amsterdam = LIST.issued_at.astimezone(tz=None)
    compact = sign_list(replace(LIST, issued_at=amsterdam), key=KEEPER.key, chain=KEEPER.chain)

    assert verify(compact).sequence == 5


def test_certificates_in_a_list_are_standard_base64_of_der():
    value = service(LIST.document()["LoTE"])["ServiceDigitalIdentity"]["X509Certificates"][0]["val"]

    assert value == encode_x5c([AUTHORITY])[0]
    assert base64url.decode(value.rstrip("=").translate(str.maketrans("+/", "-_"))) == AUTHORITY.public_bytes(
        Encoding.DER
    )


def test_a_purpose_stands_in_the_certificate_or_does_not():
    assert has_purpose(KEEPER.chain[0], LIST_SIGNING)
    assert not has_purpose(KEEPER.chain[0], "1.3.6.1.5.5.7.3.2")
    assert not has_purpose(AUTHORITY, LIST_SIGNING)


def test_a_list_of_exactly_the_size_is_read(monkeypatch):
    compact = signed()

    monkeypatch.setattr("openid4vc.trust.lists.MAX_LIST", len(compact))
    assert verify(compact).sequence == 5

    monkeypatch.setattr("openid4vc.trust.lists.MAX_LIST", len(compact) - 1)
    with pytest.raises(Malformed):
        verify(compact)


def test_a_list_of_just_within_the_tolerance_is_believed():
    ahead = replace(LIST, issued_at=NOW + CLOCK_TOLERANCE)

    assert verify(signed(trust_list=ahead)).sequence == 5
    further = replace(LIST, issued_at=NOW + CLOCK_TOLERANCE + timedelta(seconds=1))
    assert refusal(signed(trust_list=further)) == "issued_in_future"


def test_a_service_that_starts_now_is_trusted_now():
    def starts_now(lote):
        service(lote)["StatusStartingTime"] = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")

    assert verify(signed(change=starts_now)).anchors() == (AUTHORITY,)


def test_a_pinned_certificate_counts_up_to_its_last_second():
    last = later(days=3)
    short = keeper(days=3)

    assert verify(signed(signer=short), signers=short.chain, now=last).sequence == 5
    assert (
        refusal(signed(signer=short), signers=short.chain, now=last + timedelta(seconds=1)) == "list_signer"
    )
