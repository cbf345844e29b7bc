"""Areas that went into others: who records it, what is refused, what is shown, and how a wrong record is taken back."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area, FactChange, Succession
from register import succession
from register.succession import Refused
from tests.register.conftest import HERE

TODAY = date(2019, 4, 8)
GONE, HEIR, ELSEWHERE = f"{HERE}101201", f"{HERE}101202", f"{HERE}102201"


@pytest.fixture(autouse=True)
def village(settings, make_area):
    settings.PORTAL_TODAY = TODAY
    for code, name in ((GONE, "蓝屋岭"), (HEIR, "塘头"), (ELSEWHERE, "大围")):
        make_area(code, name=name)
    Area.objects.filter(code=GONE).update(valid_to=date(2018, 12, 31))


@pytest.fixture
def reviewer(make_user):
    return make_user(Post.REVIEWER, area=HERE[:6])


@pytest.fixture
def record(reviewer):
    def make(gone: str = GONE, heir: str = HEIR, on: date = date(2018, 12, 31), **said) -> Succession:
        given = {
            "kind": "merge",
            "document": "石角府〔2018〕7号",
            "carries_title": True,
            "today": TODAY,
            "by": reviewer,
        }
        return succession.record(
            area=Area.objects.get(code=gone), successor=Area.objects.get(code=heir), on=on, **given | said
        )

    return make


def test_it_is_recorded_with_its_paper_and_said_on_both_pages(client, record, reviewer):
    row = record()

    assert row.words == "已于2018年12月31日并入塘头（石角府〔2018〕7号）"
    entry = AuditEntry.objects.get(action="succession.record")
    assert "石角府〔2018〕7号" in entry.detail and entry.area_code == GONE
    client.force_login(reviewer)
    gone = client.get(reverse("areas:area", args=[GONE])).content.decode()
    assert row.words in gone and "原称号由其承继" in gone and "更正撤并" in gone
    heir = client.get(reverse("areas:area", args=[HEIR])).content.decode()
    assert "2018年12月31日，" in heir and ">蓝屋岭</a>并入本单位（石角府〔2018〕7号）" in heir


def test_an_area_without_an_end_ends_and_is_judged_again(record):
    FactChange.objects.all().delete()
    record(ELSEWHERE, HEIR, date(2019, 2, 1))

    assert Area.objects.get(code=ELSEWHERE).valid_to == date(2019, 2, 1)
    assert FactChange.objects.filter(county=HERE[:6]).exists()


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"heir": GONE}, "不能是原单位自己"),
        ({"heir": f"{HERE}101"}, "应与原单位同级"),
        ({"gone": f"{HERE}101", "heir": GONE}, "不能是原单位自己或它的下级"),
        ({"on": date(2018, 12, 30)}, "失效日期是 2018-12-31"),
        ({"gone": ELSEWHERE, "on": date(2019, 4, 9)}, "不能晚于今天"),
        ({"gone": ELSEWHERE, "heir": GONE, "on": date(2019, 1, 5)}, "不在有效期内"),
        ({"document": "  "}, "写明依据"),
    ],
)
def test_what_cannot_be_is_refused(said, refusal, record):
    with pytest.raises(Refused, match=refusal):
        record(**said)
    assert not Succession.objects.exists() and Area.objects.get(code=ELSEWHERE).valid_to is None


def test_it_is_recorded_once_and_never_in_a_circle(record):
    record()
    with pytest.raises(Refused, match="已经登记过"):
        record()
    Area.objects.filter(code=GONE).update(valid_to=None)
    with pytest.raises(Refused, match="不能互相承接"):
        record(HEIR, GONE, date(2019, 1, 1))


def test_a_township_does_not_record_it(record, make_user, client):
    clerk = make_user(Post.CLERK, area=HERE)
    with pytest.raises(PermissionDenied):
        record(by=clerk)
    client.force_login(clerk)
    assert "登记撤并" not in client.get(reverse("areas:area", args=[GONE])).content.decode()


def test_a_wrong_record_is_taken_back_with_a_reason_and_stays_in_the_trail(record, reviewer):
    row = record()
    with pytest.raises(Refused, match="写明原因"):
        succession.revoke(succession=row, reason=" ", by=reviewer)
    succession.revoke(succession=row, reason="承接单位选错", by=reviewer)

    entry = AuditEntry.objects.get(action="succession.revoke")
    assert "承接单位选错" in entry.detail and HEIR in entry.detail
    assert not Succession.objects.exists() and Area.objects.get(code=GONE).valid_to == date(2018, 12, 31)
    with pytest.raises(Refused, match="已经撤回"):
        succession.revoke(succession=row, reason="再来一次", by=reviewer)


def test_the_page_records_it_keeps_what_was_typed_and_takes_it_back(client, reviewer):
    client.force_login(reviewer)
    address = reverse("areas:succession", args=[GONE])
    page = client.get(address).content.decode()
    assert 'value="2018-12-31"' in page and f'value="{HEIR}"' in page and f'value="{GONE}"' not in page

    said = {"successor": HEIR, "kind": "merge", "on": "2018-12-30", "document": "石角府〔2018〕7号"}
    answer = client.post(address, said)
    assert answer.status_code == 422 and "失效日期是 2018-12-31" in answer.content.decode()
    assert "石角府〔2018〕7号" in answer.content.decode()
    answer = client.post(address, said | {"on": "2018-12-31"}, follow=True)
    assert "已登记：蓝屋岭已于2018年12月31日并入塘头" in answer.content.decode()
    answer = client.post(address, {"reason": "选错"}, follow=True)
    assert "已撤回蓝屋岭的撤并登记" in answer.content.decode() and not Succession.objects.exists()


def test_the_database_refuses_an_area_that_goes_into_itself_or_twice_into_another(reviewer):
    said = {"area_id": GONE, "successor_id": HEIR, "on": TODAY, "document": "函", "by": reviewer}
    Succession.objects.create(**said)
    for wrong in ({"successor_id": GONE}, {"document": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Succession.objects.create(**said | wrong)


def test_an_imported_split_names_nobody_and_every_part(client, reviewer):
    for heir in (HEIR, ELSEWHERE):
        Succession.objects.create(area_id=GONE, successor_id=heir, on=date(2018, 12, 31), kind="split")
    client.force_login(reviewer)
    gone = client.get(reverse("areas:area", args=[GONE])).content.decode()
    assert "已于2018年12月31日分设为塘头" in gone and "已于2018年12月31日分设为大围" in gone
    heir = client.get(reverse("areas:area", args=[HEIR])).content.decode()
    assert ">蓝屋岭</a>分设为本单位" in heir and "（）" not in heir
    assert "登记人未记" in client.get(reverse("areas:succession", args=[GONE])).content.decode()
