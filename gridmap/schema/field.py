"""Tables of what happens in the field: visits, wins of competitors, tasks and surveys."""

from gridmap.errors import N_
from gridmap.schema.column import BRANCH, Column, Table, point

VISIT_KINDS = ("visit", "sweep", "on_site", "call")
OUTCOMES = ("met", "staff_only", "not_in", "refused", "moved", "closed", "filed")
# An outcome is effective when somebody of the organisation was spoken to; a call is effective but not face to face.
EFFECTIVE = ("met", "staff_only", "filed")
FACE_TO_FACE = ("visit", "sweep", "on_site")

VISITS = Table(
    "visits",
    N_("Visits"),
    ("visit_id",),
    (
        Column("visit_id", "id", "Code given where the visit was recorded.", headers=("id", "走访编码")),
        Column("org_id", "id", "Organisation.", required=True, headers=("集团编码", "单位编码")),
        BRANCH,
        Column("manager_id", "id", "Who went.", required=True, headers=("工号", "走访人")),
        Column(
            "visited_at",
            "time",
            "When; a date alone means noon, local to the branch.",
            required=True,
            headers=("time", "date", "走访时间", "走访日期"),
        ),
        Column("kind", "choice", "Kind of contact.", choices=VISIT_KINDS, headers=("方式",)),
        Column("outcome", "choice", "What came of it.", choices=OUTCOMES, required=True, headers=("结果", "走访结果")),
        Column("note", "text", "Note.", longest=2000, headers=("备注",)),
        *point(),
        Column("next_due", "date", "Follow-up promised for.", headers=("下次走访",)),
    ),
    shape="point",
    history=False,
)

WINS = Table(
    "wins",
    N_("Competitor wins"),
    ("win_id",),
    (
        Column("win_id", "id", "Code of the case.", headers=("id", "案例编码")),
        Column("org_id", "id", "Organisation, where it is known.", headers=("集团编码", "单位编码")),
        BRANCH,
        Column("happened_on", "date", "When.", required=True, headers=("date", "time", "发生日期", "日期")),
        Column("competitor", "id", "Competitor.", required=True, headers=("竞争对手", "运营商")),
        Column(
            "lines_lost",
            "integer",
            "Own lines lost; 0 for an attack without loss.",
            required=True,
            minimum=0,
            unit="lines",
            headers=("流失号码数",),
        ),
        Column(
            "our_number",
            "choice",
            "What became of our number.",
            choices=("second_kept", "given_up", "ported", "unknown"),
            headers=("原号码去向",),
        ),
        Column("step", "choice", "How far the competitor got.", choices=("approached", "offer", "intent", "lost"), headers=("进展",)),
        Column(
            "reason",
            "choice",
            "Why.",
            choices=("price", "one_bill", "bundle", "network", "service", "relationship", "other"),
            headers=("原因",),
        ),
        Column("intent", "boolean", "The organisation stated it means to leave.", headers=("转网意向",)),
        Column("verified", "boolean", "Checked by us.", headers=("已核实",)),
        *point(),
    ),
    shape="point",
    placed=True,
    history=False,
)

TASKS = Table(
    "tasks",
    N_("Tasks"),
    ("task_id",),
    (
        Column("task_id", "id", "Code of the task.", headers=("id", "任务编码")),
        Column("org_id", "id", "Organisation.", required=True, headers=("集团编码", "单位编码")),
        BRANCH,
        Column(
            "kind",
            "choice",
            "Kind.",
            choices=("warning", "expiry", "call", "check", "follow_up", "supervised"),
            required=True,
            headers=("类型",),
        ),
        Column("due_on", "date", "Due.", required=True, headers=("到期日", "截止日期")),
        Column("assigned_to", "id", "Manager.", headers=("责任人", "工号")),
        Column("state", "choice", "State.", choices=("open", "done", "void"), headers=("状态",)),
        Column("done_on", "date", "Done.", headers=("完成日期",)),
        Column("outcome", "text", "What came of it.", headers=("结果",)),
    ),
)

SURVEYS = Table(
    "surveys",
    N_("Surveys"),
    ("survey_id",),
    (
        Column("survey_id", "id", "Code of the survey.", headers=("id",)),
        BRANCH,
        Column("cell", "id", "Cell that was walked.", headers=("网格单元",)),
        Column("park_id", "id", "Park that was walked.", headers=("园区编码",)),
        Column("surveyed_on", "date", "When.", required=True, headers=("date", "摸底日期")),
        Column("manager_id", "id", "Who walked it.", headers=("工号",)),
        Column("doors", "integer", "Doors listed.", minimum=0, headers=("门数",)),
    ),
)

TABLES = (VISITS, WINS, TASKS, SURVEYS)
