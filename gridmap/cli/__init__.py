"""The console command `gridmap`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from gridmap import texts
from gridmap.cli.accounts import COMMAND as ACCOUNTS
from gridmap.cli.arguments import build_parser, wanted_language
from gridmap.cli.audit import COMMAND as AUDIT
from gridmap.cli.board import COMMAND as BOARD
from gridmap.cli.claim import COMMAND as CLAIM
from gridmap.cli.console import Console, UsageError
from gridmap.cli.demo import COMMAND as DEMO
from gridmap.cli.doctor import COMMAND as DOCTOR
from gridmap.cli.exporting import COMMAND as EXPORT
from gridmap.cli.history import COMMAND as HISTORY
from gridmap.cli.importing import COMMAND as IMPORT
from gridmap.cli.plans import COMMAND as PLAN
from gridmap.cli.regrid import COMMAND as REGRID
from gridmap.cli.report import COMMAND as REPORT
from gridmap.cli.roads import COMMAND as ROADS
from gridmap.cli.sweeps import COMMAND as SWEEP
from gridmap.cli.territories import COMMAND as TERRITORIES
from gridmap.cli.version import COMMAND as VERSION
from gridmap.errors import GridmapError
from gridmap.settings import Settings, load_settings

COMMANDS = (IMPORT, EXPORT, REPORT, PLAN, TERRITORIES, SWEEP, CLAIM, ACCOUNTS, HISTORY, AUDIT, BOARD, DOCTOR, DEMO, REGRID, ROADS, VERSION)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        Words of the command line; None for those of the process.

    Returns
    -------
    0 done, 1 refused or something is wrong, 2 not understood.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    language = wanted_language(words, os.environ)
    parser = build_parser(COMMANDS, language)
    chosen = parser.parse_args(words)
    console = Console(language=language, json=getattr(chosen, "json", False))
    try:
        settings = load_settings(os.environ)
        settings = replace(settings, store=chosen.store or settings.store, language=language)
        return _command(chosen.command)(chosen, settings, console)
    except UsageError as error:
        parser.error(texts.said(error.message, language))
    except GridmapError as error:
        console.refuse(error)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output (such as `head`) has closed it; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _command(name: str) -> Callable[[argparse.Namespace, Settings, Console], int]:
    return next(command.run for command in COMMANDS if command.name == name)
