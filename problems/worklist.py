"""The gap list of a figure as a work list: whoever lacks becomes part of a problem of its village, with one click."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.db import IntegrityError, transaction

from acceptance.models import SiteVerdict
from accounts.models import User
from accounts.posts import Power
from areas.models import Area
from common.exceptions import Refused, Stale
from figures.address import MemberPart
from figures.asking import AskedFigure
from problems import actions, following
from problems.drafts import MemberDraft, ProblemDraft
from problems.models import Problem, ProblemMember
from problems.sources import VILLAGE_DIGITS, Cause, drafted
from problems.vocabulary import ENDED, MemberKind, ProblemSource, ProblemState
from register.things import Panel

MOST = 500
"""Members that are listed with one click."""
GAPS = (MemberPart.FAILED, MemberPart.LACKING, MemberPart.GAP)
"""Parts of a figure that are a gap."""


@dataclass(frozen=True)
class Listed:
    """What a click did."""

    members: int
    opened: int
    added: int


class WorkList:
    """Who lacks of a figure as it is asked, and who of them is not part of an open problem yet; three queries."""

    def __init__(self, opened: AskedFigure) -> None:
        self.opened = opened

    @cached_property
    def lacking(self) -> Sequence[tuple[str, MemberDraft]]:
        """Each with the code of the area at which it lies."""
        opened = self.opened
        rows = opened.figure.part(opened.page.members, opened.part)
        rows = rows.filter(cause=opened.cause) if opened.cause else rows
        words = f"{opened.figure.title}：{opened.asked.quarter.label}末未达到"
        if rows.model is SiteVerdict:
            return [
                (code, MemberDraft(MemberKind.SITE, key, name, words))
                for code, key, name in rows.values_list("area_code", "site__site_id", "site__name")
            ]
        return [
            (code, MemberDraft(MemberKind.AREA, code, name, words))
            for code, name in rows.values_list("area_id", "area__name")
        ]

    @cached_property
    def fresh(self) -> Sequence[tuple[str, MemberDraft]]:
        """Members that no open problem holds."""
        keys = [member.key for _, member in self.lacking]
        held = ProblemMember.objects.filter(key__in=keys).exclude(problem__state__in=ENDED)
        known = set(held.values_list("kind", "key"))
        return [(code, member) for code, member in self.lacking if (str(member.kind), member.key) not in known]

    @property
    def groups(self) -> Mapping[str, list[MemberDraft]]:
        """The fresh ones by village, or by the area itself above it."""
        found: dict[str, list[MemberDraft]] = defaultdict(list)
        for code, member in self.fresh:
            found[code[:VILLAGE_DIGITS]].append(member)
        return found

    @property
    def held(self) -> int:
        return len(self.lacking) - len(self.fresh)

    @property
    def query(self) -> str:
        opened = self.opened
        more = {"part": opened.part} | ({"cause": opened.cause} if opened.cause else {})
        return urlencode({**opened.question, **more})


def is_offered(opened: AskedFigure, user: User) -> bool:
    """Whether the part that is shown is a gap of verdicts, and the person writes problems down for areas."""
    is_gap = opened.part in GAPS and not opened.figure.is_network and opened.asked.area is not None
    return is_gap and user.may(Power.HANDLE_PROBLEMS) and user.scope.area is not None


def panel(user: User, opened: AskedFigure) -> Panel | None:
    if not is_offered(opened, user):
        return None
    found = WorkList(opened)
    context = {"list": found, "of": opened.figure.of, "too_many": len(found.fresh) > MOST, "most": MOST}
    return Panel("work_list", "列入问题台账", template="problems/_work_list.html", context=context)


@transaction.atomic
def take_up(*, opened: AskedFigure, count: int, by: User) -> Listed:
    """Make problems of those that lack and are in none. Stale where there are not as many as the page said."""
    found = WorkList(opened)
    if not is_offered(opened, by):
        raise Refused("该指标没有可列入问题台账的差距。")
    if len(found.fresh) != count:
        raise Stale(f"情况有变化：现有 {len(found.fresh)} 个未列入，页面上为 {count} 个，请核对后列入。")
    if not count:
        raise Refused("没有尚未列入的对象。")
    if count > MOST:
        raise Refused(f"一次最多列入 {MOST} 个，请先按街镇或原因缩小范围。")
    areas = Area.objects.select_related("parent__parent").in_bulk(list(found.groups))
    opened_now = added = 0
    for code, members in found.groups.items():
        cause = Cause(ProblemSource.FIGURE, "gap", code)
        known = Problem.objects.filter(county=code[:6], mark=cause.mark).exclude(state=ProblemState.WITHDRAWN).first()
        if known is None:
            _open(drafted(cause, members, areas[code], None), by)
            opened_now += 1
        else:
            added += following.add(known, members) > 0
    return Listed(count, opened_now, added)


def _open(draft: ProblemDraft, by: User) -> None:
    """Stale where somebody else has listed the same just now."""
    try:
        with transaction.atomic():
            actions.open_found(draft, by)
    except IntegrityError:
        raise Stale(f"{draft.place.name}刚刚由他人列入，请刷新后核对。") from None
