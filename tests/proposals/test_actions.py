"""Proposals: what is applied at once, what waits, what it would turn, and who may decide."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from acceptance.judging import judging
from acceptance.models import Verdict
from areas.models import Area, DatedValue, FactChange, ServiceOrder, Site
from common.exceptions import Refused, Stale
from proposals import actions
from proposals.actions import Why
from proposals.drafts import ItemDraft
from proposals.models import Proposal, ProposalItem
from proposals.moves import MOVES
from proposals.vocabulary import Act, ApprovalLevel, Denominator, ItemState, ProposalAction, ProposalState
from tests import scenes
from witness.models import Leaf

pytestmark = pytest.mark.django_db


def households(code: str, number: str, **more) -> ItemDraft:
    return ItemDraft("areas", code, Act.CORRECT, {"permanent_households": number}, **more)


def place(lon: str, lat: str, site: str = "S-2") -> ItemDraft:
    return ItemDraft("sites", site, Act.CORRECT, {"lon": lon, "lat": lat, "datum": "WGS84"})


def test_spelling_is_applied_at_once(propose):
    proposal, _ = propose(ItemDraft("areas", scenes.FAR, Act.CORRECT, {"name": "黄冈"}), why=Why())

    assert Area.objects.get(pk=scenes.FAR).name == "黄冈"
    assert proposal.state == ProposalState.SETTLED
    [item] = proposal.items.all()
    assert (item.state, item.values, item.level) == (
        ItemState.APPLIED,
        {"name": ["黄岗", "黄冈"]},
        ApprovalLevel.AT_ONCE,
    )
    assert item.decided_by == proposal.by


def test_value_from_another_day_keeps_its_leaf(propose):
    """What a thing is called from one day on is sealed again only when that is written, and not what it is from another."""
    for day in (1, 2):
        propose(ItemDraft("areas", scenes.FAR, Act.CHANGE, {"name": f"黄岗{day}"}, on=date(2019, 8, day)), why=Why())

    keys = Leaf.objects.filter(kind="areas.datedvalue").order_by("sequence").values_list("key", flat=True)
    assert [int(key) for key in keys] == [value.pk for value in DatedValue.objects.order_by("effective_on")]


def test_denominator_waits_and_says_what_it_turns(propose):
    """黄岗 falls to 19 households: it leaves the denominator, and the town turns in every quarter."""
    proposal, _ = propose(households(scenes.FAR, "19"))

    assert Area.objects.get(pk=scenes.FAR).permanent_households == 25
    assert proposal.state == ProposalState.OPEN and proposal.turns_past
    [item] = proposal.items.all()
    assert (item.state, item.level, item.denominator) == (ItemState.WAITING, ApprovalLevel.BUREAU, Denominator.LEFT)
    words = [line["words"] for line in proposal.effect["areas"]]
    assert "秀溪村由未达标转为达标" in words
    assert any(
        "1/2 变为 1/1" in line["words"] or "1/2 变为 2/2" in line["words"] for line in proposal.effect["figures"]
    )


def test_rehearsal_leaves_nothing_behind(propose):
    before = list(Verdict.objects.order_by("pk").values_list("pk", "superseded_at"))

    propose(households(scenes.FAR, "19"))

    assert list(Verdict.objects.order_by("pk").values_list("pk", "superseded_at")) == before
    assert not FactChange.objects.exists()


def test_accepting_gives_what_was_foretold(propose, people):
    proposal, _ = propose(households(scenes.FAR, "19"), place("113.1", "23.7001"))
    foretold = {(line["code"], period) for line in proposal.effect["areas"] for period in line["periods"]}
    before = {(v.area_id, v.period, v.basis): (v.outcome, v.reference, v.covered) for v in Verdict.objects.standing()}

    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=proposal.version, by=people.reviewer)
    judging.ensure_current("441802")

    after = {(v.area_id, v.period, v.basis): (v.outcome, v.reference, v.covered) for v in Verdict.objects.standing()}
    turned = {(key[0], key[1]) for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert turned == foretold and turned
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 19
    assert {item.state for item in proposal.items.all()} == {ItemState.APPLIED}


def test_change_keeps_the_quarters_before(propose, people):
    proposal, _ = propose(
        ItemDraft("areas", scenes.FAR, Act.CHANGE, {"permanent_households": "19"}, on=date(2018, 8, 1))
    )
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=proposal.version, by=people.head)

    assert Area.objects.get(pk=scenes.FAR).permanent_households == 25
    [row] = DatedValue.objects.all()
    assert (row.key, row.value, row.effective_on, row.document) == (
        scenes.FAR,
        "19",
        date(2018, 8, 1),
        "源府〔2018〕9号",
    )
    assert not proposal.turns_past
    assert all(period >= "2018Q3" for line in proposal.effect["areas"] for period in line["periods"])


def test_correction_of_a_dated_value_replaces_it_for_as_long_as_it_stood(propose, people):
    DatedValue.objects.create(
        table="areas", key=scenes.FAR, column="permanent_households", effective_on=date(2018, 2, 1), value="18"
    )
    proposal, _ = propose(households(scenes.FAR, "21", on=date(2018, 2, 1)))
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=proposal.version, by=people.reviewer)

    [item] = proposal.items.all()
    assert item.values == {"permanent_households": ["18", "21"]}
    assert [row.value for row in DatedValue.objects.all()] == ["21"]
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 25


def test_draft_is_split_by_who_accepts(propose):
    proposal, _ = propose(ItemDraft("areas", scenes.FAR, Act.CORRECT, {"name": "黄冈", "permanent_households": "26"}))

    assert [(item.level, item.state, list(item.values)) for item in proposal.items.all()] == [
        (ApprovalLevel.AT_ONCE, ItemState.APPLIED, ["name"]),
        (ApprovalLevel.BUREAU, ItemState.WAITING, ["permanent_households"]),
    ]
    assert Area.objects.get(pk=scenes.FAR).name == "黄冈"


def test_nothing_changed_is_no_proposal(propose):
    proposal, found = propose(households(scenes.FAR, "25"))

    assert proposal is None and not found.errors


@pytest.mark.parametrize(
    ("draft", "column", "said"),
    [
        (households(scenes.FAR, "二十"), "permanent_households", "常住户数“二十”"),
        (households("441802103201999", "20"), "code", "没有编号为 441802103201999 的一行"),
        (households(scenes.QUARTER, "20"), "code", "您范围以外"),
        (place("23.7", "113.1"), "lon", "疑似填反"),
        (place("-113.1", "23.7"), "lon", "应为数"),
        (ItemDraft("sites", "S-2", Act.CHANGE, {"lon": "113.1"}, on=date(2018, 1, 1)), "lon", "只能更正"),
        (ItemDraft("sites", "S-2", Act.CORRECT, {"area_code": scenes.QUARTER}), "area_code", "不在您的范围内"),
        (ItemDraft("sites", "S-2", Act.CHANGE, {"area_code": scenes.QUARTER}, on=date(2018, 1, 1)), "area_code", "不在您的范围内"),
        (ItemDraft("sites", "S-2", Act.ADD, {"name": "新点"}), "site_id", "已经有了"),
        (ItemDraft("areas", scenes.FAR, Act.CHANGE, {"permanent_households": "3"}), "", "起始日期"),
        (ItemDraft("areas", scenes.FAR, Act.CORRECT, {"colour": "red"}), "", "没有“colour”这一项"),
    ],
)  # fmt: skip
def test_wrong_draft_is_told_where_and_why(propose, draft, column, said):
    proposal, found = propose(draft)

    assert proposal is None
    [problem] = found.errors
    assert (problem.index, problem.column) == (0, column) and said in problem.message


def test_wrong_draft_never_drops_the_others(propose):
    proposal, found = propose(households(scenes.FAR, "x"), households(scenes.NEAR, "31"))

    assert [problem.index for problem in found.errors] == [0]
    assert [item.key for item in proposal.items.all()] == [scenes.NEAR]


def test_what_hangs_on_a_wrong_draft_is_wrong_too(propose):
    village = ItemDraft("areas", f"{scenes.XIUXI}204", Act.ADD, {"name": "新村", "kind": "natural_village"})
    site = ItemDraft("sites", "S-9", Act.ADD, {"name": "新村", "kind": "settlement", "area_code": f"{scenes.XIUXI}204"})
    proposal, found = propose(village, site)

    assert proposal is None
    assert [(problem.index, problem.column) for problem in found.errors] == [
        (0, "permanent_households"),
        (1, "area_code"),
    ]


def test_proposer_who_saw_another_value_is_told_both(propose):
    with pytest.raises(Stale, match="您看到的是“24”，现在是“25”"):
        propose(households(scenes.FAR, "26", seen={"permanent_households": "24"}))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Why(), "请选择原因类别"),
        (Why("other"), "请写明原因"),
        (Why("nonsense"), "从列表中选择"),
        (Why("surveyed"), "必须附依据"),
        (Why("surveyed", "字" * 501), "最多 500 字"),
    ],
)
def test_reason_and_proof_are_asked_for(propose, why, said):
    with pytest.raises(Refused, match=said):
        propose(households(scenes.FAR, "19"), why=why)
    assert not Proposal.objects.exists()


def test_post_that_keeps_no_such_table_may_not(propose, people):
    with pytest.raises(PermissionDenied):
        propose(households(scenes.FAR, "19"), by=people.operator)
    with pytest.raises(PermissionDenied):
        propose(ItemDraft("access_points", "DX-1", Act.CORRECT, {"name": "一号"}))


def test_operator_touches_its_own_points_only(propose, people):
    proposal, found = propose(
        ItemDraft("access_points", "YD-1", Act.CORRECT, {"name": "别人的"}),
        ItemDraft("access_points", "DX-1", Act.CORRECT, {"operator": "mobile"}),
        ItemDraft("access_points", "DX-2", Act.CORRECT, {"name": "二号"}),
        by=people.operator,
    )

    assert [(problem.index, problem.message[:6]) for problem in found.errors] == [
        (0, "该编号已用于"),
        (1, "只能上报本企"),
    ]
    assert [item.key for item in proposal.items.all()] == ["DX-2"]


# ---------------------------------------------------------------- deciding


def test_nobody_accepts_what_he_proposed(propose, people):
    proposal, _ = propose(households(scenes.FAR, "19"), by=people.reviewer)

    with pytest.raises(Refused, match="本人提出的"):
        actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.reviewer)
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.colleague)
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 19


def test_township_may_not_decide(propose, people):
    proposal, _ = propose(households(scenes.FAR, "19"))
    with pytest.raises(PermissionDenied):
        actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.clerk)


def test_part_is_accepted_and_the_rest_refused(propose, people):
    proposal, _ = propose(households(scenes.FAR, "19"), households(scenes.NEAR, "31"))
    actions.decide(
        proposal=proposal,
        action=ProposalAction.ACCEPT_PART,
        version=1,
        by=people.reviewer,
        reason="与户籍不符",
        chosen=[2],
    )

    assert [(item.state, item.said) for item in proposal.items.all()] == [
        (ItemState.REFUSED, "与户籍不符"),
        (ItemState.APPLIED, ""),
    ]
    assert Area.objects.get(pk=scenes.NEAR).permanent_households == 31
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 25
    assert proposal.state == ProposalState.SETTLED


def test_returned_items_are_revised_and_decided(propose, people):
    proposal, _ = propose(households(scenes.FAR, "19"), households(scenes.NEAR, "31"))
    actions.decide(
        proposal=proposal, action=ProposalAction.SEND_BACK, version=1, by=people.reviewer, reason="请附清单", chosen=[2]
    )
    assert proposal.state == ProposalState.RETURNED
    assert Area.objects.get(pk=scenes.NEAR).permanent_households == 31

    why = Why("surveyed", "附清单", "清单")
    with pytest.raises(PermissionDenied):
        actions.revise(
            proposal=proposal, version=2, drafts=[households(scenes.FAR, "18")], by=people.neighbour, why=why
        )
    actions.revise(proposal=proposal, version=2, drafts=[households(scenes.FAR, "18")], by=people.clerk, why=why)
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=3, by=people.reviewer)

    assert Area.objects.get(pk=scenes.FAR).permanent_households == 18
    assert [item.state for item in proposal.items.all()] == [ItemState.WITHDRAWN, ItemState.APPLIED, ItemState.APPLIED]
    assert [move.action for move in proposal.moves.all()] == ["propose", "send_back", "revise", "accept"]


def test_value_that_moved_on_is_a_conflict_and_nothing_is_applied(propose, people):
    proposal, _ = propose(households(scenes.FAR, "19"), households(scenes.NEAR, "31"))
    Area.objects.filter(pk=scenes.FAR).update(permanent_households=24)

    [conflict] = actions.conflicts_of(list(proposal.items.all()))
    assert (conflict.column, conflict.seen, conflict.now) == ("permanent_households", "25", "24")
    with pytest.raises(Refused, match="申请时是“25”，现在是“24”"):
        actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.reviewer)
    assert Area.objects.get(pk=scenes.NEAR).permanent_households == 30
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN

    actions.decide(
        proposal=proposal,
        action=ProposalAction.ACCEPT_PART,
        version=1,
        by=people.reviewer,
        reason="黄岗已另行更正",
        chosen=[2],
    )
    assert Area.objects.get(pk=scenes.NEAR).permanent_households == 31


def test_four_eyes_by_setting(propose, people, settings):
    settings.PROPOSALS_FOUR_EYES = True
    proposal, _ = propose(households(scenes.FAR, "19"))
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.reviewer)

    assert proposal.state == ProposalState.CONFIRMING
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 25
    with pytest.raises(Refused, match="另一人"):
        actions.confirm(proposal=proposal, version=2, by=people.reviewer)
    actions.overrule(proposal=proposal, version=2, by=people.head, reason="再核一遍")
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=3, by=people.reviewer)
    actions.confirm(proposal=proposal, version=4, by=people.head)

    assert Area.objects.get(pk=scenes.FAR).permanent_households == 19
    assert proposal.state == ProposalState.SETTLED


def test_later_of_two_decisions_is_told(propose, people):
    proposal, _ = propose(households(scenes.FAR, "19"))
    same = Proposal.objects.get(pk=proposal.pk)
    actions.decide(proposal=proposal, action=ProposalAction.REFUSE, version=1, by=people.reviewer, reason="不实")
    with pytest.raises(Stale, match="不予采纳"):
        actions.decide(proposal=same, action=ProposalAction.ACCEPT, version=1, by=people.head)


def test_unit_takes_its_proposal_back(propose, people):
    proposal, _ = propose(households(scenes.FAR, "19"))
    with pytest.raises(PermissionDenied):
        actions.withdraw(proposal=proposal, version=1, by=people.neighbour)
    actions.withdraw(proposal=proposal, version=1, by=people.clerk)

    assert proposal.state == ProposalState.WITHDRAWN
    assert [item.state for item in ProposalItem.objects.all()] == [ItemState.WITHDRAWN]


def test_who_sees_which(propose, people):
    mine, _ = propose(households(scenes.FAR, "19"))
    theirs, _ = propose(ItemDraft("access_points", "DX-2", Act.CORRECT, {"tv_only": "1"}), by=people.operator)

    def seen(user) -> set[int]:
        return set(Proposal.objects.visible_to(user).values_list("pk", flat=True))

    assert seen(people.clerk) == {mine.pk}
    assert seen(people.neighbour) == set()
    assert seen(people.operator) == {theirs.pk}
    assert seen(people.reviewer) == {mine.pk, theirs.pk}


# ---------------------------------------------------------------- acts


def test_site_is_voided(propose, people):
    proposal, _ = propose(ItemDraft("sites", "S-2", Act.VOID), why=Why("duplicate", "", "清单"))
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.reviewer)

    site = Site.objects.get(site_id="S-2")
    assert site.valid_from == site.valid_to and not Site.objects.in_force(date(2018, 6, 30)).filter(pk=site.pk).exists()
    assert proposal.items.get().denominator == Denominator.LEFT


def test_late_order_is_not_made_punctual_without_the_bureau(propose, people):
    """GD-2 was due long ago: a completion on or before its due day is somebody else's to accept."""
    order = ItemDraft("service_orders", "GD-2", Act.CORRECT, {"completed_on": "2018-04-10"})
    mobile = people.operator
    mobile.operator_id = "mobile"
    mobile.save()

    proposal, _ = propose(order, by=mobile)

    assert proposal.items.get().level == ApprovalLevel.BUREAU
    assert ServiceOrder.objects.get(order_id="GD-2").completed_on == date(2018, 5, 2)


def test_page_shows_the_table_of_moves(settings):
    assert MOVES.as_table() in (settings.BASE_DIR / "docs/proposals.md").read_text("utf-8")


def test_what_turns_the_past_without_a_proof_is_accepted_with_a_reason_only(propose, people):
    """The operators' interface asks for no proof; whoever accepts has to say why he does without."""
    proposal, _ = propose(households(scenes.FAR, "19"), why=Why("misentered"), is_strict=False)

    with pytest.raises(Refused, match="但没有依据"):
        actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.reviewer)
    actions.decide(proposal=proposal, action=ProposalAction.ACCEPT, version=1, by=people.reviewer, reason="已电话核实")
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 19
