"""The lists of accounts and of the audit trail, each declared once."""

from django.urls import reverse

from accounts import wording
from accounts.audit import OK
from accounts.filters import AuditFilter, UserFilter
from accounts.models import AuditEntry, User
from common.listing import CODE, DATE, Column, Listing


def account_status(user: User) -> str:
    if user.is_active and user.has_expired:
        return "已过有效期"
    return "启用" if user.is_active else "停用"


def _standing_tone(user: User) -> str:
    return "met" if user.is_active and not user.has_expired else "pending"


USERS = Listing(
    key="users",
    title="账号",
    unit="个",
    filterset=UserFilter,
    order=("username",),
    template="accounts/users.html",
    columns=(
        Column("name", "姓名", order=("name",), head=True, link=lambda user: reverse("accounts:user", args=[user.pk])),
        Column("username", "用户名", kind=CODE, order=("username",)),
        Column("unit", "单位", order=("unit",)),
        Column("post", "岗位", "post_label", order=("post",), tone=lambda user: "" if user.post else "late"),
        Column("seat", "所属", lambda user: str(user.area or user.operator or ""), order=("area_id", "operator_id")),
        Column("is_active", "状态", account_status, order=("is_active",), tone=_standing_tone),
        Column("valid_until", "有效期至", kind=DATE, order=("valid_until",), on_page=False),
        Column("last_login", "最近登录", kind=DATE, order=("last_login",)),
    ),
)


def _person(entry: AuditEntry) -> str:
    return f"{entry.by.name}（{entry.username}）" if entry.by_id else entry.username


def _result_tone(entry: AuditEntry) -> str:
    return "met" if entry.result == OK else "missed"


AUDIT = Listing(
    key="audit",
    title="审计记录",
    unit="条",
    filterset=AuditFilter,
    order=("-sequence",),
    template="accounts/audit.html",
    columns=(
        Column(
            "sequence",
            "序号",
            kind=CODE,
            order=("sequence",),
            head=True,
            link=lambda entry: reverse("accounts:entry", args=[entry.pk]),
        ),
        Column("at", "时间", lambda entry: entry.at, kind=DATE, order=("at",)),
        Column("who", "经手人", _person, order=("username",)),
        Column("address", "地址", kind=CODE, order=("address",)),
        Column("action", "动作", wording.action_label, order=("action",)),
        Column("subject", "对象", wording.subject_label, order=("subject_type", "subject_key")),
        Column("detail", "内容", wording.summary),
        Column("result", "结果", wording.result_label, order=("result",), tone=_result_tone),
        Column("area_code", "区域编码", kind=CODE, on_page=False),
        Column("raw", "内容（JSON）", "detail", on_page=False),
        Column("algorithm", "摘要算法", kind=CODE, on_page=False),
        Column("previous", "上一条摘要", kind=CODE, on_page=False),
        Column("hash", "摘要", kind=CODE, on_page=False),
    ),
)
