"""Whoever runs a command: they hold the store, so they administer it, under their name at this computer."""

import getpass

from gridmap.scope import Scope, operator


def whoever_runs_this() -> Scope:
    """Return the scope of the person at the keyboard; `operator` where the system does not say who that is."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = "operator"
    return operator(name)
