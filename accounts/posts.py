"""The posts (岗位): one table of who may do what; a user has a post and an area or an operator."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices


class Power(StrEnum):
    """What a post may be allowed to do; asked as ``user.may(Power.…)``."""

    SEE_REGISTRY = "see_registry"
    SEE_NETWORK = "see_network"
    SEE_RETURNS = "see_returns"
    ENTER_RETURNS = "enter_returns"
    SIGN_RETURNS = "sign_returns"
    REVIEW_RETURNS = "review_returns"
    CONFIRM_RETURNS = "confirm_returns"
    SEE_VERDICTS = "see_verdicts"
    SEE_PROGRESS = "see_progress"
    EXPORT = "export"
    MANAGE_ACCOUNTS = "manage_accounts"
    ASSIGN_POSTS = "assign_posts"
    READ_AUDIT_TRAIL = "read_audit_trail"


class Post(TextChoices):
    CLERK = "clerk", "街镇经办"
    TOWNSHIP_HEAD = "township_head", "街镇负责人"
    REVIEWER = "reviewer", "区经信局审核员"
    BUREAU_HEAD = "bureau_head", "区经信局负责人"
    GOVERNMENT = "government", "区政府"
    LEAD_UNIT = "lead_unit", "牵头单位"
    OPERATOR = "operator", "运营企业"
    LEADER = "leader", "领导"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDITOR = "auditor", "审计员"


class Seat(StrEnum):
    """What a post is tied to, and so how far it sees."""

    TOWNSHIP = "township"
    DISTRICT = "district"
    OPERATOR = "operator"
    NONE = "none"


@dataclass(frozen=True)
class Charge:
    """What a post is tied to and what it may do."""

    seat: Seat
    powers: frozenset[Power]


_READING = {Power.SEE_REGISTRY, Power.SEE_NETWORK, Power.SEE_RETURNS, Power.SEE_VERDICTS, Power.SEE_PROGRESS, Power.EXPORT}

CHARGES = {
    Post.CLERK: Charge(Seat.TOWNSHIP, frozenset(_READING | {Power.ENTER_RETURNS})),
    Post.TOWNSHIP_HEAD: Charge(Seat.TOWNSHIP, frozenset(_READING | {Power.SIGN_RETURNS})),
    Post.REVIEWER: Charge(Seat.DISTRICT, frozenset(_READING | {Power.REVIEW_RETURNS})),
    Post.BUREAU_HEAD: Charge(Seat.DISTRICT, frozenset(_READING | {Power.REVIEW_RETURNS, Power.CONFIRM_RETURNS})),
    Post.GOVERNMENT: Charge(Seat.DISTRICT, frozenset(_READING)),
    Post.LEAD_UNIT: Charge(Seat.DISTRICT, frozenset(_READING)),
    Post.OPERATOR: Charge(Seat.OPERATOR, frozenset({Power.SEE_NETWORK, Power.EXPORT})),
    Post.LEADER: Charge(Seat.DISTRICT, frozenset(_READING)),
    Post.SYSTEM_ADMIN: Charge(Seat.NONE, frozenset({Power.MANAGE_ACCOUNTS})),
    Post.SECURITY_ADMIN: Charge(Seat.NONE, frozenset({Power.ASSIGN_POSTS})),
    Post.AUDITOR: Charge(Seat.NONE, frozenset({Power.READ_AUDIT_TRAIL})),
}
"""Every post has its charge; the three administrators (三员) enter and approve no business data."""
