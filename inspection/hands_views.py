"""The pairs of acts that one person may do both: what is loosened, by whom and why; loosening and ending it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from acceptance.verdicts.lookups import county_of
from accounts.access import requires
from accounts.posts import Power
from common.exceptions import Refused, Stale
from common.http import get_object_or_404
from inspection import hands
from inspection.models import LoosenedPair
from inspection.pages import crumbs, numbers, posted_text
from inspection.vocabulary import Hand

_FIELDS = ("first", "second", "reason")


@requires(Power.SEE_INSPECTIONS)
def loosened(request: HttpRequest) -> HttpResponse:
    """What is loosened and what was; 区经信局负责人 loosens and ends."""
    if request.method == "POST":
        return _post(request)
    return _page(request)


def _page(request: HttpRequest, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "rows": LoosenedPair.objects.visible_to(request.user).select_related("by", "ended_by"),
        "hands": Hand.choices,
        "may_loosen": request.user.may(Power.LOOSEN_HANDS),
        "typed": {name: posted_text(request, name) for name in _FIELDS},
        "refusal": refusal,
        "crumbs": crumbs(("经手限制", "")),
    }
    return render(request, "inspection/hands.html", context, status=status)


@requires(Power.LOOSEN_HANDS)
def _post(request: HttpRequest) -> HttpResponse:
    first, second, reason = (posted_text(request, name) for name in _FIELDS)
    ended = numbers([posted_text(request, "end")])
    try:
        if ended:
            pair = get_object_or_404(LoosenedPair.objects.visible_to(request.user), pk=ended[0])
            hands.tighten(loosened=pair, by=request.user)
            messages.success(request, f"已终止：{pair}。")
        else:
            pair = hands.loosen(county=county_of(request.user), pair=(first, second), reason=reason, by=request.user)
            messages.success(request, f"已放宽：{pair}。")
    except Refused as refusal:
        return _page(request, str(refusal), 409 if isinstance(refusal, Stale) else 422)
    return redirect("inspection:hands")
