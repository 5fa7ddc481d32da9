"""What an operator may change: frozen, made once from a TOML file and `GRIDMAP_*` variables, passed down."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from gridmap.errors import N_, FileError, say


@dataclass(frozen=True)
class Limits:
    """How much of a stranger's file is read before it is refused; the page and the command line share them."""

    file_mb: int = 256
    unpacked_mb: int = 768
    members: int = 200
    ratio: int = 100
    memory_mb: int = 6144
    cpu_s: int = 240
    wall_s: int = 600
    rows: int = 2_000_000
    xlsx_rows: int = 200_000
    findings_shown: int = 1000


@dataclass(frozen=True)
class DangerRules:
    """How competition danger is scored: (factor, weight), points of each state of a factor, and who hears of which level.

    `points` rows are (factor, state, points from 0 safe to 3 worst); a state nobody knows is left out of the score.
    `levels` rows are (level, least score), scores running from 0 to 1; `told` rows are (level, roles).
    """

    weights: tuple[tuple[str, float], ...] = (("unified_payment", 1.0), ("prepaid_months", 1.0), ("agreement", 1.0), ("relationship", 1.0))
    points: tuple[tuple[str, str, float], ...] = (
        ("unified_payment", "yes", 0.0),
        ("unified_payment", "no", 3.0),
        ("prepaid_months", "6", 0.0),
        ("prepaid_months", "3", 1.0),
        ("prepaid_months", "1", 2.0),
        ("prepaid_months", "0", 3.0),
        ("agreement", "signed", 0.0),
        ("agreement", "expiring", 1.0),
        ("agreement", "expired", 2.0),
        ("agreement", "none", 3.0),
        ("relationship", "3", 0.0),
        ("relationship", "2", 1.0),
        ("relationship", "1", 2.0),
        ("relationship", "0", 3.0),
    )
    levels: tuple[tuple[str, float], ...] = (("red", 0.80), ("orange", 0.60), ("yellow", 0.40), ("blue", 0.20))
    told: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("blue", ("manager",)),
        ("yellow", ("manager", "chief")),
        ("orange", ("manager", "chief", "branch_manager")),
        ("red", ("manager", "chief", "branch_manager", "executive")),
    )
    least_factors: int = 2


@dataclass(frozen=True)
class Rules:
    """Rules of the trade with their defaults; tuples are (tier, value) or (metric, tier, value)."""

    cycle_days: tuple[tuple[str, int], ...] = (("A", 30), ("B", 60), ("C", 90), ("M", 180))
    due_share: float = 0.2
    tier_lines: tuple[tuple[str, int], ...] = (("A", 500), ("B", 100), ("C", 10), ("M", 0))
    tier_spend: tuple[tuple[str, float], ...] = (("A", 25_000.0),)
    tier_trades: tuple[tuple[str, str], ...] = (("government", "A"), ("media", "A"), ("finance", "B"))
    roster_share: float = 0.8
    school_tiers: tuple[str, ...] = ("A", "B")
    service_min: tuple[tuple[str, int], ...] = (("A", 60), ("B", 45), ("C", 30), ("M", 15))
    door_min: int = 20
    debt_cap: int = 3
    capacity_accounts: int = 50
    minimum_count: int = 5
    survey_months: int = 12
    roster_check_months: int = 12
    window_days: int = 365
    targets: tuple[tuple[str, str, float], ...] = (
        ("filing_rate", "A", 0.95),
        ("filing_rate", "B", 0.95),
        ("filing_rate", "C", 0.80),
        ("roster_truth", "", 1.0),
        ("member_coverage", "", 0.27),
        ("stability", "", 0.70),
        ("files_per_manager", "", 50.0),
        ("warning_tasks_done", "", 0.35),
        ("off_network", "", 0.075),
    )
    lines_guess: tuple[tuple[str, float], ...] = (("A", 700.0), ("B", 180.0), ("C", 25.0), ("M", 4.0))
    revenue_per_line_month: float = 50.0
    core_services: int = 3
    stable_prepaid_months: int = 6
    stable_bindings: int = 2
    quadrants: tuple[tuple[str, float], ...] = (("tenure_years", 3.0), ("spend_month", 500.0))
    danger: DangerRules = field(default_factory=DangerRules)


@dataclass(frozen=True)
class SweepRules:
    """How sweeps are planned and recorded; minutes count from local midnight, tuples are (key, value) or as said.

    `weights` gives the worth of each part of a door's priority (`gridmap.sweeps.priority.PARTS`). `modes` rows are (mode, km/h on the
    straight line's detour, detour factor, minutes lost per leg). `lunch` is (earliest start, latest start, minutes); 0 minutes: none.
    `door_min` are the minutes at a door of a tier, `more_min` those that a part of its priority adds. `hour_worth` is the priority that an
    hour on the road, or of waiting, counts as when doors are weighed against each other; `later_share` the share of its priority that a
    door loses with every day it is visited later. `in_share` is the share of doors of a tier where somebody is in, until the branch has
    visits of its own to say better.
    """

    weights: tuple[tuple[str, float], ...] = (
        ("never_visited", 6.0),
        ("overdue", 3.0),
        ("unfiled", 4.0),
        ("danger", 5.0),
        ("contract_ending", 4.0),
        ("wins_near", 3.0),
        ("follow_up", 8.0),
        ("task_due", 6.0),
    )
    tier_worth: tuple[tuple[str, float], ...] = (("A", 2.0), ("B", 1.6), ("C", 1.2), ("M", 1.0))
    win_radius_m: float = 300.0
    win_days: int = 180
    contract_days: int = 60
    promise_days: int = 7
    most_contacts_month: int = 2
    modes: tuple[tuple[str, float, float, float], ...] = (("foot", 4.5, 1.25, 1.0), ("ebike", 18.0, 1.35, 2.0), ("car", 32.0, 1.4, 4.0))
    shift: tuple[int, int] = (510, 1050)
    lunch: tuple[int, int, int] = (690, 780, 60)
    most_doors: int = 25
    door_min: tuple[tuple[str, int], ...] = (("A", 40), ("B", 30), ("C", 20), ("M", 12))
    more_min: tuple[tuple[str, int], ...] = (("contract_ending", 10), ("danger", 10))
    entry_min: int = 4
    knock_min: int = 3
    stop_doors: int = 12
    in_share: tuple[tuple[str, float], ...] = (("A", 0.85), ("B", 0.80), ("C", 0.73), ("M", 0.70))
    filing_share: tuple[tuple[str, float], ...] = (("A", 0.25), ("B", 0.25), ("C", 0.25), ("M", 0.12))
    final_tries: int = 2
    hour_worth: float = 10.0
    later_share: float = 0.02
    iterations: int = 20_000
    osrm_url: str = ""
    roads: str = ""
    link_days: int = 14
    review_days: int = 60
    check_in_months: int = 12
    photo_months: int = 12
    odd_distance_m: float = 500.0
    odd_pace: tuple[int, int] = (10, 3)


@dataclass(frozen=True)
class PhoneAddress:
    """Where phones reach the server: an https address in front of it, such as `https://branch.example/gm`; empty: this computer only.

    Requests for the phone page, and for nothing else, are answered under this host name, the signed link being the key.
    """

    url: str = ""


@dataclass(frozen=True)
class BaseMap:
    """An optional raster base map; without one the branch's own areas, roads and waters are drawn."""

    url: str = ""
    attribution: str = ""
    system: str = "wgs84"
    longest_zoom: int = 18


@dataclass(frozen=True)
class Settings:
    """Everything together; `store` is a path or a database URL, `snapshots` a folder and `audit_head` a file (empty: beside the store)."""

    store: str = "gridmap.db"
    snapshots: str = ""
    audit_head: str = ""
    language: str = "en"
    secret: str = ""
    limits: Limits = field(default_factory=Limits)
    rules: Rules = field(default_factory=Rules)
    sweeps: SweepRules = field(default_factory=SweepRules)
    phone: PhoneAddress = field(default_factory=PhoneAddress)
    base_map: BaseMap = field(default_factory=BaseMap)


def load_settings(environment: Mapping[str, str], path: Path | None = None) -> Settings:
    """Read settings.

    Parameters
    ----------
    environment
        Variables; `GRIDMAP_SETTINGS` names the file where `path` is None, `GRIDMAP_DATABASE_URL` beats its `store`,
        `GRIDMAP_LANGUAGE`, `GRIDMAP_SECRET`, `GRIDMAP_SNAPSHOTS`, `GRIDMAP_AUDIT_HEAD` the like.
    path
        A TOML file with the fields of `Settings`; tables `limits`, `rules`, `sweeps`, `phone`, `base_map`.

    Raises
    ------
    FileError
        When the file cannot be read, or names a setting that does not exist.
    """
    named = environment.get("GRIDMAP_SETTINGS", "")
    source = path or (Path(named) if named else None)
    settings = Settings() if source is None else _from_toml(source)
    chosen = {
        name: environment[variable]
        for name, variable in (
            ("store", "GRIDMAP_DATABASE_URL"),
            ("language", "GRIDMAP_LANGUAGE"),
            ("secret", "GRIDMAP_SECRET"),
            ("snapshots", "GRIDMAP_SNAPSHOTS"),
            ("audit_head", "GRIDMAP_AUDIT_HEAD"),
        )
        if environment.get(variable)
    }
    return replace(settings, **chosen)  # type: ignore[arg-type]


def _from_toml(source: Path) -> Settings:
    try:
        values = tomllib.loads(source.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileError(
            say(N_("The settings cannot be read: {reason}."), reason=str(error)),
            where=str(source),
            remedy=say(N_("Write the file as TOML in UTF-8, or take GRIDMAP_SETTINGS away.")),
        ) from error
    settings: Settings = _part(Settings, values, source, "")
    return settings


def _part(kind: Any, values: Mapping[str, Any], source: Path, name: str) -> Any:
    known = {each.name: each.default_factory for each in fields(kind)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise FileError(
            say(N_("There is no setting {names}."), names=", ".join(f"{name}.{key}".lstrip(".") for key in unknown)),
            where=str(source),
            expected=say(N_("One of: {known}."), known=", ".join(sorted(known))),
            remedy=say(N_("Correct the name or take the line away.")),
        )
    return kind(
        **{
            key: _part(known[key], value, source, f"{name}.{key}".lstrip(".")) if is_dataclass(known[key]) else _frozen(value)
            for key, value in values.items()
        }
    )


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value
