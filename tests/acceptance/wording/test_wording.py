"""Every verdict, criterion, site and milestone has a sentence; each outcome of each measure is in a table here."""

from datetime import date
from fractions import Fraction
from itertools import product
from types import SimpleNamespace

import pytest

from acceptance import wording
from acceptance.rules.plan import COUNT_MEASURES, CRITERION_MEASURES, SHARE_MEASURES
from acceptance.wording.figures import beyond
from acceptance.wording.measures import MEASURES
from acceptance.wording.milestones import LIGHTS, STATUSES
from common.periods import Quarter

NAMES = {"telecom": "中国电信", "mobile": "中国移动", "unicom": "中国联通", "broadcast": "广电网络"}


def criterion(kind: str, measure: str, threshold: Fraction = Fraction(9, 10)) -> SimpleNamespace:
    return SimpleNamespace(kind=kind, measure=measure, threshold=threshold)


def share(outcome: str, passed: int, failed: int, unknown: int, needed: int) -> dict:
    return {
        "role": "hard", "outcome": outcome, "passed": passed, "failed": failed, "unknown": unknown,
        "total": passed + failed + unknown, "needed": needed, "missing": max(0, needed - passed),
    }  # fmt: skip


def rate(outcome: str, numerator: int, denominator: int, needed: int, returns_missing: int = 0) -> dict:
    return {
        "role": "reference", "outcome": outcome, "numerator": numerator, "denominator": denominator,
        "needed": needed, "missing": max(0, needed - numerator), "returns_missing": returns_missing,
    }  # fmt: skip


# ---------------------------------------------------------------- figures


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (8999, 10000, "89.9%"),
        (9, 10, "90.0%"),
        (9999, 10000, "99.9%"),
        (1, 1, "100.0%"),
        (0, 5, "0.0%"),
        (0, 0, "—"),
        (2, 3, "66.6%"),
    ],
)
def test_rate_is_cut_never_rounded_up(numerator, denominator, shown):
    assert wording.rate(numerator, denominator) == shown


@pytest.mark.parametrize(
    ("threshold", "shown"),
    [
        (Fraction(9, 10), "90%以上"),
        (Fraction(1), "100%"),
        (Fraction(4, 5), "80%以上"),
        (Fraction(185, 200), "92.5%以上"),
    ],
)
def test_threshold_as_the_plan_writes_it(threshold, shown):
    assert wording.at_least(threshold) == shown


@pytest.mark.parametrize(
    ("distance", "radius", "shown"),
    [
        (263.4, 200, ("263 米", "63 米")),
        (263.99, 200, ("263 米", "63 米")),
        (1510.2, 1000, ("1,510 米", "510 米")),
        (200.004, 200, ("200.01 米", "0.01 米")),
        (203.5, 200, ("203.5 米", "3.5 米")),
    ],
)
def test_distance_beyond_the_radius_is_never_nothing(distance, radius, shown):
    assert beyond(distance, radius) == shown


# ---------------------------------------------------------------- criteria

SHARE_TABLE = [
    (
        "town", "villages_achieved", share("met", 15, 1, 0, 15),
        "16 个行政村中 15 个达到全光网行政村标准，1 个未达到，应达到 15 个（90%以上）。", "", "",
    ),
    (
        "town", "villages_achieved", share("short", 13, 3, 0, 15),
        "16 个行政村中 13 个达到全光网行政村标准，3 个未达到，应达到 15 个（90%以上）。", "再建成 2 个全光网行政村。", "",
    ),
    (
        "town", "villages_achieved", share("short", 12, 3, 1, 15),
        "16 个行政村中 12 个达到全光网行政村标准，3 个未达到，1 个待定，应达到 15 个（90%以上）。", "再建成 3 个全光网行政村。",
        "即使待定的 1 个全部查明合格，仍然不足。",
    ),
    (
        "town", "villages_achieved", share("unknown", 13, 1, 2, 15),
        "16 个行政村中 13 个达到全光网行政村标准，1 个未达到，2 个待定，应达到 15 个（90%以上）。", "再建成 2 个全光网行政村。",
        "取决于 2 个待定的行政村：其中 2 个查明合格即满足，1 个查明不合格即不足。",
    ),
    ("town", "villages_achieved", share("not_applicable", 0, 0, 0, 0), "辖区内没有须计入的行政村，本条不适用。", "", ""),
    (
        "village", "natural_villages_achieved", share("short", 8, 2, 0, 9),
        "10 个自然村中 8 个达到全光网自然村标准，2 个未达到，应达到 9 个（90%以上）。", "再建成 1 个全光网自然村。", "",
    ),
    (
        "street", "sites_beneath", share("short", 700, 300, 0, 900),
        "1,000 个点位中 700 个具备光网接入能力，300 个未达到，应达到 900 个（90%以上）。", "再使 200 个点位具备光网接入能力。", "",
    ),
    (
        "district", "townships_achieved", share("unknown", 7, 0, 1, 8),
        "8 个街镇中 7 个达到全光网街镇标准，1 个待定，应达到 8 个（90%以上）。", "再建成 1 个全光网街镇。",
        "取决于 1 个待定的街镇：查明合格即满足，不合格即不足。",
    ),
    ("quarter", "own_sites", share("met", 1, 0, 0, 1), "1 个点位中 1 个具备光网接入能力，应达到 1 个（90%以上）。", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "measure", "figures", "text", "gap", "turn"), SHARE_TABLE)
def test_share_criterion_in_words(kind, measure, figures, text, gap, turn):
    assert wording.criterion_words(criterion(kind, measure), figures) == wording.Words(text, gap, turn)


@pytest.mark.parametrize(
    ("kind", "measure", "reason"),
    [
        ("natural_village", "own_sites", "没有登记主要人口聚居地点位"),
        ("quarter", "own_sites", "没有登记任何点位"),
        ("street", "sites_beneath", "没有登记住宅小区、楼盘、学校等应计点位"),
    ],
)
def test_criterion_without_sites_on_record_says_what_to_record(kind, measure, reason):
    words = wording.criterion_words(criterion(kind, measure), share("unknown", 0, 0, 1, 1), recorded=0)

    assert words.turn == f"{reason}，因此不能判定；登记点位和坐标后即可判定。"


RATE_TABLE = [
    (rate("met", 8123, 10000, 8000), "光网用户 8,123 户，占全部宽带用户 10,000 户的 81.2%，应达到 8,000 户（80%）。", "", ""),
    (rate("short", 7888, 10000, 8000), "光网用户 7,888 户，占全部宽带用户 10,000 户的 78.8%，应达到 8,000 户（80%）。", "再发展 112 户光网用户。", ""),
    (rate("unknown", 90, 100, 80, 2), "有 2 个村居缺季报，渗透率待定；现有季报中光网用户 90 户，占全部宽带用户 100 户的 90.0%。", "", "2 个村居的季报补报并审核后即可判定。"),
    (rate("unknown", 0, 0, 0, 3), "3 个村居缺季报，渗透率待定。", "", "3 个村居的季报补报并审核后即可判定。"),
    (rate("not_applicable", 0, 0, 0), "辖区内没有宽带用户，渗透率无从计算，本条不适用。", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("figures", "text", "gap", "turn"), RATE_TABLE)
def test_penetration_criterion_in_words(figures, text, gap, turn):
    words = wording.criterion_words(criterion("town", "penetration", Fraction(4, 5)), figures)

    assert words == wording.Words(text, gap, turn)


def test_every_measure_of_the_plan_has_its_nouns():
    assert set(MEASURES) == {*CRITERION_MEASURES, *SHARE_MEASURES, *COUNT_MEASURES}


@pytest.mark.parametrize(
    ("outcome", "reference", "shown"),
    [
        ("achieved", "short", "达标（渗透率未达参考值）"),
        ("achieved", "met", "达标"),
        ("achieved", "unknown", "达标"),
        ("achieved", "none", "达标"),
        ("not_achieved", "short", "未达标"),
        ("undetermined", "met", "待定"),
        ("not_applicable", "none", "不适用"),
    ],
)
def test_headline(outcome, reference, shown):
    assert wording.headline(outcome, reference) == shown


def judged(outcome: str, reference: str, hard: dict, soft: dict) -> wording.Words:
    rows = [(criterion("town", "villages_achieved"), hard), (criterion("town", "penetration", Fraction(4, 5)), soft)]
    criteria = [(own, figures, wording.criterion_words(own, figures)) for own, figures in rows]
    return wording.area_words("源潭镇", "2018年第二季度", "全光网乡镇", outcome, reference, criteria)


def test_area_words_name_the_gap_of_what_is_not_achieved():
    words = judged("not_achieved", "short", share("short", 13, 3, 0, 15), rate("short", 7888, 10000, 8000))

    assert words == wording.Words("源潭镇2018年第二季度未达到全光网乡镇标准。", "再建成 2 个全光网行政村。")


def test_area_words_say_that_the_reference_does_not_decide():
    words = judged("achieved", "short", share("met", 15, 1, 0, 15), rate("short", 7888, 10000, 8000))

    assert words.turn == "渗透率是参考指标，未达参考值不影响评定结果：再发展 112 户光网用户。"


def test_area_words_say_what_decides_the_undetermined():
    words = judged("undetermined", "met", share("unknown", 14, 0, 2, 15), rate("met", 9, 10, 8))

    assert words.text == "源潭镇2018年第二季度是否达到全光网乡镇标准，数据不全，暂不能判定。"
    assert words.turn == "取决于 2 个待定的行政村：其中 1 个查明合格即满足，2 个查明不合格即不足。"


@pytest.mark.parametrize("covered", ["yes", "no", "unknown", "not_applicable"])
def test_covered_words(covered):
    assert wording.covered_words(covered).endswith("。")


def test_coverage_words_show_both_bases_and_what_is_missing():
    words = wording.coverage_words(
        {"numerator": 8999, "denominator": 9000, "full_denominator": 10000, "returns_missing": 1}
    )

    assert (
        words.text
        == "光网络覆盖率 99.9%（光网覆盖 8,999 户，宽带覆盖 9,000 户）；全口径覆盖率 89.9%（总户数 10,000 户）。"
    )
    assert words.turn == "有 1 个村居缺季报，合计只含现有季报。"


# ---------------------------------------------------------------- sites


def inputs(radius: int = 200, reach: list | None = None, near_miss: dict | None = None) -> dict:
    return {"radius_m": radius, "setting": "urban", "reach": reach or [], "near_miss": near_miss, "nearest": None}


def reach(operator: str, distance: float, counted: int, late: int) -> dict:
    return {
        "operator": operator,
        "ap_id": "AP1",
        "distance_m": distance,
        "passes": late == 0,
        "counted": counted,
        "late": late,
    }


def miss(reason: str) -> dict:
    return {"ap_id": "AP7", "operator": "mobile", "distance_m": 120.9, "reason": reason}


SITE_TABLE = [
    ("yes", "", 153.27, inputs(reach=[reach("telecom", 153.27, 4, 0), reach("mobile", 60, 3, 1)]), "具备光网接入能力：中国电信的接入点距该点位 153 米，在 200 米半径内，报装也都按期办结。", ""),
    ("no", "service_late", 60.0, inputs(reach=[reach("mobile", 60, 12, 2)]), "不具备光网接入能力：200 米半径内虽有可用接入点，但应办结的报装工单有逾期（中国移动 12 张中 2 张逾期）。", "任一家覆盖该点位的运营企业做到本季度应办结工单无逾期，即可具备。"),
    ("no", "too_slow", 900.0, inputs(near_miss=miss("too_slow")), "不具备光网接入能力：半径内的接入点下行速率不足 50 兆（中国移动 AP7，距 120 米）。", "把该接入点提速到 50 兆以上即可具备。"),
    ("no", "tv_only", None, inputs(near_miss=miss("tv_only")), "不具备光网接入能力：半径内的接入点只传输电视信号，不算光网络（中国移动 AP7，距 120 米）。", "由一家运营企业在半径内开通宽带接入点即可具备。"),
    ("no", "not_open", None, inputs(near_miss=miss("not_open")), "不具备光网接入能力：半径内的接入点尚未开通或已停用（中国移动 AP7，距 120 米）。", "该接入点开通且速率合格即可具备。"),
    ("no", "out_of_reach", 263.2, inputs(), "不具备光网接入能力：该点位距最近可用接入点 263 米，超出 63 米（半径 200 米）。", "在距该点位 200 米之内开通一个 50 兆以上的接入点即可具备。"),
    ("no", "out_of_reach", None, inputs(1000), "不具备光网接入能力：20 公里内没有可用接入点。", "在距该点位 1000 米之内开通一个 50 兆以上的接入点即可具备。"),
]  # fmt: skip


@pytest.mark.parametrize(("capable", "reason", "nearest", "given", "text", "gap"), SITE_TABLE)
def test_site_words(capable, reason, nearest, given, text, gap):
    words = wording.site_words(capable, reason, nearest, given, NAMES, 50)

    assert (words.text, words.gap) == (text, gap)


def test_site_words_of_a_site_without_coordinates():
    words = wording.site_words("unknown", "", None, {}, NAMES, 50)

    assert words.turn == "补录坐标后即可判定。"


def test_every_reason_of_the_rules_has_its_word():
    assert set(wording.REASONS) == {"", "service_late", "too_slow", "tv_only", "not_open", "out_of_reach"}


@pytest.mark.parametrize(
    ("counted", "late", "passes", "text"),
    [
        (0, 0, True, "本季度没有应办结的报装工单，视为能按期办理。"),
        (3, 0, True, "本季度应办结报装工单 3 张，全部按期。"),
        (12, 2, False, "本季度应办结报装工单 12 张，逾期 2 张，服务检验未通过。"),
        (100, 1, True, "本季度应办结报装工单 100 张，逾期 1 张，服务检验仍通过。"),
    ],
)
def test_operator_words(counted, late, passes, text):
    assert wording.operator_words({"counted": counted, "late": late, "passes": passes}) == text


@pytest.mark.parametrize(
    ("completed", "cancelled", "days", "text"),
    [
        (date(2018, 4, 10), None, None, "按期完成"),
        (date(2018, 4, 11), None, 1, "逾期 1 个工作日完成"),
        (None, date(2018, 4, 12), 2, "逾期 2 个工作日撤单"),
        (None, None, 58, "截至季末未完成，已逾期 58 个工作日"),
        (date(2018, 7, 1), None, None, "截至季末未完成，已逾期"),
    ],
)
def test_order_words(completed, cancelled, days, text):
    assert wording.order_words(date(2018, 4, 10), completed, cancelled, date(2018, 6, 30), days) == text


# ---------------------------------------------------------------- milestones


def milestone(measure: str, target, scope: str = "district") -> SimpleNamespace:
    return SimpleNamespace(measure=measure, target=target, scope=scope)


def row(status: str, figures: dict, **fields) -> SimpleNamespace:
    base = {"due": "2018Q2", "first_met": "", "held": False, "status": status}
    return SimpleNamespace(**{**base, **figures, **fields})


@pytest.mark.parametrize(
    ("given", "title", "target"),
    [
        (milestone("natural_villages_covered", Fraction(1, 2)), "全区 50%以上自然村实现光纤网络覆盖", "≥ 50%"),
        (milestone("quarters_achieved", Fraction(1), "street"), "各街道小区全部建成全光网小区", "100%"),
        (milestone("demonstration_quarters", 10, "street"), "各街道建成 10 个以上全光网小区示范点", "≥ 10 个"),
        (milestone("townships_achieved", "all"), "全区街镇全部建成全光网街镇", "全部"),
        (milestone("coverage_rate", Fraction(1), "street"), "各街道光网络覆盖率达到 100%", "100%"),
        (milestone("urban_sites_capable", Fraction(1)), "全区街道城市点位全部具备光网接入能力", "100%"),
        (milestone("natural_villages_achieved", Fraction(2, 5), "town"), "各镇 40%以上自然村建成全光网自然村", "≥ 40%"),
    ],
)
def test_milestone_title_and_target(given, title, target):
    assert (wording.milestone_title(given), wording.target_words(given)) == (title, target)


VIEWED = Quarter(2018, 4)
MILESTONE_TABLE = [
    (
        milestone("natural_villages_achieved", Fraction(3, 5)), row("missed", share("short", 50, 50, 0, 60)),
        "100 个自然村中 50 个达到全光网自然村标准（50.0%），50 个未达到，目标 60%，即 60 个。", "再建成 10 个全光网自然村。",
        "期限为2018年第二季度末，已过期限 2 个季度，亮红灯；补齐差额后转为黄灯（逾期达到），不能再转绿。",
    ),
    (
        milestone("townships_achieved", 4), row("met", share("met", 4, 4, 0, 4), first_met="2018Q1", held=True),
        "8 个街镇中 4 个达到全光网街镇标准，4 个未达到，目标 4 个。", "",
        "2018年第一季度首次达到，期限当季（2018年第二季度）达到，亮绿灯。",
    ),
    (
        milestone("townships_achieved", 4), row("met", share("short", 3, 5, 0, 4), first_met="2018Q1"),
        "8 个街镇中 3 个达到全光网街镇标准，5 个未达到，目标 4 个。", "再建成 1 个全光网街镇。",
        "2018年第一季度首次达到，期限当季（2018年第二季度）达到，亮绿灯。但2018年第四季度已回落，须补齐差额。",
    ),
    (
        milestone("townships_achieved", 4), row("met_late", share("met", 4, 4, 0, 4), first_met="2018Q4", held=True),
        "8 个街镇中 4 个达到全光网街镇标准，4 个未达到，目标 4 个。", "",
        "期限（2018年第二季度末）未达到，2018年第四季度达到，逾期 2 个季度，保持黄灯，不再转绿。",
    ),
    (
        milestone("demonstration_quarters", 10, "street"), row("pending", share("short", 4, 1, 1, 10), due="2019Q1"),
        "6 个示范小区中 4 个达到全光网小区标准，1 个未达到，1 个待定，目标 10 个。",
        "再打造 6 个全光网小区示范点（现列示范点不足，还须增列 4 个）。",
        "期限为2019年第一季度末，还有 1 个季度；到期前补齐差额（其中待定 1 个）即转绿，到期仍有差额则转红。",
    ),
    (
        milestone("coverage_rate", Fraction(1), "street"),
        row("undetermined", {"passed": 90, "failed": 10, "unknown": 2, "total": 100, "needed": 100, "missing": 10}),
        "宽带覆盖 100 户中光网覆盖 90 户，光网络覆盖率 90.0%，目标 100%，即 100 户，另有 2 个村居缺季报。", "再使 10 户实现光网覆盖。",
        "期限当季（2018年第二季度）的数据不全，暂不能判定；2018年第二季度的缺报和缺坐标补齐后即转绿或转红。",
    ),
    (
        milestone("natural_villages_achieved", Fraction(1), "town"), row("not_applicable", share("not_applicable", 0, 0, 0, 0)),
        "范围内没有可计的自然村。", "", "范围内没有可计的自然村，本条不适用，不计入合计。",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "figures", "text", "gap", "turn"), MILESTONE_TABLE)
def test_milestone_words(given, figures, text, gap, turn):
    assert wording.milestone_words(given, figures, VIEWED) == wording.Words(text, gap, turn)


def test_every_status_of_every_measure_speaks():
    targets = {**dict.fromkeys(SHARE_MEASURES, Fraction(9, 10)), **dict.fromkeys(COUNT_MEASURES, 4)}
    for status, (measure, target) in product(STATUSES, targets.items()):
        given = row(status, share("short", 1, 1, 1, 3), first_met="2018Q3")
        words = wording.milestone_words(milestone(measure, target), given, VIEWED)
        assert words.text.endswith("。")
        assert words.turn.endswith("。")


def test_every_status_has_its_light():
    assert set(LIGHTS) == set(STATUSES)


@pytest.mark.parametrize(
    ("status", "held", "shown"),
    [
        ("met", True, "已达到"), ("met", False, "已达到（回落）"), ("met_late", False, "逾期达到（回落）"), ("missed", False, "未达到"),
        ("pending", False, "未到期"), ("undetermined", False, "待定"), ("not_applicable", False, "不适用"),
    ],
)  # fmt: skip
def test_status_words_mark_what_fell_back(status, held, shown):
    assert wording.status_words(row(status, share("met", 1, 0, 0, 1), held=held)) == shown
