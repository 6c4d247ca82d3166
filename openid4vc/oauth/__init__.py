"""The parts of OAuth 2.0 that issuing a credential stands on (RFC 6749, RFC 8414)."""
