"""Rounds in all states: who was urged, who may be late, what was corrected and what is being corrected; all by the real actions."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from areas.models import Area
from common.clock import today
from common.periods import Quarter
from demonstration.accounts import DISTRICT
from returns import actions
from returns.checks import terms
from returns.entry.saving import EXPLANATION, REASON, Typed, save_lines
from returns.models import CheckTerms, ExplanationReason, Return, ReturnState, Round
from returns.review import decisions
from returns.rounds import late, rounds
from returns.sheet import sheet_of

HENGHE, SHIJIAO, LONGTANG, FEILAIXIA = "441802009", "441802106", "441802105", "441802107"
SAID = "电信本月补报了漏计的新装用户，台账已更新"
ADVISING = "unchanged"
"""A check that advises in the open round and blocks from the next."""


def create_reporting() -> None:
    """Nothing where it was done already, or where the demonstration's townships are not there."""
    accounts = {user.username: user for user in User.objects.select_related("area")}
    if CheckTerms.objects.exists() or not {"jxj_fzr", "henghe_jb"} <= accounts.keys():
        return
    if not Round.objects.filter(county=DISTRICT).exists():
        return
    _terms(accounts["jxj_fzr"])
    _urged(accounts["jxj_shy1"], accounts["feilaixia_jb"])
    approved = _corrected(HENGHE, Quarter(2018, 3), 0, "漏计一个小区的新装用户", "henghe", accounts)
    if approved:
        decisions.look(quarterly_return=approved, by=accounts["jxj_shy1"])
        decisions.approve(quarterly_return=approved, version=approved.version, by=accounts["jxj_shy1"])
    _corrected(SHIJIAO, Quarter(2018, 4), 1, "运营企业补报了一批用户", "shijiao", accounts)


def _terms(by: User) -> None:
    county, quarter = Area.objects.get(code=DISTRICT), Quarter.containing(today())
    bound = terms.using(DISTRICT, quarter).terms[ADVISING].bound
    reason = "新规则，先提示一个季度再要求说明"
    terms.set_terms(county=county, code=ADVISING, bound=bound, blocks_from=str(quarter), reason=reason, number=0, by=by)


def _urged(by: User, clerk: User) -> None:
    """The open round is pressed; a township that never reported a quarter long gone asks to do so, and waits."""
    latest = Round.objects.filter(county=DISTRICT).first()
    for code in (FEILAIXIA, LONGTANG):
        rounds.urge(round_=latest, township=Area.objects.get(code=code), on=today(), by=by)
    old = Round.objects.filter(county=DISTRICT, period="2017Q3").first()
    if old:
        town, until = Area.objects.get(code=FEILAIXIA), today() + timedelta(days=late.ASKED_DAYS)
        reason = "经办人员更换，2017年第三季度一直未报，现已补齐底册"
        late.ask(round_=old, township=town, reason=reason, until=until, on=today(), by=clerk)


def _corrected(code: str, quarter: Quarter, row: int, reason: str, name: str, accounts: dict) -> Return | None:
    """A correction of one village, reported again; None where the quarter is not approved."""
    old = Return.objects.filter(township_id=code, period=str(quarter), state=ReturnState.APPROVED).first()
    if old is None:
        return None
    clerk, head = accounts[f"{name}_jb"], accounts[f"{name}_fzr"]
    new = actions.correct(quarterly_return=old, version=old.version, reason=reason, by=clerk)
    rows = {}
    for number, each in enumerate(sheet_of(new).rows):
        stored: dict[str, Any] = {**each.figures, REASON: each.reason, EXPLANATION: each.explanation}
        changed = {
            "broadband_users": each.figures["broadband_users"] + 6,
            "fibre_users": each.figures["fibre_users"] + 6,
        }
        said = {REASON: ExplanationReason.OPERATORS, EXPLANATION: SAID} if each.oddities or number == row else {}
        rows[each.area.code] = Typed(stored | (changed if number == row else {}) | said, stored)
    save_lines(quarterly_return=new, rows=rows, by=clerk)
    actions.hand_up(quarterly_return=new, version=new.version, by=clerk, explanation=SAID)
    actions.submit(quarterly_return=new, version=new.version, by=head)
    return new
