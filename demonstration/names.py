"""Names as they are heard in Lingnan, for the places that have no public list."""

from random import Random

_FIRST = (
    "新 老 上 下 大 细 石 塘 岭 黄 横 龙 田 沙 白 高 竹 松 梅 禾 井 牛 马 鹤 水 坑 江 官 半 三 九 "
    "蕉 榕 樟 茶 鱼 银 社 庙 佛 长"
).split()
_LAST = (
    "屋 塘面 岭脚 围 坑 岗 坪 寨 排 埔 塱 迳 洞 塘 墩 咀 坳 湾 田 基 冲 尾 头 背 边 角 坝 陂 楼 庄 "
    "屋场 岭下 塘角 坑口 田心 坑尾 石下 河唇 埗 山下 围仔 岗仔 塘尾"
).split()
_FAMILIES = "陈 李 黄 张 梁 何 罗 朱 邓 郑 曾 钟 莫 潘 温 刘 林 欧 邝 谭 江 赖 范 徐 彭 廖 冯 蓝 谢 叶".split()
_FAMILY_LAST = "屋 屋村 家围 屋排 屋坪 家塘 屋岭".split()

_QUARTER_FIRST = (
    "锦绣 凤翔 北江 碧湖 金源 城西 翠竹 丽景 东湖 御景 阳光 嘉豪 银泉 江滨 松苑 凯旋 新城 富康 鸿运 金碧 "
    "朝南 恒福 盈翠 半岛 天鹅 百合 世纪 帝景 盛世 名汇 都市 山水 清晖 龙腾 星河 德兴 怡景 聚福 莲湖 水岸 "
    "香缇 学府 桂花 荔园 芙蓉 康乐 华侨 桥北 桥南"
).split()
_QUARTER_LAST = "花园 苑 小区 名都 华庭 雅居 豪庭 新村 家园 公寓 名苑 湾 府 城 里 居".split()

_OFFICE_FIRST = "凤城 清远 北江 金狮 东方 时代 财富 国际 华南 城市 锦霞 南方 盈丰 万基 飞来 银海 粤北 天安 鸿基".split()
_OFFICE_LAST = "大厦 商务中心 商业广场 写字楼 商务楼 科技大楼".split()
_ESTATE_LAST = "楼盘 国际公馆 商住楼 家苑 广场公寓".split()


def _unused(random: Random, taken: set[str], draw) -> str:
    """A drawn name that is not taken yet; numbered in Chinese when the pool runs dry."""
    for _ in range(60):
        name = draw()
        if name not in taken:
            taken.add(name)
            return name
    for number in "一二三四五六七八九十":
        if name + number not in taken:
            taken.add(name + number)
            return name + number
    raise ValueError(f"no name left like {name}")


def natural_village(random: Random, taken: set[str]) -> str:
    def draw() -> str:
        if random.random() < 0.3:
            return random.choice(_FAMILIES) + random.choice(_FAMILY_LAST)
        return random.choice(_FIRST) + random.choice(_LAST)

    return _unused(random, taken, draw)


def compound(random: Random, taken: set[str]) -> str:
    return _unused(random, taken, lambda: random.choice(_QUARTER_FIRST) + random.choice(_QUARTER_LAST))


def office(random: Random, taken: set[str]) -> str:
    return _unused(random, taken, lambda: random.choice(_OFFICE_FIRST) + random.choice(_OFFICE_LAST))


def estate(random: Random, taken: set[str]) -> str:
    return _unused(random, taken, lambda: random.choice(_QUARTER_FIRST) + random.choice(_ESTATE_LAST))


def numbered(taken: set[str], name: str) -> str:
    """The name itself, or with the first number that makes it unique: 某某幼儿园, 某某第二幼儿园 …"""
    if name in taken:
        stem, number = name, 2
        while name in taken:
            name, number = f"{stem}（{number}）", number + 1
    taken.add(name)
    return name
