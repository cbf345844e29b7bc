"""The jobs: long work that somebody began, how far it is, and how it ended."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.urls import reverse

from common import clock

SILENT = timedelta(seconds=30)
"""A running job that is not heard of for so long has lost its worker; it beats every five seconds."""


class JobState(models.TextChoices):
    WAITING = "waiting", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    INTERRUPTED = "interrupted", "中断"


UNFINISHED = (JobState.WAITING, JobState.RUNNING)


def seat_of(user) -> str:
    """The post of a user and what it is tied to: what was made for one seat is not shown to another."""
    return f"{user.post}:{user.area_id or user.operator_id or ''}"


class JobQuerySet(models.QuerySet):
    def visible_to(self, user) -> "JobQuerySet":
        """One's own, begun in the seat that one has now."""
        return self.filter(by=user, seat=seat_of(user))

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=UNFINISHED)

    def silent(self, now) -> "JobQuerySet":
        """Running, yet not heard of: their worker was killed."""
        return self.filter(state=JobState.RUNNING, heartbeat_at__lt=now - SILENT)


class Job(models.Model):
    """A piece of long work. ``done`` and ``total`` are in ``unit``; ``total`` is None until it is known."""

    work = models.CharField("程序", max_length=200)
    arguments = models.JSONField("参数", default=dict)
    title = models.CharField("任务", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发起人")
    seat = models.CharField("发起时的岗位", max_length=60)
    state = models.CharField("状态", max_length=12, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField("已办", default=0)
    total = models.PositiveIntegerField("共", null=True)
    unit = models.CharField("单位", max_length=10)
    sentence = models.TextField("进展", blank=True)
    file = models.CharField("结果文件", max_length=200, blank=True)
    link = models.CharField("结果页面", max_length=300, blank=True)
    problems = models.JSONField("问题", default=list)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    created_at = models.DateTimeField("发起时间", default=clock.real_now, editable=False)
    queued_at = models.DateTimeField("排队时间", default=clock.real_now)
    started_at = models.DateTimeField("开始时间", null=True)
    heartbeat_at = models.DateTimeField("最近消息", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["by", "-id"], name="job_by"),
            models.Index(fields=["state", "heartbeat_at"], name="job_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("jobs:job", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def is_stuck(self) -> bool:
        """Nobody is at it: it lost its worker, or no worker has taken it for a minute."""
        now = clock.real_now()
        if self.state == JobState.RUNNING:
            return self.heartbeat_at < now - SILENT
        return self.state == JobState.WAITING and self.queued_at < now - timedelta(minutes=1)

    @property
    def percent(self) -> int | None:
        """How much is done, rounded down; None while the total is not known."""
        return min(100, 100 * self.done // self.total) if self.total else None

    @property
    def folder(self) -> Path:
        """Where its files lie: outside of everything that is served."""
        return folder_of(self.pk)


def folders() -> Path:
    return Path(settings.VAR_DIR) / "jobs"


def folder_of(pk: int) -> Path:
    return folders() / str(pk)
