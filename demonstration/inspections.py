"""The acceptance chain of the demonstration: each township stands at another step, taken through the real actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from acceptance.models import Basis
from acceptance.models import Verdict as StoredVerdict
from accounts.models import User
from areas.models import Area
from areas.vocabulary import AreaKind
from common.clock import now, standing_on, today
from common.periods import Quarter
from demonstration.pictures import photo, sheet, stamped
from inspection import (
    collecting,
    compiling,
    doubts,
    examining,
    government,
    notices,
    order_statistics,
    publicising,
    reporting,
    required,
    samples,
)
from inspection.collecting import EvidenceUpload
from inspection.desk import looking
from inspection.doubts import DoubtKind
from inspection.examining import Found, Ruling
from inspection.government import GroundGiven, UnitDecision
from inspection.models import Report, Submission, Unit
from inspection.notices import ObjectionGiven
from inspection.photo_places import UnitSites
from inspection.publicising import Published
from inspection.required import MissingEvidence
from inspection.vocabulary import (
    CheckFinding,
    CriterionReturnReason,
    Decision,
    EvidenceKind,
    InspectionAction,
    Medium,
    ObjectionWay,
    RatificationGround,
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
    _objected(_noticed(_submitted(_compiled(ZHOUXIN), date(2019, 2, 15)), date(2019, 2, 18)))
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
        _bring(report, clerk)
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
    if not sampling and action in examining.PASSING and examining.needs_reasons(unit):
        sampling = "报送前没有完成抽查，佐证材料齐全、数据逐条核对无误，拟同意通过，抽查随后补办。"
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
            reason = "同意审核员意见，抽查随后补办。" if examining.needs_reasons(unit) else ""
            examining.confirm(unit=unit, version=unit.version, reason=reason, by=_user("jxj_fzr"))


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


def _noticed(submission: Submission, on: date) -> Submission:
    """Before the public for the plan's working days, from the afternoon of a day."""
    with standing_on(on, 16):
        government.notice(submission=submission, version=submission.version, on=on, by=_user("qzf"))
    return submission


def _objected(submission: Submission) -> None:
    """Somebody telephoned, and was answered."""
    unit = submission.units.order_by("area_id").last()
    called, answered = date(2019, 2, 20), date(2019, 2, 22)
    given = ObjectionGiven(
        "小区三号楼的用户反映晚高峰网速慢，请核实。", ObjectionWay.TELEPHONE, called, unit.pk, name="（演示）何某"
    )
    with standing_on(called):
        objection = notices.enter(submission=submission, given=given, on=called, by=_user("jxj_shy2"))
    with standing_on(answered):
        notices.answer(
            objection=objection, text="已会同运营企业现场测速，下行速率达到标准，并已当面说明。", by=_user("jxj_shy2")
        )


def _ground(on: date) -> GroundGiven:
    """A meeting, with minutes that say that they are generated."""
    number = f"清区府纪〔{on.year}〕演示{on.month}号"
    return GroundGiven(
        RatificationGround.MEETING, "区政府常务会议", on, "区长（演示）", number, ("会议纪要.pdf", _minutes())
    )


def _minutes() -> bytes:
    """A PDF of one line, written here by hand."""
    line = b"BT /F1 16 Tf 72 760 Td (Generated for the demonstration: no minutes of any meeting.) Tj ET"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 " + font + b">>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(line), line),
    )
    content, starts = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        starts.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def _ratified(story: Story, submitted: date, decided: date, announced: date) -> None:
    submission = _noticed(_submitted(_compiled(story), submitted), submitted)
    verdicts = {unit.pk: UnitDecision(Decision.RATIFIED) for unit in submission.units.all()}
    by = _user("qzf")
    with standing_on(decided):
        government.give_ground(submission=submission, given=_ground(decided), on=decided, by=by)
        for unit in submission.units.all():
            looking.look(submission=submission, unit=unit, version=unit.version, by=by)
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


_FAR_M = 0.02
"""Degrees by which a photo was taken elsewhere: some two kilometres."""


def _bring(report: Report, clerk: User) -> None:
    """What the plan asks of each unit; the statistics are made by the portal, as the page does it.

    横荷街道, whose report waits for a reviewer, brings two doubts: a photo that was used before, and one taken elsewhere.
    """
    asked = required.missing(report)
    if any(each.kind == EvidenceKind.ORDER_STATISTICS for each in asked):
        order_statistics.make(report=report, by=clerk)
    photos = [each for each in asked if each.kind == EvidenceKind.PHOTO]
    sites = UnitSites([each.unit for each in asked], report.quarter)
    pictures: list[bytes] = []
    for number, each in enumerate(photos):
        is_planted = report.township_id == HENGHE.code
        place = _place(sites, each.unit, _FAR_M if is_planted and number == _ELSEWHERE else 0.0)
        drawn = photo(f"{report.period} {each.unit.area_id}", now() - timedelta(days=2, minutes=7 * number), place)
        pictures.append(stamped(pictures[0]) if is_planted and number == _TWICE else drawn)
        _add(report, each, f"{each.unit.area.name}接入点.jpg", pictures[-1], clerk)
    for each in asked:
        if each.kind in (EvidenceKind.SITE_LIST, EvidenceKind.SPEED_TEST):
            for number in range(each.lacking):
                name = f"{each.unit.area.name}{each.kind.label}{number + 1}.jpg"
                _add(report, each, name, sheet(f"{report.period} {each.unit.area_id} {each.kind} {number}"), clerk)


_TWICE, _ELSEWHERE = 1, 2
"""Which of the photos of 横荷街道."""


def _place(sites: UnitSites, unit: Unit, off: float) -> tuple[float, float]:
    """Some steps from the first site of a unit."""
    site = sites.of(unit.area_id)[0]
    return site.lon + 0.0002 + off, site.lat


def _add(report: Report, asked: MissingEvidence, name: str, data: bytes, clerk: User) -> None:
    mbps = 100 + len(name) if asked.kind == EvidenceKind.SPEED_TEST else None
    given = EvidenceUpload(name, data, asked.kind, "", asked.unit.area_id, mbps, asked.criterion)
    row = collecting.add(report=report, given=given, by=clerk)
    if any(doubt.kind == DoubtKind.FAR for doubt in doubts.of([row]).get(row.pk, ())):
        said = "手机定位未刷新，照片确为该小区的接入点。"
        collecting.arrange(report=report, codes={}, remarks={row.pk: said}, by=clerk)
