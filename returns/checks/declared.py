"""The checks of a line, each declared once: this table is what the form, the workbook, the package, the
browser, the review and the bureau's page of bounds read. To add a check, add an entry; to let it advise
for a quarter before it blocks, give it ``blocks_from``.
"""

from returns.checks.rules import (
    Above,
    AgainstSources,
    Fell,
    MissingFigure,
    MovedRate,
    OffOperators,
    OffRegistry,
    OutOfRange,
    StandsOut,
    Unchanged,
)
from returns.checks.vocabulary import Bound, FigureCheck, Level

RATES = (
    ("coverage", "光网络覆盖率", "fibre_covered_households", "broadband_covered_households"),
    ("penetration", "光网用户渗透率", "fibre_users", "broadband_users"),
)
"""Key, label, numerator and denominator of the two rates (S05, S06)."""

MISSING = "missing"
OPERATORS = "operators"
OFF_REGISTRY = "off_registry"
AGAINST_SOURCES = "against_sources"
ODDITIES = "oddities"


def _never_above(figure: str, limit: str, name: str) -> FigureCheck:
    return FigureCheck(
        f"{figure}_above_{limit}",
        name,
        Level.ERROR,
        Above(figure, limit),
        "{label}（{value}）大于{limit_label}（{limit}），不应超过",
        "同一行的两个数字，可以相等",
    )


def _seldom_above(figure: str, limit: str, name: str) -> FigureCheck:
    return FigureCheck(
        f"{figure}_above_{limit}",
        name,
        Level.ODDITY,
        Above(figure, limit),
        "{label}（{value}）大于{limit_label}（{limit}）",
        "同一行的两个数字；超出不多于界限的不计",
        Bound(0, "户", "超出不多于"),
    )


_MOVES_AT_MOST = {"coverage": 20, "penetration": 12}
"""Percentage points a quarter: coverage jumps where a network arrives, users change over by and by."""


def _moved(key: str, label: str, numerator: str, denominator: str) -> FigureCheck:
    return FigureCheck(
        f"{key}_moved",
        f"{label}变动过大",
        Level.ODDITY,
        MovedRate(label, numerator, denominator),
        "{label}比上季变动超过 {bound} 个百分点（{before} → {value}）",
        "本季与上季的比率，升降均计；等于界限的不计",
        Bound(_MOVES_AT_MOST[key], "个百分点", "变动不多于", least=1, most=100),
    )


CHECKS = (
    FigureCheck(
        MISSING,
        "数字未填",
        Level.ERROR,
        MissingFigure(),
        "{label}未填",
        "五项数字，报送时须填齐；确实没有填 0",
        way_out="：报送前请填写，确实没有请填 0。",
        on_submission=True,
    ),
    FigureCheck(
        "out_of_range",
        "数字超出范围",
        Level.ERROR,
        OutOfRange(),
        "{label}（{value}）应在 {least} 至 {most} 之间",
        "每项数字的上下限",
    ),
    _never_above("broadband_covered_households", "households", "宽带覆盖户数大于总户数"),
    _never_above("fibre_covered_households", "broadband_covered_households", "光网覆盖户数大于宽带覆盖户数"),
    _never_above("fibre_users", "broadband_users", "光网用户数大于宽带用户数"),
    _seldom_above("broadband_users", "broadband_covered_households", "宽带用户数大于宽带覆盖户数"),
    _seldom_above("fibre_users", "fibre_covered_households", "光网用户数大于光网覆盖户数"),
    FigureCheck(
        "fell",
        "数字比上季减少",
        Level.ODDITY,
        Fell(),
        "{label}比上季减少（{before} → {value}）",
        "五项数字各与上季已审核（没有则已报送）的数字比较；减少不多于界限的不计",
        Bound(0, "户", "减少不多于"),
    ),
    *(_moved(*each) for each in RATES),
    FigureCheck(
        OFF_REGISTRY,
        "总户数与台账不符",
        Level.ODDITY,
        OffRegistry(),
        "{label}（{value}）比台账登记的自然村常住户数之和（{registered}）{side} {bound}%以上",
        "总户数与季末在册的下属自然村常住户数之和比较，相差不多于登记数的界限的不计；"
        "台账不登记小区和其他住户，偏多的只核对没有小区的行政村",
        Bound(25, "%", "相差不多于", most=100),
    ),
    FigureCheck(
        OPERATORS,
        "用户数与运营企业数据不符",
        Level.ODDITY,
        OffOperators(),
        "{label}（{value}）与运营企业合计（{counted}）相差 {change}（{share}），超过 {bound}%",
        "宽带和光网用户数与各企业所报之和比较：各企业均报村居数的按村居比较，否则按全街镇合计比较；"
        "有企业未报的不比较。相差不多于企业合计的界限的不计",
        Bound(10, "%", "相差不多于", most=100),
    ),
    FigureCheck(
        "unchanged",
        "多个季度无变化",
        Level.ODDITY,
        Unchanged(),
        "五项数字连续 {bound} 个季度完全相同",
        "五项数字与前几个季度的逐项比较，连同本季度达到界限的季度数全部相同",
        Bound(4, "个季度", "连续不满", least=2, most=12),
    ),
    FigureCheck(
        AGAINST_SOURCES,
        "与相互一致的来源不符",
        Level.ADVICE,
        AgainstSources(),
        "{label}（{value}）与各来源（{agreed}，{sources}）相差 {bound}%以上",
        "填报页上的数字与来源相互一致的建议数比；覆盖户数的各来源相差不多于界限才作建议数，用户数和总户数按上面各自的界限。"
        "界限设为 0：不提供建议数",
        Bound(5, "%", "相差不多于", most=50),
    ),
    FigureCheck(
        ODDITIES,
        "异常程度",
        Level.ODDITY,
        StandsOut(),
        "{words}",
        "提请签发、签发和审核时，每个数字、每行和整份季报与最近的已审核季度、台账、运营企业、邻近村居比较，"
        "识别数字颠倒、错行错列、单位错误、照抄上季等；100 分为通常的界限，达到界限的不能批量通过。界限设为 0：不作比较",
        Bound(100, "分", "不到"),
    ),
)

BY_CODE = {check.code: check for check in CHECKS}
EDITABLE = tuple(check for check in CHECKS if check.bound)
"""Checks whose bound, and the quarter from which they block, the bureau may set."""
