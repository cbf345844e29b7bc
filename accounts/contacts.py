"""Whom to call: the names and office telephones of the other side, which the system administrator keeps.

A township and an operator see the bureau's, the bureau sees theirs and the government's, the government the bureau's;
nobody else sees any, and nobody the telephones of the own side or of a third one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.audit import looked
from accounts.models import User
from accounts.posts import Post, ScopeKind

BUREAU, GOVERNMENT = "bureau", "government"
"""Sides that are no township (an area's code) and no operator (its code).

To an operator, which is of no county, BUREAU is every county's; ``bureau_of`` is that of one.
"""

_BUREAU = (Post.REVIEWER, Post.BUREAU_HEAD)
_TOWNSHIP = (Post.CLERK, Post.TOWNSHIP_HEAD)


def bureau_of(county: str) -> str:
    """The side of one county's bureau, for what concerns that county alone."""
    return f"{BUREAU}/{county}"


@dataclass(frozen=True)
class Contact:
    """A person of the other side: name, post, unit, and the office telephone (blank: none is kept)."""

    name: str
    post: str
    unit: str
    phone: str


def contacts(user, sides: Iterable[str]) -> Mapping[str, tuple[Contact, ...]]:
    """Who can be called of each of ``sides``, as far as the user may know; one query, none where she may know nobody."""
    wanted = set(sides)
    posts = _posts_seen_by(user)
    if not wanted or not posts:
        return {}
    found: dict[str, list[Contact]] = {}
    for person in _people(user, posts):
        for side in wanted & _sides_of(person):
            found.setdefault(side, []).append(Contact(person.name, person.post_label, person.unit, person.phone))
    shown = {side: tuple(people) for side, people in found.items()}
    if shown:
        looked(what="办公电话", people=[person.name for people in shown.values() for person in people])
    return shown


def office_phones(county: str) -> list[str]:
    """The office telephones of a county's bureau, which a public notice may name; whose they are it does not say."""
    people = User.objects.active().filter(post__in=_BUREAU, area_id=county).exclude(phone="").order_by("post", "pk")
    return list(dict.fromkeys(people.values_list("phone", flat=True)))


def _posts_seen_by(user) -> tuple[Post, ...]:
    if not user.is_active:
        return ()
    if user.post in _BUREAU:
        return (*_TOWNSHIP, Post.OPERATOR, Post.GOVERNMENT)
    if user.post in (*_TOWNSHIP, Post.OPERATOR, Post.GOVERNMENT):
        return _BUREAU
    return ()


def _people(user, posts: tuple[Post, ...]) -> list[User]:
    """Active holders of the posts with a telephone, within the user's county; an operator's are of no county."""
    found = User.objects.active().filter(post__in=posts).exclude(phone="").order_by("post", "pk")
    county = user.area_id[:6] if user.area_id else ""
    return [person for person in found if not county or not person.area_id or person.area_id.startswith(county)]


def _sides_of(person: User) -> set[str]:
    if person.post in _BUREAU:
        return {BUREAU, bureau_of(person.area_id[:6])}
    if person.post == Post.GOVERNMENT:
        return {GOVERNMENT}
    return {person.operator_id if person.grants.scope_kind == ScopeKind.OPERATOR else person.area_id}
