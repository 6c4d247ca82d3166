"""What our own pages and API refuse, by code; the words for people are in issuer.web.words."""

from chassis.refusals import DomainRefusal


class UnknownPersona(DomainRefusal):
    """Nobody here has this id."""

    code = "unknown_persona"
    status = 404


class NothingChosen(DomainRefusal):
    """An offer holds at least one credential (OpenID4VCI 1.0, 4.1.1)."""

    code = "nothing_chosen"
    status = 400


class UnknownConfiguration(DomainRefusal):
    """No organisation offers a credential with this id, or it was named twice."""

    code = "unknown_credential_configuration"
    status = 400


class SeveralOrganisations(DomainRefusal):
    """One offer speaks for one organisation (OpenID4VCI 1.0, 4.1.1)."""

    code = "several_organisations"
    status = 400


class NothingOnRecord(DomainRefusal):
    """The organisation knows this person, but not this about them."""

    code = "nothing_on_record"
    status = 409


class UnknownOrganisation(DomainRefusal):
    """No tenant lives at this path."""

    code = "unknown_organisation"
    status = 404


class UnknownOffer(DomainRefusal):
    """One answer for an offer that never was, has expired or has been used."""

    code = "unknown_offer"
    status = 404


class UnknownType(DomainRefusal):
    """This organisation has no such credential type."""

    code = "unknown_type"
    status = 404


class UnknownStatusList(DomainRefusal):
    """No status list with this number."""

    code = "unknown_status_list"
    status = 404


class UnknownCredential(DomainRefusal):
    """No credential has this place in a status list."""

    code = "unknown_credential"
    status = 404


class NotAcceptable(DomainRefusal):
    """The caller accepts no form in which this can be served (RFC 9110, 15.5.7)."""

    code = "not_acceptable"
    status = 406


class TimeNotSupported(DomainRefusal):
    """The status of another moment than now is not kept (Token Status List, 8.4)."""

    code = "time_not_supported"
    status = 501


class OnlyInTheDemo(DomainRefusal):
    """A knob of the workshop host, which no other deployment has."""

    code = "only_in_the_demo"
    status = 403


class NotSignedIn(DomainRefusal):
    """Collecting is for somebody: sign in first."""

    code = "not_signed_in"
    status = 401


class UnknownAuthorization(DomainRefusal):
    """A reference or browser that never was, was used, is late or is of another client (RFC 9126, 4)."""

    code = "unknown_authorization"
    status = 400


class SomebodyElse(DomainRefusal):
    """This was prepared for another person than the one who is signed in (OpenID4VCI 1.0, 5.1.3)."""

    code = "somebody_else"
    status = 403


class NothingDeferrable(DomainRefusal):
    """No clerk ever has to look at any of these."""

    code = "nothing_deferrable"
    status = 409


class TooManyGuesses(DomainRefusal):
    """Too many addresses of offers that do not exist, from one place (OpenID4VCI 1.0, 13.6)."""

    code = "too_many_guesses"
    status = 429
