"""What a plan does to each manager: every load before and after, from facts that were measured once."""

import numpy as np
import pandas as pd

from gridmap.facts import UNASSIGNED, Facts, with_holders
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.reallocation.loads import manager_loads
from gridmap.settings import Rules

# What is told before and after; the additive ones keep their sum over all managers, whatever is moved.
ADDITIVE = ("cells", "area_km2", "organisations", "accounts", "prospects", "hours_asked", "revenue", "white_space", "visits_owed")
EFFECT_MEASURES = (*ADDITIVE, "pieces", "compactness", "fill", "over")
_SAME = ("name", "name_en", "role", "active", "capacity", "hours_had")


def plan_effect(market: Market, plan: Plan, facts: Facts, *, rules: Rules, before: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say for each manager what they have before and after a plan.

    Parameters
    ----------
    market, plan
        What is, and who owns it and would own it.
    facts
        Measured with the plan's base holders (`plan.holders`), of the day the figures are told for.
    rules
        As the facts were measured with.
    before
        `loads_before` of the same market, base and facts, where the caller kept it: it is the same for every state of a draft.

    Returns
    -------
    Index `manager_id`, "-" (unassigned) first, then the fullest before the plan, so that rows keep their place while a plan is edited.
    Columns: name, name_en, role, active, capacity, hours_had, as in `manager_loads`; for each of `EFFECT_MEASURES` `<measure>_before`
    and `<measure>_after`; touched: gives or takes something by the plan, or differs by it.
    """
    old = loads_before(market, plan, facts, rules=rules) if before is None else before
    new = manager_loads(market, plan, facts_after(market, plan, facts, rules=rules), rules=rules)
    everybody = old.index.append(new.index.difference(old.index))
    old, new = _filled(old.reindex(everybody)), _filled(new.reindex(everybody))
    who = new[list(_SAME)].where(new["name"].notna(), old[list(_SAME)])
    parts = {f"{name}_{when}": loads[name] for name in EFFECT_MEASURES for when, loads in (("before", old), ("after", new))}
    effect = pd.concat([who.infer_objects(), pd.DataFrame(parts)], axis=1)
    moving = {who or UNASSIGNED for move in plan.moves if move.layer != "sponsor" for who in (move.giver, move.taker)}
    differs = pd.concat([old[name].ne(new[name]) & (old[name].notna() | new[name].notna()) for name in ADDITIVE], axis=1).any(axis=1)
    return effect.assign(touched=effect.index.isin(moving) | differs.to_numpy(dtype=bool))


def loads_before(market: Market, plan: Plan, facts: Facts, *, rules: Rules) -> pd.DataFrame:
    """Return the loads of everybody before the moves of a plan, for callers who keep them."""
    return manager_loads(market, plan.replaced(()), facts, rules=rules)


def facts_after(market: Market, plan: Plan, facts: Facts, *, rules: Rules) -> Facts:
    """Return the facts as they are after the moves of a plan, from those measured with its base holders.

    Cells need no measuring: whoever owns them is found when facts are rolled up. What moves by name is measured again, alone.
    """
    if not any(move.layer == "holder" for move in plan.moves):
        return facts
    return with_holders(market, facts, plan.holders, plan.holders_now, rules=rules)


def _filled(loads: pd.DataFrame) -> pd.DataFrame:
    # Who has a row on one side alone had, or has, nothing on the other; a fill and a shape of nothing stay unknown.
    filled = loads.assign(**{name: loads[name].fillna(0.0) for name in (*ADDITIVE, "pieces")})
    whole = {name: filled[name].astype(np.int64) for name in ("cells", "pieces")}
    return filled.assign(**whole, **{name: loads[name].astype("boolean").fillna(value=False).astype(bool) for name in ("over", "active")})
