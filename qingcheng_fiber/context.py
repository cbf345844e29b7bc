"""Context of every page: the portal's name, the navigation, the mark of the demonstration."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from acceptance.judging import standing
from accounts.posts import Power

PORTAL_NAME = "清城区全光网城市建设进度门户"

# Each entry: its label, the address's name, the power it needs (None: everyone who is logged in),
# and the beginnings of the addresses on which it is marked as the current one.
_ENTRIES = (
    ("首页", "home", None, ()),
    ("进度", "progress", Power.SEE_PROGRESS, ("progress/", "townships/", "situation/")),
    ("地图", "map", Power.SEE_PROGRESS, ("map/",)),
    ("走村", "field:index", Power.KEEP_REGISTRY, ("field/",)),
    ("评定", "acceptance:verdict_index", Power.SEE_VERDICTS, ("acceptance/",)),
    ("抽查", "spotcheck:index", Power.SEE_INSPECTIONS, ("spotcheck/",)),
    ("证书", "certificates:register", Power.SEE_INSPECTIONS, ("certificates/",)),
    ("季报", "returns:index", Power.SEE_RETURNS, ("returns/",)),
    ("验收", "inspection:index", Power.SEE_INSPECTIONS, ("inspection/",)),
    ("用户数", "returns:counts_index", Power.ENTER_COUNTS, ("returns/operators/",)),
    ("公文", "papers:documents", Power.SEE_DOCUMENTS, ("papers/",)),
    ("区域", "areas:areas", Power.SEE_REGISTRY, ("areas/",)),
    ("点位", "areas:sites", Power.SEE_REGISTRY, ("areas/sites/",)),
    ("接入点", "areas:access_points", Power.SEE_NETWORK, ("areas/access-points/",)),
    ("工单", "areas:orders", Power.SEE_NETWORK, ("areas/orders/",)),
    ("变更", "proposals:index", Power.SEE_NETWORK, ("proposals/",)),
    ("台账问题", "findings:index", Power.SEE_NETWORK, ("findings/",)),
    ("大屏", "screens:index", Power.RUN_SCREENS, ("screens/",)),
    ("账号", "accounts:users", Power.MANAGE_ACCOUNTS, ("accounts/users/",)),
    ("岗位", "accounts:users", Power.ASSIGN_POSTS, ("accounts/users/",)),
    ("审计", "accounts:audit", Power.READ_AUDIT_TRAIL, ("accounts/audit/",)),
)


@dataclass(frozen=True)
class NavigationLink:
    """A link of the navigation; ``current`` is the value of aria-current, blank elsewhere."""

    label: str
    url: str
    current: str = ""


def portal(request: HttpRequest) -> dict:
    user = getattr(request, "user", None)
    return {
        "portal_name": PORTAL_NAME,
        "demonstration": settings.DEMONSTRATION,
        "verdicts_seen": standing.seen,
        "navigation": navigation(user, request.path) if user and user.is_authenticated else [],
        "inbox_unread": None,
        "may_search": bool(user and user.is_authenticated and user.may(Power.SEE_NETWORK)),
    }


def navigation(user, path: str) -> list[NavigationLink]:
    """What the powers of ``user`` open, in order; the entry with the longest beginning of ``path`` is current."""
    found = [
        (label, reverse(name), starts) for label, name, power, starts in _ENTRIES if power is None or user.may(power)
    ]
    nearest = max((len(start) for _, _, starts in found for start in starts if path.startswith(f"/{start}")), default=0)
    return [NavigationLink(label, url, _mark(path, url, starts, nearest)) for label, url, starts in found]


def _mark(path: str, url: str, starts: tuple[str, ...], nearest: int) -> str:
    if path == url:
        return "page"
    return "true" if any(len(start) == nearest and path.startswith(f"/{start}") for start in starts) else ""
