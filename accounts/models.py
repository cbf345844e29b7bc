"""Who may: the users of the portal, each with a post and what the post is tied to."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from accounts.posts import CHARGES, Post, Power, Seat
from areas.models import Area, Operator
from areas.scope import Scope


class UserManager(BaseUserManager):
    def create_user(self, username: str, password: str | None = None, **fields) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.full_clean()
        user.save()
        return user


class User(AbstractBaseUser):
    """A person with an account; sees what the post and its area or operator allow, and no more."""

    username = models.CharField("用户名", max_length=50, unique=True)
    name = models.CharField("姓名", max_length=50)
    post = models.CharField("岗位", max_length=20, choices=Post)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="所属区域")
    operator = models.ForeignKey(Operator, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="运营企业")
    unit = models.CharField("单位", max_length=100, blank=True)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "post"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=True) | Q(operator__isnull=True),
                name="user_area_or_operator",
                violation_error_message="用户只能属于一个区域或一家运营企业，不能两者都有。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, power: Power) -> bool:
        """Whether the post of this user, while active, allows ``power``."""
        return self.is_active and power in CHARGES[Post(self.post)].powers

    @property
    def scope(self) -> Scope:
        """What the user may see: an area and all beneath it, an operator's network, or nothing."""
        seat = CHARGES[Post(self.post)].seat
        if seat in (Seat.TOWNSHIP, Seat.DISTRICT):
            return Scope(area=self.area_id)
        if seat == Seat.OPERATOR:
            return Scope(operator=self.operator_id)
        return Scope()
