"""Names of places: the twelve towns, made-up ones for the counties around, villages, streets, parks and waters."""

from typing import NamedTuple


class Town(NamedTuple):
    """One town: code, names, seat, its share of organisations, and the trades it is known for."""

    code: str
    name: str
    name_en: str
    lat: float
    lon: float
    weight: float
    trades: tuple[str, ...]


BRANCH_ID, COUNTY, COUNTY_EN = "445321", "新兴县", "Xinxing"

# The codes and names are the real ones; seats are near the real ones, outlines are made up.
TOWNS = (
    Town("445321100", "新城", "Xincheng", 22.693, 112.222, 0.40, ("kitchenware", "retail", "services")),
    Town("445321101", "车岗", "Chegang", 22.770, 112.268, 0.055, ("hardware", "logistics")),
    Town("445321103", "水台", "Shuitai", 22.752, 112.405, 0.055, ("agriculture", "feed")),
    Town("445321104", "稔村", "Rencun", 22.695, 112.372, 0.055, ("feed", "agriculture")),
    Town("445321105", "东成", "Dongcheng", 22.722, 112.298, 0.075, ("kitchenware", "hardware")),
    Town("445321107", "太平", "Taiping", 22.628, 112.196, 0.075, ("preserved_fruit", "feed")),
    Town("445321108", "里洞", "Lidong", 22.503, 112.262, 0.03, ("agriculture",)),
    Town("445321110", "大江", "Dajiang", 22.662, 112.062, 0.055, ("agriculture", "preserved_fruit")),
    Town("445321112", "天堂", "Tiantang", 22.560, 112.058, 0.065, ("tourism", "agriculture")),
    Town("445321113", "河头", "Hetou", 22.598, 112.117, 0.03, ("agriculture",)),
    Town("445321114", "簕竹", "Lezhu", 22.712, 112.141, 0.05, ("feed", "agriculture")),
    Town("445321115", "六祖", "Liuzu", 22.578, 112.232, 0.055, ("tourism", "hotel")),
)
SEAT = 0  # position of the county town in TOWNS
VACUUM = (2, 7)  # Shuitai and Dajiang: the two towns nobody looks after
PINYIN_TOWN = "镇"

# Two halves of made-up names of counties and towns around (the parts are common in names of places of the region).
FIRST = (
    ("云", "Yun"), ("罗", "Luo"), ("德", "De"), ("封", "Feng"), ("怀", "Huai"), ("宁", "Ning"), ("高", "Gao"), ("清", "Qing"),
    ("龙", "Long"), ("石", "Shi"), ("金", "Jin"), ("安", "An"), ("永", "Yong"), ("凤", "Feng"), ("白", "Bai"), ("南", "Nan"),
    ("大", "Da"), ("平", "Ping"), ("竹", "Zhu"), ("松", "Song"), ("莲", "Lian"), ("桂", "Gui"), ("都", "Du"), ("通", "Tong"),
)  # fmt: skip
SECOND = (
    ("兴", "xing"), ("门", "men"), ("江", "jiang"), ("塘", "tang"), ("山", "shan"), ("桥", "qiao"), ("城", "cheng"), ("岗", "gang"),
    ("湾", "wan"), ("坪", "ping"), ("田", "tian"), ("水", "shui"), ("洲", "zhou"), ("林", "lin"), ("岭", "ling"), ("源", "yuan"),
    ("圩", "xu"), ("和", "he"), ("坑", "keng"), ("洞", "dong"), ("楼", "lou"), ("头", "tou"), ("边", "bian"), ("围", "wei"),
)  # fmt: skip

STREETS = (
    ("新州大道", "Xinzhou Avenue"), ("环城东路", "Ring Road East"), ("中山路", "Zhongshan Road"), ("解放路", "Jiefang Road"),
    ("环城西路", "Ring Road West"), ("广兴大道", "Guangxing Avenue"), ("沿江路", "Riverside Road"), ("惠能路", "Huineng Road"),
    ("文华路", "Wenhua Road"), ("东堤路", "East Dyke Road"),
)  # fmt: skip
TOWN_STREETS = (("圩镇大街", "Market Street"), ("建设路", "Construction Road"))
BUILDINGS = (
    ("新州商务大厦", "Xinzhou Business Tower", "office"),
    ("鸿图广场", "Hongtu Plaza", "mall"),
    ("五金城A座", "Hardware City A", "market"),
    ("五金城B座", "Hardware City B", "market"),
    ("中山商业楼", "Zhongshan Commercial Building", "shops"),
    ("电商创业楼", "E-commerce Start-up House", "office"),
    ("凯旋大厦", "Triumph Tower", "office"),
    ("客运站综合楼", "Bus Station Building", "shops"),
    ("金水台商厦", "Golden Terrace Stores", "mall"),
    ("教育大厦", "Education House", "office"),
    ("沿江商住楼", "Riverside Mixed Building", "shops"),
    ("国际厨具展厅", "Kitchenware Exhibition Hall", "market"),
)
