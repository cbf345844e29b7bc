"""The pages of an operator's workbook: take it along, bring it back, look at what it would change, confirm."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.posts import Power
from areas.package.tables import Unreadable
from common.clock import today
from common.exceptions import Refused
from common.periods import Quarter
from papers.serving import file
from returns.models import Round
from workbooks import count_actions
from workbooks.models import CountUpload
from workbooks.views import XLSX


def _round(county: str, quarter: Quarter) -> Round:
    return get_object_or_404(Round, county=county, period=str(quarter))


@requires(Power.ENTER_COUNTS)
@require_POST
def download(request: HttpRequest, county: str, quarter: Quarter) -> HttpResponse:
    """The workbook of a quarter, with what the operator has counted so far."""
    _round(county, quarter)
    operator = request.user.operator
    content = count_actions.issue(operator=operator, county=county, quarter=quarter, by=request.user)
    mark = "（演示数据）" if settings.DEMONSTRATION else ""
    return file(content, f"{operator.name}{quarter.label}用户数{mark}.xlsx", XLSX)


@requires(Power.ENTER_COUNTS)
def upload(request: HttpRequest, county: str, quarter: Quarter) -> HttpResponse:
    """Choose a file; what is read of it waits on a page of its own."""
    round_, refusal = _round(county, quarter), ""
    if request.method == "POST":
        try:
            sent = request.FILES.get("file")
            if sent is None:
                raise Unreadable("没有选择文件：请选择填好的工作簿，再点“上传并预览”。")
            operator = request.user.operator
            taken = count_actions.take_in(operator=operator, county=county, quarter=quarter, file=sent, by=request.user)
            return redirect("workbooks:count_preview", taken.pk)
        except Unreadable as reason:
            refusal = str(reason)
    waiting = CountUpload.objects.visible_to(request.user).waiting().select_related("by")
    own = waiting.filter(issued__county=county, issued__period=str(quarter))[:5]
    context = {"round": round_, "operator": request.user.operator, "refusal": refusal, "waiting": own}
    return render(request, "workbooks/count_upload.html", context, status=422 if refusal else 200)


@requires(Power.ENTER_COUNTS)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would change and what is wrong with it; confirming it twice does it once."""
    uploads = CountUpload.objects.visible_to(request.user).select_related("issued__operator", "by")
    taken = get_object_or_404(uploads, pk=pk)
    if request.method != "POST":
        return _shown(request, taken)
    if taken.has_expired:
        return _shown(request, taken, "这次上传已过保留期，没有保存：请重新上传工作簿。", 409)
    try:
        saved = count_actions.confirm(upload=taken, on=today(), by=request.user)
    except Refused as refusal:
        return _shown(request, taken, str(refusal), 409)
    messages.success(request, f"已保存：{len(saved.changes)} 行有改动。" if saved.changes else "这份工作簿已经保存。")
    return redirect("returns:counts", taken.issued.county, taken.issued.period)


def _shown(request: HttpRequest, taken: CountUpload, alert: str = "", status: int = 200) -> HttpResponse:
    if taken.confirmed_at:
        messages.info(request, "这份工作簿已经保存。")
        return redirect("returns:counts", taken.issued.county, taken.issued.period)
    context = {
        "upload": taken,
        "issued": taken.issued,
        "preview": count_actions.look(taken),
        "alert": alert,
        "may_confirm": not taken.has_expired,
    }
    return render(request, "workbooks/count_preview.html", context, status=status)
