"""Spot checks and certificates of the demonstration, by the same actions that people use."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from acceptance import plan
from accounts.models import User
from areas.models import Area, Site
from common.clock import standing_on, today
from common.periods import Quarter
from demonstration.pictures import sheet
from inspection.models import Report, Unit
from inspection.spotcheck import actions as checking
from inspection.spotcheck.actions import Observation
from inspection.spotcheck.models import Conclusion, FindingOutcome, Frame, Sample
from proposals.actions import decide
from proposals.successions import acting
from proposals.successions.planning import Asked, Heir, SuccessionAct
from proposals.vocabulary import ProposalAction
from reports.certificates import actions, withdrawing
from reports.certificates.models import Certificate, Withdrawal, WithdrawalGround
from reports.certificates.watching import recheck

SHIJIAO, LONGTANG, FEILAIXIA = "441802106", "441802105", "441802107"
LANWULING, HEIR = "441802106205208", "441802106205207"
"""A natural village that was merged at the end of 2018, and the one that it went into."""
FURONG = "441802006004101"
"""A quarter that earned its title in 2018Q3 and whose figures have fallen since."""
_FIRST = Quarter(2018, 2)
_SUPPORTED = (
    ("441802006", Quarter(2018, 3), date(2018, 10, 8)),
    ("441802008", Quarter(2018, 4), date(2019, 1, 14)),
    ("441802007", Quarter(2018, 4), date(2019, 2, 11)),
    ("441802009", Quarter(2018, 4), date(2019, 3, 18)),
)
"""Streets whose samples of sites found nothing wrong, the quarter, and the day on which they were drawn."""


def create_spot_checks() -> None:
    """Before the reports: five concluded, one half way, one just drawn for a report that is still to come.

    Of 龙塘镇 and 源潭镇 nobody drew one in time: what they report passes with the reasons of two people alone.
    """
    if Sample.objects.exists() or Report.objects.exists() or not Site.objects.beneath(SHIJIAO).exists():
        return
    done = _drawn(SHIJIAO, _FIRST, Frame.NATURAL_VILLAGES, date(2018, 7, 10))
    _checked(done, date(2018, 7, 16), failed=(7,), last=done.size)
    checking.conclude(
        sample=done, version=0, conclusion=Conclusion.SUPPORTS, at=_at(date(2018, 7, 19)), by=_user("jxj_shy1"),
        reason="一个自然村端口临时占满，已扩容并复测合格；其余均合格，抽查支持达标。",
    )  # fmt: skip
    for code, quarter, on in _SUPPORTED:
        _supported(_drawn(code, quarter, Frame.SITES, on), on)
    half = _drawn(LONGTANG, Quarter(2019, 1), Frame.NATURAL_VILLAGES, date(2019, 4, 2))
    _checked(half, date(2019, 4, 4), failed=(3,), last=6)
    _drawn(FEILAIXIA, Quarter(2019, 1), Frame.NATURAL_VILLAGES, date(2019, 4, 3))


def _supported(sample: Sample, on: date) -> None:
    """Looked at within two days, everything in order, and concluded the day after."""
    _checked(sample, on + timedelta(days=2), failed=(), last=sample.size)
    checking.conclude(
        sample=sample, version=0, conclusion=Conclusion.SUPPORTS, at=_at(on + timedelta(days=3)), by=_user("jxj_shy1"),
        reason="抽查的点位全部合格，支持达标。",
    )  # fmt: skip


def _drawn(code: str, quarter: Quarter, frame: Frame, on: date) -> Sample:
    """With a seed that is the same in every demonstration."""
    return checking.draw(
        township=Area.objects.get(code=code), quarter=quarter, frame=frame, at=_at(on),
        by=_user("jxj_shy1"), seed=f"demonstration-{code}-{quarter}",
    )  # fmt: skip


def _checked(sample: Sample, on: date, failed: tuple[int, ...], last: int) -> None:
    """Findings of the first so many members; the speeds are made up, and follow from the order."""
    least = plan.current().capability.min_mbps
    for item in sample.items.select_related("site").order_by("order")[:last]:
        is_bad = item.order in failed
        mbps = round((least * 0.6 if is_bad else least * 1.8) + item.order * 0.7, 1)
        seen = Observation(
            FindingOutcome.FAILED if is_bad else FindingOutcome.PASSED, on, mbps=mbps, distance_m=60.0 + 7 * item.order,
            remark="分纤箱没有空闲端口，测速不足" if is_bad else "",
        )  # fmt: skip
        with standing_on(on):
            checking.enter(item=item, seen=seen, by=_user("jxj_shy1"))


def create_certificates() -> None:
    """The first batch has its plaques, of the second only a quarter, which fell back later (回落), the others wait.

    One of the first was checked again and stays, one was withdrawn.
    """
    ratified = Unit.objects.ratified().filter(area__code__startswith=SHIJIAO).order_by("area_id")
    if Certificate.objects.exists() or len(ratified) < 3:
        return
    issued = _issued(list(ratified), date(2018, 9, 3))
    _issued(list(Unit.objects.ratified().filter(area_id=FURONG)), date(2018, 11, 26))
    _checked_again(*issued[-2:])
    _merged()
    recheck(SHIJIAO[:6], today())


def _merged() -> None:
    """A natural village with a title that went into the one beside it."""
    gone = Area.objects.get(code=LANWULING)
    asked = Asked(SuccessionAct.MERGE, gone.valid_to, "石角府〔2018〕演示7号", [gone], [Heir(HEIR)], carries_title=True)
    with standing_on(date(2019, 1, 7)):
        by = _user("jxj_shy1")
        act = acting.propose(acting.prepare(asked, by, with_effect=False), by)
        decide(proposal=act, action=ProposalAction.ACCEPT, version=act.version, by=_user("jxj_fzr"))


def _issued(units: Sequence[Unit], on: date) -> list[Certificate]:
    with standing_on(on):
        return actions.issue(units=units, on=on, by=_user("qzf3"))


def _checked_again(stays: Certificate, goes: Certificate) -> None:
    begun, ended = date(2018, 10, 15), date(2018, 11, 2)
    with standing_on(begun):
        for certificate in (stays, goes):
            actions.recheck(
                certificate=certificate,
                version=0,
                on=begun,
                by=_user("jxj_shy2"),
                reason="群众反映晚高峰网速不达标，启动现场核查。",
            )
    with standing_on(ended):
        actions.confirm(
            certificate=stays,
            version=1,
            on=ended,
            by=_user("jxj_fzr"),
            reason="经核查为入户线路故障，已修复，复测合格。",
        )
    _withdrawn(goes)


def _withdrawn(certificate: Certificate) -> None:
    """The bureau proposes, the township answers the notice, the government decides: each on a day, by a person of its own."""
    asked, told, answered, decided = date(2018, 10, 17), date(2018, 10, 18), date(2018, 10, 25), date(2018, 11, 2)
    with standing_on(asked):
        by = _user("jxj_shy2")
        withdrawing.propose(
            certificate=certificate, version=1, ground=WithdrawalGround.REMOVED, on=asked, by=by,
            text="经现场核查，原分光器已经拆除，没有恢复，现不具备光网接入能力。",
        )  # fmt: skip
        withdrawal = Withdrawal.objects.get(certificate=certificate)
        shown = sheet("withdrawal")
        withdrawing.attach(withdrawal=withdrawal, name="现场核查记录（演示图片）.jpg", data=shown, by=by)
    for on, step, username, words in (
        (told, withdrawing.notify, "jxj_fzr", {}),
        (
            answered,
            withdrawing.answer,
            "shijiao_fzr",
            {"reason": "分光器因道路施工拆除，恢复时间未定，对核查结果没有异议。"},
        ),
        (decided, withdrawing.withdraw, "qzf", {"reason": "核查属实，街镇没有异议。"}),
    ):
        with standing_on(on):
            step(withdrawal=withdrawal, version=withdrawal.version, on=on, by=_user(username), **words)


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _at(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, datetime.min.time()) + timedelta(hours=9))
