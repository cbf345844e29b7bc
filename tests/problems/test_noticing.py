"""Problems that the portal finds by itself, in the small district of 2018Q2; they follow their figures to the end and back."""

from datetime import date

import pytest

from acceptance.judging import judging
from areas import changes
from areas.models import AccessPoint, ServiceOrder
from planning.models import PlanTask
from problems import actions, noticing, sources
from problems.models import Problem
from problems.vocabulary import ProblemAction
from tests.problems.conftest import ON, photo
from tests.scenes import FAR, STREET, TOWN, XINMA, XIUXI, build_district

LATE = "order/late/441802103201/mobile"
UNCOVERED = "site/uncovered/441802103201/"


@pytest.fixture
def district(make_area):
    """The district with an order of the mobile's at 黄岗 that has been late since May."""
    scene = build_district(make_area)
    ServiceOrder.objects.create(
        order_id="GD-3", operator_id="mobile", area_id=FAR, county="441802", accepted_on=date(2018, 4, 20), needs_expansion=False,
    )  # fmt: skip
    look()
    return scene


@pytest.fixture
def town(district):
    """People sit in the judged district."""


def look() -> noticing.NoticeTally:
    changes.note("441802")
    judging.ensure_current("441802")
    return noticing.notice_in("441802")


def by_mark(mark: str) -> Problem:
    return Problem.objects.get(mark=mark)


def reach() -> AccessPoint:
    """A point of the telecom's beside 黄岗聚居点."""
    return AccessPoint.objects.create(
        ap_id="DX-9", operator_id="telecom", lon=113.15, lat=23.7, given_lon=113.15, given_lat=23.7, downstream_mbps=100,
        tv_only=False, opened_on=date(2017, 1, 1), township_id=TOWN, county="441802",
    )  # fmt: skip


def test_areas_are_found_for_want_of_which_milestones_are_missed(district):
    found = sources.binding("441802", ON)

    assert {TOWN, STREET} <= found and XINMA not in found
    assert sources.binding("441802", date(2017, 12, 1)) == frozenset()


def test_one_problem_for_each_operator_area_and_cause(district):
    late, uncovered = by_mark(LATE), by_mark(UNCOVERED)

    assert (late.kind, late.to_unit, late.due_on, late.opened_by) == (
        "late_orders",
        "中国移动",
        date(2018, 7, 17),
        None,
    )
    assert [each.key for each in late.members.all()] == ["GD-3"] and "2018-04-20 受理" in late.text
    assert (uncovered.to_unit, uncovered.place) == ("源潭镇", "源潭镇秀溪村")
    assert [each.key for each in uncovered.members.all()] == ["S-2"]
    assert look() == noticing.NoticeTally()


def test_later_order_comes_to_the_same_problem_and_a_second_worker_opens_none(district):
    ServiceOrder.objects.create(
        order_id="GD-4", operator_id="mobile", area_id=FAR, county="441802", accepted_on=date(2018, 4, 23), needs_expansion=False,
    )  # fmt: skip
    assert look().added == 1 and by_mark(LATE).members.count() == 2

    [draft] = [each for each in sources.drafts("441802", ON) if each.mark == LATE]
    assert noticing._opened(draft) == 0 and Problem.objects.filter(mark=LATE).count() == 1


def test_site_that_a_signed_plan_serves_is_no_problem(district, monkeypatch):
    """Whatever its plan is called: only the sites of its tasks are asked for."""
    found = sources._sites("441802", frozenset({FAR}))
    assert len(found) == 1
    monkeypatch.setattr(PlanTask.objects, "filter", lambda **asked: _Tasks())
    assert sources._sites("441802", frozenset({FAR})) == {}


class _Tasks:
    def values_list(self, *names, **options):
        return [["S-2"]]


def test_figures_solve_it_and_open_it_again(district, people):
    order = ServiceOrder.objects.filter(order_id="GD-3")
    order.update(completed_on=date(2018, 7, 9))
    assert look().turned == 1
    late = by_mark(LATE)
    assert (late.state, late.members.get().over_at is not None) == ("solved", True)
    last = late.moves.last()
    assert (last.action, last.by, last.reason) == ("turn", None, "GD-3共 1 项已消除。")

    step = {"problem": late, "action": ProblemAction.CLOSE, "version": late.version, "text": "", "by": people["clerk"]}
    actions.take_step(**step)
    order.update(completed_on=None)
    assert look().turned == 1
    late.refresh_from_db()
    assert (late.state, late.moves.last().action, late.due_on) == ("open", "reopen", date(2018, 7, 17))


def test_what_still_stands_is_not_closed_whoever_says_so(district, people, make_user):
    uncovered = by_mark(UNCOVERED)

    def step(action, by, **more):
        current = Problem.objects.get(pk=uncovered.pk)
        return actions.take_step(
            problem=current,
            action=ProblemAction(action),
            version=current.version,
            text="已建成。",
            by=people[by],
            **more,
        )

    step("accept", "clerk")
    step("solve", "clerk", files=[photo()])
    with pytest.raises(actions.Refused, match="指标显示尚未解决：黄岗聚居点共 1 项未消除"):
        step("close", "reviewer")
    reach(), ServiceOrder.objects.filter(order_id="GD-3").delete()
    look()
    assert step("close", "reviewer").to_state == "closed"


def test_merged_problem_hands_on_what_comes_later(district, people):
    late, other = by_mark(LATE), by_mark(UNCOVERED)
    actions.merge(problem=late, into=other, version=late.version, reason="同一处。", by=people["bureau"])
    ServiceOrder.objects.create(
        order_id="GD-5", operator_id="mobile", area_id=XIUXI, county="441802", accepted_on=date(2018, 4, 24), needs_expansion=False,
    )  # fmt: skip
    look()

    assert set(other.members.values_list("key", flat=True)) == {"S-2", "GD-3", "GD-5"}


def test_chore_looks_again_only_where_something_changed(district, monkeypatch):
    asked = []
    monkeypatch.setattr(noticing, "notice_in", asked.append)
    noticing._seen.clear()
    for _ in range(2):
        noticing.notice.__wrapped__()
    assert asked == ["441802"]
