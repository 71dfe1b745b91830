"""What pictures look like: worked out after the upload, once each, and compared with those of the whole house."""

from __future__ import annotations

import logging

from evidence import files, looks, store
from evidence.models import Attachment, Likeness, PictureLook
from evidence.selectors.looks import alike_among, look_of, pictures_without_look
from units import jobs

logger = logging.getLogger(__name__)

LOOK = "evidence.look_at_pictures"
"""The job that does it; its ids are keys of attachments."""

ROUND = 200
"""Pictures that one round of the clock catches up with."""


def ask_for_look(attachment: Attachment) -> None:
    """Have a picture looked at once its row is committed; other files have no look."""
    if attachment.kind == Attachment.Kind.IMAGE:
        jobs.enqueue(LOOK, [attachment.pk], actor=None)


def look_at(attachment_pk: int) -> bool:
    """Keep what a picture looks like and which others it is like. Safe to run twice; true if it was this call.

    A picture that cannot be decoded gets a blank look, so that nobody tries again.
    """
    attachment = Attachment.objects.filter(pk=attachment_pk, kind=Attachment.Kind.IMAGE).first()
    if attachment is None:
        return False
    row = look_of(attachment)
    made = row is None
    if row is None:
        row, made = _keep(attachment, _read(attachment))
    if row.dhash:
        _compare(row)
    return made


def look_at_missing() -> int:
    """Look at pictures that have no look yet, be it that they came by another way or that a job was lost."""
    return sum(look_at(pk) for pk in pictures_without_look(ROUND))


def _read(attachment: Attachment) -> looks.Look | None:
    try:
        with store.open_file(attachment.file) as stream:
            return looks.read_look(stream, files.ending_of(attachment.name))
    except (looks.Unreadable, FileNotFoundError) as fault:
        logger.info("picture %s has no look: %s", attachment.pk, fault)
        return None


def _keep(attachment: Attachment, look: looks.Look | None) -> tuple[PictureLook, bool]:
    """The row of the look, and whether it was made here; a thumbnail that no row came to name is dropped."""
    if look is None:
        return PictureLook.objects.get_or_create(attachment=attachment)
    values: dict[str, object] = {"width": look.width, "height": look.height, "dhash": look.dhash}
    if look.dhash:
        values |= dict(zip(("band_a", "band_b", "band_c", "band_d"), looks.bands(look.dhash), strict=True))
    thumb = store.keep([look.thumb]).name
    made = False
    try:
        row, made = PictureLook.objects.get_or_create(attachment=attachment, defaults={**values, "thumb": thumb})
    finally:
        if not made:
            store.drop(thumb)
    return row, made


def _compare(row: PictureLook) -> None:
    """Write down which pictures are like this one: the later of two points at the earlier."""
    candidates = alike_among(row)
    if not candidates:
        return
    own = _thumb(row.thumb)
    found = [
        Likeness(
            attachment_id=max(row.attachment_id, pk), other_id=min(row.attachment_id, pk), distance=bits
        )
        for pk, thumb, bits in candidates
        if own and (other := _thumb(thumb)) and looks.same_sight(own, other)
    ]  # fmt: skip
    Likeness.objects.bulk_create(found, ignore_conflicts=True)


def _thumb(name: str) -> bytes:
    """A thumbnail's bytes; none where the store lost it."""
    try:
        with store.open_file(name) as stream:
            return stream.read()
    except FileNotFoundError:
        logger.warning("the store has lost the thumbnail %s", name)
        return b""
