"""What headings of such sheets speak of: a heading is read as the ideas in it, not compared letter by letter.

Two headings mean one thing when they hold the same ideas: 光纤在网用户（户） and 光网用户数 are both fibre and users.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

_FIBRE = "光纤宽带网络 光纤宽带 光网宽带 光网络宽带 光宽带 光纤到户 光纤入户 光纤网络 光纤 光网络 全光网 全光 光网 光宽 光接入 光缆 光猫 FTTH/O FTTH FTTO FTTX"
_BROADBAND = "固定宽带 有线宽带 固网宽带 互联网宽带 宽带互联网 宽带网络 宽带接入 宽带上网 宽带 固网 互联网接入"
_COPPER = "铜缆 铜线 铜网 铜 ADSL XDSL DSL 非光 FTTB LAN 网线"
_COVERED = "覆盖用户 可达户 可达用户 可达 已覆盖 可覆盖 覆盖到 覆盖 可通达 通达 可到达 到达户 能到达 接入能力 可接入 能接入 可安装 可装 能安装 能装 可办理 可开通"
_USERS = (
    "在网用户 在用用户 实装用户 接入用户 开通用户 签约用户 有效用户 使用用户 缴费用户 到达用户 客户 用户 在网 在用 实装 已开通 开通 入网 已装 装机 已安装 "
    "使用户 订户 已使用 已接入 接入户"
)
_HOUSEHOLDS = "总户数 家庭总户数 家庭户数 住户数 农户数 户数 总户 住户 家庭户 户"
_AMBIGUOUS_HOUSEHOLDS = "常住户数 户籍户数 常住户 户籍户 登记户数 户籍 常住 暂住 外来 出租"
_RATE = "覆盖率 渗透率 普及率 占比 比例 比重 百分比 百分点 率 % 渗透"
_PEOPLE = "人口 人数"
_CHANGE = "增减 增长 增幅 增量 新增 净增 新发展 发展 环比 同比 变化 变动 减少 增加 差额 差异 差 较 拆机 退网 流失"
_TARGET = "目标 计划 任务 应达 应完成 规划 预计 指标值 指标 缺口 未覆盖 未开通 未通 未装 未 不 无 非"
_OTHER = (
    "端口数 端口 接入点 基站 点位 光交箱 分纤箱 设备 容量 速率 带宽 自然村 村小组 小区 楼栋 楼宇 电话 手机 4G 移动用户 固话 联系 面积 编号 序号 序 编码 代码 "
    "日期 时间 资费 收入 投资 金额 学校 医院 里程 公里 天 工单 报装 排名 得分 负责 驻村 党员 "
    "IPTV 电视 ITV"
)
_PART = (
    "其中 城镇 城市 城区 农村 镇区 圩镇 商企 政企 企业 商业 商务 单位 集团 公众 家庭宽带 校园 公司 20M 50M 100M 200M 300M 500M 1000M 百兆 千兆 兆 以上 "
    "以下 贫困 低保 五保 高速"
)
_OPERATORS = {
    "电信": "中国电信 电信公司 电信",
    "移动": "中国移动 移动公司 移动",
    "联通": "中国联通 联通公司 联通",
    "广电": "广电网络 广东广电 中国广电 广电",
    "铁通": "中国铁通 铁通",
    "长城": "长城宽带 长城 鹏博士",
}
_SUM = "合计 小计 总计 共计 汇总 三家 各企业 各家 各运营商 全部 总数 总量 总"
_NOW = "本季度末 本季度 本季末 本季 本期末 本期 本月 本次 当季 当期 当前 目前 现有 现在 季末 期末 月末 月底 年末 年底 截至 截止 至 累计 现状 最新 今年"
_BEFORE = "上季度末 上季度 上季末 上季 上一季度 上期末 上期 上月 上次 前一季度 去年同期 上年同期 同期 去年 上年 年初 季初 期初 月初 往期 原有 原来 原 历史 前期"
_REMARK = "情况说明 变动说明 异常说明 原因说明 变化说明 变动原因 变化原因 说明 原因 备注 备 注 附注"
_FILLER = (
    "数量 数据 数 量 个 的 已 了 有 情况 统计 报送 填报 所有 各 类 村 本 辖区内 辖区 区域 内 及 和 与 或 为 并 可 到 实际 实有 共有 现 固定 网络 网 单位 含 "
    "家庭 第 末 底 月 年 季度 季 日 入 上报 合 计 接入 线路 能力 具备 住户 居民 人民 达到 达 到达 拥有 全村 全镇 全街 村居委会 村居 村(居) 村委会 居委会 社区 村民 企业合计 运营商 运营企业 基础 电信运营商 三大"
)
_PERIOD = re.compile(
    r"(?:(?P<year>20[0-9]{2}|[0-9]{2})\s*[年.\-/]?\s*)?"
    r"(?:第?(?P<quarter>[一二三四1-4])\s*季度?|[Qq](?P<q>[1-4])|(?P<month>1[0-2]|0?[1-9])\s*月(?:份|底|末)?(?:[0-9]{1,2}[日号])?)"
)
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}
_ASIDE = re.compile(r"[（(【\[]([^（()）】\]]*)[)）】\]]")
_UNIT = re.compile(r"(?:单位[:：为是]?\s*)?([百千万]?)\s*(户|个|人|%|户数)?(?:\s*[(（]([百千万])[)）])?")
_BOTH = re.compile(
    r"[^（()）]*(?:光[纤网]?\s*[/、和及+]\s*铜|铜[缆线]?\s*[/、和及+]\s*光|含光|包括光|含铜|包括铜)[^（()）]*"
)

FACTORS = {"": 1, "百": 100, "千": 1_000, "万": 10_000}


def _words() -> list[tuple[str, str]]:
    """Every word with its idea, longer words first."""
    groups = {
        "fibre": _FIBRE,
        "broadband": _BROADBAND,
        "copper": _COPPER,
        "covered": _COVERED,
        "users": _USERS,
        "households": _HOUSEHOLDS,
        "which": _AMBIGUOUS_HOUSEHOLDS,
        "rate": _RATE,
        "people": _PEOPLE,
        "change": _CHANGE,
        "target": _TARGET,
        "other": _OTHER,
        "part": _PART,
        "sum": _SUM,
        "now": _NOW,
        "before": _BEFORE,
        "remark": _REMARK,
        "filler": _FILLER,
    } | {f"operator {name}": words for name, words in _OPERATORS.items()}
    found: dict[str, str] = {}
    for idea, words in groups.items():
        for word in words.split():
            found.setdefault(word, idea)
    return sorted(found.items(), key=lambda pair: -len(pair[0]))


_IDEA_OF = dict(_words())
_ANY = re.compile("|".join(re.escape(word) for word, _ in _words()), re.IGNORECASE)
_EXCLUDED = frozenset(("copper", "rate", "people", "change", "target", "other", "part"))


@dataclass(frozen=True)
class Ideas:
    """What a heading, or one level of it, speaks of. ``rest`` are words that are not known; ``factor`` 0 is no unit given."""

    what: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    periods: tuple[tuple[int, int], ...] = ()
    """Years (0: not said) and quarters that it names."""
    factor: int = 0
    rest: str = ""

    @property
    def is_before(self) -> bool:
        return "before" in self.what

    @property
    def is_excluded(self) -> bool:
        """Whether it speaks of something that no figure of a return is."""
        return bool(self.what & _EXCLUDED)

    @property
    def meaning(self) -> frozenset[str]:
        """What makes the difference between figures."""
        return self.what & {"fibre", "broadband", "covered", "users", "households", "which", "remark"}


def tidy(text: str) -> str:
    """Without spaces and line breaks, in half width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def periods_in(text: str) -> tuple[tuple[int, int], ...]:
    """The quarters that a text names, each with its year, 0 where it names none."""
    found = []
    for match in _PERIOD.finditer(tidy(text)):
        month = int(match["month"]) if match["month"] else 0
        sign = match["quarter"] or match["q"]
        quarter = _NUMERALS.get(sign) or int(sign) if sign else (month + 2) // 3
        year = int(match["year"] or 0)
        found.append((year + 2000 if 0 < year < 100 else year, quarter))
    return tuple(dict.fromkeys(found))


def factor_in(text: str) -> int:
    """How many households a written unit counts (户、万户、户(万)); 0 where the text is no such unit."""
    match = _UNIT.fullmatch(tidy(text))
    if match is None or not (match[1] or match[2] or match[3]) or match[2] in ("人", "%"):
        return 0
    return FACTORS[match[1]] * FACTORS[match[3] or ""]


def ideas(text: str) -> Ideas:
    """The ideas in one level of a heading."""
    plain = _BOTH.sub("", tidy(text)) if not re.match("其中", tidy(text)) else tidy(text)
    factor, asides = 0, []
    for aside in (match[1] for match in _ASIDE.finditer(plain)):
        factor = factor_in(aside) or factor
        if not factor_in(aside):
            asides.append(aside)
    bare = _ASIDE.sub("", plain)
    if match := re.search(r"[(（]?([百千万])户?[)）]?$", bare) if not factor else None:
        factor, bare = FACTORS[match[1]], bare[: match.start()]
    periods = periods_in(bare) + tuple(each for aside in asides for each in periods_in(aside))
    what: set[str] = set()
    operators: set[str] = set()
    rest = ""
    for part in (bare, *asides):
        left = re.sub(r"20[0-9]{2}年?|[0-9]+[.、)]", "", _PERIOD.sub("", part))
        for match in _ANY.finditer(left):
            idea = _IDEA_OF.get(match[0]) or _IDEA_OF[match[0].upper()]
            if idea.startswith("operator"):
                operators.add(idea.split()[1])
            else:
                what.add(idea)
        rest += re.sub(r"[^\w%]|[_]", "", _ANY.sub("", left))
    found = Ideas(frozenset(what), frozenset(operators), tuple(dict.fromkeys(periods)), factor, rest)
    return _settled(found, bare)


def _settled(found: Ideas, text: str) -> Ideas:
    """The stronger of two ideas in one text: 光纤宽带 is fibre, 覆盖用户 is covered, 用户户数 is users."""
    what = set(found.what)
    if "fibre" in what:
        what -= {"broadband"}
        if "part" in what and re.match(r"[(（]?其中", text):
            what -= {"part"}
    if "covered" in what:
        what -= {"users", "households"}
    if "users" in what:
        what -= {"households"}
    if "which" in what:
        what -= {"households"}
    return replace(found, what=frozenset(what))


@dataclass(frozen=True)
class Meaning:
    """A whole heading: its ideas together; ``ways`` are the figures it may mean, as pairs of ideas; ``doubts`` say why it is unsure."""

    ideas: Ideas
    ways: tuple[frozenset[str], ...] = ()
    doubts: tuple[str, ...] = field(default=())


def meaning(levels: Sequence[str]) -> Meaning:
    """What the levels of a heading say together, from the top down."""
    written = [level for level in levels if tidy(level)]
    parts = [
        Ideas(factor=factor_in(level.strip("()（） "))) if place and factor_in(level.strip("()（） ")) else ideas(level)
        for place, level in enumerate(written)
    ]
    parts = [part for part in parts if part != Ideas()]
    everything = Ideas(
        frozenset().union(*(part.what for part in parts)),
        frozenset().union(*(part.operators for part in parts)),
        tuple(dict.fromkeys(period for part in parts for period in part.periods)),
        next((part.factor for part in reversed(parts) if part.factor), 0),
        "".join(part.rest for part in parts),
    )
    if not parts:
        return Meaning(everything)
    levels = written
    kinds, media = _lowest(parts, {"covered", "users"}), _lowest(parts, {"fibre", "broadband"})
    if not any(part.what & kinds and part.what & media for part in parts):
        kinds |= frozenset().union(*(part.what & {"covered", "users"} for part in parts if part.what & media))
    bottom = parts[-1]
    excluded = everything.what & _EXCLUDED
    if excluded == {"part"} and "其中" in tidy(levels[-1]) and "fibre" in bottom.what:
        excluded = frozenset()
    what = (everything.what - _EXCLUDED - {"covered", "users", "fibre", "broadband"}) | excluded
    if kinds:
        what -= {"households", "which"}
    found = replace(everything, what=frozenset(what | kinds | media))
    return Meaning(found, tuple(_ways(kinds, media, what)), (f"“{everything.rest}”",) if everything.rest else ())


def _lowest(parts: Sequence[Ideas], wanted: set[str]) -> frozenset[str]:
    """Which of the ideas the lowest level names that names any."""
    return next((part.what & wanted for part in reversed(parts) if part.what & wanted), frozenset())


def _ways(kinds: frozenset[str], media: frozenset[str], what: set[str]) -> list[frozenset[str]]:
    """The figures that kind and medium may mean; several where one of them is not said."""
    if "remark" in what and not kinds and not media:
        return [frozenset({"remark"})]
    if not kinds and not media:
        return [frozenset({"households"})] if what & {"households", "which"} else []
    return [
        frozenset({medium, kind})
        for medium in sorted(media or {"broadband", "fibre"})
        for kind in sorted(kinds or {"covered", "users"})
    ]
