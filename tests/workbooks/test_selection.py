"""Rows of a list, changed together: what is ticked, or all that the filter finds."""

import re
from datetime import date

import pytest

from acceptance.judging import judging
from accounts.posts import Post
from areas.models import AccessPoint, Area, DatedValue, Site
from proposals.models import Proposal, ProposalItem
from proposals.vocabulary import Act, Denominator, Door, ProposalState
from tests import scenes
from tests.workbooks.conftest import Person
from workbooks.ledgers import selection

pytestmark = pytest.mark.django_db

WHY = {"reason_code": "below", "document": "源府〔2018〕9号"}


@pytest.fixture
def clerk(make_area, make_user, settings) -> Person:
    settings.PORTAL_TODAY = date(2018, 8, 15)
    scenes.build_district(make_area)
    judging.refresh("441802")
    return Person(make_user(Post.CLERK, area=scenes.TOWN))


@pytest.fixture
def operator(clerk, make_user) -> Person:
    return Person(make_user(Post.OPERATOR, operator="telecom"))


def address(key: str) -> str:
    return f"/ledgers/selection/{key}/"


def previewed(person: Person, key: str, rows: list[str], deed: str, **said):
    """As the page itself goes: the rows, what is to be done, the preview."""
    chosen = person.client.get(address(key), {"row": rows})
    assert chosen.status_code == 200, chosen.content.decode()
    sent = {"rows": chosen.context["rows"].as_json, "deed": deed}
    assert person.client.post(address(key), sent).context["form"].deed == deed
    return sent | said, person.client.post(address(key), sent | said | {"step": "preview"})


def send(person: Person, key: str, said: dict, preview, **why):
    sent = said | {"step": "send", "digest": preview.context["digest"]} | WHY | why
    return person.client.post(address(key), sent)


def test_list_of_a_keeper_can_be_ticked_and_of_others_not(clerk, make_user):
    page = clerk.client.get("/areas/sites/?kind=school").content.decode()
    assert 'name="row" value="S-' not in page or 'form="selection"' in page
    page = clerk.client.get("/areas/sites/").content.decode()
    assert len(re.findall(r'type="checkbox" name="row" value="S-[0-9]" form="selection"', page)) == 3
    assert f'action="{address("sites")}"' in page
    leader = Person(make_user(Post.LEADER))
    assert 'name="row"' not in leader.client.get("/areas/sites/").content.decode()


def test_villages_set_together_wait_with_their_effect(clerk):
    rows = [scenes.NEAR, scenes.FAR]
    said, preview = previewed(clerk, "areas", rows, "permanent_households", value="19", nature="correct")
    page = preview.content.decode()
    assert preview.context["leaving"] == 2 and '<div class="effect-alarm"' in page
    assert not Proposal.objects.exists()

    refused = send(clerk, "areas", said, preview, document="")
    assert refused.status_code == 422 and "必须附依据" in refused.content.decode()
    assert "退出分母" in send(clerk, "areas", said, preview, reason_code="surveyed").content.decode()
    done = send(clerk, "areas", said, preview)

    proposal = Proposal.objects.get()
    assert done.headers["Location"] == f"/proposals/{proposal.pk}/"
    assert (proposal.source, proposal.state) == (Door.SELECTION, ProposalState.OPEN)
    assert {(item.key, item.denominator) for item in proposal.items.all()} == {(key, Denominator.LEFT) for key in rows}
    assert Area.objects.get(pk=scenes.FAR).permanent_households == 25


def test_change_from_a_day_on_needs_its_day(clerk):
    rows = [scenes.NEAR]
    said, refused = previewed(clerk, "areas", rows, "permanent_households", value="28", nature="change")
    assert refused.status_code == 422 and "变更的起始日期" in refused.content.decode()
    said, preview = previewed(
        clerk, "areas", rows, "permanent_households", value="28", nature="change", on="2018-08-01"
    )
    send(clerk, "areas", said, preview)
    [item] = ProposalItem.objects.all()
    assert (item.act, item.effective_on) == (Act.CHANGE, date(2018, 8, 1))


def test_correction_is_of_the_value_that_holds_today(clerk):
    DatedValue.objects.create(
        table="areas", key=scenes.NEAR, column="permanent_households", effective_on=date(2018, 4, 1), value="33"
    )
    said, preview = previewed(
        clerk, "areas", [scenes.NEAR, scenes.FAR], "permanent_households", value="34", nature="correct"
    )
    send(clerk, "areas", said, preview)
    assert {(item.key, item.effective_on, item.old["permanent_households"]) for item in ProposalItem.objects.all()} == {
        (scenes.NEAR, date(2018, 4, 1), "33"),
        (scenes.FAR, None, "25"),
    }


def test_sites_are_moved_and_ended(clerk):
    said, preview = previewed(clerk, "sites", ["S-1"], "area_code", value=scenes.XINMA, nature="correct")
    send(clerk, "sites", said, preview)
    said, preview = previewed(clerk, "sites", ["S-1", "S-2"], "end", on="2018-08-20")
    send(clerk, "sites", said, preview)
    assert {(item.act, item.key) for item in ProposalItem.objects.all()} == {
        (Act.CORRECT, "S-1"), (Act.END, "S-1"), (Act.END, "S-2"),
    }  # fmt: skip
    assert Site.objects.get(site_id="S-1").area_id == scenes.NEAR


def test_one_rows_fault_drops_no_other(operator):
    AccessPoint.objects.filter(ap_id="DX-1").update(opened_on=date(2018, 8, 20))
    said, preview = previewed(operator, "access_points", ["DX-1", "DX-2"], "end", on="2018-08-14")
    assert [key for key, _ in preview.context["wrong"]] == ["DX-1"]
    send(operator, "access_points", said, preview)
    assert AccessPoint.objects.get(ap_id="DX-2").closed_on == date(2018, 8, 14)
    assert AccessPoint.objects.get(ap_id="DX-1").closed_on is None


def test_rows_of_others_are_left_out_and_counted(clerk):
    answer = clerk.client.get(address("sites"), {"row": ["S-1", "S-4", "S-9"]})
    assert answer.context["rows"].keys == ["S-1"] and "另有 2 行" in answer.content.decode()
    foreign = clerk.client.post(
        address("sites"), {"rows": '["S-4"]', "deed": "kind", "step": "preview", "value": "school", "nature": "correct"}
    )
    assert foreign.status_code == 422 and not foreign.context["rows"].keys


def test_all_that_the_filter_finds(clerk, monkeypatch):
    found = clerk.client.get(address("sites"), {"all": "1", "query": "q=S-1&"})
    assert found.context["rows"].keys == ["S-1"]
    wrong = clerk.client.get(address("sites"), {"all": "1", "query": "kind=none"})
    assert wrong.status_code == 422 and "筛选条件未生效" in wrong.content.decode()
    monkeypatch.setattr(selection, "MOST", 2)
    many = clerk.client.get(address("sites"), {"all": "1", "query": ""})
    assert many.status_code == 422 and "一次最多改 2 行" in many.content.decode()


@pytest.mark.parametrize("rows", ["", "[", "{}", "[1]"])
def test_nothing_ticked_is_said(clerk, rows):
    assert "未勾选" in clerk.client.get(address("sites")).content.decode()
    assert clerk.client.post(address("sites"), {"rows": rows}).status_code == 422


def test_what_moved_since_the_preview_is_shown_again(clerk):
    said, preview = previewed(clerk, "sites", ["S-1"], "kind", value="school", nature="correct")
    Site.objects.filter(site_id="S-1").update(kind="market")
    again = send(clerk, "sites", said, preview)
    assert again.status_code == 422 and "请重新核对" in again.content.decode()
    assert not Proposal.objects.exists()


def test_operator_ends_access_points_of_its_own(operator):
    said, preview = previewed(operator, "access_points", ["DX-1", "DX-2"], "end", on="2018-08-14")
    assert preview.context["at_once"] == 2
    done = send(operator, "access_points", said, preview, reason_code="", document="")
    assert done.status_code == 302 and Proposal.objects.get().state == ProposalState.SETTLED
    assert operator.client.get(address("access_points"), {"row": ["YD-1"]}).context["rows"].keys == []


def test_who_may(clerk, operator):
    assert clerk.client.get(address("orders"), {"row": ["GD-1"]}).status_code == 403
    assert operator.client.get(address("sites"), {"row": ["S-1"]}).status_code == 403
    assert clerk.client.get(address("nothing")).status_code == 404


def test_what_is_changed_after_the_preview_is_not_lost(clerk):
    """One form: the day that stands on the page is the day that is sent, and the reason outlives another preview."""
    _, preview = previewed(clerk, "sites", ["S-1"], "end", on="2018-08-01")
    assert preview.content.decode().count('name="on"') == 1
    typed = {"rows": '["S-1"]', "deed": "end", "on": "2018-07-02", **WHY}
    again = clerk.client.post(address("sites"), typed | {"step": "send", "digest": preview.context["digest"]})
    assert again.context["has_moved"] and not Proposal.objects.exists()
    shown = clerk.client.post(address("sites"), typed | {"step": "preview"})
    assert shown.context["why"]["document"].value() == WHY["document"]


@pytest.mark.parametrize("rows", ["[" * 200_000, '["\\ud800", "\\u0000"]'])
def test_rows_that_no_page_sends(clerk, rows):
    said = {"rows": rows, "deed": "permanent_households", "value": "19", "nature": "correct", "step": "preview"}
    assert clerk.client.post(address("areas"), said).status_code == 422


@pytest.mark.parametrize("text", ["200M", "两百兆", "200Mbps"])
def test_rate_of_many_is_written_as_people_do(operator, text):
    _, preview = previewed(operator, "access_points", ["DX-1"], "downstream_mbps", value=text, nature="correct")
    assert [cell.after for cell in preview.context["cells"]] == ["200兆比特每秒"]


def test_rate_that_is_none_is_told_at_its_field(operator):
    _, preview = previewed(operator, "access_points", ["DX-1"], "downstream_mbps", value="100M/10M", nature="correct")
    assert "“100M/10M”无法识别" in preview.context["form"].errors["value"][0]
