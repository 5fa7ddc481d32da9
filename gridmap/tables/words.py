"""Words people write into cells: what means missing, yes and no, and each choice; English and Chinese, made comparable."""

import re
import unicodedata

# Compared after trimming; case matters little, so the usual three ways of writing each are listed by `missing_texts`.
_MISSING = ("n/a", "na", "nan", "null", "none", "nil", "-", "--", "---", "—", "——", "/", "\\n", "#n/a", "<na>", "nat")
_MISSING_ZH = ("无", "暂无", "未知", "不详", "空", "缺", "未填")

YES = frozenset({"1", "true", "t", "yes", "y", "on", "是", "有", "对", "已", "真", "√", "✓", "✔"})
NO = frozenset({"0", "false", "f", "no", "n", "off", "否", "无", "没有", "不是", "未", "假", "\u00d7", "✗", "✘"})

# Column -> choice -> what else it is called. The keys themselves and the translated labels need no entry.
CHOICES: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...] = (
    (
        "stage",
        (
            (
                "prospect",
                ("潜在", "潜在客户", "未建档", "目标客户", "lead", "open", "active", "issued", "aai", "正常", "在业", "存续", "在营"),
            ),
            ("account", ("已建档", "建档", "客户", "集团客户", "在网", "customer", "已建档集团客户", "filed")),
            ("lost", ("流失", "离网", "已流失", "churned", "挖转")),
            (
                "closed",
                (
                    "注销",
                    "吊销",
                    "关闭",
                    "停业",
                    "倒闭",
                    "已注销",
                    "cancelled",
                    "canceled",
                    "revoked",
                    "expired",
                    "aac",
                    "rev",
                    "rea",
                    "inactive",
                ),
            ),
        ),
    ),
    (
        "tier",
        (
            ("A", ("a类", "a级", "a类集团")),
            ("B", ("b类", "b级", "b类集团")),
            ("C", ("c类", "c级", "c类集团")),
            ("M", ("micro", "微型", "小微", "d", "d类")),
        ),
    ),
    (
        "tier_reason",
        (("lines", ("号码数", "成员数", "规模")), ("spend", ("收入", "消费")), ("trade", ("行业",)), ("named", ("名单", "名单制", "指定"))),
    ),
    (
        "precision",
        (
            ("door", ("门牌", "门址", "精确", "rooftop")),
            ("building", ("楼宇", "楼栋", "建筑")),
            ("street", ("街道", "道路", "路")),
            ("village", ("村", "村级", "社区")),
            ("town", ("镇", "乡镇", "镇级")),
        ),
    ),
    (
        "agreement",
        (
            ("none", ("未签", "无协议", "未签约")),
            ("expired", ("已到期", "过期")),
            ("expiring", ("即将到期", "快到期")),
            ("signed", ("已签", "有效", "在约", "签约")),
        ),
    ),
    (
        "role",
        (
            ("account", ("客户经理", "集团客户经理", "account manager")),
            ("community", ("社区经理", "网格经理", "community manager")),
            ("chief", ("首席客户代表", "首席", "首席客户经理")),
            ("leader", ("领导", "公司领导", "分公司领导")),
            ("executive", ("公司领导", "总经理")),
            ("branch_manager", ("分公司经理", "县分经理", "branch manager")),
            ("account_manager", ("客户经理", "account manager")),
            ("community_manager", ("社区经理", "网格经理", "community manager")),
            ("planner", ("规划", "规划员", "网络规划")),
            ("administrator", ("管理员", "系统管理员", "admin")),
            ("decision_maker", ("决策人", "负责人", "法人")),
            ("contact", ("联系人", "经办人")),
            ("finance", ("财务",)),
            ("technical", ("技术", "信息化负责人")),
            ("other", ("其他", "其它")),
        ),
    ),
    (
        "kind",
        (
            ("visit", ("走访", "上门", "拜访")),
            ("sweep", ("扫楼", "扫街")),
            ("on_site", ("驻点", "驻地", "现场")),
            ("call", ("电话", "致电", "电话回访")),
            ("warning", ("预警",)),
            ("expiry", ("到期", "到期提醒")),
            ("check", ("核查", "检查")),
            ("follow_up", ("跟进", "回访")),
            ("supervised", ("督办",)),
            ("industrial", ("工业", "工业园", "工业园区", "产业园")),
            ("logistics", ("物流", "物流园")),
            ("science", ("科技", "科技园")),
            ("market", ("市场", "专业市场")),
            ("tourism", ("旅游", "景区")),
            ("other", ("其他", "其它")),
            ("motorway", ("高速", "高速公路")),
            ("trunk", ("国道",)),
            ("primary", ("省道",)),
            ("secondary", ("县道",)),
            ("street", ("街道", "道路", "乡道", "residential", "tertiary")),
            ("railway", ("铁路", "rail")),
            ("river", ("河", "河流", "江")),
            ("lake", ("湖", "湖泊")),
            ("reservoir", ("水库",)),
        ),
    ),
    (
        "outcome",
        (
            ("met", ("见到", "见到决策人", "有效", "面谈")),
            ("staff_only", ("见到员工", "员工", "非决策人")),
            ("not_in", ("无人", "不在", "未遇")),
            ("refused", ("拒访", "拒绝")),
            ("moved", ("搬迁", "已搬")),
            ("closed", ("关门", "倒闭", "停业", "注销")),
            ("filed", ("建档", "已建档")),
        ),
    ),
    (
        "answer",
        (
            ("there", ("it is there", "yes", "y", "ok", "在", "在营", "正常", "属实", "有")),
            ("gone", ("it is gone", "no", "n", "closed", "moved", "不在", "已搬", "搬迁", "关门", "倒闭", "停业", "注销", "已不在")),
            ("unsure", ("nobody could tell", "?", "不清楚", "不确定", "未核实", "查无")),
        ),
    ),
    (
        "our_number",
        (
            ("second_kept", ("双号保留", "保留", "双号")),
            ("given_up", ("弃号", "弃用", "停用", "销号")),
            ("ported", ("携转", "携号转网", "携出")),
            ("unknown", ("未知", "不详")),
        ),
    ),
    (
        "step",
        (
            ("approached", ("接触", "已接触")),
            ("offer", ("报价", "优惠")),
            ("intent", ("意向", "有意向")),
            ("lost", ("流失", "已流失", "策反")),
        ),
    ),
    (
        "reason",
        (
            ("price", ("价格", "资费")),
            ("one_bill", ("统一付费", "统付", "一单清")),
            ("bundle", ("捆绑", "融合", "套餐")),
            ("network", ("网络", "信号", "覆盖")),
            ("service", ("服务",)),
            ("relationship", ("关系", "客情")),
            ("other", ("其他", "其它")),
        ),
    ),
    ("state", (("open", ("未完成", "待办", "进行中")), ("done", ("完成", "已完成", "办结")), ("void", ("作废", "取消")))),
    ("status", (("planned", ("规划", "在建", "拟建")), ("built", ("建成", "已建", "投用")))),
    ("access", (("covered", ("已覆盖", "覆盖", "有资源")), ("extendable", ("可延伸", "可接入")), ("none", ("无资源", "未覆盖")))),
    (
        "level",
        (
            ("company", ("集团", "总部")),
            ("province", ("省", "省级", "province")),
            ("city", ("市", "地市", "地级市", "1")),
            ("county", ("县", "区", "区县", "district", "2")),
            ("town", ("镇", "乡镇", "街道", "township", "3")),
            ("village", ("村", "社区", "行政村", "4")),
            ("branch", ("分公司",)),
            ("manager", ("客户经理", "经理")),
        ),
    ),
    ("grid_kind", (("h3", ("六边形", "蜂窝", "hexagon")), ("areas", ("行政区", "行政区划", "polygon", "admin")))),
    ("language", (("en", ("english", "英文", "英语")), ("zh_CN", ("chinese", "中文", "简体中文", "zh")))),
)


def missing_texts() -> tuple[str, ...]:
    """Return every text that means there is nothing, in the ways it is written."""
    written = ["", *_MISSING_ZH]
    for text in _MISSING:
        written += [text, text.upper(), text.title(), text.capitalize()]
    return tuple(dict.fromkeys([*written, "NaN", "NaT"]))


def plain_word(text: str) -> str:
    """Make a cell's word comparable: half width, lower case, spaces and hyphens as underscores."""
    return re.sub(r"[\s\-]+", "_", unicodedata.normalize("NFKC", text).strip().casefold())


def choice_words(column: str, choices: tuple[str, ...]) -> dict[str, str]:
    """Return what each word means for a column with these choices; a key always means itself."""
    known = {plain_word(choice): choice for choice in choices}
    synonyms = dict(CHOICES).get(column, ())
    for choice, words in synonyms:
        if choice in choices:
            for word in words:
                known.setdefault(plain_word(word), choice)
    return known
