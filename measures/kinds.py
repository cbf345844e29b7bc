"""The kinds of records of measures (措施台账), declared once: form, list, page, who does what, what is missing all follow from here.

A further kind is a further row of ``KINDS``; no table of the database knows them.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType

from accounts.posts import Post
from measures.vocabulary import Belongs, Expected, TypedAs

TOWNSHIP_POSTS = frozenset({Post.CLERK, Post.TOWNSHIP_HEAD})
BUREAU_POSTS = frozenset({Post.REVIEWER, Post.BUREAU_HEAD})
_LEAD, _OPERATOR = frozenset({Post.LEAD_UNIT}), frozenset({Post.OPERATOR})
_NO_CHOICES: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MeasureField:
    """A field of a kind: ``needed`` before it is sent; ``needed_when`` another field has that value. ``unit`` is of a count."""

    key: str
    label: str
    typed: TypedAs = TypedAs.TEXT
    _: KW_ONLY
    choices: tuple[tuple[str, str], ...] = _NO_CHOICES
    needed: bool = False
    needed_when: tuple[str, str] = ("", "")
    unit: str = ""
    help: str = ""
    in_list: bool = False

    def is_needed(self, values: Mapping[str, object]) -> bool:
        name, value = self.needed_when
        return self.needed or bool(name and values.get(name) == value)


@dataclass(frozen=True)
class MeasureKind:
    """A kind of record.

    ``entered_by`` and ``confirmed_by`` are posts; of lead units only the one that leads ``duty`` of the plan (blank: any).
    ``title_field`` names a record. ``once``: at most one that stands for its subject with equal values of these fields (None: many).
    ``counted_by`` is the choice by which records are counted, ``added_up`` the fields that are summed. ``term`` is that of the
    plan (``[terms]``) by which it is expected. ``is_open``: seen by every township and operator once it was sent.
    """

    key: str
    title: str
    clauses: tuple[str, ...]
    belongs: Belongs
    fields: tuple[MeasureField, ...]
    _: KW_ONLY
    entered_by: frozenset[Post]
    confirmed_by: frozenset[Post] = BUREAU_POSTS
    duty: str = ""
    title_field: str = "title"
    day_field: str = "on"
    once: tuple[str, ...] | None = None
    needs_file: bool = False
    is_open: bool = False
    counted_by: str = ""
    added_up: tuple[str, ...] = ()
    expected: Expected = Expected.NOBODY
    term: str = ""
    hint: str = ""

    def __str__(self) -> str:
        return self.title

    def field(self, key: str) -> MeasureField:
        """KeyError where the kind has no such field."""
        return {each.key: each for each in self.fields}[key]

    def missing(self, values: Mapping[str, object]) -> list[str]:
        """The labels of what is needed and blank."""
        return [each.label for each in self.fields if each.is_needed(values) and values.get(each.key) in (None, "")]

    @property
    def has_subject_typed(self) -> bool:
        """Whether the form asks to what it belongs; else that follows from who enters it."""
        return self.belongs in (Belongs.AREA, Belongs.ESTATE, Belongs.PLACE)


_F = MeasureField
_YES_NO = (("yes", "是"), ("no", "否"))

SUPERIOR_DOCUMENTS = MappingProxyType(
    {
        "粤府办〔2014〕8号": "广东省人民政府办公厅关于全面推进我省宽带网络基础设施建设的意见",
        "粤府办〔2015〕56号": "广东省人民政府办公厅关于印发广东省信息基础设施建设三年行动计划（2015-2017年）的通知",
        "清府办函〔2016〕24号": "清远市信息基础设施建设实施方案（2016-2017年）",
    }
)
"""The documents that the plan names in 三(二), by number."""

TAGS = (
    ("old_estate", "老旧小区"),
    ("urban_village", "城中村"),
    ("industrial_park", "工业园区"),
    ("scenic_spot", "旅游景点"),
    ("poor_village", "贫困村"),
    ("beautiful_village", "美丽乡村"),
    ("civilised_city", "创文创卫"),
    ("city_renewal", "城市综合整治"),
    ("universal_service", "电信普遍服务试点"),
)

TOWNSHIP_PLAN = MeasureKind(
    "township_plan",
    "街镇推进方案",
    ("M02",),
    Belongs.TOWNSHIP,
    (
        _F("title", "文件名称", needed=True),
        _F("number", "文号", in_list=True),
        _F("on", "印发日期", TypedAs.DAY, needed=True),
        _F("head", "负责人", needed=True, help="姓名和职务。", in_list=True),
        _F("lead", "牵头单位（部门）", needed=True),
        _F("responsible", "责任单位（部门）", needed=True),
        _F("mechanism", "推进保障机制", TypedAs.WORDS, needed=True),
        _F("targets", "目标任务", TypedAs.WORDS, needed=True),
    ),
    entered_by=TOWNSHIP_POSTS,
    once=(),
    needs_file=True,
    expected=Expected.EACH_TOWNSHIP,
    term="township_plan",
    hint="各街镇明确目标任务、牵头单位和责任单位，建立推进保障机制；附印发的文件。",
)
SUPPORTING = MeasureKind(
    "supporting",
    "住建配套措施",
    ("M12",),
    Belongs.DISTRICT,
    (
        _F("title", "措施（文件）名称", needed=True),
        _F("number", "文号", in_list=True),
        _F("on", "印发日期", TypedAs.DAY, needed=True),
        _F("effective_on", "施行日期", TypedAs.DAY, needed=True, in_list=True),
        _F("content", "主要内容", TypedAs.WORDS, needed=True),
    ),
    entered_by=_LEAD,
    duty="urban",
    once=("title",),
    needs_file=True,
    is_open=True,
    expected=Expected.LEAD_UNIT,
    hint="区住房和城乡建设局完善和制定的配套措施。",
)
SUPERIOR = MeasureKind(
    "superior",
    "上级文件任务",
    ("M08",),
    Belongs.DISTRICT,
    (
        _F("document", "文件名称", needed=True),
        _F("number", "文号", needed=True, in_list=True),
        _F("on", "印发日期", TypedAs.DAY),
        _F("duty", "任务要求", TypedAs.WORDS, needed=True),
        _F(
            "status",
            "落实情况",
            TypedAs.CHOICE,
            choices=(("answered", "本方案已规定"), ("elsewhere", "另行安排"), ("unanswered", "尚未安排")),
            needed=True,
            in_list=True,
        ),
        _F("clause", "本方案条款", help="例如 二(二)1、三(二)。", needed_when=("status", "answered")),
        _F("answer", "落实措施", TypedAs.WORDS, needed_when=("status", "elsewhere")),
        _F("unit", "责任单位"),
    ),
    entered_by=BUREAU_POSTS,
    title_field="document",
    once=("number", "duty"),
    is_open=True,
    counted_by="status",
    expected=Expected.EACH_DOCUMENT,
    hint="上级文件的每项任务一条，写明本方案如何落实。",
)
FACILITY = MeasureKind(
    "facility",
    "公共设施开放",
    ("M09",),
    Belongs.AREA,
    (
        _F("title", "设施名称", needed=True),
        _F(
            "facility",
            "设施类别",
            TypedAs.CHOICE,
            choices=(
                *(("office", "机关办公场所"), ("school", "学校"), ("hospital", "医院（卫生站）")),
                *(("pole", "路灯杆、监控杆"), ("duct", "管道、管廊"), ("park", "公园、广场"), ("other", "其他")),
            ),
            needed=True,
            in_list=True,
        ),
        _F("owner", "产权（管理）单位", needed=True),
        _F(
            "status",
            "开放情况",
            TypedAs.CHOICE,
            choices=(("open", "已开放"), ("used", "已开放并使用"), ("talking", "协商中"), ("refused", "拒绝开放")),
            needed=True,
            in_list=True,
        ),
        _F("free", "是否无偿", TypedAs.CHOICE, choices=_YES_NO, needed_when=("status", "open")),
        _F("on", "开放日期", TypedAs.DAY, needed_when=("status", "open")),
        _F("used_by", "使用的运营企业", needed_when=("status", "used")),
        _F("refused", "拒绝开放的理由", TypedAs.WORDS, needed_when=("status", "refused")),
    ),
    entered_by=TOWNSHIP_POSTS | _LEAD,
    once=("title",),
    is_open=True,
    counted_by="status",
    hint="公共设施应当无偿开放；拒绝开放的写明理由。",
)
APPLICATION = MeasureKind(
    "application",
    "推广应用",
    ("M19",),
    Belongs.TOWNSHIP,
    (
        _F("title", "措施名称", needed=True),
        _F("on", "开展日期", TypedAs.DAY, needed=True),
        _F(
            "sector",
            "应用领域",
            TypedAs.CHOICE,
            choices=(
                *(("government", "政务服务"), ("education", "教育"), ("health", "医疗卫生"), ("commerce", "电子商务")),
                *(("industry", "产业发展"), ("culture", "文化旅游"), ("other", "其他")),
            ),
            needed=True,
            in_list=True,
        ),
        _F("measure", "措施内容", TypedAs.WORDS, needed=True),
        _F("households", "受益户数", TypedAs.COUNT, unit="户", in_list=True),
        _F("result", "成效", TypedAs.WORDS, needed=True),
    ),
    entered_by=TOWNSHIP_POSTS,
    once=("title", "on"),
    counted_by="sector",
    added_up=("households",),
    hint="光网设施服务经济社会发展和民生的措施和成效。",
)
INVESTMENT = MeasureKind(
    "investment",
    "运营企业投资",
    ("M07",),
    Belongs.OPERATOR,
    (
        _F("quarter", "季度", TypedAs.QUARTER, needed=True),
        _F("planned", "计划投资", TypedAs.YUAN, needed=True, in_list=True),
        _F("spent", "完成投资", TypedAs.YUAN, needed=True, in_list=True),
        _F("used_for", "主要用途", TypedAs.WORDS),
    ),
    entered_by=_OPERATOR,
    title_field="quarter",
    day_field="",
    once=("quarter",),
    added_up=("planned", "spent"),
    expected=Expected.EACH_QUARTER,
    term="investment",
    hint="每季度一条，金额按元填写。",
)
CASE = MeasureKind(
    "case",
    "典型应用案例",
    ("M22",),
    Belongs.AREA,
    (
        _F("title", "案例名称", needed=True),
        _F("on", "日期", TypedAs.DAY, needed=True),
        _F("story", "案例内容", TypedAs.WORDS, needed=True),
        _F("outlet", "刊播媒体", in_list=True),
        _F("published_on", "刊播日期", TypedAs.DAY),
        _F("link", "网址", TypedAs.LINK),
    ),
    entered_by=TOWNSHIP_POSTS | _LEAD | BUREAU_POSTS,
    once=("title",),
    is_open=True,
    hint="提前达到目标的街镇的宣传报道在“提前完成”页面登记。",
)
FTTH = MeasureKind(
    "ftth",
    "新建小区光纤到户",
    ("M12", "G05"),
    Belongs.ESTATE,
    (
        _F("title", "项目名称", needed=True),
        _F("builder", "建设单位", needed=True),
        _F("completed_on", "竣工日期", TypedAs.DAY),
        _F(
            "design",
            "设计审查（GB 50846）",
            TypedAs.CHOICE,
            choices=(("pending", "未审查"), ("passed", "符合"), ("failed", "不符合")),
            needed=True,
            in_list=True,
        ),
        _F("design_on", "设计审查日期", TypedAs.DAY, needed_when=("design", "passed")),
        _F(
            "built",
            "竣工验收（GB 50847）",
            TypedAs.CHOICE,
            choices=(("pending", "未验收"), ("passed", "符合"), ("failed", "不符合")),
            needed=True,
            in_list=True,
        ),
        _F("on", "竣工验收日期", TypedAs.DAY, needed_when=("built", "passed")),
        _F(
            "defect",
            "缺陷",
            TypedAs.CHOICE,
            choices=(("none", "没有缺陷"), ("open", "整改中"), ("closed", "已整改")),
            needed=True,
            in_list=True,
        ),
        _F("defects", "缺陷内容", TypedAs.WORDS, needed_when=("defect", "open")),
        _F("closed_on", "整改完成日期", TypedAs.DAY, needed_when=("defect", "closed")),
        _F("remedy", "整改情况", TypedAs.WORDS, needed_when=("defect", "closed")),
    ),
    entered_by=_LEAD,
    confirmed_by=BUREAU_POSTS | _LEAD,
    duty="urban",
    once=(),
    needs_file=True,
    is_open=True,
    counted_by="defect",
    expected=Expected.NEW_ESTATE,
    hint="执行 GB 50846-2012、GB 50847-2012；未通过的小区不能通过达标验收。",
)
TAG = MeasureKind(
    "tag",
    "专项标签",
    ("M03", "M04", "M05", "M06"),
    Belongs.PLACE,
    (
        _F("tag", "标签", TypedAs.CHOICE, choices=TAGS, needed=True, in_list=True),
        _F("on", "起", TypedAs.DAY, needed=True),
        _F("until", "止", TypedAs.DAY, help="自这一天起不再属于；空白：仍属于。", in_list=True),
        _F("ground", "认定依据", needed=True, help="文号、名单或现场核实情况。"),
    ),
    entered_by=TOWNSHIP_POSTS | _LEAD | BUREAU_POSTS,
    title_field="tag",
    once=("tag", "on"),
    is_open=True,
    counted_by="tag",
    hint="区域的标签及于其中的全部点位。",
)

KINDS: Mapping[str, MeasureKind] = MappingProxyType(
    {
        kind.key: kind
        for kind in (
            *(TOWNSHIP_PLAN, SUPPORTING, SUPERIOR, FACILITY, APPLICATION),
            *(INVESTMENT, CASE, FTTH, TAG),
        )
    }
)
"""By key, in the order of pages."""
