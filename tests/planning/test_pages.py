"""Ask, see, pin, compare, sign, follow; tasks for whom they are."""

import io
import json
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import AccessPoint, DatedValue, ServiceOrder
from jobs.models import Job
from planning.asking import PlanAsked, key_of, parse_pin
from planning.models import BuildPlan, PlanTask
from tests.planning.conftest import QUARTER, answer, impossible
from tests.scenes import DAGUAN, STREET, TOWN
from witness.models import Leaf

NEW = "new telecom 113.15 23.7"


pytestmark = pytest.mark.usefixtures("day")


def question(**changes) -> dict:
    asked = {"area": TOWN, "milestone": "", "period": QUARTER, "basis": "approved", "objective": "fewest"}
    return asked | {"places": "sites", "time_limit": "60"} | changes


def asked(client, **changes):
    """The page of a solving that was asked for."""
    response = client.post(reverse("planning:ask"), question(**changes))
    assert response.status_code == 302, response.context["form"].errors
    return client.get(response.url)


def signed(client, **changes) -> BuildPlan:
    run = asked(client).context["run"].job.pk
    form = {"name": "源潭镇方案", "due_on": "2018-12-31", "note": ""}
    response = client.post(reverse("planning:sign", args=[run]), form | changes)
    assert response.status_code == 302, response.context["sign_form"].errors
    return BuildPlan.objects.latest("pk")


def text_of(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


# ---------------------------------------------------------------- asking


def test_question_is_taken_from_the_address(enter):
    form = enter(Post.LEADER).get(reverse("planning:ask"), {"area": TOWN, "milestone": "T11"}).context["form"]

    assert (form["area"].value(), form["milestone"].value(), form["period"].value()) == (TOWN, "T11", QUARTER)


def test_answer_begins_with_a_sentence_and_names_what_is_to_be_done(enter, core):
    page = text_of(asked(enter(Post.LEADER), operators=["telecom"], at_most="3"))

    assert "新建 1 个接入点，按期办结 1 张逾期工单即可达标，已证明不能再少。" in page
    assert "黄岗聚居点" in page and "113.15，23.7" in page
    assert "单项效果最大：第 1 项" in page
    assert (core.asked[0].operators, core.asked[0].at_most, core.asked[0].milestone) == (("telecom",), 3, None)


def test_what_nobody_can_build_is_listed_by_reason_with_links(enter, core):
    core.answer = impossible()

    page = text_of(asked(enter(Post.LEADER)))

    assert "仅靠建设接入点和办结工单不能达标" in page
    assert f'href="{reverse("areas:site", args=["S-6"])}"' in page
    assert f'href="{reverse("areas:area", args=[f"{TOWN}201"])}"' in page


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"area": "441803101"}, "area", "没有该选项"),
        ({"milestone": "T99"}, "milestone", "没有该选项"),
        ({"milestone": "T11", "area": STREET}, "milestone", "的范围是镇，凤城街道是街道"),
        ({"area": DAGUAN}, "milestone", "大观社区是社区，方案未设称号"),
        ({"period": "2018"}, "period", "没有该选项"),
        ({"at_most": "几个"}, "at_most", "几个"),
        ({"at_most": "-1"}, "at_most", "0"),
        ({"objective": "cost"}, "objective", "不能按投资最少测算"),
        ({"operators": ["nobody"]}, "operators", "没有该选项"),
        ({"pins": ["with castle"]}, "__all__", "措施的取舍无法识别"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_typed_is_lost(enter, core, changes, field, words):
    response = enter(Post.LEADER).post(reverse("planning:ask"), question(places="anywhere", **changes))

    assert response.status_code == 422 and not core.asked and not Job.objects.exists()
    assert words in "".join(response.context["form"].errors[field])
    assert '<option value="anywhere" selected>' in response.content.decode()


def test_refusal_of_the_core_is_shown_with_the_way_back(enter, core):
    core.refusal = "指定必须采取的措施不存在。请重新选择。"

    page = text_of(asked(enter(Post.LEADER)))

    assert core.refusal in page
    assert "修改条件重新测算" in page and f"area={TOWN}" in page


def test_pins_are_asked_and_stay(enter, core):
    client = enter(Post.LEADER)

    page = asked(client, pins=["", f"without {NEW}", "with upgrade DX 1"])

    assert core.asked[0].without == ({"action": "new", "operator": "telecom", "lon": 113.15, "lat": 23.7},)
    assert core.asked[0].with_ == ({"action": "upgrade", "ap_id": "DX 1"},)
    assert [pin.value for pin in page.context["dropped"]] == ["with upgrade DX 1"]
    again = client.get(f"{reverse('planning:ask')}?{page.context['asked'].query}").context
    assert [pin.value for pin in again["pins"]] == [f"without {NEW}", "with upgrade DX 1"]


def test_key_of_an_action_is_read_back_to_the_last_digit():
    action = {"action": "new", "operator": "telecom", "lon": 113.05712345678901, "lat": 0.1 + 0.2}

    assert parse_pin(f"with {key_of(action)}") == ("with", action)


def test_question_is_the_same_from_json():
    given = PlanAsked(area=TOWN, period=QUARTER, operators=("telecom",), at_most=2, pins=(f"with {NEW}",))

    assert PlanAsked.from_json(json.loads(json.dumps(given.to_json()))) == given


def test_solving_of_another_is_not_there(enter, core, make_user, client):
    run = asked(enter(Post.LEADER)).context["run"].job.pk
    client.force_login(make_user(Post.REVIEWER))

    assert client.get(reverse("planning:run", args=[run])).status_code == 404


def test_two_answers_stand_side_by_side(enter, core):
    client = enter(Post.LEADER)
    first = asked(client).context["run"].job.pk
    value = {"new": 2, "upgrade": 0, "open": 0, "orders": 0}
    other = {"action": "new", "operator": "telecom", "lon": 113.2, "lat": 23.7, "sites": []}
    core.answer = answer(value=value, bound=value, actions=[core.answer["actions"][0], other])
    second = asked(client).context["run"].job.pk

    response = client.get(reverse("planning:compare"), {"first": f"run-{first}", "second": f"run-{second}"})

    table = response.context["table"]
    assert table.counts[0] == ("新建（个）", "1", "2")
    assert table.both == 1
    assert [len(only) for only in table.only] == [1, 1]


@pytest.mark.parametrize("key", ["run-0", "plan-99", "x", "run-²", ""])
def test_comparison_with_nothing_says_so(enter, key):
    page = text_of(enter(Post.LEADER).get(reverse("planning:compare"), {"first": key, "second": "run-1"}))

    assert "没有可比较的两个方案。" in page


# ---------------------------------------------------------------- signing


def test_signed_plan_is_kept_with_its_facts_and_gives_tasks(enter, core):
    plan = signed(enter(Post.BUREAU_HEAD))

    assert (plan.area_id, plan.period, plan.answer, len(plan.facts_digest)) == (TOWN, QUARTER, core.answer, 64)
    tasks = [(each.number, each.action, each.operator_id, each.township_id) for each in plan.tasks.all()]
    assert tasks == [(1, "new", "telecom", TOWN), (2, "orders", "mobile", TOWN)]
    assert AuditEntry.objects.filter(action="plan.sign", subject_key=str(plan.pk)).count() == 1


def test_equal_facts_have_equal_digests_and_changed_ones_others(enter, core):
    client = enter(Post.BUREAU_HEAD)
    first, second = signed(client, name="甲"), signed(client, name="乙")
    AccessPoint.objects.filter(ap_id="DX-1").update(downstream_mbps=20)

    assert first.facts_digest == second.facts_digest != signed(client, name="丙").facts_digest


def test_signed_plan_is_sealed_and_cannot_be_changed(enter, core):
    signed(enter(Post.BUREAU_HEAD))

    assert sorted(Leaf.objects.filter(kind__startswith="planning.").values_list("kind", flat=True)) == [
        "planning.buildplan",
        "planning.plantask",
    ]
    for table in (BuildPlan, PlanTask):
        with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
            table.objects.update(number=9) if table is PlanTask else table.objects.update(name="改")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "必填"),
        ({"due_on": "2018-06-30"}, "完成期限须晚于"),
        ({"due_on": "改日"}, "改日"),
        ({"name": "源潭镇方案"}, "已有名为“源潭镇方案”的建设方案"),
    ],
)
def test_what_cannot_be_signed_is_said_and_nothing_typed_is_lost(enter, core, changes, words):
    client = enter(Post.BUREAU_HEAD)
    signed(client)
    run = asked(client).context["run"].job.pk

    form = {"name": "新方案", "due_on": "2018-12-31", "note": "先建近的"} | changes
    page = text_of(client.post(reverse("planning:sign", args=[run]), form), 422)

    assert words in page and "先建近的" in page
    assert BuildPlan.objects.count() == 1


def test_nothing_to_build_is_not_signed(enter, core):
    client = enter(Post.BUREAU_HEAD)
    core.answer = impossible()
    run = asked(client).context["run"].job.pk

    form = {"name": "新方案", "due_on": "2018-12-31"}
    page = text_of(client.post(reverse("planning:sign", args=[run]), form), 422)

    assert "没有可签发的方案" in page and not BuildPlan.objects.exists()


# ---------------------------------------------------------------- following


def test_plan_says_what_came_true_and_what_is_left(enter, core):
    client = enter(Post.BUREAU_HEAD)
    plan = signed(client)
    ServiceOrder.objects.filter(order_id="GD-2").update(completed_on=None)
    near = {"lon": 113.15, "lat": 23.7001, "given_lon": 113.15, "given_lat": 23.7001, "county": "441802"}
    AccessPoint.objects.create(
        ap_id="DX-9", operator_id="telecom", downstream_mbps=100, tv_only=False, opened_on=date(2018, 7, 5), **near
    )

    response = client.get(reverse("planning:plan", args=[plan.pk]), {"period": "2018Q3"})

    course = response.context["course"]
    assert [(each.course.state, each.remark) for each in course.shown] == [
        ("done", "2018年7月5日开通 DX-9，距方案位置 11 米"),
        ("open", "尚有 1 张工单未办结"),
    ]
    assert "2 项任务已完成 1 项" in text_of(response)
    (outcome,) = course.outcomes
    assert (outcome.of, outcome.before["passed"], outcome.after["passed"], outcome.now) == ("criterion.S10", 1, 2, 1)


def test_upgraded_point_is_known_by_its_dated_rate(enter, core):
    AccessPoint.objects.filter(ap_id="DX-1").update(downstream_mbps=20)
    core.answer = answer(actions=[{"action": "upgrade", "ap_id": "DX-1", "sites": ["S-1"]}])
    client = enter(Post.BUREAU_HEAD)
    plan = signed(client)
    for day, rate in ((date(2018, 7, 2), "100"), (date(2018, 7, 4), "200")):
        DatedValue.objects.create(
            table="access_points", key="DX-1", column="downstream_mbps", effective_on=day, value=rate
        )

    shown = client.get(reverse("planning:plan", args=[plan.pk]), {"period": "2018Q3"}).context["course"].shown

    assert [(each.course.state, each.course.done_on) for each in shown] == [("done", date(2018, 7, 2))]


# ---------------------------------------------------------------- tasks


@pytest.mark.parametrize(
    ("post", "fields", "numbers"),
    [
        (Post.OPERATOR, {"operator": "telecom"}, [1]),
        (Post.OPERATOR, {"operator": "mobile"}, [2]),
        (Post.OPERATOR, {"operator": "unicom"}, None),
        (Post.CLERK, {"area": TOWN}, [1, 2]),
        (Post.CLERK, {"area": STREET}, None),
        (Post.LEADER, {}, [1, 2]),
    ],
)
def test_tasks_are_seen_by_whose_they_are(enter, core, client, make_user, post, fields, numbers):
    plan = signed(enter(Post.BUREAU_HEAD))
    client.force_login(make_user(post, **fields))

    response = client.get(reverse("planning:tasks", args=[plan.pk]))

    seen = [int(row[0].text) for row in response.context["rows"]] if response.status_code == 200 else None
    assert seen == numbers
    assert (plan.name in text_of(client.get(reverse("planning:index")))) == (numbers is not None)


def test_tasks_are_handed_out_as_a_workbook_and_on_paper(enter, core, client, make_user):
    plan = signed(enter(Post.BUREAU_HEAD))
    client.force_login(make_user(Post.OPERATOR, operator="telecom"))

    answered = client.get(reverse("planning:tasks", args=[plan.pk]), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answered.streaming_content))).worksheets[0]
    paper = client.get(reverse("planning:task_sheet", args=[plan.pk, "docx"]))

    assert [row[:4] for row in sheet.iter_rows(values_only=True)] == [
        ("序号", "运营企业", "街镇", "措施"),
        (1, "中国电信", "源潭镇", "新建接入点"),
    ]
    assert paper.status_code == 200
    assert AuditEntry.objects.filter(action="document.export", subject_key=str(plan.pk)).exists()


def test_queries_of_a_plan_do_not_grow_with_its_tasks(enter, core):
    client = enter(Post.BUREAU_HEAD)
    core.answer["actions"][0] |= {"lon": 113.2}
    few = signed(client, name="少")
    more = [
        {"action": "new", "operator": "telecom", "lon": 113.2 + each / 100, "lat": 23.7, "sites": ["S-1", "S-3"]}
        for each in range(5)
    ]
    core.answer = answer(actions=[*core.answer["actions"], *more])
    many = signed(client, name="多")

    counts = []
    for plan in (few, many):
        for name in ("plan", "tasks"):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(f"planning:{name}", args=[plan.pk]))
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
