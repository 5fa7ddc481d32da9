"""The briefing as one page that opens with the network off: maps as drawings, tables, every figure, the checksum over them."""

import json
from collections.abc import Mapping
from html import escape

from gridmap.reports.briefing.content import Briefing, Tile, written
from gridmap.reports.briefing.map_svg import patterns, svg_of, swatch
from gridmap.reports.briefing.maps import MapSheet
from gridmap.reports.paper import written as shown
from gridmap.reports.report import NUMERIC, Block
from gridmap.texts import translator

# Nothing may be loaded from anywhere and nothing runs: what a page of figures needs is in it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = """
:root{color-scheme:light dark;--ink:#1a1a1a;--soft:#555;--rule:#d0d0d0;--paper:#fff;--head:#f0f0f0;--good:#1a6b33;--bad:#a3230f}
@media(prefers-color-scheme:dark){:root{--ink:#ececec;--soft:#b5b5b5;--rule:#444;--paper:#161616;--head:#262626;--good:#79d694;--bad:#ff9e8a}}
body{margin:0 auto;max-width:1180px;padding:16px;font:16px/1.5 "Noto Sans SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif;
color:var(--ink);background:var(--paper)}
h1{font-size:1.6rem;margin:.3em 0}h2{font-size:1.25rem;margin:1.6em 0 .4em}p{margin:.3em 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:12px;margin:16px 0}
.tile{border:1px solid var(--rule);border-radius:8px;padding:10px 14px}.tile b{display:block;font-size:1.7rem;font-weight:600}
.tile span{display:block}.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
.map{display:grid;grid-template-columns:minmax(0,3fr) minmax(220px,1fr);gap:16px;align-items:start}
.map>svg{width:100%;height:auto;background:#fff;border:1px solid var(--rule)}.town{font-size:20px;fill:#1a1a1a;paint-order:stroke;
stroke:#fff;stroke-width:4px}.scale{font-size:20px;fill:#1a1a1a}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{border-bottom:1px solid var(--rule);padding:4px 8px;
text-align:left;vertical-align:top}thead th{background:var(--head)}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
@media(max-width:700px){.map{grid-template-columns:1fr}dl{grid-template-columns:1fr}dd{margin-bottom:8px}}
@media print{h2{break-after:avoid}.map,.tile,tr{break-inside:avoid}}
"""


def write_one_file(briefing: Briefing, _pictures: Mapping[str, bytes]) -> bytes:
    """Write the page as UTF-8; the same briefing gives the same bytes."""
    report = briefing.report
    _ = translator(report.language)
    told = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in report.told)
    said = ((_("Do first"), briefing.steps), (_("What got worse"), briefing.worse))
    about, every, key, value = _("What this report is"), _("Every figure"), _("Key"), _("Value")
    body = [
        patterns(),
        f"<h1>{escape(report.title)}</h1><p>{escape(briefing.verdict)}</p>",
        f'<div class="tiles">{"".join(_tile(tile) for tile in briefing.tiles)}</div>',
        *(_sentences(heading, lines) for heading, lines in said if lines),
        *(_map(sheet, _("Cells")) for sheet in briefing.maps),
        *(_table(block) for block in report.blocks if block.where != "workbook" and len(block.fields) > 1),
        f"<h2>{escape(about)}</h2><dl>{told}</dl>",
        f"<details><summary>{escape(every)}</summary>{_figures(briefing, key, value)}</details>",
        f'<p class="soft">{escape(briefing.source)}</p>',
        f'<script type="application/json" id="figures">{_data(briefing)}</script>',
    ]
    language = "zh-CN" if report.language == "zh_CN" else report.language
    page = (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{escape(report.title)}</title><style>{STYLE}</style></head><body><main>{''.join(body)}</main></body></html>\n"
    )
    return page.encode()


def _tile(tile: Tile) -> str:
    change = f'<span class="{tile.mood or "soft"}">{escape(tile.change)}</span>' if tile.change else ""
    target = f'<span class="{tile.aim or "soft"}">{escape(tile.target)}</span>' if tile.target else ""
    evidence = f'<span class="soft">{escape(tile.evidence)}</span>' if tile.evidence else ""
    return (
        f'<div class="tile" data-key="{escape(tile.key)}"><span>{escape(tile.title)}</span><b>{escape(tile.value)}</b>'
        f"{change}{target}{evidence}</div>"
    )


def _sentences(heading: str, lines: tuple[str, ...]) -> str:
    return f"<h2>{escape(heading)}</h2><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _map(sheet: MapSheet, cells: str) -> str:
    rows = "".join(
        f'<tr><td>{swatch(line.colour, line.hatch)}</td><td>{escape(line.label)}</td><td class="n">{line.count:,}</td></tr>'
        for line in sheet.lines
    )
    head = f'<tr><th></th><th>{escape(sheet.legend)}</th><th class="n">{escape(cells)}</th></tr>'
    return (
        f'<h2>{escape(sheet.title)}</h2><p class="soft">{escape(sheet.subtitle)}</p><div class="map">{svg_of(sheet)}'
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"
    )


def _table(block: Block) -> str:
    if not block.rows:
        return f"<h2>{escape(block.title)}</h2><p>{escape(block.empty)}</p>"
    right = ['class="n"' if field.kind in NUMERIC else "" for field in block.fields]
    head = "".join(f"<th {look}>{escape(field.title)}</th>" for field, look in zip(block.fields, right, strict=True))
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td {look}>{escape(shown(value, field.kind))}</td>" for value, field, look in zip(row, block.fields, right, strict=True)
        )
        + "</tr>"
        for row in block.rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<h2>{escape(block.title)}</h2><div class="wide">{table}</div>'


def _figures(briefing: Briefing, key: str, value: str) -> str:
    rows = "".join(
        f'<tr><td>{escape(name)}</td><td class="n">{written(briefing.figures[name])}</td></tr>' for name in sorted(briefing.figures)
    )
    head = f"<tr><th>{escape(key)}</th><th>{escape(value)}</th></tr>"
    return f'<div class="wide"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _data(briefing: Briefing) -> str:
    """Write the figures for a machine; `<` is written so that no text can end the element."""
    told = {"checksum": briefing.checksum, "figures": {name: written(briefing.figures[name]) for name in sorted(briefing.figures)}}
    return json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
