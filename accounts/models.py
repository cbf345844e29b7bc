"""Models of users, their posts and scopes, API tokens, failed logins, and the audit trail."""

import json

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.posts import Post, Power, RoleGrants, ScopeKind, grants_of, posts_at
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS, AreaKind
from common import clock
from common.scope import Scope

_SCOPE_AREA_KINDS = {ScopeKind.TOWNSHIP: TOWNSHIPS, ScopeKind.DISTRICT: (AreaKind.DISTRICT,)}
_SCOPE_REFUSALS = {
    ScopeKind.TOWNSHIP: "{post}必须属于一个街道或镇，请选择街镇，不选运营企业。",
    ScopeKind.DISTRICT: "{post}必须属于区，请选择区，不选运营企业。",
    ScopeKind.OPERATOR: "{post}必须属于一家运营企业，请选择运营企业，不选区域。",
    ScopeKind.NONE: "{post}不属于任何区域或运营企业，两者都请留空。",
}


PHONE_HELP = "供业务对口人员联系；例如：0763-3361234，分机号写作 0763-3361234-802"
valid_phone = RegexValidator(
    r"^(0\d{2,3}-?)?\d{7,8}(-\d{1,5})?$|^1\d{10}$",
    "电话应写作 0763-3361234（可加分机 -802）或 11 位手机号；没有就留空。",
)


class UserQuerySet(models.QuerySet):
    def visible_to(self, user) -> "UserQuerySet":
        """All accounts for those who manage them, assign posts or read the audit trail, one's own for others."""
        if any(user.may(power) for power in (Power.MANAGE_ACCOUNTS, Power.ASSIGN_POSTS, Power.READ_AUDIT_TRAIL)):
            return self
        return self.filter(pk=user.pk)

    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def open(self) -> "UserQuerySet":
        """The accounts that may log in today: active, and their time is not over."""
        return self.active().filter(Q(valid_until=None) | Q(valid_until__gte=timezone.localdate(clock.real_now())))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, username: str, password: str | None = None, **fields) -> "User":
        """Save a new user; ValidationError with Chinese sentences by field otherwise."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.full_clean()
        user.save()
        return user


class User(AbstractBaseUser):
    """A person with an account; sees what the post and its area or operator allow, and no more."""

    username = models.CharField(
        "用户名", max_length=50, unique=True, error_messages={"unique": "已有这个用户名，请换一个。"}
    )
    name = models.CharField("姓名", max_length=50)
    post = models.CharField("岗位", max_length=20, choices=Post, blank=True, help_text="空白：安全管理员尚未分配")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="所属区域")
    operator = models.ForeignKey(
        Operator, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="运营企业"
    )
    unit = models.CharField("单位", max_length=100, blank=True)
    email = models.EmailField("电子邮箱", blank=True, help_text="接收待办提醒；可以不填")
    phone = models.CharField("办公电话", max_length=20, blank=True, validators=[valid_phone], help_text=PHONE_HELP)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须修改密码", default=False)
    password_changed_at = models.DateTimeField("密码设置时间", null=True, blank=True)
    session_version = models.PositiveIntegerField("会话版本", default=0, help_text="加一，则所有已登录的会话立即失效")
    created_at = models.DateTimeField("建立时间", default=clock.real_now, editable=False)
    requested_by = models.CharField("申请人", max_length=50, blank=True)
    basis = models.CharField("申请依据", max_length=200, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True, help_text="此后不能登录；空白：长期有效")
    active_since = models.DateTimeField("最近启用时间", null=True, blank=True, editable=False)
    dormant_since = models.DateTimeField("因长期未登录停用", null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "post"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    post__in=posts_at(ScopeKind.TOWNSHIP, ScopeKind.DISTRICT), area__isnull=False, operator__isnull=True
                )
                | Q(post__in=posts_at(ScopeKind.OPERATOR), area__isnull=True, operator__isnull=False)
                | Q(post__in=posts_at(ScopeKind.NONE), area__isnull=True, operator__isnull=True),
                name="user_seat_fits_post",
                violation_error_message="岗位与所属不符：街镇和区级岗位选区域，运营企业岗位选运营企业，其他岗位两者都不选。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The area is of the kind that the post is tied to; ValidationError by field."""
        super().clean()
        if self.post in Post.values and not self._scope_fits():
            raise ValidationError({"post": _SCOPE_REFUSALS[self.grants.scope_kind].format(post=self.post_label)})

    def _scope_fits(self) -> bool:
        scope_kind = self.grants.scope_kind
        if scope_kind == ScopeKind.OPERATOR:
            return self.operator_id is not None and self.area_id is None
        if scope_kind == ScopeKind.NONE:
            return self.operator_id is None and self.area_id is None
        return self.operator_id is None and self.area is not None and self.area.kind in _SCOPE_AREA_KINDS[scope_kind]

    @property
    def grants(self) -> RoleGrants:
        return grants_of(self.post)

    @property
    def post_label(self) -> str:
        return self.get_post_display() or "未定岗"

    @property
    def has_expired(self) -> bool:
        """Whether the account's time is over (有效期至), so that it logs in no more."""
        return self.valid_until is not None and self.valid_until < timezone.localdate(clock.real_now())

    def may(self, power: Power) -> bool:
        """Whether the post of this user, while active, allows ``power``."""
        return self.is_active and power in self.grants.powers

    @property
    def scope(self) -> Scope:
        """What the user may see: an area and all beneath it, an operator's network, or nothing."""
        scope_kind = self.grants.scope_kind
        if scope_kind in (ScopeKind.TOWNSHIP, ScopeKind.DISTRICT):
            return Scope(area=self.area_id)
        if scope_kind == ScopeKind.OPERATOR:
            return Scope(operator=self.operator_id)
        return Scope()

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.password_changed_at = clock.real_now()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions die with the password, and at once when post, area, operator or standing change."""
        tied = [self.password, self.post, self.area_id, self.operator_id, self.is_active, self.session_version]
        return salted_hmac("accounts.User.session", json.dumps(tied), secret=secret, algorithm="sha256").hexdigest()

    def has_used(self, raw_password: str, last: int) -> bool:
        """Whether this is the present password or one of the ``last`` ones in all."""
        past = self.past_passwords.values_list("password", flat=True)[: max(last - 1, 0)] if self.pk else []
        return any(check_password(raw_password, password) for password in [self.password, *past] if password)


class PastPassword(models.Model):
    """A password that a user had, as its hash, so that it is not chosen again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords", verbose_name="用户")
    password = models.CharField("密码", max_length=128)
    until = models.DateTimeField("用到", default=clock.real_now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "旧密码"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.until:%Y-%m-%d}"


class FailureKind(models.TextChoices):
    """By what failures are counted; the last two count codes of the second step, not passwords."""

    PAIR = "pair", "同一用户名、同一地址"
    ACCOUNT = "account", "同一用户名"
    ADDRESS = "address", "同一地址"
    WHOLE = "whole", "全门户"
    CODE_PAIR = "code_pair", "同一账号、同一地址的动态码"
    CODE_ACCOUNT = "code_account", "同一账号的动态码"


class LoginFailures(models.Model):
    """How often it was tried in vain of late: by name and address, or either, or at all (blank); the name need not be anybody's."""

    kind = models.CharField("类别", max_length=20, choices=FailureKind, default=FailureKind.PAIR)
    username = models.CharField("用户名", max_length=50, blank=True)
    address = models.CharField("地址", max_length=45, blank=True)
    failures = models.PositiveSmallIntegerField("次数", default=0)
    last_at = models.DateTimeField("最近一次", null=True)
    reached_at = models.DateTimeField("达到上限时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录失败"
        ordering = ["pk"]
        indexes = [models.Index(fields=["last_at"], name="login_failures_last")]
        constraints = [models.UniqueConstraint(fields=["kind", "username", "address"], name="login_failures_once")]

    def __str__(self) -> str:
        return f"{self.username} {self.address} {self.failures}"


class LoginSession(models.Model):
    """A login of an account, from its beginning to its end; kept for a while after, by which its address is a known one.

    ``session_key`` is that of Django's session while it lasts, blank afterwards; ``digest`` tells a browser that
    comes with an ended one why it was ended.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="login_sessions", verbose_name="账号")
    session_key = models.CharField("会话", max_length=40, blank=True)
    digest = models.CharField("会话摘要", max_length=64, unique=True)
    address = models.CharField("地址", max_length=45, blank=True)
    browser = models.CharField("浏览器", max_length=60, blank=True)
    begun_at = models.DateTimeField("登录时间", default=clock.real_now)
    used_at = models.DateTimeField("最近使用", default=clock.real_now)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_why = models.CharField("结束原因", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"
        ordering = ["-used_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "address"], name="login_session_known"),
            models.Index(fields=["used_at"], name="login_session_used"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {timezone.localtime(self.begun_at):%Y-%m-%d %H:%M}"


class SecondFactor(models.Model):
    """The authenticator of an account (两步验证): its secret, encrypted, and the last step of time whose code was used."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor", verbose_name="账号")
    sealed = models.TextField("密钥（密文）")
    last_step = models.BigIntegerField("最近使用的时间步", default=0)
    created_at = models.DateTimeField("绑定时间", default=clock.real_now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "两步验证"

    def __str__(self) -> str:
        return f"{self.user_id} {timezone.localtime(self.created_at):%Y-%m-%d}"


class RecoveryCode(models.Model):
    """A code that lets an account in once without its authenticator, kept as a keyed digest."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes", verbose_name="两步验证")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.factor_id} {self.pk}"


class TokenQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TokenQuerySet":
        """All of them for who assigns posts; for others those of one's own operator."""
        if user.may(Power.ASSIGN_POSTS):
            return self
        return self.filter(operator=user.operator_id) if user.operator_id else self.none()

    def standing(self) -> "TokenQuerySet":
        """The tokens that are neither withdrawn nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=clock.real_now())


class Token(models.Model):
    """With what a system of an operator's signs in to the API (接口令牌): as its owner, while post and operator are those of its issue.

    The secret is shown once and kept only as its SHA-256, which is enough for 256 random bits.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name="账号")
    post = models.CharField("岗位", max_length=20, choices=Post)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="tokens", verbose_name="运营企业")
    name = models.CharField("名称", max_length=50)
    hint = models.CharField("令牌开头", max_length=12)
    hash = models.CharField("摘要", max_length=64, unique=True)
    created_at = models.DateTimeField("发放时间", default=clock.real_now, editable=False)
    expires_at = models.DateTimeField("到期时间")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    last_address = models.CharField("最近地址", max_length=45, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], condition=Q(revoked_at=None), name="token_name_once_per_account"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def wrong(self) -> str:
        """Why the token is refused at this moment, as a Chinese sentence; '' when it is valid."""
        if self.revoked_at:
            return "令牌已作废。请在门户“接口令牌”页另行发放。"
        if self.expires_at <= clock.real_now():
            return "令牌已到期。请在门户“接口令牌”页另行发放。"
        if (
            not self.user.is_active
            or self.user.has_expired
            or (self.user.post, self.user.operator_id) != (self.post, self.operator_id)
        ):
            return "发放令牌的账号已停用或调岗，令牌不再有效。请由在岗人员另行发放。"
        return ""


class AuditEntryQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AuditEntryQuerySet":
        """All of it for the auditor; for others what was done to their part of the tree."""
        if user.may(Power.READ_AUDIT_TRAIL):
            return self
        return self.filter(user.scope.areas("area_code")).exclude(area_code="")


class AuditEntry(models.Model):
    """Who did what, when, from where; never changed or deleted (``accounts.triggers``). ``accounts.audit.record`` writes it."""

    sequence = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经手人")
    username = models.CharField("用户名", max_length=50, blank=True)
    address = models.CharField("地址", max_length=45, blank=True)
    action = models.CharField("动作", max_length=50)
    subject_type = models.CharField("对象类型", max_length=50, blank=True)
    subject_key = models.CharField("对象编号", max_length=64, blank=True)
    subject_name = models.CharField("对象", max_length=200, blank=True)
    area_code = models.CharField("区域编码", max_length=15, blank=True)
    detail = models.TextField("内容", help_text="JSON；改动写作 {字段: [改前, 改后]}")
    result = models.CharField("结果", max_length=10)
    algorithm = models.CharField("摘要算法", max_length=10)
    previous = models.CharField("上一条摘要", max_length=128, blank=True)
    hash = models.CharField("摘要", max_length=128)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["username", "-sequence"], name="audit_by_username"),
            models.Index(fields=["action", "-sequence"], name="audit_by_action"),
            models.Index(fields=["address", "-sequence"], name="audit_by_address"),
            models.Index(fields=["result", "-sequence"], name="audit_by_result"),
            models.Index(fields=["area_code", "-sequence"], name="audit_by_area"),
            models.Index(fields=["subject_key", "-sequence"], name="audit_by_subject_key"),
            models.Index(fields=["subject_type", "subject_key"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    @property
    def facts(self) -> dict:
        return json.loads(self.detail)


class AuditHead(models.Model):
    """The end of the chain: a single row, on which writers queue."""

    ONLY = 1

    sequence = models.BigIntegerField("序号", default=0)
    hash = models.CharField("摘要", max_length=128, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计链尾"

    def __str__(self) -> str:
        return str(self.sequence)


class AuditArchive(models.Model):
    """A piece of the chain that was written into a file before its rows left the table; by it the triggers let them go."""

    first_sequence = models.BigIntegerField("起始序号", primary_key=True)
    last_sequence = models.BigIntegerField("截止序号", unique=True)
    hash_before = models.CharField("起始前摘要", max_length=128, blank=True)
    hash_after = models.CharField("末条摘要", max_length=128)
    file = models.CharField("归档文件", max_length=100)
    sha256 = models.CharField("文件摘要", max_length=64)
    document = models.TextField("签名", help_text="JSON；所签内容和签名")
    at = models.DateTimeField("归档时间", default=clock.real_now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "审计归档"
        ordering = ["-first_sequence"]

    def __str__(self) -> str:
        return f"{self.first_sequence}–{self.last_sequence}"

    @property
    def count(self) -> int:
        return self.last_sequence - self.first_sequence + 1


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, user) -> "QuestionQuerySet":
        """One's own, and those that others share; none for who does not read the trail."""
        return self.filter(Q(owner=user) | Q(is_shared=True)) if user.may(Power.READ_AUDIT_TRAIL) else self.none()


class SavedQuestion(models.Model):
    """Filters of the audit trail that an auditor keeps under a name (常用查询), for herself or for all auditors."""

    name = models.CharField("名称", max_length=50)
    query = models.CharField("条件", max_length=500)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="保存人")
    is_shared = models.BooleanField("供全体审计员使用", default=False)
    created_at = models.DateTimeField("保存时间", default=clock.real_now, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常用查询"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="saved_question_once",
                violation_error_message="您已有这个名称的常用查询，请换一个。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AnomalyQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AnomalyQuerySet":
        return self if user.may(Power.READ_AUDIT_TRAIL) else self.none()

    def waiting(self) -> "AnomalyQuerySet":
        """What nobody has checked yet, or what has grown since."""
        return self.filter(Q(checked_at=None) | Q(figure__gt=models.F("checked_figure")))


class Anomaly(models.Model):
    """Something unusual that a rule found in one day's entries (异常行为), of one account or address."""

    rule = models.CharField("规则", max_length=30)
    day = models.DateField("日期")
    who = models.CharField("账号或地址", max_length=50)
    figure = models.PositiveIntegerField("数值")
    threshold = models.PositiveIntegerField("界限")
    query = models.CharField("条件", max_length=500, help_text="打开所依据的审计记录")
    found_at = models.DateTimeField("发现时间", default=clock.real_now, editable=False)
    checked_at = models.DateTimeField("核查时间", null=True, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核查人")
    checked_figure = models.PositiveIntegerField("核查时的数值", default=0)
    finding = models.CharField("核查情况", max_length=200, blank=True)

    objects = AnomalyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异常行为"
        ordering = ["-day", "rule", "who"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "day", "who"], name="anomaly_once_a_day"),
            models.CheckConstraint(
                condition=Q(checked_at=None) | ~Q(finding=""),
                name="anomaly_checked_with_a_finding",
                violation_error_message="请写明核查情况。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.day}"

    @property
    def is_checked(self) -> bool:
        return self.checked_at is not None and self.figure <= self.checked_figure


class AnomalyTerms(models.Model):
    """From which figure on a rule finds something, where an auditor has set it otherwise than declared."""

    rule = models.CharField("规则", max_length=30, primary_key=True)
    threshold = models.PositiveIntegerField("界限")

    class Meta:
        verbose_name = verbose_name_plural = "异常行为界限"

    def __str__(self) -> str:
        return self.rule
