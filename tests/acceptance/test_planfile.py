"""The plan file: what it says is what the plan says, and what cannot be right is refused with line and reason."""

from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings

from acceptance.plan import cited, current, load
from acceptance.rules.plan import KINDS
from acceptance.rules.planfile import PlanError

TEXT = Path(settings.PLAN_FILE).read_text(encoding="utf-8")


@pytest.fixture
def written(tmp_path):
    """Load our plan with a piece of its text replaced, or some."""

    def write(old: str, new: str, *more: tuple[str, str]):
        path, text = tmp_path / "plan.toml", TEXT
        for was, becomes in ((old, new), *more):
            assert TEXT.count(was) >= 1, was
            text = text.replace(was, becomes, 1)
        path.write_text(text, encoding="utf-8")
        return load(path)

    return write


STANDARDS = [
    ("S16", "natural_village", "hard", Fraction(1)),
    ("S22", "quarter", "hard", Fraction(1)),
    ("S14", "village", "hard", Fraction(9, 10)),
    ("S15", "village", "reference", Fraction(4, 5)),
    ("S10", "town", "hard", Fraction(9, 10)),
    ("S11", "town", "reference", Fraction(4, 5)),
    ("S12", "street", "hard", Fraction(9, 10)),
    ("S13", "street", "reference", Fraction(4, 5)),
    ("S08", "district", "hard", Fraction(1)),
    ("S09", "district", "reference", Fraction(4, 5)),
]


def test_plan_states_the_ten_criteria():
    found = [(each.key, each.kind, each.role, each.threshold) for each in current().criteria.values()]
    assert sorted(found) == sorted(STANDARDS)


MILESTONES = """
G09 2017Q4 district 1/2   T01 2017Q4 district 9/10  T02 2017Q4 street 10    T06 2017Q4 district 1
T07 2017Q4 town 10        T08 2017Q4 district 3     T03 2018Q1 street 3/5   T09 2018Q1 town 2/5
G02 2018Q2 district 4     G07 2018Q2 street 1       G08 2018Q2 district 1   T04 2018Q2 street 1
T10 2018Q2 town 3/5       G03 2018Q3 district 6     G04 2018Q4 district all G10 2018Q4 district 9/10
T11 2018Q4 town 9/10      T12 2019Q1 town 1
"""


def test_plan_states_the_eighteen_milestones():
    words = MILESTONES.split()
    expected = sorted(tuple(words[start : start + 4]) for start in range(0, len(words), 4))
    found = sorted((each.key, str(each.due), each.scope, str(each.target)) for each in current().milestones)
    assert found == expected
    assert [each.key for each in current().milestones if not each.scored] == ["T06"]


def test_plan_states_capability_and_service():
    plan = current()
    assert (plan.capability.min_mbps, plan.capability.radius_urban_m, plan.capability.radius_rural_m) == (50, 200, 1000)
    assert (plan.service.installation_days, plan.service.expansion_days, plan.service.on_time_share.value) == (
        10,
        15,
        1,
    )
    assert plan.permanent_households.value == 20


def test_plan_names_a_title_for_every_kind_but_the_community():
    assert set(current().titles) == set(KINDS) - {"community"}


def test_every_reading_of_the_plan_is_used():
    plan = current()
    sources = [
        each.source
        for each in (
            *plan.criteria.values(),
            *plan.milestones,
            *plan.titles.values(),
            *plan.duties.values(),
            *plan.indicators.values(),
        )
    ]
    sources += [
        value.source
        for value in (plan.permanent_households, *vars(plan.capability).values(), *vars(plan.service).values())
    ]
    sources += [value.source for value in (*plan.terms.values(), *plan.deadlines.values())]
    cited = {key for source in (*sources, *plan.award.sources) for key in source.readings}
    assert cited == set(plan.readings)


WRONG = [
    ("a deadline twice", 'of = ["coverage"]', 'of = ["coverage", "power"]', "of", "power 重复"),
    ("threshold over 100%", 'threshold = "90%"', 'threshold = "190%"', "threshold", "不超过 100%"),
    ("threshold of nothing", 'threshold = "90%"', 'threshold = "0%"', "threshold", "大于 0"),
    ("threshold as a float", 'threshold = "90%"', "threshold = 0.9", "threshold", "引号"),
    ("threshold missing", 'threshold = "90%"\n', "", "threshold", "没有填写"),
    ("radius not a number", "value = 200", 'value = "200"', "value", "整数"),
    ("radius below one", "value = 200", "value = 0", "value", "大于 0"),
    ("a confidence that nobody has", 'confidence = "95%"', 'confidence = "100%"', "confidence", "低于 100%"),
    ("evidence of no kind", 'kind = "site_list"', 'kind = "letter"', "kind", "之一"),
    ("evidence for another's criterion", 'criterion = "S22"', 'criterion = "S16"', "criterion", "不是 quarter 的标准"),
    ("no such role", 'role = "reference"', 'role = "soft"', "role", "hard"),
    ("no such kind", 'kind = "town"', 'kind = "city"', "kind", "之一"),
    (
        "a measure that does not fit",
        'measure = "villages_achieved"',
        'measure = "townships_achieved"',
        "measure",
        "不能用于",
    ),
    ("no such clause", 'clause = "S10"', 'clause = "S99"', "clause", "条款"),
    ("words that the plan does not say", "城市200米半径", "城市300米半径", "quote", "原文里没有"),
    ("a reading without its reason", 'readings = ["A18", "A36"]', 'readings = ["A99"]', "readings", "理由"),
    ("no such quarter", 'due = "2018Q3"', 'due = "2018Q5"', "due", "2018Q5"),
    ("a share as the target of a count", "target = 4", 'target = "40%"', "target", "个数"),
    ("a count as the target of a share", 'target = "60%"', "target = 6", "target", "百分数"),
    ("a key twice", 'key = "T09"', 'key = "T10"', "key", "重复"),
    ("an entry nobody knows", 'key = "G09"', 'kei = 1\nkey = "G09"', "kei", "无法识别|不是方案文件的项目"),
    ("an unknown duty", 'duty = "rural"', 'duty = "nobody"', "duty", "之一"),
    ("a district that is no code", 'district = "441802"', 'district = "4418"', "district", "6 位"),
    ("scored is not yes or no", "scored = false", 'scored = "no"', "scored", "true"),
]


@pytest.mark.parametrize(
    ("old", "new", "entry", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_wrong_plan_is_refused_with_line_and_reason(written, old, new, entry, reason):
    with pytest.raises(PlanError, match=reason) as refused:
        written(old, new)
    line = int(str(refused.value).split("第 ")[1].split(" 行")[0])
    changed = TEXT.replace(old, new, 1).splitlines()
    assert entry in str(refused.value)
    assert entry in changed[line - 1] or changed[line - 1].startswith("[")


def test_plan_that_is_not_toml_is_refused(written):
    with pytest.raises(PlanError, match="line 9"):
        written('name = "清城区', "name = 清城区")


def test_plan_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PlanError, match="无法读取"):
        load(tmp_path / "nowhere.toml")


def test_title_without_hard_criterion_is_refused(written):
    with pytest.raises(PlanError, match="称号和硬性标准"):
        written('role = "hard"\nmeasure = "villages_achieved"', 'role = "reference"\nmeasure = "villages_achieved"')


def test_reference_criterion_may_be_made_hard(written):
    plan = written('role = "reference"\nmeasure = "penetration"', 'role = "hard"\nmeasure = "penetration"')
    assert [each.role for each in plan.criteria_of("village")] == ["hard", "hard"]


def test_share_as_reference_is_refused(written):
    """What the portal says of a reference indicator it says of penetration."""
    with pytest.raises(PlanError, match="role = reference 只能用于 measure = penetration"):
        written(
            'role = "reference"\nmeasure = "penetration"\nthreshold = "80%"\nclause = "S15"',
            'role = "hard"\nmeasure = "penetration"\nthreshold = "80%"\nclause = "S15"',
            (
                'role = "hard"\nmeasure = "natural_villages_achieved"',
                'role = "reference"\nmeasure = "natural_villages_achieved"',
            ),
        )


def test_plan_without_a_milestone_is_refused(tmp_path):
    path = tmp_path / "plan.toml"
    start = TEXT.index("[[milestones]]")
    text = TEXT[:start] + TEXT[TEXT.index("[duties.urban]") :]
    path.write_text(text.replace("first_period", "milestones = []\nfirst_period", 1), encoding="utf-8")
    with pytest.raises(PlanError, match="至少要有一项里程碑"):
        load(path)


@pytest.mark.parametrize(
    ("clause", "place"),
    [("S12", "第二部分（三）4"), ("S22", "第二部分（三）"), ("M18", "第三部分（三）"), ("R03", "第一部分（二）2")],
)
def test_clause_is_cited_as_the_plan_cites_itself(clause, place):
    assert cited(clause) == place
