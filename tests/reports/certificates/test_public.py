"""The public page: four answers, no login, nothing to enumerate, and the signed document says the same."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from reports.certificates import actions, codes, public_views, signing
from reports.certificates.models import Certificate, CertificateMove, Lookups
from reports.certificates.throttle import seconds_to_wait
from tests.reports.certificates.conftest import ISSUED_ON

UNKNOWN = "2222-2222-2222-2222"


def page(code: str) -> str:
    return Client().get(reverse("public:certificate", args=[code])).content.decode()


@pytest.fixture
def rechecked(certificate, people):
    actions.recheck(certificate=certificate, version=0, reason="核查", on=ISSUED_ON, by=people.reviewer)
    return certificate


@pytest.fixture
def withdrawn(certificate, procedure):
    return procedure(certificate).withdrawn()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fixture", "heading"), [("certificate", "有效"), ("rechecked", "复核中"), ("withdrawn", "已撤销")]
)
def test_page_says_how_it_stands(fixture, heading, request):
    certificate = request.getfixturevalue(fixture)
    shown = page(certificate.code_grouped)

    assert f"<title>{heading}：证书查验" in shown
    for said in (
        certificate.number,
        certificate.title,
        "源潭镇",
        "清远市清城区人民政府",
        "2018-08-15",
        certificate.verdict_digest,
    ):
        assert said in shown


def test_page_gives_no_name_of_a_person_and_no_reason(withdrawn):
    shown = page(withdrawn.code)

    for untold in ("王审核", "吴区长", "经核实", "分光器"):
        assert untold not in shown


def test_page_of_a_withdrawn_title_names_circular_day_and_ground(withdrawn):
    shown = "".join(line.strip() for line in page(withdrawn.code).splitlines())

    assert "<dt>撤销</dt><dd>2018-08-15，清区府〔2018〕2号，事由：设施拆除</dd>" in shown


def test_title_withdrawn_by_a_typed_circular_still_names_it(certificate, people):
    """Before withdrawals were a procedure, whoever withdrew typed the circular's number."""
    old = {"certificate": certificate, "by": people.government, "on": ISSUED_ON, "reason": "核查", "version": 1}
    CertificateMove.objects.create(
        action="withdraw", from_state="rechecking", to_state="withdrawn", circular="清府通9", **old
    )
    Certificate.objects.filter(pk=certificate.pk).update(state="withdrawn", withdrawn_on=ISSUED_ON)

    assert "清府通9" in page(certificate.code)
    payload = Client().get(reverse("public:document", args=[certificate.code])).json()["payload"]
    assert (payload["withdrawal_circular"], payload["withdrawal_ground"]) == ("清府通9", "")
    assert Certificate.objects.get().withdrawal_said == ("清府通9", "")


def test_explaining_does_not_move_the_day_on_which_the_recheck_began(rechecked, people):
    actions.explain(
        certificate=rechecked, version=1, reason="正在抢修", on=ISSUED_ON + timedelta(days=3), by=people.clerk
    )
    shown = "".join(line.strip() for line in page(rechecked.code).splitlines())

    assert "<dt>复核开始</dt><dd>2018-08-15</dd>" in shown


def test_unknown_code_gets_the_same_page_with_the_same_queries(certificate, django_assert_num_queries):
    rows = [page(certificate.code).count(tag) for tag in ("<dt>", "<dd", "<a ", "<p")]
    for code in (certificate.code, UNKNOWN):
        with django_assert_num_queries(4):
            shown = page(code)
        assert [shown.count(tag) for tag in ("<dt>", "<dd", "<a ", "<p")] == rows
    assert "查无此证" in shown


def test_any_way_of_writing_the_code_is_understood(certificate):
    written = f" {codes.grouped(certificate.code).lower().replace('-', ' ')} "

    assert certificate.number in page(written)
    answer = Client().get(reverse("public:index"), {"code": written})
    assert answer.url == reverse("public:certificate", args=[certificate.code_grouped])


@pytest.mark.parametrize("typed", ["2222-2222-2222-2223", "abc", "0000-0000-0000-0000", "<script>"])
def test_slip_of_typing_is_told_without_asking_the_database(typed, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answers = [Client().get(reverse("public:index"), {"code": typed}), Client().get(f"/c/{typed}/")]
    for answer in answers:
        assert "查验码有误" in answer.content.decode()
        assert "<script>" not in answer.content.decode()


def test_too_many_questions_from_an_address_are_answered_later(certificate, settings):
    settings.CERTIFICATE_LOOKUPS = 3
    answers = [Client().get(reverse("public:certificate", args=[UNKNOWN])) for _ in range(4)]
    elsewhere = Client(REMOTE_ADDR="10.0.0.9").get(reverse("public:certificate", args=[UNKNOWN]))

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[3]["Retry-After"]) <= 60
    assert "秒后刷新" in answers[3].content.decode()
    assert elsewhere.status_code == 200
    assert Client().get(reverse("public:document", args=[UNKNOWN])).status_code == 429


def test_address_is_not_kept_and_old_counts_are_swept(db):
    first, later = (datetime(2018, 8, day, 9, 30, 10, tzinfo=UTC) for day in (15, 17))

    assert seconds_to_wait("10.1.2.3", first) == seconds_to_wait("10.1.2.3", later) == 0
    row = Lookups.objects.get()
    assert row.minute == later.replace(second=0) and "10.1" not in row.address


def test_count_starts_anew_each_minute(db, settings):
    settings.CERTIFICATE_LOOKUPS = 1
    at = datetime(2018, 8, 15, 9, 30, 50, tzinfo=UTC)

    assert [seconds_to_wait("a", at), seconds_to_wait("a", at)] == [0, 10]
    assert seconds_to_wait("a", at.replace(minute=31)) == 0


def test_signed_document_says_what_the_page_says(rechecked):
    answer = Client().get(reverse("public:document", args=[rechecked.code]))
    payload = signing.verify(json.loads(answer.content), signing.public_key())

    assert payload["state"] == "rechecking"
    assert payload["number"] == rechecked.number
    assert (payload["unit"], payload["issued_on"], payload["withdrawn_on"]) == ("源潭镇", "2018-08-15", "")
    assert payload["verdict_digest"] == rechecked.verdict_digest


def test_document_of_an_unknown_code_is_signed_too_and_has_the_same_fields(certificate):
    known, unknown = (
        signing.verify(json.loads(Client().get(reverse("public:document", args=[code])).content), signing.public_key())
        for code in (certificate.code, UNKNOWN)
    )

    assert unknown["state"] == "unknown"
    assert known.keys() == unknown.keys()


def test_key_page_names_the_key_that_signs(db):
    shown = Client().get(reverse("public:key")).content.decode()
    key = signing.key_id(signing.public_key())

    assert key in shown and "BEGIN PUBLIC KEY" in shown and "PRIVATE" not in shown
    assert Client().get(reverse("public:key_file", args=[key])).content == signing.public_key()
    assert Client().get(reverse("public:key_file", args=["0" * 16])).status_code == 404


def test_without_its_key_the_portal_signs_nothing_and_still_answers(certificate, settings, tmp_path):
    before = signing.public_key()
    signing.rotate(date(2019, 4, 8))
    settings.CERTIFICATE_KEY = str(tmp_path / "lost.pem")

    for name, args in (("document", [certificate.code]), ("key", [])):
        answer = Client().get(reverse(f"public:{name}", args=args))
        assert answer.status_code == 503 and "暂时不能提供" in answer.text and answer["Retry-After"]
    assert "有效" in Client().get(reverse("public:certificate", args=[certificate.code])).text
    assert Client().get(reverse("public:key_file", args=[signing.key_id(before)])).content == before


def test_pages_are_kept_nowhere_and_cannot_be_posted_to(certificate):
    answer = Client().get(reverse("public:certificate", args=[certificate.code]))

    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert not answer.cookies
    assert Client().post(reverse("public:certificate", args=[certificate.code])).status_code == 405


def test_every_state_has_its_answer():
    assert set(public_views.ANSWERS) == {"valid", "rechecking", "withdrawn", "unknown"}
