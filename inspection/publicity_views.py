"""Early finishers as a page and a table to take along, with what was published about them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from acceptance.judging.judging import ensure_current
from acceptance.verdicts.lookups import answers_not_there, asked_area, county_of
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused
from common.http import get_object_or_404
from inspection import early, publicising
from inspection.forms import CorrectionForm, PublicationForm
from inspection.models import Publication
from inspection.pages import crumbs, posted_text
from inspection.publicising import Published

_TYPED = ("medium", "outlet", "headline", "published_on", "address")


@requires(Power.SEE_INSPECTIONS)
@answers_not_there
def finishers(request: HttpRequest) -> HttpResponse:
    """Who was early; below each what was published, and where more can be entered."""
    return _page(request)


@requires(Power.PUBLICISE)
@answers_not_there
def publish(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Enter a publication about an early finisher."""
    area = asked_area(request.user, code)
    if request.method == "POST":
        ensure_current(area.county)
    rows = early.finishers(request.user, area.county, today())
    chosen = next((row for row in rows if (row.area.code, row.key) == (code, key)), None)
    if chosen is None:
        return _page(request, f"{area.name}没有提前完成 {key}，无须登记。", 404)
    refusal = ""
    if request.method == "POST":
        said = Published(*(posted_text(request, name) for name in _TYPED))
        try:
            publicising.publish(area=area, milestone=key, said=said, on=today(), by=request.user)
            messages.success(request, f"已登记《{said.headline.strip()}》。")
            return redirect("inspection:early")
        except Refused as problem:
            refusal = str(problem)
    context = {
        "row": chosen,
        "form": PublicationForm(request.POST or None),
        "refusal": refusal,
        "crumbs": crumbs(("提前完成", reverse("inspection:early")), ("登记宣传报道", "")),
    }
    return render(request, "inspection/publish.html", context, status=422 if refusal else 200)


@requires(Power.PUBLICISE)
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an entry, or withdraw it; how one stands that was."""
    rows = Publication.objects.visible_to(request.user)
    entry = get_object_or_404(rows.select_related("area", "by", "ended_by", "corrects"), pk=min(pk, 2**63 - 1))
    refusal = ""
    if request.method == "POST":
        try:
            messages.success(request, _ended(request, entry))
            return redirect("inspection:early")
        except Refused as problem:
            refusal = str(problem)
            entry.refresh_from_db()
    kept = {name: getattr(entry, name) for name in _TYPED}
    context = {
        "publication": entry,
        "form": CorrectionForm(request.POST if refusal else None, initial=kept),
        "refusal": refusal,
        "crumbs": crumbs(("提前完成", reverse("inspection:early")), ("更正宣传报道", "")),
    }
    return render(request, "inspection/publication.html", context, status=422 if refusal else 200)


def _ended(request: HttpRequest, entry: Publication) -> str:
    """Take the step that was asked for; what to say of it."""
    reason = posted_text(request, "reason")
    if request.POST.get("decision") == "withdraw":
        publicising.withdraw(publication=entry, reason=reason, by=request.user)
        return f"已撤下《{entry.headline}》，原因保留可查。"
    said = Published(*(posted_text(request, name) for name in _TYPED))
    publicising.correct(publication=entry, said=said, reason=reason, on=today(), by=request.user)
    return f"已更正《{said.headline.strip()}》，原来的登记保留可查。"


def _page(request: HttpRequest, refusal: str = "", status: int = 200) -> HttpResponse:
    county = county_of(request.user)
    context = {
        "rows": early.finishers(request.user, county, today()),
        "may_publish": request.user.may(Power.PUBLICISE),
        "refusal": refusal,
        "crumbs": crumbs(("提前完成", "")),
    }
    return render(request, "inspection/early.html", context, status=status)
