"""Selective disclosure (RFC 9901) and its credential profile SD-JWT VC: issue, hold, present, verify."""
