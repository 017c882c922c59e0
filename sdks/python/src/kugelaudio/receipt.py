"""Proof that a key, token or account was changed everywhere."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any, Dict, Optional

from .exceptions import ValidationError

#: Exactly as the server has signed it: its names are the wire's (``change``, ``settled_at``, ``signed_by``, …).
Receipt = Dict[str, Any]


@dataclass(frozen=True)
class ReceiptVerdict:
    """Whether a receipt is unchanged since it was signed, and by whom it should be; if not, why."""

    valid: bool
    reason: Optional[str] = None


def verify_receipt(receipt: Receipt, signed_by: str) -> ReceiptVerdict:
    """Verifies a receipt without asking anyone (Ed25519 over canonical JSON, RFC 8032 and RFC 8785). ``signed_by``
    is the server's public key, kept from a receipt or a person you trust: what a receipt says of itself proves nothing.
    Needs ``pip install kugelaudio[receipts]``; raises :class:`ValidationError` without it."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise ValidationError("Receipts are verified by cryptography: pip install kugelaudio[receipts]") from None
    body = {name: value for name, value in receipt.items() if name != "signature"}
    if body.get("receipt") != "kugelaudio.authority.v1":
        return ReceiptVerdict(False, "this is not a receipt")
    if body.get("signed_by") != signed_by:
        return ReceiptVerdict(False, "it was signed by another server")
    # RFC 8785; receipts hold no numbers but whole ones, and names in ASCII.
    signed = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    try:
        key = Ed25519PublicKey.from_public_bytes(_bytes(signed_by))
        key.verify(_bytes(str(receipt.get("signature"))), signed)
    except (InvalidSignature, ValueError):
        return ReceiptVerdict(False, "it has been changed since it was signed")
    return ReceiptVerdict(True)


def _bytes(base64url: str) -> bytes:
    return urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))
