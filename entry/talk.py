"""What is said about a cell, as pages show it: comments in their order, what became of the cell since, who can be asked."""

from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse

from entry import threads
from entry.discussion import Discussion, text_of
from entry.models import LONGEST_COMMENT, CellComment, CellThread


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
    def count(self) -> int:
        """How many comments an open thread has; 0 for a settled one."""
        return sum(each.is_comment for each in self.thread.comments.all()) if self.is_open else 0

    @property
    def said(self) -> list[SaidComment]:
        return said_in(self.thread, self.now) if self.thread else []

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


def said_in(thread: CellThread, now: str) -> list[SaidComment]:
    """What was said in a thread, on a cell in which ``now`` stands."""
    comments = list(thread.comments.all())
    values = [comment.value for comment in comments] + [now]
    return [
        SaidComment(comment, _turned(before, after))
        for comment, (before, after) in zip(comments, pairwise(values), strict=True)
    ]


def _turned(before: str, after: str) -> str:
    """此后数字已由 213 改为 231; blank when it stands as it did."""
    if before == after:
        return ""
    what = "数字" if (before + after).isdecimal() else "内容"
    old, new = (f"{int(each):,}" if each.isdecimal() else f"“{each}”" if each else "空白" for each in (before, after))
    return f"此后{what}已由 {old} 改为 {new}".replace(" 空白", "空白").replace("空白 ", "空白")


def talk_at(discussion: Discussion, code: str, column: str, user, value, **more) -> CellTalk:
    """What is said about a cell in which ``value`` stands, as the user is shown it."""
    thread = threads.thread_at(discussion, code, column)
    return CellTalk(discussion, code, column, thread, text_of(value), user, **more)
