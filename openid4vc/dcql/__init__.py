"""The question language of OpenID4VP 1.0: what is asked, what fits, and whether it was answered (6, 7)."""
