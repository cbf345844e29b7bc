"""The mail by which a township hears at once that it was urged (催办)."""

from accounts.models import User
from accounts.posts import ROLE_GRANTS, Power
from areas.models import Area
from inbox.mailing import foot, is_configured, mailed, record
from returns.models import Round

REPORTING = [
    post.value for post, grants in ROLE_GRANTS.items() if grants.powers & {Power.ENTER_RETURNS, Power.SIGN_RETURNS}
]


def mail_urge(*, round_: Round, township: Area, by: User) -> int:
    """Tell a township's people that they were urged; how many were. Nothing that fails here undoes the urging."""
    if not is_configured():
        return 0
    subject = f"【季报催办】{township.name}{round_.quarter.label}季报"
    people = User.objects.active().filter(post__in=REPORTING, area=township).exclude(email="").order_by("pk")
    sent = 0
    for user in list(people):
        lines = [
            f"{user.name}，您好：",
            "",
            f"{by.unit or '区经信局'}{by.name}催办：请尽快报送{township.name}{round_.quarter.label}季报，"
            f"截止日期 {round_.due:%Y-%m-%d}。",
            "",
            *foot(),
        ]
        problem = mailed(user.email, subject, "\n".join(lines))
        record("round.remind", by, user, subject, problem)
        sent += not problem
    return sent
