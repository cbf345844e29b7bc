"""The pages of a return's workbook: take it along, bring it back, look at what it would change, confirm."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import refusal, requires
from accounts.posts import Power
from areas.models import Area
from areas.package.tables import Unreadable
from areas.vocabulary import TOWNSHIPS
from common.exceptions import Refused
from common.forms import posted_version
from common.http import RowNotFound
from papers.serving import file
from returns.moves import ReturnAction, allows
from returns.pages import address, return_context, return_or_404
from returns.sheet import sheet_of
from workbooks import actions
from workbooks.models import Upload
from workbooks.return_preview import groups, preview

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CLOSED = "这份季报现在不能填写，没有工作簿可以下载或上传。"


@requires(Power.SEE_RETURNS)
@require_GET
def history_(request: HttpRequest, township: str) -> HttpResponse:
    """All returns of a township, quarter by quarter, as a workbook."""
    seen = Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS)
    area = seen.filter(pk=township).first()
    if area is None:
        raise RowNotFound(f"没有编码为“{township}”的街镇，或它不在您的范围内。")
    if not request.user.may(Power.EXPORT):
        raise PermissionDenied(refusal(request.user, (Power.EXPORT,)))
    return _file(actions.hand_out_history(township=area, by=request.user), f"{area.name}历年季报")


@requires(Power.ENTER_RETURNS)
@require_POST
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook of a return that can be filled in; what it showed is kept, by its stamp."""
    quarterly_return = return_or_404(request, pk)
    if not allows(ReturnAction.SAVE, quarterly_return, request.user):
        messages.error(request, _CLOSED)
        return redirect(address(quarterly_return))
    return _file(
        actions.issue(quarterly_return=quarterly_return, by=request.user),
        f"{quarterly_return.township.name}{quarterly_return.quarter.label}季报",
    )


def _file(content: bytes, name: str) -> HttpResponse:
    mark = "（演示数据）" if settings.DEMONSTRATION else ""
    return file(content, f"{name}{mark}.xlsx", XLSX)


@requires(Power.ENTER_RETURNS)
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file; what is read of it waits on a page of its own."""
    quarterly_return = return_or_404(request, pk)
    if not allows(ReturnAction.SAVE, quarterly_return, request.user):
        messages.error(request, _CLOSED)
        return redirect(address(quarterly_return))
    refusal = ""
    if request.method == "POST":
        sent = request.FILES.get("file")
        try:
            if sent is None:
                raise Unreadable("没有选择文件：请选择填好的工作簿，再点“上传并预览”。")
            taken = actions.take_in(quarterly_return=quarterly_return, file=sent, by=request.user)
            return redirect("workbooks:preview", taken.pk)
        except Unreadable as reason:
            refusal = str(reason)
    waiting = (
        Upload.objects.visible_to(request.user)
        .waiting()
        .filter(quarterly_return=quarterly_return)
        .select_related("by")[:5]
    )
    context = return_context(request, quarterly_return) | {"refusal": refusal, "waiting": waiting}
    return render(request, "workbooks/upload.html", context, status=422 if refusal else 200)


@requires(Power.ENTER_RETURNS)
def preview_(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would change, what is wrong and what is odd; confirming it twice does it once."""
    taken = get_object_or_404(
        Upload.objects.visible_to(request.user).select_related("quarterly_return", "issued", "by"), pk=pk
    )
    quarterly_return = return_or_404(request, taken.quarterly_return_id)
    if request.method != "POST":
        return _shown(request, taken, quarterly_return)
    if taken.has_expired:
        return _shown(request, taken, quarterly_return, "这次上传已过保留期，没有保存：请重新上传工作簿。", 409)
    chosen = [name for name in request.POST if name.startswith("take-")]
    try:
        changed = actions.confirm(upload=taken, version=posted_version(request), taken=chosen, by=request.user)
    except Refused as reason:
        return _shown(request, taken, return_or_404(request, quarterly_return.pk), str(reason), 409)
    messages.success(request, f"已把工作簿存为草稿：{changed} 行有改动。" if changed else "这份工作簿已经存为草稿。")
    return redirect(address(quarterly_return))


def _shown(request: HttpRequest, taken: Upload, quarterly_return, alert: str = "", status: int = 200) -> HttpResponse:
    if taken.confirmed_at:
        messages.info(request, "这份工作簿已经存为草稿。")
        return redirect(address(quarterly_return))
    found_ = preview(taken, sheet_of(quarterly_return))
    context = {
        "upload": taken,
        "preview": found_,
        "villages": list(groups(found_.changes)),
        "alert": alert,
        "may_confirm": allows(ReturnAction.SAVE, quarterly_return, request.user) and not taken.has_expired,
    }
    return render(request, "workbooks/preview.html", return_context(request, quarterly_return) | context, status=status)
