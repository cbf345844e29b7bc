"""A screen and its figures, for whoever holds its address; the page on which the bureau gives and withdraws them."""

from urllib.parse import quote

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import requires
from accounts.posts import Power
from common.clock import now, real_now, today
from common.forms import posted_version
from common.http import get_object_or_404
from common.templatetags.figures import plain_date
from reports import http_cache
from reports.awards import awarded
from reports.query import Asking, PageQuery, Viewer
from reports.screens import actions
from reports.screens.board import Board
from reports.screens.drawing import area_of
from reports.screens.models import Screen

SCENES = ("answer", "map", "moved", "open")
"""What a screen shows in turn: the conclusion, the map through time, who moved, what is still open."""


class ScreenForm(forms.Form):
    name = forms.CharField(
        label="摆放地点",
        max_length=50,
        help_text="例如：区政府一楼大厅",
        error_messages={"required": "请填写摆放地点。"},
    )


@requires(Power.RUN_SCREENS)
def index(request: HttpRequest) -> HttpResponse:
    """The district's screens, and the form that gives one its address."""
    form = ScreenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        area = area_of(request.user)
        if area is None:
            form.add_error(None, "您的账号不属于任何区，不能开通大屏。请联系安全管理员。")
        else:
            seen = posted_version(request, "seen")
            actions.give(name=form.cleaned_data["name"], area=area, seen=seen, by=request.user)
            return redirect("screens:index")
    screens = Screen.objects.visible_to(request.user).select_related("created_by", "withdrawn_by")
    moment = real_now()
    shown = [
        (screen, request.build_absolute_uri(reverse("screens:screen", args=[screen.token])), screen.is_online(moment))
        for screen in screens
    ]
    seen = max((screen.pk for screen in screens), default=0)
    return render(request, "reports/screens/index.html", {"screens": shown, "form": form, "seen": seen})


@requires(Power.RUN_SCREENS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    actions.withdraw(get_object_or_404(Screen.objects.visible_to(request.user), pk=pk), by=request.user)
    return redirect("screens:index")


@login_not_required
@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The whole page, once; from then on it asks for its figures."""
    found = Screen.objects.holding(token)
    if found is None:
        return _withdrawn(request)
    body, tag = _figures(found)
    scene = SCENES.index(asked) if (asked := request.GET.get("scene")) in SCENES else 0
    context = {
        "body": body,
        "tag": tag,
        "token": token,
        "screen": found,
        "now": plain_date(now()),
        "scene": SCENES[scene],
        "next_scene": SCENES[(scene + 1) % len(SCENES)],
    }
    return _private(render(request, "reports/screens/screen.html", context))


@login_not_required
@require_safe
def figures(request: HttpRequest, token: str) -> HttpResponse:
    """What stands on the screen now; 304 while that is what it shows. With either answer goes the moment, in words."""
    found = Screen.objects.holding(token)
    if found is None:
        return _withdrawn(request)
    body, tag = _figures(found)
    response = HttpResponseNotModified() if request.headers.get("If-None-Match") == tag else HttpResponse(body)
    response.headers["ETag"] = tag
    response.headers["X-Moment"] = quote(plain_date(now()))
    return _private(response)


def _figures(found: Screen) -> tuple[str, str]:
    """The body of the screen and its tag, which changes with the facts, at midnight, and with the portal's edition."""
    found.note_seen(real_now())
    viewer = Viewer(found.area)
    asked = PageQuery(Asking(viewer, {}), today())
    titles = awarded(viewer, asked.county, asked.quarter.last_day)
    version = (*asked.version, titles.version, found.area.pk)
    board = Board(viewer, asked, titles)
    body = http_cache.content("reports/screens/_board.html", version, lambda: {"board": board, **asked.context})
    return body, http_cache.tag_of_content("reports/screens/_board.html", version)


def _withdrawn(request: HttpRequest) -> HttpResponse:
    return _private(render(request, "reports/screens/withdrawn.html", status=404))


def _private(response: HttpResponse) -> HttpResponse:
    """Kept in no cache on the way, and the address told to nobody."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
