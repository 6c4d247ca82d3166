"""Token Status List (draft-ietf-oauth-status-list-20): a credential's status as bits in a signed list."""
