"""Cards of the cells of a branch: for whoever walks one, with a code that opens it on a phone."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pandas as pd

from gridmap.facts import UNASSIGNED, roll_up
from gridmap.market import day_end_us
from gridmap.market.places import towns_of
from gridmap.reallocation.loads import FILED
from gridmap.reports.briefing.cards import Card, write_card_sheets
from gridmap.reports.report import Report
from gridmap.reports.writer import Writer
from gridmap.services.briefing_day import ReportDay


def cards_of(day: ReportDay, *, language: str, address: str = "") -> tuple[Card, ...]:
    """Make a card of each cell that holds organisations and may be seen, by owner, then by town.

    Parameters
    ----------
    address
        Of the app: the code opens the cell there. Where it is empty the code is the cell's own.

    Raises
    ------
    ScopeError
        When the person may not take data away.
    """
    market, branch_id = day.market, day.market.branch.branch_id
    day.scope.require("export_data", branch_id)
    writer = Writer(language)
    _ = writer.translate
    found = roll_up(day.now, "cell", market=market).reindex(market.grid.cells)
    seen = found.index if day.seen is None else found.index[found.index.isin(day.seen)]
    found = found.loc[seen]
    found = found[found["organisations"] > 0]
    towns = writer.names(market.areas).dropna().to_dict()
    managers = writer.names(market.at("managers", day.now.as_of).set_index("manager_id")).dropna().to_dict()
    owners = day.plan.owners_now.reindex(found.index).fillna(UNASSIGNED).astype("str")
    table = pd.DataFrame({"owner": owners, "town": towns_of(market, found.index).to_numpy(dtype=object)}, index=found.index)
    table = table.rename_axis("cell").reset_index().sort_values(["owner", "town", "cell"])
    cards = []
    for cell, owner, town in zip(table["cell"], table["owner"], table["town"], strict=True):
        row = found.loc[cell]
        lines = (
            (_("Owner"), _("Unassigned") if owner == UNASSIGNED else str(managers.get(owner, owner))),
            (_("Town"), str(towns.get(town, _("Not placed")))),
            (_("Organisations"), writer.count(row["organisations"])),
            (_("Prospects"), writer.count(row["prospects"])),
            (_("Filed A, B, C"), writer.count(row[list(FILED)].sum())),
            (_("Visits owed"), writer.count(row["visits_owed"])),
        )
        code = f"{address.rstrip('/')}/?{urlencode({'branch': branch_id, 'cell': cell})}" if address else str(cell)
        cards.append(Card(_("Cell {cell}").format(cell=cell), lines, code))
    return tuple(cards)


def write_cards(day: ReportDay, *, language: str, address: str = "") -> bytes:
    """Write the cards as a PDF to be cut; errors as of `cards_of`."""
    writer, branch = Writer(language), day.market.branch
    _ = writer.translate
    cards = cards_of(day, language=language, address=address)
    name = str(writer.names(pd.DataFrame([{"name": branch.name, "name_en": branch.name_en}])).iloc[0])
    line = _("{branch}, {day}").format(branch=name, day=writer.day(day.now.as_of))
    report = Report(title=_("Cards of cells: {title}").format(title=line), line=line, told=(), blocks=(), language=language)
    made = datetime.fromtimestamp(day_end_us(day.now.as_of, branch.time_zone) / 1_000_000, tz=UTC)
    return write_card_sheets(report, cards, made_at=made, empty=_("No cell that you see holds an organisation."))
