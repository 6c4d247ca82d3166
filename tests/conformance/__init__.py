"""The modules of the OpenID conformance suite, one test each, named after them."""
