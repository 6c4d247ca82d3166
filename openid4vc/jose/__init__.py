"""JSON object signing (RFC 7515, 7517, 7518) narrowed to what our profile allows: ES256 and x5c chains."""
