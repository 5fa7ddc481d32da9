"""What facts are: their measures, by name, and how two parts become one."""

import hashlib
from dataclasses import dataclass
from datetime import date

import pandas as pd

from gridmap.errors import N_

PLACE = ("cell", "town", "park", "named")
TIERS = ("A", "B", "C", "M", "U")  # U: of unknown tier, always apart
VISIT_STATES = ("never", "on_time", "due", "overdue")

# Every measure, what it counts. Stock is as of the day; flows are of the window that ends with the day.
MEASURES: tuple[tuple[str, str], ...] = (
    ("organisations", N_("Live organisations: existing, not closed, not merged")),
    *((f"live_{tier}", N_("Live organisations of one tier (U: unknown)")) for tier in TIERS),
    ("prospects", N_("Live organisations without a file, never lost")),
    ("lost", N_("Live organisations that were ours and are lost")),
    ("files", N_("Filed organisations (accounts)")),
    *((f"filed_{tier}", N_("Filed organisations of one tier")) for tier in TIERS),
    ("complete", N_("Complete, checked files")),
    *((f"complete_{tier}", N_("Complete, checked files of one tier")) for tier in TIERS),
    ("filings", N_("Files made in the window")),
    ("roster_members", N_("Members on the rosters of files")),
    ("roster_checked", N_("Roster members checked in the last 12 months")),
    ("roster_passed", N_("Checked roster members found true")),
    ("licence_valid", N_("Files whose licence has not run out")),
    ("roster_sampled", N_("Files of whose roster some members were checked")),
    ("roster_clean", N_("Files whose checked members all passed")),
    ("agreement_valid", N_("Files with a signed agreement")),
    ("roster_due", N_("Files with own lines, so with a roster due")),
    ("roster_full", N_("Files whose roster holds the required share of our lines")),
    ("people_named", N_("Files that name a decision maker and a contact")),
    ("schools", N_("Live schools of the size that counts")),
    ("schools_covered", N_("Of them those with a billed service")),
    ("frozen", N_("Tier A, B and C organisations that were live when the window opened")),
    ("frozen_complete", N_("Of them those with a complete file on the day")),
    ("additions", N_("Live tier A, B and C organisations added since the window opened")),
    ("own_lines", N_("Own lines of live organisations")),
    ("surveyed_own_lines", N_("Own lines in files surveyed in the last 12 months")),
    ("surveyed_lines", N_("All lines in files surveyed in the last 12 months")),
    ("coverage_due", N_("Live organisations older than one cycle, of branches whose visit history is known")),
    ("covered", N_("Of them effectively visited face to face within the cycle")),
    ("history_known", N_("Live organisations of branches whose visit history is known")),
    *((f"visit_{state}", N_("Live organisations by time since the last effective visit")) for state in VISIT_STATES),
    ("visits_owed", N_("Visits owed: whole cycles since the last effective visit or discovery, capped")),
    ("doors_listed", N_("Doors listed by the surveys of the window, the latest of each cell")),
    ("doors_final", N_("Doors of these cells with a final status from the sweeps of the window")),
    ("attempts", N_("Visits in the window, one per organisation and day")),
    ("effective_visits", N_("Effective visits in the window, one per organisation and day")),
    ("attacks", N_("Competitor approaches in the window, wins included")),
    ("wins", N_("Verified wins of competitors in the window: lines lost")),
    ("lines_lost", N_("Verified own lines lost in the window by organisations that were ours")),
    ("mean_members", N_("Mean own members over the window of organisations that were ours")),
    ("our_number_known", N_("Verified wins where it is known what became of our number")),
    ("our_number_kept", N_("Of them our number is still billed")),
    ("our_number_ported", N_("Of them our number was ported")),
    ("intent_asked", N_("Attacked tier C organisations asked whether they mean to leave")),
    ("intent_stated", N_("Of them those who mean to leave")),
    ("danger_scored", N_("Files scored for competition danger")),
    ("danger_high", N_("Files in orange or red danger")),
    ("hours_asked", N_("Hours a month that live organisations ask for")),
    ("white_space", N_("Money a month of what is not ours in live organisations")),
    ("revenue", N_("Money a month billed to live organisations: the mean of the closed account months of the window")),
    ("revenue_known", N_("Live organisations of branches whose account months are known")),
    ("information_revenue", N_("Information revenue billed in the closed account months of the window")),
    ("base_organisations", N_("Organisations of the base frozen at the end of the year before")),
    ("base_kept", N_("Of them those with billed members in the last closed account month")),
    ("base_open", N_("Organisations of the base that have not closed down, or are billed all the same")),
    ("base_open_kept", N_("Of them those with billed members in the last closed account month")),
    ("base_members", N_("Members in the base")),
    ("base_members_kept", N_("Members of base organisations in the last closed account month, never more than the base had")),
    ("base_revenue", N_("Revenue of base organisations in the base year, in the months that are compared")),
    ("base_revenue_kept", N_("Revenue of base organisations in the same months of this year")),
    ("core", N_("Live organisations on the named list")),
    ("core_stable", N_("Of them those bound to us in at least two ways: agreement, prepayment, services")),
    ("core_services", N_("Of them those with at least three billed services")),
    ("payment_known", N_("Files of which it is known whether the organisation pays for its members")),
    ("payment_unified", N_("Of them those where it pays")),
    ("warnings_due", N_("Warning tasks due in the window, without those that fell away")),
    ("warnings_done", N_("Of them those done by the day they were due")),
    ("warnings_void", N_("Warning tasks due in the window that fell away")),
    ("surveys", N_("Surveys of cells and parks up to the day")),
    ("on_site_days", N_("On-site days held in the window")),
    ("on_site_cards", N_("Cards exchanged on them")),
    ("on_site_terminals", N_("Terminals sold on them")),
    ("on_site_services", N_("Services sold on them")),
    ("on_site_conversions", N_("Lines won over on them")),
)
# Measures of activity: credited to who did it, not to whoever holds the organisation today.
CREDITED = ("attempts", "effective_visits")
# What roll_up adds beside the measures, where the level has it.
ATTACHED = ("area_km2", "account_posts", "hours_had")
LATEST = "last_effective_on"


@dataclass(frozen=True, eq=False)
class Facts:
    """Additive measures per atom at a day.

    `atoms` has one row per distinct (`cell`, `town`, `park`, `named`), each text and empty for none (no place; no
    holder by name), a column per measure (floats), and `last_effective_on`, the latest effective visit, of which
    roll-ups take the maximum. `credits` has the measures in `CREDITED` per manager who did it, index `manager_id`.
    Parts of one branch add up with `add`.
    """

    atoms: pd.DataFrame
    measures: tuple[str, ...]
    as_of: date
    window_days: int
    fingerprint: str
    credits: pd.DataFrame


def sum_atoms(atoms: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """Add up rows that are the same atom, sorted."""
    how = {**dict.fromkeys(measures, "sum"), LATEST: "max"}
    return atoms.groupby(list(PLACE), sort=True, dropna=False).agg(how).reset_index() if len(atoms) else atoms


def add(first: Facts, second: Facts) -> Facts:
    """Add the facts of two parts, as of one day and over one window.

    Raises
    ------
    ValueError
        When the parts differ in day, window or measures: their sum would mean nothing.
    """
    if (first.as_of, first.window_days, first.measures) != (second.as_of, second.window_days, second.measures):
        raise ValueError("Facts of different days, windows or measures do not add up.")
    atoms = sum_atoms(pd.concat([first.atoms, second.atoms], ignore_index=True), first.measures)
    done = pd.concat([first.credits, second.credits]).groupby(level=0).sum()
    # A sum is the same in either order.
    name = hashlib.sha256("+".join(sorted((first.fingerprint, second.fingerprint))).encode()).hexdigest()[:20]
    return Facts(atoms, first.measures, first.as_of, first.window_days, name, done)
