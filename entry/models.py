"""Who has a form of figures open just now; what people say about its cells (批注): a thread a cell, kept for good."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.posts import Post
from common import clock
from common.append_only import AppendOnly
from common.constraints import worded

LONGEST_COMMENT = 500


class Presence(models.Model):
    """When a user's page of a form was last heard of, and in which row he stands; counts for half a minute."""

    kind = models.CharField("表", max_length=20)
    name = models.CharField("编号", max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="用户")
    row = models.CharField("行", max_length=20, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "在场"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name", "user"], name="presence_once", violation_error_message="已记在场。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.user_id}"


class CellThread(models.Model):
    """What is said about a cell, or about a whole row (``column`` blank), of the form ``name`` of a ``kind``.

    ``number`` counts its comments and acts, so that what a page shows of it can be told from what came since.
    """

    kind = models.CharField("表", max_length=20)
    name = models.CharField("表号", max_length=60)
    code = models.CharField("行", max_length=20)
    column = models.CharField("列", max_length=40, blank=True)
    title = models.CharField("位置", max_length=200)
    is_open = models.BooleanField("未处理", default=True)
    number = models.PositiveIntegerField("序号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "批注"
        ordering = ["code", "pk"]
        indexes = [models.Index(fields=["kind"], condition=Q(is_open=True), name="thread_open")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "code", "column"], name="thread_once_a_cell"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def area_code(self) -> str:
        """Whose matter it is, for the audit trail."""
        return self.code


class CommentAct(models.TextChoices):
    """What was done in a thread."""

    COMMENT = "comment", "批注"
    SETTLE = "settle", "标为已处理"
    REOPEN = "reopen", "重新打开"


class CellComment(models.Model):
    """Something that was said in a thread, or that it was settled or opened again; ``value`` is what stood in the cell then."""

    thread = models.ForeignKey(CellThread, models.PROTECT, related_name="comments", verbose_name="批注")
    number = models.PositiveIntegerField("序号")
    act = models.CharField("动作", max_length=10, choices=CommentAct)
    text = models.CharField("内容", max_length=LONGEST_COMMENT, blank=True)
    value = models.CharField("当时的内容", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="批注人")
    post = models.CharField("岗位", max_length=20, choices=Post)
    at = models.DateTimeField("时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "批注记录"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="comment_number_once"),
            worded(Q(act=CommentAct.COMMENT), "text", name="comment_says_something", sentence="请写明批注内容。"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.number}"

    @property
    def is_comment(self) -> bool:
        return self.act == CommentAct.COMMENT


class CommentMention(models.Model):
    """A post that a comment is addressed to (@区经信局审核员)."""

    comment = models.ForeignKey(CellComment, models.PROTECT, related_name="mentions", verbose_name="批注记录")
    post = models.CharField("岗位", max_length=20, choices=Post)

    class Meta:
        verbose_name = verbose_name_plural = "批注提请"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["comment", "post"], name="mention_once_a_post")]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.post}"


PROTECTED = (
    AppendOnly("entry_cellcomment", "entry_cellcomment", "批注只能增加，不能修改或删除。"),
    AppendOnly("entry_commentmention", "entry_commentmention", "批注的提请只能增加，不能修改或删除。"),
)
"""Append-only in the database itself."""
