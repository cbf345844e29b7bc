"""A signed plan is withdrawn: readable as before, sealed, and in nobody's inbox; what waits there goes when it came true."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import AccessPoint, ServiceOrder
from common.exceptions import Refused
from planning.kept import withdraw
from planning.models import BuildPlan, PlanWithdrawal
from planning.tasks import pending
from reports.closing import closing
from tests.planning.test_pages import signed, text_of
from tests.scenes import STREET, TOWN
from witness.models import Leaf

pytestmark = pytest.mark.usefixtures("day")
WHY = "数据已更新，另行编制。"


def leave_open() -> None:
    ServiceOrder.objects.filter(order_id="GD-2").update(completed_on=None)


def build(opened_on: date) -> None:
    """What the plan wants of telecom."""
    near = {"lon": 113.15, "lat": 23.7001, "given_lon": 113.15, "given_lat": 23.7001, "county": "441802"}
    AccessPoint.objects.create(
        ap_id="DX-9", operator_id="telecom", downstream_mbps=100, tv_only=False, opened_on=opened_on, **near
    )


def withdrawn(client) -> BuildPlan:
    plan = signed(client)
    assert client.post(reverse("planning:withdraw", args=[plan.pk]), {"reason": WHY}).status_code == 302
    return plan


def test_withdrawn_plan_and_its_tasks_stay_readable(enter, core, client, make_user):
    leave_open()
    plan = withdrawn(enter(Post.BUREAU_HEAD))
    page = text_of(client.get(reverse("planning:plan", args=[plan.pk])))
    index = text_of(client.get(reverse("planning:index")))

    assert WHY in page and "本方案已撤回，任务不再执行" in page and "撤回后任务不再执行" not in page
    assert "已撤回" in index
    client.force_login(make_user(Post.OPERATOR, operator="telecom"))
    tasks = client.get(reverse("planning:tasks", args=[plan.pk]))
    assert WHY in text_of(tasks) and tasks.context["course"].tallies == [("info", "已撤回", 1)]
    assert client.get(reverse("planning:task_sheet", args=[plan.pk, "docx"])).status_code == 200


def test_withdrawal_is_sealed_told_and_never_changed(enter, core):
    plan = withdrawn(enter(Post.BUREAU_HEAD))

    assert Leaf.objects.filter(kind="planning.planwithdrawal").count() == 1
    assert AuditEntry.objects.filter(action="plan.withdraw", subject_key=str(plan.pk)).count() == 1
    with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
        PlanWithdrawal.objects.update(reason="改")
    with pytest.raises(Refused, match="已经撤回"):
        withdraw(plan=plan, reason=WHY, by=plan.signed_by)


def test_withdrawal_needs_its_reason(enter, core):
    client = enter(Post.BUREAU_HEAD)
    plan = signed(client)

    page = text_of(client.post(reverse("planning:withdraw", args=[plan.pk]), {"reason": " "}), 422)

    assert "撤回原因" in page and not PlanWithdrawal.objects.exists()


def test_withdrawn_plan_closes_no_gap(enter, core):
    client = enter(Post.BUREAU_HEAD)
    plan = signed(client)
    head, asked = plan.signed_by, (plan.quarter, plan.basis)

    assert TOWN in closing(head, *asked)
    client.post(reverse("planning:withdraw", args=[plan.pk]), {"reason": WHY})
    assert closing(head, *asked) == {}


@pytest.mark.parametrize(
    ("post", "fields", "who"),
    [
        (Post.OPERATOR, {"operator": "telecom"}, [""]),
        (Post.OPERATOR, {"operator": "unicom"}, []),
        (Post.CLERK, {"area": TOWN}, ["中国移动", "中国电信"]),
        (Post.TOWNSHIP_HEAD, {"area": STREET}, []),
        (Post.REVIEWER, {}, ["中国移动", "中国电信"]),
        (Post.LEADER, {}, []),
    ],
)
def test_tasks_wait_with_whom_they_are(enter, core, make_user, post, fields, who):
    leave_open()
    signed(enter(Post.BUREAU_HEAD))

    items = pending(make_user(post, **fields))

    assert [each.who for each in items] == who
    assert {each.title for each in items} <= {"源潭镇方案：1 项任务未完成"}
    assert {each.due for each in items} <= {date(2018, 12, 31)}


def test_item_is_overdue_after_the_day_and_goes_when_the_task_came_true(enter, core, make_user, settings):
    signed(enter(Post.BUREAU_HEAD))
    operator = make_user(Post.OPERATOR, operator="telecom")

    assert [each.state for each in pending(operator)] == ["未完成"]
    settings.PORTAL_TODAY = date(2019, 1, 1)
    assert [each.state for each in pending(operator)] == ["逾期未完成"]
    build(opened_on=date(2019, 1, 1))
    assert pending(operator) == []


def test_nothing_waits_of_a_withdrawn_plan(enter, core, make_user):
    leave_open()
    withdrawn(enter(Post.BUREAU_HEAD))

    assert pending(make_user(Post.OPERATOR, operator="telecom")) == []


def test_queries_of_the_inbox_do_not_grow_with_plans(enter, core, make_user):
    client, operator = enter(Post.BUREAU_HEAD), make_user(Post.OPERATOR, operator="telecom")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            pending(operator)
        return len(queries)

    assert asked() == 1
    signed(client, name="甲")
    one = asked()
    signed(client, name="乙")
    assert asked() == one
