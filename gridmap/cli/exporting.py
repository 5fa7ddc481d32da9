"""`gridmap export`."""

import argparse
from gridmap.cli.console import Command, Console
from gridmap.errors import N_
from gridmap.settings import Settings
from gridmap.texts import Translate


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""


def run(_chosen: argparse.Namespace, _settings: Settings, _console: Console) -> int:
    """x."""
    return 0


COMMAND = Command("export", N_("Export tables and maps."), add, run)
