"""Photos of shop fronts as they come from a phone: a picture by its content, small, and without what the camera wrote into it."""

import hashlib
import io
import warnings

from PIL import Image, UnidentifiedImageError

from gridmap.errors import N_, FileError, say

MOST_BYTES = 640 * 1024
MOST_SIDE_PX = 1600
FORMATS = ("JPEG", "WEBP")


def check_photo(photo_id: str, image: bytes) -> None:
    """Refuse what is no photo of the phone page: it looks at the content, whatever the request calls it.

    Raises
    ------
    FileError
        When the name is not the SHA-256 of the content, or the content is no whole JPEG or WebP of at most 1600 pixels a side, or it
        carries metadata, which could say where it was taken.
    """
    if hashlib.sha256(image).hexdigest() != photo_id:
        raise _refused(N_("The photo did not arrive whole."))
    if len(image) > MOST_BYTES:
        raise _refused(N_("The photo is too large."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(image), formats=FORMATS) as picture:
                sides, noted = picture.size, bool(picture.getexif()) or "xmp" in picture.info
                if max(sides) <= MOST_SIDE_PX:
                    picture.load()
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise _refused(N_("This is no JPEG or WebP picture.")) from error
    if max(sides) > MOST_SIDE_PX:
        raise _refused(N_("The photo is too large."))
    if noted:
        raise _refused(N_("The photo carries what the camera noted, such as the place."))


def _refused(what: str) -> FileError:
    return FileError(say(what), remedy=say(N_("Take it again on the phone page, which shrinks it.")))
