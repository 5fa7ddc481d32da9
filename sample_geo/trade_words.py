"""Trades as the county knows them, parts of brand names, and the institutions every county town has."""

from typing import NamedTuple


class Trade(NamedTuple):
    """One kind of organisation: its trade, names, legal form, and how common it is by place.

    `big` and `small` are weights in (town centre, along a road, village, park) for organisations of ten lines and
    more, and for the small ones.
    """

    trade: str
    name: str
    name_en: str
    form: str
    big: tuple[float, float, float, float]
    small: tuple[float, float, float, float]


FORMS = {"company": "有限公司", "factory": "厂", "shop": "", "coop": "专业合作社", "public": ""}

TRADES = (
    Trade("kitchenware", "不锈钢制品", "Stainless Steel Products", "company", (2, 9, 1, 14), (0, 2, 0.3, 6)),
    Trade("kitchenware", "不锈钢厨具", "Stainless Kitchenware", "company", (2, 6, 1, 9), (0, 1, 0.2, 4)),
    Trade("kitchenware", "餐具", "Tableware", "factory", (0, 3, 2, 4), (0, 1.5, 1, 4)),
    Trade("hardware", "五金制品", "Hardware Products", "company", (2, 5, 1, 9), (0, 1, 0.3, 5)),
    Trade("hardware", "五金加工", "Metalwork", "factory", (0, 3, 1, 4), (0.5, 4, 2, 6)),
    Trade("hardware", "五金店", "Hardware Store", "shop", (0.5, 0.5, 0, 0), (4, 4, 2, 1)),
    Trade("feed", "饲料", "Feed", "company", (1, 4, 3, 5), (0.3, 0.6, 0.6, 1)),
    Trade("feed", "家禽", "Poultry", "company", (1, 3, 6, 3), (0, 0.6, 2, 0.5)),
    Trade("feed", "养鸡场", "Poultry Farm", "shop", (0, 1, 5, 0), (0, 1, 9, 0)),
    Trade("preserved_fruit", "凉果食品", "Preserved Fruit", "company", (1, 3, 2, 7), (0.2, 0.5, 0.6, 2)),
    Trade("preserved_fruit", "凉果加工", "Preserved Fruit", "factory", (0, 2, 3, 3), (0.2, 0.8, 2, 2)),
    Trade("agriculture", "种养", "Crop and Livestock", "coop", (0, 1, 6, 0), (0, 0.5, 5, 0)),
    Trade("agriculture", "家庭农场", "Family Farm", "shop", (0, 0, 3, 0), (0, 0.5, 7, 0)),
    Trade("agriculture", "生态农业", "Eco Agriculture", "company", (1, 1, 4, 0), (0, 0.4, 1.5, 0)),
    Trade("manufacturing", "塑料制品", "Plastics", "company", (0, 3, 1, 5), (0, 0.7, 0.2, 3)),
    Trade("manufacturing", "纸品包装", "Paper Packaging", "factory", (0, 2, 1, 4), (0, 1, 0.5, 3)),
    Trade("manufacturing", "家具", "Furniture", "factory", (0, 2, 2, 2), (0.3, 1.5, 1, 2)),
    Trade("construction", "建筑工程", "Construction", "company", (4, 2, 1, 1), (0.6, 0.6, 0.2, 0)),
    Trade("construction", "建材经营部", "Building Materials", "shop", (0.5, 2, 0, 0), (3, 6, 3, 1)),
    Trade("construction", "装饰工程", "Decoration", "company", (3, 1, 0, 0), (1, 0.5, 0, 0)),
    Trade("logistics", "物流", "Logistics", "company", (2, 4, 0, 4), (0.5, 1.5, 0, 2)),
    Trade("logistics", "快递服务部", "Parcel Service", "shop", (1, 1, 0, 1), (2, 2, 1, 1)),
    Trade("wholesale", "贸易", "Trading", "company", (6, 3, 0, 3), (2, 1, 0.2, 2)),
    Trade("wholesale", "副食商行", "Provisions Wholesale", "shop", (2, 1, 0, 0), (3, 2, 1, 0)),
    Trade("retail", "百货商店", "General Store", "shop", (2, 0, 0, 0), (7, 3, 4, 0.5)),
    Trade("retail", "士多", "Corner Shop", "shop", (0, 0, 0, 0), (6, 4, 10, 1)),
    Trade("retail", "服装店", "Clothes Shop", "shop", (1, 0, 0, 0), (7, 1, 0.5, 0)),
    Trade("retail", "通讯器材店", "Phone Shop", "shop", (1, 0, 0, 0), (3, 1, 0.3, 0)),
    Trade("retail", "购物广场", "Supermarket", "company", (4, 1, 0, 0), (1, 0.3, 0.2, 0)),
    Trade("catering", "饭店", "Restaurant", "shop", (3, 2, 1, 0), (5, 4, 3, 1)),
    Trade("catering", "粉面馆", "Noodle House", "shop", (0, 0, 0, 0), (6, 3, 2, 1)),
    Trade("catering", "茶餐厅", "Tea Restaurant", "shop", (3, 1, 0, 0), (3, 1, 0, 0)),
    Trade("hotel", "温泉酒店", "Hot Spring Hotel", "company", (1, 2, 2, 0.5), (0.2, 0.5, 0.5, 0.5)),
    Trade("hotel", "旅馆", "Guest House", "shop", (1, 0.5, 0, 0), (1.2, 1, 0.5, 0)),
    Trade("tourism", "文化旅游", "Culture and Tourism", "company", (1, 1, 1, 1), (0.3, 0.2, 0.2, 1)),
    Trade("tourism", "六祖文化用品店", "Liuzu Temple Gifts", "shop", (0, 0.5, 0, 1), (0.4, 0.5, 0.4, 2)),
    Trade("health", "诊所", "Clinic", "shop", (2, 0, 0, 0), (2, 0.6, 1, 0)),
    Trade("health", "大药房", "Pharmacy", "shop", (2, 0, 0, 0), (2.5, 0.8, 0.5, 0)),
    Trade("services", "汽车维修店", "Car Repair", "shop", (1, 2, 0, 0), (1.5, 5, 1, 0.5)),
    Trade("services", "美容美发店", "Hairdresser", "shop", (0, 0, 0, 0), (5, 1, 1, 0)),
    Trade("services", "幼儿园", "Kindergarten", "public", (5, 1, 2, 0), (1, 0.3, 0.6, 0)),
    Trade("services", "教育培训中心", "Training Centre", "company", (3, 0.5, 0, 0), (1.5, 0.2, 0, 0)),
    Trade("services", "物业服务", "Property Services", "company", (3, 1, 0, 0.5), (0.7, 0.1, 0, 0.2)),
    Trade("finance", "保险代理", "Insurance Agency", "company", (1.5, 0, 0, 0), (0.6, 0.1, 0, 0)),
)  # fmt: skip

BRAND_FIRST = (
    ("鸿", "Hong"), ("恒", "Heng"), ("瑞", "Rui"), ("盛", "Sheng"), ("广", "Guang"), ("万", "Wan"), ("新", "Xin"), ("宝", "Bao"),
    ("福", "Fu"), ("裕", "Yu"), ("凌", "Ling"), ("翔", "Xiang"), ("利", "Li"), ("东", "Dong"), ("南", "Nan"), ("天", "Tian"),
    ("联", "Lian"), ("嘉", "Jia"), ("泰", "Tai"), ("顺", "Shun"), ("金", "Jin"), ("银", "Yin"), ("康", "Kang"), ("隆", "Long"),
    ("诚", "Cheng"), ("信", "Xin"), ("百", "Bai"), ("益", "Yi"), ("祥", "Xiang"), ("鼎", "Ding"), ("凯", "Kai"), ("富", "Fu"),
    ("德", "De"), ("伟", "Wei"), ("星", "Xing"), ("永", "Yong"), ("正", "Zheng"), ("华", "Hua"), ("粤", "Yue"), ("佳", "Jia"),
    ("润", "Run"), ("远", "Yuan"), ("立", "Li"), ("美", "Mei"), ("禾", "He"), ("绿", "Lü"), ("海", "Hai"), ("龙", "Long"),
    ("汇", "Hui"), ("聚", "Ju"), ("腾", "Teng"), ("欣", "Xin"), ("锦", "Jin"), ("玉", "Yu"), ("悦", "Yue"), ("安", "An"),
    ("合", "He"), ("庆", "Qing"), ("晟", "Sheng"), ("钜", "Ju"),
)  # fmt: skip
BRAND_SECOND = (
    ("达", "da"), ("发", "fa"), ("昌", "chang"), ("兴", "xing"), ("源", "yuan"), ("丰", "feng"), ("和", "he"), ("通", "tong"),
    ("辉", "hui"), ("业", "ye"), ("旺", "wang"), ("记", "ji"), ("生", "sheng"), ("阳", "yang"), ("大", "da"), ("科", "ke"),
    ("升", "sheng"), ("茂", "mao"), ("来", "lai"), ("成", "cheng"), ("宏", "hong"), ("杰", "jie"), ("彩", "cai"), ("林", "lin"),
    ("亿", "yi"), ("邦", "bang"), ("力", "li"), ("铭", "ming"), ("雅", "ya"), ("创", "chuang"), ("宇", "yu"), ("景", "jing"),
    ("光", "guang"), ("峰", "feng"), ("威", "wei"), ("江", "jiang"), ("盈", "ying"), ("隆", "long"), ("健", "jian"), ("尚", "shang"),
    ("浩", "hao"), ("航", "hang"), ("意", "yi"), ("田", "tian"), ("艺", "yi"), ("捷", "jie"), ("朗", "lang"), ("颖", "ying"),
    ("泉", "quan"), ("凡", "fan"), ("尔", "er"), ("森", "sen"), ("卓", "zhuo"), ("驰", "chi"), ("翠", "cui"), ("怡", "yi"),
    ("冠", "guan"), ("岭", "ling"), ("石", "shi"), ("胜", "sheng"),
)  # fmt: skip
BRAND_THIRD = (
    ("", ""), ("高", "gao"), ("文", "wen"), ("元", "yuan"), ("思", "si"), ("之", "zhi"), ("一", "yi"), ("多", "duo"), ("友", "you"),
    ("迪", "di"),
)  # fmt: skip

# The twelve primary and middle schools of the county town and their users (lines): 13,700 together.
SCHOOLS = (
    ("第一中学", "No. 1 Middle School", 2650),
    ("华侨中学", "Overseas Chinese Middle School", 1980),
    ("惠能中学", "Huineng Middle School", 1720),
    ("洞口学校", "Dongkou School", 1510),
    ("实验中学", "Experimental Middle School", 1240),
    ("第二中学", "No. 2 Middle School", 1080),
    ("实验小学", "Experimental Primary School", 930),
    ("新城中学", "Xincheng Middle School", 760),
    ("第一小学", "No. 1 Primary School", 480),
    ("第二小学", "No. 2 Primary School", 470),
    ("环城小学", "Ring Road Primary School", 450),
    ("沿江小学", "Riverside Primary School", 430),
)
SCHOOL_USERS = 13_700

# Trade, name, English name, tier, why it is in that tier: the county town's other institutions.
INSTITUTIONS = (
    ("government", "人民政府办公室", "County Government Office", "A", "named"),
    ("government", "公安局", "Public Security Bureau", "A", "trade"),
    ("government", "税务局", "Tax Bureau", "A", "trade"),
    ("government", "教育局", "Education Bureau", "A", "named"),
    ("media", "融媒体中心", "Media Centre", "A", "trade"),
    ("health", "人民医院", "People's Hospital", "A", "lines"),
    ("health", "中医院", "Hospital of Chinese Medicine", "B", "lines"),
    ("health", "妇幼保健院", "Maternity Hospital", "B", "lines"),
    ("government", "卫生健康局", "Health Bureau", "B", "trade"),
    ("government", "市场监督管理局", "Market Supervision Bureau", "B", "trade"),
    ("government", "自然资源局", "Natural Resources Bureau", "B", "trade"),
    ("government", "农业农村局", "Agriculture Bureau", "B", "trade"),
    ("government", "人民法院", "People's Court", "B", "trade"),
    ("government", "人民检察院", "Procuratorate", "B", "trade"),
    ("government", "财政局", "Finance Bureau", "B", "trade"),
    ("government", "民政局", "Civil Affairs Bureau", "B", "trade"),
    ("government", "交通运输局", "Transport Bureau", "B", "trade"),
    ("government", "水务局", "Water Bureau", "B", "trade"),
    ("government", "应急管理局", "Emergency Bureau", "B", "trade"),
    ("government", "住房和城乡建设局", "Housing Bureau", "B", "trade"),
    ("government", "文化广电旅游体育局", "Culture and Tourism Bureau", "B", "trade"),
    ("government", "林业局", "Forestry Bureau", "B", "trade"),
    ("government", "统计局", "Statistics Bureau", "B", "trade"),
    ("government", "司法局", "Justice Bureau", "B", "trade"),
    ("government", "审计局", "Audit Bureau", "B", "trade"),
    ("government", "城市管理局", "City Management Bureau", "B", "trade"),
    ("finance", "农村商业银行", "Rural Commercial Bank", "B", "trade"),
    ("finance", "工商银行支行", "Industrial Bank Branch", "B", "trade"),
    ("finance", "农业银行支行", "Agricultural Bank Branch", "B", "trade"),
    ("finance", "建设银行支行", "Construction Bank Branch", "B", "trade"),
    ("finance", "证券营业部", "Securities Office", "B", "trade"),
)
TOWN_INSTITUTIONS = (
    ("government", "镇人民政府", "Town Government", "B", "trade"),
    ("health", "镇卫生院", "Town Health Centre", "C", "lines"),
    ("education", "镇中心小学", "Central Primary School", "C", "lines"),
    ("education", "镇初级中学", "Junior Middle School", "C", "lines"),
)
