"""Texts for people: English source, translated where they are shown, one translator per language."""

import gettext
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from gridmap.errors import N_, GridmapError, Message

LANGUAGES = (("en", "English"), ("zh_CN", "简体中文"))
Translate = Callable[[str], str]
__all__ = [
    "LANGUAGES",
    "N_",
    "Day",
    "Name",
    "Names",
    "Translate",
    "catalogue",
    "choose_language",
    "explain",
    "said",
    "translator",
    "worded",
]


@dataclass(frozen=True)
class Name:
    """What somebody or something is called, here and in English; as the value of a message it is chosen where that is shown."""

    local: str
    english: str = ""

    def __str__(self) -> str:
        """Return the English name where there is one."""
        return self.english or self.local

    def said(self, language: str) -> str:
        """Return the name in a language."""
        return str(self) if language == "en" else self.local or self.english


@dataclass(frozen=True)
class Names:
    """Several names in a row."""

    each: tuple[Name, ...]

    def __str__(self) -> str:
        """Return the English names."""
        return self.said("en")

    def said(self, language: str) -> str:
        """Return the names in a language, with commas between."""
        return ", ".join(name.said(language) for name in self.each)


@dataclass(frozen=True)
class Day:
    """A day; as the value of a message it is written as people of the language write days, where that is shown."""

    day: date

    def __str__(self) -> str:
        """Return the day as English writes it."""
        return self.said("en")

    def said(self, language: str) -> str:
        """Return the day in a language."""
        return str(format_date(self.day, format="medium", locale=language))


@lru_cache(maxsize=8)
def catalogue(language: str) -> gettext.NullTranslations:
    """Load the catalogue of a language from the package; English, and unknown languages, translate to themselves.

    Parameters
    ----------
    language
        A key of `LANGUAGES`.

    Returns
    -------
    The translations; the same object each time, never changed.
    """
    source = resources.files("gridmap") / "locale" / language / "LC_MESSAGES" / "gridmap.po"
    if language == "en" or not source.is_file():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language))
    return gettext.GNUTranslations(io.BytesIO(compiled.getvalue()))


def translator(language: str) -> Translate:
    """Return the function that translates one text into a language."""
    return catalogue(language).gettext


def said(message: Message | str, language: str = "en") -> str:
    """Write a message out in a language; a plain text is taken as it is (it is data, not a source text)."""
    if isinstance(message, str):
        return message
    template = translator(language)(message.text) if message.text else ""
    values = {name: _said_value(value, language) for name, value in message.values.items()}
    return template.format_map(values) if values else template


def _said_value(value: object, language: str) -> object:
    if isinstance(value, Message):
        return said(value, language)
    return value.said(language) if isinstance(value, Name | Names | Day) else value


def explain(error: GridmapError, language: str = "en") -> str:
    """Write an error out as one paragraph: what, where, what was expected, what to do."""
    return " ".join(part for part in (said(text, language) for text in (error.what, error.where, error.expected, error.remedy)) if part)


def choose_language(wanted: str) -> str:
    """Map a locale such as `zh_CN.UTF-8`, `zh-Hans` or `en_GB` to a key of `LANGUAGES`; English where none fits."""
    return "zh_CN" if wanted.lower().replace("-", "_").startswith("zh") else "en"


def worded(code: str) -> str:
    """Write a coded value (`preserved_fruit`) as the English text that the catalogues hold (`Preserved fruit`)."""
    text = code.replace("_", " ")
    return text[:1].upper() + text[1:]
