"""What the demonstration's people did about the town that is behind: a signed build plan, a task broken down, and a leader's remark."""

from datetime import date

from acceptance import plan as plans
from accounts.models import User
from accounts.units import Addressee
from areas.models import Area
from breakdown import actions as breaking_down
from breakdown.models import Breakdown
from breakdown.vocabulary import BreakdownAction, SharedBy
from common.clock import standing_on, today
from common.exceptions import Refused
from figures.address import MemberPart
from figures.asking import open_figure
from planning.asking import PlanAsked
from planning.kept import sign
from planning.models import BuildPlan
from planning.question import CannotPlan
from planning.runs import solve
from supervision.actions import take_step, write_remark
from supervision.models import Matter
from supervision.vocabulary import MatterAction

BEHIND, QUARTER = "441802107", "2019Q1"
SIGNED_ON, DUE_ON = date(2019, 4, 3), date(2019, 6, 28)
REMARKED_ON, SIGNED_FOR_ON, REPORT_ON = date(2019, 4, 4), date(2019, 4, 8), date(2019, 4, 19)
BROKEN_DOWN_ON, LETTER_ON = date(2019, 4, 3), date(2019, 4, 4)
DRAFTER, HEAD = "jxj_shy1", "feilaixia_fzr"
SIGNER, LEADER, CLERK = "jxj_fzr", "lingdao", "feilaixia_jb"


def create_following() -> None:
    """Nothing where somebody has begun already, or the accounts are not there."""
    people = {user.username: user for user in User.objects.select_related("area")}
    if {SIGNER, LEADER, CLERK, DRAFTER, HEAD} <= people.keys() and Area.objects.filter(code=BEHIND).exists():
        _planned(people[SIGNER])
        _broken_down(people[DRAFTER], people[SIGNER], people[HEAD])
        _remarked(people[LEADER], people[CLERK])


def _planned(by: User) -> None:
    if BuildPlan.objects.exists():
        return
    with standing_on(SIGNED_ON):
        try:
            found = solve(PlanAsked(area=BEHIND, period=QUARTER, time_limit=60))
        except CannotPlan:
            return
        if found.answer["actions"]:
            sign(run=found, name="飞来峡镇达标建设方案", due_on=DUE_ON, note="", by=by)


def _broken_down(drafter: User, signer: User, head: User) -> None:
    """The overdue task of all natural villages, with the letter of the town that is behind."""
    if Breakdown.objects.exists():
        return
    task = plans.current().milestone("T12")
    with standing_on(BROKEN_DOWN_ON):
        said = {"shared_by": SharedBy.GAP, "reason": "", "on": BROKEN_DOWN_ON}
        try:
            begun = breaking_down.draft(milestone=task, by=drafter, **said)
        except Refused:  # Nothing is judged, as in a package of accounts alone.
            return
        for action, by in ((BreakdownAction.PROPOSE, drafter), (BreakdownAction.ISSUE, signer)):
            step = {"action": action, "version": begun.version, "reason": "", "on": BROKEN_DOWN_ON}
            breaking_down.take_step(breakdown=begun, by=by, **step)
    with standing_on(LETTER_ON):
        breaking_down.accept(breakdown=begun, township=head.area, by=head)


def _remarked(by: User, clerk: User) -> None:
    if Matter.objects.exists():
        return
    question = {"area": BEHIND, "period": QUARTER, "part": MemberPart.LACKING}
    figure = open_figure(by, "T12", question, today())
    with standing_on(REMARKED_ON):
        written = write_remark(
            opened=figure,
            text="请飞来峡镇逐村查明未建成的原因，会同运营企业拿出整改安排。",
            to=Addressee.of(clerk),
            due_on=REPORT_ON,
            on=REMARKED_ON,
            by=by,
        )
    with standing_on(SIGNED_FOR_ON):
        take_step(matter=written, action=MatterAction.SIGN, version=written.version, text="", by=clerk)
