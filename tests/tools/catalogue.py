"""Keep the catalogues whole: `python -m tests.tools.catalogue update` brings new texts in, `check` fails on a gap.

No file locations and no dates are written, so a catalogue changes only where a text does.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from gridmap.schema import TABLES
from gridmap.tables.rules import RULES
from gridmap.texts import LANGUAGES, worded

ROOT = Path(__file__).parents[2]
SOURCES = ("gridmap", "layers", "pages")
KEYWORDS = {"_": None, "N_": None, "say": None, "ngettext": (1, 2)}
PLACE = re.compile(r"\{(\w*)[^}]*\}")


def texts() -> Catalog:
    """Collect every text that people see: marked in the code, or declared in the schema."""
    found = _empty(None)
    for folder in SOURCES:
        for _name, _line, text, _comments, context in extract_from_dir(ROOT / folder, method_map=[("**.py", "python")], keywords=KEYWORDS):
            found.add(text, context=context)
    for text in declared():
        found.add(text)
    return found


def declared() -> Iterator[str]:
    """Yield the texts that stand without a mark: names, meaning and choices of the schema's columns, and rules in words."""
    for table in TABLES:
        for column in table.columns:
            yield worded(column.name)
            yield column.help
            yield from (worded(choice) for choice in column.choices)
            if column.unit:
                yield column.unit
    for rule in RULES:
        yield worded(rule.key)


def path_of(language: str) -> Path:
    """Return where the catalogue of a language stands."""
    return ROOT / "gridmap" / "locale" / language / "LC_MESSAGES" / "gridmap.po"


def read(language: str) -> Catalog:
    """Read the catalogue of a language; an empty one where there is none yet."""
    path = path_of(language)
    if not path.is_file():
        return _empty(language)
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def update(language: str) -> None:
    """Bring new texts into a catalogue and take unused ones out; translations stay."""
    catalog = read(language)
    catalog.update(texts(), no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    written = io.BytesIO()
    write_po(written, catalog, width=140, no_location=True, sort_output=True, ignore_obsolete=True)
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_bytes(written.getvalue())


def faults(source: Catalog, catalog: Catalog) -> list[str]:
    """Name everything wrong with a catalogue: missing, fuzzy and unused texts, and places that differ."""
    wanted = {message.id: message for message in source if message.id}
    held = {message.id: message for message in catalog if message.id}
    return [
        *(f"missing: {text!r}" for text in wanted if text not in held or not _translated(held[text])),
        *(f"fuzzy: {text!r}" for text, message in held.items() if message.fuzzy),
        *(f"unused: {text!r}" for text in held if text not in wanted),
        *(f"unused: {text!r}" for text in catalog.obsolete),
        *(f"places differ: {text!r}" for text, message in held.items() if _translated(message) and not _same_places(message)),
    ]


def _empty(language: str | None) -> Catalog:
    fixed = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale=language,
        project="gridmap",
        version="1",
        header_comment="# Texts of gridmap. Kept whole by tests/tools/catalogue.py.",
        msgid_bugs_address="",
        creation_date=fixed,
        revision_date=fixed,
        last_translator="",
        language_team="",
        charset="utf-8",
        fuzzy=False,
    )


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


def _same_places(message: Message) -> bool:
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    wanted = set(PLACE.findall(ids[-1]))
    return all(set(PLACE.findall(string)) == wanted for string in strings)


def hidden() -> Iterator[str]:
    """Name texts that are asked for inside an f-string, where the extractor does not look: they would stay English unseen."""
    for path in sorted(path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")):
        for found in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(found, ast.JoinedStr):
                for call in (each for each in ast.walk(found) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)):
                    if call.func.id in KEYWORDS and call.args and isinstance(call.args[0], ast.Constant):
                        yield f"{path.relative_to(ROOT)}:{call.lineno}: bind the text to a name first: {call.args[0].value!r}"


def main(arguments: list[str]) -> int:
    """Run one command; exit 1 when a catalogue is not whole."""
    languages = [language for language, _name in LANGUAGES if language != "en"]
    if arguments == ["update"]:
        for language in languages:
            update(language)
        return 0
    if arguments != ["check"]:
        sys.stderr.write("python -m tests.tools.catalogue check|update\n")
        return 2
    found = [f"{path_of(language).relative_to(ROOT)}: {fault}" for language in languages for fault in faults(texts(), read(language))]
    found += hidden()
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
