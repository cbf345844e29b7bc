"""The demonstration accounts: one for every post, with a password that everybody may know."""

from dataclasses import dataclass
from zlib import crc32

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from accounts.posts import ADMINISTRATORS, Post
from common import clock

DISTRICT = "441802"
PASSWORD = settings.DEMONSTRATION_PASSWORD
"""One for all; in production nobody gets in with it."""

_TOWNSHIPS = {
    "441802006": ("fengcheng", "凤城街道"),
    "441802007": ("dongcheng", "东城街道"),
    "441802008": ("zhouxin", "洲心街道"),
    "441802009": ("henghe", "横荷街道"),
    "441802103": ("yuantan", "源潭镇"),
    "441802105": ("longtang", "龙塘镇"),
    "441802106": ("shijiao", "石角镇"),
    "441802107": ("feilaixia", "飞来峡镇"),
}
_DISTRICT_POSTS = (
    ("jxj_shy1", "审核员甲", Post.REVIEWER, "区经信局"),
    ("jxj_shy2", "审核员乙", Post.REVIEWER, "区经信局"),
    ("jxj_fzr", "经信局负责人甲", Post.BUREAU_HEAD, "区经信局"),
    ("jxj_fzr2", "经信局负责人乙", Post.BUREAU_HEAD, "区经信局"),
    ("qzf", "区政府办甲", Post.GOVERNMENT, "区政府"),
    ("qzf2", "区政府办乙", Post.GOVERNMENT, "区政府"),
    ("qzf3", "区政府办丙", Post.GOVERNMENT, "区政府"),
    ("zjj", "住建局联络员", Post.LEAD_UNIT, "区住房和城乡建设局"),
    ("kexie", "科协联络员", Post.LEAD_UNIT, "区科学技术协会"),
    ("scjg", "市场监管局联络员", Post.AUTHORITY, "区市场监督管理局"),
    ("lingdao", "区领导", Post.LEADER, "区领导"),
)
_OPERATOR_POSTS = (
    ("dianxin", "电信联络员", "telecom", "中国电信"),
    ("yidong", "移动联络员", "mobile", "中国移动"),
    ("liantong", "联通联络员", "unicom", "中国联通"),
    ("guangdian", "广电联络员", "broadcast", "广电网络"),
)
_ADMINISTRATORS = (
    ("xtgly", "系统管理员", Post.SYSTEM_ADMIN),
    ("aqgly", "安全管理员", Post.SECURITY_ADMIN),
    ("sjy", "审计员", Post.AUDITOR),
)


@dataclass(frozen=True)
class DemoAccount:
    username: str
    password: str
    name: str
    post: Post
    unit: str
    area: str | None = None
    """The code of the area that the post is tied to."""
    operator: str | None = None

    @property
    def phone(self) -> str:
        """A made-up number of the office; administrators are called by nobody."""
        if self.post in ADMINISTRATORS:
            return ""
        return f"0763-33{crc32(self.username.encode()) % 100_000:05}"


def demo_accounts() -> list[DemoAccount]:
    """All demonstration accounts, the district's first; for the login page in demonstration mode only."""
    found = [
        DemoAccount(username, PASSWORD, name, post, unit, DISTRICT) for username, name, post, unit in _DISTRICT_POSTS
    ]
    for code, (pinyin, unit) in _TOWNSHIPS.items():
        found.append(DemoAccount(f"{pinyin}_jb", PASSWORD, f"{unit}经办", Post.CLERK, unit, code))
        found.append(DemoAccount(f"{pinyin}_fzr", PASSWORD, f"{unit}负责人", Post.TOWNSHIP_HEAD, unit, code))
    for username, name, operator, unit in _OPERATOR_POSTS:
        found.append(DemoAccount(username, PASSWORD, name, Post.OPERATOR, unit, operator=operator))
    return found + [DemoAccount(username, PASSWORD, name, post, "三员") for username, name, post in _ADMINISTRATORS]


@transaction.atomic
def create_accounts() -> list[DemoAccount]:
    """Make the accounts that are not there yet; those that are keep their passwords and posts.

    The password is hashed once for all of them, for a slow hash costs seconds and this one hides nothing.
    """
    existing = set(User.objects.values_list("username", flat=True))
    missing = [account for account in demo_accounts() if account.username not in existing]
    hashed = make_password(PASSWORD) if missing else ""
    for account in missing:
        user = User(
            username=account.username,
            name=account.name,
            post=account.post,
            unit=account.unit,
            phone=account.phone,
            area_id=account.area,
            operator_id=account.operator,
            password=hashed,
            password_changed_at=clock.real_now(),
        )
        user.full_clean()
        user.save()
    return demo_accounts()
