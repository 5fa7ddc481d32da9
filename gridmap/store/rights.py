"""Which action each table asks for: the one place where reading and writing rows is allowed."""

from gridmap.errors import N_, ScopeError, say
from gridmap.scope import Scope

# table, action to read its rows, actions to write them
RIGHTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("branches", "see_map", ("import_data",)),
    ("areas", "see_map", ("import_data",)),
    ("parks", "see_map", ("import_data",)),
    ("buildings", "see_map", ("import_data",)),
    ("roads", "see_map", ("import_data",)),
    ("waters", "see_map", ("import_data",)),
    ("managers", "see_map", ("import_data",)),
    ("surveys", "see_map", ("import_data",)),
    ("ownership", "see_map", ("import_data", "change_ownership")),
    ("targets", "see_map", ("import_data", "edit_targets")),
    ("organisations", "see_organisations", ("import_data",)),
    ("org_months", "see_organisations", ("import_data",)),
    ("contacts", "see_organisations", ("import_data",)),
    ("bases", "see_organisations", ("import_data",)),
    ("visits", "see_organisations", ("import_data",)),
    ("wins", "see_organisations", ("import_data",)),
    ("tasks", "see_organisations", ("import_data",)),
    ("campaigns", "see_organisations", ("import_data",)),
    ("people", "see_people", ("import_data", "manage_people")),
)


def require_reading(scope: Scope, table_name: str, branch_id: str) -> None:
    """Refuse a scope that may not read a table of a branch; KeyError where there is no such table."""
    read, _ = {name: (read, write) for name, read, write in RIGHTS}[table_name]
    scope.require(read, branch_id)


def require_writing(scope: Scope, table_name: str, branch_id: str) -> None:
    """Refuse a scope that may not write a table of a branch; KeyError where there is no such table."""
    _, write = {name: (read, write) for name, read, write in RIGHTS}[table_name]
    for action in write:
        scope.require(action, branch_id)


def require_all_branches(scope: Scope, branch_ids: frozenset[str]) -> None:
    """Refuse rows about branches outside a scope: nobody grants or changes what they cannot see."""
    outside = sorted(branch_ids if scope.branches is not None else ())
    outside = [branch_id for branch_id in outside if scope.branches is None or branch_id not in scope.branches]
    if outside:
        raise ScopeError(
            say(N_("The rows are about branches outside your own: {branches}."), branches=", ".join(outside[:10])),
            remedy=say(N_("Take these rows out, or ask somebody of these branches.")),
        )
