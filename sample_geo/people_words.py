"""Parts of made-up names of people, with pinyin."""

SURNAMES = (
    ("陈", "Chen"), ("梁", "Liang"), ("李", "Li"), ("黄", "Huang"), ("叶", "Ye"), ("苏", "Su"), ("温", "Wen"), ("伍", "Wu"),
    ("欧", "Ou"), ("潘", "Pan"), ("顾", "Gu"), ("张", "Zhang"), ("林", "Lin"), ("何", "He"), ("罗", "Luo"), ("简", "Jian"),
    ("练", "Lian"), ("彭", "Peng"), ("区", "Ou"), ("赵", "Zhao"), ("麦", "Mai"), ("邓", "Deng"), ("谭", "Tan"), ("甘", "Gan"),
)  # fmt: skip
GIVEN = (
    ("志", "Zhi"), ("强", "Qiang"), ("伟", "Wei"), ("明", "Ming"), ("华", "Hua"), ("国", "Guo"), ("健", "Jian"), ("丽", "Li"),
    ("文", "Wen"), ("杰", "Jie"), ("燕", "Yan"), ("海", "Hai"), ("秀", "Xiu"), ("英", "Ying"), ("荣", "Rong"), ("辉", "Hui"),
    ("建", "Jian"), ("玉", "Yu"), ("兰", "Lan"), ("勇", "Yong"), ("俊", "Jun"), ("春", "Chun"), ("梅", "Mei"), ("亮", "Liang"),
    ("锦", "Jin"), ("标", "Biao"), ("芬", "Fen"), ("金", "Jin"), ("水", "Shui"), ("婷", "Ting"), ("权", "Quan"), ("少", "Shao"),
)  # fmt: skip
