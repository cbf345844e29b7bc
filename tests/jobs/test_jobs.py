"""Jobs as they are begun, done, seen and swept; in tests they are done where they are begun."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.posts import Post
from jobs.actions import recover, start, sweep
from jobs.management.commands import work
from jobs.models import SILENT, Job, JobState, folder_of, folders
from jobs.running import perform
from jobs.work import work_at
from tests.jobs import works

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, make_user):
    user = make_user(Post.CLERK)
    client.force_login(user)
    return user


def lost(by, work=works.count, **fields) -> Job:
    """A job whose worker was killed a minute ago."""
    job = start(work, title="丢失", by=by, **({"upto": 1} if work is works.count else {}))
    then = timezone.now() - SILENT - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, heartbeat_at=then, **fields)
    job.refresh_from_db()
    return job


def test_work_is_done_and_says_how_it_ended(clerk):
    job = start(works.count, title="数一数", by=clerk, upto=3)

    assert (job.state, job.done, job.total, job.percent) == (JobState.DONE, 3, 3, 100)
    assert (job.sentence, job.problems, job.unit) == ("数到了 3。", ["没有零"], "个")
    assert (folder_of(job.pk) / job.file).read_text(encoding="utf-8") == "3"
    assert AuditEntry.objects.filter(action="job.start", by=clerk).count() == 1


def test_refusal_is_said_to_the_person(clerk):
    job = start(works.refuse, title="拒绝", by=clerk)
    assert (job.state, job.sentence) == (JobState.FAILED, "缺少名单，请补上再来。")


def test_a_mistake_of_ours_is_logged_and_not_shown(clerk, caplog):
    job = start(works.fail, title="出错", by=clerk)
    assert job.state == JobState.FAILED
    assert "秘密" not in job.sentence
    assert f"任务 {job.pk}" in job.sentence
    assert "秘密" in caplog.text


def test_a_person_who_lost_her_seat_has_nothing_done(clerk):
    Job.objects.create(work=works.count.path, arguments={"upto": 1}, title="旧", unit="个", by=clerk, seat="clerk:1")
    job = Job.objects.get()
    perform.func(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.FAILED, 0)
    assert "岗位或所属已变动" in job.sentence


def test_a_job_is_done_once(clerk):
    job = start(works.count, title="数", by=clerk, upto=2)
    perform.func(job.pk)
    job.refresh_from_db()
    assert job.attempts == 1


def test_what_lost_its_worker_is_done_again(clerk):
    job = lost(clerk, attempts=1)
    recover(timezone.now())
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)


@pytest.mark.parametrize(("work", "attempts"), [(works.count, 3), (works.once, 1)])
def test_what_lost_its_worker_too_often_is_marked(clerk, work, attempts):
    job = lost(clerk, work, attempts=attempts)
    recover(timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.INTERRUPTED
    assert job.sentence.endswith(work_at(work.path).again)


def test_work_that_is_no_more_is_marked(clerk):
    job = lost(clerk, work=works.count)
    Job.objects.filter(pk=job.pk).update(work="jobs.gone.away")
    recover(timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.INTERRUPTED


def test_what_is_heard_of_is_left_alone(clerk):
    job = lost(clerk)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now())
    recover(timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_what_was_forgotten_is_queued_again(clerk):
    old = timezone.now() - timedelta(hours=1)
    job = lost(clerk)
    Job.objects.filter(pk=job.pk).update(state=JobState.WAITING, queued_at=old, heartbeat_at=None)
    recover(timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_sweep_forgets_jobs_and_their_files(clerk, settings):
    old, fresh = (start(works.count, title="数", by=clerk, upto=1) for _ in range(2))
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=settings.JOB_DAYS, seconds=1))
    stray = folders() / "0"
    stray.mkdir(exist_ok=True)
    later = timezone.now() + timedelta(seconds=1)
    sweep(later)
    assert list(Job.objects.all()) == [fresh]
    assert stray.exists()
    sweep(later + timedelta(days=settings.JOB_DAYS))
    assert not stray.exists()
    assert not folder_of(old.pk).exists()


def test_paths_that_are_no_work_are_refused():
    for path in ("os.system", "no.such.thing", "plain", "tests.jobs.works.time"):
        with pytest.raises(LookupError):
            work_at(path)


def test_pages_show_ones_own_jobs(client, clerk, make_user):
    other = make_user(Post.CLERK)
    mine, theirs = start(works.count, title="我的数", by=clerk, upto=1), start(works.refuse, title="别人的", by=other)

    page = client.get("/jobs/").content.decode()
    assert "我的数" in page
    assert "别人的" not in page
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert client.get(theirs.get_absolute_url()).status_code == 404


def test_result_is_handed_out_and_recorded(client, clerk):
    job = start(works.count, title="数", by=clerk, upto=5)
    answer = client.get(f"/jobs/{job.pk}/file/")
    assert b"".join(answer.streaming_content) == b"5"
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEntry.objects.filter(action="job.download", by=clerk).exists()


def test_result_that_is_gone_is_said(client, clerk):
    job = start(works.refuse, title="数", by=clerk)
    assert client.get(f"/jobs/{job.pk}/file/").status_code == 404


def test_what_was_made_for_one_seat_is_not_shown_to_another(client, clerk, make_area):
    job = start(works.count, title="数", by=clerk, upto=1)
    clerk.area = make_area("441802105")
    clerk.save()
    client.force_login(clerk)
    assert client.get(job.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": JobState.WAITING}, "正在排队"),
        ({"state": JobState.RUNNING, "done": 1, "total": 3}, "33%"),
        ({"state": JobState.RUNNING, "done": 7}, "已办 7 个"),
        ({"state": JobState.RUNNING, "heartbeat_at": timezone.now() - timedelta(hours=1)}, "超过半分钟没有响应"),
        ({"state": JobState.WAITING, "queued_at": timezone.now() - timedelta(hours=1)}, "已排队超过一分钟"),
        ({"state": JobState.INTERRUPTED, "sentence": "处理中断"}, "处理中断"),
    ],
)
def test_page_says_how_it_stands(client, clerk, fields, said):
    job = Job.objects.create(
        title="数", unit="个", by=clerk, seat=f"clerk:{clerk.area_id}", **{"heartbeat_at": timezone.now()} | fields
    )
    page = client.get(job.get_absolute_url()).content.decode()
    assert said in page
    assert ("http-equiv" in page) == (fields["state"] != JobState.INTERRUPTED)


def test_list_asks_the_same_however_long_it_is(client, clerk, django_assert_num_queries):
    for _ in range(3):
        start(works.count, title="数", by=clerk, upto=1)
    client.get("/jobs/")
    with django_assert_num_queries(4):
        client.get("/jobs/")


def test_chore_that_fails_is_logged_and_the_others_are_done(monkeypatch, caplog):
    done = []
    monkeypatch.setattr(work, "CHORES", [lambda: {}["a slip"], lambda: done.append("the next")])

    assert work._chores() is False
    assert done == ["the next"] and "A chore failed" in caplog.text
