"""What closes a gap, as the build plan says that the bureau has signed for a unit; without a plan nothing is said in numbers."""

from dataclasses import dataclass

from acceptance.models import Basis
from common.periods import Quarter
from planning.models import BuildPlan


@dataclass(frozen=True, order=True)
class ClosingWork:
    """The work by which a unit earns its title: how many actions of each kind, whether fewer cannot do, and the plan's page."""

    url: str
    new: int = 0
    upgrade: int = 0
    open: int = 0
    orders: int = 0
    is_proven: bool = False

    @property
    def counts(self) -> dict[str, int]:
        return {"new": self.new, "upgrade": self.upgrade, "open": self.open, "orders": self.orders}


def closing(user, quarter: Quarter, basis: Basis) -> dict[str, ClosingWork]:
    """By area the latest plan that was signed for its title on the facts of the quarter and stands; one query."""
    return {area: work for (area, _), work in signed(user, quarter, basis, milestone="").items()}


def signed(user, quarter: Quarter, basis: Basis, **only: str) -> dict[tuple[str, str], ClosingWork]:
    """By area and milestone (blank: its title) the latest plan that was signed on the facts of the quarter and stands; one query."""
    found = (
        BuildPlan.objects.visible_to(user).standing().filter(period=str(quarter), basis=basis, **only).order_by("pk")
    )
    return {(plan.area_id, plan.milestone): _work(plan) for plan in found if plan.answer.get("value")}


def _work(plan) -> ClosingWork:
    value = plan.answer["value"]
    counts = {kind: value.get(kind, 0) for kind in ("new", "upgrade", "open", "orders")}
    return ClosingWork(plan.get_absolute_url(), is_proven=plan.answer.get("status") == "optimal", **counts)
