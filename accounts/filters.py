"""The filters of the lists of accounts and of the audit trail."""

from datetime import date, datetime, time

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import dormancy
from accounts.models import AuditEntry, User
from accounts.posts import Post
from accounts.wording import ACTIONS, RESULTS
from common.filters import ALL, DayFilter, folded

NO_POST = "none"


class UserFilter(filters.FilterSet):
    q = filters.CharFilter(label="姓名、用户名或单位", method="by_text", max_length=50)
    post = filters.ChoiceFilter(
        label="岗位", choices=[(NO_POST, "未定岗"), *Post.choices], empty_label=ALL, method="by_post"
    )
    is_active = filters.ChoiceFilter(
        label="状态", choices=(("1", "启用"), ("0", "停用")), empty_label=ALL, method="by_standing"
    )

    ends = filters.ChoiceFilter(
        label="即将停用",
        choices=(("dormant", "长期未登录"), ("expiring", "有效期将满")),
        empty_label=ALL,
        method="by_end",
    )

    class Meta:
        model = User
        fields = ["q", "post", "is_active", "ends"]

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        text = folded(value)
        return queryset.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(unit__icontains=text))

    def by_post(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(post="" if value == NO_POST else value)

    def by_standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "1")

    def by_end(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        ending = dormancy.soon_dormant() if value == "dormant" else dormancy.soon_over()
        return queryset.filter(pk__in=ending.order_by().values("pk"))


class AuditFilter(filters.FilterSet):
    who = filters.CharFilter(label="经手人", method="by_person", max_length=50)
    action = filters.ChoiceFilter(label="动作", choices=[], empty_label=ALL)
    subject = filters.CharFilter(label="对象", method="by_subject", max_length=100)
    since = DayFilter(label="日期从", method="by_first_day")
    until = DayFilter(label="日期至", method="by_last_day")
    result = filters.ChoiceFilter(label="结果", choices=list(RESULTS.items()), empty_label=ALL)

    class Meta:
        model = AuditEntry
        fields = ["who", "action", "subject", "since", "until", "result"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        known = dict(ACTIONS)
        for action in AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct():
            known.setdefault(action, action)
        self.filters["action"].extra["choices"] = list(known.items())

    def by_person(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        text = folded(value)
        return queryset.filter(Q(username__icontains=text) | Q(by__name__icontains=text))

    def by_subject(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        text = folded(value)
        return queryset.filter(Q(subject_name__icontains=text) | Q(subject_key=text) | Q(area_code=text))

    def by_first_day(self, queryset: QuerySet, name: str, value) -> QuerySet:
        return queryset.filter(at__gte=_moment(value, time.min))

    def by_last_day(self, queryset: QuerySet, name: str, value) -> QuerySet:
        return queryset.filter(at__lte=_moment(value, time.max))


def _moment(day: date, hour: time) -> datetime:
    """That hour of the day in the portal's time zone; days before there were portals are as good as the first."""
    return timezone.make_aware(datetime.combine(max(day, date(1970, 1, 1)), hour))
