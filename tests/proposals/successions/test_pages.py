"""The pages: choosing, filling in, looking, sending, and taking back."""

import html
import re
from datetime import date

import pytest
from django.urls import reverse

from accounts import audit, wording
from areas.models import Area, Succession
from areas.vocabulary import AreaKind
from proposals.models import Proposal
from tests.proposals.successions.conftest import DAY, PAPER
from tests.scenes import COVERED, FAR, NEAR, QUARTER, TOWN, XINMA, XIUXI

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def new(act: str = "", *origins: str) -> str:
    return f"{reverse('successions:new')}?act={act}" + "".join(f"&from={code}" for code in origins)


@pytest.fixture
def reviewer(client, people):
    client.force_login(people.reviewer)
    return client


MERGER = {"on": DAY.isoformat(), "document": PAPER, "to": XIUXI, "new_name": "", "new_code": "", "carries_title": "on"}


def seen_in(answer) -> str:
    return re.search(r'name="seen" value="([0-9a-f]+)"', answer.content.decode())[1]


def test_merger_is_looked_at_sent_and_shown(reviewer):
    form = text(reviewer.get(new("merge", XINMA)))
    assert "秀溪村（" in form and f'value="{XINMA}"' not in form and "新设的单位" in form

    looked = reviewer.post(new("merge", XINMA), MERGER)
    page = text(looked)
    assert looked.status_code == 200 and not Proposal.objects.exists()
    for said in (
        "还未提交",
        "新屋聚居点（S-3）",
        "上季数为秀溪村、新马村之和",
        "自2018年第三季度起由承接单位填报",
        "不涉及未撤销的证书",
    ):
        assert said in page

    answer = reviewer.post(new("merge", XINMA), MERGER | {"seen": seen_in(looked)}, follow=True)
    act = Proposal.objects.get()
    assert answer.redirect_chain == [(reverse("successions:act", args=[act.pk]), 302)]
    assert "由区经信局另一人审定后生效" in text(answer) and "待审定" in text(answer)
    assert not Succession.objects.exists()


def test_act_that_is_sent_again_is_there_once(reviewer):
    """The answer to the first sending was lost; whoever waits for the second person's acceptance does not see it twice."""
    said = MERGER | {"seen": seen_in(reviewer.post(new("merge", XINMA), MERGER))}
    answers = {reviewer.post(new("merge", XINMA), said).url for _ in range(2)}

    assert answers == {reverse("successions:act", args=[Proposal.objects.get().pk])}


def test_what_was_not_looked_at_is_not_sent(reviewer):
    seen = seen_in(reviewer.post(new("merge", XINMA), MERGER))
    answer = reviewer.post(new("merge", XINMA), MERGER | {"seen": seen, "on": "2018-08-02"})

    assert "内容有改动，未提交" in text(answer) and not Proposal.objects.exists()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(reviewer):
    answer = reviewer.post(new("merge", XINMA), MERGER | {"to": "", "new_name": "秀马村", "new_code": "4418021"})
    assert answer.status_code == 422 and "编码应为 12 位数字" in text(answer) and "秀马村" in text(answer)
    answer = reviewer.post(new("merge", XINMA), MERGER | {"to": ""})
    assert "没有选已有的单位" in text(answer)
    answer = reviewer.post(new("recode", XINMA), MERGER | {"name": "新马村", "code": XIUXI})
    assert answer.status_code == 422 and f"编码 {XIUXI} 已经有了" in text(answer) and PAPER in text(answer)


def test_split_is_dealt_out(reviewer):
    form = text(reviewer.get(new("split", XIUXI)))
    assert "大围（" in form and "黄岗（" in form and f'value="{TOWN}203"' in form
    said = {
        "on": DAY.isoformat(), "document": PAPER, "part1_name": "秀东村", "part1_code": f"{TOWN}203", "part2_name": "秀西村",
        "part2_code": f"{TOWN}204", f"goes-{NEAR}": "1", f"goes-{FAR}": "2", f"goes-{XIUXI}203": "2",
    }  # fmt: skip
    page = text(reviewer.post(new("split", XIUXI), said))
    assert "秀东村（441802103203）：分设单位，上季无可比数" in page and "待移动的点位（2）" in page


@pytest.mark.parametrize(
    ("act", "origin", "said"),
    [
        ("rename", XINMA, {"name": "新马新村", "code": ""}),
        ("recode", XINMA, {"name": "新马村", "code": f"{TOWN}220"}),
        ("community", XINMA, {"name": "新马社区", "code": f"{TOWN}020"}),
        ("street", TOWN, {"name": "源潭街道", "code": ""}),
        ("merge", FAR, {"to": NEAR, "new_name": "", "new_code": "", "new_households": "55"}),
        ("merge", FAR, {"to": "", "new_name": "大岗", "new_code": f"{XIUXI}220"}),
    ],
)
def test_each_act_is_sent(reviewer, act, origin, said):
    said = {"on": DAY.isoformat(), "document": PAPER} | said
    looked = reviewer.post(new(act, origin), said)
    assert looked.status_code == 200, text(looked)
    reviewer.post(new(act, origin), said | {"seen": seen_in(looked)})

    assert Proposal.objects.get().items.exists()


def test_suggestions_are_free_and_of_its_kind(reviewer):
    page = text(reviewer.get(new("split", QUARTER)))
    assert 'value="441802006001102"' in page and "点位 阳光小学（S-5）归" in page
    assert 'value="新马社区"' in text(reviewer.get(new("community", XINMA)))
    assert 'value="源潭街道"' in text(reviewer.get(new("street", TOWN)))


def test_start_asks_for_act_and_areas(reviewer):
    page = text(reviewer.get(f"{reverse('successions:new')}?from={XINMA}"))
    assert XINMA in page and "撤镇设街" in page
    assert "（必填）" in text(reviewer.get(new("merge")))
    assert reviewer.get(new("merge", "441803101")).status_code == 404


def test_act_is_undone_from_its_page(reviewer, done, accept, people, client):
    act = done("merge", XINMA, to=[XIUXI])
    address = reverse("successions:act", args=[act.pk])
    assert "整件撤销" in text(reviewer.get(address)) and "已生效" in text(reviewer.get(address))
    assert reviewer.post(address, {"document": "", "reason": "错"}).status_code == 422
    answer = reviewer.post(address, {"document": PAPER, "reason": "没有批准"}, follow=True)
    assert "台账逐项恢复到办理之前" in text(answer)
    accept(Proposal.objects.get(undoes=act))

    assert Area.objects.get(pk=XINMA).valid_to is None
    page = text(reviewer.get(address))
    assert "整件撤销" not in page and "撤销 合并：新马村→秀溪村" in page
    assert "已撤销 · " in page
    assert "已撤销" in text(reviewer.get(reverse("successions:index")))


def test_page_says_what_rests_on_it(reviewer, done, make_area):
    act = done("merge", XINMA, to=[XIUXI])
    make_area(f"{TOWN}299", name="别村")
    Succession.objects.create(area_id=XIUXI, successor_id=f"{TOWN}299", kind="rename", on=date(2018, 9, 1))
    page = text(reviewer.get(reverse("successions:act", args=[act.pk])))

    assert "不能整件撤销" in page and "已于2018年9月1日更名为别村" in page and "提交撤销" not in page


def test_list_names_rows_that_do_not_fit(reviewer):
    Succession.objects.create(area_id=COVERED, successor_id=XIUXI, on=DAY, kind="merge")
    page = text(reviewer.get(reverse("successions:index")))

    assert "与现行规则不符" in page and "新屋（" in page and "还未办理过撤并" in page


def test_entries_of_before_are_still_read(people):
    """The trail keeps what the page of before wrote (tests/conftest.py reads every entry)."""
    row = Succession.objects.create(area_id=XINMA, successor_id=XIUXI, on=DAY, document=PAPER)
    said = {
        "area": XINMA,
        "successor": XIUXI,
        "kind": "merge",
        "on": "2018-08-01",
        "document": PAPER,
        "carries_title": True,
    }
    entries = [
        audit.record(action="succession.record", by=people.reviewer, subject=row, detail=said),
        audit.record(action="succession.revoke", by=people.reviewer, subject=row, detail=said | {"reason": "选错"}),
    ]

    assert [wording.action_label(entry) for entry in entries] == ["登记撤并", "撤回撤并登记"]
    assert "原因：选错" in [f"{name}：{text}" for name, text in wording.changes(entries[1])]


def test_natural_village_is_merged_into_its_own_kind_its_neighbours_first(reviewer, make_area):
    make_area(f"{XIUXI}101", "阳光花园", kind=AreaKind.COMPOUND)
    make_area(f"{TOWN}101201", "上围", kind=AreaKind.NATURAL_VILLAGE)
    choices = reviewer.get(new("merge", NEAR)).context["form"].fields["to"].choices
    offered = [code for _, group in choices[1:] for code, _ in group]
    kinds = set(Area.objects.filter(code__in=offered).values_list("kind", flat=True))
    assert kinds == {AreaKind.NATURAL_VILLAGE} and offered[0].startswith(XIUXI) and f"{TOWN}101201" in offered
