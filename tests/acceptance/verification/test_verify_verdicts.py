"""Verdicts judged again from what is stored beside them: whole when left alone, found when tampered with."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from acceptance.judging import judging
from acceptance.judging.rows import SAID, SUBJECTS, Stamp, written
from acceptance.models import Judgement, MilestoneVerdict, PlanVersion, SiteVerdict, Verdict
from acceptance.verification.rereading import JSON
from areas import changes
from areas.models import AccessPoint, ServiceOrder, Site
from returns.models import ReturnLine
from tests import scenes
from tests.acceptance.rules.building import DISTRICT
from tests.reference.packages import random_package
from tests.reference.writing import write

PERIOD = "2018Q2"

pytestmark = pytest.mark.django_db


def verified(*options) -> tuple[int, list[str]]:
    """The status and what is found."""
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_verdicts", *options, stdout=out, stderr=StringIO())
    return end.value.code, out.getvalue().splitlines()


@pytest.fixture
def district(make_area):
    """The small district, judged."""
    scenes.build_district(make_area)
    judging.refresh(DISTRICT)


def of(model, **chosen):
    return model.objects.standing().filter(period=PERIOD, **chosen).order_by("pk").first()


def town(**chosen) -> Verdict:
    return of(Verdict, area_id=scenes.TOWN, basis="approved", **chosen)


def village() -> Verdict:
    return of(Verdict, area_id=scenes.XIUXI, basis="approved")


def change(verdict, *, seal: bool, **values) -> None:
    """Tamper with a stored verdict; ``seal``: with a digest that fits, as one who knows how it is taken would."""
    for name, value in values.items():
        setattr(verdict, name, value)
    if seal:
        model = type(verdict)
        said = tuple(
            written(value) if name in JSON and value is not None else value
            for name, value in ((name, getattr(verdict, name)) for name in SAID[model])
        )
        subject = tuple(getattr(verdict, name) for name in SUBJECTS[model])
        verdict.digest = Stamp(DISTRICT, verdict.plan, verdict.judged_at).seal(subject, said).digest
    verdict.save()


def test_verdicts_left_alone_are_whole(district):
    assert verified() == (0, [])


@pytest.mark.parametrize("seed", [3, 10])
def test_verdicts_on_a_random_county_are_whole(seed, tmp_path):
    folder = write(random_package(seed), tmp_path / "package")
    call_command("import_package", str(folder), stdout=StringIO(), stderr=StringIO())
    judging.ensure_current(DISTRICT)

    assert verified() == (0, [])


def test_verdicts_judged_again_in_part_are_whole(district):
    ReturnLine.objects.filter(area_id=scenes.XIUXI).update(fibre_users=250)
    changes.note_area(scenes.XIUXI, PERIOD)
    judging.ensure_current(DISTRICT)
    Site.objects.filter(site_id="S-2").update(lon=113.1, lat=23.7)
    changes.note_area(scenes.FAR)
    judging.ensure_current(DISTRICT)

    assert of(Verdict, area_id=scenes.TOWN, basis="approved").outcome == "achieved"
    assert verified() == (0, [])


def test_todays_facts_are_not_looked_at(district):
    Site.objects.update(lon=None, lat=None)
    ReturnLine.objects.update(fibre_users=0)
    ServiceOrder.objects.all().delete()
    AccessPoint.objects.all().delete()

    assert verified() == (0, [])


def test_the_plan_of_the_time_is_read_not_todays(district, settings, tmp_path):
    stricter = tmp_path / "plan.toml"
    text = Path(settings.PLAN_FILE).read_text(encoding="utf-8")
    stricter.write_text(text.replace('threshold = "90%"', 'threshold = "50%"'), encoding="utf-8")
    settings.PLAN_FILE = stricter

    assert verified() == (0, [])


def test_an_outcome_that_was_changed_breaks_its_seal(district):
    change(town(), seal=False, outcome="achieved")

    status, found = verified()

    assert status == 1
    assert f"{scenes.TOWN} {PERIOD}：已审核口径：摘要与内容不符，存入后被改动过。" in found
    assert f"{scenes.TOWN} {PERIOD}：已审核口径：结果存为 achieved，按依据应为 not_achieved。" in found


def test_an_outcome_that_was_changed_and_sealed_anew_does_not_follow(district):
    change(town(), seal=True, outcome="achieved")

    status, found = verified("--period", PERIOD)

    assert status == 1
    assert f"{scenes.TOWN} {PERIOD}：已审核口径：结果存为 achieved，按依据应为 not_achieved。" in found
    assert not [line for line in found if "摘要" in line]


def test_a_criterion_that_was_changed_does_not_follow_from_its_inputs(district):
    verdict = village()
    criteria = [
        {**verdict.criteria[0], "passed": 2, "failed": 0, "outcome": "met", "missing": 0},
        *verdict.criteria[1:],
    ]
    change(verdict, seal=True, criteria=criteria, outcome="achieved")

    status, found = verified()

    assert status == 1
    assert f"{scenes.XIUXI} {PERIOD}：已审核口径：标准 S14 的 passed存为 2，按依据应为 1。" in found


def test_a_criterion_that_was_struck_out_is_missed(district):
    verdict = village()
    change(verdict, seal=True, criteria=verdict.criteria[:1], reference="none")

    assert f"{scenes.XIUXI} {PERIOD}：已审核口径：标准的编号存为 S14，按依据应为 S14、S15。" in verified()[1]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"reference": "met"}, "参考指标存为 met，按依据应为 short"),
        ({"figures": {}}, "指标的 coverage存为 空"),
        ({"ledger": None}, "汇总缺失或长度不对"),
        ({"ledger": [1, 2, 3]}, "汇总缺失或长度不对"),
    ],
)
def test_what_else_was_changed_does_not_follow(district, values, sentence):
    change(village(), seal=True, **values)

    status, found = verified()

    assert status == 1
    assert any(sentence in line and line.startswith(f"{scenes.XIUXI} {PERIOD}") for line in found)


def test_a_threshold_that_was_changed_is_not_that_of_the_plan(district):
    verdict = town()
    standards = {**verdict.inputs["standards"], "S10": {**verdict.inputs["standards"]["S10"], "threshold": "1/2"}}
    change(verdict, seal=True, inputs={**verdict.inputs, "standards": standards})

    assert (
        f"{scenes.TOWN} {PERIOD}：已审核口径：依据中的标准的 S10的 threshold存为 1/2，按依据应为 9/10。"
        in verified()[1]
    )


def test_a_return_that_was_changed_is_not_in_the_ledger(district):
    verdict = village()
    change(verdict, seal=True, inputs={**verdict.inputs, "return": {**verdict.inputs["return"], "fibre_users": 250}})

    assert f"{scenes.XIUXI} {PERIOD}：已审核口径：汇总的 fibre_users 存为 160，按依据应为 250。" in verified()[1]


def test_a_natural_village_that_was_changed_is_not_what_its_verdict_says(district):
    verdict = village()
    natural = [[code, "achieved"] for code, _ in verdict.inputs["natural_villages"]]
    change(verdict, seal=True, inputs={**verdict.inputs, "natural_villages": natural})

    assert any("依据中的自然村存为" in line for line in verified()[1])


def test_a_site_that_was_changed_at_its_village_is_not_what_its_verdict_says(district):
    verdict = of(Verdict, area_id=scenes.FAR, basis="approved")
    change(verdict, seal=True, inputs={**verdict.inputs, "sites": [["S-2", "settlement", "yes", "yes"]]})

    assert f"{scenes.FAR} {PERIOD}：已审核口径：依据中的点位 S-2 存为 yes、yes，按依据应为 no、no。" in verified()[1]


@pytest.mark.parametrize("name", ["villages", "buildings", "natural_villages", "fibre_users", "returns_missing"])
def test_a_parents_ledger_is_the_sum_of_its_childrens(district, name):
    from acceptance.rules.ledger import SHARES, SUMS

    verdict = town()
    place = 3 * SHARES.index(name) if name in SHARES else 3 * len(SHARES) + SUMS.index(name)
    ledger = list(verdict.ledger)
    ledger[place] += 5
    change(verdict, seal=True, ledger=ledger)

    status, found = verified()

    assert status == 1
    assert any(line.startswith(f"{scenes.TOWN} {PERIOD}：已审核口径：汇总的 {name} 存为") for line in found)
    assert any(line.startswith(f"{DISTRICT} {PERIOD}：已审核口径：汇总的 {name} 存为") for line in found)


def test_a_child_that_is_gone_is_missed_by_its_parent(district):
    of(Verdict, area_id=scenes.XINMA, basis="approved").delete()

    assert any(line.startswith(f"{scenes.TOWN} {PERIOD}：已审核口径：汇总的 villages 存为") for line in verified()[1])


@pytest.mark.parametrize(
    ("site", "values", "sentence"),
    [
        ("S-2", {"capable": "yes"}, "具备能力存为 yes，按依据应为 no"),
        ("S-2", {"capable": "unknown"}, "具备能力存为 unknown，按依据应为 no"),
        ("S-2", {"reason": "too_slow"}, "原因存为 too_slow，按依据应为 out_of_reach"),
        ("S-1", {"reached": None}, "有接入点覆盖存为 空，按依据应为 是"),
        ("S-1", {"operators": ["mobile"]}, "运营企业存为 mobile，按依据应为 telecom"),
        ("S-1", {"nearest_m": 1.0}, "最近可用接入点的距离存为 1.0，按依据应为"),
        ("S-6", {"capable": "yes"}, "具备能力存为 yes，按依据应为 no"),
    ],
)
def test_a_site_that_was_changed_does_not_follow(district, site, values, sentence):
    change(of(SiteVerdict, site__site_id=site), seal=True, **values)

    status, found = verified()

    assert status == 1
    assert any(f"点位 {site}：{sentence}" in line for line in found)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"radius_m": 5000}, "半径存为 5000，按依据应为 1000"),
        ({"reach": {"passes": False}}, "是否按时存为 否，按依据应为 是"),
        ({"reach": {"distance_m": 1000.01}}, "距 1000.01 米，超出半径 1000 米"),
    ],
)
def test_evidence_that_was_changed_does_not_hold(district, changes, sentence):
    verdict = of(SiteVerdict, site__site_id="S-1")
    inputs = {**verdict.inputs, **{name: value for name, value in changes.items() if name != "reach"}}
    inputs["reach"] = [{**each, **changes.get("reach", {})} for each in inputs["reach"]]
    change(verdict, seal=True, inputs=inputs)

    assert any(sentence in line for line in verified()[1])


def test_a_milestone_that_was_changed_does_not_follow(district):
    verdict = of(MilestoneVerdict, key="T09", area_id=scenes.TOWN, basis="approved")
    assert verdict.status == "met"
    change(verdict, seal=True, status="missed", held=False)

    status, found = verified()

    assert (status, found) == (
        1,
        [
            f"{scenes.TOWN} {PERIOD}：已审核口径：里程碑 T09 的 status存为 missed，按依据应为 met。",
            f"{scenes.TOWN} {PERIOD}：已审核口径：里程碑 T09 的 held存为 否，按依据应为 是。",
        ],
    )


def test_a_milestone_that_is_gone_is_missed(district):
    of(MilestoneVerdict, key="T09", area_id=scenes.TOWN, basis="approved").delete()

    assert any(f"{scenes.TOWN} {PERIOD}：已审核口径：里程碑 T09 存为 空" in line for line in verified()[1])


def test_a_plan_that_was_changed_breaks_its_seal(district):
    version = PlanVersion.objects.get()
    PlanVersion.objects.update(text=version.text.replace('title = "全光网街道"', 'title = "全光街道"'))

    assert verified() == (1, [f"{DISTRICT} ：方案版本 qingcheng-2017 的全文与其摘要不符，存入后被改动过。"])


def test_verdicts_of_an_older_engine_are_told(district):
    Judgement.objects.update(engine=0)

    status, found = verified()

    assert (status, len(found)) == (1, 1)
    assert "请先" in found[0]


def test_area_and_period_are_kept_to(district):
    change(town(), seal=False, outcome="achieved")

    assert verified("--period", "2018Q1") == (0, [])
    assert verified("--area", scenes.STREET) == (0, [])
    assert verified("--area", scenes.XIUXI) == (0, [])
    assert verified("--area", scenes.TOWN)[0] == 1


def test_superseded_verdicts_are_not_looked_at(district):
    verdict = town()
    Verdict.objects.create(
        **{
            field.attname: getattr(verdict, field.attname)
            for field in Verdict._meta.concrete_fields
            if field.attname not in ("id", "superseded_at", "outcome")
        },
        superseded_at=verdict.judged_at,
        outcome="achieved",
    )

    assert verified() == (0, [])


@pytest.mark.parametrize("options", [("--area", "999999"), ("--period", "2018")])
def test_a_question_without_sense_is_refused(district, options):
    assert verified(*options) == (2, [])


def test_progress_is_told(district):
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_verdicts", "--period", PERIOD, stdout=StringIO(), stderr=err)

    lines = err.getvalue().splitlines()
    assert lines[0] == f"{DISTRICT} {PERIOD}（1/1）"
    assert lines[-1] == "全部相符。"
