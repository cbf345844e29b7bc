"""Threads on cells: writing, settling, opening again; what of them is open, and whose answer is awaited."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Prefetch, Q, QuerySet

from accounts import audit
from accounts.posts import Post
from common.exceptions import Refused, Stale
from entry.discussion import Discussion, text_of
from entry.hooks import DISCUSSIONS
from entry.models import LONGEST_COMMENT, CellComment, CellThread, CommentAct, CommentMention


@transaction.atomic
def write(
    *, discussion: Discussion, code: str, column: str, text: str, mentions: Collection[str] = (), seen: int = 0, by
) -> CellThread:
    """Say something about a cell, to the posts mentioned, by ticks or in the text; a settled thread is open again by that.

    ``seen`` is the thread's number as the page showed it: what the writer has said since in these words is not said twice.
    Refused in a sentence: nothing was written, too much, nobody can write any more, or a post does not see the form.
    """
    text = text.replace("\r\n", "\n").strip()
    _require_writing(discussion, by)
    _require_words(text)
    mentions = {*mentions, *_addressed_in(text, discussion)}
    strange = mentions.difference(discussion.posts())
    if strange:
        raise Refused("未保存：所选岗位不能查看本表，请重新选择提请对象。")
    thread = _held(discussion, code, column)
    if thread.comments.filter(number__gt=seen, by=by, act=CommentAct.COMMENT, text=text).exists():
        return thread
    comment = _add(thread, discussion, CommentAct.COMMENT, by, text)
    CommentMention.objects.bulk_create(CommentMention(comment=comment, post=post) for post in sorted(mentions))
    asked = "、".join(Post(post).label for post in sorted(mentions))
    audit.record(action="comment.write", by=by, subject=thread, detail={"comment": text, "asked": asked})
    return thread


def _addressed_in(text: str, discussion: Discussion) -> list[Post]:
    """The posts that a text names with @, as people type it: @区经信局审核员 and, as no other post ends so, @审核员."""
    said, posts = text.replace("＠", "@"), discussion.posts()
    found = []
    for post in posts:
        short = post.label.removeprefix("区经信局")
        is_plain = sum(each.label.endswith(short) for each in posts) == 1
        if f"@{post.label}" in said or (is_plain and f"@{short}" in said):
            found.append(post)
    return found


def settle(*, discussion: Discussion, code: str, column: str, by) -> CellThread:
    """Say that nothing is left to be done; of two who do so at once the second is told who was first."""
    return _turn(discussion, code, column, CommentAct.SETTLE, by)


def reopen(*, discussion: Discussion, code: str, column: str, by) -> CellThread:
    """Take up again what was settled."""
    return _turn(discussion, code, column, CommentAct.REOPEN, by)


@transaction.atomic
def _turn(discussion: Discussion, code: str, column: str, act: CommentAct, by) -> CellThread:
    _require_writing(discussion, by)
    if not _threads(discussion).filter(code=code, column=column).exists():
        raise Refused("尚无批注。")
    thread = _held(discussion, code, column)
    if thread.is_open == (act == CommentAct.REOPEN):
        last = thread.comments.select_related("by").last()
        if last.by == by:
            return thread
        raise Stale(f"{last.by}已{'答复' if last.is_comment else last.get_act_display()}，请查看最新的批注。")
    _add(thread, discussion, act, by)
    audit.record(action=f"comment.{act}", by=by, subject=thread)
    return thread


def _require_writing(discussion: Discussion, by) -> None:
    discussion.require_writer(by)
    if discussion.closed:
        raise Refused(discussion.closed)


def _require_words(text: str) -> None:
    if not text:
        raise Refused("请写明批注内容。")
    if len(text) > LONGEST_COMMENT:
        raise Refused(f"批注最多 {LONGEST_COMMENT} 个字，现有 {len(text)} 个，请删减。")


def _threads(discussion: Discussion):
    return CellThread.objects.filter(kind=discussion.kind, name=discussion.name)


def _held(discussion: Discussion, code: str, column: str) -> CellThread:
    """The thread of a cell, begun if there is none, and locked until the transaction ends."""
    place = {"kind": discussion.kind, "name": discussion.name, "code": code, "column": column}
    title = f"{discussion.title}：{discussion.label(code, column)}"[: CellThread._meta.get_field("title").max_length]
    thread, _ = CellThread.objects.get_or_create(**place, defaults={"title": title})
    return CellThread.objects.select_for_update().get(pk=thread.pk)


def _add(thread: CellThread, discussion: Discussion, act: CommentAct, by, text: str = "") -> CellComment:
    thread.number += 1
    thread.is_open = act != CommentAct.SETTLE
    thread.save(update_fields=["number", "is_open"])
    value = text_of(discussion.value(thread.code, thread.column))
    return CellComment.objects.create(
        thread=thread, number=thread.number, act=act, text=text, value=value, by=by, post=by.post
    )


# --- What stands ------------------------------------------------------------------------------------------------


def with_comments(threads: QuerySet) -> QuerySet:
    """Threads with all that was said in them; three queries."""
    comments = CellComment.objects.select_related("by").prefetch_related("mentions")
    return threads.prefetch_related(Prefetch("comments", comments))


def thread_at(discussion: Discussion, code: str, column: str) -> CellThread | None:
    """What was said about a cell; None when nothing was."""
    return with_comments(_threads(discussion).filter(code=code, column=column)).first()


def open_threads(kind: str, name: str) -> list[CellThread]:
    """What is not settled in a form, with its comments."""
    return list(with_comments(CellThread.objects.filter(kind=kind, name=name, is_open=True)))


def awaited(thread: CellThread) -> list[str]:
    """The posts whose answer an open thread waits for: mentioned, and nobody of them has written since."""
    found: list[str] = []
    for comment in thread.comments.all() if thread.is_open else ():
        if comment.is_comment:
            asked = [mention.post for mention in comment.mentions.all()]
            found = [post for post in found if post != comment.post and post not in asked] + asked
    return found


def addressed(threads: Iterable[CellThread], posts: Collection[str]) -> list[CellThread]:
    """The threads in which somebody has addressed one of these posts, answered or not."""
    return [
        thread
        for thread in threads
        if any(mention.post in posts for comment in thread.comments.all() for mention in comment.mentions.all())
    ]


@dataclass(frozen=True)
class ThreadMarks:
    """How many comments stand in the open threads of a form, by row and column, and the number of each thread."""

    kind: str
    name: str
    found: Mapping[tuple[str, str], tuple[int, int]]

    def of(self, code: str, column: str) -> int:
        return self.found.get((code, column), (0, 0))[0]

    @property
    def said(self) -> dict[str, tuple[int, int]]:
        """For the scripts, by row/column."""
        return {f"{code}/{column}": each for (code, column), each in self.found.items()}


def marks_of(kind: str, name: str) -> ThreadMarks:
    """The marks of a form; one query."""
    comments = Count("comments", filter=Q(comments__act=CommentAct.COMMENT))
    rows = CellThread.objects.filter(kind=kind, name=name, is_open=True).order_by().annotate(said=comments)
    found = {
        (code, column): (said, number)
        for code, column, said, number in rows.values_list("code", "column", "said", "number")
    }
    return ThreadMarks(kind, name, found)


def concerning(user) -> list[tuple[CellThread, Discussion]]:
    """The open threads of forms that the user sees and in which one can still write, with their comments."""
    names: dict[str, set[str]] = {}
    for kind, name in CellThread.objects.filter(is_open=True).order_by().values_list("kind", "name").distinct():
        names.setdefault(kind, set()).add(name)
    found: list[tuple[CellThread, Discussion]] = []
    for kind in sorted(names):
        seen = DISCUSSIONS.of(kind).seen_by(user, names[kind])
        if forms := {name: form for name, form in seen.items() if not form.closed}:
            threads = CellThread.objects.filter(kind=kind, name__in=forms, is_open=True)
            found += [(thread, forms[thread.name]) for thread in with_comments(threads)]
    return found
