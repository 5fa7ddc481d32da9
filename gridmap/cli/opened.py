"""The store and the branch a command works on."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gridmap.cli.console import UsageError
from gridmap.cli.operator import whoever_runs_this
from gridmap.errors import N_, say
from gridmap.scope import Scope
from gridmap.settings import Settings
from gridmap.texts import Translate

if TYPE_CHECKING:
    from gridmap.store import Store


class Opened(NamedTuple):
    """An open store, whoever runs the command, and the branch it is about."""

    store: "Store"
    scope: Scope
    branch_id: str


def add_branch(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the argument that names the branch."""
    parser.add_argument("--branch", metavar=_("ID"), help=_("Branch. Default: the only one there is."))


def open_here(settings: Settings) -> tuple["Store", Scope]:
    """Open the store that is there, for whoever runs the command.

    Raises
    ------
    UsageError
        When there is none: a mistyped path makes no new one.
    """
    from gridmap import store as stores  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    if "://" not in settings.store and not Path(settings.store).exists():
        raise UsageError(say(N_("There is no store at {path}."), path=settings.store))
    return stores.open_store(settings.store, settings=settings), whoever_runs_this()


def open_branch(chosen: argparse.Namespace, settings: Settings) -> Opened:
    """Open the store and find the branch that is meant.

    Raises
    ------
    UsageError
        When there is no store, no such branch, or more than one and none was named.
    """
    from gridmap import store as stores  # noqa: PLC0415 - as above

    store, scope = open_here(settings)
    known = list(stores.branches(store, scope)["branch_id"])
    branch_id = chosen.branch or (known[0] if len(known) == 1 else "")
    if branch_id not in known:
        raise UsageError(say(N_("Name a branch: --branch ID, one of {known}."), known=", ".join(known)))
    return Opened(store, scope, branch_id)
