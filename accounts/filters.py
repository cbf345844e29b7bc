"""The filters of the lists of accounts and of the audit trail."""

from datetime import date, datetime, time, timedelta

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import dormancy
from accounts.models import AuditEntry, User
from accounts.posts import Post
from accounts.wording import ACTIONS, GROUPS, RESULTS, TAKEN, actions_of
from common import clock
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


PERIODS = (("today", "今天"), ("week", "近 7 天"), ("month", "近 30 天"), ("quarter", "近 90 天"), ("half", "近半年"))
_DAYS = {"today": 0, "week": 6, "month": 29, "quarter": 89, "half": 182}
OUT_OF_ORDER = 1_000
"""By how many entries at most two may stand in another order than their moments: those written at once."""


class AuditFilter(filters.FilterSet):
    """The filters of the audit trail; also of an archive's entries, which are no queryset (``accounts.archives``).

    What an index finds is asked of the index: a person by the usernames, a time by the sequence numbers of its ends.
    """

    who = filters.CharFilter(label="经手人", method="by_person", max_length=50)
    unit = filters.CharFilter(label="单位", method="by_unit", max_length=100)
    post = filters.ChoiceFilter(label="岗位（现任）", choices=Post.choices, empty_label=ALL, method="by_post")
    group = filters.ChoiceFilter(
        label="类别", choices=[(name, name) for name in (TAKEN, *GROUPS)], empty_label=ALL, method="by_group"
    )
    action = filters.ChoiceFilter(label="动作", choices=list(ACTIONS.items()), empty_label=ALL)
    subject = filters.CharFilter(label="对象", method="by_subject", max_length=100)
    area = filters.CharFilter(label="区域编码", method="by_area", max_length=15)
    address = filters.CharFilter(label="地址", method="by_address", max_length=45)
    result = filters.ChoiceFilter(label="结果", choices=list(RESULTS.items()), empty_label=ALL)
    period = filters.ChoiceFilter(label="时间", choices=PERIODS, empty_label=ALL, method="by_period")
    since = DayFilter(label="日期从", method="by_first_day")
    until = DayFilter(label="日期至", method="by_last_day")

    class Meta:
        model = AuditEntry
        fields = [
            *("who", "unit", "post", "group", "action", "subject", "area", "address", "result"),
            *("period", "since", "until"),
        ]

    def filter_queryset(self, queryset):
        """As the library does, without its check of what comes back."""
        for name, value in self.form.cleaned_data.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def by_person(self, queryset, name: str, value: str):
        """One account where the text is its username; else all whose name holds it, and the words for whoever has none."""
        text = folded(value)
        if User.objects.filter(username=text).exists():
            return queryset.filter(username=text)
        people = User.objects.filter(Q(username__icontains=text) | Q(name__icontains=text))
        return queryset.filter(username__in=[*_usernames(people), text, f"（{text}）"])

    def by_unit(self, queryset, name: str, value: str):
        return queryset.filter(username__in=_usernames(User.objects.filter(unit__icontains=folded(value))))

    def by_post(self, queryset, name: str, value: str):
        return queryset.filter(username__in=_usernames(User.objects.filter(post=value)))

    def by_group(self, queryset, name: str, value: str):
        return queryset.filter(action__in=actions_of(value))

    def by_subject(self, queryset, name: str, value: str):
        """By its number where the text is one; else what holds the text in its name."""
        text = folded(value)
        if text.isascii() and text.isdecimal():
            return queryset.filter(subject_key=text)
        return queryset.filter(subject_name__icontains=text)

    def by_area(self, queryset, name: str, value: str):
        """The area and all beneath it."""
        return queryset.filter(area_code__startswith=folded(value))

    def by_address(self, queryset, name: str, value: str):
        return queryset.filter(address=folded(value))

    def by_period(self, queryset, name: str, value: str):
        first = timezone.localdate(clock.real_now()) - timedelta(days=_DAYS[value])
        return self.by_first_day(queryset, name, first)

    def by_first_day(self, queryset, name: str, value: date):
        moment = _moment(value, time.min)
        before = AuditEntry.objects.filter(at__lt=moment).order_by("-at").values_list("sequence", flat=True).first()
        queryset = queryset.filter(sequence__gt=before - OUT_OF_ORDER) if before else queryset
        return queryset.filter(at__gte=moment)

    def by_last_day(self, queryset, name: str, value: date):
        moment = _moment(value, time.max)
        after = AuditEntry.objects.filter(at__gt=moment).order_by("at").values_list("sequence", flat=True).first()
        queryset = queryset.filter(sequence__lt=after + OUT_OF_ORDER) if after else queryset
        return queryset.filter(at__lte=moment)


def _usernames(people: QuerySet) -> list[str]:
    return list(people.values_list("username", flat=True))


def _moment(day: date, hour: time) -> datetime:
    """That hour of the day in the portal's time zone; days before there were portals are as good as the first."""
    return timezone.make_aware(datetime.combine(max(day, date(1970, 1, 1)), hour))
