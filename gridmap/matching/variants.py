"""Characters of names that are the same in another script, or sound the same to the clerk who writes them down."""

# Traditional and simplified, of the characters that company names use.
_SCRIPTS = (
    "華华 萬万 東东 豐丰 廣广 興兴 發发 達达 業业 寶宝 龍龙 國国 貿贸 電电 機机 車车 門门 間间 開开 關关 長长 馬马 鳳凤 鴻鸿 麗丽 實实 "
    "貴贵 財财 賢贤 資资 質质 農农 進进 運运 遠远 連连 醫医 藥药 銀银 銘铭 錦锦 鐵铁 鋼钢 陽阳 陳陈 隆隆 雲云 順顺 飯饭 館馆 餅饼 "
    "魚鱼 鮮鲜 黃黄 齊齐 偉伟 傑杰 優优 億亿 備备 創创 劉刘 勝胜 區区 協协 單单 嚴严 園园 圓圆 塊块 塑塑 場场 報报 壽寿 寧宁 "
    "專专 將将 島岛 師师 帶带 幣币 強强 後后 從从 恆恒 愛爱 慶庆 戶户 據据 擇择 數数 時时 書书 會会 東东 極极 榮荣 樂乐 樓楼 標标 "
    "樹树 橋桥 歐欧 歲岁 氣气 汽汽 澤泽 濟济 燈灯 爾尔 獅狮 瑪玛 環环 產产 畫画 發发 盧卢 礦矿 禮礼 穩稳 競竞 紀纪 約约 紅红 紙纸 "
    "純纯 組组 細细 終终 結结 統统 經经 綠绿 維维 網网 綜综 線线 緣缘 總总 織织 纖纤 羅罗 義义 聖圣 聯联 聲声 聽听 肅肃 腦脑 膠胶 "
    "臺台 舊旧 藝艺 蘇苏 蘭兰 號号 補补 裝装 製制 視视 親亲 覽览 計计 記记 設设 許许 詠咏 誠诚 話话 誌志 語语 調调 談谈 論论 證证 "
    "譽誉 變变 讓让 谷谷 貝贝 負负 貨货 購购 賽赛 贏赢 趙赵 輝辉 輪轮 輸输 轉转 辦办 邊边 鄉乡 鄭郑 醬酱 釀酿 針针 鈕钮 鉅钜 鍋锅 "
    "鏡镜 鐘钟 閃闪 閩闽 陸陆 隊队 際际 雅雅 雙双 雞鸡 離离 雜杂 靈灵 韓韩 響响 頂顶 項项 頭头 題题 顏颜 願愿 類类 風风 飛飞 飲饮 "
    "縣县 責责 鎮镇 廠厂 務务 營营 養养 餐餐 駿骏 驗验 體体 魯鲁 鵬鹏 鷹鹰 麥麦 點点 龐庞"
)
# Sounds alike, and both are common in names of shops and firms.
_SOUNDS = (
    "鸿宏洪弘泓 利丽莉力立 钜巨 晟盛胜 记纪 兴星欣鑫馨 华桦 金锦 佳嘉 福富 源缘园 裕誉玉 恒亨 泰太 隆龙 永勇 昌畅 祥翔 铭明 "
    "丰峰锋 强祥 伟威维 辉晖 腾藤 瑞锐 康抗 宝保 顺舜 达大 贝呗 雅亚 凯楷 诚成程 荣容 振镇 冠贯 旺望 彩采 艺益 联连 洁杰"
)


def _folding(groups: str) -> dict[int, str]:
    folded: dict[str, str] = {}
    for group in groups.split():
        for character in group[1:]:
            folded.setdefault(character, group[0])
    return {ord(character): folded.get(plain, plain) for character, plain in folded.items()}


_SIMPLIFIED = {ord(group[0]): group[1] for group in _SCRIPTS.split()}
_ALIKE = _folding(_SOUNDS)


def simplified(text: str) -> str:
    """Return text in simplified characters, as far as names of companies go."""
    return text.translate(_SIMPLIFIED)


def sounding_alike(text: str) -> str:
    """Return simplified text with one character for all that sound alike."""
    return text.translate(_ALIKE)
