"""Headers as people write them, made comparable."""

import re
import unicodedata

_NOISE = re.compile(r"[\s_\-./\\:*#'\"]+")
_UNIT = re.compile(r"[(\[【].*?[)\]】]")


def plain_header(header: str) -> str:
    """Make a header comparable: full width to half width, lower case, no spaces, underscores, units in brackets.

    A header that is nothing but brackets and signs keeps its letters.
    """
    text = unicodedata.normalize("NFKC", header).casefold()
    return _NOISE.sub("", _UNIT.sub("", text)) or _NOISE.sub("", text)
