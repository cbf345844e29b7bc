"""The pages of findings: the list with the townships' tally, one finding, what to find out first, the bureau's bounds."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from acceptance.verdicts.lookups import answers_not_there, asked_area, county_of
from accounts.access import requires
from accounts.posts import Power
from areas.models import Area, Operator
from areas.vocabulary import AreaKind
from common.exceptions import Refused
from common.http import get_object_or_404
from common.listing import answer
from findings import actions, lists, pages, terms
from findings.mending import mending_address, thing_address
from findings.models import RegisterFinding, SurveyMark
from findings.terms import BoundShown
from findings.vocabulary import FindingState
from returns.checks.views import BoundForm, terms_page


@requires(Power.SEE_NETWORK)
def index(request: HttpRequest) -> HttpResponse:
    """Everything that is found in sight, what is open first; above it how it stands, and what is worth finding out first."""
    user, names = request.user, pages.townships_of(request.user)
    operators = dict(Operator.objects.order_by().values_list("code", "name"))
    listing = lists.listing_for(user, request.GET.get("state", ""), names, operators)
    rows = RegisterFinding.objects.visible_to(user).select_related("explained_by")
    context = {} if request.GET.get("export") else _above(user, names)
    return answer(request, listing, rows, **context)


def _above(user, names: dict[str, str]) -> dict:
    first = pages.FirstPage(user.area) if user.may(Power.SEE_VERDICTS) else None
    return {
        "tallies": pages.tallies(user, names),
        "first": first,
        "facts": first.facts(pages.LISTED) if first else [],
        "surveyed_at": _surveyed_at(user),
    }


def _surveyed_at(user):
    """When the register was last looked at; an operator's network lies in all counties: the oldest."""
    marks = SurveyMark.objects.exclude(surveyed_at=None)
    own = marks.filter(county=user.scope.area[:6]) if user.scope.area else marks
    return own.order_by("surveyed_at").values_list("surveyed_at", flat=True).first()


@requires(Power.SEE_NETWORK)
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    return _shown(request, _found(request, pk))


@require_POST
@requires(Power.KEEP_REGISTRY, Power.LOAD_NETWORK)
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why it is none."""
    return _take(request, pk, actions.explain, "已说明不是问题，数值变化的将重新列出。")


@require_POST
@requires(Power.JUDGE_PROPOSALS)
def overrule(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not accept what was said."""
    return _take(request, pk, actions.overrule, "已退回处理。")


def _take(request: HttpRequest, pk: int, action, done: str) -> HttpResponse:
    found, reason = _found(request, pk), request.POST.get("reason", "")
    try:
        action(finding=found, reason=reason, version=_version(request), by=request.user)
    except Refused as refusal:
        return _shown(request, _found(request, pk), str(refusal), reason)
    messages.success(request, f"{found.name}“{found.label}”：{done}")
    return redirect(found)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _found(request: HttpRequest, pk: int) -> RegisterFinding:
    return get_object_or_404(RegisterFinding.objects.visible_to(request.user).select_related("explained_by"), pk=pk)


def _shown(request: HttpRequest, found: RegisterFinding, refusal: str = "", reason: str = "") -> HttpResponse:
    user = request.user
    operators = dict(Operator.objects.order_by().values_list("code", "name"))
    names = dict(Area.objects.filter(code=found.township).values_list("code", "name"))
    is_open = found.state == FindingState.OPEN
    keeps = user.may(Power.KEEP_REGISTRY) or user.may(Power.LOAD_NETWORK)
    context = {
        "finding": found,
        "whose": lists.owner_name(found, names, operators),
        "check": terms.BY_CODE.get(found.code),
        "thing": thing_address(found.table, found.key),
        "other": thing_address(found.table, found.other) if found.other and _sees_other(user, found) else "",
        "mend": mending_address(found) if is_open and keeps else "",
        "moves": found.moves.select_related("by").order_by("-pk"),
        "may_explain": actions.may_explain(found, user),
        "may_overrule": actions.may_overrule(found, user),
        "refusal": refusal,
        "reason": reason,
    }
    return render(request, "findings/finding.html", context, status=422 if refusal else 200)


def _sees_other(user, found: RegisterFinding) -> bool:
    """Another operator's point is nothing that an operator sees."""
    return not user.scope.operator and (found.table != "areas" or found.code != "succession_bare")


@requires(Power.SEE_VERDICTS)
@answers_not_there
def first(request: HttpRequest) -> HttpResponse:
    """What is worth finding out first, in all that is in sight or in one area of it."""
    code = request.GET.get("area", "")
    area = asked_area(request.user, code or request.user.scope.area or county_of(request.user))
    page = pages.FirstPage(area)
    context = {"page": page, "facts": page.facts(), "questions": page.questions(), "areas": _choices(request.user)}
    return render(request, "findings/first.html", context)


def _choices(user) -> list[tuple[str, str]]:
    """The district, where it is in sight, and its townships."""
    areas = Area.objects.visible_to(user).filter(kind__in=(AreaKind.DISTRICT, AreaKind.STREET, AreaKind.TOWN))
    return list(areas.order_by("code").values_list("code", "name"))


@requires(Power.SEE_NETWORK)
def checks(request: HttpRequest) -> HttpResponse:
    """Every check with its bound, and those that held before."""
    context = {"checks": terms.shown_bounds(_county(request.user)), "may_set": request.user.may(Power.SET_CHECKS)}
    return render(request, "findings/checks.html", context)


def _county(user) -> str:
    """The county by whose bounds the user's register is looked at; of an operator the first."""
    mark = SurveyMark.objects.order_by("county").values_list("county", flat=True).first()
    return user.scope.area[:6] if user.scope.area else mark or ""


@requires(Power.SET_CHECKS)
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Give one check another bound, with the reason."""
    return terms_page(
        request, code, shown_in=terms.shown_bounds, form_of=_bound_form, save=terms.set_bound,
        done="界限；下一次排查时生效", back="findings:checks", template="findings/bound.html",
    )  # fmt: skip


def _bound_form(shown: BoundShown, data) -> BoundForm:
    return BoundForm(shown, data, bound=shown.bound)
