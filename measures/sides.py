"""The unit for which a person enters records (登记单位), as a key by which its people know their own."""

from accounts.models import User
from accounts.posts import Post
from measures.kinds import BUREAU_POSTS, TOWNSHIP_POSTS, MeasureKind


def side_of(user: User) -> str:
    """``area:441802103``, ``operator:telecom``, ``unit:441802:区住建局``, ``bureau:441802``; blank where nobody enters for it."""
    if user.post in TOWNSHIP_POSTS:
        return f"area:{user.area_id}"
    if user.post == Post.OPERATOR:
        return f"operator:{user.operator_id}"
    if user.post == Post.LEAD_UNIT:
        return f"unit:{user.area_id}:{user.unit}"
    return f"bureau:{user.area_id}" if user.post in BUREAU_POSTS else ""


def side_name(user: User) -> str:
    """What the unit is called."""
    if user.post in TOWNSHIP_POSTS and user.area:
        return user.area.name
    if user.post == Post.OPERATOR:
        return str(user.operator)
    return user.unit or user.get_post_display()


def leads(user: User, kind: MeasureKind, lead: str) -> bool:
    """Whether a kind that is one lead unit's is that of ``user``; ``lead`` is the unit that the plan names."""
    return user.post != Post.LEAD_UNIT or not kind.duty or user.unit == lead
