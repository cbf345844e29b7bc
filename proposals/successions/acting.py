"""Doing a succession, as a proposal of the bureau that a second person accepts, and finding what stands against the new checks."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from acceptance.packages import handlers
from accounts.access import refusal
from accounts.posts import Power
from areas.models import Succession
from areas.package.package import Package
from areas.package.registry import SUCCESSIONS
from areas.package.tables import PackageSheet
from common.exceptions import Refused
from proposals import actions
from proposals.actions import Why
from proposals.models import Proposal
from proposals.sketching import Sketch, least_of, sketch
from proposals.successions import planning
from proposals.successions.planning import Asked, SuccessionAct, SuccessionPlan
from proposals.vocabulary import Door, ReasonCode


def permit(by, codes) -> None:
    """Let only the bureau do it, and within its county."""
    if not by.may(Power.RECORD_SUCCESSIONS) or not all(by.scope.holds(code) for code in codes):
        raise PermissionDenied(refusal(by, (Power.RECORD_SUCCESSIONS,)))


@dataclass
class Prepared:
    """An act worked out: its rows, what is wrong with them, and what they would turn."""

    asked: Asked
    plan: SuccessionPlan
    sketch: Sketch | None = None

    @property
    def problems(self) -> list[str]:
        """Every reason why it cannot be done, each once."""
        found = list(self.plan.problems)
        for problem in self.sketch.errors if self.sketch else ():
            draft = self.plan.drafts[problem.index]
            found.append(f"{draft.name or draft.key}：{problem.message}")
        return list(dict.fromkeys(found))

    @property
    def oddities(self) -> list[str]:
        found = [(self.plan.drafts[each.index], each.message) for each in self.sketch.warnings] if self.sketch else []
        return list(dict.fromkeys(f"{draft.name or draft.key}：{message}" for draft, message in found))


def prepare(asked: Asked, by, *, with_effect: bool = True) -> Prepared:
    """Work an act out without storing anything. PermissionDenied for whoever may not do it."""
    permit(by, [area.code for area in asked.origins])
    prepared = Prepared(asked, planning.plan(asked))
    if not prepared.plan.problems:
        prepared.sketch = sketch(
            drafts=prepared.plan.drafts,
            by=by,
            document=asked.document,
            with_effect=with_effect,
            least=least_of(Door.SUCCESSION),
        )
    return prepared


def propose(prepared: Prepared, by, *, reason: str = "") -> Proposal:
    """Send an act to the second person. Refused where anything is wrong with it, or nothing would change."""
    if prepared.problems:
        raise Refused(f"未提交：{prepared.problems[0]}")
    if not prepared.asked.document.strip():
        raise Refused("请写明依据：撤并文件的文号或名称。")
    is_merger = prepared.asked.act == SuccessionAct.MERGE
    why = Why(
        ReasonCode.MERGED if is_merger else ReasonCode.OTHER,
        reason.strip() or prepared.asked.act.label,
        prepared.asked.document,
    )
    proposal, _ = actions.propose(
        drafts=prepared.plan.drafts,
        by=by,
        source=Door.SUCCESSION,
        why=why,
        title=planning.title_of(prepared.asked),
        found=prepared.sketch,
    )
    if proposal is None:
        raise Refused("未提交：与现在的台账相比没有变化。")
    return proposal


# ------------------------------------------------ what was there before the checks


@dataclass(frozen=True)
class FaultySuccession:
    """A stored row that the checks of today would refuse: it is kept as it came, and somebody has to look at it."""

    succession: Succession
    column: str
    sentence: str


def faulty(county: str) -> list[FaultySuccession]:
    """The successions of a county that would not be accepted today, each with the reason; a row may have several."""
    stored = Succession.objects.filter(area__county=county).select_related("area", "successor")
    rows = list(stored.order_by("on", "pk"))
    if not rows:
        return []
    names = list(SUCCESSIONS.by_name)
    attributes = {"from_code": "area_id", "to_code": "successor_id", "effective_on": "on"}
    cells = [
        [column.write(getattr(row, attributes.get(column.name, column.name))) for column in SUCCESSIONS.columns]
        for row in rows
    ]
    package = Package(handlers(), [PackageSheet("successions", [(0, names), *enumerate(cells, start=1)])])
    errors = package.check().errors
    return [FaultySuccession(rows[each.row - 1], each.column or "", each.message) for each in errors if each.row]
