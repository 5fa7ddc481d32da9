"""The briefing as plain text, to be copied into a group chat: figures first, then what got worse and what to do."""

from collections.abc import Mapping

from gridmap.reports.briefing.content import Briefing
from gridmap.texts import translator


def message_text(briefing: Briefing) -> str:
    """Return the text; every line stands alone, since a chat knows no tables."""
    _ = translator(briefing.language)
    lines = [briefing.report.title, briefing.verdict, ""]
    for tile in briefing.tiles:
        aside = [part for part in (tile.evidence, tile.target) if part]
        change = f" ({tile.change})" if tile.change else ""
        lines.append(f"- {tile.title}: {tile.value}{change}" + (f"; {'; '.join(aside)}" if aside else ""))
    for heading, sentences in ((_("What got worse"), briefing.worse), (_("Do first"), briefing.steps)):
        if sentences:
            lines += ["", f"{heading}:", *(f"{number}. {sentence}" for number, sentence in enumerate(sentences, start=1))]
    mark = _("Checksum of the figures")
    return "\n".join([*lines, "", briefing.source, f"{mark}: {briefing.checksum}", ""])


def write_message(briefing: Briefing, _pictures: Mapping[str, bytes]) -> bytes:
    """Write the text as UTF-8."""
    return message_text(briefing).encode()
