"""Tables of who: managers, people who log in, ownership and targets."""

from gridmap.errors import N_
from gridmap.schema.column import BRANCH, Column, Table, named, point

MANAGER_ROLES = ("account", "community", "chief", "leader")
PERSON_ROLES = ("executive", "branch_manager", "account_manager", "community_manager", "chief", "planner", "administrator")
TIERS = ("A", "B", "C", "M")

MANAGERS = Table(
    "managers",
    N_("Managers"),
    ("manager_id",),
    (
        Column("manager_id", "id", "Code of the manager.", required=True, headers=("id", "工号", "经理编码", "客户经理工号")),
        *named("manager"),
        BRANCH,
        Column(
            "role",
            "choice",
            "Account or community manager, or a sponsor: chief or leader.",
            choices=MANAGER_ROLES,
            required=True,
            headers=("角色", "岗位"),
        ),
        *point(),
        Column(
            "capacity_accounts", "integer", "Filed A, B and C organisations the manager can look after.", minimum=0, headers=("管户上限",)
        ),
        Column("fte", "number", "Share of a full post.", minimum=0, maximum=1, unit="FTE"),
        Column("hours_per_day", "number", "Working hours per day.", minimum=0, maximum=24, unit="h", headers=("日工时",)),
        Column("other_hours_per_week", "number", "Hours taken by installation and fault jobs.", minimum=0, maximum=100, unit="h"),
        Column("working_days", "text", "Days of the week, Monday 1 to Sunday 7, such as 12345.", longest=7, headers=("工作日",)),
        Column("active_from", "date", "First working day.", headers=("入职日期",)),
        Column("active_to", "date", "Last working day; empty while active.", headers=("离职日期",)),
    ),
    shape="point",
)

PEOPLE = Table(
    "people",
    N_("People"),
    ("person_id",),
    (
        Column("person_id", "id", "Code of the person.", required=True, headers=("id", "用户编码")),
        Column("login", "id", "Login name.", required=True, headers=("username", "登录名", "账号")),
        *named("person"),
        Column("role", "choice", "What the person may do.", choices=PERSON_ROLES, required=True, headers=("角色",)),
        Column("branches", "ids", "Branches the person may see, separated by semicolons; * for all.", required=True, headers=("分公司",)),
        BRANCH,
        Column("manager_id", "id", "The manager this person is, if any.", headers=("工号",)),
        Column("language", "choice", "Language of the interface.", choices=("en", "zh_CN"), headers=("语言",)),
    ),
)

OWNERSHIP = Table(
    "ownership",
    N_("Ownership of cells"),
    ("cell", "valid_from"),
    (
        Column("cell", "id", "H3 index or admin code of the cell.", required=True, headers=("h3", "h3_index", "网格单元", "网格编码")),
        BRANCH,
        Column(
            "owner",
            "id",
            "Manager who has the cell from that day; empty for deliberately unassigned.",
            headers=("manager_id", "责任人", "责任人工号"),
        ),
        Column("valid_from", "date", "First day of the ownership.", required=True, headers=("from", "起始日期", "生效日期")),
        Column("reason", "text", "Why.", headers=("原因", "why")),
    ),
)

TARGETS = Table(
    "targets",
    N_("Targets"),
    ("branch_id", "level", "subject", "metric", "tier", "period"),
    (
        Column("branch_id", "id", "Branch the target is for.", headers=("branch", "分公司")),
        Column("level", "choice", "What the target is set for.", choices=("branch", "town", "manager"), required=True, headers=("层级",)),
        Column("subject", "id", "Town or manager; empty for the branch.", headers=("对象",)),
        Column("metric", "id", "Key of the metric.", required=True, headers=("指标",)),
        Column("tier", "choice", "Tier; empty for all.", choices=TIERS, headers=("等级",)),
        Column("period", "id", "Year, half, quarter or month: 2026, 2026H1, 2026Q2, 2026-06.", required=True, headers=("周期", "账期")),
        Column("value", "number", "The target, as a share (0.95) or a number.", required=True, headers=("目标", "目标值")),
    ),
)

TABLES = (MANAGERS, PEOPLE, OWNERSHIP, TARGETS)
