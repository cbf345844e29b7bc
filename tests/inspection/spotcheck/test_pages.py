"""The pages of spot checks: drawing, the card for the field, what the sample tells, the sheet."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from evidence.store import Damaged, original
from inspection.spotcheck import actions, photos
from inspection.spotcheck.models import HeldPhoto, Sample, SampleFinding, SampleState
from inspection.spotcheck.paper import field_sheet
from inspection.spotcheck.results import SampleResult
from tests.evidence.files import PNG as PHOTO
from tests.evidence.files import png
from tests.inspection.conftest import FAR
from tests.inspection.spotcheck.conftest import TOWN
from tests.inspection.spotcheck.test_actions import conclude, enter_all, seen
from tests.scenes import COVERED

DRAW = reverse("spotcheck:draw")


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def text(answer) -> str:
    return answer.content.decode()


def drawing(**changes) -> dict:
    return {"township": TOWN, "period": "2018Q2", "frame": "natural_villages", "size": "2"} | changes


def test_drawing_and_entering_on_the_way_through_the_cards(as_, people):
    client = as_(people.reviewer)
    answer = client.post(DRAW, drawing())
    sample = Sample.objects.get()
    assert answer.url == reverse("spotcheck:sample", args=[sample.pk])

    first = reverse("spotcheck:card", args=[sample.pk, 1])
    photo = SimpleUploadedFile("a.png", PHOTO, "image/png")
    said = {"outcome": "passed", "datum": "WGS84", "visited_on": "2018-07-20", "mbps": "96.5", "photos": photo}
    answer = client.post(first, said)
    assert answer.url == reverse("spotcheck:card", args=[sample.pk, 2])
    answer = client.post(answer.url, said | {"outcome": "failed", "remark": "没有端口", "photos": ""})
    assert answer.url == reverse("spotcheck:sample", args=[sample.pk])

    page = text(client.get(answer.url))
    estimate = SampleResult(sample).estimate
    assert estimate.share in (pytest.approx(1 / 3), pytest.approx(2 / 3)), (
        "the failed one stands for one of three, or for two"
    )
    assert f"{100 * estimate.share:.1f}%" in page and "照片 1" in page and "没有端口" in page
    pk = SampleFinding.objects.first().photos.get().pk
    shown = client.get(reverse("spotcheck:photo", args=[pk]))
    assert shown["Content-Type"] == "image/jpeg" and Image.open(BytesIO(shown.content)).size == (200, 200)
    saved = client.get(reverse("spotcheck:original_photo", args=[pk]))
    assert saved.content == PHOTO and saved["Content-Disposition"].startswith("attachment")
    answer = client.post(
        reverse("spotcheck:conclude", args=[sample.pk]),
        {"version": 0, "conclusion": "enlarge", "reason": "样本太小"},
    )
    assert answer.status_code == 302
    assert Sample.objects.get().state == SampleState.CONCLUDED


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"period": "2018Q9"}, "不是季度"),
        ({"size": "0"}, "样本量"),
        ({"township": "441803101"}, "街镇"),
        ({"frame": "people"}, "抽查对象"),
    ],
)
def test_drawing_refused(changes, said, as_, people):
    answer = as_(people.reviewer).post(DRAW, drawing(**changes))

    assert answer.status_code == 422
    assert said in text(answer)
    assert not Sample.objects.exists()


def test_drawing_says_what_the_rule_asks_before_anything_is_drawn(as_, people):
    client = as_(people.reviewer)
    assert "查看应抽样本" in text(client.get(DRAW))
    page = text(client.get(DRAW, {"township": TOWN, "period": "2018q2"}))

    assert "源潭镇2018年第二季度：按规则抽取自然村 2 个" in page and "秀溪村" in page
    assert "每个村居至少 1 个，合计 2 个" in page and "报送后抽取的原因" not in page
    assert client.get(DRAW, {"township": TOWN, "period": "next"}).status_code == 422
    assert client.post(DRAW, {"township": TOWN, "period": "2018Q2"}).status_code == 302
    assert Sample.objects.get().size == 2


def test_drawing_after_the_report_asks_why_at_once(as_, people, chain):
    chain.sent()

    assert "报送后抽取的原因" in text(as_(people.reviewer).get(DRAW, {"township": TOWN, "period": "2018Q2"}))


def test_list_says_which_reports_lack_a_sample(as_, people, chain):
    chain.sent()
    page = text(as_(people.reviewer).get(reverse("spotcheck:index")))

    assert "应抽未抽" in page and "报告已到，未抽样" in page
    assert "应抽未抽" not in text(as_(people.leader).get(reverse("spotcheck:index")))


def test_what_failed_has_a_card_after_the_conclusion_too(draw, as_, people):
    sample = draw()
    client, said = as_(people.reviewer), {"datum": "WGS84", "visited_on": "2018-07-20"}
    for order, outcome in ((1, "failed"), (2, "passed")):
        client.post(
            reverse("spotcheck:card", args=[sample.pk, order]), said | {"outcome": outcome, "remark": "箱子断电"}
        )
    ending = {"version": 0, "conclusion": "return", "reason": "整改"}
    client.post(reverse("spotcheck:conclude", args=[sample.pk]), ending)
    bad, good = (reverse("spotcheck:card", args=[sample.pk, order]) for order in (1, 2))
    assert bad in text(client.get(reverse("spotcheck:sample", args=[sample.pk])))
    assert "登记复查" in text(client.get(bad)) and "不能登记" in text(client.get(good))

    assert client.post(bad, said | {"outcome": "passed", "version": 1}).status_code == 302
    page = text(client.get(reverse("spotcheck:sample", args=[sample.pk])))
    assert "复查合格" in page and bad not in page and "<dd>1<small> 个" in page


def test_late_drawing_says_what_to_do_and_is_marked_on_its_page(as_, people, chain):
    chain.sent()
    client = as_(people.reviewer)

    assert "请写明原因" in text(client.post(DRAW, drawing()))
    client.post(DRAW, drawing(late_reason="补抽"))
    assert "本样本在自查报告报送后抽取" in text(client.get(reverse("spotcheck:sample", args=[Sample.objects.get().pk])))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"outcome": ""}, "请选择结果"),
        ({"outcome": "failed"}, "请在备注中说明"),
        ({"mbps": "fast"}, "输入一个数字"),
        ({"visited_on": "2018-07-21"}, "不能晚于今天"),
        ({"lon": "200", "lat": "23"}, "经度"),
        ({"photos": SimpleUploadedFile("a.jpg", b"MZ")}, "既不是 JPEG"),
    ],
)
def test_card_refused_keeps_what_was_typed(changes, said, draw, as_, people):
    sample = draw()
    given = {"outcome": "passed", "datum": "WGS84", "visited_on": "2018-07-20", "distance_m": "123"} | changes
    answer = as_(people.reviewer).post(reverse("spotcheck:card", args=[sample.pk, 1]), given)

    assert answer.status_code == 422
    assert said in text(answer) and 'value="123"' in text(answer)
    assert not SampleFinding.objects.exists()


def test_photos_of_a_refused_card_wait_until_it_is_put_right(draw, as_, people, tmp_path):
    sample, client = draw(), as_(people.reviewer)
    card = reverse("spotcheck:card", args=[sample.pk, 1])
    chosen = [
        SimpleUploadedFile("a.png", PHOTO),
        SimpleUploadedFile("b.png", png(shade=9)),
        SimpleUploadedFile("c", b"MZ"),
    ]
    said = {"outcome": "failed", "datum": "WGS84", "visited_on": "2018-07-20"}
    answer = client.post(card, said | {"photos": chosen})
    assert answer.status_code == 422 and "“c”" in text(answer)
    kept, unwanted = HeldPhoto.objects.order_by("pk")
    assert (kept.name, kept.by, unwanted.name) == ("a.png", people.reviewer, "b.png")
    assert client.get(reverse("spotcheck:held_photo", args=[kept.pk]))["Content-Type"] == "image/jpeg"

    answer = client.get(card)
    assert "已留存的照片" in text(answer) and "a.png" in text(answer)
    answer = client.post(card, said | {"remark": "没有端口", "unwanted": [unwanted.pk]})
    assert answer.status_code == 302
    assert [photo.name for photo in SampleFinding.objects.get().photos.all()] == ["a.png"]
    assert not HeldPhoto.objects.exists() and "已留存的照片" not in text(client.get(card))


def test_card_overtaken_says_so_and_loses_nothing(draw, as_, people):
    client, card = as_(people.reviewer), reverse("spotcheck:card", args=[draw().pk, 1])
    said = {"outcome": "passed", "datum": "WGS84", "visited_on": "2018-07-20", "version": 0}
    assert [client.post(card, said).status_code for _ in range(2)] == [302, 302]
    assert SampleFinding.objects.count() == 1

    photo = SimpleUploadedFile("a.png", PHOTO, "image/png")
    answer = as_(people.second).post(card, said | {"outcome": "failed", "remark": "没有端口", "photos": photo})
    assert answer.status_code == 409 and "已登记“合格”" in text(answer) and "没有端口" in text(answer)
    assert 'name="version" value="1"' in text(answer) and HeldPhoto.objects.get().by == people.second


def test_photos_are_kept_through_many_refusals_and_once(draw, as_, people):
    sample, client = draw(), as_(people.reviewer)
    card = reverse("spotcheck:card", args=[sample.pk, 1])
    for _ in range(2):
        client.post(card, {"outcome": "", "photos": [SimpleUploadedFile("a.png", PHOTO)]})
    assert HeldPhoto.objects.count() == 1
    for first in (1, 5):
        more = [SimpleUploadedFile(f"{shade}.png", png(shade=shade)) for shade in range(first, first + 4)]
        client.post(card, {"outcome": "", "photos": more})
    assert HeldPhoto.objects.count() == photos.MOST


def test_photos_that_wait_go_with_the_sample(draw, as_, people, django_capture_on_commit_callbacks):
    sample, client = draw(), as_(people.reviewer)
    client.post(reverse("spotcheck:card", args=[sample.pk, 1]), {"photos": [SimpleUploadedFile("a.png", PHOTO)]})
    held = HeldPhoto.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("spotcheck:void", args=[sample.pk]), {"version": 0, "reason": "抽错季度"})
    assert not HeldPhoto.objects.exists()
    with pytest.raises(Damaged):
        original(held)


def test_card_alone_may_ask_where_the_phone_is(draw, as_, people):
    sample, client = draw(), as_(people.reviewer)

    assert client.get(reverse("spotcheck:card", args=[sample.pk, 1]))["Permissions-Policy"] == "geolocation=(self)"
    assert "geolocation=()" in client.get(reverse("spotcheck:sample", args=[sample.pk]))["Permissions-Policy"]


def test_card_that_was_not_drawn_is_not_there(draw, as_, people):
    sample = draw()

    for order in (0, 3, 2**40):
        assert as_(people.reviewer).get(f"/spotcheck/{sample.pk}/{order}/").status_code == 404


def test_open_sample_is_hidden_from_the_township_that_waits_for_it(draw, as_, people):
    sample = draw()
    client = as_(people.clerk)

    assert client.get(reverse("spotcheck:sample", args=[sample.pk])).status_code == 404
    assert client.get(reverse("spotcheck:sheet", args=[sample.pk, "pdf"])).status_code == 404
    assert "尚无抽查" in text(client.get(reverse("spotcheck:index")))


def test_void_sample_stays_to_be_read(draw, as_, people):
    sample, client = draw(), as_(people.reviewer)
    client.post(reverse("spotcheck:void", args=[sample.pk]), {"version": 0, "reason": "抽错了季度"})

    page = text(client.get(reverse("spotcheck:sample", args=[sample.pk])))
    assert "已作废" in page and "抽错了季度" in page and "作出结论" not in page


@pytest.mark.parametrize(("name", "data"), [("conclude", {"version": 0, "reason": "好"}), ("void", {"version": 0})])
def test_ending_without_a_reason_or_conclusion(name, data, draw, as_, people):
    sample = draw()
    answer = as_(people.reviewer).post(reverse(f"spotcheck:{name}", args=[sample.pk]), data)

    assert answer.status_code == 422
    assert Sample.objects.get().state == SampleState.OPEN


def test_field_sheet_bears_the_day_in_shanghai(draw):
    sample = draw(at=datetime(2018, 7, 2, 16, 30, tzinfo=UTC))

    assert field_sheet(SampleResult(sample)).headline[2] == "2018年7月3日抽取"


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_field_sheet(form, begins, draw, as_, people):
    sample = draw()
    answer = as_(people.reviewer).get(reverse("spotcheck:sheet", args=[sample.pk, form]))

    assert answer.content.startswith(begins)


def test_record_that_does_not_fit_its_seed_is_shown_as_such(draw, as_, people):
    sample = draw()
    Sample.objects.update(seed="changed")

    assert "记录可能被改动" in text(as_(people.leader).get(reverse("spotcheck:sample", args=[sample.pk])))


def test_desk_says_of_units_only_what_was_found(as_, people, chain, draw):
    """The sample supports; the one village it drew was looked at, the other was not."""
    sample = draw(seed="12ab")
    assert sample.items.filter(key=COVERED).exists() and not sample.items.filter(key=FAR).exists()
    enter_all(sample, people.reviewer)
    conclude(sample, people.reviewer)
    report = chain.taken(COVERED, FAR)
    client = as_(people.reviewer)
    seen_, unseen = (report.units.get(area_id=code) for code in (COVERED, FAR))
    desk = reverse("inspection:desk", args=[report.pk])

    assert "已核查 1 个，均合格" in text(client.get(desk, {"unit": seen_.pk}))
    assert "均合格" not in text(client.get(desk, {"unit": unseen.pk}))
    assert "已核查 1 个，均合格" in text(client.get(reverse("inspection:unit", args=[seen_.pk])))


def test_nothing_is_passed_together_while_the_sample_is_open(as_, people, chain, draw):
    item = draw(size=3).items.get(key=COVERED)
    report = chain.taken(COVERED)
    client, unit = as_(people.reviewer), reverse("inspection:unit", args=[report.units.get().pk])
    assert "已核查 0 个，尚不能判定是否合格" in text(client.get(unit))

    actions.enter(item=item, seen=seen(), by=people.reviewer)
    assert "没有可以一并办理的单位" in text(client.get(reverse("inspection:desk_batch", args=[report.pk])))
    assert "已核查 1 个，均合格" in text(client.get(unit))
