"""The panel of a cell: what stands in it, where that comes from, what is said about it. A page of its own, or a part for a script."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common.exceptions import Refused
from common.forms import posted_version
from common.http import own_address
from entry import threads
from entry.discussion import CellStory, Discussion
from entry.hooks import DISCUSSIONS
from entry.models import CommentAct
from entry.talk import talk_at

_SAID = {CommentAct.COMMENT: "批注已保存。", CommentAct.SETTLE: "已标为已处理。", CommentAct.REOPEN: "已重新打开。"}


def panel(request: HttpRequest, kind: str, name: str, code: str) -> HttpResponse:
    """Everything about the cell of ``column`` (blank: the whole row); posted to, something is said in its thread.

    With ``part`` the panel alone, for the script that shows it beside the form; else a page, and after a post the way
    back to where ``next`` says.
    """
    found = DISCUSSIONS.of(kind)
    if request.method == "POST":
        found.require_writer(request.user)
    discussion = found.opened(request.user, name)
    given = request.POST if request.method == "POST" else request.GET
    column = given.get("column", "")
    discussion.place(code, column)
    if request.method != "POST":
        return _shown(request, discussion, code, column)
    try:
        done = _do(request, discussion, code, column)
    except Refused as refusal:
        kept = {"text": given.get("comment", ""), "chosen": tuple(given.getlist("mention"))}
        return _shown(request, discussion, code, column, status=409, refusal=str(refusal), **kept)
    if "part" in given:
        return _shown(request, discussion, code, column, done=done)
    return redirect(_onward(request) or f"{request.path}?{urlencode({'column': column})}")


def _do(request: HttpRequest, discussion: Discussion, code: str, column: str) -> str:
    """Do what was posted; in words what was done. Refused also for what no page posts."""
    act = request.POST.get("act", "")
    place: dict[str, Any] = {"discussion": discussion, "code": code, "column": column}
    if act == CommentAct.COMMENT:
        text, mentions = request.POST.get("comment", ""), request.POST.getlist("mention")
        seen = max(posted_version(request, "seen"), 0)
        threads.write(**place, text=text, mentions=mentions, seen=seen, by=request.user)
    elif act == CommentAct.SETTLE:
        threads.settle(**place, by=request.user)
    elif act == CommentAct.REOPEN:
        threads.reopen(**place, by=request.user)
    else:
        raise Refused("无法识别所选的办理事项，请重新选择。")
    return _SAID[CommentAct(act)]


def _shown(
    request: HttpRequest, discussion: Discussion, code: str, column: str, *, status: int = 200, **more
) -> HttpResponse:
    story = discussion.story(code, column)
    row, label = discussion.place(code, column)
    context = {
        "discussion": discussion,
        "row": row,
        "label": label,
        "story": story,
        "value": _shown_value(story),
        "talk": talk_at(discussion, code, column, request.user, story.value, onward=_onward(request), **more),
    }
    template = "entry/_panel.html" if "part" in request.GET or "part" in request.POST else "entry/panel.html"
    return render(request, template, context, status=status)


def _shown_value(story: CellStory) -> str:
    return f"{story.value:,}" if isinstance(story.value, int) else story.value or "（空白）"


def _onward(request: HttpRequest) -> str:
    """Where the page leads back to: an address of the portal, else blank."""
    return own_address(request, request.POST.get("next", "") or request.GET.get("next", ""))
