"""Who may be believed for what: certificates, anchors and the list of trusted issuers."""
