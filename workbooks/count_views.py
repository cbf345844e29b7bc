"""The addresses of sheets brought in for an operator's counts."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.posts import Power
from common.periods import Quarter
from workbooks import pages
from workbooks.count_form import CountUploadForm
from workbooks.models import CountUpload


@requires(Power.ENTER_COUNTS)
@require_POST
def download(request: HttpRequest, county: str, quarter: Quarter) -> HttpResponse:
    """The workbook of a quarter, with what the operator has counted so far."""
    return pages.download(CountUploadForm(request.user, county, str(quarter)))


@requires(Power.ENTER_COUNTS)
def upload(request: HttpRequest, county: str, quarter: Quarter) -> HttpResponse:
    """Bring a sheet in for a quarter."""
    return pages.bring(request, CountUploadForm(request.user, county, str(quarter)))


@requires(Power.ENTER_COUNTS)
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """How a sheet of counts is read."""
    return pages.reading(request, *_opened(request, pk))


@requires(Power.ENTER_COUNTS)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What a sheet of counts would change."""
    return pages.preview_page(request, *_opened(request, pk))


def _opened(request: HttpRequest, pk: int) -> tuple[CountUploadForm, CountUpload]:
    """An upload of one's own operator with its form; else 404."""
    upload = pages.upload_or_404(CountUpload.objects.visible_to(request.user), pk)
    return CountUploadForm(request.user, upload.county, upload.period), upload
