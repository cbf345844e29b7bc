"""What is said about figures, in the inbox: whose answer is awaited, mine or another post's."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from django.urls import reverse

from accounts.contacts import bureau_of
from accounts.models import AuditEntry, User
from accounts.posts import Post, Power
from entry import threads
from entry.discussion import Discussion
from entry.hooks import DISCUSSIONS
from entry.models import CellComment, CellThread
from inbox.hooks import InboxItem
from returns.counts.count_discussion import CountDiscussion

KIND = "批注"


def pending(user: User) -> Iterator[InboxItem]:
    """Open threads that wait for the user's post, and those in which he wrote and that wait for another."""
    for thread, discussion in threads.concerning(user):
        asked = threads.awaited(thread)
        if user.post in asked and discussion.may_write(user):
            yield _item(thread, discussion, user, _last_to(thread, user.post), "")
        elif asked and (own := [each for each in thread.comments.all() if each.by_id == user.pk]):
            yield _item(thread, discussion, user, own[-1], "、".join(Post(post).label for post in asked))


def _last_to(thread: CellThread, post: str) -> CellComment:
    """The last comment that is addressed to a post whose answer is awaited."""
    said = [each for each in thread.comments.all() if post in {mention.post for mention in each.mentions.all()}]
    return said[-1]


def _item(thread: CellThread, discussion: Discussion, user: User, comment: CellComment, who: str) -> InboxItem:
    return InboxItem(
        key=f"comment/{thread.pk}",
        version=str(thread.number),
        kind=KIND,
        title=thread.title,
        url=address(thread),
        state="待答复",
        since=comment.at,
        who=who,
        words=f"{comment.by}：{comment.text}",
        other=_other(thread, discussion, user),
    )


def _other(thread: CellThread, discussion: Discussion, user: User) -> str:
    """The side that one may call: the bureau, for whom the township or the operator."""
    if not user.may(Power.REVIEW_RETURNS):
        return bureau_of(thread.code[:6])
    return discussion.operator.pk if isinstance(discussion, CountDiscussion) else thread.code[:9]


def address(thread: CellThread) -> str:
    """The panel of the cell, as a page."""
    panel = reverse("entry:panel", args=[thread.kind, thread.name, thread.code])
    return f"{panel}?{urlencode({'column': thread.column})}"


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the threads lie of which entries of the trail tell, as far as the user may still see them."""
    about = [entry for entry in entries if entry.subject_type == CellThread._meta.label_lower]
    found = CellThread.objects.in_bulk({int(entry.subject_key) for entry in about}) if about else {}
    seen = {pk: address(thread) for pk, thread in found.items() if _sees(user, thread)}
    return {entry.sequence: seen[int(entry.subject_key)] for entry in about if int(entry.subject_key) in seen}


def _sees(user: User, thread: CellThread) -> bool:
    return thread.name in DISCUSSIONS.of(thread.kind).seen_by(user, {thread.name})
