"""The wallet against an issuer and a verifier that are small fakes on the wire."""
