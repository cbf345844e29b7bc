"""The panel of a cell: what stands in it, where that comes from, what is said about it. A page of its own, or a part for a script."""

from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from common.exceptions import Refused
from common.forms import posted_version
from entry import threads
from entry.discussion import CellStory, Discussion, of_kind, text_of
from entry.models import LONGEST_COMMENT, CellComment, CellThread, CommentAct

_SAID = {CommentAct.COMMENT: "批注已保存。", CommentAct.SETTLE: "已标为已处理。", CommentAct.REOPEN: "已重新打开。"}


@dataclass(frozen=True)
class SaidComment:
    """A comment as it is shown, with what became of the cell since, until the next one."""

    comment: CellComment
    since: str

    @property
    def asked(self) -> str:
        """@区经信局审核员 @街镇负责人."""
        return " ".join(f"@{mention.get_post_display()}" for mention in self.comment.mentions.all())


@dataclass(frozen=True)
class CellTalk:
    """What is said about a cell, and the form in which something can be added to it."""

    discussion: Discussion
    code: str
    column: str
    thread: CellThread | None
    now: str
    user: object
    onward: str = ""
    text: str = ""
    chosen: tuple[str, ...] | None = None
    refusal: str = ""
    done: str = ""
    longest: int = LONGEST_COMMENT

    @property
    def address(self) -> str:
        return reverse("entry:panel", args=[self.discussion.kind, self.discussion.name, self.code])

    @property
    def may_write(self) -> bool:
        return self.discussion.may_write(self.user) and not self.discussion.closed

    @property
    def is_open(self) -> bool:
        return self.thread is not None and self.thread.is_open

    @property
    def number(self) -> int:
        return self.thread.number if self.thread else 0

    @property
    def said(self) -> list[SaidComment]:
        comments = list(self.thread.comments.all()) if self.thread else []
        values = [comment.value for comment in comments] + [self.now]
        return [
            SaidComment(comment, _turned(before, after))
            for comment, (before, after) in zip(comments, pairwise(values), strict=True)
        ]

    @property
    def posts(self) -> list[tuple[str, str, bool]]:
        """Who can be addressed: the post, its name, and whether it is ticked: at first whoever waits for an answer."""
        own = getattr(self.user, "post", "")
        chosen = self._asking if self.chosen is None else self.chosen
        return [(post.value, post.label, post.value in chosen) for post in self.discussion.posts() if post != own]

    @property
    def _asking(self) -> tuple[str, ...]:
        """The post of whoever addressed the reader's post last."""
        own, found = getattr(self.user, "post", ""), ""
        for comment in self.thread.comments.all() if self.is_open else ():
            if own in {mention.post for mention in comment.mentions.all()}:
                found = comment.post
        return (found,)


def _turned(before: str, after: str) -> str:
    """此后数字已由 213 改为 231; blank when it stands as it did."""
    if before == after:
        return ""
    what = "数字" if (before + after).isdecimal() else "内容"
    old, new = (f"{int(each):,}" if each.isdecimal() else f"“{each}”" if each else "空白" for each in (before, after))
    return f"此后{what}已由 {old} 改为 {new}"


def talk_at(discussion: Discussion, code: str, column: str, user, value, **more) -> CellTalk:
    """What is said about a cell in which ``value`` stands, as the user is shown it."""
    thread = threads.thread_at(discussion, code, column)
    return CellTalk(discussion, code, column, thread, text_of(value), user, **more)


def panel(request: HttpRequest, kind: str, name: str, code: str) -> HttpResponse:
    """Everything about the cell of ``column`` (blank: the whole row); posted to, something is said in its thread.

    With ``part`` the panel alone, for the script that shows it beside the form; else a page, and after a post the way
    back to where ``next`` says.
    """
    discussion = of_kind(kind).opened(request.user, name)
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
    act, place = request.POST.get("act", ""), {"discussion": discussion, "code": code, "column": column}
    if act == CommentAct.COMMENT:
        text, mentions = request.POST.get("comment", ""), request.POST.getlist("mention")
        seen = max(posted_version(request, "seen"), 0)
        threads.write(**place, text=text, mentions=mentions, seen=seen, by=request.user)
    elif act == CommentAct.SETTLE:
        threads.settle(**place, by=request.user)
    elif act == CommentAct.REOPEN:
        threads.reopen(**place, by=request.user)
    else:
        raise Refused("没有认出要办的事，请重新选择。")
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
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else ""
