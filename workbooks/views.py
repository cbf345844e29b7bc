"""The addresses of sheets brought in for a return, and the workbook of a township's history."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from accounts.access import refusal, requires
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.http import RowNotFound
from workbooks import actions, pages
from workbooks.models import Upload
from workbooks.return_form import ReturnUploadForm

_CLOSED = "本季报现在不能填报，没有可以下载或上传的工作簿。"


@requires(Power.SEE_RETURNS)
@require_GET
def history_(request: HttpRequest, township: str) -> HttpResponse:
    """All returns of a township, quarter by quarter, as a workbook."""
    seen = Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS)
    area = seen.filter(pk=township).first()
    if area is None:
        raise RowNotFound(
            f"没有编码为“{township}”的街镇，或不在您的范围内。", Area.objects.filter(kind__in=TOWNSHIPS, pk=township)
        )
    if not request.user.may(Power.EXPORT):
        raise PermissionDenied(refusal(request.user, (Power.EXPORT,)))
    return pages.workbook(actions.hand_out_history(township=area, by=request.user), f"{area.name}历年季报")


@requires(Power.ENTER_RETURNS)
@require_POST
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook of a return that can be filled in; what it showed is kept, by its stamp."""
    form = ReturnUploadForm(request.user, pk)
    return pages.download(form) if form.is_open else _closed(request, form)


@requires(Power.ENTER_RETURNS)
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a sheet in for a return that can be filled in."""
    form = ReturnUploadForm(request.user, pk)
    return pages.bring(request, form) if form.is_open else _closed(request, form)


def _closed(request: HttpRequest, form: ReturnUploadForm) -> HttpResponse:
    messages.error(request, _CLOSED)
    return redirect(form.back)


@requires(Power.ENTER_RETURNS)
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """How a sheet for a return is read."""
    return pages.reading(request, *_opened(request, pk))


@requires(Power.ENTER_RETURNS)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What a sheet would change in its return."""
    return pages.preview_page(request, *_opened(request, pk))


def _opened(request: HttpRequest, pk: int) -> tuple[ReturnUploadForm, Upload]:
    """An upload in scope with its form; else 404."""
    uploads = Upload.objects.visible_to(request.user)
    upload = pages.upload_or_404(uploads, pk)
    return ReturnUploadForm(request.user, upload.quarterly_return_id), upload
