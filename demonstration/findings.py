"""Findings on the demonstration's register: found two weeks ago, some explained since, one explanation not accepted."""

from datetime import date

from accounts.models import User
from common.clock import standing_on, today
from demonstration.accounts import DISTRICT
from findings import actions
from findings.models import RegisterFinding, SurveyMark
from findings.surveying import is_due, survey

FOUND_ON, EXPLAINED_ON, OVERRULED_ON = date(2019, 3, 25), date(2019, 3, 27), date(2019, 3, 29)

EXPLANATIONS = (
    ("fengcheng_jb", "sites_close", "同一院内的两处服务点，位置已现场核对"),
    ("yuantan_jb", "sites_close", "同一院内的两处服务点，位置已现场核对"),
    ("feilaixia_jb", "site_strayed", "库区移民村，离村委会确有两公里多"),
    ("dongcheng_jb", "site_unlocated", "近期人手不足，暂时无法测量"),
)
"""Who explains the first finding of a check in the own township, and how; the last is not accepted."""

OVERRULED = ("jxj_shy1", "没有坐标就无法评定，请在期限内实地补测")


def create_findings() -> None:
    """Nothing where the register was surveyed already, or has not been judged."""
    if SurveyMark.objects.exists() or not is_due(DISTRICT):
        return
    accounts = {user.username: user for user in User.objects.select_related("area")}
    on = today()
    with standing_on(FOUND_ON):
        survey(DISTRICT, on)
    explained = [_explain(accounts[name], code, reason) for name, code, reason in EXPLANATIONS if name in accounts]
    if explained and explained[-1] and OVERRULED[0] in accounts:
        by, reason = accounts[OVERRULED[0]], OVERRULED[1]
        with standing_on(OVERRULED_ON):
            actions.overrule(finding=explained[-1], reason=reason, version=explained[-1].version, by=by)
    survey(DISTRICT)


def _explain(by: User, code: str, reason: str) -> RegisterFinding | None:
    """The first of a clerk's findings by a check, explained; None where there is none."""
    found = RegisterFinding.objects.open().owned_by(by).filter(code=code).order_by("key").first()
    if found:
        with standing_on(EXPLAINED_ON):
            actions.explain(finding=found, reason=reason, version=found.version, by=by)
    return found
