"""How this service speaks to issuers and to the authority."""
