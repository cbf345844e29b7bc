"""The demonstration's records of measures: a few of each kind, one township that is behind with its plan, an estate with a defect."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from accounts.models import User
from areas.models import Area
from areas.vocabulary import AreaKind
from common.clock import standing_on
from demonstration.accounts import DISTRICT
from demonstration.pictures import sheet
from evidence import keeping
from evidence.keeping import SoundFile
from inspection.models import Unit
from measures.actions import TypedMeasure, begin, take_step
from measures.kinds import KINDS, SUPERIOR_DOCUMENTS
from measures.models import MeasureRecord
from measures.vocabulary import MeasureAction, MeasureState

CLERKS = {
    "441802006": ("fengcheng_jb", "凤城街道"),
    "441802007": ("dongcheng_jb", "东城街道"),
    "441802008": ("zhouxin_jb", "洲心街道"),
    "441802009": ("henghe_jb", "横荷街道"),
    "441802103": ("yuantan_jb", "源潭镇"),
    "441802105": ("longtang_jb", "龙塘镇"),
    "441802106": ("shijiao_jb", "石角镇"),
}
"""Who has filed the township's plan; 飞来峡镇 has not."""
STILL_SENT = "shijiao_jb"
"""Whose plan still waits to be confirmed."""
ANSWERS = (
    ("城区新建住宅建筑同步建设光纤到户设施", "answered", "二(一)1", ""),
    ("推进光纤宽带向自然村延伸", "answered", "二(一)2", ""),
    ("公共场所宽带网络建设", "elsewhere", "", "由区经济和信息化局另行制定年度安排"),
)
"""A duty of each superior document, and how it is answered."""
FACILITIES = (
    ("fengcheng_jb", "凤城街道办事处办公楼", "office", "used", "中国电信", ""),
    ("yuantan_jb", "源潭镇文化广场", "park", "open", "", ""),
    ("longtang_jb", "龙塘镇中心小学", "school", "talking", "", ""),
    ("feilaixia_jb", "飞来峡镇圩镇路灯杆", "pole", "refused", "", "管理单位称须另行报批，已请其说明依据"),
)
APPLICATIONS = (
    ("yuantan_jb", "陶瓷产业园企业上云", "industry", "光网接入园区，企业订单和库存上网", 86),
    ("longtang_jb", "村级电商服务站", "commerce", "各村服务站开通光纤，代办网购网销", 640),
    ("fengcheng_jb", "社区智慧医疗点", "health", "社区卫生服务站接入远程会诊", 1_250),
)
INVESTMENTS = {
    "dianxin": (("2018Q3", "12500000.00", "11860000.50"), ("2018Q4", "13200000.00", "13045200.00")),
    "yidong": (("2018Q3", "9800000.00", "9800000.00"), ("2018Q4", "10100000.00", "9654321.08")),
    "liantong": (("2018Q4", "4200000.00", "3998000.00"),),
}
TAGS = (
    ("fengcheng_jb", "old_estate", "2017-06-01", "区老旧小区改造名单（2017年）"),
    ("yuantan_jb", "poor_village", "2017-03-01", "省定贫困村名单"),
    ("feilaixia_jb", "beautiful_village", "2018-01-01", "美丽乡村创建名单（2018年）"),
    ("shijiao_jb", "universal_service", "2017-09-01", "电信普遍服务试点行政村名单"),
)


def create_measures() -> None:
    """Nothing where somebody has begun already, or accounts or estates are not there."""
    accounts = {user.username: user for user in User.objects.select_related("area", "operator")}
    if MeasureRecord.objects.exists() or not Area.objects.filter(kind=AreaKind.COMPOUND).exists():
        return
    if not {"jxj_shy1", "jxj_fzr", "zjj", "dianxin", "yuantan_jb"} <= accounts.keys():
        return
    teller = MeasureTeller(accounts)
    teller.township_plans()
    teller.documents()
    teller.facilities_and_uses()
    teller.investments()
    teller.tags()
    teller.estates()


@cache
def _sheet() -> SoundFile:
    """One generated sheet for all, looked into once."""
    return keeping.checked(sheet("措施台账"), "附件.jpg")


class MeasureTeller:
    """Who enters what, and the reviewer or the bureau's head who confirms it."""

    def __init__(self, accounts: Mapping[str, User]) -> None:
        self.accounts = accounts

    def told(
        self, key: str, who: str, on: date, values: dict, until=MeasureState.CONFIRMED, name="", **subject
    ) -> None:
        """A record entered, and sent and confirmed as far as ``until``; with a sheet of that name, where there is one."""
        kind, by = KINDS[key], self.accounts[who]
        file = replace(_sheet(), name=f"{name}.jpg") if name else None
        whole = {field.key: values.get(field.key) for field in kind.fields}
        confirmer = self.accounts["jxj_fzr" if who == "jxj_shy1" else "jxj_shy1"]
        with standing_on(on):
            record = begin(kind=kind, given=TypedMeasure(whole, file=file, **subject), by=by)
            if until in (MeasureState.SENT, MeasureState.CONFIRMED):
                take_step(record=record, action=MeasureAction.SEND, version=record.version, text="", by=by)
            if until == MeasureState.CONFIRMED:
                take_step(record=record, action=MeasureAction.CONFIRM, version=record.version, text="", by=confirmer)

    def township_plans(self) -> None:
        for place, (who, name) in enumerate(CLERKS.values()):
            values = {
                "title": f"{name}全光网建设推进方案",
                "number": f"{name[0]}府〔2017〕{place + 3}号",
                "on": f"2017-03-{10 + place:02}",
                "head": f"{name}主要负责人",
                "lead": "经济发展办公室",
                "responsible": "各村（社区）、辖区电信运营企业",
                "mechanism": "每月召开一次协调会，进场问题当月解决。",
                "targets": "按区方案的时间和比例，分村（社区）落实。",
            }
            until = MeasureState.SENT if who == STILL_SENT else MeasureState.CONFIRMED
            self.told("township_plan", who, date(2017, 3, 20 + place), values, until, f"{name}推进方案")

    def documents(self) -> None:
        for (number, document), (duty, status, clause, answer) in zip(SUPERIOR_DOCUMENTS.items(), ANSWERS, strict=True):
            values = {"document": document, "number": number, "duty": duty, "status": status}
            values |= {"clause": clause, "answer": answer, "unit": "区经济和信息化局"}
            self.told("superior", "jxj_shy1", date(2017, 4, 6), values)
        values = {
            "title": "新建住宅光纤到户管理办法",
            "number": "清区建〔2017〕18号",
            "on": "2017-05-08",
            "effective_on": "2017-06-01",
            "content": "新建住宅的设计审查和竣工验收同步检查光纤到户设施。",
        }
        self.told("supporting", "zjj", date(2017, 5, 10), values, name="管理办法")

    def facilities_and_uses(self) -> None:
        for who, title, facility, status, used_by, refused in FACILITIES:
            opened = {"free": "yes", "on": "2018-03-15"} if status in ("open", "used") else {}
            values = {"title": title, "facility": facility, "owner": "街镇", "status": status}
            values |= {"used_by": used_by, "refused": refused} | opened
            self.told("facility", who, date(2018, 4, 2), values, area=self.accounts[who].area)
        for who, title, sector, measure, households in APPLICATIONS:
            said: dict[str, object] = {
                "title": title,
                "on": "2018-09-10",
                "sector": sector,
                "measure": measure,
                "households": households,
            }
            self.told("application", who, date(2018, 10, 12), said | {"result": "企业和群众办事不再跑远路。"})
        values = {
            "title": "光纤进村带动柑橘网销",
            "on": "2018-11-20",
            "outlet": "清远日报",
            "published_on": "2018-11-26",
        }
        values |= {"story": "村民通过电商服务站销售柑橘，旺季每天发货二百余单。"}
        area = self.accounts["yuantan_jb"].area
        self.told("case", "yuantan_jb", date(2018, 11, 28), values, area=area)

    def investments(self) -> None:
        for who, quarters in INVESTMENTS.items():
            for quarter, planned, spent in quarters:
                values = {"quarter": quarter, "planned": planned, "spent": spent, "used_for": "接入点、光缆和户内改造"}
                until = MeasureState.SENT if (who, quarter) == ("yidong", "2018Q4") else MeasureState.CONFIRMED
                self.told("investment", who, date(2019, 1, 10), values, until)

    def tags(self) -> None:
        for who, tag, on, ground in TAGS:
            by = self.accounts[who]
            kinds = (AreaKind.COMPOUND,) if tag == "old_estate" else (AreaKind.VILLAGE,)
            areas = Area.objects.beneath(by.area_id).filter(kind__in=kinds, valid_to__isnull=True).order_by("code")[:3]
            for area in areas.select_related("parent"):
                self.told("tag", who, date(2018, 2, 1), {"tag": tag, "on": on, "ground": ground}, area=area)

    def estates(self) -> None:
        """Two estates of which nobody asks a title: one complies, one has a defect."""
        asked = Unit.objects.values("area")
        rows = Area.objects.filter(county=DISTRICT, kind=AreaKind.COMPOUND, valid_to__isnull=True).exclude(pk__in=asked)
        for area, defect in zip(rows.select_related("parent").order_by("-code")[:2], ("none", "open"), strict=False):
            values = {
                "title": f"{area.name}光纤到户工程",
                "builder": "清城某置业有限公司",
                "design": "passed",
                "design_on": "2018-05-20",
                "built": "passed",
                "on": "2019-01-18",
                "defect": defect,
                "defects": "" if defect == "none" else "二栋弱电井没有预留光缆，入户管不通",
            }
            self.told("ftth", "zjj", date(2019, 2, 20), values, name=f"{area.name}验收单", area=area)
