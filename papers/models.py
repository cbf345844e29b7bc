"""What is kept of documents: the series of their numbers, the documents as they were issued, and how they are worded."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Area
from common import clock
from common.append_only import AppendOnly
from papers.document import Paper, from_json


class BodyRole(models.TextChoices):
    """What a body that issues documents is to its area."""

    TOWNSHIP = "township", "街镇"
    BUREAU = "bureau", "区经信局"
    GOVERNMENT = "government", "区政府"


class Numbering(models.TextChoices):
    """Where a body's numbers come from."""

    PORTAL = "portal", "门户编号"
    REGISTER = "register", "发文登记簿编号，在门户登记"


class IssuingBody(models.Model):
    """What the office of a body has entered of it; blank: as delivered, or called by its area."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="issuing_bodies", verbose_name="区域")
    role = models.CharField("机关", max_length=10, choices=BodyRole)
    name = models.CharField("机关全称", max_length=60)
    code = models.CharField("机关代字", max_length=12)
    letter_code = models.CharField("函的代字", max_length=12, blank=True)
    office = models.CharField("印发机关", max_length=60, blank=True)
    contact = models.CharField("联系人", max_length=20, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    numbering = models.CharField("编号方式", max_length=8, choices=Numbering, default=Numbering.PORTAL)
    needs_check = models.BooleanField("印发前须经核稿", default=False)
    version = models.PositiveIntegerField("版本号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "发文机关"
        ordering = ["area_id", "role"]
        constraints = [models.UniqueConstraint(fields=["area", "role"], name="issuing_body_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def said(self) -> dict[str, str | bool | int]:
        """What was entered."""
        names = ("name", "code", "letter_code", "office", "contact", "phone", "numbering", "needs_check", "version")
        return {name: getattr(self, name) for name in names}


class Series(models.Model):
    """The numbers of one code in one year (发文字号, 证书编号): ``last`` is the last that was drawn."""

    code = models.CharField("机关代字", max_length=20)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "发文字号"
        ordering = ["-year", "code"]
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="series_once_a_year")]

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕"


class NumberBlock(models.Model):
    """Numbers that an office keeps for papers outside the portal, or for one that is to come: who, when, what for."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="blocks", verbose_name="字号系列")
    first = models.PositiveIntegerField("起")
    last = models.PositiveIntegerField("止")
    purpose = models.CharField("用途", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="留号人")
    at = models.DateTimeField("留号时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "留用文号"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "first"], name="number_block_once"),
            models.CheckConstraint(
                condition=Q(last__gte=models.F("first")) & ~Q(purpose=""),
                name="number_block_whole",
                violation_error_message="留用文号必须写明起止和用途。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}{self.first}号至{self.last}号"


class VoidNumber(models.Model):
    """A number that no paper bears and none will (作废), and why."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="voids", verbose_name="字号系列")
    serial = models.PositiveIntegerField("序号")
    reason = models.CharField("作废原因", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("作废时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "作废文号"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="void_number_once"),
            models.CheckConstraint(
                condition=~Q(reason=""), name="void_number_has_reason", violation_error_message="作废文号必须写明原因。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}{self.serial}号"


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "DocumentQuerySet":
        """Documents of the areas in scope, and the circulars of the areas above."""
        area = user.scope.area
        if area is None:
            return self.none()
        above = [area[:length] for length in range(6, len(area) + 1, 3)]
        return self.filter(user.scope.areas("area__code") | Q(is_circular=True, area__in=above))

    def of(self, subject: models.Model) -> "DocumentQuerySet":
        """Documents that were made from a row, the latest last."""
        return self.filter(about=about(subject)).order_by("pk")


def about(subject: models.Model) -> str:
    """How a document names the row that it was made from: its model and primary key."""
    return f"{subject._meta.label_lower}:{subject.pk}"


class Document(models.Model):
    """A document as it was issued: ``paper`` is its frozen description, ``digest`` the hash over it.

    It is never changed; the same pages can be made from it at any time.
    """

    kind = models.CharField("种类", max_length=40)
    about = models.CharField("所据", max_length=80, blank=True, help_text="由哪一行数据成文：模型和主键")
    area = models.ForeignKey(Area, models.PROTECT, related_name="documents", verbose_name="区域")
    issuer = models.CharField("发文机关", max_length=100)
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="documents", verbose_name="字号系列")
    serial = models.PositiveIntegerField("序号", null=True)
    number = models.CharField("发文字号", max_length=60, blank=True)
    subject = models.CharField("标题", max_length=200)
    issued_on = models.DateField("成文日期")
    issued_at = models.DateTimeField("生成时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    is_circular = models.BooleanField("普发", default=False, help_text="区域内各单位都能看到")
    paper = models.JSONField("内容")
    digest = models.CharField("摘要", max_length=80)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公文"
        ordering = ["-issued_on", "-pk"]
        indexes = [
            models.Index(fields=["area", "kind"], name="document_area_kind"),
            models.Index(fields=["about"], name="document_about"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "serial"],
                name="document_number_once",
                violation_error_message="这个发文字号已经用过。",
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, serial__isnull=True, number="")
                | Q(series__isnull=False, serial__isnull=False) & ~Q(number=""),
                name="document_number_whole",
                violation_error_message="发文字号不完整。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}（{self.number}）" if self.number else self.subject

    @property
    def description(self) -> Paper:
        """The paper as it was issued."""
        return from_json(self.paper)


class DraftState(models.TextChoices):
    """Where a draft stands on its way to being signed."""

    DRAFTING = "drafting", "拟稿中"
    CHECKING = "checking", "核稿中"
    COUNTERSIGNING = "countersigning", "会签中"
    READY = "ready", "待签发"
    ISSUED = "issued", "已签发"
    DROPPED = "dropped", "已撤稿"


CLOSED = (DraftState.ISSUED, DraftState.DROPPED)


class DraftAction(models.TextChoices):
    """What can be done to a draft."""

    OPEN = "open", "拟稿"
    WORD = "word", "修改文字"
    NUMBER = "number", "登记文号"
    HAND_IN = "hand_in", "送核稿"
    CHECK = "check", "核稿同意"
    SEND_BACK = "send_back", "退回拟稿"
    ASK = "ask", "送会签"
    COUNTERSIGN = "countersign", "会签同意"
    DROP = "drop", "撤稿"
    ISSUE = "issue", "签发"


class PaperDraftQuerySet(models.QuerySet):
    def open(self) -> "PaperDraftQuerySet":
        return self.exclude(state__in=CLOSED)

    def of(self, kind: str, subject: models.Model | str) -> "PaperDraftQuerySet":
        """The drafts of a kind of paper on a row, the latest last."""
        name = subject if isinstance(subject, str) else about(subject)
        return self.filter(kind=kind, about=name).order_by("pk")


class PaperDraft(models.Model):
    """A paper before it is issued: the words that are its own, by the parts of its wording, and its number where it has one."""

    kind = models.CharField("种类", max_length=40)
    about = models.CharField("所据", max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    role = models.CharField("机关", max_length=10, choices=BodyRole)
    state = models.CharField("状态", max_length=16, choices=DraftState, default=DraftState.DRAFTING)
    version = models.PositiveIntegerField("版本号", default=0)
    texts = models.JSONField("文字", default=dict)
    serial = models.PositiveIntegerField("登记的序号", null=True, blank=True)
    asked = models.CharField("会签岗位", max_length=20, blank=True)
    document = models.OneToOneField(
        "papers.Document", models.PROTECT, null=True, blank=True, related_name="draft", verbose_name="公文"
    )

    objects = PaperDraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公文稿"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about"],
                condition=~Q(state__in=CLOSED),
                name="paper_draft_one_open",
                violation_error_message="这份公文已在拟稿。",
            ),
            models.CheckConstraint(
                condition=Q(state=DraftState.ISSUED, document__isnull=False)
                | ~Q(state=DraftState.ISSUED) & Q(document__isnull=True),
                name="paper_draft_issued_has_document",
                violation_error_message="已签发的稿必须有公文。",
            ),
        ]

    def __str__(self) -> str:
        from papers.wording import title_of

        return f"{title_of(self.kind)}稿"

    @property
    def area_code(self) -> str:
        """To whose part of the tree it belongs, for the audit trail."""
        return self.area_id


class DraftMove(models.Model):
    """A step of a draft: who, when, from, to, why, and the words as they were after it."""

    draft = models.ForeignKey(PaperDraft, models.PROTECT, related_name="moves", verbose_name="公文稿")
    action = models.CharField("动作", max_length=12, choices=DraftAction)
    from_state = models.CharField("原状态", max_length=16, blank=True)
    to_state = models.CharField("新状态", max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    at = models.DateTimeField("时间", default=clock.now, editable=False)
    reason = models.TextField("原因", blank=True)
    version = models.PositiveIntegerField("版本号")
    texts = models.JSONField("文字", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "办文流转"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["draft", "version"], name="draft_move_version")]

    def __str__(self) -> str:
        return f"{self.draft} {self.action}"

    @property
    def subject(self) -> PaperDraft:
        return self.draft

    @property
    def deed(self) -> str:
        return self.get_action_display()


class WordingVersion(models.Model):
    """A wording as the bureau of a county has set it: who, when, why; no texts: back to the delivered ones."""

    county = models.CharField("县区编码", max_length=6)
    key = models.CharField("文书", max_length=40)
    version = models.PositiveIntegerField("版本")
    texts = models.JSONField("文字", default=dict)
    reason = models.CharField("修改原因", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="修改人")
    at = models.DateTimeField("修改时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "文书模板"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["county", "key", "version"], name="wording_version_once"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="wording_has_reason",
                violation_error_message="修改文书模板必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} 第 {self.version} 版"


DOCUMENTS_GUARD = AppendOnly("papers_document", "document_append_only", "公文印发后不能修改或删除。")
WORDINGS_GUARD = AppendOnly("papers_wordingversion", "wording_append_only", "文书模板的旧版本不能修改或删除。")
BLOCKS_GUARD = AppendOnly("papers_numberblock", "number_block_append_only", "留用的文号不能修改或删除。")
VOIDS_GUARD = AppendOnly("papers_voidnumber", "void_number_append_only", "作废的文号不能修改或删除。")
STEPS_GUARD = AppendOnly("papers_draftmove", "draft_move_append_only", "办文流转只能增加，不能修改或删除。")
