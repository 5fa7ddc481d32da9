"""`gridmap doctor`: what is wrong, and how to mend it."""

import argparse
import time

from gridmap import texts
from gridmap.cli.console import Command, Console
from gridmap.cli.operator import whoever_runs_this
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate

TITLES = (("installation", N_("Installation")), ("store", N_("Store")), ("data", N_("Data")))
STATES = (("ok", N_("well")), ("notice", N_("note")), ("mend", N_("mend")))


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""
    parser.add_argument("--json", action="store_true", help=_("Print JSON."))


def run(_chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print every check; 1 where something needs mending."""
    from gridmap.services.doctor import examine  # noqa: PLC0415 - help is answered without loading the tables

    checks = examine(settings.store, scope=whoever_runs_this(), settings=settings, now_us=time.time_ns() // 1000)
    broken = sum(check.state == "mend" for check in checks)
    if console.json:
        console.value({"mend": broken, "checks": [check.as_json(console.language) for check in checks]})
        return 1 if broken else 0
    translate = texts.translator(console.language)
    states = dict(STATES)
    for area, title in TITLES:
        console.line(translate(title))
        for check in (each for each in checks if each.area == area):
            branch = f"{check.branch_id}: " if check.branch_id else ""
            console.line(f"  [{translate(states[check.state])}] {branch}{console.said(check.what)}")
            if check.remedy is not None and check.state != "ok":
                console.line(f"      {console.said(check.remedy)}")
    console.line(say(N_("{count} things need mending."), count=broken) if broken else say(N_("Nothing needs mending.")))
    return 1 if broken else 0


COMMAND = Command("doctor", N_("Say what is wrong with the installation, the store and the data."), add, run)
