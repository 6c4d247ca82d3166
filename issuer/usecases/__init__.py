"""What the issuer can do: one verb a module, each in the order of docs/flows/issuance.md."""
