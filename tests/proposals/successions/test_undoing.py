"""Undoing an act: everything is as it was, and it is refused as soon as anything rests on it."""

import json
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from acceptance import answers
from acceptance.judging import judging
from accounts.posts import Post
from areas.models import Area, DatedValue, ServiceOrder, Site, Succession
from common.exceptions import Refused
from proposals import actions
from proposals.drafts import ItemDraft
from proposals.models import Proposal, ProposalItem
from proposals.successions import acting, undoing
from proposals.vocabulary import Act, Door, ItemState, ProposalAction, ProposalState
from returns.models import LineStatus, Return, ReturnLine, ReturnState
from tests.proposals.successions.conftest import DAY, PAPER
from tests.scenes import COVERED, FAR, NEAR, TOWN, XINMA, XIUXI

pytestmark = pytest.mark.django_db
SAID = {"document": "清府〔2018〕11号", "reason": "撤并方案没有批准"}


def printed() -> str:
    """What ``evaluate`` and ``milestones`` print, of a quarter that has ended, this one and the next."""
    judging.refresh("441802")
    found = []
    for period in ("2018Q2", "2018Q3", "2018Q4"):
        for basis in ("approved", "reported"):
            found.append(answers.evaluation(period, area=None, basis=basis, sites=True))
            found.append(answers.milestones(period, area=None, basis=basis))
    return json.dumps(found, ensure_ascii=False)


@pytest.fixture
def undo(people, accept):
    def make(act: Proposal) -> Proposal:
        return accept(undoing.undo(act=act, by=people.colleague, **SAID), by=people.reviewer)

    return make


ACTS = {
    "merge": (("merge", XINMA), {"to": [XIUXI]}),
    "merge with households": (("merge", FAR), {"to": [(NEAR, "", 55)]}),
    "merge of two": (("merge", XINMA, XIUXI), {"to": [(f"{TOWN}203", "秀马村")]}),
    "split": (
        ("split", XIUXI),
        {
            "to": [(f"{TOWN}203", "秀东村"), (f"{TOWN}204", "秀西村")],
            "parts": {NEAR: f"{TOWN}203", FAR: f"{TOWN}204", f"{XIUXI}203": f"{TOWN}204"},
        },
    ),
    "rename": (("rename", XINMA), {"name": "新马新村"}),
    "recode": (("recode", TOWN), {"to": [("441802120", "源潭镇")]}),
    "community": (("community", XINMA), {"name": "新马社区"}),
    "street": (("street", TOWN), {"to": [("441802020", "源潭街道")]}),
    "past": (("merge", XINMA), {"to": [XIUXI], "on": date(2018, 5, 1)}),
    "to come": (("merge", XINMA), {"to": [XIUXI], "on": date(2018, 11, 1)}),
}


@pytest.mark.parametrize("act", ACTS)
def test_everything_is_printed_as_before(act, done, undo):
    asked, more = ACTS[act]
    before = printed()
    proposal = done(*asked, **more)
    between = printed()
    taken_back = undo(proposal)

    assert printed() == before
    assert (before == between) == (act == "rename")
    assert not Succession.objects.exists() and not DatedValue.objects.exists()
    assert {item.state for item in taken_back.items.all()} == {ItemState.APPLIED}
    assert taken_back.undoes == proposal and taken_back.title == f"撤销 {proposal.title}"


def test_act_can_be_done_again_with_the_same_codes(done, undo):
    asked, more = ACTS["recode"]
    before = printed()
    undo(done(*asked, **more))
    undo(done(*asked, **more))
    assert printed() == before
    done(*asked, **more | {"on": date(2018, 8, 10)})

    assert Area.objects.get(pk="441802120").valid_from == date(2018, 8, 10)
    assert not Area.objects.in_force(date(2018, 8, 5)).beneath("441802120").exists()
    assert Area.objects.in_force(date(2018, 8, 10)).beneath("441802120").count() == 7


def test_row_from_before_gets_its_paper(done, undo):
    """Recorded without a document: the same act again says which, and taking that back leaves the row as it was."""
    Succession.objects.create(area_id=FAR, successor_id=NEAR, on=DAY, kind="merge")
    Area.objects.filter(pk=FAR).update(valid_to=DAY)
    Site.objects.filter(site_id="S-2").update(valid_to=DAY)
    act = done("merge", FAR, to=[NEAR])

    row = Succession.objects.get()
    assert (row.document, row.carries_title) == (PAPER, True)
    undo(act)
    row.refresh_from_db()
    assert (row.document, row.carries_title) == ("", None)


def test_history_of_both_stays(done, undo):
    undo(done("merge", XINMA, to=[XIUXI]))

    acts = ProposalItem.objects.of("areas", XINMA).values_list("act", "values", "state").order_by("pk")
    assert list(acts) == [
        ("end", {"valid_to": ["", "2018-08-01"]}, "applied"),
        ("correct", {"valid_to": ["2018-08-01", ""]}, "applied"),
    ]
    [row, child] = ProposalItem.objects.filter(table="successions", act=Act.UNDO).order_by("number")
    assert row.values["kind"] == ["merge", None] and row.name == "新马村→秀溪村" and child.name == "新屋→新屋"
    site = ProposalItem.objects.of("sites", "S-3").get(act=Act.UNDO)
    assert site.values == {"area_code": [f"{XIUXI}204", COVERED]}


def test_it_needs_a_second_person_and_only_the_bureau(done, people):
    act = done("merge", XINMA, to=[XIUXI])
    with pytest.raises(PermissionDenied):
        undoing.undo(act=act, by=people.clerk, **SAID)
    with pytest.raises(Refused, match="依据和原因"):
        undoing.undo(act=act, by=people.reviewer, document="", reason="错")
    made = undoing.undo(act=act, by=people.reviewer, **SAID)
    with pytest.raises(Refused, match="本人提出的"):
        actions.decide(proposal=made, action=ProposalAction.ACCEPT, version=1, by=people.reviewer)
    assert Succession.objects.count() == 2


def test_it_is_undone_once(done, undo, people):
    act = done("merge", XINMA, to=[XIUXI])
    first = undoing.undo(act=act, by=people.reviewer, **SAID)
    with pytest.raises(Refused, match="正在办理撤销"):
        undoing.undo(act=act, by=people.colleague, **SAID)
    actions.decide(proposal=first, action=ProposalAction.REFUSE, version=1, by=people.head, reason="不必撤销")
    undo(act)
    with pytest.raises(Refused, match="已撤销"):
        undoing.undo(act=act, by=people.colleague, **SAID)


def test_what_is_no_applied_act_is_not_undone(ask, people, done, undo):
    waiting = acting.propose(ask("merge", XINMA, to=[XIUXI]), people.reviewer)
    with pytest.raises(Refused, match="已经生效"):
        undoing.undo(act=waiting, by=people.colleague, **SAID)
    actions.decide(proposal=waiting, action=ProposalAction.REFUSE, version=1, by=people.head, reason="不办")
    with pytest.raises(Refused, match="已经生效"):
        undoing.undo(act=undo(done("rename", XINMA, name="新马新村")), by=people.colleague, **SAID)


# ---------------------------------------------------------------- what rests on it


def later_change(people) -> None:
    draft = ItemDraft("sites", "S-3", Act.CORRECT, {"lon": "113.2001", "lat": "23.7011"})
    proposal, _ = actions.propose(
        drafts=[draft], by=people.reviewer, source=Door.PAGE, why=actions.Why("surveyed", "", "表")
    )
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.head)
    assert proposal.state == ProposalState.SETTLED


def imported_change(people) -> None:
    DatedValue.objects.create(table="sites", key="S-3", column="area_code", effective_on=date(2018, 9, 1), value=NEAR)


def order_at_the_new_one(people) -> None:
    ServiceOrder.objects.create(
        order_id="GD-9", operator_id="mobile", area_id=f"{XIUXI}204", county="441802", accepted_on=DAY,
        needs_expansion=False,
    )  # fmt: skip


def site_at_the_new_one(people) -> None:
    Site.objects.create(site_id="S-9", area_id=f"{XIUXI}204", name="点", kind="school", county="441802")


def later_succession(people) -> None:
    Succession.objects.create(area_id=XIUXI, successor_id=f"{TOWN}299", kind="rename", on=date(2018, 9, 1))


def reported_line(people) -> None:
    document = Return.objects.create(township_id=TOWN, county="441802", period="2018Q3", state=ReturnState.SUBMITTED)
    figures = dict.fromkeys(
        ("households", "broadband_covered_households", "fibre_covered_households", "broadband_users", "fibre_users"), 9
    )
    ReturnLine.objects.create(
        quarterly_return=document,
        area_id=XIUXI,
        county="441802",
        period="2018Q3",
        status=LineStatus.SUBMITTED,
        **figures,
    )
    document.moves.create(action="submit", from_state="signing", to_state="submitted", by=people.clerk, version=1)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (later_change, "在那之后又有变更"),
        (imported_change, "另有变更"),
        (order_at_the_new_one, "报装工单 1 条"),
        (site_at_the_new_one, "点位 1 条"),
        (later_succession, "更名为"),
        (reported_line, "2018年第三季度季报在那之后办理过"),
    ],
)
def test_what_rests_on_it_keeps_it(happens, said, done, people, make_area):
    make_area(f"{TOWN}299", "别村")
    act = done("merge", XINMA, to=[XIUXI])
    assert undoing.resting(act) == []
    happens(people)

    assert len(undoing.resting(act)) == 1 and said in undoing.resting(act)[0]
    with pytest.raises(Refused, match="不能整件撤销"):
        undoing.undo(act=act, by=people.colleague, **SAID)


@pytest.mark.parametrize("happens", [order_at_the_new_one, reported_line, later_change])
def test_what_comes_to_rest_while_the_undoing_waits_keeps_it_too(happens, done, people):
    """The second person may take weeks."""
    act = done("merge", XINMA, to=[XIUXI])
    waiting = undoing.undo(act=act, by=people.colleague, **SAID)
    happens(people)

    with pytest.raises(Refused, match="不能整件撤销"):
        actions.decide(proposal=waiting, action=ProposalAction.ACCEPT, version=1, by=people.head)
    assert Succession.objects.exists()


def test_staff_of_the_new_town_rest_on_it(done, make_user):
    act = done("recode", TOWN, to=[("441802120", "源潭镇")])
    make_user(Post.CLERK, area="441802120")

    assert undoing.resting(act) == ["新单位名下已有用户 1 条"]


def test_what_happens_between_is_a_conflict(done, people, accept):
    act = done("merge", XINMA, to=[XIUXI])
    made = undoing.undo(act=act, by=people.colleague, **SAID)
    Succession.objects.filter(area=XINMA).update(kind="rename")

    with pytest.raises(Refused, match="未办理"):
        accept(made)
    assert Area.objects.get(pk=XINMA).valid_to == DAY
