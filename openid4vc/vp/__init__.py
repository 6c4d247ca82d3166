"""Requests and answers of OpenID for Verifiable Presentations 1.0."""
