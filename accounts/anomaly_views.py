"""The auditor's page of unusual behaviour: what waits to be checked, what was checked, and from which figures on."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import anomalies
from accounts.access import requires
from accounts.auditing_forms import CheckedForm, ThresholdForm
from accounts.models import Anomaly, User
from accounts.posts import Power
from common.exceptions import Refused
from common.http import RowNotFound

PAGE = 50


@requires(Power.READ_AUDIT_TRAIL)
def index(request):
    """What waits, or with ``?checked=1`` what was checked; of one rule alone with ``?rule=``."""
    return _page(request, CheckedForm(waiting=Anomaly.objects.none()))


def _page(request, form: CheckedForm, ticks: str = ""):
    """The page with the form as it was posted; ``ticks`` takes "all" rows of the page, or "none"."""
    rows, is_checked = Anomaly.objects.visible_to(request.user), request.GET.get("checked") == "1"
    waiting = rows.waiting()
    shown = rows.exclude(pk__in=waiting.values("pk")) if is_checked else waiting
    if (rule := request.GET.get("rule", "")) in anomalies.BY_KEY:
        shown = shown.filter(rule=rule)
    page = Paginator(shown.select_related("checked_by"), PAGE).get_page(request.GET.get("page"))
    names = dict(User.objects.filter(username__in=[each.who for each in page]).values_list("username", "name"))
    chosen, posted = anomalies.thresholds(), request.POST.getlist("chosen")
    context = {
        "form": form,
        "ticked": {each.pk for each in page if ticks == "all" or (not ticks and str(each.pk) in posted)},
        "page": page,
        "rows": [(each, anomalies.BY_KEY.get(each.rule), names.get(each.who, "")) for each in page],
        "is_checked": is_checked,
        "rule": anomalies.BY_KEY.get(rule),
        "waiting": waiting.count(),
        "rules": [(each, chosen[each.key]) for each in anomalies.RULES],
        "query": "".join(f"{name}={request.GET[name]}&" for name in ("checked",) if is_checked)
        + (f"rule={rule}&" if rule in anomalies.BY_KEY else ""),
    }
    return render(request, "accounts/anomalies.html", context)


@requires(Power.READ_AUDIT_TRAIL)
@require_POST
def check(request):
    """Mark those that are ticked as checked, with one sentence: all of them, or none where one is refused."""
    waiting = Anomaly.objects.visible_to(request.user).waiting()
    if ticks := request.POST.get("choose", ""):
        return _page(request, CheckedForm(waiting=waiting, initial={"finding": request.POST.get("finding", "")}), ticks)
    form = CheckedForm(request.POST, waiting=waiting)
    if form.is_valid():
        try:
            count = anomalies.check_all(**form.cleaned_data, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{count} 项已标为核查完毕。")
            return redirect("accounts:anomalies")
    return _page(request, form)


@requires(Power.READ_AUDIT_TRAIL)
@require_POST
def set_threshold(request, rule: str):
    """From which figure on a rule finds something."""
    form = ThresholdForm(request.POST)
    if rule not in anomalies.BY_KEY:
        raise RowNotFound("没有该规则，请从“异常行为”进入。")
    if form.is_valid():
        anomalies.set_threshold(rule=anomalies.BY_KEY[rule], threshold=form.cleaned_data["threshold"], by=request.user)
        messages.success(request, f"“{anomalies.BY_KEY[rule].title}”的界限已保存，自下次检查起适用。")
    else:
        messages.error(request, "界限应为 1 至 1,000,000 的整数。")
    return redirect(f"{reverse('accounts:anomalies')}#rules")
