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
from common.http import RowNotFound, get_object_or_404

PAGE = 50


@requires(Power.READ_AUDIT_TRAIL)
def index(request):
    """What waits, or with ``?checked=1`` what was checked; of one rule alone with ``?rule=``."""
    rows, is_checked = Anomaly.objects.visible_to(request.user), request.GET.get("checked") == "1"
    waiting = rows.waiting()
    shown = rows.exclude(pk__in=waiting.values("pk")) if is_checked else waiting
    if (rule := request.GET.get("rule", "")) in anomalies.BY_KEY:
        shown = shown.filter(rule=rule)
    page = Paginator(shown.select_related("checked_by"), PAGE).get_page(request.GET.get("page"))
    names = dict(User.objects.filter(username__in=[each.who for each in page]).values_list("username", "name"))
    chosen = anomalies.thresholds()
    context = {
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
def check(request, pk: int):
    """Mark one as checked, with a sentence."""
    found, form = get_object_or_404(Anomaly.objects.visible_to(request.user), pk=pk), CheckedForm(request.POST)
    if not form.is_valid():
        messages.error(request, "".join(form.errors["finding"]))
        return redirect("accounts:anomalies")
    try:
        anomalies.check(anomaly=found, finding=form.cleaned_data["finding"], by=request.user)
        messages.success(request, "已标为核查完毕。")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("accounts:anomalies")


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
