from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from consent.plain_text import LocalText
from consent.rights import (
    DeletionRequest,
    ErasedItem,
    ErasureCertificate,
    KeptItem,
    ReportToAuthority,
    channel_of,
    mail_link,
)
from consent.transaction_log import (
    NATIONAL_NUMBER,
    ClaimInfo,
    CredentialDeletion,
    CredentialInfo,
    CredentialIssuance,
    Identifier,
    MigrationData,
    MultiLangString,
    OtherTransaction,
    Policy,
    Presentation,
    Transaction,
    result_of,
    wire_time,
)
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from tests.consent.parts import DESK, IDENTITY_VCT, MANDATE_ID, NOW

SECONDS = int(NOW.timestamp())
PARTY = Identifier(type=NATIONAL_NUMBER, identifier=DESK.id)
CLAIMS = (ClaimInfo(credential_identifier=IDENTITY_VCT, claims=("given_name", "family_name")),)
WHY = LocalText(nl="De wet bewaart dit bewijs.", en="The law keeps this proof.")


def nl(content):
    return MultiLangString(lang="nl", content=content)


def deletion(**changes):
    said = {
        "request_id": "d-0123456789abcdef",
        "requested_at": SECONDS,
        "party_identifier": PARTY,
        "party_name": DESK.name,
        "claims": CLAIMS,
    }
    return DeletionRequest(**said | changes)


def report(**changes):
    said = {
        "report_id": "r-0123456789abcdef",
        "reported_at": SECONDS,
        "common_name": "Geldloket",
        "party_identifier": PARTY,
        "dpa_name": "Autoriteit (voorbeeld)",
        "dpa_country": "NL",
        "channel": "web",
        "claims": CLAIMS,
        "request_object": "eyJ.eyJ.sig",
    }
    return ReportToAuthority(**said | changes)


def certificate(**changes):
    said = {
        "request_id": "d-0123456789abcdef",
        "decided_at": SECONDS,
        "decision": "partly",
        "erased": (ErasedItem(what="account", fields=("iban", "tenaamstelling")),),
        "kept": (KeptItem(what="evidence", rule="BW 3:71", why=WHY, until=SECONDS + 86400),),
    }
    return ErasureCertificate(**said | changes)


# Erasure (EUDI TS7).


def test_a_deletion_request_names_who_what_and_when_and_no_values():
    made = strict_json.loads_object(deletion(mandate_id=MANDATE_ID).to_json())

    assert made["party_identifier"] == {"type": NATIONAL_NUMBER, "identifier": DESK.id}
    assert made["claims"] == [{"credentialIdentifier": IDENTITY_VCT, "claims": ["given_name", "family_name"]}]
    assert made["mandate_id"] == MANDATE_ID


def test_a_mail_says_that_it_asks_for_erasure_and_of_what():
    link = urlsplit(mail_link("mailto:help@desk.example", deletion(everything=True, mandate_id=MANDATE_ID)))
    said = parse_qs(link.query)

    assert (link.scheme, link.path) == ("mailto", "help@desk.example")
    assert "Article 17" in said["subject"][0]
    assert "given_name, family_name" in said["body"][0]
    assert "All data that I shared" in said["body"][0]
    assert MANDATE_ID in said["body"][0]
    assert "\r\n" in said["body"][0]


def test_a_name_cannot_add_a_header_to_a_mail():
    link = mail_link("mailto:help@desk.example", deletion(party_name="x&bcc=all@evil.example\nBcc: y"))

    assert set(parse_qs(urlsplit(link).query)) == {"subject", "body"}


@pytest.mark.parametrize(
    "contact", ["https://desk.example/", "mailto:a@b.example?bcc=c@d.example", "tel:14010"]
)
def test_a_mail_goes_only_to_a_mail_address(contact):
    with pytest.raises(Malformed):
        mail_link(contact, deletion())


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ("https://desk.example/help", "web"),
        ("http://localhost:8003/", "web"),
        ("mailto:help@desk.example", "mail"),
        ("tel:+31140", "phone"),
        ("HTTPS://desk.example/", "web"),
    ],
)
def test_a_contact_is_reached_by_the_form_of_its_address(contact, channel):
    assert channel_of(contact) == channel


@pytest.mark.parametrize("contact", ["", "help@desk.example", "javascript:alert(1)", "mailto:", "data:x"])
def test_another_form_of_contact_is_refused(contact):
    with pytest.raises(Malformed):
        channel_of(contact)


def test_the_request_is_a_line_in_the_history_of_the_wallet():
    line = deletion().transaction().to_wire()

    assert line == {
        "dataDeletionRequest": {
            "interactingPartyIdentifier": {"type": NATIONAL_NUMBER, "identifier": DESK.id},
            "interactingPartyName": {"lang": "nl", "content": DESK.name},
            "listOfClaims": [{"credentialIdentifier": IDENTITY_VCT, "claims": ["given_name", "family_name"]}],
        },
        "transactionIdentifier": "d-0123456789abcdef",
        "time": "2026-11-24T10:00:00",
        "transactionType": "DataDeletionRequest",
        "transactionResult": "Completed",
    }


# The answer.


def test_a_certificate_names_what_is_gone_and_what_was_kept_and_why():
    made = strict_json.loads_object(certificate().to_json())

    assert made["erased"] == [{"what": "account", "fields": ["iban", "tenaamstelling"]}]
    assert made["kept"][0]["why"]["nl"] == "De wet bewaart dit bewijs."
    assert made["kept"][0]["rule"] == "BW 3:71"


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "refused"},
        {"decision": "refused", "erased": ()},
        {"decision": "refused", "reason": WHY},
        {"decision": "granted", "erased": ()},
        {"decision": "partly", "kept": ()},
        {"decision": "perhaps"},
        {"ledger_seq": 3},
        {"ledger_hash": "A" * 43},
        {"erased": ({"what": "account", "fields": (), "values": ()},)},
    ],
)
def test_a_certificate_that_contradicts_itself_cannot_be_made(change):
    with pytest.raises(ValueError, match="validation error"):
        certificate(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "refused", "erased": (), "reason": WHY},
        {"decision": "granted", "kept": ()},
        {"ledger_seq": 3, "ledger_hash": "A" * 43},
    ],
)
def test_every_decision_has_a_certificate(change):
    assert certificate(**change)


# The authority (EUDI TS8).


def test_a_report_has_the_recommended_subject_and_says_what_was_found():
    made = report(concerns=("surplus", "forbidden"), words="Zij vroegen mijn saldo.")

    assert made.subject() == "Reporting an allegedly unlawful or suspicious request received from Geldloket"
    assert "surplus, forbidden" in made.body()
    assert "Zij vroegen mijn saldo." in made.body()
    assert DESK.id in made.body()
    assert "eyJ" not in repr(made)


def test_a_report_names_the_intermediary():
    made = report(
        intermediary_name="Tussenpersoon", intermediary_identifier=Identifier(type="x", identifier="1")
    )

    assert made.subject().endswith("Geldloket via Tussenpersoon")
    assert "Via: Tussenpersoon" in made.body()
    with pytest.raises(ValueError, match="intermediary"):
        report(intermediary_name="Tussenpersoon")


def test_a_report_is_a_line_in_the_history_of_the_wallet():
    line = report().transaction().to_wire()

    assert line["transactionType"] == "DPAReport"
    assert line["dpaReport"]["dpaCountry"] == {"lang": "en", "content": "NL"}


@pytest.mark.parametrize("message", [deletion(everything=True), certificate(), report()])
def test_a_message_survives_being_sent(message):
    assert type(message).from_json(message.to_json()) == message


@pytest.mark.parametrize("message", [deletion(), certificate(), report()])
@pytest.mark.parametrize("change", [{"type": "other"}, {"extra": 1}, {"request_id": 1, "report_id": 1}])
def test_a_message_of_another_shape_is_refused(message, change):
    members = strict_json.loads_object(message.to_json())

    with pytest.raises(Malformed):
        type(message).from_json(strict_json.dumps(members | change))
    del members["type"]
    with pytest.raises(Malformed):
        type(message).from_json(strict_json.dumps(members))
    with pytest.raises(Malformed):
        type(message).from_json(b"{")


# The export (EUDI TS10).


def presentation(**changes):
    said = {
        "interacting_party_identifier": PARTY,
        "interacting_party_name": nl(DESK.name),
        "interacting_party_contact": ("NL", "http://localhost:8003/"),
        "registrar_url": "http://localhost:8000/register",
        "purpose": (nl("Middeling"),),
        "privacy_policy": Policy(policy_uri="http://localhost:8000/about"),
        "dpa_name": nl("Autoriteit (voorbeeld)"),
        "dpa_country": nl("NL"),
        "dpa_contact": ("http://localhost:8000/dpa",),
        "list_of_claims_requested": CLAIMS,
        "list_of_claims_presented": CLAIMS,
    }
    return Presentation(**said | changes)


def transaction(kind="Presentation", result="Completed", **member):
    return Transaction(
        **member,
        transaction_identifier="t-1",
        time=wire_time(NOW),
        transaction_type=kind,
        transaction_result=result,
    )


def test_an_export_has_the_names_of_the_standard():
    wire = transaction(presentation=presentation()).to_wire()

    assert set(wire) == {
        "presentation",
        "transactionIdentifier",
        "time",
        "transactionType",
        "transactionResult",
    }
    assert set(wire["presentation"]) == {
        "interactingPartyIdentifier",
        "interactingPartyType",
        "interactingPartyName",
        "interactingPartyContact",
        "isIntermediary",
        "registrarURL",
        "purpose",
        "privacyPolicy",
        "dpaName",
        "dpaCountry",
        "dpaContact",
        "listOfClaimsRequested",
        "listOfClaimsPresented",
    }
    assert wire["presentation"]["privacyPolicy"]["policyURI"] == "http://localhost:8000/about"


def test_a_whole_export_survives_being_kept():
    issued = CredentialIssuance(
        interacting_party_identifier=PARTY,
        interacting_party_type="PIDProvider",
        interacting_party_name=nl("Gemeente"),
        interacting_party_contact=("NL", "mailto:a@b.example"),
        credential_number_requested=1,
        credential_number_issued=1,
        credential_identifier=(IDENTITY_VCT,),
        is_user_triggered=True,
    )
    gone = CredentialDeletion(
        credential_identifier=IDENTITY_VCT,
        credential_issuer_identifier=PARTY,
        credential_issuer_name=nl("Gemeente"),
    )
    card = CredentialInfo(
        credential_identifier=IDENTITY_VCT,
        issuer_identifier=(PARTY,),
        issuer_type="PIDProvider",
        issuer_name=nl("Gemeente"),
        supply_point_url="http://localhost:8001/municipality/",
    )
    export = MigrationData(
        transaction_log=(
            transaction(presentation=presentation()),
            transaction("CredentialIssuance", credential_issuance=issued),
            transaction("CredentialReissuance", credential_issuance=issued),
            transaction("CredentialDeletion", credential_deletion=gone),
            transaction("OtherTransaction", other_transaction=OtherTransaction(description=("Intrekken",))),
            deletion().transaction(),
            report().transaction(),
        ),
        list_of_credentials=(card,),
    )

    kept = MigrationData.from_json(strict_json.dumps(export.to_wire()))

    assert kept == export
    assert export.to_wire()["nonDeviceBoundCredentials"] == []


@pytest.mark.parametrize(
    ("kind", "member"),
    [
        ("Presentation", {}),
        ("DPAReport", {"presentation": presentation()}),
        (
            "Presentation",
            {
                "presentation": presentation(),
                "credential_deletion": None,
                "other_transaction": OtherTransaction(description=("x",)),
            },
        ),
        ("W2WPresentation", {"presentation": presentation()}),
        ("Presentation", {"presentation": presentation(reason_of_noncompletion="x")}),
    ],
)
def test_a_transaction_that_contradicts_itself_cannot_be_made(kind, member):
    with pytest.raises(ValueError, match="validation error"):
        transaction(kind, **member)


@pytest.mark.parametrize(
    "change",
    [
        {"list_of_claims_requested": ()},
        {"purpose": ()},
        {"dpa_contact": ()},
        {"interacting_party_contact": ("NL",)},
        {"intermediary_name": nl("Iemand")},
        {"values": ("Noor",)},
    ],
)
def test_a_presentation_without_what_the_standard_asks_cannot_be_made(change):
    with pytest.raises(ValueError, match="validation error"):
        presentation(**change)


def test_the_four_outcomes_have_a_result_of_the_standard():
    assert result_of("shared") == ("Completed", None)
    for outcome in ("not_shared", "failed", "not_sure"):
        result, reason = result_of(outcome)

        assert result == "NotCompleted"
        assert transaction(result=result, presentation=presentation(reason_of_noncompletion=reason))


@pytest.mark.parametrize("data", [b"{}", b"[]", b"{", b'{"transactionLog":[{}],"listOfCredentials":[]}'])
def test_what_is_no_export_is_refused(data):
    with pytest.raises(Malformed):
        MigrationData.from_json(data)


def test_a_time_is_written_in_utc():
    assert wire_time(NOW + timedelta(hours=1)) == "2026-11-24T11:00:00"
