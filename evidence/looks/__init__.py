"""What a picture looks like: a small copy for the page, and 64 bits by which a picture is found again.

Knows Pillow and nothing of Django. Pictures come from anybody, so limits stand before every decoding: see ``reading``.
"""

from evidence.looks.hashing import ALIKE, bands, distance
from evidence.looks.reading import Look, Unreadable, read_look
from evidence.looks.sight import same_sight

__all__ = ["ALIKE", "Look", "Unreadable", "bands", "distance", "read_look", "same_sight"]
