"""Messages and key proofs of OpenID for Verifiable Credential Issuance 1.0."""
