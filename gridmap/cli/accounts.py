"""`gridmap accounts`: which accounts are in danger, why, and what would lower it."""

import argparse

from gridmap.cli.arguments import day
from gridmap.cli.console import Command, Console
from gridmap.cli.opened import add_branch, open_branch
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate, translator

LEVELS = ("red", "orange", "yellow", "blue", "none", "unscored")
SHOWN = 30


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""
    add_branch(parser, _)
    parser.add_argument("--level", nargs="+", choices=LEVELS, default=["red", "orange"], help=_("Levels; default: red and orange."))
    parser.add_argument("--holder", metavar=_("ID"), help=_("Accounts of one manager."))
    parser.add_argument("--as-of", type=day, metavar=_("DATE"), help=_("Day to look at (YYYY-MM-DD); default: today."))
    parser.add_argument("--json", action="store_true", help=_("Print every account that meets the choices as JSON."))


def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print the accounts."""
    from gridmap import store as stores  # noqa: PLC0415 - help and mistakes are answered without loading the tables
    from gridmap.accounts import accounts_of, told_of  # noqa: PLC0415
    from gridmap.facts import measure  # noqa: PLC0415
    from gridmap.market import day_end_us  # noqa: PLC0415
    from gridmap.reports.accounts_list import accounts_table  # noqa: PLC0415
    from gridmap.services import exporting, fieldwork  # noqa: PLC0415

    store, scope, branch_id = open_branch(chosen, settings)
    scope.require("see_organisations", branch_id)
    market = stores.open_market(store, scope, branch_id, as_of=chosen.as_of)
    on = chosen.as_of or exporting.local_day(store.clock(), market.branch.time_zone)
    plan = stores.plan_as_of(store, scope, branch_id, valid_us=day_end_us(on, market.branch.time_zone) - 1)
    rules = settings.rules
    facts = measure(market, plan.holders_now, as_of=on, window_days=rules.window_days, rules=rules)
    accounts = accounts_of(market, plan, facts, rules=rules)
    kept = accounts[accounts["level"].isin(chosen.level)]
    kept = kept if chosen.holder is None else kept[kept["holder"].eq(chosen.holder)]
    managers = {key: name.said(console.language) for key, name in fieldwork.manager_names(market, on).items()}
    table = accounts_table(kept, managers=managers, language=console.language)
    told = told_of(accounts)
    if console.json:
        console.value({"as_of": on.isoformat(), "levels": told.levels, "rising": told.rising, "accounts": table.to_dict("records")})
        return 0
    _ = translator(console.language)
    found = N_("Accounts: {count}; in orange or red danger: {high}; risen within a month: {rising}.")
    console.line(say(found, high=told.high, count=len(accounts), rising=told.rising))
    first = table.head(SHOWN)
    console.table(
        (_("Organisation"), _("Code"), _("Danger"), _("Holder"), _("Why")),
        first[["name", "org_id", "danger", "holder", "reasons"]].to_numpy().tolist(),
    )
    if len(table) > SHOWN:
        console.line(say(N_("... and {count} more; --json lists them all."), count=len(table) - SHOWN))
    return 0


COMMAND = Command("accounts", N_("List the accounts in danger, why, and what would lower it."), add, run)
