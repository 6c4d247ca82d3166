"""Every URL of a tenant, built from the public URL and the tenant's path; never with a trailing slash."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """One spelling per identifier: documents and tokens compare them byte by byte (RFC 8414, 3.3)."""

    public_url: str
    tenant: str

    @property
    def credential_issuer(self) -> str:
        """Credential issuer identifier, authorization server issuer and `iss`: the same string."""
        return f"{self.public_url}/{self.tenant}"

    @property
    def token(self) -> str:
        """Token endpoint (RFC 6749, 3.2)."""
        return f"{self.credential_issuer}/token"

    @property
    def authorization(self) -> str:
        """Authorization endpoint, where the citizen's browser is sent (RFC 6749, 3.1)."""
        return f"{self.credential_issuer}/authorize"

    @property
    def pushed_authorization(self) -> str:
        """Pushed authorization request endpoint (RFC 9126, 2)."""
        return f"{self.credential_issuer}/par"

    @property
    def challenge(self) -> str:
        """Challenge endpoint for client attestations (attestation-based client authentication, 8)."""
        return f"{self.credential_issuer}/challenge"

    @property
    def nonce(self) -> str:
        """Nonce endpoint (OpenID4VCI 1.0, 7)."""
        return f"{self.credential_issuer}/nonce"

    @property
    def credential(self) -> str:
        """Credential endpoint (OpenID4VCI 1.0, 8)."""
        return f"{self.credential_issuer}/credential"

    @property
    def deferred_credential(self) -> str:
        """Deferred credential endpoint (OpenID4VCI 1.0, 9)."""
        return f"{self.credential_issuer}/deferred"

    @property
    def notification(self) -> str:
        """Notification endpoint (OpenID4VCI 1.0, 11)."""
        return f"{self.credential_issuer}/notification"

    @property
    def jwks(self) -> str:
        """Key set with the public key of this tenant (RFC 7517, 5)."""
        return f"{self.credential_issuer}/jwks"

    @property
    def status_lists(self) -> str:
        """Status list aggregation (Token Status List, 9)."""
        return f"{self.credential_issuer}/statuslists"

    def status_list(self, number: int) -> str:
        """`uri` in the credential and `sub` of the list, string-equal (Token Status List, 5.1)."""
        return f"{self.status_lists}/{number}"

    def offer(self, offer_id: str) -> str:
        """Where an offer by reference is fetched (OpenID4VCI 1.0, 4.1.3)."""
        return f"{self.credential_issuer}/offers/{offer_id}"

    def vct(self, type_name: str) -> str:
        """The type of a credential, and where its metadata is served."""
        return f"{self.credential_issuer}/vct/{type_name}/1"
