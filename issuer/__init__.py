"""The organisations that hand out credentials: OpenID4VCI issuer and authorization server, per tenant."""
