"""The words of the command line: what may stand where, with every text in the language asked for."""

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NoReturn, cast

from gridmap import texts
from gridmap.cli.console import Command, Console, UsageError
from gridmap.errors import N_, say
from gridmap.settings import Settings


class Parser(argparse.ArgumentParser):
    """An argument parser whose own words are translated too; it knows no abbreviations, which scripts would come to rely on."""

    def __init__(self, *, language: str = "en", **arguments: object) -> None:
        self.language = language
        _ = texts.translator(language)
        super().__init__(allow_abbrev=False, add_help=False, **arguments)  # type: ignore[arg-type]
        self._positionals.title, self._optionals.title = _("Arguments"), _("Options")
        self.add_argument("-h", "--help", action="help", help=_("Show this help and stop."))

    def error(self, message: str) -> NoReturn:
        """Say what was not understood, on standard error, and stop with 2."""
        _ = texts.translator(self.language)
        self.exit(2, _("{command}: {message} See {command} --help.").format(command=self.prog, message=_closed(message)) + "\n")


def wanted_language(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """Find the language before the parser exists: --lang, else GRIDMAP_LANGUAGE, else the locale's, else English."""
    for position, word in enumerate(words):
        if word == "--lang" and position + 1 < len(words):
            return texts.choose_language(words[position + 1])
        if word.startswith("--lang="):
            return texts.choose_language(word.partition("=")[2])
    names = ("GRIDMAP_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    return texts.choose_language(next((environment[name] for name in names if environment.get(name)), "en"))


def build_parser(commands: Sequence[Command], language: str) -> Parser:
    """Build the parser of all commands.

    Parameters
    ----------
    commands
        In the order of the help.
    language
        Of every text in it.
    """
    _ = texts.translator(language)
    parser = Parser(language=language, prog="gridmap", description=_("Grid territories for telecom branches."))
    add_common(parser, _, default=None)
    parsers = parser.add_subparsers(dest="command", required=True, metavar=_("COMMAND"), title=_("Commands"))
    for command in commands:
        part = parsers.add_parser(command.name, language=language, help=_(command.help), description=_(command.help))
        add_common(part, _, default=argparse.SUPPRESS)
        command.add(part, _)
    return parser


def nested(name: str, summary: str, parts: tuple[Command, ...]) -> Command:
    """Make a command of several actions, `gridmap NAME ACTION`, out of one command per action.

    Parameters
    ----------
    name, summary
        As `Command` has them.
    parts
        In the order of the help; each has its own arguments and its own `run`.
    """

    def add(parser: argparse.ArgumentParser, _: texts.Translate) -> None:
        language = cast("Parser", parser).language
        actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"), title=_("Actions"))
        for part in parts:
            made = actions.add_parser(part.name, language=language, help=_(part.help), description=_(part.help))
            add_common(made, _, default=argparse.SUPPRESS)
            part.add(made, _)

    def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
        wanted: Callable[[argparse.Namespace, Settings, Console], int] = next(part.run for part in parts if part.name == chosen.action)
        return wanted(chosen, settings, console)

    return Command(name, summary, add, run)


def add_common(parser: argparse.ArgumentParser, _: texts.Translate, *, default: object) -> None:
    """Add what may stand before or after the name of the command."""
    parser.add_argument(
        "--store", metavar=_("PATH-OR-URL"), default=default, help=_("Store to use (default: GRIDMAP_DATABASE_URL, else ./gridmap.db).")
    )
    parser.add_argument("--lang", metavar=_("LANGUAGE"), default=default, help=_("Language of messages: en or zh_CN."))


def day(text: str) -> date:
    """Read a day written YYYY-MM-DD."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} (YYYY-MM-DD)")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} (YYYY-MM-DD)") from error


def pairs(words: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """Read `column=header` words.

    Raises
    ------
    UsageError
        When a word is no pair, or names no column of the table.
    """
    read: dict[str, str] = {}
    for word in words:
        column, equals, header = word.partition("=")
        if not equals or not column:
            raise UsageError(say(N_("--map needs column=header, not {word}."), word=word))
        if column not in known:
            raise UsageError(say(N_("There is no column {column}; there are {known}."), column=column, known=", ".join(known)))
        read[column] = header
    return read


def _closed(message: str) -> str:
    return message if message.endswith((".", "!", "?", "。")) else f"{message}."
