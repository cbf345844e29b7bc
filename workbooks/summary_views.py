"""The summary of a quarter as a download."""

from django.http import HttpRequest, HttpResponse

from accounts import audit
from accounts.access import requires
from accounts.posts import Power
from common.periods import Quarter
from papers.serving import file
from returns.paper_views import summary_in
from workbooks.pages import XLSX
from workbooks.summary_writing import write


@requires(Power.SEE_RETURNS)
@requires(Power.EXPORT)
def summary(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """The workbook in the shape in which it is forwarded, for what the user may see."""
    data = summary_in(request, quarter)
    audit.record(
        action="document.export",
        by=request.user,
        subject=data.round,
        request=request,
        detail={"title": data.title, "format": "xlsx"},
    )
    return file(write(data), f"{data.title}.xlsx", XLSX)
