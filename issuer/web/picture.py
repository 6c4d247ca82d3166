"""QR codes as pictures that need no file and no script."""

import segno


def qr_code(text: str) -> str:
    """An SVG data URI, dark on white whatever the colours of the page are."""
    uri: str = segno.make(text, error="m", micro=False).svg_data_uri(
        scale=4, border=4, dark="#000", light="#fff"
    )
    return uri
