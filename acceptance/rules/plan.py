"""The plan as values: thresholds, standards, milestones and readings, each with its clause and the plan's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from common.periods import Quarter

Role = Literal["hard", "reference"]

KINDS = ("district", "street", "town", "village", "community", "natural_village", "quarter")
"""Kinds of areas from the top of the tree downwards (docs/rules.md, section 1)."""

SITE_KINDS = (
    "settlement", "residence", "estate", "urban_village", "market", "school", "hospital", "office",
    "industrial_park", "scenic_spot", "other",
)  # fmt: skip

CRITERION_MEASURES = {
    "own_sites": ("natural_village", "quarter"),
    "natural_villages_achieved": ("village",),
    "villages_achieved": ("town",),
    "sites_beneath": ("street",),
    "townships_achieved": ("district",),
    "penetration": ("village", "town", "street", "district"),
}
"""What a criterion may measure, and the kinds of areas it may be asked of."""

SHARE_MEASURES = (
    "natural_villages_covered", "natural_villages_achieved", "quarters_achieved", "urban_sites_capable", "coverage_rate",
)  # fmt: skip
COUNT_MEASURES = ("demonstration_quarters", "demonstration_natural_villages", "towns_achieved", "townships_achieved")
SCOPES = ("district", "street", "town")

ALL = "all"
"""The target of a count measure that wants every member."""


@dataclass(frozen=True)
class Source:
    """Where a value of the plan comes from: the clause's id, the plan's words, and the readings chosen."""

    clause: str
    quote: str
    readings: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A number of the plan with its unit and its source."""

    value: int | bool | Fraction
    unit: str
    source: Source


@dataclass(frozen=True)
class Capability:
    """What makes an access point count (S03, S04, S17, S18)."""

    downstream: Value
    radius_urban: Value
    radius_rural: Value
    television: Value
    operators: Value

    @property
    def min_mbps(self) -> int:
        """Least downstream rate of an access point, Mbit/s."""
        return int(self.downstream.value)

    @property
    def radius_urban_m(self) -> int:
        return int(self.radius_urban.value)

    @property
    def radius_rural_m(self) -> int:
        return int(self.radius_rural.value)

    @property
    def largest_radius_m(self) -> int:
        """Metres within which everything that reaches a site is found."""
        return max(self.radius_urban_m, self.radius_rural_m)


@dataclass(frozen=True)
class Service:
    """How soon an order must be completed (S19–S21)."""

    installation: Value
    expansion: Value
    expansion_then_installation: Value
    on_time_share: Value

    @property
    def installation_days(self) -> int:
        """Working days from acceptance to the due date."""
        return int(self.installation.value)

    @property
    def expansion_days(self) -> int:
        """Working days for an order that needs expansion."""
        return int(self.expansion.value)

    @property
    def least_on_time(self) -> Fraction:
        """The share of an operator's counted orders that must be on time."""
        return Fraction(self.on_time_share.value)


@dataclass(frozen=True)
class Criterion:
    """One criterion of the standard of a kind of area."""

    key: str
    kind: str
    role: Role
    measure: str
    threshold: Fraction
    site_kinds: tuple[str, ...]
    required_kind: str
    source: Source

    @property
    def is_rate(self) -> bool:
        """Whether it is a rate from the quarterly returns, not a share of members."""
        return self.measure == "penetration"


@dataclass(frozen=True)
class Milestone:
    """A target with its deadline; asked of the district, or of each street or town."""

    key: str
    due: Quarter
    scope: str
    measure: str
    target: Fraction | int | str
    scored: bool
    duty: str
    source: Source

    @property
    def is_count(self) -> bool:
        return self.measure in COUNT_MEASURES


@dataclass(frozen=True)
class Title:
    """A name that the plan gives: the title that a kind of area can earn, or an indicator."""

    name: str
    source: Source


@dataclass(frozen=True)
class Duty:
    """Who leads and who is responsible (T05, T13)."""

    name: str
    lead: str
    responsible: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class Reading:
    """How a silent or contradictory place of the plan is read, and why."""

    key: str
    text: str
    reason: str


EVIDENCE_KINDS = ("photo", "speed_test", "site_list", "order_statistics", "publicity_record", "document")
"""What a report may be asked to bring."""


@dataclass(frozen=True)
class EvidenceRequired:
    """What a report must bring for each unit that asks for the title of ``title``, a kind of area; it speaks for a criterion."""

    title: str
    kind: str
    count: int
    criterion: str
    required: bool
    source: Source


@dataclass(frozen=True)
class Sampling:
    """How large a sample is, and how sure its reading; ``by_risk``: strata at risk are drawn from more densely."""

    share: Fraction
    confidence: Fraction
    least_per_kind: int
    least_per_village: int
    by_risk: bool
    required: bool
    source: Source


@dataclass(frozen=True)
class Award:
    """What a title rests on before it is awarded (三(三)); the plan is silent, so None and nothing ask nothing.

    ``publicity`` (公示) and ``hearing`` (陈述申辩) are working days.
    """

    evidence: tuple[EvidenceRequired, ...] = ()
    sampling: Sampling | None = None
    publicity: Value | None = None
    hearing: Value | None = None

    def evidence_of(self, title: str) -> tuple[EvidenceRequired, ...]:
        """What is asked of a kind of area."""
        return tuple(each for each in self.evidence if each.title == title)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where each entry comes from."""
        single = (self.sampling, self.publicity, self.hearing)
        return tuple(each.source for each in (*self.evidence, *single) if each is not None)


TERMS = ("township_plan", "investment", "score_objection")
"""What units have to do within so many working days, besides what titles ask for (``[terms]``)."""


@dataclass(frozen=True)
class Price:
    """Whole yuan for one of its kind, and where the amount comes from, in words."""

    yuan: int
    source: str


@dataclass(frozen=True)
class UnitPrice:
    """The price for everybody, and those of operators for whom it is another, by code."""

    general: Price
    of_operators: Mapping[str, Price]

    def yuan(self, operator: str) -> int:
        """Whole yuan that one costs an operator."""
        return self.of_operators.get(operator, self.general).yuan


@dataclass(frozen=True)
class Costs:
    """What building costs (docs/build-plan.md): a new access point, one made faster, one opened, a late order completed.

    The plan is silent on money, so these are prices that somebody else gave.
    """

    new: UnitPrice
    upgrade: UnitPrice
    open: UnitPrice
    order: UnitPrice


@dataclass(frozen=True)
class Plan:
    """Everything that verdicts depend on besides the facts."""

    key: str
    name: str
    district: str
    first_period: Quarter
    permanent_households: Value
    capability: Capability
    service: Service
    titles: Mapping[str, Title]
    indicators: Mapping[str, Title]
    criteria: Mapping[str, Criterion]
    milestones: tuple[Milestone, ...]
    duties: Mapping[str, Duty]
    award: Award
    readings: Mapping[str, Reading]
    deadlines: Mapping[str, Value] = field(default_factory=dict)
    """Working days in which something is to be done, by what it is (docs/problems.md)."""
    costs: Costs | None = None
    terms: Mapping[str, Value] = field(default_factory=dict)
    digest: str = ""
    text: str = ""

    def criteria_of(self, kind: str) -> tuple[Criterion, ...]:
        """The criteria asked of a kind of area, the hard ones first."""
        own = [criterion for criterion in self.criteria.values() if criterion.kind == kind]
        return tuple(sorted(own, key=lambda criterion: criterion.is_rate))

    def share_of(self, kind: str) -> Criterion | None:
        """The share of members asked of a kind of area; None where the plan asks none."""
        return next((criterion for criterion in self.criteria_of(kind) if not criterion.is_rate), None)

    def rate_of(self, kind: str) -> Criterion | None:
        """The penetration asked of a kind of area; None where the plan asks none."""
        return next((criterion for criterion in self.criteria_of(kind) if criterion.is_rate), None)

    def days_of(self, what: str) -> int | None:
        """Working days in which something of a kind is to be done; None where the plan says nothing."""
        found = self.deadlines.get(what)
        return int(found.value) if found else None

    def milestone(self, key: str) -> Milestone:
        """KeyError when the plan has no milestone of that key."""
        return {milestone.key: milestone for milestone in self.milestones}[key]


def frozen(entries: dict) -> Mapping:
    """A mapping that nobody can change by accident."""
    return MappingProxyType(entries)
