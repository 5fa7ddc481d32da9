"""`gridmap version`."""

import argparse
import platform

import gridmap
from gridmap.cli.console import Command, Console
from gridmap.errors import N_
from gridmap.settings import Settings
from gridmap.texts import Translate


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""
    parser.add_argument("--json", action="store_true", help=_("Print JSON."))


def run(_chosen: argparse.Namespace, _settings: Settings, console: Console) -> int:
    """Print the versions that a report of a fault needs."""
    versions = {"gridmap": gridmap.__version__, "python": platform.python_version()}
    if console.json:
        console.value(versions)
    console.line(f"gridmap {versions['gridmap']} (Python {versions['python']})")
    return 0


COMMAND = Command("version", N_("Print the version."), add, run)
