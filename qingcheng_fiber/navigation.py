"""The main menu (主导航): by what a post does; at most ``LONGEST_BAR`` entries in the bar, the rest under 更多 in groups."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from accounts.posts import Post, Power

LONGEST_BAR = 6
"""Entries that stand in the bar; with them and 更多 the head of a page stays within 96 px on a phone."""


@dataclass(frozen=True)
class MenuEntry:
    """An entry of the menu: its address's name, the power it needs (None: everyone who is logged in),
    and the beginnings of the addresses on which it is marked as the current one."""

    label: str
    address: str
    power: Power | None = None
    starts: tuple[str, ...] = ()


GROUPS = (
    (
        "日常",
        (
            MenuEntry("首页", "home"),
            MenuEntry("待办", "inbox:index", None, ("inbox/",)),
            MenuEntry("账号", "accounts:users", Power.MANAGE_ACCOUNTS, ("accounts/users/",)),
            MenuEntry("岗位", "accounts:users", Power.ASSIGN_POSTS, ("accounts/users/",)),
            MenuEntry("系统状态", "upkeep:status", Power.SEE_STATUS, ("upkeep/",)),
            MenuEntry("登录告警", "accounts:alarms", Power.ASSIGN_POSTS, ("accounts/alarms/",)),
            MenuEntry("账号履历", "accounts:users", Power.READ_AUDIT_TRAIL, ("accounts/users/",)),
            MenuEntry("审计", "accounts:audit", Power.READ_AUDIT_TRAIL, ("accounts/audit/",)),
            MenuEntry("督办事项", "supervision:matters", Power.READ_AUDIT_TRAIL, ("supervision/",)),
            MenuEntry("存证核验", "witness:check", Power.READ_AUDIT_TRAIL, ("witness/",)),
        ),
    ),
    (
        "填报",
        (
            MenuEntry("季报", "returns:index", Power.SEE_RETURNS, ("returns/",)),
            MenuEntry("填报期", "returns:rounds", Power.SEE_RETURNS, ("returns/rounds/",)),
            MenuEntry("用户数", "returns:counts_index", Power.ENTER_COUNTS, ("returns/operators/",)),
        ),
    ),
    (
        "台账",
        (
            MenuEntry("台账", "areas:areas", Power.SEE_REGISTRY, ("areas/",)),
            MenuEntry("点位", "areas:sites", Power.SEE_REGISTRY, ("areas/sites/",)),
            MenuEntry("接入点", "areas:access_points", Power.SEE_NETWORK, ("areas/access-points/",)),
            MenuEntry("工单", "areas:orders", Power.SEE_NETWORK, ("areas/orders/",)),
            MenuEntry("走村", "field:index", Power.KEEP_REGISTRY, ("field/",)),
            MenuEntry("变更", "proposals:index", Power.SEE_NETWORK, ("proposals/",)),
            MenuEntry("台账问题", "findings:index", Power.SEE_NETWORK, ("findings/",)),
            MenuEntry("接口令牌", "accounts:tokens", Power.ISSUE_TOKENS, ("accounts/tokens/",)),
        ),
    ),
    (
        "进度",
        (
            MenuEntry(
                "进度",
                "progress",
                Power.SEE_PROGRESS,
                ("progress/", "townships/", "situation/", "outlook/", "figures/"),
            ),
            MenuEntry("地图", "map", Power.SEE_PROGRESS, ("map/",)),
            MenuEntry("评定", "acceptance:verdict_index", Power.SEE_VERDICTS, ("acceptance/",)),
            MenuEntry("建设方案", "planning:index", Power.SEE_NETWORK, ("planning/",)),
            MenuEntry("问题台账", "problems:index", Power.SEE_PROBLEMS, ("problems/",)),
            MenuEntry("分解落实", "breakdown:index", Power.SEE_MATTERS, ("breakdown/",)),
            MenuEntry("督办", "supervision:matters", Power.SEE_MATTERS, ("supervision/",)),
            MenuEntry("措施台账", "measures:records", Power.SEE_MEASURES, ("measures/", "appraisal/")),
            MenuEntry("大屏", "screens:index", Power.RUN_SCREENS, ("screens/",)),
        ),
    ),
    (
        "验收",
        (
            MenuEntry("验收", "inspection:index", Power.SEE_INSPECTIONS, ("inspection/",)),
            MenuEntry("抽查", "spotcheck:index", Power.SEE_INSPECTIONS, ("spotcheck/",)),
            MenuEntry("证书", "certificates:register", Power.SEE_INSPECTIONS, ("certificates/",)),
            MenuEntry("公文", "papers:documents", Power.SEE_DOCUMENTS, ("papers/",)),
        ),
    ),
)

BARS = {
    Post.CLERK: ("首页", "待办", "季报", "走村", "台账", "验收", "进度"),
    Post.TOWNSHIP_HEAD: ("首页", "待办", "季报", "验收", "进度", "台账", "评定"),
    Post.REVIEWER: ("首页", "待办", "季报", "变更", "验收", "进度", "抽查"),
    Post.BUREAU_HEAD: ("首页", "待办", "季报", "验收", "进度", "变更", "证书"),
    Post.GOVERNMENT: ("首页", "待办", "验收", "证书", "进度", "公文", "地图"),
    Post.LEAD_UNIT: ("首页", "待办", "进度", "验收", "评定", "地图", "台账"),
    Post.OPERATOR: ("首页", "待办", "用户数", "接入点", "工单", "变更", "台账问题"),
    Post.AUTHORITY: ("首页", "待办", "问题台账"),
    Post.LEADER: ("首页", "进度", "督办", "地图", "评定", "验收", "季报"),
    Post.SYSTEM_ADMIN: ("首页", "待办", "账号", "系统状态"),
    Post.SECURITY_ADMIN: ("首页", "待办", "岗位", "登录告警"),
    Post.AUDITOR: ("首页", "待办", "审计", "存证核验", "账号履历"),
}
"""What a post does, the most frequent first; the bar takes from the front."""
_UNASSIGNED = ("首页", "待办")


@dataclass(frozen=True)
class NavigationLink:
    """A link of the navigation; ``current`` is the value of aria-current, blank elsewhere."""

    label: str
    url: str
    current: str = ""


@dataclass(frozen=True)
class Navigation:
    """What stands in the bar, and what stands in groups under 更多."""

    bar: tuple[NavigationLink, ...]
    more: tuple[tuple[str, tuple[NavigationLink, ...]], ...]

    @property
    def is_current_in_more(self) -> bool:
        return any(link.current for _, links in self.more for link in links)


def navigation(user, path: str) -> Navigation:
    """What the powers of ``user`` open; the entry with the longest beginning of ``path`` is current."""
    groups = [(name, [entry for entry in entries if _opens(entry, user)]) for name, entries in GROUPS]
    links = _links([entry for _, entries in groups for entry in entries], path)
    front = [label for label in BARS.get(user.post, _UNASSIGNED) if label in links][:LONGEST_BAR]
    rest = [(name, tuple(links[each.label] for each in entries if each.label not in front)) for name, entries in groups]
    return Navigation(tuple(links[label] for label in front), tuple(group for group in rest if group[1]))


def _opens(entry: MenuEntry, user) -> bool:
    return (entry.power is None or user.may(entry.power)) and bool(_url(entry))


def _url(entry: MenuEntry) -> str:
    """The address of the entry; blank while no room answers to that name."""
    try:
        return reverse(entry.address)
    except NoReverseMatch:
        return ""


def _links(entries: list[MenuEntry], path: str) -> dict[str, NavigationLink]:
    nearest = max((len(start) for each in entries for start in each.starts if path.startswith(f"/{start}")), default=0)
    return {each.label: NavigationLink(each.label, _url(each), _mark(each, path, nearest)) for each in entries}


def _mark(entry: MenuEntry, path: str, nearest: int) -> str:
    if path == _url(entry):
        return "page"
    return "true" if any(len(start) == nearest and path.startswith(f"/{start}") for start in entry.starts) else ""
