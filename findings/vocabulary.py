"""What a check of the register is: its words, its rule, its bound, whose its findings are and how they are mended."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices

from returns.checks.vocabulary import Bound

if TYPE_CHECKING:
    from findings.rows import RegisterRows


class FindingTable(TextChoices):
    """In which table of the register the thing stands that a finding is about, as the data package calls it."""

    AREAS = "areas", "区域"
    SITES = "sites", "点位"
    ACCESS_POINTS = "access_points", "接入点"
    SERVICE_ORDERS = "service_orders", "报装工单"


class FindingState(TextChoices):
    OPEN = "open", "待处理"
    EXPLAINED = "explained", "已说明"
    CLOSED = "closed", "已消除"


class FindingAction(TextChoices):
    EXPLAIN = "explain", "说明不是问题"
    OVERRULE = "overrule", "不予认可"
    CLOSE = "close", "自动消除"
    REOPEN = "reopen", "再次出现"


class FindingOwner(TextChoices):
    """Who settles a finding: the clerk of its township, its operator, or the bureau where there is neither."""

    TOWNSHIP = "township", "街镇"
    OPERATOR = "operator", "运营企业"
    BUREAU = "bureau", "区经信局"


@dataclass(frozen=True)
class FindingHit:
    """Where a rule struck: the thing, its name, the area at which it stands ('': at none), the sentence's words.

    ``other`` is the second of a pair, ``operator`` whose the thing is.
    """

    key: str
    name: str
    area: str
    words: Mapping[str, Any] = field(default_factory=dict)
    other: str = ""
    operator: str = ""


@dataclass(frozen=True)
class Mending:
    """The way that mends a finding: the form of a proposal with these columns, or for an ``act`` (add, void, end, correct).

    ``fills`` are columns that the form gets filled, from the finding's words; ``given`` others with their values.
    ``table`` is the form's, where it is not the finding's: then the thing is the area of a new row.
    """

    columns: tuple[str, ...] = ()
    act: str = ""
    table: str = ""
    fills: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FindingCheck:
    """A check of the register as it is declared.

    ``rule`` is a pure function of the rows and the bound; ``sentence`` has the placeholders that it fills and ``bound``.
    ``days`` are working days until a finding is due; ``bears``: the fact is one that verdicts are given by.
    ``compared`` says for people what is compared. A check without ``bound`` is fixed.
    """

    code: str
    name: str
    table: FindingTable
    rule: Callable[["RegisterRows", int], Iterator[FindingHit]]
    sentence: str
    compared: str
    owner: FindingOwner
    days: int
    mending: Mending | None = None
    bears: bool = False
    bound: Bound | None = None

    def said_of(self, hit: FindingHit, bound: int) -> str:
        return self.sentence.format(bound=bound, **hit.words)
