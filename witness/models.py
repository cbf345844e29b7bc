"""The log of what was decided: leaves of an append-only Merkle tree, and where it ends."""

from django.db import models

from common import clock
from common.append_only import AppendOnly


class Leaf(models.Model):
    """What one step decided, with its content as it then stood; never changed or deleted. ``witness.sealing`` writes it."""

    sequence = models.BigIntegerField("存证序号", primary_key=True)
    at = models.DateTimeField("存证时间", default=clock.real_now)
    kind = models.CharField("种类", max_length=60, help_text="数据表所属的模型")
    key = models.CharField("对象", max_length=64, blank=True, help_text="一行的主键，或若干行共同所属的对象")
    content = models.TextField("内容", help_text="规范化的 JSON：每一行的各列；不再存证的行为 null")
    is_late = models.BooleanField("补录", default=False, help_text="存证启用以前已有的数据，启用时补录")
    trail_sequence = models.BigIntegerField("审计链尾序号", default=0)
    trail_hash = models.CharField("审计链尾摘要", max_length=128, blank=True)
    algorithm = models.CharField("摘要算法", max_length=10)
    hash = models.CharField("摘要", max_length=128)

    class Meta:
        verbose_name = verbose_name_plural = "存证"
        ordering = ["sequence"]
        indexes = [models.Index(fields=["kind", "key"], name="leaf_subject")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.key}"


class LogHead(models.Model):
    """Where the log ends: how many leaves, and the roots of the perfect trees that they make, the largest first.

    A single row; who holds the end of the audit trail may move it.
    """

    ONLY = 1

    size = models.BigIntegerField("存证条数", default=0)
    peaks = models.TextField("子树根", blank=True)
    algorithm = models.CharField("摘要算法", max_length=10, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "存证末尾"

    def __str__(self) -> str:
        return str(self.size)


LEAVES_GUARD = AppendOnly("witness_leaf", "witness_leaf", "存证只能增加，不能修改或删除。", key="sequence")
