"""Taking the list of accounts away."""

import pandas as pd

from gridmap.files import FORMATS, write_table
from gridmap.reports.accounts_list import accounts_table
from pages.parts import exports, session
from pages.parts.opened import Opened
from pages.parts.session import _

KEYS = ("csv", "xlsx")


def offer(branch: Opened, listed: pd.DataFrame) -> None:
    """Offer exactly the rows that are listed, all of them."""
    table = accounts_table(listed, managers=branch.managers, language=session.language())
    plain = [each for each in FORMATS if each.key in KEYS]
    name = f"{branch.market.branch.branch_id}-accounts-{branch.now.as_of}"
    exports.offer(lambda key: write_table(table, key), name, formats=plain, note=_("The accounts that are listed, all of them."))
