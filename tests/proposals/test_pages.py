"""The proposal's page, the queue and the batch, tasks, the policy, what left a denominator, the history."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from areas.models import Area, DatedValue, Operator
from proposals import tasks
from proposals.actions import Why
from proposals.drafts import ItemDraft
from proposals.history import history
from proposals.models import PolicyRule, Proposal
from proposals.pages import open_items
from proposals.vocabulary import Act, ApprovalLevel, ItemState, ProposalState
from tests import scenes
from tests.proposals.forms import errors, text

pytestmark = pytest.mark.django_db


# ------------------------------------------------ the proposal's page


@pytest.fixture
def waiting(propose):
    """黄岗 to 19 households, 大围 to 31: the first turns the past."""
    made, _ = propose(
        ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "19"}),
        ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "31"}),
    )
    return made


def decide(client: Client, made: Proposal, action: str, **more):
    url = reverse("proposals:proposal", args=[made.pk])
    shown = client.get(url).context["page"]
    said = {"version": shown.proposal.version, "turned": shown.effect.turned, "past": shown.effect.past}
    return client.post(url, {**said, "action": action, **more})


def test_page_shows_effect_first_and_chooses_nothing(enter, waiting):
    page = text(enter("reviewer").get(reverse("proposals:proposal", args=[waiting.pk])))

    assert page.index("改变已经结束的季度的结果") < page.index("变更事项") < page.index("采纳全部 2 项")
    assert "秀溪村由未达标转为达标" in page and "/acceptance/2018Q3/" in page
    assert "<del>25户</del>" in page and "<ins>19户</ins>" in page
    assert page.count(" checked") == 0


def test_bureau_accepts_from_the_page(enter, waiting):
    answer = decide(enter("reviewer"), waiting, "accept")
    assert answer.status_code == 302 and Area.objects.get(pk=scenes.FAR).permanent_households == 19


def test_bureau_accepts_part_by_box_or_by_number(enter, waiting):
    assert decide(enter("reviewer"), waiting, "accept_part", item=["2"]).status_code == 409
    decide(enter("reviewer"), waiting, "accept_part", item=["2"], reason="黄岗另核")
    assert [item.state for item in waiting.items.all()] == [ItemState.REFUSED, ItemState.APPLIED]


def test_acceptance_is_refused_once_when_it_turns_more_than_was_shown(enter, waiting):
    url = reverse("proposals:proposal", args=[waiting.pk])
    client = enter("reviewer")
    answer = client.post(url, {"action": "accept", "version": 1, "turned": 1, "past": 0})
    assert answer.status_code == 409 and "比您打开页面时多" in text(answer)
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 25

    assert decide(client, waiting, "accept").status_code == 302


def test_send_back_revise_and_accept(enter, waiting):
    decide(enter("reviewer"), waiting, "send_back", reason="请附清单")
    clerk, url = enter("clerk"), reverse("proposals:revise", args=[waiting.pk])
    assert "请附清单" in text(clerk.get(reverse("proposals:proposal", args=[waiting.pk])))
    form = clerk.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data = {name: value for name, value in data.items() if not name.startswith("drop-")}
    data |= {"v-1-permanent_households": "18", "drop-2": "on", "version": "2", "step": "preview"}
    shown = clerk.post(url, data)
    refused = clerk.post(url, data | {"step": "send", "previewed": shown.context["shown"].digest})
    assert "请选择原因类别" in errors(refused)["reason_code"][0]
    data["reason_code"] = "below"
    assert shown.status_code == 200 and shown.context["shown"]
    sent = clerk.post(url, data | {"step": "send", "previewed": shown.context["shown"].digest})
    assert sent.status_code == 302
    decide(enter("reviewer"), waiting, "accept")

    assert Area.objects.get(pk=scenes.FAR).permanent_households == 18
    assert Area.objects.get(pk=scenes.NEAR).permanent_households == 30


def test_revised_value_that_is_wrong_is_told_in_its_place(enter, waiting):
    decide(enter("reviewer"), waiting, "send_back", reason="请附清单")
    clerk, url = enter("clerk"), reverse("proposals:revise", args=[waiting.pk])
    data = {
        "v-1-permanent_households": "很多",
        "v-2-permanent_households": "31",
        "version": "2",
        "step": "preview",
        "reason_code": "surveyed",
    }
    answer = clerk.post(url, data)
    assert answer.status_code == 422 and "v-1-permanent_households" in errors(answer)


def test_conflict_shows_both_values(enter, waiting):
    Area.objects.filter(pk=scenes.FAR).update(permanent_households=24)
    assert "申请时为“25户”，现为“24户”" in text(enter("reviewer").get(reverse("proposals:proposal", args=[waiting.pk])))
    assert decide(enter("reviewer"), waiting, "accept").status_code == 409


def test_proposer_withdraws_and_another_town_sees_nothing(enter, waiting):
    assert enter("neighbour").get(reverse("proposals:proposal", args=[waiting.pk])).status_code == 404
    decide(enter("clerk"), waiting, "withdraw")
    waiting.refresh_from_db()
    assert waiting.state == ProposalState.WITHDRAWN


@pytest.mark.parametrize("action", ["accept", "send_back", "refuse", "accept_part", "confirm", "overrule"])
def test_clerk_decides_nothing(enter, waiting, action):
    url = reverse("proposals:proposal", args=[waiting.pk])
    answer = enter("clerk").post(url, {"action": action, "version": 1, "reason": "好", "turned": 99999, "past": 99999})
    assert answer.status_code == 403
    assert not waiting.items.exclude(state=ItemState.WAITING).exists()


def test_moved_site_is_drawn_before_and_after(enter, propose):
    made, _ = propose(ItemDraft("sites", "S-2", Act.CORRECT, {"lon": "113.1", "lat": "23.7001"}))
    [moved] = enter("reviewer").get(reverse("proposals:proposal", args=[made.pk])).context["page"].map["moved"]
    assert (moved["before"], moved["after"]) == ([113.15, 23.7], [113.1, 23.7001])


def test_long_proposal_has_pages_and_numbers_for_boxes(enter, propose, make_area):
    for number in range(1, 242):
        make_area(f"{scenes.XINMA}{number + 300}", f"村{number}")
    drafts = [
        ItemDraft("areas", f"{scenes.XINMA}{number + 300}", Act.CORRECT, {"permanent_households": "50"})
        for number in range(1, 242)
    ]
    made, _ = propose(*drafts)
    client, url = enter("reviewer"), reverse("proposals:proposal", args=[made.pk])
    assert 'name="item"' not in text(client.get(url)) and "第 1 / 2 页" in text(client.get(url))
    assert "村241" in text(client.get(f"{url}?page=2"))
    decide(client, made, "accept_part", numbers="1-100、 240－241,x", reason="其余另核")
    assert made.items.filter(state=ItemState.APPLIED).count() == 102


# ------------------------------------------------ queue, batch, tasks


def test_queue_begins_with_what_turns_most(enter, propose, waiting):
    propose(ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "32"}))
    page = enter("reviewer").get(reverse("proposals:index"))

    assert [row[3].text for row in page.context["rows"]] == [
        f"改变往季结果 {waiting.effect['past']} 项，共 {waiting.weight} 项",
        "不改变评定",
    ]
    assert page.context["silent"] == 1
    assert "共 2 件" in text(page)
    settled = enter("reviewer").get(reverse("proposals:index") + "?state=settled")
    assert not settled.context["rows"]


@pytest.mark.parametrize(("role", "shown"), [("reviewer", "待审定和待复核"), ("clerk", "全部")])
def test_queue_names_the_state_that_it_shows(enter, waiting, role, shown):
    """A list of choices shows its first one while none is chosen."""
    form = enter(role).get(reverse("proposals:index")).context["form"]
    assert next(iter(form["state"].subwidgets)).choice_label == shown
    chosen = enter(role).get(reverse("proposals:index") + "?state=settled").context["form"]
    assert [each.choice_label for each in chosen["state"].subwidgets if each.data["selected"]] == ["已办结"]


def test_queue_costs_the_same_however_long(enter, propose, django_assert_max_num_queries):
    for number in range(12):
        propose(ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": str(40 + number)}))
    client = enter("reviewer")
    client.get(reverse("proposals:index"))
    with django_assert_max_num_queries(14):
        assert len(client.get(reverse("proposals:index")).context["rows"]) == 12


def test_operator_sees_his_own_only(enter, propose, people, waiting):
    propose(ItemDraft("access_points", "DX-2", Act.CORRECT, {"name": "二号"}), by=people.operator, why=Why())
    page = enter("operator").get(reverse("proposals:index"))
    assert [row[0].text for row in page.context["rows"]] == ["更正DX-2"]


def test_batch_names_operators(enter, propose, people, district):
    added = {"name": "三号", "operator": "telecom", "lon": "113.1", "lat": "23.7", "downstream_mbps": "100"}
    given = added | {"tv_only": "0", "opened_on": "2018-01-02"}
    propose(ItemDraft("access_points", "DX-9", Act.ADD, given), by=people.operator)
    Operator.objects.filter(pk="telecom").update(name="中国电信清城分公司")
    [row] = enter("reviewer").get(reverse("proposals:batch")).context["ready"]
    assert "运营企业 中国电信清城分公司" in row.words


def test_batch_takes_what_turns_nothing_and_leaves_ones_own(enter, propose, people, waiting):
    silent, _ = propose(ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "32"}))
    own, _ = propose(
        ItemDraft("areas", scenes.COVERED, Act.CORRECT, {"permanent_households": "41"}), by=people.reviewer
    )
    client, url = enter("reviewer"), reverse("proposals:batch")
    page = client.get(url)
    assert [row.pk for row in page.context["ready"]] == [silent.pk]
    assert [row.pk for row in page.context["own"]] == [own.pk]

    asked = [f"{made.pk}-{made.version}" for made in (silent, own, waiting)]
    client.post(url, {"proposal": asked})
    states = dict(Proposal.objects.values_list("pk", "state"))
    assert states == {silent.pk: ProposalState.SETTLED, own.pk: ProposalState.OPEN, waiting.pk: ProposalState.OPEN}


def test_tasks_of_both_sides(enter, people, waiting):
    assert [task.title for task in tasks.pending(people.reviewer)] == ["变更申请待审定 1 件，其中 1 件改变往季结果"]
    assert "变更申请待审定 1 件" in text(enter("reviewer").get(reverse("home")))
    decide(enter("reviewer"), waiting, "send_back", reason="请附清单")
    (back,) = tasks.pending(people.clerk)
    assert (back.title, back.state, back.words) == (waiting.title, "已退回", f"{people.reviewer}：请附清单")
    assert "请附清单" in text(enter("clerk").get(reverse("home")))
    assert enter("operator").get(reverse("home")).status_code == 200


@pytest.mark.parametrize(
    ("action", "remark"),
    [
        ("accept", "区经信局已采纳"),
        ("accept_part", "采纳 1 项，不予采纳 1 项，原因见申请"),
        ("refuse", "区经信局不予采纳，原因见申请"),
    ],
)
def test_proposer_is_told_what_became_of_his_items(people, enter, propose, action, remark):
    made, _ = propose(
        ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "19"}),
        ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "33"}),
        why=Why("below", "", "清点表"),
    )
    answer = decide(enter("reviewer"), made, action, item="2", reason="未见清点表")
    assert [task.words for task in tasks.pending(people.clerk)] == [remark]
    assert ("没有采纳" in text(enter("clerk").get(answer.url))) == (action != "accept")


def test_outcome_stands_among_the_proposers_tasks(people, enter, waiting):
    decide(enter("reviewer"), waiting, "accept")
    assert [(task.title, task.state) for task in tasks.pending(people.clerk)] == [(waiting.title, "已办结")]


# ------------------------------------------------ policy, denominators, history


def test_policy_is_read_by_keepers_and_set_by_the_head(enter):
    assert "即时生效" in text(enter("clerk").get(reverse("proposals:policy")))
    url = reverse("proposals:level", args=["areas", "name"])
    assert enter("reviewer").get(url).status_code == 403
    answer = enter("head").post(url, {"level": 1, "reason": "地名要核", "number": 0})
    assert answer.status_code == 302 and PolicyRule.objects.get().level == ApprovalLevel.BUREAU
    assert enter("head").post(url, {"level": 1, "reason": "", "number": 1}).status_code == 422
    assert enter("head").post(url, {"level": 0, "reason": "又改", "number": 0}).status_code == 422
    assert "修改 1 次" in text(enter("clerk").get(reverse("proposals:policy")))


def test_what_left_a_denominator_is_listed_and_exported(enter, waiting):
    decide(enter("reviewer"), waiting, "accept")
    url = reverse("proposals:denominators")
    page = enter("clerk").get(url)
    assert [row[0].text for row in page.context["rows"]] == ["黄岗"]
    assert "实地核实" in text(page) and "源府〔2018〕9号" in text(page)
    assert not enter("neighbour").get(url).context["rows"]
    assert (
        len(
            enter("reviewer").get(f"{url}?township={scenes.TOWN}&kind=natural_village&denominator=left").context["rows"]
        )
        == 1
    )
    assert not enter("reviewer").get(f"{url}?kind=sites").context["rows"]
    assert "黄岗" in enter("clerk").get(f"{url}?export=csv").getvalue().decode("utf-8-sig")
    assert "季度" in text(enter("clerk").get(f"{url}?quarter=soon"))


def test_history_tells_who_and_why_and_what_a_package_brought(people, enter, waiting):
    DatedValue.objects.create(
        table="areas", key=scenes.FAR, column="setting", effective_on=date(2018, 1, 1), value="rural", document="数据包"
    )
    decide(enter("reviewer"), waiting, "accept")
    done, brought = history("areas", scenes.FAR, people.clerk)

    assert (done.title, done.proposed_by, done.accepted_by) == ("更正", people.clerk.name, people.reviewer.name)
    assert (done.turns[0].old, done.turns[0].new, done.document) == ("25户", "19户", "源府〔2018〕9号")
    assert done.url and not history("areas", scenes.FAR, people.neighbour)[0].url
    assert (brought.title, brought.since, brought.turns[0].new) == ("随数据包导入", date(2018, 1, 1), "农村")


def test_open_items_of_a_thing(people, waiting):
    [item] = open_items("areas", scenes.FAR, people.clerk)
    assert item.state == "待审定" and "25户→19户" in item.words and item.url
    assert not open_items("areas", scenes.FAR, people.neighbour)[0].url
