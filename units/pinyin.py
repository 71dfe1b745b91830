"""The order of Chinese names: a sort key by pinyin, stored beside the name. Pure."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def sort_key(name: str) -> str:
    """A key that sorts names as a Chinese reader expects on every database, whatever its collation."""
    return " ".join(lazy_pinyin(name, style=Style.TONE3, neutral_tone_with_five=True)).lower()[:255]
