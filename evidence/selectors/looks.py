"""Reading what pictures look like: which have no look yet, and which are alike."""

from __future__ import annotations

from django.db.models import Q

from evidence import looks
from evidence.models import Attachment, PictureLook

NEAR = 2_000
"""Looks that share a band with a picture and are compared with it, the latest first."""

ALIKE = 50
"""Candidates that are looked at more closely, the nearest first."""


def pictures_without_look(limit: int) -> list[int]:
    """Keys of pictures, the oldest first."""
    rows = Attachment.objects.filter(kind=Attachment.Kind.IMAGE, look=None)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def alike_among(look: PictureLook) -> list[tuple[int, str, int]]:
    """Pictures of the whole house whose hashes differ in few bits: key of the attachment, its thumbnail, and the bits.

    Pictures with the same bytes are left out, since their hash of the bytes tells more.
    """
    shared = Q(band_a=look.band_a) | Q(band_b=look.band_b) | Q(band_c=look.band_c) | Q(band_d=look.band_d)
    rows = PictureLook.objects.filter(shared).exclude(attachment=look.attachment_id)
    rows = rows.exclude(attachment__sha256=look.attachment.sha256)
    near = rows.order_by("-attachment_id").values_list("attachment_id", "thumb", "dhash")[:NEAR]
    found = sorted((looks.distance(look.dhash, dhash), pk, thumb) for pk, thumb, dhash in near)
    return [(pk, thumb, bits) for bits, pk, thumb in found if bits <= looks.ALIKE][:ALIKE]


def look_of(attachment: Attachment) -> PictureLook | None:
    """The look of a file that the caller was given by a guard; None while it has none."""
    return PictureLook.objects.filter(attachment=attachment).first()
