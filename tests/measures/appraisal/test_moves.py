"""The life of an appraisal: a table by hand, objections within their term, final by somebody else, published to those concerned."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from acceptance.judging import judging
from accounts.posts import Post
from common.exceptions import Refused, Stale
from common.periods import Quarter
from inbox import items
from measures.appraisal import actions, counted, pages
from measures.appraisal.models import Appraisal, AppraisalScore
from measures.appraisal.moves import APPRAISALS
from measures.appraisal.vocabulary import AppraisalAction, AppraisalState
from tests.measures.conftest import LEAD
from tests.scenes import STREET, TOWN, build_district

ON, OVER = date(2018, 7, 10), date(2018, 7, 18)
"""The term of five working days that begins on the first ends on 2018-07-17."""
Q2 = Quarter(2018, 2)
WEIGHTS = {"sites": "60", "returns": "30", "township_plan": "10"}

ALLOWED = {
    **{("draft", "take", name): "draft" for name in ("reviewer", "head", "head2")},
    **{("draft", "open", name): "objecting" for name in ("reviewer", "head", "head2")},
    ("objecting", "freeze", "head"): "frozen",
    **{("objecting", "redo", name): "draft" for name in ("head", "head2")},
    **{("frozen", "redo", name): "draft" for name in ("head", "head2")},
    **{("draft", "discard", name): "void" for name in ("head", "head2")},
    **{("objecting", "discard", name): "void" for name in ("head", "head2")},
    ("frozen", "publish", "government"): "published",
}
"""By state, step and person: where it leads, once the term is over; head2 put it before the units last. The rest is refused."""


@pytest.fixture
def people(make_area, make_user, settings):
    settings.APPRAISAL = True
    settings.PORTAL_TODAY = ON
    build_district(make_area)
    judging.ensure_current("441802")
    return {
        "reviewer": make_user(Post.REVIEWER),
        "head": make_user(Post.BUREAU_HEAD),
        "head2": make_user(Post.BUREAU_HEAD),
        "government": make_user(Post.GOVERNMENT),
        "leader": make_user(Post.LEADER),
        "clerk": make_user(Post.CLERK, area=TOWN),
        "other": make_user(Post.CLERK, area=STREET),
        "zjj": make_user(Post.LEAD_UNIT, unit=LEAD),
        "operator": make_user(Post.OPERATOR, operator="mobile"),
    }


@pytest.fixture
def begun(people) -> Appraisal:
    actions.set_weights(group="township", typed=WEIGHTS, by=people["head"])
    return actions.begin(group="township", quarter=Q2, on=ON, by=people["reviewer"])


def taken(appraisal, action, by, on=ON, text="数据有误"):
    appraisal = Appraisal.objects.get(pk=appraisal.pk)
    return actions.take_step(
        appraisal=appraisal, action=AppraisalAction(action), version=appraisal.version, text=text, on=on, by=by
    )


def test_every_step_of_everybody_is_as_the_table_says(begun, people):
    wrong = []
    for state in AppraisalState.values:
        for action in actions.STEPS:
            for name, person in people.items():
                Appraisal.objects.filter(pk=begun.pk).update(state=state, until=date(2018, 7, 17))
                try:
                    taken(begun, action, person, OVER)
                    outcome = Appraisal.objects.get(pk=begun.pk).state
                except (PermissionDenied, Refused, Stale):
                    outcome = None
                if outcome != ALLOWED.get((state, action, name)):
                    wrong.append((state, str(action), name, outcome))
    assert wrong == []


def test_documented_table_is_the_declared_one():
    assert APPRAISALS.as_table() in (Path(__file__).parents[3] / "docs/measures.md").read_text("utf-8")


def test_points_follow_from_the_figures(begun, people):
    [street, town] = pages.sheets(begun, people["reviewer"])

    assert [(line.measure, line.passed, line.total) for line in town.lines] == [
        ("sites", 2, 3),
        ("returns", 2, 2),
        ("township_plan", 0, 1),
    ]
    assert (town.points, town.points_words) == (Fraction(70), "70.00") and town.name == "源潭镇"
    assert [sheet.name for sheet in pages.sheets(begun, people["reviewer"], by_points=True)] == [street.name, "源潭镇"]


def test_every_line_leads_to_what_it_counts(begun, people, client):
    client.force_login(people["reviewer"])
    for line in AppraisalScore.objects.filter(subject=TOWN):
        page = client.get(line.address)
        assert page.status_code == 200, line.address


def test_units_and_operators_are_scored_too(people):
    for group in ("unit", "operator"):
        keys = list(counted.of_group(group))
        typed = dict.fromkeys(keys, "0") | {keys[0]: "50", keys[1]: "50"}
        actions.set_weights(group=group, typed=typed, by=people["head"])
        appraisal = actions.begin(group=group, quarter=Q2, on=ON, by=people["reviewer"])
        taken(appraisal, "open", people["head"])

    [mobile] = pages.sheets(Appraisal.objects.get(group="operator"), people["operator"])
    assert [(line.measure, line.passed, line.total) for line in mobile.lines] == [
        ("orders", 1, 2),
        ("investment", 0, 6),
    ]
    [own] = pages.sheets(Appraisal.objects.get(group="unit"), people["zjj"])
    assert own.name == LEAD and own.lines[0].total > 0


def test_objections_stop_it_until_answered_and_its_author_does_not_make_it_final(begun, people):
    with pytest.raises(Stale):
        actions.object_to(appraisal=begun, text="有误", on=ON, by=people["clerk"])
    taken(begun, "open", people["head"])
    begun.refresh_from_db()
    assert begun.until == date(2018, 7, 17)
    with pytest.raises(Refused, match="次日起方可定稿"):
        taken(begun, "freeze", people["head2"], begun.until)
    said = actions.object_to(appraisal=begun, text="秀溪村接入点已开通。", on=begun.until, by=people["clerk"])
    with pytest.raises(Refused, match="截止"):
        actions.object_to(appraisal=begun, text="迟了", on=OVER, by=people["clerk"])
    with pytest.raises(PermissionDenied):
        actions.object_to(appraisal=begun, text="无关", on=ON, by=people["zjj"])
    with pytest.raises(Refused, match="1 条意见尚未答复"):
        taken(begun, "freeze", people["head2"], OVER)
    actions.answer(objection=said, text="经核对无误。", by=people["reviewer"])
    with pytest.raises(Stale):
        actions.answer(objection=said, text="再答", by=people["reviewer"])
    with pytest.raises(Refused, match="须由另一人办理"):
        taken(begun, "freeze", people["head"], OVER)
    assert taken(begun, "freeze", people["head2"], OVER).to_state == "frozen"


def test_seen_by_those_concerned_and_nobody_else(begun, people):
    def seen():
        return {name for name, person in people.items() if Appraisal.objects.visible_to(person).exists()}

    bureau = {"reviewer", "head", "head2"}
    assert seen() == bureau
    taken(begun, "open", people["head"])
    assert seen() == bureau | {"clerk", "other"}
    assert [sheet.name for sheet in pages.sheets(begun, people["clerk"])] == ["源潭镇"]
    taken(begun, "freeze", people["head2"], OVER)
    assert seen() == bureau | {"clerk", "other", "government", "leader"}


def test_pages_from_weights_to_an_objection(client, people, settings):
    client.force_login(people["head"])
    address = reverse("appraisal:weights", args=["township"])
    kept = {f"weight-{key}": weight for key, weight in WEIGHTS.items()}
    wrong = client.post(address, kept | {"weight-sites": "59"})
    assert wrong.status_code == 422 and "权重合计 99，应为 100：尚差 1" in wrong.text and 'value="59"' in wrong.text
    assert client.post(address, kept).status_code == 302
    early = client.post(reverse("appraisal:begin"), {"group": "township", "period": "2018Q3"})
    assert early.status_code == 422 and "尚未结束" in early.text
    page = client.post(reverse("appraisal:begin"), {"group": "township", "period": "2018Q2"}, follow=True)
    assert "源潭镇：70.00 分" in page.text and "按得分排列" not in page.text
    appraisal = Appraisal.objects.get()
    step = {"action": "open", "version": appraisal.version}
    assert client.post(reverse("appraisal:step", args=[appraisal.pk]), step).status_code == 302

    client.force_login(people["clerk"])
    [waits] = [row.item for row in items.of(people["clerk"]).mine if row.item.kind == "考核"]
    assert waits.state == "可以提出意见" and waits.due == date(2018, 7, 17)
    page = client.get(waits.url).text
    assert "源潭镇" in page and "凤城街道" not in page
    said = {"text": "字" * 1001}
    refused = client.post(reverse("appraisal:object", args=[appraisal.pk]), said)
    assert refused.status_code == 422 and "最多 1000 字" in refused.text and "字" * 1001 in refused.text
    assert client.post(reverse("appraisal:object", args=[appraisal.pk]), {"text": "请核对"}).status_code == 302
    assert "请核对" in client.get(waits.url).text
    client.force_login(people["other"])
    assert "请核对" not in client.get(waits.url).text
    settings.APPRAISAL = False
    off = client.get(waits.url)
    assert off.status_code == 404 and "考核没有启用" in off.text
