"""The authorities (主管部门) to which cases are passed, and the people of theirs who answer here themselves."""

from collections.abc import Mapping

from accounts.models import User
from accounts.posts import Power
from problems.vocabulary import CaseAuthority

WORDS: Mapping[CaseAuthority, tuple[str, ...]] = {
    CaseAuthority.HOUSING: ("住建", "住房"),
    CaseAuthority.MARKET: ("工商", "市场监"),
    CaseAuthority.REFORM: ("发改", "发展改革", "发展和改革"),
    CaseAuthority.TELECOM: ("通信",),
}
"""By which words in the name of her unit a person belongs to an authority, also once it is renamed (工商 became 市场监管 in 2019)."""


def authority_of(user: User) -> CaseAuthority | None:
    """The authority whose referrals a person answers; None for everybody else."""
    if not user.may(Power.ANSWER_REFERRALS):
        return None
    return next((each for each, words in WORDS.items() if any(word in user.unit for word in words)), None)
