"""Sites: whether a place has 光网接入能力, by whom, and by how much it is missed (S17–S21)."""

from datetime import date

from acceptance.wording.figures import Words, beyond, listed, metres, number

CAPABLE = {"yes": "具备光网接入能力", "no": "不具备光网接入能力", "unknown": "待定"}

REASONS = {
    "": "",
    "service_late": "报装逾期",
    "too_slow": "速率不足",
    "tv_only": "仅传电视",
    "not_open": "未开通或已停用",
    "out_of_reach": "超出半径",
}
"""Why a site is not capable, in a word."""

_NEAR_MISS = {
    "too_slow": "半径内的接入点下行速率不足 {mbps} 兆",
    "tv_only": "半径内的接入点只传输电视信号，不算光网络",
    "not_open": "半径内的接入点尚未开通或已停用",
}
_REMEDY = {
    "too_slow": "把该接入点提速到 {mbps} 兆以上即可具备。",
    "tv_only": "由一家运营企业在半径内开通宽带接入点即可具备。",
    "not_open": "该接入点开通且速率合格即可具备。",
    "out_of_reach": "在距该点位 {radius} 米之内开通一个 {mbps} 兆以上的接入点即可具备。",
}
_BY_SETTING = {"urban": "城市", "rural": "农村"}


def site_words(
    capable: str, reason: str, nearest_m: float | None, inputs: dict, operators: dict[str, str], min_mbps: int
) -> Words:
    """A site's verdict; ``operators`` maps codes to names, ``nearest_m`` is the nearest eligible point of any operator in metres."""
    if capable == "unknown":
        return Words("该点位没有坐标，不能判定是否具备光网接入能力。", turn="补录坐标后即可判定。")
    radius = inputs["radius_m"]
    if capable == "yes":
        return Words(f"具备光网接入能力：{_capable_by(inputs, operators, radius)}。")
    if reason == "service_late":
        return _service_late(inputs, operators, radius)
    if reason == "out_of_reach":
        return _out_of_reach(nearest_m, radius, min_mbps)
    fields = {"mbps": min_mbps, "radius": radius}
    miss = inputs.get("near_miss")
    where = f"（{_point(miss, operators)}）" if miss else ""
    return Words(
        f"不具备光网接入能力：{_NEAR_MISS[reason].format(**fields)}{where}。", gap=_REMEDY[reason].format(**fields)
    )


def _capable_by(inputs: dict, operators: dict[str, str], radius: int) -> str:
    passing = [row for row in inputs["reach"] if row["passes"]]
    parts = [f"{operators[row['operator']]}的接入点距该点位 {metres(row['distance_m'])}" for row in passing]
    return f"{listed(parts)}，在 {radius} 米半径内，报装也都按期办结"


def _service_late(inputs: dict, operators: dict[str, str], radius: int) -> Words:
    parts = [
        f"{operators[row['operator']]} {number(row['counted'])} 张中 {number(row['late'])} 张逾期"
        for row in inputs["reach"]
    ]
    return Words(
        f"不具备光网接入能力：{radius} 米半径内虽有可用接入点，但应办结的报装工单有逾期（{listed(parts)}）。",
        gap="任一家覆盖该点位的运营企业做到本季度应办结工单无逾期，即可具备。",
    )


def _out_of_reach(nearest_m: float | None, radius: int, min_mbps: int) -> Words:
    remedy = _REMEDY["out_of_reach"].format(radius=radius, mbps=min_mbps)
    if nearest_m is None:
        return Words("不具备光网接入能力：20 公里内没有可用接入点。", gap=remedy)
    distance, excess = beyond(nearest_m, radius)
    return Words(
        f"不具备光网接入能力：该点位距最近可用接入点 {distance}，超出 {excess}（半径 {radius} 米）。", gap=remedy
    )


def _point(miss: dict, operators: dict[str, str]) -> str:
    return f"{operators[miss['operator']]} {miss['ap_id']}，距 {metres(miss['distance_m'])}"


def operator_words(row: dict) -> str:
    """One operator that reaches the site: its service test (S19–S21)."""
    if not row["counted"]:
        return "本季度没有应办结的报装工单，视为能按期办理。"
    if not row["late"]:
        return f"本季度应办结报装工单 {number(row['counted'])} 张，全部按期。"
    verb = "仍通过" if row["passes"] else "未通过"
    return f"本季度应办结报装工单 {number(row['counted'])} 张，逾期 {number(row['late'])} 张，服务检验{verb}。"


def setting_words(setting: str, source: str, radius: int) -> str:
    """Urban or rural, where that comes from, and the radius that follows (S18, A21)."""
    return f"{_BY_SETTING[setting]}（{source}），适用半径 {number(radius)} 米。"


def order_words(
    due_on: date, completed_on: date | None, cancelled_on: date | None, as_of: date, days_late: int | None
) -> str:
    """How a service order stands on the as-of date; ``days_late`` counts working days after the due date, None when it cannot be counted."""
    ended, verb = (cancelled_on, "撤单") if cancelled_on else (completed_on, "完成")
    if ended is not None and ended > as_of:
        ended = None
    days = "" if days_late is None else f" {number(days_late)} 个工作日"
    if ended is None:
        return f"截至季末未完成，已逾期{days}" if due_on < as_of else "截至季末未完成"
    return f"按期{verb}" if ended <= due_on else f"逾期{days}{verb}"
