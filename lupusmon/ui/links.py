"""Text in a web address that says nothing to whoever reads over the shoulder: sealed with the server's secret."""

from __future__ import annotations

import base64
import hashlib

_NONCE, _MOST = 6, 60


def seal(text: str, key: bytes) -> str:
    """The same text gives the same token; at most 60 bytes are kept."""
    plain = text.encode()[:_MOST]
    nonce = hashlib.blake2b(plain, digest_size=_NONCE, key=key).digest()
    return base64.urlsafe_b64encode(nonce + _mix(plain, nonce, key)).decode().rstrip("=")


def unseal(token: str, key: bytes) -> str:
    """The text of a token made by this server; empty for anything else."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return ""
    nonce, sealed = raw[:_NONCE], raw[_NONCE:]
    plain = _mix(sealed, nonce, key)
    if hashlib.blake2b(plain, digest_size=_NONCE, key=key).digest() != nonce:
        return ""
    return plain.decode(errors="ignore")


def _mix(text: bytes, nonce: bytes, key: bytes) -> bytes:
    stream = hashlib.blake2b(nonce, key=key, digest_size=64).digest()
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))
