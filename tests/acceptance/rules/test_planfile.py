"""The plan's reader, entry by entry: what each entry may be, and the very sentence that refuses it, with its line."""

import hashlib
from fractions import Fraction

import pytest

from acceptance.rules import planfile
from acceptance.rules.plan import ALL, SITE_KINDS
from acceptance.rules.planfile import PlanError, Table, parse
from common.periods import Quarter
from tests.acceptance.rules.building import PLANS, the_plan

TEXT = (PLANS / "qingcheng-2017.toml").read_text(encoding="utf-8")
LINES = TEXT.splitlines()


CLAUSES = {line.split(",")[0] for line in (PLANS / "plan_clauses.csv").read_text(encoding="utf-8-sig").splitlines()}


def refused(text, clauses=None, wording=None) -> str:
    with pytest.raises(PlanError) as refusal:
        parse(text, clauses=clauses or CLAUSES, wording=wording or (PLANS / "实施方案.txt").read_text(encoding="utf-8"))
    return str(refusal.value)


def after(header: str, entry: str, nth: int = 0) -> int:
    """The number of the line of an entry beneath the nth header of that name."""
    start = [number for number, line in enumerate(LINES) if line == header][nth]
    return next(number for number, line in enumerate(LINES[start:], start + 1) if line.startswith(f"{entry} ="))


# ---------------------------------------------------------------- what an entry may be

READ = [
    pytest.param(planfile.words, "字", "字", id="words"),
    pytest.param(planfile.whole, 1, 1, id="the least whole number"),
    pytest.param(planfile.whole, 1000, 1000, id="a whole number"),
    pytest.param(planfile.switch, True, True, id="true"),
    pytest.param(planfile.switch, False, False, id="false"),
    pytest.param(planfile.share, "90%", Fraction(9, 10), id="a share"),
    pytest.param(planfile.share, "100%", Fraction(1), id="the greatest share"),
    pytest.param(planfile.share, "0.1%", Fraction(1, 1000), id="a small share, exactly"),
    pytest.param(planfile.share, "99.99%", Fraction(9999, 10000), id="a share with decimals, exactly"),
    pytest.param(planfile.target, "all", ALL, id="all"),
    pytest.param(planfile.target, 4, 4, id="a count as a target"),
    pytest.param(planfile.target, "60%", Fraction(3, 5), id="a share as a target"),
    pytest.param(planfile.quarter, "2018Q2", Quarter(2018, 2), id="a quarter"),
    pytest.param(planfile.district_code, "441802", "441802", id="a code"),
    pytest.param(planfile.listed(("a", "b")), "b", "b", id="one of a list"),
    pytest.param(planfile.several(planfile.words), ["一", "二"], ("一", "二"), id="several"),
]


@pytest.mark.parametrize(("read", "raw", "value"), READ)
def test_what_is_read(read, raw, value):
    assert read(raw) == value


SHARE = '应为大于 0、不超过 100% 的百分数，写在引号里，例如 "90%"。'
WHOLE = "应为大于 0 的整数。"

NOT_READ = [
    *((planfile.words, raw, "应为文字。") for raw in ("", " ", 1, None, ["字"])),
    *((planfile.whole, raw, WHOLE) for raw in (0, -1, 1.0, "1", True)),
    *((planfile.switch, raw, "应为 true 或 false。") for raw in (0, 1, "true")),
    *(
        (planfile.share, raw, SHARE)
        for raw in ("0%", "100.1%", "190%", "90", "90 %", "-1%", 0.9, 90, "%", "1000%", "9.%")
    ),
    *((planfile.target, raw, SHARE) for raw in ("ALL", "150%", 0.5)),
    (planfile.target, 0, WHOLE),
    (planfile.quarter, "2018Q5", "“2018Q5”不是季度：应写作四位年份加 Q1 至 Q4，例如 2018Q2。"),
    (planfile.quarter, 2018, "应为文字。"),
    *((planfile.district_code, raw, "应为 6 位县区编码。") for raw in ("44180", "4418020", "44180a", "４４１８０２")),
    (planfile.listed(("a", "b")), "c", "应为 a、b 之一。"),
    *((planfile.several(planfile.words), raw, "应为一个列表，至少一项。") for raw in ([], "一", {"一": 1})),
    (planfile.several(planfile.words), ["一", ""], "应为文字。"),
]


@pytest.mark.parametrize(("read", "raw", "sentence"), NOT_READ)
def test_what_is_refused(read, raw, sentence):
    with pytest.raises(ValueError) as refusal:
        read(raw)

    assert str(refusal.value) == sentence


# ---------------------------------------------------------------- a table and its lines

SAMPLE = """\
first = 1
# name = "a comment"
[one]
name = "x"
named = "y"

[[many]]
name = "z"
[[many]]
  indented = 1
name="w"
[one.beneath]
name = "deep"
"""


@pytest.mark.parametrize(
    ("header", "nth", "name", "line"),
    [
        ("", 0, "first", 1), ("", 0, "nothing", 1), ("", 0, "name", 1),
        ("one", 0, "", 3), ("one", 0, "name", 4), ("one", 0, "named", 5), ("one", 0, "nam", 3), ("one", 0, "nothing", 3),
        ("many", 0, "name", 8), ("many", 1, "name", 11), ("many", 1, "", 9), ("many", 1, "first", 9), ("one.beneath", 0, "name", 13),
        ("nowhere", 0, "name", 1),
    ],
)  # fmt: skip
def test_the_line_of_an_entry(header, nth, name, line):
    assert Table(SAMPLE, header, {}, nth).line(name) == line


def test_a_table_gives_its_entries_one_by_one():
    table = Table(SAMPLE, "one", {"name": "x", "named": "y"})

    assert table.take("name", planfile.words) == "x"
    assert table.rest == {"named": "y"}
    assert table.take("other", planfile.words, "instead") == "instead"
    assert table.take("another", planfile.words, None) is None
    with pytest.raises(PlanError) as missing:
        table.take("absent", planfile.words)
    assert str(missing.value) == "第 3 行：[one] 的 absent 没有填写。"
    with pytest.raises(PlanError) as unknown:
        table.close()
    assert str(unknown.value) == "第 5 行：[one] 的 named 不是方案文件的项目，请检查拼写。"
    with pytest.raises(PlanError) as wrong:
        table.take("named", planfile.whole)
    assert str(wrong.value) == "第 5 行：[one] 的 named = 'y' 不对：应为大于 0 的整数。"
    table.close()


def test_an_entry_of_the_file_itself_has_no_table():
    with pytest.raises(PlanError) as refusal:
        Table(SAMPLE, "", {}).take("key", planfile.words)

    assert str(refusal.value) == "第 1 行：key 没有填写。"


def test_what_should_be_a_table_is_refused():
    with pytest.raises(PlanError) as refusal:
        Table(SAMPLE, "one", 5)

    assert str(refusal.value) == "第 3 行：one 应为一张表。"


# ---------------------------------------------------------------- the whole file

ROLES = 'role = "hard"\nmeasure = "own_sites"\nsite_kinds = "all"'

WRONG = [
    # what stands in the file, what stands there instead, the sentence
    pytest.param('key = "qingcheng-2017"', "", "第 1 行：key 没有填写。", id="no key"),
    pytest.param('\ndistrict = "441802"', '\ndistrict = "4418"', "第 {[first]:district} 行：district = '4418' 不对：应为 6 位县区编码。", id="district"),
    pytest.param("value = 200", "value = 0", "第 {[capability.radius_urban]:value} 行：[capability.radius_urban] 的 value = 0 不对：" + WHOLE, id="radius"),
    pytest.param('unit = "户"\n', "", "第 {[in_scope.permanent_households]:} 行：[in_scope.permanent_households] 的 unit 没有填写。", id="no unit"),
    pytest.param('clause = "S18"', 'clause = "S99"', "第 {[capability.radius_urban]:clause} 行：[capability.radius_urban] 的 clause = 'S99' 不对：没有这一条款编号。", id="clause"),
    pytest.param('quote = "城市200米半径"', 'quote = "城市300米半径"', "第 {[capability.radius_urban]:quote} 行：[capability.radius_urban] 的 quote = '城市300米半径' 不对：方案原文里没有“城市300米半径”这句话。", id="quote"),
    pytest.param('quote = "城市200米半径"', 'quote = "城市200米…半经"', "第 {[capability.radius_urban]:quote} 行：[capability.radius_urban] 的 quote = '城市200米…半经' 不对：方案原文里没有“半经”这句话。", id="part of a quote"),
    pytest.param('readings = ["A18", "A36"]', 'readings = ["A99"]', "第 {[[criteria]]:readings:2} 行：[criteria] 的 readings = ['A99'] 不对：A99 没有在 [readings] 中说明理由。", id="reading"),
    pytest.param('title = "全光网城区"', 'title = ""', "第 {[titles.district]:title} 行：[titles.district] 的 title = '' 不对：应为文字。", id="title"),
    pytest.param("[titles.quarter]", "[titles.city]", "第 {[titles.quarter]:} 行：[titles.city] 的 city 无法识别，应为 district、street、town、village、community、natural_village、quarter 之一。", id="kind of a title"),
    pytest.param("[indicators.coverage]", "[indicators.cover]", "第 {[indicators.coverage]:} 行：[indicators.cover] 的 cover 无法识别，应为 coverage、penetration 之一。", id="indicator"),
    pytest.param('kind = "town"', 'kind = "city"', "第 {[[criteria]]:kind:4} 行：[criteria] 的 kind = 'city' 不对：应为 district、street、town、village、community、natural_village、quarter 之一。", id="kind"),
    pytest.param('role = "reference"', 'role = "soft"', "第 {[[criteria]]:role:3} 行：[criteria] 的 role = 'soft' 不对：应为 hard、reference 之一。", id="role"),
    pytest.param('measure = "villages_achieved"', 'measure = "villages"', "第 {[[criteria]]:measure:4} 行：[criteria] 的 measure = 'villages' 不对：应为 own_sites、natural_villages_achieved、villages_achieved、sites_beneath、townships_achieved、penetration 之一。", id="measure"),
    pytest.param('measure = "villages_achieved"', 'measure = "townships_achieved"', "第 {[[criteria]]:measure:4} 行：[criteria] 的 measure = townships_achieved 不能用于 town。", id="measure that does not fit"),
    pytest.param('key = "S22"', 'key = "S16"', "第 {[[criteria]]:key:1} 行：[criteria] 的 key = S16 重复。", id="criterion twice"),
    pytest.param('site_kinds = "all"\n', "", "第 {[[criteria]]::1} 行：[criteria] 的 site_kinds 与 measure 不符：只有点位占比需要、也必须写明点位类型。", id="no kinds of sites"),
    pytest.param('measure = "villages_achieved"\n', 'measure = "villages_achieved"\nsite_kinds = "all"\n', "第 {[[criteria]]:threshold:4} 行：[criteria] 的 site_kinds 与 measure 不符：只有点位占比需要、也必须写明点位类型。", id="kinds of sites for areas"),
    pytest.param('required_kind = "settlement"', 'required_kind = "hut"', "第 {[[criteria]]:required_kind} 行：[criteria] 的 required_kind = 'hut' 不对：应为 " + "、".join(SITE_KINDS) + " 之一。", id="required kind"),
    pytest.param('"settlement", "school", "hospital"]', '"settlement", "hut"]', "第 {[[criteria]]:site_kinds} 行：[criteria] 的 site_kinds = ['settlement', 'hut'] 不对：应为 " + "、".join(SITE_KINDS) + " 之一。", id="kind of site"),
    pytest.param('scope = "town"', 'scope = "village"', "第 {[[milestones]]:scope:4} 行：[milestones] 的 scope = 'village' 不对：应为 district、street、town 之一。", id="scope"),
    pytest.param('measure = "towns_achieved"', 'measure = "towns"', "第 {[[milestones]]:measure:5} 行：[milestones] 的 measure = 'towns' 不对：应为 natural_villages_covered、natural_villages_achieved、quarters_achieved、urban_sites_capable、coverage_rate、demonstration_quarters、demonstration_natural_villages、towns_achieved、townships_achieved 之一。", id="measure of a milestone"),
    pytest.param("target = 3\n", 'target = "30%"\n', "第 {[[milestones]]:target:5} 行：[milestones] 的 target 与 measure = towns_achieved 不符：占比用百分数，个数用整数或 all。", id="share for a count"),
    pytest.param('target = "50%"', 'target = "all"', "第 {[[milestones]]:target} 行：[milestones] 的 target 与 measure = natural_villages_covered 不符：占比用百分数，个数用整数或 all。", id="all for a share"),
    pytest.param("scored = false", "scored = 0", "第 {[[milestones]]:scored:3} 行：[milestones] 的 scored = 0 不对：应为 true 或 false。", id="scored"),
    pytest.param('key = "T06"', 'key = "T01"', "第 {[[milestones]]:key:3} 行：[milestones] 的 key = T01 重复。", id="milestone twice"),
    pytest.param('duty = "rural"', 'duty = "nobody"', "第 {[[milestones]]:duty} 行：[milestones] 的 duty = 'nobody' 不对：应为 urban、rural、all 之一。", id="duty"),
    pytest.param('lead = "区科学技术协会"', "lead = 1", "第 {[duties.rural]:lead} 行：[duties.rural] 的 lead = 1 不对：应为文字。", id="lead"),
    pytest.param('responsible = ["区经济和信息化局", "各电信运营企业", "各街道办"]', "responsible = []", "第 {[duties.urban]:responsible} 行：[duties.urban] 的 responsible = [] 不对：应为一个列表，至少一项。", id="responsible"),
    pytest.param('reason = "与 G09', 'cause = "与 G09', "第 {[readings.A01]:} 行：[readings.A01] 的 reason 没有填写。", id="no reason"),
    pytest.param('[readings.A01]\n', '[readings.A01]\nmore = "x"\n', "第 {[readings.A01]:text} 行：[readings.A01] 的 more 不是方案文件的项目，请检查拼写。", id="more in a reading"),
    pytest.param('[duties.all]\n', '[duties.all]\nmore = "x"\n', "第 {[duties.all]:name} 行：[duties.all] 的 more 不是方案文件的项目，请检查拼写。", id="more in a duty"),
    pytest.param('[titles.town]\n', '[titles.town]\nmore = "x"\n', "第 {[titles.town]:title} 行：[titles.town] 的 more 不是方案文件的项目，请检查拼写。", id="more in a title"),
    pytest.param('[service.expansion]\n', '[service.expansion]\nmore = "x"\n', "第 {[service.expansion]:value} 行：[service.expansion] 的 more 不是方案文件的项目，请检查拼写。", id="more in a value"),
    pytest.param('key = "S10"', 'more = "x"\nkey = "S10"', "第 {[[criteria]]:key:4} 行：[criteria] 的 more 不是方案文件的项目，请检查拼写。", id="more in a criterion"),
    pytest.param('key = "T08"', 'more = "x"\nkey = "T08"', "第 {[[milestones]]:key:5} 行：[milestones] 的 more 不是方案文件的项目，请检查拼写。", id="more in a milestone"),
    pytest.param("[capability.downstream]", "[capability.upstream]", "第 1 行：[capability] 的 downstream 没有填写。", id="no downstream"),
    pytest.param("[capability.downstream]", '[capability.upstream]\nvalue = 1\n[capability.downstream]', "第 1 行：[capability] 的 upstream 不是方案文件的项目，请检查拼写。", id="upstream"),
    pytest.param('first_period = "2017Q1"\n', 'first_period = "2017Q1"\nlast = 1\n', "第 {[first]:first_period+1} 行：last 不是方案文件的项目，请检查拼写。", id="more in the file"),
    pytest.param('first_period = "2017Q1"', 'first_period = "2018Q1"', "第 {[first]:first_period} 行：first_period 晚于里程碑 G09 的期限 2017Q4。", id="first period after a milestone"),
    pytest.param(ROLES, ROLES.replace("hard", "reference"), "第 {[titles.quarter]:} 行：quarter 的称号和硬性标准必须同时有或同时没有。", id="title without a hard criterion"),
    pytest.param('measure = "penetration"\nthreshold = "80%"\nclause = "S15"', 'measure = "natural_villages_achieved"\nthreshold = "80%"\nclause = "S15"', "第 {[[criteria]]:} 行：village 最多一条占比标准和一条渗透率标准。", id="two shares"),
]  # fmt: skip


def _sentence(pattern: str) -> str:
    """The sentence with ``{header:entry:nth}`` turned into the number of that line."""
    if "{" not in pattern:
        return pattern
    header, entry, *nth = pattern[pattern.index("{") + 1 : pattern.index("}")].split(":")
    number = int(nth[0]) if nth else 0
    if header == "[first]":
        entry, _, more = entry.partition("+")
        line = next(place for place, text in enumerate(LINES, 1) if text.startswith(f"{entry} =")) + int(more or 0)
    elif entry:
        line = after(header, entry, number)
    else:
        line = [place for place, text in enumerate(LINES, 1) if text == header][number]
    return pattern[: pattern.index("{")] + str(line) + pattern[pattern.index("}") + 1 :]


@pytest.mark.parametrize(("old", "new", "sentence"), WRONG)
def test_a_wrong_file_is_refused_by_line_and_reason(old, new, sentence):
    assert old in TEXT

    assert refused(TEXT.replace(old, new, 1)) == _sentence(sentence)


def test_the_plan_may_begin_with_its_first_milestone():
    later = TEXT.replace('first_period = "2017Q1"', 'first_period = "2017Q4"')

    plan = parse(later, clauses=CLAUSES, wording=(PLANS / "实施方案.txt").read_text(encoding="utf-8"))

    assert plan.first_period == Quarter(2017, 4)


def test_a_group_that_is_no_table_is_refused():
    assert refused('key = "x"\nreadings = 5\n') == "第 2 行：readings = 5 不对：第 1 行：readings 应为一张表。"


def test_what_is_no_toml_is_refused():
    assert refused("key = ").startswith("方案文件不是合法的 TOML：")


def test_a_quotation_may_leave_words_out():
    joined = TEXT.replace('quote = "城市200米半径"', 'quote = "城市200米…半径"', 1)
    wording = (PLANS / "实施方案.txt").read_text(encoding="utf-8")

    plan = parse(joined, clauses=CLAUSES, wording=wording)

    assert plan.capability.radius_urban.source.quote == "城市200米…半径"


# ---------------------------------------------------------------- what the plan says once read


def plan_read():
    """Read for this very test."""
    return the_plan.__wrapped__()


def test_the_plan_carries_its_text_and_digest():
    plan = plan_read()

    assert plan.text == TEXT
    assert plan.digest == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (plan.key, plan.name) == ("qingcheng-2017", "清城区推进全光网城市建设实施方案")
    assert (plan.district, plan.first_period) == ("441802", Quarter(2017, 1))


def test_a_value_carries_its_unit_and_source():
    radius = plan_read().capability.radius_urban

    assert (radius.value, radius.unit) == (200, "m")
    assert (radius.source.clause, radius.source.quote, radius.source.readings) == ("S18", "城市200米半径", ("A21",))
    assert plan_read().capability.television.source.readings == ()


def test_a_criterion_in_full():
    village = plan_read().criteria["S16"]

    assert (village.kind, village.role, village.measure) == ("natural_village", "hard", "own_sites")
    assert (village.site_kinds, village.required_kind) == (("settlement", "school", "hospital"), "settlement")
    assert (plan_read().criteria["S22"].site_kinds, plan_read().criteria["S22"].required_kind) == (SITE_KINDS, "")
    assert plan_read().criteria["S14"].site_kinds == ()
    assert village.source.clause == "S16"


def test_criteria_of_a_kind_begin_with_the_share():
    assert [each.key for each in plan_read().criteria_of("town")] == ["S10", "S11"]
    assert plan_read().criteria_of("community") == ()
    assert [each.is_rate for each in plan_read().criteria_of("street")] == [False, True]


def test_milestones_in_order_and_by_key():
    plan = plan_read()

    order = [(each.due, each.key) for each in plan.milestones]
    assert order == sorted(order)
    t06 = plan.milestone("T06")
    assert (t06.scope, t06.target, t06.scored, t06.duty) == ("district", Fraction(1), False, "rural")
    assert t06.source.readings == ("A01", "A07")
    assert plan.milestone("T07").scored is True
    assert (plan.milestone("T02").is_count, plan.milestone("T01").is_count) == (True, False)
    with pytest.raises(KeyError):
        plan.milestone("T99")


def test_duties_titles_indicators_and_readings():
    plan = plan_read()

    assert (plan.duties["rural"].name, plan.duties["rural"].lead) == ("农村地区", "区科学技术协会")
    assert plan.duties["rural"].responsible == ("区农业局", "区经济和信息化局", "各电信运营企业", "各镇人民政府")
    assert plan.duties["rural"].source.clause == "T13"
    assert (plan.titles["village"].name, plan.titles["village"].source.clause) == ("全光网行政村", "S14")
    assert plan.indicators["penetration"].name == "光网用户渗透率"
    assert plan.readings["A26"].key == "A26"
    assert plan.readings["A26"].text == "“以上”含本数。"
    assert plan.readings["A26"].reason.startswith("《民法总则》")


def test_nobody_changes_the_plan_by_accident():
    for mapping in (
        plan_read().criteria,
        plan_read().titles,
        plan_read().duties,
        plan_read().readings,
        plan_read().indicators,
    ):
        with pytest.raises(TypeError):
            mapping["x"] = None
