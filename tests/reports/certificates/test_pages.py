"""The pages of the bureau: register, awarding, a certificate with its steps, printing."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area, Succession
from jobs.models import Job
from reports.certificates.models import Certificate, CertificateState
from reports.certificates.register import address
from tests.reports.certificates.conftest import COVERED, ISSUED_ON, TOWN, XINMA
from tests.scenes import NEAR


@pytest.fixture
def day(day, settings):
    settings.PORTAL_TODAY = date(2018, 10, 8)


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def text(answer) -> str:
    return answer.content.decode()


def test_awarding_all_that_was_ratified(ratified, as_, people):
    units = ratified(TOWN, XINMA)
    client = as_(people.second_government)

    page = text(client.get(reverse("certificates:issue")))
    assert page.count('name="units"') == 2 and " checked" not in page
    answer = client.post(
        reverse("certificates:issue"), {"units": [unit.pk for unit in units.values()], "on": "2018-08-15"}
    )
    assert answer.status_code == 302
    assert Certificate.objects.filter(issued_on=ISSUED_ON).count() == 2
    assert "没有等待授牌的单位" in text(client.get(reverse("certificates:issue")))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"on": "2018-08-15"}, "请至少勾选一个单位"),
        ({"units": [0], "on": "2018-08-15"}, "已经授牌或不在名单内"),
        ({"units": ["9" * 30], "on": "2018-08-15"}, "已经授牌或不在名单内"),
        ({"units": ["x"], "on": "2018-08-15"}, "已经授牌或不在名单内"),
        ({"on": "2018-10-09"}, "日期不能晚于今天"),
        ({"on": "2018-07-01"}, "授牌日期不能更早"),
    ],
)
def test_awarding_refused_keeps_what_was_chosen(data, said, ratified, as_, people):
    unit = ratified()[TOWN]
    data = {"units": [unit.pk]} | data if "units" in data or "更早" in said or "今天" in said else data
    answer = as_(people.second_government).post(reverse("certificates:issue"), data)

    assert answer.status_code == 422
    assert said in text(answer)
    assert not Certificate.objects.exists()


def test_register_filters_and_exports(issued, as_, people):
    issued(TOWN, XINMA, COVERED)
    client = as_(people.leader)

    assert "共 3 张" in text(client.get(reverse("certificates:register")))
    assert "符合条件的 1 张" in text(client.get(reverse("certificates:register"), {"q": "新屋"}))
    assert "符合条件的 3 张" in text(client.get(reverse("certificates:register"), {"township": TOWN, "state": "valid"}))
    exported = b"".join(client.get(reverse("certificates:register"), {"export": "csv"}).streaming_content).decode()
    assert all(each.code_grouped in exported for each in Certificate.objects.all())
    assert "2018年第二季度" in exported and "2018Q2" not in exported
    assert AuditEntry.objects.filter(action="export").exists()


def test_register_costs_the_same_however_long(issued, as_, people, django_assert_max_num_queries):
    issued(TOWN, XINMA, COVERED)
    client = as_(people.government)
    client.get(reverse("certificates:register"))

    with django_assert_max_num_queries(9):
        client.get(reverse("certificates:register"))


def test_township_sees_its_own_and_decides_nothing(issued, as_, people):
    own = issued(TOWN)[0]

    page = text(as_(people.clerk).get(address(own)))
    assert own.number in page and 'name="decision"' not in page
    assert as_(people.neighbour).get(address(own)).status_code == 404


def step(client, certificate: Certificate, action: str, **changes):
    said = {"decision": action, "version": certificate.version, "reason": "现场核查", "on": "2018-10-08"}
    return client.post(address(certificate), said | changes)


def test_withdrawn_certificate_names_its_circular_and_is_not_printed(certificate, as_, people, procedure):
    procedure(certificate).withdrawn()

    page = text(as_(people.leader).get(address(certificate)))
    assert "清区府〔2018〕1号" in page and "已撤销" in page
    assert as_(people.leader).get(reverse("certificates:paper", args=[certificate.pk, "paper"])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"reason": ""}, 422, "启动复核的原因"),
        ({"on": "2018-10-09"}, 422, "日期不能晚于今天"),
        ({"on": "2018-08-01"}, 422, "不能早于上一步"),
        ({"version": 7}, 409, "请核对最新情况后再办理"),
        ({"decision": "burn"}, 422, "无法识别所选的办理事项"),
    ],
)
def test_step_refused_says_why_and_keeps_what_was_typed(changes, status, said, certificate, as_, people):
    answer = step(as_(people.reviewer), certificate, "recheck", **changes)

    assert answer.status_code == status
    assert said in text(answer)
    assert status == 409 or "decision" in changes or "reason" in changes or "现场核查" in text(answer)
    assert Certificate.objects.get().state == CertificateState.VALID


def test_post_without_the_power_is_refused(certificate, as_, people):
    assert step(as_(people.clerk), certificate, "recheck").status_code == 403


def test_renamed_and_merged_unit_keeps_its_name_and_says_the_new_one(issued, as_, people):
    certificate = issued(COVERED)[0]
    Area.objects.filter(code=COVERED).update(name="新屋一村", valid_to=date(2018, 10, 1))

    page = text(as_(people.leader).get(address(certificate)))
    assert "源潭镇新马村新屋" in page
    assert "现名“新屋一村”，该区域自 2018-10-01 起已撤并" in page
    assert "现名“新屋一村”" in text(as_(people.leader).get(reverse("public:certificate", args=[certificate.code])))


@pytest.mark.parametrize(
    ("carries_title", "fate"), [(True, "，称号继续有效，由"), (False, "，称号保留，没有登记由其承继")]
)
def test_merged_unit_says_into_what_it_went_on_every_page(carries_title, fate, issued, as_, people):
    certificate = issued(COVERED)[0]
    gone, heir = Area.objects.get(code=COVERED), Area.objects.get(code=NEAR)
    said = {"kind": "merge", "on": date(2018, 10, 1), "document": "源潭府〔2018〕5号", "carries_title": carries_title}
    Succession.objects.create(area=gone, successor=heir, by=people.reviewer, **said)
    words = f"原单位已于2018年10月1日并入{heir.name}（源潭府〔2018〕5号）{fate}"

    page = text(as_(people.leader).get(address(certificate)))
    assert words in page and "源潭镇新马村新屋" in page
    client = as_(people.leader)
    assert words in text(client.get(reverse("public:certificate", args=[certificate.code])))
    assert words in client.get(reverse("public:document", args=[certificate.code])).json()["payload"]["unit_now"]
    assert words in text(client.get(reverse("inspection:unit", args=[certificate.unit_id])))


def test_batch_prints_what_is_filtered_but_the_withdrawn(issued, as_, people, procedure):
    town, village, hamlet = issued(TOWN, XINMA, COVERED)
    procedure(hamlet).withdrawn()
    client = as_(people.bureau_head)

    answer = client.post(f"{reverse('certificates:print')}?township={TOWN}", {"form": "plaque"})
    job = Job.objects.get()
    assert answer.status_code == 302 and answer.url == job.get_absolute_url()
    assert set(job.arguments["numbers"]) == {town.pk, village.pk}


@pytest.mark.parametrize("asked", [{"form": "paper"}, {"form": "stamp"}])
def test_batch_of_nothing_is_told(asked, as_, people):
    answer = as_(people.bureau_head).post(reverse("certificates:print"), asked, follow=True)

    assert "没有可以打印的证书" in text(answer)
    assert not Job.objects.exists()


def test_operator_sees_no_register(as_, make_user):
    assert as_(make_user(Post.OPERATOR)).get(reverse("certificates:register")).status_code == 403
