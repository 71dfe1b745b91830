"""First passwords. Pure: the standard library only.

A first password is never stored, neither in clear nor encrypted: it is worked out from a random seed and the user
name. The seed lives in a signed, short-lived cookie of the administrator who made the accounts; the server keeps only
the hash. So the slips can be printed from that browser for half an hour, and from nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator

_SMALL = "abcdefghjkmnpqrstuvwxyz"
_LARGE = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
_ALL = _SMALL + _DIGITS
GROUPS = (4, 4, 4)


def new_seed() -> str:
    """A random seed, 256 bits in hexadecimal."""
    return secrets.token_hex(32)


def first_password(seed: str, username: str) -> str:
    """The first password of `username` under `seed`: three groups such as Kq7m-2hdx-9fwr, some 58 bits.

    No letter that is taken for another in print; one capital, at least one digit and a dash, so that the usual password
    rules are met.
    """
    stream = _numbers(bytes.fromhex(seed), username)
    letters = [_LARGE[next(stream) % len(_LARGE)]]
    letters += [_ALL[next(stream) % len(_ALL)] for _ in range(sum(GROUPS) - 3)]
    letters += [_SMALL[next(stream) % len(_SMALL)], _DIGITS[next(stream) % len(_DIGITS)]]
    text = "".join(letters)
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def _numbers(key: bytes, username: str) -> Iterator[int]:
    """Large numbers without end, four bytes each, so that taking the remainder prefers no letter noticeably."""
    block = 0
    while True:
        digest = hmac.new(key, f"{username}\0{block}".encode(), hashlib.sha256).digest()
        for place in range(0, len(digest), 4):
            yield int.from_bytes(digest[place : place + 4], "big")
        block += 1
