"""What is wrong with the data of a branch: codes that point nowhere, places that cannot be, towns over each other, doubles."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
import shapely

from gridmap import grid, schema
from gridmap.errors import N_, Message, say
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.services.check import Check
from gridmap.tables.keys import REFERENCES

STACKED = 20
COARSE_PRECISION = ("street", "village", "town")
COARSE_SHARE = 0.2
OVERLAP_KM2 = 0.05
Found = tuple[str, Literal["ok", "notice", "mend"], Message, Message | None]
FIELD_ROLES = ("account_manager", "community_manager")


def check_data(market: Market, plan: Plan, people: pd.DataFrame, *, today: date, pairs: pd.DataFrame) -> Iterator[Check]:
    """Check the data of one branch.

    Parameters
    ----------
    market, plan
        What is, and who owns it now.
    people
        Who may log in, of all branches.
    today
        Day local to the branch.
    pairs
        Organisations that may be the same and nobody has decided on: org_id_a, org_id_b.
    """
    branch_id = market.branch.branch_id
    organisations = market.at("organisations", today)
    findings = [
        *_unplaced(organisations),
        *_references(market, plan),
        *_gone(market, plan, today),
        *_people(people, market),
        *_towns(market),
        *_duplicates(pairs),
        *_oddities(organisations, has_towns=len(market.towns) > 0),
    ]
    for key, state, what, remedy in findings:
        yield Check("data", key, state, what, remedy, branch_id)
    if not any(state == "mend" for _, state, _, _ in findings):
        yield Check(
            "data", "data", "ok", say(N_("{count} organisations; nothing needs mending."), count=f"{len(organisations):,}"), None, branch_id
        )


def _unplaced(organisations: pd.DataFrame) -> Iterator[Found]:
    without = organisations["lat"].isna() | organisations["lon"].isna()
    if without.any():
        what = say(
            N_("{count} of {all} organisations have no place: {examples}."), all=f"{len(organisations):,}", **_named(organisations, without)
        )
        yield "unplaced", "notice", what, say(N_("Import them again with lat and lon; until then they count in the totals only."))
    beyond = ~without & organisations["cell"].isna()
    if beyond.any():
        what = say(N_("{count} organisations lie outside the grid: {examples}."), **_named(organisations, beyond))
        yield "outside", "mend", what, say(N_("Correct their points, or the boundary of the branch."))


def _references(market: Market, plan: Plan) -> Iterator[Found]:
    for table in schema.TABLES:
        rows = market.tables.get(table.name)
        if rows is None or rows.empty:
            continue
        for column, target in REFERENCES:
            if column in rows and table.key != (column,):
                yield from _pointing(rows[column], market, target, where=f"{table.name}.{column}")
    for layer, owners in (("cells", plan.owners_now), ("holders", plan.holders_now), ("sponsors", plan.sponsors)):
        yield from _pointing(owners, market, "managers", where=layer)


def _pointing(codes: pd.Series, market: Market, target: str, *, where: str) -> Iterator[Found]:
    known = market.tables[target][schema.table(target).key[0]]
    strange = codes[codes.notna() & ~codes.isin(known)]
    if len(strange):
        what = say(
            N_("{where}: {count} rows name {table} that are not there: {examples}."),
            where=where,
            count=f"{len(strange):,}",
            table=target,
            examples=", ".join(sorted(set(strange.astype("str")))[:5]),
        )
        yield "references", "mend", what, say(N_("Import these {table}, or correct the codes."), table=target)


def _gone(market: Market, plan: Plan, today: date) -> Iterator[Found]:
    managers = market.at("managers", today)
    left = managers.loc[managers["active_to"] < pd.Timestamp(today), "manager_id"]
    holding = plan.owners_now[plan.owners_now.isin(left)]
    if len(holding):
        what = say(
            N_("{count} cells are owned by managers who left: {examples}."),
            count=len(holding),
            examples=", ".join(sorted(set(holding))[:5]),
        )
        yield "left", "mend", what, say(N_("Give the cells to somebody: import ownership."))


def _people(people: pd.DataFrame, market: Market) -> Iterator[Found]:
    if people.empty:
        what = say(N_("Nobody is entered as a person, so whoever sits at this computer may do everything."))
        yield "people", "notice", what, say(N_("Import people: gridmap import FILE --table people."))
        return
    here = people[people["branches"].fillna("").str.split(";").map(lambda named: bool({"*", market.branch.branch_id} & set(named)))]
    managers = market.tables["managers"]["manager_id"]
    lost = here["role"].isin(FIELD_ROLES) & ~here["manager_id"].isin(managers)
    if lost.any():
        what = say(N_("{count} managers who log in are no manager of the branch: {examples}."), **_named(here, lost, "person_id"))
        yield "people", "mend", what, say(N_("Enter their manager_id, or import the managers."))


def _towns(market: Market) -> Iterator[Found]:
    towns = market.towns.geometry
    if len(towns) < 2:
        return
    shapes = towns.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    over = shapely.intersection(shapes[one[pairs]], shapes[other[pairs]])
    areas = np.array([grid.polygon_area_km2(each) for each in over]) if len(over) else np.zeros(0)
    worst = np.flatnonzero(areas > OVERLAP_KM2)
    if len(worst):
        names = market.towns["name"].to_numpy()
        listed = [f"{names[one[pairs][at]]} / {names[other[pairs][at]]} {areas[at]:.2f} km2" for at in worst[np.argsort(-areas[worst])][:5]]
        what = say(N_("{count} pairs of towns overlap: {examples}."), count=len(worst), examples=", ".join(listed))
        yield "towns", "mend", what, say(N_("Correct their outlines; until then a point in both counts for the lower code."))


def _duplicates(pairs: pd.DataFrame) -> Iterator[Found]:
    if len(pairs):
        examples = ", ".join(f"{row.org_id_a} = {row.org_id_b}" for row in pairs.head(5).itertuples())
        what = say(N_("{count} pairs of organisations may be the same: {examples}."), count=f"{len(pairs):,}", examples=examples)
        yield "duplicates", "mend", what, say(N_("Decide on the Data page: merge, or keep apart."))


def _oddities(organisations: pd.DataFrame, *, has_towns: bool) -> Iterator[Found]:
    placed = organisations[organisations["lat"].notna() & organisations["lon"].notna()]
    if placed.empty:
        return
    # A village's organisations may well share its point, where that is said.
    exact = placed[~placed["precision"].isin(COARSE_PRECISION)]
    stacked = exact.groupby(["lat", "lon"])["org_id"].transform("size")
    if (stacked >= STACKED).any():
        spots = exact[stacked >= STACKED].drop_duplicates(["lat", "lon"])
        points = ", ".join(f"{row.lat:.5f}, {row.lon:.5f}" for row in spots.head(3).itertuples())
        what = say(
            N_("{count} organisations stand on {spots} single points: {examples}."),
            count=int((stacked >= STACKED).sum()),
            spots=len(spots),
            examples=points,
        )
        yield "stacked", "notice", what, say(N_("Look for a geocoder's fallback point, and state the precision."))
    coarse = (placed["lat"].round(2) == placed["lat"]) & (placed["lon"].round(2) == placed["lon"])
    if coarse.mean() >= COARSE_SHARE:
        what = say(N_("{count} points have two decimals or fewer, which is a kilometre: {examples}."), **_named(placed, coarse))
        yield "coarse", "notice", what, say(N_("Take the points from a source with at least five decimals."))
    outside = placed["town"].isna() & placed["cell"].notna()
    if has_towns and outside.any():
        what = say(N_("{count} organisations lie in no town: {examples}."), **_named(placed, outside))
        yield "no_town", "notice", what, say(N_("Compare their points with the outlines of the towns."))


def _named(rows: pd.DataFrame, chosen: pd.Series, key: str = "org_id") -> dict[str, object]:
    return {"count": f"{int(chosen.sum()):,}", "examples": ", ".join(rows.loc[chosen, key].astype("str").head(5))}
