"""Judging happens with the change where that is little, by the worker where it is much; pages say what they wait for."""

import signal
import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from acceptance.judging import impact, judging, standing
from acceptance.judging.working_off import AGAIN, work_off, work_off_little
from acceptance.middleware import verdicts
from acceptance.models import Judgement, SiteVerdict
from accounts.posts import Post
from areas import changes
from areas.models import FactChange, Site
from areas.workdays import DayUnknown
from common import clock
from jobs.hooks import CHORES
from tests.inspection.test_pages import fall, post, signed_in
from tests.jobs.test_worker import PATIENCE_S, begun, wait_until  # noqa: F401
from tests.scenes import TOWN, XIUXI, build_district

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worker_asleep")]

DISTRICT = "441802"
BEHIND = "正在重新评定，下列为 2018年7月10日 "


@pytest.fixture(autouse=True)
def day(settings):
    settings.PORTAL_TODAY = date(2018, 7, 10)


@pytest.fixture
def district(make_area) -> None:
    build_district(make_area)
    judging.ensure_current(DISTRICT)


@pytest.fixture
def leader(client, district, make_user) -> Client:
    client.force_login(make_user(Post.LEADER))
    return client


def lose_site() -> None:
    """A small change: a site of which nobody knows any more where it lies."""
    site = Site.objects.get(site_id="S-1")
    site.lon = site.lat = None
    site.save()
    impact.note_sites([site], only_place=True)


def answered(change) -> HttpResponse:
    """A request that makes the change."""
    return verdicts(lambda request: change() or HttpResponse())(None)


def capable() -> str:
    return SiteVerdict.objects.standing().get(site__site_id="S-1", period="2018Q2").capable


def page(client: Client, name: str = "progress", *args) -> str:
    return client.get(reverse(name, args=args)).content.decode()


# ---------------------------------------------------------------- with the change


def test_small_change_is_judged_by_the_end_of_its_request(leader):
    answered(lose_site)

    assert capable() == "unknown" and judging.is_current(DISTRICT)
    assert "正在重新评定" not in page(leader)


def test_change_of_a_reader_of_the_interface_is_judged_with_it(make_user, leader, settings):
    """The operator's own interface: a point that has just been closed leaves a village without one."""
    settings.PORTAL_TODAY = date(2018, 6, 29)
    client = Client()
    client.force_login(make_user(Post.OPERATOR, operator="telecom"))
    row = {
        "ap_id": "DX-1",
        "lon": 113.1,
        "lat": 23.7,
        "downstream_mbps": 100,
        "tv_only": False,
        "opened_on": "2017-01-01",
        "closed_on": "2018-06-20",
    }
    answer = client.post(reverse("load-access-points"), {"rows": [row]}, content_type="application/json")

    assert answer.status_code == 200, answer.content
    assert capable() == "no" and judging.is_current(DISTRICT)


def test_large_change_is_left_to_the_worker_and_pages_say_so(leader):
    before = Judgement.objects.get().judged_at
    answered(lambda: lose_site() or changes.note(DISTRICT))

    assert capable() == "yes" and not judging.is_current(DISTRICT)
    assert BEHIND in page(leader) and Judgement.objects.get().judged_at == before
    for chore in CHORES:
        chore()
    assert capable() == "unknown"
    assert "正在重新评定" not in page(leader)


@pytest.mark.parametrize(
    ("villages", "period", "is_little"),
    [(40, "2018Q2", True), (41, "2018Q2", False), (10, None, True), (14, None, False)],
)
def test_villages_are_judged_at_once_where_they_are_few(district, villages, period, is_little):
    answered(lambda: changes.note_areas([f"{TOWN}{number}" for number in range(300, 300 + villages)], period))

    assert judging.is_current(DISTRICT) == is_little


def test_change_that_is_undone_judges_nothing(leader):
    before = Judgement.objects.get().judged_at

    def undone() -> None:
        with transaction.atomic():
            lose_site()
            transaction.set_rollback(True)

    answered(undone)
    assert Judgement.objects.get().judged_at == before


def test_what_is_behind_gets_another_tag_with_every_change(leader):
    tags = [leader.get(reverse("progress"))["ETag"]]
    for _ in range(2):
        changes.note(DISTRICT)
        tags.append(leader.get(reverse("progress"))["ETag"])
        assert leader.get(reverse("progress"), headers={"If-None-Match": tags[-1]}).status_code == 304
    work_off()
    tags.append(leader.get(reverse("progress"))["ETag"])

    assert len(set(tags)) == 4


def test_files_and_systems_are_told(leader):
    changes.note(DISTRICT)
    exported = leader.get(reverse("progress"), {"export": "csv"})
    said = b"".join(exported.streaming_content).decode("utf-8-sig")

    assert "评定时间 2018年7月10日 " in said and "此后的改动尚未计入" in said
    for name in ("progress", "map_data"):
        assert leader.get(reverse(name))["X-Verdicts"].startswith("behind; judged=2018-07-10T")


# ---------------------------------------------------------------- never judged


def test_county_that_was_never_judged_says_so(client, make_area, make_user):
    build_district(make_area)
    client.force_login(make_user(Post.LEADER))

    assert "尚未评定：正在评定" in page(client)
    answer = client.get(reverse("acceptance:verdict", args=["2018Q2", TOWN]))
    assert answer.status_code == 503 and "尚未评定" in answer.content.decode()
    assert not Judgement.objects.exists()
    work_off()
    assert "尚未评定" not in page(client)
    assert client.get(reverse("acceptance:verdict", args=["2018Q2", TOWN])).status_code == 200


# ---------------------------------------------------------------- what goes wrong


@pytest.fixture
def broken(monkeypatch) -> list[str]:
    """The calendar falls short; which counties were tried."""
    tried: list[str] = []

    def refuse(county: str, **options) -> None:
        tried.append(county)
        raise DayUnknown(date(2020, 1, 1))

    monkeypatch.setattr(judging, "refresh", refuse)
    return tried


def test_failure_breaks_no_request_and_stands_on_the_pages(leader, broken):
    assert answered(lose_site).status_code == 200
    assert "重新评定未成功，下列为 2018年7月10日 " in page(leader)
    assert "原因：工作日表里没有 2020-01-01" in page(leader)
    assert leader.get(reverse("progress"))["X-Verdicts"].startswith("failed; ")


def test_failed_county_is_tried_again_after_a_minute(district, broken, monkeypatch):
    changes.note(DISTRICT)
    for _ in range(3):
        work_off()
    work_off_little([DISTRICT])
    assert broken == [DISTRICT]

    later = clock.real_now() + AGAIN + timedelta(seconds=1)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    work_off()
    assert broken == [DISTRICT] * 2


def test_success_takes_the_failure_from_the_pages(leader):
    Judgement.objects.update(failed_at=clock.real_now() - AGAIN, fault="工作日表不够。")
    changes.note(DISTRICT)
    assert "未成功" in page(leader)
    work_off()
    assert "未成功" not in page(leader) and Judgement.objects.get().fault is None


def test_slip_of_the_program_is_told_without_its_words(leader, monkeypatch, caplog):
    monkeypatch.setattr(judging, "refresh", lambda county: {}["S99"])
    answered(lose_site)

    assert "程序出错，已记入日志" in page(leader) and "S99" not in page(leader)
    assert "could not be judged" in caplog.text


def test_county_that_fails_first_says_that_it_was_never_judged(client, make_area, make_user, broken):
    build_district(make_area)
    client.force_login(make_user(Post.LEADER))
    work_off()

    assert "尚未评定：评定未成功。原因：工作日表里没有 2020-01-01" in page(client)


# ---------------------------------------------------------------- who decides


def test_whoever_decides_on_verdicts_judges_first(district, make_user):
    fall()
    changes.note(DISTRICT)
    refused = post(signed_in(make_user(Post.CLERK, TOWN)), "new", period="2018Q2", unit=[XIUXI], expect=422)

    assert "秀溪村未达标，差距" in refused.content.decode()


def test_whatif_asks_the_facts_as_they_are_now(leader):
    """What is stored of other villages is behind and so not looked at."""
    address = reverse("acceptance:whatif", args=["2018Q2", XIUXI])
    lose_site()
    behind = leader.post(address).context["result"]
    assert not judging.is_current(DISTRICT)
    judging.ensure_current(DISTRICT)
    current = leader.post(address).context["result"]

    assert str(behind.answer.verdicts(XIUXI)) == str(current.answer.verdicts(XIUXI))
    assert str(behind.answer.verdicts(DISTRICT)) == str(current.answer.verdicts(DISTRICT))


# ---------------------------------------------------------------- side by side


@pytest.fixture
def in_flight():
    """Somebody who changes facts, holds the county and has not finished; ends with the test."""
    begun_, over = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                list(Judgement.objects.select_for_update().filter(county=DISTRICT))
                changes.note(DISTRICT)
                begun_.set()
                over.wait(PATIENCE_S)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)

    def start() -> None:
        holder.start()
        assert begun_.wait(PATIENCE_S)

    yield start
    over.set()
    holder.join()


@pytest.mark.django_db(transaction=True)
def test_reader_does_not_wait_for_a_change_in_flight(leader, in_flight):
    page(leader)
    in_flight()

    assert "正在重新评定" not in page(leader)
    assert not FactChange.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="On SQLite one who writes waits for the other anyway.")
def test_request_does_not_wait_for_whoever_is_judging(district, in_flight):
    lose_site()
    in_flight()
    work_off_little([DISTRICT])

    assert capable() == "yes" and standing.read(DISTRICT).last_note


@pytest.mark.django_db(transaction=True)
def test_worker_that_is_killed_loses_nothing(district, begun):  # noqa: F811
    """The process that made the change died before it judged, and so does the first worker."""
    lose_site()
    changes.note(DISTRICT)
    first = begun()
    first.send_signal(signal.SIGKILL)
    first.wait(PATIENCE_S)
    assert not judging.is_current(DISTRICT)

    begun()
    wait_until(lambda: judging.is_current(DISTRICT), "the next worker judges")
    assert capable() == "unknown"
