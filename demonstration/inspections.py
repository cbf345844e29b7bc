"""The acceptance chain of the demonstration: each township stands at another step, taken through the real actions."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from acceptance.models import Basis
from acceptance.models import Verdict as StoredVerdict
from accounts.models import User
from areas.models import Area
from areas.vocabulary import AreaKind
from common.clock import standing_on, today
from common.periods import Quarter
from inspection import collecting, compiling, examining, government, publicising, reporting, samples
from inspection.collecting import EvidenceUpload
from inspection.examining import Found, Ruling
from inspection.government import UnitDecision
from inspection.models import Report, Submission, Unit
from inspection.publicising import Published
from inspection.vocabulary import (
    CheckFinding,
    CriterionReturnReason,
    Decision,
    EvidenceKind,
    InspectionAction,
    Medium,
    UnitState,
)

DISTRICT = "441802"


@dataclass(frozen=True)
class Story:
    """What a township reports for a quarter: itself, so many units of a kind, and units named by their codes.

    ``on``: the day on which it is signed; what comes before and after follows from it, all of it on working days.
    """

    code: str
    clerk: str
    quarter: Quarter
    on: date
    kinds: tuple[tuple[AreaKind, int], ...]
    named: tuple[str, ...] = ()

    def after(self, days: int) -> date:
        return self.on + timedelta(days=days)

    @property
    def head(self) -> str:
        return self.clerk.replace("_jb", "_fzr")


_COMPOUNDS, _VILLAGES, _HAMLETS = AreaKind.COMPOUND, AreaKind.VILLAGE, AreaKind.NATURAL_VILLAGE

SHIJIAO = Story(
    "441802106", "shijiao_jb", Quarter(2018, 2), date(2018, 7, 24), ((_VILLAGES, 4), (_HAMLETS, 6), (_COMPOUNDS, 2)),
    named=("441802106205208",),
)  # fmt: skip
FENGCHENG = Story(
    "441802006", "fengcheng_jb", Quarter(2018, 3), date(2018, 10, 15), ((_COMPOUNDS, 6),), named=("441802006004101",)
)
ZHOUXIN = Story("441802008", "zhouxin_jb", Quarter(2018, 4), date(2019, 1, 21), ((_COMPOUNDS, 5),))
DONGCHENG = Story("441802007", "dongcheng_jb", Quarter(2018, 4), date(2019, 2, 18), ((_VILLAGES, 2), (_COMPOUNDS, 3)))
LONGTANG = Story("441802105", "longtang_jb", Quarter(2018, 4), date(2019, 2, 26), ((_VILLAGES, 2),))
HENGHE = Story("441802009", "henghe_jb", Quarter(2018, 4), date(2019, 3, 28), ((_VILLAGES, 2), (_COMPOUNDS, 4)))
YUANTAN = Story("441802103", "yuantan_jb", Quarter(2018, 4), date(2019, 4, 3), ((_VILLAGES, 3),))


def create_inspections() -> None:
    """Nothing where there are reports already, or where the verdicts are not those of the story."""
    if Report.objects.exists() or not _achieved(SHIJIAO).filter(area_id=SHIJIAO.code).exists():
        return
    _ratified(SHIJIAO, date(2018, 8, 10), decided=date(2018, 8, 20), announced=date(2018, 8, 27))
    _ratified(FENGCHENG, date(2018, 11, 2), decided=date(2018, 11, 12), announced=date(2018, 11, 19))
    _submitted(_compiled(ZHOUXIN), date(2019, 2, 15))
    _passed(DONGCHENG)
    _returned(LONGTANG)
    _sent(HENGHE)
    _signing(YUANTAN)
    _published()


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _codes(story: Story) -> list[str]:
    """The township itself, what is named, and the first units of each kind, all of which meet the standard."""
    achieved = _achieved(story)
    codes = [story.code, *achieved.filter(area_id__in=story.named).values_list("area_id", flat=True)]
    for kind, count in story.kinds:
        found = achieved.filter(area__kind=kind).order_by("area_id")
        codes += found.exclude(area_id__in=codes).values_list("area_id", flat=True)[:count]
    return codes


def _achieved(story: Story):
    """The verdicts of what meets the standard at and beneath a township."""
    return StoredVerdict.objects.standing().filter(
        period=str(story.quarter), basis=Basis.APPROVED, outcome="achieved", area__code__startswith=story.code
    )


def _drafted(story: Story) -> Report:
    clerk = _user(story.clerk)
    township = Area.objects.get(code=story.code)
    day = story.after(-6)
    with standing_on(day):
        report = reporting.start(township=township, quarter=story.quarter, codes=_codes(story), on=day, by=clerk)
        for given in _evidence(report):
            collecting.add(report=report, given=given, by=clerk)
    return report


def _signing(story: Story) -> Report:
    report = _drafted(story)
    texts = reporting.Texts(report.overview, report.problems, report.request)
    with standing_on(story.after(-6), 15):
        reporting.hand_up(report=report, version=report.version, texts=texts, by=_user(story.clerk))
    return report


def _sent(story: Story) -> Report:
    report = _signing(story)
    with standing_on(story.on):
        reporting.send(report=report, version=report.version, on=story.on, by=_user(story.head))
    return report


def _taken(story: Story) -> Report:
    report = _sent(story)
    with standing_on(story.after(3)):
        examining.take(report=report, version=report.version, by=_user("jxj_shy1"))
    return report


def _rule(unit: Unit, action: InspectionAction, text: str = "", **found: Found) -> None:
    rows = {row["key"]: found.get(row["key"], Found(CheckFinding.MET)) for row in unit.frozen.said["criteria"]}
    sampling = "抽查不合格的点位已由街镇整改，现场复测合格。" if samples.needs_ruling(unit) else ""
    ruling = Ruling(action, rows, text, sampling)
    examining.rule(unit=unit, version=unit.version, ruling=ruling, by=_user("jxj_shy1"), on=today())


def _pass(unit: Unit) -> None:
    if unit.frozen.reference == "short":
        below = {
            row["key"]: Found(CheckFinding.NOT_MET)
            for row in unit.frozen.said["criteria"]
            if row["role"] == "reference"
        }
        _rule(unit, InspectionAction.PASS_SHORT, "渗透率为参考指标，逐季提高，同意通过。", **below)
    else:
        is_open = unit.frozen.reference == "unknown"
        _rule(unit, InspectionAction.PASS, "缺季报的村居已督促补报，硬性指标达标，同意通过。" if is_open else "")


def _confirm(report: Report) -> None:
    """What the reviewer proposed, confirmed by the bureau's head."""
    for unit in _units(report):
        if unit.state in (UnitState.VETTED_PASS, UnitState.VETTED_REFUSAL):
            examining.confirm(unit=unit, version=unit.version, by=_user("jxj_fzr"))


def _units(report: Report) -> Sequence[Unit]:
    return report.units.select_related("report", "area", "frozen").order_by("area_id")


def _passed(story: Story) -> list[Unit]:
    report = _taken(story)
    with standing_on(story.after(8)):
        for unit in _units(report):
            _pass(unit)
    with standing_on(story.after(8), 15):
        _confirm(report)
    return list(_units(report))


def _compiled(story: Story) -> Submission:
    units = _passed(story)
    with standing_on(story.after(9)):
        return compiling.compile_(county=DISTRICT, units=units, by=_user("jxj_shy2"))


def _submitted(submission: Submission, on: date) -> Submission:
    with standing_on(on):
        compiling.submit(submission=submission, version=submission.version, on=on, by=_user("jxj_fzr2"))
    return submission


def _ratified(story: Story, submitted: date, decided: date, announced: date) -> None:
    submission = _submitted(_compiled(story), submitted)
    verdicts = {unit.pk: UnitDecision(Decision.RATIFIED) for unit in submission.units.all()}
    by = _user("qzf")
    with standing_on(decided):
        government.decide(submission=submission, version=submission.version, verdicts=verdicts, on=decided, by=by)
    with standing_on(announced):
        government.announce(submission=submission, version=submission.version, on=announced, by=by)


def _returned(story: Story) -> None:
    """The town comes back for its evidence, its villages pass."""
    report = _taken(story)
    with standing_on(story.after(8)):
        for unit in _units(report):
            if unit.area_id == story.code:
                missing = Found(CheckFinding.NOT_MET, CriterionReturnReason.MISSING, "缺两个村的现场照片和测速记录")
                _rule(unit, InspectionAction.RETURN, "请补充佐证材料后重新报送。", S10=missing)
            else:
                _pass(unit)
    with standing_on(story.after(8), 15):
        _confirm(report)


def _published() -> None:
    said = Published(Medium.PRESS, "《清远日报》", "石角镇提前建成全光网乡镇", "2018-08-30")
    township = Area.objects.get(code=SHIJIAO.code)
    day = date(2018, 9, 3)
    with standing_on(day):
        publicising.publish(area=township, milestone="G04", said=said, on=day, by=_user("kexie"))


def _evidence(report: Report) -> list[EvidenceUpload]:
    """Two pictures drawn here, not photographed: they show that they are generated."""
    shade = int(report.township_id[-3:]) % 200
    return [
        EvidenceUpload("接入点现场.png", _picture(320, 200, shade), EvidenceKind.PHOTO, "接入点现场（演示图片）"),
        EvidenceUpload(
            "测速.png", _picture(320, 240, shade + 20), EvidenceKind.SPEED_TEST, "测速截图（演示图片）", "", 100 + shade
        ),
    ]


def _picture(width: int, height: int, shade: int) -> bytes:
    """A grey PNG with diagonal stripes."""
    row = [bytes((shade + 40 * ((x + y) // 16 % 2)) % 256 for x in range(width)) for y in range(height)]
    pixels = zlib.compress(b"".join(b"\0" + line for line in row))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
