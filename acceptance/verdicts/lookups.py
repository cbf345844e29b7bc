"""Parse quarter, basis and area from an address; what does not exist gets a 404 page with links to what does."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from acceptance.judging import standing
from acceptance.models import Basis
from areas.models import Area
from common.http import NoSuchRow
from common.periods import Quarter


@dataclass
class NotThere(Exception):
    """What was asked for does not exist or is out of scope; ``ways`` are pairs of label and address.

    ``behind`` are the rows that were asked for, whoever may see them: for the audit trail, as those of ``common.http.NoSuchRow``.
    """

    sentence: str
    ways: tuple[tuple[str, str], ...] = ()
    behind: QuerySet | None = None


def answers_not_there(view: Callable) -> Callable:
    """Turn NotThere into a 404 page that says what, and where to go instead.

    Of a county that was never judged nothing can be there yet: 503.
    """

    @wraps(view)
    def answering(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotThere as missing:
            request.fault = NoSuchRow(missing.sentence, missing.behind)
            ways, shown = (*missing.ways, ("返回首页", reverse("home"))), standing.seen()
            is_never = shown is not None and shown.is_never
            context = {"sentence": missing.sentence, "ways": ways, "is_never": is_never}
            return render(request, "acceptance/verdicts/not_there.html", context, status=503 if is_never else 404)

    return answering


def _choose() -> tuple[str, str]:
    return ("另选区域和季度", reverse("acceptance:verdict_index"))


def asked_quarter(text: str) -> Quarter:
    """The quarter that an address names; NotThere when it names none."""
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise NotThere(str(error), (_choose(),)) from None


def asked_basis(text: str) -> Basis:
    """Approved unless the address asks for another; NotThere when there is no such basis."""
    try:
        return Basis(text or Basis.APPROVED)
    except ValueError:
        raise NotThere(
            f"没有口径“{text}”：可选{'、'.join(f'“{label}”' for label in Basis.labels)}。", (_choose(),)
        ) from None


def asked_area(user, code: str) -> Area:
    """An area in the user's scope; a neighbour's is as little there as one that does not exist."""
    named = Area.objects.filter(code=code.replace("\0", ""))
    area = named.visible_to(user).first()
    if area is None:
        raise NotThere(f"没有编码为“{code}”的区域，或不在您岗位的查看范围内。", (_choose(),), named)
    return area


def county_of(user) -> str:
    """The county whose verdicts the user reads; NotThere for an account that belongs to no area."""
    if not user.scope.area:
        raise NotThere("您的账号没有所属区域，不能查看评定结果。请联系系统管理员。")
    return user.scope.area[:6]
