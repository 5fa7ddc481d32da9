"""Tables of whom we sell to: organisations, their months, their contacts, and the frozen bases."""

from gridmap.errors import N_
from gridmap.schema.column import BRANCH, Column, Table, point
from gridmap.schema.staff import TIERS

STAGES = ("prospect", "account", "lost", "closed")
TRADES = (
    "government",
    "education",
    "health",
    "finance",
    "media",
    "manufacturing",
    "kitchenware",
    "feed",
    "preserved_fruit",
    "hardware",
    "construction",
    "logistics",
    "wholesale",
    "retail",
    "catering",
    "hotel",
    "tourism",
    "services",
    "agriculture",
    "other",
)
AGREEMENTS = ("none", "expired", "expiring", "signed")

ORGANISATIONS = Table(
    "organisations",
    N_("Organisations"),
    ("org_id",),
    (
        Column(
            "org_id",
            "id",
            "Code of the organisation; made from its content where the file has none.",
            headers=("id", "集团编码", "单位编码", "license_id", "customer_id"),
        ),
        Column(
            "name",
            "text",
            "Name as registered.",
            required=True,
            headers=("名称", "单位名称", "企业名称", "集团名称", "dba", "doing_business_as_name", "legal_name", "company"),
        ),
        Column("name_en", "text", "English name, shown in the English interface.", headers=("english_name", "英文名称")),
        Column(
            "credit_code", "id", "Unified social credit code, 18 characters.", longest=18, headers=("统一社会信用代码", "信用代码", "uscc")
        ),
        BRANCH,
        Column("parent_id", "id", "Organisation it belongs to (chain, group).", headers=("parent", "上级单位")),
        Column(
            "stage",
            "choice",
            "Prospect, account, lost or closed; worked out from the dates where empty.",
            choices=STAGES,
            headers=("状态", "阶段", "license_status"),
        ),
        Column(
            "opened_on",
            "date",
            "Opened or registered.",
            headers=("opened", "start date", "注册日期", "成立日期", "license_start_date", "start_date"),
        ),
        Column("joined_on", "date", "First number with us.", headers=("joined", "入网日期")),
        Column("filed_on", "date", "File completed and checked.", headers=("filed", "建档日期")),
        Column("lost_on", "date", "Last number with us gone.", headers=("lost", "流失日期")),
        Column("closed_on", "date", "Closed down.", headers=("closed", "close date", "注销日期", "close_date")),
        Column("verified_on", "date", "Last verified to exist.", headers=("核实日期",)),
        Column(
            "tier",
            "choice",
            "A, B, C or M; worked out from lines and trade where empty.",
            choices=TIERS,
            headers=("等级", "集团等级", "类别"),
        ),
        Column("tier_reason", "choice", "Why it is in the tier.", choices=("lines", "spend", "trade", "named"), headers=("定级原因",)),
        Column("trade", "choice", "Trade.", choices=TRADES, headers=("行业", "business type", "type", "license_description", "业务类型")),
        *point(),
        Column(
            "precision",
            "choice",
            "How exact the point is.",
            choices=("door", "building", "street", "village", "town"),
            headers=("定位精度",),
        ),
        Column("address", "text", "Address.", longest=400, headers=("地址", "注册地址", "单位地址", "bus address", "详细地址")),
        Column("street", "text", "Street.", headers=("街道", "路")),
        Column("building", "text", "Building.", headers=("楼宇",)),
        Column("floor", "text", "Floor.", longest=20, headers=("楼层",)),
        Column("room", "text", "Room or door.", longest=40, headers=("房号", "门牌")),
        Column("opening_hours", "text", "Opening hours, such as Mo-Fr 08:30-12:00,14:30-17:30.", headers=("营业时间",)),
        Column("employees", "integer", "Employees.", minimum=0, maximum=2_000_000, unit="persons", headers=("员工数", "人数")),
        Column(
            "lines_known",
            "integer",
            "Mobile lines in the organisation, all operators.",
            minimum=0,
            maximum=2_000_000,
            unit="lines",
            headers=("总号码数",),
        ),
        Column("surveyed_on", "date", "Day the lines were surveyed.", headers=("摸底日期",)),
        Column(
            "our_lines", "integer", "Lines that are ours.", minimum=0, maximum=2_000_000, unit="lines", headers=("我网号码数", "成员数")
        ),
        Column("licence_until", "date", "Business licence in the file valid until.", headers=("执照有效期", "expiration_date")),
        Column("agreement", "choice", "State of the agreement.", choices=AGREEMENTS, headers=("协议状态",)),
        Column("roster_members", "integer", "Members on the roster in the file.", minimum=0, unit="members", headers=("名册人数",)),
        Column("roster_checked", "integer", "Of them checked in the last 12 months.", minimum=0, unit="members", headers=("已核查成员",)),
        Column("roster_passed", "integer", "Of the checked, found true.", minimum=0, unit="members", headers=("核查通过成员",)),
        Column("decision_maker", "boolean", "A decision maker is in the file.", headers=("决策人",)),
        Column("key_contact", "boolean", "A contact is in the file.", headers=("联系人",)),
        Column("services", "integer", "Billed services.", minimum=0, maximum=99, headers=("业务数",)),
        Column("contract_end", "date", "End of the contract.", headers=("合同到期", "协议到期日")),
        Column("unified_payment", "boolean", "The organisation pays for its members.", headers=("统付",)),
        Column("prepaid_until", "date", "Prepayment lasts until.", headers=("预存到期",)),
        Column("relationship", "integer", "Relationship, 0 bad to 3 strong.", minimum=0, maximum=3, headers=("客情关系", "关系")),
        Column("holder_id", "id", "Manager who holds it by name.", headers=("holder", "客户经理", "归属经理"), ledger=True),
        Column("sponsor_id", "id", "Leader or chief account manager who sponsors it.", headers=("sponsor", "首席客户代表"), ledger=True),
        Column("core", "boolean", "On the named list.", headers=("名单制", "核心")),
        Column("source", "text", "Where the row came from.", headers=("来源",)),
    ),
    shape="point",
    placed=True,
)

ORG_MONTHS = Table(
    "org_months",
    N_("Account months"),
    ("org_id", "month"),
    (
        Column("org_id", "id", "Organisation.", required=True, headers=("集团编码", "单位编码")),
        BRANCH,
        Column("month", "month", "Closed account month.", required=True, headers=("账期", "月份")),
        Column("members", "integer", "Billed members.", minimum=0, unit="members", headers=("成员数",)),
        Column("revenue", "number", "Billed revenue, all products.", unit="money", headers=("收入",)),
        Column("information_revenue", "number", "Of it information services.", unit="money", headers=("信息化收入",)),
        Column("arrears", "number", "Unpaid at month end.", unit="money", headers=("欠费",)),
    ),
)

CONTACTS = Table(
    "contacts",
    N_("Contacts"),
    ("contact_id",),
    (
        Column("contact_id", "id", "Code of the contact.", headers=("id", "联系人编码")),
        Column("org_id", "id", "Organisation.", required=True, headers=("集团编码", "单位编码")),
        BRANCH,
        Column(
            "role",
            "choice",
            "Role in the organisation.",
            choices=("decision_maker", "contact", "finance", "technical", "other"),
            headers=("角色",),
        ),
        Column("name", "text", "Name.", required=True, personal=True, headers=("姓名", "联系人")),
        Column("phone", "text", "Number; kept apart and shown masked.", personal=True, longest=30, headers=("电话", "手机", "联系电话")),
    ),
)

BASES = Table(
    "bases",
    N_("Frozen bases"),
    ("base", "org_id"),
    (
        Column("base", "id", "Name of the base, such as 2025-12-31.", required=True, headers=("底数",)),
        Column("org_id", "id", "Organisation in the base.", required=True, headers=("集团编码", "单位编码")),
        BRANCH,
        Column("members", "integer", "Numbers in the base.", minimum=0, unit="members", headers=("成员数",)),
        Column("revenue", "number", "Revenue in the base months.", unit="money", headers=("收入",)),
    ),
)

TABLES = (ORGANISATIONS, ORG_MONTHS, CONTACTS, BASES)
