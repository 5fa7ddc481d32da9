"""The one font of what is drawn: it comes in a package, and knows Chinese; what it lacks is drawn as a mark, never as nothing."""

from functools import lru_cache

from fontTools.ttLib import TTFont
from PIL.ImageFont import FreeTypeFont, truetype
from pylopdf_fonts_zh_cn import sans_path

from gridmap.files.sheets import without_control

# What stands for a character that the font lacks, as printers have it.
LACKING = "\N{GETA MARK}"


@lru_cache(maxsize=1)
def known_letters() -> frozenset[str]:
    """Return every character that the font draws."""
    with TTFont(sans_path(), lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap())


def drawable(text: str) -> str:
    """Return text with what the font cannot draw replaced by a mark; a break of line stays."""
    known = known_letters()
    return "".join(each if each == "\n" or each in known else LACKING for each in without_control(text).replace("\t", " "))


@lru_cache(maxsize=32)
def sized(pixels: int) -> FreeTypeFont:
    """Return the font at a size in pixels."""
    return truetype(str(sans_path()), pixels)


def broken(text: str, width: float, pixels: int) -> list[str]:
    """Break a text into lines no wider than `width` pixels: at spaces, and between Chinese characters.

    Parameters
    ----------
    text
        As `drawable` gives it.
    width
        Of a line, in the unit of `pixels`.
    pixels
        Size of the letters.
    """
    font = sized(pixels)
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in _words(part):
            if line and font.getlength((line + word).rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            while font.getlength(word.rstrip()) > width and len(word) > 1:  # one word longer than a line is cut
                fits = max(sum(font.getlength(word[:end]) <= width for end in range(1, len(word) + 1)), 1)
                lines.append(word[:fits])
                word = word[fits:]  # noqa: PLW2901 - the rest of it
            line += word
        lines.append(line.rstrip())
    return lines


def _words(text: str) -> list[str]:
    """Cut a text where a line may end: behind spaces, and around Chinese characters, but not before what closes."""
    words: list[str] = []
    for each in text:
        wide = each > "\u2e7f" and each not in "，。；：、）》！？"  # noqa: RUF001 - Chinese marks that begin no line
        if not words or wide or words[-1].endswith(" ") or (words[-1][-1] > "\u2e7f" and each != " " and ord(each) < 0x2E80):
            words.append(each)
        else:
            words[-1] += each
    return words
