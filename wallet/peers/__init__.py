"""How the wallet speaks to issuers and verifiers; nothing is decided here."""
