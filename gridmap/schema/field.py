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

CAMPAIGN_STATES = ("planned", "held", "cancelled")
# What is ready before an on-site day, and what is done after it, by key; the words for them are in `gridmap.fieldwork.on_site_days`.
CHECKS_BEFORE = ("agreed", "place", "material", "network", "staff", "offer")
CHECKS_AFTER = ("thanked", "cards_entered", "orders_placed", "follow_ups", "difficulties")

CAMPAIGNS = Table(
    "campaigns",
    N_("On-site days"),
    ("campaign_id",),
    (
        Column("campaign_id", "id", "Code of the on-site day.", headers=("id", "驻地编码")),
        Column("org_id", "id", "Organisation it is held at.", headers=("集团编码", "单位编码")),
        Column("park_id", "id", "Park it is held in, where not at one organisation.", headers=("园区编码",)),
        BRANCH,
        Column("manager_id", "id", "Who holds it.", required=True, headers=("工号", "责任人")),
        Column("held_on", "date", "Day it is held or planned for.", required=True, headers=("date", "日期", "驻地日期")),
        Column("state", "choice", "Planned, held or cancelled.", choices=CAMPAIGN_STATES, headers=("状态",)),
        Column("aim", "text", "What it is to bring.", longest=400, headers=("目标",)),
        Column("before", "ids", "What is ready: keys of the checklist before, joined by semicolons.", headers=("事前检查",)),
        Column("after", "ids", "What is done: keys of the checklist after, joined by semicolons.", headers=("事后检查",)),
        Column("cards", "integer", "Cards exchanged.", minimum=0, unit="cards", headers=("名片交换", "换卡数")),
        Column("terminals", "integer", "Terminals sold.", minimum=0, unit="terminals", headers=("终端数",)),
        Column("services_sold", "integer", "Services sold.", minimum=0, unit="services", headers=("业务办理数",)),
        Column("conversions", "integer", "Lines won over.", minimum=0, unit="lines", headers=("转网数",)),
        Column("difficulties", "text", "What stood in the way.", longest=2000, headers=("困难",)),
        Column("note", "text", "Note.", longest=2000, headers=("备注",)),
    ),
)

TABLES = (VISITS, WINS, TASKS, SURVEYS, CAMPAIGNS)
