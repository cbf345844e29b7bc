"""The six acts from end to end: what they write, what becomes of what lies beneath, and who may do and accept them."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.posts import Post
from areas.dated import then
from areas.models import Area, DatedValue, ServiceOrder, Site, Succession
from areas.vocabulary import AreaKind
from common.exceptions import Refused
from common.periods import Quarter
from proposals import actions
from proposals.drafts import ItemDraft
from proposals.models import Proposal
from proposals.successions import acting
from proposals.vocabulary import Act, ApprovalLevel, Door, ItemState, ProposalAction, ProposalState
from returns.models import ReturnLine
from returns.sheet import villages
from tests.proposals.successions.conftest import DAY, PAPER
from tests.scenes import COVERED, DAGUAN, FAR, NEAR, QUARTER, STREET, TOWN, XINMA, XIUXI

pytestmark = pytest.mark.django_db


def rows() -> set[tuple]:
    return set(Succession.objects.values_list("area_id", "successor_id", "kind", "carries_title", "document"))


def standing(site_id: str, day: date) -> str:
    return then([Site.objects.get(site_id=site_id)], day)[0].area_id


def test_village_goes_into_another_with_all_beneath_it(done):
    """新马村 ends; 新屋 goes on beneath 秀溪村 under the next free code, with its households and its site."""
    proposal = done("merge", XINMA, to=[XIUXI])

    assert proposal.state == ProposalState.SETTLED and proposal.title == "合并：新马村→秀溪村"
    new = f"{XIUXI}204"
    assert rows() == {(XINMA, XIUXI, "merge", True, PAPER), (COVERED, new, "recode", True, PAPER)}
    assert [Area.objects.get(pk=code).valid_to for code in (XINMA, COVERED)] == [DAY, DAY]
    heir = Area.objects.get(pk=new)
    assert (heir.name, heir.permanent_households, heir.valid_from, heir.parent_id) == ("新屋", 40, DAY, XIUXI)
    assert (standing("S-3", date(2018, 7, 31)), standing("S-3", DAY)) == (COVERED, new)
    assert ReturnLine.objects.filter(area=XINMA, period="2018Q2").exists()


def test_orders_stay_with_the_area_that_they_name(done):
    done("merge", FAR, to=[NEAR])

    assert ServiceOrder.objects.get(order_id="GD-2").area_id == FAR


def test_several_go_into_a_new_one(done):
    new = f"{TOWN}203"
    done("merge", XINMA, XIUXI, to=[(new, "秀马村")])

    assert {(old, heir, kind) for old, heir, kind, *_ in rows() if len(old) == 12} == {
        (XINMA, new, "merge"),
        (XIUXI, new, "merge"),
    }
    assert Area.objects.get(pk=new).valid_from == DAY
    names = set(Area.objects.in_force(DAY).filter(parent=new).values_list("name", flat=True))
    assert names == {"大围", "黄岗", "小坪", "新屋"}
    assert Succession.objects.filter(kind="recode").count() == 4


def test_natural_villages_that_merge_add_up(done):
    done("merge", FAR, NEAR, to=[(f"{XIUXI}210", "大岗")])

    assert Area.objects.get(pk=f"{XIUXI}210").permanent_households == 55


def test_heir_that_was_there_takes_the_households_from_the_day(done):
    done("merge", FAR, to=[(NEAR, "", 55)])

    row = DatedValue.objects.get(table="areas", key=NEAR)
    assert (row.column, row.value, row.effective_on) == ("permanent_households", "55", DAY)


def test_village_is_split_and_each_part_gets_what_was_chosen(done, ask):
    one, two = f"{TOWN}203", f"{TOWN}204"
    parts = {NEAR: one, FAR: two, f"{XIUXI}203": two}
    missing = ask("split", XIUXI, to=[(one, "秀东村"), (two, "秀西村")], parts={NEAR: one})
    assert "请选择黄岗" in missing.problems[0]

    done("split", XIUXI, to=[(one, "秀东村"), (two, "秀西村")], parts=parts)

    assert {(old, heir) for old, heir, kind, *_ in rows() if kind == "split"} == {(XIUXI, one), (XIUXI, two)}
    assert set(Area.objects.filter(parent=two).values_list("name", flat=True)) == {"黄岗", "小坪"}
    assert standing("S-1", DAY) == f"{one}201" and standing("S-2", DAY) == f"{two}202"


def test_split_of_a_compound_deals_out_its_sites(done, ask):
    one, two = f"{DAGUAN}102", f"{DAGUAN}103"
    to = [(one, "阳光一区"), (two, "阳光二区")]
    assert "请选择点位" in ask("split", QUARTER, to=to).problems[0]
    done("split", QUARTER, to=to, parts={"S-4": one, "S-5": two})

    assert (standing("S-4", DAY), standing("S-5", DAY)) == (one, two)


def test_name_changes_under_its_own_code(done):
    done("rename", XINMA, name="新马新村")

    assert not Succession.objects.exists() and Area.objects.get(pk=XINMA).name == "新马村"
    assert DatedValue.objects.get(table="areas", key=XINMA, column="name").value == "新马新村"


def test_name_and_code_change_together(done):
    new = f"{TOWN}210"
    done("rename", XINMA, to=[(new, "新马新村")])

    assert (XINMA, new, "rename", True, PAPER) in rows()
    assert (COVERED, f"{new}201", "recode", True, PAPER) in rows()


def test_town_gets_another_code_with_everything_in_it(done):
    new = "441802120"
    done("recode", TOWN, to=[(new, "源潭镇")])

    before, after = (
        set(Area.objects.in_force(day).beneath(code).values_list("name", flat=True))
        for code, day in ((TOWN, date(2018, 7, 31)), (new, DAY))
    )
    assert before == after and not Area.objects.in_force(DAY).beneath(TOWN).exists()
    assert Succession.objects.filter(kind="recode").count() == 7
    assert standing("S-1", DAY) == NEAR.replace(TOWN, new)


def test_village_becomes_a_community_under_its_own_code(done):
    done("community", XINMA, name="新马社区")

    [area] = then([Area.objects.get(pk=XINMA)], DAY)
    assert (area.kind, area.name) == (AreaKind.COMMUNITY, "新马社区")


def test_town_becomes_a_street_with_a_new_code(done):
    new = "441802020"
    done("street", TOWN, to=[(new, "源潭街道")])

    assert Area.objects.get(pk=new).kind == AreaKind.STREET
    assert (TOWN, new, "rename", True, PAPER) in rows()
    assert Area.objects.get(pk=f"{new}201201").permanent_households == 30


# ---------------------------------------------------------------- who


def test_all_of_it_waits_for_a_second_person(ask, people):
    proposal = acting.propose(ask("rename", XINMA, name="新马新村"), people.reviewer)

    assert proposal.state == ProposalState.OPEN
    assert {(item.level, item.state) for item in proposal.items.all()} == {(ApprovalLevel.TWO, ItemState.WAITING)}
    with pytest.raises(Refused, match="本人提出的"):
        actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.reviewer)
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.colleague)
    assert proposal.state == ProposalState.SETTLED


def test_it_is_decided_as_a_whole(ask, people):
    proposal = acting.propose(ask("merge", XINMA, to=[XIUXI]), people.reviewer)

    for action in (ProposalAction.ACCEPT_PART, ProposalAction.SEND_BACK):
        with pytest.raises(Refused, match="不能部分采纳"):
            actions.decide(proposal=proposal, action=action, version=1, by=people.head, reason="缺", chosen=[1])
    actions.decide(proposal=proposal, action=ProposalAction.SEND_BACK, version=1, by=people.head, reason="日期不对")
    assert proposal.state == ProposalState.RETURNED
    assert {item.state for item in proposal.items.all()} == {ItemState.RETURNED}
    actions.withdraw(proposal=proposal, version=2, by=people.reviewer)
    assert not Succession.objects.exists() and Area.objects.get(pk=XINMA).valid_to is None


def test_with_four_eyes_two_others_look_at_it(ask, people, settings):
    settings.PROPOSALS_FOUR_EYES = True
    proposal = acting.propose(ask("merge", XINMA, to=[XIUXI]), people.reviewer)
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.head)

    assert proposal.state == ProposalState.CONFIRMING and not Succession.objects.exists()
    actions.confirm(proposal=proposal, version=2, by=people.colleague)
    assert Succession.objects.exists()


def test_township_does_not_do_it(people, ask):
    asked = ask("merge", XINMA, to=[XIUXI]).asked
    for user in (people.clerk, people.operator):
        with pytest.raises(PermissionDenied):
            acting.prepare(asked, user)


def test_undoing_is_no_act_of_another_door(people):
    with pytest.raises(Refused, match="只用于撤并"):
        actions.propose(
            drafts=[ItemDraft("successions", f"{XINMA}/{XIUXI}", Act.UNDO, {"kind": ""})],
            by=people.reviewer,
            source=Door.PAGE,
            why=actions.Why("other", "试"),
        )


# ---------------------------------------------------------------- what cannot be


@pytest.mark.parametrize(
    ("asked", "more", "said"),
    [
        (("merge", XINMA), {"to": [XINMA]}, "不能是原单位"),
        (("merge", XINMA), {"to": [f"{XINMA}201"]}, "不能是原单位"),
        (("merge", XINMA), {"to": [STREET]}, "应为同一类"),
        (("merge", XINMA), {"to": ["441803101201"]}, "其他县区"),
        (("merge", XINMA, TOWN), {"to": [XIUXI]}, "同一级"),
        (("merge", "441802"), {"to": [TOWN]}, "区本身不能撤并"),
        (("rename", XINMA), {"name": "新马村"}, "没有要改的"),
        (("recode", XINMA), {"to": [(XIUXI, "新马村")]}, "已经有了"),
        (("recode", XINMA), {"to": [("4418021032", "新马村")]}, "编码"),
        (("recode", XINMA), {"to": [("441802199201", "新马村")]}, "上级区域 441802199 不存在"),
        (("street", XINMA), {"name": "新马街道"}, "只用于镇"),
        (("community", DAGUAN), {"name": "大观"}, "只用于行政村"),
        (("split", XINMA), {"to": [(f"{TOWN}209", "一")]}, "至少要有两个"),
        (("split", FAR), {"to": [(f"{XIUXI}209", "一"), (f"{XIUXI}210", "二")]}, "请填常住户数"),
        (("split", XINMA), {"to": [(f"{TOWN}209", "一"), (f"{TOWN}209", "二")]}, "有重复"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(ask, asked, more, said):
    assert any(said in each for each in ask(*asked, **more).problems), ask(*asked, **more).problems


def test_day_must_fit_the_interval(ask, people):
    Area.objects.filter(pk=XINMA).update(valid_from=DAY)
    assert "起才有" in ask("merge", XINMA, to=[XIUXI]).problems[0]
    Area.objects.filter(pk=XINMA).update(valid_from=None, valid_to=date(2018, 12, 31))
    prepared = ask("merge", XINMA, to=[XIUXI])
    assert "失效日期是 2018-12-31" in prepared.problems[0]
    with pytest.raises(Refused, match="未提交"):
        acting.propose(prepared, people.reviewer)


def test_later_succession_of_what_lies_beneath_comes_first(ask):
    """黄岗 goes into 大围 at the end of the year: 秀溪村 cannot take it elsewhere before."""
    Area.objects.filter(pk=FAR).update(valid_to=date(2018, 12, 31))
    Succession.objects.create(area_id=FAR, successor_id=NEAR, on=date(2018, 12, 31), kind="merge")
    [said] = ask("merge", XIUXI, to=[XINMA]).problems
    assert "黄岗" in said and "请先撤销那一件" in said
    assert ask("merge", XIUXI, to=[XINMA], on=date(2019, 1, 1)).problems == []


def test_effect_calls_what_is_new_by_its_name(ask):
    lines = ask("merge", XINMA, to=[XIUXI], on=date(2018, 5, 1)).sketch.effect["areas"]
    assert any(line["words"].startswith("新屋由未生效") for line in lines)


def test_paper_is_asked_for(ask, people):
    with pytest.raises(Refused, match="依据"):
        acting.propose(ask("merge", XINMA, to=[XIUXI], document=" "), people.reviewer)
    assert not Proposal.objects.exists()


def test_register_that_ended_the_area_already_is_taken_as_it_is(done):
    Area.objects.filter(pk=FAR).update(valid_to=DAY)
    Site.objects.filter(site_id="S-2").update(valid_to=DAY)
    proposal = done("merge", FAR, to=[NEAR])

    assert [item.table for item in proposal.items.all()] == ["successions"]


def test_site_that_moves_later_or_begins_later_goes_along(done):
    DatedValue.objects.create(table="sites", key="S-1", column="area_code", effective_on=date(2018, 9, 1), value=FAR)
    Site.objects.filter(site_id="S-2").update(valid_from=date(2018, 9, 15))
    done("merge", FAR, to=[f"{XIUXI}203"])

    assert standing("S-1", date(2018, 8, 31)) == NEAR and standing("S-1", date(2018, 9, 1)) == f"{XIUXI}203"
    assert Site.objects.get(site_id="S-2").area_id == f"{XIUXI}203"


def test_fact_that_changed_meanwhile_is_a_conflict(ask, accept, people):
    proposal = acting.propose(ask("merge", XINMA, to=[XIUXI]), people.reviewer)
    Area.objects.filter(pk=XINMA).update(valid_to=date(2018, 7, 1))

    with pytest.raises(Refused, match="未办理"):
        accept(proposal)
    assert not Succession.objects.exists()


# ---------------------------------------------------------------- a day that is still to come


def test_merger_of_next_quarter_needs_nothing_else_on_its_day(done, people, settings):
    """Proposed in August for 1 November: nothing turns before, and on the day nobody need do anything."""
    on = date(2018, 11, 1)
    done("merge", XINMA, to=[XIUXI], on=on)

    assert [area.code for area in villages(TOWN, Quarter(2018, 3))] == [XIUXI, XINMA]
    assert [area.code for area in villages(TOWN, Quarter(2018, 4))] == [XIUXI]
    assert Area.objects.in_force(date(2018, 10, 31)).filter(pk=XINMA).exists()


def test_staff_of_a_town_to_come_see_its_sites(done, make_user, people, client, settings):
    """源潭镇 gets another code in November: whoever sits at the new town sees its areas and sites, the old staff too."""
    done("recode", TOWN, to=[("441802120", "源潭镇")], on=date(2018, 11, 1))
    new = make_user(Post.CLERK, area="441802120")

    assert set(Site.objects.visible_to(new).values_list("site_id", flat=True)) == {"S-1", "S-2", "S-3"}
    assert Area.objects.visible_to(new).count() == 7
    settings.PORTAL_TODAY = date(2018, 11, 2)
    for user, code in ((people.clerk, TOWN), (new, "441802120")):
        client.force_login(user)
        for address in (reverse("home"), reverse("returns:index"), reverse("areas:area", args=[code])):
            assert client.get(address).status_code == 200
