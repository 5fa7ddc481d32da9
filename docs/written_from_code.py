"""Reference pages that are written from the code, so that they cannot drift from it."""

from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from gridmap import schema, scope
from gridmap.cli import COMMANDS
from gridmap.cli.arguments import build_parser
from gridmap.metrics import METRICS
from gridmap.settings import BaseMap, Limits, PhoneAddress, Rules, Settings, SweepRules


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    cells = [list(head), *[[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([lines[0], "|" + " --- |" * len(cells[0]), *lines[1:]]) + "\n"


def write_tables() -> str:
    parts = []
    for each in schema.TABLES:
        rows = (
            (
                f"`{column.name}`" + (" (required)" if column.required else ""),
                "; ".join(part for part in (column.kind, column.unit, limits(column)) if part),
                column.help,
                ", ".join(column.headers),
            )
            for column in each.columns
        )
        parts.append(f"## {each.title} (`{each.name}`)\n\nKey: {', '.join(f'`{name}`' for name in each.key)}. Shape: {each.shape}.\n\n")
        parts.append(table(("column", "kind and limits", "what it is", "also understood as"), rows) + "\n")
    return "".join(parts)


def limits(column: schema.Column) -> str:
    if column.choices:
        return ", ".join(column.choices)
    low, high = ("" if end is None else f"{end:g}" for end in (column.minimum, column.maximum))
    if low or high:
        return f"{low or '…'} to {high or '…'}"
    return f"at most {column.longest} characters" if column.kind in {"text", "id"} else ""


def write_roles() -> str:
    head = ("action", *(title for _, title in scope.ROLES))
    return table(
        head,
        ((f"{title} (`{key}`)", *("yes" if role in allowed else "" for role, _ in scope.ROLES)) for key, title, allowed in scope.ACTIONS),
    )


def write_metrics() -> str:
    parts = []
    for metric in METRICS:
        formula = " + ".join(metric.numerator) + (f" / ({' + '.join(metric.denominator)})" if metric.denominator else "")
        better = f", better {metric.better}" if metric.better else ""
        parts.append(
            f"## {metric.title}\n\n`{metric.key}` = `{formula}`, {metric.unit}{better}\n\n{metric.help} Source: {metric.source}.\n\n"
        )
    return "".join(parts)


def write_settings() -> str:
    parts = []
    for name, kind in (
        ("", Settings),
        ("limits", Limits),
        ("rules", Rules),
        ("sweeps", SweepRules),
        ("phone", PhoneAddress),
        ("base_map", BaseMap),
    ):
        rows = ((f"`{each.name}`", f"`{default!r}`") for each in fields(kind) if (default := each.default) is not MISSING)
        title = f"`[{name}]`" if name else "Top level"
        parts.append(f"## {title}\n\n{(kind.__doc__ or '').splitlines()[0]}\n\n" + table(("setting", "default"), rows) + "\n")
    return "".join(parts)


def write_commands() -> str:
    return "".join(f"## `{title}`\n\n```text\n{text}```\n\n" for title, text in described(build_parser(COMMANDS, "en"), "gridmap"))


def described(parser: object, title: str) -> list[tuple[str, str]]:
    found = [(title, parser.format_help())]
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to its subcommands
        if action.__class__.__name__ == "_SubParsersAction":
            for name, child in action.choices.items():
                found += described(child, f"{title} {name}")
    return found


WRITERS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("tables", write_tables),
    ("roles", write_roles),
    ("metrics", write_metrics),
    ("settings", write_settings),
    ("commands", write_commands),
)


class WrittenFromCode(SphinxDirective):
    """`{written-from-code} tables`: the page of that name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        text = dict(WRITERS)[self.arguments[0]]()
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("written-from-code", WrittenFromCode)
    return {"parallel_read_safe": True}
