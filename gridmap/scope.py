"""Who may do what, where: roles, actions, and the scope that every store function asks for."""

from dataclasses import dataclass

from gridmap.errors import N_, ScopeError, say

ROLES = (
    ("executive", N_("Executive")),
    ("branch_manager", N_("Branch manager")),
    ("account_manager", N_("Account manager")),
    ("community_manager", N_("Community manager")),
    ("chief", N_("Chief account manager")),
    ("planner", N_("Planner")),
    ("administrator", N_("Administrator")),
)

# One row per action, the roles that may do it; the matrix in the documentation is written from this table.
ACTIONS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("see_map", N_("See the map and its figures"), frozenset(role for role, _ in ROLES)),
    (
        "see_organisations",
        N_("See organisations by name"),
        frozenset({"branch_manager", "account_manager", "community_manager", "chief", "planner", "administrator"}),
    ),
    ("see_contacts", N_("Reveal a contact's number"), frozenset({"branch_manager", "account_manager", "community_manager", "chief"})),
    ("see_history", N_("See who changed what"), frozenset({"executive", "branch_manager", "chief", "planner", "administrator"})),
    (
        "find_white_space",
        N_("See what is nobody's"),
        frozenset({"executive", "branch_manager", "chief", "planner", "administrator"}),
    ),
    ("see_people", N_("See who may log in"), frozenset({"branch_manager", "administrator"})),
    ("import_data", N_("Import files"), frozenset({"branch_manager", "planner", "administrator"})),
    ("export_data", N_("Export tables and maps"), frozenset({"executive", "branch_manager", "chief", "planner", "administrator"})),
    ("merge_duplicates", N_("Merge or keep duplicates"), frozenset({"branch_manager", "planner", "administrator"})),
    ("change_ownership", N_("Draft and submit plans"), frozenset({"branch_manager", "administrator"})),
    ("approve_plans", N_("Approve and publish plans"), frozenset({"executive", "administrator"})),
    ("claim_cells", N_("Claim and return cells"), frozenset({"account_manager", "community_manager"})),
    (
        "plan_sweeps",
        N_("Plan sweeps"),
        frozenset({"branch_manager", "account_manager", "community_manager", "chief", "administrator"}),
    ),
    ("record_visits", N_("Record visits"), frozenset({"account_manager", "community_manager", "chief", "administrator"})),
    ("review_visits", N_("Review what was recorded in the field"), frozenset({"branch_manager", "chief", "administrator"})),
    ("supervise", N_("Set supervised items"), frozenset({"executive", "branch_manager", "administrator"})),
    ("edit_targets", N_("Set targets"), frozenset({"executive", "branch_manager", "administrator"})),
    ("manage_people", N_("Manage people and settings"), frozenset({"administrator"})),
)


@dataclass(frozen=True)
class Scope:
    """What one person may see and change, read from the store at every call.

    `branches` None means every branch. A community manager sees organisations, figures and tiles of the cells
    they own only: `own_cells_only`.
    """

    person_id: str
    name: str
    role: str
    branches: frozenset[str] | None
    manager_id: str = ""

    @property
    def own_cells_only(self) -> bool:
        """Whether sight ends at the cells this person owns."""
        return self.role == "community_manager"

    def allows(self, action: str, branch_id: str | None = None) -> bool:
        """Say whether the role has the action and the branch is within the scope; unknown actions are refused."""
        roles = next((roles for key, _, roles in ACTIONS if key == action), frozenset())
        return self.role in roles and (branch_id is None or self.branches is None or branch_id in self.branches)

    def require(self, action: str, branch_id: str | None = None) -> None:
        """Refuse what is not allowed.

        Raises
        ------
        ScopeError
            When the role lacks the action or the branch lies outside the scope.
        """
        if not self.allows(action, branch_id):
            raise ScopeError(
                say(N_("Your role ({role}) may not do this here ({action})."), role=self.role, action=action),
                where=branch_id or "",
                remedy=say(N_("Ask an administrator of the branch for the right.")),
            )


def operator(name: str) -> Scope:
    """Return the scope of whoever runs the command line: they hold the file, so they administer every branch."""
    return Scope(person_id=f"operator:{name}", name=name, role="administrator", branches=None)
