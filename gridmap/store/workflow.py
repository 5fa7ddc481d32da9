"""A plan's way from draft to published: who may take which step, and what the step leaves behind."""

from dataclasses import dataclass

import sqlalchemy as sa

from gridmap.errors import N_, PlanError, say
from gridmap.scope import Scope
from gridmap.store.engine import Store, retrying
from gridmap.store.plan_rows import PlanRecord, add_event, locked_record, moves_of, require_state, update_plan
from gridmap.store.positions import lock_branch


@dataclass(frozen=True)
class Step:
    """One step: its key and title, from which states to which, the action it needs, the event it leaves, whether it needs a reason."""

    key: str
    title: str
    start: tuple[str, ...]
    end: str
    action: str
    event: str
    reasoned: bool = False


# Publishing and undoing are in `gridmap.store.publishing`: they write the ledger.
STEPS: tuple[Step, ...] = (
    Step("submit", N_("Submit"), ("draft",), "submitted", "change_ownership", "submitted"),
    Step("reopen", N_("Back to draft"), ("submitted", "approved"), "draft", "change_ownership", "reopened"),
    Step("approve", N_("Approve"), ("submitted",), "approved", "approve_plans", "approved"),
    Step("reject", N_("Reject"), ("submitted", "approved"), "rejected", "approve_plans", "rejected", reasoned=True),
    Step("withdraw", N_("Withdraw"), ("draft", "submitted", "approved"), "withdrawn", "change_ownership", "withdrawn"),
)


def step(key: str) -> Step:
    """Return the step of that key; KeyError where there is none."""
    for each in STEPS:
        if each.key == key:
            return each
    raise KeyError(key)


def steps_open(found: PlanRecord, scope: Scope) -> tuple[Step, ...]:
    """Return the steps a person may take with a plan now."""
    return tuple(each for each in STEPS if found.state in each.start and scope.allows(each.action, found.branch_id))


def take_step(
    store: Store, scope: Scope, branch_id: str, plan_id: int, key: str, *, expected: int | None, now_us: int, note: str = ""
) -> PlanRecord:
    """Take one step of `STEPS` with a plan.

    Parameters
    ----------
    expected
        The version the person was looking at; None for whatever is there.
    note
        Why; a rejection needs one.

    Raises
    ------
    Conflict
        When somebody saved the plan since.
    PlanError
        When the plan is not in a state for it, has no moves to submit, or a reason is missing.
    ScopeError
        When the role may not take this step.
    """
    wanted = step(key)
    scope.require(wanted.action, branch_id)
    if wanted.reasoned and not note.strip():
        raise PlanError(say(N_("This step needs a reason.")), remedy=say(N_("Say why, so that whoever drafted it knows what to mend.")))

    def write(connection: sa.Connection) -> PlanRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = locked_record(connection, branch_id, plan_id, expected=expected)
        require_state(found, *wanted.start)
        if key == "submit" and not moves_of(connection, plan_id):
            raise PlanError(
                say(N_("Plan {plan} moves nothing."), plan=plan_id),
                remedy=say(N_("Move at least one cell or organisation before you submit.")),
            )
        reached = update_plan(connection, found, now_us=start.recorded_us, state=wanted.end)
        add_event(connection, scope, reached, wanted.event, note, at_us=start.recorded_us)
        return reached

    return retrying(store, write)
