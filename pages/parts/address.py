"""The view as an address holds it: known keys, each of one form, never anything else."""

import re
from collections.abc import Mapping
from datetime import date

_DAY = r"\d{4}-\d{2}-\d{2}"
_CODE = r"[\w.:-]{1,80}"
# What a link may carry: view state only, each with the form that is taken; whatever else stands in an address is not read.
FORMS: tuple[tuple[str, str], ...] = (
    ("branch", _CODE),
    ("layer", _CODE),
    ("beside", _CODE),
    ("over", r"[\w.-]{1,200}"),
    ("as_of", _DAY),
    ("window", r"\d{1,4}"),
    ("opacity", r"\d{1,3}"),
    ("cell", _CODE),
    ("manager", _CODE),
    ("centre", r"-?\d{1,2}(\.\d{1,6})?,-?\d{1,3}(\.\d{1,6})?"),
    ("zoom", r"\d{1,2}(\.5)?"),
    ("ranked", _CODE),
    ("table", _CODE),
    ("reference", _CODE),
    ("plan", r"today|\d{1,12}"),
    ("against", r"nothing|today|\d{1,12}"),
    ("part", _CODE),
    ("sweep", r"new|\d{1,12}"),
    ("change", r"\d{1,12}"),
    ("subject", r"cell|org"),
    ("org", _CODE),
    # Targets: what is ranked, shown over the months, asked and set.
    ("aimed", r"target|all"),
    *((name, _CODE) for name in ("aim", "aim_level", "month_metric", "if_tier", "if_level")),
    *((name, _CODE) for name in ("set_metric", "set_level", "set_subject_branch", "set_subject_town", "set_subject_manager")),
    # Accounts: which are listed.
    *((name, r"[\w.-]{1,200}") for name in ("danger", "quadrant")),
    *((name, _CODE) for name in ("holder", "sponsor", "gap", "ends")),
    *(
        (f"{name}{part}", form)
        for name in ("day", "before", "after")
        for part, form in (("", _DAY), ("_as", r"now|then"), ("_known", _DAY))
    ),
)


def read_address(parameters: Mapping[str, str]) -> dict[str, str]:
    """Take what is known and well formed out of an address; a stranger's link can hold anything.

    Parameters
    ----------
    parameters
        Query parameters as text.

    Returns
    -------
    Known key -> text, in the order of `FORMS`.
    """
    kept = {name: parameters[name] for name, form in FORMS if name in parameters and re.fullmatch(form, parameters[name])}
    if "as_of" in kept and day_of(kept["as_of"]) is None:
        del kept["as_of"]
    return kept


def day_of(text: str) -> date | None:
    """Read a day written as YYYY-MM-DD; None where it is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def point_of(text: str) -> tuple[float, float] | None:
    """Read `lat,lon`; None where it is no place on the globe."""
    lat, _, lon = text.partition(",")
    try:
        point = float(lat), float(lon)
    except ValueError:
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None
