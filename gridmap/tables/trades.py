"""Which trade a foreign description means: the words licence files, maps and registers use, first match wins."""

import re

from gridmap.tables.words import plain_word

# From the particular to the general: "feed factory" is feed, and only then manufacturing.
_WORDS: tuple[tuple[str, str], ...] = (
    ("kitchenware", "kitchenware cutlery cookware 不锈钢 厨具 餐具"),
    ("preserved_fruit", "preserved_fruit candied 凉果 蜜饯 果脯"),
    ("feed", "animal_feed feed_mill poultry 饲料 养殖 家禽 畜牧"),
    (
        "education",
        (
            "school educat college universit kindergarten child_care children's_services tutor instruction"
            " 学校 教育 中学 小学 幼儿 大学 培训 科教"
        ),
    ),
    (
        "health",
        (
            "medic dental dentist clinic hospital physician pharmac chiropract counseling therap veterinar animal_care acupunct optom"
            " 医 诊所 卫生 药 保健院"
        ),
    ),
    ("finance", "bank financ insur securities mortgage credit_union 投资 银行 金融 保险 证券 信用社"),
    ("media", "newspaper broadcast television publish 传媒 广播 电视 报社 出版"),
    ("government", "government city_hall police municipal 政府 机关 党委 公安 法院 税务局"),
    (
        "catering",
        (
            "restaurant food_establishment food_store caterer catering cafe coffee bakery shared_kitchen tavern liquor mobile_food"
            " special_event_food consumption_on_premises 餐 饮食 糕饼 茶 酒吧 咖啡 小吃"
        ),
    ),
    ("hotel", "hotel motel lodging homestay bed_and_breakfast shared_housing 酒店 宾馆 住宿 旅馆"),
    ("tourism", "tourism tours travel amusement museum 旅游 旅行社 景区 风景 温泉"),
    ("hardware", "hardware metal welding 五金 金属"),
    ("construction", "contractor construct architect engineer plumb electrician roofing landscap 建筑 装饰 工程 建材 房地产开发"),
    ("logistics", "logistic transport freight trucking courier warehouse 物流 运输 快递 仓储 货运"),
    ("agriculture", "agricult farm nursery winery vineyard 农 种植 林业 渔"),
    ("wholesale", "wholesale distribut 批发 贸易 进出口"),
    ("manufacturing", "manufact factory brewery 制造 工厂 加工 生产 工业"),
    (
        "retail",
        (
            "retail apparel tobacco package_goods peddler secondhand dealer gallery florist grocery jewel furniture sales"
            " 零售 销售 超市 商店 购物 商场 百货 专卖"
        ),
    ),
    (
        "services",
        (
            "service salon beauty massage consult legal attorney accounting profession rental repair mechanic clean laundr real_estate"
            " health_spa barber fitness design photograph software computer parking garage 服务 美容 美发 维修 咨询 中介 租赁 物业"
            " 科技 软件 信息 律师 广告"
        ),
    ),
)
_FIRST = re.compile(r"[;\uff1b|]")


def trade_of(text: str) -> str | None:
    """Return the trade that a description means, or None; of several in one text the first counts."""
    plain = plain_word(text)
    for part in (_FIRST.split(plain, maxsplit=1)[0], plain):
        for trade, words in _WORDS:
            if any(word in part for word in words.split()):
                return trade
    return None
