"""The page of a figure: what it counts, and the list of its members, filtered and as Excel."""

from django.http import HttpRequest, HttpResponse

from acceptance.verdicts.lookups import answers_not_there
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.listing import answer
from figures.asking import KEPT, open_figure
from figures.hooks import BESIDE


@requires(Power.SEE_PROGRESS, Power.SEE_NETWORK)
@answers_not_there
def figure(request: HttpRequest, of: str) -> HttpResponse:
    """The members of a figure in an area, as of a quarter's last day or, of a network, of the day asked for."""
    opened = open_figure(request.user, of, request.GET, today())
    asked = opened.asked
    context = {
        "figure": opened.figure,
        "shown": opened.page,
        "asked": asked,
        "provisional": today() <= asked.quarter.last_day and not asked.on,
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
        "reset": asked.address(of),
        "beside": [said for say in BESIDE if (said := say(request.user, opened))]
        if "export" not in request.GET
        else [],
    }
    return answer(request, opened.listing, opened.members, **context)
