"""What the text of a key says about itself, without asking anyone."""

from __future__ import annotations

import re
import zlib

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#: ``ka_`` or ``kt_``, 40 random characters, 6 of CRC-32 over what precedes.
_KEY_CHARACTERS = 49
_CHECKSUM_CHARACTERS = 6
#: So near to a key's length that characters were lost or doubled. Keys made elsewhere may have any other.
_NEARLY_A_KEY = re.compile(r"k[at]_[0-9A-Za-z]{43,49}")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def kind_of_key_text(text: str) -> str:
    """Judges a key without its region prefix: ``key`` or ``token`` whose checksum is right, ``mistyped``,
    ``unprintable`` (it holds what no header can), or ``foreign``, which only a server can judge."""
    if not _PRINTABLE.fullmatch(text):
        return "unprintable"
    if not _NEARLY_A_KEY.fullmatch(text):
        return "foreign"
    if len(text) != _KEY_CHARACTERS:
        return "mistyped"
    unsigned, checksum = text[:-_CHECKSUM_CHARACTERS], text[-_CHECKSUM_CHARACTERS:]
    if checksum != _checksum(unsigned):
        return "mistyped"
    return "token" if text.startswith("kt_") else "key"


def _checksum(unsigned: str) -> str:
    """CRC-32 (IEEE 802.3) in base 62, six digits."""
    rest = zlib.crc32(unsigned.encode("ascii"))
    digits = ""
    for _ in range(_CHECKSUM_CHARACTERS):
        rest, digit = divmod(rest, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
