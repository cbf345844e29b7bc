"""The pages of a withdrawal: proposed, told, answered, decided, each by the person whose step it is."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.posts import Post
from reports.certificates.models import Certificate, CertificateState, Withdrawal
from reports.certificates.register import address
from reports.certificates.withdrawal_views import address as address_of
from tests.evidence.files import png
from tests.reports.certificates.conftest import ISSUED_ON


@pytest.fixture(autouse=True)
def on(settings):
    settings.PORTAL_TODAY = ISSUED_ON


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def walk(certificate, procedure):
    return procedure(certificate)


def text(answer) -> str:
    return answer.content.decode()


def step(client, withdrawal: Withdrawal, decision: str, **changes):
    said = {"decision": decision, "version": Withdrawal.objects.get(pk=withdrawal.pk).version, "reason": "经核实"}
    return client.post(address_of(withdrawal), said | changes)


def send(client, withdrawal: Withdrawal, shade: int):
    file = SimpleUploadedFile(f"照片{shade}.png", png(shade=shade))
    return client.post(reverse("certificates:attach", args=[withdrawal.pk]), {"file": file})


def test_title_is_withdrawn_by_the_pages(walk, as_, people):
    certificate = walk.rechecked()
    client = as_(people.reviewer)
    propose = reverse("certificates:propose_withdrawal", args=[certificate.pk])
    assert propose in text(client.get(address(certificate)))
    client.get(propose)
    said = {"version": certificate.version, "ground": "removed", "text": "分光器已经拆除。"}
    assert client.post(propose, said).status_code == 302
    withdrawal = Withdrawal.objects.get()
    assert send(client, withdrawal, 9).status_code == 302

    client = as_(people.bureau_head)
    assert "签发告知书" in text(client.get(address_of(withdrawal)))
    assert step(client, withdrawal, "notify").status_code == 302
    client = as_(people.clerk)
    assert send(client, withdrawal, 10).status_code == 302
    assert step(client, withdrawal, "answer", reason="请予延期。").status_code == 302
    client = as_(people.government)
    page = text(client.get(address_of(withdrawal)))
    assert "请予延期。" in page and page.count("<img ") >= 2
    assert step(client, withdrawal, "withdraw").status_code == 302

    assert Certificate.objects.get().state == CertificateState.WITHDRAWN
    assert "清区府〔2018〕1号" in text(client.get(address(certificate)))


def test_government_is_told_until_when_it_waits_and_has_no_button(walk, as_, people, settings):
    withdrawal = walk.heard()
    client = as_(people.government)

    page = text(client.get(address_of(withdrawal)))
    assert "陈述申辩期限至" in page and 'name="decision"' not in page
    refused = step(client, withdrawal, "withdraw")
    assert refused.status_code == 422 and "收到答复或期满之后才能决定" in text(refused)
    settings.PORTAL_TODAY = withdrawal.hear_until + timedelta(days=1)
    assert 'value="withdraw"' in text(client.get(address_of(withdrawal)))


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"reason": " "}, 422, "撤销的理由"),
        ({"version": 0}, 409, "请核对"),
        ({"decision": "burn"}, 422, "无法识别所选的办理事项"),
    ],
)
def test_step_refused_says_why(changes, status, said, walk, as_, people):
    answer = step(as_(people.government), walk.answered(), **{"decision": "withdraw"} | changes)

    assert answer.status_code == status and said in text(answer)
    assert Certificate.objects.get().state == CertificateState.RECHECKING


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"ground": ""}, 422, "请选择撤销事由"),
        ({"text": " "}, 422, "请写明事实和理由"),
        ({"ground": "fallen"}, 422, "没有评定未达标"),
        ({"version": 7}, 409, "请核对"),
    ],
)
def test_proposal_refused_says_why_and_keeps_what_was_typed(changes, status, said, walk, as_, people):
    certificate = walk.rechecked()
    data = {"version": certificate.version, "ground": "removed", "text": "分光器已经拆除。"} | changes
    answer = as_(people.reviewer).post(reverse("certificates:propose_withdrawal", args=[certificate.pk]), data)

    assert answer.status_code == status and said in text(answer)
    assert "text" in changes or "分光器已经拆除。" in text(answer)
    assert not Withdrawal.objects.exists()


def test_certificate_that_is_not_under_recheck_has_no_form_to_propose(certificate, as_, people):
    page = text(as_(people.reviewer).get(reverse("certificates:propose_withdrawal", args=[certificate.pk])))

    assert "该证书不在复核中" in page and 'name="ground"' not in page


def test_township_learns_of_a_proposal_with_the_notice(walk, as_, people):
    withdrawal = walk.proposed()
    client = as_(people.clerk)

    assert client.get(address_of(withdrawal)).status_code == 404
    assert address_of(withdrawal) not in text(client.get(address(withdrawal.certificate)))
    walk.take("notify", withdrawal, people.bureau_head)
    page = text(client.get(address_of(withdrawal)))
    assert "撤销称号事先告知书" in page and 'value="answer"' in page
    assert address_of(withdrawal) in text(client.get(address(withdrawal.certificate)))


def test_certificate_under_withdrawal_offers_neither_confirmation_nor_explanation(walk, as_, people):
    withdrawal = walk.heard()

    for user in (people.bureau_head, people.government, people.clerk):
        assert 'name="decision"' not in text(as_(user).get(address(withdrawal.certificate)))


def test_explanation_of_the_township_reaches_the_reviewer_who_proposes(walk, as_, people):
    certificate = walk.rechecked()
    data = {"decision": "explain", "version": certificate.version, "reason": "台风损毁，月底修复。"}
    assert as_(people.clerk).post(address(certificate), data).status_code == 302

    page = text(as_(people.reviewer).get(reverse("certificates:propose_withdrawal", args=[certificate.pk])))
    assert "台风损毁，月底修复。" in page and "陈经办于 2018年8月15日 说明" in page


def test_file_is_downloaded_with_its_record_and_shown_as_a_picture(walk, as_, people):
    file, client = walk.heard().files.get(), as_(people.clerk)

    kept = client.get(reverse("certificates:withdrawal_file", args=[file.pk]))
    assert kept.content == png() and "attachment" in kept["Content-Disposition"]
    assert AuditEntry.objects.get(action="withdrawal.download").by == people.clerk
    shown = client.get(reverse("certificates:withdrawal_picture", args=[file.pk]))
    assert shown["Content-Type"] == "image/jpeg"
    assert as_(people.neighbour).get(reverse("certificates:withdrawal_file", args=[file.pk])).status_code == 404


def test_file_is_taken_out_by_its_side_alone(walk, as_, people):
    withdrawal = walk.proposed()
    remove = reverse("certificates:detach", args=[withdrawal.files.get().pk])
    assert f'action="{remove}"' in text(as_(people.reviewer).get(address_of(withdrawal)))
    assert f'action="{remove}"' not in text(as_(people.government).get(address_of(withdrawal)))

    assert as_(people.reviewer).post(remove).status_code == 302
    assert not withdrawal.files.exists()


@pytest.mark.parametrize(
    ("files", "said"),
    [({}, "未选择文件"), ({"file": SimpleUploadedFile("a.txt", b"text")}, "既不是 JPEG、PNG 图片，也不是 PDF")],
)
def test_file_refused_says_why(files, said, walk, as_, people):
    withdrawal = walk.proposed()
    answer = as_(people.reviewer).post(reverse("certificates:attach", args=[withdrawal.pk]), files)

    assert answer.status_code == 422 and said in text(answer)
    assert withdrawal.files.count() == 1


def test_full_disk_is_told(walk, as_, people, monkeypatch):
    from evidence import store

    withdrawal = walk.proposed()
    monkeypatch.setattr(store, "keep", lambda *_: (_ for _ in ()).throw(store.NoSpace("磁盘已满。")))

    assert send(as_(people.reviewer), withdrawal, 99).status_code == 507
    assert withdrawal.files.count() == 1


def test_page_costs_the_same_however_many_files(walk, as_, people, django_assert_max_num_queries):
    withdrawal, client = walk.proposed(), as_(people.reviewer)
    for shade in range(3):
        send(client, withdrawal, shade)

    with django_assert_max_num_queries(14):
        client.get(address_of(withdrawal))


def test_operator_sees_nothing(walk, as_, make_user):
    assert as_(make_user(Post.OPERATOR)).get(address_of(walk.heard())).status_code == 403
