"""Signed links: what a page was allowed to see, handed to the HTTP routes that know no login."""

import base64
import hashlib
import hmac
import secrets

LIFE_S = 3600
ROUND_S = 300
_SEPARATOR = "\x1f"  # a character that no part may contain


def new_key() -> bytes:
    """Make a random key; signatures made with it end with the process that holds it."""
    return secrets.token_bytes(32)


def key_from(secret: str) -> bytes:
    """Derive the key from an operator's secret, so that several processes accept each other's links."""
    return hashlib.sha256(b"gridmap links\x1f" + secret.encode()).digest()


def expiry(now_s: float, *, life_s: int = LIFE_S) -> int:
    """Return when a link made now ends, in whole steps of five minutes so that the address stays the same and is cached."""
    return int(now_s // ROUND_S * ROUND_S + life_s)


def sign(key: bytes, until: int, *parts: object) -> str:
    """Sign parts until an instant.

    Parameters
    ----------
    key
        Secret of the server.
    until
        Last second of the link, seconds since 1970 UTC.
    *parts
        Everything the link gives access to, written as text.

    Returns
    -------
    Letters, digits, `-` and `_` only, fit for an address.

    Raises
    ------
    ValueError
        When a part holds the separator: two lists of parts could then read the same.
    """
    return f"{until}-{_mac(key, until, *parts)}"


def valid(key: bytes, token: str, now_s: float, *parts: object) -> bool:
    """Say whether a token was made by `sign` with this key for these parts and has not ended; never raises on a stranger's text."""
    until, _, mac = token.partition("-")
    if not (until.isascii() and until.isdecimal() and len(until) < 16) or int(until) <= now_s:
        return False
    if any(_SEPARATOR in str(part) for part in parts):
        return False
    return hmac.compare_digest(mac.encode(errors="replace"), _mac(key, int(until), *parts).encode())


def _mac(key: bytes, *parts: object) -> str:
    texts = [str(part) for part in parts]
    if any(_SEPARATOR in text for text in texts):
        raise ValueError("a part of a link holds the separator")
    digest = hmac.new(key, _SEPARATOR.join(texts).encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()
