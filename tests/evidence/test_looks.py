"""What pictures look like: thumbnails without metadata, hashes that find a picture again, likenesses over the house."""

from __future__ import annotations

import random
from io import BytesIO
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageDraw

from evidence import looks, services
from evidence.looks import Unreadable, distance, read_look
from evidence.looks.hashing import difference_hash
from evidence.looks.reading import EDGE
from evidence.models import Attachment, Likeness, PictureLook
from evidence.services import looks as look_services
from evidence.store import open_file
from tests.evidence.conftest import JPEG, upload
from units import jobs
from units.models import Job

NEWS_ITEM, PLAN_ITEM = "results.news", "results.plan"


def photo(seed: int = 1, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """A picture of soft colours, another one for each seed."""
    dice = random.Random(seed)
    image = Image.new("RGB", (16, 12))
    image.putdata([tuple(dice.randrange(256) for _ in range(3)) for _ in range(192)])
    return image.resize(size, Image.Resampling.BICUBIC)


def letter(seed: int) -> Image.Image:
    """A page with a head, lines and a seal, as every office writes them; the words are others for each seed."""
    dice = random.Random(seed)
    page = Image.new("RGB", (620, 877), (248, 247, 244))
    draw = ImageDraw.Draw(page)
    draw.rectangle((120, 70, 500, 110), fill=(200, 20, 20))
    draw.line((60, 150, 560, 150), fill=(200, 20, 20), width=3)
    for top in range(190, 750, 26):
        left = 65
        while left < 545:
            width = dice.randrange(8, 40)
            draw.rectangle((left, top, left + width, top + 13), fill=(40, 40, 40))
            left += width + dice.randrange(4, 30)
    draw.ellipse((400, 700, 525, 825), outline=(210, 30, 30), width=6)
    return page


def saved(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def look(image: Image.Image, form: str = "JPEG", ending: str = "jpg", **options: Any) -> looks.Look:
    return read_look(BytesIO(saved(image, form, **options)), ending)


def give(who: Any, enrolment: Any, content: bytes, name: str = "照片.jpg", item: str = NEWS_ITEM) -> Attachment:
    return services.attach_file(actor=who, enrolment=enrolment, upload=upload(name, content), item_code=item)


# --- one picture ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "ending", "options"),
    [
        ("JPEG", "jpg", {"quality": 35}),
        ("JPEG", "jpeg", {"progressive": True}),
        ("PNG", "png", {}),
        ("WEBP", "webp", {"quality": 50}),
        ("GIF", "gif", {}),
        ("BMP", "bmp", {}),
    ],
)
def test_a_picture_keeps_its_hash_in_another_format_and_size(form, ending, options):
    first = look(photo(), quality=92)
    again = look(photo().resize((640, 480)), form, ending, **options)
    assert distance(first.dhash, again.dhash) <= looks.ALIKE
    assert looks.same_sight(first.thumb, again.thumb)


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "I;16", "CMYK"])
def test_every_kind_of_pixels_is_read(mode):
    if mode == "I;16":
        image = photo().convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
    else:
        image = photo().convert(mode)
    form, ending = ("JPEG", "jpg") if mode == "CMYK" else ("PNG", "png")
    assert distance(look(photo()).dhash, look(image, form, ending).dhash) <= looks.ALIKE


def test_different_pictures_are_far_apart():
    hashes = [look(photo(seed)).dhash for seed in range(8)]
    assert min(distance(a, b) for place, a in enumerate(hashes) for b in hashes[place + 1 :]) > 3 * looks.ALIKE


def test_letters_of_one_layout_are_told_apart_by_sight_where_their_hashes_come_close():
    first = look(letter(1))
    assert looks.same_sight(first.thumb, look(letter(1).resize((500, 707)), quality=40).thumb)
    assert not any(looks.same_sight(first.thumb, look(letter(seed)).thumb) for seed in range(2, 12))


@pytest.mark.parametrize("colour", ["white", "black", (120, 130, 140)])
def test_a_blank_picture_has_a_thumbnail_and_no_hash(colour):
    found = look(Image.new("RGB", (400, 300), colour), "PNG", "png")
    assert found.dhash == ""
    assert found.thumb


def test_a_screenshot_with_one_line_of_text_says_nothing():
    page = Image.new("RGB", (1200, 800), "white")
    ImageDraw.Draw(page).text((40, 40), "a line of text", fill="black")
    assert look(page, "PNG", "png").dhash == ""


def test_a_thumbnail_is_small_upright_and_without_metadata():
    image = photo(size=(1200, 400))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    exif[0x010F] = "a secret camera"
    found = look(image, exif=exif.tobytes())
    assert (found.width, found.height) == (400, 1200)
    thumb = Image.open(BytesIO(found.thumb))
    assert max(thumb.size) == EDGE
    assert thumb.height > thumb.width
    assert not thumb.getexif()
    assert b"secret" not in found.thumb
    assert distance(found.dhash, look(image.rotate(-90, expand=True)).dhash) <= looks.ALIKE


def test_transparent_parts_are_white():
    found = look(Image.new("RGBA", (600, 600), (0, 0, 0, 0)), "PNG", "png")
    red, green, blue = Image.open(BytesIO(found.thumb)).convert("RGB").getpixel((5, 5))
    assert min(red, green, blue) > 250


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", JPEG, b"GIF89a\x10\x00\x10\x00"])
def test_what_cannot_be_decoded_is_said_in_one_way(content):
    for ending in ("png", "jpg", "gif", "webp", "bmp"):
        with pytest.raises(Unreadable):
            read_look(BytesIO(content), ending)


def test_a_format_under_another_ending_is_not_decoded():
    with pytest.raises(Unreadable):
        read_look(BytesIO(saved(photo(), "PNG")), "jpg")


def test_bands_find_every_hash_within_three_bits():
    dice = random.Random(3)
    for _ in range(2_000):
        value = dice.getrandbits(64)
        other = value
        for bit in dice.sample(range(64), 3):
            other ^= 1 << bit
        one, two = f"{value:016x}", f"{other:016x}"
        assert distance(one, two) == 3
        assert any(a == b for a, b in zip(looks.bands(one), looks.bands(two), strict=True))


def test_grey_without_contrast_has_no_hash():
    assert difference_hash([100] * 72) == ""
    assert difference_hash([100, 101] * 36) == ""


# --- rows -------------------------------------------------------------------------------------------------------------


def test_a_picture_is_looked_at_once(own, clerk, store):
    row = give(clerk, own, saved(photo()))
    assert look_services.look_at(row.pk)
    assert not look_services.look_at(row.pk)
    found = PictureLook.objects.get()
    assert (found.width, found.height) == (800, 600)
    with open_file(found.thumb) as stream:
        assert Image.open(stream).format == "WEBP"
    assert len([path for path in store.rglob("*") if path.is_file()]) == 2


def test_the_upload_asks_for_a_look_and_only_of_pictures(own, clerk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        give(clerk, own, saved(photo()))
        give(clerk, own, b"%PDF-1.4\n", "a.pdf")
    assert list(Job.objects.values_list("name", "state")) == [(look_services.LOOK, Job.DONE)]
    assert PictureLook.objects.count() == 1


def test_a_picture_that_cannot_be_decoded_gets_a_blank_look(own, clerk):
    row = give(clerk, own, JPEG)
    assert look_services.look_at(row.pk)
    found = PictureLook.objects.get()
    assert (found.thumb, found.dhash, found.band_a) == ("", "", None)
    assert look_services.look_at_missing() == 0


def test_a_picture_that_the_store_lost_gets_a_blank_look(own, clerk, store):
    row = give(clerk, own, saved(photo()))
    (store / row.file).unlink()
    assert look_services.look_at(row.pk)
    assert PictureLook.objects.get().thumb == ""


def test_pictures_without_a_look_are_caught_up_with_by_the_clock(own, clerk):
    give(clerk, own, saved(photo()))
    give(clerk, own, saved(photo(2)))
    jobs.keep_clock()
    assert PictureLook.objects.count() == 2


def test_the_later_of_two_alike_pictures_points_at_the_earlier_whatever_the_order_of_the_jobs(
    own, other, clerk, clerk_of_other
):
    first = give(clerk, own, saved(photo()))
    second = give(clerk_of_other, other, saved(photo().resize((640, 480)), quality=50))
    unlike = give(clerk, own, saved(photo(9)))
    for row in (second, unlike, first):
        look_services.look_at(row.pk)
        look_services.look_at(row.pk)
    (found,) = Likeness.objects.all()
    assert (found.attachment_id, found.other_id) == (second.pk, first.pk)
    assert found.distance <= looks.ALIKE


def test_letters_of_one_layout_are_not_alike(own, clerk):
    for seed in range(6):
        look_services.look_at(give(clerk, own, saved(letter(seed)), f"{seed}.jpg").pk)
    assert not Likeness.objects.exists()


def test_blank_pictures_are_like_nothing(own, clerk):
    for size in ((400, 300), (300, 200)):
        look_services.look_at(give(clerk, own, saved(Image.new("RGB", size, "white"), "PNG"), "a.png").pk)
    assert not Likeness.objects.exists()


def test_finding_likenesses_asks_as_often_for_thirty_pictures_as_for_three(own, clerk):
    from django.db import connection

    def queries(count: int, start: int) -> int:
        for number in range(count):
            image = photo().resize((640 + start + number, 480))
            look_services.look_at(give(clerk, own, saved(image), f"{start}-{number}.jpg").pk)
        last = give(clerk, own, saved(photo().resize((500 + start, 400))), f"{start}.jpg")
        with CaptureQueriesContext(connection) as captured:
            look_services.look_at(last.pk)
        return len(captured)

    assert queries(3, 0) == queries(30, 100)


# --- the address ------------------------------------------------------------------------------------------------------


def test_a_thumbnail_is_sent_with_a_policy_under_which_nothing_runs(own, clerk, as_user):
    row = give(clerk, own, saved(photo()))
    address = f"/attachments/{row.pk}/thumb/"
    assert as_user(clerk).get(address).status_code == 404
    look_services.look_at(row.pk)
    answer = as_user(clerk).get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.getvalue()[8:12] == b"WEBP"


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 200), ("head", 200), ("judge", 200), ("administrator", 200), ("auditor", 200),
     ("stranger", 404), ("provider", 404), ("clerk_of_other", 404)],
)  # fmt: skip
def test_a_thumbnail_is_there_only_for_those_who_may_see_the_file(request, own, clerk, as_user, who, status):
    row = give(clerk, own, saved(photo()))
    look_services.look_at(row.pk)
    assert as_user(request.getfixturevalue(who)).get(f"/attachments/{row.pk}/thumb/").status_code == status
