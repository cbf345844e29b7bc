"""The list of findings: what it shows and exports."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from django.utils import timezone

from accounts.posts import Power, ScopeKind
from common.clock import today
from common.listing import CODE, COUNT, DATE, FLAG, WORDS, Column, Listing
from findings.filters import RegisterFindingFilter
from findings.mending import mending_address, thing_address
from findings.models import RegisterFinding
from findings.vocabulary import FindingState

_TONES = {FindingState.OPEN: "late", FindingState.EXPLAINED: "info", FindingState.CLOSED: "met"}


def _found_on(finding: RegisterFinding) -> date:
    return timezone.localtime(finding.opened_at).date()


def _due_tone(finding: RegisterFinding) -> str:
    """A badge for what is open and overdue."""
    is_late = finding.state == FindingState.OPEN and finding.due_on is not None and finding.due_on < today()
    return "missed" if is_late else ""


FINDINGS = Listing(
    key="findings",
    title="台账问题",
    unit="条",
    filterset=RegisterFindingFilter,
    order=("-matters", "due_on", "pk"),
    template="findings/index.html",
    empty="没有符合条件的问题。",
    columns=(
        Column("name", "名称", order=("name",), link=lambda row: row.get_absolute_url(), head=True),
        Column("label", "问题", order=("code",)),
        Column("sentence", "情况", kind=WORDS),
        Column(
            "key", "编码", kind=CODE, order=("key",), link=lambda row: thing_address(row.table, row.key), minor=True
        ),
        Column("table", "类别", "get_table_display", order=("table",), on_page=False),
        Column("other", "另一个", on_page=False),
        Column("matters", "影响评定", kind=FLAG, order=("matters",), tone=lambda row: "late" if row.matters else ""),
        Column("opened", "发现日期", _found_on, kind=DATE, order=("opened_at",), minor=True),
        Column("due_on", "期限", kind=DATE, order=("due_on",), tone=_due_tone),
        Column(
            "state", "状态", "get_state_display", order=("state",), tone=lambda row: _TONES[FindingState(row.state)]
        ),
        Column("reopened", "再次出现（次）", kind=COUNT, order=("reopened",), on_page=False),
        Column("explanation", "说明", kind=WORDS, on_page=False),
        Column("explained_by", "说明人", on_page=False),
        Column("closed_at", "消除时间", kind=DATE, on_page=False),
    ),
)


def listing_for(user, state: str, townships: Mapping[str, str], operators: Mapping[str, str]) -> Listing:
    """The list as a user sees it who asked for findings in a ``state``: with names, and the ways to settle what is open.

    What is explained shows how. An operator is not told the number of another one's access point.
    """
    whose = Column("whose", "由谁处理", lambda row: owner_name(row, townships, operators), order=("owner", "township"))
    place = Column("township", "街镇", lambda row: townships.get(row.township, ""), on_page=False)
    first, *others = [column for column in FINDINGS.columns if column.key != "other" or user.scope.operator is None]
    if state == FindingState.EXPLAINED:
        others = [replace(column, on_page=True) if column.key == "explanation" else column for column in others]
    columns = (first, *others[:3], place, whose, *others[3:])
    return replace(FINDINGS, columns=columns if state == FindingState.EXPLAINED else (*columns, *_ways(user)))


def _ways(user) -> Iterator[Column]:
    """For whoever keeps the register the way to mend, and for an owner beneath the bureau the one to explain."""
    if not (user.may(Power.KEEP_REGISTRY) or user.may(Power.LOAD_NETWORK)):
        return
    yield Column("mend", "办理", _while_open("去更正"), link=mending_address)
    if user.grants.scope_kind != ScopeKind.DISTRICT:
        yield Column("explain", "不是问题", _while_open("去说明"), link=_explaining)


def _explaining(finding: RegisterFinding) -> str:
    return f"{finding.get_absolute_url()}#reason"


def _while_open(label: str) -> Callable[[RegisterFinding], str]:
    return lambda finding: label if finding.state == FindingState.OPEN else ""


def owner_name(finding: RegisterFinding, townships: Mapping[str, str], operators: Mapping[str, str]) -> str:
    """Whose it is to settle, by name."""
    names = {"township": townships.get(finding.township, ""), "operator": operators.get(finding.operator, "")}
    return names.get(finding.owner) or finding.get_owner_display()
