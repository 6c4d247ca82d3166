"""What a citizen pastes: the link of an offer, or by mistake that of a request."""

from urllib.parse import parse_qsl, urlencode, urlsplit

MAX_LINK = 16 * 1024


def request_path(link: str) -> str | None:
    """Return where this wallet takes in the request behind a link, or None when it is no request."""
    if len(link) > MAX_LINK:
        return None
    try:
        pairs = parse_qsl(urlsplit(link).query, keep_blank_values=True, max_num_fields=32)
    except ValueError:
        return None
    names = {name for name, _ in pairs}
    if "client_id" not in names or names & {"credential_offer", "credential_offer_uri"}:
        return None
    return f"/authorize?{urlencode(pairs)}"
