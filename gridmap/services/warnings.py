"""Warning tasks for accounts in danger: one open warning per organisation, and taken back as fallen away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gridmap.errors import N_, Conflict, PlanError, say
from gridmap.scope import Scope
from gridmap.store import Store, add_task, settle_tasks

DUE_DAYS = 7
MOST = 50


@dataclass(frozen=True)
class Opened:
    """The warnings that were opened (task_ids), and the organisations that had an open one already."""

    task_ids: tuple[str, ...]
    standing: tuple[str, ...]


def open_warnings(
    store: Store, scope: Scope, branch_id: str, holders: Mapping[str, str], *, on: date, now_us: int, due_days: int = DUE_DAYS
) -> Opened:
    """Open a warning for each organisation, assigned to its holder; one that has an open warning keeps it.

    Parameters
    ----------
    holders
        Organisation -> manager.

    Raises
    ------
    PlanError
        When there are none or too many, or somebody holds nothing: an account of nobody needs a holder first.
    ScopeError
        When the scope may open no tasks here.
    """
    if not holders or len(holders) > MOST:
        raise PlanError(
            say(N_("Warnings are opened for 1 to {most} accounts at a time."), most=MOST), remedy=say(N_("Choose fewer rows, or some."))
        )
    if nobodys := sorted(org for org, manager in holders.items() if not manager):
        raise PlanError(
            say(N_("Nobody holds {organisations}."), organisations=", ".join(nobodys[:5])),
            remedy=say(N_("Give them to a manager first, or leave them out.")),
        )
    made, standing = [], []
    for number, (org_id, manager_id) in enumerate(sorted(holders.items())):
        try:
            made.append(
                add_task(
                    store,
                    scope,
                    branch_id,
                    org_id=org_id,
                    kind="warning",
                    due_on=on + timedelta(days=due_days),
                    assigned_to=manager_id,
                    now_us=now_us + number,
                    on=on,
                )
            )
        except Conflict:
            standing.append(org_id)
    return Opened(tuple(made), tuple(standing))


def take_back(store: Store, scope: Scope, branch_id: str, opened: Opened, *, why: str, on: date, now_us: int) -> None:
    """Let the warnings that were just opened fall away; errors as of `gridmap.store.settle_tasks`."""
    settle_tasks(store, scope, branch_id, opened.task_ids, state="void", outcome=why, now_us=now_us, on=on)
