"""The list of accounts in danger as a table that can be taken away: codes and words, nothing that a sheet would run."""

import pandas as pd

from gridmap.accounts import GAPS, QUADRANTS, TRENDS, UNSCORED
from gridmap.danger import LEVELS
from gridmap.errors import N_
from gridmap.texts import said, translator

NOT_SCORED = N_("Not scored")


def accounts_table(accounts: pd.DataFrame, *, managers: dict[str, str], language: str) -> pd.DataFrame:
    """Write accounts (`gridmap.accounts.accounts_of`) row by row in the reader's language.

    Returns
    -------
    org_id, name, tier, danger, score, trend, reasons, lowers, holder, sponsor, contract_end, quadrant, lacks: text but for score (0 to 1).
    """
    _ = translator(language)
    levels = {**{key: _(title) for key, title in LEVELS}, UNSCORED: _(NOT_SCORED)}
    trends, quadrants, gaps = ({key: _(title) for key, title in each} for each in (TRENDS, QUADRANTS, GAPS))
    name = accounts["name"] if language == "zh_CN" else accounts["name_en"].where(accounts["name_en"].notna(), accounts["name"])
    ends = pd.to_datetime(accounts["contract_end"])
    return pd.DataFrame(
        {
            "org_id": accounts.index,
            "name": name.to_numpy(dtype=object),
            "tier": accounts["tier"].fillna("").to_numpy(dtype=object),
            "danger": [levels[each] for each in accounts["level"]],
            "score": accounts["score"].to_numpy(dtype=float),
            "trend": [trends[each] for each in accounts["trend"]],
            "reasons": ["; ".join(said(each, language) for each in reasons) for reasons in accounts["reasons"]],
            "lowers": ["; ".join(f"{said(what, language)}: {levels[level]}" for what, level in lowers) for lowers in accounts["lowers"]],
            "holder": [managers.get(each, each) for each in accounts["holder"]],
            "sponsor": [managers.get(each, each) for each in accounts["sponsor"]],
            "contract_end": ["" if pd.isna(day) else day.date().isoformat() for day in ends],
            "quadrant": [quadrants.get(each, "") for each in accounts["quadrant"]],
            "lacks": ["; ".join(gaps[key] for key in each) for each in accounts["gaps"]],
        }
    )
